/* What a person means to do: the line it is written in, the times, and whose it is. */
#include "model/people/due.h"
#include "model/people/todo.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* On Friday, 20 November 2026 at 12:00 in Berlin. */
static void test_times_in_words(void **state)
{
    static const struct {
        const char *text, *local; /* NULL: no time */
        const char *back;         /* how it is said again */
    } cases[] = {
        {"today 14:00", "2026-11-20 14:00", "today 14:00"},
        {"14:00", "2026-11-20 14:00", "today 14:00"},
        {"9", "2026-11-21 09:00", "tomorrow 9:00"},
        {"noon", "2026-11-21 12:00", "tomorrow 12:00"},
        {" Tomorrow  14 ", "2026-11-21 14:00", "tomorrow 14:00"},
        {"tomorrow", "2026-11-21 23:59", "tomorrow"},
        {"tomorrow evening", "2026-11-21 18:00", "tomorrow 18:00"},
        {"yesterday 8:05", "2026-11-19 08:05", "yesterday 8:05"},
        {"sat", "2026-11-21 23:59", "tomorrow"},
        {"mon 9:30", "2026-11-23 09:30", "mon 9:30"},
        {"friday", "2026-11-27 23:59", "2026-11-27"},
        {"thurs 0:00", "2026-11-26 00:00", "thu 0:00"},
        {"next week", "2026-11-23 23:59", "mon"},
        {"next-month 23:59", "2026-12-01 23:59", "2026-12-01"},
        {"2026-12-24 18:00", "2026-12-24 18:00", "2026-12-24 18:00"},
        {"2h", "2026-11-20 14:00", "today 14:00"},
        {"in 90 minutes", "2026-11-20 13:30", "today 13:30"},
        {"in 2 days", "2026-11-22 12:00", "sun 12:00"},
        {"1w", "2026-11-27 12:00", "2026-11-27 12:00"},
        {"", NULL, ""},
        {"none", NULL, ""},
    };
    struct shop *shop = *state;
    const struct env *env = &shop->scratch.env;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t due, again;
        char local[INSTANT_TEXT_SIZE], words[INSTANT_TEXT_SIZE];
        if (!due_parse(cases[i].text, env, &due, &shop->err))
            fail_msg("\"%s\": %s", cases[i].text, shop->err.text);
        due_format(due, env, words);
        assert_string_equal(words, cases[i].back);
        assert_true(due_parse(words, env, &again, &shop->err) && again == due);
        if (cases[i].local == NULL) {
            assert_int_equal(due, 0);
            continue;
        }
        instant_format_local(due, env->zone, local);
        assert_string_equal(local, cases[i].local);
    }
}

static void test_what_is_no_time(void **state)
{
    static const char *const texts[] = {
        "soon",
        "25:00",
        "12:60",
        "14:5",
        "14:00 tomorrow",
        "2026-02-30",
        "-1h",
        "5 parsecs",
        "99999h",
        "tomorrow 14 h",
        "in",
        "mo",
        "\xff",
        "next weekday",
        "1 2 3 4 5 6 7",
        "noon noon",
        "@",
        "0x10",
        "14:00h",
        "tomorrow mon",
        "9223372036854h",
    };
    struct shop *shop = *state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t due;
        if (due_parse(texts[i], &shop->scratch.env, &due, &shop->err))
            fail_msg("\"%s\" is a time", texts[i]);
        assert_int_equal(shop->err.code, ERROR_INPUT);
    }
}

static void test_a_line_is_taken_apart(void **state)
{
    static const struct {
        const char *line, *task, *due;
    } cases[] = {
        {"Call the bank @tomorrow 14:00", "Call the bank", "tomorrow 14:00"},
        {"  Call the bank  ", "Call the bank", ""},
        {"Mail jo@shop.de", "Mail jo@shop.de", ""},
        {"Mail jo@today", "Mail jo@today", ""},
        {"Mail jo@shop.de @ mon", "Mail jo@shop.de", "mon"},
        {"Buy milk @", "Buy milk", ""},
    };
    struct shop *shop = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t due;
        const char *task;
        char words[INSTANT_TEXT_SIZE];
        shop_expect(shop, todo_parse(cases[i].line, &shop->scratch.env, shop->arena, &task, &due,
                                     &shop->err));
        due_format(due, &shop->scratch.env, words);
        assert_string_equal(task, cases[i].task);
        assert_string_equal(words, cases[i].due);
    }
}

static void test_a_line_that_is_none(void **state)
{
    struct shop *shop = *state;
    const char *task;
    int64_t due;
    char longest[TODO_TASK_MAX + 2] = "";
    const struct env *env = &shop->scratch.env;
    memset(longest, 'x', TODO_TASK_MAX + 1);
    shop_expect_error(shop, todo_parse("", env, shop->arena, &task, &due, &shop->err), ERROR_INPUT,
                      "what is to be done");
    shop_expect_error(shop, todo_parse(" @mon", env, shop->arena, &task, &due, &shop->err),
                      ERROR_INPUT, "what is to be done");
    shop_expect_error(shop, todo_parse("Call @soon", env, shop->arena, &task, &due, &shop->err),
                      ERROR_INPUT, "\"soon\" is no time");
    shop_expect_error(shop, todo_parse(longest, env, shop->arena, &task, &due, &shop->err),
                      ERROR_INPUT, "200 characters; this one has 201");
    longest[TODO_TASK_MAX] = '\0';
    shop_expect(shop, todo_parse(longest, env, shop->arena, &task, &due, &shop->err));
}

static int64_t count(struct shop *shop, const char *condition)
{
    return shop_integer(
        shop, arena_format(shop->arena, "SELECT count(*) FROM todos WHERE %s", condition), NULL);
}

static const char *line_of(struct shop *shop, const struct uuid *id)
{
    bool is_done;
    const char *line = todo_line(shop->store, id, shop->arena, &is_done, &shop->err);
    shop_expect(shop, line != NULL);
    return is_done ? arena_format(shop->arena, "x %s", line) : line;
}

static void test_a_day_in_its_life(void **state)
{
    struct shop *shop = *state;
    struct uuid id;
    const struct actor *kim = &shop->cashier;
    shop_expect(shop, todo_add(shop->store, kim, "Count shelf 4 @today 14:00", &id, &shop->err));
    assert_string_equal(line_of(shop, &id), "Count shelf 4 @today 14:00");
    assert_int_equal(todo_count_due(shop->store, &kim->user_id), 0);
    shop->scratch.clock.now += 2 * 3600 * SECOND_US;
    assert_int_equal(todo_count_due(shop->store, &kim->user_id), 1);
    assert_int_equal(todo_count_due(shop->store, &shop->owner.user_id), 0);
    shop_expect_error(shop, todo_snooze(shop->store, kim, &id, "today 9:00", &shop->err),
                      ERROR_INPUT, "has passed");
    shop_expect(shop, todo_snooze(shop->store, kim, &id, "2h", &shop->err));
    assert_int_equal(todo_count_due(shop->store, &kim->user_id), 0);
    shop_expect(shop, todo_edit(shop->store, kim, &id, "Count shelf 5", &shop->err));
    assert_string_equal(line_of(shop, &id), "Count shelf 5");
    shop_expect(shop, todo_set_done(shop->store, kim, &id, true, &shop->err));
    assert_string_equal(line_of(shop, &id), "x Count shelf 5");
    assert_int_equal(count(shop, "is_completed AND completed_at > created_at"), 1);
    assert_string_equal(shop_undo(shop, kim), "undone: done: Count shelf 5");
    assert_int_equal(count(shop, "NOT is_completed AND completed_at IS NULL"), 1);
    shop_expect(shop, todo_delete(shop->store, kim, &id, &shop->err));
    assert_int_equal(count(shop, "TRUE"), 0);
    assert_non_null(shop_undo(shop, kim));
    assert_non_null(shop_undo(shop, kim));
    assert_non_null(shop_undo(shop, kim));
    assert_string_equal(line_of(shop, &id), "Count shelf 4 @today 14:00");
    assert_non_null(shop_undo(shop, kim));
    assert_int_equal(count(shop, "TRUE"), 0);
    shop_expect_error(shop, todo_set_done(shop->store, kim, &id, true, &shop->err), ERROR_NOT_FOUND,
                      "not there any more");
}

/* Not even the owner's to change: they are the person's own. */
static void test_somebody_elses_stays_theirs(void **state)
{
    struct shop *shop = *state;
    struct uuid id;
    shop_expect(shop, todo_add(shop->store, &shop->cashier, "Mine", &id, &shop->err));
    const struct actor *olga = &shop->owner;
    shop_expect_error(shop, todo_edit(shop->store, olga, &id, "Yours", &shop->err), ERROR_DENIED,
                      "somebody else's");
    shop_expect_error(shop, todo_set_done(shop->store, olga, &id, true, &shop->err), ERROR_DENIED,
                      "somebody else's");
    shop_expect_error(shop, todo_snooze(shop->store, olga, &id, "2h", &shop->err), ERROR_DENIED,
                      "somebody else's");
    shop_expect_error(shop, todo_delete(shop->store, olga, &id, &shop->err), ERROR_DENIED,
                      "somebody else's");
    assert_string_equal(line_of(shop, &id), "Mine");
    const struct actor nobody = {.name = "Nobody", .location_id = shop->owner.location_id};
    shop_expect_error(shop, todo_add(shop->store, &nobody, "x", NULL, &shop->err), ERROR_DENIED,
                      "self.edit");
}

static void test_what_it_names_is_found(void **state)
{
    struct shop *shop = *state;
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending"), id, row;
    const char *table;
    struct order *loaded = shop_load(shop, &order);
    const char *line = arena_format(shop->arena, "Ring about (%s): 2 tins", loaded->number);
    shop_expect(shop, todo_add(shop->store, &shop->owner, line, &id, &shop->err));
    assert_int_equal(todo_about(shop->store, &id, shop->arena, &table, &row, &shop->err), 1);
    assert_string_equal(table, "orders");
    assert_true(uuid_equal(&row, &order));
    shop_expect(shop, todo_add(shop->store, &shop->owner, "Order 3 more", &id, &shop->err));
    assert_int_equal(todo_about(shop->store, &id, shop->arena, &table, &row, &shop->err), 0);
}

static void test_the_list_has_the_most_urgent_first(void **state)
{
    struct shop *shop = *state;
    static const char *const lines[] = {"never", "later @mon", "late @yesterday", "now @13:00"};
    static const char *const fields[] = {"task"};
    struct query_page page;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        shop_expect(shop, todo_add(shop->store, &shop->owner, lines[i], NULL, &shop->err));
    struct query query = {.source = &todo_source};
    shop_expect(shop, query_fetch(shop->store, &query, fields, 1, NULL, false, 10, shop->arena,
                                  &page, &shop->err));
    assert_int_equal(page.count, 4);
    assert_string_equal(page.rows[0].values[0].bytes, "late");
    assert_string_equal(page.rows[1].values[0].bytes, "now");
    assert_string_equal(page.rows[3].values[0].bytes, "never");
    query.filter = filter_parse(&todo_source, "state:overdue", &shop->scratch.env, shop->arena,
                                NULL, &shop->err);
    assert_int_equal(query_count(shop->store, &query, &shop->err), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(times_in_words),         TEST(what_is_no_time),
        TEST(a_line_is_taken_apart),  TEST(a_line_that_is_none),
        TEST(a_day_in_its_life),      TEST(somebody_elses_stays_theirs),
        TEST(what_it_names_is_found), TEST(the_list_has_the_most_urgent_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
