/* A purchase order for the supplier: to print or to mail, and for a spreadsheet. */
#include "model/base/csv.h"
#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/list/export_cell.h"
#include "model/stock/purchase.h"

#include <string.h>

void purchase_text(const struct purchase *purchase, const char *shop, struct buffer *out)
{
    char quantity[MONEY_TEXT_SIZE], amount[MONEY_TEXT_SIZE];
    buffer_format(out, "PURCHASE ORDER %s\n\nFrom: %s, %s\nTo:   %s\n", purchase->number, shop,
                  purchase->location, purchase->supplier);
    if (purchase->expected_on[0] != '\0')
        buffer_format(out, "Expected: %s\n", purchase->expected_on);
    buffer_add(out, "\n  Quantity  Your number   Goods\n");
    for (size_t i = 0; i < purchase->line_count; i++) {
        const struct purchase_line *line = &purchase->lines[i];
        quantity_format(line->ordered_milli, quantity);
        money_format(line->unit_cost_cents, purchase->currency, amount);
        buffer_format(out, "%10s  %-12s  %s", quantity, line->supplier_sku, line->name);
        if (line->sku[0] != '\0')
            buffer_format(out, " (%s)", line->sku);
        if (line->unit_cost_cents > 0)
            buffer_format(out, ", %s each", amount);
        buffer_add(out, "\n");
    }
    money_format(purchase->total_cents, purchase->currency, amount);
    buffer_format(out, "\nTotal: %s %s\n", amount, purchase->currency);
    if (purchase->notes[0] != '\0')
        buffer_format(out, "\n%s\n", purchase->notes);
}

static void add_cell(struct buffer *out, struct query_field field, struct value value,
                     const char *currency, struct arena *arena)
{
    const struct export_cell_style style = {.is_one_line = true, .guards_formulas = true};
    const char *text = export_cell_text(&field, value, currency, &style, arena);
    csv_add_field(out, text, strlen(text), ',');
}

static void add_text(struct buffer *out, const char *text, struct arena *arena)
{
    add_cell(out, (struct query_field){.type = COLUMN_TEXT}, value_text(text), "", arena);
    buffer_add_char(out, ',');
}

static void add_milli(struct buffer *out, int64_t milli, struct arena *arena)
{
    add_cell(out, (struct query_field){.type = COLUMN_INTEGER, .unit = UNIT_MILLI},
             value_integer(milli), "", arena);
    buffer_add_char(out, ',');
}

void purchase_csv(const struct purchase *purchase, struct buffer *out)
{
    static const struct query_field money = {.type = COLUMN_INTEGER, .unit = UNIT_CENTS};
    struct arena *arena = arena_new();
    buffer_add(out, "number,supplier_sku,sku,name,ordered,received,open,unit_cost,total,"
                    "currency\r\n");
    for (size_t i = 0; i < purchase->line_count; i++) {
        const struct purchase_line *line = &purchase->lines[i];
        add_text(out, purchase->number, arena);
        add_text(out, line->supplier_sku, arena);
        add_text(out, line->sku, arena);
        add_text(out, line->name, arena);
        add_milli(out, line->ordered_milli, arena);
        add_milli(out, line->received_milli, arena);
        add_milli(out, purchase_open(line), arena);
        add_cell(out, money, value_integer(line->unit_cost_cents), purchase->currency, arena);
        buffer_add_char(out, ',');
        add_cell(out, money, value_integer(line->total_cents), purchase->currency, arena);
        buffer_add_char(out, ',');
        buffer_add(out, purchase->currency);
        buffer_add(out, "\r\n");
    }
    arena_free(arena);
}
