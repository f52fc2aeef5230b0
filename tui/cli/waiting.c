/* `countertop waiting`: who waits for a place in the calendar. */
#include "model/calendar/waiting.h"
#include "model/base/instant.h"
#include "model/people/due.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

#include <string.h>

static bool find(struct cli *cli, const char *table, const char *word, struct uuid *id,
                 struct error *err)
{
    return word == NULL ||
           which_row(cli, schema_table(store_schema(cli->store), table), word, id, err);
}

static bool print_id(struct cli *cli, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    print_line(cli, "%s", text);
    return true;
}

static bool add(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    struct waiting_entry entry = {.name = cli_value(cli, "name"),
                                  .phone = cli_value(cli, "phone"),
                                  .first_day = cli_value(cli, "from"),
                                  .last_day = cli_value(cli, "until"),
                                  .times = cli_value(cli, "times"),
                                  .notes = cli_value(cli, "notes")};
    (void)argc, (void)argv;
    return find(cli, "customer_profiles", cli_value(cli, "customer"), &entry.customer_id, err) &&
           find(cli, "services", cli_value(cli, "service"), &entry.service_id, err) &&
           find(cli, "estimators", cli_value(cli, "estimator"), &entry.estimator_id, err) &&
           find(cli, "locations", cli_value(cli, "location"), &entry.location_id, err) &&
           waiting_add(cli->store, &cli->who, &entry, &id, err) && print_id(cli, &id);
}

/* The place that an appointment has or had. */
static bool find_place(struct cli *cli, const char *word, struct waiting_place *out,
                       struct error *err)
{
    struct uuid id;
    struct appointment found;
    if (!find(cli, "appointments", word, &id, err) ||
        appointment_load(cli->store, &id, cli->arena, &found, err) != 1)
        return false;
    *out = waiting_place_of(&found);
    return true;
}

static bool list_matches(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "id", .label = "Id", .is_whole = true},
        {.name = "who", .label = "Customer"},
        {.name = "phone", .label = "Phone", .is_whole = true},
        {.name = "service", .label = "Service"},
        {.name = "times", .label = "Times"},
    };
    struct waiting_place place;
    struct waiting_entry *found;
    struct sheet sheet;
    (void)argc;
    if (!find_place(cli, argv[1], &place, err))
        return false;
    int count = waiting_matches(cli->store, &place, cli->arena, &found, err);
    if (count < 0)
        return false;
    sheet_init(&sheet, cli, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < count; i++) {
        char id[UUID_TEXT_SIZE];
        uuid_text(&found[i].id, id);
        const char *const cells[] = {id, found[i].name, found[i].phone, found[i].service,
                                     found[i].times};
        sheet_row(&sheet, cells);
    }
    sheet_done(&sheet);
    return true;
}

static bool offer(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    struct waiting_place place;
    int64_t until;
    (void)argc;
    if (cli_value(cli, "until") == NULL)
        return error_set(err, ERROR_INPUT, "say how long it is good with --until WHEN");
    return find(cli, "waitlist_entries", argv[1], &id, err) &&
           find_place(cli, argv[2], &place, err) &&
           due_parse(cli_value(cli, "until"), cli->env, &until, err) &&
           waiting_offer(cli->store, &cli->who, &id, &place, until, err);
}

static bool book(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id, appointment;
    struct waiting_place place;
    const bool has_place = argc > 2;
    return find(cli, "waitlist_entries", argv[1], &id, err) &&
           (!has_place || find_place(cli, argv[2], &place, err)) &&
           waiting_book(cli->store, &cli->who, &id, has_place ? &place : NULL,
                        cli_flag(cli, "force"), &appointment, err) &&
           print_id(cli, &appointment);
}

static bool set(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    const char *status = strcmp(argv[0], "again") == 0 ? "waiting" : "cancelled";
    (void)argc;
    return find(cli, "waitlist_entries", argv[1], &id, err) &&
           waiting_set(cli->store, &cli->who, &id, status, err);
}

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"customer", "CUSTOMER", "this customer: a name, number or card"},
    {"name", "NAME", "somebody who is no customer"},
    {"phone", "NUMBER", "another number than the customer's"},
    {"service", "SERVICE", "what for"},
    {"estimator", "ESTIMATOR", "only this one"},
    {"location", "LOCATION", "only there"},
    {"from", "DAY", "the first day that would do, YYYY-MM-DD"},
    {"until", "WHEN", "the last day that would do; of an offer, until when it is good"},
    {"times", "WORDS", "mornings, afternoons, evenings, 14:00-16:00, mon, weekdays"},
    {"notes", "TEXT", "what to know"},
    {"force", NULL, "against a policy, on purpose; never over another appointment"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "who waits, the longest first", LIST_TAKES, CLI_READS, 0, 0, list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"add", "", "put somebody on the list",
     "customer name phone service estimator location from until times notes", CLI_WRITES, 0, 0,
     add},
    {"matches", "APPOINTMENT", "who could have its place, who waits longest first", NULL, CLI_READS,
     1, 1, list_matches},
    {"offer", "ENTRY APPOINTMENT", "offer the place that it had", "until", CLI_WRITES, 2, 2, offer},
    {"book", "ENTRY [APPOINTMENT]", "book the place that it had, or the one that was offered",
     "force", CLI_WRITES, 1, 2, book},
    {"again", "ENTRY", "let them wait again", NULL, CLI_WRITES, 1, 1, set},
    {"cancel", "ENTRY", "take them off the list", NULL, CLI_WRITES, 1, 1, set},
    {.name = NULL},
};

const struct cli_verb cli_verb_waiting = {
    .name = "waiting",
    .summary = "who waits for a place in the calendar",
    .details = "An ENTRY and an APPOINTMENT is its id or the first eight digits of it.",
    .options = options,
    .actions = actions,
    .table = "waitlist_entries",
    .source = &waiting_source,
    .fields = "since who service estimator times status offer phone id",
};
