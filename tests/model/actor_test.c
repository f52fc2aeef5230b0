#include "model/operation/actor.h"

#include "model/operation/rights.h"

#include "tests/model/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Ids are told by their first byte. */
#define ID(digits) "x'" digits "000000000000000000000000000000'"
#define TENANT     "(SELECT id FROM tenants)"

static const char *const people_sql[] = {
    "INSERT INTO locations (id, tenant_id, name, kind, created_at) VALUES"
    " (" ID("E0") ", " TENANT ", 'Everywhere', 'everywhere', 1),"
                  " (" ID("A1") ", " TENANT ", 'Mitte', 'store', 2),"
                                " (" ID("A2") ", " TENANT ", 'Nord', 'store', 3)",
    "INSERT INTO registers (id, tenant_id, location_id, code, created_at) VALUES"
    " (" ID("B1") ", " TENANT ", " ID("A1") ", 'R1', 1),"
                                            " (" ID("B2") ", " TENANT ", " ID(
                                                "A2") ", 'R2', 2),"
                                                      " (" ID("B3") ", " TENANT
                                                                    ", " ID("A2") ", 'R3', 3)",
    "INSERT INTO users (id, tenant_id, username, email, first_name, display_name, status)"
    " VALUES (" ID(
        "01") ", " TENANT ", 'boss', 'Boss@Paint.example', 'Zoë', 'Zoë Müller', 'active'),"
              " (" ID("02") ", " TENANT ", NULL, NULL, 'Ben', 'Ben Lee', 'active'),"
                            " (" ID(
                                "03") ", " TENANT
                                      ", NULL, 'ben2@paint.example', 'Ben', 'Ben Fox', 'invited'),"
                                      " (" ID(
                                          "04") ", " TENANT
                                                ", 'gone', NULL, 'Carl', 'Carl Ode', 'suspended'),"
                                                " (" ID("05") ", " TENANT ", 'ben', NULL, 'Dora', "
                                                              "'Dora Sun', 'active')",
    "INSERT INTO users (id, tenant_id, display_name, deleted_at) VALUES"
    " (" ID("06") ", " TENANT ", 'Old Hand', 5)",
    "INSERT INTO roles (id, tenant_id, name) VALUES"
    " (" ID("C1") ", " TENANT ", 'tenant_owner'), (" ID("C2") ", " TENANT ", 'employee'),"
                                                              " (" ID("C3") ", " TENANT
                                                                            ", 'manager')",
    "INSERT INTO role_permissions (tenant_id, role_id, permission) VALUES"
    " (" TENANT ", " ID("C2") ", 'orders.edit'), (" TENANT ", " ID("C3") ", 'orders.refund')",
    "INSERT INTO user_roles (tenant_id, user_id, role_id, location_id) VALUES"
    " (" TENANT ", " ID("01") ", " ID("C1") ", " ID(
        "E0") "),"
              " (" TENANT ", " ID("02") ", " ID("C2") ", " ID(
                  "E0") "),"
                        " (" TENANT ", " ID("02") ", " ID("C3") ", " ID("A2") ")",
};

static int setup(void **state)
{
    samples_setup(state);
    struct samples *samples = *state;
    struct operation *operation = samples_begin(samples, "record.create", &samples->anna);
    for (size_t i = 0; i < sizeof people_sql / sizeof people_sql[0]; i++)
        samples_run(samples, people_sql[i], "");
    samples_commit(operation);
    return 0;
}

static struct actor found(struct samples *samples, const char *name)
{
    struct actor actor;
    samples_expect(samples->store, actor_find(samples->store, name, &actor, samples_error()));
    return actor;
}

static enum error_code not_found(struct samples *samples, const char *name)
{
    struct actor actor = {.name = "untouched"};
    struct error err = {0};
    assert_false(actor_find(samples->store, name, &actor, &err));
    assert_string_equal(actor.name, "untouched");
    return err.code;
}

static void test_people_are_found_by_what_they_are_called(void **state)
{
    struct samples *samples = *state;
    static const struct {
        const char *name;
        uint8_t id;
    } cases[] = {
        {"boss", 1},        {"BOSS", 1},    {"boss@paint.example", 1}, {"zoe", 1},
        {"ZOË  MÜLLER", 1}, {"ben lee", 2}, {"ben2@paint.example", 3}, {"Dora", 5},
        {"Ben", 5}, /* a username comes before two first names */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(found(samples, cases[i].name).user_id.bytes[0], cases[i].id);
    assert_string_equal(found(samples, "boss").name, "Zoë Müller");
}

static void test_who_can_not_act_is_told_why(void **state)
{
    struct samples *samples = *state;
    assert_int_equal(not_found(samples, "nobody"), ERROR_NOT_FOUND);
    assert_int_equal(not_found(samples, ""), ERROR_NOT_FOUND);
    assert_int_equal(not_found(samples, "gone"), ERROR_DENIED);
    assert_int_equal(not_found(samples, "Old Hand"), ERROR_NOT_FOUND);
    assert_int_equal(not_found(samples, "' OR 1=1 --"), ERROR_NOT_FOUND);
    samples_do(samples, &samples->anna, "UPDATE users SET username = NULL WHERE username = 'ben'");
    assert_int_equal(not_found(samples, "ben"), ERROR_INPUT);
}

static void test_nobody_named_is_the_owner(void **state)
{
    struct samples *samples = *state;
    assert_int_equal(found(samples, NULL).user_id.bytes[0], 1);
    samples_do(samples, &samples->anna,
               "UPDATE users SET status = 'deactivated' WHERE id = " ID("01"));
    assert_int_equal(not_found(samples, NULL), ERROR_NOT_FOUND);
}

/* On a terminal of a shop with a centre the centre knows who is there. */
static void test_nobody_named_is_who_signed_in_last(void **state)
{
    struct samples *samples = *state;
    samples_do(
        samples, &samples->anna,
        "INSERT INTO terminals (id, tenant_id, name, kind) VALUES"
        " (x'D1000000000000000000000000000000', (SELECT id FROM tenants), 'Till', 'register'),"
        " (x'D2000000000000000000000000000000', (SELECT id FROM tenants), 'Two', 'register')");
    samples_do(
        samples, &samples->anna,
        "INSERT INTO terminal_users (tenant_id, terminal_id, user_id, signed_in_at,"
        " valid_until) SELECT (SELECT id FROM tenants), t.id, u.id, 10 + (t.name = 'Two'), 99"
        " FROM terminals AS t JOIN users AS u ON u.display_name ="
        " CASE t.name WHEN 'Two' THEN 'Dora Sun' ELSE 'Ben Lee' END");
    assert_int_equal(found(samples, NULL).user_id.bytes[0], 1); /* the store is no terminal yet */
    samples_run(samples,
                "INSERT INTO sync_state VALUES ('terminal_id',"
                " 'd1000000-0000-0000-0000-000000000000')",
                "");
    assert_string_equal(found(samples, NULL).name, "Ben Lee");
    samples_do(samples, &samples->anna,
               "UPDATE users SET status = 'suspended' WHERE display_name = 'Ben Lee'");
    assert_int_equal(found(samples, NULL).user_id.bytes[0], 1);
}

static void test_where_a_person_works(void **state)
{
    struct samples *samples = *state;
    struct actor actor = found(samples, NULL);
    assert_int_equal(actor.location_id.bytes[0], 0xA1);
    assert_int_equal(actor.register_id.bytes[0], 0xB1);
    samples_run(samples,
                "INSERT INTO sync_state VALUES ('location_id',"
                " 'a2000000000000000000000000000000')",
                "");
    actor = found(samples, NULL);
    assert_int_equal(actor.location_id.bytes[0], 0xA2);
    assert_int_equal(actor.register_id.bytes[0], 0xB2);
    samples_run(samples,
                "INSERT INTO sync_state VALUES ('register_id',"
                " 'b3000000000000000000000000000000')",
                "");
    samples_run(samples, "DELETE FROM sync_state WHERE name = 'location_id'", "");
    actor = found(samples, NULL);
    assert_int_equal(actor.location_id.bytes[0], 0xA2);
    assert_int_equal(actor.register_id.bytes[0], 0xB3);
}

static void test_rights_come_from_roles(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    struct actor boss = found(samples, "boss");
    struct actor ben = found(samples, "ben lee");
    struct actor dora = found(samples, "dora");
    assert_true(actor_may(samples->store, &boss, "orders.refund", NULL));
    assert_true(actor_may(samples->store, &boss, "no.such.right", NULL));
    assert_true(actor_may(samples->store, &dora, NULL, NULL));
    assert_false(actor_may(samples->store, &dora, "orders.edit", NULL));
    assert_true(actor_may(samples->store, &ben, "orders.edit", NULL));
    assert_false(actor_may(samples->store, &ben, "orders.refund", &err));
    assert_int_equal(err.code, ERROR_DENIED);
    assert_non_null(strstr(err.text, "orders.refund"));
    ben.approver_id = dora.user_id;
    assert_false(actor_may(samples->store, &ben, "orders.refund", &err));
    ben.approver_id = boss.user_id;
    assert_true(actor_may(samples->store, &ben, "orders.refund", &err));
    assert_false(actor_may(samples->store, &ben, "users.manage", &err)); /* nobody lends that */
    ben.approver_id = (struct uuid){{0}};
    ben.location_id = (struct uuid){{0xA2}}; /* where he is a manager */
    assert_true(actor_may(samples->store, &ben, "orders.refund", NULL));
    assert_true(actor_may(samples->store, &ben, "orders.edit", NULL));
}

/* The owner and Ben are members. */
static void put_in_team(struct samples *samples, const char *permissions)
{
    samples_do(samples, &samples->anna,
               "INSERT INTO teams (id, tenant_id, owner_id, name)"
               " VALUES (" ID("F1") ", " TENANT ", " ID("01") ", 'Nights')");
    struct operation *operation = samples_begin(samples, "record.edit", &samples->anna);
    samples_run(samples,
                "INSERT INTO team_members (tenant_id, team_id, user_id, permissions)"
                " SELECT tenant_id, " ID("F1") ", id, ?1 FROM users WHERE id IN (" ID("01") ", " ID(
                    "02") ")",
                "t", permissions);
    samples_commit(operation);
}

static void test_a_team_narrows(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    struct actor boss = found(samples, "boss");
    struct actor ben = found(samples, "ben lee");
    put_in_team(samples, "{\"orders.edit\": false, \"orders.refund\": true, \"no\": 0}");
    assert_false(actor_may(samples->store, &ben, "orders.edit", &err));
    assert_int_equal(err.code, ERROR_DENIED);
    assert_string_equal(err.text,
                        "the team Nights takes the right orders.edit from Ben Lee; ask Zoë Müller");
    assert_false(actor_may(samples->store, &ben, "orders.refund", NULL)); /* true adds nothing */
    assert_true(actor_may(samples->store, &boss, "orders.edit", NULL));   /* an owner has all */
    static const char *const ways_out[] = {
        "UPDATE team_members SET is_active = FALSE", "UPDATE team_members SET is_active = TRUE",
        "UPDATE teams SET is_active = FALSE",        "UPDATE teams SET is_active = TRUE",
        "UPDATE teams SET deleted_at = 5",
    };
    for (size_t i = 0; i < sizeof ways_out / sizeof ways_out[0]; i++) {
        samples_do(samples, &samples->anna, ways_out[i]);
        assert_int_equal(actor_may(samples->store, &ben, "orders.edit", NULL), i % 2 == 0);
    }
}

static void test_a_pin_is_no_administrators_proof(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    static const char *const refused[] = {
        "users.edit",           "users.manage",    "settings.edit", "sync.edit",
        "privacy.manage",       "audit.read",      "backup.run",    "payments.delete",
        "subscriptions.delete", "settings.delete",
    };
    static const char *const granted[] = {"orders.refund",    "till.close", "payments.edit",
                                          "payments.deleted", "import.run", "usersedit"};
    struct actor boss = found(samples, "boss");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        boss.proof = PROOF_PIN;
        assert_false(actor_may(samples->store, &boss, refused[i], &err));
        assert_int_equal(err.code, ERROR_DENIED);
        assert_non_null(strstr(err.text, "sign in with the password"));
        boss.proof = PROOF_PASSWORD;
        assert_true(actor_may(samples->store, &boss, refused[i], &err));
    }
    boss.proof = PROOF_PIN;
    for (size_t i = 0; i < sizeof granted / sizeof granted[0]; i++)
        assert_true(actor_may(samples->store, &boss, granted[i], &err));
}

static void test_who_is_suspended_has_no_rights(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    struct actor ben = found(samples, "ben lee");
    samples_do(samples, &samples->anna,
               "UPDATE users SET status = 'suspended' WHERE id = " ID("02"));
    assert_false(actor_may(samples->store, &ben, "orders.edit", &err));
    assert_string_equal(err.text, "Ben Lee lacks the right orders.edit; ask Zoë Müller");
    samples_do(samples, &samples->anna, "UPDATE users SET status = 'invited' WHERE id = " ID("02"));
    assert_true(actor_may(samples->store, &ben, "orders.edit", &err));
    samples_do(samples, &samples->anna, "UPDATE users SET deleted_at = 5 WHERE id = " ID("02"));
    assert_false(actor_may(samples->store, &ben, "orders.edit", &err));
}

/* Those who are no owners are named first, and nobody from whom a team takes it. */
static void test_who_lacks_a_right_is_told_whom_to_ask(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    struct actor dora = found(samples, "dora");
    assert_false(actor_may(samples->store, &dora, "orders.edit", &err));
    assert_string_equal(err.text,
                        "Dora Sun lacks the right orders.edit; ask Ben Lee or Zoë Müller");
    put_in_team(samples, "{\"orders.edit\": false}");
    assert_false(actor_may(samples->store, &dora, "orders.edit", &err));
    assert_string_equal(err.text, "Dora Sun lacks the right orders.edit; ask Zoë Müller");
}

/* A role that is named like all rights, or a permission of that name, gives nothing more. */
static void test_all_rights_come_from_the_owners_roles(void **state)
{
    struct samples *samples = *state;
    struct actor ben = found(samples, "ben lee");
    samples_do(samples, &samples->anna,
               "INSERT INTO role_permissions (tenant_id, role_id, permission)"
               " VALUES (" TENANT ", " ID("C2") ", '*')");
    assert_false(actor_may(samples->store, &ben, RIGHT_ALL, NULL));
    struct actor boss = found(samples, "boss");
    assert_true(actor_may(samples->store, &boss, RIGHT_ALL, NULL));
}

#define actor_test(name) cmocka_unit_test_setup_teardown(name, setup, samples_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        actor_test(test_people_are_found_by_what_they_are_called),
        actor_test(test_who_can_not_act_is_told_why),
        actor_test(test_nobody_named_is_the_owner),
        actor_test(test_nobody_named_is_who_signed_in_last),
        actor_test(test_where_a_person_works),
        actor_test(test_rights_come_from_roles),
        actor_test(test_a_team_narrows),
        actor_test(test_a_pin_is_no_administrators_proof),
        actor_test(test_who_is_suspended_has_no_rights),
        actor_test(test_who_lacks_a_right_is_told_whom_to_ask),
        actor_test(test_all_rights_come_from_the_owners_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
