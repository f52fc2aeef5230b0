/* The corpus of awkward text, and what may reach a terminal when it is shown. */
#ifndef TESTS_TUI_HARMLESS_H
#define TESTS_TUI_HARMLESS_H

#include "model/base/memory.h"

enum { CORPUS_MOST = 100 };

/* The lines of tests/data/awkward.txt, until corpus_free(); a NUL within one ends it. */
int corpus_read(const char *texts[CORPUS_MOST]);
void corpus_free(void);

/* Every byte is text, or belongs to a sequence that the program itself sends. */
void expect_harmless(const struct buffer *raw);

#endif
