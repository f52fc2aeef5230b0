/* Appointments and all that becomes of them: booked, moved, set, taken back, with their history. */
#include "model/base/instant.h"
#include "model/calendar/appointment.h"
#include "model/overlay/exchange.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HOUR         (INT64_C(3600) * SECOND_US)
#define NOON         (INT64_C(1795172400) * SECOND_US) /* 2026-11-20, a Friday, 12:00 in Berlin */
#define MONDAY(hour) (NOON + 3 * 24 * HOUR + ((hour)-12) * HOUR)

static const char reason[] = "the child is ill";

struct calendar {
    struct shop *shop;
    struct uuid kim, ben, service, type, van, drill;
};

static struct uuid put(struct shop *shop, const char *table, const char *name)
{
    const struct change change = {.column = "name", .value = value_text(name)};
    return shop_insert(shop, table, &change, 1);
}

static void put_hours(struct shop *shop, const struct uuid *estimator, const struct uuid *service)
{
    const struct change does[] = {
        {.column = "estimator_id", .value = value_uuid(estimator)},
        {.column = "service_id", .value = value_uuid(service)},
    };
    shop_insert(shop, "estimator_services", does, 2);
    for (int day = 0; day < 5; day++) {
        const struct change hours[] = {
            {.column = "estimator_id", .value = value_uuid(estimator)},
            {.column = "day_of_week", .value = value_integer(day)},
            {.column = "start_time", .value = value_text("08:00:00")},
            {.column = "end_time", .value = value_text("18:00:00")},
        };
        shop_insert(shop, "availabilities", hours, 4);
    }
}

static struct calendar set_up(struct shop *shop)
{
    struct calendar calendar = {.shop = shop,
                                .kim = put(shop, "estimators", "Kim"),
                                .ben = put(shop, "estimators", "Ben"),
                                .service = put(shop, "services", "Measuring"),
                                .van = put(shop, "resources", "Van"),
                                .drill = put(shop, "resources", "Drill")};
    const struct change policy[] = {
        {.column = "name", .value = value_text("Visits")},
        {.column = "buffer_before_minutes", .value = value_integer(15)},
        {.column = "buffer_after_minutes", .value = value_integer(30)},
        {.column = "minimum_notice_minutes", .value = value_integer(240)},
        {.column = "cancel_window_minutes", .value = value_integer(1440)},
    };
    struct uuid id = shop_insert(shop, "booking_policies", policy, 5);
    const struct change type[] = {
        {.column = "name", .value = value_text("Visit")},
        {.column = "service_id", .value = value_uuid(&calendar.service)},
        {.column = "booking_policy_id", .value = value_uuid(&id)},
        {.column = "duration_minutes", .value = value_integer(90)},
    };
    calendar.type = shop_insert(shop, "appointment_types", type, 4);
    put_hours(shop, &calendar.kim, &calendar.service);
    put_hours(shop, &calendar.ben, &calendar.service);
    return calendar;
}

static struct booking at(const struct calendar *calendar, int64_t starts)
{
    return (struct booking){.name = "Jo van der Lee",
                            .phone = "0151 1",
                            .estimator_id = calendar->kim,
                            .type_id = calendar->type,
                            .starts_at = starts};
}

static struct uuid book(const struct calendar *calendar, int64_t starts)
{
    struct shop *shop = calendar->shop;
    struct booking booking = at(calendar, starts);
    struct uuid id;
    shop_expect(shop, appointment_book(shop->store, &shop->owner, &booking, &id, &shop->err));
    return id;
}

static struct appointment *load(struct shop *shop, const struct uuid *id)
{
    struct appointment *out = arena_alloc(shop->arena, sizeof *out);
    shop_expect(shop, appointment_load(shop->store, id, shop->arena, out, &shop->err) == 1);
    return out;
}

static bool set(struct shop *shop, const struct uuid *id, const char *status, bool is_forced)
{
    const struct booking_status wish = {.status = status, .reason = reason, .is_forced = is_forced};
    return appointment_set(shop->store, &shop->owner, id, 1, &wish, &shop->err);
}

/* "booked>scheduled moved>scheduled": what the history says, oldest first. */
static const char *history(struct shop *shop, const struct uuid *id)
{
    struct appointment_event *events;
    struct buffer words;
    buffer_init(&words);
    int count = appointment_events(shop->store, id, shop->arena, &events, &shop->err);
    assert_true(count > 0);
    for (int i = 0; i < count; i++)
        buffer_format(&words, "%s%s>%s", i > 0 ? " " : "", events[i].kind, events[i].to_status);
    const char *text = arena_text(shop->arena, words.text);
    buffer_done(&words);
    return text;
}

static void test_a_booking_has_all_that_was_said(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct booking booking = {.customer_id = shop->customer,
                              .estimator_id = calendar.kim,
                              .type_id = calendar.type,
                              .starts_at = MONDAY(10),
                              .resources = {calendar.van, calendar.drill},
                              .resource_count = 2,
                              .notes = "at the back"};
    struct uuid id;
    shop_expect(shop, appointment_book(shop->store, &shop->cashier, &booking, &id, &shop->err));
    struct appointment *made = load(shop, &id);
    assert_string_equal(made->who, "Jo Meyer");
    assert_string_equal(made->first_name, "Jo");
    assert_string_equal(made->phone, "0151 23456");
    assert_string_equal(made->status, "scheduled");
    assert_string_equal(made->estimator, "Kim");
    assert_string_equal(made->service, "Measuring"); /* the type's */
    assert_string_equal(made->resources, "Drill, Van");
    assert_string_equal(made->zone, "Europe/Berlin");
    assert_string_equal(made->notes, "at the back");
    assert_int_equal(made->duration_minutes, 90);
    assert_int_equal(made->ends_at - made->starts_at, 90 * 60 * SECOND_US);
    assert_int_equal(made->starts_at - made->busy_from, 15 * 60 * SECOND_US);
    assert_int_equal(made->busy_until - made->ends_at, 30 * 60 * SECOND_US);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM resource_bookings AS b JOIN appointments AS"
                                  " a ON a.id = b.appointment_id WHERE b.status = 'scheduled' AND"
                                  " b.starts_at = a.starts_at - 900000000 AND"
                                  " b.ends_at = a.ends_at + 1800000000",
                                  NULL),
                     2);
    assert_string_equal(history(shop, &id), "booked>scheduled");
    assert_false(made->is_unsent || made->is_lost || made->is_refused);
    assert_non_null(strstr(made->ics_uid, "@countertop"));
}

static void test_names(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    static const struct {
        const char *given, *first, *last, *who;
    } names[] = {
        {"Jo van der Lee", "Jo van der", "Lee", "Jo van der Lee"},
        {"Cher", "-", "Cher", "Cher"},
        {"  Jo   Lee ", "Jo", "Lee", "Jo Lee"},
        {"علي حسن", "علي", "حسن", "علي حسن"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct booking booking = at(&calendar, MONDAY(8) + (int64_t)i * 24 * HOUR);
        struct uuid id;
        booking.name = names[i].given;
        shop_expect(shop, appointment_book(shop->store, &shop->owner, &booking, &id, &shop->err));
        struct appointment *made = load(shop, &id);
        assert_string_equal(made->first_name, names[i].first);
        assert_string_equal(made->last_name, names[i].last);
        assert_string_equal(made->who, names[i].who);
    }
}

static void test_a_new_customer_on_the_spot(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct booking booking = at(&calendar, MONDAY(10));
    struct uuid id;
    booking.is_new_customer = true;
    booking.address = "{\"street\":\"Torstr. 1\",\"postal_code\":\"10119\",\"city\":\"Berlin\"}";
    shop_expect(shop, appointment_book(shop->store, &shop->owner, &booking, &id, &shop->err));
    struct appointment *made = load(shop, &id);
    assert_string_equal(made->place, "Torstr. 1, 10119 Berlin");
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM customer_profiles WHERE id = ?1 AND name ="
                                  " 'Jo van der Lee' AND phone_digits = '01511'",
                                  &made->customer_id),
                     1);
    struct appointment *theirs;
    assert_int_equal(appointments_of_customer(shop->store, &made->customer_id, 9, shop->arena,
                                              &theirs, &shop->err),
                     1);
}

static void test_what_is_wrong_is_said(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct booking good = at(&calendar, MONDAY(10)), bad = good;
    bad.name = " ";
    shop_expect_error(shop, appointment_book(shop->store, &shop->owner, &bad, NULL, &shop->err),
                      ERROR_INPUT, "name");
    for (int i = 0; i < 4; i++) {
        static const int64_t starts[] = {0, -1, INT64_MAX, INT64_MIN};
        bad = good;
        bad.starts_at = starts[i];
        shop_expect_error(shop, appointment_book(shop->store, &shop->owner, &bad, NULL, &shop->err),
                          ERROR_INPUT, "begins");
    }
    for (int i = 0; i < 3; i++) {
        static const int minutes[] = {-1, 24 * 60 + 1, INT32_MAX};
        bad = good;
        bad.duration_minutes = minutes[i];
        shop_expect_error(shop, appointment_book(shop->store, &shop->owner, &bad, NULL, &shop->err),
                          ERROR_INPUT, "minute");
    }
    bad = good;
    bad.resource_count = 2;
    bad.resources[0] = bad.resources[1] = calendar.van;
    shop_expect_error(shop, appointment_book(shop->store, &shop->owner, &bad, NULL, &shop->err),
                      ERROR_INPUT, "twice");
    bad = good;
    bad.customer_id = calendar.van; /* no customer */
    bad.name = NULL;
    shop_expect_error(shop, appointment_book(shop->store, &shop->owner, &bad, NULL, &shop->err),
                      ERROR_NOT_FOUND, "customer");
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM appointments", NULL), 0);
}

static void test_a_taken_place_is_never_had(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    book(&calendar, MONDAY(10)); /* to 11:30, busy from 9:45 to 12:00 */
    struct booking other = at(&calendar, MONDAY(12));
    other.is_forced = true;
    shop_expect_error(shop, appointment_book(shop->store, &shop->owner, &other, NULL, &shop->err),
                      ERROR_CONFLICT, "");
    other.starts_at = MONDAY(12) + HOUR / 4; /* 15 minutes of its own before it */
    shop_expect(shop, appointment_book(shop->store, &shop->owner, &other, NULL, &shop->err));
}

static void test_a_policy_asks(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct booking soon = at(&calendar, NOON + 2 * HOUR); /* the notice is 4 hours */
    shop_expect_error(shop, appointment_book(shop->store, &shop->owner, &soon, NULL, &shop->err),
                      ERROR_RULE, "");
    assert_string_equal(shop->err.field, "notice");
    soon.is_forced = true;
    shop_expect_error(shop, appointment_book(shop->store, &shop->cashier, &soon, NULL, &shop->err),
                      ERROR_DENIED, "appointments.delete");
    shop_expect(shop, appointment_book(shop->store, &shop->owner, &soon, NULL, &shop->err));
}

static void test_moved_and_back(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct uuid id = book(&calendar, MONDAY(10));
    shop_expect(shop, set(shop, &id, "confirmed", false));
    const struct booking_move move = {.days = 1, .estimator_id = calendar.ben, .reason = reason};
    shop_expect(shop, appointment_move(shop->store, &shop->owner, &id, &move, &shop->err));
    struct appointment *moved = load(shop, &id);
    assert_int_equal(moved->starts_at, MONDAY(34));
    assert_string_equal(moved->estimator, "Ben");
    assert_string_equal(moved->status, "scheduled"); /* another time was confirmed */
    assert_int_equal(moved->ics_sequence, 1);
    assert_string_equal(history(shop, &id), "booked>scheduled status>confirmed moved>scheduled");
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM appointment_events WHERE note LIKE '%ill'"
                                  " AND to_starts_at - from_starts_at = 86400000000",
                                  NULL),
                     1);
    assert_non_null(shop_undo(shop, &shop->owner));
    moved = load(shop, &id);
    assert_int_equal(moved->starts_at, MONDAY(10));
    assert_string_equal(moved->estimator, "Kim");
    assert_string_equal(moved->status, "confirmed");
    assert_int_equal(moved->ics_sequence, 2); /* it never goes back */
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(load(shop, &id)->status, "scheduled");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(load(shop, &id)->status, "cancelled");
    assert_null(shop_undo(shop, &shop->cashier));
}

static void test_days_keep_the_time_of_the_clock(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    int64_t before, after;
    shop_expect(shop, instant_parse("2027-03-26 09:00", "Europe/Berlin", &before, &shop->err) &&
                          instant_parse("2027-03-29 09:00", "Europe/Berlin", &after, &shop->err));
    struct uuid id = book(&calendar, before);
    const struct booking_move move = {.days = 3};
    shop_expect(shop, appointment_move(shop->store, &shop->owner, &id, &move, &shop->err));
    assert_int_equal(load(shop, &id)->starts_at, after);
    assert_int_equal(after - before, 71 * HOUR);
}

static void count_told(void *context, const struct uuid *id, const char *who, const char *why)
{
    assert_false(uuid_is_zero(id));
    assert_non_null(strstr(who, "Lee"));
    assert_true(why[0] != '\0');
    ++*(int *)context;
}

static void test_several_move_all_or_none(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    const struct uuid ids[] = {book(&calendar, MONDAY(9)), book(&calendar, MONDAY(12)),
                               book(&calendar, MONDAY(15))};
    int told = 0;
    const struct booking_listener listener = {count_told, &told};
    struct booking_move move = {.minutes = 180, .listener = &listener};
    /* Each into the place of the next: good as a whole, but not without the last. */
    shop_expect_error(shop,
                      appointment_move_many(shop->store, &shop->owner, ids, 2, &move, &shop->err),
                      ERROR_CONFLICT, "");
    assert_int_equal(told, 1);
    assert_int_equal(load(shop, &ids[0])->starts_at, MONDAY(9));
    move.minutes = 60;
    shop_expect(shop, appointment_move_many(shop->store, &shop->owner, ids, 3, &move, &shop->err));
    assert_int_equal(load(shop, &ids[2])->starts_at, MONDAY(16));
    assert_non_null(shop_undo(shop, &shop->owner)); /* one operation */
    for (int i = 0; i < 3; i++)
        assert_int_equal(load(shop, &ids[i])->starts_at, MONDAY(9 + 3 * i));
    /* All three outside of hours: it asks, and each is told. */
    move.minutes = -4 * 60;
    told = 0;
    move.minutes = 12 * 60;
    shop_expect_error(shop,
                      appointment_move_many(shop->store, &shop->owner, ids, 3, &move, &shop->err),
                      ERROR_RULE, "Nothing was changed, for 3");
    assert_string_equal(shop->err.field, "hours");
    assert_int_equal(told, 3);
    shop_expect_error(shop,
                      appointment_move_many(shop->store, &shop->owner, ids, 0, &move, &shop->err),
                      ERROR_INPUT, "Mark");
}

static void test_states(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct uuid id = book(&calendar, MONDAY(10));
    shop_expect_error(shop, set(shop, &id, "no_show", false), ERROR_RULE, "not begun");
    shop_expect_error(shop, set(shop, &id, "in_progress", false), ERROR_RULE, "before its day");
    shop_expect_error(shop, set(shop, &id, "lunch", false), ERROR_INPUT, "lunch");
    shop_expect_error(shop, set(shop, &id, "scheduled", false), ERROR_INPUT, "confirmed");
    shop->scratch.clock.now = MONDAY(8);
    shop_expect(shop, set(shop, &id, "in_progress", false)); /* early, on its day */
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(load(shop, &id)->status, "scheduled");
    shop->scratch.clock.now = MONDAY(10) - 1000 * 1000;
    shop_expect_error(shop, set(shop, &id, "no_show", false), ERROR_RULE, "not begun");
    shop->scratch.clock.now = MONDAY(10);
    shop_expect(shop, set(shop, &id, "no_show", false));
    shop_expect(shop, set(shop, &id, "completed", false)); /* they came after all */
    shop_expect_error(shop, set(shop, &id, "cancelled", false), ERROR_RULE, "completed");
    const struct booking_move move = {.days = 1};
    shop_expect_error(shop, appointment_move(shop->store, &shop->owner, &id, &move, &shop->err),
                      ERROR_RULE, "completed");
    assert_string_equal(history(shop, &id), "booked>scheduled status>in_progress undone>scheduled"
                                            " status>no_show status>completed");
    shop_expect_error(shop, set(shop, &calendar.kim, "confirmed", false), ERROR_NOT_FOUND,
                      "no longer");
}

static void test_cancelled_with_a_reason(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct booking booking = at(&calendar, MONDAY(10));
    booking.resources[booking.resource_count++] = calendar.van;
    struct uuid id;
    shop_expect(shop, appointment_book(shop->store, &shop->owner, &booking, &id, &shop->err));
    const struct booking_status mute = {.status = "cancelled", .reason = " "};
    shop_expect_error(shop, appointment_set(shop->store, &shop->owner, &id, 1, &mute, &shop->err),
                      ERROR_INPUT, "why");
    shop->scratch.clock.now = MONDAY(10) - 24 * HOUR;
    shop_expect_error(shop, set(shop, &id, "cancelled", false), ERROR_RULE, "24 hours");
    assert_string_equal(shop->err.field, "window");
    shop_expect(shop, set(shop, &id, "cancelled", true));
    struct appointment *cancelled = load(shop, &id);
    assert_string_equal(cancelled->cancel_reason, reason);
    assert_int_equal(cancelled->ics_sequence, 1);
    /* Somebody has the place meanwhile: it can't come back. */
    booking.is_forced = true;
    struct uuid other;
    shop_expect(shop, appointment_book(shop->store, &shop->cashier,
                                       &(struct booking){.name = "Ann Other",
                                                         .estimator_id = calendar.kim,
                                                         .starts_at = MONDAY(10),
                                                         .duration_minutes = 30},
                                       &other, &shop->err));
    assert_null(shop_undo(shop, &shop->owner));
    shop_expect(shop, set(shop, &other, "cancelled", true));
    assert_non_null(shop_undo(shop, &shop->owner)); /* that cancellation */
    shop_expect(shop, set(shop, &other, "cancelled", true));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM resource_bookings WHERE status ="
                                  " 'cancelled'",
                                  NULL),
                     1);
}

/* A terminal without a line: tentative until the centre has it; taken back before it was sent it
 * leaves no trace but the trail. */
static void test_tentative_without_a_line(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    shop_open_door(shop);
    shop_expect(shop, exchange_set_state(shop->store, "terminal_id", "x", &shop->err) &&
                          exchange_set_line(shop->store, false, "no line", &shop->err));
    struct uuid id = book(&calendar, MONDAY(10));
    struct appointment *made = load(shop, &id);
    assert_string_equal(made->status, "tentative");
    assert_true(made->is_unsent);
    assert_false(made->is_lost);
    const struct booking_move move = {.minutes = 60};
    shop_expect(shop, appointment_move(shop->store, &shop->owner, &id, &move, &shop->err));
    assert_string_equal(load(shop, &id)->status, "tentative");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(load(shop, &id)->starts_at, MONDAY(10));
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM appointments", NULL), 0);
    shop_expect(shop, exchange_set_line(shop->store, true, "", &shop->err));
    id = book(&calendar, MONDAY(10));
    assert_string_equal(load(shop, &id)->status, "scheduled");
}

/* What the centre writes of a clash is told once, in the shop's channel. */
static void test_a_lost_place_is_told_once(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct uuid id = book(&calendar, MONDAY(10));
    int64_t count;
    const struct change status = {.column = "status", .value = value_text("tentative")};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "appointments", &id, &status, 1, &shop->err) &&
                          operation_commit(operation, &shop->err));
    shop_expect(shop, appointment_tell_lost(shop->store, &shop->owner, &count, &shop->err));
    assert_int_equal(count, 0); /* tentative, and nobody in its way */
    const struct change clash[] = {
        {.column = "appointment_id", .value = value_uuid(&id)},
        {.column = "event_type", .value = value_text("clash")},
    };
    shop_insert(shop, "appointment_events", clash, 2);
    assert_true(load(shop, &id)->is_lost);
    for (int times = 1; times >= 0; times--) {
        shop_expect(shop, appointment_tell_lost(shop->store, &shop->owner, &count, &shop->err));
        assert_int_equal(count, times);
    }
    assert_true(load(shop, &id)->is_lost);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM messages WHERE content LIKE"
                                  " 'Jo van der Lee, 2026-11-23 10:00 lost its place%'",
                                  NULL),
                     1);
}

static void test_a_quote_on_the_spot(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct uuid id, order, again;
    const struct change product = {.column = "product_id", .value = value_uuid(&shop->advice)};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop,
                record_update(operation, "services", &calendar.service, &product, 1, &shop->err) &&
                    operation_commit(operation, &shop->err));
    struct booking booking = at(&calendar, MONDAY(10));
    booking.customer_id = shop->customer;
    shop_expect(shop, appointment_book(shop->store, &shop->owner, &booking, &id, &shop->err));
    shop_expect(shop, appointment_quote(shop->store, &shop->owner, &id, &order, &shop->err));
    struct order *quote = shop_load(shop, &order);
    assert_string_equal(quote->kind, "quote");
    assert_int_equal(quote->total_cents, 6000);
    assert_string_equal(quote->customer_name, "Jo Meyer");
    assert_string_equal(load(shop, &id)->order_number, quote->number);
    shop_expect(shop, appointment_quote(shop->store, &shop->owner, &id, &again, &shop->err));
    assert_true(uuid_equal(&order, &again));
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_true(uuid_is_zero(&load(shop, &id)->outcome_order_id));
    shop_check(shop);
}

static void test_things_are_changed(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct uuid id = book(&calendar, MONDAY(10));
    shop_expect(shop, appointment_set_resources(shop->store, &shop->owner, &id, &calendar.van, 1,
                                                &shop->err));
    assert_string_equal(load(shop, &id)->resources, "Van");
    shop_expect(shop, appointment_set_resources(shop->store, &shop->owner, &id, &calendar.drill, 1,
                                                &shop->err));
    assert_string_equal(load(shop, &id)->resources, "Drill");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(load(shop, &id)->resources, "Van");
    struct booking other = at(&calendar, MONDAY(10));
    other.estimator_id = calendar.ben;
    other.resources[other.resource_count++] = calendar.van;
    shop_expect_error(shop, appointment_book(shop->store, &shop->owner, &other, NULL, &shop->err),
                      ERROR_CONFLICT, "Van");
    const struct change start = {.column = "starts_at", .value = value_integer(MONDAY(11))};
    shop_expect_error(shop, appointment_edit(shop->store, &shop->owner, &id, &start, 1, &shop->err),
                      ERROR_INPUT, "Move");
    const struct change notes = {.column = "notes", .value = value_text("ring twice")};
    shop_expect(shop, appointment_edit(shop->store, &shop->owner, &id, &notes, 1, &shop->err));
    assert_string_equal(load(shop, &id)->notes, "ring twice");
}

static void test_between(void **state)
{
    struct shop *shop = *state;
    struct calendar calendar = set_up(shop);
    struct appointment *found;
    book(&calendar, MONDAY(10)); /* to 11:30 */
    struct booking other = at(&calendar, MONDAY(11));
    other.estimator_id = calendar.ben;
    shop_expect(shop, appointment_book(shop->store, &shop->owner, &other, NULL, &shop->err));
    const struct {
        int64_t from, until;
        const struct uuid *who;
        int count;
    } cases[] = {
        {MONDAY(0), MONDAY(24), NULL, 2},          {MONDAY(0), MONDAY(10), NULL, 0},
        {MONDAY(11), MONDAY(11) + 1, NULL, 2},     {MONDAY(11) + HOUR / 2, MONDAY(24), NULL, 1},
        {MONDAY(0), MONDAY(24), &calendar.kim, 1}, {MONDAY(0), MONDAY(24), &calendar.van, 0},
        {MONDAY(11), MONDAY(11), NULL, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(appointments_between(shop->store, cases[i].from, cases[i].until,
                                              cases[i].who, cases[i].who != NULL, shop->arena,
                                              &found, &shop->err),
                         cases[i].count);
}

#define SHOP(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHOP(test_a_booking_has_all_that_was_said),
        SHOP(test_names),
        SHOP(test_a_new_customer_on_the_spot),
        SHOP(test_what_is_wrong_is_said),
        SHOP(test_a_taken_place_is_never_had),
        SHOP(test_a_policy_asks),
        SHOP(test_moved_and_back),
        SHOP(test_days_keep_the_time_of_the_clock),
        SHOP(test_several_move_all_or_none),
        SHOP(test_states),
        SHOP(test_cancelled_with_a_reason),
        SHOP(test_tentative_without_a_line),
        SHOP(test_a_lost_place_is_told_once),
        SHOP(test_a_quote_on_the_spot),
        SHOP(test_things_are_changed),
        SHOP(test_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
