#include "model/search.h"

#include "model/filter_ast.h"
#include "model/text.h"

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

/* Adds what a statement of (id, title, subtitle) gives. */
static bool read_hits(struct store *store, const struct target *target, const char *sql,
                      const char *text, bool is_exact, struct arena *arena, struct hits *hits,
                      struct error *err)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    statement_bind_text(statement, 1, text);
    statement_bind_integer(statement, 2, (int64_t)hits->limit);
    int step = 0;
    while (hits->count < hits->limit && (step = statement_step(statement, err)) == 1) {
        struct search_hit hit = {.table = target->table, .is_exact = is_exact};
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
        const char *sql = arena_format(
            arena, "SELECT t.id, %s, %s FROM %s t WHERE %s AND %s LIMIT ?2", target->title,
            target->subtitle, target->table, target->live, target->exact[i]);
        if (!read_hits(store, target, sql, text, true, arena, hits, err))
            return false;
    }
    return true;
}

static bool find_words(struct store *store, const struct target *target, const char *expression,
                       struct arena *arena, struct hits *hits, struct error *err)
{
    const char *index = target->search;
    const char *sql =
        arena_format(arena,
                     "SELECT t.id, %s, %s FROM %s CROSS JOIN %s_docs docs CROSS JOIN %s t"
                     " WHERE %s MATCH ?1 AND docs.doc = %s.rowid AND t.id = docs.row_id AND %s"
                     " ORDER BY %s.rowid DESC LIMIT ?2",
                     target->title, target->subtitle, index, index, target->table, index, index,
                     target->live, index);
    return read_hits(store, target, sql, expression, false, arena, hits, err);
}

/* All words joined by AND; a text of digits is one number, however it is parted. NULL: none. */
static const char *expression_of(const char *text, struct arena *arena)
{
    if (strspn(text, "0123456789 -/.()+") == strlen(text))
        return search_phrase(text, arena);
    const char *all = NULL;
    char *rest = arena_text(arena, text), *word;
    int count = 0;
    while ((word = strsep(&rest, " \t")) != NULL && count < FILTER_TERMS_MAX) {
        const char *phrase = search_phrase(word, arena);
        count += phrase != NULL;
        if (phrase != NULL)
            all = all == NULL ? phrase : arena_format(arena, "%s AND %s", all, phrase);
    }
    return all;
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
    if (size > FILTER_BYTES_MAX || !text_is_utf8(text, size))
        return 0;
    const char *expression = expression_of(text, arena);
    if (expression == NULL)
        return 0;
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        if (!find_exact(store, &targets[i], text, arena, &all, err))
            return -1;
    }
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        found[i] = (struct hits){arena_alloc(arena, limit * sizeof *out), 0, limit};
        if (!find_words(store, &targets[i], expression, arena, &found[i], err))
            return -1;
    }
    take_turns(found, &all);
    return (int)all.count;
}
