#include "tui/screens/waiting_offer.h"

#include "model/base/instant.h"
#include "model/people/due.h"
#include "tui/screens/appointment_ask.h"
#include "tui/screens/appointment_words.h"
#include "tui/screens/calendar_windows.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/list.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MOST = 100, UNTIL_LIMIT = 40, MATCHES_MOST = 30 };

/* One place for one entry, until it is offered or booked. */
struct offering {
    struct app *app;
    struct uuid entry;
    struct waiting_place place;
    bool has_place;                               /* false: the one that was offered */
    struct uuid others[APPOINTMENTS_AT_ONCE_MAX]; /* cancelled ones whose places come next */
    size_t other_count;
};

static void report(struct app *app, bool is_done, const char *words, const struct error *err)
{
    if (is_done)
        app_toast(app, TOAST_INFO, "%s; u takes it back.", words);
    else
        app_toast_error(app, err);
    app_refresh(app);
}

static void finish(struct app *app, struct offering *offering)
{
    struct uuid rest[APPOINTMENTS_AT_ONCE_MAX];
    const size_t count = offering->other_count;
    memcpy(rest, offering->others, count * sizeof *rest);
    free(offering);
    if (count > 0)
        waiting_offer_place(app, rest, count);
}

static bool check_until(void *context, const char *text, struct error *err)
{
    const struct offering *offering = context;
    const struct env *env = store_env(app_store(offering->app));
    int64_t until;
    return due_parse(text, env, &until, err) &&
           (until > env_now(env) ||
            error_set(err, ERROR_INPUT, "Say until when it is offered: tomorrow 12:00, 2h."));
}

static void until_given(struct app *app, void *context, const char *text)
{
    struct offering *offering = context;
    struct error err;
    int64_t until;
    if (text != NULL && due_parse(text, store_env(app_store(app)), &until, &err))
        report(app,
               waiting_offer(app_store(app), app_actor(app), &offering->entry, &offering->place,
                             until, &err),
               "Offered", &err);
    finish(app, offering);
}

static void ask_until(struct app *app, struct offering *offering)
{
    const struct env *env = store_env(app_store(app));
    char when[APPOINTMENT_WHEN_SIZE];
    struct arena *arena = arena_new();
    appointment_when(offering->place.starts_at, offering->place.ends_at, env_now(env), env->zone,
                     when);
    const struct dialog_prompt prompt = {
        .title = arena_format(arena, "Offer %s", when),
        .text = "Until when? The place is not kept free meanwhile. Then call them.",
        .start = "tomorrow 12:00",
        .limit = UNTIL_LIMIT,
        .check = check_until,
        .done = until_given,
        .context = offering};
    dialog_prompt(app, &prompt);
    arena_free(arena);
}

static bool book(struct app *app, const struct offering *offering, bool is_forced,
                 struct error *err)
{
    struct uuid id;
    return waiting_book(app_store(app), app_actor(app), &offering->entry,
                        offering->has_place ? &offering->place : NULL, is_forced, &id, err);
}

static void forced(struct app *app, void *context, bool is_confirmed)
{
    struct error err;
    if (is_confirmed)
        report(app, book(app, context, true, &err), "Booked", &err);
    finish(app, context);
}

static void book_place(struct app *app, struct offering *offering)
{
    struct error err;
    bool is_done = book(app, offering, false, &err);
    if (!is_done && appointment_ask_may_force(&err)) {
        const struct dialog_question question = {.title = "Book against the rules?",
                                                 .text = err.text,
                                                 .yes = "Book it all the same",
                                                 .no = "Leave it",
                                                 .done = forced,
                                                 .context = offering};
        dialog_confirm(app, &question);
        return;
    }
    report(app, is_done, "Booked", &err);
    finish(app, offering);
}

/* Where the entry could go: a list of free places. */
struct finding {
    struct uuid entry;
    enum waiting_for what;
};

static void place_chosen(struct app *app, void *context, const struct slot *slot,
                         const struct slot_wish *wish)
{
    struct finding *finding = context;
    if (slot != NULL) {
        struct offering *offering = memory_new(sizeof *offering);
        *offering = (struct offering){.app = app,
                                      .entry = finding->entry,
                                      .has_place = true,
                                      .place = {.estimator_id = slot->estimator_id,
                                                .service_id = wish->service_id,
                                                .type_id = wish->type_id,
                                                .starts_at = slot->starts_at,
                                                .ends_at = slot->ends_at}};
        if (finding->what == WAITING_TO_OFFER)
            ask_until(app, offering);
        else
            book_place(app, offering);
    }
    free(finding);
}

/* The midnight that a date begins with here; `fallback` where there is none. */
static int64_t midnight(struct app *app, const char *text, int days, int64_t fallback)
{
    struct clock_time local = {.hour = 0};
    int64_t at;
    if (text == NULL || !date_parse(text, &local.date))
        return fallback;
    local.date = date_from_number(date_number(local.date) + days);
    return instant_from_local(&local, store_env(app_store(app))->zone, &at) ? at : fallback;
}

void waiting_find_place(struct app *app, const struct uuid *entry, enum waiting_for what)
{
    struct waiting_entry found;
    struct error err;
    struct arena *arena = arena_new();
    const int64_t now = env_now(store_env(app_store(app)));
    int is_there = waiting_load(app_store(app), entry, arena, &found, &err);
    if (is_there == 1 && what == WAITING_TO_BOOK && strcmp(found.status, "offered") == 0) {
        struct offering *offering = memory_new(sizeof *offering);
        offering->app = app;
        offering->entry = *entry;
        book_place(app, offering);
    } else if (is_there == 1) {
        const int64_t from = midnight(app, found.first_day, 0, now);
        const struct slot_wish wish = {.service_id = found.service_id,
                                       .type_id = found.type_id,
                                       .estimator_id = found.estimator_id,
                                       .location_id = found.location_id,
                                       .from = from > now ? from : now,
                                       .until = midnight(app, found.last_day, 1, 0),
                                       .limit = SLOTS_MOST};
        struct finding *finding = memory_new(sizeof *finding);
        *finding = (struct finding){*entry, what};
        free_places_pick(app, &wish, arena_format(arena, "A place for %s", found.name),
                         place_chosen, finding);
    } else if (is_there < 0) {
        app_toast_error(app, &err);
    }
    arena_free(arena);
}

/* The question that comes after a cancellation: who of those that wait is offered the place. */
struct matching {
    struct offering *offering;
    struct uuid entries[MATCHES_MOST];
    size_t count;
};

static void match_chosen(struct app *app, void *context, int chosen)
{
    struct matching *matching = context;
    if (chosen >= 0 && (size_t)chosen < matching->count) {
        matching->offering->entry = matching->entries[chosen];
        ask_until(app, matching->offering);
    } else {
        finish(app, matching->offering);
    }
    free(matching);
}

static void ask_match(struct app *app, struct offering *offering,
                      const struct waiting_entry *entries, size_t count, struct arena *arena)
{
    const struct env *env = store_env(app_store(app));
    struct list_item *items = arena_alloc(arena, (count + 1) * sizeof *items);
    struct matching *matching = memory_new(sizeof *matching);
    char when[APPOINTMENT_WHEN_SIZE];
    matching->offering = offering;
    matching->count = count;
    appointment_when(offering->place.starts_at, offering->place.ends_at, env_now(env), env->zone,
                     when);
    for (size_t i = 0; i < count; i++) {
        matching->entries[i] = entries[i].id;
        items[i] = (struct list_item){
            .text = entries[i].name, .detail = entries[i].phone, .note = entries[i].times};
    }
    items[count] = (struct list_item){.text = "Nobody"};
    const struct dialog_choice choice = {
        .title = arena_format(arena, "Free now: %s", when),
        .text = "They wait for such a place, who waits longest first. Offer it to:",
        .items = items,
        .count = count + 1,
        .done = match_chosen,
        .context = matching};
    dialog_choose(app, &choice);
}

void waiting_offer_place(struct app *app, const struct uuid *ids, size_t count)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < count; i++) {
        struct appointment gone;
        struct waiting_entry *entries;
        if (appointment_load(app_store(app), &ids[i], arena, &gone, NULL) != 1)
            continue;
        struct waiting_place place = waiting_place_of(&gone);
        int found = waiting_matches(app_store(app), &place, arena, &entries, NULL);
        if (found <= 0)
            continue;
        struct offering *offering = memory_new(sizeof *offering);
        offering->app = app;
        offering->place = place;
        offering->has_place = true;
        offering->other_count = count - i - 1;
        memcpy(offering->others, ids + i + 1, offering->other_count * sizeof *ids);
        ask_match(app, offering, entries, (size_t)(found < MATCHES_MOST ? found : MATCHES_MOST),
                  arena);
        break;
    }
    arena_free(arena);
}
