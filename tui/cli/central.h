/* The actions of `countertop central`, which administers a centre. The first word of each is the
 * centre's URL, as a superuser of its database. */
#ifndef TUI_CLI_CENTRAL_H
#define TUI_CLI_CENTRAL_H

#include "tui/cli/cli.h"

#include "sync/central.h"

bool central_init_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_code_run(struct cli *cli, int argc, char **argv, struct error *err);

bool central_status_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_terminals_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_alarms_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_quarantine_run(struct cli *cli, int argc, char **argv, struct error *err);

bool central_add_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_grant_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_password_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_revoke_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_hand_in_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_trim_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_watchdog_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_epoch_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_backup_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_restore_run(struct cli *cli, int argc, char **argv, struct error *err);
bool central_verify_run(struct cli *cli, int argc, char **argv, struct error *err);

/* Opens argv[1], and sees that it is a centre. */
struct central *central_line(const struct cli *cli, const char *url, struct error *err);
/* One text that a statement answers, in the arena; "" for NULL, NULL on failure. */
const char *central_ask(struct cli *cli, struct central *central, const char *sql, int count,
                        const char *const *parameters, struct error *err);
/* The shop that --tenant names, or the only one. */
bool central_shop(struct cli *cli, struct central *central, const char **id, struct error *err);

struct central_fact {
    const char *name, *label, *value; /* NULL: left out for a person */
};
/* For a person a line for each, for programs a row. */
void central_print(struct cli *cli, const struct central_fact *facts, size_t count);

#endif
