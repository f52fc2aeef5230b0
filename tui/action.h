/* Actions: what a person can do, once in a table for each screen and one global table. The keymap,
 * the footer, `?`, the palette, the man page and the check of rights are all made from these
 * tables, and `verb` names the twin on the command line; tests fail on a key that is taken twice, a
 * missing help line and a verb that does not exist. */
#ifndef TUI_ACTION_H
#define TUI_ACTION_H

#include "tui/key.h"

#include <stdbool.h>
#include <stddef.h>

struct app;

enum {
    ACTION_DANGEROUS = 1 << 0,  /* asks first, and the key that opens never confirms */
    ACTION_NEEDS_ROW = 1 << 1,  /* disabled while nothing is selected */
    ACTION_OFFLINE_OK = 1 << 2, /* works without the centre */
    ACTION_QUIET = 1 << 3,      /* in help and palette, not in the footer */
    ACTION_IN_DIALOGS = 1 << 4, /* of the global ones: works above a dialog, too */
    /* Whoever lacks the right may begin it, and somebody who holds it allows it on the spot
     * (tui/screens/approve.h), wherever the door can tell who that is. */
    ACTION_APPROVABLE = 1 << 5,
    /* Open to who is bound to one day by a key of SSH (tui/bound.h), to whom all else is closed. */
    ACTION_BOUND = 1 << 6,
};

/* What must happen after an event or action; handlers never draw. Ored together. */
enum {
    OUTCOME_IGNORED = 0, /* not mine: ask the next one */
    OUTCOME_HANDLED = 1 << 0,
    OUTCOME_REDRAW = 1 << 1,
    OUTCOME_RELOAD = 1 << 2, /* the rows must be fetched again */
    OUTCOME_CLOSE = 1 << 3,  /* this window is done */
};

struct action {
    const char *id;    /* "orders.pay": in the configuration, the palette and the documentation */
    const char *keys;  /* defaults, by key_parse(), separated by spaces: "p f9"; "" for none */
    const char *label; /* one or two words for the footer: "pay" */
    const char *help;  /* one sentence: "Take a payment for the order under the cursor." */
    const char *right; /* "orders.pay"; NULL: everybody's */
    unsigned flags;
    unsigned (*run)(struct app *app, void *state); /* an outcome */
    /* Why it is not possible now, as a sentence; NULL when it is. May itself be NULL. */
    const char *(*why_not)(struct app *app, const void *state);
    /* Whether it belongs to what the window shows now, such as to one of its tabs; where not, the
     * footer leaves it out. NULL: it does. */
    bool (*belongs)(const void *state);
    const char *verb; /* its twin on the command line: "orders pay"; NULL: none */
    /* What does it where commands are typed among other text, as on the sale screen: "park". The
     * screen is given what stands behind it. NULL: none. */
    const char *word;
};

struct action_table {
    const char *name; /* "orders" */
    const struct action *actions;
    size_t count;
};

#endif
