/* The fields of a form for a row of any table, made from the schema, and what was typed into them
 * as changes to write. */
#ifndef TUI_SCREENS_RECORD_FIELDS_H
#define TUI_SCREENS_RECORD_FIELDS_H

#include "model/operation/record.h"
#include "tui/widgets/form.h"

struct record_fields {
    struct app *app;
    const struct table *table;
    const struct record *row; /* as the person sees it; NULL: a new one */
    struct arena *arena;      /* of all texts */
    struct form *form;        /* that shows them, and has them as its context */
    void *owner;              /* of the form, for its save() */
    const char *currency;     /* of amounts where no field says it; NULL: the row's */
    struct form_field *fields;
    const struct column **columns; /* of each field; NULL: a heading */
    size_t count;
};

/* `row` must outlive the fields; the form is set later. */
void record_fields_init(struct record_fields *fields, struct app *app, const struct table *table,
                        const struct record *row, struct arena *arena);

/* The same for some columns alone, by their names with blanks between: for forms of a domain, which
 * may set checks and look-ups of their own in the fields, and add up to RECORD_FIELDS_MORE fields
 * behind them that record_fields_changes() passes over. */
enum { RECORD_FIELDS_MORE = 8 };
void record_fields_named(struct record_fields *fields, struct app *app, const struct table *table,
                         const struct record *row, const char *names, struct arena *arena);
struct form_field *record_fields_add(struct record_fields *fields, const struct form_field *field);
struct form_field *record_fields_find(const struct record_fields *fields, const char *name);

/* What was changed in the form, with the values that the person saw; in the arena. Returns the
 * count, or -1 when a text is no value of its field. */
int record_fields_changes(const struct record_fields *fields, struct arena *arena,
                          struct change **out, struct error *err);

/* The text of a value as the form shows it, and the title where it is a reference. */
const char *record_field_text(const struct record_fields *fields, const struct column *column,
                              struct value value, struct arena *arena);
const char *record_field_shown(const struct record_fields *fields, const struct column *column,
                               struct value value, struct arena *arena);

#endif
