/* What a receipt printer can print: one byte a character, by the code page that it is set to. */
#ifndef MODEL_CODE_PAGE_H
#define MODEL_CODE_PAGE_H

#include "model/base/memory.h"

struct code_page {
    const char *name;     /* "cp858" */
    unsigned char number; /* of ESC t, as Epson's printers count them */
    const char *upper;    /* what the bytes from 128 on print, in UTF-8 */
};

/* The one that printers of the shop have unless they are set otherwise. */
const struct code_page *code_page_default(void);
const struct code_page *code_page_find(const char *name); /* NULL: there is none of that name */

/* Appends a text as bytes of the page. What the page lacks becomes the plain letter that it is
 * built on ("ł" → "l"), words that mean the same ("€" → "EUR"), or "?"; marks that stand alone go,
 * and control characters become blanks. */
void code_page_encode(const struct code_page *page, const char *utf8, struct buffer *out);
/* The other way: what the bytes print, in UTF-8. */
void code_page_decode(const struct code_page *page, const char *bytes, size_t size,
                      struct buffer *out);

#endif
