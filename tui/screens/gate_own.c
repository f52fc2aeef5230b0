/* One's own password and PIN. */
#include "model/base/text.h"
#include "sync/door.h"
#include "tui/screens/door_form.h"
#include "tui/screens/gate.h"
#include "tui/screens/second_factor.h"

#include <string.h>

enum { OLD, PASSWORD, AGAIN, CODE, PASSWORD_FIELDS };
enum { PIN, PIN_AGAIN, PIN_FIELDS };

/* Whoever chose a password has proved it, and may set a PIN next; with a second factor only after
 * another code. */
static bool set_password(struct store *store, struct door_values *values, struct error *err)
{
    char id[UUID_TEXT_SIZE];
    bool needs_code = false;
    if (!door_ask_set_password(store, &values->actor, values->texts[OLD], values->texts[CODE],
                               values->texts[PASSWORD], &needs_code, err))
        return needs_code ? error_set_field(err, ERROR_DENIED, "code", "The code is missing.")
                          : false;
    uuid_text(&values->actor.user_id, id);
    if (!door_ask_sign_in(store, id, values->texts[PASSWORD], NULL, &values->answer, NULL))
        values->answer = (struct door_answer){.wait_us = 0};
    return true;
}

static void password_set(struct app *app, struct door_values *values)
{
    if (uuid_equal(&values->answer.actor.user_id, &app_actor(app)->user_id))
        app_take_up(app, &values->answer.actor);
    app_toast(app, TOAST_INFO, "%s",
              door_is_on(app_store(app)) ? "Your password is set; :lock locks this terminal."
                                         : "Your password is set, though this shop asks for none.");
}

unsigned gate_password(struct app *app, void *state)
{
    bool is_on = door_is_on(app_store(app));
    const struct form_field fields[PASSWORD_FIELDS] = {
        [OLD] = {.name = "old",
                 .label = "Old password",
                 .kind = FIELD_SECRET,
                 .is_required = is_on,
                 .limit = DOOR_TEXT_CHARACTERS,
                 .help =
                     is_on ? "The one that counts until now." : "Nothing, if you never had one."},
        [PASSWORD] = {.name = "password",
                      .label = "New password",
                      .kind = FIELD_SECRET,
                      .is_required = true,
                      .limit = DOOR_TEXT_CHARACTERS,
                      .check = door_form_password,
                      .help = "At least 8 characters, and not your name."},
        [AGAIN] = {.name = "again",
                   .label = "Once more",
                   .kind = FIELD_SECRET,
                   .is_required = true,
                   .limit = DOOR_TEXT_CHARACTERS,
                   .check = door_form_again},
        [CODE] = {.name = "code",
                  .label = "Code",
                  .kind = FIELD_TEXT,
                  .is_required = true,
                  .limit = DOOR_CODE_SIZE,
                  .help = "From the app on your telephone, or a backup code."},
    };
    const struct door_form form = {.title = "Your password",
                                   .hint = "Enter sets it, Esc goes back",
                                   .fields = fields,
                                   .count = second_factor_is_on(app) ? PASSWORD_FIELDS : CODE,
                                   .work = set_password,
                                   .worked = password_set};
    (void)state;
    door_form_open(app, &form);
    return OUTCOME_HANDLED;
}

static bool set_pin(struct store *store, struct door_values *values, struct error *err)
{
    const char *pin = values->texts[PIN];
    if (strcmp(pin, values->texts[PIN_AGAIN]) != 0)
        return error_set_field(err, ERROR_INPUT, "again", "This is not the same.");
    return door_ask_set_pin(store, &values->actor, pin[0] != '\0' ? pin : NULL, err);
}

static void pin_set(struct app *app, struct door_values *values)
{
    if (values->texts[PIN][0] != '\0')
        app_toast(app, TOAST_INFO, "Your PIN is set: your letter and the PIN bring you back.");
    else
        app_toast(app, TOAST_INFO, "You have no PIN here any more.");
}

unsigned gate_pin(struct app *app, void *state)
{
    static const struct form_field fields[PIN_FIELDS] = {
        [PIN] = {.name = "pin",
                 .label = "PIN",
                 .kind = FIELD_SECRET,
                 .limit = DOOR_PIN_MAX,
                 .check = door_form_pin,
                 .help = "4 to 8 digits, for this terminal alone; nothing takes it away."},
        [PIN_AGAIN] = {.name = "again",
                       .label = "Once more",
                       .kind = FIELD_SECRET,
                       .limit = DOOR_PIN_MAX,
                       .check = door_form_again},
    };
    const struct door_form form = {.title = "Your PIN at this terminal",
                                   .hint = "Enter sets it, Esc goes back",
                                   .fields = fields,
                                   .count = PIN_FIELDS,
                                   .work = set_pin,
                                   .worked = pin_set};
    (void)state;
    door_form_open(app, &form);
    return OUTCOME_HANDLED;
}
