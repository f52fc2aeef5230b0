/* Text from anywhere → what can be drawn: the place where hostile or broken text becomes harmless.
 *
 * A glyph is one character that fills one or two cells, with the marks that stand on it. Widths
 * are those on which utf8proc and the system's wcwidth() agree, since ncurses and most terminals
 * go by the latter; about what they do not agree, a mark is drawn instead, so that columns never
 * shift. Emoji that are joined by ZWJ come out as their parts, flags as their two letters, and
 * skin tones and variation selectors are left out, because terminals differ in their widths. */
#ifndef TUI_GLYPH_H
#define TUI_GLYPH_H

#include "tui/frame.h"

#include <stdbool.h>

struct glyph {
    uint32_t text[CELL_CHARACTERS]; /* as in struct cell */
    int width;                      /* 1 or 2 */
    bool is_mark;                   /* stands for what can't be shown */
};

/* Whether the terminal takes UTF-8. Otherwise only ASCII is drawn: letters without their accents,
 * simple twins of quotes, dashes, a few letters and currencies, and "?" for all else. At the
 * start: by the locale. */
void glyph_set_plain(bool is_plain);
bool glyph_is_plain(void);

/* The next glyph of [*text, end); *text moves behind it. False at the end, which may come after
 * characters that have no width. NUL inside the range is a control character like any other. */
bool glyph_next(const char **text, const char *end, struct glyph *out);

#endif
