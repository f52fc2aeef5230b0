/* Taking money at the counter: Enter takes what is left exactly in cash; an amount before it is
 * what was handed over; a letter is another way of paying. Nothing is written before the last of it
 * has been taken. */
#include "tui/screens/sale.h"

#include "model/base/money.h"
#include "model/base/text.h"
#include "tui/screens/approve.h"
#include "tui/screens/order_words.h"
#include "tui/screens/pay_methods.h"
#include "tui/widgets/dialog.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Digits of the shortest code on goods that can't be money, and of the shortest that may be one:
 * EAN-8 and the numbers that shops print themselves. */
enum { CODE_LEAST = 12, CODE_MAYBE = 8 };

static int64_t left_to_pay(const struct counter *counter)
{
    return counter->method == PAY_CASH ? sale_cash_left(&counter->sale) : sale_left(&counter->sale);
}

static void preset(struct counter *counter)
{
    char amount[MONEY_TEXT_SIZE];
    int64_t left = left_to_pay(counter);
    money_plain(left < 0 ? -left : left, counter->sale.basket.currency, amount);
    editor_set(&counter->line, amount);
    counter->is_preset = true;
    counter->on_reference = false;
}

static void begin(struct counter *counter, size_t method)
{
    counter->mode = COUNTER_PAYING;
    counter->method = method;
    preset(counter);
}

static void say_failure(struct counter *counter, const struct error *err)
{
    app_toast_error(counter->app, err);
    app_beep(counter->app);
}

static void finish(struct counter *counter);

static void approved(struct app *app, void *context, const struct actor *approver)
{
    struct counter *counter = context;
    (void)app;
    if (approver == NULL)
        return;
    counter->approver = approver->user_id;
    finish(counter);
}

/* Whoever sells may lack one of these; somebody who has it allows it on the spot. */
static const struct {
    const char *right, *what;
} approvable[] = {
    {"orders.discount", "Prices below the limit"},
    {"orders.refund", "Money back"},
    {"orders.approve", "Goods back without a receipt"},
};

static bool ask_approval(struct counter *counter, const struct error *err)
{
    char amount[ORDER_AMOUNT_SIZE], what[200];
    size_t i = 0, count = sizeof approvable / sizeof approvable[0];
    while (i < count && !approve_would_help(counter->app, approvable[i].right, err))
        i++;
    if (i == count)
        return false;
    order_amount(sale_total(&counter->sale), counter->sale.basket.currency, amount);
    snprintf(what, sizeof what, "%s: %zu %s, %s", approvable[i].what, counter->sale.basket.count,
             counter->sale.basket.count == 1 ? "line" : "lines", amount);
    approve_open(counter->app, approvable[i].right, what, approved, counter);
    return true;
}

/* Cash comes, or goes back where no tender says otherwise. */
static bool has_cash(const struct sale *sale)
{
    bool has = sale_left(sale) < 0;
    for (size_t i = 0; i < sale->tender_count; i++)
        has = has || strcmp(sale->tenders[i].method, "cash") == 0;
    return has;
}

static void finish(struct counter *counter)
{
    struct error err;
    bool opens = has_cash(&counter->sale);
    struct sale_result result;
    const struct actor actor = approve_actor(counter->app, &counter->approver);
    counter->approver = (struct uuid){{0}}; /* it was allowed once, whatever comes of it */
    if (!sale_finish(&counter->sale, app_store(counter->app), &actor, &result, &err)) {
        if (!ask_approval(counter, &err))
            say_failure(counter, &err);
        preset(counter);
        return;
    }
    counter_begin(counter);
    counter->last = result;
    counter->mode = COUNTER_DONE;
    counter_print(counter, opens);
}

/* What is left after it is asked for in cash again. */
static bool add(struct counter *counter, const struct sale_tender *tender)
{
    struct error err;
    if (!sale_tender_add(&counter->sale, app_store(counter->app), tender, &err)) {
        say_failure(counter, &err);
        return false;
    }
    if (!sale_keep(&counter->sale, app_store(counter->app), app_actor(counter->app), &err))
        say_failure(counter, &err);
    begin(counter, PAY_CASH);
    if (sale_left(&counter->sale) == 0)
        finish(counter);
    return true;
}

/* 0 where all that is left is meant. False while what is typed is no amount. */
static bool read_amount(const struct counter *counter, int64_t *cents, struct error *err)
{
    *cents = 0;
    if (counter->is_preset || editor_text(&counter->line)[0] == '\0')
        return true;
    if (!money_parse(editor_text(&counter->line), counter->sale.basket.currency, cents, err))
        return false;
    return *cents > 0 || error_set(err, ERROR_INPUT, "Type an amount above zero.");
}

static void take_tender(struct counter *counter, const char *reference)
{
    const struct pay_method *method = &pay_methods[counter->method];
    struct sale_tender tender = {.amount_cents = counter->amount_cents};
    int64_t left = sale_left(&counter->sale);
    snprintf(tender.method, sizeof tender.method, "%s", method->method);
    text_copy(tender.reference, sizeof tender.reference, reference);
    if (left < 0)
        tender.amount_cents = -tender.amount_cents;
    else if (counter->method == PAY_CASH && tender.amount_cents != 0)
        tender = (struct sale_tender){.method = "cash", .tendered_cents = tender.amount_cents};
    add(counter, &tender);
}

static void ask_reference(struct counter *counter)
{
    counter->on_reference = true;
    editor_set(&counter->line, "");
}

/* How many digits were typed, and nothing else; 0: something else was. */
static size_t typed_digits(const struct counter *counter)
{
    const char *text = editor_text(&counter->line);
    size_t size = strlen(text);
    return !counter->is_preset && strspn(text, "0123456789") == size ? size : 0;
}

/* A letter that is no way of paying begins a code: what follows is no amount, and no key for one.
 */
static bool holds_letter(const struct counter *counter)
{
    const char *text = editor_text(&counter->line);
    while (*text != '\0' && !isalpha((unsigned char)*text))
        text++;
    return !counter->on_reference && *text != '\0';
}

/* As if it was scanned; where that leaves something to pay, it is asked for again. */
static void take_code(struct counter *counter, const char *code)
{
    counter_scan(counter, code);
    if (counter->mode == COUNTER_PAYING)
        preset(counter);
}

static void take_amount(struct counter *counter)
{
    struct error err;
    if (!read_amount(counter, &counter->amount_cents, &err))
        say_failure(counter, &err);
    else if (pay_methods[counter->method].reference != NULL)
        ask_reference(counter);
    else
        take_tender(counter, "");
}

enum { IS_CODE, IS_MONEY, KINDS };

static void told(struct app *app, void *context, int chosen)
{
    struct counter *counter = context;
    if (chosen == IS_CODE)
        take_code(counter, editor_text(&counter->line));
    else if (chosen == IS_MONEY)
        take_amount(counter);
    app_redraw(app);
}

/* So many digits may be a code that was typed, or more money than anybody hands over by mistake. */
static void ask_which(struct counter *counter)
{
    static const struct list_item items[KINDS] = {
        [IS_CODE] = {.text = "The code of goods or a card: add it to the sale"},
        [IS_MONEY] = {.text = "Money that was handed over"},
    };
    const struct dialog_choice choice = {.title = "What is this number?",
                                         .text = editor_text(&counter->line),
                                         .items = items,
                                         .count = KINDS,
                                         .done = told,
                                         .context = counter};
    dialog_choose(counter->app, &choice);
}

static unsigned take_line(struct counter *counter)
{
    const struct pay_method *method = &pay_methods[counter->method];
    const char *text = editor_text(&counter->line);
    const size_t digits = typed_digits(counter);
    if (sale_left(&counter->sale) == 0)
        finish(counter);
    else if (counter->on_reference && method->needs_reference && text[0] == '\0')
        app_toast(counter->app, TOAST_WARNING, "Type or scan the number of the %s.", method->label);
    else if (counter->on_reference)
        take_tender(counter, text);
    else if (digits >= CODE_LEAST || holds_letter(counter))
        take_code(counter, text);
    else if (digits >= CODE_MAYBE)
        ask_which(counter);
    else
        take_amount(counter);
    return COUNTER_REDRAWN;
}

/* An amount that was typed stays; what can't be read as one is begun anew. */
static unsigned choose(struct counter *counter, size_t method)
{
    bool is_typed = !counter->on_reference && !counter->is_preset &&
                    read_amount(counter, &counter->amount_cents, NULL) && counter->amount_cents > 0;
    counter->method = method;
    if (!is_typed) {
        counter->amount_cents = 0;
        preset(counter);
    }
    if (pay_methods[method].needs_reference)
        ask_reference(counter);
    return COUNTER_REDRAWN;
}

static unsigned go_back(struct counter *counter)
{
    if (counter->on_reference) {
        begin(counter, PAY_CASH);
        return COUNTER_REDRAWN;
    }
    counter->mode = COUNTER_SELLING;
    editor_set(&counter->line, "");
    return COUNTER_REDRAWN;
}

static unsigned take_last_off(struct counter *counter)
{
    struct error err;
    if (counter->sale.tender_count == 0)
        return COUNTER_REDRAWN;
    sale_tender_remove(&counter->sale, counter->sale.tender_count - 1);
    if (!sale_keep(&counter->sale, app_store(counter->app), app_actor(counter->app), &err))
        say_failure(counter, &err);
    begin(counter, PAY_CASH);
    return COUNTER_REDRAWN;
}

/* A digit over the preset amount begins a new one; editing keys keep it. */
static unsigned edit(struct counter *counter, const struct event *event)
{
    bool is_text = event->kind == EVENT_KEY && key_is_text(event->key);
    bool is_amount = !counter->on_reference;
    bool is_begun = !counter->is_preset && editor_text(&counter->line)[0] != '\0';
    if (is_amount && is_text && is_begun && !holds_letter(counter) && event->key < 0x80 &&
        isalpha((int)event->key))
        return OUTCOME_HANDLED; /* a letter amid an amount that is no way of paying */
    if (is_amount && counter->is_preset && is_text)
        editor_set(&counter->line, "");
    unsigned revision = counter->line.revision;
    unsigned outcome = editor_handle(&counter->line, event);
    if (is_amount && (revision != counter->line.revision || is_text))
        counter->is_preset = false;
    return outcome;
}

unsigned counter_pay_key(struct counter *counter, const struct event *event)
{
    key_code key = event->kind == EVENT_KEY ? event->key : 0;
    if (key == KEY_RETURN)
        return take_line(counter);
    if (key == KEY_ESCAPE)
        return go_back(counter);
    if (holds_letter(counter))
        return edit(counter, event);
    if (!counter->on_reference) {
        for (size_t i = 0; i < PAY_METHOD_COUNT; i++)
            if (key == (key_code)pay_methods[i].key)
                return choose(counter, i);
        if (key == '-' || key == KEY_DEL)
            return take_last_off(counter);
    }
    bool is_open = !counter->on_reference || editor_text(&counter->line)[0] == '\0';
    if (is_open && key == '*')
        return choose(counter, (counter->method + 1) % PAY_METHOD_COUNT);
    if (is_open && key == '/')
        return go_back(counter);
    return edit(counter, event);
}

void counter_begin_paying(struct counter *counter)
{
    begin(counter, PAY_CASH);
}

void counter_pay_by_card(struct counter *counter, const char *code)
{
    if (counter->on_reference || !read_amount(counter, &counter->amount_cents, NULL))
        counter->amount_cents = 0;
    counter->method = PAY_GIFT_CARD;
    take_tender(counter, code);
}
