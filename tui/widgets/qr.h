/* A QR code in the terminal: two of its squares in each cell, one above the other, dark on light in
 * every theme. */
#ifndef TUI_WIDGETS_QR_H
#define TUI_WIDGETS_QR_H

#include "tui/paint.h"

#include <stdbool.h>

struct qr;

/* The smallest code for the text. NULL where the text is too long for any. */
struct qr *qr_new(const char *text);
void qr_free(struct qr *qr); /* wipes it; NULL is allowed */

/* The cells that it takes, with a margin of two squares around. */
int qr_width(const struct qr *qr);
int qr_height(const struct qr *qr);
/* Draws it from the pane's top left corner; false, and nothing is drawn, where the pane is too
 * small or the terminal has no half blocks: a part of a code is none. */
bool qr_draw(const struct qr *qr, struct pane pane);

#endif
