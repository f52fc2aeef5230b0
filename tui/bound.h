/* A session that is bound to one person's day: `countertop day --as NAME`, which is what the line
 * of a key in authorized_keys runs. Whoever comes by that key sees the day of NAME and does what
 * belongs to it, and nothing else:
 *   - an action that does not have ACTION_BOUND is closed and says so; so are all other screens,
 *     the clipboard, Ctrl-Z and the gate, and no program is ever started;
 *   - of the environment only the terminal's type and the locale are looked at, so that nothing a
 *     client may send chooses a store, a configuration, a font or a program; SSH_ORIGINAL_COMMAND
 *     is never read;
 *   - no configuration is read or written: keys, theme and start screen are the program's own;
 *   - without a terminal the day is printed as text, and nothing is read from the line. */
#ifndef TUI_BOUND_H
#define TUI_BOUND_H

#include "model/base/error.h"
#include "model/operation/actor.h"

#include <stdbool.h>

/* What is said of whatever is closed. */
extern const char bound_sentence[];

/* Leaves of the environment what is harmless; HOME becomes that of the user the program runs as,
 * and where `store` (NULL: the usual one) names a file, its folder is where all else lies. */
bool bound_clean_environment(const char *store, struct error *err);

/* Opens the door to NAME by the key, if that is an estimator. ERROR_DENIED with who it is in *out:
 * only the password lets in now. */
bool bound_enter(struct store *store, const char *name, struct actor *out, struct error *err);

#endif
