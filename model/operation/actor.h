/* Who acts. Every operation has an actor; every action names the right that it needs. */
#ifndef MODEL_ACTOR_H
#define MODEL_ACTOR_H

#include "model/store/store.h"

enum { ACTOR_NAME_SIZE = 96 };

/* How somebody showed who they are. */
enum actor_proof {
    PROOF_NAME, /* not at all: in a shop without a door */
    PROOF_PIN,  /* good for no administrator's right (model/operation/rights.h) */
    PROOF_PASSWORD,
};

struct actor {
    struct uuid user_id;
    struct uuid location_id; /* where the person works now: its zone gives the business day */
    struct uuid register_id; /* all zero where there is no till */
    struct uuid approver_id; /* who allows on the spot what the person may not; zero: nobody */
    char name[ACTOR_NAME_SIZE];
    enum actor_proof proof;
};

/* Finds a live user by username, e-mail, display name or first name, whatever the case and accents;
 * NULL: who signed in last at this terminal, else the shop's owner. Location and register are those
 * in sync_state ('location_id', 'register_id'), else the tenant's first ones. ERROR_NOT_FOUND:
 * nobody, or there is no shop yet; ERROR_INPUT: several; ERROR_DENIED: suspended or gone. */
bool actor_find(struct store *store, const char *name, struct actor *out, struct error *err);
/* The same by the person's id. */
bool actor_find_id(struct store *store, const struct uuid *user, struct actor *out,
                   struct error *err);

/* Whether the shop has an owner of all its locations who can act: nobody else may do everything, so
 * ERROR_RULE when the last one would lose the role or be deleted or suspended. */
bool actor_check_owner(struct store *store, struct error *err);

/* Whether the person has the right, such as "orders.refund", at the actor's location
 * (right_source() in model/operation/rights.h), and showed well enough who they are; or the
 * approver has it, and it is no administrator's. The error names the right, as its field too, and
 * who has it. A NULL right is everybody's. */
bool actor_may(struct store *store, const struct actor *actor, const char *right,
               struct error *err);

#endif
