#include "tui/cli/sign_in.h"

#include "sync/door.h"
#include "tui/cli/print.h"
#include "tui/cli/secret.h"

static bool ask_door(struct cli *cli, const char *name, const char *password, struct error *err)
{
    struct door_answer answer;
    if (!door_ask_sign_in(cli->store, name, password, NULL, &answer, err))
        return false;
    print_line(cli, "%s is signed in on this terminal", answer.actor.name);
    return true;
}

bool sign_in(struct cli *cli, const char *name, struct error *err)
{
    char password[SECRET_SIZE];
    char *prompt = arena_format(cli->arena, "Password of %s", print_safe(cli, name, cli->arena));
    bool is_done = secret_read(cli, prompt, cli_value(cli, "password-file"), password, err) &&
                   ask_door(cli, name, password, err);
    secret_wipe(password);
    return is_done;
}
