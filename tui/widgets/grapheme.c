#include "tui/widgets/grapheme.h"

#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD };

size_t codepoint_read(const char *text, size_t size, size_t at, int32_t *out)
{
    if (at >= size)
        return 0;
    utf8proc_int32_t codepoint;
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                             (utf8proc_ssize_t)(size - at), &codepoint);
    if (used <= 0) {
        *out = REPLACEMENT;
        return 1;
    }
    *out = codepoint;
    return (size_t)used;
}

size_t codepoint_write(int32_t codepoint, char out[CODEPOINT_SIZE])
{
    utf8proc_ssize_t size = 0;
    if (utf8proc_codepoint_valid(codepoint))
        size = utf8proc_encode_char(codepoint, (utf8proc_uint8_t *)out);
    out[size] = '\0';
    return (size_t)size;
}

size_t grapheme_next(const char *text, size_t size, size_t at)
{
    int32_t before, after;
    utf8proc_int32_t state = 0;
    size_t used = codepoint_read(text, size, at, &before);
    for (at += used; at < size; at += used, before = after) {
        used = codepoint_read(text, size, at, &after);
        if (utf8proc_grapheme_break_stateful(before, after, &state))
            break;
    }
    return at;
}

/* Two ASCII characters in a row always have a boundary between them, CR LF aside: a place from
 * which clusters can be counted without starting at the beginning of a long text. */
static size_t safe_start(const char *text, size_t at)
{
    while (at > 1) {
        at--;
        bool is_ascii = (unsigned char)text[at] < 0x80 && (unsigned char)text[at - 1] < 0x80;
        if (is_ascii && text[at] != '\n')
            return at;
    }
    return 0;
}

size_t grapheme_previous(const char *text, size_t size, size_t at)
{
    if (at > size)
        at = size;
    size_t start = safe_start(text, at);
    for (;;) {
        size_t next = grapheme_next(text, size, start);
        if (next >= at || next == start)
            return start;
        start = next;
    }
}

size_t grapheme_snap(const char *text, size_t size, size_t at)
{
    if (at == 0)
        return 0;
    return grapheme_next(text, size, grapheme_previous(text, size, at));
}

static bool is_word_part(const char *text, size_t size, size_t at)
{
    int32_t codepoint;
    if (codepoint_read(text, size, at, &codepoint) == 0)
        return false;
    utf8proc_category_t category = utf8proc_category(codepoint);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

size_t word_next(const char *text, size_t size, size_t at)
{
    while (at < size && !is_word_part(text, size, at))
        at = grapheme_next(text, size, at);
    while (at < size && is_word_part(text, size, at))
        at = grapheme_next(text, size, at);
    return at;
}

static size_t go_back_while(const char *text, size_t size, size_t at, bool (*test)(char))
{
    while (at > 0) {
        size_t before = grapheme_previous(text, size, at);
        if (!test(text[before]))
            break;
        at = before;
    }
    return at;
}

size_t word_previous(const char *text, size_t size, size_t at)
{
    bool in_word = false;
    while (at > 0) {
        size_t before = grapheme_previous(text, size, at);
        bool is_part = is_word_part(text, size, before);
        if (in_word && !is_part)
            break;
        in_word = is_part;
        at = before;
    }
    return at;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static bool is_not_blank(char c)
{
    return !is_blank(c);
}

size_t blank_word_previous(const char *text, size_t size, size_t at)
{
    return go_back_while(text, size, go_back_while(text, size, at, is_blank), is_not_blank);
}
