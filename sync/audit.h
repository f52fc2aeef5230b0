/* The audit trail's way to the centre and back: what this store wrote goes there as it is, and the
 * office and the worker get the rows of all others (migration 0031). Rows go by their chains, not
 * by operations, so that nothing that is refused or waits holds them up. */
#ifndef SYNC_AUDIT_H
#define SYNC_AUDIT_H

#include "model/operation/audit_verify.h"
#include "sync/session.h"

/* Part of session_exchange(). */
bool session_audit(struct session *session, struct session_report *report, struct error *err);
/* Whether there are rows that have not been sent. */
bool session_has_unsent_audit(struct session *session);

/* Compares this store's chains with the centre's, after what is unsent was sent: a chain that ends
 * earlier here or has another head was cut or written anew, and so was one that ends earlier there;
 * what the centre has marked is told, too. Faults are counted in `report`. */
bool session_audit_compare(struct session *session, const struct audit_listener *listener,
                           struct audit_report *report, struct error *err);

#endif
