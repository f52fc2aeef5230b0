/* What the parts of the form say to each other: form.c values and checks, form_keys.c the focus,
 * form_popup.c lists and months, form_layout.c places, form_draw.c the screen. */
#ifndef TUI_WIDGETS_FORM_PRIVATE_H
#define TUI_WIDGETS_FORM_PRIVATE_H

#include "tui/widgets/form.h"

enum { FORM_LABEL_GAP = 1, FORM_MARGIN = 1 };

bool field_takes_focus(const struct form_field *field);
bool field_is_text(const struct form_field *field); /* typed into with the editor */

/* Checks one field again; a field that was not touched does not complain that it is empty. */
void form_check(struct form *form, size_t field);
/* The field's text changed by a person: checks it, tells the owner. */
void form_touch(struct form *form, size_t field);
/* The field is being left: brings its text into its normal form. */
void form_leave_field(struct form *form, size_t field);
void form_pick_reference(struct form *form, size_t field, const char *id, const char *title);

void form_open_list(struct form *form);
void form_open_month(struct form *form);
/* The rows that match what stands in the reference field. */
void form_look_up(struct form *form);
void form_close_popup(struct form *form);
unsigned form_handle_popup(struct form *form, const struct event *event);
void form_draw_popup(struct form *form);
/* Sets a choice by the letters typed so far; false when none begins so. */
bool form_type_ahead(struct form *form, key_code key);

/* What is wrong with the field, for drawing; NULL while a popup helps to set it right. */
const char *form_error(const struct form *form, size_t field);

void form_layout(struct form *form, int width);

#endif
