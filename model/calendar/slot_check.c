#include "model/base/instant.h"
#include "model/calendar/slot_parts.h"

#include <inttypes.h>
#include <string.h>

enum { NEAREST_DAYS = 14, DATE_SIZE = sizeof "2026-11-20" - 1 };

/* Rules that may be passed over on purpose, by the field of their error. */
static const char *const rule_names[] = {
    [SLOT_PAST] = "past",   [SLOT_NOTICE] = "notice", [SLOT_AHEAD] = "ahead",
    [SLOT_HOURS] = "hours", [SLOT_STEP] = "step",     [SLOT_FULL] = "full",
};

/* The free place that begins nearest to a time, with a semicolon before it; "" where there is none
 * in the two weeks around it. */
static bool describe_nearest(struct store *store, const struct slot_claim *claim,
                             const struct slot_wish *same, int64_t now, struct arena *arena,
                             const char **out, struct error *err)
{
    struct slot_wish wish = *same;
    struct slot_search search = {.wish = &wish, .now = now, .ignored = claim->ignored};
    struct slot *slots;
    size_t count;
    const int64_t least = claim->starts_at - NEAREST_DAYS * DAY_US;
    search.from = least > now ? least : now;
    search.until = (claim->starts_at > now ? claim->starts_at : now) + NEAREST_DAYS * DAY_US;
    *out = "; no other time is free within two weeks of it";
    if (!slot_search_run(store, &search, arena, &slots, &count, err))
        return false;
    const struct slot *nearest = NULL;
    int64_t closest = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        const int64_t apart = slots[i].starts_at > claim->starts_at
                                  ? slots[i].starts_at - claim->starts_at
                                  : claim->starts_at - slots[i].starts_at;
        if (apart < closest) {
            closest = apart;
            nearest = &slots[i];
        }
    }
    if (nearest == NULL)
        return true;
    char when[INSTANT_TEXT_SIZE];
    instant_format_local(nearest->starts_at, store_env(store)->zone, when);
    *out = arena_format(arena, "; the nearest free time is %s", when);
    return true;
}

static const char *say_minutes(int minutes, struct arena *arena)
{
    return minutes % 60 == 0 ? arena_format(arena, "%d h", minutes / 60)
                             : arena_format(arena, "%d min", minutes);
}

/* In the zone of who reads it, in which a time is typed, too. */
static const char *say_clash(const struct slot_day *day, const struct slot_busy *clash,
                             const char *zone, struct arena *arena)
{
    char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE];
    instant_format_local(clash->from, zone, from);
    instant_format_local(clash->until, zone, until);
    const bool is_one_day = strncmp(from, until, DATE_SIZE) == 0;
    return arena_format(arena, "%s is booked from %s to %s",
                        clash->resource != NULL ? clash->resource : day->member->name, from,
                        is_one_day ? until + DATE_SIZE + 1 : until);
}

static const char *say_rule(const struct slot_day *day, enum slot_rule rule,
                            const struct slot_busy *clash, const char *zone, struct arena *arena)
{
    const struct slot_book *book = day->book;
    switch (rule) {
    case SLOT_TAKEN:
    case SLOT_RESOURCE:
        return say_clash(day, clash, zone, arena);
    case SLOT_PAST:
        return "That time has passed";
    case SLOT_NOTICE:
        return arena_format(arena, "This is to be booked %s ahead",
                            say_minutes(book->notice_minutes, arena));
    case SLOT_AHEAD:
        return arena_format(arena, "This can be booked for the next %d days", book->days_ahead);
    case SLOT_HOURS:
        return arena_format(arena, "%s doesn't work then, or not for so long", day->member->name);
    case SLOT_STEP:
        return arena_format(arena, "Times here are %s apart",
                            say_minutes(book->step_minutes, arena));
    case SLOT_FULL:
        return arena_format(arena, "%s has %d appointments on that day, which is the limit",
                            day->member->name, day->booked);
    case SLOT_FREE:
        break;
    }
    return "";
}

static bool refuse(struct store *store, const struct slot_claim *claim,
                   const struct slot_wish *wish, const struct slot_day *day, enum slot_rule rule,
                   const struct slot_busy *clash, struct arena *arena, struct error *err)
{
    const char *nearest;
    const bool is_taken = rule == SLOT_TAKEN || rule == SLOT_RESOURCE;
    if (!describe_nearest(store, claim, wish, day->book->now, arena, &nearest, err))
        return false;
    return error_set_field(err, is_taken ? ERROR_CONFLICT : ERROR_RULE,
                           is_taken ? "starts_at" : rule_names[rule], "%s%s",
                           say_rule(day, rule, clash, store_env(store)->zone, arena), nearest);
}

static bool check(struct store *store, const struct slot_claim *claim, int64_t now,
                  struct arena *arena, struct error *err)
{
    struct slot_wish wish = {
        .service_id = claim->service_id,
        .type_id = claim->type_id,
        .estimator_id = claim->estimator_id,
        .resource_count = claim->resource_count,
        .duration_minutes = (int)((claim->ends_at - claim->starts_at + MINUTE_US - 1) / MINUTE_US)};
    memcpy(wish.resources, claim->resources, sizeof wish.resources);
    const struct slot_search search = {.wish = &wish,
                                       .ignored = claim->ignored,
                                       .now = now,
                                       .from = claim->starts_at,
                                       .until = claim->starts_at + 1};
    struct slot_book book;
    const struct slot_busy *clash = NULL;
    if (!slot_book_load(store, &search, arena, &book, err))
        return false;
    const struct roster_member *member = &book.roster.members[0];
    const struct slot_day day = slot_day_of(&book, member, roster_today(member, claim->starts_at),
                                            wish.duration_minutes, arena);
    const enum slot_rule rule = slot_judge(&day, claim->starts_at, claim->ends_at, &clash);
    if (rule == SLOT_FREE || (claim->is_forced && rule > SLOT_RESOURCE))
        return true;
    return refuse(store, claim, &wish, &day, rule, clash, arena, err);
}

bool slot_check(struct store *store, const struct slot_claim *claim, int64_t now, struct error *err)
{
    if (uuid_is_zero(&claim->estimator_id))
        return error_set_field(err, ERROR_INPUT, "estimator_id", "Say whose appointment it is");
    if (claim->ends_at <= claim->starts_at ||
        claim->ends_at - claim->starts_at > SLOT_DAYS_MAX * DAY_US)
        return error_set_field(err, ERROR_INPUT, "ends_at",
                               "An appointment ends after it starts, and within %d days",
                               SLOT_DAYS_MAX);
    struct arena *arena = arena_new();
    const bool is_free = check(store, claim, now, arena, err);
    arena_free(arena);
    return is_free;
}
