/* What `countertop say` and `countertop channels` share. */
#ifndef TUI_CLI_CHANNELS_H
#define TUI_CLI_CHANNELS_H

#include "model/talk/talk.h"
#include "tui/cli/cli.h"

/* The channel that a word means; the direct one with @NAME is opened where `opens` is set and there
 * is none yet. */
bool channels_which(struct cli *cli, const char *word, bool opens, struct uuid *out,
                    struct error *err);

#endif
