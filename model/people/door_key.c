/* A key of SSH at the door. */
#include "model/people/door_private.h"

/* 1 it would do, 0 not, -1 failed. */
static int takes(struct store *store, const struct uuid *user, struct error *err)
{
    bool is_enrolled;
    struct door_known known;
    if (!door_is_enrolled(store, &is_enrolled, err))
        return -1;
    if (!is_enrolled)
        return 1;
    return door_know(store, user, &known, err) ? known.counts : -1;
}

bool door_takes_key(struct store *store, const struct uuid *user)
{
    struct actor actor;
    return actor_find_id(store, user, &actor, NULL) && takes(store, user, NULL) > 0;
}

bool door_open_by_key(struct store *store, const char *name, struct actor *out, struct error *err)
{
    if (!actor_find(store, name, out, err))
        return false;
    int is_taken = takes(store, &out->user_id, err);
    if (is_taken == 0)
        return error_set(err, ERROR_DENIED,
                         "%s has to prove the password at this terminal before a key will do",
                         out->name);
    if (is_taken < 0 || !store_begin(store, err))
        return false;
    out->proof = PROOF_PIN;
    if (door_note(store, "sign_in", &out->user_id, NULL, "signed in by key", err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}
