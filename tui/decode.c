#include "tui/decode.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    ESC = 0x1B,
    SCAN_MINIMUM = 4,
    SEQUENCE_LIMIT = 64,   /* longer "sequences" are noise */
    ANSWER_LIMIT = 4096,   /* of a terminal's answer that is dropped */
    PASTE_LIMIT = 1 << 20, /* what comes after is dropped until the paste ends */
    NEED_MORE = -1,
    PARAMETERS = 4,
};

static const char paste_end[] = "\033[201~";

void decoder_init(struct decoder *decoder)
{
    memset(decoder, 0, sizeof *decoder);
    buffer_init(&decoder->pending);
    buffer_init(&decoder->text);
}

void decoder_done(struct decoder *decoder)
{
    buffer_done(&decoder->pending);
    buffer_done(&decoder->text);
}

void decoder_add(struct decoder *decoder, const char *bytes, key_code key)
{
    size_t size = strlen(bytes);
    if (size < 2 || size >= DECODER_STRING_SIZE || bytes[0] != ESC ||
        decoder->string_count == DECODER_STRINGS)
        return;
    memcpy(decoder->strings[decoder->string_count].bytes, bytes, size + 1);
    decoder->strings[decoder->string_count++].key = key;
}

void decoder_set_prefix(struct decoder *decoder, unsigned char prefix)
{
    decoder->prefix = prefix;
}

static bool is_scan_byte(unsigned char byte)
{
    return (byte >= ' ' && byte != 0x7F) || byte == 0x1D;
}

/* The size of the scan that the bytes begin with, and of what ends it; 0: they do not. */
static size_t scan_size(const char *bytes, size_t size, size_t *end)
{
    size_t characters = 0, i = 0;
    for (; i < size && is_scan_byte((unsigned char)bytes[i]); i++)
        characters += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    if (characters < SCAN_MINIMUM || i == size || !bytes[i] || !strchr("\r\n\t", bytes[i]))
        return 0;
    *end = bytes[i] == '\r' && i + 1 < size && bytes[i + 1] == '\n' ? 2 : 1;
    return i;
}

/* Scans from the first byte to the last: several when the program was slower than the person. */
static bool is_scans(const char *bytes, size_t size)
{
    size_t end = 0;
    bool is_any = size > 0;
    while (is_any && size > 0) {
        size_t used = scan_size(bytes, size, &end);
        is_any = used > 0;
        bytes += used + end;
        size -= is_any ? used + end : 0;
    }
    return is_any;
}

static const unsigned char *rest(const struct decoder *decoder, size_t *size)
{
    *size = decoder->pending.size - decoder->position;
    return (const unsigned char *)decoder->pending.text + decoder->position;
}

void decoder_feed(struct decoder *decoder, const char *bytes, size_t size)
{
    bool is_idle = decoder->position == decoder->pending.size && !decoder->is_pasting &&
                   !decoder->is_prefixed && !decoder->is_scan;
    size_t left;
    const unsigned char *kept = rest(decoder, &left);
    memmove(decoder->pending.text, kept, left);
    decoder->pending.size = left;
    decoder->position = 0;
    decoder->is_flushed = false;
    decoder->is_scan = is_idle && is_scans(bytes, size);
    buffer_add_bytes(&decoder->pending, bytes, size);
}

static void set_key(struct event *event, key_code key)
{
    event->kind = EVENT_KEY;
    event->key = key;
}

/* Without the characters that are no text: NUL bytes and broken UTF-8. Line ends become \n. */
static void clean_text(struct buffer *text)
{
    size_t to = 0;
    for (size_t from = 0; from < text->size;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)text->text + from,
                                                 (utf8proc_ssize_t)(text->size - from), &character);
        if (size <= 0 || character == 0) {
            from++;
            continue;
        }
        if (character == '\r') {
            text->text[to++] = '\n';
            from += from + 1 < text->size && text->text[from + 1] == '\n' ? 2 : 1;
            continue;
        }
        memmove(text->text + to, text->text + from, (size_t)size);
        to += (size_t)size;
        from += (size_t)size;
    }
    text->size = to;
    text->text[to] = '\0';
}

static void set_text(struct decoder *decoder, struct event *event, enum event_kind kind)
{
    clean_text(&decoder->text);
    event->kind = kind;
    event->text = decoder->text.text;
}

/* Text of a paste up to its end; true when it is complete. */
static bool paste_text(struct decoder *decoder, struct event *event)
{
    size_t size;
    const unsigned char *bytes = rest(decoder, &size);
    const char *end = memmem(bytes, size, paste_end, sizeof paste_end - 1);
    size_t take = 0;
    if (end)
        take = (size_t)(end - (const char *)bytes);
    else if (size >= sizeof paste_end - 1)
        take = size - (sizeof paste_end - 2); /* its end may have come in part */
    if (decoder->text.size + take <= PASTE_LIMIT)
        buffer_add_bytes(&decoder->text, bytes, take);
    decoder->position += take;
    if (!end)
        return false;
    decoder->position += sizeof paste_end - 1;
    decoder->is_pasting = false;
    set_text(decoder, event, EVENT_PASTE);
    return true;
}

/* 1: the scan is complete; 0: more must come; -1: what came is none, and is dropped. */
static int prefixed_scan(struct decoder *decoder, struct event *event)
{
    size_t size;
    const unsigned char *bytes = rest(decoder, &size);
    for (size_t i = 0; i < size; i++) {
        decoder->position++;
        if (is_scan_byte(bytes[i])) {
            buffer_add_char(&decoder->text, (char)bytes[i]);
            continue;
        }
        decoder->is_prefixed = false;
        if (!strchr("\r\n\t", bytes[i]) || bytes[i] == 0)
            return -1;
        if (bytes[i] == '\r' && i + 1 < size && bytes[i + 1] == '\n')
            decoder->position++;
        set_text(decoder, event, EVENT_SCAN);
        return 1;
    }
    return 0;
}

static key_code with_modifiers(key_code key, unsigned parameter)
{
    unsigned bits = parameter > 0 ? parameter - 1 : 0;
    if (bits & 1 && key >= KEY_SPECIAL)
        key |= KEY_WITH_SHIFT;
    if (bits & 2)
        key |= KEY_WITH_ALT;
    if (bits & 4)
        key |= KEY_WITH_CTRL;
    return key;
}

static key_code letter_key(unsigned char letter)
{
    switch (letter) {
    case 'A':
        return KEY_UP_ARROW;
    case 'B':
        return KEY_DOWN_ARROW;
    case 'C':
        return KEY_RIGHT_ARROW;
    case 'D':
        return KEY_LEFT_ARROW;
    case 'H':
        return KEY_TO_HOME;
    case 'F':
        return KEY_TO_END;
    case 'M':
        return KEY_RETURN; /* the keypad's */
    case 'P':
    case 'Q':
    case 'R':
    case 'S':
        return KEY_FUNCTION_1 + (key_code)(letter - 'P');
    default:
        return 0;
    }
}

static key_code number_key(unsigned number)
{
    static const key_code low[] = {0,           KEY_TO_HOME,   KEY_INSERT,  KEY_DEL,   KEY_TO_END,
                                   KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_TO_HOME, KEY_TO_END};
    if (number < sizeof low / sizeof low[0])
        return low[number];
    static const unsigned char function[] = {11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24};
    for (size_t i = 0; i < sizeof function; i++)
        if (function[i] == number)
            return KEY_FUNCTION_1 + (key_code)i;
    return 0;
}

/* A key that the terminal names by its code point (CSI u, modifyOtherKeys). */
static key_code code_key(unsigned code, unsigned modifier)
{
    switch (code) {
    case '\r':
        return with_modifiers(KEY_RETURN, modifier);
    case '\t':
        return with_modifiers(KEY_TABULATOR, modifier);
    case ESC:
        return with_modifiers(KEY_ESCAPE, modifier);
    case '\b':
    case 0x7F:
        return with_modifiers(KEY_RUBOUT, modifier);
    default:
        return key_is_text(code) ? with_modifiers(code, modifier) : 0;
    }
}

static bool mouse_event(struct event *event, const unsigned *parameters, unsigned char final)
{
    unsigned button = parameters[0] & ~0x1CU; /* without Shift, Alt and Ctrl */
    if (final != 'M' || parameters[1] == 0 || parameters[2] == 0)
        return false;
    if (button != 0 && button != 64 && button != 65)
        return false;
    event->kind = EVENT_MOUSE;
    event->mouse = button == 0 ? MOUSE_PRESS : button == 64 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
    event->x = (int)parameters[1] - 1;
    event->y = (int)parameters[2] - 1;
    return true;
}

/* What ESC [ … means. True: `event` is filled; false: nothing that concerns us. */
static bool sequence_event(struct decoder *decoder, struct event *event, char mark,
                           const unsigned *parameters, unsigned char final)
{
    key_code key = 0;
    if (mark == '<' && (final == 'M' || final == 'm'))
        return mouse_event(event, parameters, final);
    if (mark)
        return false;
    if (final == '~' && parameters[0] == 200) {
        buffer_clear(&decoder->text);
        decoder->is_pasting = true;
        return false;
    }
    if (final == '~' && parameters[0] == 27)
        key = code_key(parameters[2], parameters[1]);
    else if (final == '~')
        key = with_modifiers(number_key(parameters[0]), parameters[1]);
    else if (final == '^' || final == '@') /* rxvt */
        key = number_key(parameters[0]) | KEY_WITH_CTRL | (final == '@' ? KEY_WITH_SHIFT : 0);
    else if (final == 'u')
        key = code_key(parameters[0], parameters[1]);
    else if (final == 'Z')
        key = KEY_TABULATOR | KEY_WITH_SHIFT;
    else if (final >= 'a' && final <= 'd') /* rxvt */
        key = letter_key((unsigned char)(final - 'a' + 'A')) | KEY_WITH_SHIFT;
    else if (letter_key(final) && parameters[0] <= 1) /* else a report of the cursor's place */
        key = with_modifiers(letter_key(final), parameters[1]);
    if ((key & ~(key_code)(KEY_WITH_ALT | KEY_WITH_CTRL | KEY_WITH_SHIFT)) == 0)
        return false;
    set_key(event, key);
    return true;
}

/* `bytes` begins with ESC [. The size of the sequence, or NEED_MORE. */
static int control_sequence(struct decoder *decoder, struct event *event,
                            const unsigned char *bytes, size_t size, bool *is_event)
{
    unsigned parameters[PARAMETERS] = {0};
    size_t parameter = 0;
    size_t i = 2;
    char mark = 0;
    if (size > 3 && bytes[2] == '[') { /* the Linux console's F1 to F5 */
        *is_event = bytes[3] >= 'A' && bytes[3] <= 'E';
        set_key(event, KEY_FUNCTION_1 + (key_code)(bytes[3] - 'A'));
        return 4;
    }
    if (size > 2 && bytes[2] >= '<' && bytes[2] <= '?')
        mark = (char)bytes[i++];
    for (; i < size && i < SEQUENCE_LIMIT; i++) {
        if (bytes[i] >= '0' && bytes[i] <= '9') {
            if (parameters[parameter] < 0x110000)
                parameters[parameter] = parameters[parameter] * 10 + (unsigned)(bytes[i] - '0');
        } else if (bytes[i] == ';') {
            if (parameter + 1 < PARAMETERS)
                parameter++;
        } else if (bytes[i] >= '@' && bytes[i] <= '~' && !(i == 2 && bytes[i] == '[')) {
            *is_event = sequence_event(decoder, event, mark, parameters, bytes[i]);
            return (int)i + 1;
        } else if (bytes[i] < ' ' || bytes[i] >= 0x7F) {
            return (int)i; /* broken off: what follows is something else */
        }
    }
    return i < SEQUENCE_LIMIT ? NEED_MORE : (int)i;
}

/* `bytes` begins with ESC ] or ESC P: an answer of the terminal when it goes on like one. */
static int answer(const unsigned char *bytes, size_t size)
{
    if (size < 3 || !strchr("0123456789>!+$", bytes[2]) || bytes[2] == 0)
        return 0;
    for (size_t i = 2; i < size && i < ANSWER_LIMIT; i++) {
        if (bytes[i] == 0x07)
            return (int)i + 1;
        if (bytes[i] == ESC && i + 1 < size && bytes[i + 1] == '\\')
            return (int)i + 2;
    }
    return size < ANSWER_LIMIT ? NEED_MORE : ANSWER_LIMIT;
}

static int character(struct event *event, const unsigned char *bytes, size_t size, bool *is_event)
{
    utf8proc_int32_t code;
    utf8proc_ssize_t used = utf8proc_iterate(bytes, (utf8proc_ssize_t)size, &code);
    *is_event = true;
    if (bytes[0] < ' ' || bytes[0] == 0x7F) {
        key_code key;
        switch (bytes[0]) {
        case '\r':
        case '\n':
            key = KEY_RETURN;
            break;
        case '\t':
            key = KEY_TABULATOR;
            break;
        case '\b':
        case 0x7F:
            key = KEY_RUBOUT;
            break;
        case 0:
            key = ' ' | KEY_WITH_CTRL;
            break;
        default:
            key = (key_code)(bytes[0] + (bytes[0] <= 26 ? 'a' - 1 : '@')) | KEY_WITH_CTRL;
        }
        set_key(event, key);
        return 1;
    }
    if (used <= 0) {
        int length = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : bytes[0] >= 0xC2 ? 2 : 1;
        bool may_grow = (size_t)length > size;
        for (size_t i = 1; i < size; i++)
            may_grow = may_grow && (bytes[i] & 0xC0) == 0x80;
        *is_event = false;
        return may_grow ? NEED_MORE : 1;
    }
    *is_event = key_is_text((key_code)code);
    set_key(event, (key_code)code);
    return (int)used;
}

static int described(const struct decoder *decoder, struct event *event, const unsigned char *bytes,
                     size_t size)
{
    size_t best = 0;
    for (size_t i = 0; i < decoder->string_count; i++) {
        size_t length = strlen(decoder->strings[i].bytes);
        if (length > best && length <= size &&
            memcmp(bytes, decoder->strings[i].bytes, length) == 0) {
            best = length;
            set_key(event, decoder->strings[i].key);
        }
    }
    return (int)best;
}

static int escape(struct decoder *decoder, struct event *event, const unsigned char *bytes,
                  size_t size, bool *is_event)
{
    int used = described(decoder, event, bytes, size);
    *is_event = used > 0;
    if (used > 0)
        return used;
    if (size < 2)
        return NEED_MORE;
    if (bytes[1] == ']' || bytes[1] == 'P') {
        used = answer(bytes, size);
        if (used != 0)
            return used;
    }
    if (bytes[1] == '[')
        return size == 2 ? NEED_MORE : control_sequence(decoder, event, bytes, size, is_event);
    if (bytes[1] == 'O' && size == 2)
        return NEED_MORE;
    if (bytes[1] == 'O') {
        bool is_rxvt = bytes[2] >= 'a' && bytes[2] <= 'd';
        key_code key = letter_key(is_rxvt ? (unsigned char)(bytes[2] - 'a' + 'A') : bytes[2]);
        if (key) {
            set_key(event, is_rxvt ? key | KEY_WITH_CTRL : key);
            *is_event = true;
            return 3;
        }
    }
    if (bytes[1] == ESC) { /* Alt with a key that is a sequence itself, or Esc twice */
        used = size == 2 ? NEED_MORE : escape(decoder, event, bytes + 1, size - 1, is_event);
        if (used == NEED_MORE)
            return NEED_MORE;
    } else {
        used = character(event, bytes + 1, size - 1, is_event);
        if (used == NEED_MORE)
            return NEED_MORE;
    }
    if (event->kind == EVENT_KEY)
        event->key |= KEY_WITH_ALT;
    return used + 1;
}

/* Nothing more came: a lone Esc, Alt with a key that begins sequences, or one that never ended. */
static bool unfinished(struct decoder *decoder, struct event *event)
{
    size_t size;
    const unsigned char *bytes = rest(decoder, &size);
    decoder->is_flushed = size > 1 && bytes[1] == ESC;
    if (bytes[0] == ESC && (size == 1 || bytes[1] == ESC)) {
        decoder->position++;
        set_key(event, KEY_ESCAPE);
        return true;
    }
    decoder->position += size;
    if (bytes[0] != ESC || size != 2)
        return false;
    set_key(event, bytes[1] | KEY_WITH_ALT);
    return true;
}

static bool take_scan(struct decoder *decoder, struct event *event)
{
    size_t left, end = 0;
    const char *bytes = (const char *)rest(decoder, &left);
    size_t size = scan_size(bytes, left, &end);
    if (size > 0) {
        buffer_clear(&decoder->text);
        buffer_add_bytes(&decoder->text, bytes, size);
        decoder->position += size + end;
        set_text(decoder, event, EVENT_SCAN);
    }
    decoder->is_scan = size > 0 && decoder->position < decoder->pending.size;
    return size > 0;
}

bool decoder_next(struct decoder *decoder, struct event *event)
{
    memset(event, 0, sizeof *event);
    if (decoder->is_scan && take_scan(decoder, event))
        return true;
    for (;;) {
        size_t size;
        const unsigned char *bytes = rest(decoder, &size);
        if (decoder->is_pasting)
            return paste_text(decoder, event);
        if (size == 0)
            return false;
        if (decoder->is_prefixed) {
            int done = prefixed_scan(decoder, event);
            if (done >= 0)
                return done;
            continue;
        }
        if (decoder->prefix && bytes[0] == decoder->prefix) {
            decoder->position++;
            decoder->is_prefixed = true;
            buffer_clear(&decoder->text);
            continue;
        }
        bool is_event = false;
        int used = bytes[0] == ESC ? escape(decoder, event, bytes, size, &is_event)
                                   : character(event, bytes, size, &is_event);
        if (used == NEED_MORE)
            return decoder->is_flushed && unfinished(decoder, event);
        decoder->position += (size_t)used;
        if (is_event)
            return true;
    }
}

bool decoder_is_waiting(const struct decoder *decoder)
{
    return decoder->position < decoder->pending.size && !decoder->is_pasting &&
           !decoder->is_prefixed;
}

void decoder_flush(struct decoder *decoder)
{
    decoder->is_flushed = decoder_is_waiting(decoder);
}
