#include "model/base/instant.h"
#include "model/base/memory.h"
#include "model/overlay/exchange.h"
#include "sync/agent_check.h"
#include "sync/agent_lock.h"
#include "sync/agent_private.h"
#include "sync/audit.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

/* Times in milliseconds. Without a notification, what other programs write is asked for: soon after
 * something came, ever more seldom when nothing does. A hint is followed at once; of a stream of
 * them, one in each MERGE, after HINTS_AT_ONCE. */
enum {
    BACKOFF_LEAST = 1000,
    BACKOFF_MOST = 30000,
    NEWS_LEAST = 1000,
    NEWS_MOST = 30000,
    MERGE = 100,
    HINTS_AT_ONCE = 3,
    LOCK_AGAIN = 5000,
    UNWATCHED = 1000, /* where the system can't tell that the store was written to */
};

struct loop {
    struct agent *agent;
    struct store *store;
    struct login login;
    int lock_fd, watch_fd;
    int64_t version;          /* of the store, when it was last looked at */
    bool is_online, is_known; /* the line's state, as it was last written down */
    int64_t backoff, news_every;
    int64_t exchange_at, news_at; /* when the next is due; exchange_at 0: nothing asks for one */
    int64_t hinted_until;         /* when those that were followed would all have had their turn */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Many terminals that lost one server must not all come back at once. */
static int64_t jittered(const struct loop *loop, int64_t milliseconds)
{
    uint32_t random;
    env_random(loop->agent->env, &random, sizeof random);
    return milliseconds * 3 / 4 + random % (uint32_t)(milliseconds / 4 + 1);
}

static void wake(const struct agent *agent)
{
    if (agent->wake_fd >= 0)
        eventfd_write(agent->wake_fd, 1);
}

static bool is_stopping(struct agent *agent, struct error *err)
{
    return atomic_load(&agent->is_stopping) &&
           !error_set(err, ERROR_STOPPED, "the exchange with the centre was stopped");
}

static void set_session(struct agent *agent, struct session *session)
{
    pthread_mutex_lock(&agent->mutex);
    agent->session = session;
    pthread_mutex_unlock(&agent->mutex);
}

/* Waits for the stop, a nudge, and others that may be -1. */
static void wait_for(struct agent *agent, int socket, int watch, int64_t milliseconds)
{
    struct pollfd files[] = {{.fd = agent->stop_fd, .events = POLLIN},
                             {.fd = agent->nudge_fd, .events = POLLIN},
                             {.fd = socket, .events = POLLIN},
                             {.fd = watch, .events = POLLIN}};
    poll(files, sizeof files / sizeof files[0], milliseconds < 0 ? 0 : (int)milliseconds);
}

static bool take_lock(struct loop *loop, struct error *err)
{
    struct agent *agent = loop->agent;
    for (;;) {
        if (is_stopping(agent, err))
            return false;
        struct error reason = {0};
        loop->lock_fd = agent_lock(agent->store_path, &reason);
        if (loop->lock_fd >= 0)
            return true;
        if (agent->must_lock || reason.code != ERROR_BUSY) {
            *err = reason;
            return false;
        }
        struct pollfd stop = {.fd = agent->stop_fd, .events = POLLIN};
        poll(&stop, 1, LOCK_AGAIN);
    }
}

static bool check_copied(struct store *store, struct error *err)
{
    int64_t one;
    int found = store_find_integer(store, &one,
                                   "SELECT 1 FROM sync_state WHERE name = 'copied_rank'", err, "");
    return found == 0 || (found > 0 && error_set(err, ERROR_RULE,
                                                 "the first copy of the shop is not whole yet; "
                                                 "`countertop enroll` goes on with it"));
}

/* Each write to the store goes through this file first; it is there as long as the store is open.
 */
static int watch_log(const char *store_path)
{
    struct buffer path;
    buffer_init(&path);
    buffer_format(&path, "%s-wal", store_path);
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd >= 0 && inotify_add_watch(fd, path.text, IN_MODIFY) < 0) {
        close(fd);
        fd = -1;
    }
    buffer_done(&path);
    return fd;
}

static bool open_session(struct loop *loop, struct error *err)
{
    struct agent *agent = loop->agent;
    loop->store = store_open(agent->store_path, STORE_WRITE, agent->env, err);
    if (loop->store == NULL || !check_copied(loop->store, err) ||
        !login_read(agent->store_path, &loop->login, err))
        return false;
    struct session *session = session_new(loop->store, &loop->login, err);
    set_session(agent, session);
    loop->watch_fd = watch_log(agent->store_path);
    loop->version = store_version(loop->store);
    return session != NULL;
}

static void close_session(struct loop *loop)
{
    struct session *session = loop->agent->session;
    set_session(loop->agent, NULL);
    session_free(session);
    login_done(&loop->login);
    store_close(loop->store);
    loop->store = NULL;
    if (loop->watch_fd >= 0)
        close(loop->watch_fd);
    loop->watch_fd = -1;
}

/* The line's state is for all programs of the store; it is written when it changes. */
static void set_line(struct loop *loop, bool is_online, const char *trouble)
{
    struct error err;
    if (loop->store == NULL)
        return;
    if (exchange_set_line(loop->store, is_online, trouble, &err) &&
        (!loop->is_known || loop->is_online != is_online))
        wake(loop->agent);
    loop->is_online = is_online;
    loop->is_known = true;
}

static void fall_back(struct loop *loop, const struct error *reason)
{
    int64_t now = now_ms();
    set_line(loop, false, reason->code == ERROR_STOPPED ? "" : reason->text);
    loop->backoff = loop->backoff == 0 ? BACKOFF_LEAST : loop->backoff * 2;
    if (loop->backoff > BACKOFF_MOST)
        loop->backoff = BACKOFF_MOST;
    loop->exchange_at = now + jittered(loop, loop->backoff);
}

/* After a refusal all is read anew: the terminal may have been enrolled again. */
static bool exchange(struct loop *loop, struct error *err)
{
    struct session_report report = {0};
    struct agent *agent = loop->agent;
    bool is_open = loop->store != NULL || open_session(loop, err);
    if (!is_open || !session_exchange(agent->session, &report, err)) {
        fall_back(loop, err);
        if (!is_open || err->code == ERROR_DENIED)
            close_session(loop);
        return false;
    }
    set_line(loop, true, "");
    int64_t now = now_ms();
    bool was_busy = report.has_changed || report.sent > 0 || loop->backoff > 0;
    loop->backoff = 0;
    loop->news_every = was_busy ? NEWS_LEAST : loop->news_every;
    loop->news_at = now + jittered(loop, loop->news_every);
    loop->exchange_at = report.is_behind ? now : 0;
    if (report.has_changed || report.sent > 0 || report.answered > 0)
        wake(agent);
    return true;
}

static bool ask_for_news(struct loop *loop, struct error *err)
{
    bool has_news = false;
    int64_t now = now_ms();
    if (!session_has_news(loop->agent->session, &has_news, err)) {
        fall_back(loop, err);
        return false;
    }
    if (has_news) {
        loop->news_every = NEWS_LEAST;
        loop->exchange_at = now;
    } else if (loop->news_every < NEWS_MOST) {
        loop->news_every = loop->news_every * 2 < NEWS_MOST ? loop->news_every * 2 : NEWS_MOST;
    }
    loop->news_at = now + jittered(loop, loop->news_every);
    return true;
}

static bool check_store(struct loop *loop, struct error *err)
{
    bool is_damaged;
    bool is_done = agent_check_store(loop->store, &is_damaged, err);
    if (is_damaged)
        wake(loop->agent);
    return is_done;
}

static bool has_unsent(const struct loop *loop)
{
    int64_t one;
    return store_find_integer(loop->store, &one,
                              "SELECT 1 FROM outbox WHERE state = 'waiting' LIMIT 1", NULL,
                              "") > 0 ||
           session_has_unsent_audit(loop->agent->session);
}

static void drain(int fd)
{
    char events[4096];
    while (fd >= 0 && read(fd, events, sizeof events) > 0)
        continue;
}

static void follow_hint(struct loop *loop, int64_t now)
{
    int64_t turn = loop->hinted_until - (int64_t)HINTS_AT_ONCE * MERGE;
    loop->exchange_at = turn > now ? turn : now;
    loop->hinted_until = (loop->hinted_until > now ? loop->hinted_until : now) + MERGE;
}

/* Looks at all that may ask for an exchange. While the line is down its own time counts alone, so
 * that a busy till does not try at every sale. */
static void look_around(struct loop *loop)
{
    struct agent *agent = loop->agent;
    int64_t now = now_ms();
    eventfd_t nudges = 0;
    eventfd_read(agent->nudge_fd, &nudges);
    if (atomic_exchange(&agent->wants_retry, false))
        loop->exchange_at = now;
    if (loop->store == NULL || loop->backoff > 0)
        return;
    drain(loop->watch_fd);
    int64_t version = store_version(loop->store);
    if ((nudges > 0 || version != loop->version) && has_unsent(loop))
        loop->exchange_at = now;
    loop->version = version;
    if (session_socket(agent->session) >= 0 && session_heard(agent->session) &&
        loop->exchange_at == 0)
        follow_hint(loop, now);
    if (session_socket(agent->session) < 0) /* the line broke: asking for news says so */
        loop->news_at = now;
}

static int64_t next_due(const struct loop *loop)
{
    int64_t due = loop->exchange_at;
    if (loop->backoff == 0 && (due == 0 || loop->news_at < due))
        due = loop->news_at;
    int64_t left = due - now_ms();
    return loop->watch_fd < 0 && left > UNWATCHED ? UNWATCHED : left;
}

static bool turn(struct loop *loop, struct error *err)
{
    int64_t now = now_ms();
    if (loop->exchange_at != 0 && loop->exchange_at <= now)
        return exchange(loop, err);
    if (loop->backoff > 0 || loop->news_at > now)
        return true;
    return ask_for_news(loop, err) &&
           (loop->exchange_at != 0 || loop->news_every < NEWS_MOST || check_store(loop, err));
}

static bool run(struct loop *loop, struct error *err)
{
    struct agent *agent = loop->agent;
    while (!is_stopping(agent, err)) {
        bool is_good = turn(loop, err);
        if (agent->is_once && (!is_good || loop->exchange_at == 0))
            return is_good;
        if (!is_good && loop->backoff == 0)
            fall_back(loop, err);
        bool is_online = loop->store != NULL && loop->backoff == 0;
        wait_for(agent, is_online ? session_socket(agent->session) : -1,
                 is_online ? loop->watch_fd : -1, next_due(loop));
        look_around(loop);
    }
    return false;
}

bool agent_loop(struct agent *agent, struct error *err)
{
    struct loop loop = {.agent = agent,
                        .lock_fd = -1,
                        .watch_fd = -1,
                        .news_every = NEWS_LEAST,
                        .exchange_at = now_ms()};
    bool is_done = take_lock(&loop, err) && run(&loop, err);
    if (loop.is_online)
        set_line(&loop, false, "no program exchanges with the centre now");
    close_session(&loop);
    if (loop.lock_fd >= 0)
        close(loop.lock_fd);
    return is_done;
}
