#include "tui/widgets/form_private.h"
#include "tui/widgets/wrap.h"

#include <string.h>

static void draw_wrapped(struct pane pane, int y, int x, int width, enum role role,
                         const char *text, int rows)
{
    size_t size;
    for (size_t at = 0; at != WRAP_END && rows > 0; rows--, y++) {
        size_t next = wrap_row(text, at, width, &size);
        text_drawf(pane, y, x, width, role, "%.*s", (int)size, text + at);
        at = next;
    }
}

static void draw_choice(const struct form *form, struct pane pane, int y, size_t field,
                        enum role role, bool has_focus)
{
    const struct form_item *item = &form->items[field];
    const char *text = form_value(form, field);
    text_put(pane, y, item->x, item->width, role, ALIGN_LEFT, text);
    if (form->fields[field].kind == FIELD_CHOICE)
        shape_put(pane, y, item->x + item->width - 1, role, SHAPE_DOWN);
    if (has_focus)
        cursor_put(pane, y, item->x, true);
}

static void draw_value(struct form *form, struct pane pane, int y, size_t field, bool has_focus)
{
    const struct form_field *descriptor = &form->fields[field];
    struct form_item *item = &form->items[field];
    enum role role = has_focus ? ROLE_FIELD_FOCUS : ROLE_FIELD;
    if (descriptor->kind == FIELD_READ_ONLY) {
        draw_wrapped(pane, y, item->x, item->width, ROLE_NORMAL, form_value(form, field),
                     item->rows);
    } else if (!field_is_text(descriptor)) {
        draw_choice(form, pane, y, field, role, has_focus);
    } else if (descriptor->kind == FIELD_NUMBER && !has_focus) {
        text_put(pane, y, item->x, item->width - 1, role, ALIGN_RIGHT, form_value(form, field));
        text_put(pane, y, item->x + item->width - 1, 1, role, ALIGN_LEFT, "");
    } else if (y + item->rows > 0 && y < pane.height) {
        /* The editor draws from its first row on, so it gets the part that is in sight. */
        int hidden = y < 0 ? -y : 0;
        editor_draw(&item->editor,
                    pane_part(pane, y + hidden, item->x, item->rows - hidden, item->width),
                    has_focus);
    }
}

static void draw_field(struct form *form, struct pane pane, size_t field, bool has_focus)
{
    const struct form_field *descriptor = &form->fields[field];
    const struct form_item *item = &form->items[field];
    int y = item->y - form->top;
    if (y + item->rows + item->error_rows <= 0 || y >= pane.height)
        return;
    if (descriptor->kind == FIELD_SECTION) {
        text_draw(pane, y, item->x, item->width, ROLE_HEADING, descriptor->label);
        return;
    }
    int label_x = item->x - item->label_width, label = item->label_width - FORM_LABEL_GAP;
    int cells = text_draw(pane, y, label_x, label - (descriptor->is_required ? 1 : 0),
                          has_focus ? ROLE_STRONG : ROLE_LABEL, descriptor->label);
    if (descriptor->is_required)
        text_draw(pane, y, label_x + cells, 1, ROLE_LABEL, "*");
    draw_value(form, pane, y, field, has_focus);
    const char *error = form_error(form, field);
    if (error == NULL)
        return;
    if (item->error_rows > 0)
        draw_wrapped(pane, y + item->rows, item->x, pane.width - item->x - FORM_MARGIN, ROLE_DANGER,
                     error, item->error_rows);
    else
        text_draw(pane, y, item->x + item->width + 1, pane.width - item->x - item->width - 1,
                  ROLE_DANGER, error);
}

/* As little as it takes to show the field with the focus, with the heading above the first. */
static void scroll(struct form *form, int height)
{
    const struct form_item *item = &form->items[form->focus];
    int first = item->y, end = item->y + item->rows + item->error_rows;
    for (size_t i = 0; i < form->focus; i++)
        if (form->fields[i].kind == FIELD_SECTION && form->items[i].y == item->y - 1)
            first = form->items[i].y;
    if (end > form->top + height)
        form->top = end - height;
    if (first < form->top)
        form->top = first;
    if (form->top > form->height - height)
        form->top = form->height > height ? form->height - height : 0;
}

void form_draw(struct form *form, struct pane pane, bool has_focus)
{
    pane_fill(pane, ROLE_NORMAL);
    if (pane.height < 2)
        return;
    struct pane body = pane_part(pane, 0, 0, pane.height - 1, pane.width);
    form->pane = body;
    form_layout(form, pane.width);
    if (form->focus < form->count)
        scroll(form, body.height);
    for (size_t i = 0; i < form->count; i++)
        draw_field(form, body, i, has_focus && i == form->focus);
    if (form->top > 0)
        shape_put(body, 0, pane.width - 1, ROLE_DIM, SHAPE_UP);
    if (form->top + body.height < form->height)
        shape_put(body, body.height - 1, pane.width - 1, ROLE_DIM, SHAPE_DOWN);
    if (form->focus >= form->count)
        return;
    const char *help = form->fields[form->focus].help;
    if (help != NULL)
        text_put(pane, pane.height - 1, FORM_MARGIN, pane.width - 2 * FORM_MARGIN, ROLE_DIM,
                 ALIGN_LEFT, help);
    form_draw_popup(form);
}
