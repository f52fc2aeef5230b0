#include "model/catalog/product_bulk.h"

#include "model/base/money.h"
#include "model/operation/operation_private.h"
#include "model/operation/record.h"

#include <string.h>

enum { BATCH = 500 };

static const char *const columns[] = {[BULK_PRICE] = "price_cents",
                                      [BULK_STATUS] = "status",
                                      [BULK_CATEGORY] = "category_id",
                                      [BULK_TAX] = "tax_category_id"};

static bool round_to(int64_t cents, int64_t step, int64_t ending, int64_t *out)
{
    int64_t shifted;
    if (__builtin_add_overflow(cents, step / 2 - ending, &shifted))
        return false;
    if (__builtin_add_overflow(shifted < 0 ? 0 : shifted / step * step, ending, out))
        return false;
    if (*out == 0)
        *out = step;
    return true;
}

bool product_bulk_price(int64_t cents, const char *currency, int64_t percent_bp,
                        enum product_rounding rounding, int64_t *out, struct error *err)
{
    int64_t change, price, whole = 1;
    if (percent_bp < PRODUCT_BULK_LEAST_BP || percent_bp > PRODUCT_BULK_MOST_BP)
        return error_set_field(err, ERROR_INPUT, "percent",
                               "Prices change by -100 to 1000 percent");
    for (int i = money_exponent(currency); i > 0; i--)
        whole *= 10;
    bool is_good = money_share(cents, percent_bp, &change) && money_add(cents, change, &price);
    if (is_good && price > 0 && rounding != ROUND_EXACT)
        is_good = rounding == ROUND_NINE ? round_to(price, 10, 9, &price)
                                         : round_to(price, whole, 0, &price);
    if (!is_good)
        return error_set_field(err, ERROR_INPUT, "percent", "The price would be too large");
    *out = price;
    return true;
}

static const char *amount_text(int64_t cents, const char *currency, struct arena *arena)
{
    char text[MONEY_TEXT_SIZE];
    money_format(cents, currency, text);
    return arena_text(arena, text);
}

static const char *shown(struct store *store, const struct product_bulk *bulk, struct value value,
                         struct arena *arena)
{
    static const char *const tables[] = {
        [BULK_CATEGORY] = "categories", [BULK_TAX] = "tax_categories"};
    struct uuid id;
    if (bulk->what == BULK_STATUS)
        return arena_text(arena, value_as_text(value));
    if (!value_as_uuid(value, &id))
        return bulk->what == BULK_TAX ? "standard" : "none";
    return record_title(store, schema_table(store_schema(store), tables[bulk->what]), &id, arena);
}

static bool fill_line(struct store *store, const struct product_bulk *bulk,
                      const struct record *row, struct arena *arena, struct product_bulk_line *out,
                      struct error *err)
{
    int64_t price = 0;
    const char *currency = value_as_text(record_value(row, "currency"));
    *out = (struct product_bulk_line){.id = row->id,
                                      .name = value_as_text(record_value(row, "name")),
                                      .seen = record_value(row, columns[bulk->what])};
    if (bulk->what == BULK_PRICE) {
        if (!product_bulk_price(out->seen.integer, currency, bulk->percent_bp, bulk->rounding,
                                &price, err))
            return error_prefix(err, "%s", out->name);
        out->value = value_integer(price);
        out->before = amount_text(out->seen.integer, currency, arena);
        out->after = amount_text(price, currency, arena);
    } else {
        out->value =
            bulk->what == BULK_STATUS ? value_text(bulk->status) : value_uuid_or_null(&bulk->id);
        out->before = shown(store, bulk, out->seen, arena);
        out->after = shown(store, bulk, out->value, arena);
    }
    out->is_changed = !value_equal(out->value, out->seen);
    return true;
}

int product_bulk_preview(struct store *store, const struct product_bulk *bulk,
                         const struct uuid *ids, size_t count, struct arena *arena,
                         struct product_bulk_line **out, struct error *err)
{
    const struct table *table = schema_table(store_schema(store), "products");
    int made = 0;
    *out = arena_alloc(arena, (count + 1) * sizeof **out);
    for (size_t i = 0; i < count; i++) {
        struct record row;
        int found = record_get(store, table, &ids[i], arena, &row, err);
        bool is_there = found > 0 && record_value(&row, "deleted_at").kind == VALUE_NULL;
        if (found < 0 || (is_there && !fill_line(store, bulk, &row, arena, &(*out)[made++], err)))
            return -1;
    }
    return made;
}

const char *product_bulk_words(const struct product_bulk *bulk, struct arena *arena)
{
    static const char *const roundings[] = {"", ", ending in 9", ", whole"};
    static const char *const names[] = {"price", "status", "category", "tax"};
    char percent[MONEY_TEXT_SIZE];
    if (bulk->what != BULK_PRICE)
        return arena_format(arena, "%s %s", names[bulk->what],
                            bulk->what == BULK_STATUS ? bulk->status : bulk->id_name);
    percent_format(bulk->percent_bp, percent);
    return arena_format(arena, "price %s%s%s", bulk->percent_bp > 0 ? "+" : "", percent,
                        roundings[bulk->rounding]);
}

/* Up to BATCH lines in one operation, within the transaction of all. Goes on behind the last. */
static bool apply_batch(struct store *store, const struct actor *actor,
                        const struct product_bulk *bulk, const struct uuid *group,
                        const struct product_bulk_line *lines, size_t count, size_t *at,
                        int *changed, struct error *err)
{
    struct operation *operation = operation_join(store, "product.bulk", actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    const char *words = product_bulk_words(bulk, arena);
    int before = *changed;
    bool is_good = true;
    for (int rows = 0; *at < count && rows < BATCH && is_good; (*at)++) {
        const struct product_bulk_line *line = &lines[*at];
        const struct change change = {.column = columns[bulk->what],
                                      .value = line->value,
                                      .seen = line->seen,
                                      .is_seen = true};
        if (!line->is_changed)
            continue;
        rows++;
        is_good = record_update(operation, "products", &line->id, &change, 1, err) ||
                  error_prefix(err, "%s", line->name);
        *changed += is_good;
    }
    operation_set_group(operation, group);
    int written = *changed - before;
    operation_describe(operation, "%d %s: %s", written, written == 1 ? "product" : "products",
                       words);
    arena_free(arena);
    if (is_good)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

int product_bulk_apply(struct store *store, const struct actor *actor,
                       const struct product_bulk *bulk, const struct product_bulk_line *lines,
                       size_t count, struct error *err)
{
    const struct uuid group = uuid_v7(store_env(store));
    int changed = 0;
    size_t at = 0;
    if (!actor_may(store, actor, "catalog.edit", err) || !store_begin(store, err))
        return -1;
    while (at < count)
        if (!apply_batch(store, actor, bulk, &group, lines, count, &at, &changed, err)) {
            store_rollback(store);
            return -1;
        }
    return store_commit(store, err) ? changed : -1;
}
