#include "model/catalog/product.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/catalog/barcode.h"
#include "model/people/location.h"

#include <stdlib.h>
#include <string.h>

/* The rate of a tax category. ?1 is the tenant and ?2 today's date in the shop; what has no rate
 * today is not taxed. */
#define STANDARD                                                                                   \
    "(SELECT k.id FROM tax_categories k WHERE k.tenant_id = ?1 AND k.code = 'standard')"
#define RATE(category)                                                                             \
    "coalesce((SELECT r.rate_bp FROM tax_rates r JOIN tenants t ON t.id = ?1 "                     \
    "          WHERE r.tax_category_id = " category                                                \
    "            AND r.country = t.country AND r.region = '' AND r.valid_from <= ?2 "              \
    "            AND (r.valid_to IS NULL OR r.valid_to >= ?2) "                                    \
    "          ORDER BY r.valid_from DESC LIMIT 1), 0)"

/* A product without a tax category is taxed as 'standard'. */
static const char columns[] =
    "SELECT v.id, p.id, CASE WHEN v.id = p.id THEN p.name ELSE "
    "substr(p.name || ' ' || v.name, 1, 255) END, "
    "coalesce(v.sku, p.sku), p.currency, CASE WHEN v.is_active THEN p.status ELSE 'inactive' END, "
    "max(p.price_cents + v.price_adjustment_cents, 0), " RATE(
        "coalesce(p.tax_category_id, " STANDARD ")") ", "
                                                     "p.is_stocked, ";
#define GOODS                                                                                      \
    "FROM product_variants v JOIN products p ON p.id = v.product_id "                              \
    "WHERE v.deleted_at IS NULL AND p.deleted_at IS NULL AND "

static void read_sellable(const struct statement *row, struct arena *arena, struct sellable *out)
{
    *out = (struct sellable){.name = ""};
    statement_uuid(row, 0, &out->variant_id);
    statement_uuid(row, 1, &out->product_id);
    out->name = arena_text(arena, statement_text(row, 2));
    out->sku = arena_text(arena, statement_text(row, 3));
    out->currency = arena_text(arena, statement_text(row, 4));
    out->status = arena_text(arena, statement_text(row, 5));
    out->price_cents = statement_integer(row, 6);
    out->tax_bp = statement_integer(row, 7);
    out->is_stocked = statement_integer(row, 8) != 0;
    out->scan_milli = statement_integer(row, 9);
}

/* The business day of the place where this store stands: that of the machine where it says none. */
static bool find_today(struct store *store, char today[DATE_TEXT_SIZE], struct error *err)
{
    const struct env *env = store_env(store);
    struct clock_time now;
    struct uuid location;
    struct statement *statement =
        store_prepare(store, "SELECT value FROM sync_state WHERE name = 'location_id'", err);
    if (statement == NULL)
        return false;
    int found = statement_step(statement, err);
    bool is_placed = found == 1 && uuid_parse(statement_text(statement, 0), &location);
    statement_done(statement);
    if (found < 0)
        return false;
    if (is_placed)
        return location_business_day(store, &location, env_now(env), today, err);
    if (!instant_to_local(env_now(env), env->zone, &now))
        return error_set(err, ERROR_SYSTEM,
                         "The clock shows a time outside of the calendar; set it");
    date_format(now.date, today);
    return true;
}

bool product_standard_tax(struct store *store, int64_t *bp, struct error *err)
{
    char today[DATE_TEXT_SIZE];
    return find_today(store, today, err) &&
           store_find_integer(store, bp, "SELECT " RATE(STANDARD), err, "ut", store_tenant(store),
                              today) >= 0;
}

bool product_tax(struct store *store, const struct uuid *tax_category, int64_t *bp,
                 struct error *err)
{
    char today[DATE_TEXT_SIZE];
    if (uuid_is_zero(tax_category))
        return product_standard_tax(store, bp, err);
    return find_today(store, today, err) &&
           store_find_integer(store, bp, "SELECT " RATE("?3"), err, "utu", store_tenant(store),
                              today, tax_category) >= 0;
}

/* Up to `limit` variants under `condition`, whose parameter ?3 is `key`. Returns the count or -1.
 */
static int find(struct store *store, const char *condition, struct value key, size_t limit,
                struct arena *arena, struct sellable *out, struct error *err)
{
    char today[DATE_TEXT_SIZE];
    if (!find_today(store, today, err))
        return -1;
    struct statement *statement =
        store_prepare(store, arena_format(arena, "%s%s", columns, condition), err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, store_tenant(store));
    statement_bind_text(statement, 2, today);
    statement_bind_value(statement, 3, key);
    size_t count = 0;
    int step = 0;
    while (count < limit && (step = statement_step(statement, err)) == 1)
        read_sellable(statement, arena, &out[count++]);
    statement_done(statement);
    return step < 0 ? -1 : (int)count;
}

int product_by_variant(struct store *store, const struct uuid *variant, struct arena *arena,
                       struct sellable *out, struct error *err)
{
    return find(store, "1000 " GOODS "v.id = ?3", value_uuid(variant), 1, arena, out, err);
}

static int find_code(struct store *store, const char *code, struct arena *arena,
                     struct sellable *out, struct error *err)
{
    static const char *const ways[] = {
        "b.quantity_milli FROM product_barcodes b JOIN product_variants v ON v.id = b.variant_id "
        "JOIN products p ON p.id = v.product_id WHERE b.barcode = ?3 AND b.tenant_id = ?1 "
        "AND v.deleted_at IS NULL AND p.deleted_at IS NULL",
        "1000 " GOODS "v.sku = ?3 AND v.tenant_id = ?1",
        "1000 " GOODS "p.sku = ?3 AND p.tenant_id = ?1 ORDER BY v.id = p.id DESC, v.position, v.id",
    };
    int found = 0;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0] && found == 0; i++)
        found = find(store, ways[i], value_text(code), 1, arena, out, err);
    return found;
}

/* Of a weighed thing the catalogue's price is that of a kilogram. */
static bool take_value(const struct barcode *barcode, struct sellable *out, struct error *err)
{
    if (barcode->is_weight)
        return barcode_weight(barcode, &out->scan_milli, err);
    out->is_priced = true;
    out->scan_milli = 1000;
    return barcode_price(barcode, out->currency, &out->price_cents, err);
}

int product_by_code(struct store *store, const char *code, struct arena *arena,
                    struct sellable *out, struct error *err)
{
    struct barcode barcode;
    int found = find_code(store, code, arena, out, err);
    if (found != 0)
        return found;
    int is_read = barcode_read(store, code, &barcode, err);
    if (is_read != 1)
        return is_read;
    found = find_code(store, barcode.article, arena, out, err);
    if (found == 0)
        found = find_code(store, barcode.blank, arena, out, err);
    return found == 1 && !take_value(&barcode, out, err) ? -1 : found;
}

int product_find(struct store *store, const char *text, size_t limit, struct arena *arena,
                 struct sellable *out, struct error *err)
{
    if (text_is_blank(text))
        return 0;
    int count = product_by_code(store, text, arena, out, err);
    if (count != 0)
        return count;
    const struct filter *filter = filter_of_words(text, arena);
    if (filter == NULL)
        return 0;
    const struct query query = {.source = &product_source, .filter = filter};
    struct query_page page;
    if (!query_fetch(store, &query, NULL, 0, NULL, false, limit, arena, &page, err))
        return -1;
    for (size_t i = 0; i < page.count && (size_t)count < limit; i++) {
        int more =
            find(store, "1000 " GOODS "v.product_id = ?3 ORDER BY v.position, v.id",
                 value_uuid(&page.rows[i].id), limit - (size_t)count, arena, out + count, err);
        if (more < 0)
            return -1;
        count += more;
    }
    return count;
}

bool product_insert(struct operation *operation, const char *name, const char *sku,
                    int64_t price_cents, const struct change *more, size_t count, struct uuid *id,
                    struct error *err)
{
    struct uuid product = uuid_v7(store_env(operation_store(operation)));
    struct change *changes = memory_resize(NULL, count + 4, sizeof *changes);
    changes[0] = (struct change){.column = "id", .value = value_uuid(&product)};
    changes[1] = (struct change){.column = "name", .value = value_text(name)};
    changes[2] = (struct change){.column = "sku", .value = value_text(sku)};
    changes[3] = (struct change){.column = "price_cents", .value = value_integer(price_cents)};
    if (count > 0)
        memcpy(changes + 4, more, count * sizeof *changes);
    const struct change variant[] = {
        {.column = "id", .value = value_uuid(&product)},
        {.column = "product_id", .value = value_uuid(&product)},
        {.column = "name", .value = value_text(name)},
        {.column = "sku", .value = value_text(sku)},
    };
    bool done = record_insert(operation, "products", changes, count + 4, NULL, err) &&
                record_insert(operation, "product_variants", variant, 4, NULL, err);
    if (done && id != NULL)
        *id = product;
    free(changes);
    return done;
}
