/* The audit trail: who did what, in rows that are only ever added, each with a hash over itself and
 * the one before it (model/operation/audit_row.h). A store writes its own chain at once, in the
 * transaction of what it tells about; the exchange ships it. */
#ifndef MODEL_AUDIT_H
#define MODEL_AUDIT_H

#include "model/base/error.h"
#include "model/store/store.h"

#include <jansson.h>

struct audit_entry {
    const char *action;                           /* "sign_in", "order.refund" */
    const struct uuid *actor, *approver, *target; /* people; NULL or zeros: none */
    const char *subject_table;                    /* the row that it is about; NULL: none */
    const struct uuid *subject;
    const char *summary; /* words for a person, cut at 500 bytes; NULL: none */
    json_t *details;     /* an object of texts and integers, borrowed; NULL: none */
    int64_t time;        /* 0: now */
};

/* Adds a row to the chain of this store, inside a transaction of the store (store_begin() or an
 * operation's), which holds it together with what it tells about. Operations add theirs when they
 * are committed. Passwords, codes and keys never stand in an entry. A store without a shop has no
 * trail, and nothing is added. */
bool audit_add(struct store *store, const struct audit_entry *entry, struct error *err);

/* The same in a transaction of its own, for what is not about rows: an export, a copy. */
bool audit_write(struct store *store, const struct audit_entry *entry, struct error *err);

/* Where this store's chain stands: what the next row will follow. `sequence` is 0 where there is
 * none yet. */
struct audit_head {
    struct uuid terminal;
    int64_t incarnation, sequence;
    unsigned char hash[32];
};
bool audit_head(struct store *store, struct audit_head *out, struct error *err);
/* Whose chain this store writes now, without its head. */
bool audit_place(struct store *store, struct audit_head *out, struct error *err);

#endif
