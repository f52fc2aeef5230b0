/* The screen of channels: what is said, in lines and threads; what hangs on an order; what wants
 * somebody. */
#include "model/talk/talk.h"
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct talk {
    struct till *till;
    struct uuid paint;
};

static struct talk talk;

static void play(const char *steps)
{
    scene_play(talk.till->home, "Olga Owner", steps);
}

static void play_kim(const char *steps)
{
    scene_play(talk.till->home, "Kim", steps);
}

static int64_t count(const char *sql)
{
    return shop_integer(talk.till->shop, sql, NULL);
}

static struct uuid say(const struct actor *actor, const struct uuid *thread, const char *content)
{
    struct shop *shop = talk.till->shop;
    struct uuid id, none = {{0}};
    const struct message_draft draft = {
        .channel = talk.paint, .thread = thread != NULL ? *thread : none, .content = content};
    shop->scratch.clock.now += INT64_C(60) * 1000000;
    shop_expect(shop, message_say(shop->store, actor, &draft, &id, &shop->err));
    return id;
}

static int set_up(void **state)
{
    assert_int_equal(till_set_up(state), 0);
    talk.till = *state;
    struct shop *shop = talk.till->shop;
    shop_expect(shop, channel_new(shop->store, &shop->owner, "paint", "Mixing and what goes wrong",
                                  CHANNEL_PUBLIC, &talk.paint, &shop->err));
    shop_expect(shop, channel_join(shop->store, &shop->cashier, &talk.paint, &shop->err));
    return 0;
}

static void talk_some(void)
{
    struct shop *shop = talk.till->shop;
    struct uuid first =
        say(&shop->owner, NULL, "The *green* of R1-000003 is wrong, see #R1-000003");
    say(&shop->cashier, &first, "Batch `114`, I mix it again");
    say(&shop->cashier, NULL, "Before they come:\n- shake it\n- look at the lid\n> never open it");
    struct uuid last = say(&shop->owner, NULL, "Thank you @kim!");
    shop_expect(shop, message_react(shop->store, &shop->cashier, &last, "ok", &shop->err));
    shop_expect(shop, message_pin(shop->store, &shop->owner, &first, true, &shop->err));
}

static void test_the_screen_in_three_sizes(void **state)
{
    static const char *const names[] = {"channels_80x24", "channels_60x15", "channels_200x50"};
    (void)state;
    talk_some();
    play("keys alt-T alt-n\nexpect #paint\nsave channels_80x24\nsize 60 15\nsave channels_60x15\n"
         "size 200 50\nkeys shift-tab home t\nsave channels_200x50\n");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        scene_check(talk.till->home, names[i]);
}

static void test_a_message_of_several_lines_is_sent(void **state)
{
    (void)state;
    play("keys alt-T alt-n\ntype one\nkeys alt-enter\ntype two\nkeys enter\nexpect one\n"
         "paste three\\nfour\nexpect four\nkeys enter\nexpect four\nkeys esc\n");
    assert_int_equal(count("SELECT count(*) FROM messages WHERE content IN ('one' || char(10) ||"
                           " 'two', 'three' || char(10) || 'four')"),
                     2);
}

static void test_up_changes_what_was_said_last(void **state)
{
    (void)state;
    play("keys alt-T alt-n\ntype Ten tins\nkeys enter up\nexpect changes what you said\n"
         "keys ctrl-u\ntype Nine tins\nkeys enter\nexpect Nine tins\nexpect edited\n"
         "reject Ten tins\nkeys up esc\nreject changes what you said\n");
    assert_int_equal(count("SELECT count(*) FROM messages WHERE content = 'Nine tins'"), 1);
}

static void test_what_is_typed_is_kept(void **state)
{
    (void)state;
    play("keys alt-T alt-n\ntype half a sen\nkeys alt-p\nreject half a sen\nkeys ctrl-q\n");
    play("keys alt-T alt-n\nexpect half a sen\ntype tence\nkeys enter\nexpect half a sentence\n"
         "keys alt-p alt-n\n");
    assert_int_equal(count("SELECT count(*) FROM drafts"), 0);
}

static void test_names_and_things_are_completed(void **state)
{
    (void)state;
    play("keys alt-T alt-n\ntype @ki\nkeys tab\nexpect @kim\ntype look at #R1-000003\nkeys tab\n"
         "expect #R1-000003\nkeys enter\nexpect look at\n");
    assert_int_equal(count("SELECT count(*) FROM message_mentions"), 1);
    assert_int_equal(count("SELECT count(*) FROM message_links WHERE kind = 'order'"), 1);
}

static void test_a_thread_is_answered(void **state)
{
    (void)state;
    talk_some();
    play_kim("keys alt-T shift-tab home r\nexpect Thread\ntype Tomorrow at nine\nkeys enter\n"
             "expect Tomorrow at nine\nkeys esc\nreject Thread\n");
    assert_int_equal(count("SELECT count(*) FROM messages WHERE parent_id IS NOT NULL"), 2);
}

static void test_messages_are_marked_pinned_and_deleted(void **state)
{
    (void)state;
    talk_some();
    play("keys alt-T alt-n shift-tab end + enter\nexpect 👍 1 (you)\nkeys p\nexpect Pinned\n"
         "keys P\nexpect Thank you @kim!\nkeys enter\nkeys end d\nexpect Delete this message?\n"
         "keys y\nexpect deleted by Olga Owner\nreject Thank you\nkeys d\nexpect was deleted\n");
}

static void test_only_who_wrote_it_changes_it(void **state)
{
    (void)state;
    talk_some();
    play_kim("keys alt-T shift-tab end E\nexpect Only who wrote it\n");
}

static void test_channels_are_made_and_left(void **state)
{
    (void)state;
    play(
        "keys alt-T shift-tab n\ntype Night shift\nkeys tab\ntype Who is where\nkeys enter\n"
        "expect #Night shift\nexpect Who is where\ntype Who comes?\nkeys enter\nexpect Who comes?\n"
        "keys shift-tab c ctrl-u\ntype Day shift\n"
        "keys enter\nexpect #Day shift\nkeys m\nexpect unless you are mentioned\nkeys J\n"
        "expect Leave this channel?\nkeys y\nexpect You left\nexpect J joins\n");
    assert_int_equal(count("SELECT count(*) FROM channels WHERE name = 'Day shift'"), 1);
}

static void test_a_direct_message_is_found_by_name(void **state)
{
    (void)state;
    play("keys ctrl-k\ntype kim\nexpect write to\nkeys esc alt-T f5\ntype kim\nkeys enter\n"
         "expect @Kim\ntype Are you there?\nkeys enter\nexpect Are you there?\n");
    play_kim("expect 1 unread\nkeys alt-a\nexpect @Olga Owner\nexpect Are you there?\nkeys x\n"
             "keys alt-a\nexpect That was all\nexpect ORDERS\nreject 1 unread\n");
}

static void test_the_thread_of_an_order(void **state)
{
    (void)state;
    play("keys M\nexpect Nobody has said anything about it yet\ntype She rings at noon\n"
         "keys enter\nexpect about R1-00000\nkeys esc\nexpect ORDERS\nkeys enter M\n"
         "expect She rings at noon\nkeys esc\nexpect TO PAY\n");
    assert_int_equal(count("SELECT count(*) FROM message_links WHERE is_thread"), 1);
}

/* The basket stands as it was left. */
static void test_the_counter_is_not_disturbed(void **state)
{
    (void)state;
    play("keys f12\nscan 4006381333931\nexpect Latex white\nkeys 3\nkeys alt-M\n"
         "expect about Latex white\ntype Where is more of it?\nkeys enter esc\n"
         "expect Latex white\nexpect 39.90\nkeys * 4 0 0 6\nexpect > 3*4006\n");
}

static void test_a_link_leads_to_the_order_and_back(void **state)
{
    (void)state;
    talk_some();
    play("keys alt-T alt-n shift-tab home o\nexpect Order R1-000003\nkeys esc\nexpect #paint\n");
}

static void test_it_is_read_when_it_was_seen_and_a_key_pressed(void **state)
{
    (void)state;
    talk_some();
    play_kim("expect 1 for you\nkeys alt-T\nexpect Thank you\nexpect 1 for you\nkeys tab\n"
             "keys ctrl-q\n");
    assert_int_equal(
        count("SELECT count(*) FROM channel_members AS m JOIN users AS u ON u.id ="
              " m.user_id WHERE u.display_name LIKE 'Kim%' AND m.last_read_position = 4"),
        1);
}

static void test_what_was_said_is_found(void **state)
{
    (void)state;
    talk_some();
    play("keys alt-T f7\ntype batch from:kim\nexpect 1 hit\nexpect I mix it again\n"
         "save channels_search_80x24\nkeys enter\nexpect #paint\nexpect > Kim\nkeys /\n"
         "type in:#nowhere\nexpect nowhere\nkeys ctrl-u\ntype zebra\nexpect Nothing was said\n"
         "keys esc\nexpect #paint\n");
    scene_check(talk.till->home, "channels_search_80x24");
}

/* What came while somebody works elsewhere is gone through from there, and back. */
static void test_what_wants_somebody_is_gone_through(void **state)
{
    struct shop *shop = talk.till->shop;
    struct uuid direct;
    (void)state;
    talk_some();
    shop_expect(shop, channel_direct(shop->store, &shop->owner, &shop->cashier.user_id, &direct,
                                     &shop->err));
    talk.paint = direct;
    say(&shop->owner, NULL, "Can you stay until eight?");
    play_kim("keys f12\nscan 4006381333931\nkeys alt-a\nexpect #paint\nexpect Thank you\n"
             "keys alt-a\nexpect @Olga Owner\nexpect until eight\nkeys alt-a\n"
             "expect That was all\nexpect Latex white\nkeys alt-a\nexpect Nothing wants you\n"
             "expect TO PAY\n");
}

/* The name before a message stands where no line of a text reaches. */
static void test_a_text_cannot_pass_for_another_name(void **state)
{
    (void)state;
    say(&talk.till->shop->owner, NULL, "Well\nKim Cashier  14:01\nI took the money");
    say(&talk.till->shop->cashier, NULL, "Did I?");
    play("keys alt-T alt-n\nexpect Did I?\nsave names\n");
    const char *screen = scene_file(talk.till->home, "names");
    assert_non_null(strstr(screen, "\n   Kim Cashier  14:01\n   I took"));
    assert_non_null(strstr(screen, "\n  Kim "));
}

static void test_what_is_too_long_is_not_cut_in_silence(void **state)
{
    static char steps[TALK_CONTENT_MAX + 200];
    (void)state;
    int size = snprintf(steps, sizeof steps, "keys alt-T alt-n\npaste ");
    memset(steps + size, 'x', TALK_CONTENT_MAX + 1);
    strcpy(steps + size + TALK_CONTENT_MAX + 1, "\nexpect left out\n");
    play(steps);
}

/* A file of the person's hangs on a message, is saved from it, and the channel is written down. */
static void test_a_file_is_said_and_saved(void **state)
{
    char path[200], steps[1200];
    const char *home = talk.till->home;
    (void)state;
    snprintf(path, sizeof path, "%s/list.csv", home);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("code;pieces\n4006381333931;3\n", file);
    fclose(file);
    snprintf(path, sizeof path, "%s/config.json", home);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("{\"viewer\": \"no-such-viewer --big\"}", file);
    fclose(file);
    snprintf(steps, sizeof steps,
             "keys alt-T alt-n alt-o\ntype %s/lis\nkeys tab enter\nexpect with list.csv\n"
             "keys ctrl-q\n",
             home);
    play(steps);
    snprintf(
        steps, sizeof steps,
        "keys alt-T alt-n\nexpect with list.csv\ntype What is to be packed\nkeys enter\n"
        "expect list.csv  28 B\nkeys shift-tab o\nexpect can't be started here\nkeys S "
        "ctrl-u\ntype %s/again.csv\nkeys enter\n"
        "expect Saved as\nkeys S ctrl-u\ntype %s/again.csv\nkeys enter\n"
        "expect can't be written\nkeys e ctrl-u\ntype %s/paint.txt\nkeys enter\n"
        "expect All that was said is in\nkeys a\ntype https://example.org/big.iso\nkeys enter\n"
        "expect with https://example.org/big.iso\nkeys enter\nexpect big.iso\n",
        home, home, home);
    play(steps);
    assert_string_equal(scene_file(home, "again.csv"), "code;pieces\n4006381333931;3\n");
    assert_non_null(strstr(scene_file(home, "paint.txt"), "What is to be packed"));
    assert_int_equal(count("SELECT count(*) FROM message_attachments"), 2);
    assert_int_equal(count("SELECT count(*) FROM drafts"), 0);
}

static int tear_down(void **state)
{
    return till_tear_down(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_screen_in_three_sizes),
        TEST(a_message_of_several_lines_is_sent),
        TEST(up_changes_what_was_said_last),
        TEST(what_is_typed_is_kept),
        TEST(names_and_things_are_completed),
        TEST(a_thread_is_answered),
        TEST(messages_are_marked_pinned_and_deleted),
        TEST(only_who_wrote_it_changes_it),
        TEST(channels_are_made_and_left),
        TEST(a_direct_message_is_found_by_name),
        TEST(the_thread_of_an_order),
        TEST(the_counter_is_not_disturbed),
        TEST(a_link_leads_to_the_order_and_back),
        TEST(it_is_read_when_it_was_seen_and_a_key_pressed),
        TEST(what_was_said_is_found),
        TEST(a_text_cannot_pass_for_another_name),
        TEST(what_is_too_long_is_not_cut_in_silence),
        TEST(a_file_is_said_and_saved),
        TEST(what_wants_somebody_is_gone_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
