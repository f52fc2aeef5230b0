#include "model/base/instant.h"
#include "model/calendar/slot_parts.h"

static bool overlaps(const struct slot_busy *busy, int64_t from, int64_t until)
{
    return busy->from < until && busy->until > from;
}

static void gather(struct slot_day *day, const struct slot_busy *busy, size_t count, int64_t from,
                   int64_t until)
{
    for (size_t i = 0; i < count; i++)
        if (busy[i].is_live && overlaps(&busy[i], from, until))
            day->busy[day->busy_count++] = &busy[i];
}

struct slot_day slot_day_of(const struct slot_book *book, const struct roster_member *member,
                            int64_t day, int minutes, struct arena *arena)
{
    const size_t which = (size_t)(member - book->roster.members);
    const struct slot_busy *busy = book->busy[which];
    const size_t count = book->busy_counts[which];
    const int64_t begins = roster_midnight(member, day), ends = roster_midnight(member, day + 1);
    struct slot_day out = {
        .book = book, .member = member, .day = day, .today = roster_today(member, book->now)};
    struct span *spans;
    out.span_count = roster_day(member, day, arena, &spans);
    out.spans = spans;
    out.busy = arena_alloc(arena, (count + book->booking_count + 1) * sizeof(void *));
    const int64_t from = begins - book->terms.buffer_before_minutes * MINUTE_US;
    const int64_t until = ends + (minutes + book->terms.buffer_after_minutes) * MINUTE_US;
    gather(&out, busy, count, from, until);
    gather(&out, book->bookings, book->booking_count, from, until);
    for (size_t i = 0; i < count; i++)
        out.booked += busy[i].starts_at >= begins && busy[i].starts_at < ends;
    return out;
}

static enum slot_rule judge_hours(const struct slot_day *day, int64_t starts_at, int64_t ends_at)
{
    const int64_t step = day->book->step_minutes * MINUTE_US;
    for (size_t i = 0; i < day->span_count; i++) {
        const struct span *span = &day->spans[i];
        if (span->kind == SPAN_WORK && span->from <= starts_at && ends_at <= span->until)
            return (starts_at - span->counts_from) % step == 0 ? SLOT_FREE : SLOT_STEP;
    }
    return SLOT_HOURS;
}

enum slot_rule slot_judge(const struct slot_day *day, int64_t starts_at, int64_t ends_at,
                          const struct slot_busy **clash)
{
    const struct slot_book *book = day->book;
    const int64_t from = starts_at - book->terms.buffer_before_minutes * MINUTE_US;
    const int64_t until = ends_at + book->terms.buffer_after_minutes * MINUTE_US;
    for (size_t i = 0; i < day->busy_count; i++) {
        if (!overlaps(day->busy[i], from, until))
            continue;
        *clash = day->busy[i];
        return day->busy[i]->resource == NULL ? SLOT_TAKEN : SLOT_RESOURCE;
    }
    if (starts_at < book->now)
        return SLOT_PAST;
    if (starts_at < book->now + book->notice_minutes * MINUTE_US)
        return SLOT_NOTICE;
    if (book->days_ahead > 0 && day->day > day->today + book->days_ahead)
        return SLOT_AHEAD;
    const enum slot_rule rule = judge_hours(day, starts_at, ends_at);
    if (rule != SLOT_FREE)
        return rule;
    return book->daily_limit > 0 && day->booked >= book->daily_limit ? SLOT_FULL : SLOT_FREE;
}
