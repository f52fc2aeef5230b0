#include "tui/glyph.h"

#include <langinfo.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

enum {
    MARK = 0xFFFD,
    MARK_PLAIN = '?',
    ZWNJ = 0x200C,
    ZWJ = 0x200D,
    KEYCAP = 0x20E3,
    REGIONAL_A = 0x1F1E6,
    REGIONAL_Z = 0x1F1FF,
    SYMBOLS = 0x2190, /* from here on: no letters that ZWJ shapes, but CJK, which it does not */
};

static enum { UNKNOWN, PLAIN, UNICODE } terminal;

void glyph_set_plain(bool is_plain)
{
    terminal = is_plain ? PLAIN : UNICODE;
}

bool glyph_is_plain(void)
{
    if (terminal == UNKNOWN)
        terminal = strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? UNICODE : PLAIN;
    return terminal == PLAIN;
}

static bool is_between(uint32_t c, uint32_t first, uint32_t last)
{
    return c >= first && c <= last;
}

/* What changes the order of the text around it, and so could make a line say something else. */
static bool is_override(uint32_t c)
{
    return is_between(c, 0x202A, 0x202E) || is_between(c, 0x2066, 0x2069) ||
           is_between(c, 0x206A, 0x206F) || is_between(c, 0xFFF9, 0xFFFB);
}

static bool is_selector(uint32_t c)
{
    return is_between(c, 0xFE00, 0xFE0F) || is_between(c, 0xE0100, 0xE01EF);
}

static bool is_skin(uint32_t c)
{
    return is_between(c, 0x1F3FB, 0x1F3FF);
}

static int system_width(uint32_t c)
{
    return glyph_is_plain() ? utf8proc_charwidth((utf8proc_int32_t)c) : wcwidth((wchar_t)c);
}

enum { WIDTH_MARK = -1 };

/* 1 or 2; 0 for what stands on the character before or is not seen; WIDTH_MARK. */
static int width_of(uint32_t c)
{
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return WIDTH_MARK;
    case UTF8PROC_CATEGORY_CF:
        return is_override(c) || system_width(c) > 0 ? WIDTH_MARK : 0;
    case UTF8PROC_CATEGORY_MC: {
        int width = system_width(c);
        return width == 0 || width == 1 ? width : WIDTH_MARK;
    }
    default: {
        int width = system_width(c);
        bool is_jamo = width == 0 && is_between(c, 0x1160, 0xD7FB); /* joins the one before */
        return is_jamo || width == utf8proc_charwidth((utf8proc_int32_t)c) ? width : WIDTH_MARK;
    }
    }
}

static void set_mark(struct glyph *out)
{
    memset(out, 0, sizeof *out);
    out->text[0] = glyph_is_plain() ? MARK_PLAIN : MARK;
    out->width = 1;
    out->is_mark = true;
}

static void set_plain(struct glyph *out, uint32_t c)
{
    static const struct {
        uint16_t character;
        char twin;
    } twins[] = {{0xA0, ' '},    {0xAD, '-'},   {0xB4, '\''},  {0xD7, 'x'},   {0x2010, '-'},
                 {0x2011, '-'},  {0x2012, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''},
                 {0x2019, '\''}, {0x201A, ','}, {0x201C, '"'}, {0x201D, '"'}, {0x201E, '"'},
                 {0x2022, '*'},  {0x2191, '^'}, {0x2192, '>'}, {0x2026, '~'}, {0x2212, '-'},
                 {0x202F, ' '},  {0x2009, ' '}, {0xDF, 's'},   {0xC6, 'A'},   {0xE6, 'a'},
                 {0xD8, 'O'},    {0xF8, 'o'},   {0x152, 'O'},  {0x153, 'o'},  {0x110, 'D'},
                 {0x111, 'd'},   {0x141, 'L'},  {0x142, 'l'},  {0x131, 'i'},  {0x20AC, 'E'},
                 {0xA3, 'L'},    {0xA5, 'Y'}};
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        if (twins[i].character == c) {
            out->text[0] = (uint32_t)twins[i].twin;
            return;
        }
    }
    utf8proc_int32_t parts[8];
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)c, parts, 8, UTF8PROC_DECOMPOSE, NULL);
    if (count > 0 && parts[0] >= ' ' && parts[0] < 0x7F)
        out->text[0] = (uint32_t)parts[0];
    else
        set_mark(out);
}

/* Reads one character; a byte that is no UTF-8 counts as U+FFFD of size 1. */
static uint32_t read_character(const char *text, const char *end, size_t *size)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, end - text, &c);
    *size = used > 0 ? (size_t)used : 1;
    return used > 0 ? (uint32_t)c : MARK;
}

/* What stands on the character: marks are kept as far as they fit, the rest is passed over. */
static void take_marks(const char **text, const char *end, struct glyph *out)
{
    size_t count = 1;
    while (*text < end) {
        if ((unsigned char)**text < 0x7F) /* by far the most: no mark is ASCII */
            return;
        size_t size;
        uint32_t c = read_character(*text, end, &size);
        bool is_tone = is_skin(c) && out->text[0] >= SYMBOLS;
        if (!is_tone && width_of(c) != 0)
            return;
        *text += size;
        utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)c);
        bool is_joiner = (c == ZWJ || c == ZWNJ) && out->text[0] < SYMBOLS;
        bool is_kept = kind != UTF8PROC_CATEGORY_CF || is_joiner;
        if (out->is_mark || glyph_is_plain() || is_tone || is_selector(c) || c == KEYCAP)
            is_kept = false;
        if (is_kept && count < CELL_CHARACTERS)
            out->text[count++] = c;
    }
}

bool glyph_next(const char **text, const char *end, struct glyph *out)
{
    memset(out, 0, sizeof *out);
    while (*text < end) {
        size_t size;
        uint32_t c = read_character(*text, end, &size);
        *text += size;
        out->width = width_of(c);
        utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)c);
        if (out->width == 0 && (kind == UTF8PROC_CATEGORY_CF || is_selector(c)))
            continue; /* not seen where it has nothing to act on */
        out->text[0] = c;
        if (out->width <= 0 || c == MARK) /* a mark on nothing is not drawn as one on a blank */
            set_mark(out);
        else if (kind == UTF8PROC_CATEGORY_ZS && c != 0x3000)
            out->text[0] = ' ';
        else if (is_between(c, REGIONAL_A, REGIONAL_Z))
            out->text[0] = 'A' + (c - REGIONAL_A);
        else if (glyph_is_plain() && c >= 0x7F)
            set_plain(out, c);
        if (glyph_is_plain())
            out->width = 1;
        take_marks(text, end, out);
        return true;
    }
    return false;
}
