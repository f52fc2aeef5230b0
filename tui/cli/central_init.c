/* `countertop central init` and `code`: a centre, shops at it, and the way in for terminals. */
#include "model/base/instant.h"
#include "model/base/places.h"
#include "model/shop/tenant.h"
#include "sync/adopt.h"
#include "sync/central_admin.h"
#include "sync/central_load.h"
#include "tui/cli/central.h"
#include "tui/cli/sign_in.h"
#include "tui/widgets/progress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACES = 20, TELL_EVERY_US = 100000 };

struct init {
    struct cli *cli;
    struct central *central;
    const char *url; /* as terminals have it */
    int64_t began, told;
    bool is_terminal;
};

static bool tell(void *context, const char *what, int64_t rows, int64_t total)
{
    struct init *init = context;
    int64_t now = env_now(init->cli->env);
    if (!init->is_terminal || now - init->told < TELL_EVERY_US)
        return true;
    char text[PROGRESS_TEXT_SIZE] = "";
    const struct progress progress = {
        .done = rows, .total = total, .elapsed_us = now - init->began, .unit = "rows"};
    progress_format(&progress, text);
    fprintf(init->cli->err, "\r\033[K%s  %s", text, what);
    fflush(init->cli->err);
    init->told = now;
    return true;
}

static const char *given_or(const struct cli *cli, const char *option, const char *fallback)
{
    const char *given = cli_value(cli, option);
    return given != NULL ? given : fallback;
}

/* A new terminal's code, and what is to be typed there. */
static bool print_code(struct cli *cli, struct central *central, const char *shop, const char *kind,
                       struct error *err)
{
    const char *url = central_public_url(central, cli->arena);
    const char *location = NULL, *user = NULL;
    if (!central_find(central, CENTRAL_LOCATION, shop, cli_value(cli, "location"), cli->arena,
                      &location, err) ||
        !central_find(central, CENTRAL_PERSON, shop, cli_value(cli, "user"), cli->arena, &user,
                      err))
        return false;
    const char *const parameters[] = {shop, kind, cli_value(cli, "name"), location, user};
    const char *code =
        central_ask(cli, central, "SELECT sync_first_code($1, $2, $3, $4, $5)", 5, parameters, err);
    if (code == NULL)
        return false;
    const struct central_fact facts[] = {
        {"shop", "Shop",
         central_ask(cli, central, "SELECT name FROM tenants WHERE id = $1", 1, &shop, err)},
        {"tenant_id", "Shop's id", shop},
        {"kind", "New terminal", kind},
        {"code", "Code, for an hour", code},
        {"url", "Centre", url},
        {"next", "To be typed there",
         arena_format(cli->arena, "countertop enroll '%s' %s", url, code)},
    };
    central_print(cli, facts, sizeof facts / sizeof facts[0]);
    return true;
}

/* The shop is made as any other is, in a store that lives for a moment, and taken from there. */
static bool found(struct init *init, const char *path, const char **shop, struct error *err)
{
    struct cli *cli = init->cli;
    char country[3] = "", id[UUID_TEXT_SIZE];
    const char *zone = given_or(cli, "zone", cli->env->zone);
    bool is_known = zone != NULL && places_country_of(zone, country);
    const struct tenant_details details = {
        .name = cli_value(cli, "shop"),
        .owner_name = cli_value(cli, "owner"),
        .owner_email = cli_value(cli, "email"),
        .currency = given_or(cli, "currency", "EUR"),
        .zone = zone,
        .country = given_or(cli, "country", is_known ? country : NULL),
    };
    struct actor owner;
    int64_t rows;
    struct store *store = store_open(path, STORE_CREATE, cli->env, err);
    bool is_done = store != NULL && tenant_found(store, &details, &owner, err) &&
                   central_run(init->central, "BEGIN", err) &&
                   central_load(init->central, store, NULL, &rows, err) &&
                   central_run(init->central, "COMMIT", err);
    if (is_done) {
        uuid_text(store_tenant(store), id);
        *shop = arena_text(cli->arena, id);
    }
    store_close(store);
    return is_done;
}

static bool new_shop(struct init *init, struct error *err)
{
    struct cli *cli = init->cli;
    const char *shop = NULL;
    const char *base = getenv("TMPDIR");
    if (cli_value(cli, "owner") == NULL)
        return error_set(err, ERROR_INPUT, "say whose shop it is with --owner NAME");
    char *folder = arena_format(cli->arena, "%s/countertop-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(folder) == NULL)
        return error_set(err, ERROR_SYSTEM, "no folder can be made in %s: %s", folder,
                         strerror(errno));
    bool is_done = found(init, arena_format(cli->arena, "%s/store.db", folder), &shop, err);
    static const char *const files[] = {"store.db", "store.db-wal", "store.db-shm"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        unlink(arena_format(cli->arena, "%s/%s", folder, files[i]));
    rmdir(folder);
    return is_done && print_code(cli, init->central, shop, given_or(cli, "kind", "register"), err);
}

static bool adopt_store(struct init *init, const char *path, struct error *err)
{
    struct cli *cli = init->cli;
    struct central_enrolled enrolled;
    char tenant[UUID_TEXT_SIZE];
    int64_t rows = 0;
    const struct adopt_details details = {.url = init->url,
                                          .kind = given_or(cli, "kind", "office"),
                                          .name = cli_value(cli, "name"),
                                          .location = cli_value(cli, "location")};
    const struct snapshot_progress progress = {.step = tell, .context = init};
    cli->store_path = path; /* whose sign-in counts */
    struct store *store = store_open(path, STORE_CREATE, cli->env, err);
    bool is_done = store != NULL && sign_in_to(cli, store, "sync.edit", err) &&
                   adopt(store, init->central, &details, &progress, &enrolled, &rows, err);
    if (init->is_terminal)
        fputs("\r\033[K", cli->err);
    if (is_done) {
        uuid_text(&enrolled.tenant_id, tenant);
        const struct central_fact facts[] = {
            {"terminal", "Terminal", enrolled.name},
            {"kind", "Kind", enrolled.kind},
            {"tenant_id", "Shop's id", tenant},
            {"rows", "Rows taken there",
             rows > 0 ? arena_format(cli->arena, "%lld", (long long)rows) : NULL},
            {"url", "Centre", init->url},
            {"password", "To sign in with",
             "countertop central password URL PERSON, for each whose password was set here"},
            {"next", "For another terminal",
             "countertop central code URL, with the URL that was given here"},
        };
        central_print(cli, facts, sizeof facts / sizeof facts[0]);
    }
    store_close(store);
    return is_done;
}

bool central_init_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    const char *from = cli_value(cli, "from");
    struct init init = {
        .cli = cli, .began = env_now(cli->env), .is_terminal = isatty(fileno(cli->err)) == 1};
    long long places;
    (void)argc;
    if (!cli_whole(cli, "terminals", 1, PLACES, &places, err))
        return false;
    if (places > 10000)
        return error_set(err, ERROR_INPUT, "a centre starts with at most 10000 terminals");
    if (from != NULL && cli_value(cli, "shop") != NULL)
        return error_set(err, ERROR_INPUT,
                         "--shop makes a new shop, --from takes one that there is: give one of "
                         "them");
    if (from != NULL && access(from, F_OK) != 0)
        return error_set(err, ERROR_NOT_FOUND, "there is no store at %s", from);
    init.central = central_open(argv[1], err);
    bool is_done = init.central != NULL && central_prepare(init.central, (int)places, err);
    if (is_done) {
        init.url = central_public_url(init.central, cli->arena);
        if (from != NULL)
            is_done = adopt_store(&init, from, err);
        else if (cli_value(cli, "shop") != NULL)
            is_done = new_shop(&init, err);
        else
            central_print(
                cli,
                (const struct central_fact[]){{"url", "Centre", init.url},
                                              {"next", "For a shop",
                                               "the same with --shop NAME --owner NAME, or "
                                               "with --from STORE"}},
                2);
    }
    central_close(init.central);
    return is_done;
}

bool central_code_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const char *const kinds[] = {"register", "office", "estimator", "worker"};
    const char *shop, *kind = given_or(cli, "kind", "register");
    bool is_kind = false;
    (void)argc;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        is_kind |= strcmp(kind, kinds[i]) == 0;
    if (!is_kind)
        return error_set(err, ERROR_INPUT,
                         "--kind is register, office, estimator or worker, not %s", kind);
    struct central *central = central_line(cli, argv[1], err);
    bool is_done = central != NULL && central_shop(cli, central, &shop, err) &&
                   print_code(cli, central, shop, kind, err);
    central_close(central);
    return is_done;
}
