/* `countertop till`: the drawer of the register at which one works. */
#include "model/till/till.h"

#include "model/base/money.h"
#include "model/till/till_report.h"
#include "model/till/till_verify.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/verbs.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_WIDTH = 48 };

/* --count, or an amount under another name; `is_given` says whether there was either. */
static bool read_count(struct cli *cli, const char *other, struct till_count *out, bool *is_given,
                       struct error *err)
{
    char currency[4];
    const char *counted = cli_value(cli, "count");
    const char *text = counted != NULL || other == NULL ? counted : cli_value(cli, other);
    *is_given = text != NULL;
    return text == NULL || (till_currency(cli->store, &cli->who.register_id, currency, err) &&
                            till_count_parse(text, currency, out, err));
}

static bool open_till(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct till_count opening;
    struct uuid session;
    char text[UUID_TEXT_SIZE];
    bool is_given;
    (void)argc;
    (void)argv;
    if (!read_count(cli, "float", &opening, &is_given, err))
        return false;
    if (!is_given)
        return error_set(err, ERROR_INPUT,
                         "Say what is in the till: --float 200, or --count 50x3,20x2");
    if (!till_open(cli->store, &cli->who, &opening, &session, err))
        return false;
    uuid_text(&session, text);
    print_line(cli, "%s", text);
    return true;
}

static bool move(struct cli *cli, const char *kind, const char *amount, struct error *err)
{
    char currency[4];
    int64_t cents;
    return till_currency(cli->store, &cli->who.register_id, currency, err) &&
           money_parse(amount, currency, &cents, err) &&
           till_move(cli->store, &cli->who, kind, cents, cli_value(cli, "reason"), err);
}

static bool put_in(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    return move(cli, "pay_in", argv[1], err);
}

static bool take_out(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    return move(cli, "pay_out", argv[1], err);
}

static bool drop(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    return move(cli, "drop", argv[1], err);
}

static bool take_over(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct till_count count;
    bool is_given;
    (void)argc;
    (void)argv;
    return read_count(cli, NULL, &count, &is_given, err) &&
           till_take_over(cli->store, &cli->who, is_given ? &count : NULL, err);
}

static bool print_json(struct cli *cli, const json_t *json, struct error *err)
{
    char *text = json_dumps(json, JSON_SORT_KEYS | JSON_INDENT(2));
    struct buffer out;
    buffer_init(&out);
    buffer_add(&out, text != NULL ? text : "{}");
    buffer_add_char(&out, '\n');
    bool is_printed = print_bytes(cli, out.text, out.size, err);
    buffer_done(&out);
    free(text);
    return is_printed;
}

static void print_report_line(struct cli *cli, const struct report_line *line)
{
    struct buffer out;
    buffer_init(&out);
    int right = print_width(line->right);
    if (line->style == REPORT_RULE)
        for (int i = 0; i < REPORT_WIDTH; i++)
            buffer_add_char(&out, '-');
    else if (right == 0)
        buffer_add(&out, line->left);
    else
        print_fit(&out, line->left, right < REPORT_WIDTH ? REPORT_WIDTH - right - 1 : 1, false);
    if (right > 0)
        buffer_format(&out, " %s", line->right);
    if (line->style == REPORT_HEAD)
        print_line(cli, "%s", "");
    print_line(cli, "%s", out.text);
    buffer_done(&out);
}

static bool print_session(struct cli *cli, const struct uuid *session, struct error *err)
{
    struct till_report report;
    struct report_line *lines;
    bool is_read = till_report_read(cli->store, session, &report, err);
    if (is_read && cli->format == CLI_JSON) {
        is_read = print_json(cli, report.figures, err);
    } else if (is_read) {
        size_t count = till_report_lines(&report, cli->env->zone, cli->arena, &lines);
        for (size_t i = 0; i < count; i++)
            print_report_line(cli, &lines[i]);
    }
    till_report_done(&report);
    return is_read;
}

static bool close_till(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct till_count counted;
    struct uuid session;
    bool is_given;
    (void)argc;
    (void)argv;
    if (!read_count(cli, NULL, &counted, &is_given, err))
        return false;
    if (!is_given)
        return error_set(err, ERROR_INPUT,
                         "Say what was counted: --count 50x3,20x5, or --count 250.00");
    return till_close(cli->store, &cli->who, &counted, cli_value(cli, "reason"), &session, err) &&
           print_session(cli, &session, err);
}

/* The register that --register names, else the one of who works. */
static bool find_register(struct cli *cli, struct uuid *out, struct error *err)
{
    const char *code = cli_value(cli, "register");
    *out = cli->who.register_id;
    if (code == NULL)
        return true;
    struct statement *statement =
        store_prepare(cli->store, "SELECT id FROM registers WHERE upper(code) = upper(?1)", err);
    if (statement == NULL)
        return false;
    statement_bind_text(statement, 1, code);
    int found = statement_step(statement, err);
    if (found > 0)
        statement_uuid(statement, 0, out);
    statement_done(statement);
    return found > 0 || (found == 0 && error_set(err, ERROR_NOT_FOUND,
                                                 "There is no register %s; countertop shop names "
                                                 "them",
                                                 code));
}

static bool x_report(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid register_id, session;
    (void)argc;
    (void)argv;
    if (!find_register(cli, &register_id, err))
        return false;
    int found = till_find_session(cli->store, &register_id, &session, err);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "This till is closed; till z shows its last report");
    return found > 0 && print_session(cli, &session, err);
}

static bool z_report(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid register_id, session;
    char *end = NULL;
    long long number = argc > 1 ? strtoll(argv[1], &end, 10) : 0;
    if (argc > 1 && (*end != '\0' || number <= 0))
        return error_set(err, ERROR_INPUT, "\"%s\" is no number of a Z report", argv[1]);
    if (!find_register(cli, &register_id, err))
        return false;
    int found = till_by_number(cli->store, &register_id, number, &session, err);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "There is no such Z report at this till; till list shows them");
    return found > 0 && print_session(cli, &session, err);
}

static bool print_breaks(struct cli *cli, const struct till_verified *found, struct error *err)
{
    json_t *breaks = json_array();
    for (size_t i = 0; i < found->count; i++)
        json_array_append_new(breaks,
                              json_pack("{s:s, s:I, s:s}", "register", found->breaks[i].code, "z",
                                        (json_int_t)found->breaks[i].z_number, "text",
                                        found->breaks[i].words));
    json_t *all = json_pack("{s:I, s:I, s:o}", "reports", (json_int_t)found->reports, "unchained",
                            (json_int_t)found->unchained, "breaks", breaks);
    bool is_printed = print_json(cli, all, err);
    json_decref(all);
    return is_printed;
}

static bool verify(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct till_verified found;
    (void)argc;
    (void)argv;
    if (!till_verify(cli->store, cli->arena, &found, err))
        return false;
    if (cli->format == CLI_JSON && !print_breaks(cli, &found, err))
        return false;
    for (size_t i = 0; i < found.count && cli->format != CLI_JSON; i++)
        print_line(cli, "WRONG  %s: Z %lld %s", found.breaks[i].code,
                   (long long)found.breaks[i].z_number, found.breaks[i].words);
    if (found.count > 0)
        return error_set(err, ERROR_RULE, "The Z reports of %zu till%s are not as they were",
                         found.count, found.count == 1 ? "" : "s");
    if (cli->format != CLI_JSON)
        print_line(cli, "%lld Z report%s as written%s", (long long)found.reports,
                   found.reports == 1 ? "" : "s",
                   found.unchained == 0
                       ? ""
                       : arena_format(cli->arena, ", %lld of them from before they had hashes",
                                      (long long)found.unchained));
    return true;
}

static const struct cli_option options[] = {
    {"float", "AMOUNT", "what is in the till when it is opened"},
    {"count", "PIECES", "coins and notes, 50x3,20x5,0.50x12; or one amount"},
    {"reason", "WORDS", "what the money is for; why the count differs"},
    {"register", "CODE", "of this register instead of the one here"},
    LIST_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "the sessions of all tills, the newest first", LIST_TAKES, CLI_READS, 0, 0,
     list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"open", "", "open the till with its float, as an amount or by --count", "float count",
     CLI_WRITES, 0, 0, open_till},
    {"in", "AMOUNT", "put cash in", "reason", CLI_WRITES, 1, 1, put_in},
    {"out", "AMOUNT", "take cash out", "reason", CLI_WRITES, 1, 1, take_out},
    {"drop", "AMOUNT", "bring cash to the safe", "reason", CLI_WRITES, 1, 1, drop},
    {"take-over", "", "take the till from whoever has it, counted or not", "count", CLI_WRITES, 0,
     0, take_over},
    {"x", "", "what happened at the till since it was opened", "register", CLI_READS, 0, 0,
     x_report},
    {"close", "", "count the till and close it with a Z report", "count reason", CLI_WRITES, 0, 0,
     close_till},
    {"z", "[NUMBER]", "a Z report, or the last one", "register", CLI_READS, 0, 1, z_report},
    {"verify", "", "read all Z reports, and name the first that is not as it was written", NULL,
     CLI_READS, 0, 0, verify},
    {.name = NULL},
};

const struct cli_verb cli_verb_till = {
    .name = "till",
    .summary = "open, count and close the till; X and Z reports",
    .details = "A Z report is numbered for each register, holds the hash of the one before it, and "
               "is never\nchanged. What should be in the till is said once it was counted, where "
               "the shop counts blind.",
    .options = options,
    .actions = actions,
    .table = "cash_sessions",
    .source = &till_source,
    .fields = "register day status z opened closed keeper counted difference id",
};
