/* `countertop appointments`: what is booked, what is free, and every move. */
#include "model/base/instant.h"
#include "model/calendar/series.h"
#include "model/calendar/slots.h"
#include "model/people/due.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

#include <string.h>

static const char *join_words(struct cli *cli, int count, char **words)
{
    const char *text = count > 0 ? words[0] : "";
    for (int i = 1; i < count; i++)
        text = arena_format(cli->arena, "%s %s", text, words[i]);
    return text;
}

static bool find(struct cli *cli, const char *table, const char *word, struct uuid *id,
                 struct error *err)
{
    return which_row(cli, schema_table(store_schema(cli->store), table), word, id, err);
}

/* In the zone in which times are read from the line, so that what is printed can be typed again. */
static const char *local(struct cli *cli, int64_t instant)
{
    char text[INSTANT_TEXT_SIZE];
    instant_format_local(instant, cli->env->zone, text);
    return arena_text(cli->arena, text);
}

/* What stands in the calendar now. */
static bool tell(struct cli *cli, const struct uuid *id, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "id", .label = "Id", .is_whole = true},
        {.name = "who", .label = "Customer"},
        {.name = "starts", .label = "Starts", .is_whole = true},
        {.name = "ends", .label = "Ends", .is_whole = true},
        {.name = "status", .label = "Status"},
        {.name = "estimator", .label = "Estimator"},
        {.name = "service", .label = "Service"},
        {.name = "resources", .label = "Takes along"},
    };
    struct appointment found;
    char text[UUID_TEXT_SIZE];
    if (appointment_load(cli->store, id, cli->arena, &found, err) != 1)
        return false;
    uuid_text(id, text);
    const char *const facts[] = {text,
                                 found.who,
                                 local(cli, found.starts_at),
                                 local(cli, found.ends_at),
                                 found.status,
                                 found.estimator,
                                 found.service,
                                 found.resources};
    sheet_facts(cli, columns, facts, sizeof columns / sizeof columns[0]);
    return true;
}

static bool read_wish(struct cli *cli, int count, char **words, size_t limit,
                      struct slot_wish *wish, struct slot **slots, size_t *found, struct error *err)
{
    const int64_t now = env_now(cli->env);
    *wish = (struct slot_wish){0};
    if (count > 0 &&
        !slot_wish_read(cli->store, join_words(cli, count, words), now, cli->env->zone, wish, err))
        return false;
    wish->limit = limit;
    return slots == NULL || slots_find(cli->store, wish, now, cli->arena, slots, found, err);
}

static bool list_free(struct cli *cli, int argc, char **argv, struct error *err)
{
    enum { SHOWN = 20 };
    static const struct sheet_column columns[] = {
        {.name = "starts", .label = "Starts", .is_whole = true},
        {.name = "ends", .label = "Ends", .is_whole = true},
        {.name = "estimator", .label = "Estimator"},
    };
    struct slot_wish wish;
    struct slot *slots;
    size_t count;
    long long limit;
    struct sheet sheet;
    if (!cli_whole(cli, "limit", 1, SHOWN, &limit, err) ||
        !read_wish(cli, argc - 1, argv + 1, (size_t)limit, &wish, &slots, &count, err))
        return false;
    sheet_init(&sheet, cli, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        const char *const cells[] = {local(cli, slots[i].starts_at), local(cli, slots[i].ends_at),
                                     slots[i].estimator};
        sheet_row(&sheet, cells);
    }
    sheet_done(&sheet);
    return true;
}

/* At the time that was said, else at the first free place. */
static bool choose_place(struct cli *cli, int count, char **words, struct booking *booking,
                         struct error *err)
{
    struct slot_wish wish;
    struct slot *slots;
    size_t found;
    const char *at = cli_value(cli, "at");
    if (!read_wish(cli, count, words, 1, &wish, at == NULL ? &slots : NULL, &found, err))
        return false;
    booking->estimator_id = wish.estimator_id;
    booking->service_id = wish.service_id;
    booking->type_id = wish.type_id;
    booking->location_id = wish.location_id;
    booking->duration_minutes = wish.duration_minutes;
    booking->resource_count = wish.resource_count;
    memcpy(booking->resources, wish.resources, sizeof booking->resources);
    if (at != NULL)
        return due_parse(at, cli->env, &booking->starts_at, err);
    if (found == 0)
        return error_set(err, ERROR_RULE,
                         "nothing is free then; countertop appointments free lists "
                         "what is");
    booking->estimator_id = slots[0].estimator_id;
    booking->starts_at = slots[0].starts_at;
    return true;
}

static bool book(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    const char *customer = cli_value(cli, "customer");
    struct booking booking = {.name = cli_value(cli, "name"),
                              .phone = cli_value(cli, "phone"),
                              .email = cli_value(cli, "email"),
                              .notes = cli_value(cli, "notes"),
                              .is_new_customer = cli_flag(cli, "new-customer"),
                              .is_forced = cli_flag(cli, "force")};
    return (customer == NULL ||
            find(cli, "customer_profiles", customer, &booking.customer_id, err)) &&
           choose_place(cli, argc - 1, argv + 1, &booking, err) &&
           appointment_book(cli->store, &cli->who, &booking, &id, err) && tell(cli, &id, err);
}

static void tell_hindrance(void *context, const struct uuid *id, const char *who, const char *why)
{
    struct cli *cli = context;
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    print_line(cli, "%s\t%s\t%s", text, who, why);
}

static bool move(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    const char *to = cli_value(cli, "to");
    struct booking_move move = {.reason = cli_value(cli, "reason"),
                                .is_forced = cli_flag(cli, "force")};
    if (argc == 2 && to == NULL)
        return error_set(err, ERROR_INPUT, "say when, such as fri 14:00, or --to ESTIMATOR");
    return find(cli, "appointments", argv[1], &id, err) &&
           (argc == 2 ||
            due_parse(join_words(cli, argc - 2, argv + 2), cli->env, &move.starts_at, err)) &&
           (to == NULL || find(cli, "estimators", to, &move.estimator_id, err)) &&
           appointment_move(cli->store, &cli->who, &id, &move, err) && tell(cli, &id, err);
}

/* All that are named at once, or none. */
static bool set(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct {
        const char *action, *status;
    } words[] = {{"confirm", "confirmed"},
                 {"start", "in_progress"},
                 {"done", "completed"},
                 {"no-show", "no_show"},
                 {"cancel", "cancelled"}};
    const struct booking_listener listener = {tell_hindrance, cli};
    struct booking_status status = {.reason = cli_value(cli, "reason"),
                                    .is_forced = cli_flag(cli, "force"),
                                    .listener = argc > 2 ? &listener : NULL};
    struct uuid *ids;
    size_t count;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].action, argv[0]) == 0)
            status.status = words[i].status;
    return which_rows(cli, schema_table(store_schema(cli->store), "appointments"), argc - 1,
                      argv + 1, &ids, &count, err) &&
           appointment_set(cli->store, &cli->who, ids, count, &status, err);
}

static bool repeat(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    struct series_made made;
    if (!find(cli, "appointments", argv[1], &id, err) ||
        !appointment_repeat(cli->store, &cli->who, &id, join_words(cli, argc - 2, argv + 2),
                            cli_flag(cli, "force"), cli->arena, &made, err))
        return false;
    print_line(cli, "%zu booked", made.booked);
    for (size_t i = 0; i < made.left_out_count; i++)
        print_line(cli, "left out\t%s\t%s", local(cli, made.left_out[i].starts_at),
                   made.left_out[i].why);
    return true;
}

static bool quote(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id, order;
    struct appointment found;
    (void)argc;
    if (!find(cli, "appointments", argv[1], &id, err) ||
        !appointment_quote(cli->store, &cli->who, &id, &order, err) ||
        appointment_load(cli->store, &id, cli->arena, &found, err) != 1)
        return false;
    print_line(cli, "%s", found.order_number);
    return true;
}

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"at", "WHEN", "begin just then, such as 'fri 14:00', and not at the first free place"},
    {"customer", "CUSTOMER", "for this customer: a name, number or card"},
    {"name", "NAME", "for somebody who is no customer"},
    {"new-customer", NULL, "enter who is named among the customers"},
    {"phone", "NUMBER", "another number than the customer's"},
    {"email", "ADDRESS", "another address than the customer's"},
    {"notes", "TEXT", "what to know at the door"},
    {"to", "ESTIMATOR", "give it to this estimator"},
    {"reason", "TEXT", "why; the history keeps it"},
    {"force", NULL, "against a policy, on purpose; never over another appointment"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "appointments, the next first", LIST_TAKES, CLI_READS, 0, 0, list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"free", "[WISH...]", "free places, as in: free 90 min, next week, near 10115", "limit",
     CLI_READS, 0, -1, list_free},
    {"book", "[WISH...]", "book the first free place that fits, or the time --at",
     "at customer name new-customer phone email notes force", CLI_WRITES, 0, -1, book},
    {"move", "APPOINTMENT [WHEN...]", "to another time, or another estimator", "to reason force",
     CLI_WRITES, 1, -1, move},
    {"repeat", "APPOINTMENT HOW...", "book it again, as in: repeat 018f2a3b weekly, 6 times",
     "force", CLI_WRITES, 2, -1, repeat},
    {"cancel", "APPOINTMENT...", "cancel them all, or none", "reason force", CLI_WRITES, 1, -1,
     set},
    {"confirm", "APPOINTMENT...", "the customer said yes", "reason", CLI_WRITES, 1, -1, set},
    {"start", "APPOINTMENT...", "they have begun", "reason", CLI_WRITES, 1, -1, set},
    {"done", "APPOINTMENT...", "they are done", "reason", CLI_WRITES, 1, -1, set},
    {"no-show", "APPOINTMENT...", "nobody was there", "reason", CLI_WRITES, 1, -1, set},
    {"quote", "APPOINTMENT", "a quote for the customer, to be filled", NULL, CLI_WRITES, 1, 1,
     quote},
    {.name = NULL},
};

const struct cli_verb cli_verb_appointments = {
    .name = "appointments",
    .summary = "list, book, move and cancel appointments",
    .details = "A WISH is in words: '90 min, next week, anyone, near 10115', 'tomorrow morning, "
               "Paul'. An\nAPPOINTMENT is its id or the first eight digits of it. Without a line a "
               "booking is tentative\nuntil the centre has it.",
    .options = options,
    .actions = actions,
    .table = "appointments",
    .source = &appointment_source,
    .fields = "starts who estimator service status phone id",
};
