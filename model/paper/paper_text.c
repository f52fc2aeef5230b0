#include "model/paper/paper_text.h"

#include "model/paper/escpos.h"

#include <stdlib.h>
#include <string.h>

void paper_text_init(struct paper_text *text, struct arena *arena)
{
    *text = (struct paper_text){.arena = arena};
}

void paper_text_done(struct paper_text *text)
{
    free(text->lines);
    *text = (struct paper_text){0};
}

void paper_text_add(struct paper_text *text, enum paper_style style, const char *left,
                    const char *right)
{
    if (text->count == text->capacity) {
        text->capacity = text->capacity > 0 ? text->capacity * 2 : 32;
        text->lines = memory_resize(text->lines, text->capacity, sizeof *text->lines);
    }
    text->lines[text->count++] =
        (struct paper_line){.style = style,
                            .left = left == NULL ? NULL : arena_text(text->arena, left),
                            .right = right == NULL ? NULL : arena_text(text->arena, right)};
}

void paper_text_addf(struct paper_text *text, enum paper_style style, const char *right,
                     const char *format, ...)
{
    struct buffer left;
    va_list arguments;
    buffer_init(&left);
    va_start(arguments, format);
    buffer_vformat(&left, format, arguments);
    va_end(arguments);
    paper_text_add(text, style, left.text, right);
    buffer_done(&left);
}

/* One way out for both: bytes with commands, or rows of text alone. */
struct press {
    const struct printer *printer;
    struct buffer *out;
    bool is_plain;
};

static void put_blanks(struct press *press, int count)
{
    for (int i = 0; i < count; i++)
        buffer_add_char(press->out, ' ');
}

static void put_bytes(struct press *press, const char *bytes, size_t size)
{
    if (press->is_plain)
        code_page_decode(press->printer->page, bytes, size, press->out);
    else
        buffer_add_bytes(press->out, bytes, size);
}

/* How many of the bytes fit into a row: up to the last blank in it, or all that fit of a long word.
 */
static size_t fit(const char *bytes, size_t size, size_t room)
{
    if (size <= room)
        return size;
    size_t end = room;
    while (end > 0 && bytes[end] != ' ')
        end--;
    return end > 0 ? end : room;
}

/* Rows of the left text; the right one stands in the last of them, or in a row of its own where
 * both have no room. Two columns stay free between them. */
static void put_pair(struct press *press, const char *left, const char *right, int columns)
{
    enum { GAP = 2 };
    struct buffer words, amount;
    buffer_init(&words);
    buffer_init(&amount);
    code_page_encode(press->printer->page, left, &words);
    code_page_encode(press->printer->page, right, &amount);
    size_t room = (size_t)columns, beside = amount.size > 0 ? amount.size + GAP : 0;
    size_t narrow = beside < room / 2 ? room - beside : room;
    size_t at = 0, used = 0;
    do {
        used = fit(words.text + at, words.size - at, narrow);
        put_bytes(press, words.text + at, used);
        at += used;
        while (at < words.size && words.text[at] == ' ')
            at++;
        if (at < words.size)
            buffer_add_char(press->out, '\n');
    } while (at < words.size);
    size_t size = amount.size < room ? amount.size : room;
    if (size > 0 && used + beside > room) {
        buffer_add_char(press->out, '\n');
        used = 0;
    }
    put_blanks(press, size > 0 ? (int)(room - used - size) : 0);
    put_bytes(press, amount.text, size);
    buffer_add_char(press->out, '\n');
    buffer_done(&words);
    buffer_done(&amount);
}

static void put_centred(struct press *press, const char *text, int columns, bool is_large)
{
    struct buffer words;
    buffer_init(&words);
    code_page_encode(press->printer->page, text, &words);
    for (size_t at = 0; at < words.size;) {
        size_t used = fit(words.text + at, words.size - at, (size_t)columns);
        if (press->is_plain)
            put_blanks(press, (columns - (int)used) / 2 * (is_large ? 2 : 1));
        put_bytes(press, words.text + at, used);
        buffer_add_char(press->out, '\n');
        at += used;
        while (at < words.size && words.text[at] == ' ')
            at++;
    }
    buffer_done(&words);
}

static void put_rule(struct press *press, int columns)
{
    for (int i = 0; i < columns; i++)
        buffer_add_char(press->out, '-');
    buffer_add_char(press->out, '\n');
}

static bool is_in_middle(enum paper_style style)
{
    return style == PAPER_CENTRE || style == PAPER_TITLE || style == PAPER_BARCODE ||
           style == PAPER_PICTURE;
}

static void set_style(struct press *press, enum paper_style style, bool is_on)
{
    if (press->is_plain)
        return;
    if (style == PAPER_STRONG)
        escpos_set_bold(press->out, is_on);
    if (style == PAPER_LARGE || style == PAPER_TITLE)
        escpos_set_large(press->out, is_on);
    if (is_in_middle(style))
        escpos_set_centred(press->out, is_on);
}

/* A receipt without its logo is still one: why it is missing is said where it is set. */
static void put_line(struct press *press, const struct paper_line *line)
{
    const char *left = line->left != NULL ? line->left : "";
    int columns = press->printer->columns;
    bool is_large = line->style == PAPER_LARGE || line->style == PAPER_TITLE;
    set_style(press, line->style, true);
    switch (line->style) {
    case PAPER_RULE:
        put_rule(press, columns);
        break;
    case PAPER_BLANK:
        buffer_add_char(press->out, '\n');
        break;
    case PAPER_PICTURE:
        if (!press->is_plain)
            escpos_picture(press->out, press->printer, left, NULL);
        break;
    case PAPER_BARCODE:
        if (press->is_plain || !escpos_barcode(press->out, press->printer, left))
            put_centred(press, left, columns, false);
        break;
    case PAPER_CENTRE:
    case PAPER_TITLE:
        put_centred(press, left, is_large ? columns / 2 : columns, is_large);
        break;
    case PAPER_NORMAL:
    case PAPER_STRONG:
    case PAPER_LARGE:
        put_pair(press, left, line->right != NULL ? line->right : "",
                 is_large && !press->is_plain ? columns / 2 : columns);
        break;
    }
    set_style(press, line->style, false);
}

void paper_text_bytes(const struct paper_line *lines, size_t count, const struct printer *printer,
                      struct buffer *out)
{
    struct press press = {.printer = printer, .out = out};
    escpos_begin(out, printer);
    for (size_t i = 0; i < count; i++)
        put_line(&press, &lines[i]);
    escpos_end(out, printer);
}

void paper_text_plain(const struct paper_line *lines, size_t count, const struct printer *printer,
                      struct buffer *out)
{
    struct press press = {.printer = printer, .out = out, .is_plain = true};
    for (size_t i = 0; i < count; i++)
        put_line(&press, &lines[i]);
}
