/* Text for a PDF in the order in which it is seen. */
#ifndef MODEL_PDF_TEXT_H
#define MODEL_PDF_TEXT_H

#include "model/base/memory.h"

/* UTF-8 as a font with Unicode takes it: letters of Arabic joined, right to left turned around,
 * control characters and what lies beyond the first plane as "?". In the arena. */
char *pdf_text_shaped(const char *utf8, struct arena *arena);
/* Bytes of CP1252, for the built-in fonts. */
char *pdf_text_western(const char *utf8, struct arena *arena);

#endif
