/* A list of rows on a screen: a query source shown in a grid, with the filter line, the sort and
 * the count that every list has. Orders, records and what comes later differ in their columns and
 * actions alone.
 *
 * All queries run on the reader; what is shown stays until the answer comes. The filter
 * line (the screen's action on `/` calls listing_edit_filter()) filters as one types, completes
 * with Tab, and points at a word that is wrong; Enter keeps the filter, Esc brings back the one
 * before. In the list Esc first clears the filter. */
#ifndef TUI_SCREENS_LISTING_H
#define TUI_SCREENS_LISTING_H

#include "model/list/query.h"
#include "tui/app.h"
#include "tui/widgets/editor.h"
#include "tui/widgets/grid.h"

struct listing_column {
    struct grid_column shown;            /* its id is the field's name */
    enum role (*role)(const char *text); /* of a cell by its text; NULL: the row's */
    /* A better word for a value that is a word of the model, such as "part paid"; NULL: itself. */
    const char *(*words)(const char *text);
};

/* What the screen says about its list. Everything lives as long as the program: the reader may
 * still look at it when the screen has gone. */
struct listing_ops {
    const struct query_source *source;
    const struct listing_column *columns;
    size_t column_count;
    const char *marked; /* the table of the rows, for the marks before them; NULL: no marks */
    const char *empty;  /* "No orders yet; n makes one" */
    unsigned (*open)(struct app *app, void *context); /* Enter on a row; an outcome; NULL: none */
    /* The text of a value in the field, in the arena, where it says more than its type does; NULL:
     * as its type is shown. May itself be NULL. */
    const char *(*tell)(const char *field, struct value value, const struct env *env,
                        struct arena *arena);
};

struct listing {
    struct app *app;
    const struct listing_ops *ops;
    void *context;
    struct grid_column *shown;
    struct grid grid;
    struct editor line;
    struct history history;
    bool is_typing;
    char *base;   /* a filter of the screen's own, such as its tab: "status:paid"; "" for none */
    char *filter; /* what the person asked for; always a good filter */
    char *before; /* what `filter` was when the line was opened */
    char *sort;   /* a field's name; NULL: the source's own order */
    bool is_descending;
    struct error mistake; /* of what is being typed; code ERROR_NONE: none */
    struct filter_mistake where;
};

void listing_init(struct listing *listing, struct app *app, const struct listing_ops *ops,
                  void *context);
void listing_done(struct listing *listing);

void listing_set_base(struct listing *listing, const char *base);
/* False with err when the text is no filter; the list then stays as it is. */
bool listing_set_filter(struct listing *listing, const char *filter, struct error *err);
void listing_set_sort(struct listing *listing, const char *sort, bool is_descending);
/* The rows may have changed. The cursor stays on its row. */
void listing_reload(struct listing *listing);
/* As listing_reload(), but the cursor goes to that row, if it is in the list. */
void listing_go_to(struct listing *listing, const struct uuid *id);
void listing_edit_filter(struct listing *listing); /* opens the filter line */

/* Base and filter as one. The caller frees it. */
char *listing_whole_filter(const struct listing *listing);

bool listing_current(const struct listing *listing, struct uuid *id); /* false: no row */
bool listing_has_row(const struct listing *listing);
bool listing_has_text_focus(const struct listing *listing);

/* The marked rows, or the one under the cursor when none is marked: ids in the arena, in the list's
 * order, up to `limit`. Goes through the whole list when rows are marked. Returns the count, or -1.
 */
int listing_chosen(struct listing *listing, size_t limit, struct arena *arena, struct uuid **out,
                   struct error *err);

/* The words of a filter over the source, for any line that takes one. */
size_t listing_complete(const struct query_source *source, const char *text, size_t cursor,
                        struct arena *arena, struct editor_candidate *out, size_t limit);

unsigned listing_handle(struct listing *listing, const struct event *event);
void listing_draw(struct listing *listing, struct pane pane);
void listing_status(const struct listing *listing, char *text, size_t size);

#endif
