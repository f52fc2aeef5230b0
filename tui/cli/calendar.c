/* `countertop calendar`: calendars that other programs write and read. */
#include "model/base/instant.h"
#include "model/calendar/feed.h"
#include "model/calendar/ical_import.h"
#include "model/calendar/reminder.h"
#include "sync/feeds.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_all(FILE *file, const char *name, struct buffer *out, struct error *err)
{
    char bytes[16384];
    size_t size;
    while ((size = fread(bytes, 1, sizeof bytes, file)) > 0) {
        if (out->size + size > ICAL_BYTES_MAX)
            return error_set(err, ERROR_INPUT, "%s has more than %d MB; take a part of it", name,
                             ICAL_BYTES_MAX / 1000 / 1000);
        buffer_add_bytes(out, bytes, size);
    }
    return !ferror(file) ||
           error_set(err, ERROR_SYSTEM, "cannot read %s: %s", name, strerror(errno));
}

static bool read_file(const char *path, struct buffer *out, struct error *err)
{
    if (strcmp(path, "-") == 0)
        return read_all(stdin, "standard input", out, err);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return error_set(err, ERROR_INPUT, "cannot open %s: %s", path, strerror(errno));
    bool is_done = read_all(file, path, out, err);
    fclose(file);
    return is_done;
}

static bool write_file(const char *path, const struct buffer *text, struct error *err)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_done = file >= 0 && write(file, text->text, text->size) == (ssize_t)text->size;
    if (file >= 0)
        is_done = close(file) == 0 && is_done;
    return is_done || error_set(err, ERROR_SYSTEM, "cannot write %s: %s", path, strerror(errno));
}

static bool export_calendar(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct ical_owner owner;
    struct ical_export export = {.has_address = cli_flag(cli, "address")};
    struct buffer text;
    bool is_file = argc > 2 && strcmp(argv[2], "-") != 0;
    if (!ical_owner_find(cli->store, argv[1], cli->arena, &owner, err))
        return false;
    buffer_init(&text);
    bool is_done =
        ical_write(cli->store, &cli->who, &owner, &export, &text, err) &&
        (is_file ? write_file(argv[2], &text, err) : print_bytes(cli, text.text, text.size, err));
    buffer_done(&text);
    if (is_done && is_file)
        print_line(cli, "%zu events of %s are in %s", export.count, owner.name, argv[2]);
    return is_done;
}

static const struct sheet_column columns[] = {
    {.name = "what", .label = "What", .is_whole = true},
    {.name = "starts", .label = "From", .is_whole = true},
    {.name = "ends", .label = "Until", .is_whole = true},
    {.name = "title", .label = "Title"},
    {.name = "against", .label = "Stands against"},
    {.name = "line", .label = "Line", .is_right = true},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static const char *time_text(struct cli *cli, const struct ical_plan *plan, int64_t time)
{
    char *text = arena_alloc(cli->arena, INSTANT_TEXT_SIZE);
    if (cli->format == CLI_TEXT)
        instant_format_local(time, plan->owner.zone, text);
    else
        instant_format(time, text);
    return text;
}

/* What is the same already is not shown line by line. */
static void show_lines(struct cli *cli, const struct ical_plan *plan)
{
    struct sheet sheet;
    sheet_init(&sheet, cli, columns, COLUMNS);
    for (size_t i = 0; i < plan->line_count; i++) {
        const struct ical_line *line = &plan->lines[i];
        if (line->step == ICAL_SAME || line->step == ICAL_OWN)
            continue;
        sheet_row(&sheet, (const char *const[COLUMNS]){
                              ical_step_names[line->step], time_text(cli, plan, line->starts_at),
                              time_text(cli, plan, line->ends_at), line->title, line->against,
                              line->line > 0 ? arena_format(cli->arena, "%zu", line->line) : ""});
    }
    for (size_t i = 0; i < plan->calendar.problem_count; i++) {
        const struct ical_problem *problem = &plan->calendar.problems[i];
        sheet_row(&sheet, (const char *const[COLUMNS]){
                              "not readable", "", "", problem->title, problem->reason,
                              arena_format(cli->arena, "%zu", problem->line)});
    }
    sheet_done(&sheet);
}

static void show_sums(struct cli *cli, const struct ical_plan *plan)
{
    const size_t *counts = plan->counts;
    const struct ical_calendar *calendar = &plan->calendar;
    fprintf(cli->err,
            "%zu events: %zu new, %zu changed, %zu gone, %zu the same, %zu of the shop itself,"
            " %zu free, %zu past, %zu not readable\n",
            calendar->event_count, counts[ICAL_NEW], counts[ICAL_CHANGED], counts[ICAL_GONE],
            counts[ICAL_SAME], counts[ICAL_OWN], calendar->free_count, calendar->past_count,
            calendar->problem_count);
    if (plan->against_count > 0 && plan->owner.is_resource)
        fprintf(cli->err, "%zu stand against other bookings and are left out\n",
                plan->against_count);
    else if (plan->against_count > 0)
        fprintf(cli->err, "%zu stand against appointments, which stay as they are\n",
                plan->against_count);
}

static bool import_calendar(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct ical_owner owner;
    struct ical_plan plan;
    struct buffer text;
    (void)argc;
    if (!ical_owner_find(cli->store, argv[1], cli->arena, &owner, err))
        return false;
    buffer_init(&text);
    bool is_done = read_file(argv[2], &text, err) && ical_plan(cli->store, &owner, NULL, text.text,
                                                               text.size, cli->arena, &plan, err);
    buffer_done(&text);
    if (!is_done)
        return false;
    show_lines(cli, &plan);
    show_sums(cli, &plan);
    return cli_flag(cli, "preview") || ical_apply(cli->store, &cli->who, &plan, err);
}

static bool subscribe(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct ical_owner owner;
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    const char *name = cli_value(cli, "name");
    (void)argc;
    if (!ical_owner_find(cli->store, argv[1], cli->arena, &owner, err))
        return false;
    if (owner.is_resource)
        return error_set(err, ERROR_INPUT,
                         "A calendar is read for an estimator; %s is none: import a file for it",
                         owner.name);
    if (!feed_add(cli->store, &cli->who, name != NULL ? name : owner.name, &owner.id, argv[2], &id,
                  err))
        return false;
    uuid_text(&id, text);
    print_line(cli, "%s", text);
    return true;
}

static bool which_feed(struct cli *cli, const char *word, struct uuid *id, struct error *err)
{
    return which_row(cli, schema_table(store_schema(cli->store), "calendar_feeds"), word, id, err);
}

static bool unsubscribe(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    (void)argc;
    return which_feed(cli, argv[1], &id, err) && feed_drop(cli->store, &cli->who, &id, err);
}

/* In the person's name, where the worker reads in its own. */
static bool read_feeds(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    struct buffer words;
    if (!actor_may(cli->store, &cli->who, "appointments.edit", err) ||
        (argc > 1 && !which_feed(cli, argv[1], &id, err)))
        return false;
    buffer_init(&words);
    bool is_done = feeds_read(cli->store, &cli->who, argc > 1 ? &id : NULL, &words, err);
    if (is_done)
        print_line(cli, "%s", words.text);
    buffer_done(&words);
    return is_done;
}

static const char *read_ones(struct cli *cli)
{
    (void)cli;
    return "direction:read";
}

static bool send_again(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid *ids;
    size_t count;
    const struct table *table = schema_table(store_schema(cli->store), "reminders");
    if (!which_rows(cli, table, argc - 1, argv + 1, &ids, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!reminder_again(cli->store, &cli->who, &ids[i], err))
            return false;
    return true;
}

static const struct cli_option options[] = {
    {"address", NULL, "tell the address of who is visited, too"},
    {"preview", NULL, "show what it would do, and do nothing"},
    {"name", "NAME", "what to call the calendar"},
    LIST_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"export", "NAME [FILE]", "the appointments of an estimator or a thing as an iCalendar file",
     "address", CLI_WRITES, 1, 2, export_calendar},
    {"import", "NAME FILE", "take over what keeps an estimator or a thing busy", "preview",
     CLI_WRITES, 2, 2, import_calendar},
    {"feeds", "", "the calendars that are read from an address, and how that went", LIST_TAKES,
     CLI_READS, 0, 0, list_run},
    {"table", "", "all fields of the same, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS,
     0, 0, list_export},
    {"subscribe", "NAME URL", "read the calendar at an address for an estimator, again and again",
     "name", CLI_WRITES, 2, 2, subscribe},
    {"unsubscribe", "FEED", "read it no more, and free the time that it blocked", NULL, CLI_WRITES,
     1, 1, unsubscribe},
    {"read", "[FEED]", "read those that are due, or one of them now", NULL, CLI_WRITES, 0, 1,
     read_feeds},
    {.name = NULL},
};

const struct cli_verb cli_verb_calendar = {
    .name = "calendar",
    .summary = "calendars that other programs write and read",
    .details = "NAME is that of an estimator, or of a van, room or tool. What is imported becomes\n"
               "time that can't be booked, no appointment; the same file again changes nothing.\n"
               "`countertop undo` takes an import back. `countertop worker` reads feeds each hour.",
    .options = options,
    .actions = actions,
    .table = "calendar_feeds",
    .source = &feed_source,
    .fields = "name whose from state read next problem",
    .base = read_ones,
};

static const struct cli_option reminder_options[] = {
    LIST_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action reminder_actions[] = {
    {"list", "", "reminders of appointments, by when they are due", LIST_TAKES, CLI_READS, 0, 0,
     list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"again", "REMINDER...", "send one again that failed or of which nobody knows", NULL,
     CLI_WRITES, 1, -1, send_again},
    {.name = NULL},
};

const struct cli_verb cli_verb_reminders = {
    .name = "reminders",
    .summary = "which reminders of appointments went out, and which did not",
    .details =
        "They are made where the setting `reminders` says so, {\"email\": [1440]}, and sent by\n"
        "`countertop worker`, from the account that is the active row of\n"
        "`countertop records integrations` with the type mail. What did not go out:\n"
        "--filter state:failed, state:unknown or state:missed.",
    .options = reminder_options,
    .actions = reminder_actions,
    .table = "reminders",
    .source = &reminder_source,
    .fields = "who starts due state email problem id",
};
