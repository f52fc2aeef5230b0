#include "tui/cli/sign_in.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "sync/door.h"
#include "tui/cli/print.h"
#include "tui/cli/secret.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_BYTES = 8 /* of the hash of a store's path, for the name of its file */ };

/* Where this Unix user's sign-in to the store stands: one file for each store. In the arena. */
static const char *token_path(struct cli *cli)
{
    unsigned char hash[NAME_BYTES + crypto_generichash_BYTES_MIN];
    char name[2 * NAME_BYTES + 1];
    char *real = realpath(cli->store_path, NULL);
    const char *path = real != NULL ? real : cli->store_path;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)path, strlen(path), NULL, 0);
    sodium_bin2hex(name, sizeof name, hash, NAME_BYTES);
    free(real);
    return arena_format(cli->arena, "%s/session-%s", cli->paths.state, name);
}

/* False without an error where there is none. */
static bool read_token(struct cli *cli, char token[DOOR_TOKEN_SIZE])
{
    int fd = open(token_path(cli), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t size = fd >= 0 ? read(fd, token, DOOR_TOKEN_SIZE - 1) : -1;
    if (fd >= 0)
        close(fd);
    token[size > 0 ? size : 0] = '\0';
    return size == DOOR_TOKEN_SIZE - 1;
}

static bool write_token(struct cli *cli, const char *token, struct error *err)
{
    const char *path = token_path(cli);
    size_t size = strlen(token);
    if (!paths_make_folder(cli->paths.state, err))
        return false;
    unlink(path); /* a new file is nobody else's */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written = fd >= 0 && write(fd, token, size) == (ssize_t)size;
    if (!is_written)
        error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
    if (fd >= 0 && close(fd) != 0 && is_written)
        is_written = error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
    return is_written;
}

/* Asks for the password of `name`, and for the code of the second factor where there is one, and
 * the door for its opinion. */
static bool prove(struct cli *cli, const char *name, const char *file, struct actor *out,
                  struct error *err)
{
    char password[SECRET_SIZE], code[SECRET_SIZE] = "";
    struct door_answer answer = {.wait_us = 0};
    const char *given = cli_value(cli, "code");
    char *prompt = arena_format(cli->arena, "Password of %s", print_safe(cli, name, cli->arena));
    bool is_read = secret_read(cli, prompt, file, password, err);
    bool is_done = is_read && door_ask_sign_in(cli->store, name, password, given, &answer, err);
    if (is_read && !is_done && answer.needs_code && given == NULL)
        is_done = secret_read(cli, "Code of the second factor", NULL, code, err) &&
                  door_ask_sign_in(cli->store, name, password, code, &answer, err);
    secret_wipe(password);
    secret_wipe(code);
    *out = answer.actor;
    return is_done;
}

/* Whether the sign-in that is kept is one of the person who is named (NULL: whoever). */
static bool find_kept(struct cli *cli, struct actor *out, struct error *err)
{
    char token[DOOR_TOKEN_SIZE];
    struct actor named;
    bool is_kept = read_token(cli, token) && door_session_find(cli->store, token, out, err);
    explicit_bzero(token, sizeof token);
    return is_kept && (cli->actor == NULL || (actor_find(cli->store, cli->actor, &named, NULL) &&
                                              uuid_equal(&named.user_id, &out->user_id)));
}

bool sign_in_whose(struct cli *cli, struct actor *out, struct error *err)
{
    return find_kept(cli, out, NULL) || actor_find(cli->store, cli->actor, out, err);
}

static bool find_approver(struct cli *cli, struct error *err)
{
    const char *name = cli_value(cli, "approved-by");
    struct actor approver;
    if (name == NULL)
        return true;
    if (!door_is_on(cli->store))
        return error_set(err, ERROR_RULE,
                         "nobody can approve here: no password is asked for in this shop; "
                         "`countertop password` sets yours");
    if (!prove(cli, name, cli_value(cli, "approver-password-file"), &approver, err))
        return false;
    if (uuid_equal(&approver.user_id, &cli->who.user_id))
        return error_set(err, ERROR_DENIED, "somebody else has to allow this, not %s",
                         approver.name);
    cli->who.approver_id = approver.user_id;
    return true;
}

bool sign_in_actor(struct cli *cli, struct error *err)
{
    bool is_known;
    if (!door_is_on(cli->store))
        is_known = actor_find(cli->store, cli->actor, &cli->who, err);
    else if (find_kept(cli, &cli->who, NULL))
        is_known = true;
    else if (cli->actor != NULL)
        is_known = prove(cli, cli->actor, cli_value(cli, "password-file"), &cli->who, err);
    else
        is_known = error_set(err, ERROR_DENIED,
                             "who are you? `countertop sign-in NAME` lets you work here for 12 "
                             "hours, --as NAME for this once");
    return is_known && find_approver(cli, err);
}

bool sign_in_to(struct cli *cli, struct store *store, const char *right, struct error *err)
{
    struct store *before = cli->store;
    if (!door_is_on(store))
        return true;
    cli->store = store;
    bool is_allowed = sign_in_actor(cli, err) && actor_may(store, &cli->who, right, err);
    cli->store = before;
    return is_allowed;
}

bool sign_in(struct cli *cli, const char *name, struct error *err)
{
    char token[DOOR_TOKEN_SIZE];
    struct actor actor;
    bool is_done = prove(cli, name, cli_value(cli, "password-file"), &actor, err) &&
                   door_session_begin(cli->store, &actor, token, err) &&
                   write_token(cli, token, err);
    explicit_bzero(token, sizeof token);
    if (is_done)
        print_line(cli, "%s is signed in on this terminal", actor.name);
    return is_done;
}

static bool open_store(struct cli *cli, struct error *err)
{
    cli->store = store_open(cli->store_path, STORE_WRITE, cli->env, err);
    return cli->store != NULL;
}

static bool run_sign_in(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    return open_store(cli, err) && sign_in(cli, argv[1], err);
}

/* What the centre knows of it ends with what this terminal knows. */
static bool run_sign_out(struct cli *cli, int argc, char **argv, struct error *err)
{
    char token[DOOR_TOKEN_SIZE];
    struct actor actor;
    (void)argc;
    (void)argv;
    if (!open_store(cli, err))
        return false;
    if (!read_token(cli, token))
        return error_set(err, ERROR_NOT_FOUND, "you are not signed in here");
    bool is_found = door_session_find(cli->store, token, &actor, NULL);
    bool is_done = door_session_end(cli->store, token, err);
    explicit_bzero(token, sizeof token);
    if (is_done && is_found && cli_flag(cli, "everywhere"))
        is_done = door_ask_sign_out_everywhere(cli->store, &actor, &actor.user_id, err);
    else if (is_done && is_found)
        is_done = door_ask_sign_out(cli->store, &actor, err);
    unlink(token_path(cli));
    if (is_done)
        print_line(cli, "%s is signed out", is_found ? actor.name : "whoever it was");
    return is_done;
}

static const struct sheet_column who_columns[] = {
    {.name = "name", .label = "Name"},
    {.name = "since", .label = "Since"},
    {.name = "pin", .label = "PIN"},
    {.name = "you", .label = "You"},
};

static bool show_who(struct cli *cli, int argc, char **argv, struct error *err)
{
    const struct door_person *people;
    struct sheet sheet;
    (void)argc;
    (void)argv;
    int count = door_people(cli->store, cli->arena, &people, err);
    if (count < 0)
        return false;
    sheet_init(&sheet, cli, who_columns, sizeof who_columns / sizeof who_columns[0]);
    for (int i = 0; i < count; i++) {
        char since[INSTANT_TEXT_SIZE];
        instant_format_local(people[i].since, cli->env->zone, since);
        sheet_row(&sheet,
                  (const char *const[]){people[i].name, since, people[i].takes_pin ? "yes" : "no",
                                        uuid_equal(&people[i].id, &cli->who.user_id) ? "yes" : ""});
    }
    sheet_done(&sheet);
    return true;
}

static const struct cli_option in_options[] = {
    {"code", "CODE", "of the second factor, where it is on; else it is asked for"},
    {NULL, NULL, NULL},
};
static const struct cli_action in_actions[] = {
    {"", "NAME", "prove who you are", "code", CLI_NO_STORE, 1, 1, run_sign_in},
    {.name = NULL},
};
const struct cli_verb cli_verb_sign_in = {
    .name = "sign-in",
    .summary = "prove who you are, for the commands of the next 12 hours",
    .details =
        "NAME is a user's name or e-mail address. The password is asked for on the terminal, or\n"
        "read from --password-file. The commands that follow act as that person.",
    .options = in_options,
    .actions = in_actions,
};

static const struct cli_option out_options[] = {
    {"everywhere", NULL, "on all terminals, not on this one alone"},
    {NULL, NULL, NULL},
};
static const struct cli_action out_actions[] = {
    {"", "", "end your sign-in", "everywhere", CLI_NO_STORE, 0, 0, run_sign_out},
    {.name = NULL},
};
const struct cli_verb cli_verb_sign_out = {
    .name = "sign-out",
    .summary = "end your sign-in at this terminal",
    .options = out_options,
    .actions = out_actions,
};

static const struct cli_action who_actions[] = {
    {"", "", "who is signed in here", NULL, CLI_READS, 0, 0, show_who},
    {.name = NULL},
};
const struct cli_verb cli_verb_who = {
    .name = "who",
    .summary = "who is signed in at this terminal, and whose PIN counts",
    .actions = who_actions,
};
