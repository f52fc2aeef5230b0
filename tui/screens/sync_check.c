#include "tui/screens/sync_check.h"

#include "model/base/instant.h"
#include "sync/session.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* Shared by the window and the errand; the later one to end frees it. */
struct sync_check {
    pthread_mutex_t mutex; /* over `session` and `is_stopped` */
    struct session *session;
    bool is_stopped, is_running;
    char words[ERROR_TEXT_SIZE], answer[ERROR_TEXT_SIZE]; /* the window's, and the errand's */
    void (*done)(void *context);
    void *context;
};

struct sync_check *sync_check_new(void)
{
    struct sync_check *check = memory_new(sizeof *check);
    pthread_mutex_init(&check->mutex, NULL);
    return check;
}

static void release(struct sync_check *check)
{
    pthread_mutex_destroy(&check->mutex);
    free(check);
}

void sync_check_free(struct sync_check *check)
{
    pthread_mutex_lock(&check->mutex);
    bool is_running = check->is_running;
    check->is_stopped = true;
    if (check->session != NULL)
        session_stop(check->session);
    pthread_mutex_unlock(&check->mutex);
    if (!is_running)
        release(check);
}

const char *sync_check_words(const struct sync_check *check)
{
    return check->words;
}

/* What the window may break off; false where it has done so already. */
static bool offer(struct sync_check *check, struct session *session)
{
    pthread_mutex_lock(&check->mutex);
    check->session = session;
    bool goes_on = !check->is_stopped;
    pthread_mutex_unlock(&check->mutex);
    return goes_on;
}

static bool ask(struct sync_check *check, struct store *store, const struct login *login,
                struct error *err)
{
    struct buffer server;
    int64_t round_trip_us;
    struct session *session = session_new(store, login, err);
    if (session == NULL)
        return false;
    buffer_init(&server);
    bool is_done = offer(check, session) && session_test(session, &round_trip_us, &server, err);
    offer(check, NULL);
    if (is_done)
        snprintf(check->answer, sizeof check->answer,
                 "%" PRId64 ".%" PRId64 " ms there and back; %s", round_trip_us / 1000,
                 round_trip_us / 100 % 10, server.text);
    buffer_done(&server);
    session_free(session);
    return is_done;
}

static bool work(struct store *store, void *data, struct error *err)
{
    struct login login = {0};
    bool is_done = login_read(store_path(store), &login, err) && ask(data, store, &login, err);
    login_done(&login);
    return is_done;
}

static void answered(struct app *app, void *data, bool worked, const struct error *err)
{
    struct sync_check *check = data;
    char time[INSTANT_TEXT_SIZE];
    check->is_running = false;
    if (check->is_stopped) {
        release(check);
        return;
    }
    const struct env *env = store_env(app_store(app));
    instant_format_local(env_now(env), env->zone, time);
    snprintf(check->words, sizeof check->words, "%.300s (%s)", worked ? check->answer : err->text,
             time);
    check->done(check->context);
    app_redraw(app);
}

void sync_check_start(struct sync_check *check, struct app *app, void (*done)(void *context),
                      void *context)
{
    if (check->is_running)
        return;
    check->done = done;
    check->context = context;
    check->is_running = true;
    snprintf(check->words, sizeof check->words, "asking the centre …");
    app_errand(app, (struct job){.owner = check, .work = work, .done = answered, .data = check});
}
