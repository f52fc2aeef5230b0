/* `countertop central backup`, `restore` and `verify`: copies of a whole centre. */
#include "sync/central_backup.h"
#include "tui/cli/central.h"
#include "tui/cli/copying.h"
#include "tui/cli/print.h"
#include "tui/cli/stopping.h"

#include <inttypes.h>

/* The key of the shop that is named, or of the only one; without one a passphrase has to do. */
static bool find_key(struct cli *cli, struct central *central, struct seal_key *key, bool *has_key,
                     struct error *err)
{
    struct error why = {0};
    const char *shop;
    *has_key = false;
    if (!central_shop(cli, central, &shop, &why))
        return cli_value(cli, "tenant") == NULL || error_set(err, why.code, "%s", why.text);
    const char *text = central_ask(
        cli, central, "SELECT value FROM app_settings WHERE name = 'worker_key' AND tenant_id = $1",
        1, &shop, err);
    if (text == NULL)
        return false;
    *has_key = seal_key_parse(text, key);
    return true;
}

static bool make(struct cli *cli, struct central *central, const char *path, struct error *err)
{
    struct copying_secrets secrets;
    struct seal_key key;
    bool has_key;
    struct backup_progress progress = copying_progress(cli);
    bool is_done =
        copying_new_passphrase(cli, &secrets, err) && find_key(cli, central, &key, &has_key, err);
    if (is_done) {
        const struct envelope_for who = {.key = has_key ? &key : NULL,
                                         .passphrase =
                                             secrets.has_passphrase ? secrets.passphrase : NULL};
        stopping_begin();
        is_done = central_backup(central, path, &who, &progress, err);
        stopping_end();
        copying_end_line(cli);
    }
    copying_done(&secrets);
    return is_done;
}

static bool print_file(struct cli *cli, const char *label, const char *path)
{
    central_print(cli, &(struct central_fact){"file", label, path}, 1);
    return true;
}

bool central_backup_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    struct central *central = central_line(cli, argv[1], err);
    bool is_done = central != NULL && make(cli, central, argv[2], err) &&
                   print_file(cli, "Copied to", argv[2]);
    central_close(central);
    return is_done;
}

bool central_restore_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct copying_secrets secrets;
    (void)argc;
    if (!cli_flag(cli, "yes"))
        return error_set(err, ERROR_INPUT,
                         "what is in that database now goes; add --yes if that is meant");
    struct central *central = central_open(argv[1], err);
    if (central == NULL)
        return false;
    bool is_done = copying_secrets(cli, &secrets, err);
    const struct backup_from from = copying_from(cli, argv[2], &secrets);
    is_done = is_done && central_restore(central, &from, err) &&
              print_file(cli, "Put back from", argv[2]);
    copying_end_line(cli);
    copying_done(&secrets);
    central_close(central);
    return is_done;
}

bool central_verify_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct copying_secrets secrets;
    int64_t tables = 0, rows = 0;
    (void)argc;
    struct central *central = central_open(argv[1], err);
    if (central == NULL)
        return false;
    bool is_good = copying_secrets(cli, &secrets, err);
    const struct backup_from from = copying_from(cli, argv[2], &secrets);
    stopping_begin();
    is_good = is_good && central_verify(central, &from, &tables, &rows, err);
    stopping_end();
    copying_end_line(cli);
    copying_done(&secrets);
    central_close(central);
    if (is_good)
        print_line(cli, "%s is good: %" PRId64 " rows in %" PRId64 " tables", argv[2], rows,
                   tables);
    return is_good;
}
