/* The roles that every shop is born with against the statement of who may do what: each right, and
 * each way of writing rows of each table. */
#include "model/operation/rights.h"

#include "model/operation/record_hand.h"
#include "model/people/person.h"
#include "model/shop/tenant.h"
#include "tests/model/scratch.h"
#include "tests/model/stated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct scratch scratch;
    struct store *store;
    struct stated_rights *stated;
    struct actor people[STATED_ROLES]; /* one of each role */
};

static struct uuid id_of(struct store *store, const char *sql, const char *name)
{
    struct uuid id = {{0}};
    struct statement *statement = store_prepare(store, sql, NULL);
    assert_non_null(statement);
    statement_bind_text(statement, 1, name);
    assert_int_equal(statement_step(statement, NULL), 1);
    statement_uuid(statement, 0, &id);
    statement_done(statement);
    return id;
}

static int set_up(void **state)
{
    struct fixture *f = memory_new(sizeof *f);
    struct error err;
    struct actor owner;
    scratch_init(&f->scratch);
    f->store = store_open(f->scratch.store, STORE_CREATE, &f->scratch.env, &err);
    const struct tenant_details details = {
        .name = "Paint", .owner_name = "Olga", .currency = "EUR", .zone = "Europe/Berlin"};
    if (f->store == NULL || !tenant_found(f->store, &details, &owner, &err))
        fail_msg("%s", err.text);
    f->stated = stated_read();
    struct uuid everywhere =
        id_of(f->store, "SELECT id FROM locations WHERE kind = 'everywhere' AND ?1 <> ''", "x");
    for (size_t i = 0; i < STATED_ROLES; i++) {
        struct uuid role = id_of(f->store, "SELECT id FROM roles WHERE name = ?1", stated_roles[i]);
        const struct person_details who = {.name = stated_roles[i], .username = stated_roles[i]};
        f->people[i] = owner;
        if (!person_invite(f->store, &owner, &who, &role, &everywhere, &f->people[i].user_id, &err))
            fail_msg("%s: %s", stated_roles[i], err.text);
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    stated_free(f->stated);
    store_close(f->store);
    scratch_done(&f->scratch);
    free(f);
    return 0;
}

static void test_each_right_of_each_role(void **state)
{
    struct fixture *f = *state;
    struct error err;
    size_t count = 0;
    struct statement *rights = store_prepare(f->store, "SELECT name FROM permissions", &err);
    assert_non_null(rights);
    while (statement_step(rights, &err) > 0) {
        const char *right = statement_text(rights, 0);
        count++;
        if (stated_find(f->stated, "rights", "", right) == NULL)
            fail_msg("tests/data/rights.txt does not say who has %s", right);
        for (size_t i = 0; i < STATED_ROLES; i++)
            if (actor_may(f->store, &f->people[i], right, &err) !=
                stated_may(f->stated, "rights", "", right, i, false))
                fail_msg("%s and %s", stated_roles[i], right);
    }
    statement_done(rights);
    assert_int_equal(count, stated_count(f->stated, "rights"));
}

/* The roles are those, and no other. */
static void test_the_roles_are_those_of_the_statement(void **state)
{
    struct fixture *f = *state;
    int64_t count;
    assert_int_equal(store_find_integer(f->store, &count, "SELECT count(*) FROM roles", NULL, ""),
                     1);
    assert_int_equal(count, STATED_ROLES);
}

static void check_table(struct fixture *f, const struct table *table)
{
    static const char *const verbs[] = {"add", "change", "delete"};
    const char *rights[] = {table->right_insert, table->right_update, table->right_delete};
    for (size_t verb = 0; verb < 3; verb++)
        for (size_t i = 0; i < STATED_ROLES; i++) {
            bool may =
                rights[verb] != NULL && actor_may(f->store, &f->people[i], rights[verb], NULL);
            bool by_hand = record_by_hand(f->store, &f->people[i], table, (enum hand)verb, NULL);
            bool is_stated = stated_may(f->stated, "rows", verbs[verb], table->name, i, false);
            if (may != is_stated || (by_hand && !is_stated))
                fail_msg("%s: %s %s", stated_roles[i], verbs[verb], table->name);
        }
}

static void test_each_table_and_verb(void **state)
{
    struct fixture *f = *state;
    const struct schema *schema = store_schema(f->store);
    for (size_t i = 0; i < schema->table_count; i++)
        if (schema->tables[i].travels)
            check_table(f, &schema->tables[i]);
    const struct table *users = schema_table(schema, "users");
    for (size_t i = 0; i < STATED_ROLES; i++) {
        assert_true(actor_may(f->store, &f->people[i], NULL, NULL));
        assert_int_equal(record_may_export(f->store, &f->people[i], users, NULL),
                         stated_may(f->stated, "rights", "", "users.edit", i, false));
    }
}

/* A PIN lends nobody what is an administrator's, and takes nothing else away. */
static void test_a_pin_and_each_right(void **state)
{
    static const char *const administrators[] = {"users.",        "settings.", "sync.", "privacy.",
                                                 "integrations.", "backup.",   "audit."};
    struct fixture *f = *state;
    struct statement *rights = store_prepare(f->store, "SELECT name FROM permissions", NULL);
    while (statement_step(rights, NULL) > 0) {
        const char *right = statement_text(rights, 0);
        bool is_kept =
            strcmp(right, "payments.delete") == 0 || strcmp(right, "subscriptions.delete") == 0;
        for (size_t i = 0; i < sizeof administrators / sizeof administrators[0]; i++)
            is_kept = is_kept || strncmp(right, administrators[i], strlen(administrators[i])) == 0;
        for (size_t i = 0; i < STATED_ROLES; i++) {
            struct actor actor = f->people[i];
            actor.proof = PROOF_PIN;
            bool is_stated = stated_may(f->stated, "rights", "", right, i, false);
            assert_int_equal(actor_may(f->store, &actor, right, NULL), is_stated && !is_kept);
        }
    }
    statement_done(rights);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_right_of_each_role),
        cmocka_unit_test(test_the_roles_are_those_of_the_statement),
        cmocka_unit_test(test_each_table_and_verb),
        cmocka_unit_test(test_a_pin_and_each_right),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
