/* The windows of the records screens: the rows of a table, one row, and the form that makes or
 * changes one. The list of tables is the screen "records" (tui/screens/records.c). Any screen may
 * open them. */
#ifndef TUI_SCREENS_RECORD_WINDOWS_H
#define TUI_SCREENS_RECORD_WINDOWS_H

#include "model/operation/record.h"
#include "model/operation/record_hand.h"
#include "tui/screens/record_kind.h"

/* The rows of a table. `base` is a filter that stays ("customer:018f…") and `heading` says what it
 * keeps; both NULL: all rows. */
void record_table_open(struct app *app, const struct record_kind *kind, const char *base,
                       const char *heading);

/* One row. False with err when it is gone. */
bool record_view_open(struct app *app, const struct table *table, const struct uuid *id,
                      struct error *err);
/* The same; what is wrong becomes a toast. For other screens. */
void record_view_show(struct app *app, const char *table, const struct uuid *id);

/* On the screen of its table where that has one, else as above. */
void record_show(struct app *app, const char *table, const struct uuid *id);

/* A form for the row, or for a new one (NULL). False with err when it can't be opened. */
bool record_form_open(struct app *app, const struct record_kind *kind, const struct uuid *id,
                      struct error *err);

/* The same form over values that stand nowhere in the store, of a row that is to be sent once more.
 * `row` is copied. `send` gets what was changed in the form, also when that is nothing; `gone`
 * frees the context with the window. */
struct record_mend {
    struct record row;
    bool (*send)(struct app *app, void *context, const struct change *changes, size_t count,
                 struct error *err);
    void (*gone)(void *context);
    void *context;
};
void record_form_mend(struct app *app, const struct record_kind *kind,
                      const struct record_mend *mend);

/* Deletes or restores the rows, after a question that names them and the count; each is an
 * operation, all undone as one. What stays is told with the reasons. Then nothing is marked any
 * more in `listing` (may be NULL), which must stay while the question is open. */
enum record_bulk { RECORD_BULK_DELETE, RECORD_BULK_RESTORE };
enum { RECORD_BULK_MAX = 500 };
void record_bulk(struct app *app, const struct record_kind *kind, enum record_bulk what,
                 const struct uuid *ids, size_t count, struct listing *listing);

/* Why this person does not do it by hand; NULL: it is done. The text is in `room`. */
enum { RECORD_HANDS = HAND_DELETES + 1, RECORD_WHY_SIZE = ERROR_TEXT_SIZE };
const char *record_why_not(struct app *app, const struct table *table, enum hand hand,
                           char room[RECORD_WHY_SIZE]);
const char *record_why_not_export(struct app *app, const struct table *table,
                                  char room[RECORD_WHY_SIZE]);
/* Whether a screen or a dialog has the actions that make the table's rows. */
bool record_has_home(const struct table *table);
/* Opens it for a row (NULL: for new ones); false when there is none. */
bool record_go_home(struct app *app, const struct table *table, const struct uuid *id);

#endif
