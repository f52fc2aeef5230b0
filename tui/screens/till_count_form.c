/* Counting a till: how many of each coin and note, and what they come to. */
#include "model/base/money.h"
#include "model/till/till.h"
#include "tui/screens/till_windows.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_SIZE = 40, REASON_MAX = 255 };

struct counting {
    struct app *app;
    enum till_counting purpose;
    char currency[4];
    struct till_count count;
    struct form_field fields[TILL_PIECES_MAX];
    char labels[TILL_PIECES_MAX][LABEL_SIZE];
    size_t field_count;
    struct form *form;
};

static const struct words {
    const char *title, *hint;
} words[] = {
    [COUNT_TO_OPEN] = {"The float", "+ opens the till, Enter goes on, Esc goes back"},
    [COUNT_TO_TAKE_OVER] = {"What is in the till", "+ takes it over, Enter goes on, Esc goes back"},
    [COUNT_TO_CLOSE] = {"Count the till", "+ when all is counted, Enter goes on, Esc goes back"},
};

static bool read_pieces(const char *text, int64_t *pieces, struct error *err)
{
    int64_t milli = 0;
    bool is_number = text[0] == '\0' || quantity_parse(text, &milli, NULL);
    *pieces = milli / 1000;
    return (is_number && milli >= 0 && milli % 1000 == 0 && *pieces <= TILL_PIECES_OF_ONE_MAX) ||
           error_set(err, ERROR_INPUT, "Type how many there are, such as 12");
}

static bool check_pieces(void *context, const struct form_field *field, const char *text,
                         struct buffer *normal, struct error *err)
{
    int64_t pieces;
    (void)context;
    (void)field;
    (void)normal;
    return read_pieces(text, &pieces, err);
}

static bool check_amount(void *context, const struct form_field *field, const char *text,
                         struct buffer *normal, struct error *err)
{
    const struct counting *counting = context;
    int64_t cents;
    (void)field;
    (void)normal;
    return money_parse(text, counting->currency, &cents, err) &&
           (cents >= 0 || error_set(err, ERROR_INPUT, "A count is never below zero"));
}

/* What stands in the fields; false while one is wrong. */
static bool read_count(struct counting *counting)
{
    bool is_right = true;
    for (size_t i = 0; is_right && i < counting->count.count; i++)
        is_right =
            read_pieces(form_value(counting->form, i), &counting->count.pieces[i].pieces, NULL);
    const char *amount = counting->count.count == 0 ? form_value(counting->form, 0) : "";
    return is_right && (amount[0] == '\0' || money_parse(amount, counting->currency,
                                                         &counting->count.amount_cents, NULL));
}

static void draw_note(void *context, struct pane pane)
{
    struct counting *counting = context;
    char amount[MONEY_TEXT_SIZE], sum[MONEY_TEXT_SIZE + 8];
    int64_t cents;
    if (!read_count(counting) || !till_count_sum(&counting->count, &cents, NULL))
        return;
    money_format(cents, counting->currency, amount);
    snprintf(sum, sizeof sum, "%s %s", amount, counting->currency);
    text_draw(pane, 0, 0, pane.width, ROLE_LABEL, "Counted");
    text_put(pane, 0, 8, pane.width > 8 ? pane.width - 8 : 0, ROLE_STRONG, ALIGN_RIGHT, sum);
}

/* The question is gone by now, and the grid is on top again. */
static void close_it(struct counting *counting, const char *reason)
{
    struct app *app = counting->app;
    struct uuid session;
    struct error err;
    if (!till_close(app_store(app), app_actor(app), &counting->count, reason, &session, &err)) {
        app_toast_error(app, &err);
        return;
    }
    app_close_top(app);
    app_toast(app, TOAST_INFO, "The till is closed.");
    if (!till_view_open(app, &session, &err))
        app_toast_error(app, &err);
}

static void reason_given(struct app *app, void *context, const char *text)
{
    (void)app;
    if (text != NULL)
        close_it(context, text);
}

static bool check_reason(void *context, const char *text, struct error *err)
{
    (void)context;
    return text[strspn(text, " \t")] != '\0' ||
           error_set(err, ERROR_INPUT, "Say why it differs, in a few words");
}

static void confirmed(struct app *app, void *context, bool is_confirmed)
{
    (void)app;
    if (is_confirmed)
        close_it(context, NULL);
}

/* Only now that it is counted: what should have been there. */
static void ask_to_close(struct counting *counting, const struct till_closing *closing)
{
    char expected[MONEY_TEXT_SIZE], counted[MONEY_TEXT_SIZE], difference[MONEY_TEXT_SIZE];
    char text[200];
    money_format(closing->expected_cents, counting->currency, expected);
    money_format(closing->counted_cents, counting->currency, counted);
    money_format(closing->difference_cents, counting->currency, difference);
    snprintf(text, sizeof text, "Counted %s, expected %s: difference %s %s.%s", counted, expected,
             difference, counting->currency, closing->needs_reason ? " Esc counts again." : "");
    const struct dialog_prompt prompt = {.title = "Why does it differ?",
                                         .text = text,
                                         .limit = REASON_MAX,
                                         .check = check_reason,
                                         .done = reason_given,
                                         .context = counting};
    const struct dialog_question question = {.title = "Close the till?",
                                             .text = text,
                                             .yes = "Close it",
                                             .no = "Count again",
                                             .done = confirmed,
                                             .context = counting};
    if (closing->needs_reason)
        dialog_prompt(counting->app, &prompt);
    else
        dialog_confirm(counting->app, &question);
}

static bool open_or_take(struct counting *counting, struct error *err)
{
    struct app *app = counting->app;
    struct store *store = app_store(app);
    const struct actor *actor = app_actor(app);
    bool is_opening = counting->purpose == COUNT_TO_OPEN;
    bool is_done = is_opening ? till_open(store, actor, &counting->count, NULL, err)
                              : till_take_over(store, actor, &counting->count, err);
    if (is_done)
        app_toast(app, TOAST_INFO, is_opening ? "The till is open." : "The till is yours.");
    return is_done;
}

static unsigned save(void *context, struct app *app)
{
    struct counting *counting = context;
    struct till_closing closing;
    struct error err = {0};
    bool is_closing = counting->purpose == COUNT_TO_CLOSE;
    bool is_done =
        read_count(counting) && (is_closing ? till_close_check(app_store(app), app_actor(app),
                                                               &counting->count, &closing, &err)
                                            : open_or_take(counting, &err));
    if (!is_done) {
        if (!form_show_error(counting->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    if (is_closing)
        ask_to_close(counting, &closing);
    return is_closing ? OUTCOME_REDRAW : OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    free(context);
    app_refresh(app);
}

/* Enter goes on to the next coin, as on an adding machine; + is done. */
static unsigned handle(void *context, struct app *app, const struct event *event)
{
    struct counting *counting = context;
    struct form *form = counting->form;
    if (event->kind != EVENT_KEY)
        return OUTCOME_IGNORED;
    if (event->key == '+')
        return form_save(form, app);
    if (event->key == KEY_RETURN && form->focus + 1 < form->count) {
        form_focus(form, form->focus + 1);
        return OUTCOME_REDRAW;
    }
    if (event->key == '-') {
        form_focus(form, form->focus > 0 ? form->focus - 1 : 0);
        return OUTCOME_REDRAW;
    }
    return OUTCOME_IGNORED;
}

static void set_fields(struct counting *counting)
{
    char amount[MONEY_TEXT_SIZE];
    for (size_t i = 0; i < counting->count.count; i++) {
        money_format(counting->count.pieces[i].cents, counting->currency, amount);
        snprintf(counting->labels[i], LABEL_SIZE, "%s x", amount);
        counting->fields[i] = (struct form_field){.name = "pieces",
                                                  .label = counting->labels[i],
                                                  .kind = FIELD_NUMBER,
                                                  .limit = 8,
                                                  .check = check_pieces};
    }
    counting->field_count = counting->count.count;
    if (counting->field_count > 0)
        return;
    counting->field_count = 1;
    counting->fields[0] = (struct form_field){.name = "count",
                                              .label = "Amount",
                                              .kind = FIELD_NUMBER,
                                              .limit = MONEY_TEXT_SIZE - 1,
                                              .check = check_amount};
}

/* A count begins only where it can end: the errors are those of closing nothing. */
static bool may_begin(struct app *app, enum till_counting purpose, struct error *err)
{
    const struct till_count nothing = {.count = 0};
    struct till_closing closing;
    return purpose != COUNT_TO_CLOSE ||
           till_close_check(app_store(app), app_actor(app), &nothing, &closing, err);
}

void till_count_open(struct app *app, enum till_counting purpose)
{
    static const struct form_ops ops = {.save = save};
    struct error err;
    struct counting *counting = memory_new(sizeof *counting);
    *counting = (struct counting){.app = app, .purpose = purpose};
    if (!may_begin(app, purpose, &err) ||
        !till_currency(app_store(app), &app_actor(app)->register_id, counting->currency, &err)) {
        app_toast_error(app, &err);
        free(counting);
        return;
    }
    till_count_init(&counting->count, counting->currency);
    set_fields(counting);
    const struct dialog_form ask = {.title = words[purpose].title,
                                    .hint = words[purpose].hint,
                                    .fields = counting->fields,
                                    .count = counting->field_count,
                                    .ops = &ops,
                                    .context = counting,
                                    .guards = true,
                                    .note_rows = 1,
                                    .draw_note = draw_note,
                                    .handle = handle,
                                    .closed = closed};
    dialog_form(app, &ask, &counting->form);
}
