/* The global actions: what a person can do on every screen. */
#include "tui/attention.h"

#include "tui/goto.h"
#include "tui/screens/channels.h"
#include "tui/screens/gate.h"
#include "tui/screens/screens.h"
#include "tui/screens/second_factor.h"
#include "tui/term.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/help.h"
#include "tui/widgets/palette.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned help(struct app *app, void *state)
{
    (void)state;
    help_open(app);
    return OUTCOME_HANDLED;
}

static unsigned open_till(struct app *app, void *state)
{
    (void)state;
    app_open(app, till_ops.name, NULL);
    return OUTCOME_HANDLED;
}

static unsigned open_reports(struct app *app, void *state)
{
    (void)state;
    app_open(app, reports_ops.name, NULL);
    return OUTCOME_HANDLED;
}

static unsigned palette(struct app *app, void *state)
{
    (void)state;
    palette_open(app);
    return OUTCOME_HANDLED;
}

static unsigned go(struct app *app, void *state)
{
    (void)state;
    goto_open(app);
    return OUTCOME_HANDLED;
}

static const char *needs_store(struct app *app, const void *state)
{
    (void)state;
    return app->store ? NULL : "There is no store.";
}

/* What leads to a screen from everywhere. */
#define OPENS(screen)                                                                              \
    static unsigned open_##screen(struct app *app, void *state)                                    \
    {                                                                                              \
        (void)state;                                                                               \
        app_open(app, screen##_ops.name, NULL);                                                    \
        return OUTCOME_HANDLED;                                                                    \
    }

OPENS(messages)
OPENS(sync)
OPENS(printing)
OPENS(audit)
OPENS(products)
OPENS(sale)
OPENS(purchases)
OPENS(reorder)
OPENS(suppliers)
OPENS(discounts)
OPENS(gift_cards)
OPENS(people)
OPENS(roles)
OPENS(privacy)
OPENS(stock)
OPENS(counts)
OPENS(transfers)
OPENS(teams)
OPENS(day)
OPENS(calendar)
OPENS(hours)
OPENS(days_off)
OPENS(feeds)
OPENS(reminders)

static unsigned next_want(struct app *app, void *state)
{
    (void)state;
    attention_go(app);
    return OUTCOME_HANDLED;
}

OPENS(todos)
OPENS(notices)
OPENS(channels)

static unsigned open_about(struct app *app, void *state)
{
    struct thing thing;
    (void)state;
    if (app_about(app, &thing))
        channels_show_about(app, &thing);
    return OUTCOME_HANDLED;
}

static const char *why_not_about(struct app *app, const void *state)
{
    struct thing thing;
    (void)state;
    return app_about(app, &thing) && talk_has_threads(thing.table)
               ? NULL
               : "Nothing here has a thread; orders, products, customers, appointments, tickets "
                 "and tills have.";
}

static void open_chosen(struct app *app, void *context, int chosen)
{
    (void)context;
    if (chosen >= 0)
        app_open(app, screens[chosen]->name, NULL);
}

static unsigned choose_screen(struct app *app, void *state)
{
    struct list_item items[64] = {{0}};
    size_t count = screen_count < 64 ? screen_count : 64;
    (void)state;
    for (size_t i = 0; i < count; i++)
        items[i].text = screens[i]->title;
    struct dialog_choice choice = {
        .title = "Screens", .items = items, .count = count, .done = open_chosen};
    dialog_choose(app, &choice);
    return OUTCOME_HANDLED;
}

/* The digit of the key; by the palette: asks which. */
static unsigned open_screen(struct app *app, void *state)
{
    key_code key = app->last_key & ~(key_code)KEY_WITH_ALT;
    if (key < '1' || key > '9')
        return choose_screen(app, state);
    if (key - '1' < screen_count)
        app_open(app, screens[key - '1']->name, NULL);
    else
        app_toast(app, TOAST_WARNING, "There are %zu screens.", screen_count);
    return OUTCOME_HANDLED;
}

static unsigned repaint(struct app *app, void *state)
{
    (void)state;
    term_update_size();
    term_repaint();
    app_redraw(app);
    return OUTCOME_REDRAW;
}

static unsigned suspend(struct app *app, void *state)
{
    (void)state;
    app_suspend(app);
    return OUTCOME_REDRAW;
}

static void keep_option(struct app *app, const char *name, const char *value)
{
    struct error err;
    if (!config_set(&app->config, name, value, &err) ||
        (app->config_path && !config_save(&app->config, app->config_path, &err)))
        app_toast_error(app, &err);
}

static unsigned next_theme(struct app *app, void *state)
{
    size_t count, i = 0;
    struct error err;
    (void)state;
    char **names = theme_names(app->themes_folder, &count);
    while (i < count && strcmp(names[i], app->theme) != 0)
        i++;
    const char *name = i + 1 < count ? names[i + 1] : names[0];
    if (app_set_theme(app, name, &err)) {
        keep_option(app, "theme", name);
        app_toast(app, TOAST_INFO, "Theme: %s", name);
    } else {
        snprintf(app->theme, sizeof app->theme, "%s", name); /* the next key goes on behind it */
        app_toast_error(app, &err);
    }
    theme_names_free(names, count);
    return OUTCOME_REDRAW;
}

static unsigned toggle_mouse(struct app *app, void *state)
{
    (void)state;
    keep_option(app, "mouse", app->config.has_mouse ? "false" : "true");
    term_set_mouse(app->config.has_mouse);
    app_toast(app, TOAST_INFO, "%s",
              app->config.has_mouse ? "Mouse on: select text with Shift and the mouse."
                                    : "Mouse off: the terminal selects text.");
    return OUTCOME_HANDLED;
}

static void quit_answered(struct app *app, void *context, bool is_confirmed)
{
    (void)context;
    if (is_confirmed)
        app_quit(app);
}

static unsigned quit(struct app *app, void *state)
{
    const char *whose = NULL;
    (void)state;
    bool is_own = app_unsaved(app, &app->desk->actor.user_id, NULL) > 0;
    if (!is_own && app_unsaved(app, NULL, &whose) == 0) {
        app_quit(app);
        return OUTCOME_HANDLED;
    }
    char text[NAME_LIMIT + WHY_SIZE];
    snprintf(text, sizeof text, "What %s typed in a form will be lost.", is_own ? "you" : whose);
    const struct dialog_question question = {.title = "Quit without saving?",
                                             .text = text,
                                             .yes = "Quit",
                                             .no = "Stay",
                                             .done = quit_answered};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static const struct action actions[] = {
    {.id = "help",
     .keys = "? f1 alt-h",
     .label = "help",
     .help = "Show what can be done here, and the keys for it.",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = help},
    {.id = "palette",
     .keys = ": alt-x",
     .label = "commands",
     .help = "Do anything by its name.",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = palette},
    {.id = "go",
     .keys = "ctrl-k alt-g",
     .label = "go to",
     .help = "Go to anything: a screen, an order, a product, a customer.",
     .flags = ACTION_OFFLINE_OK,
     .run = go,
     .verb = "search"},
    {.id = "sale",
     .keys = "f12 alt-S",
     .label = "sale",
     .help = "Sell at the counter.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_sale,
     .why_not = needs_store,
     .verb = "sell"},
    {.id = "undo",
     .keys = "u",
     .word = "undo",
     .label = "undo",
     .help = "Take back the last thing you did.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = app_undo,
     .why_not = needs_store,
     .verb = "undo"},
    {.id = "screen",
     .keys = "1 2 3 4 5 6 7 8 9 alt-1 alt-2 alt-3 alt-4 alt-5 alt-6 alt-7 alt-8 alt-9",
     .label = "screen",
     .help = "Go to the screen of that number.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_screen},
    {.id = "screens",
     .keys = "alt-0",
     .label = "screens",
     .help = "Choose a screen from a list.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = choose_screen},
    {.id = "messages",
     .keys = "alt-L",
     .label = "messages",
     .help = "Show the messages of this session again.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_messages},
    {.id = "printing",
     .keys = "alt-Q",
     .label = "printing",
     .help = "Show what is to be printed, what failed and why.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = open_printing},
    {.id = "sync",
     .keys = "alt-s",
     .label = "sync",
     .help = "Show what is not sent, what needs attention, and how the line to the centre is.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_sync,
     .verb = "sync status"},
    {.id = "attention",
     .keys = "alt-a",
     .label = "next for me",
     .help = "Go to the next thing that wants you: a message, a decision, a notice; then back.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = next_want,
     .why_not = needs_store},
    {.id = "audit",
     .keys = "",
     .label = "audit",
     .help = "Show who did what, and who allowed it.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .right = "audit.read",
     .run = open_audit},
    {.id = "privacy",
     .keys = "",
     .label = "privacy",
     .help = "Show what people asked about their own data, and until when.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .right = "privacy.manage",
     .run = open_privacy},
    {.id = "products",
     .keys = "alt-G",
     .label = "products",
     .help = "Show what is sold, with prices and stock.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_products,
     .verb = "products list"},
    {.id = "stock",
     .keys = "",
     .label = "stock",
     .help = "Show what is on hand at each place.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_stock,
     .verb = "stock levels"},
    {.id = "counts",
     .keys = "",
     .label = "counts",
     .help = "Count what is on the shelf.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_counts,
     .verb = "stock counts"},
    {.id = "transfers",
     .keys = "",
     .label = "transfers",
     .help = "Send goods to another place, and receive what was sent.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_transfers,
     .verb = "stock moves"},
    {.id = "discounts",
     .keys = "alt-D",
     .label = "discounts",
     .help = "Show what coupons take off, and how often they were used.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_discounts,
     .verb = "discounts list"},
    {.id = "gift_cards",
     .keys = "alt-C",
     .label = "gift cards",
     .help = "Show gift cards and what they hold.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_gift_cards,
     .verb = "gift-card list"},
    {.id = "people",
     .keys = "alt-P",
     .label = "people",
     .help = "Show who works here, with roles and last sign-ins.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_people},
    {.id = "roles",
     .keys = "alt-R",
     .label = "roles",
     .help = "Show which role gives which right.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_roles},
    {.id = "till",
     .keys = "alt-K",
     .label = "till",
     .help = "Open, count and close the till; its X and Z reports.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_till,
     .why_not = needs_store},
    {.id = "reports",
     .keys = "alt-F",
     .label = "reports",
     .help = "Show what was sold and taken, by day, product, customer, register and more.",
     .right = "reports.read",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_reports,
     .why_not = needs_store,
     .verb = "report show"},
    {.id = "teams",
     .keys = "alt-W",
     .label = "teams",
     .help = "Show who works together, and what teams take away.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_teams},
    {.id = "lock",
     .keys = "f10 alt-l",
     .word = "lock",
     .label = "lock",
     .help = "Lock this terminal, or let somebody else work here: what you have open stays yours.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK | ACTION_IN_DIALOGS,
     .run = gate_lock,
     .why_not = gate_why_open},
    {.id = "sign_out",
     .keys = "",
     .label = "sign out",
     .help = "Close what you have open and sign out of this terminal.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = gate_sign_out,
     .why_not = gate_why_open,
     .verb = "sign-out"},
    {.id = "who",
     .keys = "",
     .label = "who is here",
     .help = "Show who is signed in at this terminal.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = gate_who,
     .why_not = needs_store,
     .verb = "who"},
    {.id = "password",
     .keys = "",
     .label = "password",
     .help = "Set your password; the first one makes this shop ask for them.",
     .flags = ACTION_QUIET,
     .run = gate_password,
     .why_not = needs_store,
     .verb = "password"},
    {.id = "pin",
     .keys = "",
     .label = "PIN",
     .help = "Set the PIN that brings you back at this terminal.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = gate_pin,
     .why_not = gate_why_open,
     .verb = "pin"},
    {.id = "second_factor",
     .keys = "",
     .label = "second factor",
     .help = "Ask for a code of your telephone with your password, or no longer.",
     .flags = ACTION_QUIET,
     .run = second_factor,
     .why_not = gate_why_open},
    {.id = "day",
     .keys = "alt-E",
     .label = "day",
     .help = "Show the day of an estimator, stop by stop.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_day,
     .why_not = needs_store,
     .verb = "day"},
    {.id = "calendar",
     .keys = "alt-A",
     .label = "calendar",
     .help = "Show the appointments, and book one.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_calendar,
     .why_not = needs_store,
     .verb = "appointments list"},
    {.id = "hours",
     .keys = "",
     .label = "working hours",
     .help = "Paint when estimators can be booked, week by week.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_hours,
     .verb = "records"},
    {.id = "days_off",
     .keys = "",
     .label = "days off",
     .help = "Show the days on which estimators work other hours, or not at all.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_days_off,
     .verb = "records"},
    {.id = "feeds",
     .keys = "",
     .label = "feeds",
     .help = "Show the calendars that are read from elsewhere.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_feeds,
     .verb = "calendar feeds"},
    {.id = "reminders",
     .keys = "",
     .label = "reminders",
     .help = "Show which reminders of appointments went out, and which did not.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_reminders,
     .verb = "reminders list"},
    {.id = "todo",
     .keys = "alt-t",
     .label = "to do",
     .help = "Show what you mean to do, and write down more.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_todos,
     .why_not = needs_store,
     .verb = "todo list"},
    {.id = "notices",
     .keys = "alt-w",
     .label = "notices",
     .help = "Show what the shop tells you.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_notices,
     .why_not = needs_store,
     .verb = "notices list"},
    {.id = "channels",
     .keys = "alt-T",
     .label = "channels",
     .help = "Show what the people of the shop say to each other.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_channels,
     .why_not = needs_store},
    {.id = "about",
     .keys = "M alt-M",
     .label = "messages about it",
     .help = "Show what was said about the order, product, customer or till here, and say more.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_about,
     .why_not = why_not_about},
    {.id = "purchases",
     .keys = "alt-B",
     .label = "purchase orders",
     .help = "Show what is ordered from suppliers, and receive what comes.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_purchases,
     .why_not = needs_store,
     .verb = "purchase list"},
    {.id = "reorder",
     .keys = "alt-N",
     .label = "reorder",
     .help = "Show what runs short and is to be bought.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_reorder,
     .why_not = needs_store,
     .verb = "reorder list"},
    {.id = "suppliers",
     .keys = "",
     .label = "suppliers",
     .help = "Show whom the shop buys from, and what.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK,
     .run = open_suppliers,
     .why_not = needs_store,
     .verb = "suppliers list"},
    {.id = "theme",
     .keys = "alt-v",
     .label = "theme",
     .help = "Change to the next colour theme.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK | ACTION_IN_DIALOGS | ACTION_BOUND,
     .run = next_theme},
    {.id = "mouse",
     .keys = "alt-m",
     .label = "mouse",
     .help = "Turn the mouse on or off.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK | ACTION_IN_DIALOGS | ACTION_BOUND,
     .run = toggle_mouse},
    {.id = "redraw",
     .keys = "ctrl-l",
     .label = "redraw",
     .help = "Paint the whole screen again.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK | ACTION_IN_DIALOGS | ACTION_BOUND,
     .run = repaint},
    {.id = "suspend",
     .keys = "ctrl-z",
     .label = "suspend",
     .help = "Go back to the shell for a while; fg returns.",
     .flags = ACTION_QUIET | ACTION_OFFLINE_OK | ACTION_IN_DIALOGS,
     .run = suspend},
    {.id = "quit",
     .keys = "ctrl-q",
     .label = "quit",
     .help = "End the program.",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = quit},
};

const struct action_table global_actions = {"global", actions, sizeof actions / sizeof actions[0]};
