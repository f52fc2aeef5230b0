/* `countertop audit`: the trail of who did what, and whether it is as it was written. */
#include "model/operation/audit.h"
#include "model/base/instant.h"
#include "model/list/audit_list.h"
#include "model/operation/audit_verify.h"
#include "model/overlay/exchange.h"
#include "sync/audit.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <time.h>

enum { HEX_SIZE = 2 * AUDIT_HASH_SIZE + 1 };

/* A run of `verify`: what it found goes out as it is found, or into one JSON at its end. */
struct run {
    struct cli *cli;
    json_t *faults, *chains; /* NULL: not as JSON */
    bool is_compared;
};

static bool is_json(const struct run *run)
{
    return run->faults != NULL;
}

static void add_id(json_t *json, const char *name, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    json_object_set_new(json, name, uuid_is_zero(id) ? json_null() : json_string(text));
}

static void hear_fault(void *context, const struct audit_fault *fault)
{
    struct run *run = context;
    if (!is_json(run)) {
        print_line(run->cli, "WRONG  %s", fault->text);
        return;
    }
    json_t *json = json_pack("{s:s, s:I, s:I, s:s}", "wrong", audit_wrong_word(fault->wrong),
                             "chain", (json_int_t)fault->incarnation, "row",
                             (json_int_t)fault->sequence, "text", fault->text);
    add_id(json, "id", &fault->id);
    add_id(json, "terminal", &fault->terminal);
    json_array_append_new(run->faults, json);
}

static void hear_chain(void *context, const struct audit_chain *chain)
{
    struct run *run = context;
    char hex[HEX_SIZE];
    sodium_bin2hex(hex, sizeof hex, chain->hash, sizeof chain->hash);
    if (!is_json(run)) {
        print_line(run->cli, "%s, chain %" PRId64 ": rows %" PRId64 " to %" PRId64 ", head %s",
                   chain->name, chain->incarnation, chain->first, chain->last, hex);
        return;
    }
    json_t *json = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:s}", "name", chain->name, "chain",
                             (json_int_t)chain->incarnation, "first", (json_int_t)chain->first,
                             "last", (json_int_t)chain->last, "rows", (json_int_t)chain->rows,
                             "erased", (json_int_t)chain->erased, "head", hex);
    add_id(json, "terminal", &chain->terminal);
    json_array_append_new(run->chains, json);
}

/* 1: compared, 0: there is no centre or no line to it, -1: failed. */
static int compare(struct run *run, const struct audit_listener *listener,
                   struct audit_report *report, struct error *err)
{
    struct cli *cli = run->cli;
    struct error why = {0};
    struct login login;
    struct exchange_status status;
    if (cli_flag(cli, "offline"))
        return 0;
    if (!exchange_status(cli->store, &status, err))
        return -1;
    if (!status.is_enrolled)
        return 0;
    struct store *store = store_open(cli->store_path, STORE_WRITE, cli->env, err);
    if (store == NULL)
        return -1;
    bool has_login = login_read(cli->store_path, &login, &why);
    struct session *session = has_login ? session_new(store, &login, &why) : NULL;
    bool is_done = session != NULL && session_audit_compare(session, listener, report, &why);
    session_free(session);
    if (has_login)
        login_done(&login);
    store_close(store);
    if (!is_done && is_json(run))
        return 0;
    if (!is_done)
        print_line(cli, "not compared with the centre: %s", why.text);
    return is_done;
}

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void tell(struct run *run, const struct audit_report *report, int64_t took_ms)
{
    struct cli *cli = run->cli;
    if (is_json(run)) {
        json_t *json =
            json_pack("{s:b, s:I, s:I, s:I, s:b, s:I, s:O, s:O}", "sound", report->faults == 0,
                      "rows", (json_int_t)report->rows, "erased", (json_int_t)report->erased,
                      "before", (json_int_t)report->loose, "compared", run->is_compared, "ms",
                      (json_int_t)took_ms, "chains", run->chains, "faults", run->faults);
        json_dumpf(json, cli->out, JSON_COMPACT);
        fputc('\n', cli->out);
        json_decref(json);
        return;
    }
    if (report->loose > 0)
        print_line(cli, "%" PRId64 " rows are from before there was a chain", report->loose);
    print_line(cli,
               "%" PRId64 " rows in %" PRId64 " %s, %" PRId64 " with erased words, read in %" PRId64
               ".%03d s%s",
               report->rows, report->chains, report->chains == 1 ? "chain" : "chains",
               report->erased, took_ms / 1000, (int)(took_ms % 1000),
               run->is_compared ? ", compared with the centre" : "");
}

static bool verify(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc, (void)argv;
    struct run run = {.cli = cli};
    struct audit_report report;
    if (cli->format == CLI_JSON) {
        run.faults = json_array();
        run.chains = json_array();
    }
    const struct audit_listener listener = {hear_fault, hear_chain, NULL, &run};
    int64_t began = monotonic_ms();
    cli->store = store_open(cli->store_path, STORE_READ, cli->env, err);
    bool is_done = cli->store != NULL && audit_verify(cli->store, &listener, &report, err);
    int64_t took = monotonic_ms() - began;
    int compared = is_done ? compare(&run, &listener, &report, err) : -1;
    run.is_compared = compared > 0;
    if (compared >= 0)
        tell(&run, &report, took);
    json_decref(run.faults);
    json_decref(run.chains);
    if (compared < 0 || report.faults == 0)
        return compared >= 0;
    return error_set(err, ERROR_RULE,
                     "the trail is not as it was written, in %" PRId64 " %s; keep the store as it "
                     "is, and compare it with a backup",
                     report.faults, report.faults == 1 ? "place" : "places");
}

static bool print_head(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "chain", .label = "Chain", .is_whole = true},
        {.name = "row", .label = "Row", .is_whole = true},
        {.name = "head", .label = "Head", .is_whole = true},
    };
    struct audit_head head;
    char hex[HEX_SIZE];
    (void)argc, (void)argv;
    if (!audit_head(cli->store, &head, err))
        return false;
    if (head.sequence == 0)
        return error_set(err, ERROR_NOT_FOUND, "nothing was done in this store yet");
    sodium_bin2hex(hex, sizeof hex, head.hash, sizeof head.hash);
    sheet_facts(cli, columns,
                (const char *const[]){arena_format(cli->arena, "%" PRId64, head.incarnation),
                                      arena_format(cli->arena, "%" PRId64, head.sequence), hex},
                sizeof columns / sizeof columns[0]);
    return true;
}

static bool list(struct cli *cli, int argc, char **argv, struct error *err)
{
    return list_table(cli, err) != NULL && list_run(cli, argc, argv, err);
}

static bool export(struct cli *cli, int argc, char **argv, struct error *err)
{
    return list_table(cli, err) != NULL && list_export(cli, argc, argv, err);
}

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"offline", NULL, "do not ask the centre where the chains end there"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "what was done, newest first", LIST_TAKES, CLI_READS, 0, 0, list},
    {"export", "", "all fields with their hashes, as CSV unless asked otherwise", EXPORT_TAKES,
     CLI_READS, 0, 0, export},
    {"verify", "", "whether the trail is as it was written, and where not", "offline", CLI_NO_STORE,
     0, 0, verify},
    {"head", "", "where this store's chain ends: to keep on paper", NULL, CLI_READS, 0, 0,
     print_head},
    {.name = NULL},
};

const struct cli_verb cli_verb_audit = {
    .name = "audit",
    .summary = "who did what, and whether the record of it is whole",
    .details =
        "Every action stands in a chain of hashes, one for each terminal. `verify` reads it\n"
        "without a line, names rows that were changed, left out, put elsewhere or cut off,\n"
        "and compares its end with the centre's where there is a line. What it says to be\n"
        "the head is what an earlier head on paper must have led to.",
    .options = options,
    .actions = actions,
    .table = "audit_logs",
    .source = &audit_source,
    .fields = "time action what actor approver terminal",
};
