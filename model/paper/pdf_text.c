#include "model/paper/pdf_text.h"

#include "model/paper/code_page.h"

#include <fribidi.h>
#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

/* What can be drawn, as code points. Returns how many. */
static FriBidiStrIndex read_characters(const char *utf8, FriBidiChar *out)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)utf8;
    FriBidiStrIndex count = 0;
    while (*at != '\0') {
        utf8proc_int32_t character;
        utf8proc_ssize_t size = utf8proc_iterate(at, -1, &character);
        at += size < 1 ? 1 : size;
        utf8proc_category_t category = utf8proc_category(character);
        if (size >= 1 && category == UTF8PROC_CATEGORY_CF)
            continue; /* marks that would turn the text around */
        bool is_good = size >= 1 && character <= 0xffff && category != UTF8PROC_CATEGORY_CC;
        out[count++] = is_good ? (FriBidiChar)character : character == '\t' ? ' ' : '?';
    }
    return count;
}

/* In place: joined letters, in the order in which they are seen. */
static bool shape(FriBidiChar *text, FriBidiStrIndex count, struct arena *arena)
{
    const FriBidiFlags flags = FRIBIDI_FLAGS_DEFAULT | FRIBIDI_FLAGS_ARABIC;
    size_t room = (size_t)count;
    FriBidiCharType *types = arena_alloc(arena, room * sizeof *types);
    FriBidiBracketType *brackets = arena_alloc(arena, room * sizeof *brackets);
    FriBidiLevel *levels = arena_alloc(arena, room * sizeof *levels);
    FriBidiArabicProp *joins = arena_alloc(arena, room * sizeof *joins);
    FriBidiParType base = FRIBIDI_PAR_ON;
    fribidi_get_bidi_types(text, count, types);
    fribidi_get_bracket_types(text, count, types, brackets);
    if (fribidi_get_par_embedding_levels_ex(types, brackets, count, &base, levels) == 0)
        return false;
    fribidi_get_joining_types(text, count, joins);
    fribidi_join_arabic(types, count, levels, joins);
    fribidi_shape(flags, levels, count, joins, text);
    return fribidi_reorder_line(flags, types, count, 0, base, levels, text, NULL) != 0;
}

char *pdf_text_shaped(const char *utf8, struct arena *arena)
{
    FriBidiChar *text = arena_alloc(arena, (strlen(utf8) + 1) * sizeof *text);
    FriBidiStrIndex count = read_characters(utf8, text);
    char *out = arena_alloc(arena, (size_t)count * 4 + 1), *end = out;
    if (count > 0 && !shape(text, count, arena))
        count = read_characters(utf8, text); /* too long to turn around: as it is written */
    for (FriBidiStrIndex i = 0; i < count; i++)
        if (text[i] != FRIBIDI_CHAR_FILL)
            end += utf8proc_encode_char((utf8proc_int32_t)text[i], (utf8proc_uint8_t *)end);
    *end = '\0';
    return out;
}

char *pdf_text_western(const char *utf8, struct arena *arena)
{
    struct buffer bytes;
    buffer_init(&bytes);
    code_page_encode(code_page_find("cp1252"), utf8, &bytes);
    char *out = arena_text(arena, bytes.text);
    buffer_done(&bytes);
    return out;
}
