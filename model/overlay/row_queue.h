/* Rows that wait for their turn: each stands in the queue once, and can come back after it was
 * taken. Rows that were taken are remembered until the queue is cleared. */
#ifndef MODEL_ROW_QUEUE_H
#define MODEL_ROW_QUEUE_H

#include "model/base/uuid.h"
#include "model/store/schema.h"

struct queued_row {
    const struct table *table;
    struct uuid id;
    bool waits;
};

struct row_queue {
    struct queued_row *rows; /* all that were ever added */
    size_t count, capacity;
    size_t *places; /* hash → index + 1 into `rows`; its size is a power of two */
    size_t place_count;
    size_t *order; /* a ring of indexes into `rows` */
    size_t first, waiting, order_capacity;
};

void row_queue_init(struct row_queue *queue);
void row_queue_done(struct row_queue *queue);
void row_queue_clear(struct row_queue *queue); /* keeps the memory */

void row_queue_add(struct row_queue *queue, const struct table *table, const struct uuid *id);
/* The one that waits longest; false: none does. */
bool row_queue_take(struct row_queue *queue, const struct table **table, struct uuid *id);
bool row_queue_waits(const struct row_queue *queue, const struct table *table,
                     const struct uuid *id);

#endif
