/* Rows that a reference could point to, found by a part of their names, and those names. */
#ifndef TUI_SCREENS_RECORD_LOOKUP_H
#define TUI_SCREENS_RECORD_LOOKUP_H

#include "model/store/schema.h"
#include "tui/app.h"
#include "tui/widgets/form.h"

/* Up to `limit` rows whose title holds what was typed, with what tells them apart; in the arena. */
size_t record_look_up(struct app *app, const struct table *table, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit);
/* What names a row that is referred to: record_title(), and of a variant its product's name too. */
const char *record_name(struct store *store, const struct table *table, const struct uuid *id,
                        struct arena *arena);

#endif
