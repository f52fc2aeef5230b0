/* `countertop shop`: the shop of the store, and making one. */
#include "model/base/places.h"
#include "model/operation/operation.h"
#include "model/shop/tenant.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"

#include <string.h>

static const char *const default_currency = "EUR";

/* What is known of the shop, and where it stands: a list of several is one text. */
static const char shop_sql[] =
    "SELECT t.name, t.slug, t.default_currency, t.country, t.timezone,"
    " (SELECT group_concat(name, ', ') FROM (SELECT name FROM locations WHERE deleted_at IS NULL"
    "  AND kind NOT IN ('everywhere', 'transit') ORDER BY created_at, id)),"
    " (SELECT group_concat(code, ', ') FROM (SELECT code FROM registers WHERE deleted_at IS NULL"
    "  ORDER BY code)),"
    " (SELECT group_concat(name, ', ') FROM (SELECT u.display_name AS name FROM users AS u"
    "  JOIN user_roles AS m ON m.user_id = u.id JOIN roles AS r ON r.id = m.role_id"
    "  WHERE r.name = 'tenant_owner' AND u.deleted_at IS NULL ORDER BY u.created_at, u.id))"
    " FROM tenants AS t";

static const struct sheet_column shop_columns[] = {
    {.name = "name", .label = "Name", .is_whole = true},
    {.name = "slug", .label = "Slug", .is_whole = true},
    {.name = "currency", .label = "Currency", .is_whole = true},
    {.name = "country", .label = "Country", .is_whole = true},
    {.name = "zone", .label = "Time zone", .is_whole = true},
    {.name = "locations", .label = "Locations", .is_whole = true},
    {.name = "registers", .label = "Registers", .is_whole = true},
    {.name = "owner", .label = "Owner", .is_whole = true},
};
enum { FACTS = sizeof shop_columns / sizeof shop_columns[0] };

static bool show(struct cli *cli, int argc, char **argv, struct error *err)
{
    const char *facts[FACTS];
    (void)argc;
    (void)argv;
    struct statement *statement = store_prepare(cli->store, shop_sql, err);
    int found = statement != NULL ? statement_step(statement, err) : -1;
    for (int i = 0; found == 1 && i < FACTS; i++)
        facts[i] = arena_text(cli->arena, statement_text(statement, i));
    statement_done(statement);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "the shop has been taken away meanwhile");
    if (found == 1)
        sheet_facts(cli, shop_columns, facts, FACTS);
    return found == 1;
}

/* Where each detail was given, for what is wrong with it. */
static const struct {
    const char *detail, *given;
} sources[] = {
    {"name", "NAME"},           {"owner_name", "--owner"}, {"owner_email", "--email"},
    {"currency", "--currency"}, {"country", "--country"},  {"zone", "--zone"},
};

static bool name_source(struct error *err)
{
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (strcmp(err->field, sources[i].detail) == 0)
            return error_prefix(err, "%s", sources[i].given);
    return false;
}

static const char *given_or(const struct cli *cli, const char *option, const char *fallback)
{
    const char *given = cli_value(cli, option);
    return given != NULL ? given : fallback;
}

static bool found(struct cli *cli, const struct tenant_details *details, struct error *err)
{
    struct actor owner;
    if (strcmp(cli->store_path, cli->paths.store) == 0 && !paths_make_folder(cli->paths.data, err))
        return false;
    cli->store = store_open(cli->store_path, STORE_CREATE, cli->env, err);
    if (cli->store == NULL)
        return false;
    return tenant_found(cli->store, details, &owner, err) || name_source(err);
}

static bool new (struct cli *cli, int argc, char **argv, struct error *err)
{
    char country[3] = "";
    const char *zone = given_or(cli, "zone", cli->env->zone);
    bool is_known = zone != NULL && places_country_of(zone, country);
    struct tenant_details details = {
        .name = argv[1],
        .owner_name = cli_value(cli, "owner"),
        .owner_email = cli_value(cli, "email"),
        .currency = given_or(cli, "currency", default_currency),
        .zone = zone,
        .country = given_or(cli, "country", is_known ? country : NULL),
    };
    if (details.owner_name == NULL)
        return error_set(err, ERROR_INPUT, "say whose shop it is with --owner NAME");
    if (!found(cli, &details, err))
        return false;
    return show(cli, argc, argv, err);
}

static const struct cli_option options[] = {
    {"owner", "NAME", "whose shop it is: the person who may do everything"},
    {"email", "ADDRESS", "the owner's e-mail address"},
    {"currency", "CODE", "what it sells in, such as USD; EUR if not given"},
    {"country", "CODE", "whose tax rates it has, such as DE; that of the zone if not given"},
    {"zone", "ZONE", "where its days begin, such as Europe/Berlin; else this machine's"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "", "what the shop is", NULL, CLI_READS, 0, 0, show},
    {"new", "NAME", "make a shop in a store that holds none", "owner email currency country zone",
     CLI_NO_STORE, 1, 1, new},
    {.name = NULL},
};

const struct cli_verb cli_verb_shop = {
    .name = "shop",
    .summary = "make a shop of one's own, or say what it is",
    .details = "A new shop has its owner, one location, register R1, the roles and the tax rates\n"
               "of its country; all else is entered or imported. A store holds one shop.",
    .options = options,
    .actions = actions,
};
