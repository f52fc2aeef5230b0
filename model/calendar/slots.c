#include "model/calendar/slots.h"

#include "model/base/instant.h"
#include "model/calendar/slot_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_MINUTES = 1440 };

struct list {
    struct slot *slots;
    size_t count, capacity;
};

static void list_add(struct list *list, struct slot slot)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 256 : list->capacity * 2;
        list->slots = memory_resize(list->slots, list->capacity, sizeof *list->slots);
    }
    list->slots[list->count++] = slot;
}

/* Spaces and capitals are written as people like. */
static int shared_characters(const char *near, const char *code)
{
    int shared = 0;
    for (;; near++, code++, shared++) {
        near += strspn(near, " -");
        code += strspn(code, " -");
        if (*near == '\0' || tolower((unsigned char)*near) != tolower((unsigned char)*code))
            return shared;
    }
}

/* How near the nearest of a day's addresses is. */
static int closeness_of(const struct slot_day *day, const char *near)
{
    const size_t which = (size_t)(day->member - day->book->roster.members);
    const int64_t begins = roster_midnight(day->member, day->day);
    const int64_t ends = roster_midnight(day->member, day->day + 1);
    int closest = 0;
    for (size_t i = 0; i < day->book->busy_counts[which]; i++) {
        const struct slot_busy *busy = &day->book->busy[which][i];
        if (busy->starts_at < begins || busy->starts_at >= ends)
            continue;
        const int shared = shared_characters(near, busy->postal_code);
        closest = shared > closest ? shared : closest;
    }
    return closest;
}

static bool is_in_hours(const struct slot_wish *wish, const struct slot_day *day, int64_t starts_at)
{
    if (wish->from_minute == 0 && wish->until_minute == 0)
        return true;
    struct clock_time local = {.hour = 0};
    instant_to_local(starts_at, day->member->zone, &local);
    const int minute = local.hour * 60 + local.minute;
    return minute >= wish->from_minute &&
           minute < (wish->until_minute > 0 ? wish->until_minute : DAY_MINUTES);
}

static void add_span(const struct slot_search *search, const struct slot_day *day,
                     const struct span *span, int closeness, struct list *list)
{
    const struct slot_wish *wish = search->wish;
    const struct slot_terms *terms = &day->book->terms;
    const int64_t step = day->book->step_minutes * MINUTE_US;
    const int minutes = wish->duration_minutes > 0 ? wish->duration_minutes
                                                   : slot_book_minutes(day->book, day->member);
    const int64_t lasts = minutes * MINUTE_US;
    const int64_t least = span->from > search->from ? span->from : search->from;
    const int64_t steps = (least - span->counts_from + step - 1) / step;
    for (int64_t starts = span->counts_from + steps * step;
         starts < search->until && starts + lasts <= span->until; starts += step) {
        const struct slot_busy *clash;
        if (is_in_hours(wish, day, starts) &&
            slot_judge(day, starts, starts + lasts, &clash) == SLOT_FREE)
            list_add(list,
                     (struct slot){
                         .estimator_id = day->member->id,
                         .estimator = day->member->name,
                         .zone = day->member->zone,
                         .starts_at = starts,
                         .ends_at = starts + lasts,
                         .busy_from = starts - terms->buffer_before_minutes * MINUTE_US,
                         .busy_until = starts + lasts + terms->buffer_after_minutes * MINUTE_US,
                         .closeness = closeness,
                     });
    }
}

static void add_day(const struct slot_search *search, const struct slot_book *book,
                    const struct roster_member *member, int64_t day, struct arena *scratch,
                    struct list *list)
{
    const int minutes = search->wish->duration_minutes > 0 ? search->wish->duration_minutes
                                                           : slot_book_minutes(book, member);
    const struct slot_day of = slot_day_of(book, member, day, minutes, scratch);
    const char *near = search->wish->near;
    const int closeness = near[0] != '\0' ? closeness_of(&of, near) : 0;
    for (size_t i = 0; i < of.span_count; i++)
        if (of.spans[i].kind == SPAN_WORK)
            add_span(search, &of, &of.spans[i], closeness, list);
}

static int compare_slots(const void *a, const void *b)
{
    const struct slot *left = a, *right = b;
    if (left->closeness != right->closeness)
        return left->closeness > right->closeness ? -1 : 1;
    if (left->starts_at != right->starts_at)
        return left->starts_at < right->starts_at ? -1 : 1;
    const int order = strcmp(left->estimator, right->estimator);
    return order != 0 ? order
                      : memcmp(&left->estimator_id, &right->estimator_id, sizeof(struct uuid));
}

/* Days begin up to 26 hours apart in the zones of the earth: what begins first is found once there
 * are enough, and two days more. */
static bool is_enough(const struct slot_search *search, const struct list *list, int *more)
{
    enum { DAYS_APART = 2 };
    const size_t limit = search->wish->limit;
    if (limit == 0 || search->wish->near[0] != '\0' || list->count < limit)
        return false;
    return (*more)++ >= DAYS_APART;
}

bool slot_search_run(struct store *store, const struct slot_search *search, struct arena *arena,
                     struct slot **out, size_t *count, struct error *err)
{
    struct slot_book book;
    struct list list = {.count = 0};
    struct arena *scratch = NULL;
    int more = 0;
    *out = NULL;
    *count = 0;
    if (!slot_book_load(store, search, arena, &book, err))
        return false;
    scratch = arena_new();
    const int64_t first = search->from / DAY_US - 2, last = search->until / DAY_US + 2;
    for (int64_t day = first; day <= last && !is_enough(search, &list, &more); day++) {
        for (size_t i = 0; i < book.roster.count; i++)
            add_day(search, &book, &book.roster.members[i], day, scratch, &list);
        arena_reset(scratch);
    }
    if (list.count > 1)
        qsort(list.slots, list.count, sizeof *list.slots, compare_slots);
    *count = search->wish->limit > 0 && list.count > search->wish->limit ? search->wish->limit
                                                                         : list.count;
    *out = arena_alloc(arena, (*count + 1) * sizeof **out);
    if (*count > 0)
        memcpy(*out, list.slots, *count * sizeof **out);
    free(list.slots);
    arena_free(scratch);
    return true;
}

bool slots_find(struct store *store, const struct slot_wish *wish, int64_t now, struct arena *arena,
                struct slot **out, size_t *count, struct error *err)
{
    struct slot_search search = {.wish = wish, .now = now};
    search.from = wish->from > now ? wish->from : now;
    search.until = wish->until > 0 ? wish->until : search.from + SLOT_DAYS * DAY_US;
    *out = NULL;
    *count = 0;
    if (search.until - search.from > SLOT_DAYS_MAX * DAY_US)
        return error_set(err, ERROR_INPUT,
                         "%d days are more than can be searched at once: give a day or a month",
                         (int)((search.until - search.from) / DAY_US));
    return search.until <= search.from || slot_search_run(store, &search, arena, out, count, err);
}
