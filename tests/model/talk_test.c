/* Channels and what is said in them, in a shop that runs alone: who may what, what is new to whom,
 * the threads of things, and the lines of the shop itself. */
#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/talk/talk.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct uuid find(struct shop *shop, const struct actor *who, const char *word)
{
    struct uuid id;
    shop_expect(shop, channel_find(shop->store, &who->user_id, word, &id, &shop->err));
    return id;
}

static struct channel load(struct shop *shop, const struct actor *who, const struct uuid *id)
{
    struct channel channel;
    shop_expect(shop,
                channel_load(shop->store, &who->user_id, id, shop->arena, &channel, &shop->err));
    return channel;
}

static struct uuid open(struct shop *shop, const struct actor *who, const char *name,
                        enum channel_kind kind)
{
    struct uuid id;
    shop_expect(shop, channel_new(shop->store, who, name, NULL, kind, &id, &shop->err));
    return id;
}

static struct uuid say(struct shop *shop, const struct actor *who, const struct uuid *channel,
                       const char *content)
{
    struct uuid id;
    const struct message_draft draft = {.channel = *channel, .content = content};
    shop_expect(shop, message_say(shop->store, who, &draft, &id, &shop->err));
    return id;
}

static struct message message(struct shop *shop, const struct actor *who, const struct uuid *id)
{
    struct message out;
    shop_expect(shop, message_load(shop->store, &who->user_id, id, shop->arena, &out, &shop->err));
    return out;
}

static int page(struct shop *shop, const struct message_ask *ask, struct message **out)
{
    int count = message_page(shop->store, ask, shop->arena, out, &shop->err);
    shop_expect(shop, count >= 0);
    return count;
}

static void test_channels_are_made_and_changed_by_their_owners(void **state)
{
    struct shop *shop = *state;
    static const char *const bad[] = {"",
                                      "#",
                                      "...",
                                      "\xff\xfe",
                                      "general",
                                      "#General",
                                      "x\x1b[2J",
                                      "two\nlines",
                                      "a\xe2\x80\xae"
                                      "b",
                                      "a\xe2\x80\xa8"
                                      "b"};
    struct uuid paint = open(shop, &shop->cashier, "#Paint & more", CHANNEL_PUBLIC), id;
    struct channel channel = load(shop, &shop->cashier, &paint);
    assert_string_equal(channel.name, "Paint & more");
    assert_string_equal(channel.slug, "paint-more");
    assert_true(channel.is_member && channel.is_owner && !channel.is_archived);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        shop_expect_error(
            shop,
            channel_new(shop->store, &shop->owner, bad[i], NULL, CHANNEL_PUBLIC, &id, &shop->err),
            ERROR_INPUT, "");
    struct uuid general = find(shop, &shop->cashier, "#general");
    shop_expect_error(shop, channel_rename(shop->store, &shop->cashier, &general, "x", &shop->err),
                      ERROR_DENIED, "channels.moderate");
    shop_expect_error(shop, channel_archive(shop->store, &shop->owner, &general, true, &shop->err),
                      ERROR_RULE, "stays open");
    shop_expect(shop, channel_rename(shop->store, &shop->cashier, &paint, "Lacquer", &shop->err));
    shop_expect(shop, channel_describe(shop->store, &shop->owner, &paint, "Tins", &shop->err));
    id = find(shop, &shop->owner, "#lacquer");
    assert_true(uuid_equal(&id, &paint));
    shop_expect(shop, channel_archive(shop->store, &shop->cashier, &paint, true, &shop->err));
    const struct message_draft draft = {.channel = paint, .content = "late"};
    shop_expect_error(shop, message_say(shop->store, &shop->cashier, &draft, NULL, &shop->err),
                      ERROR_RULE, "archived");
    struct channel *list;
    assert_int_equal(
        channels_of(shop->store, &shop->cashier.user_id, false, shop->arena, &list, &shop->err), 1);
    assert_int_equal(
        channels_of(shop->store, &shop->cashier.user_id, true, shop->arena, &list, &shop->err), 2);
    assert_non_null(shop_undo(shop, &shop->cashier));
    assert_false(load(shop, &shop->cashier, &paint).is_archived);
}

static void test_private_ones_are_their_members(void **state)
{
    struct shop *shop = *state;
    struct uuid id, secret = open(shop, &shop->owner, "secret", CHANNEL_PRIVATE);
    struct uuid psst = say(shop, &shop->owner, &secret, "psst @kim");
    struct channel channel, *list;
    struct message out, *rows;
    const struct message_draft draft = {.channel = secret, .content = "hello"};
    const struct message_ask ask = {
        .user = shop->cashier.user_id, .channel = secret, .from_end = true, .limit = 5};
    assert_int_equal(
        channels_of(shop->store, &shop->cashier.user_id, true, shop->arena, &list, &shop->err), 1);
    assert_false(channel_find(shop->store, &shop->cashier.user_id, "#secret", &id, &shop->err));
    assert_false(channel_load(shop->store, &shop->cashier.user_id, &secret, shop->arena, &channel,
                              &shop->err));
    assert_false(
        message_load(shop->store, &shop->cashier.user_id, &psst, shop->arena, &out, &shop->err));
    assert_int_equal(message_page(shop->store, &ask, shop->arena, &rows, &shop->err), -1);
    shop_expect_error(shop, message_say(shop->store, &shop->cashier, &draft, NULL, &shop->err),
                      ERROR_NOT_FOUND, "not open to you");
    shop_expect_error(shop, channel_join(shop->store, &shop->cashier, &secret, &shop->err),
                      ERROR_NOT_FOUND, "not open to you");
    shop_expect_error(shop, message_react(shop->store, &shop->cashier, &psst, "+1", &shop->err),
                      ERROR_NOT_FOUND, "not open to you");
    /* Once in, all of it is there, and read as far as it goes. */
    shop_expect(shop, channel_invite(shop->store, &shop->owner, &secret, &shop->cashier.user_id,
                                     &shop->err));
    assert_int_equal(page(shop, &ask, &rows), 1);
    assert_string_equal(rows[0].author, "Olga Owner");
    channel = load(shop, &shop->cashier, &secret);
    assert_int_equal(channel.unread, 0);
    assert_int_equal(channel.members, 2);
    shop_expect(shop, channel_leave(shop->store, &shop->cashier, &secret, &shop->err));
    assert_false(channel_load(shop->store, &shop->cashier.user_id, &secret, shop->arena, &channel,
                              &shop->err));
}

static void test_a_direct_one_is_opened_once(void **state)
{
    struct shop *shop = *state;
    struct uuid first, second;
    shop_expect(shop, channel_direct(shop->store, &shop->owner, &shop->cashier.user_id, &first,
                                     &shop->err));
    shop_expect(shop, channel_direct(shop->store, &shop->cashier, &shop->owner.user_id, &second,
                                     &shop->err));
    assert_true(uuid_equal(&first, &second));
    assert_string_equal(load(shop, &shop->cashier, &first).name, "Olga Owner");
    second = find(shop, &shop->owner, "@kim");
    assert_true(uuid_equal(&first, &second));
    shop_expect_error(shop, channel_leave(shop->store, &shop->owner, &first, &shop->err),
                      ERROR_RULE, "direct");
    shop_expect_error(shop, channel_rename(shop->store, &shop->owner, &first, "us", &shop->err),
                      ERROR_RULE, "direct");
    /* With oneself: notes. */
    shop_expect(
        shop, channel_direct(shop->store, &shop->owner, &shop->owner.user_id, &second, &shop->err));
    assert_false(uuid_equal(&first, &second));
    assert_int_equal(load(shop, &shop->owner, &second).members, 1);
}

static void test_unread_is_what_others_said_behind_the_place(void **state)
{
    struct shop *shop = *state;
    struct uuid room = open(shop, &shop->owner, "room", CHANNEL_PUBLIC);
    shop_expect(shop, channel_join(shop->store, &shop->cashier, &room, &shop->err));
    shop_expect(shop, channel_join(shop->store, &shop->cashier, &room, &shop->err));
    assert_int_equal(load(shop, &shop->owner, &room).members, 2);
    say(shop, &shop->owner, &room, "one");
    struct uuid two = say(shop, &shop->owner, &room, "two for @kim and @channel");
    say(shop, &shop->cashier, &room, "mine is not new to me");
    struct channel seen = load(shop, &shop->cashier, &room);
    assert_int_equal(seen.unread, 2);
    assert_int_equal(seen.mentions, 1);
    assert_int_equal(seen.last_position, 3);
    assert_true(message(shop, &shop->cashier, &two).mentions_me);
    assert_false(message(shop, &shop->owner, &two).mentions_me);
    shop_expect(shop, channel_read(shop->store, &shop->cashier, &room, 1, &shop->err));
    assert_int_equal(load(shop, &shop->cashier, &room).unread, 1);
    int64_t newest = operation_newest(shop->store);
    shop_expect(shop, channel_read(shop->store, &shop->cashier, &room, 1, &shop->err));
    shop_expect(shop, channel_read(shop->store, &shop->cashier, &room, -5, &shop->err));
    assert_int_equal(operation_newest(shop->store), newest);
    /* What is deleted is not new; and nobody reads what is not there yet. */
    shop_expect(shop, message_delete(shop->store, &shop->owner, &two, &shop->err));
    seen = load(shop, &shop->cashier, &room);
    assert_true(seen.unread == 0 && seen.mentions == 0);
    shop_expect(shop, channel_read(shop->store, &shop->cashier, &room, INT64_MAX, &shop->err));
    say(shop, &shop->owner, &room, "later");
    assert_int_equal(load(shop, &shop->cashier, &room).unread, 1);
    shop_expect(shop, channel_mute(shop->store, &shop->cashier, &room, true, &shop->err));
    seen = load(shop, &shop->cashier, &room);
    assert_true(seen.is_muted && seen.unread == 1);
}

static void test_pages_go_both_ways_without_a_gap(void **state)
{
    enum { ALL = 23, PAGE = 5 };
    struct shop *shop = *state;
    struct message *rows;
    struct uuid room = open(shop, &shop->owner, "room", CHANNEL_PUBLIC), unsent;
    for (int i = 1; i <= ALL; i++)
        say(shop, &shop->owner, &room, arena_format(shop->arena, "%d", i));
    /* What has no place yet stands last. */
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(&room)},
        {.column = "user_id", .value = value_uuid(&shop->owner.user_id)},
        {.column = "content", .value = value_text("24")},
        {.column = "sent_at", .value = value_integer(1)},
    };
    unsent = shop_insert(shop, "messages", changes, 4);
    struct message_ask ask = {.user = shop->cashier.user_id, .channel = room, .limit = PAGE};
    int next = 1, count;
    while ((count = page(shop, &ask, &rows)) > 0) {
        for (int i = 0; i < count; i++, next++)
            assert_string_equal(rows[i].content, arena_format(shop->arena, "%d", next));
        ask.anchor = rows[count - 1].place;
    }
    assert_int_equal(next, ALL + 2);
    assert_true(uuid_equal(&ask.anchor.id, &unsent));
    ask.from_end = true;
    next = ALL + 1;
    while ((count = page(shop, &ask, &rows)) > 0) {
        for (int i = count - 1; i >= 0; i--, next--)
            assert_string_equal(rows[i].content, arena_format(shop->arena, "%d", next));
        for (int i = 1; i < count; i++)
            assert_true(talk_place_compare(&rows[i - 1].place, &rows[i].place) < 0);
        ask.anchor = rows[0].place;
        ask.from_end = false;
        ask.is_backward = true;
    }
    assert_int_equal(next, 0);
    ask.limit = 0;
    assert_int_equal(page(shop, &ask, &rows), 0);
}

static void test_what_one_wrote_is_ones_own(void **state)
{
    struct shop *shop = *state;
    struct uuid general = find(shop, &shop->owner, "general");
    struct uuid mine = say(shop, &shop->owner, &general, "first words");
    struct uuid theirs = say(shop, &shop->cashier, &general, "rude words");
    shop_expect_error(shop, message_edit(shop->store, &shop->cashier, &mine, "x", &shop->err),
                      ERROR_DENIED, "Olga Owner wrote this");
    shop_expect_error(shop, message_edit(shop->store, &shop->owner, &theirs, "x", &shop->err),
                      ERROR_DENIED, "only they");
    shop_expect_error(shop, message_delete(shop->store, &shop->cashier, &mine, &shop->err),
                      ERROR_DENIED, "only they");
    shop_expect_error(shop, message_pin(shop->store, &shop->cashier, &mine, true, &shop->err),
                      ERROR_DENIED, "");
    shop_expect(shop, message_edit(shop->store, &shop->owner, &mine, "other words", &shop->err));
    struct message out = message(shop, &shop->cashier, &mine);
    assert_string_equal(out.content, "other words");
    assert_true(out.edited_at > 0 && !out.is_mine);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(message(shop, &shop->owner, &mine).content, "first words");
    /* Who moderates takes away what others wrote, and can't put words into their mouth. */
    shop_expect(shop, message_delete(shop->store, &shop->owner, &theirs, &shop->err));
    out = message(shop, &shop->cashier, &theirs);
    assert_string_equal(out.content, "");
    assert_string_equal(out.deleted_by, "Olga Owner");
    assert_null(shop_undo(shop, &shop->owner));
    shop_expect_error(shop, message_edit(shop->store, &shop->cashier, &theirs, "x", &shop->err),
                      ERROR_CONFLICT, "deleted by Olga Owner");
    shop_expect(shop, message_pin(shop->store, &shop->owner, &mine, true, &shop->err));
    shop_expect(shop, message_pin(shop->store, &shop->owner, &mine, true, &shop->err));
    struct message *pins;
    assert_int_equal(message_pins(shop->store, &shop->cashier.user_id, &general, 9, shop->arena,
                                  &pins, &shop->err),
                     1);
    assert_true(pins[0].is_pinned);
}

static void test_reactions_come_and_go(void **state)
{
    struct shop *shop = *state;
    struct uuid general = find(shop, &shop->owner, "general");
    struct uuid id = say(shop, &shop->owner, &general, "done");
    shop_expect(shop, message_react(shop->store, &shop->owner, &id, "👍", &shop->err));
    shop_expect(shop, message_react(shop->store, &shop->cashier, &id, "👍", &shop->err));
    shop_expect(shop, message_react(shop->store, &shop->cashier, &id, "ok", &shop->err));
    struct message out = message(shop, &shop->owner, &id);
    assert_int_equal(out.reaction_count, 2);
    assert_string_equal(out.reactions[0].emoji, "👍");
    assert_true(out.reactions[0].count == 2 && out.reactions[0].is_mine);
    assert_false(out.reactions[1].is_mine);
    shop_expect(shop, message_react(shop->store, &shop->owner, &id, "👍", &shop->err));
    shop_expect(shop, message_react(shop->store, &shop->cashier, &id, "ok", &shop->err));
    out = message(shop, &shop->owner, &id);
    assert_int_equal(out.reaction_count, 1);
    assert_true(out.reactions[0].count == 1 && !out.reactions[0].is_mine);
    shop_expect_error(shop, message_react(shop->store, &shop->owner, &id, " ", &shop->err),
                      ERROR_INPUT, "sign");
    shop_expect_error(shop,
                      message_react(shop->store, &shop->owner, &id,
                                    "12345678901234567890123456789012345678901", &shop->err),
                      ERROR_INPUT, "sign");
}

static void test_what_can_be_said(void **state)
{
    struct shop *shop = *state;
    struct uuid general = find(shop, &shop->owner, "general");
    static const char *const bad[] = {"", " \n\t", "\xc3\x28", "\xed\xa0\x80"};
    static const char *const good[] = {"a\nb\tc",
                                       "\x1b[2Jx",
                                       "\xe2\x80\xae"
                                       "evil",
                                       "=1+1",
                                       "<b>",
                                       "'; DROP TABLE messages"};
    struct message_draft draft = {.channel = general};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        draft.content = bad[i];
        shop_expect_error(shop, message_say(shop->store, &shop->owner, &draft, NULL, &shop->err),
                          ERROR_INPUT, "");
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct uuid id = say(shop, &shop->owner, &general, good[i]);
        assert_string_equal(message(shop, &shop->cashier, &id).content, good[i]);
    }
    char *large = arena_alloc(shop->arena, TALK_CONTENT_MAX + 2);
    memset(large, 'x', TALK_CONTENT_MAX);
    say(shop, &shop->owner, &general, large);
    large[TALK_CONTENT_MAX] = 'x';
    draft.content = large;
    shop_expect_error(shop, message_say(shop->store, &shop->owner, &draft, NULL, &shop->err),
                      ERROR_INPUT, "at most 20000");
    static const char *const addresses[] = {"javascript:alert(1)", "https://x y", "file:///etc",
                                            "https://a\nb"};
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        draft = (struct message_draft){
            .channel = general, .content = "see", .urls = &addresses[i], .url_count = 1};
        shop_expect_error(shop, message_say(shop->store, &shop->owner, &draft, NULL, &shop->err),
                          ERROR_INPUT, "address");
    }
    static const char *const address = "https://meyer.example/plan.pdf";
    struct uuid id;
    draft = (struct message_draft){.channel = general, .urls = &address, .url_count = 1};
    shop_expect(shop, message_say(shop->store, &shop->owner, &draft, &id, &shop->err));
    struct message out = message(shop, &shop->owner, &id);
    assert_int_equal(out.kind, MESSAGE_FILE);
    assert_int_equal(out.file_count, 1);
    assert_string_equal(out.files[0].url, address);
}

static void test_people_and_things_are_named(void **state)
{
    static const struct {
        const char *content;
        size_t mentions, things;
    } cases[] = {
        {"@kim", 1, 0},       {"@Kim!", 1, 0},         {"jo@kim", 0, 0},
        {"@nobody", 0, 0},    {"(@kim, @kim.)", 1, 0}, {"`@kim`", 0, 0},
        {"@", 0, 0},          {"#R1-000001", 0, 1},    {"see #R1-000001.", 0, 1},
        {"#r1-000001", 0, 1}, {"#R1-000001-x", 0, 0},  {"#R1-000001 #R1-000001", 0, 1},
        {"#ROLL-25", 0, 1},   {"#general", 0, 0},      {"a#R1-000001", 0, 0},
        {"@@kim", 1, 0},      {"##R1-000001", 0, 1},   {"@channel @kim", 2, 0},
        {"@OlgaOwner", 1, 0},
    };
    struct shop *shop = *state;
    struct uuid general = find(shop, &shop->owner, "general");
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    assert_string_equal(shop_load(shop, &order)->number, "R1-000001");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uuid id = say(shop, &shop->owner, &general, cases[i].content);
        int64_t mentions =
            shop_integer(shop, "SELECT count(*) FROM message_mentions WHERE message_id = ?1", &id);
        struct message out = message(shop, &shop->owner, &id);
        if (mentions != (int64_t)cases[i].mentions || out.thing_count != cases[i].things)
            fail_msg("%s: %d mentions, %d things", cases[i].content, (int)mentions,
                     (int)out.thing_count);
    }
    /* A change adds what it names anew. */
    struct uuid id = say(shop, &shop->owner, &general, "nobody");
    shop_expect(shop, message_edit(shop->store, &shop->owner, &id, "@kim #R1-000001", &shop->err));
    shop_expect(shop, message_edit(shop->store, &shop->owner, &id, "@kim #R1-000001.", &shop->err));
    struct message out = message(shop, &shop->cashier, &id);
    assert_true(out.mentions_me && out.thing_count == 1);
    assert_string_equal(out.things[0].title, "R1-000001");
}

static void test_a_thing_has_one_thread(void **state)
{
    struct shop *shop = *state;
    struct uuid channel, root, reply, second, order = shop_order(shop, &shop->paint, 1, "pending");
    struct uuid general = find(shop, &shop->owner, "general");
    int64_t newest = operation_newest(shop->store);
    shop_expect(
        shop, thread_of(shop->store, &shop->owner, "orders", &order, &channel, &root, &shop->err));
    assert_true(uuid_is_zero(&root) && uuid_equal(&channel, &general));
    assert_int_equal(operation_newest(shop->store), newest);
    struct message_draft draft = {
        .channel = channel, .content = "Which colour?", .about = {"orders", order, NULL}};
    shop_expect(shop, message_say(shop->store, &shop->owner, &draft, &root, &shop->err));
    draft.content = "White";
    shop_expect(shop, message_say(shop->store, &shop->cashier, &draft, &reply, &shop->err));
    struct message out = message(shop, &shop->owner, &reply);
    assert_true(uuid_equal(&out.thread, &root));
    assert_string_equal(out.thread_content, "Which colour?");
    assert_null(out.about.table);
    /* A reply to a reply joins the thread. */
    draft = (struct message_draft){.channel = channel, .thread = reply, .content = "Ok"};
    shop_expect(shop, message_say(shop->store, &shop->owner, &draft, &second, &shop->err));
    out = message(shop, &shop->owner, &second);
    assert_true(uuid_equal(&out.thread, &root));
    out = message(shop, &shop->owner, &root);
    assert_string_equal(out.about.title, "R1-000001");
    assert_int_equal(out.replies, 2);
    say(shop, &shop->owner, &channel, "something else");
    struct message *rows;
    const struct message_ask ask = {
        .user = shop->cashier.user_id, .channel = channel, .thread = root, .limit = 10};
    assert_int_equal(page(shop, &ask, &rows), 3);
    /* Nobody answers into another channel. */
    struct uuid room = open(shop, &shop->owner, "room", CHANNEL_PUBLIC);
    draft = (struct message_draft){.channel = room, .thread = root, .content = "x"};
    shop_expect_error(shop, message_say(shop->store, &shop->owner, &draft, NULL, &shop->err),
                      ERROR_NOT_FOUND, "not in this channel");
    /* A second thread of the order, begun elsewhere at the same time, is one with it. */
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(&channel)},
        {.column = "message_id", .value = value_uuid(&rows[0].id)},
        {.column = "kind", .value = value_text("order")},
        {.column = "order_id", .value = value_uuid(&order)},
        {.column = "is_thread", .value = value_integer(1)},
    };
    struct uuid other = say(shop, &shop->cashier, &channel, "The order again");
    struct change again[5];
    memcpy(again, changes, sizeof again);
    again[1].value = value_uuid(&other);
    shop_insert(shop, "message_links", again, 5);
    assert_int_equal(page(shop, &ask, &rows), 4);
    shop_expect_error(
        shop, thread_of(shop->store, &shop->owner, "users", &order, &channel, &root, &shop->err),
        ERROR_INPUT, "users");
}

static bool tell(struct shop *shop, const struct actor *who, const char *line,
                 const struct talk_thing *thing)
{
    struct operation *operation = operation_begin(shop->store, "record.edit", who, &shop->err);
    shop_expect(shop, operation != NULL);
    bool is_done =
        talk_system(operation, NULL, line, thing, "till R1 closed, difference -3.20", &shop->err);
    shop_expect(shop, operation_commit(operation, &shop->err));
    return is_done;
}

static void set_talk(struct shop *shop, const char *value)
{
    const struct change changes[] = {
        {.column = "name", .value = value_text("talk")},
        {.column = "value", .value = value_text(value)},
    };
    shop_insert(shop, "app_settings", changes, 2);
}

static void test_the_shop_says_what_it_is_told_to(void **state)
{
    struct shop *shop = *state;
    struct message *rows;
    struct uuid general = find(shop, &shop->owner, "general");
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    const struct talk_thing thing = {.table = "orders", .id = order};
    const struct message_ask ask = {
        .user = shop->owner.user_id, .channel = general, .from_end = true, .limit = 9};
    assert_true(tell(shop, &shop->owner, "till.difference", &thing));
    assert_true(tell(shop, &shop->owner, "till.closed", NULL)); /* not unless it is wanted */
    assert_int_equal(page(shop, &ask, &rows), 1);
    assert_int_equal(rows[0].kind, MESSAGE_SYSTEM);
    assert_int_equal(rows[0].thing_count, 1);
    shop_expect_error(shop, message_edit(shop->store, &shop->owner, &rows[0].id, "x", &shop->err),
                      ERROR_RULE, "stays as it is");
    struct uuid tills = open(shop, &shop->owner, "tills", CHANNEL_PUBLIC);
    set_talk(shop, "{\"lines\": {\"till.difference\": null, \"till.closed\": \"#tills\"},"
                   " \"threads\": {\"orders\": \"tills\"}}");
    assert_true(tell(shop, &shop->owner, "till.difference", NULL));
    assert_true(tell(shop, &shop->owner, "till.closed", NULL));
    assert_int_equal(page(shop, &ask, &rows), 1);
    assert_int_equal(load(shop, &shop->owner, &tills).last_position, 1);
    struct uuid channel, root;
    shop_expect(
        shop, thread_of(shop->store, &shop->owner, "orders", &order, &channel, &root, &shop->err));
    assert_true(uuid_equal(&channel, &tills));
    /* With the channel gone nothing is said, and the deed is done. */
    shop_expect(shop, channel_archive(shop->store, &shop->owner, &tills, true, &shop->err));
    assert_true(tell(shop, &shop->owner, "till.closed", NULL));
    assert_int_equal(load(shop, &shop->owner, &tills).last_position, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(channels_are_made_and_changed_by_their_owners),
        TEST(private_ones_are_their_members),
        TEST(a_direct_one_is_opened_once),
        TEST(unread_is_what_others_said_behind_the_place),
        TEST(pages_go_both_ways_without_a_gap),
        TEST(what_one_wrote_is_ones_own),
        TEST(reactions_come_and_go),
        TEST(what_can_be_said),
        TEST(people_and_things_are_named),
        TEST(a_thing_has_one_thread),
        TEST(the_shop_says_what_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
