#include "tui/app_private.h"

#include "tui/loop.h"
#include "tui/term.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Another program or thread committed: what is shown may be old. */
static void look_at_store(struct app *app)
{
    int64_t version = app->store ? store_version(app->store) : 0;
    app->right_count = 0;
    app_look_at_line(app);
    if (version == app->store_version)
        return;
    app->store_version = version;
    app_refresh_visible(app);
}

enum { SETTLE_MS = 30 }; /* others often write several times: what they wrote is looked at once */

/* The log of SQLite, to which every commit is written. */
static void watch(struct app *app)
{
    char path[PATH_MAX];
    app->look_at = 0;
    if (app->store &&
        (size_t)snprintf(path, sizeof path, "%s-wal", store_path(app->store)) < sizeof path)
        loop_watch(path);
}

static void tick(struct app *app)
{
    struct event event = {.kind = EVENT_TICK};
    app->next_tick = loop_clock() + 1000;
    look_at_store(app);
    app_event(app, &event);
}

void app_settle(struct app *app)
{
    if (app->reader && reader_answer(app->reader, app))
        app->must_draw = true;
    if (app->errands && reader_answer(app->errands, app))
        app->must_draw = true;
    app_drop_toasts(app, false);
}

/* How long nothing will happen without news, in milliseconds. */
static int patience(const struct app *app)
{
    int64_t until = app->next_tick;
    if (app->look_at > 0 && app->look_at < until)
        until = app->look_at;
    for (size_t i = 0; i < app->desk->toast_count; i++)
        if (app->desk->toasts[i].ends > 0 && app->desk->toasts[i].ends < until)
            until = app->desk->toasts[i].ends;
    int64_t left = until - loop_clock();
    return left > 0 ? (int)left : 0;
}

void app_suspend(struct app *app)
{
    term_suspend();
    loop_stop_self();
    term_resume();
    app->must_draw = true;
}

static int esc_delay(const struct app *app)
{
    enum { HERE = 25, OVER_SSH = 50 };
    if (app->config.esc_delay_ms > 0)
        return app->config.esc_delay_ms;
    return getenv("SSH_CONNECTION") ? OVER_SSH : HERE;
}

static void resize(struct app *app)
{
    struct event event = {.kind = EVENT_RESIZE};
    if (term_update_size())
        app_event(app, &event);
}

enum { READS_AT_ONCE = 16 }; /* then the screen is drawn, whatever still comes */

/* All that the terminal has sent. Adds to `news`. False when it is gone. */
static bool read_terminal(struct app *app, int tty, unsigned *news)
{
    char bytes[4096];
    for (int i = 0; i < READS_AT_ONCE && *news & NEWS_INPUT; i++) {
        ssize_t size = read(tty, bytes, sizeof bytes);
        if (size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN))
            return false;
        if (size > 0)
            app_bytes(app, bytes, (size_t)size);
        *news = (*news & ~(unsigned)NEWS_INPUT) | loop_wait(tty, 0);
    }
    return true;
}

static void follow(struct app *app, unsigned news)
{
    if (news & NEWS_SUSPEND)
        app_suspend(app);
    if (news & NEWS_RESUME) { /* whoever had the terminal may have left it in any mode */
        term_suspend();
        term_resume();
        app->must_draw = true;
    }
    if (news & (NEWS_SIZE | NEWS_RESUME))
        resize(app);
    if (news & NEWS_WAKE) {
        look_at_store(app);
        app->must_draw = true; /* work elsewhere may have got on */
    }
    if (news & NEWS_STORE)
        app->look_at = loop_clock() + SETTLE_MS;
    if (app->look_at > 0 && loop_clock() >= app->look_at) {
        watch(app);
        look_at_store(app);
    }
    if (news & NEWS_END)
        app->must_end = true;
}

bool app_run_loop(struct app *app, int tty)
{
    watch(app);
    while (!app->must_end) {
        app_settle(app);
        app_draw(app);
        bool is_waiting = decoder_is_waiting(&app->decoder);
        unsigned news = loop_wait(tty, is_waiting ? esc_delay(app) : patience(app));
        if (news == 0 && is_waiting)
            app_flush_keys(app);
        if (news & NEWS_GONE && !(news & NEWS_INPUT))
            return false;
        if (!read_terminal(app, tty, &news))
            return false;
        follow(app, news);
        if (loop_clock() >= app->next_tick) {
            resize(app);
            tick(app);
        }
    }
    return true;
}
