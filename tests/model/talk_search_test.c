/* Finding what was said, and what wants somebody. */
#include "model/talk/talk_search.h"
#include "model/talk/wanted.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct uuid say(struct shop *shop, const struct actor *who, const struct uuid *channel,
                       const char *content)
{
    struct uuid id;
    const struct message_draft draft = {.channel = *channel, .content = content};
    shop_expect(shop, message_say(shop->store, who, &draft, &id, &shop->err));
    return id;
}

static struct uuid general(struct shop *shop)
{
    struct uuid id;
    shop_expect(shop, channel_find(shop->store, &shop->owner.user_id, "#general", &id, &shop->err));
    return id;
}

static int find(struct shop *shop, const struct actor *who, const char *words,
                struct message_hit **hits)
{
    return message_search(shop->store, &who->user_id, words, 10, shop->arena, hits, &shop->err);
}

static void test_words_and_filters(void **state)
{
    static const struct {
        const char *words;
        int count; /* -1: not understood */
    } cases[] = {
        {"delivery", 2},
        {"DELIV", 2},
        {"delivery pallet", 1},
        {"\"late delivery\"", 1},
        {"\"delivery late\"", 0},
        {"farbe", 1}, /* as Färbe is folded */
        {"from:kim", 1},
        {"from:me delivery", 1},
        {"from:@olgaowner", 3},
        {"in:#paint", 1},
        {"in:paint delivery", 1},
        {"has:file", 1},
        {"has:file in:#paint", 0},
        {"delivery on:today", 2},
        {"delivery before:today", 0},
        {"delivery after:yesterday", 2},
        {"delivery after:today", 0},
        {"from:nobody", -1},
        {"in:#nowhere", -1},
        {"has:teeth", -1},
        {"before:whenever x", -1},
        {"before:today", -1},
        {"", -1},
        {"***", -1},
        {"\"", -1},
        {"AND OR NOT", 0},
        {"delivery*", 2},
        {"x:y", 0},
        {"\xff", -1},
    };
    struct shop *shop = *state;
    struct uuid channel = general(shop), paint;
    struct message_hit *hits;
    shop_expect(shop, channel_new(shop->store, &shop->owner, "paint", NULL, CHANNEL_PUBLIC, &paint,
                                  &shop->err));
    say(shop, &shop->owner, &channel, "The late delivery\nof Färbe is here");
    say(shop, &shop->cashier, &paint, "which delivery, the pallet?");
    static const char *const url = "https://meyer.example/plan.pdf";
    const struct message_draft draft = {
        .channel = channel, .content = "the plan", .urls = &url, .url_count = 1};
    shop_expect(shop, message_say(shop->store, &shop->owner, &draft, NULL, &shop->err));
    struct uuid gone = say(shop, &shop->owner, &channel, "delivery to be deleted");
    shop_expect(shop, message_delete(shop->store, &shop->owner, &gone, &shop->err));
    say(shop, &shop->owner, &channel, "nothing");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int count = find(shop, &shop->owner, cases[i].words, &hits);
        if (count != cases[i].count)
            fail_msg("%s: %d, not %d (%s)", cases[i].words, count, cases[i].count, shop->err.text);
    }
    assert_int_equal(find(shop, &shop->owner, "delivery from:olgaowner", &hits), 1);
    assert_string_equal(hits[0].excerpt, "The late delivery of Färbe is here");
    assert_memory_equal(hits[0].excerpt + hits[0].mark, "delivery", hits[0].mark_size);
    assert_int_equal(hits[0].mark_size, 8);
    assert_string_equal(hits[0].channel, "general");
    shop_check(shop);
}

static void test_a_long_text_is_cut_around_what_was_found(void **state)
{
    struct shop *shop = *state;
    struct uuid channel = general(shop);
    struct message_hit *hits;
    struct buffer text;
    buffer_init(&text);
    for (int i = 0; i < 200; i++)
        buffer_add(&text, "äöü ");
    buffer_add(&text, "needle");
    for (int i = 0; i < 200; i++)
        buffer_add(&text, " äöü");
    say(shop, &shop->owner, &channel, text.text);
    assert_int_equal(find(shop, &shop->owner, "need", &hits), 1);
    assert_memory_equal(hits[0].excerpt + hits[0].mark, "needle", 6);
    assert_true(strlen(hits[0].excerpt) < 200);
    buffer_done(&text);
}

static void test_nobody_finds_what_is_not_theirs(void **state)
{
    struct shop *shop = *state;
    struct message_hit *hits;
    struct uuid secret;
    shop_expect(shop, channel_new(shop->store, &shop->owner, "secret", NULL, CHANNEL_PRIVATE,
                                  &secret, &shop->err));
    say(shop, &shop->owner, &secret, "surprise party");
    assert_int_equal(find(shop, &shop->owner, "surprise", &hits), 1);
    assert_int_equal(find(shop, &shop->cashier, "surprise", &hits), 0);
    assert_int_equal(find(shop, &shop->cashier, "in:#secret", &hits), -1);
}

static void test_what_wants_somebody_comes_in_turn(void **state)
{
    struct shop *shop = *state;
    struct uuid channel = general(shop), direct;
    struct wanted one, rows[9];
    const struct uuid *kim = &shop->cashier.user_id;
    shop_expect(shop, channel_join(shop->store, &shop->cashier, &channel, &shop->err));
    assert_int_equal(wanted_next(shop->store, kim, NULL, shop->arena, &one, &shop->err), 0);
    say(shop, &shop->owner, &channel, "nobody in particular");
    struct uuid mention = say(shop, &shop->owner, &channel, "@kim please");
    say(shop, &shop->owner, &channel, "@kim again");
    shop_expect(shop, channel_direct(shop->store, &shop->owner, kim, &direct, &shop->err));
    struct uuid whisper = say(shop, &shop->owner, &direct, "between us");
    const struct change notice[] = {
        {.column = "user_id", .value = value_uuid(kim)},
        {.column = "kind", .value = value_text("stock.oversold")},
        {.column = "title", .value = value_text("Oversold: Latex")},
    };
    struct uuid told = shop_insert(shop, "notifications", notice, 3);
    assert_int_equal(wanted_list(shop->store, kim, 9, shop->arena, rows, &shop->err), 3);
    assert_true(rows[0].kind == WANTED_MENTION && uuid_equal(&rows[0].id, &mention));
    assert_string_equal(rows[0].title, "#general: Olga Owner");
    assert_true(rows[1].kind == WANTED_DIRECT && uuid_equal(&rows[1].id, &whisper));
    assert_true(rows[2].kind == WANTED_NOTICE && uuid_equal(&rows[2].notice, &told));
    assert_int_equal(wanted_list(shop->store, kim, 2, shop->arena, rows, &shop->err), 2);
    const struct uuid *behind = NULL;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(wanted_next(shop->store, kim, behind, shop->arena, &one, &shop->err), 1);
        assert_int_equal(one.kind, i == 1   ? WANTED_DIRECT
                                   : i == 2 ? WANTED_NOTICE
                                            : WANTED_MENTION);
        behind = &one.id;
    }
    shop_expect(shop, channel_mute(shop->store, &shop->cashier, &channel, true, &shop->err));
    assert_int_equal(wanted_list(shop->store, kim, 9, shop->arena, rows, &shop->err), 2);
    shop_expect(shop, channel_read(shop->store, &shop->cashier, &direct, 1, &shop->err));
    assert_int_equal(wanted_list(shop->store, kim, 9, shop->arena, rows, &shop->err), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(words_and_filters),
        TEST(a_long_text_is_cut_around_what_was_found),
        TEST(nobody_finds_what_is_not_theirs),
        TEST(what_wants_somebody_comes_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
