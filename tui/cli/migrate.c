#include "tui/cli/verbs.h"

#include "model/base/instant.h"
#include "model/base/memory.h"
#include "model/store/migrate_sqlite.h"
#include "model/store/migrate_store.h"
#include "sync/central.h"
#include "sync/central_migrate.h"
#include "tui/cli/sign_in.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const state_names[] = {
    [MIGRATE_APPLIED] = "applied",
    [MIGRATE_PENDING] = "pending",
    [MIGRATE_CHANGED] = "changed",
    [MIGRATE_UNKNOWN] = "unknown",
};

/* What is migrated: the store, or the centre where --central is given. */
struct target {
    struct store *store;
    struct central *central;
    struct migrate_engine *engine;
    struct migration_list list;
    struct arena *arena;
};

static void target_close(struct target *target)
{
    if (target->central != NULL)
        central_migrate_free(target->engine);
    else
        migrate_sqlite_free(target->engine);
    store_close(target->store);
    central_close(target->central);
    arena_free(target->arena);
}

static bool open_store(struct cli *cli, struct target *target, bool may_make, struct error *err)
{
    if (!may_make && access(cli->store_path, F_OK) != 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no store at %s; `countertop migrate up` makes one",
                         cli->store_path);
    if (may_make && cli->store_path == cli->paths.store && !paths_make_folder(cli->paths.data, err))
        return false;
    target->store = store_open(cli->store_path, STORE_MIGRATE, cli->env, err);
    if (target->store == NULL)
        return false;
    target->engine = migrate_store_new(target->store);
    return true;
}

static bool target_open(struct cli *cli, struct target *target, bool may_make, struct error *err)
{
    const char *url = cli_value(cli, "central");
    *target = (struct target){.arena = arena_new()};
    if (!migration_list_built_in(target->arena, &target->list, err))
        return false;
    if (url == NULL)
        return open_store(cli, target, may_make, err);
    target->central = central_open(url, err);
    if (target->central == NULL)
        return false;
    target->engine = central_migrate_new(target->central);
    return true;
}

static void print_step(void *context, const struct migration *migration,
                       enum migration_direction direction)
{
    struct cli *cli = context;
    fprintf(cli->out, "%s %04d_%s\n", direction == MIGRATION_UP ? "applied" : "took back",
            migration->version, migration->name);
    fflush(cli->out);
}

/* The version to go down to: --to, or the one before the newest that is applied. */
static bool version_below(const struct target *target, int given, int *out, struct error *err)
{
    struct migrate_history history;
    *out = given;
    if (given != MIGRATE_NEWEST)
        return true;
    if (!target->engine->history(target->engine->context, target->arena, &history, err))
        return false;
    *out = history.count > 1 ? history.rows[history.count - 2].version : 0;
    return true;
}

static bool run_move(struct cli *cli, struct target *target, bool is_up, int given,
                     struct error *err)
{
    int to = 0, count = -1;
    if (is_up)
        count = migrate_up(target->engine, &target->list, given, print_step, cli, err);
    else if (version_below(target, given, &to, err))
        count = migrate_down(target->engine, &target->list, to, print_step, cli, err);
    if (count == 0)
        fputs("nothing to do\n", cli->out);
    return count >= 0;
}

/* Going down takes the door away with all else. A store that is not of this version has come from
 * one that was. */
static bool may_go_down(struct cli *cli, struct error *err)
{
    struct error why = {0};
    struct store *store = store_open(cli->store_path, STORE_READ, cli->env, &why);
    bool may = store != NULL ? sign_in_to(cli, store, "settings.edit", err)
                             : why.code == ERROR_SCHEMA || why.code == ERROR_NOT_FOUND ||
                                   error_set(err, why.code, "%s", why.text);
    store_close(store);
    return may;
}

static bool move(struct cli *cli, bool is_up, struct error *err)
{
    struct target target;
    long long given;
    if (!cli_whole(cli, "to", 0, MIGRATE_NEWEST, &given, err))
        return false;
    if (given > 9999)
        return error_set(err, ERROR_INPUT, "versions have four digits");
    if (!is_up && !cli_flag(cli, "yes"))
        return error_set(err, ERROR_INPUT,
                         "going down drops tables with all that is in them; add --yes if that is "
                         "meant");
    if (!is_up && cli_value(cli, "central") == NULL && !may_go_down(cli, err))
        return false;
    bool is_done =
        target_open(cli, &target, is_up, err) && run_move(cli, &target, is_up, (int)given, err);
    target_close(&target);
    return is_done;
}

static bool move_up(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return move(cli, true, err);
}

static bool move_down(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return move(cli, false, err);
}

static void print_json(struct cli *cli, const struct migrate_status *rows, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_pack("{s:i, s:s, s:s}", "version", rows[i].version, "name", rows[i].name,
                                "state", state_names[rows[i].state]);
        if (rows[i].applied != NULL) {
            char instant[INSTANT_TEXT_SIZE];
            instant_format(rows[i].applied->applied_at, instant);
            json_object_set_new(row, "applied_at", json_string(instant));
            json_object_set_new(row, "program", json_string(rows[i].applied->program));
        }
        json_array_append_new(array, row);
    }
    json_dumpf(array, cli->out, JSON_INDENT(2));
    fputc('\n', cli->out);
    json_decref(array);
}

static void print_text(struct cli *cli, const struct migrate_status *rows, size_t count)
{
    const char *format = cli->format == CLI_CSV   ? "%04d,%s,%s,%s,%s\n"
                         : cli->format == CLI_TSV ? "%04d\t%s\t%s\t%s\t%s\n"
                                                  : "%04d  %-16s %-8s %-20s %s\n";
    if (cli->format != CLI_TEXT)
        fputs(cli->format == CLI_CSV ? "version,name,state,applied_at,program\n"
                                     : "version\tname\tstate\tapplied_at\tprogram\n",
              cli->out);
    for (size_t i = 0; i < count; i++) {
        char instant[INSTANT_TEXT_SIZE] = "";
        const struct migrate_applied *applied = rows[i].applied;
        if (applied != NULL && cli->format == CLI_TEXT)
            instant_format_local(applied->applied_at, cli->env->zone, instant);
        else if (applied != NULL)
            instant_format(applied->applied_at, instant);
        fprintf(cli->out, format, rows[i].version, rows[i].name, state_names[rows[i].state],
                instant, applied != NULL ? applied->program : "");
    }
}

/* What was applied comes first; for the history the rest is left out. */
static size_t keep_applied(struct migrate_status *rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i].applied != NULL)
            rows[kept++] = rows[i];
    return kept;
}

static bool show(struct cli *cli, bool is_history, struct error *err)
{
    struct target target;
    struct migrate_status *rows = NULL;
    size_t count = 0, strange = 0;
    bool is_good = target_open(cli, &target, false, err) &&
                   migrate_status(target.engine, &target.list, target.arena, &rows, &count, err);
    if (is_good && is_history)
        count = keep_applied(rows, count);
    for (size_t i = 0; i < count; i++)
        strange += rows[i].state != MIGRATE_APPLIED && rows[i].state != MIGRATE_PENDING;
    if (is_good && cli->format == CLI_JSON)
        print_json(cli, rows, count);
    else if (is_good)
        print_text(cli, rows, count);
    target_close(&target);
    if (is_good && strange > 0)
        return error_set(err, ERROR_SCHEMA,
                         "%zu of them are not those of this program; use the program that applied "
                         "them",
                         strange);
    return is_good;
}

static bool show_status(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return show(cli, false, err);
}

static bool show_history(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return show(cli, true, err);
}

static const char template[] =
    "-- What this changes and why.\n\n"
    "-- up\n\n-- up postgres\n\n-- up sqlite\n\n-- down sqlite\n\n-- down postgres\n\n-- down\n";

static bool write_template(const char *folder, const char *name, struct arena *arena, char **path,
                           struct error *err)
{
    struct migration_list list;
    struct migration migration;
    if (!migration_list_folder(folder, arena, &list, err))
        return false;
    int version = list.count > 0 ? list.items[list.count - 1].version + 1 : 1;
    char *file = arena_format(arena, "%04d_%s.sql", version, name);
    if (!migration_parse(file, template, sizeof template - 1, arena, &migration, err))
        return false;
    *path = arena_format(arena, "%s/%s", folder, file);
    FILE *out = fopen(*path, "wxe");
    if (out == NULL)
        return error_set(err, ERROR_SYSTEM, "cannot make %s: %s", *path, strerror(errno));
    bool is_written = fputs(template, out) >= 0;
    is_written = fclose(out) == 0 && is_written;
    return is_written ||
           error_set(err, ERROR_SYSTEM, "cannot write %s: %s", *path, strerror(errno));
}

static bool make_new(struct cli *cli, int argc, char **argv, struct error *err)
{
    const char *folder = cli_value(cli, "folder");
    char *path;
    (void)argc;
    if (strspn(argv[1], "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(argv[1]))
        return error_set(err, ERROR_INPUT,
                         "name the new migration in lower-case letters, digits and _");
    if (!write_template(folder != NULL ? folder : "migrations", argv[1], cli->arena, &path, err))
        return false;
    fprintf(cli->out, "%s\n", path);
    return true;
}

static const struct cli_option options[] = {
    {"central", "URL", "the centre: postgresql://user@host/database"},
    {"to", "VERSION", "up or down to this version; 0 is an empty database"},
    {"yes", NULL, "go down although that drops data"},
    {"folder", "DIR", "where `new` makes its file, instead of ./migrations"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"up", "", "apply what is missing", "central to", CLI_NO_STORE, 0, 0, move_up},
    {"down", "", "take back the newest migration, or all above --to; needs --yes", "central to yes",
     CLI_NO_STORE, 0, 0, move_down},
    {"status", "", "what is applied, what is pending, what does not match this program", "central",
     CLI_NO_STORE, 0, 0, show_status},
    {"history", "", "what was applied, when, and by which version of the program", "central",
     CLI_NO_STORE, 0, 0, show_history},
    {"new", "NAME", "make an empty migration with the next number", "folder", CLI_NO_STORE, 1, 1,
     make_new},
    {.name = NULL},
};

const struct cli_verb cli_verb_migrate = {
    .name = "migrate",
    .summary = "bring the store or the centre to a version of the schema",
    .options = options,
    .actions = actions,
};
