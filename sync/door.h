/* The door where there is a centre (migrations/0029_door.sql), and one front for both: GATE calls
 * door_ask_*() and need not know. All of it may wait for the network, so it is called on
 * app_errand() or without a screen. What the verbs are is said in model/people/door.h. */
#ifndef SYNC_DOOR_H
#define SYNC_DOOR_H

#include "model/people/door.h"
#include "sync/session.h"

/* Asks the centre; where the line is down, the verifier that this terminal keeps. The centre's yes
 * is kept for the next time. ERROR_DENIED as door_open() says it, ERROR_NETWORK: the line is down,
 * and this terminal knows no password of that person. */
bool door_sign_in(struct session *session, const char *name, const char *password, const char *code,
                  struct door_answer *out, struct error *err);

/* The front. Each opens the store of `beside` for writing by itself, so `beside` may be one that
 * can't write, and a line of its own where the store is a terminal of a centre. What an
 * administrator does needs his sign-in by the password of the last 15 minutes there (ERROR_DENIED
 * says so). */
bool door_ask_sign_in(struct store *beside, const char *name, const char *password,
                      const char *code, struct door_answer *out, struct error *err);
bool door_ask_sign_out(struct store *beside, const struct actor *actor, struct error *err);
bool door_ask_sign_out_everywhere(struct store *beside, const struct actor *actor,
                                  const struct uuid *user, struct error *err);
/* `old` and `code` as in signing in; *needs_code as there. */
bool door_ask_set_password(struct store *beside, const struct actor *actor, const char *old,
                           const char *code, const char *password, bool *needs_code,
                           struct error *err);
bool door_ask_reset_code(struct store *beside, const struct actor *actor, const struct uuid *user,
                         char code[DOOR_CODE_SIZE], struct error *err);
bool door_ask_use_reset_code(struct store *beside, const char *name, const char *code,
                             const char *password, struct error *err);
bool door_ask_lift(struct store *beside, const struct actor *actor, const struct uuid *user,
                   struct error *err);
bool door_ask_totp_begin(struct store *beside, const struct actor *actor, struct door_totp *out,
                         struct error *err);
bool door_ask_totp_confirm(struct store *beside, const struct actor *actor, const char *code,
                           struct door_codes *out, struct error *err);
bool door_ask_totp_off(struct store *beside, const struct actor *actor, const struct uuid *user,
                       struct error *err);
bool door_ask_codes_new(struct store *beside, const struct actor *actor, struct door_codes *out,
                        struct error *err);
/* Always of this store: a PIN belongs to one terminal. */
bool door_ask_set_pin(struct store *beside, const struct actor *actor, const char *pin,
                      struct error *err);

#endif
