/* Two rows want one unique value. */
#include "model/overlay/overlay_private.h"

static const struct unique_key *keys_of(struct overlay *overlay, const struct table *table,
                                        struct error *err)
{
    size_t at = table->index;
    if (!overlay->knows_keys[at])
        overlay->knows_keys[at] =
            unique_keys_read(overlay->store, table, overlay->arena, &overlay->keys[at], err);
    return overlay->keys[at];
}

/* The row in the way is to be shown anew itself, or comes with this pull: it makes way until then.
 * 1: it did, 0: it has no such turn, -1 failed. */
static int make_way(struct overlay *overlay, const struct table *table, const struct uuid *holder,
                    struct error *err)
{
    int is_to_come = row_queue_waits(&overlay->dirty, table, holder);
    if (is_to_come == 0 && overlay->source.bring != NULL)
        is_to_come = overlay->source.bring(overlay->source.context, table, holder, err);
    if (is_to_come <= 0)
        return is_to_come;
    return shown_row_remove(overlay, table, holder, err) ? 1 : -1;
}

/* Which of two operations yields; 0 stands for none. */
static int64_t yielding(const struct overlay *overlay, int64_t mine, int64_t other)
{
    if (mine == 0 || other == 0)
        return mine != 0 ? mine : other;
    bool is_retried = overlay_is_retried(overlay, mine);
    if (is_retried != overlay_is_retried(overlay, other))
        return is_retried ? mine : other;
    return mine > other ? mine : other;
}

int overlay_clash(struct overlay *overlay, const struct shown_row *row, struct error *err)
{
    struct uuid holder;
    const struct unique_key *key;
    const struct unique_key *keys = keys_of(overlay, row->table, err);
    if (keys == NULL)
        return overlay->knows_keys[row->table->index] &&
                       overlay_cannot_stand(overlay, row, row->last, false, err)
                   ? 0
                   : -1;
    int found = unique_key_holder(overlay->store, row->table, keys, &row->id, row->values, &holder,
                                  &key, err);
    if (found < 0)
        return -1;
    if (found == 0)
        return overlay_cannot_stand(overlay, row, row->last, false, err) ? 0 : -1;
    int made = make_way(overlay, row->table, &holder, err);
    if (made != 0)
        return made;
    struct shown_row other;
    if (!shown_row_read(overlay, row->table, &holder, &other, err))
        return -1;
    int64_t mine = shown_row_owner(row, key->columns);
    int64_t parked = yielding(overlay, mine, shown_row_owner(&other, key->columns));
    if (parked == 0)
        return overlay_cannot_stand(overlay, row, 0, false, err) ? 0 : -1;
    if (!overlay_park(overlay, parked, err))
        return -1;
    /* The other operation may have touched this row, too: it is worked out again then. */
    return !row_queue_waits(&overlay->dirty, row->table, &row->id);
}
