#include "tui/screens/form_draft.h"

#include "model/shop/draft.h"
#include "tui/program.h"

#include <jansson.h>
#include <stdlib.h>

void form_draft_keep(struct form_draft *draft, struct app *app, const struct form *form)
{
    struct error err;
    json_t *body = json_object();
    for (size_t i = 0; i < form->count; i++) {
        if (form_is_changed(form, i))
            json_object_set_new(body, form->fields[i].name,
                                json_pack("{s:s, s:s}", "value", form_value(form, i), "shown",
                                          form->items[i].id_text ? form->items[i].id_text : ""));
    }
    char *text = json_dumps(body, JSON_COMPACT);
    if (!draft_save(app_store(app), draft->screen, &app_actor(app)->user_id, NULL, text, &draft->id,
                    &err))
        app_toast_error(app, &err);
    free(text);
    json_decref(body);
}

void form_draft_restore(struct form_draft *draft, struct app *app, struct form *form)
{
    struct arena *arena = arena_new();
    struct error err;
    struct draft kept;
    size_t filled = 0;
    int found =
        draft_list(app_store(app), draft->screen, &app_actor(app)->user_id, 1, arena, &kept, &err);
    json_t *body = found == 1 ? json_loads(kept.body, 0, NULL) : NULL;
    if (found < 0)
        app_toast_error(app, &err);
    if (body != NULL)
        draft->id = kept.id;
    for (size_t i = 0; i < form->count; i++) {
        const json_t *field = json_object_get(body, form->fields[i].name);
        const char *value = json_string_value(json_object_get(field, "value"));
        if (value == NULL || value[0] == '\0' || form_value(form, i)[0] != '\0')
            continue;
        form_set(form, i, value, json_string_value(json_object_get(field, "shown")));
        filled++;
    }
    if (filled > 0)
        app_toast(app, TOAST_INFO, "What was typed here before the program ended is there again.");
    json_decref(body);
    arena_free(arena);
}

void form_draft_close(struct form_draft *draft, struct app *app)
{
    struct error err;
    if (!uuid_is_zero(&draft->id) && !app_must_end(app) &&
        !draft_delete(app_store(app), &draft->id, &err))
        app_toast_error(app, &err);
}
