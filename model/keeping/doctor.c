#include "model/keeping/doctor.h"

#include "model/base/instant.h"
#include "model/keeping/backup.h"
#include "model/keeping/keys.h"
#include "model/keeping/worker.h"
#include "model/overlay/exchange.h"
#include "model/store/derived.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

static const int64_t mebibyte = INT64_C(1024) * 1024;
enum {
    ROOM_FAILED = 50, /* MiB left on the disk */
    ROOM_WARNING = 500,
    COPY_DAYS = 2,   /* a copy is made each day, so one was missed */
    UNSENT_DAYS = 1, /* what waits for longer is nobody's plan */
    UNSENT_DAYS_FAILED = 7,
    CRASH_DAYS = 7,
};

void doctor_add(struct doctor *doctor, const char *name, enum doctor_state state,
                const char *advice, const char *format, ...)
{
    va_list arguments;
    struct buffer text;
    if (doctor->count == DOCTOR_FINDINGS)
        return;
    buffer_init(&text);
    va_start(arguments, format);
    buffer_vformat(&text, format, arguments);
    va_end(arguments);
    doctor->findings[doctor->count++] =
        (struct finding){.name = name,
                         .state = state,
                         .said = arena_text(doctor->arena, text.text),
                         .advice = arena_text(doctor->arena, advice)};
    buffer_done(&text);
}

enum doctor_state doctor_worst(const struct doctor *doctor)
{
    enum doctor_state worst = DOCTOR_OK;
    for (size_t i = 0; i < doctor->count; i++)
        worst = doctor->findings[i].state > worst ? doctor->findings[i].state : worst;
    return worst;
}

/* A check that could not be made is no good news. */
static void add_error(struct doctor *doctor, const char *name, const struct error *err)
{
    doctor_add(doctor, name, DOCTOR_FAILED, "", "%s", err->text);
}

static const char damaged[] = "copy the file away, then put back a copy with `countertop restore`";

static void look_at_store(struct doctor *doctor)
{
    struct error err = {0};
    int64_t version = 0;
    doctor->store = store_open(doctor->store_path, doctor->is_quick ? STORE_READ : STORE_WRITE,
                               doctor->env, &err);
    if (doctor->store == NULL) {
        doctor_add(doctor, "store", DOCTOR_FAILED, err.code == ERROR_STORE ? damaged : "", "%s",
                   err.text);
        return;
    }
    if (!doctor->is_quick && !store_check(doctor->store, &err))
        doctor_add(doctor, "store", DOCTOR_FAILED, damaged, "%s", err.text);
    else
        doctor_add(doctor, "store", DOCTOR_OK, "", doctor->is_quick ? "%s opens" : "%s is sound",
                   doctor->store_path);
    store_find_integer(doctor->store, &version, "SELECT max(version) FROM schema_migrations", NULL,
                       "");
    doctor_add(doctor, "version", DOCTOR_OK, "", "program " COUNTERTOP_VERSION ", schema %" PRId64,
               version);
}

static void look_at_references(struct doctor *doctor)
{
    struct error err = {0};
    struct statement *statement = store_prepare(doctor->store, "PRAGMA foreign_key_check", &err);
    int state = statement != NULL ? statement_step(statement, &err) : -1;
    if (state < 0)
        add_error(doctor, "references", &err);
    else if (state > 0)
        doctor_add(doctor, "references", DOCTOR_FAILED, damaged,
                   "a row of %s refers to one of %s that is not there",
                   statement_text(statement, 0), statement_text(statement, 2));
    else
        doctor_add(doctor, "references", DOCTOR_OK, "", "all lead to a row");
    statement_done(statement);
}

static void look_at_sums(struct doctor *doctor)
{
    struct error err = {0};
    int count = derived_check(doctor->store, NULL, NULL, &err);
    if (count < 0)
        add_error(doctor, "sums", &err);
    else if (count > 0)
        doctor_add(doctor, "sums", DOCTOR_WARNING, "make them anew: `countertop check --mend`",
                   "%d tables do not agree with the rows they follow", count);
    else
        doctor_add(doctor, "sums", DOCTOR_OK, "", "sums and indexes agree with their rows");
}

static char *folder_of(const char *path)
{
    char *folder = memory_text(path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        memcpy(folder, ".", 2); /* a path is never shorter */
    else
        slash[slash == folder] = '\0';
    return folder;
}

/* Returns whether it is as it should be, or is not there. */
static bool look_at_mode(struct doctor *doctor, const char *path, const char *mode)
{
    struct stat info;
    if (stat(path, &info) != 0 || (info.st_mode & 077) == 0)
        return true;
    doctor_add(doctor, "permissions", DOCTOR_FAILED,
               arena_format(doctor->arena, "chmod %s %s", mode, path),
               "others of this machine can use %s", path);
    return false;
}

static void look_at_permissions(struct doctor *doctor)
{
    static const char *const endings[] = {"", "-wal", "-shm", ".login", ".keys", ".door", ".copy"};
    bool is_good = true;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const char *path = arena_format(doctor->arena, "%s%s", doctor->store_path, endings[i]);
        is_good = look_at_mode(doctor, path, "600") && is_good;
    }
    char *folder = folder_of(doctor->store_path);
    is_good = look_at_mode(doctor, folder, "700") && is_good;
    is_good = look_at_mode(doctor, doctor->copies, "700") && is_good;
    is_good = look_at_mode(doctor, doctor->state, "700") && is_good;
    free(folder);
    if (is_good)
        doctor_add(doctor, "permissions", DOCTOR_OK, "", "nobody else of this machine reads it");
}

static void look_at_disk(struct doctor *doctor)
{
    struct statvfs disk;
    struct stat info;
    char *folder = folder_of(doctor->store_path);
    if (statvfs(folder, &disk) == 0) {
        int64_t room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize / mebibyte;
        int64_t size = stat(doctor->store_path, &info) == 0 ? (int64_t)info.st_size / mebibyte : 0;
        bool is_low = room < ROOM_WARNING || room < 2 * size;
        doctor_add(doctor, "disk",
                   room < ROOM_FAILED ? DOCTOR_FAILED
                   : is_low           ? DOCTOR_WARNING
                                      : DOCTOR_OK,
                   is_low ? "make room: a copy of the store needs as much as the store" : "",
                   "%" PRId64 " MiB are free, the store has %" PRId64, room, size);
    } else {
        doctor_add(doctor, "disk", DOCTOR_FAILED, "", "%s can't be looked at", folder);
    }
    free(folder);
}

/* Whether the shop's rows are at a centre too, so that copies of this store are not what they
 * depend on. */
static bool is_enrolled(struct doctor *doctor)
{
    struct exchange_status status;
    return exchange_status(doctor->store, &status, NULL) && status.is_enrolled;
}

static bool is_worker(struct doctor *doctor)
{
    const char *kind = exchange_state(doctor->store, "kind", doctor->arena, NULL);
    return !is_enrolled(doctor) || (kind != NULL && strcmp(kind, "worker") == 0);
}

static void look_at_copies(struct doctor *doctor)
{
    static const char advice[] = "make one with `countertop backup`, or each day with `countertop "
                                 "worker`";
    struct backup_about *copies;
    struct error err = {0};
    char time[INSTANT_TEXT_SIZE];
    int count = backup_list(doctor->copies, doctor->arena, &copies, &err);
    if (count < 0) {
        add_error(doctor, "copies", &err);
    } else if (count == 0) {
        doctor_add(doctor, "copies", is_enrolled(doctor) ? DOCTOR_OK : DOCTOR_WARNING,
                   is_enrolled(doctor) ? "" : advice, "there is none in %s", doctor->copies);
    } else {
        bool is_stale = copies[0].made_at < env_now(doctor->env) - COPY_DAYS * DAY_US;
        instant_format_local(copies[0].made_at, doctor->env->zone, time);
        doctor_add(doctor, "copies", is_stale ? DOCTOR_WARNING : DOCTOR_OK, is_stale ? advice : "",
                   "%d, the newest of %s", count, time);
    }
}

static void look_at_keys(struct doctor *doctor)
{
    struct keys_status status;
    struct error err = {0};
    if (!keys_status(doctor->store, &status, &err))
        add_error(doctor, "keys", &err);
    else if (status.id[0] == '\0')
        doctor_add(doctor, "keys", DOCTOR_WARNING,
                   "make it with `countertop keys init` on the machine that works for the shop",
                   "the shop has no key for its secrets and copies");
    else if (!status.is_here && is_worker(doctor))
        doctor_add(doctor, "keys", DOCTOR_FAILED,
                   "bring it back from paper with `countertop keys restore`",
                   "the private half of the key %s is not on this machine", status.id);
    else if (status.older > 0)
        doctor_add(doctor, "keys", DOCTOR_WARNING, "`countertop keys rotate` goes on with it",
                   "%" PRId64 " secrets are sealed to an older key than %s", status.older,
                   status.id);
    else if (status.is_here && status.lost > 0)
        doctor_add(doctor, "keys", DOCTOR_WARNING, "enter them anew, or bring that key back",
                   "%" PRId64 " secrets are sealed to a key that is not here", status.lost);
    else
        doctor_add(doctor, "keys", DOCTOR_OK, "", "%" PRId64 " secrets are sealed to %s",
                   status.sealed, status.id);
}

static void look_at_worker(struct doctor *doctor)
{
    struct error err = {0};
    bool has_run = false;
    for (size_t i = 0; i < worker_task_count; i++) {
        struct worker_run last;
        int64_t due;
        if (!worker_status(doctor->store, &worker_tasks[i], doctor->arena, &last, &due, &err)) {
            add_error(doctor, "worker", &err);
            return;
        }
        has_run = has_run || last.task != NULL;
        if (last.task != NULL && last.outcome == WORKER_FAILED)
            doctor_add(
                doctor, "worker", DOCTOR_WARNING,
                arena_format(doctor->arena, "try it with `countertop worker run %s`", last.task),
                "%s failed: %s", last.task, last.words);
    }
    if (has_run || !is_worker(doctor))
        return;
    doctor_add(doctor, "worker", DOCTOR_WARNING,
               "let `countertop worker` run on this machine, or `worker --once` each day",
               "it has never run for this store");
}

static void look_at_unsent(struct doctor *doctor)
{
    struct exchange_status status;
    struct error err = {0};
    int64_t oldest = 0;
    if (!exchange_status(doctor->store, &status, &err)) {
        add_error(doctor, "unsent", &err);
        return;
    }
    if (!status.is_enrolled)
        return;
    store_find_integer(doctor->store, &oldest,
                       "SELECT min(occurred_at) FROM outbox WHERE state = 'waiting'", NULL, "");
    int64_t days = oldest != 0 ? (env_now(doctor->env) - oldest) / DAY_US : 0;
    bool waits = status.unsent > 0 && days >= UNSENT_DAYS;
    doctor_add(doctor, "unsent",
               waits && days >= UNSENT_DAYS_FAILED ? DOCTOR_FAILED
               : waits                             ? DOCTOR_WARNING
                                                   : DOCTOR_OK,
               waits ? "look at the line with `countertop sync test`; `countertop sync export` "
                       "writes it to a file"
                     : "",
               "%" PRId64 " operations wait to be sent, for %" PRId64 " days", status.unsent, days);
    if (status.attention > 0)
        doctor_add(doctor, "attention", DOCTOR_WARNING, "look at them on the screen :sync",
                   "%" PRId64 " things wait for a person", status.attention);
    if (status.needs_update)
        doctor_add(doctor, "update", DOCTOR_FAILED, "install the newer program",
                   "the centre speaks a newer version than this program");
}

static void look_at_crashes(struct doctor *doctor)
{
    struct stat info;
    int count = 0;
    DIR *entries = opendir(doctor->state);
    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;)
        if (strncmp(entry->d_name, "crash-", strlen("crash-")) == 0 &&
            fstatat(dirfd(entries), entry->d_name, &info, 0) == 0 &&
            info.st_mtime * SECOND_US > env_now(doctor->env) - CRASH_DAYS * DAY_US)
            count++;
    if (entries != NULL)
        closedir(entries);
    if (count > 0)
        doctor_add(doctor, "crashes", DOCTOR_WARNING,
                   "send the newest to whoever looks after the program",
                   "%d reports of the last %d days are in %s", count, CRASH_DAYS, doctor->state);
}

/* What needs a store is left out where there is none that opens. */
static const struct {
    void (*look)(struct doctor *doctor);
    bool needs_store, reads_all;
} checks[] = {
    {look_at_store, false, false}, {look_at_references, true, true},
    {look_at_sums, true, true},    {look_at_permissions, false, false},
    {look_at_disk, false, false},  {look_at_copies, true, false},
    {look_at_keys, true, false},   {look_at_worker, true, false},
    {look_at_unsent, true, false}, {look_at_crashes, false, false},
};

void doctor_look(struct doctor *doctor)
{
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if ((doctor->store != NULL || !checks[i].needs_store) &&
            !(doctor->is_quick && checks[i].reads_all))
            checks[i].look(doctor);
}
