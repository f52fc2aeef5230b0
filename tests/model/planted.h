/* A person with known words in every column that the map of personal data names, once for each way
 * by which a row can be theirs. As SQL, so that any engine can hold them. */
#ifndef TESTS_MODEL_PLANTED_H
#define TESTS_MODEL_PLANTED_H

#include "model/store/store.h"

/* In every text that has to be gone afterwards, and in those that are to stay. */
#define PLANTED_WORD  "zqplanted"
#define PLANTED_KEPT  "staysplanted"
#define PLANTED_EMAIL "zqplanted@zq.example"

enum planted_engine { PLANTED_SQLITE, PLANTED_POSTGRES };

struct planted {
    struct uuid tenant, customer, user;
    int rows;
};

/* Appends INSERT statements for a person of `planted->tenant` with these ids, and the rows of every
 * path. Checks and triggers have to be off where they run; references are met. */
void planted_sql(struct store *store, enum planted_engine engine, struct planted *planted,
                 struct buffer *sql);

#endif
