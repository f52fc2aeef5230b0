/* `countertop print`: receipts, labels, invoices and quotes, and the print queue. */
#include "sync/printing.h"
#include "model/catalog/product.h"
#include "model/paper/invoice.h"
#include "model/paper/paper_label.h"
#include "model/paper/paper_print.h"
#include "model/paper/paper_receipt.h"
#include "model/paper/paper_sheet.h"
#include "model/paper/pdf.h"
#include "model/paper/print_queue.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/printing.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"
#include "tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool printing_write(struct cli *cli, const char *path, const struct buffer *bytes,
                    struct error *err)
{
    if (strcmp(path, "-") == 0 && cli->is_terminal)
        return error_set(err, ERROR_INPUT, "These are bytes for a printer; name a file");
    FILE *file = strcmp(path, "-") == 0 ? cli->out : fopen(path, "we");
    if (file == NULL)
        return error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
    bool is_written = fwrite(bytes->text, 1, bytes->size, file) == bytes->size;
    is_written = (file == cli->out ? fflush(file) : fclose(file)) == 0 && is_written;
    return is_written ||
           error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
}

/* Jobs for the terminal that this command runs in. */
static bool print_here(struct cli *cli, int *failed, struct error *err)
{
    char terminal[PRINTER_NAME_SIZE];
    struct print_job job;
    int taken = 0;
    printer_own_terminal(terminal);
    while (terminal[0] != '\0' && (taken = print_queue_take(cli->store, terminal, NULL, NULL,
                                                            cli->arena, &job, err)) == 1) {
        struct error reason = {0};
        bool is_sent = term_print_plain(STDOUT_FILENO, job.bytes, job.size, &reason);
        *failed += !is_sent;
        if (!(is_sent ? print_queue_done(cli->store, &job.id, err)
                      : print_queue_failed(cli->store, &job.id, false, reason.text, err)))
            return false;
    }
    return taken >= 0;
}

bool printing_send(struct cli *cli, struct error *err)
{
    struct error reason = {0};
    struct print_job job;
    int failed = 0, failed_here = 0;
    bool is_run = printing_run(store_path(cli->store), cli->env, &print_patience, &failed, &reason);
    if (!print_here(cli, &failed_here, err))
        return false;
    if (!is_run && reason.code != ERROR_BUSY) {
        *err = reason;
        return false;
    }
    if (failed + failed_here == 0)
        return true;
    bool is_known = print_queue_trouble(cli->store, cli->arena, &job, NULL) == 1;
    return error_set(err, ERROR_SYSTEM, "It waits in the queue: %s",
                     is_known ? job.error : "a printer failed");
}

static bool run(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return printing_send(cli, err);
}

bool printing_find(struct cli *cli, struct printer *printer)
{
    return printer_of_register(cli->store, &cli->who.register_id, printer, NULL) ||
           printer_read("{\"kind\":\"file\",\"address\":\"/dev/null\"}", printer, NULL);
}

/* What the next print of it would be: as bytes in a file, or as text. */
static bool show_receipt(struct cli *cli, const struct order *order, const char *path,
                         struct error *err)
{
    struct printer printer;
    struct paper_text text;
    struct buffer out;
    int64_t printed = print_queue_printed(cli->store, "receipt", &order->id, 0, err);
    const struct paper_options options = {.copy = (int)printed + 1};
    paper_text_init(&text, cli->arena);
    buffer_init(&out);
    bool is_done = printed >= 0 && printing_find(cli, &printer) &&
                   paper_receipt_lines(cli->store, order, options, &text, err);
    if (is_done && strcmp(path, "-") == 0) {
        paper_text_plain(text.lines, text.count, &printer, &out);
        is_done = print_bytes(cli, out.text, out.size, err);
    } else if (is_done) {
        paper_text_bytes(text.lines, text.count, &printer, &out);
        is_done = printing_write(cli, path, &out, err);
    }
    paper_text_done(&text);
    buffer_done(&out);
    return is_done;
}

static bool receipt(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    struct order order;
    const char *path = cli_value(cli, "to");
    const struct table *table = schema_table(store_schema(cli->store), "orders");
    (void)argc;
    if (!which_row(cli, table, argv[1], &id, err))
        return false;
    if (path == NULL)
        return paper_print_receipt(cli->store, &cli->who, &id, err) && printing_send(cli, err);
    int found = actor_may(cli->store, &cli->who, "orders.edit", err)
                    ? order_load(cli->store, &id, cli->arena, &order, err)
                    : -1;
    return found == 1 && show_receipt(cli, &order, path, err);
}

static bool label(struct cli *cli, int argc, char **argv, struct error *err)
{
    long long copies;
    struct sellable goods;
    struct uuid *ids = arena_alloc(cli->arena, (size_t)argc * sizeof *ids);
    if (!cli_whole(cli, "copies", 1, 1, &copies, err))
        return false;
    for (int i = 1; i < argc; i++) {
        int found = product_by_code(cli->store, argv[i], cli->arena, &goods, err);
        if (found == 0)
            error_set(err, ERROR_NOT_FOUND, "Nothing has the code \"%s\"", argv[i]);
        if (found != 1)
            return false;
        ids[i - 1] = goods.variant_id;
    }
    int each = copies > PAPER_LABELS_MAX ? PAPER_LABELS_MAX + 1 : (int)copies;
    return paper_print_labels(cli->store, &cli->who, ids, (size_t)argc - 1, each, err) &&
           printing_send(cli, err);
}

typedef bool make_sheet(struct store *store, const struct actor *actor, const struct uuid *id,
                        const char *fonts, struct buffer *out, struct error *err);

static bool write_pdf(struct cli *cli, make_sheet *make, const struct uuid *id, struct error *err)
{
    struct buffer pdf;
    const char *path = cli_value(cli, "pdf");
    if (path == NULL)
        return error_set(err, ERROR_INPUT, "Say where the PDF goes: --pdf FILE");
    buffer_init(&pdf);
    bool is_done = make(cli->store, &cli->who, id, PDF_FONTS, &pdf, err) &&
                   printing_write(cli, path, &pdf, err);
    buffer_done(&pdf);
    return is_done;
}

static bool invoice(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    (void)argc;
    int found = invoice_find(cli->store, argv[1], &id, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND,
                  "There is no invoice %s; `countertop invoices issue` writes one for an order",
                  argv[1]);
    return found == 1 && write_pdf(cli, paper_sheet_invoice, &id, err);
}

static bool quote(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    const struct table *table = schema_table(store_schema(cli->store), "orders");
    (void)argc;
    return which_row(cli, table, argv[1], &id, err) && write_pdf(cli, paper_sheet_quote, &id, err);
}

static bool test(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return paper_print_test(cli->store, &cli->who, err) && printing_send(cli, err);
}

static bool each(struct cli *cli, int count, char **words,
                 bool (*act)(struct store *store, const struct actor *actor, const struct uuid *id,
                             struct error *err),
                 struct error *err)
{
    struct uuid *ids;
    size_t found;
    const struct table *table = list_table(cli, err);
    bool is_done = table != NULL && which_rows(cli, table, count, words, &ids, &found, err);
    for (size_t i = 0; is_done && i < found; i++)
        is_done = act(cli->store, &cli->who, &ids[i], err);
    return is_done;
}

static bool again(struct cli *cli, int argc, char **argv, struct error *err)
{
    return each(cli, argc - 1, argv + 1, paper_print_again, err) && printing_send(cli, err);
}

static bool cancel(struct cli *cli, int argc, char **argv, struct error *err)
{
    return each(cli, argc - 1, argv + 1, print_queue_cancel, err);
}

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"to", "FILE", "the printer's bytes to this file instead; - shows them as text"},
    {"pdf", "FILE", "where the PDF goes; - for the output"},
    {"copies", "N", "so many of each"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"receipt", "NUMBER", "the receipt of an order, at this register's printer", "to", CLI_WRITES,
     1, 1, receipt},
    {"label", "CODE...", "labels of goods by barcode or SKU", "copies", CLI_WRITES, 1, -1, label},
    {"invoice", "NUMBER", "an invoice as PDF, by its number or its order's", "pdf", CLI_READS, 1, 1,
     invoice},
    {"quote", "NUMBER", "a quote or work order as PDF", "pdf", CLI_READS, 1, 1, quote},
    {"queue", "", "what waits, came out or failed, the newest first", LIST_TAKES, CLI_READS, 0, 0,
     list_run},
    {"export", "", "the same with all fields, as CSV unless asked otherwise", EXPORT_TAKES,
     CLI_READS, 0, 0, list_export},
    {"run", "", "send what waits in the queue now", NULL, CLI_WRITES, 0, 0, run},
    {"again", "JOB...", "print again; what came out already says COPY", NULL, CLI_WRITES, 1, -1,
     again},
    {"cancel", "JOB...", "take jobs out of the queue", NULL, CLI_WRITES, 1, -1, cancel},
    {"test", "", "a page that shows what the printer can do", NULL, CLI_WRITES, 0, 0, test},
    {.name = NULL},
};

const struct cli_verb cli_verb_print = {
    .name = "print",
    .summary = "print receipts, labels, invoices and quotes; show the print queue",
    .details = "A JOB is its id, or the first eight digits of it. What a printer does not take "
               "waits in the\nqueue and is tried again by the screen or by `print run`.",
    .options = options,
    .actions = actions,
    .table = "print_jobs",
    .source = &print_source,
    .fields = "id what state printer tries error queued",
};
