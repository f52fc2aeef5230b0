#include "tui/screens/sync_line.h"

#include "model/base/instant.h"
#include "model/operation/record.h"
#include "model/overlay/exchange.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
    struct store *store;
    struct paper *paper;
    struct arena *arena;
    int64_t now;
    struct error err; /* what can't be read is left out */
};

static void put(struct line *line, const char *label, enum role role, const char *text)
{
    enum { LABEL = 16 };
    paper_row(line->paper);
    paper_put(line->paper, 0, LABEL, ROLE_LABEL, ALIGN_LEFT, label);
    paper_wrap(line->paper, LABEL, role, text);
}

/* "2026-11-20 13:56, 6m ago" */
static const char *moment(const struct line *line, int64_t instant)
{
    char text[INSTANT_TEXT_SIZE], age[APP_AGE_SIZE];
    instant_format_local(instant, store_env(line->store)->zone, text);
    app_age(line->now - instant, age);
    return arena_format(line->arena, "%s, %s ago", text, age);
}

static void put_line(struct line *line, const struct exchange_status *status)
{
    const char *since = status->since > 0
                            ? arena_format(line->arena, " since %s", moment(line, status->since))
                            : ", not tried yet";
    enum role role = status->needs_update ? ROLE_DANGER
                     : status->is_online  ? ROLE_GOOD
                                          : ROLE_WARNING;
    put(line, "Line", role,
        arena_format(line->arena, "%s%s",
                     status->needs_update ? "UPDATE NEEDED, offline"
                     : status->is_online  ? "online"
                                          : "OFFLINE",
                     since));
    if (status->trouble[0] != '\0')
        put(line, "", ROLE_WARNING, status->trouble);
    bool is_stale = line->now - status->synced_at > APP_STALE_US;
    put(line, "Last synced", is_stale ? ROLE_WARNING : ROLE_NORMAL,
        status->synced_at > 0 ? moment(line, status->synced_at) : "never yet");
}

static void put_queue(struct line *line, const struct exchange_status *status)
{
    int64_t oldest;
    struct buffer text;
    buffer_init(&text);
    buffer_format(&text, "%" PRId64, status->unsent);
    if (status->parked > 0)
        buffer_format(&text, ", %" PRId64 " of them can't be shown now", status->parked);
    if (status->unsent > 0 &&
        store_find_integer(line->store, &oldest,
                           "SELECT occurred_at FROM outbox ORDER BY seq LIMIT 1", NULL, "") == 1)
        buffer_format(&text, ", the oldest of %s", moment(line, oldest));
    put(line, "Not sent", status->unsent > 0 ? ROLE_UNSENT : ROLE_NORMAL, text.text);
    buffer_done(&text);
    put(line, "Needs attention", status->attention > 0 ? ROLE_DANGER : ROLE_NORMAL,
        arena_format(line->arena, "%" PRId64, status->attention));
}

static void put_terminal(struct line *line)
{
    const struct table *table = schema_table(store_schema(line->store), "terminals");
    const char *text = exchange_state(line->store, "terminal_id", line->arena, &line->err);
    struct uuid id;
    struct record terminal;
    if (text == NULL || table == NULL || !uuid_parse(text, &id))
        return;
    if (record_get(line->store, table, &id, line->arena, &terminal, NULL) == 1)
        put(line, "Terminal", ROLE_STRONG,
            arena_format(line->arena, "%s (%s)", value_as_text(record_value(&terminal, "name")),
                         value_as_text(record_value(&terminal, "kind"))));
    else
        put(line, "Terminal", ROLE_NORMAL, text);
    const char *incarnation = exchange_state(line->store, "incarnation", line->arena, &line->err);
    if (incarnation != NULL)
        put(line, "Incarnation", ROLE_NORMAL, incarnation);
}

static void put_clock(struct line *line)
{
    const char *text = exchange_state(line->store, "clock_offset_us", line->arena, &line->err);
    if (text == NULL)
        return;
    double seconds = (double)strtoll(text, NULL, 10) / 1e6;
    double size = seconds < 0 ? -seconds : seconds;
    put(line, "Clock", size > 60 ? ROLE_WARNING : ROLE_NORMAL,
        size < 0.1 ? "as the centre's"
                   : arena_format(line->arena, "%.1f s %s the centre's", size,
                                  seconds > 0 ? "behind" : "before"));
}

void sync_line_fill(struct app *app, struct paper *paper, int width, const char *test)
{
    struct exchange_status status;
    struct error err;
    struct line line = {.store = app_store(app), .paper = paper, .arena = arena_new()};
    line.now = env_now(store_env(line.store));
    paper_fill(paper, width);
    if (!exchange_status(line.store, &status, &err)) {
        put(&line, "Line", ROLE_DANGER, err.text);
    } else if (!status.is_enrolled) {
        put(&line, "Line", ROLE_NORMAL, "This shop runs alone, without a centre.");
    } else {
        put_line(&line, &status);
        put_queue(&line, &status);
        put_terminal(&line);
        put_clock(&line);
        if (test[0] != '\0')
            put(&line, "Test", ROLE_STRONG, test);
        paper_row(paper);
        put(&line, "", ROLE_DIM, "r tries the line now, T tests how far the centre is");
    }
    arena_free(line.arena);
}
