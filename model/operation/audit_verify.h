/* Reads the audit trail of a store and says where it is not as it was written, without any line:
 * rows that were changed, left out, put elsewhere or cut off, and chains that go two ways. What it
 * can't see alone is a chain that somebody wrote anew to its end: for that its head is compared
 * with the centre's (sync/audit.h), or with one on paper. */
#ifndef MODEL_AUDIT_VERIFY_H
#define MODEL_AUDIT_VERIFY_H

#include "model/operation/audit_row.h"
#include "model/store/store.h"

enum audit_wrong {
    AUDIT_CHANGED,  /* the row is not what was hashed */
    AUDIT_WORDS,    /* its summary or details are not */
    AUDIT_MISSING,  /* rows before it are not there */
    AUDIT_UNLINKED, /* it does not follow the one before it: one of them was replaced */
    AUDIT_FORKED,   /* two rows have one place: the store was copied or put back */
    AUDIT_CUT,      /* an operation has no row: the end of the chain is not there */
    AUDIT_LOOSE,    /* it stands in no chain and was added since there is one */
    AUDIT_MARKED,   /* the centre has marked it */
};

/* Places that are wrong, and one sentence for a person. */
struct audit_fault {
    enum audit_wrong wrong;
    struct uuid id; /* the row's; zeros: there is none */
    struct uuid terminal;
    int64_t incarnation, sequence;
    char text[240];
};

struct audit_chain {
    struct uuid terminal;
    char name[100]; /* of the terminal: "this shop", "the centre", "R2" */
    int64_t incarnation, first, last, rows, erased;
    unsigned char hash[AUDIT_HASH_SIZE]; /* of the last row: the head */
};

/* Who hears; each may be NULL. `goes_on` is asked now and then and may stop it (ERROR_STOPPED). */
struct audit_listener {
    void (*fault)(void *context, const struct audit_fault *fault);
    void (*chain)(void *context, const struct audit_chain *chain);
    bool (*goes_on)(void *context, int64_t rows);
    void *context;
};

struct audit_report {
    int64_t rows, erased, chains, faults;
    int64_t loose; /* rows from before there was a chain */
};

/* False when it could not be read to the end; what is wrong with it is told and counted. */
bool audit_verify(struct store *store, const struct audit_listener *listener,
                  struct audit_report *out, struct error *err);

/* "wrong" as a word for programs: "changed", "missing" … */
const char *audit_wrong_word(enum audit_wrong wrong);

#endif
