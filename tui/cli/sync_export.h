/* What a store has not sent, as a file: for a machine that will not see its centre again. */
#ifndef TUI_CLI_SYNC_EXPORT_H
#define TUI_CLI_SYNC_EXPORT_H

#include "tui/cli/cli.h"

/* A line for each operation, in order: {"terminal", "id", "incarnation", "seq", "kind", "summary",
 * "hash", "payload"}; the payload is the text over whose bytes the hash goes. A new file, for its
 * owner alone; "-" is the standard output. The centre takes it with `central hand-in`
 * (sync/hand_in.h). */
bool sync_export(struct cli *cli, const char *path, int64_t *count, struct error *err);

#endif
