#include "tui/screens/people.h"

#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/people/person.h"
#include "tui/screens/record_windows.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asking {
    struct uuid id;
    const char *status; /* what the person is to be */
    char name[ACTOR_NAME_SIZE];
};

static void change_status(struct app *app, void *context, bool is_confirmed)
{
    struct asking *asking = context;
    struct error err;
    if (is_confirmed) {
        if (person_set_status(app_store(app), app_actor(app), &asking->id, asking->status, &err))
            app_toast(app, TOAST_INFO, "%s is %s now; u undoes it.", asking->name, asking->status);
        else
            app_toast_error(app, &err);
        app_refresh(app);
    }
    free(asking);
}

/* Fills in what the person is called and the other status. */
static bool find_status(struct app *app, struct asking *asking, struct error *err)
{
    struct record row;
    struct arena *arena = arena_new();
    const struct table *table = schema_table(store_schema(app_store(app)), "users");
    int found = record_get(app_store(app), table, &asking->id, arena, &row, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This person is not here any more.");
    if (found > 0) {
        const char *status = record_value(&row, "status").bytes;
        bool may_work = strcmp(status, "active") == 0 || strcmp(status, "invited") == 0;
        asking->status = may_work ? "suspended" : "active";
        text_copy(asking->name, sizeof asking->name, record_value(&row, "display_name").bytes);
    }
    arena_free(arena);
    return found > 0;
}

void person_ask_status(struct app *app, const struct uuid *id)
{
    char title[160], yes[160];
    struct error err;
    struct asking *asking = memory_new(sizeof *asking);
    asking->id = *id;
    if (!find_status(app, asking, &err)) {
        app_toast_error(app, &err);
        free(asking);
        return;
    }
    bool suspends = strcmp(asking->status, "suspended") == 0;
    snprintf(title, sizeof title, suspends ? "Suspend %s?" : "Let %s work here again?",
             asking->name);
    snprintf(yes, sizeof yes, suspends ? "Suspend %s" : "Let %s in", asking->name);
    struct dialog_question question = {
        .title = title,
        .text = suspends
                    ? "From then on they can't sign in and may do nothing, on this terminal at "
                      "once and on the others with their next exchange. What they did stays."
                    : "They get the roles back that they had, and sign in as before.",
        .yes = yes,
        .done = change_status,
        .context = asking,
    };
    dialog_confirm(app, &question);
}

void person_edit_open(struct app *app, const struct uuid *id)
{
    struct error err;
    const struct record_kind *kind = record_kind_named(app, "users", &err);
    if (kind == NULL || !record_form_open(app, kind, id, &err))
        app_toast_error(app, &err);
}
