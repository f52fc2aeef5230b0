/* The shop's key: on paper and back, what is sealed to it, and a new one. */
#include "model/keeping/keys.h"

#include "model/base/private_file.h"
#include "model/keeping/seal.h"
#include "tests/model/shop.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void init(struct shop *shop, struct worker_key *key)
{
    shop_expect(shop, keys_init(shop->store, &shop->owner, key, &shop->err));
}

static void test_paper_brings_the_key_back(void **state)
{
    struct worker_key key, back;
    char text[RECOVERY_SIZE], typed[RECOVERY_SIZE];
    struct error err = {0};
    (void)state;
    for (int round = 0; round < 50; round++) {
        assert_true(worker_key_make(7, &key, &err));
        recovery_write(&key, text);
        assert_int_equal(strlen(text), 14 * 4 + 13);
        assert_true(recovery_read(text, 9, &back, &err));
        assert_memory_equal(back.secret, key.secret, KEY_SIZE);
        assert_memory_equal(back.open, key.open, KEY_SIZE);
        assert_string_equal(back.id, key.id);
        /* As somebody types it. */
        for (size_t i = 0; i <= strlen(text); i++)
            typed[i] = text[i] == '0'   ? 'o'
                       : text[i] == '1' ? 'L'
                       : text[i] == ' ' ? '-'
                                        : (char)(text[i] | (text[i] >= 'A' ? 0x20 : 0));
        assert_true(recovery_read(typed, 9, &back, &err));
        assert_string_equal(back.id, key.id);
    }
}

static void test_a_slip_of_the_pen_is_found(void **state)
{
    struct worker_key key, back;
    char text[RECOVERY_SIZE];
    struct error err = {0};
    (void)state;
    assert_true(worker_key_make(7, &key, &err));
    recovery_write(&key, text);
    for (size_t i = 0; text[i] != '\0'; i++) {
        char right = text[i];
        if (right == ' ')
            continue;
        text[i] = right == 'A' ? 'B' : 'A';
        assert_false(recovery_read(text, 9, &back, &err));
        assert_int_equal(err.code, ERROR_INPUT);
        text[i] = right;
    }
    assert_false(recovery_read("", 9, &back, &err));
    assert_false(recovery_read("ABCD U", 9, &back, &err));
    assert_non_null(strstr(err.text, "group 2"));
    char longer[RECOVERY_SIZE + 8];
    snprintf(longer, sizeof longer, "%s A", text);
    assert_false(recovery_read(longer, 9, &back, &err));
}

static void test_the_key_stands_beside_the_store_alone(void **state)
{
    struct shop *shop = *state;
    struct worker_key key;
    struct key_ring ring;
    struct stat info;
    char path[SCRATCH_PATH_SIZE + 32];
    init(shop, &key);
    snprintf(path, sizeof path, "%s.keys", shop->scratch.store);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    shop_expect(shop, key_ring_read(shop->scratch.store, &ring, &shop->err));
    assert_int_equal(ring.count, 1);
    assert_memory_equal(ring.keys[0].secret, key.secret, KEY_SIZE);
    key_ring_done(&ring);
    shop_expect_error(shop, keys_init(shop->store, &shop->owner, &key, &shop->err), ERROR_RULE,
                      "rotate");
    shop_expect_error(shop, keys_init(shop->store, &shop->cashier, &key, &shop->err), ERROR_DENIED,
                      "settings.edit");
    assert_int_equal(chmod(path, 0640), 0);
    shop_expect_error(shop, key_ring_read(shop->scratch.store, &ring, &shop->err), ERROR_DENIED,
                      "chmod 600");
}

static struct uuid add_webhook(struct shop *shop, const char *url, const char *secret)
{
    const struct table *table = schema_table(store_schema(shop->store), "webhooks");
    struct change changes[SEAL_CHANGES + 1] = {{.column = "url", .value = value_text(url)}};
    const struct column *column = table_column(table, "secret_sealed");
    assert_true(column->is_sealed);
    shop_expect(shop,
                seal_changes(shop->store, column, secret, shop->arena, changes + 1, &shop->err));
    return shop_insert(shop, "webhooks", changes, SEAL_CHANGES + 1);
}

static void expect_secret(struct shop *shop, const struct uuid *id, const char *key_id,
                          const char *secret)
{
    struct key_ring ring;
    struct record row;
    struct buffer text;
    const struct table *table = schema_table(store_schema(shop->store), "webhooks");
    assert_int_equal(record_get(shop->store, table, id, shop->arena, &row, &shop->err), 1);
    assert_string_equal(value_as_text(record_value(&row, "key_id")), key_id);
    struct value sealed = record_value(&row, "secret_sealed");
    shop_expect(shop, key_ring_read(shop->scratch.store, &ring, &shop->err));
    buffer_init(&text);
    shop_expect(shop, secret_open(&ring, key_id, sealed.bytes, sealed.size, &text, &shop->err));
    assert_string_equal(text.text, secret);
    secret_done(&text);
    ((char *)(uintptr_t)sealed.bytes)[sealed.size / 2] ^= 1;
    shop_expect_error(shop,
                      secret_open(&ring, key_id, sealed.bytes, sealed.size, &text, &shop->err),
                      ERROR_INPUT, "changed");
    key_ring_done(&ring);
}

static void test_a_new_key_takes_all_secrets_along(void **state)
{
    enum { HOOKS = 205 }; /* more than one operation's */
    struct shop *shop = *state;
    struct worker_key key, second;
    struct keys_status status;
    struct uuid hooks[HOOKS];
    int64_t sealed;
    bool is_new;
    struct seal_key none;
    shop_expect_error(shop, seal_key_read(shop->store, &none, &shop->err), ERROR_NOT_FOUND,
                      "keys init");
    init(shop, &key);
    for (int i = 0; i < HOOKS; i++) {
        const char *url = arena_format(shop->arena, "https://example.org/%d", i);
        hooks[i] = add_webhook(shop, url, url + 8);
    }
    expect_secret(shop, &hooks[0], key.id, "example.org/0");
    shop_expect_error(
        shop, keys_rotate(shop->store, &shop->cashier, &second, &is_new, &sealed, &shop->err),
        ERROR_DENIED, "settings.edit");
    shop_expect(shop,
                keys_rotate(shop->store, &shop->owner, &second, &is_new, &sealed, &shop->err));
    assert_true(is_new);
    assert_int_equal(sealed, HOOKS);
    expect_secret(shop, &hooks[0], second.id, "example.org/0");
    expect_secret(shop, &hooks[HOOKS - 1], second.id, "example.org/204");
    shop_expect(shop, keys_status(shop->store, &status, &shop->err));
    assert_string_equal(status.id, second.id);
    assert_true(status.is_here);
    assert_int_equal(status.kept, 2);
    assert_int_equal(status.sealed, HOOKS);
    assert_int_equal(status.older, 0);
}

/* Somebody who had not heard of the new key seals to the old one. */
static void test_what_comes_late_is_sealed_anew(void **state)
{
    struct shop *shop = *state;
    struct worker_key key, second, third;
    int64_t sealed;
    bool is_new;
    init(shop, &key);
    struct uuid hook = add_webhook(shop, "https://example.org", "late");
    struct record row;
    const struct table *table = schema_table(store_schema(shop->store), "webhooks");
    assert_int_equal(record_get(shop->store, table, &hook, shop->arena, &row, &shop->err), 1);
    const struct change old[] = {
        {.column = "secret_sealed", .value = record_value(&row, "secret_sealed")},
        {.column = "key_id", .value = record_value(&row, "key_id")}};
    shop_expect(shop,
                keys_rotate(shop->store, &shop->owner, &second, &is_new, &sealed, &shop->err));
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "webhooks", &hook, old, 2, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    /* A rotation goes on with what was left, and makes no third key for it. */
    shop_expect(shop, keys_rotate(shop->store, &shop->owner, &third, &is_new, &sealed, &shop->err));
    assert_false(is_new);
    assert_int_equal(sealed, 1);
    expect_secret(shop, &hook, second.id, "late");
    shop_expect(shop, keys_seal_anew(shop->store, &shop->owner, &sealed, &shop->err));
    assert_int_equal(sealed, 0);
}

static void test_a_lost_key_is_said_and_brought_back(void **state)
{
    struct shop *shop = *state;
    struct worker_key key, other, second;
    struct keys_status status;
    char path[SCRATCH_PATH_SIZE + 32];
    int64_t sealed;
    bool is_new;
    init(shop, &key);
    add_webhook(shop, "https://example.org", "s");
    snprintf(path, sizeof path, "%s.keys", shop->scratch.store);
    assert_int_equal(unlink(path), 0);
    shop_expect(shop, keys_status(shop->store, &status, &shop->err));
    assert_false(status.is_here);
    assert_int_equal(status.lost, 1);
    shop_expect(shop, worker_key_make(1, &other, &shop->err));
    shop_expect_error(shop, keys_restore(shop->scratch.store, shop->store, &other, &shop->err),
                      ERROR_RULE, key.id);
    shop_expect(shop, keys_restore(shop->scratch.store, shop->store, &key, &shop->err));
    shop_expect(shop, keys_restore(shop->scratch.store, shop->store, &other, &shop->err));
    struct key_ring ring;
    shop_expect(shop, key_ring_read(shop->scratch.store, &ring, &shop->err));
    assert_int_equal(ring.count, 2);
    assert_string_equal(ring.keys[0].id, key.id);
    key_ring_done(&ring);
    shop_expect(shop,
                keys_rotate(shop->store, &shop->owner, &second, &is_new, &sealed, &shop->err));
    assert_int_equal(sealed, 1);
}

static void test_a_damaged_file_is_no_key(void **state)
{
    static const char *const damaged[] = {
        "",
        "{}",
        "{\"keys\": []}",
        "{\"keys\": [{\"id\": \"x\"}]}",
        "{\"keys\": [{\"id\": \"0000000000000000\", \"private\": \"AAAA\", \"made_at\": "
        "\"2026-11-20\"}]}",
        "{\"keys\": [{\"id\": \"0000000000000000\", \"private\": "
        "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\", \"made_at\": \"2026-11-20\"}]}"};
    struct shop *shop = *state;
    struct key_ring ring;
    char path[SCRATCH_PATH_SIZE + 32];
    snprintf(path, sizeof path, "%s.keys", shop->scratch.store);
    shop_expect_error(shop, key_ring_read(shop->scratch.store, &ring, &shop->err), ERROR_NOT_FOUND,
                      ".keys");
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        shop_expect(shop, private_file_write(path, damaged[i], &shop->err));
        shop_expect_error(shop, key_ring_read(shop->scratch.store, &ring, &shop->err), ERROR_INPUT,
                          "damaged");
        assert_null(ring.keys);
    }
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paper_brings_the_key_back),
        cmocka_unit_test(test_a_slip_of_the_pen_is_found),
        WITH_SHOP(test_the_key_stands_beside_the_store_alone),
        WITH_SHOP(test_a_new_key_takes_all_secrets_along),
        WITH_SHOP(test_what_comes_late_is_sealed_anew),
        WITH_SHOP(test_a_lost_key_is_said_and_brought_back),
        WITH_SHOP(test_a_damaged_file_is_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
