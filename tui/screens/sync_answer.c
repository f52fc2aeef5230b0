#include "tui/screens/sync_answer.h"

#include "model/overlay/attention.h"
#include "model/overlay/unsent.h"
#include "tui/screens/record_windows.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

static bool is_any(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

static bool is_lost(const char *kind)
{
    static const char *const kinds[] = {"refused", "conflict", "blocked", NULL};
    return is_any(kind, kinds);
}

const char *sync_why_no_keep(const char *kind)
{
    return is_lost(kind) ? NULL : "It has landed; d says that somebody has looked at it.";
}

const char *sync_why_no_theirs(const char *kind)
{
    if (strcmp(kind, "conflict") == 0)
        return NULL;
    return is_lost(kind) ? "Nobody else has changed it; w gives it up." : sync_why_no_keep(kind);
}

const char *sync_why_no_withdrawal(const char *kind)
{
    return strcmp(kind, "conflict") == 0 ? "Somebody else has changed it; t takes theirs."
                                         : sync_why_no_keep(kind);
}

const char *sync_why_not_done(const char *kind)
{
    return is_lost(kind) ? "It waits for a decision: whether yours is sent again or given up."
                         : NULL;
}

static void after(struct app *app, const char *format, const char *summary)
{
    app_toast(app, TOAST_INFO, format, summary);
    app_refresh(app);
}

static bool load(struct app *app, const struct uuid *id, struct arena *arena,
                 struct attention *about)
{
    struct error err;
    if (attention_load(app_store(app), id, arena, about, &err))
        return true;
    app_toast_error(app, &err);
    return false;
}

/* The same, for an answer: what waits for another is settled with that one. */
static bool load_to_settle(struct app *app, const struct uuid *id, struct arena *arena,
                           struct attention *about)
{
    if (!load(app, id, arena, about))
        return false;
    if (about->waits_for != NULL)
        app_toast(app, TOAST_WARNING, "It waits for \"%s\": settle that first.", about->waits_for);
    return about->waits_for == NULL;
}

void sync_keep(struct app *app, const struct uuid *id)
{
    struct error err;
    struct attention about;
    struct arena *arena = arena_new();
    if (load_to_settle(app, id, arena, &about)) {
        if (attention_keep(app_store(app), app_actor(app), id, NULL, &err))
            after(app, "Yours is sent again: %s", about.summary);
        else
            app_toast_error(app, &err);
    }
    arena_free(arena);
}

void sync_done(struct app *app, const struct uuid *id)
{
    struct error err;
    struct attention about;
    struct arena *arena = arena_new();
    if (load_to_settle(app, id, arena, &about)) {
        if (attention_done(app_store(app), app_actor(app), id, &err))
            after(app, "Seen to: %s", about.summary);
        else
            app_toast_error(app, &err);
    }
    arena_free(arena);
}

static void give_up_answered(struct app *app, void *context, bool is_confirmed)
{
    struct uuid *id = context;
    struct error err;
    if (is_confirmed && attention_give_up(app_store(app), app_actor(app), id, &err))
        after(app, "%s", "Given up.");
    else if (is_confirmed)
        app_toast_error(app, &err);
    free(id);
}

/* What is lost with it, counted and named one by one. */
struct losses {
    struct buffer *text;
    int count, named;
};

static void begin_losses(struct losses *losses, struct buffer *text, int count)
{
    *losses = (struct losses){text, count, 0};
    if (count > 0)
        buffer_format(text, "\n\nWith it goes what stands upon it, %d %s:", count,
                      count == 1 ? "operation" : "operations");
}

static void add_loss(struct losses *losses, const char *summary)
{
    enum { NAMED_MOST = 6 };
    losses->named++;
    if (losses->named <= NAMED_MOST)
        buffer_format(losses->text, "\n  %s", summary);
    else if (losses->named == losses->count)
        buffer_format(losses->text, "\n  and %d more", losses->count - NAMED_MOST);
}

void sync_give_up(struct app *app, const struct uuid *id)
{
    struct error err;
    struct attention about;
    struct attention_dependant *dependants = NULL;
    struct arena *arena = arena_new();
    struct buffer text;
    buffer_init(&text);
    int count = -1;
    if (load_to_settle(app, id, arena, &about)) {
        count = attention_dependants(app_store(app), &about.operation, arena, &dependants, &err);
        if (count < 0)
            app_toast_error(app, &err);
    }
    if (count >= 0) {
        struct uuid *asked = memory_new(sizeof *asked);
        bool is_conflict = strcmp(about.kind, "conflict") == 0;
        *asked = *id;
        struct losses losses;
        buffer_add(&text, about.summary);
        begin_losses(&losses, &text, count);
        for (int i = 0; i < count; i++)
            add_loss(&losses, dependants[i].summary);
        const struct dialog_question question = {
            .title = is_conflict ? "Take theirs and give this up?" : "Give this up?",
            .text = text.text,
            .yes = is_conflict ? "Take theirs" : "Give it up",
            .no = "Keep it waiting",
            .done = give_up_answered,
            .context = asked};
        dialog_confirm(app, &question);
    }
    buffer_done(&text);
    arena_free(arena);
}

static void withdrawal_answered(struct app *app, void *context, bool is_confirmed)
{
    struct uuid *id = context;
    struct error err;
    if (is_confirmed && unsent_withdraw(app_store(app), app_actor(app), id, &err))
        after(app, "%s", "Taken back before it was sent.");
    else if (is_confirmed)
        app_toast_error(app, &err);
    free(id);
}

void sync_withdraw(struct app *app, const struct uuid *id)
{
    struct error err;
    struct unsent *list;
    struct losses losses;
    struct buffer text;
    struct arena *arena = arena_new();
    int count = unsent_with_dependants(app_store(app), id, arena, &list, &err);
    if (count < 0) {
        app_toast_error(app, &err);
        arena_free(arena);
        return;
    }
    struct uuid *asked = memory_new(sizeof *asked);
    *asked = *id;
    buffer_init(&text);
    buffer_add(&text, list[0].summary);
    begin_losses(&losses, &text, count - 1);
    for (int i = 1; i < count; i++)
        add_loss(&losses, list[i].summary);
    const struct dialog_question question = {.title = "Take this back before it is sent?",
                                             .text = text.text,
                                             .yes = "Take it back",
                                             .no = "Let it be sent",
                                             .done = withdrawal_answered,
                                             .context = asked};
    dialog_confirm(app, &question);
    buffer_done(&text);
    arena_free(arena);
}

/* Editing: the form of the row with my values, what is typed there is sent with the rest. */
struct mending {
    struct uuid attention, row;
    const char *table; /* of the schema */
};

static bool send_mended(struct app *app, void *context, const struct change *changes, size_t count,
                        struct error *err)
{
    const struct mending *mending = context;
    const struct attention_edit edit = {mending->table, mending->row, changes, count};
    if (!attention_keep(app_store(app), app_actor(app), &mending->attention, &edit, err))
        return false;
    after(app, "%s", "Sent again as it stands here now.");
    return true;
}

static bool can_be_edited(struct app *app, const struct attention_row *row, char *room)
{
    if (row->table == NULL || strcmp(row->verb, "delete") == 0)
        return false;
    enum hand hand = strcmp(row->verb, "insert") == 0 ? HAND_ADDS : HAND_CHANGES;
    return record_why_not(app, row->table, hand, room) == NULL;
}

/* The row that it is about, else the first that is written by hand. */
static const struct attention_row *row_to_edit(struct app *app, const struct attention *about)
{
    char room[RECORD_WHY_SIZE];
    const struct attention_row *found = NULL;
    for (size_t i = 0; i < about->count; i++) {
        const struct attention_row *row = &about->rows[i];
        if (!can_be_edited(app, row, room))
            continue;
        if (uuid_equal(&row->id, &about->table_row))
            return row;
        if (found == NULL)
            found = row;
    }
    return found;
}

static bool read_mine(struct app *app, const struct attention_row *row, struct arena *arena,
                      struct record *out, struct error *err)
{
    int found = record_get(app_store(app), row->table, &row->id, arena, out, err);
    if (found == 0) {
        *out = (struct record){.table = row->table, .id = row->id};
        out->values = arena_alloc(arena, row->table->column_count * sizeof *out->values);
    }
    for (size_t i = 0; i < row->count; i++)
        out->values[row->fields[i].column - row->table->columns] = row->fields[i].mine;
    return found >= 0;
}

static void open_form(struct app *app, const struct uuid *id, const struct attention_row *row,
                      struct arena *arena)
{
    struct error err;
    struct record mine;
    const struct record_kind *kind = record_kind(app, row->table, &err);
    if (kind == NULL || !read_mine(app, row, arena, &mine, &err)) {
        app_toast_error(app, &err);
        return;
    }
    struct mending *mending = memory_new(sizeof *mending);
    *mending = (struct mending){*id, row->id, row->table->name};
    const struct record_mend mend = {
        .row = mine, .send = send_mended, .gone = free, .context = mending};
    record_form_mend(app, kind, &mend);
}

void sync_edit(struct app *app, const struct uuid *id)
{
    struct attention about;
    struct arena *arena = arena_new();
    if (load_to_settle(app, id, arena, &about)) {
        const struct attention_row *row = row_to_edit(app, &about);
        if (row != NULL)
            open_form(app, id, row, arena);
        else
            app_toast(
                app, TOAST_WARNING,
                "Nothing of it is typed by hand; m sends it again as it is, or give it up and "
                "do it anew on its own screen.");
    }
    arena_free(arena);
}

void sync_open_record(struct app *app, const struct uuid *id)
{
    struct attention about;
    struct arena *arena = arena_new();
    if (load(app, id, arena, &about)) {
        size_t i = 0;
        while (i < about.count && !about.rows[i].is_there)
            i++;
        if (about.table != NULL && !uuid_is_zero(&about.table_row))
            record_show(app, about.table->name, &about.table_row);
        else if (i < about.count)
            record_show(app, about.rows[i].table_name, &about.rows[i].id);
        else
            app_toast(app, TOAST_INFO, "None of its rows stands here; Enter shows what they hold.");
    }
    arena_free(arena);
}
