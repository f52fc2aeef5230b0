#include "tui/screens/listing_fetch.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "tui/screens/row_marks.h"

#include <stdlib.h>
#include <string.h>

/* A page that is asked for. It owns all that the reader looks at, but for the ops. */
struct fetch {
    struct listing *listing; /* gone when the job was stopped */
    const struct listing_ops *ops;
    unsigned number;
    enum grid_seek seek;
    size_t limit;
    struct uuid id;
    const struct query_place *place; /* in the arena; NULL: none */
    const char *filter, *sort;
    bool is_descending;
    struct arena *arena;
    struct grid_page page;
};

static const char *cell_text(const struct query_field *field, const struct query_row *row,
                             struct value value, const char *zone, struct arena *arena)
{
    char text[INSTANT_TEXT_SIZE];
    _Static_assert((int)INSTANT_TEXT_SIZE >= (int)MONEY_TEXT_SIZE, "holds both");
    if (value.kind == VALUE_NULL)
        return NULL;
    if (field->type == COLUMN_INSTANT)
        instant_format_local(value.integer, zone, text);
    else if (field->unit == UNIT_CENTS)
        money_format(value.integer, row->currency, text);
    else if (field->unit == UNIT_MILLI)
        quantity_format(value.integer, text);
    else if (field->unit == UNIT_BASIS_POINTS)
        percent_format(value.integer, text);
    else
        return column_format(&(struct column){.name = field->name, .type = field->type}, value,
                             row->currency, zone, arena);
    return arena_text(arena, text);
}

static void fill_row(const struct fetch *fetch, struct store *store, const struct query_row *row,
                     struct grid_row *out)
{
    const struct listing_ops *ops = fetch->ops;
    const char *zone = store_env(store)->zone;
    struct grid_cell *cells = arena_alloc(fetch->arena, ops->column_count * sizeof *cells);
    for (size_t i = 0; i < ops->column_count; i++) {
        const struct listing_column *column = &ops->columns[i];
        const struct query_field *field = query_field(ops->source, column->shown.id);
        const char *text =
            ops->tell != NULL && row->values[i].kind != VALUE_NULL
                ? ops->tell(field->name, row->values[i], store_env(store), fetch->arena)
                : NULL;
        if (text == NULL)
            text = cell_text(field, row, row->values[i], zone, fetch->arena);
        if (column->role != NULL && text != NULL)
            cells[i].role = column->role(text);
        cells[i].text = column->words != NULL && text != NULL ? column->words(text) : text;
    }
    char *id = arena_alloc(fetch->arena, UUID_TEXT_SIZE);
    uuid_text(&row->id, id);
    struct query_place *place = arena_alloc(fetch->arena, sizeof *place);
    *place = (struct query_place){.key = row->key, .id = row->id};
    enum row_mark mark =
        ops->marked != NULL ? row_mark_of(store, ops->marked, &row->id) : MARK_NONE;
    *out = (struct grid_row){.id = id,
                             .place = place,
                             .mark = row_mark_text(mark),
                             .mark_role = row_mark_role(mark),
                             .cells = cells};
}

/* The rows of both pages, the first in front. */
static void fill_page(struct fetch *fetch, struct store *store, const struct query_page *first,
                      const struct query_page *second)
{
    size_t count = first->count + second->count;
    struct grid_row *rows = arena_alloc(fetch->arena, (count + 1) * sizeof *rows);
    for (size_t i = 0; i < count; i++)
        fill_row(fetch, store, i < first->count ? &first->rows[i] : &second->rows[i - first->count],
                 &rows[i]);
    fetch->page.rows = rows;
    fetch->page.count = count;
    fetch->page.anchor = first->count;
}

static const char **field_names(const struct fetch *fetch)
{
    const char **names = arena_alloc(fetch->arena, (fetch->ops->column_count + 1) * sizeof *names);
    for (size_t i = 0; i < fetch->ops->column_count; i++)
        names[i] = fetch->ops->columns[i].shown.id;
    return names;
}

static bool fetch_around(struct fetch *fetch, struct store *store, const struct query *query,
                         struct error *err)
{
    const char **names = field_names(fetch);
    size_t count = fetch->ops->column_count;
    struct query_place found;
    struct query_page before = {0};
    struct query_page after;
    int is_there = uuid_is_zero(&fetch->id)
                       ? 0
                       : query_place_of(store, query, &fetch->id, fetch->arena, &found, err);
    if (is_there < 0)
        return false;
    const struct query_place *place = is_there == 1 ? &found : fetch->place;
    if (place != NULL && !query_fetch(store, query, names, count, place, true, fetch->limit,
                                      fetch->arena, &before, err))
        return false;
    /* Forward from the row before, so that the row itself is among what follows. */
    struct query_place start = {0};
    if (before.count > 0)
        start = (struct query_place){.key = before.rows[before.count - 1].key,
                                     .id = before.rows[before.count - 1].id};
    if (!query_fetch(store, query, names, count, before.count > 0 ? &start : NULL, false,
                     fetch->limit, fetch->arena, &after, err))
        return false;
    fill_page(fetch, store, &before, &after);
    fetch->page.has_before = before.has_more;
    fetch->page.has_after = after.has_more;
    return true;
}

static bool fetch_work(struct store *store, void *data, struct error *err)
{
    struct fetch *fetch = data;
    const struct filter *filter =
        filter_parse(fetch->ops->source, fetch->filter, store_env(store), fetch->arena, NULL, err);
    if (filter == NULL)
        return false;
    const struct query query = {.source = fetch->ops->source,
                                .filter = filter,
                                .sort = fetch->sort,
                                .descending = fetch->is_descending};
    if (fetch->seek == GRID_AROUND)
        return fetch_around(fetch, store, &query, err);
    bool is_backwards = fetch->seek == GRID_FROM_END || fetch->seek == GRID_BEFORE;
    bool has_place = fetch->seek == GRID_AFTER || fetch->seek == GRID_BEFORE;
    struct query_page page;
    if (!query_fetch(store, &query, field_names(fetch), fetch->ops->column_count,
                     has_place ? fetch->place : NULL, is_backwards, fetch->limit, fetch->arena,
                     &page, err))
        return false;
    fill_page(fetch, store, &page, &(struct query_page){0});
    fetch->page.anchor = 0;
    fetch->page.has_before = is_backwards && page.has_more;
    fetch->page.has_after = !is_backwards && page.has_more;
    return true;
}

static void fetch_done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct fetch *fetch = data;
    (void)app;
    if (worked) {
        fetch->page.arena = fetch->arena;
        grid_answer(&fetch->listing->grid, fetch->number, fetch->page);
    } else {
        if (err->code != ERROR_STOPPED)
            grid_fail(&fetch->listing->grid, fetch->number, err->text);
        arena_free(fetch->arena);
    }
    free(fetch);
}

void listing_fetch(void *context, struct grid *grid, const struct grid_request *request)
{
    struct listing *listing = context;
    struct fetch *fetch = memory_new(sizeof *fetch);
    *fetch = (struct fetch){.listing = listing,
                            .ops = listing->ops,
                            .number = request->number,
                            .seek = request->seek,
                            .limit = request->limit,
                            .is_descending = listing->is_descending,
                            .arena = arena_new()};
    char *filter = listing_whole_filter(listing);
    fetch->filter = arena_text(fetch->arena, filter);
    free(filter);
    fetch->sort = listing->sort != NULL ? arena_text(fetch->arena, listing->sort) : NULL;
    if (request->id != NULL)
        uuid_parse(request->id, &fetch->id);
    if (request->place != NULL) {
        struct query_place *place = arena_alloc(fetch->arena, sizeof *place);
        memcpy(place, request->place, sizeof *place);
        place->key = value_copy(place->key, fetch->arena);
        fetch->place = place;
    }
    app_read(listing->app,
             (struct job){.owner = grid, .work = fetch_work, .done = fetch_done, .data = fetch});
}

struct count {
    struct listing *listing;
    const struct listing_ops *ops;
    char *filter;
    int64_t count;
};

static bool count_work(struct store *store, void *data, struct error *err)
{
    struct count *count = data;
    struct arena *arena = arena_new();
    const struct filter *filter =
        filter_parse(count->ops->source, count->filter, store_env(store), arena, NULL, err);
    const struct query query = {.source = count->ops->source, .filter = filter};
    count->count = filter != NULL ? query_count(store, &query, err) : -1;
    arena_free(arena);
    return count->count >= 0;
}

/* A list whose rows can't be counted says so by itself: the page fails with the same words. */
static void count_done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct count *count = data;
    (void)err;
    if (worked) {
        grid_set_total(&count->listing->grid, count->count, QUERY_COUNT_MAX);
        app_redraw(app);
    }
    free(count->filter);
    free(count);
}

void listing_count(struct listing *listing)
{
    struct count *count = memory_new(sizeof *count);
    *count = (struct count){
        .listing = listing, .ops = listing->ops, .filter = listing_whole_filter(listing)};
    app_read(listing->app,
             (struct job){
                 .owner = &listing->filter, .work = count_work, .done = count_done, .data = count});
}

void listing_stop(struct listing *listing)
{
    app_read_stop(listing->app, &listing->grid);
    app_read_stop(listing->app, &listing->filter);
}
