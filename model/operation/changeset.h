/* What a transaction changed, as SQLite's session extension recorded it, as rows with names. */
#ifndef MODEL_CHANGESET_H
#define MODEL_CHANGESET_H

#include "model/store/schema.h"
#include "model/store/store.h"

enum changeset_verb { VERB_INSERT, VERB_UPDATE, VERB_DELETE };

/* When a row has its turn, so that what one row gives up is free before another takes it. */
enum changeset_turn { TURN_DELETE, TURN_HIDE, TURN_UPDATE, TURN_SHOW, TURN_INSERT };

/* A row that was changed. */
struct changed_row {
    const struct table *table;
    struct uuid id;
    enum changeset_verb verb;
    enum changeset_turn turn;
    size_t order;       /* within the changeset */
    size_t start, size; /* of the row's entry in the operation, within `text` */
    /* What the store keeps of it, within `kept` (model/operation/kept.h): the new fields, and what
     * stood in all fields that changed or went, system columns too. */
    size_t new_start, new_size, old_start, old_size;
};

/* A row that a new or changed one refers to. */
struct changed_reference {
    const struct table *table;
    struct uuid id;
};

struct changed_rows {
    struct changed_row *rows;
    size_t count, capacity;
    struct buffer text; /* JSON, in the order of the changeset (model/operation/operation.h) */
    bool is_kept;       /* `kept` and `references` are made, too */
    struct buffer kept;
    struct changed_reference *references;
    size_t reference_count, reference_capacity;
};

/* By the word in the operation: "insert", "update", "delete". */
bool changeset_verb_parse(const char *word, enum changeset_verb *verb);
const char *changeset_verb_word(enum changeset_verb verb);

/* Reads a changeset that was taken in the transaction that is still open. Rows that are deleted
 * come first, softly or not, children before their parents; then those that are changed, those
 * that are restored and those that are new, parents first. So the rows can be written one by one
 * in this order, or taken back in the opposite one: a key that a row gave up is free when another
 * takes it. (References are looked at when all are written.) Rows of which nothing but what each
 * side sets for itself has changed are left out. ERROR_RULE beyond `limit` rows. `keep`: for a
 * store that must show the rows over the centre's (model/operation/pending.h). The caller calls
 * changed_rows_done() in any case. */
bool changeset_read(struct store *store, void *changeset, int size, size_t limit, bool keep,
                    struct changed_rows *out, struct error *err);
void changed_rows_done(struct changed_rows *rows);

#endif
