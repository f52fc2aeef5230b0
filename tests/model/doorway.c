#include "tests/model/doorway.h"

#include "model/operation/record.h"
#include "model/shop/tenant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int hashes;

static void count_hashes(void *context, const char *name)
{
    (void)context;
    hashes += strcmp(name, "door.hash") == 0;
}

void doorway_expect(struct doorway *f, bool is_done)
{
    if (!is_done)
        fail_msg("%s", f->err.text);
}

void doorway_refused(struct doorway *f, bool is_done, enum error_code code, const char *says)
{
    if (is_done)
        fail_msg("worked, but should say '%s'", says);
    if (f->err.code != code || strstr(f->err.text, says) == NULL)
        fail_msg("code %d: '%s' does not say '%s'", (int)f->err.code, f->err.text, says);
}

int doorway_hashes(void)
{
    int computed = hashes;
    hashes = 0;
    return computed;
}

static void add_person(struct doorway *f, const char *name, const char *display, const char *role,
                       struct actor *out)
{
    struct uuid user, role_id, place;
    char right[60];
    snprintf(right, sizeof right, "role:%s", role);
    role_id = uuid_derived(store_tenant(f->store), right);
    struct statement *row =
        store_prepare(f->store, "SELECT id FROM locations WHERE kind = 'everywhere'", &f->err);
    doorway_expect(f, row != NULL && statement_step(row, &f->err) == 1 &&
                          statement_uuid(row, 0, &place));
    statement_done(row);
    const struct change person[] = {{.column = "username", .value = value_text(name)},
                                    {.column = "display_name", .value = value_text(display)},
                                    {.column = "status", .value = value_text("invited")}};
    struct operation *operation = operation_begin(f->store, "record.create", &f->owner, &f->err);
    doorway_expect(f, operation != NULL &&
                          record_insert(operation, "users", person, 3, &user, &f->err));
    const struct change member[] = {{.column = "user_id", .value = value_uuid(&user)},
                                    {.column = "role_id", .value = value_uuid(&role_id)},
                                    {.column = "location_id", .value = value_uuid(&place)}};
    doorway_expect(f, record_insert(operation, "user_roles", member, 3, NULL, &f->err) &&
                          operation_commit(operation, &f->err));
    doorway_expect(f, actor_find_id(f->store, &user, out, &f->err));
}

int doorway_setup(void **state)
{
    static const struct tenant_details details = {.name = "Paint",
                                                  .owner_name = "Jo Meyer",
                                                  .owner_email = "jo@paint.example",
                                                  .currency = "EUR",
                                                  .zone = "Europe/Berlin",
                                                  .country = "DE"};
    struct doorway *f = memory_new(sizeof *f);
    *state = f;
    scratch_init(&f->scratch);
    f->scratch.env.point = count_hashes;
    f->arena = arena_new();
    f->store = store_open(f->scratch.store, STORE_CREATE, &f->scratch.env, &f->err);
    doorway_expect(f, f->store != NULL && tenant_found(f->store, &details, &f->owner, &f->err));
    add_person(f, "anna", "Anna Ost", "admin", &f->anna);
    add_person(f, "ben", "Ben West", "employee", &f->ben);
    f->owner.proof = f->anna.proof = f->ben.proof = PROOF_PASSWORD;
    return 0;
}

int doorway_teardown(void **state)
{
    struct doorway *f = *state;
    store_close(f->store);
    arena_free(f->arena);
    scratch_done(&f->scratch);
    free(f);
    return 0;
}

void doorway_sleep(struct doorway *f, int64_t us)
{
    f->scratch.clock.now += us;
}

int64_t doorway_number(struct doorway *f, const char *sql)
{
    int64_t out = -1;
    doorway_expect(f, store_find_integer(f->store, &out, sql, &f->err, "") >= 0);
    return out;
}

void doorway_run(struct doorway *f, const char *sql)
{
    doorway_expect(f, store_begin(f->store, &f->err) && store_run(f->store, sql, &f->err, "") &&
                          store_commit(f->store, &f->err));
}

void doorway_shut(struct doorway *f)
{
    doorway_expect(
        f, door_set_password(f->store, &f->owner, NULL, NULL, "brush stroke", NULL, &f->err));
}

void doorway_give_password(struct doorway *f, const struct actor *whom, const char *name,
                           const char *password)
{
    char code[DOOR_CODE_SIZE];
    doorway_expect(f, door_reset_code(f->store, &f->owner, &whom->user_id, code, &f->err));
    doorway_expect(f, door_use_reset_code(f->store, name, code, password, &f->err));
}

bool doorway_enter(struct doorway *f, const char *name, const char *password, const char *code)
{
    return door_open(f->store, name, DOOR_PASSWORD, password, code, &f->answer, &f->err);
}

bool doorway_enter_by_pin(struct doorway *f, const char *name, const char *pin)
{
    return door_open(f->store, name, DOOR_PIN, pin, NULL, &f->answer, &f->err);
}
