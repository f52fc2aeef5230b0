/* Whatever the terminal sends is decoded to its end, and the decoder takes an ordinary key after
 * it. The first byte splits the bytes into reads. */
#include "tui/decode.h"

#include <stdint.h>
#include <stdlib.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0)
        decode((const char *)data + 1, size - 1, 1 + data[0] % 64);
    return 0;
}
