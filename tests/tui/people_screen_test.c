/* The screens of people, roles and teams: what they show, and every change through the keys. */
#include "model/operation/rights.h"
#include "model/people/person.h"
#include "tests/model/shop.h"
#include "tests/model/stated.h"
#include "tests/tui/scene.h"
#include "tui/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct uuid role_of(struct shop *shop, const char *name)
{
    return uuid_derived(&shop->tenant, arena_format(shop->arena, "role:%s", name));
}

static struct uuid everywhere(struct shop *shop)
{
    return uuid_derived(&shop->tenant, "location:everywhere");
}

static struct uuid invite(struct shop *shop, const char *name, const char *login, const char *role,
                          const struct uuid *place)
{
    struct uuid id, role_id = role_of(shop, role);
    const struct person_details who = {.name = name, .username = login};
    shop_expect(shop,
                person_invite(shop->store, &shop->owner, &who, &role_id, place, &id, &shop->err));
    return id;
}

static int set_up(void **state)
{
    assert_int_equal(shop_setup(state), 0);
    struct shop *shop = *state;
    struct uuid all = everywhere(shop);
    struct uuid mona = invite(shop, "Mona Manager", "mona", "manager", &shop->owner.location_id);
    shop_expect(shop, person_set_status(shop->store, &shop->owner, &mona, "active", &shop->err));
    invite(shop, "Bo Blogger", "bo", "blogger", &all);
    struct uuid sam = invite(shop, "Sam Gone", "sam", "employee", &all);
    shop_expect(shop, person_set_status(shop->store, &shop->owner, &sam, "suspended", &shop->err));
    return 0;
}

static void play(struct shop *shop, const char *steps)
{
    scene_play(shop->scratch.folder, "Olga Owner", steps);
}

static int64_t count(struct shop *shop, const char *sql)
{
    return shop_integer(shop, sql, NULL);
}

static void check_sizes(struct shop *shop, const char *name)
{
    static const char *const sizes[] = {"80x24", "60x15", "200x50"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        scene_check(shop->scratch.folder, arena_format(shop->arena, "%s_%s", name, sizes[i]));
}

static void test_people_in_three_sizes(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys :\ntype people\nkeys enter\nsave people_80x24\nsize 60 15\nsave people_60x15\n"
               "size 200 50\nsave people_200x50\nsize 80 24\nkeys tab tab\nexpect Bo Blogger\n"
               "reject Mona\nkeys shift-tab shift-tab /\ntype roles:manager\nkeys enter\n"
               "expect Mona Manager\nreject Bo Blogger\nkeys enter\nsave person_80x24\n"
               "size 60 15\nsave person_60x15\nsize 200 50\nsave person_200x50\n");
    check_sizes(shop, "people");
    check_sizes(shop, "person");
}

static void test_somebody_is_invited_and_it_is_taken_back(void **state)
{
    struct shop *shop = *state;
    play(shop,
         "keys :\ntype people\nkeys enter n enter\nexpect Somebody new\nexpect Name is required\n"
         "type Ida Neu\nkeys enter\nexpect to sign in by\ntype ida neu\nkeys tab\n"
         "expect a login is one word\nkeys up ctrl-u\ntype ida\nkeys tab tab tab\n"
         "type emplo\nkeys enter enter\nexpect Ida Neu is invited\nexpect employee\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM users WHERE username = 'ida' AND status ="
                                 " 'invited' AND deleted_at IS NULL"),
                     1);
    assert_int_equal(count(shop, "SELECT count(*) FROM user_roles AS m JOIN users AS u ON u.id ="
                                 " m.user_id WHERE u.username = 'ida'"),
                     1);
    play(shop, "keys :\ntype people\nkeys enter u\nexpect Undone\nexpect 1 of 5\n");
}

static void test_suspending_asks_and_can_be_undone(void **state)
{
    struct shop *shop = *state;
    static const char suspended[] = "SELECT count(*) FROM users WHERE status = 'suspended'";
    play(shop, "keys :\ntype people\nkeys enter /\ntype mona\nkeys enter s\n"
               "expect Suspend Mona Manager?\nkeys enter\nexpect active\n");
    assert_int_equal(count(shop, suspended), 1); /* Enter kept it as it was */
    play(shop, "keys :\ntype people\nkeys enter /\ntype mona\nkeys enter s y\n"
               "expect Mona Manager is suspended now\n");
    assert_int_equal(count(shop, suspended), 2);
    play(shop, "keys :\ntype people\nkeys enter /\ntype mona\nkeys enter enter s\n"
               "expect Let Mona Manager work here again?\nkeys y\nexpect is active now\n");
    play(shop, "keys :\ntype people\nkeys enter /\ntype olga\nkeys enter s y\n"
               "expect Nobody changes that of themselves\n");
    assert_int_equal(count(shop, suspended), 1);
}

/* What an administrator does at the door for somebody else. */
static void test_a_code_for_whoever_forgot_the_password(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys :\ntype people\nkeys enter /\ntype bo\nkeys enter enter c\n"
               "expect A one-time code for Bo Blogger?\nkeys y\nexpect It is shown here alone\n"
               "keys esc L y\nexpect Bo Blogger may try again at once\nkeys O y\n"
               "expect Bo Blogger is signed out everywhere\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM user_credentials WHERE reset_hash IS NOT"
                                 " NULL"),
                     1);
}

static void test_roles_are_given_and_taken(void **state)
{
    struct shop *shop = *state;
    static const char has[] = "SELECT count(*) FROM user_roles AS m JOIN users AS u ON u.id ="
                              " m.user_id WHERE u.username = 'bo'";
    play(shop, "keys :\ntype people\nkeys enter /\ntype bo\nkeys enter enter r\n"
               "expect A role for Bo Blogger\ntype comm\nkeys enter tab ctrl-u\ntype main\n"
               "keys enter enter\nexpect The role was given\nexpect commercial\nexpect at Main "
               "store alone\n");
    assert_int_equal(count(shop, has), 2);
    assert_int_equal(count(shop, "SELECT count(*) FROM audit_logs WHERE action = 'role_changed'"
                                 " AND details LIKE '%commercial%'"),
                     1);
    play(shop, "keys :\ntype people\nkeys enter /\ntype bo\nkeys enter enter x\n"
               "expect The cursor is on no role\nkeys end x\n");
    play(shop, "keys :\ntype people\nkeys enter /\ntype olga\nkeys enter enter\n"
               "expect tenant_owner\nkeys down down down down down down down down x\n"
               "expect Take the role tenant_owner from Olga Owner?\nkeys y\n"
               "expect without an owner\n");
    assert_int_equal(count(shop, has), 2);
}

static void test_the_matrix_in_three_sizes(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys :\ntype roles\nkeys enter right right right\nsave roles_80x24\nsize 60 15\n"
               "save roles_60x15\nsize 200 50\nsave roles_200x50\n");
    check_sizes(shop, "roles");
}

static void test_the_matrix_says_what_a_change_means(void **state)
{
    struct shop *shop = *state;
    static const char given[] = "SELECT count(*) FROM role_permissions AS p JOIN roles AS r ON"
                                " r.id = p.role_id WHERE r.name = 'manager' AND p.permission ="
                                " 'backup.run'";
    play(shop, "keys :\ntype roles\nkeys enter space\nexpect gives all rights\n"
               "keys right right right /\ntype back up\nkeys enter\n"
               "expect Space: 1 person gains backup.run: Mona Manager\nkeys space\n"
               "expect manager gives backup.run now\n"
               "expect Space: 1 person loses backup.run: Mona Manager\n");
    assert_int_equal(count(shop, given), 1);
    play(shop, "keys :\ntype roles\nkeys enter u\nexpect Undone\n");
    assert_int_equal(count(shop, given), 0);
    play(shop, "keys :\ntype roles\nkeys enter right right d\nexpect Every shop has this role\n"
               "keys c\nexpect A role like admin\nkeys enter\nexpect The role admin 2 is there\n"
               "keys end /\ntype nothing like it\nexpect No right matches\nkeys esc n\n"
               "type night watch\nkeys enter\nexpect The role night watch is there\n"
               "keys l l l l l l l l l l l l l d\nexpect Delete the role night watch?\nkeys y\n"
               "expect was deleted\nexpect admin 2\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM roles WHERE NOT is_built_in"), 1);
    assert_int_equal(count(shop, "SELECT count(*) FROM role_permissions AS p JOIN roles AS r ON"
                                 " r.id = p.role_id WHERE r.name = 'admin 2'"),
                     count(shop, "SELECT count(*) FROM role_permissions AS p JOIN roles AS r ON"
                                 " r.id = p.role_id WHERE r.name = 'admin'"));
}

static void test_a_team_takes_a_right_away(void **state)
{
    struct shop *shop = *state;
    struct uuid mona = {{0}};
    play(shop, "keys :\ntype teams\nkeys enter\nexpect No teams yet\nkeys n\ntype Nights\n"
               "keys enter\nexpect The team Nights is there\nkeys enter n\ntype mona\n"
               "keys enter enter\nexpect Mona Manager\nkeys enter\ntype refund\nkeys enter\n"
               "expect takes orders.refund away now\nexpect orders.refund\nsave team_80x24\n");
    scene_check(shop->scratch.folder, "team_80x24");
    struct statement *find =
        store_prepare(shop->store, "SELECT id FROM users WHERE username = 'mona'", NULL);
    statement_step(find, NULL);
    statement_uuid(find, 0, &mona);
    statement_done(find);
    const struct uuid *place = &shop->owner.location_id;
    assert_int_equal(right_source(shop->store, &mona, place, "orders.refund", NULL, NULL),
                     RIGHT_NARROWED);
    play(shop, "keys :\ntype teams\nkeys enter a\nexpect takes nothing away now\n");
    assert_int_equal(right_source(shop->store, &mona, place, "orders.refund", NULL, NULL),
                     RIGHT_BY_ROLE);
    play(shop, "keys :\ntype teams\nkeys enter a enter x\nexpect Remove Mona Manager from Nights?\n"
               "keys y\nexpect Nobody belongs to this team\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM team_members"), 0);
}

/* Kim sells: everything about people says what is missing, and whom to ask. */
static void test_who_may_not_is_told_whom_to_ask(void **state)
{
    struct shop *shop = *state;
    scene_play(shop->scratch.folder, "Kim",
               "keys :\ntype people\nkeys enter n\n"
               "expect lacks the right users.edit; ask Mona Manager or Olga Owner\n"
               "reject Somebody new\nkeys esc :\ntype roles\nkeys enter right right right space\n"
               "expect lacks the right users.manage; ask Olga Owner\nkeys ?\n"
               "expect lacks the right\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM journal WHERE kind = 'role.rights'"), 0);
}

static void check_actions(struct shop *shop, const struct stated_rights *stated,
                          const struct actor *people, const struct action_table *table,
                          size_t *named)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct action *action = &table->actions[i];
        *named += stated_find(stated, "actions", "", action->id) != NULL;
        for (size_t role = 0; role < STATED_ROLES; role++)
            if (actor_may(shop->store, &people[role], action->right, NULL) !=
                stated_may(stated, "actions", "", action->id, role, true))
                fail_msg("tests/data/rights.txt and %s (%s): %s", action->id,
                         action->right != NULL ? action->right : "no right", stated_roles[role]);
    }
}

/* Every action of every table, for every role. */
static void test_every_action_is_stated(void **state)
{
    struct shop *shop = *state;
    struct stated_rights *stated = stated_read();
    struct actor people[STATED_ROLES];
    struct uuid place = everywhere(shop);
    size_t named = 0;
    for (size_t role = 0; role < STATED_ROLES; role++) {
        people[role] = shop->owner;
        people[role].user_id =
            invite(shop, "X", arena_format(shop->arena, "x%zu", role), stated_roles[role], &place);
    }
    check_actions(shop, stated, people, &global_actions, &named);
    for (size_t i = 0; i < screen_count; i++)
        check_actions(shop, stated, people, &screens[i]->actions, &named);
    for (size_t i = 0; i < further_window_count; i++)
        check_actions(shop, stated, people, &further_windows[i]->actions, &named);
    assert_int_equal(named, stated_count(stated, "actions"));
    stated_free(stated);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, shop_teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_people_in_three_sizes),
        CASE(test_somebody_is_invited_and_it_is_taken_back),
        CASE(test_suspending_asks_and_can_be_undone),
        CASE(test_a_code_for_whoever_forgot_the_password),
        CASE(test_roles_are_given_and_taken),
        CASE(test_the_matrix_in_three_sizes),
        CASE(test_the_matrix_says_what_a_change_means),
        CASE(test_a_team_takes_a_right_away),
        CASE(test_who_may_not_is_told_whom_to_ask),
        CASE(test_every_action_is_stated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
