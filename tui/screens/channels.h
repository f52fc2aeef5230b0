/* The screen of channels: what its parts share, and how others open it.
 *
 * At the left the channels, in the middle what is said in one of them, at the right a thread that
 * is open; under 100 columns one of the three fills the screen. The line at the bottom belongs to
 * the thread where one is open. What is typed there is kept for each channel and thread
 * (model/shop/draft.h). */
#ifndef TUI_SCREENS_CHANNELS_H
#define TUI_SCREENS_CHANNELS_H

#include "tui/screens/feed.h"
#include "tui/widgets/editor.h"
#include "tui/widgets/list.h"

/* Opens the screen at a channel; `message` (may be NULL): with the cursor on that. */
void channels_show(struct app *app, const struct uuid *channel, const struct uuid *message);
/* The thread that hangs on a thing; Esc leads back to where one was. */
void channels_show_about(struct app *app, const struct thing *thing);
/* The direct channel with somebody, made if there is none. */
void channels_show_person(struct app *app, const struct uuid *user);

enum channels_focus { CHANNELS_LINE, CHANNELS_LIST, CHANNELS_MESSAGES };

enum { CHANNELS_FILES = 10, CHANNELS_WIDE = 100 /* columns for more than one part */ };

struct channels_file {
    struct uuid id; /* of `files`; zero: `name` is an address */
    char *name;
};

struct channels {
    struct app *app;
    struct arena *arena; /* of the list */
    struct channel *channels;
    size_t count;
    bool is_listing, is_list_stale;
    struct list_item *items;
    struct list list;

    struct uuid channel; /* zero: none yet */
    struct feed feed, thread;
    struct talk_thing about; /* the thing whose thread is open or would begin; table NULL: none */
    char about_title[120];
    bool is_guest; /* opened for one thread: Esc leads out */
    enum channels_focus focus;
    bool is_wide; /* as drawn last */

    struct editor line;
    struct uuid draft;      /* as it is kept; zero: not yet */
    unsigned kept_revision; /* of the line, when it was kept */
    struct uuid editing;    /* the message that the line changes; zero: it says a new one */
    struct channels_file files[CHANNELS_FILES];
    size_t file_count;

    int64_t to_read; /* up to there was read, and is not noted yet; 0: nothing */
    char heading[120];
};

/* channels.c. The channel shown, of the list as it was read last; NULL: not read yet. */
const struct channel *channels_current(const struct channels *state);
/* The thread where one is open, else the channel. */
struct feed *channels_feed(struct channels *state);
const struct message *
channels_message(const struct channels *state); /* under the cursor; or NULL */
bool channels_has_thread(const struct channels *state);
void channels_go_to(struct channels *state, const struct uuid *channel, const struct uuid *message);
void channels_choose(struct channels *state); /* what the cursor of the list is on */
void channels_open_thread(struct channels *state, const struct uuid *message);
void channels_close_thread(struct channels *state);
void channels_reload(struct channels *state);
/* Says what went wrong, or reads anew; a toast says `words` where they are not NULL. */
void channels_report(struct channels *state, bool worked, const char *words,
                     const struct error *err);

/* channels_line.c: the line at the bottom. */
void channels_line_init(struct channels *state);
void channels_line_done(struct channels *state);
void channels_keep_draft(struct channels *state); /* as it stands, for where it belongs now */
void channels_load_draft(struct channels *state); /* of the channel or thread shown now */
void channels_edit(struct channels *state, const struct message *message);
unsigned channels_line_handle(struct channels *state, const struct event *event);
int channels_line_rows(struct channels *state, int width);
void channels_line_draw(struct channels *state, struct pane pane);

/* channels_verbs.c */
enum { CHANNELS_MEND = 21, CHANNELS_ACTIONS = 25 };
extern const struct action channels_actions[CHANNELS_ACTIONS];

/* channels_forms.c: questions. */
void channels_ask_new(struct channels *state);
void channels_ask_settings(struct channels *state);
void channels_pick_person(struct channels *state);   /* for a direct channel */
void channels_pick_member(struct channels *state);   /* who is here; to talk with, to invite */
void channels_pick_pin(struct channels *state);      /* leads to the message */
void channels_pick_reaction(struct channels *state); /* for the message under the cursor */

/* channels_search.c: a window above that leads to a message. */
void channels_search(struct channels *state);

/* channels_files.c: a file for what is said next; one that was said; the channel as a file. */
void channels_attach(struct channels *state);
void channels_open_file(struct channels *state, const struct uuid *file);
void channels_save_file(struct channels *state); /* of the message under the cursor */
void channels_export(struct channels *state);

/* channels_links.c: where a message leads. */
void channels_follow(struct channels *state, const struct message *message);

#endif
