#include "tui/screens/appointment_form.h"

#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_NAME, LAST_NAME, PHONE, EMAIL, NOTES, FIELDS };

struct appointment_form {
    struct uuid id;
    struct arena *arena;
    struct form *form;
    struct form_field fields[FIELDS];
    const char *seen[FIELDS];
};

static const struct {
    const char *column, *label;
    enum field_kind kind;
    size_t limit;
    bool is_required;
} written[FIELDS] = {
    [FIRST_NAME] = {"first_name", "First name", FIELD_TEXT, 100, false},
    [LAST_NAME] = {"last_name", "Last name", FIELD_TEXT, 100, true},
    [PHONE] = {"phone", "Phone", FIELD_TEXT, 40, false},
    [EMAIL] = {"email", "E-mail", FIELD_TEXT, 255, false},
    [NOTES] = {"notes", "Notes", FIELD_TEXT, 1000, false},
};

static struct value text_or_null(const char *text)
{
    return text[0] != '\0' ? value_text(text) : value_null();
}

static unsigned save(void *context, struct app *app)
{
    struct appointment_form *state = context;
    struct change changes[FIELDS];
    struct error err = {0};
    size_t count = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        const char *text = form_value(state->form, i);
        if (i == FIRST_NAME && text[0] == '\0')
            text = "-";
        if (strcmp(text, state->seen[i]) != 0)
            changes[count++] = (struct change){.column = written[i].column,
                                               .value = text_or_null(text),
                                               .seen = text_or_null(state->seen[i]),
                                               .is_seen = true};
    }
    if (count > 0 &&
        !appointment_edit(app_store(app), app_actor(app), &state->id, changes, count, &err)) {
        if (!form_show_error(state->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    if (count > 0)
        app_toast(app, TOAST_INFO, "Changed; u takes it back.");
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    struct appointment_form *state = context;
    arena_free(state->arena);
    free(state);
    app_refresh(app);
}

void appointment_form_open(struct app *app, const struct appointment *seen)
{
    static const struct form_ops ops = {.save = save};
    struct appointment_form *state = memory_new(sizeof *state);
    const char *const values[FIELDS] = {seen->first_name, seen->last_name, seen->phone, seen->email,
                                        seen->notes};
    *state = (struct appointment_form){.id = seen->id, .arena = arena_new()};
    for (size_t i = 0; i < FIELDS; i++) {
        state->seen[i] = arena_text(state->arena, values[i]);
        bool is_none = i == FIRST_NAME && strcmp(values[i], "-") == 0;
        state->fields[i] = (struct form_field){.name = written[i].column,
                                               .label = written[i].label,
                                               .kind = written[i].kind,
                                               .limit = written[i].limit,
                                               .is_required = written[i].is_required,
                                               .value = is_none ? "" : state->seen[i]};
    }
    const struct dialog_form ask = {.title = seen->who,
                                    .hint = "Enter saves, Esc goes back",
                                    .fields = state->fields,
                                    .count = FIELDS,
                                    .ops = &ops,
                                    .context = state,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &state->form);
}
