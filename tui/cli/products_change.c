/* `countertop products price`, `archive` and `import`. */
#include "tui/cli/products.h"

#include "model/base/money.h"
#include "model/catalog/product_bulk.h"
#include "model/import/import_products.h"
#include "model/import/import_reject.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/stopping.h"
#include "tui/cli/which.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What was changed, or would be: name, before, after. */
static void print_lines(struct cli *cli, const struct product_bulk_line *lines, size_t count)
{
    static const struct sheet_column columns[] = {
        {.name = "id", .label = "Id", .is_whole = true},
        {.name = "name", .label = "Name"},
        {.name = "before", .label = "Before", .is_right = true},
        {.name = "after", .label = "After", .is_right = true},
    };
    struct sheet sheet;
    sheet_init(&sheet, cli, columns, 4);
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT_SIZE];
        uuid_text(&lines[i].id, id);
        if (lines[i].is_changed)
            sheet_row(&sheet,
                      (const char *const[]){id, lines[i].name, lines[i].before, lines[i].after});
    }
    sheet_done(&sheet);
}

static bool change(struct cli *cli, int argc, char **argv, const struct product_bulk *bulk,
                   struct error *err)
{
    const struct table *table = list_table(cli, err);
    struct product_bulk_line *lines;
    struct uuid *ids;
    size_t count;
    if (table == NULL || !which_rows(cli, table, argc - 1, argv + 1, &ids, &count, err))
        return false;
    if (count > PRODUCT_BULK_MAX)
        return error_set(err, ERROR_INPUT, "at most %d products are changed at once",
                         PRODUCT_BULK_MAX);
    int found = product_bulk_preview(cli->store, bulk, ids, count, cli->arena, &lines, err);
    if (found < 0 ||
        (!cli_flag(cli, "dry-run") &&
         product_bulk_apply(cli->store, &cli->who, bulk, lines, (size_t)found, err) < 0))
        return false;
    print_lines(cli, lines, (size_t)found);
    return true;
}

static bool read_rounding(struct cli *cli, enum product_rounding *out, struct error *err)
{
    static const char *const words[] = {
        [ROUND_EXACT] = "exact", [ROUND_NINE] = "nine", [ROUND_WHOLE] = "whole"};
    const char *given = cli_value(cli, "round");
    *out = ROUND_EXACT;
    for (size_t i = 0; given != NULL && i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], given) == 0) {
            *out = (enum product_rounding)i;
            return true;
        }
    return given == NULL || error_set(err, ERROR_INPUT, "--round takes exact, nine or whole");
}

bool products_price(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct product_bulk bulk = {.what = BULK_PRICE};
    const char *percent = cli_value(cli, "percent");
    if (percent == NULL)
        return error_set(err, ERROR_INPUT, "say by how much with --percent 5 or --percent=-10");
    return (percent_parse(percent, &bulk.percent_bp, err) || error_prefix(err, "--percent")) &&
           read_rounding(cli, &bulk.rounding, err) && change(cli, argc, argv, &bulk, err);
}

bool products_archive(struct cli *cli, int argc, char **argv, struct error *err)
{
    const struct product_bulk bulk = {.what = BULK_STATUS,
                                      .status = cli_flag(cli, "back") ? "active" : "archived"};
    return change(cli, argc, argv, &bulk, err);
}

static bool is_stopped(void *context)
{
    (void)context;
    return stopping_is_asked();
}

static void draw_progress(void *context, int64_t rows, int64_t bytes, int64_t byte_count)
{
    const struct cli *cli = context;
    fprintf(cli->err, "\r\033[K%3d%%  %" PRId64 " products",
            byte_count > 0 ? (int)(bytes * 100 / byte_count) : 100, rows);
    fflush(cli->err);
}

static void print_result(struct cli *cli, const struct import_products_result *result,
                         const char *rejected)
{
    if (cli->format == CLI_JSON) {
        json_t *json =
            json_pack("{s:I,s:I,s:I,s:I,s:I,s:b}", "rows", (json_int_t)result->rows, "new",
                      (json_int_t)result->made, "changed", (json_int_t)result->changed, "same",
                      (json_int_t)result->same, "rejected", (json_int_t)result->rejected, "stopped",
                      (int)result->is_stopped);
        json_dumpf(json, cli->out, JSON_COMPACT);
        fputc('\n', cli->out);
        json_decref(json);
    } else {
        print_line(cli,
                   "%" PRId64 " rows: %" PRId64 " new products, %" PRId64 " changed, %" PRId64
                   " as they were, %" PRId64 " not taken",
                   result->rows, result->made, result->changed, result->same, result->rejected);
    }
    if (result->rejected > 0)
        fprintf(cli->err,
                "countertop: what was not taken is in %s, with the reason; correct it there and "
                "import that file\n",
                print_safe(cli, rejected, cli->arena));
}

bool products_import(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    char *beside = import_reject_path(argv[1]);
    const char *given = cli_value(cli, "rejected");
    bool is_drawn = isatty(fileno(cli->err)) == 1;
    struct import_products_result result;
    const struct import_products_options options = {
        .path = argv[1],
        .rejected = given != NULL ? given : beside,
        .progress = is_drawn ? draw_progress : NULL,
        .stopped = is_stopped,
        .context = cli,
    };
    stopping_begin();
    bool is_done = import_products(cli->store, &cli->who, &options, &result, err);
    stopping_end();
    if (is_drawn)
        fputs("\r\033[K", cli->err);
    if (is_done)
        print_result(cli, &result, options.rejected);
    free(beside);
    return is_done &&
           (!result.is_stopped ||
            error_set(err, ERROR_STOPPED, "stopped; the same command goes on from here"));
}
