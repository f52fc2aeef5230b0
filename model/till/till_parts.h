/* What the units of the till share; not for others. */
#ifndef MODEL_TILL_PARTS_H
#define MODEL_TILL_PARTS_H

#include "model/till/till.h"

#include <jansson.h>

/* The id that the statement finds for another: 1, 0, -1 failed. */
int till_find(struct store *store, const char *sql, const struct uuid *of, struct uuid *out,
              struct error *err);
/* The code of the actor's register. ERROR_RULE where there is none, or it is another terminal's. */
bool till_here(struct store *store, const struct actor *actor, char code[TILL_CODE_SIZE],
               struct error *err);
/* The session that is open at the actor's register, which has to be this terminal's. ERROR_RULE
 * says that the till is closed, or elsewhere. */
bool till_require(struct store *store, const struct actor *actor, struct till_session *out,
                  struct error *err);
/* The right, and till.edit where pieces or a movement are written with it. */
bool till_may(struct store *store, const struct actor *actor, const char *right,
              const struct till_count *count, struct error *err);
/* The rows of a count: "opening", "closing" or "spot". */
bool till_write_count(struct operation *operation, const struct uuid *session, const char *kind,
                      const struct till_count *count, struct error *err);

/* What happened in the session until then; NULL on failure. */
json_t *till_figures(struct store *store, const struct till_session *session, int64_t until,
                     struct error *err);

/* The counter of operation_kind: the movement the other way. */
bool till_counter_move(struct store *store, const struct actor *actor, const struct uuid *operation,
                       struct uuid *id, struct error *err);

#endif
