/* Mail, by a server of the shop's provider (SMTP). The account is a row of `integrations` of the
 * type "mail"; its password stands sealed in `integration_credentials` (service "smtp"), which the
 * worker's machine alone can open:
 *
 *   {"host": "smtp.example.org", "port": 465, "security": "tls", "user": "shop@example.org",
 *    "from": "shop@example.org", "name": "Farbwerk"}
 *
 * security: "tls" (from the first byte, port 465, where nothing is said), "starttls" (port 587), or
 * "none", which is for a server on this machine. */
#ifndef SYNC_MAIL_H
#define SYNC_MAIL_H

#include "model/base/error.h"
#include "model/base/memory.h"
#include "model/store/store.h"

#include <stdbool.h>

struct mail_account {
    const char *host, *security, *user, *from, *name;
    int port;
    struct buffer password; /* mail_account_done() wipes it */
};

/* Texts are in the arena. ERROR_NOT_FOUND: the shop has none that is active, or its password can't
 * be opened here; ERROR_INPUT: what is wrong with it. */
bool mail_account_read(struct store *store, struct arena *arena, struct mail_account *out,
                       struct error *err);
void mail_account_done(struct mail_account *account);

struct mail {
    const char *to;
    const char *subject, *text; /* UTF-8 */
    const char *id;             /* of the message, the same where one mail is sent again */
    int64_t time;
};

enum mail_outcome {
    MAIL_SENT,
    MAIL_NOT_SENT, /* for sure, and another try may do: the line, the server, the password */
    MAIL_REFUSED,  /* for sure, and for good: there is no such address */
    MAIL_UNKNOWN,  /* it was handed over whole, and no answer came */
};
/* Waits for the network, up to a minute. `err` is filled for all but MAIL_SENT. */
enum mail_outcome mail_send(const struct mail_account *account, const struct mail *mail,
                            struct error *err);

/* Whether that could be an address: nothing in it that would end a line or a header. */
bool mail_is_address(const char *text);

#endif
