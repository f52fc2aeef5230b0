#include "model/paper/escpos.h"

#include <string.h>

#define BYTES(out, ...)                                                                            \
    buffer_add_bytes(out, (const unsigned char[]){__VA_ARGS__},                                    \
                     sizeof((const unsigned char[]){__VA_ARGS__}))

enum { ESC = 0x1b, GS = 0x1d };

void escpos_begin(struct buffer *out, const struct printer *printer)
{
    BYTES(out, ESC, '@', ESC, 't', printer->page->number);
}

void escpos_end(struct buffer *out, const struct printer *printer)
{
    if (printer->cuts)
        BYTES(out, GS, 'V', 66, 0);
    else
        BYTES(out, ESC, 'd', 4);
}

void escpos_set_bold(struct buffer *out, bool is_on)
{
    BYTES(out, ESC, 'E', is_on);
}

void escpos_set_large(struct buffer *out, bool is_on)
{
    BYTES(out, GS, '!', is_on ? 0x11 : 0);
}

void escpos_set_centred(struct buffer *out, bool is_on)
{
    BYTES(out, ESC, 'a', is_on);
}

bool escpos_barcode(struct buffer *out, const struct printer *printer, const char *text)
{
    /* Each character has 11 bars; so have the start and the sum, the end has 13, and 10 stay white
     * on either side. Two dots a bar are the least that scanners read from paper. */
    enum { BAR = 11, AROUND = 2 * BAR + 13 + 20, DOTS = 2, LONGEST = 250 };
    size_t size = strlen(text);
    struct buffer data;
    if (size == 0 || size > LONGEST || (BAR * (int)size + AROUND) * DOTS > printer->dots)
        return false;
    buffer_init(&data);
    buffer_add(&data, "{B");
    for (const char *c = text; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            size = 0;
        else
            buffer_add(&data, *c == '{' ? "{{" : (const char[]){*c, '\0'});
    if (size > 0) {
        BYTES(out, GS, 'h', 64, GS, 'w', DOTS, GS, 'H', 2, GS, 'k', 73, (unsigned char)data.size);
        buffer_add_bytes(out, data.text, data.size);
        buffer_add_char(out, '\n');
    }
    buffer_done(&data);
    return size > 0;
}

void escpos_drawer(struct buffer *out, const struct printer *printer)
{
    enum { ON = 25, OFF = 250 }; /* of 2 ms */
    if (printer->drawer_pin >= 0)
        BYTES(out, ESC, 'p', (unsigned char)printer->drawer_pin, ON, OFF);
}
