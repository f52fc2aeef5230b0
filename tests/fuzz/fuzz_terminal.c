/* Whatever the terminal sends is decoded to its end, and the decoder takes an ordinary key after
 * it; whatever text is drawn takes the cells it was measured to take. The first byte splits the
 * bytes into reads and chooses the width. */
#include "tui/decode.h"
#include "tui/frame.h"
#include "tui/glyph.h"
#include "tui/paint.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void drain(struct decoder *decoder)
{
    struct event event;
    while (decoder_next(decoder, &event)) {
        require(event.kind != EVENT_KEY || event.key != 0);
        require((event.kind == EVENT_PASTE || event.kind == EVENT_SCAN) == (event.text != NULL));
    }
}

static void decode(const char *bytes, size_t size, size_t part)
{
    static const char ending[] = "\033[201~\r";
    struct decoder decoder;
    struct event event;
    decoder_init(&decoder);
    decoder_set_prefix(&decoder, 0x02);
    for (size_t at = 0; at < size; at += part) {
        decoder_feed(&decoder, bytes + at, size - at < part ? size - at : part);
        drain(&decoder);
    }
    decoder_feed(&decoder, ending, sizeof ending - 1); /* of a paste or a scan that never ended */
    drain(&decoder);
    decoder_flush(&decoder);
    drain(&decoder);
    decoder_feed(&decoder, "x", 1);
    require(decoder_next(&decoder, &event) && event.kind == EVENT_KEY && event.key == 'x');
    require(!decoder_next(&decoder, &event));
    decoder_done(&decoder);
}

static void draw(const char *text, int width)
{
    struct pane pane = pane_of_screen();
    int cells = text_cells(text);
    require(text_put(pane, 0, 0, width, ROLE_NORMAL, ALIGN_LEFT, text) <= width);
    require(text_fit(text, width) <= strlen(text));
    if (cells <= pane.width)
        require(text_draw(pane, 1, 0, pane.width, ROLE_NORMAL, text) == cells);
    for (int i = 0; i < pane.height * pane.width; i++) {
        const struct cell *cell = &frame_current()->cells[i];
        uint32_t c = cell->text[0];
        require(cell->width == 0 || (c >= ' ' && !(c >= 0x7F && c < 0xA0)));
        require(!(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069));
    }
}

static void drop_frame(void)
{
    frame_resize(0, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (frame_current()->rows == 0) {
        setlocale(LC_CTYPE, "C.UTF-8");
        frame_resize(2, 120);
        atexit(drop_frame);
    }
    if (size < 1)
        return 0;
    char *text = calloc(1, size);
    require(text != NULL);
    memcpy(text, data + 1, size - 1);
    decode(text, size - 1, 1 + data[0] % 64);
    draw(text, 1 + data[0] % 80);
    free(text);
    return 0;
}
