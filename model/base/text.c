#include "model/base/text.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum {
    REPLACEMENT = 0xFFFD,
    DECOMPOSED_MAX = 32, /* code points of one; the longest of Unicode is 18 */
    CLASS_KEPT_FROM = 7, /* nukta, kana voicing marks and viramas make another letter … */
    CLASS_KEPT_TO = 9,   /* … whatever else has a combining class is an accent */
};

/* Reads one code point at `at`; a byte that begins none is taken alone as U+FFFD. */
static size_t next_code_point(const char *at, size_t size, int32_t *code_point)
{
    utf8proc_ssize_t length =
        utf8proc_iterate((const utf8proc_uint8_t *)at, (utf8proc_ssize_t)size, code_point);
    if (length > 0)
        return (size_t)length;
    *code_point = REPLACEMENT;
    return 1;
}

bool text_is_utf8(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size;) {
        if (bytes[i] > 0) { /* ASCII but for NUL */
            i++;
            continue;
        }
        int32_t code_point;
        utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)bytes + i,
                                                   (utf8proc_ssize_t)(size - i), &code_point);
        if (length <= 0 || code_point == 0)
            return false;
        i += (size_t)length;
    }
    return true;
}

size_t text_characters(const char *utf8)
{
    size_t count = 0;
    for (; *utf8 != '\0'; utf8++)
        count += ((unsigned char)*utf8 & 0xC0U) != 0x80U;
    return count;
}

void text_copy(char *to, size_t size, const char *utf8)
{
    size_t used = strnlen(utf8, size);
    if (used == size) /* too long: back to where the character that does not fit begins */
        for (used = size - 1; used > 0 && ((unsigned char)utf8[used] & 0xC0U) == 0x80U;)
            used--;
    memcpy(to, utf8, used);
    to[used] = '\0';
}

static bool is_space(int32_t code_point)
{
    if (code_point < 0x80)
        return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
    utf8proc_category_t category = utf8proc_category(code_point);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP || code_point == 0x85;
}

/* A key as it grows: at most one space between words, none at the ends. */
struct key {
    struct buffer buffer;
    bool space_waits;
};

static void put_code_point(struct key *key, int32_t code_point)
{
    if (is_space(code_point)) {
        key->space_waits = key->buffer.size > 0;
        return;
    }
    if (key->space_waits)
        buffer_add_char(&key->buffer, ' ');
    key->space_waits = false;
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t size = utf8proc_encode_char(code_point, bytes);
    buffer_add_bytes(&key->buffer, bytes, (size_t)size);
}

static bool is_accent(int32_t code_point)
{
    utf8proc_propval_t class = utf8proc_get_property(code_point)->combining_class;
    return class != 0 && (class < CLASS_KEPT_FROM || class > CLASS_KEPT_TO);
}

static void fold_code_point(struct key *key, int32_t code_point)
{
    int32_t parts[DECOMPOSED_MAX];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char(code_point, parts, DECOMPOSED_MAX,
                                (utf8proc_option_t)(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                                                    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE),
                                &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < DECOMPOSED_MAX; i++)
        if (!is_accent(parts[i]))
            put_code_point(key, parts[i]);
}

/* Appends the key of `utf8`. Text of ASCII alone, by far the most, needs no tables. */
static void fold_into(struct key *key, const char *utf8)
{
    size_t size = strlen(utf8);
    for (size_t i = 0; i < size;) {
        unsigned char c = (unsigned char)utf8[i];
        if (c < 0x80) {
            put_code_point(key, c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
            i++;
            continue;
        }
        int32_t code_point;
        i += next_code_point(utf8 + i, size - i, &code_point);
        fold_code_point(key, code_point);
    }
}

char *text_fold(const char *utf8, struct arena *arena)
{
    struct key key = {.space_waits = false};
    buffer_init(&key.buffer);
    fold_into(&key, utf8);
    char *folded = arena_bytes(arena, key.buffer.text, key.buffer.size);
    buffer_done(&key.buffer);
    return folded;
}

/* The value of a decimal digit: ASCII, Arabic-Indic, Persian or full width; -1 for anything else.
 */
static int digit_value(int32_t code_point)
{
    static const int32_t zeros[] = {'0', 0x0660, 0x06F0, 0xFF10};
    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++)
        if (code_point >= zeros[i] && code_point <= zeros[i] + 9)
            return (int)(code_point - zeros[i]);
    return -1;
}

char *text_digits(const char *text, struct arena *arena)
{
    size_t size = strlen(text);
    char *digits = arena_alloc(arena, size + 2);
    size_t count = 1; /* the first place is kept for the plus */
    bool has_plus = false;
    for (size_t i = 0; i < size;) {
        int32_t code_point;
        i += next_code_point(text + i, size - i, &code_point);
        int digit = digit_value(code_point);
        if (digit >= 0)
            digits[count++] = (char)('0' + digit);
        else if ((code_point == '+' || code_point == 0xFF0B) && count == 1)
            has_plus = true;
    }
    if (!has_plus && count > 3 && digits[1] == '0' && digits[2] == '0') {
        digits[2] = '+';
        return digits + 2;
    }
    if (!has_plus || count == 1)
        return digits + 1;
    digits[0] = '+';
    return digits;
}

static bool is_word_part(int32_t code_point)
{
    if (code_point < 0x80)
        return (code_point >= 'a' && code_point <= 'z') || (code_point >= '0' && code_point <= '9');
    utf8proc_category_t category = utf8proc_category(code_point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO &&
           code_point != REPLACEMENT;
}

char *text_slug(const char *utf8, struct arena *arena)
{
    char *slug = text_fold(utf8, arena); /* what stays is never longer than what was read */
    size_t size = strlen(slug);
    size_t used = 0;
    bool gap = false;
    for (size_t i = 0; i < size;) {
        int32_t code_point;
        size_t length = next_code_point(slug + i, size - i, &code_point);
        if (is_word_part(code_point)) {
            if (gap && used > 0)
                slug[used++] = '-';
            gap = false;
            memmove(slug + used, slug + i, length);
            used += length;
        } else {
            gap = true;
        }
        i += length;
    }
    slug[used] = '\0';
    return slug;
}

bool text_is_blank(const char *text)
{
    size_t size = strlen(text);
    for (size_t i = 0; i < size;) {
        int32_t code_point;
        i += next_code_point(text + i, size - i, &code_point);
        if (!is_space(code_point))
            return false;
    }
    return true;
}

bool text_read_digits(const char **text, int count, int *number)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *text += count;
    *number = value;
    return true;
}

bool text_read_char(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}
