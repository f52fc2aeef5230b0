/* A list in parts, such as orders by their status: a row of tabs above it, with counts where they
 * cost little. A part is the list's base filter; a saved view that was chosen has one of its own.
 */
#ifndef TUI_SCREENS_PARTS_H
#define TUI_SCREENS_PARTS_H

#include "tui/screens/listing.h"
#include "tui/widgets/tabs.h"

struct part {
    const char *label, *filter; /* "" for all */
    bool is_counted;            /* at each refresh, on the reader */
};

enum { PARTS_MAX = 10 };

struct parts {
    struct listing *listing;
    const struct part *part;
    struct tabs tabs;
    struct tab tab[PARTS_MAX];
};

/* Above a listing that listing_init() made; `part`, of which there are PARTS_MAX at most, is the
 * caller's and lasts. Shows the part `active`. */
void parts_init(struct parts *parts, struct listing *listing, const struct part *part, size_t count,
                size_t active);
/* Before the listing goes. */
void parts_done(struct parts *parts);
/* The rows may have changed: counts anew; the list is the caller's to reload. */
void parts_count(struct parts *parts);
/* The tabs, and the list below them. */
void parts_draw(struct parts *parts, struct pane pane);
/* Keys of the tabs, where no text is typed, and of the list. */
unsigned parts_handle(struct parts *parts, const struct event *event);

#endif
