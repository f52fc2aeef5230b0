#include "tui/screens/feed.h"

#include "tui/screens/row_marks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void feed_size_text(int64_t bytes, char text[FEED_SIZE_TEXT])
{
    static const char *const units[] = {"B", "KB", "MB", "GB"};
    size_t unit = 0;
    for (; bytes >= 10240 && unit + 1 < sizeof units / sizeof units[0]; unit++)
        bytes /= 1024;
    snprintf(text, FEED_SIZE_TEXT, "%" PRId64 " %s", bytes, units[unit]);
}

static void draw_rule(struct pane pane, int y, const struct feed_row *row)
{
    int cells = text_cells(row->text) + 2, x = (pane.width - cells) / 2;
    pane_line(pane_part(pane, y, 0, 1, pane.width), 0, row->role);
    text_drawf(pane, y, x > 0 ? x : 0, pane.width, row->role, " %s ", row->text);
}

static void draw_row(const struct feed *feed, struct pane pane, int y, const struct feed_row *row,
                     bool has_focus)
{
    const struct message *message = &feed->messages[row->message];
    bool is_current = row->message == feed->cursor && has_focus;
    const char *mark = row->is_first ? row_mark_text(message->mark) : NULL;
    enum role role = is_current && row->is_first ? ROLE_SELECTION : row->role;
    if (row->kind == FEED_RULE) {
        draw_rule(pane, y, row);
        return;
    }
    if (row->kind == FEED_SYSTEM) /* nothing that is written reaches these cells */
        for (int x = 0; x < FEED_GUTTER - 1; x++)
            shape_put(pane, y, x, ROLE_SYSTEM, SHAPE_LINE_H);
    if (is_current)
        text_draw(pane, y, 0, 1, ROLE_SELECTION, ">");
    if (mark)
        text_draw(pane, y, 1, 1, row_mark_role(message->mark), mark);
    if (row->markup) {
        markup_draw(pane, y, FEED_GUTTER, role, row->markup);
        return;
    }
    /* A name begins where no line of a text can. */
    int x = row->kind == FEED_HEAD ? FEED_GUTTER - 1 : FEED_GUTTER;
    x += text_draw(pane, y, x, pane.width - x, role, row->text);
    text_draw(pane, y, x + 2, pane.width - x - 2, ROLE_DIM, row->note);
}

/* What stood on the screen whole may be counted as read with the next key. */
static void note_seen(struct feed *feed, long end)
{
    for (long i = end - 1; i >= 0 && i >= feed->top; i--) {
        const struct feed_row *row = &feed->rows[i];
        bool is_last = i + 1 == (long)feed->row_count || row[1].message != row->message;
        if (is_last && feed->messages[row->message].place.position > feed->seen)
            feed->seen = feed->messages[row->message].place.position;
    }
}

void feed_draw(struct feed *feed, struct pane pane, bool has_focus)
{
    feed->pane = pane;
    if (pane.width <= FEED_GUTTER || pane.height <= 0)
        return;
    feed_settle(feed);
    long end = feed->top + pane.height;
    end = end < (long)feed->row_count ? end : (long)feed->row_count;
    for (long i = feed->top > 0 ? feed->top : 0; i < end; i++)
        draw_row(feed, pane, (int)(i - feed->top), &feed->rows[i], has_focus);
    if (feed->count == 0 && feed_is_shown(feed) && !feed->is_fetching)
        text_put(pane, pane.height / 2, 0, pane.width, ROLE_DIM, ALIGN_CENTRE,
                 "Nothing has been said here yet");
    if (has_focus && feed->row_count > 0)
        cursor_put(pane, feed_cursor_row(feed), 0, true);
    note_seen(feed, end);
}
