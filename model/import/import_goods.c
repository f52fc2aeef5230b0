#include "model/base/text.h"
#include "model/catalog/product.h"
#include "model/import/import_parts.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* `size` of a text in characters at most; in the arena. */
static const char *cut(const char *text, size_t size, struct arena *arena)
{
    const char *end = text;
    while (size > 0 && *end != '\0') {
        do
            end++;
        while (((unsigned char)*end & 0xC0) == 0x80);
        size--;
    }
    return arena_bytes(arena, text, (size_t)(end - text));
}

enum { PRODUCT_NAME_MAX = 200 };

/* 1 found, 0, -1: the product that the code became when it was imported before. */
static int find_mapped(struct import_run *run, struct import_product *product, struct error *err)
{
    struct statement *statement = store_prepare(
        run->store,
        "SELECT p.id, p.is_stocked, (SELECT v.id FROM product_variants v WHERE v.product_id = p.id"
        " AND v.deleted_at IS NULL ORDER BY v.id <> v.product_id, v.position, v.id LIMIT 1)"
        " FROM import_map m JOIN products p ON p.id = m.row_id AND p.deleted_at IS NULL"
        " WHERE m.mapping = ?1 AND m.source_key = ?2 AND m.table_name = 'products'",
        err);
    if (statement == NULL)
        return -1;
    statement_bind_text(statement, 1, run->mapping.name);
    statement_bind_text(statement, 2, product->key);
    int found = statement_step(statement, err);
    if (found > 0) {
        product->is_known = statement_uuid(statement, 0, &product->product_id) &&
                            statement_uuid(statement, 2, &product->variant_id);
        product->is_stocked = statement_integer(statement, 1) != 0;
    }
    statement_done(statement);
    return found < 0 ? -1 : product->is_known;
}

/* A product of that code that the shop had already is the same one. */
static bool adopt(struct import_run *run, struct import_product *product, struct error *err)
{
    struct arena *arena = arena_new();
    struct sellable found;
    int state = product_by_code(run->store, product->code, arena, &found, err);
    if (state > 0) {
        product->product_id = found.product_id;
        product->variant_id = found.variant_id;
        product->is_stocked = found.is_stocked;
        product->is_known = true;
    }
    arena_free(arena);
    return state >= 0;
}

static bool make_product(struct import_run *run, struct import_product *product, struct error *err)
{
    struct operation *operation = import_writer_operation(run->writer, 2, err);
    if (operation == NULL)
        return false;
    const struct change more[] = {
        {.column = "currency", .value = value_text(run->currency)},
        {.column = "is_stocked", .value = value_integer(product->is_stocked)},
    };
    if (!product_insert(operation, cut(product->name, PRODUCT_NAME_MAX, run->arena), product->code,
                        product->price_cents, more, sizeof more / sizeof more[0],
                        &product->product_id, err))
        return error_prefix(err, "the product %s", product->code);
    product->variant_id = product->product_id;
    run->result->products++;
    return true;
}

static bool take_product(struct import_run *run, struct import_product *product, struct error *err)
{
    if (find_mapped(run, product, err) < 0)
        return false;
    if (product->is_known)
        return true;
    if (!import_writer_begin(run->writer, 2, err) || !adopt(run, product, err) ||
        (!product->is_known && !make_product(run, product, err)))
        return false;
    product->is_known = true;
    return import_writer_operation(run->writer, 0, err) != NULL &&
           import_writer_map(run->writer, product->key, "products", &product->product_id, err);
}

static int find_customer(struct import_run *run, struct import_customer *customer,
                         struct error *err)
{
    struct statement *statement =
        store_prepare(run->store,
                      "SELECT c.id FROM import_map m JOIN customer_profiles c ON c.id = m.row_id"
                      " AND c.deleted_at IS NULL WHERE m.mapping = ?1 AND m.source_key = ?2"
                      " AND m.table_name = 'customer_profiles'",
                      err);
    if (statement == NULL)
        return -1;
    statement_bind_text(statement, 1, run->mapping.name);
    statement_bind_text(statement, 2, customer->number);
    int found = statement_step(statement, err);
    if (found > 0)
        customer->is_known = statement_uuid(statement, 0, &customer->id);
    statement_done(statement);
    return found;
}

static bool make_customer(struct import_run *run, struct import_customer *customer,
                          struct error *err)
{
    struct operation *operation = import_writer_operation(run->writer, 1, err);
    if (operation == NULL)
        return false;
    json_t *json = json_object();
    if (customer->country[0] != '\0')
        json_object_set_new(json, "country", json_string(customer->country));
    char *address = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    const struct change changes[] = {
        {.column = "name",
         .value = value_text(arena_format(run->arena, "Customer %s", customer->number))},
        {.column = "address", .value = value_text(address)},
    };
    bool is_done =
        record_insert(operation, "customer_profiles", changes, sizeof changes / sizeof changes[0],
                      &customer->id, err) &&
        import_writer_map(run->writer, customer->number, "customer_profiles", &customer->id, err);
    free(address);
    run->result->customers += is_done;
    return is_done;
}

static bool take_customer(struct import_run *run, struct import_customer *customer,
                          struct error *err)
{
    if (find_customer(run, customer, err) < 0)
        return false;
    if (!customer->is_known &&
        (!import_writer_begin(run->writer, 1, err) || !make_customer(run, customer, err)))
        return false;
    customer->is_known = true;
    return true;
}

/* The register that the imported orders are of, so that their numbers never meet those of a till.
 */
static bool take_register(struct import_run *run, struct error *err)
{
    struct statement *statement = store_prepare(
        run->store, "SELECT id FROM registers WHERE code = ?1 AND deleted_at IS NULL", err);
    if (statement == NULL)
        return false;
    statement_bind_text(statement, 1, run->mapping.register_code);
    int found = statement_step(statement, err);
    if (found > 0)
        statement_uuid(statement, 0, &run->register_id);
    statement_done(statement);
    if (found != 0)
        return found > 0;
    const struct change changes[] = {
        {.column = "location_id", .value = value_uuid(&run->actor->location_id)},
        {.column = "code", .value = value_text(run->mapping.register_code)},
        {.column = "name", .value = value_text("Import")},
    };
    if (!import_writer_begin(run->writer, 1, err))
        return false;
    struct operation *operation = import_writer_operation(run->writer, 1, err);
    return operation != NULL &&
           record_insert(operation, "registers", changes, sizeof changes / sizeof changes[0],
                         &run->register_id, err);
}

bool import_goods(struct import_run *run, struct error *err)
{
    if (!take_register(run, err))
        return false;
    for (struct import_product *p = import_survey_products(run->survey); p != NULL; p = p->next)
        if (!take_product(run, p, err))
            return false;
    for (struct import_customer *c = import_survey_customers(run->survey); c != NULL; c = c->next)
        if (!take_customer(run, c, err))
            return false;
    return true;
}
