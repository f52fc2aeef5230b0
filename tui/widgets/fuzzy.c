#include "tui/widgets/fuzzy.h"

#include <stdbool.h>
#include <string.h>

enum {
    SCORE_WHOLE = 1000,
    SCORE_BEGINS = 800,
    SCORE_WORD_BEGINS = 600,
    SCORE_CONTAINS = 400,
    SCORE_LETTERS = 200,
    LETTERS_LEAST = 2, /* a single letter that is somewhere says nothing */
};

static bool is_separator(char c)
{
    return c == ' ' || c == '.' || c == '-' || c == '_' || c == '/';
}

/* Each letter in its order: the fewer others lie between them the better. Letters that begin words
 * cost nothing: "gt" fits "go to". */
static int score_letters(const char *word, const char *text)
{
    int gaps = 0;
    const char *at = text;
    for (const char *letter = word; *letter != '\0'; letter++) {
        const char *found = strchr(at, *letter);
        if (found == NULL)
            return 0;
        bool begins = found == text || is_separator(found[-1]);
        if (!begins)
            gaps += (int)(found - at) + (letter == word ? 1 : 0);
        at = found + 1;
    }
    int most = 2 * (int)strlen(word);
    return gaps <= most ? SCORE_LETTERS - gaps : 0;
}

int fuzzy_score(const char *word, const char *text)
{
    size_t size = strlen(word);
    if (size == 0)
        return 1;
    if (strncmp(text, word, size) == 0)
        return text[size] == '\0' ? SCORE_WHOLE : SCORE_BEGINS;
    const char *first = strstr(text, word);
    for (const char *at = first; at != NULL; at = strstr(at + 1, word))
        if (is_separator(at[-1]))
            return SCORE_WORD_BEGINS;
    if (first != NULL)
        return SCORE_CONTAINS;
    return size >= LETTERS_LEAST ? score_letters(word, text) : 0;
}
