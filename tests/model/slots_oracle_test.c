/* What is free in random weeks, beside an oracle that asks every minute. SLOTS_WEEKS says how many,
 * SLOTS_SEED which. */
#include "model/base/instant.h"
#include "model/calendar/slots.h"
#include "tests/model/calendar.h"
#include "tests/model/slots_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WEEKS = 300, CHECKS = 12, PERSON = 0xc0, PLACE = 0xd0, TYPE = 0xe1, BOOKING = 1 };

#define MINUTE_US (60 * SECOND_US)

static uint64_t state_of_chance;
static int64_t places; /* that were free in all weeks */

static int below(int count)
{
    state_of_chance =
        state_of_chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((state_of_chance >> 33) % (uint64_t)count);
}

static bool chance(int percent)
{
    return below(100) < percent;
}

static const char *some_status(void)
{
    static const char *const all[] = {"tentative",   "scheduled", "confirmed", "scheduled",
                                      "in_progress", "completed", "cancelled", "no_show"};
    return all[below(sizeof all / sizeof all[0])];
}

/* Clocks of a span: often at night, where clocks change, and at the ends of the day. */
static void some_clocks(int *from, int *until)
{
    *from = chance(50) ? 5 * below(60) : 5 * below(288);
    *until = *from + 5 + 5 * below(chance(50) ? 30 : 120);
    *until = *until >= ORACLE_DAY || chance(8) ? ORACLE_DAY : *until;
}

static void make_person(struct oracle_person *person, int day)
{
    *person = (struct oracle_person){.zone = below(ORACLE_ZONES),
                                     .does_it = chance(90),
                                     .minutes = chance(30) ? 10 + 5 * below(30) : 0};
    person->hour_count = 4 + below(14);
    for (int i = 0; i < person->hour_count; i++) {
        struct oracle_hours *hours = &person->hours[i];
        hours->weekday = below(7);
        some_clocks(&hours->from, &hours->until);
        hours->first_day = chance(15) ? day + below(8) : 0;
        hours->last_day = chance(15) ? day + 3 + below(8) : 99999;
        hours->last_day = hours->last_day < hours->first_day ? hours->first_day : hours->last_day;
        hours->is_active = chance(95);
    }
    person->exception_count = below(5);
    for (int i = 0; i < person->exception_count; i++) {
        struct oracle_exception *exception = &person->exceptions[i];
        exception->first_day = day - 2 + below(9);
        exception->last_day = exception->first_day + (chance(70) ? 0 : below(4));
        exception->is_worked = chance(40);
        exception->until = ORACLE_DAY;
        if (chance(70))
            some_clocks(&exception->from, &exception->until);
    }
}

/* Weeks in which the clock changes somewhere are a third of all. */
static int some_day(void)
{
    static const int changes[] = {66, 87, 94, 276, 297, 304, 430, 451};
    return ORACLE_FIRST_DAY + (chance(35)
                                   ? changes[below(sizeof changes / sizeof changes[0])] - below(5)
                                   : 30 + below(ORACLE_DAYS - 90));
}

static void make_week(struct oracle_week *week, int day)
{
    *week = (struct oracle_week){.person_count = 1 + below(ORACLE_PEOPLE),
                                 .booking_count = below(ORACLE_ROWS),
                                 .minutes = 5 + 5 * below(30),
                                 .before = chance(50) ? 5 * below(12) : 0,
                                 .after = chance(50) ? 5 * below(12) : 0,
                                 .notice = chance(50) ? below(3000) : 0,
                                 .ahead = chance(40) ? 1 + below(8) : 0,
                                 .step = chance(80) ? 5 * (1 + below(12)) : 1 + below(50),
                                 .limit = chance(40) ? 1 + below(4) : 0,
                                 .has_policy = chance(80),
                                 .needs_resource = chance(40),
                                 .now = (int64_t)day * DAY_US + below(86400 * 4) * SECOND_US -
                                        2 * DAY_US + below(2) * 500,
                                 .ignored = -1};
    for (int i = 0; i < week->person_count; i++)
        make_person(&week->people[i], day);
    for (int i = 0; i < week->booking_count; i++) {
        struct oracle_booking *booking = &week->bookings[i];
        booking->person = chance(15) ? -1 : below(week->person_count);
        booking->starts = (day - 3) * ORACLE_DAY + below(12 * ORACLE_DAY);
        booking->ends = booking->starts + 1 + (chance(4) ? below(5 * ORACLE_DAY) : 5 * below(30));
        if (booking->person >= 0) {
            booking->before = chance(30) ? (chance(5) ? below(3000) : below(60)) : 0;
            booking->after = chance(30) ? (chance(5) ? below(3000) : below(60)) : 0;
        }
        booking->status = some_status();
    }
}

static void add_clock(struct buffer *sql, int clock)
{
    buffer_format(sql, clock == ORACLE_DAY ? "'23:59:59'" : "'%02d:%02d:00'", clock / 60,
                  clock % 60);
}

static void add_day(struct buffer *sql, int day)
{
    char text[DATE_TEXT_SIZE];
    date_format(date_from_number(day), text);
    buffer_format(sql, day == 0 || day == 99999 ? "NULL" : "'%s'", text);
}

static void write_times(struct buffer *sql, const struct oracle_person *person, const char *id)
{
    for (int i = 0; i < person->hour_count; i++) {
        const struct oracle_hours *hours = &person->hours[i];
        buffer_format(
            sql,
            "INSERT INTO availabilities (tenant_id, estimator_id, day_of_week, is_active, "
            "start_time, end_time, valid_from, valid_to) VALUES (" TENANT ", %s, %d, %d, ",
            id, hours->weekday, hours->is_active);
        add_clock(sql, hours->from);
        buffer_add(sql, ", ");
        add_clock(sql, hours->until);
        buffer_add(sql, ", ");
        add_day(sql, hours->first_day);
        buffer_add(sql, ", ");
        add_day(sql, hours->last_day);
        buffer_add(sql, ");");
    }
    for (int i = 0; i < person->exception_count; i++) {
        const struct oracle_exception *exception = &person->exceptions[i];
        buffer_format(sql,
                      "INSERT INTO availability_exceptions (tenant_id, estimator_id, is_available, "
                      "first_day, last_day, start_time, end_time) VALUES (" TENANT ", %s, %d, ",
                      id, exception->is_worked);
        add_day(sql, exception->first_day);
        buffer_add(sql, ", ");
        add_day(sql, exception->last_day);
        const bool is_whole = exception->from == 0 && exception->until == ORACLE_DAY;
        buffer_add(sql, is_whole ? ", NULL, NULL" : ", ");
        if (!is_whole) {
            add_clock(sql, exception->from);
            buffer_add(sql, ", ");
            add_clock(sql, exception->until);
        }
        buffer_add(sql, ");");
    }
}

static void write_people(struct shop *shop, struct buffer *sql, const struct oracle_week *week)
{
    for (int i = 0; i < week->person_count; i++) {
        const struct oracle_person *person = &week->people[i];
        const char *id = calendar_sql(shop, PERSON + i), *place = calendar_sql(shop, PLACE + i);
        buffer_format(sql,
                      "INSERT INTO locations (id, tenant_id, name, timezone) VALUES (%s, " TENANT
                      ", 'Place %d', '%s');",
                      place, i, oracle_zones[person->zone]);
        buffer_format(
            sql,
            "INSERT INTO estimators (id, tenant_id, name, location_id) VALUES (%s, " TENANT
            ", 'Person %d', %s);",
            id, i, place);
        if (person->does_it)
            buffer_format(sql,
                          "INSERT INTO estimator_services (tenant_id, estimator_id, service_id, "
                          "duration_minutes) VALUES (" TENANT ", %s, %s, nullif(%d, 0));",
                          id, calendar_sql(shop, MEASURING), person->minutes);
        write_times(sql, person, id);
    }
}

static void write_week(struct shop *shop, struct buffer *sql, const struct oracle_week *week)
{
    write_people(shop, sql, week);
    buffer_format(sql,
                  "UPDATE booking_policies SET buffer_before_minutes = %d, buffer_after_minutes = "
                  "%d, minimum_notice_minutes = %d, maximum_days_ahead = nullif(%d, 0), "
                  "slot_interval_minutes = %d, daily_limit = nullif(%d, 0);",
                  week->before, week->after, week->notice, week->ahead, week->step, week->limit);
    buffer_format(sql,
                  "INSERT INTO appointment_types (id, tenant_id, name, duration_minutes, "
                  "service_id, booking_policy_id) VALUES (%s, " TENANT ", 'Type', %d, %s, %s);",
                  calendar_sql(shop, TYPE), week->minutes, calendar_sql(shop, MEASURING),
                  week->has_policy ? calendar_sql(shop, POLICY) : "NULL");
    for (int i = 0; i < week->booking_count; i++) {
        const struct oracle_booking *b = &week->bookings[i];
        const long long starts = b->starts * MINUTE_US, ends = b->ends * MINUTE_US;
        if (b->person < 0)
            buffer_format(sql,
                          "INSERT INTO resource_bookings (tenant_id, resource_id, starts_at, "
                          "ends_at, status) VALUES (" TENANT ", %s, %lld, %lld, '%s');",
                          calendar_sql(shop, VAN), starts, ends, b->status);
        else
            buffer_format(sql,
                          "INSERT INTO appointments (id, tenant_id, first_name, last_name, "
                          "estimator_id, starts_at, ends_at, status, buffer_before_minutes, "
                          "buffer_after_minutes) VALUES (%s, " TENANT
                          ", 'A', 'B', %s, %lld, %lld, '%s', %d, %d);",
                          calendar_sql(shop, BOOKING + i), calendar_sql(shop, PERSON + b->person),
                          starts, ends, b->status, b->before, b->after);
    }
}

static int minutes_of(const struct oracle_week *week, int person, int asked)
{
    const int own = week->people[person].minutes;
    return asked > 0 ? asked : own > 0 ? own : week->minutes;
}

static struct slot_wish some_wish(const struct oracle_week *week, int day)
{
    struct slot_wish wish = {.type_id = calendar_id(TYPE),
                             .from = day * DAY_US + below(2880) * MINUTE_US,
                             .duration_minutes = chance(30) ? 5 + below(120) : 0};
    wish.until = wish.from + (1 + below(8 * ORACLE_DAY)) * MINUTE_US;
    if (week->needs_resource)
        wish.resources[wish.resource_count++] = calendar_id(VAN);
    if (chance(20)) {
        wish.from_minute = below(ORACLE_DAY - 1);
        wish.until_minute = wish.from_minute + 1 + below(ORACLE_DAY - wish.from_minute);
    }
    return wish;
}

static bool is_wished(const struct oracle_week *week, const struct slot_wish *wish, int person,
                      int minute)
{
    const int clock = oracle_clock(week->people[person].zone, minute);
    const bool is_any = wish->from_minute == 0 && wish->until_minute == 0;
    return minute * MINUTE_US >= wish->from && minute * MINUTE_US < wish->until &&
           (is_any || (clock >= wish->from_minute && clock < wish->until_minute));
}

static void compare_find(struct shop *shop, const struct oracle_week *week,
                         const struct slot_wish *wish)
{
    struct slot *slots;
    size_t count, at = 0;
    const bool is_found =
        slots_find(shop->store, wish, week->now, shop->arena, &slots, &count, &shop->err);
    if (!is_found && shop->err.code != ERROR_RULE)
        fail_msg("%s", shop->err.text);
    for (int minute = (int)(wish->from / MINUTE_US); minute * MINUTE_US < wish->until; minute++)
        for (int i = 0; i < week->person_count; i++) {
            const int lasts = minutes_of(week, i, wish->duration_minutes);
            if (!is_wished(week, wish, i, minute) || !oracle_is_free(week, i, minute, lasts))
                continue;
            const bool is_next = at < count && slots[at].starts_at == minute * MINUTE_US &&
                                 slots[at].ends_at == (minute + lasts) * MINUTE_US &&
                                 slots[at].estimator_id.bytes[0] == PERSON + i;
            if (!is_next)
                fail_msg("person %d is free at minute %d, which is not the place %zu of %zu", i,
                         minute, at, count);
            at++;
            places++;
        }
    if (at != count)
        fail_msg("%zu places, of which %zu are free; the next is at minute %lld", count, at,
                 (long long)(slots[at].starts_at / MINUTE_US));
}

/* At and around hours and bookings, where it is decided. */
static int some_minute(const struct oracle_week *week, int day)
{
    if (week->booking_count == 0 || chance(40))
        return day * ORACLE_DAY + 5 * below(8 * ORACLE_DAY / 5);
    const struct oracle_booking *booking = &week->bookings[below(week->booking_count)];
    const int around = chance(50) ? booking->starts - week->minutes - week->after - booking->before
                                  : booking->ends + booking->after + week->before;
    return around + (chance(50) ? 0 : below(5) - 2);
}

static void compare_check(struct shop *shop, struct oracle_week *week, int day)
{
    const int person = below(week->person_count), starts = some_minute(week, day);
    const int lasts = chance(60) ? minutes_of(week, person, 0) : 1 + below(200);
    struct slot_claim claim = {.estimator_id = calendar_id(PERSON + person),
                               .type_id = calendar_id(TYPE),
                               .starts_at = starts * MINUTE_US,
                               .ends_at = (starts + lasts) * MINUTE_US,
                               .is_forced = chance(30)};
    if (week->needs_resource)
        claim.resources[claim.resource_count++] = calendar_id(VAN);
    week->ignored = week->booking_count > 0 && chance(30) ? below(week->booking_count) : -1;
    if (week->ignored >= 0 && week->bookings[week->ignored].person < 0)
        week->ignored = -1;
    if (week->ignored >= 0)
        claim.ignored = calendar_id(BOOKING + week->ignored);
    const bool is_free = claim.is_forced ? week->people[person].does_it &&
                                               !oracle_is_taken(week, person, starts, lasts)
                                         : oracle_is_free(week, person, starts, lasts);
    if (slot_check(shop->store, &claim, week->now, &shop->err) != is_free)
        fail_msg("person %d at minute %d for %d%s: %s", person, starts, lasts,
                 claim.is_forced ? ", forced" : "", is_free ? shop->err.text : "is not free");
    week->ignored = -1;
}

static void play_week(struct shop *shop)
{
    static struct oracle_week week;
    struct buffer sql;
    const int day = some_day();
    make_week(&week, day);
    buffer_init(&sql);
    write_week(shop, &sql, &week);
    shop_expect(shop, store_begin(shop->store, &shop->err));
    shop_expect(shop, store_script(shop->store, sql.text, &shop->err));
    buffer_done(&sql);
    const struct slot_wish wish = some_wish(&week, day);
    compare_find(shop, &week, &wish);
    for (int i = 0; i < CHECKS; i++)
        compare_check(shop, &week, day);
    store_rollback(shop->store);
    arena_reset(shop->arena);
}

static void test_random_weeks(void **state)
{
    struct shop *shop = *state;
    const char *weeks = getenv("SLOTS_WEEKS"), *seed = getenv("SLOTS_SEED");
    const int count = weeks != NULL ? atoi(weeks) : WEEKS;
    const uint64_t first = seed != NULL ? strtoull(seed, NULL, 10) : 1;
    calendar_make(shop);
    calendar_run(shop, "UPDATE estimators SET is_active = FALSE");
    oracle_open();
    for (int i = 0; i < count; i++) {
        state_of_chance = first + (uint64_t)i;
        below(2);
        print_message("\rSLOTS_SEED=%llu", (unsigned long long)(first + (uint64_t)i));
        play_week(shop);
    }
    print_message("\r%d weeks, %lld places\n", count, (long long)places);
    assert_true(places > count);
    oracle_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random_weeks, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
