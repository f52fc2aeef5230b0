/* Files in channels, and a channel written out. */
#include "model/talk/talk_export.h"
#include "model/talk/talk_file.h"
#include "tests/model/shop.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static struct uuid general(struct shop *shop)
{
    struct uuid id;
    shop_expect(shop, channel_find(shop->store, &shop->owner.user_id, "#general", &id, &shop->err));
    return id;
}

/* A file of so many bytes, that differ. */
static const char *make(struct shop *shop, const char *name, size_t size)
{
    const char *path = arena_format(shop->arena, "%s/%s", shop->scratch.folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++)
        fputc((int)(i * 31 + i / 251) & 0xff, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void expect_same(const char *path, const char *other)
{
    FILE *one = fopen(path, "rb"), *two = fopen(other, "rb");
    assert_true(one != NULL && two != NULL);
    int a, b;
    do {
        a = fgetc(one);
        b = fgetc(two);
        assert_int_equal(a, b);
    } while (a != EOF);
    fclose(one);
    fclose(two);
}

static void test_what_goes_in_comes_out(void **state)
{
    static const size_t sizes[] = {1, TALK_CHUNK_SIZE - 1, TALK_CHUNK_SIZE, TALK_CHUNK_SIZE + 1,
                                   3 * TALK_CHUNK_SIZE + 17};
    struct shop *shop = *state;
    struct uuid channel = general(shop), file;
    const char *folder = arena_format(shop->arena, "%s/attachments", shop->scratch.folder), *out;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const char *path = make(shop, "plan v1.pdf", sizes[i]);
        shop_expect(shop,
                    talk_file_add(shop->store, &shop->owner, &channel, path, &file, &shop->err));
        shop_expect(shop, talk_file_open(shop->store, &shop->cashier.user_id, &file, folder,
                                         shop->arena, &out, &shop->err));
        expect_same(path, out);
        assert_non_null(strstr(out, "-plan_v1.pdf"));
        shop_expect(shop, talk_file_open(shop->store, &shop->cashier.user_id, &file, folder,
                                         shop->arena, &out, &shop->err));
    }
    const struct message_draft draft = {.channel = channel, .files = &file, .file_count = 1};
    struct uuid id;
    struct message message;
    shop_expect(shop, message_say(shop->store, &shop->owner, &draft, &id, &shop->err));
    shop_expect(shop, message_load(shop->store, &shop->cashier.user_id, &id, shop->arena, &message,
                                   &shop->err));
    assert_true(message.kind == MESSAGE_FILE && message.file_count == 1);
    assert_true(message.files[0].is_here);
    assert_string_equal(message.files[0].media_type, "application/pdf");
    assert_string_equal(message.content, "plan v1.pdf");
}

static void test_what_is_not_taken(void **state)
{
    struct shop *shop = *state;
    struct uuid channel = general(shop), file;
    const struct change limit[] = {
        {.column = "name", .value = value_text("talk")},
        {.column = "value", .value = value_text("{\"file_limit\": 100}")},
    };
    assert_int_equal(talk_file_limit(shop->store, &shop->err), TALK_FILE_LIMIT);
    shop_insert(shop, "app_settings", limit, 2);
    assert_int_equal(talk_file_limit(shop->store, &shop->err), 100);
    const struct {
        const char *path;
        enum error_code code;
    } cases[] = {
        {make(shop, "large", 101), ERROR_INPUT},
        {make(shop, "empty", 0), ERROR_INPUT},
        {shop->scratch.folder, ERROR_INPUT},
        {"/dev/zero", ERROR_INPUT},
        {arena_format(shop->arena, "%s/missing", shop->scratch.folder), ERROR_NOT_FOUND},
        {make(shop, "bad\xffname", 5), ERROR_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        shop_expect_error(
            shop,
            talk_file_add(shop->store, &shop->owner, &channel, cases[i].path, &file, &shop->err),
            cases[i].code, "");
    shop_expect(shop, talk_file_add(shop->store, &shop->owner, &channel, make(shop, "fits", 100),
                                    &file, &shop->err));
}

static void test_damage_and_gaps_are_noticed(void **state)
{
    struct shop *shop = *state;
    struct uuid channel = general(shop), file;
    const char *folder = arena_format(shop->arena, "%s/attachments", shop->scratch.folder), *out;
    const unsigned char hash[32] = {0};
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(&channel)},
        {.column = "name", .value = value_text("../../etc/x;rm -rf ~\n.sh")},
        {.column = "size_bytes", .value = value_integer(3)},
        {.column = "chunk_count", .value = value_integer(1)},
        {.column = "sha256", .value = value_bytes(hash, sizeof hash)},
    };
    file = shop_insert(shop, "files", changes, 5);
    shop_expect_error(shop,
                      talk_file_open(shop->store, &shop->owner.user_id, &file, folder, shop->arena,
                                     &out, &shop->err),
                      ERROR_BUSY, "0 of 1 pieces");
    assert_null(strpbrk(strrchr(out, '/') + 1, " ;~\n"));
    const struct change piece[] = {
        {.column = "channel_id", .value = value_uuid(&channel)},
        {.column = "file_id", .value = value_uuid(&file)},
        {.column = "chunk_number", .value = value_integer(0)},
        {.column = "bytes", .value = value_bytes("abc", 3)},
    };
    shop_insert(shop, "file_chunks", piece, 4);
    shop_expect_error(shop,
                      talk_file_open(shop->store, &shop->owner.user_id, &file, folder, shop->arena,
                                     &out, &shop->err),
                      ERROR_STORE, "not what was sent");
    struct stat info;
    assert_int_not_equal(stat(out, &info), 0);
}

static bool collect(void *context, const char *bytes, size_t size, struct error *err)
{
    (void)err;
    buffer_add_bytes(context, bytes, size);
    return true;
}

static void test_a_channel_is_written_out(void **state)
{
    enum { ALL = 450 };
    struct shop *shop = *state;
    struct uuid channel = general(shop);
    struct buffer out;
    buffer_init(&out);
    for (int i = 0; i < ALL; i++) {
        const struct message_draft draft = {
            .channel = channel,
            .content = i == 7 ? "two\nlines \"quoted\"" : arena_format(shop->arena, "m%d", i)};
        shop_expect(shop, message_say(shop->store, &shop->owner, &draft, NULL, &shop->err));
    }
    const struct uuid *user = &shop->owner.user_id;
    shop_expect(shop, talk_export(shop->store, user, &channel, true, collect, &out, &shop->err));
    json_t *rows = json_loads(out.text, 0, NULL);
    assert_int_equal(json_array_size(rows), ALL);
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 7), "content")),
                        "two\nlines \"quoted\"");
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(rows, ALL - 1), "content")), "m449");
    json_decref(rows);
    buffer_clear(&out);
    shop_expect(shop, talk_export(shop->store, user, &channel, false, collect, &out, &shop->err));
    int lines = 0;
    for (const char *c = out.text; *c != '\0'; c++)
        lines += *c == '\n';
    assert_int_equal(lines, ALL + 1);
    assert_non_null(strstr(out.text, "Olga Owner: two\n    lines"));
    buffer_done(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_goes_in_comes_out),
        TEST(what_is_not_taken),
        TEST(damage_and_gaps_are_noticed),
        TEST(a_channel_is_written_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
