/* What the files of the door share (model/people/door.h). */
#ifndef MODEL_DOOR_PRIVATE_H
#define MODEL_DOOR_PRIVATE_H

#include "model/base/instant.h"
#include "model/people/door.h"
#include "model/people/door_hash.h"

enum { DOOR_KEPT_SIZE = 256 };

/* What the store knows of a person; zeros and "" for nothing. */
struct door_known {
    char password_hash[DOOR_KEPT_SIZE], pin_hash[DOOR_KEPT_SIZE], reset_hash[DOOR_KEPT_SIZE];
    int64_t valid_until, signed_in_at, checked_at, reset_until;
    int64_t pin_tries, reset_tries;
    bool counts; /* the password may be checked here, now */
};
bool door_know(struct store *store, const struct uuid *user, struct door_known *out,
               struct error *err);
/* Within a transaction: writes columns of the person's row, which is made where there is none.
 * `assignments`: SQL with parameters from ?2 on, as store_run() takes them; ?1 is the person. */
#define door_keep(store, user, assignments, err, signature, ...)                                   \
    (door_make_room(store, user, err) &&                                                           \
     store_run(store, "UPDATE user_credentials SET " assignments " WHERE user_id = ?1", err,       \
               "u" signature, user, ##__VA_ARGS__))
bool door_make_room(struct store *store, const struct uuid *user, struct error *err);

bool door_is_enrolled(struct store *store, bool *out, struct error *err);
/* ERROR_RULE at a terminal of a centre. */
bool door_is_own(struct store *store, struct error *err);
/* The person by what was typed; `is_known` is false for nobody, several, and who may not work. */
bool door_find(struct store *store, const char *name, struct actor *out, bool *is_known,
               struct error *err);
/* Whether a PIN of the person's would do now, but for its being right. */
bool door_takes_pin(struct store *store, const struct actor *actor, const struct door_known *known,
                    bool *out, struct error *err);
/* The right, the password, and all that the person may (model/operation/grant.h). */
bool door_may_manage(struct store *store, const struct actor *actor, const struct uuid *user,
                     struct error *err);
bool door_end_sessions(struct store *store, const struct uuid *user, struct error *err);

/* A row of the audit trail, within a transaction; either may be NULL. */
bool door_note(struct store *store, const char *action, const struct uuid *actor,
               const struct uuid *target, const char *summary, struct error *err);

/* One try, counted before the secret is looked at, so that nothing that ends the program takes it
 * back. */
struct door_try {
    struct store *store;
    const struct uuid *user; /* NULL: a name that nobody has */
    const char *login;
    const char *reason; /* "password", "pin", "code", "reset" */
    struct uuid id;
    int64_t wait_us; /* why it was not begun */
};
/* ERROR_DENIED, with wait_us, while tries have to wait. */
bool door_try_begin(struct door_try *attempt, struct error *err);
/* Within a transaction: it was right; or it was no try at all. */
bool door_try_right(const struct door_try *attempt, struct error *err);
bool door_try_forget(const struct door_try *attempt, struct error *err);
/* Says so in the one sentence for all that may be wrong, and how long the next try has to wait. */
bool door_try_wrong(struct door_try *attempt, struct error *err);

/* The second factor. Taking a code is done within a transaction, which is to be rolled back where
 * it was wrong: 1 right, 0 wrong, -1 failed. */
bool door_factor_is_on(struct store *store, const struct uuid *user, bool *out, struct error *err);
int door_factor_take(struct store *store, const struct uuid *user, const char *code,
                     struct error *err);
bool door_codes_make(struct store *store, const struct uuid *user, struct door_codes *out,
                     struct error *err);

/* A random code of twelve characters of Crockford's base 32, and the digest of one as it was typed:
 * case, blanks and dashes do not matter, I and L are read as 1, O as 0. */
void door_code_make(const struct env *env, char out[DOOR_CODE_SIZE]);
void door_code_digest(const char *typed, char out[DOOR_DIGEST_SIZE]);

#endif
