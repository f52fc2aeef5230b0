/* Bytes from the terminal → events. Knows no curses and no clock, so that every byte sequence can
 * be tested. The decoder is given what one read() returned, as it came: a scan is known by that.
 *
 * Both forms of arrows, the numbers of xterm, rxvt and the Linux console, modifiers, CSI u, SGR
 * mouse reports and bracketed paste are known without a terminal description; strings from one
 * may be added. Answers of the terminal to questions that nobody asked are dropped. */
#ifndef TUI_DECODE_H
#define TUI_DECODE_H

#include "model/base/memory.h"
#include "tui/key.h"

enum { DECODER_STRINGS = 48, DECODER_STRING_SIZE = 16 };

struct decoder {
    struct buffer pending; /* bytes that are not decoded yet */
    size_t position;
    struct buffer text; /* of the last paste or scan */
    bool is_flushed;    /* nothing more comes: the bytes at hand are all */
    bool is_pasting;
    bool is_prefixed;     /* after the scanner's prefix, until Enter */
    bool is_scan;         /* the pending bytes are scans */
    unsigned char prefix; /* 0: none */
    struct {
        char bytes[DECODER_STRING_SIZE];
        key_code key;
    } strings[DECODER_STRINGS];
    size_t string_count;
};

void decoder_init(struct decoder *decoder);
void decoder_done(struct decoder *decoder);

/* A string that the terminal sends for a key, from its description. Only such as begin with Esc
 * are taken; more than DECODER_STRINGS are ignored. */
void decoder_add(struct decoder *decoder, const char *bytes, key_code key);

/* The byte that a scanner sends first when it is set up so, such as 0x02; 0: none. */
void decoder_set_prefix(struct decoder *decoder, unsigned char prefix);

/* A scan is a read of at least 4 printable characters that ends in one Enter (CR, LF, CR LF) or
 * Tab and holds no other key; a GS (0x1D) between the fields of a GS1 code is part of it.
 * Several of them in one read are as many scans. */
void decoder_feed(struct decoder *decoder, const char *bytes, size_t size);

/* The next event, or false when more bytes are needed. Its text is the decoder's, until the next
 * call of this or of decoder_feed(). */
bool decoder_next(struct decoder *decoder, struct event *event);

/* True when the bytes at hand may be a lone Esc or the beginning of a sequence: when nothing
 * follows within the Esc delay, decoder_flush() makes the next event of them. */
bool decoder_is_waiting(const struct decoder *decoder);
void decoder_flush(struct decoder *decoder);

#endif
