/* What is said in a channel or in one thread of it, as a part of a screen: messages in rows, the
 * newest at the bottom, with a cursor on one of them.
 *
 * Pages are read on the reader; what is shown stays until the answer comes, and while messages come
 * faster than they can be read, one reading waits for the other. The cursor is bound to its message
 * and its place on the screen. At the end the feed follows what comes; elsewhere it stays.
 *
 * The two cells at the left are the program's own: no message reaches them, so that none can look
 * like another's head, or like what the shop itself says. */
#ifndef TUI_SCREENS_FEED_H
#define TUI_SCREENS_FEED_H

#include "model/talk/talk.h"
#include "tui/app.h"
#include "tui/widgets/markup.h"

enum feed_kind {
    FEED_RULE,   /* a day begins, or what is new does */
    FEED_HEAD,   /* who said it, and when */
    FEED_TEXT,   /* a row of what was said */
    FEED_SYSTEM, /* a row of what the shop says */
    FEED_NOTE,   /* files, reactions, replies, why it was refused */
};

enum { FEED_GUTTER = 3, FEED_SIZE_TEXT = 32 };

struct feed_row {
    size_t message;
    enum feed_kind kind;
    bool is_first; /* of its message: it shows the cursor and how it stands */
    enum role role;
    const struct markup_row *markup; /* FEED_TEXT, FEED_SYSTEM */
    const char *text, *note;         /* the others; note: behind it, dim */
};

/* Of a message that the centre refused, beside its words. */
struct feed_refusal {
    struct uuid attention; /* zero: it was not refused */
    const char *reason;
};

struct feed {
    struct app *app;
    struct uuid channel, thread; /* zero: none is shown; the channel itself */
    int64_t read_until;          /* what stands behind it is marked as new */
    struct arena *arena;         /* of the messages */
    struct message *messages;    /* behind the newest those that were refused */
    struct feed_refusal *refusals;
    size_t count;
    bool has_older, has_newer; /* than those */
    bool is_fetching, is_stale;
    struct uuid wanted; /* the message that the cursor goes to when it has been read; zero: none */

    struct arena *lay; /* of the rows */
    struct feed_row *rows;
    size_t row_count;
    int width; /* they are laid out for; 0: not yet */

    size_t cursor; /* a message */
    long top;      /* the first row shown; below 0 where they do not fill the pane */
    bool is_following;
    int64_t seen; /* the highest place that stood on the screen whole */
    struct pane pane;
};

void feed_init(struct feed *feed, struct app *app);
void feed_done(struct feed *feed);

/* Shows a channel (thread NULL) or thread at the first message behind `read_until`, or with the
 * cursor on `message` where that is not NULL. The same as is shown stays. */
void feed_show(struct feed *feed, const struct uuid *channel, const struct uuid *thread,
               int64_t read_until, const struct uuid *message);
bool feed_is_shown(const struct feed *feed);
/* The rows may have changed. */
void feed_reload(struct feed *feed);
/* To the newest message, and follows from there. */
void feed_go_to_end(struct feed *feed);
/* The one under the cursor; NULL: there is none. */
const struct message *feed_current(const struct feed *feed);
const struct feed_refusal *feed_refusal(const struct feed *feed);

/* Up and Down by messages, PgUp and PgDn by rows, Home and End; wheel, click. */
unsigned feed_handle(struct feed *feed, const struct event *event);
void feed_draw(struct feed *feed, struct pane pane, bool has_focus);

/* feed_layout.c: all rows, for a width. */
void feed_lay_out(struct feed *feed, int width);
/* feed.c: lays out anew where that is needed, and scrolls to where the cursor is seen. */
void feed_settle(struct feed *feed);
int feed_cursor_row(const struct feed *feed); /* of the pane */

/* "12 KB" */
void feed_size_text(int64_t bytes, char text[FEED_SIZE_TEXT]);

#endif
