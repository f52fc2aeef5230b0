/* What screens of the stockroom that are worked by scanning share: a line to scan or type into that
 * always has the focus, what was scanned last in large, and the goods with up to three figures. "/"
 * on the empty line begins a filter of the goods, ":" opens the commands. */
#ifndef TUI_SCREENS_STOCK_BENCH_H
#define TUI_SCREENS_STOCK_BENCH_H

#include "model/base/money.h"
#include "model/catalog/product.h"
#include "tui/app.h"
#include "tui/widgets/editor.h"

enum { BENCH_FIGURES = 3, BENCH_LAST = 5, BENCH_LAST_SIZE = 160, BENCH_FILTER_SIZE = 100 };

struct bench_row {
    struct uuid variant_id;
    const char *name, *sku;             /* in the bench's arena */
    const char *figures[BENCH_FIGURES]; /* NULL: empty */
    enum role role;
    bool is_hidden; /* by the filter, which the bench sets */
};

struct bench {
    struct app *app;
    struct editor line;
    struct arena *arena; /* of the rows; emptied before they are read again */
    struct bench_row *rows;
    size_t count, room, cursor, top;
    const char *headings[BENCH_FIGURES]; /* NULL: the column is not there */
    const char *hint;                    /* of the empty line */
    const char *empty;                   /* what to say when there are no rows */
    char filter[BENCH_FILTER_SIZE];      /* a part of names and SKUs; "": none */
    char facts[BENCH_LAST_SIZE];         /* below the goods: "12 of 40 goods, shelf A3" */
    char last[BENCH_LAST][BENCH_LAST_SIZE];
    char large[MONEY_TEXT_SIZE]; /* the figure to be read from a ladder; "" for none */
    /* What was scanned or typed, as model/stock/count.h reads it. */
    void (*scanned)(void *context, const struct sellable *goods, int64_t milli);
    void *context;
};

void bench_init(struct bench *bench, struct app *app, void *context);
void bench_done(struct bench *bench);
/* New rows in the arena follow; the cursor stays on its goods when bench_show() is called. */
void bench_begin(struct bench *bench);
void bench_show(struct bench *bench, struct bench_row *rows, size_t count);
/* One row in the place of that of the same goods, or where its name belongs. */
void bench_put(struct bench *bench, const struct bench_row *row);
const struct bench_row *bench_find(const struct bench *bench, const struct uuid *variant);
const struct bench_row *bench_current(const struct bench *bench); /* NULL: there is none */
void bench_go_to(struct bench *bench, const struct uuid *variant);
const char *bench_quantity(struct bench *bench, int64_t milli); /* in its arena */
/* What was scanned, above the goods, the newest first; `milli` stands in large beside it. */
void bench_say(struct bench *bench, int64_t milli, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

unsigned bench_handle(struct bench *bench, const struct event *event);
void bench_draw(struct bench *bench, struct pane pane);

#endif
