/* What the units of an import share: import.c, import_goods.c, import_invoice.c, import_order.c. */
#ifndef MODEL_IMPORT_PARTS_H
#define MODEL_IMPORT_PARTS_H

#include "model/base/instant.h"
#include "model/import/import.h"
#include "model/import/import_reject.h"
#include "model/import/import_survey.h"
#include "model/import/import_write.h"

/* One import. */
struct import_run {
    struct store *store;
    const struct actor *actor;
    const struct import_options *options;
    struct import_result *result;
    struct import_mapping mapping;
    struct arena *arena; /* lives as long as the import */
    const char *source;  /* the file's name without its folders */
    const char *currency;
    const char *zone;          /* of the times in the file */
    const char *location_zone; /* by which the business day goes */
    int day_starts_minutes;
    struct uuid register_id;
    struct import_survey *survey;
    struct import_file *file;
    struct import_reject *reject;
    struct import_writer *writer;
    bool is_first; /* the mapping was never used: no line can be known */
};

/* The lines of one invoice; all of it lives in its arena. */
struct import_invoice {
    const char *number;
    int64_t last_line;
    struct import_line *lines;
    size_t count, capacity;
    struct arena *arena;
    struct import_invoice *next;
};

/* What becomes of a line. */
enum import_fate { FATE_KNOWN, FATE_REJECTED, FATE_ORDERED, FATE_MOVED };

struct import_plan {
    enum import_fate fate;
    const char *key, *content_key; /* one and the same but for a corrected line */
    const char *why;               /* it is rejected */
    struct import_product *product;
    int64_t quantity_milli, price_cents, total_cents; /* as the order's line has them */
};

/* The register, products and customers that the file speaks of: found or made. */
bool import_goods(struct import_run *run, struct error *err);

/* Writes one invoice and tells its rejected lines. */
bool import_invoice_write(struct import_run *run, struct import_invoice *invoice,
                          struct error *err);

/* Writes the lines that are ordered: as a new order or into the one that the invoice became.
 * `count` plans, one for each line. */
bool import_order_write(struct import_run *run, struct import_invoice *invoice,
                        struct import_plan *plans, struct error *err);
/* The invoice's order was deleted by hand: 1, 0, -1 failed. */
int import_order_is_deleted(struct import_run *run, const char *invoice, struct error *err);

/* One movement of a line's goods. `order` may be NULL. */
bool import_move(struct import_run *run, const struct import_line *line,
                 const struct import_plan *plan, const char *reason, int64_t quantity_milli,
                 const struct uuid *order, const char *note, struct uuid *id, struct error *err);

#endif
