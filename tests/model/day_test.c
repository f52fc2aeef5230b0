/* The day of an estimator: which stops, in which order, what is known of each, what is told on the
 * way, the sheet, and who comes in by a key. */
#include "model/calendar/day.h"
#include "model/operation/audit.h"
#include "model/paper/paper_day.h"
#include "model/people/door.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE (INT64_C(60) * SECOND_US)

struct people {
    struct uuid olga, ann, zoe;
};

static struct uuid estimator(struct shop *shop, const char *name, const struct uuid *user,
                             const struct uuid *location)
{
    const struct change changes[] = {
        {.column = "name", .value = value_text(name)},
        {.column = "user_id", .value = value_uuid_or_null(user)},
        {.column = "location_id", .value = value_uuid_or_null(location)},
    };
    return shop_insert(shop, "estimators", changes, 3);
}

static struct people add_people(struct shop *shop)
{
    return (struct people){
        .olga = estimator(shop, "Olga Owner", &shop->owner.user_id, &shop->owner.location_id),
        .ann = estimator(shop, "Ann Sørensen", NULL, NULL),
        .zoe = estimator(shop, "Zoë Anders", NULL, NULL),
    };
}

static int64_t local(const char *text)
{
    int64_t instant = 0;
    assert_true(instant_parse(text, "Europe/Berlin", &instant, NULL));
    return instant;
}

static struct uuid book(struct shop *shop, const struct uuid *who, const char *starts,
                        const char *name, const char *status, const char *address)
{
    const struct change changes[] = {
        {.column = "first_name", .value = value_text("Jo")},
        {.column = "last_name", .value = value_text(name)},
        {.column = "starts_at", .value = value_integer(local(starts))},
        {.column = "ends_at", .value = value_integer(local(starts) + 60 * MINUTE)},
        {.column = "status", .value = value_text(status)},
        {.column = "estimator_id", .value = value_uuid(who)},
        {.column = "customer_id", .value = value_uuid(&shop->customer)},
        {.column = "address", .value = address != NULL ? value_text(address) : value_null()},
        {.column = "phone", .value = value_text("0151 23456")},
    };
    return shop_insert(shop, "appointments", changes, 9);
}

static struct day load(struct shop *shop, const struct uuid *who, int month, int date)
{
    struct day day;
    shop_expect(shop, day_load(shop->store, who, (struct date){2026, month, date}, shop->arena,
                               &day, &shop->err));
    return day;
}

static const char *names(struct shop *shop, const struct day *day)
{
    const char *text = "";
    for (size_t i = 0; i < day->count; i++)
        text = arena_format(shop->arena, "%s%s;", text, day->stops[i].visit.who + strlen("Jo "));
    return text;
}

static void test_the_route(void **state)
{
    struct shop *shop = *state;
    struct people people = add_people(shop);
    book(shop, &people.olga, "2026-11-20 11:00", "Late", "scheduled", NULL);
    book(shop, &people.olga, "2026-11-20 09:00", "Far", "confirmed",
         "{\"street\":\"Weg 2\",\"postal_code\":\"13357\",\"city\":\"Berlin\"}");
    book(shop, &people.olga, "2026-11-20 09:00", "Near", "cancelled",
         "{\"street\":\"Torstr. 1\",\"postal_code\":\"10115\",\"city\":\"Berlin\"}");
    book(shop, &people.olga, "2026-11-20 00:00", "First", "completed", "{\"city\":\"Potsdam\"}");
    book(shop, &people.olga, "2026-11-19 23:59", "Before", "scheduled", NULL);
    book(shop, &people.olga, "2026-11-21 00:00", "After", "scheduled", NULL);
    book(shop, &people.ann, "2026-11-20 10:00", "Other", "scheduled", NULL);
    struct day day = load(shop, &people.olga, 11, 20);
    assert_string_equal(names(shop, &day), "First;Near;Far;Late;");
    assert_int_equal(day.next, 2);
    assert_string_equal(day.stops[1].visit.place, "Torstr. 1, 10115 Berlin");
    assert_string_equal(day.stops[3].visit.place, "");
    assert_string_equal(day.zone, "Europe/Berlin");
    book(shop, &people.olga, "2026-11-20 15:00", "Now", "in_progress", NULL);
    assert_int_equal(load(shop, &people.olga, 11, 20).next, 4);
    struct day none = load(shop, &people.zoe, 11, 20);
    assert_int_equal(none.count, 0);
    assert_int_equal(none.next, 0);
}

/* The day on which the clock is set back has 25 hours, of which all belong to it. */
static void test_a_longer_day(void **state)
{
    struct shop *shop = *state;
    struct people people = add_people(shop);
    book(shop, &people.olga, "2026-10-25 23:30", "Night", "scheduled", NULL);
    book(shop, &people.olga, "2026-10-25 02:30", "Twice", "scheduled", NULL);
    struct day day = load(shop, &people.olga, 10, 25);
    assert_string_equal(names(shop, &day), "Twice;Night;");
    assert_int_equal(load(shop, &people.olga, 10, 26).count, 0);
}

static void expect_words(struct shop *shop, const struct actor *actor, const char *words,
                         const struct uuid *who, int date)
{
    struct uuid id;
    struct date found;
    const char *const all[] = {words};
    shop_expect(shop,
                day_of_words(shop->store, actor, all, words != NULL, &id, &found, &shop->err));
    assert_true(uuid_equal(&id, who));
    assert_int_equal(found.day, date);
}

static void test_whose_day_and_which(void **state)
{
    struct shop *shop = *state;
    struct uuid id;
    struct date date;
    const char *const nobody[] = {"Nobody"}, *const both[] = {"ann", "mon"};
    shop_expect_error(shop,
                      day_of_words(shop->store, &shop->owner, NULL, 0, &id, &date, &shop->err),
                      ERROR_NOT_FOUND, "add an estimator");
    struct people people = add_people(shop);
    expect_words(shop, &shop->owner, NULL, &people.olga, 20);
    expect_words(shop, &shop->owner, "tomorrow", &people.olga, 21);
    expect_words(shop, &shop->owner, "ann sør", &people.ann, 20);
    expect_words(shop, &shop->owner, "ZOE", &people.zoe, 20);
    shop_expect(shop, day_of_words(shop->store, &shop->cashier, both, 2, &id, &date, &shop->err));
    assert_true(uuid_equal(&id, &people.ann));
    assert_int_equal(date.day, 23);
    shop_expect_error(shop,
                      day_of_words(shop->store, &shop->owner, nobody, 1, &id, &date, &shop->err),
                      ERROR_NOT_FOUND, "Ann Sørensen, Olga Owner, Zoë Anders");
    shop_expect_error(shop,
                      day_of_words(shop->store, &shop->cashier, NULL, 0, &id, &date, &shop->err),
                      ERROR_INPUT, "Say whose day");
}

static void test_what_was_sold_before(void **state)
{
    struct shop *shop = *state;
    struct sold *sold;
    struct basket basket;
    struct uuid id, none = {{0}};
    const struct uuid goods[] = {shop->paint, shop->roller, shop->advice};
    const char *const stati[] = {"pending", "draft", "pending"};
    for (size_t i = 0; i < 3; i++) {
        basket_init(&basket, "sale", "EUR");
        shop_expect(shop, basket_set_customer(&basket, shop->store, &shop->customer, &shop->err));
        for (size_t k = 0; k < (i == 0 ? 3 : 1); k++)
            shop_expect(shop, basket_add(&basket, shop->store, &goods[(i + k) % 3], 1000, NULL,
                                         &shop->err));
        shop_expect(shop,
                    order_save(shop->store, &shop->owner, &basket, stati[i], &id, &shop->err));
        basket_done(&basket);
    }
    assert_int_equal(day_sold(shop->store, &shop->customer, 5, shop->arena, &sold, &shop->err), 2);
    assert_string_equal(sold[0].what, "Colour advice");
    assert_string_equal(sold[1].what, "Latex white 10 l, Roller 25 cm, 1 more");
    assert_int_equal(sold[1].total_cents, 3990 + 850 + 6000);
    assert_int_equal(day_sold(shop->store, &shop->customer, 1, shop->arena, &sold, &shop->err), 1);
    assert_int_equal(day_sold(shop->store, &none, 5, shop->arena, &sold, &shop->err), 0);
}

static const char *told(struct shop *shop, const struct uuid *who)
{
    return load(shop, who, 11, 20).stops[0].told;
}

static void test_what_is_told_on_the_way(void **state)
{
    struct shop *shop = *state;
    struct people people = add_people(shop);
    struct store *store = shop->store;
    struct uuid id = book(shop, &people.olga, "2026-11-20 14:00", "Meyer", "scheduled", NULL);
    struct uuid over = book(shop, &people.olga, "2026-11-20 15:00", "Done", "completed", NULL);
    struct uuid none = {{9}};
    assert_string_equal(told(shop, &people.olga), "");
    shop_expect(shop, day_tell(store, &shop->owner, &id, 0, &shop->err));
    assert_string_equal(told(shop, &people.olga), "on the way");
    shop_expect(shop, day_tell(store, &shop->owner, &id, DAY_LATE_MOST, &shop->err));
    shop_expect(shop, day_tell(store, &shop->owner, &id, 1, &shop->err));
    assert_string_equal(told(shop, &people.olga), "1 min late");
    shop_expect_error(shop, day_tell(store, &shop->owner, &id, -1, &shop->err), ERROR_INPUT,
                      "1 to 1440");
    shop_expect_error(shop, day_tell(store, &shop->owner, &id, DAY_LATE_MOST + 1, &shop->err),
                      ERROR_INPUT, "1 to 1440");
    shop_expect_error(shop, day_tell(store, &shop->owner, &over, 5, &shop->err), ERROR_RULE,
                      "not to come any more");
    shop_expect_error(shop, day_tell(store, &shop->owner, &none, 5, &shop->err), ERROR_NOT_FOUND,
                      "no longer");
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM appointment_events", NULL), 3);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM messages WHERE message_type = 'system' AND"
                                  " content IN ('Olga Owner is on the way to Jo Meyer, due 14:00',"
                                  " 'Olga Owner will be 1 min late at Jo Meyer, 14:01 instead of"
                                  " 14:00')",
                                  NULL),
                     2);
    shop_undo(shop, &shop->owner);
    assert_string_equal(told(shop, &people.olga), "1 min late");
}

static void test_the_sheet(void **state)
{
    struct shop *shop = *state;
    struct people people = add_people(shop);
    struct paper_text text;
    struct printer printer;
    struct buffer out;
    book(shop, &people.olga, "2026-11-20 09:00", "Gone", "cancelled", NULL);
    book(shop, &people.olga, "2026-11-20 14:30", "Meyer", "tentative",
         "{\"name\":\"Jo Meyer\",\"street\":\"Torstr. 1\",\"postal_code\":\"10115\","
         "\"city\":\"Berlin\"}");
    struct day day = load(shop, &people.olga, 11, 20);
    buffer_init(&out);
    paper_text_init(&text, shop->arena);
    shop_expect(shop, printer_read("{\"kind\":\"file\",\"address\":\"/x\"}", &printer, &shop->err));
    paper_day_lines(&day, &text);
    paper_text_plain(text.lines, text.count, &printer, &out);
    assert_non_null(strstr(out.text, "14:30-15:30 Jo Meyer"));
    assert_non_null(strstr(out.text, "tentative"));
    assert_non_null(strstr(out.text, "10115 Berlin"));
    assert_null(strstr(out.text, "Gone"));
    buffer_clear(&out);
    shop_expect(shop, paper_day_sheet(shop->store, &shop->owner, &day, NULL, &out, &shop->err));
    assert_memory_equal(out.text, "%PDF", 4);
    shop_expect_error(shop, paper_day_print(shop->store, &shop->owner, &day, &shop->err),
                      ERROR_RULE, "printer");
    paper_text_done(&text);
    buffer_done(&out);
}

static void test_a_key_at_the_door(void **state)
{
    struct shop *shop = *state;
    struct store *store = shop->store;
    struct actor actor;
    const struct change suspended[] = {{.column = "status", .value = value_text("suspended")}};
    shop_expect(shop, door_open_by_key(store, "kim", &actor, &shop->err));
    assert_int_equal(actor.proof, PROOF_PIN);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM audit_logs WHERE action = 'sign_in' AND"
                                  " actor_id = ?1 AND summary = 'signed in by key'",
                                  &actor.user_id),
                     1);
    shop_expect_error(shop, door_open_by_key(store, "nobody", &actor, &shop->err), ERROR_NOT_FOUND,
                      "nobody");
    /* at a terminal of a centre only who proved the password there */
    shop_expect(shop, store_begin(store, &shop->err));
    shop_expect(shop, store_run(store,
                                "INSERT INTO sync_state (name, value) VALUES ('terminal_id',"
                                " '018f0000-0000-7000-8000-000000000001')",
                                &shop->err, ""));
    shop_expect(shop, store_commit(store, &shop->err));
    shop_expect_error(shop, door_open_by_key(store, "kim", &actor, &shop->err), ERROR_DENIED,
                      "password at this terminal");
    assert_false(door_takes_key(store, &actor.user_id));
    const struct door_proof proof = {.user = shop->cashier.user_id,
                                     .signed_in_at = env_now(store_env(store)),
                                     .valid_until = env_now(store_env(store)) + DAY_US};
    shop_expect(shop, door_remember(store, &proof, "brush and roller", &shop->err));
    shop_expect(shop, door_open_by_key(store, "kim", &actor, &shop->err));
    assert_true(door_takes_key(store, &actor.user_id));
    shop->scratch.clock.now += 2 * DAY_US;
    assert_false(door_takes_key(store, &actor.user_id));
    struct operation *operation = operation_begin(store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "users", &actor.user_id, suspended, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    shop_expect_error(shop, door_open_by_key(store, "kim", &actor, &shop->err), ERROR_DENIED,
                      "Kim");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_route),
        TEST(test_a_longer_day),
        TEST(test_whose_day_and_which),
        TEST(test_what_was_sold_before),
        TEST(test_what_is_told_on_the_way),
        TEST(test_the_sheet),
        TEST(test_a_key_at_the_door),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
