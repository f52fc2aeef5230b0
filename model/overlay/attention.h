/* What waits for a person: operations that the centre did not take, or not whole, and things that
 * landed with a question. Raised with the answer (model/overlay/pull.h); here they are read, and
 * answered. Each answer is one transaction: new operations that replace what was not taken, and a
 * note of who settled it and when. */
#ifndef MODEL_ATTENTION_H
#define MODEL_ATTENTION_H

#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/operation/record.h"
#include "model/store/schema.h"
#include "model/store/store.h"

enum attention_state {
    ATTENTION_REFUSED,  /* nothing of the operation is at the centre */
    ATTENTION_CONFLICT, /* the same, since somebody else changed its fields meanwhile */
    ATTENTION_MERGED,   /* all of it is, but for fields that are contested */
    ATTENTION_BLOCKED,  /* it waits for one that was not taken */
    ATTENTION_TASK,     /* it is, or there is none: somebody has to look, and say so */
};

struct attention_field {
    const struct column *column;
    struct value base, mine, theirs; /* before it, as it was entered, as it stands now */
    bool is_contested;               /* the centre named it, or it differs where all was lost */
};

struct attention_row {
    const struct table *table; /* NULL: this program does not know it; it has no fields then */
    const char *table_name;
    struct uuid id;
    const char *verb; /* "insert", "update", "delete" */
    bool is_there;    /* the row stands in the store: `theirs` are its values */
    size_t count;
    struct attention_field *fields;
};

struct attention {
    struct uuid id;
    enum attention_state state;
    const char *kind; /* "refused", "money", "stock", …: the word of the store */
    const char *summary, *reason;
    int64_t raised_at;
    int64_t done_at;       /* 0: it waits */
    struct uuid table_row; /* of `table`: what it is about; zero: nothing that is known */
    const struct table *table;
    struct uuid operation; /* zero: none */
    const char *waits_for; /* of a blocked one: the words of the open one that it needs; or NULL */
    const char *actor_name;
    int64_t time;        /* of the operation */
    const char *payload; /* of the operation; NULL: it is no longer kept */
    size_t count;
    struct attention_row *rows; /* of the operation */
};

/* Texts in the arena. ERROR_NOT_FOUND: there is none of that id. */
bool attention_load(struct store *store, const struct uuid *id, struct arena *arena,
                    struct attention *out, struct error *err);

/* The operations that wait for this one to be settled, in the order in which they were done; in the
 * arena. Returns the count, or -1. */
struct attention_dependant {
    struct uuid id;
    int64_t seq;
    const char *summary;
    bool is_answered; /* the centre has said that it waits; before that it is still on its way */
};
int attention_dependants(struct store *store, const struct uuid *operation, struct arena *arena,
                         struct attention_dependant **out, struct error *err);

/* Values to send instead of those of one row of the operation. */
struct attention_edit {
    const char *table;
    struct uuid id;
    const struct change *changes;
    size_t count;
};
/* Mine shall stand: what was not taken is done again on the rows as they stand now, as a new
 * operation of this person that replaces the old one, and so is what waited for it. `edit` may be
 * NULL. Of a merged one only the contested fields are written. ERROR_RULE: it is settled, or
 * nothing to send; ERROR_DENIED: the person may not write such rows; ERROR_BUSY: what waits for it
 * is still on its way to the centre; else as repeat(). */
bool attention_keep(struct store *store, const struct actor *actor, const struct uuid *id,
                    const struct attention_edit *edit, struct error *err);
/* Theirs shall stand: what was not taken is given up, with all that waited for it. */
bool attention_give_up(struct store *store, const struct actor *actor, const struct uuid *id,
                       struct error *err);
/* Somebody has looked. ERROR_RULE where an operation waits for one of the answers above. */
bool attention_done(struct store *store, const struct actor *actor, const struct uuid *id,
                    struct error *err);

#endif
