#include "tui/widgets/editor.h"

#include "tui/widgets/editor_private.h"
#include "tui/widgets/grapheme.h"

#include <stdlib.h>
#include <string.h>

void editor_init(struct editor *editor, unsigned flags, size_t limit)
{
    *editor = (struct editor){.flags = flags, .limit = limit, .goal = -1};
    buffer_init(&editor->text);
}

static void forget_cut(struct editor *editor)
{
    free(editor->cut);
    editor->cut = NULL;
}

/* What was masked does not stay in memory that is given back. */
static void wipe(const struct editor *editor, char *text, size_t size)
{
    if (editor->flags & EDITOR_MASKED)
        explicit_bzero(text, size);
}

void editor_done(struct editor *editor)
{
    editor_close_popup(editor);
    wipe(editor, editor->text.text, editor->text.size);
    buffer_done(&editor->text);
    forget_cut(editor);
    free(editor->draft);
    editor->draft = NULL;
}

const char *editor_text(const struct editor *editor)
{
    return editor->text.text;
}

void editor_set(struct editor *editor, const char *text)
{
    char *copy = memory_text(text); /* it may be the editor's own */
    wipe(editor, editor->text.text, editor->text.size);
    buffer_clear(&editor->text);
    buffer_add(&editor->text, copy);
    wipe(editor, copy, editor->text.size);
    free(copy);
    editor->cursor = editor->text.size;
    editor->scroll = 0;
    editor->goal = -1;
    editor->revision++;
    editor->history_back = 0;
}

void editor_replace(struct editor *editor, size_t start, size_t end, const char *bytes, size_t size)
{
    if (editor->flags & EDITOR_READ_ONLY || (start == end && size == 0))
        return;
    struct buffer *text = &editor->text;
    char *tail = memory_text(text->text + end);
    size_t tail_size = text->size - end;
    text->size = start;
    buffer_add_bytes(text, bytes, size);
    buffer_add_bytes(text, tail, tail_size);
    wipe(editor, tail, tail_size);
    free(tail);
    editor->cursor = grapheme_snap(text->text, text->size, start + size);
    editor->goal = -1;
    editor->revision++;
}

/* What a text from outside becomes in the field: no control characters, and no line breaks in a
 * field of one line. */
static void add_clean(struct buffer *out, const char *text, size_t size, bool keeps_lines)
{
    int32_t codepoint;
    for (size_t at = 0, used; (used = codepoint_read(text, size, at, &codepoint)) > 0; at += used) {
        char encoded[CODEPOINT_SIZE];
        if (codepoint == '\r' && at + 1 < size && text[at + 1] == '\n')
            continue;
        if (codepoint == '\r' || codepoint == '\n')
            buffer_add_char(out, keeps_lines ? '\n' : ' ');
        else if (codepoint == '\t')
            buffer_add_char(out, ' ');
        else if (codepoint >= 0x20 && (codepoint < 0x7F || codepoint > 0x9F))
            buffer_add_bytes(out, encoded, codepoint_write(codepoint, encoded));
    }
}

static size_t count_characters(const char *text, size_t size)
{
    size_t count = 0;
    int32_t codepoint;
    for (size_t at = 0, used; (used = codepoint_read(text, size, at, &codepoint)) > 0; at += used)
        count++;
    return count;
}

static size_t size_of_characters(const char *text, size_t size, size_t limit)
{
    size_t at = 0;
    int32_t codepoint;
    while (limit-- > 0)
        at += codepoint_read(text, size, at, &codepoint);
    return at;
}

void editor_insert(struct editor *editor, const char *text, size_t size)
{
    struct buffer clean;
    buffer_init(&clean);
    add_clean(&clean, text, size, (editor->flags & EDITOR_LINES) != 0);
    size_t fits = clean.size;
    if (editor->limit > 0) {
        size_t has = count_characters(editor->text.text, editor->text.size);
        size_t room = editor->limit > has ? editor->limit - has : 0;
        fits = size_of_characters(clean.text, clean.size, room);
    }
    editor_replace(editor, editor->cursor, editor->cursor, clean.text, fits);
    wipe(editor, clean.text, clean.size);
    buffer_done(&clean);
}

void editor_remember(struct editor *editor)
{
    if (editor->history == NULL || editor->flags & EDITOR_MASKED)
        return;
    history_add(editor->history, editor->text.text);
    editor->history_back = 0;
}

/* Moving and cutting: each command is a place to go to, or two places to cut between. */

static size_t line_start(const struct editor *editor)
{
    size_t at = editor->cursor;
    while (at > 0 && editor->text.text[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(const struct editor *editor)
{
    return editor->cursor + strcspn(editor->text.text + editor->cursor, "\n");
}

static size_t next(const struct editor *editor)
{
    return grapheme_next(editor->text.text, editor->text.size, editor->cursor);
}

static size_t previous(const struct editor *editor)
{
    return grapheme_previous(editor->text.text, editor->text.size, editor->cursor);
}

static size_t next_word(const struct editor *editor)
{
    return word_next(editor->text.text, editor->text.size, editor->cursor);
}

static size_t previous_word(const struct editor *editor)
{
    return word_previous(editor->text.text, editor->text.size, editor->cursor);
}

static size_t previous_blank_word(const struct editor *editor)
{
    return blank_word_previous(editor->text.text, editor->text.size, editor->cursor);
}

static size_t text_start(const struct editor *editor)
{
    (void)editor;
    return 0;
}

static size_t text_end(const struct editor *editor)
{
    return editor->text.size;
}

static size_t to_line_end_or_join(const struct editor *editor)
{
    size_t end = line_end(editor);
    return end == editor->cursor ? next(editor) : end;
}

enum command { MOVE, REMOVE, CUT };

static const struct binding {
    key_code key;
    enum command command;
    size_t (*place)(const struct editor *editor);
} bindings[] = {
    {KEY_LEFT_ARROW, MOVE, previous},
    {'b' | KEY_WITH_CTRL, MOVE, previous},
    {KEY_RIGHT_ARROW, MOVE, next},
    {'f' | KEY_WITH_CTRL, MOVE, next},
    {KEY_TO_HOME, MOVE, line_start},
    {'a' | KEY_WITH_CTRL, MOVE, line_start},
    {KEY_TO_END, MOVE, line_end},
    {'e' | KEY_WITH_CTRL, MOVE, line_end},
    {KEY_TO_HOME | KEY_WITH_CTRL, MOVE, text_start},
    {KEY_TO_END | KEY_WITH_CTRL, MOVE, text_end},
    {KEY_LEFT_ARROW | KEY_WITH_CTRL, MOVE, previous_word},
    {KEY_LEFT_ARROW | KEY_WITH_ALT, MOVE, previous_word},
    {'b' | KEY_WITH_ALT, MOVE, previous_word},
    {KEY_RIGHT_ARROW | KEY_WITH_CTRL, MOVE, next_word},
    {KEY_RIGHT_ARROW | KEY_WITH_ALT, MOVE, next_word},
    {'f' | KEY_WITH_ALT, MOVE, next_word},
    {KEY_RUBOUT, REMOVE, previous},
    {'h' | KEY_WITH_CTRL, REMOVE, previous},
    {KEY_DEL, REMOVE, next},
    {'d' | KEY_WITH_CTRL, REMOVE, next},
    {'u' | KEY_WITH_CTRL, CUT, line_start},
    {'k' | KEY_WITH_CTRL, CUT, to_line_end_or_join},
    {'w' | KEY_WITH_CTRL, CUT, previous_blank_word},
    {KEY_RUBOUT | KEY_WITH_ALT, CUT, previous_word},
    {'d' | KEY_WITH_ALT, CUT, next_word},
};

static void cut_between(struct editor *editor, size_t start, size_t end)
{
    forget_cut(editor);
    if (!(editor->flags & EDITOR_MASKED)) {
        editor->cut = memory_new(end - start + 1);
        memcpy(editor->cut, editor->text.text + start, end - start);
    }
}

static bool run_binding(struct editor *editor, key_code key)
{
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
        if (bindings[i].key != key)
            continue;
        size_t cursor = editor->cursor;
        size_t place =
            grapheme_snap(editor->text.text, editor->text.size, bindings[i].place(editor));
        size_t start = place < cursor ? place : cursor, end = place < cursor ? cursor : place;
        if (bindings[i].command == CUT && start < end)
            cut_between(editor, start, end);
        if (bindings[i].command == MOVE)
            editor->cursor = place;
        else
            editor_replace(editor, start, end, "", 0);
        editor->goal = -1;
        return true;
    }
    return false;
}

static void go_back_in_history(struct editor *editor, size_t back)
{
    struct history *history = editor->history;
    if (editor->history_back == 0) {
        free(editor->draft);
        editor->draft = memory_text(editor->text.text);
    }
    editor_set(editor, back > 0 ? history->lines[history->count - back] : editor->draft);
    editor->history_back = back;
}

static bool go_through_history(struct editor *editor, key_code key)
{
    struct history *history = editor->history;
    if (history == NULL || editor->flags & EDITOR_LINES)
        return false;
    size_t back = editor->history_back;
    bool is_up = key == KEY_UP_ARROW || key == ('p' | KEY_WITH_CTRL);
    bool is_down = key == KEY_DOWN_ARROW || key == ('n' | KEY_WITH_CTRL);
    if (is_up && back < history->count)
        go_back_in_history(editor, back + 1);
    else if (is_down && back > 0)
        go_back_in_history(editor, back - 1);
    else
        return false;
    return true;
}

static bool handle_key(struct editor *editor, key_code key)
{
    if (key_is_text(key)) {
        char encoded[CODEPOINT_SIZE];
        editor_insert(editor, encoded, codepoint_write((int32_t)key, encoded));
        return true;
    }
    if (key == ('y' | KEY_WITH_CTRL)) {
        if (editor->cut != NULL)
            editor_insert(editor, editor->cut, strlen(editor->cut));
        return true;
    }
    if (editor->flags & EDITOR_LINES && key == KEY_RETURN) {
        editor_insert(editor, "\n", 1);
        return true;
    }
    return run_binding(editor, key) || editor_move_rows(editor, key) ||
           go_through_history(editor, key);
}

unsigned editor_handle(struct editor *editor, const struct event *event)
{
    unsigned outcome = editor_handle_popup(editor, event);
    if (outcome != OUTCOME_IGNORED)
        return outcome;
    unsigned revision = editor->revision;
    bool is_mine = false;
    if (event->kind == EVENT_KEY)
        is_mine = handle_key(editor, event->key);
    else if (event->kind == EVENT_MOUSE)
        is_mine = editor_click(editor, event);
    else if (event->kind == EVENT_PASTE ||
             (event->kind == EVENT_SCAN && editor->flags & EDITOR_SCANS)) {
        editor_insert(editor, event->text, strlen(event->text));
        is_mine = true;
    }
    if (!is_mine)
        return OUTCOME_IGNORED;
    editor_update_popup(editor, revision != editor->revision);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}
