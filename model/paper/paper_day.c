#include "model/paper/paper_day.h"

#include "model/paper/paper_print.h"
#include "model/paper/paper_receipt.h"
#include "model/paper/paper_words.h"
#include "model/paper/pdf.h"

#include <stdio.h>
#include <string.h>

enum { SPAN_SIZE = 24 };

static bool is_driven_to(const struct stop *stop)
{
    return strcmp(stop->visit.status, "cancelled") != 0;
}

/* "09:00-10:30" where the estimator works. */
static void span_words(const struct day *day, const struct stop *stop, char text[SPAN_SIZE])
{
    struct clock_time from = {.hour = 0}, until = {.hour = 0};
    instant_to_local(stop->visit.starts_at, day->zone, &from);
    instant_to_local(stop->visit.ends_at, day->zone, &until);
    snprintf(text, SPAN_SIZE, "%02d:%02d-%02d:%02d", from.hour % 24, from.minute % 60,
             until.hour % 24, until.minute % 60);
}

static const char *state_words(const struct stop *stop)
{
    static const char *const words[][2] = {{"tentative", "tentative"},
                                           {"completed", "done"},
                                           {"no_show", "no-show"},
                                           {"in_progress", "in progress"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], stop->visit.status) == 0)
            return words[i][1];
    return "";
}

void paper_day_lines(const struct day *day, struct paper_text *out)
{
    char date[DATE_TEXT_SIZE], span[SPAN_SIZE];
    date_format(day->date, date);
    paper_text_add(out, PAPER_STRONG, day->estimator, date);
    for (size_t i = 0; i < day->count; i++) {
        const struct stop *stop = &day->stops[i];
        if (!is_driven_to(stop))
            continue;
        span_words(day, stop, span);
        paper_text_add(out, PAPER_RULE, NULL, NULL);
        paper_text_addf(out, PAPER_STRONG, state_words(stop), "%s %s", span, stop->visit.who);
        paper_words_add_lines(out, PAPER_NORMAL,
                              paper_words_address(stop->visit.address, out->arena));
        paper_words_add_lines(out, PAPER_NORMAL, stop->visit.phone);
        paper_words_add_lines(out, PAPER_NORMAL, stop->visit.service);
        paper_words_add_lines(out, PAPER_NORMAL, stop->visit.resources);
        paper_words_add_lines(out, PAPER_NORMAL, stop->visit.notes);
    }
}

bool paper_day_print(struct store *store, const struct actor *actor, const struct day *day,
                     struct error *err)
{
    struct paper_text text;
    if (!actor_may(store, actor, "appointments.edit", err))
        return false;
    struct arena *arena = arena_new();
    paper_text_init(&text, arena);
    paper_day_lines(day, &text);
    bool is_done =
        paper_print_report(store, actor, "Day sheet", text.lines, text.count, NULL, NULL, err);
    paper_text_done(&text);
    arena_free(arena);
    return is_done;
}

/* A row for each stop: all that is to be known of it in the wide column. */
static size_t make_rows(const struct day *day, struct pdf_row *rows, struct arena *arena)
{
    size_t count = 0;
    for (size_t i = 0; i < day->count; i++) {
        const struct stop *stop = &day->stops[i];
        const char *const parts[] = {paper_words_address(stop->visit.address, arena),
                                     stop->visit.phone, stop->visit.service, stop->visit.resources,
                                     stop->visit.notes};
        char span[SPAN_SIZE];
        if (!is_driven_to(stop))
            continue;
        span_words(day, stop, span);
        const char *text = arena_format(arena, "%s   %s", span, stop->visit.who);
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++)
            if (parts[k][0] != '\0')
                text = arena_format(arena, "%s\n%s", text, parts[k]);
        rows[count++] = (struct pdf_row){{text, "", "", "", "", state_words(stop)}};
    }
    return count;
}

bool paper_day_sheet(struct store *store, const struct actor *actor, const struct day *day,
                     const char *fonts, struct buffer *out, struct error *err)
{
    static const char *const titles[PDF_COLUMNS] = {"Stop", "", "", "", "", "State"};
    struct paper_head head;
    char date[DATE_TEXT_SIZE], stops[24];
    struct arena *arena = arena_new();
    const struct uuid *location =
        uuid_is_zero(&day->location_id) ? &actor->location_id : &day->location_id;
    bool is_made = actor_may(store, actor, "appointments.edit", err) &&
                   paper_head_load(store, location, arena, &head, err);
    if (is_made) {
        struct pdf_row *rows = arena_alloc(arena, (day->count + 1) * sizeof *rows);
        size_t count = make_rows(day, rows, arena);
        date_format(day->date, date);
        snprintf(stops, sizeof stops, "%zu", count);
        const struct pdf_pair facts[] = {{"Date", date, true}, {"Stops", stops, false}};
        const struct pdf_sheet sheet = {
            .title = arena_format(arena, "Day sheet of %s", day->estimator),
            .from = head.name,
            .from_all = head.address,
            .to = "",
            .notes = "",
            .footer = head.name,
            .facts = facts,
            .fact_count = 2,
            .titles = titles,
            .rows = rows,
            .row_count = count,
        };
        is_made = pdf_make(&sheet, fonts, out, err);
    }
    arena_free(arena);
    return is_made;
}
