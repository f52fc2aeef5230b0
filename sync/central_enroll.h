/* Enrolling at the centre: a code becomes a terminal with a role of its own (SYNC.md, sections 4
 * and 5; migrations/0023_terminals.sql). What becomes of the store is not decided here. */
#ifndef SYNC_CENTRAL_ENROLL_H
#define SYNC_CENTRAL_ENROLL_H

#include "model/base/uuid.h"
#include "sync/central.h"

#include <stdint.h>

/* The password of a new role, and what the centre keeps of it: a SCRAM verifier, from which the
 * password can't be found. Who writes them down before enrolling can enroll again with the same two
 * after the answer was lost, and gets it. */
struct central_secret {
    char password[65];
    char verifier[256];
};

bool central_secret_new(struct central *central, struct central_secret *out, struct error *err);
void central_secret_done(struct central_secret *secret); /* wipes it */

/* What the centre has to know of a store that joins. */
struct central_facts {
    int schema_version;
    int64_t last_seq;           /* of a shop that ran alone: its numbers go on; else 0 */
    struct uuid last_operation; /* zero where there is none */
    struct uuid register_id;    /* the one that it stands at; zero: the centre gives one */
};

struct central_enrolled {
    char role[64], kind[24], name[404], fingerprint[200];
    struct uuid tenant_id, terminal_id;
    struct uuid location_id, register_id, user_id; /* zero where there is none */
    int64_t incarnation;
};

/* As ct_door, or as the administrator. ERROR_DENIED: the code is wrong, used or too old. */
bool central_enroll(struct central *central, const char *code, const struct central_secret *secret,
                    const struct central_facts *facts, struct central_enrolled *out,
                    struct error *err);

#endif
