/* What the units of counting share. */
#ifndef MODEL_COUNT_PARTS_H
#define MODEL_COUNT_PARTS_H

#include "model/stock/count.h"

enum { COUNT_LINES_OF_ONE = 300 }; /* goods of one operation, with a line and a movement each */

/* Loads it and says so where it is gone or not open. */
bool count_load_open(struct store *store, const struct uuid *id, struct arena *arena,
                     struct count *out, struct error *err);
/* What one terminal counts adds up; see model/stock/count.h. */
const char *count_sheet(struct store *store, struct arena *arena);
bool count_write_line(struct operation *operation, const struct uuid *count, const char *shelf,
                      const char *sheet, const struct count_entry *entry, struct error *err);
/* What a sheet has of the goods on a shelf (NULL: on none that has a name). */
bool count_of_sheet(struct store *store, const struct uuid *count, const struct uuid *variant,
                    const char *shelf, const char *sheet, int64_t *milli, struct error *err);
/* What was counted, without what is expected and not counted. */
int count_found(struct store *store, const struct count *count, struct arena *arena,
                struct count_line **out, struct error *err);

bool count_counter_lines(struct store *store, const struct actor *actor,
                         const struct uuid *operation, struct uuid *id, struct error *err);
bool count_counter_close(struct store *store, const struct actor *actor,
                         const struct uuid *operation, struct uuid *id, struct error *err);
bool count_counter_settle(struct store *store, const struct actor *actor,
                          const struct uuid *operation, struct uuid *id, struct error *err);

#endif
