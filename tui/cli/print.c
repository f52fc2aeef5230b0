#include "tui/cli/print.h"

#include "model/list/export.h"
#include "tui/glyph.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <utf8proc.h>

static void add_glyph(struct buffer *out, const struct glyph *glyph)
{
    utf8proc_uint8_t bytes[4];
    for (size_t i = 0; i < CELL_CHARACTERS && glyph->text[i] != 0; i++) {
        utf8proc_ssize_t size = utf8proc_encode_char((utf8proc_int32_t)glyph->text[i], bytes);
        buffer_add_bytes(out, bytes, (size_t)size);
    }
}

static void add_glyphs(struct buffer *out, const char *text, const char *end)
{
    struct glyph glyph;
    while (glyph_next(&text, end, &glyph))
        add_glyph(out, &glyph);
}

static char *on_one_line(const char *text, struct arena *arena)
{
    char *line = arena_text(arena, text);
    for (char *c = line; *c != '\0'; c++)
        if (*c == '\t' || *c == '\n' || *c == '\r')
            *c = ' ';
    return line;
}

const char *print_safe(const struct cli *cli, const char *text, struct arena *arena)
{
    const char *line = on_one_line(text, arena);
    if (!cli->is_terminal)
        return export_clean(line, arena);
    struct buffer safe;
    buffer_init(&safe);
    add_glyphs(&safe, line, line + strlen(line));
    line = arena_text(arena, safe.text);
    buffer_done(&safe);
    return line;
}

void print_line(struct cli *cli, const char *format, ...)
{
    va_list arguments;
    struct buffer line;
    buffer_init(&line);
    va_start(arguments, format);
    buffer_vformat(&line, format, arguments);
    va_end(arguments);
    fprintf(cli->out, "%s\n", print_safe(cli, line.text, cli->arena));
    buffer_done(&line);
}

int print_width(const char *text)
{
    const char *end = text + strlen(text);
    struct glyph glyph;
    int width = 0;
    while (glyph_next(&text, end, &glyph))
        width += glyph.width;
    return width;
}

static void add_blanks(struct buffer *out, int count)
{
    for (int i = 0; i < count; i++)
        buffer_add_char(out, ' ');
}

void print_fit(struct buffer *out, const char *text, int width, bool is_right)
{
    const char *end = text + strlen(text);
    int whole = print_width(text), room = whole <= width ? width : width - 1, used = 0;
    struct glyph glyph;
    if (is_right)
        add_blanks(out, width - whole);
    while (used < room && glyph_next(&text, end, &glyph) && used + glyph.width <= room) {
        add_glyph(out, &glyph);
        used += glyph.width;
    }
    if (whole > width && width > 0)
        buffer_add(out, glyph_is_plain() ? "~" : "…");
    if (!is_right || whole > width)
        add_blanks(out, whole > width ? width - 1 - used : width - used);
}

/* Line by line, because a line break is no glyph. */
static void add_lines(struct buffer *out, const char *bytes, size_t size)
{
    const char *end = bytes + size;
    while (bytes < end) {
        const char *stop = bytes;
        while (stop < end && *stop != '\n' && *stop != '\r' && *stop != '\t')
            stop++;
        add_glyphs(out, bytes, stop);
        if (stop < end)
            buffer_add_char(out, *stop++);
        bytes = stop;
    }
}

bool print_bytes(struct cli *cli, const char *bytes, size_t size, struct error *err)
{
    struct buffer safe;
    buffer_init(&safe);
    if (cli->is_terminal)
        add_lines(&safe, bytes, size);
    else
        buffer_add_bytes(&safe, bytes, size);
    bool is_written = fwrite(safe.text, 1, safe.size, cli->out) == safe.size;
    int reason = errno;
    buffer_done(&safe);
    cli->has_lost_reader = !is_written && reason == EPIPE;
    return is_written ||
           error_set(err, ERROR_SYSTEM, "the result can't be written: %s", strerror(reason));
}
