#include "model/catalog/bundle.h"

#include "model/operation/record.h"

int bundle_parts(struct store *store, const struct uuid *variant, struct arena *arena,
                 struct bundle_part **out, struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT i.variant_id, i.quantity_milli, q.is_stocked FROM product_variants v "
        "JOIN product_bundles b ON b.product_id = v.product_id AND b.is_active AND b.deleted_at "
        "IS NULL JOIN bundle_items i ON i.tenant_id = b.tenant_id AND i.bundle_id = b.id "
        "JOIN product_variants w ON w.id = i.variant_id JOIN products q ON q.id = w.product_id "
        "WHERE v.id = ?1 ORDER BY i.position, i.id",
        err);
    struct bundle_part *parts = arena_alloc(arena, BUNDLE_PARTS_MAX * sizeof *parts);
    int count = 0, step = 0;
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, variant);
    while (count < BUNDLE_PARTS_MAX && (step = statement_step(statement, err)) == 1) {
        statement_uuid(statement, 0, &parts[count].variant_id);
        parts[count].quantity_milli = statement_integer(statement, 1);
        parts[count++].is_stocked = statement_integer(statement, 2) != 0;
    }
    statement_done(statement);
    *out = parts;
    return step < 0 ? -1 : count;
}

bool bundle_stock(struct store *store, const struct uuid *variant, const struct uuid *location,
                  int64_t *milli, struct error *err)
{
    struct arena *arena = arena_new();
    struct bundle_part *parts;
    int count = bundle_parts(store, variant, arena, &parts, err), found = 0;
    int64_t least = -1;
    for (int i = 0; i < count && found >= 0; i++) {
        int64_t level = 0;
        if (!parts[i].is_stocked)
            continue;
        found = store_find_integer(store, &level,
                                   "SELECT on_hand_milli FROM stock_levels WHERE variant_id = ?1 "
                                   "AND location_id = ?2",
                                   err, "uu", &parts[i].variant_id, location);
        int64_t sets = level > 0 ? level / parts[i].quantity_milli : 0;
        least = least < 0 || sets < least ? sets : least;
    }
    *milli = least > 0 ? least * 1000 : 0;
    arena_free(arena);
    return count >= 0 && found >= 0;
}

static const char is_bundle[] =
    "SELECT 1 FROM product_bundles b JOIN bundle_items i ON i.tenant_id = b.tenant_id "
    "AND i.bundle_id = b.id WHERE b.product_id = ?1 AND b.deleted_at IS NULL LIMIT 1";

bool bundle_may_hold(struct store *store, const struct uuid *product, const struct uuid *variant,
                     struct error *err)
{
    struct uuid owner;
    int64_t one;
    struct statement *statement =
        store_prepare(store,
                      "SELECT product_id FROM product_variants WHERE id = ?1 AND deleted_at IS "
                      "NULL",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, variant);
    int step = statement_step(statement, err);
    if (step > 0)
        statement_uuid(statement, 0, &owner);
    statement_done(statement);
    if (step == 0)
        return error_set_field(err, ERROR_NOT_FOUND, "variant_id",
                               "What the bundle is to hold is no longer in the catalogue");
    if (step < 0)
        return false;
    if (uuid_equal(&owner, product))
        return error_set_field(err, ERROR_RULE, "variant_id", "A bundle can't hold itself");
    int found = store_find_integer(store, &one, is_bundle, err, "u", &owner);
    if (found > 0)
        return error_set_field(err, ERROR_RULE, "variant_id",
                               "That is a bundle itself; add its parts one by one");
    return found == 0;
}

static bool check_is_no_part(struct store *store, const struct uuid *product, struct error *err)
{
    int64_t one;
    int found = store_find_integer(
        store, &one,
        "SELECT 1 FROM product_variants v JOIN bundle_items i ON i.variant_id = v.id "
        "JOIN product_bundles b ON b.id = i.bundle_id AND b.deleted_at IS NULL "
        "WHERE v.product_id = ?1 LIMIT 1",
        err, "u", product);
    if (found > 0)
        return error_set(err, ERROR_RULE,
                         "It is a part of a bundle; a bundle can't hold another one");
    return found == 0;
}

bool bundle_require(struct operation *operation, const struct uuid *product, struct uuid *bundle,
                    struct error *err)
{
    struct store *store = operation_store(operation);
    struct statement *statement = store_prepare(
        store,
        "SELECT id FROM product_bundles WHERE product_id = ?1 AND deleted_at IS NULL ORDER BY id",
        err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, product);
    int step = statement_step(statement, err);
    if (step > 0)
        statement_uuid(statement, 0, bundle);
    statement_done(statement);
    if (step != 0)
        return step > 0;
    struct arena *arena = arena_new();
    struct record row;
    const struct table *table = schema_table(store_schema(store), "products");
    int found = record_get(store, table, product, arena, &row, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This product is no longer in the catalogue");
    bool is_done = found > 0 && check_is_no_part(store, product, err);
    if (is_done) {
        const struct change changes[] = {
            {.column = "product_id", .value = value_uuid(product)},
            {.column = "name", .value = record_value(&row, "name")},
            {.column = "price_cents", .value = record_value(&row, "price_cents")},
            {.column = "currency", .value = record_value(&row, "currency")},
        };
        is_done = record_insert(operation, "product_bundles", changes, 4, bundle, err);
    }
    arena_free(arena);
    return is_done;
}
