#include "model/store/migrate.h"

#include <limits.h>
#include <string.h>

const char migrate_table_sql[] = "CREATE TABLE IF NOT EXISTS schema_migrations ("
                                 "    version    INTEGER PRIMARY KEY NOT NULL,"
                                 "    name       VARCHAR(100) NOT NULL,"
                                 "    checksum   CHAR(64) NOT NULL,"
                                 "    applied_at TIMESTAMPTZ NOT NULL,"
                                 "    program    VARCHAR(40) NOT NULL)";

static const struct migrate_applied *applied_find(const struct migrate_history *history,
                                                  int version)
{
    for (size_t i = 0; i < history->count; i++)
        if (history->rows[i].version == version)
            return &history->rows[i];
    return NULL;
}

static int newest(const struct migration_list *list)
{
    return list->count > 0 ? list->items[list->count - 1].version : 0;
}

static int newest_applied(const struct migrate_history *history)
{
    return history->count > 0 ? history->rows[history->count - 1].version : 0;
}

static bool check_row(const struct migrate_engine *engine, const struct migration_list *list,
                      const struct migrate_applied *row, struct error *err)
{
    const struct migration *migration = migration_find(list, row->version);
    if (migration == NULL && row->version > newest(list))
        return error_set(err, ERROR_SCHEMA,
                         "%s has schema version %d (by Countertop %s) and this program knows "
                         "versions up to %d; install the newer Countertop",
                         engine->what, row->version, row->program, newest(list));
    if (migration == NULL)
        return error_set(err, ERROR_SCHEMA,
                         "%s has migration %04d_%s, which this program does not have; use the "
                         "Countertop that applied it (%s)",
                         engine->what, row->version, row->name, row->program);
    if (strcmp(migration->checksum, row->checksum) != 0)
        return error_set(err, ERROR_SCHEMA,
                         "%s was changed after it had been applied to %s; put the file back as it "
                         "was and write the change as a new migration",
                         migration->file, engine->what);
    return true;
}

/* What is applied must be the beginning of the list, unchanged. */
static bool check_history(const struct migrate_engine *engine, const struct migration_list *list,
                          const struct migrate_history *history, struct error *err)
{
    for (size_t i = 0; i < history->count; i++)
        if (!check_row(engine, list, &history->rows[i], err))
            return false;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].version < newest_applied(history) &&
            applied_find(history, list->items[i].version) == NULL)
            return error_set(err, ERROR_SCHEMA,
                             "%s was never applied to %s though later files were; give it a "
                             "number above %04d",
                             list->items[i].file, engine->what, newest_applied(history));
    return true;
}

static const struct migration *next_up(const struct migration_list *list,
                                       const struct migrate_history *history, int to)
{
    for (size_t i = 0; i < list->count; i++)
        if ((to == MIGRATE_NEWEST || list->items[i].version <= to) &&
            applied_find(history, list->items[i].version) == NULL)
            return &list->items[i];
    return NULL;
}

static const struct migration *next_down(const struct migration_list *list,
                                         const struct migrate_history *history, int to)
{
    int version = newest_applied(history);
    return version > to ? migration_find(list, version) : NULL;
}

/* The step that is due; NULL when there is none. False: the history is not as it must be. */
static bool plan(const struct migrate_engine *engine, const struct migration_list *list, int to,
                 enum migration_direction direction, struct arena *arena,
                 const struct migration **next, bool *is_empty, struct error *err)
{
    struct migrate_history history = {0};
    if (!engine->history(engine->context, arena, &history, err) ||
        !check_history(engine, list, &history, err))
        return false;
    *is_empty = history.count == 0;
    *next = direction == MIGRATION_UP ? next_up(list, &history, to) : next_down(list, &history, to);
    return true;
}

static bool run_file(const struct migrate_engine *engine, const struct migration *migration,
                     enum migration_direction direction, struct arena *arena, struct error *err)
{
    const struct migration_part **parts =
        arena_alloc(arena, migration->part_count * sizeof(struct migration_part *));
    size_t count = migration_steps(migration, engine->kind, direction, parts);
    for (size_t i = 0; i < count; i++)
        if (!engine->run(engine->context, migration, parts[i], err))
            return false;
    bool is_noted = direction == MIGRATION_UP ? engine->record(engine->context, migration, err)
                                              : engine->forget(engine->context, migration, err);
    if (is_noted && engine->settle(engine->context, err))
        return true;
    return error_prefix(err, "%s", migration->file);
}

static bool needs_loose(const struct migrate_engine *engine, const struct migration *migration,
                        enum migration_direction direction)
{
    if (direction == MIGRATION_DOWN)
        return true;
    for (size_t i = 0; i < migration->part_count; i++)
        if (migration->parts[i].engine == engine->kind && migration->parts[i].rebuild != NULL)
            return true;
    return false;
}

/* One file, or all of them when the database is empty and the engine does that in one. Returns how
 * many; 0: nothing was due, or another runner did it meanwhile. */
static int run_transaction(const struct migrate_engine *engine, const struct migration_list *list,
                           int to, enum migration_direction direction, bool is_all,
                           const struct migration *planned, struct arena *arena, struct error *err)
{
    const struct migration *next;
    bool is_empty;
    int count = 0;
    if (!engine->begin(engine->context, is_all || needs_loose(engine, planned, direction), err))
        return -1;
    bool is_good = plan(engine, list, to, direction, arena, &next, &is_empty, err);
    while (is_good && next != NULL && (next == planned || is_all)) {
        is_good = run_file(engine, next, direction, arena, err);
        count += is_good ? 1 : 0;
        if (!is_all)
            break;
        is_good = is_good && plan(engine, list, to, direction, arena, &next, &is_empty, err);
    }
    if (is_good && count > 0)
        return engine->commit(engine->context, err) ? count : -1;
    engine->rollback(engine->context);
    return is_good ? 0 : -1;
}

static void report(const struct migration_list *list, const struct migration *first, int count,
                   enum migration_direction direction, migrate_step *step, void *context)
{
    const struct migration *end = list->items + list->count;
    for (const struct migration *at = first; step != NULL && at < end && count > 0; at++, count--)
        step(context, at, direction);
}

static int migrate(const struct migrate_engine *engine, const struct migration_list *list, int to,
                   enum migration_direction direction, migrate_step *step, void *context,
                   struct error *err)
{
    int done = 0;
    struct arena *arena = arena_new();
    for (;;) {
        const struct migration *next;
        bool is_empty;
        arena_reset(arena);
        if (!plan(engine, list, to, direction, arena, &next, &is_empty, err)) {
            done = -1;
            break;
        }
        if (next == NULL)
            break;
        bool is_all = is_empty && engine->is_one_when_empty;
        int count = run_transaction(engine, list, to, direction, is_all, next, arena, err);
        if (count < 0) {
            done = -1;
            break;
        }
        report(list, next, count, direction, step, context);
        done += count;
    }
    arena_free(arena);
    return done;
}

static bool check_target(const struct migration_list *list, int to, struct error *err)
{
    if (to == MIGRATE_NEWEST || to == 0 || migration_find(list, to) != NULL)
        return true;
    return error_set(err, ERROR_INPUT, "there is no migration %04d; the newest is %04d", to,
                     newest(list));
}

int migrate_up(const struct migrate_engine *engine, const struct migration_list *list, int to,
               migrate_step *step, void *context, struct error *err)
{
    if (!check_target(list, to, err))
        return -1;
    return migrate(engine, list, to, MIGRATION_UP, step, context, err);
}

int migrate_down(const struct migrate_engine *engine, const struct migration_list *list, int to,
                 migrate_step *step, void *context, struct error *err)
{
    if (to < 0)
        return error_set(err, ERROR_INPUT, "say down to which migration"), -1;
    if (!check_target(list, to, err))
        return -1;
    return migrate(engine, list, to, MIGRATION_DOWN, step, context, err);
}

static struct migrate_status status_of(const struct migration *migration,
                                       const struct migrate_applied *applied)
{
    struct migrate_status status = {.version = migration->version,
                                    .name = migration->name,
                                    .state = MIGRATE_PENDING,
                                    .applied = applied};
    if (applied != NULL)
        status.state =
            strcmp(applied->checksum, migration->checksum) == 0 ? MIGRATE_APPLIED : MIGRATE_CHANGED;
    return status;
}

bool migrate_status(const struct migrate_engine *engine, const struct migration_list *list,
                    struct arena *arena, struct migrate_status **out, size_t *count,
                    struct error *err)
{
    struct migrate_history history = {0};
    if (!engine->history(engine->context, arena, &history, err))
        return false;
    *out = arena_alloc(arena, (list->count + history.count) * sizeof **out);
    *count = 0;
    size_t file = 0, row = 0;
    while (file < list->count || row < history.count) {
        int known = file < list->count ? list->items[file].version : INT_MAX;
        int applied = row < history.count ? history.rows[row].version : INT_MAX;
        if (known <= applied)
            (*out)[(*count)++] =
                status_of(&list->items[file], known == applied ? &history.rows[row] : NULL);
        else
            (*out)[(*count)++] = (struct migrate_status){applied, history.rows[row].name,
                                                         MIGRATE_UNKNOWN, &history.rows[row]};
        file += known <= applied ? 1 : 0;
        row += applied <= known ? 1 : 0;
    }
    return true;
}

int migrate_is_current(const struct migrate_engine *engine, const struct migration_list *list,
                       struct error *err)
{
    const struct migration *next = NULL;
    bool is_empty;
    struct arena *arena = arena_new();
    bool is_good = plan(engine, list, MIGRATE_NEWEST, MIGRATION_UP, arena, &next, &is_empty, err);
    arena_free(arena);
    return !is_good ? -1 : next == NULL;
}
