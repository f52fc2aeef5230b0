/* `countertop keys`: the key that the shop's secrets and copies are sealed to. */
#include "model/keeping/keys.h"

#include "model/base/instant.h"
#include "tui/cli/print.h"
#include "tui/cli/secret.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

static const struct sheet_column new_columns[] = {
    {.name = "id", .label = "Key", .is_whole = true},
    {.name = "file", .label = "Private half", .is_whole = true},
    {.name = "recovery", .label = "For paper", .is_whole = true},
};
enum { NEW_COLUMNS = sizeof new_columns / sizeof new_columns[0] };

/* The one time that it is shown. */
static void tell_new(struct cli *cli, struct worker_key *key)
{
    char text[RECOVERY_SIZE];
    const char *file = arena_format(cli->arena, "%s.keys", cli->store_path);
    recovery_write(key, text);
    if (cli->format != CLI_TEXT) {
        sheet_facts(cli, new_columns, (const char *const[]){key->id, file, text}, NEW_COLUMNS);
    } else {
        size_t half = strlen(text) / 2;
        print_line(cli, "The private half of the key %s is in %s.", key->id, file);
        print_line(cli, "Write this down and keep it away from the machine. With it secrets and");
        print_line(cli, "copies can be opened where that file is lost; without both, by nobody:");
        print_line(cli, "    %.*s", (int)half, text);
        print_line(cli, "    %s", text + half + 1);
    }
    sodium_memzero(text, sizeof text);
    worker_key_wipe(key);
}

static bool init(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct worker_key key;
    (void)argc, (void)argv;
    if (!keys_init(cli->store, &cli->who, &key, err))
        return false;
    tell_new(cli, &key);
    return true;
}

static bool rotate(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct worker_key key;
    int64_t sealed;
    bool is_new;
    (void)argc, (void)argv;
    bool is_done = keys_rotate(cli->store, &cli->who, &key, &is_new, &sealed, err);
    if (is_new)
        tell_new(cli, &key);
    if (is_done && cli->format == CLI_TEXT)
        print_line(cli, "%" PRId64 " secrets were sealed to %s", sealed,
                   is_new ? "it" : "the newest key; that had been cut short");
    return is_done;
}

static const struct sheet_column status_columns[] = {
    {.name = "id", .label = "Key", .is_whole = true},
    {.name = "is_here", .label = "Private half here", .is_whole = true},
    {.name = "made_at", .label = "Made", .is_whole = true},
    {.name = "kept", .label = "Keys kept here", .is_right = true},
    {.name = "sealed", .label = "Secrets", .is_right = true},
    {.name = "older", .label = "To an older key", .is_right = true},
    {.name = "lost", .label = "To a key not here", .is_right = true},
};
enum { STATUS = sizeof status_columns / sizeof status_columns[0] };

static bool show_status(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct keys_status status;
    char made[INSTANT_TEXT_SIZE] = "";
    (void)argc, (void)argv;
    if (!keys_status(cli->store, &status, err))
        return false;
    if (status.made_at != 0 && cli->format == CLI_TEXT)
        instant_format_local(status.made_at, cli->env->zone, made);
    else if (status.made_at != 0)
        instant_format(status.made_at, made);
    const char *const facts[STATUS] = {
        status.id[0] != '\0' ? status.id : "none",
        status.is_here ? "yes" : "no",
        made,
        arena_format(cli->arena, "%zu", status.kept),
        arena_format(cli->arena, "%" PRId64, status.sealed),
        arena_format(cli->arena, "%" PRId64, status.older),
        arena_format(cli->arena, "%" PRId64, status.lost),
    };
    sheet_facts(cli, status_columns, facts, STATUS);
    return true;
}

static bool restore(struct cli *cli, int argc, char **argv, struct error *err)
{
    char text[SECRET_SIZE];
    struct worker_key key;
    (void)argc, (void)argv;
    if (access(cli->store_path, F_OK) == 0) {
        cli->store = store_open(cli->store_path, STORE_READ, cli->env, err);
        if (cli->store == NULL)
            return false;
    } else if (!paths_make_folder(cli->paths.data, err)) {
        return false;
    }
    bool is_done =
        secret_read(cli, "The text from paper", cli_value(cli, "text-file"), text, err) &&
        recovery_read(text, env_now(cli->env), &key, err) &&
        keys_restore(cli->store_path, cli->store, &key, err);
    if (is_done)
        print_line(cli, "the key %s is in %s.keys", key.id, cli->store_path);
    secret_wipe(text);
    worker_key_wipe(&key);
    return is_done;
}

static const struct cli_option options[] = {
    {"text-file", "FILE", "has the text from paper in its first line, and is read by nobody else"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"init", "", "make the shop's key, and print what is to be kept on paper", NULL, CLI_WRITES, 0,
     0, init},
    {"rotate", "", "make a new key, and seal all secrets to it", NULL, CLI_WRITES, 0, 0, rotate},
    {"status", "", "which key there is, and what is sealed to it", NULL, CLI_READS, 0, 0,
     show_status},
    {"restore", "", "bring a lost key back from paper", "text-file", CLI_NO_STORE, 0, 0, restore},
    {.name = NULL},
};

const struct cli_verb cli_verb_keys = {
    .name = "keys",
    .summary = "the key that the shop's secrets and copies are sealed to",
    .details =
        "Passwords of other services, secrets of webhooks and copies of the store are sealed to\n"
        "the public half of a key, which every terminal has; only the machine with the private\n"
        "half, the worker's, can open them. Older private halves are kept: copies need them.",
    .options = options,
    .actions = actions,
};
