/* `countertop privacy`: what is known of a person, giving it to them, erasing it, and how long rows
 * are kept. */
#include "sync/privacy.h"

#include "model/overlay/exchange.h"
#include "model/privacy/request.h"
#include "model/privacy/subject_export.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"

#include <inttypes.h>
#include <string.h>

static const struct sheet_column columns[] = {
    {.name = "table", .label = "Table"},
    {.name = "rows", .label = "Rows", .is_right = true},
    {.name = "erased", .label = "Erased", .is_right = true},
    {.name = "kept", .label = "Kept", .is_right = true},
    {.name = "why", .label = "Why it is kept"},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static const char *count_text(const struct cli *cli, int64_t count)
{
    return arena_format(cli->arena, "%" PRId64, count);
}

static void print_plan(struct cli *cli, const struct erasure *plan)
{
    struct sheet sheet;
    sheet_init(&sheet, cli, columns, COLUMNS);
    for (size_t i = 0; i < plan->count; i++) {
        const struct erasure_line *line = &plan->lines[i];
        sheet_row(&sheet, (const char *const[COLUMNS]){
                              line->table->label, count_text(cli, line->rows),
                              count_text(cli, line->changed), count_text(cli, line->kept),
                              line->kept > 0 ? line->why : ""});
    }
    sheet_done(&sheet);
}

static bool show(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct subject person;
    struct erasure plan;
    (void)argc;
    if (!actor_may(cli->store, &cli->who, "privacy.manage", err) ||
        !subject_named(cli->store, argv[1], cli->arena, &person, err) ||
        !erasure_preview(cli->store, &person, cli->arena, &plan, err))
        return false;
    print_plan(cli, &plan);
    for (size_t i = 0; i < plan.hindrance_count && cli->format == CLI_TEXT; i++)
        print_line(cli, "can't be erased yet: %s", plan.hindrances[i]);
    return true;
}

static bool export_person(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct subject person;
    (void)argc;
    if (!subject_named(cli->store, argv[1], cli->arena, &person, err))
        return false;
    int64_t rows = subject_export_files(cli->store, &cli->who, &person, argv[2], NULL, err);
    if (rows >= 0)
        print_line(cli, "%" PRId64 " rows of %s are in %s, as JSON and as a text", rows,
                   person.name, argv[2]);
    return rows >= 0;
}

/* The line to the centre of a shop that has one; *session stays NULL in one that runs alone. */
static bool open_line(struct cli *cli, struct login *login, struct session **session,
                      struct error *err)
{
    struct exchange_status status;
    *session = NULL;
    *login = (struct login){0};
    if (!exchange_status(cli->store, &status, err))
        return false;
    if (!status.is_enrolled)
        return true;
    if (login_read(cli->store_path, login, err))
        *session = session_new(cli->store, login, err);
    return *session != NULL;
}

static void close_line(struct login *login, struct session *session)
{
    session_free(session);
    login_done(login);
}

static bool erase(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct subject person;
    struct erasure done;
    struct login login;
    struct session *session;
    (void)argc;
    if (!subject_named(cli->store, argv[1], cli->arena, &person, err))
        return false;
    if (!cli_flag(cli, "yes"))
        return error_set(
            err, ERROR_INPUT,
            "erasing %s can't be taken back: look with `countertop privacy show`, then "
            "give --yes",
            person.name);
    bool is_done = open_line(cli, &login, &session, err) &&
                   privacy_erase(cli->store, session, &cli->who, &person, cli->arena, &done, err);
    if (is_done && session != NULL && !session_pull(session, NULL, err))
        is_done = error_prefix(err, "the centre has erased %s, this store not yet", person.name);
    close_line(&login, session);
    if (is_done)
        print_plan(cli, &done);
    return is_done;
}

static bool ask(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct subject person;
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    (void)argc;
    if (!subject_named(cli->store, argv[2], cli->arena, &person, err) ||
        !request_new(cli->store, &cli->who, &person, argv[1], cli_value(cli, "note"), &id, err))
        return false;
    uuid_text(&id, text);
    print_line(cli, "%s", text);
    return true;
}

static bool move(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    const char *status = strcmp(argv[0], "verify") == 0 ? "verified" : "refused";
    if (!uuid_parse(argv[1], &id))
        return error_set(err, ERROR_INPUT,
                         "%s is no id of a request; `countertop privacy requests --json` has them",
                         argv[1]);
    if (!request_move(cli->store, &cli->who, &id, status, argc > 2 ? argv[2] : NULL, err))
        return false;
    print_line(cli, "%s", status);
    return true;
}

static bool retain(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column rules[] = {
        {.name = "table", .label = "Table"},
        {.name = "status", .label = "Status"},
        {.name = "action", .label = "Does"},
        {.name = "days", .label = "After days", .is_right = true},
        {.name = "rows", .label = "Rows", .is_right = true},
        {.name = "note", .label = ""},
    };
    enum { RULES = sizeof rules / sizeof rules[0] };
    struct retention done;
    struct login login;
    struct session *session;
    struct sheet sheet;
    (void)argc, (void)argv;
    bool is_done = open_line(cli, &login, &session, err) &&
                   privacy_retain(cli->store, session, &cli->who, cli_flag(cli, "dry-run"),
                                  cli->arena, &done, err);
    close_line(&login, session);
    if (!is_done)
        return false;
    sheet_init(&sheet, cli, rules, RULES);
    for (size_t i = 0; i < done.count; i++) {
        const struct retention_line *line = &done.lines[i];
        sheet_row(&sheet, (const char *const[RULES]){line->table, line->status, line->action,
                                                     count_text(cli, line->days),
                                                     count_text(cli, line->rows), line->why_not});
    }
    sheet_done(&sheet);
    return true;
}

static const struct cli_option options[] = {
    {"filter", "FILTER", "which requests: 'status:verified due<next-week'"},
    {"sort", "FIELD", "by which field; -FIELD the other way round"},
    {"limit", "N", "at most so many rows"},
    {"fields", "FIELDS", "which fields, separated by commas"},
    {"yes", NULL, "erase; there is no way back"},
    {"note", "TEXT", "what the person wrote or said"},
    {"dry-run", NULL, "count the rows, and change nothing"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"show", "PERSON", "rows by table that are known, and what erasing would do", NULL, CLI_READS,
     1, 1, show},
    {"export", "PERSON FILE", "all that is known of a person, as FILE.json and FILE.txt", NULL,
     CLI_READS, 2, 2, export_person},
    {"erase", "PERSON", "take the person out of all rows; books stay", "yes", CLI_WRITES, 1, 1,
     erase},
    {"requests", "", "what people asked for, and until when", LIST_TAKES, CLI_READS, 0, 0,
     list_run},
    {"request", "export|erase|rectify PERSON", "note a request; prints its id", "note", CLI_WRITES,
     2, 2, ask},
    {"verify", "ID", "it is the person: the request can be done", NULL, CLI_WRITES, 1, 1, move},
    {"refuse", "ID REASON", "refuse a request", NULL, CLI_WRITES, 2, 2, move},
    {"retention", "", "do with old rows what the rules of retention say", "dry-run", CLI_WRITES, 0,
     0, retain},
    {.name = NULL},
};

const struct cli_verb cli_verb_privacy = {
    .name = "privacy",
    .summary = "what is known of a person: export, erase, requests, retention",
    .details =
        "A PERSON is a name, e-mail address, telephone number, card or id. The rules of\n"
        "retention are rows: `countertop records retention_policies list`. In a shop with a\n"
        "centre that erases and keeps the rules; somebody has to have signed in at this\n"
        "terminal with the password at most 15 minutes before.",
    .options = options,
    .actions = actions,
    .table = "gdpr_requests",
    .source = &request_source,
    .fields = "received kind person status due note",
};
