/* The box that dialogs, pickers and progress stand in: in the middle of the screen, as large as
 * what it holds. */
#ifndef TUI_WIDGETS_DIALOG_FRAME_H
#define TUI_WIDGETS_DIALOG_FRAME_H

#include "tui/paint.h"

#include <stdbool.h>
#include <stddef.h>

/* A width for a dialog that would like `wanted` cells inside. */
int dialog_width(struct pane screen, int wanted);
/* Draws the box for `rows` of `width` cells and returns what is inside it. */
struct pane dialog_box(struct pane screen, int rows, int width, const char *title);
/* The cells that the longest line of a text would like to have. */
int dialog_text_width(const char *text);
/* A wrapped text from row y on; returns the rows it took. */
int dialog_text(struct pane pane, int y, enum role role, const char *text);
/* Buttons in the last row, the one with the focus first found by `focus`; fills where each of them
 * begins and how wide it is. */
struct button {
    const char *label;
    int x, width;
};
void dialog_buttons(struct pane pane, int y, struct button *buttons, size_t count, size_t focus);
/* The button at a place of the screen, or -1. */
int dialog_button_at(struct pane pane, int y, const struct button *buttons, size_t count,
                     int screen_y, int screen_x);

#endif
