/* What the parts of the demo shop share; not for others. Each part writes the rows of one or two
 * domains and leaves in `struct demo` what later parts refer to. */
#ifndef MODEL_DEMO_PARTS_H
#define MODEL_DEMO_PARTS_H

#include "model/base/instant.h"
#include "model/base/memory.h"
#include "model/demo/demo.h"
#include "model/operation/actor.h"

#define DEMO_COUNT(array) (sizeof(array) / sizeof(array)[0])

enum {
    DEMO_DAYS_MAX = 730,
    DEMO_CATEGORIES = 8,
    DEMO_CARDS = 12,
    DEMO_NAME_SIZE = 200,
    DEMO_SKU_SIZE = 48,
    DEMO_BARCODE_SIZE = 14,
};
enum demo_place { MITTE, NORD, DEMO_PLACES };
enum { DEMO_REGISTERS = 3 };
/* Who works here; the order is that of the table in demo_people.c. */
enum demo_person {
    OWNER,
    ANNA,
    MURAT,
    BEN,
    SOFIA,
    TOMASZ,
    LEYLA,
    GRETA,
    PAUL,
    MARCO,
    AMIRA,
    NINA,
    UTE,
    DEMO_STAFF
};
enum { DEMO_ESTIMATORS = AMIRA - GRETA + 1 };

/* A day on which the shop was open. */
struct demo_day {
    int64_t opens, closes; /* the last day ends now */
    int weekday;           /* 0 = Monday */
    char date[DATE_TEXT_SIZE];
};

/* Something that can be sold; its name and codes are made from the numbers (demo_good_name). */
struct demo_good {
    struct uuid product, variant;
    int64_t price_cents;
    int64_t tax_bp;
    uint32_t number; /* of the product */
    uint8_t pack;    /* of the variants, or 0 */
    bool is_stocked;
};

struct demo_customer {
    struct uuid id;
    const char *name, *first_name, *last_name, *email, *phone, *address;
};

/* An order that others refer to: in talk, on invoices, by returns. */
struct demo_order {
    struct uuid id;
    struct demo_customer customer; /* all zero: none */
    char number[24];
    const char *status, *kind;
    int64_t total_cents;
    int64_t at;
    const char *day;
};

struct demo_form;

struct demo {
    struct store *store;
    struct error *err;
    struct arena *arena;
    const struct demo_size *size;
    demo_progress *progress;
    void *context;
    bool is_stopped;
    bool is_failed; /* then `err` says why, and nothing more is written */
    int64_t now;
    const char *zone;
    uint64_t random;
    uint64_t serial;   /* of ids */
    int64_t unflushed; /* rows since the last flush */
    int64_t told;      /* how far the progress was when it was told last */
    int64_t barcodes;  /* how many were given out */
    struct demo_form *forms;
    struct demo_day days[DEMO_DAYS_MAX];
    size_t day_count;

    struct uuid tenant, everywhere, tax;
    struct uuid places[DEMO_PLACES], registers[DEMO_REGISTERS], staff[DEMO_STAFF];
    struct uuid categories[DEMO_CATEGORIES];
    struct demo_good *goods;
    size_t good_count, good_capacity;
    struct demo_customer *customers;
    size_t customer_count;
    struct demo_order *recent; /* a ring of the last orders that were made */
    size_t recent_count;
    struct uuid cards[DEMO_CARDS]; /* gift cards */
    struct uuid gateway, campaign, return_reason;
    struct uuid discounts[2];
    struct uuid estimators[DEMO_ESTIMATORS];
    struct uuid appointment; /* one of today or tomorrow, for talk and tickets */
    struct uuid lead, goal;
};

enum { DEMO_RECENT = 512 };

/* demo_write.c */

/* Writes a row and returns its id. `columns` are names with the letter of what is given for each:
 *   "name:t price_cents:i"
 *   t const char *, NULL: none     i int64_t     n int64_t, 0: none     d int
 *   u const struct uuid *, NULL or all zero: none     h nothing: 32 bytes that look like a hash
 * `table` and `columns` are literals. `at` is when the row was made. After a failure nothing more
 * is written; demo->is_failed says so. */
struct uuid demo_put(struct demo *demo, const char *table, int64_t at, const char *columns, ...);
/* The same under an id that is known already. */
void demo_put_as(struct demo *demo, const struct uuid *id, const char *table, int64_t at,
                 const char *columns, ...);
struct uuid demo_id(struct demo *demo, int64_t at);
void demo_forget_forms(struct demo *demo); /* gives the statements back */
/* Between two units of a long work, when no row lacks what it refers to. false: stop. */
bool demo_pause(struct demo *demo, const char *what, int64_t done, int64_t total);
/* Runs SQL that fills rows from others; `signature` as for store_run(). */
#define demo_run(demo, sql, ...)                                                                   \
    ((void)((demo)->is_failed ||                                                                   \
            ((demo)->is_failed = !store_run((demo)->store, sql, (demo)->err, __VA_ARGS__))))

int64_t demo_below(struct demo *demo, int64_t limit); /* 0 … limit - 1; 0 for a limit of 0 */
bool demo_chance(struct demo *demo, int percent);
#define demo_pick(demo, array) ((array)[demo_below((demo), (int64_t)DEMO_COUNT(array))])
/* An instant in the shop's zone: `days` from today at that time. */
int64_t demo_local(const struct demo *demo, int days, int hour, int minute);
void demo_date(const struct demo *demo, int days, char date[DATE_TEXT_SIZE]);
/* The business day of an instant that lies within the shop's days. */
const char *demo_day_of(const struct demo *demo, int64_t at);
void demo_ean13(const char *prefix, int64_t number, char barcode[DEMO_BARCODE_SIZE]);
const struct demo_customer *demo_some_customer(struct demo *demo);

/* Any number names a good: they are counted round. */
static inline const struct demo_good *demo_good_at(const struct demo *demo, size_t number)
{
    return &demo->goods[number % demo->good_count];
}
/* demo_goods.c, demo_names.c */
void demo_good_name(const struct demo_good *good, char name[DEMO_NAME_SIZE],
                    char sku[DEMO_SKU_SIZE]);
/* The first from there on that is active and has a price; services always are. */
const struct demo_good *demo_good_for_sale(const struct demo *demo, size_t from);

/* The `skip`th of the last orders with that status, newest first, among those made before an
 * instant; else the newest of these. Its id is zero where there is none. */
const struct demo_order *demo_find_order(const struct demo *demo, const char *status, int skip,
                                         int64_t before);

/* The parts, in the order in which they are made (demo.c). */
void demo_people(struct demo *demo);
void demo_customers(struct demo *demo);
void demo_catalogue(struct demo *demo);
void demo_shelves(struct demo *demo);
void demo_stock(struct demo *demo);
void demo_window(struct demo *demo);
void demo_money(struct demo *demo);
void demo_orders(struct demo *demo);
void demo_papers(struct demo *demo);
void demo_schedule(struct demo *demo);
void demo_marketing(struct demo *demo);
void demo_content(struct demo *demo);
void demo_inquiries(struct demo *demo);
void demo_talk(struct demo *demo);
void demo_office(struct demo *demo);
void demo_events(struct demo *demo);
/* What is done by the verbs of the domains, after the filling. */
bool demo_last_actions(struct demo *demo);

#endif
