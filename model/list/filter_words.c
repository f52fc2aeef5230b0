#include "model/list/filter_ast.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { SUGGEST_SIZE = 32, SUGGEST_DISTANCE = 2, SHOW_BYTES = 40 };

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
