/* What people ask of a shop about their own data (GDPR articles 15 to 17): received, verified that
 * it is them, run, done or refused with a reason; due within a month (article 12(3)). */
#ifndef MODEL_REQUEST_H
#define MODEL_REQUEST_H

#include "model/list/query.h"
#include "model/operation/operation.h"
#include "model/privacy/subject.h"

extern const struct operation_kind privacy_kinds[];
extern const size_t privacy_kind_count;
extern const struct query_source request_source; /* "requests": for lists and the filter */

struct request {
    struct uuid id, customer, user;
    char kind[16];   /* "export", "erase", "rectify" */
    char status[16]; /* "received", "verified", "running", "done", "refused" */
    int64_t due;
};
bool request_get(struct store *store, const struct uuid *id, struct request *out,
                 struct error *err);

/* All need privacy.manage. ERROR_RULE: this terminal does not hold requests, which are those of the
 * office; or the status can't go there. */
bool request_new(struct store *store, const struct actor *actor, const struct subject *person,
                 const char *kind, const char *note, struct uuid *id, struct error *err);
/* To a status; `words` (NULL: none) are the reason of a refusal, or a note. */
bool request_move(struct store *store, const struct actor *actor, const struct uuid *id,
                  const char *status, const char *words, struct error *err);
/* Whether this store holds requests. */
bool request_is_held(struct store *store, struct error *err);
/* A month later, on the last day where that has no such day; at the same time of day. */
int64_t request_due(int64_t received);

#endif
