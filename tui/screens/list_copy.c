#include "tui/screens/list_copy.h"

#include "model/base/text.h"
#include "model/list/export.h"
#include "tui/widgets/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MOST = 100 /* marked ones that are copied at once */ };

static const struct row_format {
    const char *label;
    enum export_format format;
} formats[] = {
    {"as CSV", EXPORT_CSV},
    {"as TSV", EXPORT_TSV},
    {"as JSON", EXPORT_JSON},
};

static void add(struct picker_item *out, size_t *count, size_t limit, const char *key,
                struct picker_item item, struct arena *arena)
{
    if (*count < limit && strstr(text_fold(item.shown.text, arena), key) != NULL)
        out[(*count)++] = item;
}

/* The cells that say something, then the row in each format. A cell's value is its text, a
 * format's its place in `formats`. */
static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    const struct listing *listing = context;
    const struct grid_row *row = grid_current(&listing->grid);
    const char *key = text_fold(typed, arena);
    size_t count = 0;
    for (size_t i = 0; row != NULL && i < listing->ops->column_count; i++) {
        const char *text = row->cells[i].text;
        if (text == NULL || text[0] == '\0')
            continue;
        const struct picker_item item = {
            .shown = {.text = listing->ops->columns[i].shown.title, .detail = text}, .value = text};
        add(out, &count, limit, key, item, arena);
    }
    bool has_marks = !marks_are_none(&listing->grid.marks);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        const char *what = has_marks ? "The marked rows" : "The row";
        const struct picker_item item = {
            .shown = {.text = arena_format(arena, "%s %s", what, formats[i].label)},
            .value = &formats[i]};
        add(out, &count, limit, key, item, arena);
    }
    return count;
}

/* Rows without an id are known by their number, in the digits of what stands for it
 * (model/list/query.h). */
static const char *name_of_row(const struct uuid *id, bool has_id, struct arena *arena)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    if (has_id)
        return arena_text(arena, text);
    const char *digits = arena_bytes(arena, id->bytes, UUID_SIZE);
    return arena_format(arena, "%llu", strtoull(digits, NULL, 16));
}

/* "id:a,b,c" for the chosen rows; NULL when there are too many or none. */
static const char *filter_of_chosen(struct listing *listing, struct arena *arena, struct error *err)
{
    struct uuid *ids;
    int count = listing_chosen(listing, ROWS_MOST + 1, arena, &ids, err);
    if (count == 0)
        error_set(err, ERROR_NOT_FOUND, "There is no row to copy");
    if (count > ROWS_MOST)
        error_set(err, ERROR_INPUT, "More than %d rows are marked; export them instead", ROWS_MOST);
    if (count <= 0 || count > ROWS_MOST)
        return NULL;
    const struct query_field *field = query_field(listing->ops->source, "id");
    bool has_id = field != NULL && field->type == COLUMN_UUID;
    struct buffer filter;
    buffer_init(&filter);
    buffer_add(&filter, has_id ? "id:" : "row:");
    for (int i = 0; i < count; i++)
        buffer_format(&filter, "%s%s", i == 0 ? "" : ",", name_of_row(&ids[i], has_id, arena));
    const char *copy = arena_text(arena, filter.text);
    buffer_done(&filter);
    return copy;
}

static bool export_chosen(struct listing *listing, enum export_format format, struct buffer *out,
                          struct arena *arena, struct error *err)
{
    struct store *store = app_store(listing->app);
    const struct query_source *source = listing->ops->source;
    const char *text = filter_of_chosen(listing, arena, err);
    const struct filter *filter =
        text != NULL ? filter_parse(source, text, store_env(store), arena, NULL, err) : NULL;
    if (filter == NULL)
        return false;
    const struct query query = {.source = source, .filter = filter};
    const char **fields = arena_alloc(arena, listing->ops->column_count * sizeof *fields);
    for (size_t i = 0; i < listing->ops->column_count; i++)
        fields[i] = listing->ops->columns[i].shown.id;
    const struct export_job job = {.query = &query,
                                   .fields = fields,
                                   .field_count = listing->ops->column_count,
                                   .format = format,
                                   .zone = store_env(store)->zone};
    return export_to_memory(store, &job, out, err) >= 0;
}

static void copy(struct app *app, void *context, const struct picker_item *item)
{
    struct listing *listing = context;
    const char *value = item != NULL ? item->value : NULL;
    const struct row_format *format = NULL;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (value == (const void *)&formats[i])
            format = &formats[i];
    if (value == NULL)
        return;
    if (format == NULL) {
        app_copy(app, value, strlen(value));
        return;
    }
    struct buffer out;
    struct error err;
    struct arena *arena = arena_new();
    buffer_init(&out);
    if (export_chosen(listing, format->format, &out, arena, &err))
        app_copy(app, out.text, out.size);
    else
        app_toast_error(app, &err);
    buffer_done(&out);
    arena_free(arena);
}

void list_copy_open(struct app *app, struct listing *listing)
{
    const struct picker picker = {.title = "Copy",
                                  .hint = "a column, or csv, tsv, json",
                                  .find = find,
                                  .done = copy,
                                  .context = listing};
    picker_open(app, &picker);
}
