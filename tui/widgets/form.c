#include "tui/widgets/form.h"

#include "tui/widgets/form_private.h"

#include <stdlib.h>
#include <string.h>

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void replace(char **text, const char *with)
{
    char *copy = with != NULL ? memory_text(with) : NULL;
    free(*text);
    *text = copy;
}

bool field_takes_focus(const struct form_field *field)
{
    return field->kind != FIELD_SECTION && field->kind != FIELD_READ_ONLY;
}

bool field_is_text(const struct form_field *field)
{
    return field->kind != FIELD_CHOICE && field->kind != FIELD_BOOLEAN && field_takes_focus(field);
}

static unsigned editor_flags(const struct form_field *field)
{
    return field->kind == FIELD_LINES    ? EDITOR_LINES
           : field->kind == FIELD_SECRET ? EDITOR_MASKED
                                         : 0;
}

void form_init(struct form *form, const struct form_field *fields, size_t count,
               const struct form_ops *ops, void *context, struct date today)
{
    *form = (struct form){
        .fields = fields,
        .count = count,
        .ops = ops,
        .context = context,
        .items = memory_new(count * sizeof(struct form_item)),
        .today = today,
    };
    for (size_t i = 0; i < count; i++) {
        struct form_item *item = &form->items[i];
        bool is_reference = fields[i].kind == FIELD_REFERENCE;
        /* A title may be longer than what a person would type. */
        editor_init(&item->editor, editor_flags(&fields[i]), is_reference ? 0 : fields[i].limit);
        editor_set(&item->editor, or_empty(is_reference ? fields[i].shown : fields[i].value));
        item->id = memory_text(is_reference ? or_empty(fields[i].value) : "");
        item->id_text = memory_text(editor_text(&item->editor));
    }
    form_keep(form);
    while (form->focus < count && !field_takes_focus(&fields[form->focus]))
        form->focus++;
}

void form_done(struct form *form)
{
    form_close_popup(form);
    for (size_t i = 0; i < form->count; i++) {
        struct form_item *item = &form->items[i];
        editor_done(&item->editor);
        free(item->id);
        free(item->id_text);
        free(item->start);
        free(item->error);
    }
    free(form->items);
    *form = (struct form){0};
}

const char *form_value(const struct form *form, size_t field)
{
    const struct form_item *item = &form->items[field];
    return form->fields[field].kind == FIELD_REFERENCE ? item->id : editor_text(&item->editor);
}

size_t form_find(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
        if (form->fields[i].name != NULL && strcmp(form->fields[i].name, name) == 0)
            return i;
    return form->count;
}

void form_set(struct form *form, size_t field, const char *value, const char *shown)
{
    struct form_item *item = &form->items[field];
    bool is_reference = form->fields[field].kind == FIELD_REFERENCE;
    editor_set(&item->editor, or_empty(is_reference ? shown : value));
    if (is_reference) {
        replace(&item->id, or_empty(value));
        replace(&item->id_text, editor_text(&item->editor));
    }
    form_check(form, field);
}

void form_pick_reference(struct form *form, size_t field, const char *id, const char *title)
{
    struct form_item *item = &form->items[field];
    replace(&item->id, id);
    replace(&item->id_text, title);
    editor_set(&item->editor, title);
    form_touch(form, field);
}

/* Typing changes what a reference points to: nothing, until a row is chosen. */
static bool check_reference(struct form_item *item, struct error *err)
{
    const char *text = editor_text(&item->editor);
    if (strcmp(text, item->id_text) == 0)
        return true;
    if (text[0] == '\0') {
        replace(&item->id, "");
        replace(&item->id_text, "");
        return true;
    }
    return error_set(err, ERROR_INPUT, "Choose one from the list.");
}

static bool check_value(struct form *form, size_t field, struct buffer *normal, struct error *err)
{
    const struct form_field *descriptor = &form->fields[field];
    struct form_item *item = &form->items[field];
    if (descriptor->kind == FIELD_REFERENCE && !check_reference(item, err))
        return false;
    const char *text = form_value(form, field);
    if (text[0] == '\0')
        return !descriptor->is_required || !item->is_touched ||
               error_set(err, ERROR_INPUT, "%s is required.", descriptor->label);
    struct date date;
    if (descriptor->kind == FIELD_DATE && !date_parse(text, &date))
        return error_set(err, ERROR_INPUT, "Write the date as 2026-11-20.");
    return descriptor->check == NULL ||
           descriptor->check(form->context, descriptor, text, normal, err);
}

void form_check(struct form *form, size_t field)
{
    struct form_item *item = &form->items[field];
    struct error err;
    struct buffer normal;
    error_clear(&err);
    buffer_init(&normal);
    bool is_right =
        !field_takes_focus(&form->fields[field]) || check_value(form, field, &normal, &err);
    replace(&item->error, is_right ? NULL : err.text);
    buffer_done(&normal);
}

const char *form_error(const struct form *form, size_t field)
{
    bool is_being_set = field == form->focus && form->popup != FORM_POPUP_NONE;
    return is_being_set ? NULL : form->items[field].error;
}

void form_touch(struct form *form, size_t field)
{
    form->items[field].is_touched = true;
    form_check(form, field);
    if (form->ops->changed != NULL)
        form->ops->changed(form->context, field);
}

void form_leave_field(struct form *form, size_t field)
{
    struct form_item *item = &form->items[field];
    struct error err;
    struct buffer normal;
    if (field >= form->count || !field_takes_focus(&form->fields[field]))
        return;
    error_clear(&err);
    buffer_init(&normal);
    bool is_right = check_value(form, field, &normal, &err);
    bool is_other = strcmp(normal.text, editor_text(&item->editor)) != 0;
    if (is_right && normal.size > 0 && is_other && field_is_text(&form->fields[field]))
        editor_set(&item->editor, normal.text);
    replace(&item->error, is_right ? NULL : err.text);
    buffer_done(&normal);
}

bool form_show_error(struct form *form, const struct error *err)
{
    size_t field = form_find(form, err->field);
    if (err->field[0] == '\0' || field == form->count)
        return false;
    form_focus(form, field);
    replace(&form->items[field].error, err->text);
    return true;
}

void form_focus(struct form *form, size_t field)
{
    if (field >= form->count || !field_takes_focus(&form->fields[field]))
        return;
    form_close_popup(form);
    if (field != form->focus)
        form_leave_field(form, form->focus);
    form->focus = field;
}

bool form_is_changed(const struct form *form, size_t field)
{
    if (!field_takes_focus(&form->fields[field]))
        return false;
    const struct form_item *item = &form->items[field];
    bool is_half_typed = form->fields[field].kind == FIELD_REFERENCE &&
                         strcmp(editor_text(&item->editor), item->id_text) != 0;
    return is_half_typed || strcmp(form_value(form, field), item->start) != 0;
}

bool form_is_dirty(const struct form *form)
{
    for (size_t i = 0; i < form->count; i++)
        if (form_is_changed(form, i))
            return true;
    return false;
}

void form_keep_field(struct form *form, size_t field)
{
    replace(&form->items[field].start, form_value(form, field));
}

void form_keep(struct form *form)
{
    for (size_t i = 0; i < form->count; i++)
        form_keep_field(form, i);
}

unsigned form_save(struct form *form, struct app *app)
{
    form_close_popup(form);
    size_t wrong = form->count;
    for (size_t i = form->count; i-- > 0;) {
        form->items[i].is_touched = true;
        form_leave_field(form, i);
        if (form->items[i].error != NULL)
            wrong = i;
    }
    if (wrong == form->count)
        return form->ops->save(form->context, app) | OUTCOME_HANDLED | OUTCOME_REDRAW;
    form->focus = wrong;
    app_beep(app);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}
