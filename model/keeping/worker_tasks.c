/* What there is to be done, in the order in which it is done where several are due. */
#include "model/keeping/worker.h"

#include "model/base/paths.h"
#include "model/calendar/waiting.h"
#include "model/keeping/backup.h"
#include "model/keeping/keys.h"
#include "model/operation/audit_verify.h"
#include "model/privacy/retention.h"
#include "model/stock/count.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { KEEP_DAYS = 30, KEEP_DAYS_MOST = 3650 };

static bool seal_anew(struct worker *worker, struct buffer *words, struct error *err)
{
    int64_t sealed = 0;
    bool is_done = keys_seal_anew(worker->store, &worker->actor, &sealed, err);
    buffer_format(words, "%" PRId64 " secrets sealed to the newest key", sealed);
    return is_done;
}

static bool step(void *context, const char *what, int64_t done, int64_t total)
{
    (void)what, (void)done, (void)total;
    return worker_goes_on(context, NULL);
}

/* The folder of the store itself, where nobody else reads: a copy is opened there to be compared.
 */
static char *room_of(struct worker *worker)
{
    char *room = memory_text(store_path(worker->store));
    char *slash = strrchr(room, '/');
    if (slash == NULL)
        memcpy(room, ".", 2);
    else
        slash[slash == room] = '\0';
    return room;
}

static bool verify(struct worker *worker, const char *path, int64_t *rows, struct error *err)
{
    struct key_ring ring = {0};
    int64_t tables;
    if (!key_ring_read(store_path(worker->store), &ring, err))
        return error_prefix(err, "the copy was made, but can't be verified here");
    char *room = room_of(worker);
    const struct backup_from from = {
        .path = path, .ring = &ring, .progress = {.step = step, .context = worker}};
    bool is_good = backup_verify(&from, room, store_env(worker->store), &tables, rows, err);
    free(room);
    key_ring_done(&ring);
    return is_good;
}

/* Old copies go only after this one was found to be good. */
static bool make_copy(struct worker *worker, struct arena *arena, struct buffer *words,
                      struct error *err)
{
    struct seal_key key;
    struct backup_about about;
    const char *path;
    int64_t rows = 0;
    const struct backup_progress progress = {.step = step, .context = worker};
    int64_t days = worker_setting(worker->store, "keep_days", 1, KEEP_DAYS_MOST, KEEP_DAYS);
    if (!seal_key_read(worker->store, &key, err) || !paths_make_folder(worker->copies, err) ||
        !backup_make(worker->store, worker->copies, &(struct envelope_for){.key = &key}, &progress,
                     arena, &path, err) ||
        !backup_note(worker->store, NULL, "backup", path, err) ||
        !verify(worker, path, &rows, err) || !backup_about(path, arena, &about, err))
        return false;
    int gone = backup_thin(worker->copies, &about, days, err);
    buffer_format(words, "%s, verified with %" PRId64 " rows; %d older ones went", path, rows,
                  gone);
    return gone >= 0;
}

static bool back_up(struct worker *worker, struct buffer *words, struct error *err)
{
    struct arena *arena = arena_new();
    bool is_done = make_copy(worker, arena, words, err);
    arena_free(arena);
    return is_done;
}

struct hearing {
    struct worker *worker;
    struct audit_fault first;
};

static bool hear_progress(void *context, int64_t rows)
{
    struct hearing *hearing = context;
    (void)rows;
    return worker_goes_on(hearing->worker, NULL);
}

static void hear_fault(void *context, const struct audit_fault *fault)
{
    struct hearing *hearing = context;
    if (hearing->first.text[0] == '\0')
        hearing->first = *fault;
}

static bool verify_trail(struct worker *worker, struct buffer *words, struct error *err)
{
    struct hearing hearing = {.worker = worker};
    struct audit_report report;
    const struct audit_listener listener = {
        .fault = hear_fault, .goes_on = hear_progress, .context = &hearing};
    if (!audit_verify(worker->store, &listener, &report, err))
        return false;
    buffer_format(words, "%" PRId64 " rows in %" PRId64 " chains are as they were written",
                  report.rows, report.chains);
    return report.faults == 0 || error_set(err, ERROR_STORE,
                                           "the audit trail is not as it was written, in %" PRId64
                                           " places; the first: %s",
                                           report.faults, hearing.first.text);
}

static bool retain(struct worker *worker, struct buffer *words, struct error *err)
{
    struct arena *arena = arena_new();
    struct retention done = {0};
    bool is_done = worker->retain != NULL
                       ? worker->retain(worker->context, &done.rows, err)
                       : retention_run(worker->store, NULL, false, arena, &done, err);
    buffer_format(words, "%" PRId64 " rows were older than the rules allow", done.rows);
    arena_free(arena);
    return is_done;
}

static bool read_feeds(struct worker *worker, struct buffer *words, struct error *err)
{
    return worker->read_feeds == NULL || worker->read_feeds(worker->context, words, err);
}

static bool send_reminders(struct worker *worker, struct buffer *words, struct error *err)
{
    return worker->send_reminders == NULL || worker->send_reminders(worker->context, words, err);
}

/* What registers sold before a count and sent after it. */
static bool settle_counts(struct worker *worker, struct buffer *words, struct error *err)
{
    int count = count_settle(worker->store, &worker->actor, err);
    buffer_format(words, "%d later corrections of counts", count < 0 ? 0 : count);
    return count >= 0;
}

static bool tell_lost(struct worker *worker, struct buffer *words, struct error *err)
{
    int64_t count = 0;
    bool is_done = appointment_tell_lost(worker->store, &worker->actor, &count, err);
    buffer_format(words, "%" PRId64 " appointments lost their place", count);
    return is_done;
}

static bool end_waiting(struct worker *worker, struct buffer *words, struct error *err)
{
    int64_t count = 0;
    bool is_done = waiting_expire(worker->store, &worker->actor, &count, err);
    buffer_format(words, "%" PRId64 " entries of the waiting list expired", count);
    return is_done;
}

const struct worker_task worker_tasks[] = {
    {"reminders", "send reminders of appointments that are due", "", 0, 1, true, send_reminders},
    {"feeds", "read the calendars that are read from an address", "", 0, 5, true, read_feeds},
    {"clashes", "tell the shop which appointments lost their place", "", 0, 1, true, tell_lost},
    {"waiting", "end offers that nobody took, and waiting that is over", "", 0, 5, true,
     end_waiting},
    {"keys", "seal secrets to the newest key", "keys_at", 2 * 60, 0, true, seal_anew},
    {"backup", "copy the store, verify the copy, take old ones away", "backup_at", 4 * 60, 0, false,
     back_up},
    {"audit", "read the audit trail and see that nothing of it was changed", "audit_at", 5 * 60, 0,
     false, verify_trail},
    {"retention", "delete, archive or anonymise rows that are older than the rules allow",
     "retention_at", 3 * 60, 0, true, retain},
    {"settle", "book what became known after counts were closed", "settle_at", 3 * 60 + 30, 0, true,
     settle_counts},
};
const size_t worker_task_count = sizeof worker_tasks / sizeof worker_tasks[0];
