/* Sales that are set aside, taken up again, or thrown away. */
#include "tui/screens/sale.h"

#include "model/base/text.h"
#include "model/list/query.h"
#include "tui/screens/order_words.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTE_MAX = 200 };

static bool may_begin_another(struct counter *counter)
{
    if (sale_is_empty(&counter->sale))
        return true;
    app_toast(counter->app, TOAST_WARNING,
              "Finish this sale first, or set it aside with F5; then take up the other.");
    app_beep(counter->app);
    return false;
}

static void park(struct counter *counter, const char *note)
{
    struct error err;
    struct uuid order;
    if (!sale_park(&counter->sale, app_store(counter->app), app_actor(counter->app),
                   note[0] != '\0' ? note : NULL, &order, &err)) {
        app_toast_error(counter->app, &err);
        app_beep(counter->app);
        return;
    }
    counter_begin(counter);
    app_toast(counter->app, TOAST_INFO, "Parked; F6 takes it up again.");
}

static void note_given(struct app *app, void *context, const char *note)
{
    (void)app;
    if (note != NULL)
        park(context, note);
}

void counter_park(struct counter *counter, const char *note)
{
    const struct dialog_prompt prompt = {.title = "Park this sale",
                                         .start = counter->sale.note,
                                         .hint = "a note to know it by; Enter leaves it out",
                                         .limit = NOTE_MAX,
                                         .done = note_given,
                                         .context = counter};
    bool is_possible = counter->sale.basket.count > 0 && counter->sale.tender_count == 0;
    if (note[0] != '\0' || !is_possible) /* nobody types a note to be told that it can't be */
        park(counter, note);
    else
        dialog_prompt(counter->app, &prompt);
}

struct resuming {
    struct counter *counter;
    struct uuid order;
};

static void resume(struct counter *counter, const struct uuid *order)
{
    struct error err;
    if (!sale_resume(&counter->sale, app_store(counter->app), app_actor(counter->app), order,
                     &err)) {
        app_toast_error(counter->app, &err);
        app_beep(counter->app);
        return;
    }
    counter->cursor = counter->sale.basket.count > 0 ? counter->sale.basket.count - 1 : 0;
    counter_changed(counter, true, NULL);
}

static void resume_answered(struct app *app, void *context, bool is_confirmed)
{
    struct resuming *resuming = context;
    (void)app;
    if (is_confirmed)
        resume(resuming->counter, &resuming->order);
    free(resuming);
}

static void ask_resume(struct counter *counter, const struct order *order, bool is_copy)
{
    struct resuming *resuming = memory_new(sizeof *resuming);
    *resuming = (struct resuming){.counter = counter, .order = order->id};
    const struct dialog_question question = {
        .title = "Take it from another register?",
        .text = is_copy ? "The line is down: you sell a copy, and the other register keeps its own."
                        : "The sale moves here, and is gone there.",
        .yes = "Take it",
        .no = "Leave it there",
        .done = resume_answered,
        .context = resuming};
    dialog_confirm(counter->app, &question);
}

static void take_up(struct counter *counter, const struct uuid *id)
{
    struct error err;
    struct order order;
    struct arena *arena = arena_new();
    struct store *store = app_store(counter->app);
    int found = order_load(store, id, arena, &order, &err);
    int copy = found == 1 ? sale_resume_is_copy(store, app_actor(counter->app), id, &err) : -1;
    bool is_own =
        found == 1 && uuid_equal(&order.register_id, &app_actor(counter->app)->register_id);
    if (found == 0)
        app_toast(counter->app, TOAST_WARNING, "This sale is no longer parked.");
    else if (copy < 0)
        app_toast_error(counter->app, &err);
    else if (is_own && copy == 0)
        resume(counter, id);
    else
        ask_resume(counter, &order, copy == 1);
    arena_free(arena);
}

enum { NUMBER, CUSTOMER, TOTAL, NOTES, REGISTER, FIELD_COUNT };
static const char *const fields[FIELD_COUNT] = {"number", "customer", "total", "notes", "register"};

static struct picker_item item_of(const struct query_row *row, struct arena *arena)
{
    const char *texts[FIELD_COUNT];
    for (size_t i = 0; i < FIELD_COUNT; i++)
        texts[i] = value_as_text(row->values[i]);
    char total[ORDER_AMOUNT_SIZE];
    order_amount(row->values[TOTAL].integer, row->currency, total);
    return (struct picker_item){
        .shown = {.text = arena_format(arena, "%s  %s", texts[NUMBER],
                                       texts[CUSTOMER][0] != '\0' ? texts[CUSTOMER] : texts[NOTES]),
                  .detail = texts[CUSTOMER][0] != '\0' ? texts[NOTES] : "",
                  .note = arena_format(arena, "%s  %s", texts[REGISTER], total)},
        .value = &row->id};
}

/* They are few, so that what is typed is looked for in all that is said of each. */
static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    const struct counter *counter = context;
    struct store *store = app_store(counter->app);
    struct query query = {.source = &order_source, .sort = "placed", .descending = true};
    struct query_page page = {0};
    const char *wanted = text_fold(typed, arena);
    size_t count = 0;
    query.filter =
        filter_parse(&order_source, "status:parked", store_env(store), arena, NULL, NULL);
    if (query.filter == NULL ||
        !query_fetch(store, &query, fields, FIELD_COUNT, NULL, false, limit, arena, &page, NULL))
        return 0;
    for (size_t i = 0; i < page.count; i++) {
        out[count] = item_of(&page.rows[i], arena);
        const char *all = arena_format(arena, "%s %s %s", out[count].shown.text,
                                       out[count].shown.detail, out[count].shown.note);
        count += strstr(text_fold(all, arena), wanted) != NULL;
    }
    return count;
}

static void picked(struct app *app, void *context, const struct picker_item *item)
{
    (void)app;
    if (item != NULL)
        take_up(context, item->value);
}

void counter_pick_parked(struct counter *counter, const char *typed)
{
    const struct picker picker = {.title = "Parked sales",
                                  .hint = "customer, number or a word of the note",
                                  .start = typed,
                                  .empty = "Nothing is parked",
                                  .takes_scans = true,
                                  .find = find,
                                  .done = picked,
                                  .context = counter};
    if (may_begin_another(counter))
        picker_open(counter->app, &picker);
}

/* Why a sale is thrown away; what was typed behind the word comes first. */
static const char *const usual_reasons[] = {"Customer changed their mind", "Customer could not pay",
                                            "Rung up by mistake"};
enum { USUAL_COUNT = sizeof usual_reasons / sizeof usual_reasons[0] };

struct voiding {
    struct counter *counter;
    char *reasons[USUAL_COUNT + 1];
    size_t count;
};

static void voiding_free(struct voiding *voiding)
{
    for (size_t i = 0; i < voiding->count; i++)
        free(voiding->reasons[i]);
    free(voiding);
}

static void reason_chosen(struct app *app, void *context, int chosen)
{
    struct voiding *voiding = context;
    struct counter *counter = voiding->counter;
    struct error err;
    bool is_meant = chosen >= 0 && (size_t)chosen < voiding->count;
    if (is_meant &&
        sale_void(&counter->sale, app_store(app), app_actor(app), voiding->reasons[chosen], &err)) {
        counter_begin(counter);
        app_toast(app, TOAST_INFO, "Voided; it is recorded with its lines.");
    } else if (is_meant) {
        app_toast_error(app, &err);
    }
    voiding_free(voiding);
}

/* Whoever types or scans on must not throw a sale away: the cursor stands on the way back. */
void counter_void(struct counter *counter, const char *reason)
{
    char title[80], amount[ORDER_AMOUNT_SIZE];
    const struct basket *basket = &counter->sale.basket;
    struct voiding *voiding = memory_new(sizeof *voiding);
    struct list_item items[USUAL_COUNT + 2] = {{0}};
    voiding->counter = counter;
    if (!text_is_blank(reason))
        voiding->reasons[voiding->count++] = memory_text(reason);
    for (size_t i = 0; i < USUAL_COUNT; i++)
        voiding->reasons[voiding->count++] = memory_text(usual_reasons[i]);
    for (size_t i = 0; i < voiding->count; i++)
        items[i].text = voiding->reasons[i];
    items[voiding->count].text = "Go on with the sale";
    order_amount(basket->total_cents, basket->currency, amount);
    snprintf(title, sizeof title, "Void this sale: %zu %s, %s?", basket->count,
             basket->count == 1 ? "line" : "lines", amount);
    const struct dialog_choice choice = {.title = title,
                                         .items = items,
                                         .count = voiding->count + 1,
                                         .start = voiding->count,
                                         .done = reason_chosen,
                                         .context = voiding};
    dialog_choose(counter->app, &choice);
}
