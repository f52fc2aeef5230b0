/* Who acts on the command line, and the proof of it where the door is on (model/people/door.h): a
 * sign-in that lasts from command to command, or the password. */
#ifndef TUI_CLI_SIGN_IN_H
#define TUI_CLI_SIGN_IN_H

#include "tui/cli/cli.h"

/* Fills cli->who for the store that is open: whoever --as names, else whoever signed in here; where
 * the door is off, anybody who is named, else the usual person. Asks for a password where one is
 * needed, on the terminal or from --password-file, also of whoever --approved-by names. */
bool sign_in_actor(struct cli *cli, struct error *err);

/* For what is done to a store as a whole, whether or not it is the command's: where its door is on,
 * somebody who holds `right` has to prove who they are. */
bool sign_in_to(struct cli *cli, struct store *store, const char *right, struct error *err);

/* Whose command it is, without any proof: whoever --as names, signed in here, or usually works. */
bool sign_in_whose(struct cli *cli, struct actor *out, struct error *err);

/* Signs somebody in with the password and keeps that for this Unix user: for `sign-in` and
 * `enroll`. cli->store is open for writing. */
bool sign_in(struct cli *cli, const char *name, struct error *err);

#endif
