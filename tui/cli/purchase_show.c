/* `countertop purchase show` and `print`. */
#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/operation/record.h"
#include "tui/cli/print.h"
#include "tui/cli/purchase.h"
#include "tui/cli/sheet.h"

#include <jansson.h>

static const char *quantity(struct cli *cli, int64_t milli)
{
    char text[MONEY_TEXT_SIZE];
    quantity_format(milli, text);
    return arena_text(cli->arena, text);
}

static const char *amount(struct cli *cli, int64_t cents, const char *currency)
{
    char text[MONEY_TEXT_SIZE];
    money_format(cents, currency, text);
    return arena_text(cli->arena, text);
}

static const char *time_of(struct cli *cli, int64_t instant)
{
    char text[INSTANT_TEXT_SIZE];
    if (instant == 0)
        return "";
    instant_format_local(instant, cli->env->zone, text);
    return arena_text(cli->arena, text);
}

static json_t *json_of_line(const struct purchase_line *line)
{
    char id[UUID_TEXT_SIZE];
    uuid_text(&line->variant_id, id);
    return json_pack(
        "{s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:I}", "variant_id", id, "name", line->name, "sku",
        line->sku, "supplier_sku", line->supplier_sku, "ordered_milli",
        (json_int_t)line->ordered_milli, "received_milli", (json_int_t)line->received_milli,
        "open_milli", (json_int_t)purchase_open(line), "unit_cost_cents",
        (json_int_t)line->unit_cost_cents, "total_cents", (json_int_t)line->total_cents);
}

static void show_json(struct cli *cli, const struct purchase *purchase)
{
    char id[UUID_TEXT_SIZE];
    json_t *lines = json_array();
    uuid_text(&purchase->id, id);
    for (size_t i = 0; i < purchase->line_count; i++)
        json_array_append_new(lines, json_of_line(&purchase->lines[i]));
    json_t *json = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:o}", "id", id, "number", purchase->number, "status",
        purchase->status, "supplier", purchase->supplier, "location", purchase->location,
        "expected_on", purchase->expected_on, "reason", purchase->reason, "currency",
        purchase->currency, "total_cents", (json_int_t)purchase->total_cents, "lines", lines);
    json_dumpf(json, cli->out, JSON_COMPACT);
    fputc('\n', cli->out);
    json_decref(json);
}

static void show_head(struct cli *cli, const struct purchase *purchase)
{
    static const struct sheet_column columns[] = {{.label = "", .is_whole = true},
                                                  {.label = "", .is_whole = true}};
    const char *const rows[][2] = {
        {"Status", purchase->status},
        {"Supplier", purchase->supplier},
        {"For", purchase->location},
        {"Ordered", time_of(cli, purchase->ordered_at)},
        {"By", purchase->person},
        {"Expected", purchase->expected_on},
        {"Received", time_of(cli, purchase->received_at)},
        {"Reason", purchase->reason},
        {"Notes", purchase->notes},
        {"Total",
         arena_format(cli->arena, "%s %s", amount(cli, purchase->total_cents, purchase->currency),
                      purchase->currency)},
    };
    struct sheet sheet;
    print_line(cli, "%s", purchase->number);
    sheet_init(&sheet, cli, columns, 2);
    sheet.is_aligned = true;
    sheet.is_bare = true;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i][1][0] != '\0')
            sheet_row(&sheet, rows[i]);
    sheet_done(&sheet);
}

/* Less or more than was ordered is said in a word. */
static const char *word_of(const struct purchase_line *line)
{
    if (line->received_milli > line->ordered_milli)
        return "over";
    return line->received_milli > 0 && line->received_milli < line->ordered_milli ? "under" : "";
}

static void show_lines(struct cli *cli, const struct purchase *purchase)
{
    static const struct sheet_column columns[] = {
        {.name = "name", .label = "Goods"},
        {.name = "sku", .label = "SKU", .is_whole = true},
        {.name = "supplier_sku", .label = "Their number", .is_whole = true},
        {.name = "ordered", .label = "Ordered", .is_right = true},
        {.name = "received", .label = "Came", .is_right = true},
        {.name = "open", .label = "Open", .is_right = true},
        {.name = "mark", .label = ""},
        {.name = "cost", .label = "Cost", .is_right = true},
    };
    struct sheet sheet;
    if (cli->format == CLI_TEXT && purchase->line_count > 0)
        fputc('\n', cli->out);
    sheet_init(&sheet, cli, columns, sizeof columns / sizeof columns[0]);
    sheet.is_aligned = cli->format == CLI_TEXT;
    for (size_t i = 0; i < purchase->line_count; i++) {
        const struct purchase_line *line = &purchase->lines[i];
        sheet_row(&sheet,
                  (const char *const[]){
                      line->name, line->sku, line->supplier_sku, quantity(cli, line->ordered_milli),
                      quantity(cli, line->received_milli), quantity(cli, purchase_open(line)),
                      word_of(line), amount(cli, line->unit_cost_cents, purchase->currency)});
    }
    sheet_done(&sheet);
}

bool purchase_show(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct purchase purchase;
    (void)argc;
    if (!purchase_named(cli, argv[1], &purchase, err))
        return false;
    if (cli->format == CLI_JSON) {
        show_json(cli, &purchase);
        return true;
    }
    if (cli->format == CLI_TEXT)
        show_head(cli, &purchase);
    show_lines(cli, &purchase);
    return true;
}

bool purchase_print(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct purchase purchase;
    struct record shop;
    struct buffer out;
    const struct table *tenants = schema_table(store_schema(cli->store), "tenants");
    (void)argc;
    if (!purchase_named(cli, argv[1], &purchase, err) ||
        record_get(cli->store, tenants, store_tenant(cli->store), cli->arena, &shop, err) < 0)
        return false;
    buffer_init(&out);
    if (cli->format == CLI_CSV)
        purchase_csv(&purchase, &out);
    else
        purchase_text(&purchase, value_as_text(record_value(&shop, "name")), &out);
    bool is_done = print_bytes(cli, out.text, out.size, err);
    buffer_done(&out);
    return is_done;
}
