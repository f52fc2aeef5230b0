/* What the parts of the app share: app.c life and windows, app_events.c what happens, app_draw.c
 * the frame around the windows, app_desk.c whose windows they are, app_toasts.c messages, actions.c
 * the global actions. */
#ifndef TUI_APP_PRIVATE_H
#define TUI_APP_PRIVATE_H

#include "sync/agent.h"
#include "sync/printing.h"
#include "tui/keymap.h"
#include "tui/program.h"
#include "tui/reader.h"
#include "tui/theme.h"

enum {
    WINDOW_LIMIT = 64,
    KEPT_LIMIT = 32,
    TOAST_LIMIT = 3,
    MESSAGE_LIMIT = 500,
    FACT_LIMIT = 8,
    FACT_SIZE = 64,
    ZONE_LIMIT = 48,
    RIGHT_LIMIT = 64,
    NAME_LIMIT = 128,
    MINIMUM_ROWS = 10,
    MINIMUM_COLUMNS = 40,
    WHY_SIZE = 200,
};

struct window {
    unsigned number; /* never used again, unlike addresses */
    const struct window_ops *ops;
    void *state;
};

struct kept {
    const void *key;
    void *value;
    void (*release)(void *value);
};

/* What was said in a toast. */
struct log_entry {
    enum toast_level level;
    int64_t instant;
    char *text;
};

struct toast {
    enum toast_level level;
    bool was_seen; /* it stood on the screen */
    int64_t ends;  /* of the monotonic clock, in milliseconds; 0: with the next key */
    char text[ERROR_TEXT_SIZE];
};

struct fact {
    char name[FACT_SIZE], text[FACT_SIZE];
    enum role role;
};

/* A place in the footer that a click can hit. */
struct zone {
    int x, width;
    const struct action *action;
};

/* What lies before one person: the windows, and what was said. Of several people at one terminal
 * each has a desk, and one of them is in front; on the desk of nobody, whose actor's id is zero,
 * stand the gate and the welcome. A desk lasts as long as the app, since work that was begun at it
 * may end when it is long cleared. */
struct desk {
    struct actor actor;
    struct window windows[WINDOW_LIMIT];
    size_t depth;
    struct toast toasts[TOAST_LIMIT];
    size_t toast_count;
    struct log_entry *messages; /* the oldest first */
    size_t message_count;
};

struct app {
    struct store *store;
    const struct env *env;
    char shop[NAME_LIMIT];
    struct config config;
    char *config_path, *themes_folder;
    char theme[THEME_NAME_SIZE]; /* the one that is shown */
    struct keymap *keymap;
    struct decoder decoder;
    struct reader *reader;
    const struct env *reader_env;
    int wake_fd;
    struct reader *errands; /* made with the first one */
    struct agent *agent;    /* NULL: nothing is exchanged */
    bool exchanges;
    struct printing *printing; /* NULL: there was nothing to print */
    struct uuid print_trouble; /* the job that was told of last */
    bool print_has_failed;     /* it was told as given up */

    struct desk **desks;
    size_t desk_count;
    struct desk *desk; /* in front */
    unsigned last_number;

    struct fact facts[FACT_LIMIT];
    size_t fact_count;
    struct zone zones[ZONE_LIMIT];
    size_t zone_count;
    struct kept kept[KEPT_LIMIT];
    size_t kept_count;
    struct {
        const char *right;
        char why[WHY_SIZE]; /* it is missing; "": it is not */
    } rights[RIGHT_LIMIT];  /* asked since the last second */
    size_t right_count;

    key_code last_key;
    int64_t touched_at; /* by env_now(): the last key, scan, paste or click */
    int64_t pressed_at; /* of the last press of the mouse */
    int pressed_y, pressed_x;
    int64_t next_tick;
    int64_t look_at; /* when the store is looked at, by loop_clock(); 0: nothing was written */
    int64_t store_version, newest; /* what the windows were last refreshed for */
    struct uuid bound_to; /* whose day is all that there is (tui/bound.h); zero: nobody's */
    bool stands_still, must_draw, must_end;
};

/* app_desk.c. The person's desk, a new one where there was none. */
struct desk *app_desk_of(struct app *app, const struct uuid *user);
/* Brings a desk to the front and returns the one that stood there. */
struct desk *app_put_in_front(struct app *app, struct desk *desk);
void app_free_desks(struct app *app);
/* A job that ends at the desk at which it was begun, whichever is in front by then. */
struct job app_job_of_desk(struct app *app, struct job job);

struct window *app_top_window(struct app *app);
/* The lowest window that is seen: what lies above it are dialogs. */
size_t app_first_visible(const struct app *app);
/* Removes a window wherever it stands; does nothing when it has gone already. */
void app_close_window(struct app *app, unsigned number);
/* Refreshes the windows that show: all of the top screen and the dialogs above it. */
void app_refresh_visible(struct app *app);

/* The agent, for a store that has a centre; what can't be done so is told. */
void app_start_exchange(struct app *app);
void app_end_exchange(struct app *app);
/* Something was committed here. */
void app_nudge_exchange(struct app *app);

/* Something may have to be printed: has it done, and says what the queue holds and what failed. */
void app_look_at_printing(struct app *app);
void app_end_printing(struct app *app);

/* Says in the title how the line to the centre is, and how much waits. */
void app_look_at_line(struct app *app);

/* Says which right is missing and who has it, in `room` or until the next second; NULL: it is
 * there. Without a toast. */
const char *app_lacks_right(struct app *app, const char *right, char room[WHY_SIZE]);
/* Why an action of the top window or a global one is not possible now; NULL: it is. The text is
 * in `room` or lives as long as the window. */
const char *app_why_not(struct app *app, const struct action *action, bool is_global,
                        char room[WHY_SIZE]);
bool app_has_text_focus(const struct app *app);

void app_drop_toasts(struct app *app, bool errors_too);
/* What was read belongs to what was there before: a new window begins without it. */
void app_drop_seen_toasts(struct app *app);
/* The newest at the bottom, or over the title when the lower rows are where a person is busy or
 * has the cursor. */
void app_draw_toasts(struct app *app, struct pane screen, bool is_busy_below);
bool app_set_theme(struct app *app, const char *name, struct error *err);
void app_suspend(struct app *app);
/* Runs the action that takes back what the person did last. */
unsigned app_undo(struct app *app, void *state);

#endif
