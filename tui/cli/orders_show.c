/* `countertop orders show` and `explain`. */
#include "model/base/instant.h"
#include "model/base/money.h"
#include "tui/cli/orders.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"

#include <jansson.h>

static const char *amount(struct cli *cli, int64_t cents, const struct order *order)
{
    char text[MONEY_TEXT_SIZE];
    money_format(cents, order->currency, text);
    return arena_text(cli->arena, text);
}

static const char *time_of(struct cli *cli, int64_t instant)
{
    char text[INSTANT_TEXT_SIZE];
    instant_format_local(instant, cli->env->zone, text);
    return arena_text(cli->arena, text);
}

static void begin(struct sheet *sheet, struct cli *cli, const struct sheet_column *columns,
                  size_t count, bool is_bare)
{
    sheet_init(sheet, cli, columns, count);
    sheet->is_aligned = true;
    sheet->is_bare = is_bare;
}

static void print_head(struct cli *cli, const struct order *order)
{
    static const struct sheet_column columns[] = {{.label = "", .is_whole = true},
                                                  {.label = "", .is_whole = true}};
    const char *const rows[][2] = {
        {"Status", arena_format(cli->arena, "%s, %s", order->status, order->payment_status)},
        {"Placed", time_of(cli, order->placed_at)},
        {"At", order->location_name},
        {"By", order->seller_name},
        {"Customer", order->customer_name},
        {"Phone", order->customer_phone},
        {"E-mail", order->customer_email},
        {"Notes", order->notes},
        {"Total", arena_format(cli->arena, "%s %s", amount(cli, order->total_cents, order),
                               order->currency)},
        {"Due", order_due(order) != 0 ? amount(cli, order_due(order), order) : ""},
    };
    struct sheet sheet;
    print_line(cli, "%s  %s", order->number, order->kind);
    begin(&sheet, cli, columns, 2, true);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i][1] != NULL && rows[i][1][0] != '\0')
            sheet_row(&sheet, rows[i]);
    sheet_done(&sheet);
}

static void print_lines(struct cli *cli, const struct order *order)
{
    static const struct sheet_column columns[] = {
        {.label = "Item"},
        {.label = "SKU", .is_whole = true},
        {.label = "Quantity", .is_right = true},
        {.label = "Price", .is_right = true},
        {.label = "Discount", .is_right = true},
        {.label = "Total", .is_right = true},
    };
    struct sheet sheet;
    if (order->line_count > 0)
        fputc('\n', cli->out);
    begin(&sheet, cli, columns, 6, false);
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        int64_t discount = line->discount_cents + line->order_discount_cents;
        char quantity[MONEY_TEXT_SIZE];
        quantity_format(line->quantity_milli, quantity);
        sheet_row(&sheet, (const char *const[]){line->name, line->sku, quantity,
                                                amount(cli, line->unit_price_cents, order),
                                                discount != 0 ? amount(cli, discount, order) : "",
                                                amount(cli, line->total_cents, order)});
    }
    sheet_done(&sheet);
}

static void print_money(struct cli *cli, const struct order *order)
{
    static const struct sheet_column columns[] = {
        {.label = "Money", .is_whole = true},
        {.label = "", .is_whole = true},
        {.label = "Amount", .is_right = true},
        {.label = "Reference"},
    };
    struct sheet sheet;
    if (order->payment_count + order->refund_count > 0)
        fputc('\n', cli->out);
    begin(&sheet, cli, columns, 4, false);
    for (size_t i = 0; i < order->payment_count; i++) {
        const struct order_payment *payment = &order->payments[i];
        sheet_row(&sheet, (const char *const[]){time_of(cli, payment->at), payment->method,
                                                amount(cli, payment->amount_cents, order),
                                                payment->reference});
    }
    for (size_t i = 0; i < order->refund_count; i++) {
        const struct order_refund *refund = &order->refunds[i];
        sheet_row(&sheet,
                  (const char *const[]){time_of(cli, refund->at), refund->method,
                                        amount(cli, -refund->amount_cents, order), refund->reason});
    }
    sheet_done(&sheet);
}

static void print_events(struct cli *cli, const struct order *order)
{
    static const struct sheet_column columns[] = {
        {.label = "History", .is_whole = true}, {.label = "Who"}, {.label = "What"}};
    struct sheet sheet;
    if (order->event_count > 0)
        fputc('\n', cli->out);
    begin(&sheet, cli, columns, 3, false);
    for (size_t i = 0; i < order->event_count; i++)
        sheet_row(&sheet, (const char *const[]){time_of(cli, order->events[i].at),
                                                order->events[i].actor, order->events[i].text});
    sheet_done(&sheet);
}

/* Texts that are no UTF-8 come out as they can; NULL and "" as null. */
static json_t *text_json(struct cli *cli, const char *text)
{
    return text != NULL && text[0] != '\0' ? json_string(print_safe(cli, text, cli->arena))
                                           : json_null();
}

static json_t *instant_json(int64_t instant)
{
    char text[INSTANT_TEXT_SIZE];
    instant_format(instant, text);
    return json_string(text);
}

static json_t *address_json(const char *text)
{
    json_t *json = text != NULL ? json_loads(text, 0, NULL) : NULL;
    return json != NULL ? json : json_null();
}

static json_t *lines_json(struct cli *cli, const struct order *order)
{
    json_t *array = json_array();
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        json_array_append_new(
            array, json_pack("{s:o,s:o,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "name",
                             text_json(cli, line->name), "sku", text_json(cli, line->sku),
                             "quantity_milli", (json_int_t)line->quantity_milli, "returned_milli",
                             (json_int_t)line->returned_milli, "unit_price_cents",
                             (json_int_t)line->unit_price_cents, "discount_cents",
                             (json_int_t)line->discount_cents, "order_discount_cents",
                             (json_int_t)line->order_discount_cents, "tax_bp",
                             (json_int_t)line->tax_bp, "tax_cents", (json_int_t)line->tax_cents,
                             "total_cents", (json_int_t)line->total_cents));
    }
    return array;
}

static json_t *payments_json(struct cli *cli, const struct order *order)
{
    json_t *array = json_array();
    for (size_t i = 0; i < order->payment_count; i++) {
        const struct order_payment *payment = &order->payments[i];
        json_array_append_new(array, json_pack("{s:o,s:o,s:o,s:o,s:I,s:I}", "at",
                                               instant_json(payment->at), "method",
                                               text_json(cli, payment->method), "status",
                                               text_json(cli, payment->status), "reference",
                                               text_json(cli, payment->reference), "amount_cents",
                                               (json_int_t)payment->amount_cents, "refunded_cents",
                                               (json_int_t)payment->refunded_cents));
    }
    return array;
}

static json_t *refunds_json(struct cli *cli, const struct order *order)
{
    json_t *array = json_array();
    for (size_t i = 0; i < order->refund_count; i++) {
        const struct order_refund *refund = &order->refunds[i];
        json_array_append_new(array, json_pack("{s:o,s:o,s:o,s:I}", "at", instant_json(refund->at),
                                               "method", text_json(cli, refund->method), "reason",
                                               text_json(cli, refund->reason), "amount_cents",
                                               (json_int_t)refund->amount_cents));
    }
    return array;
}

static json_t *events_json(struct cli *cli, const struct order *order)
{
    json_t *array = json_array();
    for (size_t i = 0; i < order->event_count; i++) {
        const struct order_event *event = &order->events[i];
        json_array_append_new(array, json_pack("{s:o,s:o,s:o,s:o}", "at", instant_json(event->at),
                                               "kind", text_json(cli, event->kind), "actor",
                                               text_json(cli, event->actor), "text",
                                               text_json(cli, event->text)));
    }
    return array;
}

static void print_json(struct cli *cli, const struct order *order)
{
    const struct {
        const char *key;
        const char *text;
    } texts[] = {
        {"number", order->number},
        {"kind", order->kind},
        {"status", order->status},
        {"payment_status", order->payment_status},
        {"currency", order->currency},
        {"customer", order->customer_name},
        {"email", order->customer_email},
        {"phone", order->customer_phone},
        {"location", order->location_name},
        {"seller", order->seller_name},
        {"business_day", order->business_day},
        {"notes", order->notes},
    };
    const struct {
        const char *key;
        int64_t cents;
    } amounts[] = {
        {"subtotal_cents", order->subtotal_cents}, {"discount_cents", order->discount_cents},
        {"tax_cents", order->tax_cents},           {"shipping_cents", order->shipping_cents},
        {"rounding_cents", order->rounding_cents}, {"total_cents", order->total_cents},
        {"paid_cents", order->paid_cents},         {"refunded_cents", order->refunded_cents},
        {"due_cents", order_due(order)},
    };
    json_t *json = json_object();
    char id[UUID_TEXT_SIZE];
    uuid_text(&order->id, id);
    json_object_set_new(json, "id", json_string(id));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        json_object_set_new(json, texts[i].key, text_json(cli, texts[i].text));
    json_object_set_new(json, "placed", instant_json(order->placed_at));
    json_object_set_new(json, "billing_address", address_json(order->billing_address));
    json_object_set_new(json, "shipping_address", address_json(order->shipping_address));
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++)
        json_object_set_new(json, amounts[i].key, json_integer(amounts[i].cents));
    json_object_set_new(json, "lines", lines_json(cli, order));
    json_object_set_new(json, "payments", payments_json(cli, order));
    json_object_set_new(json, "refunds", refunds_json(cli, order));
    json_object_set_new(json, "events", events_json(cli, order));
    json_dumpf(json, cli->out, JSON_INDENT(2));
    fputc('\n', cli->out);
    json_decref(json);
}

bool orders_show(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct order order;
    (void)argc;
    if (!orders_find(cli, argv[1], &order, err))
        return false;
    if (cli->format == CLI_CSV || cli->format == CLI_TSV)
        return error_set(err, ERROR_INPUT, "an order is no table; show it as text or with --json");
    if (cli->format == CLI_JSON) {
        print_json(cli, &order);
        return true;
    }
    print_head(cli, &order);
    print_lines(cli, &order);
    print_money(cli, &order);
    print_events(cli, &order);
    return true;
}

static void explain_row(void *context, const char *words, const char *text)
{
    sheet_row(context, (const char *const[]){words, text});
}

bool orders_explain(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "part", .label = "Part", .is_whole = true},
        {.name = "amount", .label = "Amount", .is_right = true},
    };
    struct order order;
    struct sheet sheet;
    (void)argc;
    if (!orders_find(cli, argv[1], &order, err))
        return false;
    sheet_init(&sheet, cli, columns, 2);
    sheet.is_bare = true;
    order_explain(&order, explain_row, &sheet);
    sheet_done(&sheet);
    return true;
}
