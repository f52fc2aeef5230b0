/* Other statuses for orders: which ones are possible, the questions before, what came of it. */
#include "tui/screens/approve.h"
#include "tui/screens/order_words.h"
#include "tui/screens/orders.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/picker.h"

#include "model/base/text.h"
#include "model/store/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOKED_AT_MOST = 200, /* orders that are looked at to say how many can move */
    TOLD_MOST = 8,        /* orders that stayed and are named */
    REASON_MAX = 500,
};

/* A status and whether the orders may move there. */
struct option {
    const char *status;
    size_t can;
    bool is_shown;       /* orders of that kind have it at all */
    const char *why_not; /* of the first that can't */
};

struct moving {
    struct arena *arena;
    struct uuid *ids;
    size_t count;
    const char *number, *before; /* number and status of the only one, or of the first */
    struct option *options;
    size_t option_count;
    const char *status, *reason;
    struct buffer stayed;
    size_t stayed_count;
};

static void moving_free(struct moving *moving)
{
    buffer_done(&moving->stayed);
    arena_free(moving->arena);
    free(moving);
}

static struct moving *moving_new(const struct uuid *ids, size_t count)
{
    struct moving *moving = memory_new(sizeof *moving);
    moving->arena = arena_new();
    moving->ids = arena_alloc(moving->arena, count * sizeof *ids);
    memcpy(moving->ids, ids, count * sizeof *ids);
    moving->count = count;
    buffer_init(&moving->stayed);
    return moving;
}

/* "R2-000117" or "12 orders" */
static const char *subject(const struct moving *moving)
{
    return moving->count == 1 ? moving->number
                              : arena_format(moving->arena, "%zu orders", moving->count);
}

static void note_stayed(void *context, const char *number, const char *why)
{
    struct moving *moving = context;
    (void)number; /* the sentence names it */
    if (moving->stayed_count++ < TOLD_MOST)
        buffer_format(&moving->stayed, "\n%s", why);
}

static void tell_many(struct app *app, const struct moving *moving, int moved)
{
    struct buffer text;
    if (moving->stayed_count == 0) {
        app_toast(app, TOAST_INFO, "%d orders are %s now.", moved, moving->status);
        return;
    }
    buffer_init(&text);
    buffer_format(&text, "%d of %zu are %s now. These stayed:\n%s", moved, moving->count,
                  moving->status, moving->stayed.text);
    if (moving->stayed_count > TOLD_MOST)
        buffer_format(&text, "\n… and %zu more", moving->stayed_count - TOLD_MOST);
    dialog_message(app, "Not all could move", text.text);
    buffer_done(&text);
}

static bool can_go_back(const struct moving *moving, struct store *store)
{
    const struct schema *schema = store_schema(store);
    return schema_move_allowed(schema, schema_table(schema, "orders"), "status", moving->status,
                               moving->before);
}

static void approved(struct app *app, void *context, const struct actor *approver);

/* Whoever may not cancel, or take goods without a receipt back, asks somebody who may. */
static bool ask_approval(struct app *app, struct moving *moving, const struct actor *actor,
                         const struct error *why)
{
    bool is_cancel = strcmp(moving->status, "cancelled") == 0;
    const char *right = is_cancel ? "orders.cancel" : "orders.approve";
    if (!uuid_is_zero(&actor->approver_id) || !approve_would_help(app, right, why))
        return false;
    approve_open(app, right,
                 is_cancel
                     ? arena_format(moving->arena, "Cancel %s: %s", subject(moving), moving->reason)
                     : arena_format(moving->arena, "Goods back without a receipt: %s is %s",
                                    subject(moving), moving->status),
                 approved, moving);
    return true;
}

static void perform(struct app *app, struct moving *moving, const struct actor *actor)
{
    struct error err;
    struct store *store = app_store(app);
    bool is_done;
    if (moving->count > 1) {
        int moved = order_set_status_many(store, actor, moving->ids, moving->count, moving->status,
                                          moving->reason, note_stayed, moving, &err);
        is_done = moved >= 0;
        if (is_done)
            tell_many(app, moving, moved);
    } else {
        is_done = order_set_status(store, actor, moving->ids, moving->status, moving->reason, &err);
        if (is_done)
            app_toast(app, TOAST_INFO, "%s is %s now%s.", moving->number, moving->status,
                      can_go_back(moving, store) ? "; u undoes it" : "");
    }
    if (!is_done && ask_approval(app, moving, actor, &err))
        return;
    if (!is_done)
        app_toast_error(app, &err);
    moving_free(moving);
}

static void approved(struct app *app, void *context, const struct actor *approver)
{
    if (approver == NULL) {
        moving_free(context);
        return;
    }
    const struct actor actor = approve_actor(app, &approver->user_id);
    perform(app, context, &actor);
}

static void confirmed(struct app *app, void *context, bool is_confirmed)
{
    if (is_confirmed)
        perform(app, context, app_actor(app));
    else
        moving_free(context);
}

static void confirm_many(struct app *app, struct moving *moving)
{
    bool is_cancel = strcmp(moving->status, "cancelled") == 0;
    const char *yes = is_cancel ? "Cancel them" : "Move them";
    const struct dialog_question question = {
        .title =
            arena_format(moving->arena, is_cancel ? "Cancel %s?" : "Move %s?", subject(moving)),
        .text = arena_format(moving->arena, "%zu orders become %s.%s", moving->count,
                             moving->status, is_cancel ? " This can't be undone." : ""),
        .yes = yes,
        .no = "Leave them",
        .word = is_cancel ? arena_format(moving->arena, "%zu", moving->count) : NULL,
        .done = confirmed,
        .context = moving};
    dialog_confirm(app, &question);
}

static void reason_given(struct app *app, void *context, const char *text)
{
    struct moving *moving = context;
    if (text == NULL) {
        moving_free(moving);
        return;
    }
    moving->reason = arena_text(moving->arena, text);
    if (moving->count > 1)
        confirm_many(app, moving);
    else
        perform(app, moving, app_actor(app));
}

static bool check_reason(void *context, const char *text, struct error *err)
{
    (void)context;
    return !text_is_blank(text) || error_set(err, ERROR_INPUT, "Say why, for the history.");
}

static void ask_reason(struct app *app, struct moving *moving)
{
    const struct dialog_prompt prompt = {
        .title = arena_format(moving->arena, "Cancel %s", subject(moving)),
        .text = "The goods go back on the shelf. A cancelled order can't be taken up again.",
        .hint = "why",
        .limit = REASON_MAX,
        .check = check_reason,
        .done = reason_given,
        .context = moving};
    dialog_prompt(app, &prompt);
}

/* Takes the moving over. */
static void go_on(struct app *app, struct moving *moving)
{
    if (strcmp(moving->status, "cancelled") == 0)
        ask_reason(app, moving);
    else if (moving->count > 1)
        confirm_many(app, moving);
    else
        perform(app, moving, app_actor(app));
}

static void look_at(struct moving *moving, struct store *store, const struct order *order)
{
    for (size_t i = 0; i < moving->option_count; i++) {
        struct option *option = &moving->options[i];
        struct error err;
        option->is_shown = option->is_shown || order_kind_has(order->kind, option->status);
        if (order_may_move(store, order, option->status, &err))
            option->can++;
        else if (option->why_not == NULL)
            option->why_not = arena_text(moving->arena, err.text);
    }
}

/* Counts for each status how many of the orders may become it. False when the first is gone. */
static bool look_at_all(struct moving *moving, struct store *store, struct error *err)
{
    const struct table *table = schema_table(store_schema(store), "orders");
    const char *const *choices = table_column(table, "status")->choices;
    struct arena *arena = arena_new();
    int found = 1;
    while (choices[moving->option_count] != NULL)
        moving->option_count++;
    moving->options = arena_alloc(moving->arena, moving->option_count * sizeof *moving->options);
    for (size_t i = 0; i < moving->option_count; i++)
        moving->options[i].status = choices[i];
    for (size_t i = 0; i < moving->count && i < LOOKED_AT_MOST && found >= 0; i++) {
        struct order order;
        found = order_load(store, &moving->ids[i], arena, &order, err);
        if (found == 1)
            look_at(moving, store, &order);
        if (found == 1 && moving->number == NULL) {
            moving->number = arena_text(moving->arena, order.number);
            moving->before = arena_text(moving->arena, order.status);
        }
        arena_reset(arena);
    }
    arena_free(arena);
    if (found >= 0 && moving->number == NULL)
        error_set(err, ERROR_NOT_FOUND, "This order is no longer in the store.");
    return found >= 0 && moving->number != NULL;
}

/* The reason in its row, under a title that names the order already. */
static const char *reason_in_row(const struct moving *moving, const char *why)
{
    size_t size = strlen(moving->number);
    bool is_named = moving->count == 1 && strncmp(why, moving->number, size) == 0;
    return is_named && why[size] == ' ' ? why + size + 1 : why;
}

static struct picker_item item_of(const struct moving *moving, const struct option *option,
                                  struct arena *arena)
{
    struct picker_item item = {
        .shown = {.text = order_words(option->status), .is_disabled = option->can == 0},
        .why_not = option->why_not,
        .value = option->status};
    if (option->can == 0)
        item.shown.detail = reason_in_row(moving, option->why_not);
    else if (moving->count > LOOKED_AT_MOST)
        item.shown.detail = "some of them can";
    else if (moving->count > 1)
        item.shown.detail = arena_format(arena, "%zu of %zu can", option->can, moving->count);
    return item;
}

/* The possible ones first, then the others with their reasons. */
static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    const struct moving *moving = context;
    const char *key = text_fold(typed, arena);
    size_t count = 0;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < moving->option_count && count < limit; i++) {
            const struct option *option = &moving->options[i];
            bool is_fitting = strncmp(order_words(option->status), key, strlen(key)) == 0;
            bool is_its_own = moving->count == 1 && strcmp(option->status, moving->before) == 0;
            if (!option->is_shown || is_its_own)
                continue;
            if (is_fitting && (option->can == 0) == (pass == 1))
                out[count++] = item_of(moving, option, arena);
        }
    return count;
}

static void chosen(struct app *app, void *context, const struct picker_item *item)
{
    struct moving *moving = context;
    if (item == NULL) {
        moving_free(moving);
        return;
    }
    moving->status = item->value;
    go_on(app, moving);
}

void order_move(struct app *app, const struct uuid *ids, size_t count, const char *status)
{
    struct error err;
    struct moving *moving = moving_new(ids, count);
    if (!look_at_all(moving, app_store(app), &err)) {
        app_toast_error(app, &err);
        moving_free(moving);
        return;
    }
    if (status == NULL) {
        const struct picker picker = {
            .title = arena_format(moving->arena, "Status of %s", subject(moving)),
            .hint = "which one",
            .find = find,
            .done = chosen,
            .context = moving};
        picker_open(app, &picker);
        return;
    }
    const struct option *option = moving->options;
    while (strcmp(option->status, status) != 0)
        option++;
    moving->status = option->status;
    if (option->can > 0) {
        go_on(app, moving);
        return;
    }
    app_toast(app, TOAST_WARNING, "%s.", option->why_not);
    app_beep(app);
    moving_free(moving);
}
