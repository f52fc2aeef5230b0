/* What is free: each rule by itself, and the same judge for the list and for one place. */
#include "model/base/instant.h"
#include "model/calendar/hours.h"
#include "model/calendar/slots.h"
#include "tests/model/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char berlin[] = "Europe/Berlin";
static const char st_johns[] = "America/St_Johns";

static int setup(void **state)
{
    shop_setup(state);
    calendar_make(*state);
    return 0;
}

/* The shop's clock runs; this is where it began. */
static int64_t noon(void)
{
    return calendar_at("2026-11-20 12:00", berlin);
}

static struct slot_wish wish_of(const char *from, const char *until)
{
    return (struct slot_wish){.type_id = calendar_id(VISIT),
                              .estimator_id = calendar_id(PAUL),
                              .from = calendar_at(from, berlin),
                              .until = calendar_at(until, berlin)};
}

/* The beginnings of what is free, as "24 08:30", with a space between. */
static const char *found(struct shop *shop, const struct slot_wish *wish)
{
    struct slot *slots;
    size_t count;
    struct buffer text;
    shop_expect(shop,
                slots_find(shop->store, wish, noon(), shop->arena, &slots, &count, &shop->err));
    buffer_init(&text);
    for (size_t i = 0; i < count; i++) {
        char local[INSTANT_TEXT_SIZE];
        instant_format_local(slots[i].starts_at, slots[i].zone, local);
        buffer_format(&text, "%s%s", i > 0 ? " " : "", local + strlen("2026-11-24 "));
    }
    const char *kept = arena_text(shop->arena, text.text);
    buffer_done(&text);
    return kept;
}

static struct slot_claim claim_of(const char *local, int minutes)
{
    const int64_t starts = calendar_at(local, berlin);
    return (struct slot_claim){.estimator_id = calendar_id(PAUL),
                               .type_id = calendar_id(VISIT),
                               .starts_at = starts,
                               .ends_at = starts + minutes * 60 * SECOND_US};
}

static bool check(struct shop *shop, const struct slot_claim *claim)
{
    return slot_check(shop->store, claim, noon(), &shop->err);
}

static void expect_rule(struct shop *shop, const struct slot_claim *claim, const char *rule,
                        const char *words)
{
    shop_expect_error(shop, check(shop, claim), ERROR_RULE, words);
    assert_string_equal(shop->err.field, rule);
    struct slot_claim forced = *claim;
    forced.is_forced = true;
    shop_expect(shop, check(shop, &forced));
}

static void test_a_day_as_the_hours_say(void **state)
{
    struct shop *shop = *state;
    const struct slot_wish wish = wish_of("2026-11-24", "2026-11-25");
    assert_string_equal(found(shop, &wish), "08:30 09:00 09:30 10:00 10:30 11:00 11:30 "
                                            "13:30 14:00 14:30 15:00 15:30 16:00 16:30 17:00");
    struct slot_claim claim = claim_of("2026-11-24 11:30", 60);
    shop_expect(shop, check(shop, &claim));
    claim = claim_of("2026-11-24 12:00", 60);
    expect_rule(shop, &claim, "hours", "the nearest free time is 2026-11-24 11:30");
    claim = claim_of("2026-11-24 11:45", 30);
    expect_rule(shop, &claim, "step", "Times here are 30 min apart");
    claim = claim_of("2026-11-22 10:00", 60); /* a Sunday */
    expect_rule(shop, &claim, "hours", "Paul Schäfer doesn't work then");
}

static void test_time_around_what_is_booked(void **state)
{
    struct shop *shop = *state;
    const struct slot_wish wish = wish_of("2026-11-24", "2026-11-24 13:00");
    /* 15 before and 30 after: free again at 10:30 + 0 + 15, and until 9:00 - 15 - 30. */
    calendar_book(shop, 0xa1, PAUL, "2026-11-24 10:00", 30, "confirmed", 0, 0);
    assert_string_equal(found(shop, &wish), "08:30 11:00 11:30");
    struct slot_claim claim = claim_of("2026-11-24 09:00", 60);
    shop_expect_error(shop, check(shop, &claim), ERROR_CONFLICT,
                      "Paul Schäfer is booked from 2026-11-24 10:00 to 10:30; the nearest free "
                      "time is 2026-11-24 08:30");
    claim.is_forced = true;
    shop_expect_error(shop, check(shop, &claim), ERROR_CONFLICT, "is booked");
    claim.is_forced = false;
    claim.ignored = calendar_id(0xa1);
    shop_expect(shop, check(shop, &claim));
    calendar_run(shop, "UPDATE appointments SET buffer_after_minutes = 30");
    assert_string_equal(found(shop, &wish), "08:30 11:30");
    calendar_run(shop, "UPDATE appointments SET status = 'cancelled'");
    assert_string_equal(found(shop, &wish), "08:30 09:00 09:30 10:00 10:30 11:00 11:30");
}

static void test_each_status(void **state)
{
    struct shop *shop = *state;
    static const struct {
        const char *status;
        bool is_taken;
    } statuses[] = {{"tentative", true},   {"scheduled", true},  {"confirmed", true},
                    {"in_progress", true}, {"completed", false}, {"cancelled", false},
                    {"no_show", false}};
    struct slot_claim claim = claim_of("2026-11-24 10:00", 60);
    calendar_book(shop, 0xa1, PAUL, "2026-11-24 10:00", 60, "tentative", 0, 0);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        calendar_run(shop, "UPDATE appointments SET status = '%s'", statuses[i].status);
        assert_int_equal(check(shop, &claim), !statuses[i].is_taken);
    }
}

static void test_more_than_a_day(void **state)
{
    struct shop *shop = *state;
    const struct slot_wish wish = wish_of("2026-11-24", "2026-11-28");
    calendar_book(shop, 0xa1, PAUL, "2026-11-10 09:00", 60 * 24 * 17, "scheduled", 0, 60);
    assert_string_equal(found(shop, &wish), "10:30 11:00 11:30 13:30 14:00 14:30 15:00 15:30 "
                                            "16:00 16:30 17:00");
    calendar_book(shop, 0xa2, PAUL, "2026-12-10 09:00", 60, "scheduled", 60 * 24 * 13 - 60, 0);
    assert_string_equal(found(shop, &wish), "");
}

static void test_limits_of_a_policy(void **state)
{
    struct shop *shop = *state;
    struct slot_claim claim = claim_of("2026-11-20 15:30", 60);
    expect_rule(shop, &claim, "notice",
                "This is to be booked 4 h ahead; the nearest free time is 2026-11-20 16:00");
    claim = claim_of("2026-11-20 11:30", 60);
    expect_rule(shop, &claim, "past", "That time has passed");
    claim = claim_of("2027-01-19 11:30", 60);
    shop_expect(shop, check(shop, &claim));
    claim = claim_of("2027-01-20 08:30", 60);
    expect_rule(shop, &claim, "ahead", "This can be booked for the next 60 days");
    /* Four a day, whatever came of them. */
    static const char *const statuses[] = {"completed", "no_show", "completed", "cancelled"};
    for (int i = 0; i < 4; i++) {
        char local[INSTANT_TEXT_SIZE];
        snprintf(local, sizeof local, "2026-11-24 %02d:30", 13 + i);
        calendar_book(shop, 0xa1 + i, PAUL, local, 20, statuses[i], 0, 0);
    }
    claim = claim_of("2026-11-24 09:00", 60);
    shop_expect(shop, check(shop, &claim));
    calendar_book(shop, 0xb1, PAUL, "2026-11-24 17:30", 20, "scheduled", 0, 0);
    expect_rule(shop, &claim, "full", "Paul Schäfer has 4 appointments on that day");
    claim.ignored = calendar_id(0xb1);
    shop_expect(shop, check(shop, &claim));
}

static void test_without_a_policy(void **state)
{
    struct shop *shop = *state;
    struct slot_wish wish = wish_of("2026-11-20 12:10", "2026-11-20 14:00");
    wish.type_id = calendar_id(CALL);
    assert_string_equal(found(shop, &wish), "13:30 13:45");
    wish.until_minute = 13 * 60 + 45;
    assert_string_equal(found(shop, &wish), "13:30");
}

static void test_who_does_what(void **state)
{
    struct shop *shop = *state;
    struct slot_terms terms;
    const struct uuid nothing = {{0}}, visit = calendar_id(VISIT), advice = calendar_id(ADVICE);
    const struct uuid measuring = calendar_id(MEASURING), greta = calendar_id(GRETA);
    const struct uuid paul = calendar_id(PAUL);
    const struct {
        const struct uuid *type, *service, *estimator;
        int minutes, before;
    } cases[] = {
        {&visit, &nothing, &nothing, 60, 15}, {&visit, &nothing, &greta, 90, 15},
        {&visit, &advice, &paul, 90, 15},     {&visit, &measuring, &paul, 60, 15},
        {&nothing, &advice, &paul, 90, 0},    {&nothing, &nothing, &paul, 60, 0},
    };
    calendar_run(shop, "UPDATE services SET duration_minutes = 75 WHERE name = 'Measuring'");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        shop_expect(shop, slot_terms_load(shop->store, cases[i].type, cases[i].service,
                                          cases[i].estimator, &terms, &shop->err));
        assert_int_equal(terms.duration_minutes, cases[i].minutes);
        assert_int_equal(terms.buffer_before_minutes, cases[i].before);
    }
    struct slot_wish wish = wish_of("2026-11-24", "2026-11-25");
    wish.service_id = advice;
    wish.estimator_id = greta;
    struct slot *slots;
    size_t count;
    shop_expect_error(
        shop, slots_find(shop->store, &wish, noon(), shop->arena, &slots, &count, &shop->err),
        ERROR_RULE, "This estimator does no \"Colour advice\"");
    wish.estimator_id = nothing;
    assert_true(strlen(found(shop, &wish)) > 0);
    calendar_run(shop, "UPDATE estimators SET is_active = FALSE WHERE name LIKE 'Paul%%'");
    shop_expect_error(
        shop, slots_find(shop->store, &wish, noon(), shop->arena, &slots, &count, &shop->err),
        ERROR_RULE, "Nobody here does \"Colour advice\"");
}

static void test_resources(void **state)
{
    struct shop *shop = *state;
    struct slot_wish wish = wish_of("2026-11-24", "2026-11-24 13:00");
    calendar_book(shop, 0xa1, GRETA, "2026-11-24 10:00", 60, "confirmed", 0, 0);
    calendar_run(shop,
                 "INSERT INTO resource_bookings (id, tenant_id, resource_id, appointment_id, "
                 "starts_at, ends_at, status) SELECT randomblob(16), tenant_id, %s, id, starts_at, "
                 "ends_at, status FROM appointments",
                 calendar_sql(shop, VAN));
    assert_string_equal(found(shop, &wish), "08:30 09:00 09:30 10:00 10:30 11:00 11:30");
    wish.resources[wish.resource_count++] = calendar_id(METER);
    wish.resources[wish.resource_count++] = calendar_id(VAN);
    assert_string_equal(found(shop, &wish), "08:30 11:30");
    struct slot_claim claim = claim_of("2026-11-24 09:00", 60);
    claim.resources[claim.resource_count++] = calendar_id(VAN);
    shop_expect_error(shop, check(shop, &claim), ERROR_CONFLICT,
                      "Van is booked from 2026-11-24 10:00 to 11:00; the nearest");
    claim.ignored = calendar_id(0xa1);
    shop_expect(shop, check(shop, &claim));
    claim.ignored = calendar_id(0);
    calendar_run(shop, "UPDATE resource_bookings SET status = 'cancelled'");
    shop_expect(shop, check(shop, &claim));
    calendar_run(shop, "UPDATE resource_bookings SET status = 'scheduled', appointment_id = NULL");
    shop_expect_error(shop, check(shop, &claim), ERROR_CONFLICT, "Van is booked");
    calendar_run(shop, "UPDATE resources SET is_active = FALSE WHERE name = 'Van'");
    shop_expect_error(shop, check(shop, &claim), ERROR_RULE, "can't be booked any more");
}

static void test_anyone(void **state)
{
    struct shop *shop = *state;
    struct slot_wish wish = wish_of("2026-11-24", "2026-11-25");
    struct slot *slots;
    size_t count;
    wish.estimator_id = calendar_id(0);
    wish.limit = 3;
    shop_expect(shop,
                slots_find(shop->store, &wish, noon(), shop->arena, &slots, &count, &shop->err));
    assert_int_equal(count, 3);
    assert_string_equal(slots[0].estimator, "Greta Sørensen");
    assert_string_equal(slots[1].estimator, "Paul Schäfer");
    assert_int_equal(slots[0].ends_at - slots[0].starts_at, 90 * 60 * SECOND_US);
    assert_int_equal(slots[0].starts_at - slots[0].busy_from, 15 * 60 * SECOND_US);
    wish.limit = 0;
    wish.location_id = calendar_id(ST_JOHNS);
    shop_expect(shop,
                slots_find(shop->store, &wish, noon(), shop->arena, &slots, &count, &shop->err));
    assert_int_equal(slots[0].starts_at, calendar_at("2026-11-24 08:30", st_johns));
    assert_string_equal(slots[0].zone, st_johns);
    /* His day ends after Berlin's. */
    assert_int_equal(slots[count - 1].starts_at, calendar_at("2026-11-24 17:00", st_johns));
}

static void test_near(void **state)
{
    struct shop *shop = *state;
    struct slot_wish wish = wish_of("2026-11-24", "2026-11-28");
    calendar_book(shop, 0xa1, PAUL, "2026-11-26 10:00", 60, "confirmed", 0, 0);
    calendar_book(shop, 0xa2, PAUL, "2026-11-25 10:00", 60, "confirmed", 0, 0);
    calendar_run(shop,
                 "UPDATE appointments SET address = CASE id WHEN %s THEN '{\"postal_code\":"
                 "\"SW1a 2bb\"}' ELSE '{\"postal_code\":\"SW9\"}' END",
                 calendar_sql(shop, 0xa1));
    snprintf(wish.near, sizeof wish.near, "SW1A1AA");
    struct slot *slots;
    size_t count;
    shop_expect(shop,
                slots_find(shop->store, &wish, noon(), shop->arena, &slots, &count, &shop->err));
    assert_int_equal(slots[0].closeness, 4);
    assert_int_equal(slots[0].starts_at, calendar_at("2026-11-26 08:30", berlin));
    assert_int_equal(slots[count - 1].closeness, 0);
    assert_int_equal(slots[count - 1].starts_at, calendar_at("2026-11-27 17:00", berlin));
}

static void test_what_can_not_be_asked(void **state)
{
    struct shop *shop = *state;
    struct slot_wish wish = wish_of("2026-11-24", "2028-11-28");
    struct slot *slots;
    size_t count;
    shop_expect_error(
        shop, slots_find(shop->store, &wish, noon(), shop->arena, &slots, &count, &shop->err),
        ERROR_INPUT, "more than can be searched at once");
    wish = wish_of("2026-11-01", "2026-11-02");
    assert_string_equal(found(shop, &wish), "");
    struct slot_claim claim = claim_of("2026-11-24 09:00", 0);
    shop_expect_error(shop, check(shop, &claim), ERROR_INPUT, "ends after it starts");
    claim = claim_of("2026-11-24 09:00", 60);
    claim.estimator_id = calendar_id(0);
    shop_expect_error(shop, check(shop, &claim), ERROR_INPUT, "Say whose appointment");
    claim = claim_of("2026-11-24 09:00", 60);
    calendar_run(shop, "UPDATE appointment_types SET is_active = FALSE WHERE name = 'Visit'");
    shop_expect_error(shop, check(shop, &claim), ERROR_RULE, "\"Visit\" is not offered any more");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_day_as_the_hours_say),
        TEST(test_time_around_what_is_booked),
        TEST(test_each_status),
        TEST(test_more_than_a_day),
        TEST(test_limits_of_a_policy),
        TEST(test_without_a_policy),
        TEST(test_who_does_what),
        TEST(test_resources),
        TEST(test_anyone),
        TEST(test_near),
        TEST(test_what_can_not_be_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
