/* Erasing a person: rows stay where the books need them, and say nothing of anybody any more.
 *
 * In a shop that runs alone it is done here. Where there is a centre, that does it
 * (sync/privacy.h), and the erased rows come with a pull; erasure_settle() then takes the words out
 * of what this store keeps for itself. No operation carries what was erased. */
#ifndef MODEL_ERASURE_H
#define MODEL_ERASURE_H

#include "model/operation/actor.h"
#include "model/privacy/personal.h"

/* What happens to the rows of one table. */
struct erasure_line {
    const struct table *table;
    int64_t rows;    /* that are the person's */
    int64_t changed; /* that are erased: before it is done, all but those that are kept */
    bool is_deleted; /* they go whole */
    int64_t kept;    /* that something of is kept */
    const char *why; /* … and why; NULL: nothing is */
};

struct erasure {
    struct erasure_line *lines;
    size_t count;
    int64_t rows;
    const char **hindrances; /* sentences: "order R2-000123 is paid"; none: it can be done */
    size_t hindrance_count;
    int years; /* that the law asks for */
};

/* What erasing would do, as far as this store knows; in the arena. Changes nothing. */
bool erasure_preview(struct store *store, const struct subject *person, struct arena *arena,
                     struct erasure *out, struct error *err);

/* Erases, in a shop that runs alone. ERROR_DENIED: the actor lacks privacy.manage; ERROR_RULE: the
 * first hindrance, or the store has a centre. Requests of the person that were verified are done
 * then. `out` tells what was done. */
bool erasure_run(struct store *store, const struct actor *actor, const struct subject *person,
                 struct arena *arena, struct erasure *out, struct error *err);

/* Takes out of what this store keeps for itself the words of people that were erased, here or at
 * the centre, since it was last called; *people (may be NULL) says how many. A look at two indexes
 * where there are none. Outside of a transaction. */
bool erasure_settle(struct store *store, int *people, struct error *err);

#endif
