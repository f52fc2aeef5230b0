/* What a store keeps for itself beside the shop's rows: operations that wait or were done, the
 * centre's version of rows below them, what waits for a person. The words of somebody who was
 * erased are taken out of all of it, so that what was not sent yet is sent without them. */
#ifndef MODEL_SCRUB_H
#define MODEL_SCRUB_H

#include "model/privacy/personal.h"

/* In the open transaction. What the law keeps stays in what was not sent yet, and nowhere else. */
bool scrub_own(struct store *store, const struct subject *person, const struct personal_list *list,
               struct error *err);

#endif
