/* `countertop central status`, `terminals`, `alarms` and `quarantine`. */
#include "model/base/instant.h"
#include "sync/central_admin.h"
#include "tui/cli/central.h"
#include "tui/cli/sheet.h"

#include <stdlib.h>
#include <string.h>

/* A list as the centre gives it; instants come as microseconds, for a person in the local time. */
struct list {
    const char *sql;
    const struct sheet_column *columns;
    size_t count;
    const char *instants; /* names of those columns */
};

static const char *cell(struct cli *cli, const struct list *list, size_t column, const char *text)
{
    char instant[INSTANT_TEXT_SIZE];
    const char *name = list->columns[column].name;
    if (text[0] == '\0' || !cli_has_word(list->instants, name, strlen(name)))
        return text;
    int64_t at = strtoll(text, NULL, 10);
    if (cli->is_terminal && cli->format == CLI_TEXT)
        instant_format_local(at, cli->env->zone, instant);
    else
        instant_format(at, instant);
    return arena_text(cli->arena, instant);
}

/* `parameter`: of the statement; NULL where it has none. */
static bool show(struct cli *cli, const char *url, const struct list *list, const char *parameter,
                 struct error *err)
{
    const char *cells[16];
    struct sheet sheet;
    struct central *central = central_line(cli, url, err);
    struct pg_result *rows =
        central != NULL
            ? central_query(central, list->sql, parameter != NULL ? 1 : 0, &parameter, err)
            : NULL;
    if (rows != NULL) {
        sheet_init(&sheet, cli, list->columns, list->count);
        for (int row = 0; row < central_rows(rows); row++) {
            for (size_t i = 0; i < list->count; i++)
                cells[i] = cell(cli, list, i, central_text(rows, row, (int)i));
            sheet_row(&sheet, cells);
        }
        sheet_done(&sheet);
    }
    central_clear(rows);
    central_close(central);
    return rows != NULL;
}

static const struct sheet_column facts[] = {
    {.name = "fact", .label = "What", .is_whole = true},
    {.name = "value", .label = "How it stands", .is_whole = true},
    {.name = "look", .label = "Look"},
};
static const struct list status_list = {"SELECT fact, value, CASE WHEN NOT is_alarm THEN '' WHEN"
                                        " fact = 'Handed in, and not applied' THEN"
                                        " 'see: central quarantine' ELSE 'look' END"
                                        " FROM sync_health ORDER BY place",
                                        facts, sizeof facts / sizeof facts[0], ""};

static const struct sheet_column terminals[] = {
    {.name = "shop", .label = "Shop"},
    {.name = "name", .label = "Terminal", .is_whole = true},
    {.name = "kind", .label = "Kind"},
    {.name = "location", .label = "Location"},
    {.name = "state", .label = "State"},
    {.name = "seen", .label = "Last seen"},
    {.name = "pulled", .label = "Has all until"},
    {.name = "behind", .label = "Behind", .is_right = true},
    {.name = "conflicts", .label = "Conflicts", .is_right = true},
    {.name = "sent", .label = "Sent", .is_right = true},
    {.name = "incarnation", .label = "Incarnation", .is_right = true},
    {.name = "schema", .label = "Schema", .is_right = true},
    {.name = "role", .label = "Role", .is_whole = true},
    {.name = "id", .label = "Id", .is_whole = true},
};
#define MICROSECONDS(column) "(extract(epoch FROM " column ") * 1000000)::bigint"
static const struct list terminals_list = {
    "SELECT shop, name, kind, location, state, " MICROSECONDS("last_seen_at") ", " MICROSECONDS(
        "pulled_at") ", behind, conflicts, last_seq, incarnation, schema_version, role, id"
                     " FROM sync_terminals ORDER BY shop, name",
    terminals, sizeof terminals / sizeof terminals[0], "seen pulled"};

static const struct sheet_column alarms[] = {
    {.name = "last", .label = "Last"},
    {.name = "times", .label = "Times", .is_right = true},
    {.name = "what", .label = "What", .is_whole = true},
    {.name = "who", .label = "Who", .is_whole = true},
    {.name = "detail", .label = "Detail", .is_whole = true},
};
static const struct list alarms_list = {
    "SELECT " MICROSECONDS("a.last_at") ", a.times, a.kind,"
                                        " coalesce(t.name, a.role_name), a.detail FROM alarms AS a"
                                        " LEFT JOIN terminals AS t ON t.id = a.terminal_id"
                                        " ORDER BY a.last_at DESC LIMIT 1000",
    alarms, sizeof alarms / sizeof alarms[0], "last"};

/* What was handed in and could not be done stands in the incarnation 0 (sync_hand_in()). */
#define QUARANTINE                                                                                 \
    " FROM applied_operations AS a JOIN tenants AS n ON n.id = a.tenant_id"                        \
    " LEFT JOIN terminals AS t ON t.id = a.terminal_id LEFT JOIN users AS u ON u.id = a.actor_id"  \
    " WHERE a.incarnation = 0"

static const struct sheet_column quarantine[] = {
    {.name = "received", .label = "Handed in"},
    {.name = "shop", .label = "Shop"},
    {.name = "terminal", .label = "Terminal"},
    {.name = "who", .label = "Who"},
    {.name = "what", .label = "What"},
    {.name = "reason", .label = "Why it waits"},
    {.name = "id", .label = "Id", .is_whole = true},
};
static const struct list quarantine_list = {
    "SELECT " MICROSECONDS("a.received_at") ", n.slug, coalesce(t.name, ''),"
                                            " coalesce(u.display_name, ''),"
                                            " coalesce(CASE WHEN a.kind <> '?' THEN"
                                            " a.payload::jsonb ->> 'summary' END, a.kind),"
                                            " a.reason, a.operation_id" QUARANTINE
                                            " ORDER BY a.received_at, a.seq LIMIT 1000",
    quarantine, sizeof quarantine / sizeof quarantine[0], "received"};

static const struct sheet_column quarantined[] = {
    {.name = "payload", .label = "All that it says", .is_whole = true}};
static const struct list quarantined_list = {
    "SELECT a.payload" QUARANTINE " AND a.operation_id::text = lower($1)", quarantined,
    sizeof quarantined / sizeof quarantined[0], ""};

bool central_quarantine_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    return argc > 2 ? show(cli, argv[1], &quarantined_list, argv[2], err)
                    : show(cli, argv[1], &quarantine_list, NULL, err);
}

bool central_status_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    return show(cli, argv[1], &status_list, NULL, err);
}

bool central_terminals_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    return show(cli, argv[1], &terminals_list, NULL, err);
}

bool central_alarms_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    return show(cli, argv[1], &alarms_list, NULL, err);
}
