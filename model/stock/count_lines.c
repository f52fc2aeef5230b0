/* What a count found, and what is expected where. */
#include "model/stock/count_parts.h"

#include <stdlib.h>
#include <string.h>

/* What the lines say that the condition chooses. See model/stock/count.h for what adds up and what
 * takes the place of what. */
#define FOUND_IN(lines)                                                                            \
    "WITH RECURSIVE lines AS (SELECT variant_id, sheet, search_key(shelf) AS shelf,"               \
    " counted_milli, counted_at, replaces_before FROM stock_count_lines WHERE " lines "),"         \
    " anew AS (SELECT variant_id, sheet, shelf, max(replaces_before) AS at FROM lines"             \
    " WHERE replaces_before IS NOT NULL GROUP BY 1, 2, 3),"                                        \
    " sums AS (SELECT l.variant_id, l.shelf, l.sheet, sum(l.counted_milli) AS counted,"            \
    " max(l.counted_at) AS at FROM lines l WHERE NOT EXISTS (SELECT 1 FROM anew a"                 \
    "  WHERE a.variant_id = l.variant_id AND a.at > l.counted_at AND (a.sheet IS NULL"             \
    "  OR (a.sheet = l.sheet AND a.shelf IS l.shelf)))"                                            \
    " GROUP BY 1, 2, 3),"                                                                          \
    " found AS (SELECT s.variant_id, sum(s.counted) AS counted, max(s.at) AS at FROM sums s"       \
    " WHERE s.shelf IS NULL OR NOT EXISTS (SELECT 1 FROM sums t WHERE t.variant_id = s.variant_id" \
    "  AND t.shelf = s.shelf AND (t.at, t.sheet) > (s.at, s.sheet)) GROUP BY 1)"
/* ?1 is the count. */
#define FOUND FOUND_IN("stock_count_id = ?1")
/* ?3 are the goods, whose own lines are few however long the count is. */
#define FOUND_OF FOUND_IN("+stock_count_id = ?1 AND variant_id = ?3")

/* ?2 is the place, ?3 the category, ?4 since when it was not counted; the last two may be NULL. */
#define REST                                                                                       \
    ", within (id) AS (SELECT ?3 UNION SELECT g.id FROM categories g JOIN within w"                \
    " ON g.parent_id = w.id), rest AS (SELECT l.variant_id, l.on_hand_milli FROM stock_levels l"   \
    " JOIN product_variants v ON v.id = l.variant_id JOIN products p ON p.id = v.product_id"       \
    " WHERE l.location_id = ?2 AND l.on_hand_milli <> 0 AND p.is_stocked"                          \
    " AND (?3 IS NULL OR p.category_id IN (SELECT id FROM within)) AND (?4 IS NULL OR NOT EXISTS"  \
    " (SELECT 1 FROM stock_count_lines c JOIN stock_counts k ON k.id = c.stock_count_id"           \
    "  WHERE c.variant_id = l.variant_id AND k.location_id = ?2 AND k.status = 'closed'"           \
    "  AND c.counted_at >= ?4)) AND l.variant_id NOT IN (SELECT variant_id FROM found))"

#define EXPECTED                                                                                   \
    "coalesce((SELECT l.on_hand_milli FROM stock_levels l WHERE l.variant_id = f.variant_id"       \
    " AND l.location_id = ?2), 0) - coalesce((SELECT sum(m.quantity_milli) FROM stock_movements m" \
    " WHERE m.variant_id = f.variant_id AND m.location_id = ?2 AND m.occurred_at > f.at), 0)"

#define GOODS                                                                                      \
    " JOIN product_variants v ON v.id = f.variant_id JOIN products p ON p.id = v.product_id"
#define NAMES                                                                                      \
    "CASE WHEN v.id = p.id THEN p.name ELSE p.name || ' ' || v.name END AS name,"                  \
    " coalesce(v.sku, p.sku)"

#define LINE                                                                                       \
    " SELECT f.variant_id, f.counted, " EXPECTED ", f.at, " NAMES ", TRUE FROM found f" GOODS
static const char found_sql[] = FOUND LINE " ORDER BY name, f.variant_id";
static const char line_sql[] = FOUND_OF LINE;
static const char all_sql[] =
    FOUND REST LINE " UNION ALL SELECT f.variant_id, 0, f.on_hand_milli, 0, " NAMES
                    ", FALSE FROM rest f" GOODS " ORDER BY 5, 1";
static const char progress_sql[] =
    FOUND REST " SELECT (SELECT count(*) FROM found), (SELECT count(*) FROM rest)";

static void bind_scope(struct statement *statement, const struct count *count)
{
    statement_bind_uuid(statement, 1, &count->id);
    statement_bind_uuid(statement, 2, &count->location_id);
}

static void bind_rest(struct statement *statement, const struct count *count)
{
    if (uuid_is_zero(&count->category_id))
        statement_bind_null(statement, 3);
    else
        statement_bind_uuid(statement, 3, &count->category_id);
    if (count->counted_before > 0)
        statement_bind_integer(statement, 4, count->counted_before);
    else
        statement_bind_null(statement, 4);
}

static int read_lines(struct statement *statement, struct arena *arena, struct count_line **out,
                      struct error *err)
{
    struct count_line *lines = NULL;
    size_t count = 0, room = 0;
    int step;
    while ((step = statement_step(statement, err)) == 1) {
        if (count == room)
            lines = memory_resize(lines, room = room * 2 + 64, sizeof *lines);
        struct count_line *line = &lines[count++];
        *line = (struct count_line){.counted_milli = statement_integer(statement, 1),
                                    .expected_milli = statement_integer(statement, 2),
                                    .counted_at = statement_integer(statement, 3),
                                    .name = arena_text(arena, statement_text(statement, 4)),
                                    .sku = arena_text(arena, statement_text(statement, 5)),
                                    .is_counted = statement_integer(statement, 6) != 0};
        statement_uuid(statement, 0, &line->variant_id);
    }
    *out = arena_alloc(arena, (count + 1) * sizeof **out);
    if (count > 0)
        memcpy(*out, lines, count * sizeof *lines);
    free(lines);
    return step < 0 ? -1 : (int)count;
}

int count_found(struct store *store, const struct count *count, struct arena *arena,
                struct count_line **out, struct error *err)
{
    struct statement *statement = store_prepare(store, found_sql, err);
    if (statement == NULL)
        return -1;
    bind_scope(statement, count);
    int found = read_lines(statement, arena, out, err);
    statement_done(statement);
    return found;
}

int count_lines(struct store *store, const struct count *count, struct arena *arena,
                struct count_line **out, struct error *err)
{
    struct statement *statement = store_prepare(store, all_sql, err);
    if (statement == NULL)
        return -1;
    bind_scope(statement, count);
    bind_rest(statement, count);
    int found = read_lines(statement, arena, out, err);
    statement_done(statement);
    return found;
}

int count_line_of(struct store *store, const struct count *count, const struct uuid *variant,
                  struct arena *arena, struct count_line *out, struct error *err)
{
    struct statement *statement = store_prepare(store, line_sql, err);
    struct count_line *lines;
    if (statement == NULL)
        return -1;
    bind_scope(statement, count);
    statement_bind_uuid(statement, 3, variant);
    int found = read_lines(statement, arena, &lines, err);
    statement_done(statement);
    if (found > 0)
        *out = lines[0];
    return found;
}

bool count_progress(struct store *store, const struct count *count, struct count_progress *out,
                    struct error *err)
{
    *out = (struct count_progress){0};
    struct statement *statement = store_prepare(store, progress_sql, err);
    if (statement == NULL)
        return false;
    bind_scope(statement, count);
    bind_rest(statement, count);
    int step = statement_step(statement, err);
    if (step == 1) {
        out->counted = statement_integer(statement, 0);
        out->expected = out->counted + statement_integer(statement, 1);
    }
    statement_done(statement);
    return step == 1;
}

bool count_of_sheet(struct store *store, const struct uuid *count, const struct uuid *variant,
                    const char *shelf, const char *sheet, int64_t *milli, struct error *err)
{
    *milli = 0;
    return store_find_integer(store, milli,
                              FOUND_OF
                              " SELECT coalesce(sum(counted), 0) FROM sums WHERE sheet IS ?2"
                              " AND shelf IS search_key(?4)",
                              err, "utut", count, sheet, variant, shelf) >= 0;
}

static const char *const kinds[] = {"full", "cycle", NULL};
static const char *const statuses[] = {"open", "closed", "cancelled", NULL};

static const struct query_field fields[] = {
    {.name = "number",
     .label = "Count",
     .sql = "c.number",
     .type = COLUMN_TEXT,
     .help = "The count's number"},
    {.name = "location",
     .label = "Location",
     .sql = "w.name",
     .type = COLUMN_TEXT,
     .reference = "c.location_id",
     .help = "Where it is counted"},
    {.name = "kind",
     .label = "Kind",
     .sql = "c.kind",
     .type = COLUMN_TEXT,
     .choices = kinds,
     .help = "Full, or a part in turn"},
    {.name = "category",
     .label = "Category",
     .sql = "g.name",
     .type = COLUMN_TEXT,
     .reference = "c.category_id",
     .help = "Which goods; none: all"},
    {.name = "status",
     .label = "Status",
     .sql = "c.status",
     .type = COLUMN_TEXT,
     .choices = statuses,
     .help = "Open, closed or cancelled"},
    {.name = "goods",
     .label = "Goods",
     .sql = "(SELECT count(DISTINCT l.variant_id) FROM stock_count_lines l"
            " WHERE l.stock_count_id = c.id)",
     .type = COLUMN_INTEGER,
     .help = "How many goods were counted"},
    {.name = "blind",
     .label = "Blind",
     .sql = "c.is_blind",
     .type = COLUMN_BOOLEAN,
     .help = "Whether the expected numbers are hidden"},
    {.name = "person",
     .label = "Begun by",
     .sql = "u.display_name",
     .type = COLUMN_TEXT,
     .help = "Who began it"},
    {.name = "started",
     .label = "Begun",
     .sql = "c.started_at",
     .type = COLUMN_INSTANT,
     .help = "When it was begun"},
    {.name = "closed",
     .label = "Closed",
     .sql = "c.closed_at",
     .type = COLUMN_INSTANT,
     .help = "When it was closed"},
};

const struct query_source count_source = {
    .name = "counts",
    .from = "stock_counts c JOIN locations w ON w.id = c.location_id"
            " LEFT JOIN categories g ON g.id = c.category_id"
            " LEFT JOIN users u ON u.id = c.started_by_id",
    .id = "c.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "started",
    .sort_descending = true,
};
