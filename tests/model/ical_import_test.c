/* Calendars taken over into a shop and given to others. */
#include "model/calendar/ical_import.h"

#include "model/base/instant.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct office {
    struct shop *shop;
    struct uuid greta, van;
    struct buffer text;
    struct ical_plan plan;
};

static int set_up(void **state)
{
    struct office *office = memory_new(sizeof *office);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    office->shop = shop;
    office->greta = shop_insert(
        office->shop, "estimators",
        (const struct change[]){{.column = "name", .value = value_text("Greta Sørensen")}}, 1);
    office->van = shop_insert(
        office->shop, "resources",
        (const struct change[]){{.column = "name", .value = value_text("Van B-FW 204")}}, 1);
    buffer_init(&office->text);
    *state = office;
    return 0;
}

static int tear_down(void **state)
{
    struct office *office = *state;
    void *shop = office->shop;
    buffer_done(&office->text);
    shop_check(office->shop);
    free(office);
    return shop_teardown(&shop);
}

static void add_event(struct office *office, const char *uid, const char *lines)
{
    buffer_format(&office->text, "BEGIN:VEVENT\nUID:%s\n%s\nEND:VEVENT\n", uid, lines);
}

static void begin(struct office *office)
{
    buffer_clear(&office->text);
    buffer_add(&office->text, "BEGIN:VCALENDAR\n");
}

static void make_plan(struct office *office, const char *name, const struct uuid *feed)
{
    struct shop *shop = office->shop;
    struct ical_owner owner;
    buffer_add(&office->text, "END:VCALENDAR\n");
    shop_expect(shop, ical_owner_find(shop->store, name, shop->arena, &owner, &shop->err));
    shop_expect(shop, ical_plan(shop->store, &owner, feed, office->text.text, office->text.size,
                                shop->arena, &office->plan, &shop->err));
}

static void expect_counts(const struct office *office, size_t new, size_t changed, size_t gone,
                          size_t same)
{
    assert_int_equal(office->plan.counts[ICAL_NEW], new);
    assert_int_equal(office->plan.counts[ICAL_CHANGED], changed);
    assert_int_equal(office->plan.counts[ICAL_GONE], gone);
    assert_int_equal(office->plan.counts[ICAL_SAME], same);
}

static void apply(struct office *office)
{
    struct shop *shop = office->shop;
    shop_expect(shop, ical_apply(shop->store, &shop->owner, &office->plan, &shop->err));
}

static int64_t exceptions(struct office *office)
{
    return shop_integer(office->shop,
                        "SELECT count(*) FROM availability_exceptions WHERE estimator_id = ?1",
                        &office->greta);
}

static struct uuid add_appointment(struct office *office, const char *time, const char *status)
{
    int64_t starts;
    assert_true(instant_parse(time, "Europe/Berlin", &starts, NULL));
    const struct change changes[] = {
        {.column = "first_name", .value = value_text("Jo")},
        {.column = "last_name", .value = value_text("Meyer; \"the, tall\"")},
        {.column = "email", .value = value_text("jo@meyer.example")},
        {.column = "phone", .value = value_text("0151 23456")},
        {.column = "address",
         .value = value_text("{\"street\":\"Torstr. 1\",\"city\":\"Berlin\"}")},
        {.column = "notes", .value = value_text("Key under the mat")},
        {.column = "starts_at", .value = value_integer(starts)},
        {.column = "ends_at", .value = value_integer(starts + 3600 * SECOND_US)},
        {.column = "status", .value = value_text(status)},
        {.column = "estimator_id", .value = value_uuid(&office->greta)},
    };
    return shop_insert(office->shop, "appointments", changes, sizeof changes / sizeof changes[0]);
}

static void blocked_time_is_found_again(void **state)
{
    struct office *office = *state;
    static const char dentist[] =
        "DTSTART:20261123T080000Z\nDTEND:20261123T090000Z\nSUMMARY:Dentist";
    begin(office);
    add_event(office, "a", dentist);
    add_event(office, "b", "DTSTART:20261203T210000Z\nDTEND:20261205T010000Z\nSUMMARY:Train");
    add_event(office, "c", "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227");
    make_plan(office, "greta", NULL);
    expect_counts(office, 3, 0, 0, 0);
    assert_int_equal(exceptions(office), 0); /* a plan writes nothing */
    apply(office);
    assert_int_equal(exceptions(office), 5); /* the train goes over two midnights */
    assert_int_equal(shop_integer(office->shop,
                                  "SELECT count(*) FROM availability_exceptions WHERE"
                                  " estimator_id = ?1 AND first_day = '2026-11-23' AND"
                                  " last_day = '2026-11-23' AND start_time = '09:00:00' AND"
                                  " end_time = '10:00:00' AND NOT is_available",
                                  &office->greta),
                     1);
    office->text.size -= strlen("END:VCALENDAR\n");
    make_plan(office, "Greta Sørensen", NULL);
    expect_counts(office, 0, 0, 0, 3);
    assert_int_equal(office->plan.row_count, 0);
    begin(office);
    add_event(office, "a", "DTSTART:20261123T083000Z\nDTEND:20261123T090000Z\nSUMMARY:Dentist");
    add_event(office, "b", "DTSTART:20261203T210000Z\nDTEND:20261203T220000Z\nSUMMARY:Train");
    make_plan(office, "greta", NULL);
    expect_counts(office, 0, 2, 2, 0); /* of c nothing is known now; the train is shorter */
    apply(office);
    assert_int_equal(exceptions(office), 3);
    assert_non_null(shop_undo(office->shop, &office->shop->owner));
    assert_int_equal(exceptions(office), 5);
    assert_non_null(shop_undo(office->shop, &office->shop->owner));
    assert_int_equal(exceptions(office), 0);
}

static void appointments_are_told_and_stay(void **state)
{
    struct office *office = *state;
    struct uuid id = add_appointment(office, "2026-11-23 09:30", "confirmed");
    char text[UUID_TEXT_SIZE];
    uuid_text(&id, text);
    begin(office);
    add_event(office, "a", "DTSTART:20261123T080000Z\nDTEND:20261123T090000Z\nSUMMARY:Dentist");
    add_event(office, arena_format(office->shop->arena, "%s@countertop", text),
              "DTSTART:20261123T083000Z\nDTEND:20261123T093000Z\nSUMMARY:The shop's own");
    make_plan(office, "greta", NULL);
    assert_int_equal(office->plan.counts[ICAL_OWN], 1);
    assert_int_equal(office->plan.against_count, 1);
    assert_non_null(strstr(office->plan.lines[0].against, "Jo Meyer"));
    apply(office);
    assert_int_equal(exceptions(office), 1);
}

static void things_are_never_booked_twice(void **state)
{
    struct office *office = *state;
    begin(office);
    add_event(office, "a", "DTSTART:20261123T080000Z\nDTEND:20261123T090000Z\nSUMMARY:Workshop");
    make_plan(office, "van", NULL);
    expect_counts(office, 1, 0, 0, 0);
    apply(office);
    begin(office);
    add_event(office, "b", "DTSTART:20261123T083000Z\nDTEND:20261123T100000Z\nSUMMARY:Wash");
    add_event(office, "c", "DTSTART;VALUE=DATE:20261125");
    make_plan(office, "van", NULL);
    assert_int_equal(office->plan.counts[ICAL_TAKEN], 1);
    expect_counts(office, 1, 0, 0, 0);
    apply(office);
    assert_int_equal(shop_integer(office->shop,
                                  "SELECT count(*) FROM resource_bookings WHERE resource_id = ?1",
                                  &office->van),
                     2);
    begin(office);
    make_plan(office, "van", NULL);
    expect_counts(office, 0, 0, 0, 0); /* a file speaks of its own events alone */
}

static void a_feed_takes_back_what_it_brought(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    const struct change changes[] = {
        {.column = "name", .value = value_text("Greta's own")},
        {.column = "direction", .value = value_text("read")},
        {.column = "url", .value = value_text("https://example.org/a.ics")},
        {.column = "estimator_id", .value = value_uuid(&office->greta)},
    };
    struct uuid feed = shop_insert(shop, "calendar_feeds", changes, 4);
    begin(office);
    add_event(office, "file", "DTSTART;VALUE=DATE:20261210");
    make_plan(office, "greta", NULL);
    apply(office);
    begin(office);
    add_event(office, "a", "DTSTART;VALUE=DATE:20261224");
    add_event(office, "b", "DTSTART;VALUE=DATE:20261225");
    make_plan(office, "greta", &feed);
    apply(office);
    begin(office);
    add_event(office, "a", "DTSTART;VALUE=DATE:20261224");
    add_event(office, "b", "DTSTART:nonsense");
    make_plan(office, "greta", &feed);
    expect_counts(office, 0, 0, 0, 1); /* what can't be read is not gone */
    begin(office);
    add_event(office, "a", "DTSTART;VALUE=DATE:20261224");
    make_plan(office, "greta", &feed);
    expect_counts(office, 0, 0, 1, 1);
    apply(office);
    assert_int_equal(exceptions(office), 2);
    struct operation *operation = operation_begin(shop->store, "record.delete", &shop->owner, NULL);
    shop_expect(shop, record_delete(operation, "calendar_feeds", &feed, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    assert_int_equal(exceptions(office), 1);
}

static void what_is_exported_says_no_more_than_needed(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    struct ical_owner owner;
    struct ical_export export = {0};
    struct ical_calendar calendar;
    add_appointment(office, "2026-11-23 09:30", "confirmed");
    add_appointment(office, "2026-11-24 09:30", "cancelled");
    add_appointment(office, "2026-01-05 09:30", "completed");
    buffer_clear(&office->text);
    shop_expect(shop, ical_owner_find(shop->store, "greta", shop->arena, &owner, &shop->err));
    shop_expect(shop,
                ical_write(shop->store, &shop->owner, &owner, &export, &office->text, &shop->err));
    const char *text = office->text.text;
    assert_int_equal(export.count, 2);
    assert_non_null(strstr(text, "METHOD:PUBLISH\r\n"));
    assert_non_null(strstr(text, "DTSTART:20261123T083000Z\r\n"));
    assert_non_null(strstr(text, "STATUS:CANCELLED\r\n"));
    assert_non_null(strstr(text, "SEQUENCE:0\r\n"));
    assert_non_null(strstr(text, "Meyer\\; \"the\\, tall\""));
    assert_null(strstr(text, "0151"));
    assert_null(strstr(text, "jo@meyer"));
    assert_null(strstr(text, "mat"));
    assert_null(strstr(text, "Torstr"));
    shop_expect(shop, ical_read(text, strlen(text), "Europe/Berlin", 0, INT64_MAX / 2, shop->arena,
                                &calendar, &shop->err));
    assert_int_equal(calendar.count, 1);
    assert_int_equal(calendar.free_count, 1);
    assert_int_equal(calendar.problem_count, 0);
    export.has_address = true;
    shop_expect(shop,
                ical_write(shop->store, &shop->owner, &owner, &export, &office->text, &shop->err));
    assert_non_null(strstr(office->text.text, "Torstr. 1\\, Berlin"));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM audit_logs WHERE subject_id = ?1 AND"
                                  " action = 'calendar.export'",
                                  &office->greta),
                     2);
}

static void who_is_meant_must_be_clear(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    struct ical_owner owner;
    shop_insert(shop, "estimators",
                (const struct change[]){{.column = "name", .value = value_text("Greta Meyer")}}, 1);
    shop_expect_error(shop, ical_owner_find(shop->store, "greta", shop->arena, &owner, &shop->err),
                      ERROR_INPUT, "may be Greta Meyer or Greta Sørensen");
    shop_expect_error(shop, ical_owner_find(shop->store, "nobody", shop->arena, &owner, &shop->err),
                      ERROR_NOT_FOUND, "no estimator");
    shop_expect(shop,
                ical_owner_find(shop->store, "GRETA SØRENSEN", shop->arena, &owner, &shop->err));
    begin(office);
    make_plan(office, "van", NULL);
    office->plan.row_count = 0;
    struct actor viewer = shop->cashier;
    viewer.user_id = shop_insert(
        shop, "users",
        (const struct change[]){{.column = "username", .value = value_text("viewer")},
                                {.column = "email", .value = value_text("v@example.org")},
                                {.column = "display_name", .value = value_text("Viewer")}},
        3);
    shop_expect_error(shop, ical_apply(shop->store, &viewer, &office->plan, &shop->err),
                      ERROR_DENIED, "appointments.edit");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(blocked_time_is_found_again),
        TEST(appointments_are_told_and_stay),
        TEST(things_are_never_booked_twice),
        TEST(a_feed_takes_back_what_it_brought),
        TEST(what_is_exported_says_no_more_than_needed),
        TEST(who_is_meant_must_be_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
