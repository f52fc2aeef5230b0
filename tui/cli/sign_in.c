#include "tui/cli/sign_in.h"

#include "sync/session.h"
#include "tui/cli/print.h"
#include "tui/cli/secret.h"

static bool ask_centre(struct cli *cli, const char *name, const char *password, struct error *err)
{
    struct login login;
    struct uuid user;
    if (!login_read(cli->store_path, &login, err))
        return false;
    struct session *session = session_new(cli->store, &login, err);
    bool is_done = session != NULL && session_sign_in(session, name, password, &user, err);
    session_free(session);
    login_done(&login);
    if (is_done)
        print_line(cli, "%s is signed in on this terminal", name);
    return is_done;
}

bool sign_in(struct cli *cli, const char *name, struct error *err)
{
    char password[SECRET_SIZE];
    char *prompt = arena_format(cli->arena, "Password of %s", print_safe(cli, name, cli->arena));
    bool is_done = secret_read(cli, prompt, cli_value(cli, "password-file"), password, err) &&
                   ask_centre(cli, name, password, err);
    secret_wipe(password);
    return is_done;
}
