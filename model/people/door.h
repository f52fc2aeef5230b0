/* The door: who may work here, and proof of who it is. All of it is local and never waits for the
 * network; sync/door.h is the front that asks the centre first where there is one.
 *
 * A store that runs alone is the authority: it holds the hashes, second factors and codes. The
 * store of a terminal holds what that terminal knows: verifiers of passwords that the centre has
 * accepted here, which count for some days and only while the person's sign-in at this terminal
 * lives
 * (`terminal_users`), and the PINs of this terminal. One way of checking serves both.
 *
 * Wrong passwords, codes and PINs are counted for each person and for the store: after three of one
 * person's the next try has to wait 1 s, 2, 4 … up to 15 minutes, after ten in a quarter of an hour
 * of whoever it was the whole store. The password ends the counting, a PIN does not. */
#ifndef MODEL_DOOR_H
#define MODEL_DOOR_H

#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"

enum door_way { DOOR_PASSWORD, DOOR_PIN };

struct door_answer {
    struct actor actor; /* with its proof */
    bool needs_code;    /* name and password are right; the second factor's code is to come along */
    int64_t wait_us;    /* no try counts before that; 0: none */
};

enum {
    DOOR_PASSWORD_MIN = 8,  /* characters */
    DOOR_PASSWORD_MAX = 72, /* bytes: bcrypt reads no more of it */
    DOOR_PIN_MIN = 4,
    DOOR_PIN_MAX = 8,
    DOOR_PIN_TRIES = 5,
    DOOR_CODE_SIZE = 16, /* "7K2M-QX9A-03DZ" */
    DOOR_CODES = 10,
    DOOR_SECRET_BYTES = 20, /* as RFC 4226 recommends */
    DOOR_SECRET_SIZE = 40,  /* the same in base 32 */
    DOOR_URL_SIZE = 600,
};

/* Whether a sign-in is asked for: a shop that runs alone in which somebody has a password, and
 * every terminal of a centre, unless the setting "sign_in" says {"required": false}. Where the
 * store can't be read the door is shut. */
bool door_is_on(struct store *store);
struct door_settings {
    bool is_required;       /* true */
    bool has_pin;           /* true */
    int days;               /* 14: how long a verifier counts */
    int lock_after_minutes; /* 5; 0: never */
    bool takes_any_clock;   /* false; a shop to try things in: its waits end when one likes */
};
void door_settings(struct store *store, struct door_settings *out);

/* Whether a new password or PIN will do. `user`: whose, to keep his names out of the password. */
bool door_check_password(struct store *store, const struct uuid *user, const char *password,
                         struct error *err);
bool door_check_pin(const char *pin, struct error *err);

/* Checks who it is. `name`: a user name, e-mail address, id or full name; `code`: of the second
 * factor, by an app or from the printed list; NULL or "": none yet. ERROR_DENIED: one sentence that
 * tells nothing ("name, password or code are wrong", or how long to wait), or, with needs_code,
 * that the code is missing. ERROR_NOT_FOUND: this terminal knows no password of that person, ask
 * the centre. A PIN counts on the business day on which its person proved the password here, for
 * five wrong tries in all. */
bool door_open(struct store *store, const char *name, enum door_way way, const char *secret,
               const char *code, struct door_answer *out, struct error *err);

/* By a key of SSH, whose line in authorized_keys names the person: whoever may write that file
 * answers for who holds the key. It counts as a PIN does, for nothing that is an administrator's,
 * and stands in the audit trail as a sign-in by key. At a terminal of a centre, which takes nothing
 * of a person who never signed in there, it counts only as long as the password that was proved
 * here does: ERROR_DENIED until then. */
bool door_open_by_key(struct store *store, const char *name, struct actor *out, struct error *err);
/* Whether such a key would do now. */
bool door_takes_key(struct store *store, const struct uuid *user);

/* Keeps a verifier after the centre said yes; both instants are the centre's. A PIN that was set
 * before goes on. */
struct door_proof {
    struct uuid user;
    int64_t signed_in_at, valid_until;
};
bool door_remember(struct store *store, const struct door_proof *proof, const char *password,
                   struct error *err);
/* Forgets what was proved here: no PIN counts until the next password, nor, at a terminal of a
 * centre, a password while the line is down. Ends the person's sessions of the command line. */
bool door_sign_out(struct store *store, const struct actor *actor, struct error *err);

/* The person's own, after the password: ERROR_DENIED where it was not proved here today. NULL takes
 * the PIN away. */
bool door_set_pin(struct store *store, const struct actor *actor, const char *pin,
                  struct error *err);

/* Of a shop that runs alone (ERROR_RULE: the centre keeps them). `old` may be NULL where nobody in
 * the shop has a password yet: that is how the door is put in. `code`: of the second factor, where
 * it is on; *needs_code says that it is missing (ERROR_DENIED). Both may be NULL. */
bool door_set_password(struct store *store, const struct actor *actor, const char *old,
                       const char *code, const char *password, bool *needs_code, struct error *err);
/* A code of an administrator's, for whoever forgot the password or is new: once, for an hour, five
 * tries. Only an owner makes one for an owner. */
bool door_reset_code(struct store *store, const struct actor *actor, const struct uuid *user,
                     char code[DOOR_CODE_SIZE], struct error *err);
/* ERROR_DENIED tells nothing; ERROR_INPUT: the code is right, the password will not do. */
bool door_use_reset_code(struct store *store, const char *name, const char *code,
                         const char *password, struct error *err);
/* The centre keeps the passwords from now on: within a transaction, forgets all that the door has.
 */
bool door_hand_over(struct store *store, struct error *err);
/* Ends the waiting after wrong tries, of the person and of the store. */
bool door_lift(struct store *store, const struct actor *actor, const struct uuid *user,
               struct error *err);
/* Ends what the person has here: PIN, verifier, sessions. The person or an administrator. */
bool door_sign_out_everywhere(struct store *store, const struct actor *actor,
                              const struct uuid *user, struct error *err);

/* The second factor of a shop that runs alone: codes of an app (RFC 6238: SHA-1, 30 s, six digits),
 * each taken once. It is on once a code was confirmed. */
struct door_totp {
    char secret[DOOR_SECRET_SIZE]; /* base 32 */
    char url[DOOR_URL_SIZE];       /* otpauth://…, for a QR code */
};
struct door_codes {
    char codes[DOOR_CODES][DOOR_CODE_SIZE];
};
/* The code of a step of 30 s; `out` has room for `digits` and a NUL. */
bool door_totp_code(const unsigned char *secret, size_t size, int64_t step, unsigned digits,
                    char *out);
/* What an app has to be told: the secret, and then the URL. */
bool door_totp_secret(const unsigned char *secret, size_t size, struct door_totp *out);
void door_totp_url(struct store *store, const struct actor *actor, struct door_totp *totp);
/* A secret as it stands in the store. */
bool door_totp_unseal(struct store *store, struct value sealed,
                      unsigned char secret[DOOR_SECRET_BYTES], struct error *err);
bool door_totp_begin(struct store *store, const struct actor *actor, struct door_totp *out,
                     struct error *err);
bool door_totp_confirm(struct store *store, const struct actor *actor, const char *code,
                       struct door_codes *out, struct error *err);
/* The person's own, or another's by an administrator. */
bool door_totp_off(struct store *store, const struct actor *actor, const struct uuid *user,
                   struct error *err);
/* Ten new backup codes in the place of the old ones. */
bool door_codes_new(struct store *store, const struct actor *actor, struct door_codes *out,
                    struct error *err);

/* Who was here: whoever proved the password here and has not signed out, newest first, in the
 * arena. Returns the count, or -1. */
struct door_person {
    struct uuid id;
    const char *name;
    int64_t since;  /* the password was proved at */
    bool takes_pin; /* a PIN will do now */
    int pin_tries;  /* left */
};
int door_people(struct store *store, struct arena *arena, const struct door_person **out,
                struct error *err);

/* A session of the command line: a random token, which the caller keeps; the store has its hash.
 * Good for 12 hours, while the person may work here. */
enum { DOOR_TOKEN_SIZE = 65 };
bool door_session_begin(struct store *store, const struct actor *actor, char token[DOOR_TOKEN_SIZE],
                        struct error *err);
/* ERROR_DENIED: it ran out or was ended. */
bool door_session_find(struct store *store, const char *token, struct actor *out,
                       struct error *err);
bool door_session_end(struct store *store, const char *token, struct error *err);

extern const struct operation_kind door_kinds[];
extern const size_t door_kind_count;

#endif
