#include "model/keeping/worker.h"

#include "model/base/file_lock.h"
#include "model/base/instant.h"
#include "model/base/text.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#define MINUTE_US (60 * SECOND_US)

enum {
    RETRY_MINUTES = 30, /* after a task that failed */
    KEEP_MINUTES = 1,   /* how often the right to work is asked for during a task */
    RUNS_KEPT = 200,    /* of each task */
};

static const char *const outcomes[] = {
    [WORKER_RUNNING] = "running", [WORKER_DONE] = "done", [WORKER_FAILED] = "failed"};

/* The document of the setting, or NULL. */
static json_t *read_settings(struct store *store)
{
    struct statement *statement =
        store_prepare(store, "SELECT value FROM app_settings WHERE name = 'worker'", NULL);
    json_t *json = NULL;
    if (statement != NULL && statement_step(statement, NULL) > 0)
        json = json_loads(statement_text(statement, 0), 0, NULL);
    statement_done(statement);
    return json;
}

int64_t worker_setting(struct store *store, const char *name, int64_t least, int64_t most,
                       int64_t fallback)
{
    json_t *settings = read_settings(store);
    const json_t *value = json_object_get(settings, name);
    int64_t number = json_is_integer(value) ? (int64_t)json_integer_value(value) : fallback;
    json_decref(settings);
    return number >= least && number <= most ? number : fallback;
}

static int minute_of(struct store *store, const struct worker_task *task)
{
    int hour, minute;
    json_t *settings = read_settings(store);
    const char *text = json_string_value(json_object_get(settings, task->setting));
    bool is_time = text != NULL && text_read_digits(&text, 2, &hour) &&
                   text_read_char(&text, ':') && text_read_digits(&text, 2, &minute) &&
                   *text == '\0' && hour < 24 && minute < 60;
    json_decref(settings);
    return is_time ? 60 * hour + minute : task->minute;
}

int worker_lock(struct store *store, struct error *err)
{
    int lock =
        file_lock(store_path(store), ".worker", "another worker works for this store already", err);
    if (lock >= 0 && !store_run(store,
                                "UPDATE worker_runs SET outcome = 'failed', ended_at = now(),"
                                " words = 'it was cut short' WHERE outcome = 'running'",
                                err, "")) {
        close(lock);
        return -1;
    }
    return lock;
}

bool worker_goes_on(struct worker *worker, struct error *err)
{
    int64_t now = env_now(store_env(worker->store));
    if (worker->should_stop != NULL && worker->should_stop(worker->context))
        return error_set(err, ERROR_STOPPED, "it was stopped");
    if (worker->keep == NULL || !worker->task->is_shops ||
        now - worker->kept_at < KEEP_MINUTES * MINUTE_US)
        return true;
    worker->kept_at = now;
    return worker->keep(worker->context, err);
}

static bool read_run(struct store *store, const char *sql, const struct worker_task *task,
                     struct arena *arena, struct worker_run *out, struct error *err)
{
    *out = (struct worker_run){.words = ""};
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    statement_bind_text(statement, 1, task->name);
    int state = statement_step(statement, err);
    if (state > 0) {
        out->task = task->name;
        out->started_at = statement_integer(statement, 0);
        out->ended_at = statement_integer(statement, 1);
        for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
            if (strcmp(outcomes[i], statement_text(statement, 2)) == 0)
                out->outcome = (enum worker_outcome)i;
        out->words = arena_text(arena, statement_text(statement, 3));
    }
    statement_done(statement);
    return state >= 0;
}

/* The last time of day that has come, and where it was not used, now; else the next one. */
static int64_t due_after(const struct worker_run *last, int64_t done_at, int minute, int64_t now)
{
    int64_t today = now - now % DAY_US + minute * MINUTE_US;
    int64_t slot = today <= now ? today : today - DAY_US;
    if (done_at >= slot)
        return slot + DAY_US;
    bool has_failed = last->task != NULL && last->outcome == WORKER_FAILED;
    int64_t again = last->started_at + RETRY_MINUTES * MINUTE_US;
    return has_failed && again > slot ? again : slot;
}

bool worker_status(struct store *store, const struct worker_task *task, struct arena *arena,
                   struct worker_run *out, int64_t *due, struct error *err)
{
    static const char last_sql[] = "SELECT started_at, ended_at, outcome, words FROM worker_runs"
                                   " WHERE task = ?1 ORDER BY started_at DESC, id DESC LIMIT 1";
    static const char done_sql[] =
        "SELECT started_at, ended_at, outcome, words FROM worker_runs"
        " WHERE task = ?1 AND outcome = 'done' ORDER BY started_at DESC, id DESC LIMIT 1";
    struct worker_run done;
    if (!read_run(store, last_sql, task, arena, out, err) ||
        !read_run(store, done_sql, task, arena, &done, err))
        return false;
    int64_t now = env_now(store_env(store));
    if (task->every_minutes == 0)
        *due = due_after(out, done.started_at, minute_of(store, task), now);
    else
        *due = out->task != NULL ? out->started_at + task->every_minutes * MINUTE_US : now;
    return true;
}

static bool note_start(struct worker *worker, const struct worker_task *task, struct uuid *id,
                       int64_t now, struct error *err)
{
    *id = uuid_v7(store_env(worker->store));
    return store_run(worker->store,
                     "INSERT INTO worker_runs (id, task, started_at, outcome)"
                     " VALUES (?1, ?2, ?3, 'running')",
                     err, "uti", id, task->name, now) &&
           store_run(worker->store,
                     "DELETE FROM worker_runs WHERE task = ?1 AND id NOT IN (SELECT id FROM"
                     " worker_runs WHERE task = ?1 ORDER BY started_at DESC, id DESC LIMIT ?2)",
                     err, "ti", task->name, (int64_t)RUNS_KEPT);
}

static bool note_end(struct worker *worker, const struct uuid *id, const struct worker_run *run,
                     struct error *err)
{
    if (worker->tell != NULL)
        worker->tell(worker->context, run);
    return store_run(worker->store,
                     "UPDATE worker_runs SET ended_at = ?2, outcome = ?3, words = ?4 WHERE id = ?1",
                     err, "uitt", id, run->ended_at, outcomes[run->outcome], run->words);
}

/* The task itself; its end is noted whatever it is. */
static bool run_task(struct worker *worker, struct error *err)
{
    struct uuid id;
    struct buffer words;
    struct error why = {0};
    const struct env *env = store_env(worker->store);
    struct worker_run run = {.task = worker->task->name, .started_at = env_now(env)};
    if (!note_start(worker, worker->task, &id, run.started_at, err))
        return false;
    buffer_init(&words);
    bool is_done = worker->task->run(worker, &words, &why);
    run.outcome = is_done ? WORKER_DONE : WORKER_FAILED;
    run.words = is_done ? words.text : why.text;
    run.ended_at = env_now(env);
    bool is_noted = note_end(worker, &id, &run, err);
    buffer_done(&words);
    return is_noted && (is_done || error_set(err, why.code, "%s", why.text));
}

bool worker_do(struct worker *worker, const struct worker_task *task, struct error *err)
{
    worker->task = task;
    worker->kept_at = 0;
    return worker_goes_on(worker, err) && run_task(worker, err);
}

static bool is_due(struct worker *worker, const struct worker_task *task, struct error *err)
{
    struct worker_run last;
    int64_t due;
    struct arena *arena = arena_new();
    bool is_read = worker_status(worker->store, task, arena, &last, &due, err);
    arena_free(arena);
    return is_read && due <= env_now(store_env(worker->store));
}

bool worker_round(struct worker *worker, int *ran, struct error *err)
{
    struct error why = {0};
    *ran = 0;
    for (size_t i = 0; i < worker_task_count && why.code != ERROR_STOPPED; i++) {
        struct error failure = {0};
        if (!is_due(worker, &worker_tasks[i], &failure) && failure.code == ERROR_NONE)
            continue;
        if (failure.code == ERROR_NONE && worker_do(worker, &worker_tasks[i], &failure))
            *ran += 1;
        else
            why = failure;
    }
    return why.code == ERROR_NONE || error_set(err, why.code, "%s", why.text);
}
