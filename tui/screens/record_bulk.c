/* Deleting and restoring, one row or many. */
#include "model/operation/record.h"
#include "tui/screens/record_card.h"
#include "tui/screens/record_windows.h"
#include "tui/widgets/count.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *kind, *verb, *past;
    bool (*run)(struct operation *operation, const char *table, const struct uuid *id,
                struct error *err);
} verbs[] = {
    [RECORD_BULK_DELETE] = {"record.delete", "Delete", "Deleted", record_delete},
    [RECORD_BULK_RESTORE] = {"record.restore", "Restore", "Restored", record_restore},
};

struct bulk {
    const struct record_kind *kind;
    enum record_bulk what;
    struct uuid *ids;
    size_t count;
    size_t done;
    struct listing *listing;
    struct buffer stay; /* why some of them stay, a line each */
    char word[16];
};

static void free_bulk(struct bulk *bulk)
{
    free(bulk->ids);
    buffer_done(&bulk->stay);
    free(bulk);
}

static bool change_row(struct app *app, const struct bulk *bulk, const struct uuid *id,
                       const struct uuid *group, const char *title, struct error *err)
{
    const struct table *table = bulk->kind->table;
    struct operation *operation =
        operation_begin(app_store(app), verbs[bulk->what].kind, app_actor(app), err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "%s %s: %s",
                       bulk->what == RECORD_BULK_DELETE ? "delete from" : "restore to",
                       table->label, title);
    if (bulk->count > 1)
        operation_set_group(operation, group);
    if (verbs[bulk->what].run(operation, table->name, id, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static void tell(struct app *app, struct bulk *bulk)
{
    const char *past = verbs[bulk->what].past;
    size_t stay = bulk->count - bulk->done;
    if (stay == 0)
        app_toast(app, TOAST_INFO, "%s %zu %s; u undoes it.", past, bulk->done,
                  bulk->done == 1 ? "row" : "rows");
    else if (bulk->count == 1)
        app_toast(app, TOAST_ERROR, "%s", bulk->stay.text);
    else {
        struct buffer title;
        buffer_init(&title);
        buffer_format(&title, "%s %zu, %zu stay", past, bulk->done, stay);
        dialog_message(app, title.text, bulk->stay.text);
        buffer_done(&title);
    }
}

/* Each row is an operation of its own, so that one that has to stay keeps none of the others. */
static void run(struct app *app, struct bulk *bulk)
{
    struct store *store = app_store(app);
    struct uuid group = uuid_v7(store_env(store));
    struct arena *arena = arena_new();
    for (size_t i = 0; i < bulk->count; i++) {
        struct error err;
        const char *title = record_title(store, bulk->kind->table, &bulk->ids[i], arena);
        if (change_row(app, bulk, &bulk->ids[i], &group, title, &err))
            bulk->done++;
        else
            buffer_format(&bulk->stay, "%s%s: %s", bulk->stay.size > 0 ? "\n" : "", title,
                          err.text);
    }
    arena_free(arena);
    if (bulk->listing != NULL)
        marks_set_all(&bulk->listing->grid.marks, false);
    tell(app, bulk);
}

static void answered(struct app *app, void *context, bool is_confirmed)
{
    struct bulk *bulk = context;
    if (is_confirmed)
        run(app, bulk);
    free_bulk(bulk);
}

/* Other rows go on naming one that is deleted: who deletes it should know them. */
static void add_referrers(struct app *app, const struct bulk *bulk, struct arena *arena,
                          struct buffer *text)
{
    enum { NAMED_MOST = 4 };
    struct store *store = app_store(app);
    struct record_referrer *referrers;
    size_t named = 0,
           count = record_referrers(store_schema(store), bulk->kind->table, arena, &referrers);
    if (!record_count_referrers(store, &bulk->ids[0], referrers, count, NULL))
        return;
    for (size_t i = 0; i < count; i++) {
        char number[COUNT_TEXT_SIZE];
        if (referrers[i].count <= 0 || named++ >= NAMED_MOST)
            continue;
        count_format(referrers[i].count, REFERRERS_MOST, number);
        buffer_format(text, "%s%s (%s)", named == 1 ? "\n\nReferred to by " : ", ",
                      referrers[i].table->label, number);
    }
    buffer_add(text, named > NAMED_MOST ? " and others." : named > 0 ? "." : "");
}

static void ask(struct app *app, struct bulk *bulk)
{
    struct arena *arena = arena_new();
    const char *verb = verbs[bulk->what].verb, *label = bulk->kind->table->label;
    bool is_one = bulk->count == 1, is_soft = bulk->kind->table->has_soft_delete;
    const char *what = is_one
                           ? record_title(app_store(app), bulk->kind->table, &bulk->ids[0], arena)
                           : arena_format(arena, "%zu rows of %s", bulk->count, label);
    snprintf(bulk->word, sizeof bulk->word, "%zu", bulk->count);
    const char *text = bulk->what == RECORD_BULK_RESTORE
                           ? "What was deleted with them comes back too."
                       : is_soft ? "Deleted rows can be shown with D and restored."
                       : is_one  ? "There is no list of deleted rows here; u brings it back."
                                 : "There is no list of deleted rows here; u brings them back.";
    struct buffer whole;
    buffer_init(&whole);
    buffer_add(&whole, text);
    if (is_one && bulk->what == RECORD_BULK_DELETE)
        add_referrers(app, bulk, arena, &whole);
    const struct dialog_question question = {
        .title = arena_format(arena, "%s %s?", verb, what),
        .text = whole.text,
        .yes = arena_format(arena, "%s %s", verb, is_one ? "it" : bulk->word),
        .no = bulk->what == RECORD_BULK_DELETE ? "Keep" : "Leave",
        .word = is_one ? NULL : bulk->word,
        .done = answered,
        .context = bulk,
    };
    dialog_confirm(app, &question);
    buffer_done(&whole);
    arena_free(arena);
}

void record_bulk(struct app *app, const struct record_kind *kind, enum record_bulk what,
                 const struct uuid *ids, size_t count, struct listing *listing)
{
    struct bulk *bulk = memory_new(sizeof *bulk);
    *bulk = (struct bulk){.kind = kind, .what = what, .count = count, .listing = listing};
    bulk->ids = memory_resize(NULL, count + 1, sizeof *bulk->ids);
    memcpy(bulk->ids, ids, count * sizeof *ids);
    buffer_init(&bulk->stay);
    ask(app, bulk);
}
