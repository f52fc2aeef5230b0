/* One row of the audit trail. */
#include "model/base/instant.h"
#include "model/list/audit_list.h"
#include "model/operation/operation.h"
#include "model/operation/record.h"
#include "tui/screens/audit.h"
#include "tui/screens/operations.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/widgets/card.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
    TIME,
    ACTION,
    WHAT,
    ACTOR,
    APPROVER,
    TARGET,
    TABLE,
    RECORD,
    TERMINAL,
    CHAIN,
    NUMBER,
    FLAW,
    DETAILS,
    HASH,
    PREVIOUS,
    DIGEST,
    FIELDS
};

static const char *const fields[FIELDS] = {
    "time",     "action", "what",   "actor", "approver", "target", "table",    "record",
    "terminal", "chain",  "number", "flaw",  "details",  "hash",   "previous", "digest"};

/* Where a line leads. */
struct aim {
    const char *table; /* NULL: `id` is an operation */
    struct uuid id;
};

struct sheet {
    struct card card;
    struct aim record, operation;
};

static void add(struct sheet *sheet, const char *label, const char *text, enum role role,
                const struct aim *aim)
{
    if (text[0] != '\0')
        card_add(&sheet->card, (struct card_line){.kind = CARD_PAIR,
                                                  .label = label,
                                                  .text = text,
                                                  .role = role,
                                                  .is_link = aim != NULL,
                                                  .value = aim});
}

static void add_text(struct sheet *sheet, const char *label, const struct query_row *row, int field,
                     enum role role)
{
    add(sheet, label, value_as_text(row->values[field]), role, NULL);
}

static void add_people(struct sheet *sheet, const struct query_row *row, const char *zone)
{
    char time[INSTANT_TEXT_SIZE];
    instant_format_local(row->values[TIME].integer, zone, time);
    card_add_heading(&sheet->card, 0, "What was done");
    add(sheet, "Time", time, ROLE_NORMAL, NULL);
    add_text(sheet, "Action", row, ACTION, ROLE_STRONG);
    add_text(sheet, "In words", row, WHAT, ROLE_NORMAL);
    add_text(sheet, "Who", row, ACTOR, ROLE_STRONG);
    add_text(sheet, "Approved by", row, APPROVER, ROLE_NORMAL);
    add_text(sheet, "To whom", row, TARGET, ROLE_NORMAL);
}

/* The record by its name, as far as it is still there. */
static void add_record(struct sheet *sheet, struct store *store, const struct query_row *row)
{
    const char *name = value_as_text(row->values[TABLE]);
    const struct table *table = schema_table(store_schema(store), name);
    if (table == NULL || !value_as_uuid(row->values[RECORD], &sheet->record.id))
        return;
    struct arena *arena = sheet->card.arena;
    sheet->record.table = table->name;
    add(sheet, table->label, record_title(store, table, &sheet->record.id, arena), ROLE_STRONG,
        &sheet->record);
}

static void add_details(struct sheet *sheet, const struct query_row *row)
{
    const char *name;
    json_t *value, *details = json_loads(value_as_text(row->values[DETAILS]), 0, NULL);
    json_object_foreach(details, name, value)
    {
        const char *text = json_string_value(value);
        char *other = text == NULL ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
        bool is_operation = strcmp(name, "operation") == 0 && text != NULL &&
                            uuid_parse(text, &sheet->operation.id);
        add(sheet, is_operation ? "Operation" : name, text != NULL ? text : other, ROLE_DIM,
            is_operation ? &sheet->operation : NULL);
        free(other);
    }
    json_decref(details);
}

static void add_chain(struct sheet *sheet, const struct query_row *row)
{
    struct arena *arena = sheet->card.arena;
    card_add_heading(&sheet->card, 0, "Where it stands");
    add_text(sheet, "Terminal", row, TERMINAL, ROLE_NORMAL);
    if (row->values[CHAIN].kind == VALUE_INTEGER)
        add(sheet, "Chain",
            arena_format(arena, "%" PRId64 ", row %" PRId64, row->values[CHAIN].integer,
                         row->values[NUMBER].integer),
            ROLE_NORMAL, NULL);
    else
        add(sheet, "Chain", "none: it is from before there was one", ROLE_NORMAL, NULL);
    add_text(sheet, "Flaw", row, FLAW, ROLE_DANGER);
    add_text(sheet, "Hash", row, HASH, ROLE_DIM);
    add_text(sheet, "Hash before", row, PREVIOUS, ROLE_DIM);
    add_text(sheet, "Digest", row, DIGEST, ROLE_DIM);
}

static bool load(struct sheet *sheet, struct app *app, const struct uuid *id, struct error *err)
{
    struct store *store = app_store(app);
    struct arena *arena = sheet->card.arena;
    char text[UUID_TEXT_SIZE];
    struct query_page page;
    uuid_text(id, text);
    struct query query = {
        .source = &audit_source,
        .filter = filter_parse(&audit_source, arena_format(arena, "id:%s", text), store_env(store),
                               arena, NULL, err),
    };
    if (query.filter == NULL ||
        !query_fetch(store, &query, fields, FIELDS, NULL, false, 1, arena, &page, err))
        return false;
    if (page.count == 0)
        return error_set(err, ERROR_NOT_FOUND, "This row of the audit trail is not in this store");
    add_people(sheet, &page.rows[0], store_env(store)->zone);
    add_record(sheet, store, &page.rows[0]);
    add_details(sheet, &page.rows[0]);
    add_chain(sheet, &page.rows[0]);
    return true;
}

/* What the cursor's line leads to; elsewhere the record, which is what one looks for. */
static const struct aim *aim_of(const struct sheet *sheet)
{
    const struct card_line *line = card_current(&sheet->card);
    if (line != NULL && line->value != NULL)
        return line->value;
    return sheet->record.table != NULL ? &sheet->record : NULL;
}

static unsigned follow(struct app *app, void *state)
{
    const struct aim *aim = aim_of(state);
    if (aim != NULL && aim->table != NULL)
        record_view_show(app, aim->table, &aim->id);
    else if (aim != NULL)
        operation_show(app, &aim->id);
    return OUTCOME_HANDLED;
}

static const char *why_not_follow(struct app *app, const void *state)
{
    (void)app;
    return aim_of(state) != NULL ? NULL : "It is about no record.";
}

static unsigned copy(struct app *app, void *state)
{
    const struct card_line *line = card_current(&((struct sheet *)state)->card);
    if (line != NULL)
        app_copy(app, line->text, strlen(line->text));
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct sheet *sheet = state;
    if (event->kind == EVENT_MOUSE && event->mouse == MOUSE_DOUBLE &&
        card_is_at(&sheet->card, event))
        return follow(app, state);
    return card_handle(&sheet->card, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    card_draw(&((struct sheet *)state)->card, pane, true);
}

static void close_sheet(struct app *app, void *state)
{
    struct sheet *sheet = state;
    (void)app;
    card_done(&sheet->card);
    free(sheet);
}

static const struct action actions[] = {
    {.id = "audit_row.open",
     .keys = "enter",
     .label = "record",
     .help = "Show the record that it is about, or the operation under the cursor.",
     .flags = ACTION_OFFLINE_OK,
     .run = follow,
     .why_not = why_not_follow},
    {.id = "audit_row.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy the value under the cursor to the terminal's clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = copy},
};

const struct window_ops audit_row_ops = {
    .name = "audit_row",
    .title = "Audit",
    .help = "One row of the audit trail: who did what to which record, and where the row stands in "
            "its chain. The hash is over all of it and the hash of the row before.",
    .actions = {"audit_row", actions, sizeof actions / sizeof actions[0]},
    .draw = draw,
    .handle = handle,
    .close = close_sheet,
};

void audit_show(struct app *app, const struct uuid *id)
{
    struct error err;
    struct sheet *sheet = memory_new(sizeof *sheet);
    card_init(&sheet->card);
    if (load(sheet, app, id, &err)) {
        card_home(&sheet->card);
        app_push(app, &audit_row_ops, sheet);
        return;
    }
    app_toast_error(app, &err);
    close_sheet(app, sheet);
}
