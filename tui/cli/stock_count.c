/* `countertop stock count` and what goes with it. */
#include "model/base/money.h"
#include "model/stock/count.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/stock.h"
#include "tui/cli/which.h"

#include <inttypes.h>
#include <string.h>

static const struct table *counts(struct cli *cli)
{
    return schema_table(store_schema(cli->store), "stock_counts");
}

static bool read_scope(struct cli *cli, struct count_scope *scope, struct error *err)
{
    const char *category = cli_value(cli, "category");
    const struct table *table = schema_table(store_schema(cli->store), "categories");
    long long days = 0;
    *scope = (struct count_scope){.kind = "full", .is_blind = cli_flag(cli, "blind")};
    if (category != NULL && !which_row(cli, table, category, &scope->category_id, err))
        return error_prefix(err, "--category");
    if (!cli_whole(cli, "days", 0, 0, &days, err))
        return false;
    if (cli_value(cli, "days") != NULL)
        scope->counted_before = env_now(cli->env) - days * 24 * 3600 * INT64_C(1000000);
    if (category != NULL || scope->counted_before > 0)
        scope->kind = "cycle";
    return true;
}

/* The one that is named, else the open one of the place, else a new one. */
static bool find_count(struct cli *cli, struct uuid *id, struct error *err)
{
    const char *word = cli_value(cli, "count");
    struct count_scope scope;
    struct uuid place;
    if (word != NULL)
        return which_row(cli, counts(cli), word, id, err) || error_prefix(err, "--count");
    if (!stock_place(cli, "location", &place, err) || !read_scope(cli, &scope, err))
        return false;
    int found = strcmp(scope.kind, "full") == 0 && !scope.is_blind
                    ? count_find_open(cli->store, &place, id, err)
                    : 0;
    return found == 1 || (found == 0 && count_open(cli->store, &cli->who, &place, &scope, id, err));
}

/* Goods that come again are one line. */
static size_t gather(const struct stock_scan *scans, size_t count, struct count_entry *out)
{
    size_t gathered = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < gathered && !uuid_equal(&out[at].variant_id, &scans[i].goods.variant_id))
            at++;
        if (at == gathered)
            out[gathered++] = (struct count_entry){.variant_id = scans[i].goods.variant_id};
        if (!money_add(out[at].counted_milli, scans[i].milli, &out[at].counted_milli))
            out[at].counted_milli = INT64_MAX;
    }
    return gathered;
}

static bool tell(struct cli *cli, const struct uuid *id, struct error *err)
{
    static const struct sheet_column columns[] = {
        {"count", "Count", false, true},           {"location", "Location", false, false},
        {"status", "Status", false, false},        {"counted", "Goods counted", true, false},
        {"expected", "Goods in all", true, false},
    };
    struct count count;
    struct count_progress progress;
    if (count_load(cli->store, id, cli->arena, &count, err) != 1 ||
        !count_progress(cli->store, &count, &progress, err))
        return false;
    const char *facts[] = {count.number, count.location, count.status,
                           arena_format(cli->arena, "%" PRId64, progress.counted),
                           arena_format(cli->arena, "%" PRId64, progress.expected)};
    sheet_facts(cli, columns, facts, sizeof columns / sizeof columns[0]);
    return true;
}

static bool read_rest(struct cli *cli, const struct uuid *id, bool *is_none, struct error *err)
{
    const char *rest = cli_value(cli, "rest");
    struct count count;
    struct count_progress progress;
    *is_none = rest != NULL && strcmp(rest, "none") == 0;
    if (rest != NULL)
        return *is_none || strcmp(rest, "leave") == 0 ||
               error_set(err, ERROR_INPUT, "--rest is none or leave");
    return count_load(cli->store, id, cli->arena, &count, err) == 1 &&
           count_progress(cli->store, &count, &progress, err) &&
           (progress.counted == progress.expected ||
            error_set(err, ERROR_INPUT,
                      "%" PRId64 " goods of %s were not counted; say --rest none where they are "
                      "gone, or --rest leave",
                      progress.expected - progress.counted, count.number));
}

bool stock_count_scans(struct cli *cli, int argc, char **argv, struct error *err)
{
    static char dash[] = "-";
    char *from_input[] = {dash};
    struct stock_scan *scans;
    size_t found;
    struct uuid id;
    if (!stock_scans(cli, argc > 1 ? argc - 1 : 1, argc > 1 ? argv + 1 : from_input, &scans, &found,
                     err) ||
        !find_count(cli, &id, err))
        return false;
    struct count_entry *entries = arena_alloc(cli->arena, found * sizeof *entries);
    const size_t goods = gather(scans, found, entries);
    for (size_t i = 0; i < goods; i++)
        entries[i].is_anew = cli_flag(cli, "anew");
    bool is_none = false;
    return count_add(cli->store, &cli->who, &id, cli_value(cli, "shelf"), entries, goods, err) &&
           (!cli_flag(cli, "close") || (read_rest(cli, &id, &is_none, err) &&
                                        count_close(cli->store, &cli->who, &id, is_none, err))) &&
           tell(cli, &id, err);
}

bool stock_count_close(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    bool is_none;
    (void)argc;
    return which_row(cli, counts(cli), argv[1], &id, err) && read_rest(cli, &id, &is_none, err) &&
           count_close(cli->store, &cli->who, &id, is_none, err) && tell(cli, &id, err);
}

bool stock_count_cancel(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    (void)argc;
    return which_row(cli, counts(cli), argv[1], &id, err) &&
           count_cancel(cli->store, &cli->who, &id, err) && tell(cli, &id, err);
}

bool stock_count_settle(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    int booked = count_settle(cli->store, &cli->who, err);
    if (booked >= 0)
        print_line(cli, "%d", booked);
    return booked >= 0;
}

static const char *quantity(struct cli *cli, int64_t milli)
{
    char text[MONEY_TEXT_SIZE];
    quantity_format(milli, text);
    return arena_text(cli->arena, text);
}

/* A blind count says what is expected once it is closed. */
bool stock_count_show(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {{"sku", "SKU", false, true},
                                                  {"name", "Name", false, false},
                                                  {"counted", "Counted", true, false},
                                                  {"expected", "Expected", true, false},
                                                  {"difference", "Differs", true, false}};
    struct uuid id;
    struct count count;
    struct count_line *lines;
    (void)argc;
    if (!which_row(cli, counts(cli), argv[1], &id, err) ||
        count_load(cli->store, &id, cli->arena, &count, err) != 1)
        return false;
    const bool is_open = strcmp(count.status, "open") == 0;
    int found = count_lines(cli->store, &count, cli->arena, &lines, err);
    struct sheet sheet;
    sheet_init(&sheet, cli, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < found; i++) {
        const struct count_line *line = &lines[i];
        const char *cells[] = {
            line->sku, line->name, line->is_counted ? quantity(cli, line->counted_milli) : NULL,
            is_open && count.is_blind ? NULL : quantity(cli, line->expected_milli),
            is_open || !line->is_counted
                ? NULL
                : quantity(cli, line->counted_milli - line->expected_milli)};
        if (is_open || line->is_counted)
            sheet_row(&sheet, cells);
    }
    sheet_done(&sheet);
    return found >= 0;
}

bool stock_counts(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return stock_list(cli, &count_source, "stock_counts",
                      "number location kind status goods started", NULL, err);
}
