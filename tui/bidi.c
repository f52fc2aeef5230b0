#include "tui/bidi.h"

#include <fribidi.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

static bool is_enabled;

void bidi_set(bool is_on)
{
    is_enabled = is_on;
}

/* The characters of a text; what is no UTF-8 becomes U+FFFD, as it will be drawn. */
static FriBidiStrIndex read_text(const char *text, FriBidiChar *characters, FriBidiStrIndex limit,
                                 bool *has_right_to_left)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    FriBidiStrIndex count = 0;
    *has_right_to_left = false;
    while (*at && count < limit) {
        utf8proc_int32_t c;
        utf8proc_ssize_t size = utf8proc_iterate(at, -1, &c);
        characters[count] = size > 0 ? (FriBidiChar)c : 0xFFFD;
        at += size > 0 ? size : 1;
        if (characters[count] >= 0x590)
            *has_right_to_left |= FRIBIDI_IS_RTL(fribidi_get_bidi_type(characters[count]));
        count++;
    }
    return count;
}

/* Overrides stay where they are, as marks: they must not act. */
static void disarm(FriBidiChar *characters, FriBidiStrIndex count)
{
    for (FriBidiStrIndex i = 0; i < count; i++)
        if ((characters[i] >= 0x202A && characters[i] <= 0x202E) ||
            (characters[i] >= 0x2066 && characters[i] <= 0x2069))
            characters[i] = 0xFFFD;
}

const char *bidi_order(const char *text, char room[BIDI_TEXT_SIZE])
{
    enum { LIMIT = BIDI_TEXT_SIZE / 4 - 1 };
    FriBidiChar characters[LIMIT + 1], seen[LIMIT + 1];
    FriBidiParType direction = FRIBIDI_PAR_ON;
    bool has_right_to_left = false;
    if (!is_enabled)
        return text;
    FriBidiStrIndex count = read_text(text, characters, LIMIT, &has_right_to_left);
    if (!has_right_to_left)
        return text;
    disarm(characters, count);
    if (!fribidi_log2vis(characters, count, &direction, seen, NULL, NULL, NULL))
        return text;
    size_t size = 0;
    for (FriBidiStrIndex i = 0; i < count; i++)
        size += (size_t)utf8proc_encode_char((utf8proc_int32_t)seen[i],
                                             (utf8proc_uint8_t *)room + size);
    room[size] = '\0';
    return room;
}
