/* What a person does at the terminal, as events. Knows no curses: tui/term.c makes them. */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A key is a Unicode code point or one of these, with modifiers ored in. */
enum {
    KEY_SPECIAL = 0x200000, /* beyond Unicode */
    KEY_UP_ARROW,
    KEY_DOWN_ARROW,
    KEY_LEFT_ARROW,
    KEY_RIGHT_ARROW,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_TO_HOME,
    KEY_TO_END,
    KEY_INSERT,
    KEY_DEL,
    KEY_RUBOUT, /* Backspace */
    KEY_RETURN,
    KEY_TABULATOR,
    KEY_ESCAPE,
    KEY_FUNCTION_1, /* … KEY_FUNCTION_1 + 11 is F12 */
    KEY_FUNCTION_12 = KEY_FUNCTION_1 + 11,
    KEY_WITH_ALT = 0x1000000,
    KEY_WITH_CTRL = 0x2000000,
    KEY_WITH_SHIFT = 0x4000000, /* only with special keys */
};

typedef uint32_t key_code;

enum event_kind {
    EVENT_KEY,
    EVENT_PASTE, /* bracketed paste: `text`, goes to the focused field as text, never as keys */
    EVENT_SCAN,  /* one read() that ended in Enter, or a prefix key: `text` without the Enter */
    EVENT_MOUSE,
    EVENT_RESIZE,
    EVENT_TICK, /* a second has passed */
};

enum mouse_action { MOUSE_PRESS, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct event {
    enum event_kind kind;
    key_code key;
    const char *text; /* UTF-8, borrowed until the next event */
    enum mouse_action mouse;
    int y, x; /* of the mouse */
};

enum { KEY_NAME_SIZE = 32 };
/* "ctrl-k", "alt-a", "f1", "enter", "space", "?", "é" ↔ a key. */
bool key_parse(const char *name, key_code *out);
void key_format(key_code key, char name[KEY_NAME_SIZE]);
/* The key of the first character of a text, 0 for what is none; `size` receives its bytes. */
key_code key_read(const char *text, size_t *size);
bool key_is_text(key_code key); /* a printable character without modifiers */

#endif
