/* `countertop backup` and `countertop restore`: copies of the store. */
#include "model/keeping/backup.h"

#include "model/base/instant.h"
#include "tui/cli/copying.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/stopping.h"
#include "tui/cli/verbs.h"

#include <inttypes.h>
#include <string.h>

/* The worker's key where there is one, and a passphrase where one was given. */
static bool find_readers(struct cli *cli, const struct copying_secrets *secrets,
                         struct seal_key *key, struct envelope_for *out, struct error *err)
{
    struct error why = {0};
    *out = (struct envelope_for){
        .key = seal_key_read(cli->store, key, &why) ? key : NULL,
        .passphrase = secrets->has_passphrase ? secrets->passphrase : NULL,
    };
    return out->key != NULL || out->passphrase != NULL ||
           error_set(err, why.code, "%s; or give a passphrase with --passphrase-file", why.text);
}

static bool make(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct copying_secrets secrets;
    struct seal_key key;
    struct envelope_for who;
    struct backup_progress progress = copying_progress(cli);
    const char *made = NULL, *path = argc > 1 ? argv[1] : copying_folder(cli);
    bool is_done = actor_may(cli->store, &cli->who, "backup.run", err) &&
                   (argc > 1 || paths_make_folder(path, err));
    if (!is_done)
        return false;
    is_done =
        copying_new_passphrase(cli, &secrets, err) && find_readers(cli, &secrets, &key, &who, err);
    stopping_begin();
    is_done = is_done && backup_make(cli->store, path, &who, &progress, cli->arena, &made, err) &&
              backup_note(cli->store, &cli->who.user_id, "backup", made, err);
    stopping_end();
    copying_end_line(cli);
    copying_done(&secrets);
    if (is_done)
        print_line(cli, "copied to %s", made);
    return is_done;
}

static const struct sheet_column columns[] = {
    {.name = "made_at", .label = "Made", .is_whole = true},
    {.name = "kind", .label = "Of", .is_whole = true},
    {.name = "shop", .label = "Shop"},
    {.name = "size", .label = "Bytes", .is_right = true},
    {.name = "schema", .label = "Schema", .is_right = true},
    {.name = "opened_by", .label = "Opened by", .is_whole = true},
    {.name = "file", .label = "File", .is_whole = true},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static const char *readers_text(struct cli *cli, const struct backup_about *copy)
{
    return arena_format(cli->arena, "%s%s%s", copy->key != NULL ? copy->key : "",
                        copy->key != NULL && copy->has_passphrase ? ", " : "",
                        copy->has_passphrase ? "passphrase" : "");
}

static bool list(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct backup_about *copies;
    struct sheet sheet;
    char made[INSTANT_TEXT_SIZE];
    int count = backup_list(argc > 1 ? argv[1] : copying_folder(cli), cli->arena, &copies, err);
    if (count < 0)
        return false;
    sheet_init(&sheet, cli, columns, COLUMNS);
    for (int i = 0; i < count; i++) {
        const struct backup_about *copy = &copies[i];
        if (cli->format == CLI_TEXT)
            instant_format_local(copy->made_at, cli->env->zone, made);
        else
            instant_format(copy->made_at, made);
        sheet_row(&sheet,
                  (const char *const[COLUMNS]){made, copy->kind, copy->shop,
                                               arena_format(cli->arena, "%" PRId64, copy->size),
                                               arena_format(cli->arena, "%" PRId64, copy->schema),
                                               readers_text(cli, copy), copy->path});
    }
    sheet_done(&sheet);
    return true;
}

static bool verify(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct copying_secrets secrets;
    int64_t tables = 0, rows = 0;
    (void)argc;
    if (!copying_secrets(cli, &secrets, err) || !paths_make_folder(cli->paths.state, err)) {
        copying_done(&secrets);
        return false;
    }
    const struct backup_from from = copying_from(cli, argv[1], &secrets);
    stopping_begin();
    bool is_good = backup_verify(&from, cli->paths.state, cli->env, &tables, &rows, err);
    stopping_end();
    copying_end_line(cli);
    copying_done(&secrets);
    if (is_good && tables > 0)
        print_line(cli, "%s is good: %" PRId64 " rows in %" PRId64 " tables", argv[1], rows,
                   tables);
    else if (is_good)
        print_line(cli, "%s is whole; `countertop central verify` restores it to compare its rows",
                   argv[1]);
    return is_good;
}

/* A copy of an older version has its trail once it was brought up to date, which is not done here.
 */
static bool note_restored(struct cli *cli, const char *folder, const char *copy, struct error *err)
{
    struct error why = {0};
    const char *path = arena_format(cli->arena, "%s/store.db", folder);
    cli->store = store_open(path, STORE_WRITE, cli->env, &why); /* closed with the command */
    if (cli->store == NULL)
        return why.code == ERROR_SCHEMA || error_set(err, why.code, "%s", why.text);
    return backup_note(cli->store, NULL, "restore", copy, err);
}

static bool restore(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct copying_secrets secrets;
    const char *folder = cli_value(cli, "to");
    (void)argc;
    if (folder == NULL)
        return error_set(err, ERROR_INPUT, "say where to with --to DIR, a new folder");
    bool is_done = copying_secrets(cli, &secrets, err);
    if (is_done) {
        const struct backup_from from = copying_from(cli, argv[1], &secrets);
        stopping_begin();
        is_done = backup_restore(&from, folder, cli->env, err);
        stopping_end();
        copying_end_line(cli);
    }
    copying_done(&secrets);
    if (!is_done || !note_restored(cli, folder, argv[1], err))
        return false;
    print_line(cli, "the store is in %s; COUNTERTOP_HOME=%s countertop opens it", folder, folder);
    print_line(cli, "A terminal of a shop with a centre needs its password too, which is in no "
                    "copy: take store.db.login along, or enroll it with a new code.");
    return true;
}

static const struct cli_option options[] = {
    COPYING_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "[FILE]", "copy the store to a new file, while it is in use", "passphrase-file",
     CLI_WRITES, 0, 1, make},
    {"list", "[FOLDER]", "the copies there are, newest first", NULL, CLI_NO_STORE, 0, 1, list},
    {"verify", "FILE", "restore a copy for a moment and compare what is in it", "passphrase-file",
     CLI_NO_STORE, 1, 1, verify},
    {.name = NULL},
};

const struct cli_verb cli_verb_backup = {
    .name = "backup",
    .summary = "copy the store, encrypted, and see that copies are good",
    .details =
        "A copy can be opened with the shop's key (`countertop keys`), and with a passphrase\n"
        "where one was given. FILE may be a folder; else copies go into `backups` beside the\n"
        "store. `countertop worker` makes and verifies one each day.",
    .options = options,
    .actions = actions,
};

static const struct cli_option restore_options[] = {
    {"to", "DIR", "the new folder that the store is put into"},
    COPYING_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action restore_actions[] = {
    {"", "FILE", "put a copy of a store into a new folder", "to passphrase-file", CLI_NO_STORE, 1,
     1, restore},
    {.name = NULL},
};

const struct cli_verb cli_verb_restore = {
    .name = "restore",
    .summary = "put a copy of a store into a new folder",
    .details =
        "Never over a store that is there. On a new machine `countertop keys restore` comes\n"
        "first, with the text that was kept on paper; --store FILE says beside which store the\n"
        "key is, where that is not the usual one.",
    .options = restore_options,
    .actions = restore_actions,
};
