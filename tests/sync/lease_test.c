/* What a worker has of the centre: the right to work for the shop, one at a time, and the sealed
 * secrets, which it alone can open. */
#include "sync/lease.h"

#include "model/keeping/keys.h"
#include "model/keeping/seal.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct terminal first, second, till;

static void join(struct terminal *terminal, const char *kind)
{
    terminal_join(terminal, kind, NULL);
    terminal_expect(terminal,
                    login_write(terminal->scratch.store, &terminal->login, &terminal->err));
}

static bool take(struct terminal *terminal, int seconds)
{
    return lease_take(terminal->scratch.store, seconds, &terminal->err);
}

static void one_worker_of_a_shop_works_at_a_time(void **state)
{
    (void)state;
    join(&first, "worker");
    join(&second, "worker");
    join(&till, "register");
    terminal_expect(&first, take(&first, 300));
    terminal_expect(&first, take(&first, 300)); /* goes on */
    terminal_expect_error(&second, take(&second, 300), ERROR_BUSY, "another worker");
    terminal_expect_error(&second, take(&second, 0), ERROR_BUSY, "another worker");
    terminal_expect_error(&till, take(&till, 300), ERROR_DENIED, "no worker");
    terminal_expect(&first, take(&first, 0)); /* gives it back */
    hub_run("SELECT pg_sleep(0.01)");
    terminal_expect(&second, take(&second, 300));
    terminal_expect_error(&first, take(&first, 300), ERROR_BUSY, "another worker");
    hub_run("UPDATE worker_leases SET valid_until = now() - interval '1 second'");
    terminal_expect(&first, take(&first, 300)); /* one that died */
    /* Nobody asks for a lease without end. */
    terminal_expect(&first, take(&first, 1000000));
    assert_int_equal(hub_integer("SELECT count(*) FROM worker_leases WHERE valid_until <"
                                 " now() + interval '2 hours'"),
                     1);
    terminal_leave(&till);
    terminal_leave(&second);
    terminal_leave(&first);
}

static void add_webhook(struct terminal *terminal, const char *secret)
{
    const struct table *table = schema_table(store_schema(terminal->store), "webhooks");
    struct change changes[SEAL_CHANGES + 1] = {
        {.column = "url", .value = value_text("https://example.org/")}};
    terminal_expect(terminal, seal_changes(terminal->store, table_column(table, "secret_sealed"),
                                           secret, terminal->arena, changes + 1, &terminal->err));
    struct operation *operation =
        operation_begin(terminal->store, "record.create", &terminal->owner, &terminal->err);
    terminal_expect(terminal, operation != NULL);
    terminal_expect(terminal, record_insert(operation, "webhooks", changes, SEAL_CHANGES + 1, NULL,
                                            &terminal->err));
    terminal_expect(terminal, operation_commit(operation, &terminal->err));
}

/* What the key beside `keys` opens of the only webhook in the store. */
static const char *opened(struct terminal *terminal, struct terminal *keys)
{
    struct key_ring ring;
    struct buffer text;
    terminal_expect(terminal, key_ring_read(keys->scratch.store, &ring, &terminal->err));
    struct statement *row = store_prepare(
        terminal->store, "SELECT key_id, secret_sealed FROM webhooks", &terminal->err);
    terminal_expect(terminal, row != NULL && statement_step(row, &terminal->err) == 1);
    struct value sealed = statement_value(row, 1);
    buffer_init(&text);
    terminal_expect(terminal, secret_open(&ring, statement_text(row, 0), sealed.bytes, sealed.size,
                                          &text, &terminal->err));
    statement_done(row);
    const char *out = arena_text(terminal->arena, text.text);
    secret_done(&text);
    key_ring_done(&ring);
    return out;
}

static void sealed_secrets_reach_workers_alone(void **state)
{
    struct worker_key key, newer;
    struct keys_status status;
    int64_t sealed;
    bool is_new;
    (void)state;
    join(&first, "worker");
    join(&second, "worker");
    join(&till, "register");
    first.owner.proof = PROOF_PASSWORD;
    terminal_expect(&first, keys_init(first.store, &first.owner, &key, &first.err));
    add_webhook(&first, "hush-hush");
    terminal_settle(&first);
    terminal_settle(&second);
    terminal_settle(&till);
    assert_string_equal(opened(&second, &first), "hush-hush");
    assert_int_equal(terminal_integer(&till, "SELECT count(*) FROM webhooks"), 0);
    assert_int_equal(
        hub_integer("SELECT count(*) FROM applied_operations WHERE payload::text LIKE '%hush%'"),
        0);
    /* The till knows the key, and that it can't open anything. */
    terminal_expect(&till, keys_status(till.store, &status, &till.err));
    assert_string_equal(status.id, key.id);
    assert_false(status.is_here);
    terminal_expect(&first,
                    keys_rotate(first.store, &first.owner, &newer, &is_new, &sealed, &first.err));
    assert_int_equal(sealed, 1);
    terminal_settle(&first);
    terminal_settle(&second);
    assert_int_equal(terminal_integer(&first, "SELECT count(*) FROM attention"), 0);
    assert_string_equal(opened(&second, &first), "hush-hush");
    assert_string_equal(terminal_value(&second, "SELECT key_id FROM webhooks"), newer.id);
    terminal_leave(&till);
    terminal_leave(&second);
    terminal_leave(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_worker_of_a_shop_works_at_a_time, hub_setup,
                                        hub_teardown),
        cmocka_unit_test_setup_teardown(sealed_secrets_reach_workers_alone, hub_setup,
                                        hub_teardown),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
