/* Cash put in or taken out by hand. */
#include "model/base/money.h"
#include "model/till/till.h"
#include "tui/screens/till_windows.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

enum { AMOUNT, REASON, FIELD_COUNT, REASON_MAX = 255 };

struct moving {
    const char *kind;
    char currency[4];
    struct form_field fields[FIELD_COUNT];
    struct form *form;
};

static bool check_amount(void *context, const struct form_field *field, const char *text,
                         struct buffer *normal, struct error *err)
{
    const struct moving *moving = context;
    int64_t cents;
    char shown[MONEY_TEXT_SIZE];
    (void)field;
    if (!money_parse(text, moving->currency, &cents, err))
        return false;
    if (cents <= 0)
        return error_set(err, ERROR_INPUT, "Type an amount above zero");
    money_plain(cents, moving->currency, shown);
    buffer_add(normal, shown);
    return true;
}

static unsigned save(void *context, struct app *app)
{
    struct moving *moving = context;
    struct error err = {0};
    int64_t cents;
    if (!money_parse(form_value(moving->form, AMOUNT), moving->currency, &cents, &err) ||
        !till_move(app_store(app), app_actor(app), moving->kind, cents,
                   form_value(moving->form, REASON), &err)) {
        if (!form_show_error(moving->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    app_toast(app, TOAST_INFO, "Noted; u takes it back.");
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    free(context);
    app_refresh(app);
}

void till_move_open(struct app *app, const char *kind)
{
    static const struct form_ops ops = {.save = save};
    struct error err;
    struct moving *moving = memory_new(sizeof *moving);
    *moving = (struct moving){
        .kind = kind,
        .fields = {[AMOUNT] = {.name = "amount",
                               .label = "Amount",
                               .kind = FIELD_NUMBER,
                               .is_required = true,
                               .limit = MONEY_TEXT_SIZE - 1,
                               .check = check_amount},
                   [REASON] = {.name = "reason",
                               .label = "What for",
                               .kind = FIELD_TEXT,
                               .is_required = true,
                               .limit = REASON_MAX,
                               .help = "Such as change from the bank, stamps, flowers."}}};
    if (!till_currency(app_store(app), &app_actor(app)->register_id, moving->currency, &err)) {
        app_toast_error(app, &err);
        free(moving);
        return;
    }
    const struct dialog_form ask = {.title = strcmp(kind, "pay_in") == 0 ? "Put cash in"
                                             : strcmp(kind, "pay_out") == 0
                                                 ? "Take cash out"
                                                 : "Bring cash to the safe",
                                    .hint = "Enter notes it, Esc goes back",
                                    .fields = moving->fields,
                                    .count = FIELD_COUNT,
                                    .ops = &ops,
                                    .context = moving,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &moving->form);
}
