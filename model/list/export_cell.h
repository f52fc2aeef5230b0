/* One value of a list as a cell of an export, or of a list that is printed. */
#ifndef MODEL_EXPORT_CELL_H
#define MODEL_EXPORT_CELL_H

#include "model/list/query.h"

#include <jansson.h>

struct export_cell_style {
    const char *zone;     /* of instants; NULL: UTC, as the wire has them */
    bool is_one_line;     /* tabs and line breaks become blanks */
    bool guards_formulas; /* see has_raw_formulas in model/list/export.h */
};

/* The text of a cell, in the arena. */
const char *export_cell_text(const struct query_field *field, struct value value,
                             const char *currency, const struct export_cell_style *style,
                             struct arena *arena);
/* A new reference, never NULL. */
json_t *export_cell_json(const struct query_field *field, struct value value, struct arena *arena);
/* The key of a field in JSON: its name with the unit behind it. */
const char *export_key(const struct query_field *field, struct arena *arena);

#endif
