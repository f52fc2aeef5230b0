#include "model/catalog/product_part.h"

#include "model/base/money.h"
#include "model/base/text.h"
#include "model/catalog/barcode_digit.h"
#include "model/catalog/bundle.h"

#include <string.h>

const struct product_part product_parts[PART_KINDS] = {
    [PART_VARIANT] = {"variant", "Variants", "product_variants",
                      "name sku price_adjustment_cents weight_grams is_active", "product_id",
                      "catalog.edit"},
    [PART_BARCODE] = {"barcode", "Barcodes", "product_barcodes",
                      "barcode variant_id symbology quantity_milli", NULL, "catalog.edit"},
    [PART_OPTION_GROUP] = {"group of options", "Options", "product_option_groups",
                           "name kind is_required minimum_choices maximum_choices", "product_id",
                           "catalog.edit"},
    [PART_OPTION] = {"option", "Choices", "product_options",
                     "name group_id price_adjustment_cents is_default is_active", NULL,
                     "catalog.edit"},
    [PART_ADDON] = {"add-on", "Add-ons", "product_addons",
                    "name addon_variant_id price_cents maximum_milli is_active", "product_id",
                    "catalog.edit"},
    [PART_BUNDLE_ITEM] = {"part of the bundle", "Bundle of", "bundle_items",
                          "variant_id quantity_milli", "bundle_id", "catalog.edit"},
    [PART_IMAGE] = {"image", "Images", "product_images", "url alternative_text variant_id position",
                    "product_id", "catalog.edit"},
    [PART_SUPPLIER] = {"supplier", "Suppliers", "supplier_products",
                       "supplier_id variant_id supplier_sku cost_cents currency pack_milli "
                       "lead_days is_preferred",
                       NULL, "inventory.edit"},
};

static bool check_barcode(struct store *store, const struct uuid *part, const char *code,
                          struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT p.name FROM product_barcodes b JOIN product_variants v ON v.id = b.variant_id "
        "JOIN products p ON p.id = v.product_id WHERE b.barcode = ?1 AND b.tenant_id = ?2 "
        "AND b.id <> ?3",
        err);
    if (statement == NULL)
        return false;
    statement_bind_text(statement, 1, code);
    statement_bind_uuid(statement, 2, store_tenant(store));
    statement_bind_uuid(statement, 3, part);
    int step = statement_step(statement, err);
    if (step > 0)
        error_set_field(err, ERROR_INPUT, "barcode", "%s is a barcode of %s already", code,
                        statement_text(statement, 0));
    statement_done(statement);
    return step == 0;
}

/* An SKU is free, too, where the variant is the default one of the product that has it. */
static bool check_sku(struct store *store, const struct uuid *part, const char *sku,
                      struct error *err)
{
    int64_t one;
    int found = store_find_integer(
        store, &one,
        "SELECT 1 FROM products p WHERE p.sku = ?1 AND p.tenant_id = ?3 AND p.deleted_at IS NULL "
        "AND p.id <> ?2 UNION ALL SELECT 1 FROM product_variants v WHERE v.sku = ?1 "
        "AND v.tenant_id = ?3 AND v.deleted_at IS NULL AND v.id <> ?2 LIMIT 1",
        err, "tuu", sku, part, store_tenant(store));
    if (found > 0)
        return error_set_field(err, ERROR_INPUT, "sku",
                               "Another product has the SKU %s already; take another one", sku);
    return found == 0;
}

bool product_part_check(struct store *store, enum product_part_kind kind, const struct uuid *part,
                        const char *column, const char *text, struct error *err)
{
    if (kind == PART_BARCODE && strcmp(column, "barcode") == 0)
        return check_barcode(store, part, text, err);
    if (kind == PART_VARIANT && strcmp(column, "sku") == 0 && text[0] != '\0')
        return check_sku(store, part, text, err);
    if ((kind == PART_IMAGE || kind == PART_ADDON || kind == PART_VARIANT) &&
        (strcmp(column, "url") == 0 || strcmp(column, "name") == 0) && text_is_blank(text))
        return error_set_field(err, ERROR_INPUT, column, "It can't be empty");
    return true;
}

/* A part that is being written: its row as it will be. */
struct writing {
    struct operation *operation;
    enum product_part_kind kind;
    const struct uuid *product, *id; /* id all zero: new */
    const struct record *row;        /* as it stands; NULL: new */
    struct uuid link;                /* what a new one hangs on, where that is not asked */
    struct change *changes;
    size_t count; /* those given and up to ROOM more */
};
enum { ROOM = 2 };

static struct change *change_of(const struct writing *writing, const char *column)
{
    for (size_t i = 0; i < writing->count; i++)
        if (strcmp(writing->changes[i].column, column) == 0)
            return &writing->changes[i];
    return NULL;
}

static struct value value_of(const struct writing *writing, const char *column)
{
    const struct change *change = change_of(writing, column);
    if (change != NULL)
        return change->value;
    return writing->row != NULL ? record_value(writing->row, column) : value_null();
}

/* A code of digits is of the kind that its length says, unless the shop says otherwise. */
static bool complete_barcode(struct writing *writing, struct error *err)
{
    static const char *const numeric[] = {"ean13", "ean8", "upc_a", "itf14"};
    const char *code = value_as_text(value_of(writing, "barcode"));
    const char *kind = value_as_text(value_of(writing, "symbology"));
    bool is_numeric = kind[0] == '\0';
    for (size_t i = 0; i < sizeof numeric / sizeof numeric[0]; i++)
        is_numeric = is_numeric || strcmp(kind, numeric[i]) == 0;
    if (!is_numeric)
        return true;
    char digit = barcode_digit(code);
    if (digit != 0 && code[strlen(code) - 1] != digit)
        return error_set_field(
            err, ERROR_INPUT, "barcode",
            "The check digit of %s would be %c; scan it again, or choose \"own\" "
            "for a code of the shop's own",
            code, digit);
    struct change *given = change_of(writing, "symbology");
    struct change change = {.column = "symbology", .value = value_text(barcode_symbology(code))};
    if (given != NULL)
        given->value = change.value;
    else
        writing->changes[writing->count++] = change;
    return true;
}

static bool complete_variant(struct writing *writing, struct error *err)
{
    int64_t price = 0, total;
    if (store_find_integer(operation_store(writing->operation), &price,
                           "SELECT price_cents FROM products WHERE id = ?1", err, "u",
                           writing->product) < 0)
        return false;
    if (money_add(price, value_of(writing, "price_adjustment_cents").integer, &total) && total >= 0)
        return true;
    return error_set_field(err, ERROR_INPUT, "price_adjustment_cents",
                           "With that it would cost less than nothing");
}

static bool complete_bundle(struct writing *writing, struct error *err)
{
    struct uuid part;
    if (!value_as_uuid(value_of(writing, "variant_id"), &part))
        return error_set_field(err, ERROR_INPUT, "variant_id", "Say what the bundle holds");
    if (!bundle_may_hold(operation_store(writing->operation), writing->product, &part, err))
        return false;
    return writing->row != NULL ||
           bundle_require(writing->operation, writing->product, &writing->link, err);
}

static bool check_texts(const struct writing *writing, struct error *err)
{
    struct store *store = operation_store(writing->operation);
    for (size_t i = 0; i < writing->count; i++)
        if (!product_part_check(store, writing->kind, writing->id, writing->changes[i].column,
                                value_as_text(writing->changes[i].value), err))
            return false;
    return true;
}

static bool complete(struct writing *writing, struct error *err)
{
    if (!check_texts(writing, err))
        return false;
    return writing->kind == PART_BARCODE       ? complete_barcode(writing, err)
           : writing->kind == PART_VARIANT     ? complete_variant(writing, err)
           : writing->kind == PART_BUNDLE_ITEM ? complete_bundle(writing, err)
                                               : true;
}

static bool write_part(struct writing *writing, struct uuid *id, struct error *err)
{
    const struct product_part *part = &product_parts[writing->kind];
    if (!complete(writing, err))
        return false;
    if (writing->row != NULL)
        return record_update(writing->operation, part->table, id, writing->changes, writing->count,
                             err);
    if (part->link != NULL)
        writing->changes[writing->count++] =
            (struct change){.column = part->link, .value = value_uuid(&writing->link)};
    return record_insert(writing->operation, part->table, writing->changes, writing->count, id,
                         err);
}

static struct operation *begin(struct store *store, const struct actor *actor,
                               enum product_part_kind kind, const struct uuid *product,
                               const char *verb, struct error *err)
{
    const struct product_part *part = &product_parts[kind];
    if (!actor_may(store, actor, part->right, err))
        return NULL;
    struct operation *operation = operation_begin(store, "product.part", actor, err);
    if (operation == NULL)
        return NULL;
    struct arena *arena = arena_new();
    operation_set_subject(operation, "products", product);
    operation_describe(
        operation, "%s: %s%s",
        record_title(store, schema_table(store_schema(store), "products"), product, arena), verb,
        part->name);
    arena_free(arena);
    return operation;
}

static bool finish(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool product_part_write(struct operation *operation, enum product_part_kind kind,
                        const struct uuid *product, const struct change *changes, size_t count,
                        struct uuid *id, struct error *err)
{
    struct store *store = operation_store(operation);
    const struct table *table = schema_table(store_schema(store), product_parts[kind].table);
    struct arena *arena = arena_new();
    struct record row;
    bool is_new = uuid_is_zero(id);
    struct uuid part = *id;
    int found = is_new ? 0 : record_get(store, table, id, arena, &row, err);
    if (!is_new && found == 0)
        error_set(err, ERROR_NOT_FOUND, "This %s is no longer there", product_parts[kind].name);
    struct writing writing = {.operation = operation,
                              .kind = kind,
                              .product = product,
                              .id = &part,
                              .row = is_new ? NULL : &row,
                              .link = *product,
                              .count = count};
    writing.changes = arena_alloc(arena, (count + ROOM) * sizeof *changes);
    memcpy(writing.changes, changes, count * sizeof *changes);
    bool is_done = (is_new || found > 0) && write_part(&writing, &part, err);
    if (is_done)
        *id = part;
    arena_free(arena);
    return is_done;
}

bool product_part_save(struct store *store, const struct actor *actor, enum product_part_kind kind,
                       const struct uuid *product, const struct change *changes, size_t count,
                       struct uuid *id, struct error *err)
{
    struct uuid part = *id;
    struct operation *operation =
        begin(store, actor, kind, product, uuid_is_zero(id) ? "new " : "", err);
    if (operation == NULL ||
        !finish(operation, product_part_write(operation, kind, product, changes, count, &part, err),
                err))
        return false;
    *id = part;
    return true;
}

static bool check_last_variant(struct store *store, const struct uuid *product, struct error *err)
{
    int64_t count = 0;
    if (store_find_integer(store, &count,
                           "SELECT count(*) FROM product_variants WHERE product_id = ?1 "
                           "AND deleted_at IS NULL",
                           err, "u", product) < 0)
        return false;
    return count > 1 ||
           error_set(err, ERROR_RULE, "It is the last variant; archive the product instead");
}

bool product_part_remove(struct store *store, const struct actor *actor,
                         enum product_part_kind kind, const struct uuid *product,
                         const struct uuid *id, struct error *err)
{
    const struct table *table = schema_table(store_schema(store), product_parts[kind].table);
    if (!actor_may(store, actor, table->right_delete, err) ||
        (kind == PART_VARIANT && !check_last_variant(store, product, err)))
        return false;
    struct operation *operation = begin(store, actor, kind, product, "without ", err);
    return operation != NULL &&
           finish(operation, record_delete(operation, table->name, id, err), err);
}
