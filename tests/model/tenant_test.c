#include "model/shop/tenant.h"

#include "model/operation/actor.h"
#include "model/operation/record.h"
#include "model/shop/tenant_data.h"
#include "tests/model/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct scratch scratch;
    struct store *store;
    struct error err;
};

static int setup(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    scratch_init(&fixture.scratch);
    fixture.store =
        store_open(fixture.scratch.store, STORE_CREATE, &fixture.scratch.env, &fixture.err);
    if (!fixture.store)
        fail_msg("%s", fixture.err.text);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    scratch_done(&f->scratch);
    return 0;
}

static const struct tenant_details meyer = {
    .name = "Meyer Farben & Böden",
    .owner_name = "Jo Meyer",
    .owner_email = "Jo@Meyer.example",
    .currency = "EUR",
    .zone = "Europe/Berlin",
    .country = "DE",
};

static bool create(struct fixture *f, const struct tenant_details *details, struct uuid *tenant)
{
    const struct actor nobody = {.name = "setup"};
    struct operation *operation = operation_begin(f->store, "shop.create", &nobody, &f->err);
    if (!operation)
        fail_msg("%s", f->err.text);
    if (tenant_create(operation, details, tenant, &f->err))
        return operation_commit(operation, &f->err);
    operation_cancel(operation);
    return false;
}

static void create_meyer(struct fixture *f, struct uuid *tenant)
{
    if (!create(f, &meyer, tenant))
        fail_msg("%s", f->err.text);
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t found = -1;
    if (store_find_integer(f->store, &found, sql, &f->err, "") < 0)
        fail_msg("%s: %s", sql, f->err.text);
    return found;
}

static void test_a_shop_has_what_it_needs(void **state)
{
    struct fixture *f = *state;
    struct uuid tenant;
    create_meyer(f, &tenant);
    assert_true(uuid_equal(store_tenant(f->store), &tenant));
    static const struct {
        const char *sql;
        int64_t is;
    } cases[] = {
        {"SELECT count(*) FROM tenants WHERE slug = 'meyer-farben-boden' AND tenant_id = id", 1},
        {"SELECT count(*) FROM locations WHERE kind = 'store' AND timezone = 'Europe/Berlin'", 1},
        {"SELECT count(*) FROM locations WHERE kind = 'everywhere'", 1},
        {"SELECT count(*) FROM registers AS r JOIN locations AS l ON l.id = r.location_id"
         " WHERE r.code = 'R1' AND l.kind = 'store'",
         1},
        {"SELECT count(*) FROM users WHERE email_key = 'jo@meyer.example'", 1},
        {"SELECT count(*) FROM user_roles AS u JOIN roles AS r ON r.id = u.role_id"
         " JOIN locations AS l ON l.id = u.location_id"
         " WHERE r.name = 'tenant_owner' AND l.kind = 'everywhere'",
         1},
        {"SELECT count(*) FROM roles WHERE is_built_in", 12},
        {"SELECT count(*) FROM role_permissions WHERE permission NOT IN"
         " (SELECT name FROM permissions)",
         0},
        {"SELECT rate_bp FROM tax_rates AS t JOIN tax_categories AS c ON c.id = t.tax_category_id"
         " WHERE c.code = 'standard' AND valid_to IS NULL",
         1900},
        {"SELECT count(*) FROM tax_rates WHERE valid_to IS NULL", 2},
        {"SELECT count(*) FROM channel_members AS m JOIN channels AS c ON c.id = m.channel_id"
         " WHERE c.slug = 'general' AND c.channel_type = 'public'",
         1},
        {"SELECT count(*) FROM categories WHERE kind = 'product'", 1},
        {"SELECT count(*) FROM return_reasons WHERE NOT is_restocked", 2},
        {"SELECT keep_days FROM retention_policies WHERE subject_table = 'webhook_deliveries'", 90},
        {"SELECT count(*) FROM journal WHERE kind = 'shop.create'", 1},
        {"SELECT count(*) FROM pragma_foreign_key_check", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (number(f, cases[i].sql) != cases[i].is)
            fail_msg("%s is not %d", cases[i].sql, (int)cases[i].is);
}

/* Two programs that know the tenant arrive at the same rows. */
static void test_ids_are_derived(void **state)
{
    struct fixture *f = *state;
    struct uuid tenant;
    create_meyer(f, &tenant);
    static const struct {
        const char *table, *key;
    } rows[] = {
        {"roles", "role:admin"},         {"locations", "location:everywhere"},
        {"registers", "register:R1"},    {"tax_rates", "tax:DE:reduced:2021-01-01"},
        {"channels", "channel:general"}, {"role_permissions", "right:employee:orders.sell"},
        {"users", "user:owner"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct uuid id = uuid_derived(&tenant, rows[i].key);
        struct record record;
        const struct table *table = schema_table(store_schema(f->store), rows[i].table);
        if (record_get(f->store, table, &id, arena, &record, &f->err) != 1)
            fail_msg("no %s", rows[i].key);
    }
    arena_free(arena);
}

static void test_the_owner_acts(void **state)
{
    struct fixture *f = *state;
    struct uuid tenant;
    create_meyer(f, &tenant);
    struct actor owner, by_mail;
    assert_true(actor_find(f->store, NULL, &owner, &f->err));
    assert_string_equal(owner.name, "Jo Meyer");
    assert_true(actor_find(f->store, "jo@meyer.example", &by_mail, &f->err));
    assert_true(uuid_equal(&owner.user_id, &by_mail.user_id));
    assert_true(actor_may(f->store, &owner, "settings.edit", &f->err));
}

static void test_a_store_holds_one_shop(void **state)
{
    struct fixture *f = *state;
    struct uuid tenant;
    create_meyer(f, &tenant);
    assert_false(create(f, &meyer, &tenant));
    assert_int_equal(f->err.code, ERROR_RULE);
    assert_int_equal(number(f, "SELECT count(*) FROM tenants"), 1);
}

static void test_roles_build_on_each_other(void **state)
{
    (void)state;
    assert_true(tenant_role_may("employee", "orders.sell"));
    assert_true(tenant_role_may("admin", "orders.sell"));
    assert_true(tenant_role_may("manager", "orders.refund"));
    assert_false(tenant_role_may("employee", "orders.refund"));
    assert_false(tenant_role_may("employee", "orders"));
    assert_false(tenant_role_may("viewer", "orders.edit"));
    assert_false(tenant_role_may("nobody", "orders.edit"));
}

static void test_a_country_without_rates(void **state)
{
    struct fixture *f = *state;
    struct tenant_details paint = meyer;
    paint.country = "US";
    paint.currency = "USD";
    paint.zone = "America/New_York";
    paint.owner_email = NULL;
    struct uuid tenant;
    if (!create(f, &paint, &tenant))
        fail_msg("%s", f->err.text);
    assert_int_equal(number(f, "SELECT count(*) FROM tax_rates"), 0);
    assert_int_equal(number(f, "SELECT count(*) FROM tax_categories"), 1);
}

static void test_wrong_details_leave_nothing(void **state)
{
    struct fixture *f = *state;
    struct uuid tenant;
    struct tenant_details wrong = meyer;
    wrong.currency = "EURO";
    assert_false(create(f, &wrong, &tenant));
    assert_string_equal(f->err.field, "currency");
    wrong = meyer;
    wrong.zone = "Europe/Bielefeld";
    assert_false(create(f, &wrong, &tenant));
    assert_string_equal(f->err.field, "zone");
    wrong = meyer;
    wrong.name = "";
    assert_false(create(f, &wrong, &tenant));
    assert_string_equal(f->err.field, "name");
    wrong = meyer;
    wrong.owner_name = "";
    assert_false(create(f, &wrong, &tenant));
    assert_int_equal(number(f, "SELECT count(*) FROM tenants"), 0);
    assert_int_equal(number(f, "SELECT count(*) FROM journal"), 0);
    create_meyer(f, &tenant); /* and it can be put right */
}

/* Every rate is of a category that there is, and the periods of one rate follow each other. */
static void test_tax_rates_make_sense(void **state)
{
    (void)state;
    for (size_t i = 0; i < tenant_tax_count; i++) {
        const struct tenant_tax *tax = &tenant_taxes[i], *next = tax + 1;
        size_t known = 0;
        for (size_t k = 0; k < tenant_tax_category_count; k++)
            known += strcmp(tenant_tax_categories[k].code, tax->category) == 0;
        assert_int_equal(known, 1);
        bool has_next = i + 1 < tenant_tax_count && strcmp(next->country, tax->country) == 0 &&
                        strcmp(next->category, tax->category) == 0;
        assert_true(has_next == (tax->to != NULL));
        if (has_next)
            assert_true(strcmp(tax->from, tax->to) < 0 && strcmp(tax->to, next->from) < 0);
    }
}

int main(void)
{
#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_STORE(test_a_shop_has_what_it_needs),
        WITH_STORE(test_ids_are_derived),
        WITH_STORE(test_the_owner_acts),
        WITH_STORE(test_a_store_holds_one_shop),
        cmocka_unit_test(test_roles_build_on_each_other),
        WITH_STORE(test_a_country_without_rates),
        WITH_STORE(test_wrong_details_leave_nothing),
        cmocka_unit_test(test_tax_rates_make_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
