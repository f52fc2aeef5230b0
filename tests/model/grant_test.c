/* Nobody gives or takes what they do not hold: row by row, by every way of writing rows. */
#include "model/operation/grant.h"

#include "model/operation/record.h"
#include "model/operation/rights.h"
#include "tests/model/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array)  (sizeof(array) / sizeof(array)[0])
#define ID(digits)    "x'" digits "000000000000000000000000000000'"
#define TENANT        "(SELECT id FROM tenants)"
#define USER(id, who) "(" ID(id) ", " TENANT ", '" who "')"
#define HAS(id, user, role, place)                                                                 \
    "(" ID(id) ", " TENANT ", " ID(user) ", " ID(role) ", " ID(place) ")"
#define GIVES(id, role, right) "(" ID(id) ", " TENANT ", " ID(role) ", '" right "')"

static const char people_sql[] =
    "INSERT INTO locations (id, tenant_id, name, kind) VALUES (" ID(
        "E0") ", " TENANT
              ", 'Everywhere', 'everywhere'), (" ID("A1") ", " TENANT ", 'Mitte', 'store'), (" ID(
                  "A2") ", " TENANT ", 'Nord', 'store');"
                        "INSERT INTO users (id, tenant_id, display_name) VALUES " USER(
                            "01",
                            "Olga") ", " USER("02",
                                              "Adam") ", " USER("03",
                                                                "Nina") ", " USER("04",
                                                                                  "Kim") ","
                                                                                         " " USER("05",
                                                                                                  "New") ";"
                                                                                                         "INSERT INTO roles "
                                                                                                         "(id, tenant_id, name) "
                                                                                                         "VALUES " USER("C1", "tenant_owner") ","
                                                                                                                                              " " USER("C2",
                                                                                                                                                       "admin") ", " USER("C3", "employee") ", " USER("C4", "keeper") ", " USER("C5", "empty") ", " USER("C6", "superadmin") ";"
                                                                                                                                                                                                                                                                             "INSERT INTO role_permissions (id, tenant_id, role_id, permission) VALUES " GIVES("D1",
                                                                                                                                                                                                                                                                                                                                                               "C2",
                                                                                                                                                                                                                                                                                                                                                               "users.manage") ", " GIVES("D2",
                                                                                                                                                                                                                                                                                                                                                                                          "C2",
                                                                                                                                                                                                                                                                                                                                                                                          "users.edit") ", " GIVES("D3",
                                                                                                                                                                                                                                                                                                                                                                                                                   "C2",
                                                                                                                                                                                                                                                                                                                                                                                                                   "orders.edit") ", " GIVES("D4",
                                                                                                                                                                                                                                                                                                                                                                                                                                             "C3", "orders.edit") ", " GIVES("D5",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "C4",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "inventory.edit") ";"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                               "INSERT INTO user_roles (id, tenant_id, user_id, role_id, location_id) VALUES " HAS("B1",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "01",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "C1",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "E0") ", " HAS("B2",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                  "02",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                  "C2", "E0") ", " HAS("B3", "03", "C2", "A2") ", " HAS("B4", "04", "C3",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        "E0") ";"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                              "INSERT INTO teams (id, tenant_id, owner_id, name) VALUES (" ID("F1") ", " TENANT
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    ", " ID(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        "01") ", 'Nights');"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                              "INSERT INTO team_members (id, tenant_id, team_id, user_id, permissions) VALUES (" ID("F2") ", " TENANT ", " ID(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                  "F1") ", " ID("04") ", '{\"inventory.edit\": false}'), (" ID("F3") ", " TENANT ", " ID("F1") ", " ID("01") ", '{\"orders.edit\": false, \"till.open\": true}')";

enum { OLGA = 0x01, ADAM = 0x02, NINA = 0x03 }; /* the owner, an administrator, one of Nord alone */

static struct actor person(uint8_t first, const char *name)
{
    struct actor actor = {.user_id = {{first}}, .location_id = {{0xA1}}};
    memcpy(actor.name, name, strlen(name));
    return actor;
}

static struct actor by_number(int number)
{
    return person((uint8_t)number, number == OLGA ? "Olga" : number == ADAM ? "Adam" : "Nina");
}

static int setup(void **state)
{
    samples_setup(state);
    struct samples *samples = *state;
    struct operation *operation = samples_begin(samples, "record.create", &samples->anna);
    samples_expect(samples->store, store_script(samples->store, people_sql, samples_error()));
    samples_commit(operation);
    return 0;
}

static struct value id_value(struct uuid *room, uint8_t first)
{
    *room = (struct uuid){{first}};
    return value_uuid(room);
}

static bool give(struct samples *samples, struct operation *operation, uint8_t user, uint8_t role,
                 uint8_t place, struct error *err)
{
    struct uuid ids[3];
    (void)samples;
    const struct change changes[] = {
        {.column = "user_id", .value = id_value(&ids[0], user)},
        {.column = "role_id", .value = id_value(&ids[1], role)},
        {.column = "location_id", .value = id_value(&ids[2], place)},
    };
    return record_insert(operation, "user_roles", changes, COUNT(changes), NULL, err);
}

static void test_a_role_is_given_by_who_holds_it(void **state)
{
    struct samples *samples = *state;
    static const struct {
        int who;
        uint8_t role, place;
        const char *lacks; /* NULL: it is given */
    } cases[] = {
        {OLGA, 0xC1, 0xE0, NULL},
        {OLGA, 0xC4, 0xA2, NULL},
        {ADAM, 0xC2, 0xE0, NULL},
        {ADAM, 0xC3, 0xA1, NULL},
        {ADAM, 0xC1, 0xE0, "only an owner"},
        {ADAM, 0xC6, 0xA1, "only an owner"},
        {ADAM, 0xC4, 0xA2, "inventory.edit"},
        {ADAM, 0xC5, 0xE0, NULL},
        {NINA, 0xC3, 0xA2, NULL},
        {NINA, 0xC3, 0xA1, "orders.edit"},
        {NINA, 0xC3, 0xE0, "orders.edit"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err = {0};
        struct actor actor = by_number(cases[i].who);
        struct operation *operation = samples_begin(samples, "record.create", &actor);
        bool is_given = give(samples, operation, 0x05, cases[i].role, cases[i].place, &err);
        operation_cancel(operation);
        assert_int_equal(is_given, cases[i].lacks == NULL);
        if (is_given)
            continue;
        assert_int_equal(err.code, ERROR_DENIED);
        assert_non_null(strstr(err.text, cases[i].lacks));
    }
}

/* What each actor may do to a row that is there. */
static void test_rows_that_give_are_changed_by_who_holds(void **state)
{
    struct samples *samples = *state;
    static const struct {
        const char *table;
        uint8_t id;
        const char *column, *text; /* NULL: it is deleted */
        bool admin;
    } cases[] = {
        {"user_roles", 0xB1, NULL, NULL, false},
        {"user_roles", 0xB4, NULL, NULL, true},
        {"users", 0x01, "status", "suspended", false},
        {"users", 0x01, "email", "a@b.example", false},
        {"users", 0x04, "status", "suspended", true},
        {"users", 0x02, "display_name", "Adam II", true},
        {"roles", 0xC6, "name", "mine", false},
        {"roles", 0xC3, "name", "superadmin2", true},
        {"roles", 0xC5, NULL, NULL, true},
        {"roles", 0xC4, NULL, NULL, false},
        {"role_permissions", 0xD5, NULL, NULL, false},
        {"role_permissions", 0xD4, NULL, NULL, true},
        {"role_permissions", 0xD4, "permission", "users.edit", true},
        {"role_permissions", 0xD4, "permission", "inventory.edit", false},
        {"role_permissions", 0xD4, "permission", "*", false},
        {"team_members", 0xF2, "permissions", "{}", false},
        {"team_members", 0xF2, NULL, NULL, false},
        {"team_members", 0xF3, "permissions", "{}", true},
        {"team_members", 0xF3, NULL, NULL, true},
        {"teams", 0xF1, NULL, NULL, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err = {0};
        struct actor adam = by_number(ADAM);
        struct uuid id = {{cases[i].id}};
        struct change change = {.column = cases[i].column, .value = value_text(cases[i].text)};
        struct operation *operation = samples_begin(samples, "record.edit", &adam);
        bool is_done = cases[i].column == NULL
                           ? record_delete(operation, cases[i].table, &id, &err)
                           : record_update(operation, cases[i].table, &id, &change, 1, &err);
        operation_cancel(operation);
        if (is_done != cases[i].admin)
            fail_msg("%s %02x: %s", cases[i].table, cases[i].id, is_done ? "done" : err.text);
        assert_int_equal(err.code, is_done ? ERROR_NONE : ERROR_DENIED);
    }
}

/* A role that becomes an owner's by its name gives all rights. */
static void test_a_role_is_not_renamed_into_an_owners(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    struct actor olga = by_number(OLGA), adam = by_number(ADAM);
    samples_do(samples, &olga, "DELETE FROM roles WHERE name = 'superadmin'");
    struct operation *operation = samples_begin(samples, "record.edit", &adam);
    struct change change = {.column = "name", .value = value_text("superadmin")};
    assert_false(record_update(operation, "roles", &(struct uuid){{0xC5}}, &change, 1, &err));
    assert_int_equal(err.code, ERROR_DENIED);
    assert_false(record_insert(operation, "roles", &change, 1, NULL, &err));
    operation_cancel(operation);
}

/* Adam gave himself a role, lost his own, and takes nothing back by undoing. */
static void test_undoing_gives_nothing_back(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    struct buffer summary;
    struct actor olga = by_number(OLGA), adam = by_number(ADAM);
    buffer_init(&summary);
    struct operation *operation = samples_begin(samples, "record.delete", &adam);
    samples_expect(samples->store,
                   record_delete(operation, "user_roles", &(struct uuid){{0xB4}}, &err));
    samples_commit(operation);
    samples_do(samples, &olga, "DELETE FROM user_roles WHERE id = " ID("B2"));
    assert_false(operation_undo(samples->store, &adam, &summary, &err));
    assert_int_equal(err.code, ERROR_DENIED);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM user_roles"), 2);
    buffer_done(&summary);
}

static void test_who_covers_whom(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    static const struct {
        int who;
        uint8_t user;
        bool covers;
    } cases[] = {
        {OLGA, 0x02, true},  {ADAM, 0x01, false}, {ADAM, 0x03, true},
        {NINA, 0x02, false}, {NINA, 0x05, true},  {NINA, 0x04, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct actor actor = by_number(cases[i].who);
        assert_int_equal(
            grant_covers(samples->store, &actor, &(struct uuid){{cases[i].user}}, &err),
            cases[i].covers);
    }
}

static void test_rights_are_listed(void **state)
{
    struct samples *samples = *state;
    const char **rights;
    struct uuid nord = {{0xA2}}, mitte = {{0xA1}}, nina = {{0x03}}, olga = {{0x01}};
    int count = rights_of(samples->store, &nina, &nord, samples->arena, &rights, NULL);
    assert_int_equal(count, 3);
    assert_string_equal(rights[0], "orders.edit");
    assert_string_equal(rights[2], "users.manage");
    assert_int_equal(rights_of(samples->store, &nina, &mitte, samples->arena, &rights, NULL), 0);
    count = rights_of(samples->store, &olga, &mitte, samples->arena, &rights, NULL);
    assert_int_equal(count, samples_integer(samples, "SELECT count(*) FROM permissions"));
}

#define grant_test(name) cmocka_unit_test_setup_teardown(name, setup, samples_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        grant_test(test_a_role_is_given_by_who_holds_it),
        grant_test(test_rows_that_give_are_changed_by_who_holds),
        grant_test(test_a_role_is_not_renamed_into_an_owners),
        grant_test(test_undoing_gives_nothing_back),
        grant_test(test_who_covers_whom),
        grant_test(test_rights_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
