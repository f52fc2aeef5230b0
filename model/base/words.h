/* Words as the search indexes of the store hold them: folded (model/base/text.h), and parted
 * wherever FTS5's unicode61 tokenizer does, at everything that is no letter and no digit. */
#ifndef MODEL_WORDS_H
#define MODEL_WORDS_H

#include "model/base/memory.h"

#include <stdbool.h>

/* The indexes give all beginnings of this many characters at once and in order; those of a longer
 * one have to be collected first, which takes 23 ms for a million of them. */
enum { WORDS_PREFIX = 3 };

/* Words that stand one behind the other, as a person types them. Nothing in them can act as an
 * operator of FTS5. */
struct phrase {
    const char *match;  /* the expression for FTS5: "\"roller 25\"*" */
    const char *cut;    /* it with less of a long last word: finds at least the same; or NULL */
    const char *tokens; /* "roller 25" */
    const char *number; /* all digits in one, for a text of digits alone, which `match` finds too;
                         * else NULL */
    bool is_prefix;     /* the last one may go on; not so for one ASCII letter, which the indexes
                         * have no beginnings of */
};

/* false: there is no letter or digit in the text. In the arena. */
bool phrase_parse(const char *text, struct arena *arena, struct phrase *out);

/* Whether folded words hold the tokens, as FTS5 would say. */
bool words_have(const char *words, const char *tokens, bool is_prefix);

#endif
