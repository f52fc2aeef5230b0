/* Variants from attributes: every combination of the values of each. */
#include "model/base/text.h"
#include "model/catalog/product_part.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { ATTRIBUTES_MAX = 4, VALUES_MAX = 30 };

struct attribute {
    const char *name;
    const char *values[VALUES_MAX];
    size_t count;
};

struct matrix {
    struct attribute attributes[ATTRIBUTES_MAX];
    size_t count, size; /* of attributes, and of combinations */
    struct arena *arena;
};

static const char *take(const char **text, const char *stops, char *stop, struct arena *arena)
{
    const char *start = *text + strspn(*text, " ");
    size_t size = strcspn(start, stops);
    *stop = start[size];
    *text = start + size + (*stop != '\0');
    while (size > 0 && start[size - 1] == ' ')
        size--;
    return arena_bytes(arena, start, size);
}

static bool wrong(struct error *err, const char *what)
{
    return error_set_field(err, ERROR_INPUT, "attributes",
                           "%s; write them as Size: S, M, L; Colour: red, blue", what);
}

static bool read_attribute(struct matrix *matrix, const char **text, struct error *err)
{
    char stop;
    if (matrix->count == ATTRIBUTES_MAX)
        return wrong(err, "At most four attributes");
    struct attribute *attribute = &matrix->attributes[matrix->count++];
    attribute->name = take(text, ":", &stop, matrix->arena);
    if (stop != ':' || attribute->name[0] == '\0')
        return wrong(err, "An attribute has a name and values");
    do {
        const char *value = take(text, ",;", &stop, matrix->arena);
        if (value[0] == '\0')
            return wrong(err, "A value is empty");
        if (attribute->count == VALUES_MAX)
            return wrong(err, "Too many values");
        attribute->values[attribute->count++] = value;
    } while (stop == ',');
    matrix->size *= attribute->count;
    return true;
}

static bool read_matrix(struct matrix *matrix, const char *text, struct error *err)
{
    matrix->size = 1;
    if (text_is_blank(text))
        return wrong(err, "Say which attributes the variants have");
    while (!text_is_blank(text))
        if (!read_attribute(matrix, &text, err))
            return false;
    if (matrix->size > PRODUCT_VARIANTS_MAX)
        return error_set_field(err, ERROR_INPUT, "attributes",
                               "These are %zu variants; make at most %d at once", matrix->size,
                               PRODUCT_VARIANTS_MAX);
    return true;
}

/* What tells the combination apart: "S / red", {"Size":"S","Colour":"red"}, "S-RED". */
struct combination {
    struct buffer name, sku;
    json_t *attributes;
};

static void combine(const struct matrix *matrix, size_t number, struct combination *out)
{
    buffer_init(&out->name);
    buffer_init(&out->sku);
    out->attributes = json_object();
    size_t rest = number, weight = matrix->size;
    for (size_t i = 0; i < matrix->count; i++) {
        const struct attribute *attribute = &matrix->attributes[i];
        weight /=
            attribute->count > 0 ? attribute->count : 1; /* read_attribute() takes none empty */
        const char *value = attribute->values[rest / weight];
        rest %= weight;
        buffer_format(&out->name, "%s%s", i > 0 ? " / " : "", value);
        char *slug = text_slug(text_fold(value, matrix->arena), matrix->arena);
        for (char *at = slug; *at != '\0'; at++)
            *at = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
        buffer_format(&out->sku, "-%s", slug);
        json_object_set_new(out->attributes, attribute->name, json_string(value));
    }
}

static void combination_done(struct combination *combination)
{
    buffer_done(&combination->name);
    buffer_done(&combination->sku);
    json_decref(combination->attributes);
}

static int is_there(struct store *store, const struct uuid *product, const char *name,
                    struct error *err)
{
    int64_t one;
    return store_find_integer(store, &one,
                              "SELECT 1 FROM product_variants WHERE product_id = ?1 AND name = ?2 "
                              "AND deleted_at IS NULL LIMIT 1",
                              err, "ut", product, name);
}

/* 1 made, 0 it is there, -1 failed. */
static int make_one(struct operation *operation, const struct matrix *matrix, size_t number,
                    const struct record *product, struct error *err)
{
    struct store *store = operation_store(operation);
    struct combination it;
    combine(matrix, number, &it);
    const char *base = value_as_text(record_value(product, "sku"));
    const char *sku = base[0] != '\0' ? arena_format(matrix->arena, "%s%s", base, it.sku.text) : "";
    static const struct uuid none;
    int found = is_there(store, &product->id, it.name.text, err);
    char *attributes = json_dumps(it.attributes, JSON_COMPACT);
    const struct change changes[] = {
        {.column = "product_id", .value = value_uuid(&product->id)},
        {.column = "name", .value = value_text(it.name.text)},
        {.column = "sku", .value = sku[0] != '\0' ? value_text(sku) : value_null()},
        {.column = "attributes", .value = value_text(attributes)},
        {.column = "position", .value = value_integer((int64_t)number + 1)},
    };
    bool is_done = found == 0 && product_part_check(store, PART_VARIANT, &none, "sku", sku, err) &&
                   record_insert(operation, "product_variants", changes, 5, NULL, err);
    free(attributes);
    combination_done(&it);
    return found > 0 ? 0 : is_done ? 1 : -1;
}

static bool make_all(struct operation *operation, const struct matrix *matrix,
                     const struct record *product, size_t *made, struct error *err)
{
    int state = 0;
    *made = 0;
    for (size_t i = 0; i < matrix->size && state >= 0; i++) {
        state = make_one(operation, matrix, i, product, err);
        *made += state > 0;
    }
    operation_set_subject(operation, "products", &product->id);
    operation_describe(operation, "%s: %zu new variants",
                       value_as_text(record_value(product, "name")), *made);
    return state >= 0;
}

bool product_make_variants(struct store *store, const struct actor *actor,
                           const struct uuid *product, const char *attributes, size_t *made,
                           struct error *err)
{
    struct matrix matrix = {.arena = arena_new()};
    struct record row;
    const struct table *table = schema_table(store_schema(store), "products");
    bool is_done =
        actor_may(store, actor, "catalog.edit", err) && read_matrix(&matrix, attributes, err);
    int found = is_done ? record_get(store, table, product, matrix.arena, &row, err) : -1;
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This product is no longer in the catalogue");
    struct operation *operation =
        found > 0 ? operation_begin(store, "product.part", actor, err) : NULL;
    if (operation == NULL)
        is_done = false;
    else if ((is_done = make_all(operation, &matrix, &row, made, err)))
        is_done = operation_commit(operation, err);
    else
        operation_cancel(operation);
    arena_free(matrix.arena);
    return is_done;
}
