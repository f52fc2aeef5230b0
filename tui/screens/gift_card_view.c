/* One gift card: what it holds, and everything that was put on it and taken off it. */
#include "tui/screens/gift_card_view.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/operation/record.h"
#include "model/shop/gift_card.h"
#include "tui/screens/order_words.h"
#include "tui/screens/orders.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/widgets/card.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct card_view {
    struct card card;
    struct uuid id;
};

static void add_pair(struct card_view *view, const char *label, enum role role, const char *text)
{
    card_add(&view->card, (struct card_line){.kind = CARD_PAIR,
                                             .label = label,
                                             .text = arena_text(view->card.arena, text),
                                             .role = role});
}

static void add_amount(struct card_view *view, const char *label, enum role role, int64_t cents,
                       const char *currency)
{
    char amount[ORDER_AMOUNT_SIZE];
    order_amount(cents, currency, amount);
    add_pair(view, label, role, amount);
}

static void add_card(struct card_view *view, struct store *store, const struct gift_card *card)
{
    const struct env *env = store_env(store);
    char until[INSTANT_TEXT_SIZE];
    struct error why;
    card_add_heading(&view->card, 0, card->code);
    add_amount(view, "Holds", card->balance_cents < 0 ? ROLE_DANGER : ROLE_STRONG,
               card->balance_cents, card->currency);
    if (card->is_offline && card->available_cents != card->balance_cents)
        add_amount(view, "Pays today", ROLE_WARNING, card->available_cents, card->currency);
    add_amount(view, "Sold for", ROLE_NORMAL, card->initial_cents, card->currency);
    if (card->expires_at != 0) {
        instant_format_short(card->expires_at, env_now(env), env->zone, until);
        add_pair(view, "Good until", ROLE_NORMAL, until);
    }
    if (!gift_card_check(store, card, card->currency, &why))
        add_pair(view, "State", ROLE_DANGER, why.text);
}

/* "2026-11-20 14:02  paid R1-S000012  Olga Owner" beside the amount. */
static void add_entry(struct card_view *view, const struct env *env,
                      const struct gift_card_entry *entry, const char *currency)
{
    static const char *const words[][2] = {{"issue", "sold"},
                                           {"redeem", "paid"},
                                           {"refund", "back from"},
                                           {"adjust", "taken back"},
                                           {"expire", "expired"}};
    char when[INSTANT_TEXT_SIZE], amount[ORDER_AMOUNT_SIZE];
    const char *word = entry->kind;
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(words[i][0], entry->kind) == 0)
            word = words[i][1];
    instant_format_short(entry->occurred_at, env_now(env), env->zone, when);
    order_amount(entry->amount_cents, currency, amount);
    card_add(&view->card, (struct card_line){
                              .kind = CARD_PAIR,
                              .label = arena_text(view->card.arena, when),
                              .text = arena_format(view->card.arena, "%14s  %s %s  %s%s%s", amount,
                                                   word, entry->order, entry->person,
                                                   entry->note[0] != '\0' ? "  " : "", entry->note),
                              .is_link = !uuid_is_zero(&entry->order_id),
                              .value = entry});
}

static bool fill(struct app *app, struct card_view *view)
{
    struct store *store = app_store(app);
    struct gift_card card;
    struct gift_card_entry *entries;
    struct error err;
    card_clear(&view->card);
    if (!gift_card_require(store, &view->id, &card, &err)) {
        app_toast_error(app, &err);
        return false;
    }
    add_card(view, store, &card);
    int count = gift_card_entries(store, &view->id, view->card.arena, &entries, &err);
    card_add_heading(&view->card, 0, "What was put on it and taken off");
    for (int i = 0; i < count; i++)
        add_entry(view, store_env(store), &entries[i], card.currency);
    if (count < 0)
        app_toast_error(app, &err);
    return count >= 0;
}

static unsigned open_order(struct app *app, void *state)
{
    const struct card_line *line = card_current(&((struct card_view *)state)->card);
    const struct gift_card_entry *entry = line != NULL ? line->value : NULL;
    struct error err;
    if (entry != NULL && !uuid_is_zero(&entry->order_id) &&
        !order_detail_open(app, &entry->order_id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static unsigned show_record(struct app *app, void *state)
{
    record_view_show(app, "gift_cards", &((struct card_view *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct card_view *view = state;
    if (event->kind == EVENT_MOUSE && event->mouse == MOUSE_DOUBLE &&
        card_is_at(&view->card, event))
        return open_order(app, state);
    return card_handle(&view->card, event);
}

static void refresh(struct app *app, void *state)
{
    fill(app, state);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    card_draw(&((struct card_view *)state)->card, pane, true);
}

static bool has_row(const void *state)
{
    return card_current(&((const struct card_view *)state)->card) != NULL;
}

static void close_view(struct app *app, void *state)
{
    struct card_view *view = state;
    (void)app;
    card_done(&view->card);
    free(view);
}

static const struct action actions[] = {
    {.id = "gift_card.order",
     .keys = "enter",
     .label = "order",
     .help = "Show the order that the entry under the cursor belongs to.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_order},
    {.id = "gift_card.record",
     .keys = "r",
     .label = "all fields",
     .help = "Show the gift card with all that is known of it.",
     .flags = ACTION_OFFLINE_OK,
     .run = show_record},
};

const struct window_ops gift_card_ops = {
    .name = "gift_card",
    .title = "Gift card",
    .help =
        "What a gift card holds, and what was put on it and taken off it: the one is the sum of "
        "the other.",
    .actions = {"gift_card", actions, COUNT(actions)},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_row = has_row,
    .close = close_view,
};

void gift_card_show(struct app *app, const struct uuid *id)
{
    struct card_view *view = memory_new(sizeof *view);
    card_init(&view->card);
    view->id = *id;
    if (fill(app, view))
        app_push(app, &gift_card_ops, view);
    else
        close_view(app, view);
}
