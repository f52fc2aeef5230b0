#include "tui/cli/print.h"
#include "tui/cli/verbs.h"

#include "model/base/money.h"
#include "model/import/import.h"
#include "model/import/import_mapping.h"
#include "model/import/import_reject.h"

#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t was_interrupted;

static void interrupt(int signal)
{
    (void)signal;
    was_interrupted = 1;
}

static bool is_stopped(void *context)
{
    (void)context;
    return was_interrupted != 0;
}

/* The line that is drawn over and over on a terminal. */
struct meter {
    FILE *out;
    struct timespec begun, drawn;
    bool is_survey, is_shown;
};

static double seconds_between(const struct timespec *from, const struct timespec *to)
{
    return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

static void draw_left(FILE *out, double seconds)
{
    if (seconds >= 60)
        fprintf(out, ", %d min %02d s left", (int)seconds / 60, (int)seconds % 60);
    else
        fprintf(out, ", %d s left", (int)(seconds + 0.5));
}

/* Ten times a second; the rate is that of the part which runs. */
static void draw_progress(void *context, const struct import_progress *progress)
{
    struct meter *meter = context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (meter->is_survey != progress->is_survey || !meter->is_shown)
        meter->begun = now;
    if (meter->is_shown && meter->is_survey == progress->is_survey &&
        seconds_between(&meter->drawn, &now) < 0.1)
        return;
    meter->is_survey = progress->is_survey;
    meter->is_shown = true;
    meter->drawn = now;
    double done =
        progress->byte_count > 0 ? (double)progress->bytes / (double)progress->byte_count : 1;
    if (progress->line_count > 0)
        done = (double)progress->lines / (double)progress->line_count;
    double spent = seconds_between(&meter->begun, &now);
    fprintf(meter->out, "\r\033[K%s %3d%%  %" PRId64 " lines",
            progress->is_survey ? "reading  " : "importing", (int)(done * 100), progress->lines);
    if (spent > 0.5 && done > 0) {
        fprintf(meter->out, ", %.0f lines/s", (double)progress->lines / spent);
        draw_left(meter->out, spent / done - spent);
    }
    fflush(meter->out);
}

static void clear_progress(struct meter *meter)
{
    if (meter->is_shown)
        fputs("\r\033[K", meter->out);
    fflush(meter->out);
}

static void print_json(struct cli *cli, const struct import_result *r, const char *rejected)
{
    json_t *json = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:b}", "lines",
        (json_int_t)r->lines, "known", (json_int_t)r->known, "rejected", (json_int_t)r->rejected,
        "sales", (json_int_t)r->sales, "returns", (json_int_t)r->returns, "joined",
        (json_int_t)r->joined, "order_lines", (json_int_t)r->order_lines, "movements",
        (json_int_t)r->movements, "products", (json_int_t)r->products, "customers",
        (json_int_t)r->customers, "sales_cents", (json_int_t)r->sales_cents, "returns_cents",
        (json_int_t)r->returns_cents, "currency", r->currency, "stopped", (int)r->is_stopped);
    if (r->rejected > 0 && !r->is_stopped)
        json_object_set_new(json, "rejected_file", json_string(rejected));
    json_dumpf(json, cli->out, JSON_INDENT(2));
    fputc('\n', cli->out);
    json_decref(json);
}

static void print_text(struct cli *cli, const struct import_result *r)
{
    char sales[MONEY_TEXT_SIZE], returns[MONEY_TEXT_SIZE];
    money_format(r->sales_cents, r->currency, sales);
    money_format(r->returns_cents, r->currency, returns);
    fprintf(cli->out,
            "%" PRId64 " lines read, %" PRId64 " of them known before\n"
            "%" PRId64 " sales, %s %s\n%" PRId64 " returns, %s %s\n",
            r->lines, r->known, r->sales, sales, r->currency, r->returns, returns, r->currency);
    if (r->joined > 0)
        fprintf(cli->out, "%" PRId64 " orders that stood already got more lines\n", r->joined);
    fprintf(cli->out,
            "%" PRId64 " lines of orders, %" PRId64 " movements of stock without an order\n"
            "%" PRId64 " new products, %" PRId64 " new customers\n",
            r->order_lines, r->movements, r->products, r->customers);
}

static void tell_rejected(struct cli *cli, int64_t count, const char *path)
{
    fprintf(cli->err, "countertop: ");
    if (count == 1)
        fprintf(cli->err, "1 line was not taken; it is in ");
    else
        fprintf(cli->err, "%" PRId64 " lines were not taken; they are in ", count);
    fprintf(cli->err, "%s, with the reason; correct it there and import that file\n",
            print_safe(cli, path, cli->arena));
}

/* The signals that ask for an end are noticed between two invoices. */
static bool run_stoppable(struct cli *cli, const struct import_options *options,
                          struct import_result *result, struct error *err)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    enum { COUNT = sizeof signals / sizeof signals[0] };
    const struct sigaction action = {.sa_handler = interrupt};
    struct sigaction before[COUNT];
    was_interrupted = 0;
    for (size_t i = 0; i < COUNT; i++)
        sigaction(signals[i], &action, &before[i]);
    bool is_done = import_orders(cli->store, &cli->who, options, result, err);
    for (size_t i = 0; i < COUNT; i++)
        sigaction(signals[i], &before[i], NULL);
    return is_done;
}

static bool import_file(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    const char *mapping = cli_value(cli, "map");
    if (mapping == NULL)
        return error_set(err, ERROR_INPUT, "say how to read the file with --map NAME; there is: %s",
                         import_mapping_names(cli->store, cli->arena));
    char *beside = import_reject_path(argv[1]);
    const char *rejected = cli_value(cli, "rejected");
    struct import_result result;
    struct meter meter = {.out = cli->err};
    const struct import_options options = {
        .path = argv[1],
        .mapping = mapping,
        .rejected = rejected != NULL ? rejected : beside,
        .progress = isatty(fileno(cli->err)) == 1 ? draw_progress : NULL,
        .stopped = is_stopped,
        .context = &meter,
    };
    bool is_done = run_stoppable(cli, &options, &result, err);
    clear_progress(&meter);
    if (is_done && cli->format == CLI_JSON)
        print_json(cli, &result, options.rejected);
    else if (is_done)
        print_text(cli, &result);
    if (is_done && result.rejected > 0)
        tell_rejected(cli, result.rejected, options.rejected);
    free(beside);
    return is_done &&
           (!result.is_stopped ||
            error_set(err, ERROR_STOPPED, "stopped; the same command goes on from here"));
}

/* Lists the mappings, or prints one. */
static bool show_mappings(struct cli *cli, int argc, char **argv, struct error *err)
{
    if (argc == 1) {
        print_line(cli, "%s", import_mapping_names(cli->store, cli->arena));
        return true;
    }
    const char *json = import_mapping_json(cli->store, argv[1], cli->arena, err);
    json_t *mapping = json != NULL ? json_loads(json, 0, NULL) : NULL;
    char *text = mapping != NULL ? json_dumps(mapping, JSON_INDENT(2)) : NULL;
    bool is_done =
        text != NULL && print_bytes(cli, text, strlen(text), err) && print_bytes(cli, "\n", 1, err);
    free(text);
    json_decref(mapping);
    return is_done;
}

static bool keep_mapping(struct cli *cli, int argc, char **argv, struct error *err)
{
    json_error_t why;
    (void)argc;
    json_t *json = json_load_file(argv[2], 0, &why);
    if (json == NULL)
        return error_set(err, ERROR_INPUT, "cannot read %s as JSON: line %d, %s", argv[2], why.line,
                         why.text);
    char *text = json_dumps(json, JSON_COMPACT);
    bool is_done = text != NULL && actor_may(cli->store, &cli->who, "import.run", err) &&
                   import_mapping_keep(cli->store, argv[1], text, err);
    json_decref(json);
    free(text);
    return is_done;
}

static const struct cli_option options_of_import[] = {
    {"map", "NAME", "how the file is to be read: the name of a mapping"},
    {"rejected", "FILE", "where lines go that can't be taken, instead of FILE.rejected.csv"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"orders", "FILE", "import order lines: customers, products, orders, payments and stock",
     "map rejected", CLI_WRITES, 1, 1, import_file},
    {"mappings", "[NAME]", "which mappings there are, or what one of them says, as JSON", NULL,
     CLI_READS, 0, 1, show_mappings},
    {"keep", "NAME FILE", "keep a mapping, a JSON file, under a name", NULL, CLI_WRITES, 2, 2,
     keep_mapping},
    {.name = NULL},
};

const struct cli_verb cli_verb_import = {
    .name = "import",
    .summary = "take over orders from a file of another system",
    .details =
        "A FILE of orders is CSV, also packed as .csv.xz. It can be imported again: what is\n"
        "known is passed over, so an import that was stopped goes on, and a corrected\n"
        "FILE.rejected.csv completes it. Ctrl-C stops behind the invoice it is at.",
    .options = options_of_import,
    .actions = actions,
};
