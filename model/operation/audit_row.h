/* The form in which a row of `audit_logs` is hashed, the same here and at the centre (migration
 * 0031, audit_digest() and audit_hash()).
 *
 * The words of a row can be erased without breaking its chain, since the chain is over a digest of
 * them; and a salt that goes with the words keeps anybody from finding them by guessing. */
#ifndef MODEL_AUDIT_ROW_H
#define MODEL_AUDIT_ROW_H

#include "model/base/uuid.h"

#include <jansson.h>
#include <stdint.h>

struct buffer;
struct error;

enum { AUDIT_HASH_SIZE = 32, AUDIT_SALT_SIZE = 16, AUDIT_SUMMARY_SIZE = 500 };

/* Chains: one for each terminal and incarnation, numbered from 1; those of a shop that runs alone
 * have no terminal and the incarnation 0, the centre's own no terminal and its epoch. */
struct audit_row {
    struct uuid id, tenant;
    struct uuid terminal; /* zeros: none; so the others */
    int64_t incarnation, sequence;
    struct uuid actor, target, approver;
    const char *action;
    const char *subject_table; /* NULL: about no row */
    struct uuid subject;
    int64_t time;
    unsigned char digest[AUDIT_HASH_SIZE];
    unsigned char previous[AUDIT_HASH_SIZE]; /* zeros: it is the first of all */
};

/* What the words are digested to: SHA-256 over the salt, the summary (NULL: none), a NUL and the
 * details as audit_details() writes them. */
void audit_digest(const unsigned char salt[AUDIT_SALT_SIZE], const char *summary,
                  const char *details, unsigned char digest[AUDIT_HASH_SIZE]);
/* SHA-256 over the row: ids as 16 bytes, numbers as 8, the highest first, in the order of the
 * struct but for the texts, which stand behind all else with a NUL between them. */
void audit_hash(const struct audit_row *row, unsigned char hash[AUDIT_HASH_SIZE]);

/* Appends an object as PostgreSQL writes its jsonb, so that it reads the same when it comes back:
 * shorter names first, ", " and ": " between. NULL is {}. ERROR_INPUT for what is not the same on
 * both sides: fractions, U+0000 and what is no UTF-8. */
bool audit_details(const json_t *details, struct buffer *out, struct error *err);

#endif
