/* The language of receipt printers (ESC/POS, as Epson's TM series reads it): the few commands that
 * a receipt needs. Each appends bytes to `out`. */
#ifndef MODEL_ESCPOS_H
#define MODEL_ESCPOS_H

#include "model/base/error.h"
#include "model/paper/printer.h"

void escpos_begin(struct buffer *out, const struct printer *printer); /* sets the printer up */
/* Feeds the paper past the knife, and cuts where the printer can. */
void escpos_end(struct buffer *out, const struct printer *printer);

void escpos_set_bold(struct buffer *out, bool is_on);
void escpos_set_large(struct buffer *out, bool is_on); /* twice as wide and high */
void escpos_set_centred(struct buffer *out, bool is_on);

/* CODE128 with the text below it. False, and nothing is added, where the paper is too narrow or the
 * text has other characters than those of ASCII. */
bool escpos_barcode(struct buffer *out, const struct printer *printer, const char *text);

/* Opens the drawer (ESC p): 50 ms on, 500 ms off. Nothing where none hangs on the printer. */
void escpos_drawer(struct buffer *out, const struct printer *printer);

/* A picture, from a portable bitmap (P1 or P4), which every graphics program can write. The error
 * says what is wrong with the file: it is missing, no bitmap, wider than the paper. */
bool escpos_picture(struct buffer *out, const struct printer *printer, const char *path,
                    struct error *err);

#endif
