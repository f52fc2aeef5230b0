#include "model/filter_ast.h"
#include "model/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <utf8proc.h>

enum { SUGGEST_SIZE = 32, SUGGEST_DISTANCE = 2, SHOW_BYTES = 40 };

/* The characters that FTS5's unicode61 tokenizer takes as parts of words. */
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

/* Writes the words of `folded`, parted by one blank, and returns where the last one begins. */
static size_t write_words(const char *folded, char *out, size_t *size)
{
    size_t last_word = 0, length = strlen(folded);
    bool in_word = false;
    *size = 0;
    for (size_t at = 0; at < length;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)folded + at,
                                                  (utf8proc_ssize_t)(length - at), &character);
        if (bytes <= 0)
            break;
        bool is_word = is_word_character(character);
        if (is_word && !in_word) {
            if (*size > 0)
                out[(*size)++] = ' ';
            last_word = *size;
        }
        if (is_word) {
            memcpy(out + *size, folded + at, (size_t)bytes);
            *size += (size_t)bytes;
        }
        in_word = is_word;
        at += (size_t)bytes;
    }
    return last_word;
}

const char *search_phrase(const char *words, struct arena *arena)
{
    const char *folded = text_fold(words, arena);
    char *parted = arena_alloc(arena, strlen(folded) + 1);
    size_t size, last_word = write_words(folded, parted, &size);
    if (size == 0)
        return NULL;
    bool is_single = size - last_word == 1; /* one ASCII letter: no index of such beginnings */
    const char *phrase = arena_format(arena, "\"%s\"%s", parted, is_single ? "" : "*");
    /* A telephone number is one word in the index, however people part it. */
    if (last_word > 0 && strspn(parted, "0123456789 ") == size) {
        char *joined = arena_text(arena, parted), *end = joined;
        for (const char *from = parted; *from != '\0'; from++) {
            if (*from != ' ')
                *end++ = *from;
        }
        *end = '\0';
        phrase = arena_format(arena, "(%s OR \"%s\"*)", phrase, joined);
    }
    return phrase;
}

const char *filter_of_words(const char *words, struct arena *arena)
{
    char *filter = arena_alloc(arena, strlen(words) * 3 + 3);
    size_t out = 0;
    bool in_word = false;
    for (const char *at = words; *at != '\0'; at++) {
        bool is_space = strchr(" \t\r\n\"", *at) != NULL;
        if (is_space == in_word) {
            filter[out++] = '"';
            if (in_word)
                filter[out++] = ' ';
            in_word = !in_word;
        }
        if (!is_space)
            filter[out++] = *at;
    }
    if (in_word)
        filter[out] = '"';
    return filter;
}

/* Damerau's distance without transpositions over more than neighbours; long words are cut. */
static int edit_distance(const char *a, const char *b)
{
    int rows[3][SUGGEST_SIZE + 1];
    int a_size = (int)strnlen(a, SUGGEST_SIZE), b_size = (int)strnlen(b, SUGGEST_SIZE);
    for (int j = 0; j <= b_size; j++)
        rows[0][j] = j;
    for (int i = 1; i <= a_size; i++) {
        int *row = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= b_size; j++) {
            int best = before[j - 1] + (a[i - 1] != b[j - 1]);
            if (before[j] + 1 < best)
                best = before[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap && earlier[j - 2] + 1 < best)
                best = earlier[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a_size % 3][b_size];
}

const char *word_suggest(const char *word, const char *const *list)
{
    const char *best = NULL;
    size_t size = strlen(word);
    int best_distance = (size <= 3 ? SUGGEST_DISTANCE - 1 : SUGGEST_DISTANCE) + 1;
    for (; size > 1 && *list != NULL; list++) {
        bool begins = strncasecmp(word, *list, size) == 0;
        int distance = begins ? 0 : edit_distance(word, *list);
        if (distance < best_distance) {
            best = *list;
            best_distance = distance;
        } else if (distance == best_distance) {
            best = NULL;
        }
    }
    return best;
}

const char *word_show(const char *word, struct arena *arena)
{
    size_t size = strlen(word);
    bool is_cut = size > SHOW_BYTES;
    if (is_cut)
        size = SHOW_BYTES;
    while (is_cut && size > 0 && ((unsigned char)word[size] & 0xC0U) == 0x80U)
        size--;
    char *shown = arena_format(arena, "%.*s%s", (int)size, word, is_cut ? "…" : "");
    for (char *c = shown; *c != '\0'; c++) {
        if (iscntrl((unsigned char)*c)) /* a line break from within quotes */
            *c = ' ';
    }
    return shown;
}
