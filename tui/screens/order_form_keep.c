#include "tui/screens/order_form.h"

#include "model/base/text.h"
#include "model/shop/draft.h"
#include "model/shop/order.h"
#include "model/shop/tenant.h"
#include "tui/screens/approve.h"
#include "tui/screens/order_words.h"
#include "tui/widgets/dialog.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char draft_screen[] = "order_form";

void order_form_keep(struct order_form *form)
{
    struct error err;
    char *basket = basket_to_json(&form->basket);
    json_t *body = json_pack("{s:o*, s:s*}", "basket", json_loads(basket, 0, NULL), "typed",
                             editor_text(&form->line));
    char *text = json_dumps(body, JSON_COMPACT);
    const struct uuid *row = &form->basket.order_id;
    if (text != NULL &&
        !draft_save(app_store(form->app), draft_screen, &app_actor(form->app)->user_id,
                    uuid_is_zero(row) ? NULL : row, text, &form->draft, &err))
        app_toast_error(form->app, &err);
    form->kept_revision = form->line.revision;
    free(text);
    json_decref(body);
    free(basket);
}

static void forget_draft(struct order_form *form)
{
    struct error err;
    if (!uuid_is_zero(&form->draft) && !draft_delete(app_store(form->app), &form->draft, &err))
        app_toast_error(form->app, &err);
    form->draft = (struct uuid){{0}};
    form->is_changed = false;
}

enum { KEEP_MINE, TAKE_THEIRS };

static void settle_conflict(struct app *app, void *context, int chosen)
{
    struct order_form *form = context;
    struct error err;
    struct arena *arena = arena_new();
    struct order stored;
    struct basket theirs;
    if (chosen == KEEP_MINE &&
        order_load(app_store(app), &form->basket.order_id, arena, &stored, &err) == 1) {
        form->basket.seen_updated_at = stored.updated_at;
        app_toast(app, TOAST_INFO, "Yours counts now: store it again.");
    } else if (chosen == TAKE_THEIRS) {
        if (basket_load(&theirs, app_store(app), &form->basket.order_id, &err)) {
            basket_done(&form->basket);
            form->basket = theirs;
            form->cursor = 0;
            forget_draft(form);
        } else {
            app_toast_error(app, &err);
        }
    }
    arena_free(arena);
}

static void ask_conflict(struct order_form *form, const struct error *why)
{
    static const struct list_item items[] = {
        [KEEP_MINE] = {.text = "Keep mine"},
        [TAKE_THEIRS] = {.text = "Take theirs"},
    };
    struct arena *arena = arena_new();
    struct order stored;
    char mine[ORDER_AMOUNT_SIZE], theirs[ORDER_AMOUNT_SIZE];
    if (order_load(app_store(form->app), &form->basket.order_id, arena, &stored, NULL) == 1) {
        const struct order_event *last =
            stored.event_count > 0 ? &stored.events[stored.event_count - 1] : NULL;
        order_amount(form->basket.total_cents, form->basket.currency, mine);
        order_amount(stored.total_cents, stored.currency, theirs);
        const char *text = arena_format(
            arena, "%s was changed meanwhile%s%s.\n\nmine: %zu lines, %s\ntheirs: %zu lines, %s",
            stored.number, last != NULL ? " by " : "", last != NULL ? last->actor : "",
            form->basket.count, mine, stored.line_count, theirs);
        const struct dialog_choice choice = {.title = "Changed meanwhile",
                                             .text = text,
                                             .items = items,
                                             .count = 2,
                                             .done = settle_conflict,
                                             .context = form};
        dialog_choose(form->app, &choice);
    } else {
        app_toast_error(form->app, why);
    }
    arena_free(arena);
}

/* What the stored order is now, for the next time it is stored. */
static void look_at_stored(struct order_form *form, const struct uuid *id, bool says)
{
    struct arena *arena = arena_new();
    struct order order;
    char amount[ORDER_AMOUNT_SIZE];
    if (order_load(app_store(form->app), id, arena, &order, NULL) == 1) {
        order_amount(order.total_cents, order.currency, amount);
        if (says)
            app_toast(form->app, TOAST_INFO, "Stored %s as %s: %s.", order.number, order.status,
                      amount);
        form->basket.seen_updated_at = order.updated_at;
        order_form_set_heading(form, order.number);
        orders_go_to(form->app, id);
    }
    arena_free(arena);
}

/* "2 lines, 24.86 EUR  Jo Meyer" */
static void say_basket(const struct basket *basket, struct buffer *out)
{
    char amount[ORDER_AMOUNT_SIZE];
    order_amount(basket->total_cents, basket->currency, amount);
    buffer_format(out, "%zu %s, %s", basket->count, basket->count == 1 ? "line" : "lines", amount);
    if (basket->customer_name[0] != '\0')
        buffer_format(out, "  %s", basket->customer_name);
}

static void approved(struct app *app, void *context, const struct actor *approver)
{
    struct order_form *form = context;
    if (approver == NULL)
        return;
    form->approver = approver->user_id;
    if (form->again(app, form) & OUTCOME_CLOSE)
        app_close_top(app);
}

static void ask_approval(struct order_form *form, const char *right)
{
    struct buffer what;
    char amount[ORDER_AMOUNT_SIZE];
    buffer_init(&what);
    int64_t discount = order_form_discount(&form->basket);
    order_amount(discount, form->basket.currency, amount);
    bool is_return = strcmp(right, "orders.approve") == 0;
    buffer_add(&what, is_return ? "Goods back without a receipt: " : "Discount above the limit: ");
    if (discount != 0 && !is_return) /* else the price that was typed is below the catalogue's */
        buffer_format(&what, "%s off, ", amount);
    say_basket(&form->basket, &what);
    approve_open(form->app, right, what.text, approved, form);
    buffer_done(&what);
}

bool order_form_store(struct order_form *form, const char *status, bool says,
                      unsigned (*again)(struct app *app, void *form))
{
    struct error err;
    struct uuid id;
    const struct actor actor = approve_actor(form->app, &form->approver);
    form->again = again;
    form->approver = (struct uuid){{0}}; /* it was allowed once, whatever comes of it */
    if (!order_save(app_store(form->app), &actor, &form->basket, status, &id, &err)) {
        if (err.code == ERROR_CONFLICT)
            ask_conflict(form, &err);
        else if (approve_would_help(form->app, "orders.discount", &err) ||
                 approve_would_help(form->app, "orders.approve", &err))
            ask_approval(form, err.field);
        else
            app_toast_error(form->app, &err);
        return false;
    }
    forget_draft(form);
    look_at_stored(form, &id, says);
    return true;
}

enum leaving { LEAVE_DRAFT, LEAVE_PARKED, LEAVE_NOTHING, LEAVE_STAY };

/* Who types an item's name into a choice must not throw an order away by its first letter. */
static void ask_throw_away(struct app *app, const char *title, const char *what,
                           void (*done)(struct app *, void *, bool), void *context)
{
    const struct dialog_question question = {.title = title,
                                             .text = what,
                                             .yes = "Throw away",
                                             .no = "Keep",
                                             .done = done,
                                             .context = context};
    dialog_confirm(app, &question);
}

static void thrown_away(struct app *app, void *context, bool is_confirmed)
{
    if (!is_confirmed)
        return;
    forget_draft(context);
    app_close_top(app);
}

static void leave(struct app *app, void *context, int chosen)
{
    struct order_form *form = context;
    unsigned outcome = OUTCOME_HANDLED;
    if (chosen == LEAVE_DRAFT)
        outcome = order_form_keep_draft(app, form);
    else if (chosen == LEAVE_PARKED)
        outcome = order_form_park(app, form);
    if (outcome & OUTCOME_CLOSE)
        app_close_top(app);
    if (chosen != LEAVE_NOTHING)
        return;
    struct buffer what;
    buffer_init(&what);
    say_basket(&form->basket, &what);
    bool is_new = uuid_is_zero(&form->basket.order_id);
    ask_throw_away(app, is_new ? "Throw this order away?" : "Throw the changes away?", what.text,
                   thrown_away, form);
    buffer_done(&what);
}

void order_form_leave(struct order_form *form)
{
    bool is_new = uuid_is_zero(&form->basket.order_id);
    const struct list_item items[] = {
        [LEAVE_DRAFT] = {.text = "Keep it as a draft"},
        [LEAVE_PARKED] = {.text = "Park it"},
        [LEAVE_NOTHING] = {.text = is_new ? "Throw it away" : "Throw the changes away"},
        [LEAVE_STAY] = {.text = "Go on with it"},
    };
    if (!form->is_changed || (is_new && form->basket.count == 0)) {
        forget_draft(form);
        app_close_top(form->app);
        return;
    }
    const struct dialog_choice choice = {.title = "This order is not stored yet",
                                         .items = items,
                                         .count = sizeof items / sizeof items[0],
                                         .start = LEAVE_STAY,
                                         .done = leave,
                                         .context = form};
    dialog_choose(form->app, &choice);
}

/* What is to be opened, while the person is asked whether to go on with a draft instead. */
struct opening {
    char kind[16];
    struct uuid order; /* zero: a new one */
    struct uuid draft;
    char words[200]; /* what is on the draft */
};

static void open_empty(struct app *app, const struct opening *opening, const char *code)
{
    struct basket basket;
    struct error err;
    char currency[4];
    if (!uuid_is_zero(&opening->order)) {
        if (basket_load(&basket, app_store(app), &opening->order, &err))
            order_form_show(app, &basket);
        else
            app_toast_error(app, &err);
        return;
    }
    if (!tenant_currency(app_store(app), currency, &err)) {
        app_toast_error(app, &err);
        return;
    }
    basket_init(&basket, opening->kind, currency);
    struct order_form *form = order_form_show(app, &basket);
    if (code != NULL)
        order_form_scan(form, code);
}

static bool read_draft(const struct draft *draft, struct basket *basket, char **typed,
                       struct error *err)
{
    json_t *body = json_loads(draft->body, 0, NULL);
    char *text = json_dumps(json_object_get(body, "basket"), JSON_COMPACT);
    const char *line = json_string_value(json_object_get(body, "typed"));
    bool is_good = text != NULL && basket_from_json(basket, text, err);
    if (text == NULL)
        error_set(err, ERROR_INPUT, "What was kept of the order can't be read.");
    *typed = memory_text(line != NULL ? line : "");
    free(text);
    json_decref(body);
    return is_good;
}

static void open_draft(struct app *app, const struct uuid *id)
{
    struct arena *arena = arena_new();
    struct error err;
    struct draft draft;
    struct basket basket;
    char *typed = NULL;
    int found = draft_load(app_store(app), id, arena, &draft, &err);
    if (found == 1 && read_draft(&draft, &basket, &typed, &err)) {
        struct order_form *form = order_form_show(app, &basket);
        form->draft = *id;
        form->is_changed = true;
        editor_set(&form->line, typed);
    } else if (found != 0) {
        app_toast_error(app, &err);
    }
    free(typed);
    arena_free(arena);
}

enum { GO_ON, LATER, THROW_AWAY };

static void drop_draft(struct app *app, void *context, bool is_confirmed)
{
    struct opening *opening = context;
    struct error err;
    if (is_confirmed && draft_delete(app_store(app), &opening->draft, &err))
        open_empty(app, opening, NULL);
    else if (is_confirmed)
        app_toast_error(app, &err);
    free(opening);
}

static void choose_opening(struct app *app, void *context, int chosen)
{
    struct opening *opening = context;
    if (chosen == THROW_AWAY) {
        ask_throw_away(app, "Throw this order away?", opening->words, drop_draft, opening);
        return;
    }
    if (chosen == GO_ON)
        open_draft(app, &opening->draft);
    else if (chosen >= 0)
        open_empty(app, opening, NULL);
    free(opening);
}

static void ask_opening(struct app *app, const struct opening *opening, const struct draft *draft)
{
    static const struct list_item items[] = {
        [GO_ON] = {.text = "Go on with it"},
        [LATER] = {.text = "Leave it for later"},
        [THROW_AWAY] = {.text = "Throw it away"},
    };
    struct basket basket;
    char *typed = NULL;
    struct buffer text;
    char when[INSTANT_TEXT_SIZE];
    const struct env *env = store_env(app_store(app));
    buffer_init(&text);
    instant_format_short(draft->saved_at, env_now(env), env->zone, when);
    if (read_draft(draft, &basket, &typed, NULL)) {
        buffer_format(&text, "%s: ", when);
        say_basket(&basket, &text);
        basket_done(&basket);
    }
    free(typed);
    struct opening *kept = memory_new(sizeof *kept);
    *kept = *opening;
    kept->draft = draft->id;
    text_copy(kept->words, sizeof kept->words, text.text);
    const struct dialog_choice choice = {.title = "An order that was not stored is still here",
                                         .text = text.text,
                                         .items = items,
                                         .count = sizeof items / sizeof items[0],
                                         .done = choose_opening,
                                         .context = kept};
    dialog_choose(app, &choice);
    buffer_done(&text);
}

/* The draft of that order (zero: of a new one), if there is any. */
static bool find_draft(struct app *app, const struct uuid *order, struct arena *arena,
                       struct draft *out)
{
    enum { LOOKED_AT = 20 };
    struct draft drafts[LOOKED_AT];
    int count = draft_list(app_store(app), draft_screen, &app_actor(app)->user_id, LOOKED_AT, arena,
                           drafts, NULL);
    for (int i = 0; i < count; i++)
        if (uuid_equal(&drafts[i].row_id, order)) {
            *out = drafts[i];
            return true;
        }
    return false;
}

static void open_form(struct app *app, const struct opening *opening, const char *code)
{
    struct arena *arena = arena_new();
    struct draft draft;
    if (code == NULL && find_draft(app, &opening->order, arena, &draft))
        ask_opening(app, opening, &draft);
    else
        open_empty(app, opening, code);
    arena_free(arena);
}

void order_form_new(struct app *app, const char *kind, const char *code)
{
    struct opening opening = {.order = {{0}}};
    snprintf(opening.kind, sizeof opening.kind, "%s", kind);
    open_form(app, &opening, code);
}

void order_form_edit(struct app *app, const struct uuid *id)
{
    open_form(app, &(struct opening){.order = *id}, NULL);
}
