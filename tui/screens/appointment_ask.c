#include "tui/screens/appointment_ask.h"

#include "model/base/text.h"

#include "tui/screens/appointment_words.h"
#include "tui/screens/calendar_windows.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE_SIZE = 160, LISTED_MOST = 6 };

/* What is asked about, until it is done or given up. */
struct asking {
    struct uuid ids[APPOINTMENTS_AT_ONCE_MAX];
    size_t count;
    const char *status; /* of the program; NULL: a move */
    char reason[APPOINTMENT_REASON_MAX * 4 + 1];
    struct booking_move move;
    void (*moved)(struct app *app, void *context, bool is_done);
    void *context;
    struct buffer hindrances; /* one to a line */
    size_t listed;
};

static struct asking *new_asking(const struct uuid *ids, size_t count)
{
    struct asking *asking = memory_new(sizeof *asking);
    asking->count = count < APPOINTMENTS_AT_ONCE_MAX ? count : APPOINTMENTS_AT_ONCE_MAX;
    memcpy(asking->ids, ids, asking->count * sizeof *ids);
    buffer_init(&asking->hindrances);
    return asking;
}

static void end(struct app *app, struct asking *asking, bool is_done)
{
    if (asking->moved != NULL)
        asking->moved(app, asking->context, is_done);
    buffer_done(&asking->hindrances);
    free(asking);
}

const char *appointment_ask_name(struct app *app, const struct uuid *ids, size_t count,
                                 struct arena *arena)
{
    struct appointment found;
    const struct env *env = store_env(app_store(app));
    char when[APPOINTMENT_WHEN_SIZE];
    if (count != 1 || appointment_load(app_store(app), ids, arena, &found, NULL) != 1)
        return arena_format(arena, "%zu appointments", count);
    appointment_when(found.starts_at, found.ends_at, env_now(env), env->zone, when);
    return arena_format(arena, "%s, %s", found.who, when);
}

/* The field of such an error is a rule's name; one that names a column is about what was chosen. */
bool appointment_ask_may_force(const struct error *err)
{
    const size_t size = strlen(err->field);
    return err->code == ERROR_RULE && size > 0 &&
           (size < 3 || strcmp(err->field + size - 3, "_id") != 0);
}

static void told(void *context, const struct uuid *id, const char *who, const char *why)
{
    struct asking *asking = context;
    (void)id;
    if (asking->listed++ < LISTED_MOST)
        buffer_format(&asking->hindrances, "%s: %s\n", who, why);
    else if (asking->listed == LISTED_MOST + 1)
        buffer_add(&asking->hindrances, "and others\n");
}

static bool perform(struct app *app, struct asking *asking, bool is_forced, struct error *err)
{
    const struct booking_listener listener = {.told = told, .context = asking};
    const struct booking_listener *listens = asking->count > 1 ? &listener : NULL;
    const char *reason = asking->reason[0] != '\0' ? asking->reason : NULL;
    buffer_clear(&asking->hindrances);
    asking->listed = 0;
    if (asking->status != NULL) {
        const struct booking_status status = {.status = asking->status,
                                              .reason = reason,
                                              .is_forced = is_forced,
                                              .listener = listens};
        return appointment_set(app_store(app), app_actor(app), asking->ids, asking->count, &status,
                               err);
    }
    asking->move.reason = reason;
    asking->move.is_forced = is_forced;
    asking->move.listener = listens;
    return asking->count == 1
               ? appointment_move(app_store(app), app_actor(app), asking->ids, &asking->move, err)
               : appointment_move_many(app_store(app), app_actor(app), asking->ids, asking->count,
                                       &asking->move, err);
}

static void say_done(struct app *app, const struct asking *asking)
{
    struct arena *arena = arena_new();
    const char *name = appointment_ask_name(app, asking->ids, asking->count, arena);
    if (asking->status == NULL)
        app_toast(app, TOAST_INFO, "Moved: %s; u takes it back.", name);
    else
        app_toast(app, TOAST_INFO, "%s: %s; u takes it back.", name,
                  appointment_state(asking->status));
    arena_free(arena);
    app_refresh(app);
    if (asking->status != NULL && strcmp(asking->status, "cancelled") == 0)
        waiting_offer_place(app, asking->ids, asking->count);
}

static void attempt(struct app *app, struct asking *asking, bool is_forced);

static void forced(struct app *app, void *context, bool is_confirmed)
{
    if (is_confirmed)
        attempt(app, context, true);
    else
        end(app, context, false);
}

static void attempt(struct app *app, struct asking *asking, bool is_forced)
{
    struct error err;
    if (perform(app, asking, is_forced, &err)) {
        say_done(app, asking);
        end(app, asking, true);
        return;
    }
    struct buffer text;
    buffer_init(&text);
    buffer_add(&text, err.text);
    if (asking->hindrances.size > 0)
        buffer_format(&text, "\n%s", asking->hindrances.text);
    if (!is_forced && appointment_ask_may_force(&err)) {
        const struct dialog_question question = {.title = "Against the booking rules?",
                                                 .text = text.text,
                                                 .yes = "Do it all the same",
                                                 .no = "Leave it",
                                                 .done = forced,
                                                 .context = asking};
        dialog_confirm(app, &question);
    } else {
        if (asking->hindrances.size > 0)
            dialog_message(app, "Nothing was changed", text.text);
        else
            app_toast_error(app, &err);
        end(app, asking, false);
    }
    buffer_done(&text);
}

static void reason_given(struct app *app, void *context, const char *text)
{
    struct asking *asking = context;
    if (text == NULL) {
        end(app, asking, false);
        return;
    }
    snprintf(asking->reason, sizeof asking->reason, "%s", text);
    attempt(app, asking, false);
}

static bool check_reason(void *context, const char *text, struct error *err)
{
    const struct asking *asking = context;
    return asking->status == NULL || !text_is_blank(text) ||
           error_set(err, ERROR_INPUT, "Say why, so that others know: The child is ill.");
}

static void ask_reason(struct app *app, struct asking *asking, const char *verb)
{
    struct arena *arena = arena_new();
    const char *name = appointment_ask_name(app, asking->ids, asking->count, arena);
    const struct dialog_prompt prompt = {
        .title = arena_format(arena, "%s %s", verb, name),
        .text = asking->status != NULL ? "Why? It stays in the history."
                                       : "Why? It stays in the history; Enter alone gives none.",
        .hint = "the customer rang",
        .limit = APPOINTMENT_REASON_MAX,
        .check = check_reason,
        .done = reason_given,
        .context = asking};
    dialog_prompt(app, &prompt);
    arena_free(arena);
}

void appointment_ask_status(struct app *app, const struct uuid *ids, size_t count,
                            const char *status)
{
    struct asking *asking = new_asking(ids, count);
    asking->status = status;
    if (strcmp(status, "cancelled") == 0)
        ask_reason(app, asking, "Cancel");
    else
        attempt(app, asking, false);
}

void appointment_ask_move(struct app *app, const struct uuid *ids, size_t count,
                          const struct booking_move *move,
                          void (*moved)(struct app *app, void *context, bool is_done),
                          void *context)
{
    struct asking *asking = new_asking(ids, count);
    asking->move = *move;
    asking->moved = moved;
    asking->context = context;
    ask_reason(app, asking, "Move");
}
