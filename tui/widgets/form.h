/* A form: labelled fields from descriptors, checked as one types, with what is wrong beside the
 * field or under it.
 *
 * Tab, Down, Shift-Tab and Up go between fields; Enter (in a text of several lines only Ctrl-S or
 * F2) saves. In a choice Space opens the list, a letter looks for it, Left and Right step; in a
 * date Space opens a month; in a reference what one types is looked up, and takes the place of the
 * row that was chosen. Esc closes a popup; otherwise it is left to the app, which asks first when
 * the window's is_dirty (form_is_dirty()) says so. */
#ifndef TUI_WIDGETS_FORM_H
#define TUI_WIDGETS_FORM_H

#include "model/base/error.h"
#include "model/base/instant.h"
#include "tui/app.h"
#include "tui/widgets/calendar.h"
#include "tui/widgets/editor.h"

enum field_kind {
    FIELD_TEXT,
    FIELD_LINES,  /* a text of several lines */
    FIELD_NUMBER, /* money, quantities: what `check` reads, aligned to the right */
    FIELD_CHOICE,
    FIELD_BOOLEAN, /* "yes" or "no" */
    FIELD_DATE,    /* YYYY-MM-DD */
    FIELD_REFERENCE,
    FIELD_SECRET,
    FIELD_READ_ONLY,
    FIELD_SECTION, /* a heading; holds no value */
};

/* A row that a reference could point to. */
struct form_option {
    const char *id;
    const char *title;
    const char *detail; /* may be NULL */
};

/* What a form is made of; borrowed, and must outlive it. */
struct form_field {
    const char *name;
    const char *label;
    enum field_kind kind;
    const char *value; /* to begin with; of a reference the id. NULL: empty */
    const char *shown; /* of a reference: the title that goes with `value` */
    bool is_required;
    bool takes_scans;           /* a scan fills it and goes on to the next field */
    size_t limit;               /* in characters; 0: none */
    const char *help;           /* one sentence, shown while it has the focus; may be NULL */
    const char *const *choices; /* NULL-terminated */
    /* False with a sentence when the text (never empty) is not acceptable. `normal` receives the
     * way to write it that the field shows from then on ("1,5" → "1.50"), if it is to change. May
     * be NULL: everything is. */
    bool (*check)(void *context, const struct form_field *field, const char *text,
                  struct buffer *normal, struct error *err);
    /* Rows whose title begins like or contains what was typed ("" too), best first; texts in the
     * arena. Returns how many of at most `limit`. */
    size_t (*look_up)(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit);
};

struct form_ops {
    /* All fields passed their checks. Returns an outcome; OUTCOME_CLOSE when it is saved. A failure
     * of the store is shown by form_show_error(). */
    unsigned (*save)(void *context, struct app *app);
    /* The value of the field changed; may set others. May be NULL. */
    void (*changed)(void *context, size_t field);
};

struct form_item {
    struct editor editor; /* of a choice or boolean: only its text is used */
    char *id;             /* of a reference: the row it points to, "" for none */
    char *id_text;        /* and the title that stands for it */
    char *start;          /* the value it began with */
    char *error;          /* what is wrong with it, or NULL */
    bool is_touched;      /* typed into, or left: an empty required field may complain */
    int y, x, width, rows, error_rows, label_width; /* within the form; y counts from its top */
};

enum form_popup { FORM_POPUP_NONE, FORM_POPUP_LIST, FORM_POPUP_MONTH };
enum { FORM_OPTIONS = 50, FORM_TYPED_SIZE = 32 };

struct form {
    const struct form_field *fields;
    size_t count;
    const struct form_ops *ops;
    void *context;
    struct form_item *items;
    size_t focus;
    struct date today;

    enum form_popup popup;
    struct list list;
    struct list_item list_items[FORM_OPTIONS];
    struct form_option options[FORM_OPTIONS];
    struct arena *arena; /* of the options */
    struct calendar calendar;
    char typed[FORM_TYPED_SIZE]; /* the letters of a type-ahead */

    int top, height; /* the first row shown; rows of the whole form */
    struct pane pane;
};

/* `today` is where the month of an empty date opens. */
void form_init(struct form *form, const struct form_field *fields, size_t count,
               const struct form_ops *ops, void *context, struct date today);
void form_done(struct form *form);

/* The value as it would be saved: text, choice, "yes" or "no", date, id of a reference. Borrowed
 * until it changes. */
const char *form_value(const struct form *form, size_t field);
/* The index of a field by its name, or `count`. */
size_t form_find(const struct form *form, const char *name);
/* Sets a value from outside, as if it was typed; `shown` is for references. */
void form_set(struct form *form, size_t field, const char *value, const char *shown);
/* Goes to the field that err->field names and shows the sentence there; false when there is none
 * (then it is the caller's to show). */
bool form_show_error(struct form *form, const struct error *err);
void form_focus(struct form *form, size_t field);

bool form_is_dirty(const struct form *form);
/* Whether this field's value is another than at the start. */
bool form_is_changed(const struct form *form, size_t field);
/* What is there is the start from now on: after saving without closing. */
void form_keep(struct form *form);
void form_keep_field(struct form *form, size_t field); /* one of them */
bool form_has_text_focus(const struct form *form);

unsigned form_save(struct form *form, struct app *app);
unsigned form_handle(struct form *form, struct app *app, const struct event *event);
void form_draw(struct form *form, struct pane pane, bool has_focus);
/* The rows that it takes as it stands when drawn in a width. */
int form_rows(struct form *form, int width);

#endif
