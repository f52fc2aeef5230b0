/* Where a store's centre is and how its terminal signs in there: a file of its own beside the store
 * (`store.db.login`, 0600), never in the store. Without a password in it libpq looks into
 * ~/.pgpass.
 *
 *   {"url": "postgresql://host/shop", "user": "ct_terminal_…", "password": "…"}
 */
#ifndef SYNC_LOGIN_H
#define SYNC_LOGIN_H

#include "model/base/error.h"
#include "sync/central.h"

struct login {
    char *url; /* without user and password */
    char *user;
    char *password; /* NULL: ~/.pgpass has it */
    int connect_s;  /* as central_address has it; 0 as read from the file */
};

/* ERROR_NOT_FOUND: there is none; ERROR_DENIED: others can read the file. */
bool login_read(const char *store_path, struct login *out, struct error *err);
/* Written to a new file that takes the place of the old one when it is whole and on the disk. */
bool login_write(const char *store_path, const struct login *login, struct error *err);
void login_done(struct login *login); /* wipes the password */

/* As central_open_at() does, with 30 s of patience. `stop_fd`: what waits gives up once it is
 * readable. ERROR_DENIED: the terminal was revoked, or has another password. */
struct central *login_open(const struct login *login, struct error *err);
struct central *login_open_until(const struct login *login, int stop_fd, struct error *err);

#endif
