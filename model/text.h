/* UTF-8 text: checking, folding for comparison, cutting. */
#ifndef MODEL_TEXT_H
#define MODEL_TEXT_H

#include "model/memory.h"

#include <stdbool.h>
#include <stddef.h>

bool text_is_utf8(const char *bytes, size_t size); /* no overlong forms, surrogates or NUL */
size_t text_characters(const char *utf8);          /* code points */

/* The key under which texts compare: compatibility-decomposed, accents dropped, case-folded,
 * runs of white space as one space ("Müller  GmbH" → "muller gmbh", "ß" → "ss"). The same key
 * the store's search_key() SQL function makes. */
char *text_fold(const char *utf8, struct arena *arena);
/* The digits of a telephone number, with a leading + or 00 kept as "+". */
char *text_digits(const char *text, struct arena *arena);
/* Lower-case letters, digits and single hyphens, for slugs. */
char *text_slug(const char *utf8, struct arena *arena);
bool text_is_blank(const char *text);

#endif
