#include "model/catalog/collection.h"

#include "model/base/text.h"
#include "model/catalog/product.h"
#include "model/operation/record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {"manual", "rules", NULL};

static const struct query_field fields[] = {
    {.name = "name",
     .label = "Name",
     .sql = "c.name",
     .type = COLUMN_TEXT,
     .help = "What it is called"},
    {.name = "kind",
     .label = "Kind",
     .sql = "c.kind",
     .type = COLUMN_TEXT,
     .choices = kinds,
     .help = "manual: by hand; rules: what its rule finds"},
    {.name = "rule",
     .label = "Rule",
     .sql = "(SELECT group_concat(json_extract(r.conditions, '$.filter'), ' ') "
            "FROM collection_rules r WHERE r.collection_id = c.id AND c.kind = 'rules')",
     .type = COLUMN_TEXT,
     .help = "The filter that finds its products"},
    {.name = "products",
     .label = "Products",
     .sql = "CASE WHEN c.kind = 'manual' THEN (SELECT count(*) FROM collection_products k "
            "WHERE k.tenant_id = c.tenant_id AND k.collection_id = c.id) END",
     .type = COLUMN_INTEGER,
     .help = "How many are in it by hand"},
    {.name = "active",
     .label = "Active",
     .sql = "c.is_active",
     .type = COLUMN_BOOLEAN,
     .help = "Whether it is shown to customers"},
    {.name = "id",
     .label = "Id",
     .sql = "c.id",
     .type = COLUMN_UUID,
     .help = "The collection's id, or at least its first eight digits"},
};

const struct query_source collection_source = {
    .name = "collections",
    .from = "collections c",
    .id = "c.id",
    .where = "c.deleted_at IS NULL",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "name",
};

bool collection_check_rule(struct store *store, const char *rule, struct error *err)
{
    struct arena *arena = arena_new();
    bool is_good = true;
    if (text_is_blank(rule))
        is_good = error_set_field(err, ERROR_INPUT, "rule",
                                  "A rule says which products: category:paint price<20");
    else if (filter_parse(&product_source, rule, store_env(store), arena, NULL, err) == NULL)
        is_good = false;
    arena_free(arena);
    return is_good;
}

static bool read_one(struct store *store, const struct uuid *id, struct arena *arena,
                     struct record *out, struct error *err)
{
    int found =
        record_get(store, schema_table(store_schema(store), "collections"), id, arena, out, err);
    if (found == 0 || (found > 0 && record_value(out, "deleted_at").kind != VALUE_NULL))
        return error_set(err, ERROR_NOT_FOUND, "This collection is no longer here");
    return found > 0;
}

/* Its rules as one filter. */
static bool read_rules(struct store *store, const struct uuid *id, struct buffer *out,
                       struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT json_extract(conditions, '$.filter') FROM collection_rules WHERE collection_id = "
        "?1 ORDER BY position, id",
        err);
    int step;
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, id);
    while ((step = statement_step(statement, err)) == 1)
        buffer_format(out, "%s%s", out->size > 0 ? " " : "", statement_text(statement, 0));
    statement_done(statement);
    return step == 0;
}

bool collection_filter(struct store *store, const struct uuid *id, struct arena *arena,
                       const char **filter, struct error *err)
{
    struct record row;
    struct buffer text;
    if (!read_one(store, id, arena, &row, err))
        return false;
    buffer_init(&text);
    const char *name = value_as_text(record_value(&row, "name"));
    bool is_good = true;
    if (strcmp(value_as_text(record_value(&row, "kind")), "manual") == 0) {
        buffer_add(&text, "collection:\"");
        for (const char *at = name; *at != '\0'; at++)
            buffer_format(&text, "%s%c", *at == '"' ? "\"" : "", *at);
        buffer_add(&text, "\"");
    } else {
        is_good = read_rules(store, id, &text, err);
        if (is_good && !collection_check_rule(store, text.text, NULL))
            is_good = error_set(err, ERROR_RULE, "The rule of %s finds nothing; change it", name);
    }
    *filter = arena_text(arena, text.text);
    buffer_done(&text);
    return is_good;
}

static struct operation *begin(struct store *store, const struct actor *actor, const char *right,
                               const struct uuid *id, const char *words, const char *name,
                               struct error *err)
{
    struct operation *operation = actor_may(store, actor, right, err)
                                      ? operation_begin(store, "collection.edit", actor, err)
                                      : NULL;
    if (operation != NULL) {
        operation_describe(operation, "collection %s: %s", name, words);
        if (id != NULL && !uuid_is_zero(id))
            operation_set_subject(operation, "collections", id);
    }
    return operation;
}

static bool finish(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

/* The rules there are give way to this one. */
static bool write_rule(struct operation *operation, const struct uuid *id, const char *rule,
                       struct error *err)
{
    struct store *store = operation_store(operation);
    struct uuid old;
    int step = 1;
    bool is_done = true;
    while (is_done && step > 0) {
        struct statement *find = store_prepare(
            store, "SELECT id FROM collection_rules WHERE collection_id = ?1 LIMIT 1", err);
        if (find == NULL)
            return false;
        statement_bind_uuid(find, 1, id);
        step = statement_step(find, err);
        is_done = step >= 0;
        if (step > 0)
            statement_uuid(find, 0, &old);
        statement_done(find);
        if (step > 0)
            is_done = record_delete(operation, "collection_rules", &old, err);
    }
    if (!is_done || text_is_blank(rule))
        return is_done;
    json_t *json = json_pack("{s:s}", "filter", rule);
    char *text = json_dumps(json, JSON_COMPACT);
    const struct change changes[] = {
        {.column = "collection_id", .value = value_uuid(id)},
        {.column = "conditions", .value = value_text(text)},
    };
    is_done = record_insert(operation, "collection_rules", changes, 2, NULL, err);
    free(text);
    json_decref(json);
    return is_done;
}

static bool check_name(struct store *store, const char *name, const struct uuid *id,
                       struct error *err)
{
    int64_t one;
    if (text_is_blank(name))
        return error_set_field(err, ERROR_INPUT, "name", "A collection needs a name");
    int found = store_find_integer(store, &one,
                                   "SELECT 1 FROM collections WHERE search_key(name) = "
                                   "search_key(?1) AND id <> ?2 AND deleted_at IS NULL",
                                   err, "tu", name, id);
    if (found > 0)
        return error_set_field(err, ERROR_INPUT, "name", "There is a collection \"%s\" already",
                               name);
    return found == 0;
}

bool collection_save(struct store *store, const struct actor *actor, const char *name,
                     const char *rule, struct uuid *id, struct error *err)
{
    bool is_new = uuid_is_zero(id), has_rule = rule != NULL && !text_is_blank(rule);
    if (!check_name(store, name, id, err) || (has_rule && !collection_check_rule(store, rule, err)))
        return false;
    struct operation *operation =
        begin(store, actor, "catalog.edit", id, is_new ? "new" : "changed", name, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    struct uuid made = *id;
    const struct change changes[] = {
        {.column = "name", .value = value_text(name)},
        {.column = "slug", .value = value_text(text_slug(text_fold(name, arena), arena))},
        {.column = "kind", .value = value_text(has_rule ? "rules" : "manual")},
    };
    bool is_done = is_new ? record_insert(operation, "collections", changes, 3, &made, err)
                          : record_update(operation, "collections", &made, changes, 3, err);
    is_done =
        finish(operation, is_done && write_rule(operation, &made, has_rule ? rule : "", err), err);
    if (is_done)
        *id = made;
    arena_free(arena);
    return is_done;
}

/* Where the product stands in the collection: 1, 0, -1. */
static int find_place(struct store *store, const struct uuid *id, const struct uuid *product,
                      struct uuid *place, struct error *err)
{
    struct statement *find =
        store_prepare(store,
                      "SELECT id FROM collection_products WHERE tenant_id = ?3 AND collection_id = "
                      "?1 AND product_id = ?2",
                      err);
    if (find == NULL)
        return -1;
    statement_bind_uuid(find, 1, id);
    statement_bind_uuid(find, 2, product);
    statement_bind_uuid(find, 3, store_tenant(store));
    int step = statement_step(find, err);
    if (step > 0)
        statement_uuid(find, 0, place);
    statement_done(find);
    return step;
}

static bool put_one(struct operation *operation, const struct uuid *id, const struct uuid *product,
                    bool is_added, int *changed, struct error *err)
{
    struct uuid place;
    int found = find_place(operation_store(operation), id, product, &place, err);
    const struct change changes[] = {
        {.column = "collection_id", .value = value_uuid(id)},
        {.column = "product_id", .value = value_uuid(product)},
    };
    if (found < 0 || (found > 0) == is_added)
        return found >= 0;
    ++*changed;
    return is_added ? record_insert(operation, "collection_products", changes, 2, NULL, err)
                    : record_delete(operation, "collection_products", &place, err);
}

static int put_many(struct store *store, const struct actor *actor, const struct uuid *id,
                    const struct uuid *products, size_t count, bool is_added, struct error *err)
{
    struct record row;
    struct arena *arena = arena_new();
    int changed = 0;
    bool is_good = read_one(store, id, arena, &row, err);
    const char *name = is_good ? value_as_text(record_value(&row, "name")) : "";
    if (is_good && strcmp(value_as_text(record_value(&row, "kind")), "manual") != 0)
        is_good =
            error_set(err, ERROR_RULE, "%s has a rule; what is in it follows from that", name);
    if (is_good && count > COLLECTION_ADD_MAX)
        is_good = error_set(err, ERROR_RULE, "At most %d products at once; mark fewer",
                            COLLECTION_ADD_MAX);
    const char *words =
        arena_format(arena, "%zu products %s", count, is_added ? "added" : "taken out");
    struct operation *operation =
        is_good ? begin(store, actor, "catalog.edit", id, words, name, err) : NULL;
    is_good = operation != NULL;
    for (size_t i = 0; i < count && is_good; i++)
        is_good = put_one(operation, id, &products[i], is_added, &changed, err);
    if (operation != NULL)
        is_good = finish(operation, is_good, err);
    arena_free(arena);
    return is_good ? changed : -1;
}

int collection_add(struct store *store, const struct actor *actor, const struct uuid *id,
                   const struct uuid *products, size_t count, struct error *err)
{
    return put_many(store, actor, id, products, count, true, err);
}

int collection_remove(struct store *store, const struct actor *actor, const struct uuid *id,
                      const struct uuid *products, size_t count, struct error *err)
{
    return put_many(store, actor, id, products, count, false, err);
}

bool collection_delete(struct store *store, const struct actor *actor, const struct uuid *id,
                       struct error *err)
{
    struct record row;
    struct arena *arena = arena_new();
    struct operation *operation = read_one(store, id, arena, &row, err)
                                      ? begin(store, actor, "catalog.delete", id, "deleted",
                                              value_as_text(record_value(&row, "name")), err)
                                      : NULL;
    bool is_done = operation != NULL &&
                   finish(operation, record_delete(operation, "collections", id, err), err);
    arena_free(arena);
    return is_done;
}
