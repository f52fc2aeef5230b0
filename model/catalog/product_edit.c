#include "model/catalog/product_edit.h"

#include "model/base/money.h"
#include "model/base/text.h"
#include "model/catalog/product.h"
#include "model/catalog/product_part.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static bool check_sku(struct store *store, const struct uuid *product, const char *sku,
                      struct error *err)
{
    static const struct uuid none;
    int64_t one;
    int found = store_find_integer(
        store, &one,
        "SELECT 1 FROM products p WHERE p.sku = ?1 AND p.tenant_id = ?3 AND p.deleted_at IS NULL "
        "AND p.id <> ?2 UNION ALL SELECT 1 FROM product_variants v WHERE v.sku = ?1 "
        "AND v.tenant_id = ?3 AND v.deleted_at IS NULL AND v.product_id <> ?2 LIMIT 1",
        err, "tuu", sku, product != NULL ? product : &none, store_tenant(store));
    if (found > 0)
        return error_set_field(err, ERROR_INPUT, "sku",
                               "Another product has the SKU %s already; take another one", sku);
    return found == 0;
}

bool product_check(struct store *store, const struct uuid *product, const char *column,
                   const char *text, struct error *err)
{
    if (strcmp(column, "name") == 0)
        return !text_is_blank(text) ||
               error_set_field(err, ERROR_INPUT, "name", "A product needs a name");
    if (strcmp(column, "sku") == 0 && text[0] != '\0')
        return check_sku(store, product, text, err);
    return true;
}

static const struct change *find(const struct change *changes, size_t count, const char *column)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(changes[i].column, column) == 0)
            return &changes[i];
    return NULL;
}

/* Where two are wrong the first of these is told. */
static bool check_changes(struct store *store, const struct uuid *product,
                          const struct change *changes, size_t count, struct error *err)
{
    static const char *const checked[] = {"name", "sku"};
    for (size_t i = 0; i < sizeof checked / sizeof checked[0]; i++) {
        const struct change *change = find(changes, count, checked[i]);
        if (change != NULL &&
            !product_check(store, product, checked[i], value_as_text(change->value), err))
            return false;
    }
    return true;
}

static bool insert(struct operation *operation, const struct change *changes, size_t count,
                   struct uuid *id, struct error *err)
{
    static const char *const own[] = {"name", "sku", "price_cents"};
    const struct change *given[3];
    struct change *more = memory_resize(NULL, count + 1, sizeof *more);
    size_t others = 0;
    for (size_t i = 0; i < 3; i++)
        given[i] = find(changes, count, own[i]);
    for (size_t i = 0; i < count; i++)
        if (&changes[i] != given[0] && &changes[i] != given[1] && &changes[i] != given[2])
            more[others++] = changes[i];
    const char *sku = given[1] != NULL ? value_as_text(given[1]->value) : "";
    bool is_done =
        given[0] == NULL
            ? error_set_field(err, ERROR_INPUT, "name", "A product needs a name")
            : product_insert(operation, value_as_text(given[0]->value), sku[0] != '\0' ? sku : NULL,
                             given[2] != NULL ? given[2]->value.integer : 0, more, others, id, err);
    free(more);
    return is_done;
}

/* The default variant repeats name and SKU. */
static bool follow(struct operation *operation, const struct record *before,
                   const struct change *changes, size_t count, struct arena *arena,
                   struct error *err)
{
    static const char *const repeated[] = {"name", "sku"};
    struct store *store = operation_store(operation);
    struct change more[2];
    size_t followed = 0;
    struct record variant;
    int found = record_get(store, schema_table(store_schema(store), "product_variants"),
                           &before->id, arena, &variant, err);
    for (size_t i = 0; i < 2 && found > 0; i++) {
        const struct change *change = find(changes, count, repeated[i]);
        if (change != NULL &&
            value_equal(record_value(&variant, repeated[i]), record_value(before, repeated[i])))
            more[followed++] = (struct change){.column = repeated[i], .value = change->value};
    }
    return found == 0 ||
           (found > 0 && (followed == 0 || record_update(operation, "product_variants", &before->id,
                                                         more, followed, err)));
}

bool product_write(struct operation *operation, const struct change *changes, size_t count,
                   struct uuid *id, struct error *err)
{
    struct store *store = operation_store(operation);
    bool is_new = uuid_is_zero(id);
    if (!check_changes(store, is_new ? NULL : id, changes, count, err))
        return false;
    if (is_new)
        return insert(operation, changes, count, id, err);
    struct arena *arena = arena_new();
    struct record before;
    int found =
        record_get(store, schema_table(store_schema(store), "products"), id, arena, &before, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This product is no longer in the catalogue");
    bool is_done = found > 0 && record_update(operation, "products", id, changes, count, err) &&
                   follow(operation, &before, changes, count, arena, err);
    arena_free(arena);
    return is_done;
}

static bool add_barcode(struct operation *operation, const struct uuid *product,
                        const char *barcode, struct error *err)
{
    struct uuid id = {{0}};
    const struct change changes[] = {
        {.column = "barcode", .value = value_text(barcode)},
        {.column = "variant_id", .value = value_uuid(product)},
    };
    return product_part_write(operation, PART_BARCODE, product, changes, 2, &id, err);
}

bool product_save(struct store *store, const struct actor *actor, const struct change *changes,
                  size_t count, const char *barcode, struct uuid *id, struct error *err)
{
    bool is_new = uuid_is_zero(id);
    if (!actor_may(store, actor, "catalog.edit", err))
        return false;
    struct operation *operation =
        operation_begin(store, is_new ? "product.create" : "product.edit", actor, err);
    if (operation == NULL)
        return false;
    if (!product_write(operation, changes, count, id, err) ||
        (barcode != NULL && !add_barcode(operation, id, barcode, err))) {
        operation_cancel(operation);
        if (is_new)
            *id = (struct uuid){{0}};
        return false;
    }
    struct arena *arena = arena_new();
    operation_set_subject(operation, "products", id);
    operation_describe(
        operation, "%s%s", is_new ? "new product " : "",
        record_title(store, schema_table(store_schema(store), "products"), id, arena));
    arena_free(arena);
    return operation_commit(operation, err);
}

bool product_margin(int64_t price_cents, int64_t tax_bp, int64_t cost_cents, int64_t *bp)
{
    int64_t tax, scaled;
    if (price_cents <= 0 || !money_included_tax(price_cents, tax_bp, &tax))
        return false;
    int64_t net = price_cents - tax;
    if (net <= 0 || __builtin_mul_overflow(net - cost_cents, INT64_C(10000), &scaled))
        return false;
    *bp = (scaled + (scaled < 0 ? -net : net) / 2) / net;
    return true;
}

static char *trimmed(const char *start, const char *end, struct arena *arena)
{
    while (start < end && *start == ' ')
        start++;
    while (end > start && end[-1] == ' ')
        end--;
    return arena_bytes(arena, start, (size_t)(end - start));
}

static bool has_word(const json_t *words, const char *word)
{
    size_t index;
    json_t *value;
    json_array_foreach(words, index,
                       value) if (strcmp(json_string_value(value), word) == 0) return true;
    return false;
}

static const char *dump(json_t *json, struct arena *arena)
{
    char *text = json_dumps(json, JSON_COMPACT);
    const char *copy = arena_text(arena, text != NULL ? text : "");
    free(text);
    json_decref(json);
    return copy;
}

const char *product_tags_json(const char *words, struct arena *arena)
{
    json_t *list = json_array();
    while (*words != '\0') {
        const char *end = strchrnul(words, ',');
        const char *word = trimmed(words, end, arena);
        if (word[0] != '\0' && !has_word(list, word))
            json_array_append_new(list, json_string(word));
        words = *end == ',' ? end + 1 : end;
    }
    return dump(list, arena);
}

const char *product_tags_words(const char *json, struct arena *arena)
{
    json_t *list = json_loads(json, 0, NULL), *value;
    size_t index;
    struct buffer words;
    buffer_init(&words);
    json_array_foreach(list, index, value)
    {
        if (json_is_string(value))
            buffer_format(&words, "%s%s", words.size > 0 ? ", " : "", json_string_value(value));
    }
    const char *text = arena_text(arena, words.text);
    buffer_done(&words);
    json_decref(list);
    return text;
}

const char *product_translation(const char *json, const char *language, struct arena *arena)
{
    json_t *all = json_loads(json, 0, NULL);
    const char *text = json_string_value(json_object_get(all, language));
    const char *copy = arena_text(arena, text != NULL ? text : "");
    json_decref(all);
    return copy;
}

const char *product_translate(const char *json, const char *language, const char *text,
                              struct arena *arena)
{
    json_t *all = json_loads(json, 0, NULL);
    if (!json_is_object(all)) {
        json_decref(all);
        all = json_object();
    }
    if (text[0] != '\0')
        json_object_set_new(all, language, json_string(text));
    else
        json_object_del(all, language);
    return dump(all, arena);
}
