/* Appointments that repeat, and those who wait for one. */
#include "model/base/instant.h"
#include "model/calendar/series.h"
#include "model/calendar/waiting.h"
#include "tests/model/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char berlin[] = "Europe/Berlin";

static int set_up(void **state)
{
    if (shop_setup(state) != 0)
        return -1;
    calendar_make(*state);
    return 0;
}

static struct uuid book(struct shop *shop, const char *local)
{
    const struct booking booking = {.name = "Jo Lee",
                                    .estimator_id = calendar_id(PAUL),
                                    .type_id = calendar_id(VISIT),
                                    .starts_at = calendar_at(local, berlin)};
    struct uuid id;
    shop_expect(shop, appointment_book(shop->store, &shop->owner, &booking, &id, &shop->err));
    return id;
}

static void test_rules_in_words(void **state)
{
    struct shop *shop = *state;
    static const struct {
        const char *words, *rule; /* NULL: refused */
    } cases[] = {
        {"weekly, 6 times", "FREQ=WEEKLY;COUNT=6"},
        {"Every 2 weeks 3 times", "FREQ=WEEKLY;INTERVAL=2;COUNT=3"},
        {"daily until 2026-12-01", "FREQ=DAILY;UNTIL=20261201T225959Z"},
        {"every month, 12 times", "FREQ=MONTHLY;COUNT=12"},
        {"FREQ=MONTHLY;BYDAY=1TU;COUNT=2", "FREQ=MONTHLY;BYDAY=1TU;COUNT=2"},
        {"weekly", NULL},
        {"6 times", NULL},
        {"weekly 0 times", NULL},
        {"weekly 61 times", NULL},
        {"weekly -1 times", NULL},
        {"now and then", NULL},
        {"weekly until", NULL},
        {"weekly 3 times until 2026-12-01", NULL},
        {"", NULL},
    };
    char rule[SERIES_RULE_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool is_read = series_rule_read(cases[i].words, calendar_at("2026-11-20 12:00", berlin),
                                        berlin, rule, &shop->err);
        assert_int_equal(is_read, cases[i].rule != NULL);
        if (is_read)
            assert_string_equal(rule, cases[i].rule);
        else
            assert_int_equal(shop->err.code, ERROR_INPUT);
    }
}

static void test_starts_keep_the_clock(void **state)
{
    struct shop *shop = *state;
    int64_t out[SERIES_TIMES_MAX];
    int64_t first = calendar_at("2027-03-21 02:30", berlin);
    assert_int_equal(series_starts("FREQ=WEEKLY;COUNT=3", first, berlin, out, &shop->err), 3);
    assert_int_equal(out[1], calendar_at("2027-03-28 03:30", berlin)); /* 2:30 is skipped */
    assert_int_equal(out[2], calendar_at("2027-04-04 02:30", berlin));
    first = calendar_at("2027-01-31 09:00", berlin);
    assert_int_equal(series_starts("FREQ=MONTHLY;COUNT=3", first, berlin, out, &shop->err), 3);
    assert_int_equal(out[1], calendar_at("2027-03-31 09:00", berlin));
    assert_int_equal(
        series_starts("FREQ=DAILY;UNTIL=20270202T225959Z", first, berlin, out, &shop->err), 3);
    assert_int_equal(series_starts("FREQ=DAILY", first, berlin, out, &shop->err), -1);
    assert_int_equal(series_starts("FREQ=HOURLY;COUNT=3", first, berlin, out, &shop->err), -1);
    assert_int_equal(series_starts("nonsense", first, berlin, out, &shop->err), -1);
}

static void test_a_series_leaves_out_what_is_taken(void **state)
{
    struct shop *shop = *state;
    struct series_made made;
    struct uuid id = book(shop, "2026-11-24 10:00");
    calendar_book(shop, 0xa1, PAUL, "2026-12-01 10:30", 30, "confirmed", 0, 0);
    shop_expect(shop, appointment_repeat(shop->store, &shop->owner, &id, "weekly, 4 times", false,
                                         shop->arena, &made, &shop->err));
    assert_int_equal(made.booked, 2);
    assert_int_equal(made.left_out_count, 1);
    assert_int_equal(made.left_out[0].starts_at, calendar_at("2026-12-01 10:00", berlin));
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM appointments WHERE series_id = ?1", &made.id), 3);
    shop_expect_error(shop,
                      appointment_repeat(shop->store, &shop->owner, &id, "weekly, 4 times", false,
                                         shop->arena, &made, &shop->err),
                      ERROR_RULE, "already");
    assert_non_null(shop_undo(shop, &shop->owner)); /* a booking of all of them */
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM appointments WHERE status = 'cancelled'", NULL),
        2);
    struct uuid sunday = book(shop, "2026-11-26 10:00");
    shop_expect_error(shop,
                      appointment_repeat(shop->store, &shop->owner, &sunday, "yearly, 2 times",
                                         false, shop->arena, &made, &shop->err),
                      ERROR_RULE, "No time of the series");
}

static struct uuid wait_for(struct shop *shop, const char *name, int service, int estimator,
                            const char *times)
{
    const struct waiting_entry entry = {.name = name,
                                        .service_id = calendar_id(service),
                                        .estimator_id = estimator != 0 ? calendar_id(estimator)
                                                                       : (struct uuid){{0}},
                                        .first_day = "2026-11-23",
                                        .last_day = "2026-11-27",
                                        .times = times};
    struct uuid id;
    shop_expect(shop, waiting_add(shop->store, &shop->owner, &entry, &id, &shop->err));
    return id;
}

static void test_who_fits(void **state)
{
    struct shop *shop = *state;
    struct waiting_entry *found;
    wait_for(shop, "Ann First", MEASURING, 0, "mornings");
    wait_for(shop, "Ben Greta", MEASURING, GRETA, NULL);
    wait_for(shop, "Cy Long", ADVICE, PAUL, "tue 10:00-11:00");
    wait_for(shop, "Di Late", MEASURING, PAUL, "afternoons");
    wait_for(shop, "Ed Wednesday", MEASURING, PAUL, "wed");
    struct waiting_place place = {.estimator_id = calendar_id(PAUL),
                                  .starts_at = calendar_at("2026-11-24 10:00", berlin),
                                  .ends_at = calendar_at("2026-11-24 11:30", berlin)};
    assert_int_equal(waiting_matches(shop->store, &place, shop->arena, &found, &shop->err), 2);
    assert_string_equal(found[0].name, "Ann First");
    assert_string_equal(found[1].name, "Cy Long");
    place.ends_at = calendar_at("2026-11-24 11:00", berlin); /* too short for 90 minutes */
    assert_int_equal(waiting_matches(shop->store, &place, shop->arena, &found, &shop->err), 1);
    place.starts_at = calendar_at("2026-12-01 10:00", berlin); /* after the last day */
    place.ends_at = calendar_at("2026-12-01 11:30", berlin);
    assert_int_equal(waiting_matches(shop->store, &place, shop->arena, &found, &shop->err), 0);
    const struct waiting_entry odd = {.name = "Odd", .times = "lunch"};
    shop_expect_error(shop, waiting_add(shop->store, &shop->owner, &odd, NULL, &shop->err),
                      ERROR_INPUT, "lunch");
}

static void test_offered_booked_and_back(void **state)
{
    struct shop *shop = *state;
    struct waiting_entry entry;
    struct uuid id = wait_for(shop, "Ann First", MEASURING, PAUL, NULL), appointment;
    const struct waiting_place place = {.estimator_id = calendar_id(PAUL),
                                        .starts_at = calendar_at("2026-11-24 10:00", berlin),
                                        .ends_at = calendar_at("2026-11-24 11:00", berlin)};
    shop_expect_error(shop,
                      waiting_book(shop->store, &shop->owner, &id, NULL, false, NULL, &shop->err),
                      ERROR_RULE, "No place");
    shop_expect_error(shop, waiting_offer(shop->store, &shop->owner, &id, &place, 1, &shop->err),
                      ERROR_INPUT, "good until");
    shop_expect(shop, waiting_offer(shop->store, &shop->owner, &id, &place,
                                    calendar_at("2026-11-23 18:00", berlin), &shop->err));
    shop_expect(
        shop, waiting_book(shop->store, &shop->owner, &id, NULL, false, &appointment, &shop->err));
    assert_int_equal(waiting_load(shop->store, &id, shop->arena, &entry, &shop->err), 1);
    assert_string_equal(entry.status, "booked");
    assert_true(uuid_equal(&entry.appointment_id, &appointment));
    shop_expect_error(shop, waiting_set(shop->store, &shop->owner, &id, "waiting", &shop->err),
                      ERROR_RULE, "has an appointment");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(waiting_load(shop->store, &id, shop->arena, &entry, &shop->err), 1);
    assert_string_equal(entry.status, "offered");
    assert_true(uuid_is_zero(&entry.appointment_id));
    shop_expect(shop, waiting_set(shop->store, &shop->owner, &id, "cancelled", &shop->err));
    shop_expect_error(shop,
                      waiting_offer(shop->store, &shop->owner, &id, &place,
                                    calendar_at("2026-11-23 18:00", berlin), &shop->err),
                      ERROR_RULE, "does not wait");
}

static void test_offers_and_entries_expire(void **state)
{
    struct shop *shop = *state;
    struct waiting_entry entry;
    int64_t count;
    struct uuid offered = wait_for(shop, "Ann First", MEASURING, PAUL, NULL);
    wait_for(shop, "Ben Second", MEASURING, PAUL, NULL);
    const struct waiting_place place = {.estimator_id = calendar_id(PAUL),
                                        .starts_at = calendar_at("2026-11-24 10:00", berlin),
                                        .ends_at = calendar_at("2026-11-24 11:00", berlin)};
    const int64_t until = calendar_at("2026-11-23 18:00", berlin);
    shop_expect(shop,
                waiting_offer(shop->store, &shop->owner, &offered, &place, until, &shop->err));
    shop_expect(shop, waiting_expire(shop->store, &shop->owner, &count, &shop->err));
    assert_int_equal(count, 0);
    shop->scratch.clock.now = until;
    shop_expect(shop, waiting_expire(shop->store, &shop->owner, &count, &shop->err));
    assert_int_equal(count, 1);
    assert_int_equal(waiting_load(shop->store, &offered, shop->arena, &entry, &shop->err), 1);
    assert_string_equal(entry.status, "expired");
    shop->scratch.clock.now = calendar_at("2026-11-27 23:00", berlin); /* its last day */
    shop_expect(shop, waiting_expire(shop->store, &shop->owner, &count, &shop->err));
    assert_int_equal(count, 0);
    shop->scratch.clock.now = calendar_at("2026-11-28 00:00", berlin);
    shop_expect(shop, waiting_expire(shop->store, &shop->owner, &count, &shop->err));
    assert_int_equal(count, 1);
}

#define SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHOP(test_rules_in_words),
        SHOP(test_starts_keep_the_clock),
        SHOP(test_a_series_leaves_out_what_is_taken),
        SHOP(test_who_fits),
        SHOP(test_offered_booked_and_back),
        SHOP(test_offers_and_entries_expire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
