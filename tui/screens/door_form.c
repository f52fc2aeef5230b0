#include "tui/screens/door_form.h"

#include "model/base/text.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

struct box {
    struct app *app;
    struct door_form ask;
    struct form_field fields[DOOR_FIELDS];
    struct form *form;     /* NULL: the box has gone */
    struct trial *running; /* NULL: nothing is */
};

/* What runs beside; the box may go meanwhile. */
struct trial {
    struct box *box; /* NULL: it has gone */
    struct door_form ask;
    struct door_values values;
};

bool door_form_password(void *context, const struct form_field *field, const char *text,
                        struct buffer *normal, struct error *err)
{
    const struct box *box = context;
    (void)field;
    (void)normal;
    return door_check_password(app_store(box->app), &app_actor(box->app)->user_id, text, err);
}

bool door_form_pin(void *context, const struct form_field *field, const char *text,
                   struct buffer *normal, struct error *err)
{
    (void)context;
    (void)field;
    (void)normal;
    return door_check_pin(text, err);
}

bool door_form_again(void *context, const struct form_field *field, const char *text,
                     struct buffer *normal, struct error *err)
{
    const struct box *box = context;
    size_t at = (size_t)(field - box->fields);
    (void)normal;
    return (box->form != NULL && strcmp(form_value(box->form, at - 1), text) == 0) ||
           error_set(err, ERROR_INPUT, "This is not the same.");
}

static bool work(struct store *store, void *data, struct error *err)
{
    struct trial *trial = data;
    return trial->ask.work(store, &trial->values, err);
}

static void done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct trial *trial = data;
    struct box *box = trial->box;
    if (box != NULL) {
        box->running = NULL;
        if (worked)
            app_close_top(app);
        else if (!form_show_error(box->form, err))
            app_toast_error(app, err);
        app_redraw(app);
    }
    if (worked)
        trial->ask.worked(app, &trial->values);
    explicit_bzero(trial, sizeof *trial);
    free(trial);
}

static unsigned save(void *context, struct app *app)
{
    struct box *box = context;
    if (box->running != NULL)
        return OUTCOME_HANDLED;
    struct trial *trial = memory_new(sizeof *trial);
    trial->box = box;
    trial->ask = box->ask;
    trial->values.actor = *app_actor(app);
    for (size_t i = 0; i < box->ask.count; i++)
        text_copy(trial->values.texts[i], DOOR_TEXT_SIZE, form_value(box->form, i));
    box->running = trial;
    app_errand(app, (struct job){.owner = trial, .work = work, .done = done, .data = trial});
    return OUTCOME_HANDLED;
}

static void draw_note(void *context, struct pane pane)
{
    if (((const struct box *)context)->running != NULL)
        text_draw(pane, 0, 0, pane.width, ROLE_DIM, "Checking …");
}

static void closed(struct app *app, void *context)
{
    struct box *box = context;
    (void)app;
    if (box->running != NULL)
        box->running->box = NULL;
    free(box);
}

void door_form_open(struct app *app, const struct door_form *form)
{
    static const struct form_ops ops = {.save = save};
    struct box *box = memory_new(sizeof *box);
    box->app = app;
    box->ask = *form;
    memcpy(box->fields, form->fields, form->count * sizeof box->fields[0]);
    const struct dialog_form ask = {.title = form->title,
                                    .hint = form->hint,
                                    .fields = box->fields,
                                    .count = form->count,
                                    .ops = &ops,
                                    .context = box,
                                    .note_rows = 1,
                                    .draw_note = draw_note,
                                    .closed = closed};
    dialog_form(app, &ask, &box->form);
}
