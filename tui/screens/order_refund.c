/* Giving money back: on which payment, how much, why; then a question that names it all. */
#include "tui/screens/approve.h"
#include "tui/screens/order_words.h"
#include "tui/screens/orders.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

enum { PAYMENT, AMOUNT, REASON, FIELD_COUNT, REASON_MAX = 500 };

static const char last_first[] = "the last one first";

struct refunding {
    struct app *app;
    struct arena *arena;
    struct order order;
    const char **choices;  /* the first is `last_first`, then one for each payment left */
    struct uuid *payments; /* of the choices; the first is zero */
    struct form *form;
    struct form_field fields[FIELD_COUNT];
    int64_t cents;
};

static size_t chosen(const struct refunding *refunding)
{
    const char *value = form_value(refunding->form, PAYMENT);
    size_t i = 0;
    while (refunding->choices[i] != NULL && strcmp(refunding->choices[i], value) != 0)
        i++;
    return refunding->choices[i] != NULL ? i : 0;
}

static int64_t limit(const struct refunding *refunding, size_t choice)
{
    return order_refundable(&refunding->order, &refunding->payments[choice]);
}

static const char *plain(const struct refunding *refunding, int64_t cents)
{
    char text[MONEY_TEXT_SIZE];
    money_plain(cents, refunding->order.currency, text);
    return arena_text(refunding->arena, text);
}

/* The amount follows the payment that is chosen: all that is left of it. */
static void changed(void *context, size_t field)
{
    struct refunding *refunding = context;
    if (field == PAYMENT)
        form_set(refunding->form, AMOUNT, plain(refunding, limit(refunding, chosen(refunding))),
                 NULL);
}

static bool check_amount(void *context, const struct form_field *field, const char *text,
                         struct buffer *normal, struct error *err)
{
    const struct refunding *refunding = context;
    char most[ORDER_AMOUNT_SIZE];
    int64_t cents;
    (void)field;
    (void)normal;
    if (!money_parse(text, refunding->order.currency, &cents, err))
        return false;
    int64_t left =
        refunding->form != NULL ? limit(refunding, chosen(refunding)) : limit(refunding, 0);
    order_amount(left, refunding->order.currency, most);
    if (cents <= 0)
        return error_set(err, ERROR_INPUT, "Type an amount above zero.");
    return cents <= left || error_set(err, ERROR_INPUT, "At most %s can be given back here.", most);
}

static void approved(struct app *app, void *context, const struct actor *approver);

/* The form stands below; whoever may not do it asks somebody who may. */
static void give_back(struct app *app, struct refunding *refunding, const struct actor *actor)
{
    static const char right[] = "orders.refund";
    struct error err;
    char amount[ORDER_AMOUNT_SIZE];
    order_amount(refunding->cents, refunding->order.currency, amount);
    if (order_refund(app_store(app), actor, &refunding->order.id,
                     &refunding->payments[chosen(refunding)], refunding->cents,
                     form_value(refunding->form, REASON), &err)) {
        app_toast(app, TOAST_INFO, "Gave %s back on %s.", amount, refunding->order.number);
        app_close_top(app);
    } else if (uuid_is_zero(&actor->approver_id) && approve_would_help(app, right, &err)) {
        approve_open(app, right,
                     arena_format(refunding->arena, "Give %s back on %s: %s", amount,
                                  refunding->order.number, form_value(refunding->form, REASON)),
                     approved, refunding);
    } else if (!form_show_error(refunding->form, &err)) {
        app_toast_error(app, &err);
    }
}

static void approved(struct app *app, void *context, const struct actor *approver)
{
    if (approver == NULL)
        return;
    const struct actor actor = approve_actor(app, &approver->user_id);
    give_back(app, context, &actor);
}

static void confirmed(struct app *app, void *context, bool is_confirmed)
{
    if (is_confirmed)
        give_back(app, context, app_actor(app));
}

static unsigned save(void *context, struct app *app)
{
    struct refunding *refunding = context;
    struct error err;
    char amount[ORDER_AMOUNT_SIZE];
    size_t choice = chosen(refunding);
    if (!money_parse(form_value(refunding->form, AMOUNT), refunding->order.currency,
                     &refunding->cents, &err)) {
        app_toast_error(app, &err);
        return OUTCOME_HANDLED;
    }
    order_amount(refunding->cents, refunding->order.currency, amount);
    struct arena *arena = refunding->arena;
    const struct dialog_question question = {
        .title = arena_format(arena, "Give %s back on %s?", amount, refunding->order.number),
        .text =
            arena_format(arena, "On: %s\nWhy: %s\nThis can't be undone.",
                         choice > 0 ? refunding->choices[choice] : "its payments, the last first",
                         form_value(refunding->form, REASON)),
        .yes = arena_format(arena, "Give %s back", amount),
        .no = "Keep it",
        .done = confirmed,
        .context = refunding};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static void close_refund(struct app *app, void *context)
{
    struct refunding *refunding = context;
    (void)app;
    arena_free(refunding->arena);
    free(refunding);
}

/* The payments of which something is left, as a person tells them apart. */
static void list_payments(struct refunding *refunding)
{
    const struct order *order = &refunding->order;
    const char *zone = store_env(app_store(refunding->app))->zone;
    size_t count = 1, room = order->payment_count + 2;
    refunding->choices = arena_alloc(refunding->arena, room * sizeof *refunding->choices);
    refunding->payments = arena_alloc(refunding->arena, room * sizeof *refunding->payments);
    refunding->choices[0] = last_first;
    for (size_t i = 0; i < order->payment_count; i++) {
        const struct order_payment *payment = &order->payments[i];
        char left[ORDER_AMOUNT_SIZE], when[INSTANT_TEXT_SIZE];
        int64_t cents = order_refundable(order, &payment->id);
        if (cents <= 0)
            continue;
        order_amount(cents, order->currency, left);
        instant_format_local(payment->at, zone, when);
        refunding->payments[count] = payment->id;
        refunding->choices[count++] = arena_format(refunding->arena, "%zu %s, %s, %s left", i + 1,
                                                   order_words(payment->method), when, left);
    }
}

static void ask(struct app *app, struct refunding *refunding)
{
    static const struct form_ops ops = {.save = save, .changed = changed};
    struct arena *arena = refunding->arena;
    char most[ORDER_AMOUNT_SIZE];
    list_payments(refunding);
    order_amount(limit(refunding, 0), refunding->order.currency, most);
    const struct form_field fields[FIELD_COUNT] = {
        [PAYMENT] = {.name = "payment",
                     .label = "Payment",
                     .kind = FIELD_CHOICE,
                     .value = last_first,
                     .choices = refunding->choices,
                     .is_required = true,
                     .help = "Money goes back the way it came."},
        [AMOUNT] = {.name = "amount",
                    .label = "Amount",
                    .kind = FIELD_NUMBER,
                    .value = plain(refunding, limit(refunding, 0)),
                    .is_required = true,
                    .help = arena_format(arena, "At most %s.", most),
                    .check = check_amount},
        [REASON] = {.name = "reason",
                    .label = "Reason",
                    .kind = FIELD_TEXT,
                    .is_required = true,
                    .limit = REASON_MAX,
                    .help = "For the history and the books."},
    };
    memcpy(refunding->fields, fields, sizeof fields);
    const struct dialog_form dialog = {
        .title = arena_format(arena, "Refund %s", refunding->order.number),
        .hint = "Enter goes on, Esc goes back",
        .fields = refunding->fields,
        .count = FIELD_COUNT,
        .ops = &ops,
        .context = refunding,
        .closed = close_refund};
    dialog_form(app, &dialog, &refunding->form);
}

void order_refund_open(struct app *app, const struct uuid *id)
{
    struct error err;
    struct refunding *refunding = memory_new(sizeof *refunding);
    refunding->app = app;
    refunding->arena = arena_new();
    int found = order_load(app_store(app), id, refunding->arena, &refunding->order, &err);
    if (found == 0)
        error_set(&err, ERROR_NOT_FOUND, "This order is no longer in the store.");
    if (found == 1 && order_refundable(&refunding->order, &(struct uuid){{0}}) > 0) {
        ask(app, refunding);
        return;
    }
    if (found == 1)
        app_toast(app, TOAST_WARNING, "Nothing that was paid is left on %s.",
                  refunding->order.number);
    else
        app_toast_error(app, &err);
    close_refund(app, refunding);
}
