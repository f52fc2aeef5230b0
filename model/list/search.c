#include "model/list/search.h"

#include "model/list/query.h"

#include <string.h>

enum { EXACT_MAX = 4 };

/* What is found: expressions over the table as `t`; in `exact` ?1 is the text. */
static const struct target {
    const char *table, *search, *live, *title, *subtitle;
    const char *exact[EXACT_MAX];
} targets[] = {
    {.table = "customer_profiles",
     .search = "customer_search",
     .live = "t.deleted_at IS NULL AND t.merged_into_id IS NULL",
     .title = "t.name",
     .subtitle = "coalesce(nullif(t.phone, ''), nullif(t.email, ''), t.company, '')",
     .exact = {"t.card_barcode = ?1", "t.email_key = search_key(?1)",
               "t.phone_digits = nullif(search_digits(?1), '')"}},
    {.table = "products",
     .search = "product_search",
     .live = "t.deleted_at IS NULL",
     .title = "t.name",
     .subtitle = "coalesce(t.sku, '')",
     .exact = {"t.id IN (SELECT v.product_id FROM product_barcodes b JOIN product_variants v"
               " ON v.id = b.variant_id WHERE b.barcode = ?1 AND v.deleted_at IS NULL)",
               "t.sku IN (?1, upper(?1))",
               "t.id IN (SELECT v.product_id FROM product_variants v WHERE v.sku IN (?1, upper(?1))"
               " AND v.deleted_at IS NULL)"}},
    {.table = "orders",
     .search = "order_search",
     .live = "t.deleted_at IS NULL",
     .title = "t.order_number",
     .subtitle = "t.status || coalesce(', ' || nullif(t.customer_name, ''), '')",
     .exact = {"t.order_number IN (?1, upper(?1))"}},
};

enum { TARGET_COUNT = sizeof targets / sizeof targets[0] };

/* Rows of one table, or what is found so far. */
struct hits {
    struct search_hit *rows;
    size_t count, limit;
};

static bool has_hit(const struct hits *hits, const struct search_hit *hit)
{
    for (size_t i = 0; i < hits->count; i++) {
        if (hits->rows[i].table == hit->table && uuid_equal(&hits->rows[i].id, &hit->id))
            return true;
    }
    return false;
}

/* Adds what one condition finds. */
static bool add_exact(struct store *store, const struct target *target, const char *condition,
                      const char *text, struct arena *arena, struct hits *hits, struct error *err)
{
    const char *sql =
        arena_format(arena, "SELECT t.id, %s, %s FROM %s t WHERE %s AND %s LIMIT ?2", target->title,
                     target->subtitle, target->table, target->live, condition);
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    statement_bind_text(statement, 1, text);
    statement_bind_integer(statement, 2, (int64_t)hits->limit);
    int step = 0;
    while (hits->count < hits->limit && (step = statement_step(statement, err)) == 1) {
        struct search_hit hit = {.table = target->table, .is_exact = true};
        if (!statement_uuid(statement, 0, &hit.id) || has_hit(hits, &hit))
            continue;
        hit.title = arena_text(arena, statement_text(statement, 1));
        hit.subtitle = arena_text(arena, statement_text(statement, 2));
        hits->rows[hits->count++] = hit;
    }
    statement_done(statement);
    return step >= 0;
}

static bool find_exact(struct store *store, const struct target *target, const char *text,
                       struct arena *arena, struct hits *hits, struct error *err)
{
    for (int i = 0; i < EXACT_MAX && target->exact[i] != NULL; i++) {
        if (!add_exact(store, target, target->exact[i], text, arena, hits, err))
            return false;
    }
    return true;
}

/* Newest first, as lists with words to search are. */
static bool find_words(struct store *store, const struct target *target,
                       const struct filter *filter, struct arena *arena, struct hits *hits,
                       struct error *err)
{
    static const char *const names[] = {"title", "subtitle"};
    const struct query_field fields[] = {
        {.name = names[0], .sql = target->title, .type = COLUMN_TEXT},
        {.name = names[1], .sql = target->subtitle, .type = COLUMN_TEXT},
    };
    const struct query_source source = {.name = target->table,
                                        .from = arena_format(arena, "%s t", target->table),
                                        .id = "t.id",
                                        .where = target->live,
                                        .search = target->search,
                                        .fields = fields,
                                        .field_count = 2};
    const struct query query = {.source = &source, .filter = filter};
    struct query_page page;
    if (!query_fetch(store, &query, names, 2, NULL, false, hits->limit, arena, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++)
        hits->rows[hits->count++] = (struct search_hit){
            .table = target->table,
            .id = page.rows[i].id,
            .title = value_as_text(page.rows[i].values[0]),
            .subtitle = value_as_text(page.rows[i].values[1]),
        };
    return true;
}

/* The tables take turns. */
static void take_turns(const struct hits found[TARGET_COUNT], struct hits *all)
{
    size_t longest = 0;
    for (size_t i = 0; i < TARGET_COUNT; i++)
        longest = found[i].count > longest ? found[i].count : longest;
    for (size_t row = 0; row < longest; row++) {
        for (size_t i = 0; i < TARGET_COUNT && all->count < all->limit; i++) {
            if (row < found[i].count && !has_hit(all, &found[i].rows[row]))
                all->rows[all->count++] = found[i].rows[row];
        }
    }
}

int search_anything(struct store *store, const char *text, size_t limit, struct arena *arena,
                    struct search_hit *out, struct error *err)
{
    struct hits all = {.rows = out, .limit = limit};
    struct hits found[TARGET_COUNT];
    text += strspn(text, " \t");
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t", text[size - 1]) != NULL)
        size--;
    text = arena_bytes(arena, text, size);
    const struct filter *filter = filter_of_words(text, arena);
    if (filter == NULL)
        return 0;
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        if (!find_exact(store, &targets[i], text, arena, &all, err))
            return -1;
    }
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        found[i] = (struct hits){arena_alloc(arena, limit * sizeof *out), 0, limit};
        if (!find_words(store, &targets[i], filter, arena, &found[i], err))
            return -1;
    }
    take_turns(found, &all);
    return (int)all.count;
}
