#include "tui/app_private.h"

#include "model/base/instant.h"
#include "tui/frame.h"
#include "tui/term.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The window whose name and state the title line shows: the topmost that is no dialog, or the
 * lowest where there are only dialogs. */
static const struct window *title_window(const struct app *app)
{
    for (size_t i = app->desk->depth; i-- > 0;)
        if (!app->desk->windows[i].ops->is_dialog)
            return &app->desk->windows[i];
    return app->desk->depth > 0 ? &app->desk->windows[0] : NULL;
}

static void clock_text(const struct app *app, char *text, size_t size)
{
    struct clock_time local;
    text[0] = '\0';
    if (instant_to_local(env_now(app->env), app->env->zone, &local))
        snprintf(text, size, "%02d:%02d", local.hour, local.minute);
}

/* Right to left: the clock, the facts, what the screen says; what does not fit is left out from
 * the end of that list. Returns where they begin. */
static int draw_right(struct app *app, struct pane line, const struct window *window, int left)
{
    char text[NAME_LIMIT];
    int x = line.width - 1;
    clock_text(app, text, sizeof text);
    for (size_t i = 0; i < app->fact_count + 2; i++) {
        enum role role = ROLE_STATUS;
        if (i > 0 && i <= app->fact_count) {
            snprintf(text, sizeof text, " %s ", app->facts[app->fact_count - i].text);
            role = app->facts[app->fact_count - i].role;
        } else if (i > 0) {
            text[0] = '\0';
            if (window && window->ops->status)
                window->ops->status(app, window->state, text, sizeof text);
        }
        int cells = text_cells(text);
        if (cells == 0)
            continue;
        if (x - cells < left)
            break;
        x -= cells;
        text_draw(line, 0, x, cells, role, text);
        x -= 2;
    }
    return x;
}

static void draw_title(struct app *app, struct pane line)
{
    const struct window *window = title_window(app);
    char name[NAME_LIMIT] = "";
    text_put(line, 0, 0, line.width, ROLE_STATUS, ALIGN_LEFT, "");
    const char *heading =
        window && window->ops->heading ? window->ops->heading(window->state) : NULL;
    if (window)
        snprintf(name, sizeof name, "%s", heading ? heading : window->ops->title);
    for (char *at = name; *at && !heading; at++) /* what a person named stays as it is */
        *at = (char)toupper((unsigned char)*at);
    int x = 1 + text_draw(line, 0, 1, line.width - 1, ROLE_TITLE, name) + 2;
    int end = draw_right(app, line, window, x);
    const char *parts[] = {app->shop, app->desk->actor.name};
    bool is_tight = end - x < text_cells(parts[0]) + 2 + text_cells(parts[1]);
    for (size_t i = *parts[1] && is_tight; i < 2; i++) { /* who works matters more than where */
        int room = end - x;
        if (!*parts[i] || room < 6)
            continue;
        x += text_draw(line, 0, x, room, ROLE_STATUS, parts[i]) + 2;
    }
}

struct hint {
    const struct action *action;
    char key[KEY_NAME_SIZE];
    int cells;
    bool is_possible;
};

enum { HINT_LIMIT = ZONE_LIMIT };

static size_t add_hints(struct app *app, const struct action_table *table, bool is_global,
                        struct hint *hints, size_t count)
{
    bool in_text = app_has_text_focus(app);
    const struct window *top = app_top_window(app);
    for (size_t i = 0; i < table->count && count < HINT_LIMIT; i++) {
        const struct action *action = &table->actions[i];
        struct hint *hint = &hints[count];
        key_code key = keymap_key(app->keymap, action, in_text);
        char why[WHY_SIZE];
        bool is_out =
            is_global && top && top->ops->is_dialog && !(action->flags & ACTION_IN_DIALOGS);
        bool is_elsewhere = !is_global && action->belongs && top && !action->belongs(top->state);
        if (action->flags & ACTION_QUIET || !key || is_out || is_elsewhere)
            continue;
        *hint = (struct hint){.action = action};
        key_format(key, hint->key);
        hint->cells = text_cells(hint->key) + 1 + text_cells(action->label) + 2;
        hint->is_possible = !app_why_not(app, action, is_global, why);
        count++;
    }
    return count;
}

/* The window's actions first; what does not fit goes from the end, but help always stays. */
static void draw_footer(struct app *app, struct pane line)
{
    struct hint hints[HINT_LIMIT];
    const struct window *top = app_top_window(app);
    size_t count = top ? add_hints(app, &top->ops->actions, false, hints, 0) : 0;
    size_t help = count; /* the first of the global ones */
    count = add_hints(app, &global_actions, true, hints, count);
    int x = 1, reserved = count > help ? hints[help].cells : 0;
    app->zone_count = 0;
    text_put(line, 0, 0, line.width, ROLE_FOOTER, ALIGN_LEFT, "");
    for (size_t i = 0; i < count; i++) {
        const struct hint *hint = &hints[i];
        if (x + hint->cells - 2 > line.width - (i < help ? reserved : 0))
            continue;
        enum role key_role = hint->is_possible ? ROLE_KEY : ROLE_DISABLED;
        enum role role = hint->is_possible ? ROLE_FOOTER : ROLE_DISABLED;
        int key_cells = text_draw(line, 0, x, line.width - x, key_role, hint->key);
        text_drawf(line, 0, x + key_cells, line.width - x, role, " %s", hint->action->label);
        app->zones[app->zone_count++] = (struct zone){x, hint->cells - 2, hint->action};
        x += hint->cells;
    }
}

static void draw_windows(struct app *app, struct pane pane)
{
    for (size_t i = app_first_visible(app); i < app->desk->depth; i++)
        app->desk->windows[i].ops->draw(app, app->desk->windows[i].state, pane);
}

void app_draw(struct app *app)
{
    if (!app->must_draw)
        return;
    app->must_draw = false;
    frame_clear();
    struct pane screen = pane_of_screen();
    if (screen.height < MINIMUM_ROWS || screen.width < MINIMUM_COLUMNS) {
        text_drawf(screen, 0, 0, screen.width, ROLE_WARNING, "needs 60x15 (now %dx%d)",
                   screen.width, screen.height);
    } else {
        struct pane inner = pane_part(screen, 1, 0, screen.height - 2, screen.width);
        draw_windows(app, inner);
        draw_title(app, pane_part(screen, 0, 0, 1, screen.width));
        draw_footer(app, pane_part(screen, screen.height - 1, 0, 1, screen.width));
        /* a dialog ends in what it asks, and a line that is typed into stands at the bottom with
         * what is wrong with it: messages go over the title instead */
        bool is_asked =
            app->desk->depth > 0 && (app_top(app)->is_dialog || app_has_text_focus(app));
        app_draw_toasts(app, screen, is_asked);
    }
    term_show();
}
