/* Erasing people and keeping the rules of retention, wherever the authority is: in the one store of
 * a shop that runs alone, else at the centre. May wait for the network. */
#ifndef SYNC_PRIVACY_H
#define SYNC_PRIVACY_H

#include "model/privacy/erasure.h"
#include "model/privacy/retention.h"
#include "sync/session.h"

/* `session` is NULL in a shop that runs alone. ERROR_RULE: the first hindrance; ERROR_DENIED:
 * nobody who may do it signed in at this terminal within a quarter of an hour; ERROR_NETWORK: try
 * again later. At the centre the erased rows are drawn before it returns, so that this store is
 * scrubbed, too. */
bool privacy_erase(struct store *store, struct session *session, const struct actor *actor,
                   const struct subject *person, struct arena *arena, struct erasure *out,
                   struct error *err);

/* Does what the rules say with rows that are old enough, or counts them; at the centre for its
 * worker (the actor is then nobody) or somebody who signed in. */
bool privacy_retain(struct store *store, struct session *session, const struct actor *actor,
                    bool is_dry, struct arena *arena, struct retention *out, struct error *err);

/* Within an exchange: whether the centre erased somebody since the last pull; takes the words of
 * erased people out of what this store keeps for itself; and before anything is sent again, tells
 * the centre of what was sent before and is scrubbed. */
bool privacy_has_news(struct session *session, bool *out, struct error *err);
bool privacy_scrub(struct session *session, struct error *err);
bool privacy_tell_scrubbed(struct session *session, struct error *err);

#endif
