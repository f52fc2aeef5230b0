/* The inside of the overlay: overlay.c, overlay_show.c, overlay_clash.c, overlay_reference.c. */
#ifndef MODEL_OVERLAY_PRIVATE_H
#define MODEL_OVERLAY_PRIVATE_H

#include "model/overlay/overlay.h"
#include "model/overlay/shown_row.h"

/* Whether it was parked before, and is tried again in this transaction. */
bool overlay_is_retried(const struct overlay *overlay, int64_t seq);

/* As overlay_set_base(), and nothing is queued. */
bool overlay_write_base(struct overlay *overlay, const struct table *table, const struct uuid *id,
                        const struct value *values, struct error *err);

/* A row can't stand. The operation that made it so is parked; where there is none, the centre's row
 * waits in base_rows, and what was visible of it stays, or goes when `is_removed`. */
bool overlay_cannot_stand(struct overlay *overlay, const struct shown_row *row, int64_t owner,
                          bool is_removed, struct error *err);

/* Another row holds a unique value of this one: makes way for one of the two. Either the row is to
 * be written again, or it is queued, or waits. 1: try it again, 0: not now, -1 failed. */
int overlay_clash(struct overlay *overlay, const struct shown_row *row, struct error *err);

/* Finds which references lead nowhere among those of the touched rows, and parks or lets wait what
 * is to blame. 1: something was changed, and is queued; 0: nothing could be; -1 failed. */
int overlay_mend_references(struct overlay *overlay, bool is_last, struct error *err);

#endif
