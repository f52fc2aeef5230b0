#include "tests/model/answers.h"

#include "model/overlay/exchange.h"
#include "model/overlay/pull.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void answers_enroll(struct shop *shop)
{
    static const char *const states[][2] = {
        {"terminal_id", "019f0000-0000-7000-8000-000000000001"},
        {"incarnation", "1"},
    };
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        shop_expect(shop, exchange_set_state(shop->store, states[i][0], states[i][1], &shop->err));
}

static struct uuid find(struct shop *shop, const char *sql, const struct uuid *id)
{
    struct uuid found = {{0}};
    struct statement *statement = store_prepare(shop->store, sql, &shop->err);
    shop_expect(shop, statement != NULL);
    statement_bind_uuid(statement, 1, id);
    if (statement_step(statement, &shop->err) != 1 || !statement_uuid(statement, 0, &found))
        fail_msg("nothing is found by %s", sql);
    statement_done(statement);
    return found;
}

struct uuid answers_last(struct shop *shop)
{
    return find(shop, "SELECT id FROM outbox WHERE ?1 IS NOT NULL ORDER BY seq DESC LIMIT 1",
                &shop->tenant);
}

struct uuid answers_attention(struct shop *shop, const struct uuid *operation)
{
    return find(shop, "SELECT id FROM attention WHERE operation_id = ?1", operation);
}

void answers_give(struct shop *shop, const struct uuid *operation, const char *status,
                  const char *reason, const char *result)
{
    struct centre_answer answer = {.operation = *operation, .reason = reason, .result = result};
    struct pull *pull = pull_begin(shop->store, &shop->err);
    shop_expect(shop, pull != NULL);
    assert_true(answer_status_parse(status, &answer.status));
    shop_expect(shop, pull_answer(pull, &answer, &shop->err));
    shop_expect(shop, pull_finish(pull, NULL, &shop->err));
}

void answers_bring(struct shop *shop, const char *table, const struct uuid *id,
                   const struct change *changes, size_t count)
{
    struct record row;
    const struct table *found = schema_table(store_schema(shop->store), table);
    struct pull *pull = pull_begin(shop->store, &shop->err);
    shop_expect(shop, pull != NULL);
    assert_int_equal(record_get(shop->store, found, id, shop->arena, &row, &shop->err), 1);
    for (size_t i = 0; i < count; i++)
        row.values[table_column_index(found, changes[i].column)] = changes[i].value;
    row.values[table_column_index(found, "row_version")].integer++;
    shop_expect(shop, pull_row(pull, found, row.values, &shop->err));
    shop_expect(shop, pull_finish(pull, NULL, &shop->err));
}
