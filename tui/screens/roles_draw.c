#include "tui/screens/roles.h"

#include <inttypes.h>
#include <string.h>

enum { NARROW = 70, CELL_MIN = 10, CELL_MAX = 14, NAME_WIDTH = 23, NOTE_ROWS = 4 };

/* How wide a role's column is: all names in full where there is room for all. */
static int cell_width(const struct roles *state, int width)
{
    int longest = CELL_MIN;
    for (size_t i = 0; i < state->matrix.role_count; i++) {
        int cells = text_cells(state->matrix.roles[i].name) + 1;
        longest = cells > longest ? cells : longest;
    }
    longest = longest > CELL_MAX ? CELL_MAX : longest;
    return longest * (int)state->matrix.role_count > width ? CELL_MIN : longest;
}

/* So that the cursor is seen. */
static size_t scrolled(size_t first, size_t cursor, int room)
{
    size_t rows = room > 0 ? (size_t)room : 1;
    if (cursor < first)
        return cursor;
    return cursor >= first + rows ? cursor - rows + 1 : first;
}

static void draw_cell(const struct roles *state, struct pane row, int x, size_t right, size_t role,
                      bool is_current)
{
    const struct role_matrix *matrix = &state->matrix;
    bool is_all = matrix->roles[role].gives_all;
    bool is_given = role_matrix_given(matrix, right, role);
    enum role look = is_all ? ROLE_DIM : is_given ? ROLE_GOOD : ROLE_DIM;
    if (is_current) {
        look = ROLE_SELECTION;
        text_put(row, 0, x, state->cell - 1, look, ALIGN_LEFT, "");
        cursor_put(row, 0, x + 2, true);
    }
    if (is_given)
        shape_put(row, 0, x + 2, look, is_all ? SHAPE_DOT : SHAPE_CHECK);
    else
        text_draw(row, 0, x + 2, 1, look, "-");
}

/* Rights of one area stand together, and its name is bright where they begin. */
static void draw_name(const struct roles *state, struct pane row, size_t at, int width)
{
    const struct role_right *right = &state->matrix.rights[state->shown[at]];
    const char *before = at > 0 ? state->matrix.rights[state->shown[at - 1]].name : "";
    int area = (int)strcspn(right->name, ".") + 1;
    bool is_first = strncmp(before, right->name, (size_t)area) != 0;
    int x = 1 + text_drawf(row, 0, 1, width, is_first ? ROLE_HEADING : ROLE_DIM, "%.*s", area,
                           right->name);
    x += text_draw(row, 0, x, width - x, at == state->right ? ROLE_STRONG : ROLE_NORMAL,
                   right->name + area);
    if (right->is_administrative)
        text_draw(row, 0, x, 1, ROLE_WARNING, "*");
}

static void draw_right(const struct roles *state, struct pane row, size_t at, int name_width)
{
    size_t right = state->shown[at];
    bool is_row = at == state->right;
    draw_name(state, row, at, name_width - 1);
    for (size_t role = state->left; role < state->matrix.role_count; role++) {
        int at_x = name_width + (int)(role - state->left) * state->cell;
        if (at_x + state->cell > row.width)
            break;
        draw_cell(state, row, at_x, right, role, is_row && role == state->role);
    }
}

/* The names of the roles; an arrow on the side where there are more. */
static void draw_head(const struct roles *state, struct pane row, int name_width)
{
    size_t role = state->left;
    text_put(row, 0, 0, row.width, ROLE_HEADING, ALIGN_LEFT, " Right");
    for (; role < state->matrix.role_count; role++) {
        int x = name_width + (int)(role - state->left) * state->cell;
        if (x + state->cell > row.width)
            break;
        text_put(row, 0, x, state->cell - 1,
                 role == state->role ? ROLE_SELECTION_IDLE : ROLE_HEADING, ALIGN_LEFT,
                 state->matrix.roles[role].name);
    }
    if (state->left > 0)
        shape_put(row, 0, name_width - 2, ROLE_HEADING, SHAPE_LEFT);
    if (role < state->matrix.role_count)
        shape_put(row, 0, row.width - 1, ROLE_HEADING, SHAPE_RIGHT);
}

/* What the cursor is on, and what a change would mean. */
static void draw_note(const struct roles *state, struct pane pane)
{
    if (!roles_has_cell(state))
        return;
    const struct role_info *role = &state->matrix.roles[state->role];
    const struct role_right *right = &state->matrix.rights[state->shown[state->right]];
    pane_line(pane, 0, ROLE_BORDER);
    int x = 1 + text_draw(pane, 1, 1, pane.width - 1, ROLE_STRONG, role->name);
    text_drawf(pane, 1, x + 2, pane.width - x - 2, ROLE_DIM, "%s%s%" PRId64 " %s%s",
               role->description, role->description[0] != '\0' ? "; " : "", role->people,
               role->people == 1 ? "person" : "people", role->is_built_in ? ", built in" : "");
    x = 1 + text_draw(pane, 2, 1, pane.width - 1, ROLE_STRONG, right->name);
    text_drawf(pane, 2, x + 2, pane.width - x - 2, ROLE_DIM, "%s%s", right->description,
               right->is_administrative ? "; * a PIN is not enough for it" : "");
    text_draw(pane, 3, 1, pane.width - 1, ROLE_NORMAL, state->reach.text);
}

static void draw_filter(struct roles *state, struct pane row)
{
    text_draw(row, 0, 0, 1, ROLE_KEY, "/");
    struct pane text = pane_part(row, 0, 1, 1, row.width - 1);
    if (state->is_typing)
        editor_draw_as(&state->line, text, true, ROLE_FIELD_FOCUS,
                       "words of a right, such as refund");
    else
        text_put(text, 0, 0, text.width, ROLE_MATCH, ALIGN_LEFT, editor_text(&state->line));
}

/* One role at a time has its column, where there is no room for several. */
static int lay_out(struct roles *state, struct pane pane)
{
    bool is_narrow = pane.width < NARROW;
    int name_width = is_narrow ? pane.width - CELL_MAX - 1 : NAME_WIDTH;
    if (is_narrow) {
        state->cell = CELL_MAX;
        state->left = state->role;
    } else {
        state->cell = cell_width(state, pane.width - name_width);
        state->left = scrolled(state->left, state->role, (pane.width - name_width) / state->cell);
    }
    return name_width;
}

void roles_draw(struct roles *state, struct pane pane)
{
    bool has_filter = state->is_typing || editor_text(&state->line)[0] != '\0';
    int below = NOTE_ROWS + (has_filter ? 1 : 0);
    cursor_put(pane, 0, 0, false);
    if (state->failure.code != ERROR_NONE) {
        text_draw(pane, 0, 1, pane.width - 1, ROLE_DANGER, state->failure.text);
        return;
    }
    int name_width = lay_out(state, pane);
    int rows = pane.height - 1 - below;
    state->top = scrolled(state->top, state->right, rows);
    draw_head(state, pane_part(pane, 0, 0, 1, pane.width), name_width);
    state->grid = pane_part(pane, 1, name_width, rows, pane.width - name_width);
    for (int i = 0; i < rows && state->top + (size_t)i < state->shown_count; i++)
        draw_right(state, pane_part(pane, 1 + i, 0, 1, pane.width), state->top + (size_t)i,
                   name_width);
    if (state->shown_count == 0)
        text_draw(pane, 1, 1, pane.width - 1, ROLE_DIM,
                  "No right matches; / changes the filter, Esc clears it");
    draw_note(state, pane_part(pane, pane.height - below, 0, NOTE_ROWS, pane.width));
    if (has_filter)
        draw_filter(state, pane_part(pane, pane.height - 1, 0, 1, pane.width));
}
