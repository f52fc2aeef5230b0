/* Where a person's characters begin and end in UTF-8: extended grapheme clusters (UAX 29), and
 * words. A byte that is no UTF-8 counts as a character of its own, so any text can be edited.
 * Offsets are bytes; `at` must be a boundary or within the text, and results are boundaries. */
#ifndef TUI_WIDGETS_GRAPHEME_H
#define TUI_WIDGETS_GRAPHEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the code point at `at` (U+FFFD for a bad byte) and returns its size in bytes; 0 at the
 * end of the text. */
size_t codepoint_read(const char *text, size_t size, size_t at, int32_t *out);
/* Writes a code point as UTF-8 with a NUL; returns its size, 0 when it is none. */
enum { CODEPOINT_SIZE = 5 };
size_t codepoint_write(int32_t codepoint, char out[CODEPOINT_SIZE]);

size_t grapheme_next(const char *text, size_t size, size_t at);
size_t grapheme_previous(const char *text, size_t size, size_t at);
/* The boundary at `at`, or the next one when it stands within a character. */
size_t grapheme_snap(const char *text, size_t size, size_t at);

/* The end of the word after `at`, and the beginning of the word before it: letters, digits and
 * what combines with them. */
size_t word_next(const char *text, size_t size, size_t at);
size_t word_previous(const char *text, size_t size, size_t at);
/* The beginning of the run without blanks before `at`, as Ctrl-W cuts it. */
size_t blank_word_previous(const char *text, size_t size, size_t at);

#endif
