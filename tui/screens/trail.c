#include "tui/screens/trail.h"

void trail_add(struct app *app, const struct audit_entry *entry)
{
    struct error err = {0};
    struct store *store = app_store(app);
    bool is_open = store_begin(store, &err);
    bool is_done = is_open && audit_add(store, entry, &err);
    if (is_done)
        is_done = store_commit(store, &err);
    else if (is_open)
        store_rollback(store);
    if (!is_done)
        app_toast_error(app, &err);
}
