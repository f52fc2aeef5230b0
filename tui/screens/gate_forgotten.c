/* A new password by the one-time code of an administrator, for whoever forgot theirs or is new. */
#include "sync/door.h"
#include "tui/screens/door_form.h"
#include "tui/screens/gate.h"
#include "tui/screens/screens.h"

enum { NAME, CODE, PASSWORD, AGAIN, FIELD_COUNT };

static bool work(struct store *store, struct door_values *values, struct error *err)
{
    return door_ask_use_reset_code(store, values->texts[NAME], values->texts[CODE],
                                   values->texts[PASSWORD], err);
}

static void worked(struct app *app, struct door_values *values)
{
    gate_open(app, values->texts[NAME],
              app_start_screen(app)); /* who it is need not be typed again */
    app_toast(app, TOAST_INFO, "The new password counts: sign in with it.");
}

void gate_forgotten(struct app *app)
{
    static const struct form_field fields[FIELD_COUNT] = {
        [NAME] = {.name = "name",
                  .label = "Name",
                  .kind = FIELD_TEXT,
                  .is_required = true,
                  .limit = DOOR_TEXT_CHARACTERS,
                  .help = "Ask an administrator of the shop for a one-time code first."},
        [CODE] = {.name = "code",
                  .label = "One-time code",
                  .kind = FIELD_TEXT,
                  .is_required = true,
                  .limit = DOOR_CODE_SIZE,
                  .help = "It is good for an hour, and for five tries."},
        [PASSWORD] = {.name = "password",
                      .label = "New password",
                      .kind = FIELD_SECRET,
                      .is_required = true,
                      .limit = DOOR_TEXT_CHARACTERS,
                      .check = door_form_password,
                      .help = "At least 8 characters."},
        [AGAIN] = {.name = "again",
                   .label = "Once more",
                   .kind = FIELD_SECRET,
                   .is_required = true,
                   .limit = DOOR_TEXT_CHARACTERS,
                   .check = door_form_again},
    };
    const struct door_form form = {.title = "Forgotten password",
                                   .hint = "Enter sets the new password, Esc goes back",
                                   .fields = fields,
                                   .count = FIELD_COUNT,
                                   .work = work,
                                   .worked = worked};
    door_form_open(app, &form);
}
