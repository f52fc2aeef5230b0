#include "tui/widgets/form_private.h"
#include "tui/widgets/wrap.h"

enum {
    WIDE = 120, /* from here on fields stand in two columns */
    COLUMN_GAP = 4,
    LABEL_MOST = 28,
    TEXT_MOST = 60,
    REFERENCE_CELLS = 40,
    NUMBER_CELLS = 16,
    DATE_CELLS = 12,
    BOOLEAN_CELLS = 5,
    LINES_LEAST = 3,
    LINES_MOST = 8,
    ERROR_LEAST = 24, /* cells beside a field that are worth writing an error into */
};

static int label_width(const struct form *form, int column)
{
    int widest = 0, most = column / 3 < LABEL_MOST ? column / 3 : LABEL_MOST;
    for (size_t i = 0; i < form->count; i++) {
        if (form->fields[i].kind == FIELD_SECTION)
            continue;
        int cells = text_cells(form->fields[i].label) + 1; /* and the star of the required */
        widest = cells > widest ? cells : widest;
    }
    return (widest < most ? widest : most) + FORM_LABEL_GAP;
}

static int wanted_width(const struct form_field *field)
{
    int widest = 0;
    switch (field->kind) {
    case FIELD_NUMBER:
        return NUMBER_CELLS;
    case FIELD_DATE:
        return DATE_CELLS;
    case FIELD_BOOLEAN:
        return BOOLEAN_CELLS;
    case FIELD_REFERENCE:
        return REFERENCE_CELLS;
    case FIELD_CHOICE:
        for (size_t i = 0; field->choices != NULL && field->choices[i] != NULL; i++) {
            int cells = text_cells(field->choices[i]) + 4;
            widest = cells > widest ? cells : widest;
        }
        return widest > DATE_CELLS ? widest : DATE_CELLS;
    case FIELD_TEXT:
    case FIELD_SECRET:
        return field->limit > 0 && field->limit < TEXT_MOST ? (int)field->limit + 1 : TEXT_MOST;
    default:
        return 1 << 20;
    }
}

static int rows_of(const struct form *form, size_t field, int width)
{
    if (form->fields[field].kind == FIELD_READ_ONLY)
        return (int)wrap_count(form_value(form, field), width);
    if (form->fields[field].kind != FIELD_LINES)
        return 1;
    size_t rows = editor_rows(&form->items[field].editor, width);
    return rows < LINES_LEAST ? LINES_LEAST : rows > LINES_MOST ? LINES_MOST : (int)rows;
}

/* Places the fields from `first` to `end` below each other; returns the rows they take. */
static int place_column(struct form *form, size_t first, size_t end, int x, int width)
{
    int label = label_width(form, width), y = 0;
    for (size_t i = first; i < end; i++) {
        const struct form_field *field = &form->fields[i];
        struct form_item *item = &form->items[i];
        if (field->kind == FIELD_SECTION) {
            y += i > first ? 1 : 0;
            item->y = y;
            item->x = x;
            item->width = width;
            item->rows = 1;
            y++;
            continue;
        }
        int room = width - label, wanted = wanted_width(field);
        item->label_width = label;
        item->x = x + label;
        item->width = wanted < room ? wanted : room;
        item->rows = rows_of(form, i, item->width);
        item->y = y;
        item->error_rows = 0;
        const char *error = form_error(form, i);
        int beside = room - item->width - 1;
        if (error != NULL && (beside < ERROR_LEAST || beside < text_cells(error)))
            item->error_rows = (int)wrap_count(error, room);
        y += item->rows + item->error_rows;
    }
    return y;
}

/* Where the second column begins: at the section nearest to the middle, if there is one. */
static size_t find_middle(const struct form *form)
{
    size_t half = (form->count + 1) / 2, best = half, nearest = form->count;
    for (size_t i = 1; i < form->count; i++) {
        size_t distance = i > half ? i - half : half - i;
        if (form->fields[i].kind == FIELD_SECTION && distance < nearest) {
            nearest = distance;
            best = i;
        }
    }
    return best;
}

void form_layout(struct form *form, int width)
{
    width -= 2 * FORM_MARGIN;
    bool is_wide = width >= WIDE && form->count > 3;
    if (!is_wide) {
        form->height = place_column(form, 0, form->count, FORM_MARGIN, width);
        return;
    }
    int column = (width - COLUMN_GAP) / 2;
    size_t middle = find_middle(form);
    int left = place_column(form, 0, middle, FORM_MARGIN, column);
    int right = place_column(form, middle, form->count, FORM_MARGIN + column + COLUMN_GAP, column);
    form->height = left > right ? left : right;
}

int form_rows(struct form *form, int width)
{
    form_layout(form, width);
    return form->height;
}
