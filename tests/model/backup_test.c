/* Copies of a store: made in use, opened by the key or a passphrase alone, whole or not at all. */
#include "model/keeping/backup.h"

#include "model/base/instant.h"
#include "model/base/private_file.h"
#include "model/keeping/keys.h"
#include "tests/model/shop.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char marked[] = "Zirkonblau 4711";

struct bench {
    struct shop *shop;
    struct worker_key key;
    struct seal_key seal;
    struct key_ring ring;
    const char *path;
};

static void begin(struct bench *bench, void **state)
{
    struct shop *shop = *state;
    *bench = (struct bench){.shop = shop};
    shop_expect(shop, keys_init(shop->store, &shop->owner, &bench->key, &shop->err));
    shop_expect(shop, seal_key_read(shop->store, &bench->seal, &shop->err));
    shop_expect(shop, key_ring_read(shop->scratch.store, &bench->ring, &shop->err));
    shop_product(shop, marked, "ZB-1", 995, true);
    bench->path = arena_format(shop->arena, "%s/one" BACKUP_ENDING, shop->scratch.folder);
}

static void end(struct bench *bench)
{
    key_ring_done(&bench->ring);
}

static bool make(struct bench *bench, const char *passphrase)
{
    struct shop *shop = bench->shop;
    const char *made;
    const struct envelope_for who = {.key = passphrase == NULL ? &bench->seal : NULL,
                                     .passphrase = passphrase};
    return backup_make(shop->store, bench->path, &who, NULL, shop->arena, &made, &shop->err);
}

static struct backup_from from(const struct bench *bench)
{
    return (struct backup_from){.path = bench->path, .ring = &bench->ring};
}

static bool verify(struct bench *bench, const struct backup_from *copy, int64_t *rows)
{
    struct shop *shop = bench->shop;
    int64_t tables;
    return backup_verify(copy, shop->scratch.folder, &shop->scratch.env, &tables, rows, &shop->err);
}

/* How many files of the folder have this in their name. */
static int files_with(struct shop *shop, const char *words)
{
    int count = 0;
    DIR *entries = opendir(shop->scratch.folder);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        count += strstr(entry->d_name, words) != NULL;
    closedir(entries);
    return count;
}

static char *read_whole(const char *path, size_t *size)
{
    struct stat info;
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &info), 0);
    char *bytes = memory_new((size_t)info.st_size + 1);
    *size = fread(bytes, 1, (size_t)info.st_size, file);
    fclose(file);
    return bytes;
}

static void write_whole(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void test_a_copy_comes_back_as_it_was(void **state)
{
    struct bench bench;
    struct backup_about about;
    struct stat info;
    int64_t rows = 0;
    begin(&bench, state);
    struct shop *shop = bench.shop;
    const char *door = arena_format(shop->arena, "%s.door", shop->scratch.store);
    shop_expect(shop, private_file_write(door, "of second factors", &shop->err));
    shop_expect(shop, make(&bench, NULL));
    assert_int_equal(stat(bench.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(files_with(shop, "store.db.copy") - files_with(shop, ".copying"), 0);
    shop_expect(shop, backup_about(bench.path, shop->arena, &about, &shop->err));
    assert_string_equal(about.kind, "store");
    assert_string_equal(about.key, bench.key.id);
    assert_false(about.has_passphrase);
    assert_true(uuid_equal(&about.tenant, &shop->tenant));
    size_t size;
    char *bytes = read_whole(bench.path, &size);
    assert_null(memmem(bytes, size, marked, strlen(marked)));
    assert_null(memmem(bytes, size, "sqlite_", 7));
    free(bytes);
    const struct backup_from copy = from(&bench);
    shop_expect(shop, verify(&bench, &copy, &rows));
    assert_true(rows > 100);
    assert_int_equal(files_with(shop, "verify-"), 0);

    /* What comes after the copy is not in it. */
    shop_product(shop, "Later", "LATER", 100, true);
    const char *folder = arena_format(shop->arena, "%s/new/place", shop->scratch.folder);
    shop_expect(shop, backup_restore(&copy, folder, &shop->scratch.env, &shop->err));
    const char *path = arena_format(shop->arena, "%s/store.db", folder);
    struct store *back = store_open(path, STORE_WRITE, &shop->scratch.env, &shop->err);
    shop_expect(shop, back != NULL);
    int64_t count;
    assert_int_equal(store_find_integer(back, &count,
                                        "SELECT count(*) FROM products WHERE name = "
                                        "?1",
                                        &shop->err, "t", marked),
                     1);
    assert_int_equal(count, 1);
    store_find_integer(back, &count, "SELECT count(*) FROM products WHERE name = 'Later'", NULL,
                       "");
    assert_int_equal(count, 0);
    store_close(back);
    struct key_ring ring;
    shop_expect(shop, key_ring_read(path, &ring, &shop->err)); /* it came along */
    key_ring_done(&ring);
    bytes = private_file_read(arena_format(shop->arena, "%s.door", path), &size, &shop->err);
    shop_expect(shop, bytes != NULL);
    assert_string_equal(bytes, "of second factors");
    private_file_wipe(bytes, size);
    shop_expect_error(shop, backup_restore(&copy, folder, &shop->scratch.env, &shop->err),
                      ERROR_RULE, "new folder");
    end(&bench);
}

static void test_nobody_else_opens_it(void **state)
{
    struct bench bench;
    struct key_ring stranger = {0};
    struct worker_key key;
    int64_t rows;
    begin(&bench, state);
    struct shop *shop = bench.shop;
    shop_expect(shop, make(&bench, NULL));
    shop_expect(shop, worker_key_make(1, &key, &shop->err));
    key_ring_add(&stranger, &key);
    struct backup_from copy = {.path = bench.path, .ring = &stranger};
    shop_expect_error(shop, verify(&bench, &copy, &rows), ERROR_NOT_FOUND, "keys restore");
    copy = (struct backup_from){.path = bench.path, .passphrase = "whatever it is"};
    shop_expect_error(shop, verify(&bench, &copy, &rows), ERROR_NOT_FOUND, "key");
    key_ring_done(&stranger);
    shop_expect_error(shop, make(&bench, NULL), ERROR_RULE, "already"); /* not over another */
    end(&bench);
}

static void test_a_passphrase_opens_it(void **state)
{
    struct bench bench;
    int64_t rows;
    begin(&bench, state);
    struct shop *shop = bench.shop;
    shop_expect(shop, make(&bench, "correct horse battery"));
    struct backup_from copy = {.path = bench.path, .passphrase = "correct horse batterx"};
    shop_expect_error(shop, verify(&bench, &copy, &rows), ERROR_DENIED, "another passphrase");
    copy.passphrase = "correct horse battery";
    shop_expect(shop, verify(&bench, &copy, &rows));
    copy = from(&bench);
    shop_expect_error(shop, verify(&bench, &copy, &rows), ERROR_NOT_FOUND, "passphrase");
    const char *made;
    bench.path = arena_format(shop->arena, "%s/two", shop->scratch.folder);
    shop_expect_error(shop,
                      backup_make(shop->store, bench.path, &(struct envelope_for){NULL, NULL}, NULL,
                                  shop->arena, &made, &shop->err),
                      ERROR_RULE, "keys init");
    assert_int_equal(access(bench.path, F_OK), -1);
    end(&bench);
}

/* Every bit counts, and so does every byte that is missing or too many. */
static void test_a_changed_copy_is_refused(void **state)
{
    struct bench bench;
    int64_t rows;
    size_t size;
    begin(&bench, state);
    struct shop *shop = bench.shop;
    shop_expect(shop, make(&bench, NULL));
    const struct backup_from copy = from(&bench);
    char *bytes = read_whole(bench.path, &size);
    for (size_t i = 0; i < size; i += i < 700 ? 7 : size / 60) {
        bytes[i] ^= 4;
        write_whole(bench.path, bytes, size);
        if (verify(&bench, &copy, &rows))
            fail_msg("byte %zu of %zu may be changed", i, size);
        bytes[i] ^= 4;
    }
    for (size_t cut = 1; cut < size; cut = cut * 3 + 1) {
        write_whole(bench.path, bytes, size - cut);
        if (verify(&bench, &copy, &rows))
            fail_msg("the last %zu bytes may be missing", cut);
    }
    char *more = memory_resize(NULL, size + 1, 1);
    memcpy(more, bytes, size);
    more[size] = 0;
    write_whole(bench.path, more, size + 1);
    assert_false(verify(&bench, &copy, &rows));
    write_whole(bench.path, bytes, size);
    shop_expect(shop, verify(&bench, &copy, &rows));
    assert_int_equal(files_with(shop, "verify-"), 0);
    free(more);
    free(bytes);
    end(&bench);
}

struct writer {
    struct shop *shop;
    struct store *other;
    int steps, stop_at;
};

/* Another program writes at each step. */
static bool write_meanwhile(void *context, const char *what, int64_t done, int64_t total)
{
    struct writer *writer = context;
    (void)what;
    assert_true(done <= total);
    struct error err = {0};
    if (!store_begin(writer->other, &err) ||
        !store_run(writer->other,
                   "INSERT INTO worker_runs (task, started_at, outcome) VALUES ('x', 1, 'done')",
                   &err, "") ||
        !store_commit(writer->other, &err))
        fail_msg("%s", err.text);
    return ++writer->steps != writer->stop_at;
}

static void test_it_is_of_one_moment_and_can_be_stopped(void **state)
{
    struct bench bench;
    struct writer writer = {0};
    const char *made;
    int64_t rows;
    begin(&bench, state);
    struct shop *shop = bench.shop;
    writer.other = store_open(shop->scratch.store, STORE_WRITE, &shop->scratch.env, &shop->err);
    shop_expect(shop, writer.other != NULL);
    const struct backup_progress progress = {.step = write_meanwhile, .context = &writer};
    const struct envelope_for who = {.key = &bench.seal};
    shop_expect(shop, backup_make(shop->store, bench.path, &who, &progress, shop->arena, &made,
                                  &shop->err));
    assert_true(writer.steps > 3);
    const struct backup_from copy = from(&bench);
    shop_expect(shop, verify(&bench, &copy, &rows));
    for (int at = 1; at <= writer.steps; at += 3) {
        struct writer stopper = {.other = writer.other, .stop_at = at};
        const struct backup_progress stopping = {.step = write_meanwhile, .context = &stopper};
        assert_int_equal(unlink(bench.path), 0);
        shop_expect_error(
            shop,
            backup_make(shop->store, bench.path, &who, &stopping, shop->arena, &made, &shop->err),
            ERROR_STOPPED, "no copy");
        assert_int_equal(files_with(shop, "one"), 0);
        assert_int_equal(files_with(shop, "store.db.copy"), 1); /* the lock */
        write_whole(bench.path, "", 0);
    }
    store_close(writer.other);
    end(&bench);
}

static void test_old_copies_go(void **state)
{
    struct bench bench;
    struct backup_about *copies;
    begin(&bench, state);
    struct shop *shop = bench.shop;
    const char *folder = arena_format(shop->arena, "%s/copies", shop->scratch.folder);
    const struct envelope_for who = {.key = &bench.seal};
    const char *made;
    assert_int_equal(backup_list(folder, shop->arena, &copies, &shop->err), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    for (int day = 0; day < 4; day++) {
        shop_expect(shop,
                    backup_make(shop->store, folder, &who, NULL, shop->arena, &made, &shop->err));
        shop->scratch.clock.now += 10 * DAY_US;
    }
    write_whole(arena_format(shop->arena, "%s/notes" BACKUP_ENDING, folder), "mine", 4);
    assert_int_equal(backup_list(folder, shop->arena, &copies, &shop->err), 4);
    assert_string_equal(copies[0].path, made);
    assert_true(copies[0].made_at > copies[3].made_at);
    struct backup_about other = copies[0];
    other.kind = "centre";
    assert_int_equal(backup_thin(folder, &other, 1, &shop->err), 0);
    assert_int_equal(backup_thin(folder, &copies[0], 25, &shop->err), 1);
    assert_int_equal(backup_thin(folder, &copies[0], 25, &shop->err), 0);
    assert_int_equal(backup_list(folder, shop->arena, &copies, &shop->err), 3);
    assert_int_equal(access(arena_format(shop->arena, "%s/notes" BACKUP_ENDING, folder), F_OK), 0);
    end(&bench);
}

int main(void)
{
#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_a_copy_comes_back_as_it_was),
        WITH_SHOP(test_nobody_else_opens_it),
        WITH_SHOP(test_a_passphrase_opens_it),
        WITH_SHOP(test_a_changed_copy_is_refused),
        WITH_SHOP(test_it_is_of_one_moment_and_can_be_stopped),
        WITH_SHOP(test_old_copies_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
