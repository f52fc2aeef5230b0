#include "model/overlay/row_queue.h"

#include "model/base/memory.h"

#include <stdlib.h>
#include <string.h>

void row_queue_init(struct row_queue *queue)
{
    *queue = (struct row_queue){0};
}

void row_queue_done(struct row_queue *queue)
{
    free(queue->rows);
    free(queue->places);
    free(queue->order);
    *queue = (struct row_queue){0};
}

void row_queue_clear(struct row_queue *queue)
{
    if (queue->count > 0)
        memset(queue->places, 0, queue->place_count * sizeof *queue->places);
    queue->count = queue->first = queue->waiting = 0;
}

/* Ids may differ in a few bits anywhere, so all of them are mixed into all of the hash (the last
 * steps of SplitMix64; Steele, Lea, Flood 2014). */
static size_t hash_of(const struct table *table, const struct uuid *id)
{
    uint64_t high, low;
    memcpy(&high, id->bytes, sizeof high);
    memcpy(&low, id->bytes + sizeof high, sizeof low);
    uint64_t z = high ^ (low * UINT64_C(0x9E3779B97F4A7C15)) ^ table->index;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (size_t)(z ^ (z >> 31));
}

/* Where the row's place is, or would be. */
static size_t *place_of(const struct row_queue *queue, const struct table *table,
                        const struct uuid *id)
{
    size_t mask = queue->place_count - 1;
    for (size_t at = hash_of(table, id) & mask;; at = (at + 1) & mask) {
        size_t *place = &queue->places[at];
        if (*place == 0)
            return place;
        const struct queued_row *row = &queue->rows[*place - 1];
        if (row->table == table && uuid_equal(&row->id, id))
            return place;
    }
}

static void grow_rows(struct row_queue *queue)
{
    queue->capacity = queue->capacity > 0 ? queue->capacity * 2 : 64;
    queue->rows = memory_resize(queue->rows, queue->capacity, sizeof *queue->rows);
    free(queue->places);
    queue->place_count = queue->capacity * 2;
    queue->places = memory_new(queue->place_count * sizeof *queue->places);
    for (size_t i = 0; i < queue->count; i++)
        *place_of(queue, queue->rows[i].table, &queue->rows[i].id) = i + 1;
}

/* Each row stands in the ring at most once, so it needs no more room than there are rows. */
static void grow_order(struct row_queue *queue)
{
    size_t *order = memory_resize(NULL, queue->capacity, sizeof *order);
    for (size_t i = 0; i < queue->waiting; i++)
        order[i] = queue->order[(queue->first + i) % queue->order_capacity];
    free(queue->order);
    queue->order = order;
    queue->order_capacity = queue->capacity;
    queue->first = 0;
}

void row_queue_add(struct row_queue *queue, const struct table *table, const struct uuid *id)
{
    if (queue->count == queue->capacity)
        grow_rows(queue);
    size_t *place = place_of(queue, table, id);
    if (*place == 0) {
        queue->rows[queue->count] = (struct queued_row){.table = table, .id = *id};
        *place = ++queue->count;
    }
    struct queued_row *row = &queue->rows[*place - 1];
    if (row->waits)
        return;
    row->waits = true;
    if (queue->order_capacity < queue->capacity)
        grow_order(queue);
    queue->order[(queue->first + queue->waiting++) % queue->order_capacity] = *place - 1;
}

bool row_queue_take(struct row_queue *queue, const struct table **table, struct uuid *id)
{
    if (queue->waiting == 0)
        return false;
    struct queued_row *row = &queue->rows[queue->order[queue->first]];
    queue->first = (queue->first + 1) % queue->order_capacity;
    queue->waiting--;
    row->waits = false;
    *table = row->table;
    *id = row->id;
    return true;
}

bool row_queue_waits(const struct row_queue *queue, const struct table *table,
                     const struct uuid *id)
{
    if (queue->count == 0)
        return false;
    size_t place = *place_of(queue, table, id);
    return place != 0 && queue->rows[place - 1].waits;
}
