/* Appointments that several terminals book without a line, and the centre's word on them: what is
 * free is scheduled, what is taken stays tentative and is told, and nothing is lost.
 *
 * BOOKING_HISTORIES=1000 plays as many random days on three stores (a few unless asked);
 * BOOKING_SEED=N begins elsewhere. */
#include "model/calendar/appointment.h"
#include "model/overlay/exchange.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STATIONS = 3 };

#define MINUTE (INT64_C(60) * 1000000)
#define DAY    (24 * 60 * MINUTE)
#define AT(hour, minute)                                                                           \
    (INT64_C(1830297600000000) + ((hour)*60 + (minute)) * MINUTE) /* of 2028-01-01, in UTC */

static const struct uuid kim = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x50}};
static const struct uuid ben = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x51}};
static const struct uuid van = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x52}};
static const struct uuid visit = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x53}};

static struct terminal stations[STATIONS];
static struct actor kims[STATIONS]; /* the estimator, signed in there */

/* Kim is an estimator with a login and an owner's rights; a visit has half an hour around it. */
static void open_shop(void)
{
    for (int i = 0; i < STATIONS; i++) {
        terminal_join(&stations[i], i == 0 ? "register" : "office", NULL);
        stations[i].scratch.clock.seed = 100 + (uint64_t)i; /* each draws ids of its own */
    }
    hub_run("BEGIN; INSERT INTO users (id, tenant_id, username, display_name, status) VALUES"
            " (k(60), k(1), 'kim', 'Kim', 'active');"
            "INSERT INTO user_roles (tenant_id, user_id, role_id, location_id) VALUES"
            " (k(1), k(60), k(4), k(5));"
            "INSERT INTO terminal_users (tenant_id, terminal_id, user_id, signed_in_at,"
            " valid_until) SELECT tenant_id, id, k(60), now(), now() + interval '1 year' FROM "
            "terminals;"
            "INSERT INTO estimators (id, tenant_id, name, user_id) VALUES"
            " (k(50), k(1), 'Kim', k(60)), (k(51), k(1), 'Ben', NULL);"
            "INSERT INTO resources (id, tenant_id, name) VALUES (k(52), k(1), 'Van');"
            "INSERT INTO booking_policies (id, tenant_id, name, buffer_before_minutes,"
            " buffer_after_minutes) VALUES (k(54), k(1), 'Visits', 15, 15);"
            "INSERT INTO appointment_types (id, tenant_id, name, booking_policy_id) VALUES"
            " (k(53), k(1), 'Visit', k(54)); COMMIT");
    for (int i = 0; i < STATIONS; i++) {
        terminal_settle(&stations[i]);
        terminal_expect(&stations[i],
                        actor_find(stations[i].store, "kim", &kims[i], &stations[i].err));
    }
}

static void close_shop(void)
{
    for (int i = 0; i < STATIONS; i++)
        terminal_leave(&stations[i]);
}

static void settle_all(void)
{
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < STATIONS; i++)
            terminal_settle(&stations[i]);
}

static struct booking for_an_hour(const struct uuid *estimator, int64_t starts, const char *name)
{
    return (struct booking){.name = name,
                            .estimator_id = *estimator,
                            .starts_at = starts,
                            .duration_minutes = 60,
                            .is_forced = true};
}

static struct uuid book(struct terminal *terminal, const struct actor *actor,
                        const struct booking *booking)
{
    struct uuid id;
    terminal_expect(terminal,
                    appointment_book(terminal->store, actor, booking, &id, &terminal->err));
    return id;
}

static struct appointment load(struct terminal *terminal, const struct uuid *id)
{
    struct appointment out = {0};
    terminal_expect(terminal, appointment_load(terminal->store, id, terminal->arena, &out,
                                               &terminal->err) == 1);
    return out;
}

static void stands(struct terminal *terminal, const struct uuid *id, const char *status,
                   bool is_lost)
{
    struct appointment found = load(terminal, id);
    assert_string_equal(found.status, status);
    assert_int_equal(found.is_lost, is_lost);
}

static void what_is_free_is_scheduled(void **state)
{
    (void)state;
    open_shop();
    struct booking booking = for_an_hour(&kim, AT(10, 0), "Jo Lee");
    booking.type_id = visit;
    booking.resources[booking.resource_count++] = van;
    struct uuid id = book(&stations[0], &stations[0].owner, &booking);
    stands(&stations[0], &id, "tentative", false);
    assert_true(load(&stations[0], &id).is_unsent);
    settle_all();
    for (int i = 0; i < STATIONS; i++)
        stands(&stations[i], &id, "scheduled", false);
    assert_false(load(&stations[0], &id).is_unsent);
    assert_int_equal(hub_integer("SELECT count(*) FROM resource_bookings WHERE status ="
                                 " 'scheduled'"),
                     1);
    assert_int_equal(terminal_integer(&stations[0], "SELECT count(*) FROM attention"), 0);
    close_shop();
}

/* The second one stays tentative, is told why, and is placed by a move. */
static void what_is_taken_stays_tentative(void **state)
{
    (void)state;
    open_shop();
    struct booking first = for_an_hour(&ben, AT(10, 0), "Jo Lee");
    struct booking second = for_an_hour(&ben, AT(11, 15), "Ann Roe");
    first.type_id = second.type_id = visit; /* their hours don't meet, the time around them does */
    struct uuid one = book(&stations[0], &stations[0].owner, &first);
    struct uuid two = book(&stations[1], &stations[1].owner, &second);
    settle_all();
    stands(&stations[2], &one, "scheduled", false);
    stands(&stations[2], &two, "tentative", true);
    stands(&stations[1], &two, "tentative", true);
    assert_string_equal(terminal_value(&stations[1], "SELECT kind FROM attention"), "booking");
    assert_non_null(strstr(terminal_value(&stations[1], "SELECT reason FROM attention"),
                           "Ben is booked from 2028-01-01 10:00 to 11:00 for Jo Lee"));
    assert_int_equal(terminal_integer(&stations[0], "SELECT count(*) FROM attention"), 0);
    const struct booking_status confirm = {.status = "confirmed"};
    terminal_expect_error(
        &stations[2],
        appointment_set(stations[2].store, &stations[2].owner, &two, 1, &confirm, &stations[2].err),
        ERROR_RULE, "lost its place");
    const struct booking_move move = {.minutes = 60, .is_forced = true};
    terminal_expect(&stations[1], appointment_move(stations[1].store, &stations[1].owner, &two,
                                                   &move, &stations[1].err));
    settle_all();
    stands(&stations[0], &two, "scheduled", false);
    assert_int_equal(
        terminal_integer(&stations[1], "SELECT count(*) FROM attention WHERE done_at IS NULL"), 0);
    close_shop();
}

/* The estimator's own goes before a scheduled one of others, not before a confirmed one. */
static void the_estimators_own_is_preferred(void **state)
{
    (void)state;
    open_shop();
    struct booking booking = for_an_hour(&kim, AT(10, 0), "Jo Lee");
    struct booking own = for_an_hour(&kim, AT(10, 30), "Ann Roe");
    own.resources[own.resource_count++] = van;
    struct uuid theirs = book(&stations[0], &stations[0].owner, &booking);
    struct uuid kims_own = book(&stations[1], &kims[1], &own);
    settle_all();
    stands(&stations[2], &theirs, "tentative", true);
    stands(&stations[2], &kims_own, "scheduled", false);
    assert_int_equal(hub_integer("SELECT count(*) FROM appointment_events WHERE event_type ="
                                 " 'clash' AND note LIKE 'Kim is booked%Ann Roe'"),
                     1);
    booking.starts_at = AT(14, 0);
    own.starts_at = AT(14, 30);
    struct uuid confirmed = book(&stations[0], &stations[0].owner, &booking);
    const struct booking_status confirm = {.status = "confirmed"};
    terminal_expect(&stations[0], appointment_set(stations[0].store, &stations[0].owner, &confirmed,
                                                  1, &confirm, &stations[0].err));
    struct uuid late = book(&stations[1], &kims[1], &own);
    settle_all();
    stands(&stations[2], &confirmed, "confirmed", false);
    stands(&stations[2], &late, "tentative", true);
    /* And not before another own one, whoever came first. */
    booking.starts_at = AT(18, 0);
    own.starts_at = AT(18, 30);
    struct uuid early = book(&stations[0], &kims[0], &booking);
    late = book(&stations[1], &kims[1], &own);
    settle_all();
    stands(&stations[2], &early, "scheduled", false);
    stands(&stations[2], &late, "tentative", true);
    close_shop();
}

/* By the van alone, and by a van that stands in the workshop. */
static void a_thing_is_in_the_way(void **state)
{
    (void)state;
    open_shop();
    struct booking first = for_an_hour(&kim, AT(10, 0), "Jo Lee");
    struct booking second = for_an_hour(&ben, AT(10, 30), "Ann Roe");
    first.resources[first.resource_count++] = second.resources[second.resource_count++] = van;
    book(&stations[0], &stations[0].owner, &first);
    struct uuid two = book(&stations[1], &stations[1].owner, &second);
    settle_all();
    stands(&stations[0], &two, "tentative", true);
    second.starts_at = AT(14, 0);
    two = book(&stations[1], &stations[1].owner, &second);
    hub_run("INSERT INTO resource_bookings (tenant_id, resource_id, starts_at, ends_at) VALUES"
            " (k(1), k(52), '2028-01-01 13:00+00', '2028-01-01 18:00+00')");
    settle_all();
    stands(&stations[0], &two, "tentative", true);
    assert_int_equal(hub_integer("SELECT count(*) FROM appointment_events WHERE note LIKE"
                                 " 'What it takes along%'"),
                     1);
    close_shop();
}

/* Booked with a line at the same moment: the second one is refused, and waits with the reason. */
static void a_race_is_refused_and_told(void **state)
{
    (void)state;
    open_shop();
    struct booking booking = for_an_hour(&ben, AT(10, 0), "Jo Lee");
    for (int i = 0; i < 2; i++)
        terminal_expect(&stations[i],
                        exchange_set_line(stations[i].store, true, "", &stations[i].err));
    struct uuid one = book(&stations[0], &stations[0].owner, &booking);
    book(&stations[1], &stations[1].owner, &booking);
    settle_all();
    stands(&stations[1], &one, "scheduled", false);
    assert_int_equal(terminal_integer(&stations[1],
                                      "SELECT count(*) FROM attention WHERE kind = 'refused' AND"
                                      " reason LIKE 'Ben is booked from 2028-01-01 10:00%'"),
                     1);
    /* The same with a move: it stays where it was. */
    booking.starts_at = AT(14, 0);
    struct uuid three = book(&stations[0], &stations[0].owner, &booking);
    settle_all();
    booking.starts_at = AT(16, 0);
    book(&stations[1], &stations[1].owner, &booking);
    const struct booking_move move = {.starts_at = AT(16, 30), .is_forced = true};
    terminal_expect(&stations[0], appointment_move(stations[0].store, &stations[0].owner, &three,
                                                   &move, &stations[0].err));
    terminal_settle(&stations[1]);
    settle_all();
    assert_int_equal(load(&stations[0], &three).starts_at, AT(14, 0));
    assert_true(load(&stations[0], &three).is_refused);
    close_shop();
}

static void what_was_sent_is_cancelled_by_undo(void **state)
{
    (void)state;
    open_shop();
    struct buffer words;
    struct terminal *here = &stations[0];
    struct booking booking = for_an_hour(&ben, AT(10, 0), "Jo Lee");
    buffer_init(&words);
    struct uuid id = book(here, &here->owner, &booking);
    terminal_expect(here, operation_undo(here->store, &here->owner, &words, &here->err));
    settle_all();
    assert_int_equal(hub_integer("SELECT count(*) FROM appointments"), 0);
    id = book(here, &here->owner, &booking);
    settle_all();
    terminal_expect(here, operation_undo(here->store, &here->owner, &words, &here->err));
    settle_all();
    for (int i = 0; i < STATIONS; i++)
        stands(&stations[i], &id, "cancelled", false);
    buffer_done(&words);
    close_shop();
}

/* Random days. */

static uint64_t seed;

static int below(int limit)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)limit);
}

static void some_booking(struct terminal *terminal, const struct actor *actor, int64_t day)
{
    struct booking booking = for_an_hour(below(2) == 0 ? &kim : &ben,
                                         day + (8 * 60 + 15 * below(40)) * MINUTE, "Jo Lee");
    booking.duration_minutes = 15 * (1 + below(6));
    if (below(2) == 0)
        booking.type_id = visit;
    if (below(3) == 0)
        booking.resources[booking.resource_count++] = van;
    appointment_book(terminal->store, actor, &booking, NULL, NULL); /* taken: as it should be */
}

static bool some_appointment(struct terminal *terminal, int64_t day, struct uuid *id)
{
    struct appointment *found;
    int count = appointments_between(terminal->store, day, day + DAY, NULL, 0, terminal->arena,
                                     &found, &terminal->err);
    terminal_expect(terminal, count >= 0);
    if (count > 0)
        *id = found[below(count)].id;
    return count > 0;
}

static void some_change(struct terminal *terminal, const struct actor *actor, int64_t day)
{
    static const char *const statuses[] = {"confirmed", "cancelled", "in_progress", "completed"};
    struct uuid id;
    struct buffer words;
    const struct booking_move move = {.minutes = 15 * (below(24) - 12), .is_forced = true};
    const struct booking_status status = {
        .status = statuses[below(4)], .reason = "so it is", .is_forced = true};
    if (!some_appointment(terminal, day, &id))
        return;
    buffer_init(&words);
    switch (below(4)) {
    case 0:
    case 1:
        appointment_move(terminal->store, actor, &id, &move, NULL);
        break;
    case 2:
        appointment_set(terminal->store, actor, &id, 1, &status, NULL);
        break;
    default:
        operation_undo(terminal->store, actor, &words, NULL);
    }
    buffer_done(&words);
}

static void play(int64_t day)
{
    for (int step = 0; step < 30; step++) {
        const int at = below(STATIONS), dice = below(10);
        struct terminal *terminal = &stations[at];
        const struct actor *actor = below(3) == 0 ? &kims[at] : &terminal->owner;
        if (dice < 5)
            some_booking(terminal, actor, day);
        else if (dice < 8)
            some_change(terminal, actor, day);
        else
            terminal_exchange(terminal);
        if (below(20) == 0)
            terminal_expect(terminal,
                            exchange_set_line(terminal->store, below(2) == 0, "", &terminal->err));
    }
    settle_all();
}

static void nothing_overlaps(void)
{
    assert_int_equal(
        hub_integer("SELECT count(*) FROM appointments AS a JOIN appointments AS b"
                    " ON a.estimator_id = b.estimator_id AND a.id < b.id"
                    " WHERE a.status IN ('scheduled', 'confirmed', 'in_progress')"
                    " AND b.status IN ('scheduled', 'confirmed', 'in_progress')"
                    " AND a.deleted_at IS NULL AND b.deleted_at IS NULL"
                    " AND extract(epoch FROM a.starts_at) - 60 * a.buffer_before_minutes"
                    "  < extract(epoch FROM b.ends_at) + 60 * b.buffer_after_minutes"
                    " AND extract(epoch FROM b.starts_at) - 60 * b.buffer_before_minutes"
                    "  < extract(epoch FROM a.ends_at) + 60 * a.buffer_after_minutes"),
        0);
    assert_int_equal(hub_integer("SELECT count(*) FROM resource_bookings AS a JOIN"
                                 " resource_bookings AS b ON a.resource_id = b.resource_id"
                                 " AND a.id < b.id AND a.starts_at < b.ends_at"
                                 " AND b.starts_at < a.ends_at"
                                 " WHERE a.status IN ('scheduled', 'confirmed', 'in_progress')"
                                 " AND b.status IN ('scheduled', 'confirmed', 'in_progress')"),
                     0);
    assert_int_equal(hub_integer("SELECT count(*) FROM resource_bookings AS b JOIN appointments AS"
                                 " a ON a.id = b.appointment_id WHERE a.deleted_at IS NULL AND"
                                 " (a.status <> b.status OR b.starts_at <> a.starts_at"
                                 "  - a.buffer_before_minutes * interval '1 minute')"),
                     0);
}

/* What stands tentative says why, and what the centre did not take waits for a person. */
static void losers_are_told(void)
{
    assert_int_equal(hub_integer("SELECT count(*) FROM appointments AS a WHERE a.status ="
                                 " 'tentative' AND a.deleted_at IS NULL AND (SELECT v.event_type"
                                 " FROM appointment_events AS v WHERE v.appointment_id = a.id"
                                 " AND v.event_type IN ('booked', 'clash', 'moved')"
                                 " ORDER BY v.row_version DESC LIMIT 1) <> 'clash'"),
                     0);
    for (int i = 0; i < STATIONS; i++) {
        assert_int_equal(terminal_integer(&stations[i], "SELECT count(*) FROM outbox"
                                                        " WHERE state = 'waiting'"),
                         0);
        assert_int_equal(
            terminal_integer(&stations[i],
                             "SELECT count(*) FROM journal AS j WHERE j.state IN ('refused',"
                             " 'conflict') AND NOT EXISTS (SELECT 1 FROM attention AS a WHERE"
                             " a.operation_id = j.id)"),
            0);
    }
}

/* Every booking that stood when it was sent is at the centre, or waits for a person; and all stores
 * show what the centre has. */
static void nothing_is_lost(void)
{
    char *here = memory_text(
        hub_text("SELECT md5(coalesce(string_agg(upper(replace(id::text, '-', '')) || status ||"
                 " (extract(epoch FROM starts_at) * 1000000)::bigint, ',' ORDER BY id), '')) ||"
                 " count(*) FROM appointments WHERE deleted_at IS NULL"));
    int64_t booked = 0;
    for (int i = 0; i < STATIONS; i++) {
        const char *there = terminal_value(
            &stations[i], "SELECT group_concat(hex(id) || status || starts_at, ',') FROM (SELECT *"
                          " FROM appointments WHERE deleted_at IS NULL ORDER BY id)");
        struct buffer question;
        buffer_init(&question);
        buffer_format(&question, "SELECT md5('%s') || %d", there,
                      (int)terminal_integer(&stations[i], "SELECT count(*) FROM appointments"
                                                          " WHERE deleted_at IS NULL"));
        assert_string_equal(hub_text(question.text), here);
        buffer_done(&question);
        booked += terminal_integer(&stations[i],
                                   "SELECT count(*) FROM journal WHERE kind = 'appointment.book'"
                                   " AND state IN ('applied', 'merged')");
    }
    assert_int_equal(booked, hub_integer("SELECT count(*) FROM appointments"));
    free(here);
}

static int from_environment(const char *name, int otherwise)
{
    const char *value = getenv(name);
    return value != NULL && atoi(value) > 0 ? atoi(value) : otherwise;
}

static void random_days_without_a_line(void **state)
{
    (void)state;
    open_shop();
    const int days = from_environment("BOOKING_HISTORIES", 3);
    const int first = from_environment("BOOKING_SEED", 1);
    for (int i = 0; i < days; i++) {
        seed = UINT64_C(0x9E3779B97F4A7C15) * (uint64_t)(first + i);
        print_message("BOOKING_SEED=%d\n", first + i);
        play(AT(0, 0) + (int64_t)i * 2 * DAY);
        nothing_overlaps();
        losers_are_told();
        nothing_is_lost();
        for (int k = 0; k < STATIONS; k++)
            arena_reset(stations[k].arena);
    }
    assert_true(hub_integer("SELECT count(*) FROM appointment_events WHERE event_type = 'clash'") >
                0);
    close_shop();
}

#define HUB(test) cmocka_unit_test_setup_teardown(test, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HUB(what_is_free_is_scheduled),       HUB(what_is_taken_stays_tentative),
        HUB(the_estimators_own_is_preferred), HUB(a_thing_is_in_the_way),
        HUB(a_race_is_refused_and_told),      HUB(what_was_sent_is_cancelled_by_undo),
        HUB(random_days_without_a_line),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
