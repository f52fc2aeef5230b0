/* UTF-8 text: checking, folding for comparison, cutting. */
#ifndef MODEL_TEXT_H
#define MODEL_TEXT_H

#include "model/base/memory.h"

#include <stdbool.h>
#include <stddef.h>

bool text_is_utf8(const char *bytes, size_t size); /* no overlong forms, surrogates or NUL */
size_t text_characters(const char *utf8);          /* code points */

/* The key under which texts compare: compatibility-decomposed, accents dropped, case-folded,
 * runs of white space as one space and none at the ends ("Müller  GmbH" → "muller gmbh", "ß" →
 * "ss"). Marks that make another letter (kana voicing, nukta, virama) stay; bytes that are no
 * UTF-8 become U+FFFD. The key of a key is itself. The store's search_key() SQL function makes the
 * same one. */
char *text_fold(const char *utf8, struct arena *arena);
/* The digits of a telephone number, with a leading + or 00 kept as "+"; Arabic-Indic, Persian and
 * full-width digits count as digits. */
char *text_digits(const char *text, struct arena *arena);
/* Lower-case letters of any script, digits and single hyphens, for slugs; "" when none is left. */
char *text_slug(const char *utf8, struct arena *arena);
/* As many whole characters as fit into `size` bytes, the NUL included. */
void text_copy(char *to, size_t size, const char *utf8);
bool text_is_blank(const char *text); /* nothing but white space, or nothing */

/* Reading fixed forms such as dates: both go on behind what they took, or stay where they are and
 * return false. Exactly `count` digits; exactly this character. */
bool text_read_digits(const char **text, int count, int *number);
bool text_read_char(const char **text, char c);

#endif
