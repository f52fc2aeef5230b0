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
};

/* ERROR_NOT_FOUND: there is none; ERROR_DENIED: others can read the file. */
bool login_read(const char *store_path, struct login *out, struct error *err);
/* Written to a new file that takes the place of the old one when it is whole and on the disk. */
bool login_write(const char *store_path, const struct login *login, struct error *err);
void login_done(struct login *login); /* wipes the password */

/* TLS with sslmode=verify-full, unless the server is on a Unix socket or this machine or the URL
 * says otherwise. The password is never part of a text that could be logged. */
struct central *login_open(const struct login *login, struct error *err);

#endif
