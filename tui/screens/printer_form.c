#include "tui/screens/printer_form.h"

#include "model/paper/print_settings.h"
#include "model/paper/printer.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

enum { KIND, ADDRESS, WIDTH, PAGE, CUT, DRAWER, ON_EACH, SHOP, TAX, FOOTER, LOGO, BARCODE, COUNT };

struct printer_form {
    struct arena *arena;
    struct form_field fields[COUNT];
    struct form *form;
};

static unsigned save(void *context, struct app *app)
{
    struct printer_form *state = context;
    const struct form *form = state->form;
    struct error err = {0};
    const struct print_settings settings = {.kind = form_value(form, KIND),
                                            .address = form_value(form, ADDRESS),
                                            .width = form_value(form, WIDTH),
                                            .code_page = form_value(form, PAGE),
                                            .cut = form_value(form, CUT),
                                            .drawer = form_value(form, DRAWER),
                                            .shop_address = form_value(form, SHOP),
                                            .tax_number = form_value(form, TAX),
                                            .footer = form_value(form, FOOTER),
                                            .logo = form_value(form, LOGO),
                                            .barcode = form_value(form, BARCODE)};
    if (print_settings_save(app_store(app), app_actor(app), &app_actor(app)->register_id, &settings,
                            &err)) {
        app_toast(app, TOAST_INFO, "Set; t prints a test page.");
        return OUTCOME_CLOSE;
    }
    if (!form_show_error(state->form, &err))
        app_toast_error(app, &err);
    return OUTCOME_REDRAW;
}

static void closed(struct app *app, void *context)
{
    struct printer_form *state = context;
    (void)app;
    arena_free(state->arena);
    free(state);
}

static void set_printer(struct form_field *to, const struct print_settings *now)
{
    static const char *const widths[] = {"80", "58", NULL};
    static const char *const pages[] = {"cp858", "cp850", "cp437", "cp1252", NULL};
    static const char *const pins[] = {"0", "1", "none", NULL};
    const struct form_field fields[ON_EACH] = {
        [KIND] = {.name = "kind",
                  .label = "Printer",
                  .kind = FIELD_CHOICE,
                  .value = now->kind,
                  .is_required = true,
                  .choices = printer_kinds,
                  .help = "tcp: over the network; terminal: at your end of the line."},
        [ADDRESS] = {.name = "address",
                     .label = "Address",
                     .kind = FIELD_TEXT,
                     .value = now->address,
                     .limit = 90,
                     .help = "10.0.0.7, /dev/usb/lp0, the name of a CUPS queue, a file."},
        [WIDTH] = {.name = "width",
                   .label = "Paper in mm",
                   .kind = FIELD_CHOICE,
                   .value = now->width,
                   .is_required = true,
                   .choices = widths},
        [PAGE] = {.name = "code_page",
                  .label = "Letters",
                  .kind = FIELD_CHOICE,
                  .value = now->code_page,
                  .is_required = true,
                  .choices = pages,
                  .help = "The printer's code page; the test page shows whether it is right."},
        [CUT] = {.name = "cut", .label = "Cuts", .kind = FIELD_BOOLEAN, .value = now->cut},
        [DRAWER] = {.name = "drawer_pin",
                    .label = "Drawer",
                    .kind = FIELD_CHOICE,
                    .value = now->drawer,
                    .is_required = true,
                    .choices = pins,
                    .help = "Which pin of its plug opens the drawer: most hang on 0."},
    };
    memcpy(to, fields, sizeof fields);
}

static void set_receipt(struct form_field *to, const struct print_settings *now)
{
    const struct form_field fields[COUNT] = {
        [ON_EACH] = {.name = "receipt", .label = "On every receipt", .kind = FIELD_SECTION},
        [SHOP] = {.name = "shop_address",
                  .label = "Address",
                  .kind = FIELD_LINES,
                  .value = now->shop_address,
                  .limit = 300,
                  .help = "Empty: that of the location."},
        [TAX] = {.name = "tax_number",
                 .label = "Tax number",
                 .kind = FIELD_TEXT,
                 .value = now->tax_number,
                 .limit = 40},
        [FOOTER] = {.name = "footer",
                    .label = "Last lines",
                    .kind = FIELD_LINES,
                    .value = now->footer,
                    .limit = 500},
        [LOGO] = {.name = "logo",
                  .label = "Logo",
                  .kind = FIELD_TEXT,
                  .value = now->logo,
                  .limit = 200,
                  .help = "The path of a black and white bitmap (.pbm)."},
        [BARCODE] = {.name = "barcode",
                     .label = "Barcode",
                     .kind = FIELD_BOOLEAN,
                     .value = now->barcode,
                     .help = "Of the number, so that a return can scan it."},
    };
    memcpy(to + ON_EACH, fields + ON_EACH, (COUNT - ON_EACH) * sizeof fields[0]);
}

void printer_form_open(struct app *app)
{
    static const struct form_ops ops = {.save = save};
    struct error err;
    struct print_settings now;
    struct printer_form *state = memory_new(sizeof *state);
    state->arena = arena_new();
    if (!print_settings_load(app_store(app), &app_actor(app)->register_id, state->arena, &now,
                             &err)) {
        app_toast_error(app, &err);
        closed(app, state);
        return;
    }
    set_printer(state->fields, &now);
    set_receipt(state->fields, &now);
    const struct dialog_form ask = {.title = "Printer of this register",
                                    .hint = "Ctrl-S saves, Esc goes back",
                                    .fields = state->fields,
                                    .count = COUNT,
                                    .ops = &ops,
                                    .context = state,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &state->form);
}
