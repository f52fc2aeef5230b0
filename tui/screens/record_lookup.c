#include "tui/screens/record_lookup.h"

#include "model/catalog/product.h"
#include "model/operation/record.h"
#include "tui/screens/record_kind.h"

#include <string.h>

/* What tells rows of one title apart: what they belong to, or a code. */
static const struct query_field *detail_of(const struct query_source *source,
                                           const struct query_field *title)
{
    static const char *const names[] = {"email", "phone", "sku", "code", "number", "slug"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct query_field *field = query_field(source, names[i]);
        if (field != NULL && field != title)
            return field;
    }
    for (size_t i = 0; i < source->field_count; i++)
        if (source->fields[i].reference != NULL && &source->fields[i] != title)
            return &source->fields[i];
    return NULL;
}

static const struct filter *filter_of_typed(const struct env *env,
                                            const struct query_source *source,
                                            const struct query_field *title, const char *typed,
                                            struct arena *arena)
{
    struct buffer text;
    if (typed[0] == '\0')
        return NULL;
    if (source->search != NULL)
        return filter_of_words(typed, arena);
    buffer_init(&text);
    buffer_format(&text, "%s:\"", title->name);
    for (const char *at = typed; *at != '\0'; at++) {
        buffer_add(&text, *at == '"' ? "\"" : "");
        buffer_add_char(&text, *at);
    }
    buffer_add_char(&text, '"');
    const struct filter *filter = filter_parse(source, text.text, env, arena, NULL, NULL);
    buffer_done(&text);
    return filter;
}

static const char *option_text(const struct env *env, const struct query_field *field,
                               const struct query_row *row, size_t index, struct arena *arena)
{
    if (field == NULL)
        return NULL;
    const struct column column = {.name = field->name, .type = field->type, .unit = field->unit};
    return column_format(&column, row->values[index], row->currency, env->zone, arena);
}

/* Of a variant the product says more than its own name, and finds it by its index. */
static size_t look_up_goods(struct store *store, const char *typed, struct arena *arena,
                            struct form_option *out, size_t limit)
{
    struct sellable *goods = arena_alloc(arena, limit * sizeof *goods);
    int count = product_find(store, typed, limit, arena, goods, NULL);
    for (int i = 0; i < count; i++) {
        char *id = arena_alloc(arena, UUID_TEXT_SIZE);
        uuid_text(&goods[i].variant_id, id);
        out[i] = (struct form_option){.id = id, .title = goods[i].name, .detail = goods[i].sku};
    }
    return count > 0 ? (size_t)count : 0;
}

static bool is_goods(const struct table *table)
{
    return strcmp(table->name, "product_variants") == 0;
}

const char *record_name(struct store *store, const struct table *table, const struct uuid *id,
                        struct arena *arena)
{
    struct sellable goods;
    if (is_goods(table) && product_by_variant(store, id, arena, &goods, NULL) == 1)
        return goods.name;
    return record_title(store, table, id, arena);
}

static size_t look_up_rows(struct store *store, const struct query_source *source,
                           const struct query_field *title, const char *typed, struct arena *arena,
                           struct form_option *out, size_t limit)
{
    const struct env *env = store_env(store);
    const struct query_field *detail = detail_of(source, title);
    const struct query query = {.source = source,
                                .filter = filter_of_typed(env, source, title, typed, arena)};
    const char *const names[] = {title->name, detail != NULL ? detail->name : title->name};
    struct query_page page;
    if ((query.filter == NULL && typed[0] != '\0') ||
        !query_fetch(store, &query, names, 2, NULL, false, limit, arena, &page, NULL))
        return 0;
    for (size_t i = 0; i < page.count; i++) {
        char *id = arena_alloc(arena, UUID_TEXT_SIZE);
        uuid_text(&page.rows[i].id, id);
        out[i] = (struct form_option){
            .id = id,
            .title = option_text(env, title, &page.rows[i], 0, arena),
            .detail = option_text(env, detail, &page.rows[i], 1, arena),
        };
    }
    return page.count;
}

size_t record_look_up(struct app *app, const struct table *table, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    struct store *store = app_store(app);
    if (is_goods(table) && typed[0] != '\0')
        return look_up_goods(store, typed, arena, out, limit);
    const struct record_kind *kind = record_kind(app, table, NULL);
    if (kind == NULL || table->title < 0)
        return 0;
    const struct query_source *source = kind->live.source;
    const struct query_field *title = query_field(source, table->columns[table->title].name);
    return title != NULL ? look_up_rows(store, source, title, typed, arena, out, limit) : 0;
}
