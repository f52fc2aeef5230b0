/* What came from the centre, laid into the store below what is pending (SYNC.md sections 3 and 5).
 *
 * A pull is gathered first (answers, rows, rows that are gone), outside of the store's tables, and
 * then applied in the order of SYNC.md section 5: in one transaction, or in slices where it is
 * much, so that no local commit waits long. Until the last slice the cursor stands where it stood,
 * so a pull that was cut short is simply done again. */
#ifndef MODEL_PULL_H
#define MODEL_PULL_H

#include "model/store/schema.h"
#include "model/store/store.h"

struct pull;

/* What the centre decided about one operation (SYNC.md section 4). */
enum answer_status {
    ANSWER_APPLIED,
    ANSWER_MERGED, /* applied, but for fields that somebody else had changed later */
    ANSWER_CONFLICT,
    ANSWER_REFUSED,
    ANSWER_BLOCKED, /* it needs one that was refused */
};
bool answer_status_parse(const char *word, enum answer_status *out);

/* Texts are copied. */
struct centre_answer {
    struct uuid operation;
    enum answer_status status;
    const char *reason; /* a sentence for a person; "" */
    const char *result; /* JSON object: "conflicts", "tasks", "blocked_by" (see sync_apply()) */
};

/* The store must not be in a transaction until the pull has ended. */
struct pull *pull_begin(struct store *store, struct error *err);

/* An answer for an operation that is not waiting any more is passed over. */
bool pull_answer(struct pull *pull, const struct centre_answer *answer, struct error *err);
/* A row as it stands at the centre: `fields` has a value for each column of the table in its order,
 * system columns too; their bytes are copied. Of a column that the centre does not send the value
 * is null. */
bool pull_row(struct pull *pull, const struct table *table, const struct value *fields,
              struct error *err);
/* The centre knows nothing of this column, of an older schema as it is: what stands in it here
 * stays. (What is secret stays anyway.) */
void pull_keep_column(struct pull *pull, const struct table *table, size_t column);
/* A row that is not there any more, or not for this terminal. */
bool pull_gone(struct pull *pull, const struct table *table, const struct uuid *id,
               struct error *err);
/* The pull has all rows of this table: those that it does not have are gone. */
bool pull_whole_table(struct pull *pull, const struct table *table, struct error *err);
/* Kept in sync_state, in the transaction that ends the pull: the cursor and what belongs to it. */
bool pull_state(struct pull *pull, const char *name, const char *value, struct error *err);

struct pull_report {
    int64_t rows, gone;        /* that came */
    int64_t answered, refused; /* operations; refused counts conflicts and blocked ones */
    int64_t parked, unparked;  /* operations whose rows can't be shown now, or can again */
    int64_t longest_us;        /* the longest transaction */
};
/* Applies and frees it, whatever it returns. `report` may be NULL. */
bool pull_finish(struct pull *pull, struct pull_report *report, struct error *err);
void pull_cancel(struct pull *pull); /* NULL is allowed */

#endif
