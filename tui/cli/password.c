/* `countertop password` and `countertop pin`: one's own, and help for others. */
#include "sync/door.h"
#include "tui/cli/print.h"
#include "tui/cli/secret.h"
#include "tui/cli/sign_in.h"
#include "tui/cli/verbs.h"

#include <string.h>

/* What is new is typed twice, or stands in a file once. */
static bool read_new(struct cli *cli, const char *what, const char *file, char out[SECRET_SIZE],
                     struct error *err)
{
    char again[SECRET_SIZE];
    const char *prompt = arena_format(cli->arena, "New %s", what);
    if (!secret_read(cli, prompt, file, out, err))
        return false;
    if (file != NULL)
        return true;
    bool is_same = secret_read(cli, "Once more", NULL, again, err) &&
                   (strcmp(out, again) == 0 ||
                    error_set(err, ERROR_INPUT, "the two are not the same; nothing was changed"));
    secret_wipe(again);
    return is_same;
}

/* Nobody has an old one before the first is set. */
static bool set_with_old(struct cli *cli, const struct actor *actor, const char *password,
                         struct error *err)
{
    char old[SECRET_SIZE] = "", code[SECRET_SIZE] = "";
    bool needs_code = false;
    bool is_read = !door_is_on(cli->store) ||
                   secret_read(cli, "Old password", cli_value(cli, "password-file"), old, err);
    bool is_done =
        is_read && door_ask_set_password(cli->store, actor, old, NULL, password, &needs_code, err);
    if (needs_code)
        is_done = secret_read(cli, "Code of the second factor", NULL, code, err) &&
                  door_ask_set_password(cli->store, actor, old, code, password, &needs_code, err);
    secret_wipe(old);
    secret_wipe(code);
    return is_done;
}

static bool run_password(struct cli *cli, int argc, char **argv, struct error *err)
{
    char password[SECRET_SIZE];
    struct actor actor;
    const char *code = cli_value(cli, "code");
    (void)argc;
    (void)argv;
    cli->store = store_open(cli->store_path, STORE_READ, cli->env, err);
    if (cli->store == NULL || !sign_in_whose(cli, &actor, err))
        return false;
    if (code != NULL && cli->actor == NULL)
        return error_set(err, ERROR_INPUT, "say whose code it is with --as NAME");
    bool is_done =
        read_new(cli, "password", cli_value(cli, "new-password-file"), password, err) &&
        (code != NULL ? door_ask_use_reset_code(cli->store, cli->actor, code, password, err)
                      : set_with_old(cli, &actor, password, err));
    secret_wipe(password);
    if (is_done)
        print_line(cli, "The password of %s is set", actor.name);
    return is_done;
}

static bool find_person(struct cli *cli, const char *word, struct uuid *id, struct error *err)
{
    struct actor actor;
    if (!actor_find(cli->store, word, &actor, err))
        return false;
    *id = actor.user_id;
    return true;
}

static bool run_code(struct cli *cli, int argc, char **argv, struct error *err)
{
    char code[DOOR_CODE_SIZE];
    struct uuid id;
    (void)argc;
    if (!find_person(cli, argv[1], &id, err) ||
        !door_ask_reset_code(cli->store, &cli->who, &id, code, err))
        return false;
    print_line(cli, "%s", code);
    if (cli->is_terminal)
        fputs("It is good for an hour, under \"forgotten password\" where one signs in.\n",
              cli->err);
    explicit_bzero(code, sizeof code);
    return true;
}

static bool run_lift(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    (void)argc;
    return find_person(cli, argv[1], &id, err) && door_ask_lift(cli->store, &cli->who, &id, err);
}

static bool run_pin(struct cli *cli, int argc, char **argv, struct error *err)
{
    char pin[SECRET_SIZE];
    (void)argc;
    (void)argv;
    bool is_done = read_new(cli, "PIN", cli_value(cli, "pin-file"), pin, err) &&
                   door_ask_set_pin(cli->store, &cli->who, pin, err);
    secret_wipe(pin);
    if (is_done)
        print_line(cli, "The PIN of %s is set at this terminal", cli->who.name);
    return is_done;
}

static bool run_pin_off(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return door_ask_set_pin(cli->store, &cli->who, NULL, err);
}

static const struct cli_option password_options[] = {
    {"new-password-file", "FILE", "has the new password in its first line"},
    {"code", "CODE", "an administrator's one-time code, instead of the old password; with --as"},
    {NULL, NULL, NULL},
};
static const struct cli_action password_actions[] = {
    {"", "", "set your own", "new-password-file code", CLI_NO_STORE, 0, 0, run_password},
    {"code", "NAME", "make a one-time code with which NAME chooses a new one", NULL, CLI_WRITES, 1,
     1, run_code},
    {"lift", "NAME", "end the waiting of NAME after wrong tries", NULL, CLI_WRITES, 1, 1, run_lift},
    {.name = NULL},
};
const struct cli_verb cli_verb_password = {
    .name = "password",
    .summary = "set your password, or help somebody who forgot theirs",
    .details =
        "The first password of a shop without a centre puts in the door: from then on everybody\n"
        "proves who they are.",
    .options = password_options,
    .actions = password_actions,
};

static const struct cli_option pin_options[] = {
    {"pin-file", "FILE", "has the PIN in its first line, and is read by nobody else"},
    {NULL, NULL, NULL},
};
static const struct cli_action pin_actions[] = {
    {"", "", "set it", "pin-file", CLI_WRITES, 0, 0, run_pin},
    {"off", "", "take it away", NULL, CLI_WRITES, 0, 0, run_pin_off},
    {.name = NULL},
};
const struct cli_verb cli_verb_pin = {
    .name = "pin",
    .summary = "set the PIN that brings you back at this terminal",
    .options = pin_options,
    .actions = pin_actions,
};
