#include "sync/lease.h"

#include "sync/login.h"

#include <stdio.h>

bool lease_take(const char *store_path, int seconds, struct error *err)
{
    struct login login;
    char text[16];
    if (!login_read(store_path, &login, err))
        return false;
    snprintf(text, sizeof text, "%d", seconds);
    const char *const parameters[] = {text};
    struct central *central = login_open(&login, err);
    struct pg_result *answer =
        central != NULL
            ? central_query(central, "SELECT sync_lease('worker', $1)", 1, parameters, err)
            : NULL;
    bool is_held = answer != NULL && central_text(answer, 0, 0)[0] == 't';
    if (answer != NULL && !is_held)
        error_set(err, ERROR_BUSY, "another worker works for this shop now");
    central_clear(answer);
    central_close(central);
    login_done(&login);
    return is_held;
}
