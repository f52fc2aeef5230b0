#include "tui/widgets/markup.h"

#include "tui/widgets/wrap.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

struct layout {
    struct arena *arena;
    int width;
    markup_word word;
    void *context;
    struct markup_row *rows;
    size_t count, room;
};

/* A line without its marks, and the role of each of its bytes. */
struct line {
    struct buffer text, roles;
};

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* Bytes of "@", "#" or a scheme at `at`; 0: no such word begins there. */
static size_t sign_size(const char *text, size_t at)
{
    static const char *const signs[] = {"@", "#", "https://", "http://"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if ((at == 0 || !is_word_byte(text[at - 1])) &&
            strncmp(text + at, signs[i], strlen(signs[i])) == 0)
            return strlen(signs[i]);
    return 0;
}

/* Bytes of the word that leads somewhere at `at`, without the stop or bracket behind it; 0: none.
 */
static size_t leading_size(const char *text, size_t at)
{
    static const char ends[] = " \t\n\"'`<>()[]{}|";
    size_t sign = sign_size(text, at), size = sign > 0 ? strcspn(text + at, ends) : 0;
    while (size > 0 && strchr(".,;:!?*", text[at + size - 1]))
        size--;
    return size > sign ? size : 0;
}

size_t markup_find(const char *text, size_t at, size_t *size)
{
    for (; text[at] != '\0'; at++)
        if ((*size = leading_size(text, at)) > 0)
            return at;
    return SIZE_MAX;
}

static void add_bytes(struct line *line, const char *bytes, size_t size, enum role role)
{
    for (size_t i = 0; i < size; i++) {
        buffer_add_char(&line->text, bytes[i] == '\t' ? ' ' : bytes[i]);
        buffer_add_char(&line->roles, (char)role);
    }
}

/* Where the stretch that `mark` opens at `at` ends; 0: it does not. */
static size_t closing(const char *text, size_t at, size_t end, const char *mark)
{
    size_t size = strlen(mark), from = at + size;
    bool is_code = mark[0] == '`';
    if (from >= end || strncmp(text + at, mark, size) != 0 || text[from] == mark[0] ||
        isspace((unsigned char)text[from]) || (at > 0 && is_word_byte(text[at - 1])))
        return 0;
    for (size_t to = from + 1; to + size <= end; to++)
        if (strncmp(text + to, mark, size) == 0 &&
            (is_code || (!isspace((unsigned char)text[to - 1]) &&
                         (to + size == end || !is_word_byte(text[to + size])))))
            return to;
    return 0;
}

static void add_inline(const struct layout *layout, struct line *line, const char *text,
                       size_t size, enum role base)
{
    static const struct {
        const char *mark;
        enum role role;
    } marks[] = {{"`", ROLE_CODE}, {"**", ROLE_STRONG}, {"*", ROLE_STRONG}};
    enum { MARKS = sizeof marks / sizeof marks[0] };
    for (size_t at = 0; at < size;) {
        size_t i = 0, to = 0, word = leading_size(text, at);
        if (word > 0) {
            word = word < size - at ? word : size - at;
            add_bytes(line, text + at, word,
                      layout->word ? layout->word(layout->context, text + at, word) : ROLE_LINK);
            at += word;
            continue;
        }
        while (i < MARKS && (to = closing(text, at, size, marks[i].mark)) == 0)
            i++;
        if (i == MARKS) {
            add_bytes(line, text + at++, 1, base);
            continue;
        }
        size_t mark = strlen(marks[i].mark);
        add_bytes(line, text + at + mark, to - at - mark, marks[i].role);
        at = to + mark;
    }
}

static void add_row(struct layout *layout, const struct line *line, size_t start, size_t size,
                    const char *lead)
{
    if (layout->count == layout->room) {
        size_t room = layout->room > 0 ? 2 * layout->room : 8;
        struct markup_row *rows = arena_alloc(layout->arena, room * sizeof *rows);
        if (layout->count > 0)
            memcpy(rows, layout->rows, layout->count * sizeof *rows);
        layout->rows = rows;
        layout->room = room;
    }
    const char *roles = line->roles.text + start, *text = line->text.text + start;
    size_t pieces = 0;
    for (size_t i = 0; i < size; i++)
        pieces += i == 0 || roles[i] != roles[i - 1];
    struct markup_row *row = &layout->rows[layout->count++];
    *row = (struct markup_row){.lead = lead};
    row->pieces = arena_alloc(layout->arena, pieces * sizeof *row->pieces);
    for (size_t i = 0, end; i < size; i = end) {
        for (end = i + 1; end < size && roles[end] == roles[i];)
            end++;
        row->pieces[row->count++] = (struct markup_piece){
            arena_bytes(layout->arena, text + i, end - i), (enum role)(unsigned char)roles[i]};
    }
}

static void add_line(struct layout *layout, const struct line *line, const char *lead, bool repeats)
{
    int indent = text_cells(lead), width = layout->width - indent;
    const char *blanks = repeats ? lead : arena_format(layout->arena, "%*s", indent, "");
    size_t size, next = 0;
    for (size_t at = 0; at != WRAP_END; at = next) {
        next = wrap_row(line->text.text, at, width > 0 ? width : 1, &size);
        add_row(layout, line, at, size, at == 0 ? lead : blanks);
    }
}

/* The bytes of "- " or "12. " that a line of a list begins with; 0: it is none. */
static size_t bullet_size(const char *text, size_t size)
{
    size_t digits = strspn(text, "0123456789");
    if (size > 2 && (text[0] == '-' || text[0] == '*') && text[1] == ' ')
        return 2;
    return digits > 0 && digits < 4 && digits + 2 < size && text[digits] == '.' &&
                   text[digits + 1] == ' '
               ? digits + 2
               : 0;
}

static void lay_line(struct layout *layout, const char *text, size_t size, bool is_code)
{
    struct line line;
    const char *lead = "";
    bool is_quote = !is_code && text[0] == '>' && size > 1;
    size_t skip = is_quote ? 1 + (text[1] == ' ') : is_code ? 0 : bullet_size(text, size);
    buffer_init(&line.text);
    buffer_init(&line.roles);
    if (is_quote)
        lead = "> ";
    else if (skip > 0)
        lead = text[0] == '*' ? "- " : arena_bytes(layout->arena, text, skip);
    if (layout->width <= text_cells(lead))
        lead = "";
    if (is_code)
        add_bytes(&line, text, size, ROLE_CODE);
    else
        add_inline(layout, &line, text + skip, size - skip, is_quote ? ROLE_QUOTE : ROLE_NORMAL);
    add_line(layout, &line, lead, is_quote);
    buffer_done(&line.text);
    buffer_done(&line.roles);
}

size_t markup_lay(const char *text, int width, markup_word word, void *context, struct arena *arena,
                  struct markup_row **out)
{
    struct layout layout = {
        .arena = arena, .width = width > 0 ? width : 1, .word = word, .context = context};
    bool is_code = false;
    for (const char *at = text; at; at = *at ? at + 1 : NULL) {
        size_t size = strcspn(at, "\n");
        bool is_fence = strncmp(at, "```", 3) == 0 && (is_code || strstr(at + 3, "\n```"));
        if (is_fence)
            is_code = !is_code;
        else
            lay_line(&layout, at, size, is_code);
        at += size;
    }
    if (layout.count == 0)
        lay_line(&layout, "", 0, false);
    *out = layout.rows;
    return layout.count;
}

int markup_draw(struct pane pane, int y, int x, enum role role, const struct markup_row *row)
{
    int start = x;
    x += text_draw(pane, y, x, pane.width - x, role != ROLE_NORMAL ? role : ROLE_QUOTE, row->lead);
    for (size_t i = 0; i < row->count; i++)
        x += text_draw(pane, y, x, pane.width - x, role != ROLE_NORMAL ? role : row->pieces[i].role,
                       row->pieces[i].text);
    return x - start;
}
