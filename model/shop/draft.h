/* What a person is typing, kept so that a crash loses none of it: a JSON text for each screen and
 * person. Drafts never leave the store, are no operations, and are not undone (SCHEMA.md, "local").
 */
#ifndef MODEL_DRAFT_H
#define MODEL_DRAFT_H

#include "model/base/memory.h"
#include "model/store/store.h"

struct draft {
    struct uuid id;
    const char *body;   /* JSON */
    struct uuid row_id; /* of the stored row that is being edited; all zero: a new one */
    int64_t saved_at;
};

/* Keeps `body` as the draft `id`; a zero id makes a new one and receives its id. `screen` says what
 * it is of ("order_form"), `owner` whose it is (zero: nobody's), `row` (may be NULL) which row is
 * being edited. ERROR_INPUT when the body is no JSON object or array. */
bool draft_save(struct store *store, const char *screen, const struct uuid *owner,
                const struct uuid *row, const char *body, struct uuid *id, struct error *err);
/* 1 found, in the arena; 0 there is none; -1 failed. */
int draft_load(struct store *store, const struct uuid *id, struct arena *arena, struct draft *out,
               struct error *err);
/* Up to `limit` drafts of that screen and owner, the last saved first. Returns the count, or -1. */
int draft_list(struct store *store, const char *screen, const struct uuid *owner, size_t limit,
               struct arena *arena, struct draft *out, struct error *err);
/* Forgets it, when it was stored or thrown away. One that is gone already is no error. */
bool draft_delete(struct store *store, const struct uuid *id, struct error *err);

#endif
