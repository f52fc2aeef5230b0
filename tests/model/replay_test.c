/* Random lives of all the tables of the shop by two people, with values at the edges of what their
 * columns hold: whatever was refused, undone, cut off or came back, the journal says what stands.
 */
#include "model/base/instant.h"
#include "model/store/store_sql.h"
#include "tests/model/replay.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STEPS = 1500, CHANGES_MAX = 64 };

struct life {
    struct shop *shop;
    struct arena *arena;
    uint64_t random;
    int inserted, updated, deleted, restored, undone;
};

static int64_t below(struct life *life, int64_t limit)
{
    life->random ^= life->random << 13;
    life->random ^= life->random >> 7;
    life->random ^= life->random << 17;
    return (int64_t)(life->random % (uint64_t)limit);
}

/* A word of the kind, of at most that many characters. */
static struct value random_text(struct life *life, const struct column *column)
{
    static const char *const words[] = {"Roller",
                                        "Wei\xC3\x9F",
                                        "a\"b'c\\d",
                                        "\xF0\x9F\x8E\xA8 paint",
                                        "\x01\x1B[2J",
                                        " ",
                                        "\xE2\x80\xAE right",
                                        "\xEF\xBF\xBF",
                                        "NULL",
                                        "12",
                                        "-0",
                                        "1e5",
                                        "true",
                                        "{}",
                                        "line\nbreak\t",
                                        "\x7F",
                                        "e\xCC\x81",
                                        "%_",
                                        "2026-02-30",
                                        ""};
    if (column->choices != NULL) {
        int64_t count = 0;
        while (column->choices[count] != NULL)
            count++;
        return value_text(column->choices[below(life, count)]);
    }
    if (column->length > 0 && below(life, 12) == 0) { /* as long as it may be */
        char *text = arena_alloc(life->arena, 4 * (size_t)column->length + 1);
        for (int i = 0; i < column->length; i++)
            memcpy(text + 4 * i, "\xF0\x9F\x8E\xA8", 4);
        return value_text(text);
    }
    const char *word = words[below(life, sizeof words / sizeof words[0])];
    return value_text(below(life, 3) == 0
                          ? word
                          : arena_format(life->arena, "%s%d", word, (int)below(life, 1000)));
}

static struct value random_integer(struct life *life, const struct column *column)
{
    const int64_t edges[] = {column->minimum, column->maximum, 0, 1, -1, INT64_MAX / 1000};
    if (below(life, 6) == 0)
        return value_integer(edges[below(life, 6)]);
    return value_integer(below(life, 1000));
}

static struct value random_json(struct life *life)
{
    static const char *const documents[] = {
        "{}",
        "[]",
        "{\"a\": [1, 2.50, null, true], \"b\": {\"c\": \"\\u00e9\\ud83c\\udfa8\"}}",
        " [ -9223372036854775808, 9223372036854775807, 1e300, 0.1 ] ",
        "{\"\": \"\", \"quote\\\"\": \"\\n\"}",
    };
    return value_text(documents[below(life, 5)]);
}

static struct value random_row(struct life *life, const struct table *table)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "SELECT id FROM \"%s\" ORDER BY id LIMIT 1 OFFSET ?1", table->name);
    struct statement *statement = store_prepare(life->shop->store, sql.text, NULL);
    buffer_done(&sql);
    struct value id = value_null();
    for (int64_t offset = below(life, 30);
         statement != NULL && offset >= 0 && id.kind == VALUE_NULL; offset /= 2) {
        statement_bind_integer(statement, 1, offset);
        if (statement_step(statement, NULL) > 0)
            id = value_copy(statement_value(statement, 0), life->arena);
        if (offset == 0)
            break;
    }
    statement_done(statement);
    return id;
}

static struct value random_value(struct life *life, const struct column *column)
{
    static const char *const days[] = {"0001-01-01", "9999-12-31", "2024-02-29", "2026-11-20"};
    static const char *const hours[] = {"00:00:00", "23:59:59", "09:30:00", "17:00:00"};
    static const int64_t instants[] = {INT64_C(-62135596800000000), INT64_C(253402300799999999), 0,
                                       -1, INT64_C(1795172400123456)};
    if (column->is_nullable && below(life, 4) == 0)
        return value_null();
    if (column->reference != NULL && table_column(column->reference, "id") != NULL)
        return random_row(life, column->reference);
    switch (column->type) {
    case COLUMN_TEXT:
        return column->reference != NULL ? value_text("EUR") : random_text(life, column);
    case COLUMN_INTEGER:
        return random_integer(life, column);
    case COLUMN_BOOLEAN:
        return value_integer(below(life, 2));
    case COLUMN_INSTANT:
        return value_integer(below(life, 3) == 0
                                 ? instants[below(life, 5)]
                                 : INT64_C(1795172400000000) + below(life, 1000) * 60000000);
    case COLUMN_DATE:
        return value_text(days[below(life, 4)]);
    case COLUMN_TIME:
        return value_text(hours[below(life, 4)]);
    case COLUMN_JSON:
        return random_json(life);
    case COLUMN_UUID:
    case COLUMN_BYTES: {
        size_t size = column->type == COLUMN_UUID ? UUID_SIZE : (size_t)below(life, 40);
        char *bytes = arena_alloc(life->arena, size + 1);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)below(life, 256);
        return value_bytes(bytes, size);
    }
    }
    return value_null();
}

static size_t random_changes(struct life *life, const struct table *table, bool is_new,
                             struct change *out)
{
    size_t count = 0;
    for (size_t i = 0; i < table->column_count && count < CHANGES_MAX; i++) {
        const struct column *column = &table->columns[i];
        bool is_wanted = is_new ? column->is_required || below(life, 3) == 0 : below(life, 4) == 0;
        if (!column->is_system && column->key == KEY_NONE && is_wanted)
            out[count++] =
                (struct change){.column = column->name, .value = random_value(life, column)};
    }
    return count;
}

/* A person is never shown what SQLite says. */
static void check_sentence(const struct life *life, const struct table *table)
{
    const struct error *err = &life->shop->err;
    if (err->code == ERROR_STORE || err->code == ERROR_SYSTEM || err->code == ERROR_NONE ||
        strstr(err->text, "constraint") != NULL || strstr(err->text, "tenant_id") != NULL)
        fail_msg("%s: code %d, %s", table->name, (int)err->code, err->text);
}

static const struct table *random_table(struct life *life)
{
    const struct schema *schema = store_schema(life->shop->store);
    for (;;) {
        const struct table *table = &schema->tables[below(life, (int64_t)schema->table_count)];
        if (table->travels && strcmp(table->name, "tenants") != 0)
            return table;
    }
}

/* 1 done, 0 refused, -1 there was nothing to do it to. */
static int act(struct life *life, struct operation *operation, const struct table *table)
{
    struct shop *shop = life->shop;
    struct change changes[CHANGES_MAX];
    int64_t kind = below(life, 10);
    if (kind < 4) {
        size_t count = random_changes(life, table, true, changes);
        bool is_done = record_insert(operation, table->name, changes, count, NULL, &shop->err);
        life->inserted += is_done;
        return is_done;
    }
    struct uuid id;
    if (!value_as_uuid(random_row(life, table), &id))
        return -1;
    bool is_done = false;
    if (kind < 7) {
        size_t count = random_changes(life, table, false, changes);
        is_done = record_update(operation, table->name, &id, changes, count, &shop->err);
        life->updated += is_done;
    } else if (kind < 9) {
        is_done = record_delete(operation, table->name, &id, &shop->err);
        life->deleted += is_done;
    } else {
        is_done = record_restore(operation, table->name, &id, &shop->err);
        life->restored += is_done;
    }
    return is_done;
}

static void live(struct life *life)
{
    struct shop *shop = life->shop;
    const struct actor *actor = below(life, 3) == 0 ? &shop->cashier : &shop->owner;
    struct operation *operation = operation_begin(shop->store, "record.edit", actor, &shop->err);
    shop_expect(shop, operation != NULL);
    int state = 1;
    for (int64_t left = below(life, 4); left >= 0 && state != 0; left--) {
        const struct table *table = random_table(life);
        state = act(life, operation, table);
        if (state == 0)
            check_sentence(life, table);
    }
    if (state == 0) {
        operation_cancel(operation);
    } else if (!operation_commit(operation, &shop->err)) {
        check_sentence(life, random_table(life));
    }
    assert_false(store_in_transaction(shop->store));
}

static void test_the_journal_says_what_stands(void **state)
{
    struct life life = {.shop = *state, .arena = arena_new(), .random = 88172645463325252u};
    const char *seed = getenv("REPLAY_SEED");
    if (seed != NULL)
        life.random ^= strtoull(seed, NULL, 10) * UINT64_C(0x9E3779B97F4A7C15);
    for (int step = 0; step < STEPS; step++) {
        live(&life);
        if (below(&life, 10) == 0)
            life.undone += shop_undo(life.shop, below(&life, 2) == 0 ? &life.shop->owner
                                                                     : &life.shop->cashier) != NULL;
        arena_reset(life.arena);
    }
    assert_true(life.inserted > 300 && life.updated > 150 && life.deleted > 50 &&
                life.restored > 2 && life.undone > 20);
    shop_check(life.shop);
    replay_check(life.shop->store);
    arena_free(life.arena);
}

static struct change to(const char *column, const char *text)
{
    return (struct change){.column = column, .value = value_text(text)};
}

/* What a row gives up is taken by another within one operation: by one that is deleted for good,
 * softly, or renamed. In any other order the operation could not be done again, nor undone. */
static void test_a_key_changes_hands(void **state)
{
    struct shop *shop = *state;
    const struct change user[] = {to("username", "lee"), to("email", "lee@meyer.example"),
                                  to("display_name", "Lee")};
    const struct change barcode[] = {
        {.column = "variant_id", .value = value_uuid(&shop->paint)},
        to("barcode", "1234567890128"),
    };
    const struct change rename[] = {to("username", "lee-before")};
    for (int i = 0; i < 8; i++) {
        struct uuid lee = shop_insert(shop, "users", user, 3);
        struct uuid code = shop_insert(shop, "product_barcodes", barcode, 2);
        struct operation *operation =
            operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
        shop_expect(shop, operation != NULL);
        shop_expect(shop,
                    record_update(operation, "users", &lee, rename, 1, &shop->err) &&
                        record_delete(operation, "users", &lee, &shop->err) &&
                        record_insert(operation, "users", user, 3, NULL, &shop->err) &&
                        record_delete(operation, "product_barcodes", &code, &shop->err) &&
                        record_insert(operation, "product_barcodes", barcode, 2, NULL, &shop->err));
        shop_expect(shop, operation_commit(operation, &shop->err));
        for (int undone = 0; undone < 3; undone++)
            if (shop_undo(shop, &shop->owner) == NULL)
                fail_msg("%s", shop->err.text);
    }
    replay_check(shop->store);
}

/* Else a row whose key changes is one row that goes and another that comes, under one id. */
static void test_rows_are_known_by_their_ids_alone(void **state)
{
    assert_int_equal(shop_integer(*state,
                                  "SELECT count(*) FROM sync_tables t, pragma_table_info(t.name) c"
                                  " WHERE t.scope <> 'local' AND (c.name = 'id') <> (c.pk = 1)",
                                  NULL),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows_are_known_by_their_ids_alone, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_key_changes_hands, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_the_journal_says_what_stands, shop_setup,
                                        shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
