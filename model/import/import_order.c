#include "model/base/money.h"
#include "model/base/text.h"
#include "model/import/import_parts.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The order that an invoice becomes, as it is while lines are added. */
struct target {
    struct uuid id;
    bool is_new, is_hidden;
    int64_t subtotal_cents, total_cents, settled_cents, item_count; /* as they stood */
    int64_t added_cents;
    int64_t placed_at;
    char day[DATE_TEXT_SIZE];
    bool is_return;
};

/* 1 found, 0, -1: the order that the invoice became before, hidden ones too. */
static int find_order(struct import_run *run, const char *invoice, struct target *out,
                      struct error *err)
{
    struct statement *statement =
        store_prepare(run->store,
                      "SELECT o.id, o.deleted_at IS NOT NULL, o.subtotal_cents, o.total_cents,"
                      " coalesce(s.paid_cents - s.refunded_cents, 0), coalesce(s.item_count, 0)"
                      " FROM import_map m JOIN orders o ON o.id = m.row_id"
                      " LEFT JOIN order_sums s ON s.order_id = o.id"
                      " WHERE m.mapping = ?1 AND m.source_key = ?2 AND m.table_name = 'orders'",
                      err);
    if (statement == NULL)
        return -1;
    statement_bind_text(statement, 1, run->mapping.name);
    statement_bind_text(statement, 2, invoice);
    int found = statement_step(statement, err);
    if (found > 0) {
        statement_uuid(statement, 0, &out->id);
        out->is_hidden = statement_integer(statement, 1) != 0;
        out->subtotal_cents = statement_integer(statement, 2);
        out->total_cents = statement_integer(statement, 3);
        out->settled_cents = statement_integer(statement, 4);
        out->item_count = statement_integer(statement, 5);
    }
    statement_done(statement);
    return found;
}

/* One whose import was taken back is hidden too, but has no lines any more. */
int import_order_is_deleted(struct import_run *run, const char *invoice, struct error *err)
{
    struct target target = {.is_new = true};
    int found = find_order(run, invoice, &target, err);
    return found <= 0 ? found : target.is_hidden && target.item_count > 0;
}

/* The first time of the lines, and what they come to. */
static void take_lines(const struct import_run *run, const struct import_invoice *invoice,
                       const struct import_plan *plans, struct target *target)
{
    const char *prefix = run->mapping.return_prefix;
    bool is_any = false;
    for (size_t i = 0; i < invoice->count; i++) {
        if (plans[i].fate != FATE_ORDERED)
            continue;
        target->added_cents += plans[i].total_cents;
        if (!is_any || invoice->lines[i].placed_at < target->placed_at)
            target->placed_at = invoice->lines[i].placed_at;
        is_any = true;
    }
    target->is_return = prefix != NULL && strncasecmp(invoice->number, prefix, strlen(prefix)) == 0;
    date_format(business_day(target->placed_at, run->location_zone, run->day_starts_minutes),
                target->day);
}

/* The first text that the lines have: of the customer, or of the country. */
static void take_customer(const struct import_invoice *invoice, const struct import_plan *plans,
                          const char **customer, const char **country)
{
    *customer = *country = "";
    for (size_t i = 0; i < invoice->count; i++) {
        const struct import_line *line = &invoice->lines[i];
        if (plans[i].fate != FATE_ORDERED)
            continue;
        if ((*customer)[0] == '\0')
            *customer = line->customer;
        if ((*country)[0] == '\0')
            *country = line->country;
    }
}

static const char *address_of(const char *country, struct arena *arena)
{
    json_t *json = json_object();
    if (country[0] != '\0')
        json_object_set_new(json, "country", json_string(country));
    char *text = json_dumps(json, JSON_COMPACT);
    const char *copy = arena_text(arena, text);
    free(text);
    json_decref(json);
    return copy;
}

static bool insert_order(struct import_run *run, struct import_invoice *invoice,
                         const struct import_plan *plans, struct target *target, struct error *err)
{
    struct arena *arena = invoice->arena;
    const char *number, *country;
    take_customer(invoice, plans, &number, &country);
    const struct import_customer *customer =
        number[0] != '\0' ? import_survey_customer(run->survey, number) : NULL;
    struct value placed = value_integer(target->placed_at);
    const struct value values[] = {
        value_text(arena_format(arena, "%s%s", run->mapping.number_prefix, invoice->number)),
        value_text(target->is_return ? "return" : "sale"),
        value_text("completed"),
        value_text("fulfilled"),
        value_uuid_or_null(customer != NULL ? &customer->id : NULL),
        value_uuid(&run->register_id),
        value_uuid(&run->actor->location_id),
        value_text(run->currency),
        value_integer(target->added_cents),
        value_integer(target->added_cents),
        value_text(customer != NULL ? arena_format(arena, "Customer %s", customer->number) : NULL),
        value_text(address_of(country, arena)),
        value_text(target->day),
        placed,
        placed,
        placed,
    };
    int64_t *count = target->is_return ? &run->result->returns : &run->result->sales;
    if (!import_writer_add(run->writer, IMPORT_ORDERS, values, &target->id, err) ||
        !import_writer_map(run->writer, invoice->number, "orders", &target->id, err))
        return false;
    *count += 1;
    return true;
}

/* Lines join an order that stands. One whose import was taken back comes back with them alone. */
static bool grow_order(struct import_run *run, struct target *target, struct error *err)
{
    struct operation *operation = import_writer_operation(run->writer, 1, err);
    if (operation == NULL ||
        (target->is_hidden && !record_restore(operation, "orders", &target->id, err)))
        return false;
    int64_t shown = target->is_hidden ? target->total_cents : 0;
    int64_t subtotal, total;
    if (!money_add(target->subtotal_cents - shown, target->added_cents, &subtotal) ||
        !money_add(target->total_cents - shown, target->added_cents, &total))
        return error_set(err, ERROR_INPUT, "the total of an order would be too large");
    const struct change changes[] = {
        {.column = "subtotal_cents", .value = value_integer(subtotal)},
        {.column = "total_cents", .value = value_integer(total)},
    };
    target->total_cents = total;
    run->result->joined++;
    return record_update(operation, "orders", &target->id, changes,
                         sizeof changes / sizeof changes[0], err);
}

static bool add_event(struct import_run *run, const struct import_invoice *invoice,
                      const struct target *target, struct error *err)
{
    struct uuid id = {{0}};
    const char *note = arena_format(invoice->arena,
                                    target->is_new ? "imported from %s, invoice %s"
                                                   : "more lines from %s, invoice %s",
                                    run->source, invoice->number);
    const struct value values[] = {
        value_uuid(&target->id),
        value_text("import"),
        value_uuid_or_null(&run->actor->user_id),
        value_text(target->is_new ? "completed" : NULL),
        value_text(note),
        value_integer(target->placed_at),
    };
    return import_writer_add(run->writer, IMPORT_EVENTS, values, &id, err);
}

static bool add_payment(struct import_run *run, const struct target *target, int64_t cents,
                        struct error *err)
{
    struct uuid id = {{0}};
    const struct value values[] = {
        value_uuid(&target->id),
        value_uuid(&run->register_id),
        value_uuid_or_null(&run->actor->user_id),
        value_text("other"),
        value_text("captured"),
        value_integer(cents),
        value_text(run->currency),
        value_text(target->day),
        value_integer(target->placed_at),
    };
    return import_writer_add(run->writer, IMPORT_PAYMENTS, values, &id, err);
}

static bool add_refund(struct import_run *run, const struct target *target, int64_t cents,
                       struct error *err)
{
    struct uuid id = {{0}};
    const struct value values[] = {
        value_uuid(&target->id),       value_uuid(&target->id),
        value_uuid(&run->register_id), value_uuid_or_null(&run->actor->user_id),
        value_text("other"),           value_integer(cents),
        value_text(run->currency),     value_text("imported"),
        value_text(target->day),       value_integer(target->placed_at),
    };
    return import_writer_add(run->writer, IMPORT_REFUNDS, values, &id, err);
}

/* What the file tells is paid. The payments of an order whose import was taken back are gone, but
 * its refunds are not: they are history. */
static bool settle(struct import_run *run, const struct target *target, struct error *err)
{
    int64_t due =
        target->is_hidden ? target->total_cents - target->settled_cents : target->added_cents;
    int64_t *sum = target->is_return ? &run->result->returns_cents : &run->result->sales_cents;
    *sum += target->added_cents;
    return due == 0 ||
           (due > 0 ? add_payment(run, target, due, err) : add_refund(run, target, -due, err));
}

static bool add_item(struct import_run *run, const struct target *target,
                     const struct import_line *line, const struct import_plan *plan,
                     int64_t position, struct arena *arena, struct error *err)
{
    const struct import_product *product = plan->product;
    const char *name = line->description;
    if (strcmp(name, product->name) != 0 &&
        import_says_nothing(&run->mapping, text_fold(name, arena)))
        name = product->name;
    struct uuid id = {{0}};
    const struct value values[] = {
        value_uuid(&target->id),          value_uuid(&product->product_id),
        value_uuid(&product->variant_id), value_text(name),
        value_text(product->code),        value_integer(plan->quantity_milli),
        value_integer(plan->price_cents), value_integer(plan->total_cents),
        value_integer(position),
    };
    return import_writer_add(run->writer, IMPORT_ITEMS, values, &id, err) &&
           import_writer_map(run->writer, plan->key, "order_items", &id, err) &&
           (plan->content_key == plan->key ||
            import_writer_map(run->writer, plan->content_key, "order_items", &id, err));
}

static bool add_items(struct import_run *run, const struct import_invoice *invoice,
                      const struct import_plan *plans, const struct target *target,
                      struct error *err)
{
    int64_t position = target->item_count;
    for (size_t i = 0; i < invoice->count; i++) {
        if (plans[i].fate != FATE_ORDERED)
            continue;
        if (!add_item(run, target, &invoice->lines[i], &plans[i], position++, invoice->arena, err))
            return false;
        run->result->order_lines++;
    }
    return true;
}

static bool move_goods(struct import_run *run, const struct import_invoice *invoice,
                       const struct import_plan *plans, const struct target *target,
                       struct error *err)
{
    for (size_t i = 0; i < invoice->count; i++) {
        const struct import_plan *plan = &plans[i];
        struct uuid id = {{0}};
        if (plan->fate == FATE_ORDERED && plan->product->is_stocked &&
            !import_move(run, &invoice->lines[i], plan, target->is_return ? "return" : "sale",
                         -plan->quantity_milli, &target->id, NULL, &id, err))
            return false;
    }
    return true;
}

/* The order is whole before goods move: an invoice of many lines takes a second operation, and
 * another terminal may see the first one alone for a moment. */
bool import_order_write(struct import_run *run, struct import_invoice *invoice,
                        struct import_plan *plans, struct error *err)
{
    struct target target = {.is_new = true};
    int found = run->is_first ? 0 : find_order(run, invoice->number, &target, err);
    if (found < 0)
        return false;
    target.is_new = found == 0;
    take_lines(run, invoice, plans, &target);
    return (target.is_new ? insert_order(run, invoice, plans, &target, err)
                          : grow_order(run, &target, err)) &&
           add_event(run, invoice, &target, err) && settle(run, &target, err) &&
           add_items(run, invoice, plans, &target, err) &&
           move_goods(run, invoice, plans, &target, err);
}
