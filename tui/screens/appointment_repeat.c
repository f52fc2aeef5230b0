/* An appointment that is booked again and again. */
#include "model/base/instant.h"
#include "model/calendar/series.h"
#include "tui/screens/appointment_ask.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>

enum { WORDS_LIMIT = 60, LISTED_MOST = 10 };

struct repeating {
    struct app *app;
    struct uuid id;
};

static bool check(void *context, const char *text, struct error *err)
{
    const struct repeating *repeating = context;
    const struct env *env = store_env(app_store(repeating->app));
    char rule[SERIES_RULE_SIZE];
    return series_rule_read(text, env_now(env), env->zone, rule, err);
}

static void tell(struct app *app, const struct series_made *made)
{
    struct buffer text;
    if (made->left_out_count == 0) {
        app_toast(app, TOAST_INFO, "Booked %zu more; u takes them back.", made->booked);
        return;
    }
    buffer_init(&text);
    buffer_format(&text, "Booked %zu more; u takes them back. Left out:\n", made->booked);
    for (size_t i = 0; i < made->left_out_count && i < LISTED_MOST; i++) {
        char at[INSTANT_TEXT_SIZE];
        instant_format_local(made->left_out[i].starts_at, store_env(app_store(app))->zone, at);
        buffer_format(&text, "%s  %s\n", at, made->left_out[i].why);
    }
    if (made->left_out_count > LISTED_MOST)
        buffer_format(&text, "and %zu others\n", made->left_out_count - LISTED_MOST);
    dialog_message(app, "Not all could be booked", text.text);
    buffer_done(&text);
}

static void words_given(struct app *app, void *context, const char *text)
{
    struct repeating *repeating = context;
    struct arena *arena = arena_new();
    struct series_made made;
    struct error err;
    if (text != NULL) {
        if (appointment_repeat(app_store(app), app_actor(app), &repeating->id, text, false, arena,
                               &made, &err))
            tell(app, &made);
        else
            app_toast_error(app, &err);
        app_refresh(app);
    }
    arena_free(arena);
    free(repeating);
}

void appointment_ask_repeat(struct app *app, const struct uuid *id)
{
    struct repeating *repeating = memory_new(sizeof *repeating);
    struct arena *arena = arena_new();
    *repeating = (struct repeating){app, *id};
    const struct dialog_prompt prompt = {
        .title = arena_format(arena, "Repeat %s", appointment_ask_name(app, id, 1, arena)),
        .text = "How often, and how many times or until when: weekly, 6 times; every 2 weeks until "
                "1.3.; every month, 3 times.",
        .hint = "weekly, 6 times",
        .limit = WORDS_LIMIT,
        .check = check,
        .done = words_given,
        .context = repeating};
    dialog_prompt(app, &prompt);
    arena_free(arena);
}
