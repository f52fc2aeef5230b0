#include "tui/screens/listing.h"

#include "tui/screens/listing_fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void sort_by(void *context, const char *column, bool is_descending)
{
    struct listing *listing = context;
    free(listing->sort);
    listing->sort = memory_text(column);
    listing->is_descending = is_descending;
}

static unsigned open_row(void *context)
{
    struct listing *listing = context;
    return listing->ops->open != NULL ? listing->ops->open(listing->app, listing->context)
                                      : OUTCOME_IGNORED;
}

static const struct grid_source rows_of_grid = {
    .fetch = listing_fetch, .sort = sort_by, .open = open_row};

size_t listing_complete(const struct query_source *source, const char *text, size_t cursor,
                        struct arena *arena, struct editor_candidate *out, size_t limit)
{
    struct completion *found = arena_alloc(arena, limit * sizeof *found);
    size_t count = filter_complete(source, text, cursor, arena, found, limit);
    for (size_t i = 0; i < count; i++)
        out[i] = (struct editor_candidate){
            .start = found[i].start, .text = found[i].text, .help = found[i].help};
    return count;
}

static size_t complete(void *context, const char *text, size_t cursor, struct arena *arena,
                       struct editor_candidate *out, size_t limit)
{
    const struct listing *listing = context;
    return listing_complete(listing->ops->source, text, cursor, arena, out, limit);
}

/* The heading says how the list is sorted, also where that is the source's own order. */
static void show_sort(struct listing *listing)
{
    const struct query_source *from = listing->ops->source;
    grid_show_sort(&listing->grid, listing->sort != NULL ? listing->sort : from->sort,
                   listing->sort != NULL ? listing->is_descending : from->sort_descending);
}

void listing_init(struct listing *listing, struct app *app, const struct listing_ops *ops,
                  void *context)
{
    *listing = (struct listing){.app = app, .ops = ops, .context = context};
    listing->base = memory_text("");
    listing->filter = memory_text("");
    listing->before = memory_text("");
    listing->shown = memory_resize(NULL, ops->column_count, sizeof *listing->shown);
    for (size_t i = 0; i < ops->column_count; i++)
        listing->shown[i] = ops->columns[i].shown;
    grid_init(&listing->grid, listing->shown, ops->column_count, &rows_of_grid, listing);
    listing->grid.empty = ops->empty;
    history_init(&listing->history);
    editor_init(&listing->line, 0, FILTER_BYTES_MAX / 4);
    listing->line.history = &listing->history;
    listing->line.complete = complete;
    listing->line.context = listing;
    show_sort(listing);
}

void listing_done(struct listing *listing)
{
    listing_stop(listing);
    grid_done(&listing->grid);
    editor_done(&listing->line);
    history_done(&listing->history);
    free(listing->shown);
    free(listing->base);
    free(listing->filter);
    free(listing->before);
    free(listing->sort);
}

static const char *empty_words(const struct listing *listing)
{
    if (listing->filter[0] == '\0')
        return listing->ops->empty;
    return listing->base[0] == '\0'
               ? "Nothing matches the filter; / changes it, Esc clears it"
               : "Nothing in this part of the list matches; / changes the filter, Esc clears it";
}

static void restart(struct listing *listing)
{
    grid_set_total(&listing->grid, -1, 0);
    grid_restart(&listing->grid);
    listing_count(listing);
}

static void replace(char **text, const char *with)
{
    char *copy = memory_text(with);
    free(*text);
    *text = copy;
}

void listing_set_base(struct listing *listing, const char *base)
{
    replace(&listing->base, base);
    restart(listing);
}

bool listing_set_filter(struct listing *listing, const char *filter, struct error *err)
{
    struct arena *arena = arena_new();
    bool is_good = filter_parse(listing->ops->source, filter, store_env(app_store(listing->app)),
                                arena, &listing->where, err) != NULL;
    arena_free(arena);
    if (is_good && strcmp(listing->filter, filter) != 0) {
        replace(&listing->filter, filter);
        restart(listing);
    }
    return is_good;
}

void listing_set_sort(struct listing *listing, const char *sort, bool is_descending)
{
    free(listing->sort);
    listing->sort = sort != NULL ? memory_text(sort) : NULL;
    listing->is_descending = is_descending;
    show_sort(listing);
    restart(listing);
}

void listing_reload(struct listing *listing)
{
    grid_reload(&listing->grid);
    listing_count(listing);
}

/* A row that is in the window already may have changed as well: then the window is read again. */
void listing_go_to(struct listing *listing, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    grid_go_to(&listing->grid, text);
    const struct grid_row *row = grid_current(&listing->grid);
    if (row != NULL && strcmp(row->id, text) == 0)
        grid_reload(&listing->grid);
    listing_count(listing);
}

char *listing_whole_filter(const struct listing *listing)
{
    struct buffer whole;
    buffer_init(&whole);
    buffer_add(&whole, listing->base);
    if (listing->base[0] != '\0' && listing->filter[0] != '\0')
        buffer_add_char(&whole, ' ');
    buffer_add(&whole, listing->filter);
    return buffer_take(&whole);
}

bool listing_current(const struct listing *listing, struct uuid *id)
{
    const struct grid_row *row = grid_current(&listing->grid);
    return row != NULL && uuid_parse(row->id, id);
}

bool listing_has_row(const struct listing *listing)
{
    return grid_current(&listing->grid) != NULL;
}

bool listing_has_text_focus(const struct listing *listing)
{
    return listing->is_typing;
}

struct choice {
    const struct grid_marks *marks;
    struct uuid *ids;
    size_t count, limit;
};

static bool add_marked(void *context, const struct query_row *row)
{
    struct choice *choice = context;
    char id[UUID_TEXT_SIZE];
    uuid_text(&row->id, id);
    if (marks_has(choice->marks, id))
        choice->ids[choice->count++] = row->id;
    return choice->count < choice->limit;
}

int listing_chosen(struct listing *listing, size_t limit, struct arena *arena, struct uuid **out,
                   struct error *err)
{
    const struct grid_marks *marks = &listing->grid.marks;
    struct store *store = app_store(listing->app);
    struct choice choice = {
        .marks = marks, .ids = arena_alloc(arena, limit * sizeof *choice.ids), .limit = limit};
    *out = choice.ids;
    if (marks_are_none(marks))
        return listing_current(listing, &choice.ids[0]) ? 1 : 0;
    char *text = listing_whole_filter(listing);
    const struct filter *filter =
        filter_parse(listing->ops->source, text, store_env(store), arena, NULL, err);
    free(text);
    const struct query query = {.source = listing->ops->source,
                                .filter = filter,
                                .sort = listing->sort,
                                .descending = listing->is_descending};
    if (filter == NULL || !query_each(store, &query, NULL, 0, add_marked, &choice, err))
        return -1;
    return (int)choice.count;
}

void listing_edit_filter(struct listing *listing)
{
    listing->is_typing = true;
    error_clear(&listing->mistake);
    replace(&listing->before, listing->filter);
    editor_set(&listing->line, listing->filter);
}

/* What is typed is a filter at most moments; while it is none the list shows the last good one. */
static void try_filter(struct listing *listing)
{
    error_clear(&listing->mistake);
    listing_set_filter(listing, editor_text(&listing->line), &listing->mistake);
}

static unsigned leave_line(struct listing *listing, bool is_kept)
{
    if (is_kept && listing->mistake.code != ERROR_NONE) {
        app_beep(listing->app);
        return OUTCOME_HANDLED;
    }
    listing->is_typing = false;
    if (is_kept)
        editor_remember(&listing->line);
    else
        listing_set_filter(listing, listing->before, NULL); /* it was good when it was set */
    error_clear(&listing->mistake);
    return OUTCOME_REDRAW;
}

static unsigned handle_line(struct listing *listing, const struct event *event)
{
    unsigned revision = listing->line.revision;
    unsigned outcome = editor_handle(&listing->line, event);
    if (listing->line.revision != revision)
        try_filter(listing);
    if (outcome != OUTCOME_IGNORED || event->kind != EVENT_KEY)
        return outcome;
    if (event->key == KEY_RETURN || event->key == KEY_ESCAPE)
        return leave_line(listing, event->key == KEY_RETURN);
    return OUTCOME_IGNORED;
}

unsigned listing_handle(struct listing *listing, const struct event *event)
{
    if (listing->is_typing)
        return handle_line(listing, event);
    bool is_escape = event->kind == EVENT_KEY && event->key == KEY_ESCAPE;
    if (is_escape && listing->filter[0] != '\0') {
        listing_set_filter(listing, "", NULL);
        return OUTCOME_REDRAW;
    }
    return grid_handle(&listing->grid, event);
}

/* Carets under the wrong word, and behind them what is wrong with it. */
static void draw_mistake(const struct listing *listing, struct pane pane)
{
    char before[FILTER_BYTES_MAX + 1];
    snprintf(before, sizeof before, "%.*s", (int)listing->where.start, editor_text(&listing->line));
    int start = 1 + text_cells(before);
    if (start > pane.width / 2)
        start = 0;
    int length = listing->where.length > 0 ? (int)listing->where.length : 1;
    if (length > pane.width / 3)
        length = pane.width / 3;
    for (int i = 0; i < length; i++)
        text_draw(pane, 0, start + i, 1, ROLE_DANGER, "^");
    text_draw(pane, 0, start + length + 1, pane.width - start - length - 1, ROLE_DANGER,
              listing->mistake.text);
}

void listing_draw(struct listing *listing, struct pane pane)
{
    bool has_line = listing->is_typing || listing->filter[0] != '\0';
    bool has_mistake = listing->mistake.code != ERROR_NONE;
    int below = (has_line ? 1 : 0) + (has_mistake ? 1 : 0);
    listing->grid.empty = has_mistake ? "The filter can't be read; mend the word that is marked"
                                      : empty_words(listing);
    grid_draw(&listing->grid, pane_part(pane, 0, 0, pane.height - below, pane.width),
              !listing->is_typing);
    if (!has_line)
        return;
    struct pane line = pane_part(pane, pane.height - below, 0, 1, pane.width);
    text_draw(line, 0, 0, 1, ROLE_KEY, "/");
    struct pane text = pane_part(line, 0, 1, 1, line.width - 1);
    if (listing->is_typing)
        editor_draw_as(&listing->line, text, true, ROLE_FIELD_FOCUS,
                       "words, or field:value such as status:paid total>100; Tab completes");
    else
        text_put(text, 0, 0, text.width, ROLE_MATCH, ALIGN_LEFT, listing->filter);
    if (has_mistake)
        draw_mistake(listing, pane_part(pane, pane.height - 1, 0, 1, pane.width));
    if (listing->is_typing)
        editor_draw_popup(&listing->line);
}

void listing_status(const struct listing *listing, char *text, size_t size)
{
    grid_status(&listing->grid, text, size);
}
