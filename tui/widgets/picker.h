/* A list that is filtered as one types, to choose one from: what the palette, go-to and look-ups
 * are made of. A window on the app's stack. */
#ifndef TUI_WIDGETS_PICKER_H
#define TUI_WIDGETS_PICKER_H

#include "tui/app.h"
#include "tui/widgets/list.h"

enum { PICKER_LIMIT = 200 };

struct picker_item {
    struct list_item shown; /* is_disabled: can't be taken, and `why_not` says so */
    const char *why_not;
    const void *value; /* the owner's; lives as long as the arena, or longer */
};

struct picker {
    const char *title;
    const char *hint;  /* grey while nothing is typed: "Order, product, customer …" */
    const char *start; /* what is typed to begin with; may be NULL */
    const char *empty; /* what to say when nothing fits; NULL: "Nothing fits" */
    bool takes_scans;  /* a scan is looked up, and taken at once when it is the only one */
    /* What fits, best first, in the arena. Called at each key: it must answer within 5 ms. */
    size_t (*find)(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit);
    /* Called exactly once, when the picker has gone: with the item (until it returns), or NULL. */
    void (*done)(struct app *app, void *context, const struct picker_item *item);
    void *context;
};

/* Copies what it is given. */
void picker_open(struct app *app, const struct picker *picker);

#endif
