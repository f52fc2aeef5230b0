/* The centre thinks of rights as the store does: the statement of who may do what, what teams take
 * away, and that nobody gives or takes what they do not hold. */
#include "model/shop/tenant.h"
#include "tests/model/stated.h"
#include "tests/sync/postgres.h"
#include "tests/sync/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;
static struct till *till;
static struct stated_rights *stated;

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ID(id)       "00000000-0000-7000-9000-0000000" id
#define EVERYWHERE   "00000000-0000-7000-8000-0000000000b0"
#define EMPLOYEE     "00000000-0000-7000-8000-0000000000e1"
#define OWNER        "00000000-0000-7000-8000-0000000000e2"
#define TERMINAL     "00000000-0000-7000-8000-0000000000f1"
#define NEW(table, id, fields)                                                                     \
    "{'table':'" table "','id':'" ID(id) "','verb':'insert','new':{" fields "}}"
#define EDIT(table, id, base, fields)                                                              \
    "{'table':'" table "','id':'" id "','verb':'update','base':{" base "},'new':{" fields "}}"
#define NO_OWNER                                                                                   \
    "{'table':'user_roles','id':'" OLGAS "','verb':'delete','base':{'user_id':'" OLGA              \
    "','role_id':'" OWNER "','location_id':'" EVERYWHERE "'}}"
#define GONE(table, id) "{'table':'" table "','id':'" id "','verb':'delete','base':{}}"

/* Adam administers without being an owner; he signed in just now. Olga's role and Anna's have ids
 * of their own. The keeper's role has a right that Adam lacks. */
#define ADAM   ID("000a1")
#define ADMIN  ID("000a2")
#define KEEPER ID("000a3")
#define OLGAS  ID("000a4")
#define TEAM   ID("000a5")
#define MEMBER ID("000a6")

static void add_people(void)
{
    till_run(till,
             "INSERT INTO users (id, tenant_id, display_name) VALUES ('" ADAM "', '" SHOP
             "', 'Adam');"
             "INSERT INTO roles (id, tenant_id, name) VALUES ('" ADMIN "', '" SHOP
             "', 'admin'), ('" KEEPER "', '" SHOP "', 'keeper');"
             "INSERT INTO role_permissions (tenant_id, role_id, permission) SELECT '" SHOP
             "', '" ADMIN "', p FROM unnest('{users.manage,users.edit,users.delete,orders.edit,"
             "self.edit}'::text[]) AS p;"
             "INSERT INTO role_permissions (tenant_id, role_id, permission) VALUES ('" SHOP
             "', '" KEEPER "', 'backup.run');"
             "INSERT INTO user_roles (tenant_id, user_id, role_id, location_id) VALUES ('" SHOP
             "', '" ADAM "', '" ADMIN "', '" EVERYWHERE "');"
             "UPDATE user_roles SET id = '" OLGAS "' WHERE user_id = '" OLGA "';"
             "INSERT INTO terminal_users (tenant_id, terminal_id, user_id, signed_in_at,"
             " valid_until) VALUES ('" SHOP "', '" TERMINAL "', '" ADAM "', now(),"
             " now() + interval '1 day');"
             "INSERT INTO teams (id, tenant_id, owner_id, name) VALUES ('" TEAM "', '" SHOP
             "', '" OLGA "', 'Nights');"
             "INSERT INTO team_members (id, tenant_id, team_id, user_id, permissions) VALUES"
             " ('" MEMBER "', '" SHOP "', '" TEAM "', '" ANNA "', '{\"till.open\": false}')");
}

static int setup(void **state)
{
    (void)state;
    server = postgres_start();
    till = till_start(server);
    stated = stated_read();
    if (till != NULL)
        add_people();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    stated_free(stated);
    till_stop(till);
    postgres_stop(server);
    return 0;
}

static void need_server(const char *actor)
{
    if (till == NULL)
        skip();
    till->actor = actor;
    till->instant = NULL;
}

/* The roles as a shop gets them when it is made. */
static void add_stated_roles(void)
{
    for (size_t i = 0; i < STATED_ROLES; i++)
        till_run(till,
                 "INSERT INTO tenants (id, tenant_id, name, slug, default_currency) SELECT"
                 " id, id, 'S%zu', 's%zu', 'EUR' FROM (SELECT '%s'::uuid AS id) AS t;"
                 "INSERT INTO locations (id, tenant_id, name, kind) SELECT id, id, 'All',"
                 " 'everywhere' FROM tenants WHERE slug = 's%zu';"
                 "INSERT INTO users (id, tenant_id, display_name) SELECT id, id, 'X' FROM tenants"
                 " WHERE slug = 's%zu';"
                 "INSERT INTO roles (id, tenant_id, name) SELECT id, id, '%s' FROM tenants"
                 " WHERE slug = 's%zu';"
                 "INSERT INTO user_roles (tenant_id, user_id, role_id, location_id) SELECT id, id,"
                 " id, id FROM tenants WHERE slug = 's%zu'",
                 i, i, till_id(till, 0x5000 + (int)i), i, i, stated_roles[i], i, i);
    const char *all = till_ask(till, "SELECT string_agg(name, ' ' ORDER BY name) FROM permissions");
    char *rest = arena_text(till->arena, all);
    for (char *right; (right = strsep(&rest, " ")) != NULL;)
        for (size_t i = 0; i < STATED_ROLES; i++)
            if (tenant_role_may(stated_roles[i], right))
                till_run(till,
                         "INSERT INTO role_permissions (tenant_id, role_id, permission)"
                         " VALUES ('%s', '%s', '%s')",
                         till_id(till, 0x5000 + (int)i), till_id(till, 0x5000 + (int)i), right);
}

/* One answer for all roles: marks as they stand in the statement. */
static const char *marks_of(const char *right)
{
    char *marks = arena_text(till->arena, "------------");
    for (size_t i = 0; i < STATED_ROLES; i++) {
        const char *id = till_id(till, 0x5000 + (int)i);
        const char *may = till_ask(till, "SELECT sync_held('%s', '%s', '%s') && ARRAY['*', '%s']",
                                   id, id, id, right);
        marks[i] = may[0] == 't' ? 'x' : '-';
    }
    return marks;
}

static void test_the_statement_holds_here_too(void **state)
{
    (void)state;
    need_server(OLGA);
    add_stated_roles();
    char *rights = arena_text(
        till->arena, till_ask(till, "SELECT string_agg(name, ' ' ORDER BY name) FROM permissions"));
    for (char *right; (right = strsep(&rights, " ")) != NULL;) {
        const struct stated *found = stated_find(stated, "rights", "", right);
        assert_non_null(found);
        if (strncmp(marks_of(right), found->marks, STATED_ROLES) != 0)
            fail_msg("%s: %s here", right, marks_of(right));
    }
}

/* Each table and verb: the right that the centre asks is one that the stated roles have. */
static void test_tables_need_what_is_stated(void **state)
{
    static const char *const verbs[] = {"add", "change", "delete"};
    static const char *const columns[] = {"right_insert", "right_update", "right_delete"};
    (void)state;
    need_server(OLGA);
    for (size_t verb = 0; verb < COUNT(verbs); verb++) {
        char *rows = arena_text(
            till->arena, till_ask(till,
                                  "SELECT string_agg(name || '=' || coalesce(%s, ''), ' ' ORDER BY"
                                  " name) FROM sync_tables WHERE scope <> 'local'",
                                  columns[verb]));
        for (char *row; (row = strsep(&rows, " ")) != NULL;) {
            char *right = strchr(row, '=');
            *right++ = '\0';
            const struct stated *need = stated_find(stated, "rights", "", right);
            const struct stated *found = stated_find(stated, "rows", verbs[verb], row);
            const char *nobody = "------------";
            if (strncmp(need != NULL ? need->marks : nobody, found != NULL ? found->marks : nobody,
                        STATED_ROLES) != 0)
                fail_msg("%s %s needs %s here", verbs[verb], row, right);
        }
    }
}

static void test_a_team_takes_a_right_away(void **state)
{
    (void)state;
    need_server(ANNA);
    static const char held[] =
        "SELECT '%s' = ANY (sync_held('" SHOP "', '" ANNA "', '" LOCATION "'))";
    assert_string_equal(till_ask(till, held, "till.open"), "f");
    assert_string_equal(till_ask(till, held, "till.close"), "t");
    till_run(till, "UPDATE team_members SET permissions = '{\"customers.edit\": false,"
                   " \"orders.refund\": true}' WHERE id = '" MEMBER "'");
    assert_string_equal(till_ask(till, held, "orders.refund"), "f");
    assert_told(
        till_send(till, "customer.create", NEW("customer_profiles", "00010", "'name':'Jo'"), NULL),
        "refused", "Anna lacks the right customers.edit");
    till_run(till, "UPDATE teams SET is_active = FALSE");
    assert_told(
        till_send(till, "customer.create", NEW("customer_profiles", "00010", "'name':'Jo'"), NULL),
        "applied", "");
    till_run(till, "UPDATE teams SET is_active = TRUE;"
                   "UPDATE team_members SET permissions = '{\"till.open\": false}'"
                   " WHERE id = '" MEMBER "'");
}

/* Adam writes rows that an administrator may, as far as he holds what they give. */
static void test_nobody_gives_what_they_do_not_hold(void **state)
{
#define ROLE_FOR(id, user, role)                                                                   \
    NEW("user_roles", id,                                                                          \
        "'user_id':'" user "','role_id':'" role "','location_id':'" EVERYWHERE "'")
    static const char owners[] = "Only an owner of the shop changes what is an owner's";
    static const struct {
        const char *rows, *reason; /* "": it is applied */
    } cases[] = {
        {ROLE_FOR("00020", RITA, OWNER), owners},
        {ROLE_FOR("00020", ADAM, OWNER), owners},
        {ROLE_FOR("00020", ADAM, KEEPER), "It gives or takes the right backup.run"},
        {GONE("user_roles", OLGAS), owners},
        {EDIT("user_roles", OLGAS, "'role_id':'" OWNER "'", "'role_id':'" ADMIN "'"), owners},
        {EDIT("users", OLGA, "'display_name':'Olga'", "'display_name':'Adam'"), owners},
        {EDIT("users", OLGA, "'status':'active'", "'status':'suspended'"), owners},
        {EDIT("users", OLGA, "'deleted_at':null", "'deleted_at':'2026-11-20T10:00:00Z'"), owners},
        {EDIT("roles", ADMIN, "'name':'admin'", "'name':'superadmin'"), owners},
        {NEW("roles", "00021", "'name':'superadmin'"), owners},
        {NEW("role_permissions", "00022", "'role_id':'" ADMIN "','permission':'backup.run'"),
         "It gives or takes the right backup.run"},
        {NEW("role_permissions", "00022", "'role_id':'" ADMIN "','permission':'*'"), owners},
        {NEW("role_permissions", "00022", "'role_id':'" ADMIN "','permission':'fresh'"),
         "It gives or takes the right fresh"},
        {EDIT("team_members", MEMBER, "'permissions':{'till.open':false}", "'permissions':{}"),
         "It gives or takes the right till.open"},
        {GONE("team_members", MEMBER), "It gives or takes the right till.open"},
        {EDIT("teams", TEAM, "'is_active':true", "'is_active':false"),
         "It gives or takes the right till.open"},
        /* a role that is made and filled in the same operation */
        {NEW("roles", "00023", "'name':'mine'") "," NEW(
             "role_permissions", "00024",
             "'role_id':'" ID("00023") "','permission':'backup.run'") "," ROLE_FOR("00025", ADAM,
                                                                                   ID("00023")),
         "It gives or takes the right backup.run"},
        {EDIT("users", ADAM, "'display_name':'Adam'", "'display_name':'Adam A.'"), ""},
        {EDIT("users", RITA, "'display_name':'Rita'", "'display_name':'Rita R.'"),
         "It gives or takes the right"},
        {ROLE_FOR("00026", RITA, ADMIN), ""},
        {NEW("roles", "00027", "'name':'helper'") "," NEW(
             "role_permissions", "00028",
             "'role_id':'" ID("00027") "','permission':'orders.edit'") "," ROLE_FOR("00029", RITA,
                                                                                    ID("00027")),
         ""},
    };
    (void)state;
    need_server(ADAM);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct told told = till_send(till, "record.edit", cases[i].rows, NULL);
        bool is_good = cases[i].reason[0] == '\0' ? strcmp(told.status, "applied") == 0
                                                  : strcmp(told.status, "refused") == 0 &&
                                                        strncmp(told.reason, cases[i].reason,
                                                                strlen(cases[i].reason)) == 0;
        if (!is_good)
            fail_msg("%s: %s %s", cases[i].rows, told.status, told.reason);
    }
    assert_string_equal(
        till_ask(till, "SELECT count(*) FROM user_roles WHERE user_id = '" ADAM "'"), "1");
}

static void test_the_last_owner_stays(void **state)
{
    (void)state;
    need_server(OLGA);
    static const char last[] = "This would leave the shop without an owner";
    till_run(till, "UPDATE terminal_users SET signed_in_at = now() WHERE user_id = '" OLGA "'");
    assert_told(till_send(till, "record.edit",
                          EDIT("users", OLGA, "'status':'active'", "'status':'suspended'"), NULL),
                "refused", last);
    assert_told(till_send(till, "record.edit", NO_OWNER, NULL), "refused", last);
    assert_told(till_send(till, "record.edit",
                          EDIT("user_roles", OLGAS, "'location_id':'" EVERYWHERE "'",
                               "'location_id':'" LOCATION "'"),
                          NULL),
                "refused", last);
    assert_told(till_send(till, "record.edit",
                          EDIT("roles", OWNER, "'name':'tenant_owner'", "'name':'boss'"), NULL),
                "refused", last);
    assert_told(till_send(till, "person.role", ROLE_FOR("00030", RITA, OWNER), NULL), "applied",
                "");
    assert_told(till_send(till, "person.role", NO_OWNER, NULL), "applied", "");
    till_run(till, "INSERT INTO user_roles (id, tenant_id, user_id, role_id, location_id)"
                   " VALUES ('" OLGAS "', '" SHOP "', '" OLGA "', '" OWNER "', '" EVERYWHERE "')");
}

/* A sign-in that was ended is fresh no more, whatever the terminal says of the time. */
static void test_signing_out_ends_what_is_fresh(void **state)
{
    (void)state;
    need_server(ADAM);
    till_run(till, "UPDATE terminal_users SET signed_in_at = now() - interval '2 minutes',"
                   " valid_until = now() - interval '1 second' WHERE user_id = '" ADAM "'");
    const char *before =
        till_ask(till, "SELECT to_char(now() AT TIME ZONE 'UTC' - interval '1 minute',"
                       " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
    till->instant = before;
    assert_told(till_send(till, "record.edit", NEW("roles", "00040", "'name':'late'"), NULL),
                "refused", "Changing people, rights");
    till_run(till, "UPDATE terminal_users SET signed_in_at = now(), valid_until = now() +"
                   " interval '1 day' WHERE user_id = '" ADAM "'");
}

/* Whoever approves lends what is done at the counter, and nothing of an administrator's. */
static void test_an_approver_lends_a_right(void **state)
{
    (void)state;
    need_server(ANNA);
    static const char add[] = NEW("products", "00050",
                                  "'name':'x','slug':'x','sku':'x','price_cents':1,"
                                  "'currency':'EUR'");
    static const char by_olga[] = "'approver':'" OLGA "'";
    assert_told(till_send(till, "record.create", add, NULL), "refused",
                "Anna lacks the right catalog.edit");
    assert_told(till_send(till, "record.create", add, by_olga), "applied", "");
    assert_told(till_send(till, "record.create", NEW("roles", "00051", "'name':'mine'"), by_olga),
                "refused", "Anna lacks the right users.manage");
    assert_told(
        till_send(till, "record.create", NEW("app_settings", "00052", "'name':'x'"), by_olga),
        "refused", "Anna lacks the right settings.edit");
}

/* A code for a new terminal signs in nobody who may more than its maker. */
static void test_a_code_for_nobody_greater(void **state)
{
    struct error err;
    (void)state;
    need_server(ADAM);
    till_run(till, "INSERT INTO role_permissions (tenant_id, role_id, permission) VALUES ('" SHOP
                   "', '" ADMIN "', 'sync.edit');"
                   "UPDATE terminal_users SET signed_in_at = now() - interval '1 day' WHERE user_id"
                   " = '" OLGA "'");
    assert_false(central_run(till->line,
                             "SELECT sync_make_code('register', 'Mine', NULL, '" OLGA "')", &err));
    assert_non_null(strstr(err.text, "may do more than they may themselves"));
    if (!central_run(till->line, "SELECT sync_make_code('register', 'Mine', NULL, '" ADAM "')",
                     &err))
        fail_msg("%s", err.text);
    if (central_run(till->line, "SELECT sync_reset_code('" ADAM "', '" OLGA "')", &err))
        fail_msg("an administrator got at the owner");
    assert_non_null(strstr(err.text, "all the rights"));
    if (central_run(till->line, "SELECT sync_held('" SHOP "', '" OLGA "', NULL)", &err))
        fail_msg("a terminal asks for rights");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_statement_holds_here_too),
        cmocka_unit_test(test_tables_need_what_is_stated),
        cmocka_unit_test(test_a_team_takes_a_right_away),
        cmocka_unit_test(test_nobody_gives_what_they_do_not_hold),
        cmocka_unit_test(test_the_last_owner_stays),
        cmocka_unit_test(test_signing_out_ends_what_is_fresh),
        cmocka_unit_test(test_an_approver_lends_a_right),
        cmocka_unit_test(test_a_code_for_nobody_greater),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
