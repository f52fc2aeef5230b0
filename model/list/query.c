#include "model/list/query.h"
#include "model/list/query_sql.h"

#include <string.h>

/* What the rows are ordered by. */
struct order {
    const char *key;
    enum column_type type;
    bool is_descending;
    bool is_unique;  /* no two rows have the same key: it needs no id beside it */
    bool is_indexed; /* the rows come in this order */
};

/* Rows beyond a place are found in up to two steps, because an empty key compares with nothing:
 * a page that begins among the empty ones goes on with the others, and the other way round. Of a
 * search the nearest documents are looked through in the cheap way (rows_wanted.is_cut), which
 * fills the page when many match; when few do, the rest costs little in the other way. */
enum leg { LEG_ALL, LEG_BEYOND, LEG_EMPTY, LEG_EMPTY_BEYOND, LEG_FILLED, LEG_NEAR, LEG_FAR };
enum {
    LEGS_MAX = 2,
    NEAR_DOCUMENTS = 2000, /* take half a millisecond; a word in 25 fills a page from them */
    FEW_ROWS = 2000        /* are sorted in two */
};

struct page_query {
    struct store *store;
    const struct query *query;
    struct order order;
    const struct query_field **fields;
    size_t field_count;
    const struct query_place *place;
    bool is_descending;  /* the direction of reading */
    const char *read_by; /* see struct rows_wanted */
    int64_t near, far;   /* the documents of LEG_NEAR, from beyond the first up to the second */
    struct arena *arena;
    struct error *err;
};

bool query_is_by_search(const struct query *query)
{
    return query->sort == NULL && query_has_search(query);
}

static bool find_field(const struct query_source *source, const char *name,
                       const struct query_field **out, struct error *err)
{
    *out = query_field(source, name);
    return *out != NULL ||
           error_set(err, ERROR_INPUT, "the list of %s has no field '%s'", source->name, name);
}

static bool find_order(const struct query *query, struct arena *arena, struct order *out,
                       struct error *err)
{
    const struct query_source *source = query->source;
    if (query_is_by_search(query)) {
        *out = (struct order){.key = arena_format(arena, "%s.rowid", source->search),
                              .type = COLUMN_INTEGER,
                              .is_descending = true,
                              .is_unique = true,
                              .is_indexed = true};
        return true;
    }
    const struct query_field *field;
    if (!find_field(source, query->sort != NULL ? query->sort : source->sort, &field, err))
        return false;
    *out = (struct order){.key = field->order != NULL ? field->order : field->sql,
                          .type = field->type};
    out->is_descending = query->sort != NULL ? query->descending : source->sort_descending;
    out->is_unique = field->is_unique || strcmp(out->key, source->id) == 0;
    out->is_indexed = field->is_sortable && !query_has_search(query);
    return true;
}

static bool find_fields(struct page_query *page, const char *const *names, size_t count)
{
    page->fields = arena_alloc(page->arena, count * sizeof(struct query_field *));
    page->field_count = count;
    for (size_t i = 0; i < count; i++) {
        if (!find_field(page->query->source, names[i], &page->fields[i], page->err))
            return false;
    }
    return true;
}

/* The value that no filled key is below. */
static struct value lowest(enum column_type type)
{
    switch (type) {
    case COLUMN_INTEGER:
    case COLUMN_BOOLEAN:
    case COLUMN_INSTANT:
        return value_integer(INT64_MIN);
    case COLUMN_UUID:
    case COLUMN_BYTES:
        return value_bytes("", 0);
    case COLUMN_TEXT:
    case COLUMN_DATE:
    case COLUMN_TIME:
    case COLUMN_JSON:
        break;
    }
    return value_text("");
}

static bool plan_search(struct page_query *page)
{
    const char *sql = arena_format(page->arena, "SELECT coalesce(max(doc), 0) FROM %s_docs",
                                   page->query->source->search);
    page->near = 0;
    if (page->place != NULL)
        page->near = page->place->key.integer;
    else if (page->is_descending &&
             store_find_integer(page->store, &page->near, sql, page->err, "") != 1)
        return false;
    if (page->place == NULL && page->is_descending)
        page->near++;
    page->far = page->near + (page->is_descending ? -NEAR_DOCUMENTS : NEAR_DOCUMENTS);
    return true;
}

/* Returns the number of steps, 0 on failure. */
static size_t plan_legs(struct page_query *page, enum leg legs[LEGS_MAX])
{
    size_t count = 0;
    if (query_is_by_search(page->query) && query_can_cut(page->query)) {
        if (!plan_search(page))
            return 0;
        legs[count++] = LEG_NEAR;
        legs[count++] = LEG_FAR;
    } else if (page->place == NULL) {
        legs[count++] = LEG_ALL;
    } else if (page->place->key.kind != VALUE_NULL) {
        legs[count++] = LEG_BEYOND;
        if (page->is_descending && !page->order.is_unique)
            legs[count++] = LEG_EMPTY;
    } else {
        legs[count++] = LEG_EMPTY_BEYOND;
        if (!page->is_descending)
            legs[count++] = LEG_FILLED;
    }
    return count;
}

static void add_compare(const char *key, const char *sign, struct value value, struct sql *sql)
{
    sql_add(sql, " AND ");
    sql_compare(sql, key, sign, value);
}

/* Bounds of documents: rowids of the index, whose ends FTS5 seeks. */
static void add_documents(const struct page_query *page, enum leg leg, struct sql *sql)
{
    const char *key = page->order.key, *beyond = page->is_descending ? "<" : ">";
    if (leg == LEG_FAR) {
        add_compare(key, beyond, value_integer(page->far), sql);
    } else {
        add_compare(key, beyond, value_integer(page->near), sql);
        add_compare(key, page->is_descending ? ">=" : "<=", value_integer(page->far), sql);
    }
}

static void add_leg(const struct page_query *page, enum leg leg, struct sql *sql)
{
    const char *key = page->order.key, *id = page->query->source->id;
    const char *sign = page->is_descending ? "<" : ">";
    switch (leg) {
    case LEG_ALL:
        break;
    case LEG_BEYOND:
        if (page->order.is_unique) {
            add_compare(key, sign, page->place->key, sql);
            break;
        }
        sql_add(sql, " AND ((%s), %s) %s (", key, id, sign);
        sql_bind(sql, page->place->key);
        sql_add(sql, ", ");
        sql_bind(sql, value_uuid(&page->place->id));
        sql_add(sql, ")");
        break;
    case LEG_EMPTY:
        sql_add(sql, " AND (%s) IS NULL", key);
        break;
    case LEG_EMPTY_BEYOND:
        sql_add(sql, " AND (%s) IS NULL", key);
        add_compare(id, sign, value_uuid(&page->place->id), sql);
        break;
    case LEG_FILLED:
        add_compare(key, ">=", lowest(page->order.type), sql);
        break;
    case LEG_NEAR:
    case LEG_FAR:
        add_documents(page, leg, sql);
        break;
    }
}

enum { COLUMN_OF_ID, COLUMN_OF_KEY, COLUMN_OF_CURRENCY, COLUMNS_BEFORE_FIELDS };

/* SELECT id, key, currency, fields … */
static void add_select(const struct page_query *page, enum leg leg, const struct match *only,
                       struct sql *sql)
{
    const struct query_source *source = page->query->source;
    const char *currency = source->currency != NULL ? source->currency : "''";
    sql_add(sql, "SELECT %s, %s, %s", source->id, page->order.key, currency);
    for (size_t i = 0; i < page->field_count; i++)
        sql_add(sql, ", %s", page->fields[i]->sql);
    struct rows_wanted wanted = {.only = only, .is_cut = leg == LEG_NEAR, .read_by = page->read_by};
    query_add_rows(page->query, wanted, page->arena, sql);
    add_leg(page, leg, sql);
}

/* One statement, in the order of reading. */
static void add_selects(const struct page_query *page, enum leg leg, struct sql *sql)
{
    const char *direction = page->is_descending ? "DESC" : "ASC";
    bool is_split =
        page->order.is_indexed && page->read_by == NULL && !query_has_search(page->query);
    const struct term *split = is_split ? query_split(page->query) : NULL;
    const struct match *only = split != NULL ? split->matches : NULL;
    add_select(page, leg, only, sql);
    while (only != NULL && only->next != NULL) {
        only = only->next;
        sql_add(sql, " UNION ALL ");
        add_select(page, leg, only, sql);
    }
    sql_add(sql, " ORDER BY %d %s", COLUMN_OF_KEY + 1, direction);
    if (!page->order.is_unique)
        sql_add(sql, ", %d %s", COLUMN_OF_ID + 1, direction);
}

static void add_page(const struct page_query *page, enum leg leg, size_t limit, struct sql *sql)
{
    add_selects(page, leg, sql);
    sql_add(sql, " LIMIT ");
    sql_bind(sql, value_integer((int64_t)limit));
}

/* Borrows from the statement until its next step. */
static bool read_row(const struct page_query *page, const struct statement *statement,
                     struct query_row *row)
{
    if (!statement_uuid(statement, COLUMN_OF_ID, &row->id))
        return error_set(page->err, ERROR_STORE, "a row of %s has no id: check the store",
                         page->query->source->name);
    row->key = statement_value(statement, COLUMN_OF_KEY);
    row->currency = statement_text(statement, COLUMN_OF_CURRENCY);
    for (size_t i = 0; i < page->field_count; i++)
        row->values[i] = statement_value(statement, COLUMNS_BEFORE_FIELDS + (int)i);
    return true;
}

static void keep_row(const struct page_query *page, struct query_row *row)
{
    row->key = value_copy(row->key, page->arena);
    row->currency = arena_text(page->arena, row->currency);
    for (size_t i = 0; i < page->field_count; i++)
        row->values[i] = value_copy(row->values[i], page->arena);
}

/* Adds rows of one leg until there are `wanted`. */
static bool fetch_leg(const struct page_query *page, enum leg leg, size_t wanted,
                      struct query_page *out)
{
    struct sql sql;
    sql_init(&sql);
    add_page(page, leg, wanted - out->count, &sql);
    struct statement *statement = sql_prepare(&sql, page->store, page->err);
    int step = statement == NULL ? -1 : 0;
    while (statement != NULL && (step = statement_step(statement, page->err)) == 1) {
        struct query_row *row = &out->rows[out->count];
        row->values = arena_alloc(page->arena, page->field_count * sizeof *row->values);
        if (!read_row(page, statement, row)) {
            step = -1;
            break;
        }
        keep_row(page, row);
        out->count++;
    }
    statement_done(statement);
    sql_done(&sql);
    return step == 0;
}

static void reverse(struct query_page *page)
{
    for (size_t i = 0; i < page->count / 2; i++) {
        struct query_row row = page->rows[i];
        page->rows[i] = page->rows[page->count - 1 - i];
        page->rows[page->count - 1 - i] = row;
    }
}

static int64_t count_up_to(struct store *store, const struct query *query, int64_t limit,
                           struct error *err)
{
    struct arena *arena = arena_new();
    struct sql sql;
    sql_init(&sql);
    sql_add(&sql, "SELECT count(*) FROM (SELECT 1");
    query_add_rows(query, (struct rows_wanted){.id = NULL}, arena, &sql);
    sql_add(&sql, " LIMIT ");
    sql_bind(&sql, value_integer(limit));
    sql_add(&sql, ")");
    struct statement *statement = sql_prepare(&sql, store, err);
    bool is_counted = statement != NULL && statement_step(statement, err) == 1;
    int64_t count = is_counted ? statement_integer(statement, 0) : -1;
    statement_done(statement);
    sql_done(&sql);
    arena_free(arena);
    return count;
}

static bool check_sort(const struct page_query *page)
{
    if (page->order.is_indexed)
        return true;
    int64_t count = count_up_to(page->store, page->query, QUERY_SORT_MAX + 1, page->err);
    if (count > QUERY_SORT_MAX)
        return error_set(page->err, ERROR_RULE,
                         "more than %d rows can't be sorted by %s: narrow the filter, or sort "
                         "otherwise",
                         QUERY_SORT_MAX,
                         page->query->sort != NULL ? page->query->sort : page->query->source->sort);
    return count >= 0;
}

/* Whether SQLite would find the rows by another index and sort all of them. */
static bool would_sort(struct page_query *page, enum leg leg, bool *out)
{
    struct sql sql;
    sql_init(&sql);
    sql_add(&sql, "EXPLAIN QUERY PLAN ");
    add_page(page, leg, 1, &sql);
    struct statement *statement = sql_prepare(&sql, page->store, page->err);
    int step = statement == NULL ? -1 : 0;
    *out = false;
    while (statement != NULL && (step = statement_step(statement, page->err)) == 1) {
        if (strcmp(statement_text(statement, 3), "USE TEMP B-TREE FOR ORDER BY") == 0)
            *out = true;
    }
    statement_done(statement);
    sql_done(&sql);
    return step == 0;
}

/* SQLite takes every index for a choice to be selective: it would find 750,000 active products by
 * their status to sort them by name. Few rows may be sorted so; where there are many, a page is
 * soon full when they are read in the list's order. */
static bool choose_reading(struct page_query *page, enum leg leg)
{
    bool sorts;
    struct query narrow = *page->query;
    narrow.filter = query_narrowing(page->query, page->arena);
    if (!page->order.is_indexed || narrow.filter == NULL || query_has_search(page->query))
        return true;
    if (!would_sort(page, leg, &sorts))
        return false;
    int64_t count = sorts ? count_up_to(page->store, &narrow, FEW_ROWS + 1, page->err) : 0;
    if (count > FEW_ROWS)
        page->read_by = page->order.key;
    return count >= 0;
}

bool query_page_sql(struct store *store, const struct query *query, const struct query_place *place,
                    bool backwards, struct arena *arena, struct sql *sql, struct error *err)
{
    struct page_query page = {
        .store = store, .query = query, .place = place, .arena = arena, .err = err};
    if (!find_order(query, arena, &page.order, err))
        return false;
    page.is_descending = page.order.is_descending != backwards;
    enum leg legs[LEGS_MAX];
    if (plan_legs(&page, legs) == 0 || !choose_reading(&page, legs[0]))
        return false;
    add_page(&page, legs[0], 1, sql);
    return true;
}

bool query_fetch(struct store *store, const struct query *query, const char *const *fields,
                 size_t field_count, const struct query_place *place, bool backwards, size_t limit,
                 struct arena *arena, struct query_page *out, struct error *err)
{
    struct page_query page = {
        .store = store, .query = query, .place = place, .arena = arena, .err = err};
    *out = (struct query_page){0};
    if (!find_order(query, arena, &page.order, err) || !find_fields(&page, fields, field_count) ||
        !check_sort(&page))
        return false;
    page.is_descending = page.order.is_descending != backwards;
    size_t wanted = limit + 1; /* one more tells whether there are more */
    out->rows = arena_alloc(arena, wanted * sizeof *out->rows);
    enum leg legs[LEGS_MAX];
    size_t leg_count = plan_legs(&page, legs);
    if (leg_count == 0 || !choose_reading(&page, legs[0]))
        return false;
    for (size_t i = 0; i < leg_count && out->count < wanted; i++) {
        if (!fetch_leg(&page, legs[i], wanted, out))
            return false;
    }
    out->has_more = out->count > limit;
    if (out->has_more)
        out->count = limit;
    if (backwards)
        reverse(out);
    return true;
}

int query_place_of(struct store *store, const struct query *query, const struct uuid *id,
                   struct arena *arena, struct query_place *out, struct error *err)
{
    struct order order;
    if (!find_order(query, arena, &order, err))
        return -1;
    struct sql sql;
    sql_init(&sql);
    sql_add(&sql, "SELECT %s", order.key);
    query_add_rows(query, (struct rows_wanted){.id = id}, arena, &sql);
    struct statement *statement = sql_prepare(&sql, store, err);
    int found = statement == NULL ? -1 : statement_step(statement, err);
    if (found == 1)
        *out = (struct query_place){value_copy(statement_value(statement, 0), arena), *id};
    statement_done(statement);
    sql_done(&sql);
    return found;
}

int64_t query_count(struct store *store, const struct query *query, struct error *err)
{
    return count_up_to(store, query, QUERY_COUNT_MAX + 1, err);
}

static bool each_row(const struct page_query *page, struct statement *statement,
                     bool (*row)(void *context, const struct query_row *row), void *context)
{
    struct query_row current = {
        .values = arena_alloc(page->arena, page->field_count * sizeof *current.values)};
    int step;
    while ((step = statement_step(statement, page->err)) == 1) {
        if (!read_row(page, statement, &current))
            return false;
        if (!row(context, &current))
            return true;
    }
    return step == 0;
}

bool query_each(struct store *store, const struct query *query, const char *const *fields,
                size_t field_count, bool (*row)(void *context, const struct query_row *row),
                void *context, struct error *err)
{
    bool ok = false;
    struct arena *arena = arena_new();
    struct statement *statement = NULL;
    struct sql sql;
    sql_init(&sql);
    struct page_query page = {.store = store, .query = query, .arena = arena, .err = err};
    if (!find_order(query, arena, &page.order, err) || !find_fields(&page, fields, field_count))
        goto done;
    page.is_descending = page.order.is_descending;
    add_selects(&page, LEG_ALL, &sql);
    statement = sql_prepare(&sql, store, err);
    ok = statement != NULL && each_row(&page, statement, row, context);
done:
    statement_done(statement);
    sql_done(&sql);
    arena_free(arena);
    return ok;
}
