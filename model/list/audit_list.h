/* The audit trail as a list: the newest first, with its people and terminals by name. */
#ifndef MODEL_AUDIT_LIST_H
#define MODEL_AUDIT_LIST_H

#include "model/list/query.h"

extern const struct query_source audit_source;

#endif
