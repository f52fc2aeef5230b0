/* What the parts of the editor say to each other: editor.c changes the text, editor_popup.c
 * completes, editor_draw.c knows where characters stand on the screen. */
#ifndef TUI_WIDGETS_EDITOR_PRIVATE_H
#define TUI_WIDGETS_EDITOR_PRIVATE_H

#include "tui/widgets/editor.h"

/* Puts bytes in the place of those from start to end, and the cursor behind them. */
void editor_replace(struct editor *editor, size_t start, size_t end, const char *bytes,
                    size_t size);

unsigned editor_handle_popup(struct editor *editor, const struct event *event);
/* After a key that was no popup's: looks the candidates up again, or closes. */
void editor_update_popup(struct editor *editor, bool has_changed);
void editor_close_popup(struct editor *editor);

bool editor_move_rows(struct editor *editor, key_code key);
bool editor_click(struct editor *editor, const struct event *event);

#endif
