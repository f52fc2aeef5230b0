/* Purchase orders: what the shop orders from its suppliers, and what came of it.
 *
 * draft → ordered → (partially received) → received; cancelled before anything came, closed short
 * when no more will come. What came of a line is what its row brought along and the movements that
 * name it (migration 0042), so two terminals that receive at once add up, also without a line. So
 * "partially received", and "received" where the last piece came by two terminals, follow from that
 * and are never conflicting edits: purchase->status and the list say them, the stored status moves
 * with what a person does.
 *
 * Each function that changes something is one operation by `actor` with the right inventory.edit,
 * and undone: drafts, sending, cancelling and closing by going back, a receipt by movements the
 * other way. */
#ifndef MODEL_PURCHASE_H
#define MODEL_PURCHASE_H

#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"

extern const struct operation_kind purchase_kinds[];
extern const size_t purchase_kind_count;
/* number, supplier, location, status, created, ordered, expected, lines, open (pieces), total,
 * person, notes, reason, id; the newest first. */
extern const struct query_source purchase_source;
extern const char *const purchase_statuses[]; /* NULL-terminated */

struct purchase_line {
    struct uuid id, variant_id, product_id;
    const char *name, *sku;   /* sku "" where there is none */
    const char *supplier_sku; /* the supplier's own number, or "" */
    int64_t ordered_milli, received_milli;
    int64_t unit_cost_cents; /* 0: not known */
    int64_t total_cents;     /* of what is ordered */
    int64_t pack_milli;      /* how the supplier sells it */
};

/* One order as a person reads it; everything in the arena it was read into. */
struct purchase {
    struct uuid id, supplier_id, location_id;
    const char *number, *status, *currency, *supplier, *location;
    const char *stored_status;           /* what the row says: see above */
    const char *notes, *reason, *person; /* "" where there is none */
    const char *expected_on;             /* YYYY-MM-DD or "" */
    int64_t ordered_at, received_at;     /* 0: not yet */
    int64_t total_cents;
    struct purchase_line *lines; /* in their order */
    size_t line_count;
};

/* 1 found, 0 no such order, -1 failed. */
int purchase_load(struct store *store, const struct uuid *id, struct arena *arena,
                  struct purchase *out, struct error *err);
int purchase_find_number(struct store *store, const char *number, struct uuid *id,
                         struct error *err);
int64_t purchase_open(const struct purchase_line *line); /* what has still to come; never below 0 */
bool purchase_is_open(const struct purchase *purchase);  /* goods can be received against it */
int64_t purchase_received(const struct purchase *purchase); /* pieces of all lines */

/* A draft. `location` may be NULL: where the actor works. ERROR_RULE for a supplier that is no
 * longer used. */
bool purchase_create(struct store *store, const struct actor *actor, const struct uuid *supplier,
                     const struct uuid *location, struct uuid *id, struct error *err);
/* Sets how many of the goods a draft orders: adds a line, or changes or (0) removes the one that is
 * there. `cost_cents` below 0: what the supplier asks, where that is known in the order's currency;
 * else what stands there. */
bool purchase_set_line(struct store *store, const struct actor *actor, const struct uuid *id,
                       const struct uuid *variant, int64_t quantity_milli, int64_t cost_cents,
                       struct error *err);
/* A draft was sent to the supplier. `expected_on` may be NULL: in as many days as the supplier
 * needs. */
bool purchase_send(struct store *store, const struct actor *actor, const struct uuid *id,
                   const char *expected_on, struct error *err);
/* Of which nothing came. A draft needs no reason. */
bool purchase_cancel(struct store *store, const struct actor *actor, const struct uuid *id,
                     const char *reason, struct error *err);
/* No more will come: with something open a reason is needed. */
bool purchase_close(struct store *store, const struct actor *actor, const struct uuid *id,
                    const char *reason, struct error *err);

/* What a scan or a typed code means: `3*code`, a barcode or SKU of the shop, or the supplier's own
 * code, which stands for a pack. Of several lines of the same goods the first that is open. 1: it
 * is purchase->lines[*line], *quantity_milli of it; 0: no such goods in the order (err says which
 * and what to do); -1: failed. */
int purchase_scan(struct store *store, const struct purchase *purchase, const char *text,
                  size_t *line, int64_t *quantity_milli, struct error *err);

/* The same for a draft, to which any goods can be added. */
int purchase_goods(struct store *store, const struct purchase *purchase, const char *text,
                   struct uuid *variant, int64_t *quantity_milli, struct error *err);

struct purchase_receipt {
    struct uuid line_id;
    int64_t quantity_milli;  /* above 0 */
    int64_t unit_cost_cents; /* of one; below 0: as ordered */
};
struct purchase_outcome {
    int over;         /* lines of which more came than was ordered */
    int open;         /* lines of which less came until now */
    int costs;        /* products that got a new cost price */
    bool keeps_costs; /* they did not, since the actor may not change the catalogue */
};
/* Books what came, with its cost on the movement. The cost price of the product follows by the
 * setting 'purchase_cost' {"method": "average"|"last"|"none"}: the average with what is on the
 * shelf (unless set), the last one, or by hand; only in the product's own currency, and where the
 * actor has the right catalog.edit. A cost of 0 is none. More than was ordered is taken and told.
 * When nothing is open the order is received. */
bool purchase_receive(struct store *store, const struct actor *actor, const struct uuid *id,
                      const struct purchase_receipt *receipts, size_t count,
                      struct purchase_outcome *out, struct error *err);
/* The cost price after `milli` pieces at `cost` came to `on_hand` pieces at `before`, rounded half
 * up. What was sold before it was there does not count. */
int64_t purchase_average_cost(int64_t on_hand_milli, int64_t before_cents, int64_t milli,
                              int64_t cost_cents);

/* For the supplier: a text of at most `width` columns, or a CSV with a heading. */
void purchase_text(const struct purchase *purchase, const char *shop, struct buffer *out);
void purchase_csv(const struct purchase *purchase, struct buffer *out);

#endif
