#include "tests/model/answers.h"

#include "model/overlay/exchange.h"
#include "model/store/store_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

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

static void run(struct shop *shop, const char *sql, const struct uuid *id)
{
    shop_expect(shop, store_run(shop->store, sql, &shop->err, "u", id));
}

/* Rows that it made are not there. */
static void take_new_rows(struct shop *shop, const struct uuid *operation)
{
    const struct schema *schema = store_schema(shop->store);
    for (size_t i = schema->table_count; i-- > 0;) {
        struct buffer sql;
        buffer_init(&sql);
        if (schema->tables[i].travels && record_has_id(&schema->tables[i])) {
            buffer_format(&sql,
                          "DELETE FROM %s WHERE id IN (SELECT row_id FROM op_rows WHERE seq ="
                          " (SELECT seq FROM outbox WHERE id = ?1) AND verb = 'insert'"
                          " AND table_name = '%s')",
                          schema->tables[i].name, schema->tables[i].name);
            run(shop, sql.text, operation);
        }
        buffer_done(&sql);
    }
}

void answers_give(struct shop *shop, const struct uuid *operation, const char *status,
                  const char *reason, const char *result)
{
    bool is_blocked = strcmp(status, "blocked") == 0;
    bool is_lost = is_blocked || strcmp(status, "refused") == 0 || strcmp(status, "conflict") == 0;
    shop_expect(shop, store_begin(shop->store, &shop->err));
    store_set_overlay(shop->store, true);
    if (is_lost)
        take_new_rows(shop, operation);
    shop_expect(shop,
                store_run(shop->store,
                          "INSERT INTO attention (operation_id, kind, summary, reason,"
                          " details) SELECT id, ?2, summary, ?3, ?4 FROM outbox"
                          " WHERE id = ?1",
                          &shop->err, "uttt", operation,
                          strcmp(status, "merged") == 0 ? "conflict" : status, reason, result));
    if (is_blocked) {
        struct uuid by;
        char text[UUID_TEXT_SIZE];
        snprintf(text, sizeof text, "%s", strstr(result, ":\"") + 2);
        assert_true(uuid_parse(text, &by));
        shop_expect(shop, store_run(shop->store,
                                    "UPDATE outbox SET state = 'blocked', is_hidden = 1,"
                                    " blocked_by = ?2 WHERE id = ?1",
                                    &shop->err, "uu", operation, &by));
    } else {
        shop_expect(shop,
                    store_run(shop->store,
                              "INSERT INTO journal (id, seq, kind, actor_id, actor_name,"
                              " occurred_at, summary, payload, hash, state) SELECT id, seq, kind,"
                              " actor_id, actor_name, occurred_at, summary, payload, hash, ?2"
                              " FROM outbox WHERE id = ?1",
                              &shop->err, "ut", operation, status));
        run(shop, "DELETE FROM op_rows WHERE seq = (SELECT seq FROM outbox WHERE id = ?1)",
            operation);
        run(shop, "DELETE FROM outbox WHERE id = ?1", operation);
    }
    shop_expect(shop, store_commit(shop->store, &shop->err));
    store_set_overlay(shop->store, false);
}

void answers_bring(struct shop *shop, const char *table, const struct uuid *id, const char *set)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "UPDATE %s SET %s WHERE id = ?1", table, set);
    shop_expect(shop, store_begin(shop->store, &shop->err));
    store_set_overlay(shop->store, true);
    run(shop, sql.text, id);
    shop_expect(shop, store_commit(shop->store, &shop->err));
    store_set_overlay(shop->store, false);
    buffer_done(&sql);
}
