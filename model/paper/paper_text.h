/* What is printed on a roll, line by line, before it is bytes: receipts, reports and labels are
 * lists of these lines, so that they wrap, align and leave out in one way. */
#ifndef MODEL_PAPER_TEXT_H
#define MODEL_PAPER_TEXT_H

#include "model/paper/printer.h"

enum paper_style {
    PAPER_NORMAL,  /* left, and right at the other edge; the left wraps before the right */
    PAPER_STRONG,  /* the same, bold */
    PAPER_LARGE,   /* the same, twice as wide and high */
    PAPER_CENTRE,  /* left, in the middle */
    PAPER_TITLE,   /* the same, large */
    PAPER_RULE,    /* a line across */
    PAPER_BLANK,   /* an empty row */
    PAPER_BARCODE, /* left as CODE128, or as text in the middle where that can't be printed */
    PAPER_PICTURE, /* the bitmap at the path in left; left out where it can't be read */
};

struct paper_line {
    enum paper_style style;
    const char *left, *right; /* NULL: nothing */
};

struct paper_text {
    struct arena *arena; /* of the texts; borrowed */
    struct paper_line *lines;
    size_t count, capacity;
};

void paper_text_init(struct paper_text *text, struct arena *arena);
void paper_text_done(struct paper_text *text);
/* Texts are copied. NULL: nothing. */
void paper_text_add(struct paper_text *text, enum paper_style style, const char *left,
                    const char *right);
void paper_text_addf(struct paper_text *text, enum paper_style style, const char *right,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A whole print for the printer, set up and cut. */
void paper_text_bytes(const struct paper_line *lines, size_t count, const struct printer *printer,
                      struct buffer *out);
/* The same rows to be read on a screen, in UTF-8: with the letters that the printer would print. */
void paper_text_plain(const struct paper_line *lines, size_t count, const struct printer *printer,
                      struct buffer *out);

#endif
