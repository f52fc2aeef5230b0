/* Free places: a wish in words, a list, and Enter books. */
#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/calendar/slots.h"
#include "tui/screens/appointment_words.h"
#include "tui/screens/calendar_windows.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/picker.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_LIMIT = 200, SLOTS_MOST = 400 };

/* From the words to the list; on the reader while it looks. */
struct search {
    struct app *app;
    struct booking_listens listens;
    place_picked *picked; /* NULL: the form for a booking */
    void *context;
    struct arena *arena;
    struct slot_wish wish;
    char *words;
    struct slot *slots;
    size_t count;
    int64_t now;
};

static void search_free(struct search *search)
{
    arena_free(search->arena);
    free(search->words);
    free(search);
}

static bool read_wish(struct app *app, const char *words, struct slot_wish *wish, struct error *err)
{
    const struct env *env = store_env(app_store(app));
    *wish = (struct slot_wish){.limit = SLOTS_MOST};
    return slot_wish_read(app_store(app), words, env_now(env), env->zone, wish, err);
}

/* The question for the words. */
struct asking {
    struct app *app;
    struct booking_listens listens;
};

static bool check(void *context, const char *text, struct error *err)
{
    const struct asking *asking = context;
    struct slot_wish wish;
    return read_wish(asking->app, text, &wish, err);
}

/* Each word that was typed stands in what is shown. */
static bool fits(const char *shown, const char *typed, struct arena *arena)
{
    const char *folded = text_fold(shown, arena);
    char *rest = arena_text(arena, text_fold(typed, arena));
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
        if (word[0] != '\0' && strstr(folded, word) == NULL)
            return false;
    return true;
}

static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    const struct search *search = context;
    const struct env *env = store_env(app_store(search->app));
    size_t kept = 0;
    for (size_t i = 0; i < search->count && kept < limit; i++) {
        const struct slot *slot = &search->slots[i];
        char when[APPOINTMENT_WHEN_SIZE];
        appointment_when(slot->starts_at, slot->ends_at, search->now, env->zone, when);
        const char *near =
            slot->closeness > 0 && slot->closeness < SLOT_NEAR_SIZE
                ? arena_format(arena, "near, %d of %zu", slot->closeness, strlen(search->wish.near))
                : NULL;
        const char *shown = arena_format(arena, "%s  %s", when, slot->estimator);
        if (fits(shown, typed, arena))
            out[kept++] = (struct picker_item){
                .shown = {.text = arena_text(arena, when), .detail = slot->estimator, .note = near},
                .value = slot};
    }
    return kept;
}

static void book(struct app *app, const struct search *search, const struct slot *slot)
{
    const struct slot_wish *wish = &search->wish;
    const struct booking_start start = {
        .estimator_id = slot->estimator_id,
        .service_id = wish->service_id,
        .type_id = wish->type_id,
        .customer_id = wish->customer_id,
        .resource_id = wish->resource_count > 0 ? wish->resources[0] : (struct uuid){{0}},
        .starts_at = slot->starts_at,
        .listens = search->listens,
        .duration_minutes = (int)((slot->ends_at - slot->starts_at) / (60 * SECOND_US))};
    booking_form_open(app, &start);
}

static void picked(struct app *app, void *context, const struct picker_item *item)
{
    struct search *search = context;
    const struct slot *slot = item != NULL ? item->value : NULL;
    if (search->picked != NULL)
        search->picked(app, search->context, slot, &search->wish);
    else if (slot != NULL)
        book(app, search, slot);
    search_free(search);
}

static bool work(struct store *store, void *data, struct error *err)
{
    struct search *search = data;
    return slots_find(store, &search->wish, search->now, search->arena, &search->slots,
                      &search->count, err);
}

static void done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct search *search = data;
    if (!worked || search->count == 0) {
        if (worked)
            app_toast(app, TOAST_WARNING, "%s: nothing is free; try other days or fewer wishes.",
                      search->words);
        else if (err->code != ERROR_STOPPED)
            app_toast_error(app, err);
        if (search->picked != NULL)
            search->picked(app, search->context, NULL, &search->wish);
        search_free(search);
        return;
    }
    const struct picker picker = {.title = search->words,
                                  .hint = "a day, an hour or a name narrows it",
                                  .find = find,
                                  .done = picked,
                                  .context = search};
    picker_open(app, &picker);
    app_redraw(app);
}

static struct search *new_search(struct app *app, const char *words)
{
    struct search *search = memory_new(sizeof *search);
    *search = (struct search){.app = app,
                              .arena = arena_new(),
                              .words = memory_text(words),
                              .now = env_now(store_env(app_store(app)))};
    return search;
}

static void start(struct search *search)
{
    app_read(search->app,
             (struct job){.owner = search, .work = work, .done = done, .data = search});
}

static void look(struct app *app, const struct booking_listens *listens, const char *words)
{
    struct search *search = new_search(app, words);
    search->listens = *listens;
    if (read_wish(app, words, &search->wish, NULL))
        start(search);
    else
        search_free(search);
}

void free_places_pick(struct app *app, const struct slot_wish *wish, const char *title,
                      place_picked *picked_one, void *context)
{
    struct search *search = new_search(app, title);
    search->wish = *wish;
    search->picked = picked_one;
    search->context = context;
    start(search);
}

static void words_given(struct app *app, void *context, const char *text)
{
    struct asking *asking = context;
    if (text != NULL)
        look(app, &asking->listens, text);
    free(asking);
}

void free_places_ask(struct app *app, const char *words, struct booking_listens listens)
{
    struct asking *asking = memory_new(sizeof *asking);
    *asking = (struct asking){app, listens};
    const struct dialog_prompt prompt = {
        .title = "What is to be free?",
        .text = "How long, when, who, where: 90 min, next week, anyone, near 10115",
        .start = words,
        .hint = "90 min, next week, anyone, near 10115",
        .limit = WORDS_LIMIT,
        .check = check,
        .done = words_given,
        .context = asking};
    dialog_prompt(app, &prompt);
}
