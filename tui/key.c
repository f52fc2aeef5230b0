#include "tui/key.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

static const struct {
    const char *name;
    key_code key;
} names[] = {
    {"up", KEY_UP_ARROW},        {"down", KEY_DOWN_ARROW},     {"left", KEY_LEFT_ARROW},
    {"right", KEY_RIGHT_ARROW},  {"pgup", KEY_PAGE_UP},        {"pgdn", KEY_PAGE_DOWN},
    {"home", KEY_TO_HOME},       {"end", KEY_TO_END},          {"insert", KEY_INSERT},
    {"delete", KEY_DEL},         {"backspace", KEY_RUBOUT},    {"enter", KEY_RETURN},
    {"tab", KEY_TABULATOR},      {"esc", KEY_ESCAPE},          {"space", ' '},
    {"f1", KEY_FUNCTION_1},      {"f2", KEY_FUNCTION_1 + 1},   {"f3", KEY_FUNCTION_1 + 2},
    {"f4", KEY_FUNCTION_1 + 3},  {"f5", KEY_FUNCTION_1 + 4},   {"f6", KEY_FUNCTION_1 + 5},
    {"f7", KEY_FUNCTION_1 + 6},  {"f8", KEY_FUNCTION_1 + 7},   {"f9", KEY_FUNCTION_1 + 8},
    {"f10", KEY_FUNCTION_1 + 9}, {"f11", KEY_FUNCTION_1 + 10}, {"f12", KEY_FUNCTION_12},
};
enum { NAME_COUNT = sizeof names / sizeof names[0] };

static const struct {
    const char *prefix;
    key_code bit;
} modifiers[] = {
    {"ctrl-", KEY_WITH_CTRL},
    {"alt-", KEY_WITH_ALT},
    {"shift-", KEY_WITH_SHIFT},
};
enum { MODIFIER_COUNT = sizeof modifiers / sizeof modifiers[0] };

static const key_code modifier_bits = KEY_WITH_ALT | KEY_WITH_CTRL | KEY_WITH_SHIFT;

static bool is_special(key_code plain)
{
    return plain >= KEY_SPECIAL;
}

static bool parse_plain(const char *name, key_code *out)
{
    for (size_t i = 0; i < NAME_COUNT; i++)
        if (strcasecmp(name, names[i].name) == 0)
            return *out = names[i].key, true;
    utf8proc_int32_t character;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)name, -1, &character);
    if (size <= 0 || !*name || name[size] != '\0' || !key_is_text((key_code)character))
        return false;
    *out = (key_code)character;
    return true;
}

bool key_parse(const char *name, key_code *out)
{
    key_code bits = 0, plain = 0;
    for (size_t i = 0; i < MODIFIER_COUNT; i++) {
        size_t size = strlen(modifiers[i].prefix);
        if (strncasecmp(name, modifiers[i].prefix, size) == 0 && name[size] != '\0') {
            bits |= modifiers[i].bit;
            name += size;
            i = (size_t)-1; /* the prefixes stand in any order */
        }
    }
    if (!parse_plain(name, &plain))
        return false;
    if (!is_special(plain)) {
        if (bits & KEY_WITH_SHIFT)
            return false; /* a shifted letter is another letter */
        if (bits & KEY_WITH_CTRL)
            plain = (key_code)utf8proc_tolower((utf8proc_int32_t)plain);
    }
    *out = plain | bits;
    return true;
}

void key_format(key_code key, char name[KEY_NAME_SIZE])
{
    key_code plain = key & ~modifier_bits;
    size_t used = 0;
    name[0] = '\0';
    for (size_t i = 0; i < MODIFIER_COUNT; i++)
        if (key & modifiers[i].bit)
            used += (size_t)snprintf(name + used, KEY_NAME_SIZE - used, "%s", modifiers[i].prefix);
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (names[i].key == plain) {
            snprintf(name + used, KEY_NAME_SIZE - used, "%s", names[i].name);
            return;
        }
    }
    utf8proc_uint8_t bytes[5] = {0};
    if (plain < KEY_SPECIAL)
        utf8proc_encode_char((utf8proc_int32_t)plain, bytes);
    snprintf(name + used, KEY_NAME_SIZE - used, "%s", (const char *)bytes);
}

key_code key_read(const char *text, size_t *size)
{
    utf8proc_int32_t character;
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &character);
    *size = used > 0 ? (size_t)used : 1;
    return used > 0 && key_is_text((key_code)character) ? (key_code)character : 0;
}

bool key_is_text(key_code key)
{
    if (key < ' ' || key >= KEY_SPECIAL)
        return false;
    switch (utf8proc_category((utf8proc_int32_t)key)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}
