#include "tui/cli/trail.h"

#include "model/operation/audit.h"

bool trail_note(struct cli *cli, const char *path, const char *action, const char *summary,
                struct error *err)
{
    const struct audit_entry entry = {
        .action = action, .actor = &cli->who.user_id, .summary = summary};
    struct store *store = store_open(path, STORE_WRITE, cli->env, err);
    bool is_done = store != NULL && audit_write(store, &entry, err);
    store_close(store);
    return is_done;
}
