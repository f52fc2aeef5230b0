#include "model/base/words.h"

#include "model/base/text.h"

#include <string.h>

#include <utf8proc.h>

static bool is_word_character(utf8proc_int32_t character)
{
    switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_CO:
        return true;
    default:
        return false;
    }
}

/* The size of the character at the place, and whether it belongs to a word; 0 at the end. */
static size_t next_character(const char *text, bool *is_word)
{
    utf8proc_int32_t character;
    *is_word = false;
    if (*text == '\0')
        return 0;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &character);
    if (size <= 0)
        return 1;
    *is_word = is_word_character(character);
    return (size_t)size;
}

/* Writes the words of `folded`, parted by one blank, and returns where the last one begins. */
static size_t write_words(const char *folded, char *out)
{
    size_t last_word = 0, size = 0, step;
    bool is_word, in_word = false;
    while ((step = next_character(folded, &is_word)) > 0) {
        if (is_word && !in_word) {
            if (size > 0)
                out[size++] = ' ';
            last_word = size;
        }
        if (is_word) {
            memcpy(out + size, folded, step);
            size += step;
        }
        in_word = is_word;
        folded += step;
    }
    out[size] = '\0';
    return last_word;
}

/* Where the first characters of a word end; NULL when there are no more. */
static const char *beyond_prefix(const char *word)
{
    bool is_word;
    for (int i = 0; i < WORDS_PREFIX && *word != '\0'; i++)
        word += next_character(word, &is_word);
    return *word != '\0' ? word : NULL;
}

static const char *join_digits(const char *tokens, struct arena *arena)
{
    char *joined = arena_text(arena, tokens), *end = joined;
    for (; *tokens != '\0'; tokens++) {
        if (*tokens != ' ')
            *end++ = *tokens;
    }
    *end = '\0';
    return joined;
}

bool phrase_parse(const char *text, struct arena *arena, struct phrase *out)
{
    const char *folded = text_fold(text, arena);
    char *tokens = arena_alloc(arena, strlen(folded) + 1);
    size_t last_word = write_words(folded, tokens), size = strlen(tokens);
    *out = (struct phrase){.tokens = tokens, .is_prefix = size - last_word != 1};
    if (size == 0)
        return false;
    out->match = arena_format(arena, "\"%s\"%s", tokens, out->is_prefix ? "*" : "");
    /* A telephone number is one word in the index, however people part it. */
    if (last_word > 0 && strspn(tokens, "0123456789 ") == size) {
        out->number = join_digits(tokens, arena);
        out->match = arena_format(arena, "(%s OR \"%s\"*)", out->match, out->number);
        return true;
    }
    const char *rest = beyond_prefix(tokens + last_word);
    if (rest != NULL)
        out->cut = arena_format(arena, "\"%.*s\"*", (int)(rest - tokens), tokens);
    return true;
}

/* Whether no word goes on from before the place into it. */
static bool is_word_start(const char *words, const char *at)
{
    bool is_word;
    if (at == words)
        return true;
    do
        at--;
    while (at > words && ((unsigned char)*at & 0xC0U) == 0x80U);
    next_character(at, &is_word);
    return !is_word;
}

/* Whether the tokens stand at the place, with anything that is no word between them. */
static bool has_tokens_at(const char *at, const char *tokens, bool is_prefix)
{
    bool is_word;
    size_t step;
    for (; *tokens != '\0'; tokens++) {
        if (*tokens != ' ') {
            if (*at++ != *tokens)
                return false;
            continue;
        }
        const char *gap = at;
        while ((step = next_character(at, &is_word)) > 0 && !is_word)
            at += step;
        if (at == gap)
            return false;
    }
    next_character(at, &is_word);
    return is_prefix || !is_word;
}

bool words_have(const char *words, const char *tokens, bool is_prefix)
{
    size_t first = strcspn(tokens, " ");
    for (const char *at = words; (at = memmem(at, strlen(at), tokens, first)) != NULL; at++) {
        if (is_word_start(words, at) && has_tokens_at(at, tokens, is_prefix))
            return true;
    }
    return false;
}
