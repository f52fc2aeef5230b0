/* A calendar in a shop to book in: two estimators in Berlin, one in St. John's, services, types, a
 * policy, resources. Ids are all of one byte, so that SQL in tests reads: a van is x'71…71'. */
#ifndef TESTS_MODEL_CALENDAR_H
#define TESTS_MODEL_CALENDAR_H

#include "tests/model/shop.h"

/* The id whose sixteen bytes are all this one, and as SQL writes it. */
struct uuid calendar_id(int byte);
const char *calendar_sql(struct shop *shop, int byte);

/* The shop's id, in SQL. */
#define TENANT "(SELECT id FROM tenants)"

enum {
    BERLIN = 0x11, /* locations */
    ST_JOHNS = 0x12,
    PAUL =
        0x21, /* estimators: Paul Schäfer, Berlin; Greta Sørensen, Berlin; Sean Power, St. John's */
    GRETA = 0x22,
    SEAN = 0x23,
    MEASURING = 0x31, /* services: 60 minutes, Greta 90; all do it */
    ADVICE = 0x32,    /* 90 minutes; Paul alone */
    POLICY =
        0x41, /* 15 before, 30 after, 4 h notice, 60 days, steps of 30, 4 a day, 24 h to cancel */
    VISIT = 0x51, /* types: measuring under the policy, 60 minutes */
    CALL = 0x52,  /* 20 minutes, no policy, no service */
    VAN = 0x71,   /* resources */
    METER = 0x72,
};

/* Everybody works Monday to Friday 8:30 to 12:30 and 13:30 to 18:00 by their clock. */
void calendar_make(struct shop *shop);

/* Statements in one operation. */
void calendar_run(struct shop *shop, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "2026-11-24 10:00" in a zone. */
int64_t calendar_at(const char *local, const char *zone);

/* An appointment of that many minutes; the buffers are given. Its id is the byte's. */
void calendar_book(struct shop *shop, int id, int estimator, const char *local, int minutes,
                   const char *status, int before, int after);

#endif
