/* `countertop central`: what is done to a centre that runs. */
#include "sync/central_admin.h"
#include "sync/hand_in.h"
#include "tui/cli/central.h"
#include "tui/cli/sheet.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Runs a statement of one text as answer, whose parameters are ready, on the centre argv[1]. */
static const char *answer(struct cli *cli, const char *url, const char *sql, int count,
                          const char *const *parameters, struct error *err)
{
    struct central *central = central_line(cli, url, err);
    const char *text =
        central != NULL ? central_ask(cli, central, sql, count, parameters, err) : NULL;
    central_close(central);
    return text;
}

static bool print_fact(struct cli *cli, const char *name, const char *label, const char *value)
{
    if (value != NULL)
        central_print(cli, &(struct central_fact){name, label, value}, 1);
    return value != NULL;
}

bool central_add_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    char *end;
    long count = strtol(argv[2], &end, 10);
    const char *const parameters[] = {argv[2]};
    (void)argc;
    if (*end != '\0' || count < 1 || count > 10000)
        return error_set(err, ERROR_INPUT, "%s is no number of terminals from 1 to 10000", argv[2]);
    return print_fact(cli, "free", "Places for terminals",
                      answer(cli, argv[1], "SELECT sync_make_pool($1)", 1, parameters, err));
}

bool central_grant_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    const char *shop;
    (void)argc;
    struct central *central = central_line(cli, argv[1], err);
    bool is_done = central != NULL && central_shop(cli, central, &shop, err);
    if (is_done) {
        const char *const parameters[] = {argv[2], shop};
        is_done = print_fact(
            cli, "id", "Granted",
            central_ask(cli, central, "SELECT sync_grant_app($1, $2)", 2, parameters, err));
    }
    central_close(central);
    return is_done;
}

/* A line without its end, from a file or, unseen, from the terminal. */
static bool read_password(struct cli *cli, char *out, size_t size, struct error *err)
{
    const char *path = cli_value(cli, "password-file");
    bool is_input = path == NULL || strcmp(path, "-") == 0;
    FILE *from = is_input ? stdin : fopen(path, "re");
    struct termios before, unseen;
    if (from == NULL)
        return error_set(err, ERROR_NOT_FOUND, "%s can't be read: %s", path, strerror(errno));
    bool is_typed = tcgetattr(fileno(from), &before) == 0;
    if (is_typed) {
        fputs("Password: ", cli->err);
        fflush(cli->err);
        unseen = before;
        unseen.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(fileno(from), TCSAFLUSH, &unseen);
    }
    bool is_read = fgets(out, (int)size, from) != NULL;
    if (is_typed) {
        tcsetattr(fileno(from), TCSAFLUSH, &before);
        fputc('\n', cli->err);
    }
    if (!is_input)
        fclose(from);
    if (is_read)
        out[strcspn(out, "\r\n")] = '\0';
    enum { LEAST = 8, MOST = 72 /* what bcrypt looks at */ };
    return (is_read && strlen(out) >= LEAST && strlen(out) <= MOST) ||
           error_set(err, ERROR_INPUT, "a password has %d to %d bytes", LEAST, MOST);
}

static bool set_password(struct cli *cli, struct central *central, const char *name,
                         const char *password, struct error *err)
{
    const char *shop, *person;
    if (!central_shop(cli, central, &shop, err) ||
        !central_find(central, CENTRAL_PERSON, shop, name, cli->arena, &person, err))
        return false;
    const char *const parameters[] = {shop, person, password};
    return central_ask(cli, central, "SELECT sync_set_password($1, $2, $3)", 3, parameters, err) !=
               NULL &&
           print_fact(cli, "person", "Password set for", name);
}

bool central_password_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    char password[128];
    (void)argc;
    struct central *central = central_line(cli, argv[1], err);
    bool is_done = central != NULL && read_password(cli, password, sizeof password, err) &&
                   set_password(cli, central, argv[2], password, err);
    sodium_memzero(password, sizeof password);
    central_close(central);
    return is_done;
}

bool central_revoke_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    const char *terminal;
    (void)argc;
    struct central *central = central_line(cli, argv[1], err);
    bool is_done = central != NULL && central_find(central, CENTRAL_TERMINAL, NULL, argv[2],
                                                   cli->arena, &terminal, err);
    is_done = is_done &&
              print_fact(cli, "terminal", "Revoked",
                         central_ask(cli, central, "SELECT sync_revoke($1)", 1, &terminal, err));
    central_close(central);
    return is_done;
}

static const struct sheet_column handed_columns[] = {
    {.name = "status", .label = "Answer"},
    {.name = "what", .label = "What", .is_whole = true},
    {.name = "reason", .label = "Reason", .is_whole = true},
    {.name = "id", .label = "Id", .is_whole = true},
};

static void print_handed(void *context, const struct handed_in *one)
{
    sheet_row(context, (const char *const[]){one->status, one->summary, one->reason, one->id});
}

bool central_hand_in_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct sheet sheet;
    bool is_input = strcmp(argv[2], "-") == 0;
    (void)argc;
    FILE *from = is_input ? stdin : fopen(argv[2], "re");
    if (from == NULL)
        return error_set(err, ERROR_NOT_FOUND, "%s can't be read: %s", argv[2], strerror(errno));
    struct central *central = central_line(cli, argv[1], err);
    bool is_done = central != NULL;
    if (is_done) {
        sheet_init(&sheet, cli, handed_columns, sizeof handed_columns / sizeof handed_columns[0]);
        is_done = hand_in(central, from, print_handed, &sheet, err);
        sheet_done(&sheet);
    }
    central_close(central);
    if (!is_input)
        fclose(from);
    return is_done;
}

/* "30d" or "12h" as PostgreSQL writes it. */
static const char *duration(struct cli *cli, const char *text, struct error *err)
{
    char *end;
    long count = strtol(text, &end, 10);
    const char *unit = strcmp(end, "d") == 0 ? "days" : strcmp(end, "h") == 0 ? "hours" : NULL;
    if (end != text && unit != NULL && count >= 0 && count <= 36500)
        return arena_format(cli->arena, "%ld %s", count, unit);
    error_set(err, ERROR_INPUT, "--keep takes days or hours, such as 30d or 12h, not %s", text);
    return NULL;
}

bool central_trim_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    const char *given = cli_value(cli, "keep");
    const char *keep = duration(cli, given != NULL ? given : "30d", err);
    (void)argc;
    return keep != NULL && print_fact(cli, "removed", "Entries taken out",
                                      answer(cli, argv[1], "SELECT sync_trim($1)", 1, &keep, err));
}

bool central_watchdog_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    long long every;
    (void)argc;
    if (!cli_whole(cli, "every", 1, 0, &every, err))
        return false;
    struct central *central = central_line(cli, argv[1], err);
    bool is_done = central != NULL;
    while (is_done) {
        struct pg_result *ended =
            central_query(central, "SELECT role_name, query FROM sync_watchdog()", 0, NULL, err);
        is_done = ended != NULL;
        for (int i = 0; is_done && i < central_rows(ended); i++)
            central_print(cli,
                          (const struct central_fact[]){
                              {"role", "Role", central_text(ended, i, 0)},
                              {"statement", "Statement", central_text(ended, i, 1)}},
                          2);
        central_clear(ended);
        fflush(cli->out);
        if (every == 0)
            break;
        sleep((unsigned)every);
    }
    central_close(central);
    return is_done;
}

bool central_epoch_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    return print_fact(cli, "epoch", "Epoch",
                      answer(cli, argv[1], "SELECT sync_set_epoch()", 0, NULL, err));
}
