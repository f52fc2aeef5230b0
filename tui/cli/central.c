#include "tui/cli/central.h"

#include "sync/central_admin.h"
#include "tui/cli/copying.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"

struct central *central_line(const struct cli *cli, const char *url, struct error *err)
{
    (void)cli;
    struct central *central = central_open(url, err);
    if (central == NULL)
        return NULL;
    struct pg_result *found =
        central_query(central,
                      "SELECT to_regprocedure('sync_first_code(uuid, text, text, uuid,"
                      " uuid)') IS NOT NULL, rolsuper FROM pg_roles WHERE rolname ="
                      " session_user",
                      0, NULL, err);
    bool is_centre = found != NULL && central_text(found, 0, 0)[0] == 't';
    bool is_administrator = found != NULL && central_text(found, 0, 1)[0] == 't';
    central_clear(found);
    if (is_centre && is_administrator)
        return central;
    if (found != NULL && !is_administrator)
        error_set(err, ERROR_DENIED,
                  "a centre is administered by a superuser of the database, such as postgres");
    else if (found != NULL)
        error_set(err, ERROR_NOT_FOUND,
                  "there is no centre in this database; `countertop central init` makes one");
    central_close(central);
    return NULL;
}

const char *central_ask(struct cli *cli, struct central *central, const char *sql, int count,
                        const char *const *parameters, struct error *err)
{
    struct pg_result *result = central_query(central, sql, count, parameters, err);
    const char *text = NULL;
    if (result != NULL)
        text = arena_text(cli->arena, central_rows(result) > 0 ? central_text(result, 0, 0) : "");
    central_clear(result);
    return text;
}

bool central_shop(struct cli *cli, struct central *central, const char **id, struct error *err)
{
    return central_find(central, CENTRAL_SHOP, NULL, cli_value(cli, "tenant"), cli->arena, id, err);
}

void central_print(struct cli *cli, const struct central_fact *facts, size_t count)
{
    static const struct sheet_column pair[] = {
        {.name = "field", .label = "Field", .is_whole = true},
        {.name = "value", .label = "Value", .is_whole = true}};
    bool is_text = cli->format == CLI_TEXT;
    struct sheet_column *columns = arena_alloc(cli->arena, count * sizeof *columns);
    const char **values = arena_alloc(cli->arena, count * sizeof *values);
    struct sheet sheet;
    for (size_t i = 0; i < count; i++) {
        columns[i] =
            (struct sheet_column){.name = facts[i].name, .label = facts[i].label, .is_whole = true};
        values[i] = facts[i].value;
    }
    sheet_init(&sheet, cli, is_text ? pair : columns, is_text ? 2 : count);
    sheet.is_bare = is_text;
    sheet.is_cut = false;
    for (size_t i = 0; is_text && i < count; i++) {
        const char *name = sheet.is_aligned ? facts[i].label : facts[i].name;
        if (facts[i].value != NULL)
            sheet_row(&sheet, (const char *const[]){name, facts[i].value});
    }
    if (!is_text)
        sheet_row(&sheet, values);
    sheet_done(&sheet);
}

static const struct cli_option options[] = {
    {"shop", "NAME", "make a new shop of this name at the centre"},
    {"owner", "NAME", "with --shop: the person who may do everything"},
    {"email", "ADDRESS", "the owner's e-mail address"},
    {"currency", "CODE", "what the shop sells in, such as USD; EUR if not given"},
    {"country", "CODE", "whose tax rates it has, such as DE; that of the zone if not given"},
    {"zone", "ZONE", "where its days begin, such as Europe/Berlin; else this machine's"},
    {"from", "STORE", "take the shop of this store to the centre, and make it the first terminal"},
    {"terminals", "N", "how many terminals there is room for at first, 20 if not given"},
    {"kind", "KIND", "register, office, estimator or worker"},
    {"name", "NAME", "what the new terminal is called"},
    {"location", "LOCATION", "where it stands: a name or id"},
    {"user", "PERSON", "who is signed in on it from the start; the owner if not given"},
    {"tenant", "SHOP", "which shop, where the centre has several: a name, slug or id"},
    {"keep", "TIME", "how much of the log stays, such as 30d or 12h; 30d if not given"},
    {"every", "SECONDS", "do it again and again until stopped"},
    COPYING_OPTIONS,
    {"yes", NULL, "put the copy in the place of what is there"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"init", "URL", "make a centre of an empty database, and a shop at it",
     "shop owner email currency country zone from terminals kind name location", CLI_NO_STORE, 1, 1,
     central_init_run},
    {"code", "URL", "make a code that a new terminal joins with; it lasts an hour",
     "kind name location user tenant", CLI_NO_STORE, 1, 1, central_code_run},
    {"add-terminals", "URL N", "make room for N terminals more", NULL, CLI_NO_STORE, 2, 2,
     central_add_run},
    {"status", "URL", "how the centre stands, and what somebody should look at", NULL, CLI_NO_STORE,
     1, 1, central_status_run},
    {"terminals", "URL", "the terminals: when they were seen, how far they are", NULL, CLI_NO_STORE,
     1, 1, central_terminals_run},
    {"alarms", "URL", "what was tried and refused", NULL, CLI_NO_STORE, 1, 1, central_alarms_run},
    {"quarantine", "URL [ID]",
     "what was handed in and could not be done, oldest first; of one, all that it says. Do again "
     "what is right",
     NULL, CLI_NO_STORE, 1, 2, central_quarantine_run},
    {"password", "URL PERSON", "set the password that somebody signs in with on terminals",
     "tenant", CLI_NO_STORE, 2, 2, central_password_run},
    {"revoke", "URL TERMINAL", "shut a terminal out that was lost or goes", NULL, CLI_NO_STORE, 2,
     2, central_revoke_run},
    {"hand-in", "URL FILE",
     "take in what a terminal wrote with `countertop sync export`; - is the standard input", NULL,
     CLI_NO_STORE, 2, 2, central_hand_in_run},
    {"grant-app", "URL ROLE", "let another program work with a shop's rows, by its role", "tenant",
     CLI_NO_STORE, 2, 2, central_grant_run},
    {"trim", "URL", "take what is old out of the log of changes; once a day is right", "keep",
     CLI_NO_STORE, 1, 1, central_trim_run},
    {"watchdog", "URL", "end what a terminal runs for over a minute", "every", CLI_NO_STORE, 1, 1,
     central_watchdog_run},
    {"backup", "URL FILE", "copy the whole centre to a new file, encrypted",
     "tenant passphrase-file", CLI_NO_STORE, 2, 2, central_backup_run},
    {"verify", "URL FILE", "restore such a copy beside the centre for a moment, and compare",
     "passphrase-file", CLI_NO_STORE, 2, 2, central_verify_run},
    {"restore", "URL FILE", "put such a copy into a database; needs --yes", "yes passphrase-file",
     CLI_NO_STORE, 2, 2, central_restore_run},
    {"epoch", "URL", "tell all terminals that the centre was put back to an older state", NULL,
     CLI_NO_STORE, 1, 1, central_epoch_run},
    {.name = NULL},
};

const struct cli_verb cli_verb_central = {
    .name = "central",
    .summary = "make and look after a centre that terminals exchange with",
    .details = "A centre is a PostgreSQL database, version 15 or later, with nothing else in it.\n"
               "URL is postgresql://user@host/database; the user is a superuser of it. Passwords\n"
               "come from ~/.pgpass or PGPASSWORD. The programs pg_dump and pg_restore make and\n"
               "put back copies; one put back by other means has to be followed by `epoch`.",
    .options = options,
    .actions = actions,
};
