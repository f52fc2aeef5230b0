/* The receipt and the invoice of an order, from its screen. */
#include "model/paper/invoice.h"
#include "model/paper/paper_print.h"
#include "model/paper/paper_sheet.h"
#include "model/paper/pdf.h"
#include "tui/screens/orders.h"
#include "tui/widgets/dialog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_CHARACTERS = 300 };

/* A question about an order's sheet. */
struct asking {
    struct uuid order, invoice;
    bool is_quote;
};

void order_receipt_print(struct app *app, const struct uuid *id)
{
    struct error err;
    if (paper_print_receipt(app_store(app), app_actor(app), id, &err))
        app_toast(app, TOAST_INFO, "The receipt is on its way to the printer.");
    else
        app_toast_error(app, &err);
}

/* What is there already stays: it may be another's. */
static bool write_new(const char *path, const struct buffer *bytes, struct error *err)
{
    FILE *file = fopen(path, "wxe");
    if (file == NULL)
        return error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
    bool is_written = fwrite(bytes->text, 1, bytes->size, file) == bytes->size;
    is_written = fclose(file) == 0 && is_written;
    return is_written ||
           error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
}

static void path_answered(struct app *app, void *context, const char *text)
{
    struct asking *asking = context;
    struct error err;
    struct buffer pdf;
    buffer_init(&pdf);
    if (text != NULL &&
        (asking->is_quote ? paper_sheet_quote(app_store(app), app_actor(app), &asking->order,
                                              PDF_FONTS, &pdf, &err)
                          : paper_sheet_invoice(app_store(app), app_actor(app), &asking->invoice,
                                                PDF_FONTS, &pdf, &err)) &&
        write_new(text, &pdf, &err))
        app_toast(app, TOAST_INFO, "Written to %s.", text);
    else if (text != NULL)
        app_toast_error(app, &err);
    buffer_done(&pdf);
    free(asking);
}

static void ask_path(struct app *app, struct asking *asking, const char *number)
{
    char start[PATH_CHARACTERS];
    const char *home = getenv("HOME");
    snprintf(start, sizeof start, "%s/%s.pdf", home != NULL ? home : "/tmp", number);
    const struct dialog_prompt prompt = {.title = asking->is_quote ? "The quote as PDF"
                                                                   : "The invoice as PDF",
                                         .text = "Where the file goes.",
                                         .start = start,
                                         .limit = PATH_CHARACTERS,
                                         .done = path_answered,
                                         .context = asking};
    dialog_prompt(app, &prompt);
}

static void ask_invoice_path(struct app *app, struct asking *asking)
{
    struct error err;
    struct invoice invoice;
    struct arena *arena = arena_new();
    if (invoice_load(app_store(app), &asking->invoice, arena, &invoice, &err) == 1) {
        ask_path(app, asking, invoice.number);
    } else {
        app_toast_error(app, &err);
        free(asking);
    }
    arena_free(arena);
}

static void issue_answered(struct app *app, void *context, bool is_confirmed)
{
    struct asking *asking = context;
    struct error err;
    if (is_confirmed &&
        invoice_issue(app_store(app), app_actor(app), &asking->order, &asking->invoice, &err)) {
        ask_invoice_path(app, asking);
        return;
    }
    if (is_confirmed)
        app_toast_error(app, &err);
    free(asking);
}

static void ask_issue(struct app *app, struct asking *asking, const struct order *order)
{
    char text[200];
    snprintf(text, sizeof text,
             "%.60s has no invoice. It gets the next number, and can't be changed after that, only "
             "cancelled.",
             order->number);
    const struct dialog_question question = {.title = "Write the invoice?",
                                             .text = text,
                                             .yes = "Write it",
                                             .no = "Go back",
                                             .done = issue_answered,
                                             .context = asking};
    dialog_confirm(app, &question);
}

void order_invoice_open(struct app *app, const struct order *order)
{
    struct error err;
    struct asking *asking = memory_new(sizeof *asking);
    *asking = (struct asking){.order = order->id, .is_quote = strcmp(order->kind, "quote") == 0};
    if (asking->is_quote) {
        ask_path(app, asking, order->number);
        return;
    }
    int found = invoice_of_order(app_store(app), &order->id, &asking->invoice, &err);
    if (found == 1) {
        ask_invoice_path(app, asking);
    } else if (found == 0 && app_may(app, "payments.edit")) {
        ask_issue(app, asking, order);
    } else {
        if (found < 0)
            app_toast_error(app, &err);
        free(asking);
    }
}
