/* `countertop day`: the stops of an estimator's day. On a terminal it is the screen (tui/start.h).
 */
#include "model/calendar/day.h"

#include "model/paper/paper_day.h"
#include "model/paper/paper_words.h"
#include "model/paper/pdf.h"
#include "tui/bound.h"
#include "tui/cli/print.h"
#include "tui/cli/printing.h"
#include "tui/cli/sheet.h"
#include "tui/cli/sign_in.h"
#include "tui/cli/verbs.h"

#include <string.h>

/* --as NAME is a key of SSH here, as on the screen: whose day it is, is said. */
static bool enter(struct cli *cli, struct error *err)
{
    static const char *const closed[] = {"pdf", "print"};
    if (cli->actor == NULL)
        return sign_in_actor(cli, err);
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
        if (cli_flag(cli, closed[i]))
            return error_set(err, ERROR_DENIED, "%s", bound_sentence);
    return bound_enter(cli->store, cli->actor, &cli->who, err);
}

/* Whose day, and which. */
static bool find_day(struct cli *cli, int argc, char **argv, struct day *day, struct error *err)
{
    struct uuid estimator, own;
    struct date date;
    if (!enter(cli, err) || !day_of_words(cli->store, &cli->who, (const char *const *)(argv + 1),
                                          (size_t)argc - 1, &estimator, &date, err))
        return false;
    if (cli->actor != NULL && (day_estimator_of(cli->store, &cli->who.user_id, &own, err) != 1 ||
                               !uuid_equal(&own, &estimator)))
        return error_set(err, ERROR_DENIED, "%s", bound_sentence);
    return day_load(cli->store, &estimator, date, cli->arena, day, err);
}

static const struct sheet_column columns[] = {
    {.name = "from", .label = "From", .is_whole = true},
    {.name = "until", .label = "Until", .is_whole = true},
    {.name = "name", .label = "Name"},
    {.name = "phone", .label = "Phone", .is_whole = true},
    {.name = "address", .label = "Address"},
    {.name = "status", .label = "Status"},
    {.name = "service", .label = "Service"},
    {.name = "notes", .label = "Notes"},
    {.name = "told", .label = "Told"},
    {.name = "id", .label = "Id", .is_whole = true},
};

static const char *in_one_line(const char *lines, struct arena *arena)
{
    char *copy = arena_text(arena, lines);
    for (char *at = strchr(copy, '\n'); at != NULL; at = strchr(at, '\n'))
        *at = ',';
    return copy;
}

static void list(struct cli *cli, const struct day *day)
{
    struct sheet sheet;
    sheet_init(&sheet, cli, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < day->count; i++) {
        const struct stop *stop = &day->stops[i];
        char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE], id[UUID_TEXT_SIZE];
        instant_format_local(stop->visit.starts_at, day->zone, from);
        instant_format_local(stop->visit.ends_at, day->zone, until);
        uuid_text(&stop->visit.id, id);
        sheet_row(&sheet,
                  (const char *const[]){
                      from, until, stop->visit.who, stop->visit.phone,
                      in_one_line(paper_words_address(stop->visit.address, cli->arena), cli->arena),
                      stop->visit.status, stop->visit.service, stop->visit.notes, stop->told, id});
    }
    sheet_done(&sheet);
}

static bool write_pdf(struct cli *cli, const struct day *day, const char *path, struct error *err)
{
    struct buffer pdf;
    buffer_init(&pdf);
    bool is_done = paper_day_sheet(cli->store, &cli->who, day, PDF_FONTS, &pdf, err) &&
                   printing_write(cli, path, &pdf, err);
    buffer_done(&pdf);
    return is_done;
}

/* As it would come out of a printer. */
static bool write_sheet(struct cli *cli, const struct day *day, struct error *err)
{
    struct printer printer;
    struct paper_text text;
    struct buffer out;
    paper_text_init(&text, cli->arena);
    buffer_init(&out);
    paper_day_lines(day, &text);
    bool is_done = printing_find(cli, &printer);
    if (is_done) {
        paper_text_plain(text.lines, text.count, &printer, &out);
        is_done = print_bytes(cli, out.text, out.size, err);
    }
    paper_text_done(&text);
    buffer_done(&out);
    return is_done;
}

static bool show(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct day day;
    const char *path = cli_value(cli, "pdf");
    if (!find_day(cli, argc, argv, &day, err))
        return false;
    if (path != NULL)
        return write_pdf(cli, &day, path, err);
    if (cli_flag(cli, "print"))
        return paper_day_print(cli->store, &cli->who, &day, err) && printing_send(cli, err);
    if (cli_flag(cli, "sheet"))
        return write_sheet(cli, &day, err);
    list(cli, &day);
    return true;
}

static const struct cli_option options[] = {
    {"sheet", NULL, "the day sheet, as it would be printed, as text"},
    {"pdf", "FILE", "the day sheet as PDF; - for the output"},
    {"print", NULL, "the day sheet to the printer"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "[NAME] [DATE]", "the stops of a day, in the order of the route", "sheet pdf print",
     CLI_WRITES_FOR_ANYBODY, 0, 6, show},
    {.name = NULL},
};

const struct cli_verb cli_verb_day = {
    .name = "day",
    .summary = "the day of an estimator: stops, addresses, what to know; on a terminal a screen",
    .details =
        "NAME is an estimator, you where none is named; DATE is a day such as tomorrow, tue 14\n"
        "or 12.3. With --as NAME it is bound to that person, for a key of SSH: the line in\n"
        "authorized_keys is  command=\"countertop day --as NAME\",restrict,pty KEY",
    .options = options,
    .actions = actions,
};
