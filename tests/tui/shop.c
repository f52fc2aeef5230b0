#include "tests/tui/shop.h"

#include "model/operation/operation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct error last;

static void check(bool worked)
{
    if (!worked)
        fail_msg("%s", last.text);
}

static void commit(struct store *store, const struct actor *actor, const char *kind,
                   const char *const sql[], size_t count)
{
    struct uuid tenant = {{0x11}}, person = {{0x01}}, role = {{0xC1}}, place = {{0xE0}};
    struct operation *operation = operation_begin(store, kind, actor, &last);
    check(operation != NULL);
    for (size_t i = 0; i < count; i++)
        check(store_run(store, sql[i], &last, "uuuu", &tenant, &person, &role, &place));
    check(operation_commit(operation, &last));
}

void shop_create(const char *home)
{
    static const char *const shop[] = {
        "INSERT INTO tenants (id, tenant_id, name, slug, default_currency)"
        " SELECT ?1, ?1, 'Paint', 'paint', 'EUR' WHERE ?2 = ?2 OR ?3 = ?4",
    };
    static const char *const people[] = {
        "INSERT INTO locations (id, tenant_id, name, kind)"
        " SELECT ?4, ?1, 'Everywhere', 'everywhere' WHERE ?2 = ?2 OR ?3 = ?3",
        "INSERT INTO users (id, tenant_id, username, first_name, display_name, status)"
        " SELECT ?2, ?1, 'anna', 'Anna', 'Anna', 'active' WHERE ?3 = ?3 OR ?4 = ?4",
        "INSERT INTO roles (id, tenant_id, name)"
        " SELECT ?3, ?1, 'tenant_owner' WHERE ?2 = ?2 OR ?4 = ?4",
        "INSERT INTO user_roles (tenant_id, user_id, role_id, location_id)"
        " VALUES (?1, ?2, ?3, ?4)",
    };
    struct actor actor = {.user_id = {{0x01}}, .name = "Anna"};
    char path[4096];
    snprintf(path, sizeof path, "%s/store.db", home);
    struct store *store = store_open(path, STORE_CREATE, env_system(), &last);
    check(store != NULL);
    commit(store, &actor, "shop.create", shop, sizeof shop / sizeof shop[0]);
    commit(store, &actor, "record.create", people, sizeof people / sizeof people[0]);
    store_close(store);
}
