#include "tui/screens/customer_pick.h"

#include "model/base/text.h"
#include "tui/widgets/dialog_form.h"
#include "tui/widgets/picker.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MOST = 20, NAME_MAX_CHARACTERS = 255, PHONE_MAX = 50 };

struct pick {
    struct app *app;
    char *typed; /* what was looked for last, which a new one begins with */
    void (*done)(struct app *app, void *context, const struct customer *customer);
    void *context;
    /* the form of a new one */
    struct arena *arena;
    struct form *form;
    struct form_field fields[2];
    bool is_answered;
};
enum { NAME, PHONE, FIELD_COUNT };

static void pick_free(struct pick *pick)
{
    arena_free(pick->arena);
    free(pick->typed);
    free(pick);
}

/* What is offered besides those that were found; told apart by their addresses. */
static const struct customer a_new_one, nobody;

static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    struct pick *pick = context;
    struct customer *found = arena_alloc(arena, SHOWN_MOST * sizeof *found);
    int count = customer_find(app_store(pick->app), typed, SHOWN_MOST, arena, found, NULL);
    size_t kept = 0;
    free(pick->typed);
    pick->typed = memory_text(typed);
    for (int i = 0; i < count && kept + 2 < limit; i++)
        out[kept++] = (struct picker_item){
            .shown = {.text = found[i].name, .detail = found[i].phone, .note = found[i].email},
            .value = &found[i]};
    const char *label =
        text_is_blank(typed) ? "New customer …" : arena_format(arena, "New customer: %s", typed);
    out[kept++] = (struct picker_item){.shown = {.text = label}, .value = &a_new_one};
    if (text_is_blank(typed))
        out[kept++] = (struct picker_item){.shown = {.text = "No customer"}, .value = &nobody};
    return kept;
}

static unsigned save(void *context, struct app *app)
{
    struct pick *pick = context;
    struct error err;
    struct customer customer = {.name = form_value(pick->form, NAME),
                                .phone = form_value(pick->form, PHONE),
                                .email = "",
                                .card = ""};
    if (!customer_create(app_store(app), app_actor(app), customer.name, customer.phone, NULL,
                         &customer.id, &err)) {
        if (!form_show_error(pick->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_HANDLED;
    }
    if (text_is_blank(customer.name))
        customer.name = customer.phone;
    app_toast(app, TOAST_INFO, "%s is a customer now.", customer.name);
    pick->is_answered = true;
    pick->done(app, pick->context, &customer);
    return OUTCOME_CLOSE;
}

static void close_form(struct app *app, void *context)
{
    struct pick *pick = context;
    if (!pick->is_answered)
        pick->done(app, pick->context, NULL);
    pick_free(pick);
}

static const struct form_ops ops = {.save = save};

/* Digits that were typed are the beginning of a number, anything else of a name. */
static void ask_new(struct app *app, struct pick *pick)
{
    bool is_number =
        pick->typed[0] != '\0' && pick->typed[strspn(pick->typed, "0123456789 +-/()")] == '\0';
    const char *typed = arena_text(pick->arena, pick->typed);
    pick->fields[NAME] = (struct form_field){.name = "name",
                                             .label = "Name",
                                             .kind = FIELD_TEXT,
                                             .value = is_number ? NULL : typed,
                                             .limit = NAME_MAX_CHARACTERS};
    pick->fields[PHONE] = (struct form_field){.name = "phone",
                                              .label = "Phone",
                                              .kind = FIELD_TEXT,
                                              .value = is_number ? typed : NULL,
                                              .limit = PHONE_MAX};
    const struct dialog_form dialog = {.title = "New customer",
                                       .hint = "Enter saves, Esc goes back",
                                       .fields = pick->fields,
                                       .count = FIELD_COUNT,
                                       .ops = &ops,
                                       .context = pick,
                                       .closed = close_form};
    dialog_form(app, &dialog, &pick->form);
    if (!is_number && typed[0] != '\0')
        form_focus(pick->form, PHONE);
}

static void picked(struct app *app, void *context, const struct picker_item *item)
{
    struct pick *pick = context;
    const struct customer *customer = item != NULL ? item->value : NULL;
    if (customer == &a_new_one) {
        ask_new(app, pick);
        return;
    }
    pick->done(app, pick->context, customer);
    pick_free(pick);
}

void customer_pick(struct app *app, const char *typed,
                   void (*done)(struct app *app, void *context, const struct customer *customer),
                   void *context)
{
    struct pick *pick = memory_new(sizeof *pick);
    pick->app = app;
    pick->typed = memory_text("");
    pick->arena = arena_new();
    pick->done = done;
    pick->context = context;
    const struct picker picker = {.title = "Customer",
                                  .hint = "name, phone number or card",
                                  .start = typed,
                                  .takes_scans = true,
                                  .find = find,
                                  .done = picked,
                                  .context = pick};
    picker_open(app, &picker);
}
