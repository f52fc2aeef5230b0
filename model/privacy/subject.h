/* One person, with all that they are known by: the profiles that were joined, the user behind them
 * and the e-mail addresses of these. */
#ifndef MODEL_SUBJECT_H
#define MODEL_SUBJECT_H

#include "model/base/memory.h"
#include "model/store/store.h"

/* Ids side by side, 16 bytes each, as a statement takes them for one parameter. */
struct id_set {
    unsigned char *ids;
    size_t count;
};
/* SQL that is true where the set that is bound to the parameter of that number has the value. */
#define ID_SET_IN(number)                                                                          \
    " IN (WITH RECURSIVE n (i) AS (SELECT 1 WHERE length(?" number ") > 0 UNION ALL SELECT i + 16" \
    " FROM n WHERE i + 16 < length(?" number ")) SELECT substr(?" number ", i, 16) FROM n)"
struct value id_set_value(const struct id_set *set);
struct uuid id_set_at(const struct id_set *set, size_t index);
bool id_set_has(const struct id_set *sorted, const struct uuid *id);
void id_set_sort(struct id_set *set); /* and leaves out what stands there twice */
/* The ids in the first column of the rows, in the arena; false when it can't be read. */
bool id_set_read(struct statement *statement, struct arena *arena, struct id_set *out,
                 struct error *err);

enum { SUBJECT_MARK_SIZE = 13 };

struct subject {
    struct uuid id; /* the first customer profile, else the user */
    bool is_user;   /* there is no customer profile */
    const char *name;
    bool is_erased;
    struct id_set customers, users;
    const char *emails;           /* a JSON array, in small letters */
    const char *mentions;         /* a JSON array of patterns: texts that hold an id or address */
    char mark[SUBJECT_MARK_SIZE]; /* what neutral words keep of the id */
};

/* Of a customer's or a user's id (the other NULL or zero). In the arena. ERROR_NOT_FOUND. */
bool subject_find(struct store *store, const struct uuid *customer, const struct uuid *user,
                  struct arena *arena, struct subject *out, struct error *err);
/* By id, e-mail address, telephone number, card, user name or name. ERROR_INPUT: it fits several
 * people, and what to give instead. */
bool subject_named(struct store *store, const char *name, struct arena *arena, struct subject *out,
                   struct error *err);

/* "erased person 7f3a". */
enum { SUBJECT_NEUTRAL_SIZE = 24 };
void subject_neutral_name(const struct subject *person, char text[SUBJECT_NEUTRAL_SIZE]);

#endif
