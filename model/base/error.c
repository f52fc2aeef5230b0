#include "model/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* vsnprintf may cut a UTF-8 sequence in two; drop the piece that is left of it. */
static void drop_cut_character(char *text)
{
    size_t end = strlen(text);
    size_t start = end;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0U) == 0x80U)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t need = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : lead >= 0xC0U ? 2 : 1;
    if (end - (start - 1) < need)
        text[start - 1] = '\0';
}

static void fill(struct error *err, enum error_code code, const char *field, const char *format,
                 va_list arguments)
{
    char text[ERROR_TEXT_SIZE]; /* the arguments may point into err->text */
    vsnprintf(text, sizeof text, format, arguments);
    drop_cut_character(text);
    err->code = code;
    snprintf(err->field, sizeof err->field, "%s", field);
    memcpy(err->text, text, sizeof text);
}

bool error_set(struct error *err, enum error_code code, const char *format, ...)
{
    if (err == NULL)
        return false;
    va_list arguments;
    va_start(arguments, format);
    fill(err, code, "", format, arguments);
    va_end(arguments);
    return false;
}

bool error_set_field(struct error *err, enum error_code code, const char *field, const char *format,
                     ...)
{
    if (err == NULL)
        return false;
    va_list arguments;
    va_start(arguments, format);
    fill(err, code, field, format, arguments);
    va_end(arguments);
    return false;
}

bool error_prefix(struct error *err, const char *format, ...)
{
    if (err == NULL)
        return false;
    char prefix[ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(prefix, sizeof prefix, format, arguments);
    va_end(arguments);
    char text[2 * ERROR_TEXT_SIZE + 2];
    snprintf(text, sizeof text, "%s: %s", prefix, err->text);
    snprintf(err->text, sizeof err->text, "%.*s", (int)sizeof err->text - 1, text);
    drop_cut_character(err->text);
    return false;
}

void error_clear(struct error *err)
{
    if (err != NULL)
        *err = (struct error){.code = ERROR_NONE};
}
