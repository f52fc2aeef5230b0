/* A form in a box whose answer goes to the door (sync/door.h), which may have to wait for the
 * centre: passwords, PINs, codes. What was typed is wiped when it has been answered. */
#ifndef TUI_SCREENS_DOOR_FORM_H
#define TUI_SCREENS_DOOR_FORM_H

#include "model/people/door.h"
#include "tui/app.h"
#include "tui/widgets/form.h"

enum { DOOR_FIELDS = 4, DOOR_TEXT_SIZE = 1025, DOOR_TEXT_CHARACTERS = 256 };

/* What the fields held when Enter was pressed, and what came of it. */
struct door_values {
    struct actor actor; /* who works at the screen */
    char texts[DOOR_FIELDS][DOOR_TEXT_SIZE];
    struct door_answer answer;
    struct door_codes codes;
};

struct door_form {
    const char *title, *hint;
    /* Copied. Their `check` is one of those below. */
    const struct form_field *fields;
    size_t count;
    /* Beside, with a store that can't be written to. An error that names a field is shown there. */
    bool (*work)(struct store *store, struct door_values *values, struct error *err);
    /* It worked, and the box has gone. */
    void (*worked)(struct app *app, struct door_values *values);
};

void door_form_open(struct app *app, const struct door_form *form);

/* Checks that are the same in several forms: a new password, a new PIN, and that the field says the
 * same as the one before it. */
bool door_form_password(void *context, const struct form_field *field, const char *text,
                        struct buffer *normal, struct error *err);
bool door_form_pin(void *context, const struct form_field *field, const char *text,
                   struct buffer *normal, struct error *err);
bool door_form_again(void *context, const struct form_field *field, const char *text,
                     struct buffer *normal, struct error *err);

#endif
