/* The rules that exist twice, in the model and at the centre (SYNC.md section 6): what one takes
 * the other takes, and the rows are the same; what one refuses the other refuses. */
#include "model/counter/sale.h"
#include "model/operation/record.h"
#include "model/operation/wire.h"
#include "model/shop/customer.h"
#include "model/stock/stock.h"
#include "tests/model/shop.h"
#include "tests/sync/postgres.h"
#include "tests/sync/till.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;
static struct till *till;
static struct shop *shop;
static int64_t sent; /* the journal's operations up to this seq are at the centre */

static void text_of(const struct uuid *id, char text[UUID_TEXT_SIZE])
{
    uuid_text(id, text);
}

/* The till's role goes over to a worker of the model's shop, which the centre does not know yet. */
static void take_over(void)
{
    char tenant[UUID_TEXT_SIZE];
    text_of(&shop->tenant, tenant);
    till_run(till,
             "UPDATE terminals SET revoked_at = now();"
             "INSERT INTO tenants (id, tenant_id, name, slug, default_currency) VALUES"
             " ('%s', '%s', 'Meyer Farben', 'meyer', 'EUR');"
             "INSERT INTO terminals (tenant_id, name, kind, role_name) VALUES"
             " ('%s', 'Worker', 'worker', 'till_1');"
             "INSERT INTO terminal_incarnations (tenant_id, terminal_id, incarnation)"
             " SELECT tenant_id, id, 1 FROM terminals WHERE tenant_id = '%s'",
             tenant, tenant, tenant, tenant);
    till->seq = 0;
}

static void sign_in_everybody(void)
{
    till_run(till, "INSERT INTO terminal_users (tenant_id, terminal_id, user_id, signed_in_at,"
                   " valid_until) SELECT t.tenant_id, t.id, u.id, now(), 'infinity'"
                   " FROM terminals AS t JOIN users AS u ON u.tenant_id = t.tenant_id"
                   " WHERE t.revoked_at IS NULL ON CONFLICT DO NOTHING");
}

/* The administrator makes the tenant's row, from the operation that made the shop. */
static const char *without_tenant(const char *payload)
{
    json_t *body = json_loads(payload, 0, NULL);
    json_t *rows = json_object_get(body, "rows");
    for (size_t i = json_array_size(rows); i > 0; i--) {
        json_t *row = json_array_get(rows, i - 1);
        if (strcmp(json_string_value(json_object_get(row, "table")), "tenants") != 0)
            continue;
        const char *fields = json_dumps(json_object_get(row, "new"), 0);
        till_run(till,
                 "UPDATE tenants AS t SET name = n.name, slug = n.slug, domain = n.domain,"
                 " email = n.email, url = n.url, description = n.description, status = n.status,"
                 " country = n.country, timezone = n.timezone, default_locale = n.default_locale,"
                 " settings = n.settings FROM jsonb_populate_record(NULL::tenants, $$%s$$) AS n"
                 " WHERE t.id = '%s'",
                 fields, json_string_value(json_object_get(row, "id")));
        free((char *)(uintptr_t)fields);
        json_array_remove(rows, i - 1);
    }
    char *text = json_dumps(body, JSON_COMPACT);
    const char *kept = arena_text(till->arena, text);
    free(text);
    json_decref(body);
    return kept;
}

/* Sends what the journal holds since the last time; each operation must be taken as it is. */
static void send_journal(void)
{
    struct error err;
    struct statement *row = store_prepare(
        shop->store, "SELECT seq, id, payload, kind FROM journal WHERE seq > ?1 ORDER BY seq",
        &err);
    assert_non_null(row);
    statement_bind_integer(row, 1, sent);
    while (statement_step(row, &err) > 0) {
        struct uuid id;
        char text[UUID_TEXT_SIZE];
        statement_uuid(row, 1, &id);
        text_of(&id, text);
        const char *payload = statement_text(row, 2);
        sent = statement_integer(row, 0);
        if (sent == 1)
            payload = without_tenant(payload);
        struct told told = till_apply(till, text, ++till->seq, 1, 0, payload, strlen(payload));
        if (strcmp(told.status, "applied") != 0 || strstr(told.result, "tasks") != NULL)
            fail_msg("%s %" PRId64 ": %s %s %s %s", statement_text(row, 3), sent, told.status,
                     told.reason, told.result, payload);
        sign_in_everybody();
    }
    statement_done(row);
}

static int setup(void **state)
{
    server = postgres_start();
    till = till_start(server);
    if (till == NULL)
        return 0;
    shop_setup(state);
    shop = *state;
    take_over();
    send_journal();
    return 0;
}

static int teardown(void **state)
{
    if (shop != NULL)
        shop_teardown(state);
    till_stop(till);
    postgres_stop(server);
    return 0;
}

static void need_server(void)
{
    if (till == NULL)
        skip();
}

/* The row's fields as an operation would have them; bytes have a form of their own at the centre.
 */
static void fields_of(const struct record *record, struct buffer *out)
{
    struct error err;
    buffer_clear(out);
    buffer_add_char(out, '{');
    for (size_t i = 0; i < record->table->column_count; i++) {
        const struct column *column = &record->table->columns[i];
        if (!wire_travels(column) || column->type == COLUMN_BYTES)
            continue;
        buffer_format(out, "%s\"%s\":", out->size > 1 ? "," : "", column->name);
        if (!wire_write(record->table, column, record->values[i], out, &err))
            fail_msg("%s", err.text);
    }
    buffer_add_char(out, '}');
}

static size_t compare_rows(const struct table *table)
{
    struct error err;
    struct arena *arena = arena_new();
    struct buffer fields;
    buffer_init(&fields);
    size_t count = 0;
    struct statement *row =
        store_prepare(shop->store, arena_format(arena, "SELECT id FROM \"%s\"", table->name), &err);
    assert_non_null(row);
    while (statement_step(row, &err) > 0) {
        struct uuid id;
        char text[UUID_TEXT_SIZE];
        struct record record;
        statement_uuid(row, 0, &id);
        text_of(&id, text);
        assert_int_equal(record_get(shop->store, table, &id, arena, &record, &err), 1);
        fields_of(&record, &fields);
        const char *const values[] = {text, fields.text};
        const char *sql = arena_format(arena,
                                       "SELECT (to_jsonb(t) = to_jsonb(jsonb_populate_record(t,"
                                       " $2::jsonb)))::text || ' ' || to_jsonb(t)::text FROM \"%s\""
                                       " AS t WHERE t.id = $1::uuid",
                                       table->name);
        PGresult *result = central_query(till->centre, sql, 2, values, &err);
        if (result == NULL)
            fail_msg("%s", err.text);
        if (PQntuples(result) != 1)
            fail_msg("%s %s is not at the centre", table->name, text);
        if (strncmp(PQgetvalue(result, 0, 0), "true", 4) != 0)
            fail_msg("%s: %s, here %s", table->name, PQgetvalue(result, 0, 0), fields.text);
        PQclear(result);
        count++;
    }
    statement_done(row);
    char tenant[UUID_TEXT_SIZE];
    text_of(&shop->tenant, tenant);
    if (strcmp(till_ask(till, "SELECT count(*) FROM \"%s\" WHERE tenant_id = '%s'", table->name,
                        tenant),
               arena_format(arena, "%zu", count)) != 0)
        fail_msg("the centre has more rows of %s", table->name);
    buffer_done(&fields);
    arena_free(arena);
    return count;
}

/* All that travels, but what the centre itself has written since. */
static void compare(void)
{
    const struct schema *schema = store_schema(shop->store);
    size_t count = 0;
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct table *table = &schema->tables[i];
        if (table->travels && table_column(table, "id") != NULL &&
            strncmp(table->name, "terminal", 8) != 0)
            count += compare_rows(table);
    }
    assert_true(count > 100);
}

static void refund(const struct uuid *order, int64_t cents)
{
    static const struct uuid any;
    shop_expect(shop,
                order_refund(shop->store, &shop->owner, order, &any, cents, "because", &shop->err));
}

static void test_what_the_model_does_the_centre_takes(void **state)
{
    (void)state;
    need_server();
    compare();
    shop_expect(shop,
                stock_adjust(shop->store, &shop->owner, &shop->paint, &shop->owner.location_id,
                             50000, "receive", "a pallet", &shop->err));
    struct uuid order = shop_order(shop, &shop->paint, 3, "parked");
    shop_move(shop, &order, "pending");
    shop_expect(shop, shop_pay(shop, &order, "cash", 3000));
    shop_expect(shop, shop_pay(shop, &order, "card", 3 * 3990 - 3000));
    refund(&order, 1000);
    struct uuid draft = shop_order(shop, &shop->advice, 1, "draft");
    shop_move(shop, &draft, "cancelled");
    struct uuid customer = {{0}};
    shop_expect(shop, customer_create(shop->store, &shop->cashier, "Ödön von Horváth", "030 77",
                                      NULL, &customer, &shop->err));
    shop_order(shop, &shop->advice, 2, "draft");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_non_null(shop_undo(shop, &shop->cashier));
    send_journal();
    compare();
}

static void scan(struct sale *sale, const char *code)
{
    struct sale_found found;
    shop_expect(shop, sale_scan(sale, shop->store, code, &found, &shop->err));
}

static void take(struct sale *sale, const char *method, int64_t cents)
{
    struct sale_tender added = {.amount_cents = cents};
    snprintf(added.method, sizeof added.method, "%s", method);
    shop_expect(shop, sale_tender_add(sale, shop->store, &added, &shop->err));
}

/* … and it is at the centre as it is here, without a task for anybody. */
static struct sale_result finish(struct sale *sale)
{
    struct sale_result result;
    shop_expect(shop, sale_finish(sale, shop->store, &shop->owner, &result, &shop->err));
    send_journal();
    return result;
}

static void bring_back(struct sale *sale, const char *receipt, int64_t milli)
{
    struct order order;
    struct uuid reason;
    struct statement *row =
        store_prepare(shop->store, "SELECT id FROM return_reasons ORDER BY id", &shop->err);
    assert_int_equal(statement_step(row, &shop->err), 1);
    statement_uuid(row, 0, &reason);
    statement_done(row);
    shop_expect(shop, sale_return_find(shop->store, receipt, shop->arena, &order, &shop->err));
    shop_expect(shop, sale_return_line(sale, shop->store, &order, 0, milli, &reason, &shop->err));
}

static void test_what_the_counter_does_the_centre_takes(void **state)
{
    (void)state;
    need_server();
    struct sale sale;
    struct uuid parked;
    const struct uuid *goods[] = {&shop->paint, &shop->roller};
    for (size_t i = 0; i < 2; i++)
        shop_expect(shop,
                    stock_adjust(shop->store, &shop->owner, goods[i], &shop->owner.location_id,
                                 50000, "receive", "a pallet", &shop->err));
    shop_expect(shop, sale_init(&sale, shop->store, &shop->err));
    scan(&sale, "3*LATEX-10"); /* in any mix */
    shop_expect(shop, sale_set_customer(&sale, shop->store, &shop->customer, &shop->err));
    take(&sale, "card", 5000);
    take(&sale, "cash", 0);
    struct sale_result sold = finish(&sale);
    scan(&sale, "ROLL-25"); /* parked, resumed, more added, sold */
    shop_expect(shop, sale_park(&sale, shop->store, &shop->owner, "blue", &parked, &shop->err));
    shop_expect(shop, sale_resume(&sale, shop->store, &shop->owner, &parked, &shop->err));
    scan(&sale, "2*LATEX-10");
    take(&sale, "cash", 0);
    finish(&sale);
    bring_back(&sale, sold.receipt_number, 1000); /* a return */
    finish(&sale);
    scan(&sale, "ROLL-25"); /* an exchange that gives money back */
    bring_back(&sale, sold.receipt_number, 1000);
    finish(&sale);
    scan(&sale, "2*LATEX-10"); /* and one to pay for */
    bring_back(&sale, sold.receipt_number, 1000);
    take(&sale, "transfer", 0);
    finish(&sale);
    scan(&sale, "-1*LATEX-10"); /* without a receipt */
    finish(&sale);
    scan(&sale, "ROLL-25"); /* thrown away */
    shop_expect(shop, sale_void(&sale, shop->store, &shop->owner, "left", &shop->err));
    scan(&sale, "ROLL-25"); /* and taken back */
    take(&sale, "cash", 0);
    finish(&sale);
    assert_non_null(shop_undo(shop, &shop->owner));
    send_journal();
    compare();
    char tenant[UUID_TEXT_SIZE];
    text_of(&shop->tenant, tenant);
    assert_string_equal(
        till_ask(till,
                 "SELECT string_agg(receipt_number, ' ' ORDER BY receipt_number) FROM orders"
                 " WHERE tenant_id = '%s' AND receipt_number IS NOT NULL",
                 tenant),
        "R1-R000001 R1-R000002 R1-S000001 R1-S000002 R1-S000003 R1-S000004 R1-S000005 R1-S000006");
    sale_done(&sale);
}

/* One row, written in both places. */
struct rule {
    const char *what, *table;
    const char *id; /* an expression in the store for the row that is changed; NULL: a new one */
    const char *base, *new;
    bool is_allowed;
};

#define PRODUCT_OF(sku) "(SELECT id FROM products WHERE sku = '" sku "')"
#define NEWEST(table)   "(SELECT id FROM " table " ORDER BY created_at DESC, id DESC LIMIT 1)"

static const struct rule rules[] = {
    {"a new row", "leads", NULL, NULL, "'name':'Ina'", true},
    {"what is needed", "leads", NULL, NULL, "'company':'x'", false},
    {"no empty name", "leads", NULL, NULL, "'name':''", false},
    {"a text that is too long", "leads", NULL, NULL,
     "'name':'x','source':'0123456789012345678901234567890123456789012345678901234567890123456789"
     "01234567890123456789012345678901'",
     false},
    {"one of the words", "leads", NULL, NULL, "'name':'x','status':'maybe'", false},
    {"a CHECK over two columns", "tax_rates", NULL, NULL,
     "'tax_category_id':'@tax_categories','country':'DE','name':'x','rate_bp':100,"
     "'valid_from':'2026-02-01','valid_to':'2026-01-01'",
     false},
    {"no negative price", "products", PRODUCT_OF("ROLL-25"), "'price_cents':850",
     "'price_cents':-1", false},
    {"a price", "products", PRODUCT_OF("ROLL-25"), "'price_cents':850", "'price_cents':900", true},
    {"a SKU that is taken", "products", PRODUCT_OF("ROLL-25"), "'sku':'ROLL-25'",
     "'sku':'LATEX-10'", false},
    {"a reference to nothing", "wishlists", NULL, NULL,
     "'name':'w','customer_id':'00000000-0000-7000-8000-00000000dead'", false},
    {"history is only added", "order_events", NEWEST("order_events"), "'note':null", "'note':'x'",
     false},
    {"a legal move", "leads", NEWEST("leads"), "'status':'new'", "'status':'contacted'", true},
    {"a move that is not legal", "orders", "(SELECT id FROM orders WHERE status = 'cancelled')",
     "'status':'cancelled'", "'status':'paid'", false},
    {"a till session", "cash_sessions", NULL, NULL,
     "'register_id':'@registers','currency':'EUR','business_day':'2026-11-20'", true},
    {"one open session for a register", "cash_sessions", NULL, NULL,
     "'register_id':'@registers','currency':'EUR','business_day':'2026-11-20'", false},
    {"a session that is closed without its Z", "cash_sessions", NEWEST("cash_sessions"),
     "'status':'open','closed_at':null",
     "'status':'closed','closed_at':'2026-11-20T18:00:00.000000Z'", false},
    {"its Z", "cash_sessions", NEWEST("cash_sessions"),
     "'status':'open','expected_cents':null,'counted_cents':null,'difference_cents':null,"
     "'z_number':null,'closed_at':null",
     "'status':'closed','expected_cents':0,'counted_cents':0,'difference_cents':0,'z_number':1,"
     "'closed_at':'2026-11-20T18:00:00.000000Z'",
     true},
    {"no way back", "cash_sessions", NEWEST("cash_sessions"), "'status':'closed'",
     "'status':'open'", false},
};

/* ' become ", and @table the id of a row of that table. */
static json_t *parse(const char *fields)
{
    char *text = arena_format(till->arena, "{%s}", fields != NULL ? fields : "");
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value)
    {
        const char *word = json_string_value(value);
        struct uuid id;
        char found[UUID_TEXT_SIZE];
        if (word == NULL || word[0] != '@')
            continue;
        struct statement *row = store_prepare(
            shop->store, arena_format(till->arena, "SELECT min(id) FROM %s", word + 1), &shop->err);
        assert_int_equal(statement_step(row, &shop->err), 1);
        statement_uuid(row, 0, &id);
        statement_done(row);
        text_of(&id, found);
        json_string_set(value, found);
    }
    return json;
}

static bool do_in_model(const struct rule *rule, const struct uuid *id, const json_t *fields)
{
    const struct table *table = schema_table(store_schema(shop->store), rule->table);
    struct change *changes =
        arena_alloc(till->arena, (json_object_size(fields) + 1) * sizeof *changes);
    size_t count = 0;
    const char *name;
    json_t *value;
    struct error err;
    json_object_foreach((json_t *)(uintptr_t)fields, name, value)
    {
        changes[count] = (struct change){.column = name};
        if (!wire_read(table, table_column(table, name), value, till->arena,
                       &changes[count++].value, &err))
            fail_msg("%s: %s", rule->what, err.text);
    }
    struct operation *operation = operation_begin(
        shop->store, rule->id != NULL ? "record.edit" : "record.create", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    bool done = rule->id != NULL
                    ? record_update(operation, rule->table, id, changes, count, &shop->err)
                    : record_insert(operation, rule->table, changes, count, NULL, &shop->err);
    if (done)
        return operation_commit(operation, &shop->err);
    operation_cancel(operation);
    return false;
}

static void test_what_one_refuses_the_other_refuses(void **state)
{
    (void)state;
    need_server();
    char owner[UUID_TEXT_SIZE];
    text_of(&shop->owner.user_id, owner);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct rule *rule = &rules[i];
        struct uuid id = uuid_v7(&shop->scratch.env);
        if (rule->id != NULL) {
            struct statement *row = store_prepare(
                shop->store, arena_format(till->arena, "SELECT %s", rule->id), &shop->err);
            assert_int_equal(statement_step(row, &shop->err), 1);
            assert_true(statement_uuid(row, 0, &id));
            statement_done(row);
        }
        json_t *fields = parse(rule->new);
        json_t *base = parse(rule->base);
        bool is_done = do_in_model(rule, &id, fields);
        if (is_done != rule->is_allowed)
            fail_msg("%s: the model %s", rule->what, is_done ? "took it" : shop->err.text);
        if (is_done) {
            send_journal();
        } else {
            char key[UUID_TEXT_SIZE];
            text_of(&id, key);
            json_t *body = json_pack(
                "{s:i, s:s, s:s, s:[{s:s, s:s, s:s, s:o, s:o}]}", "v", 1, "kind", "record.edit",
                "actor", owner, "rows", "table", rule->table, "id", key, "verb",
                rule->id != NULL ? "update" : "insert", "base", base, "new", fields);
            char *payload = json_dumps(body, 0);
            uuid_text(&(struct uuid){{0}}, key);
            struct uuid operation = uuid_v7(&shop->scratch.env);
            text_of(&operation, key);
            struct told told = till_apply(till, key, ++till->seq, 1, 0, payload, strlen(payload));
            if (strcmp(told.status, "refused") != 0)
                fail_msg("%s: the centre: %s %s", rule->what, told.status, told.reason);
            json_decref(body);
            free(payload);
            continue;
        }
        json_decref(fields);
        json_decref(base);
    }
    compare();
}

/* The model refuses a refund beyond what was paid; at the centre the money is gone already, so it
 * lands, and a person is told. */
static void test_refunds_are_not_more_than_was_captured(void **state)
{
    (void)state;
    need_server();
    static const struct uuid any;
    struct uuid order = shop_order(shop, &shop->advice, 1, "pending");
    shop_expect(shop, shop_pay(shop, &order, "cash", 6000));
    assert_false(
        order_refund(shop->store, &shop->owner, &order, &any, 6001, "because", &shop->err));
    send_journal();
    char key[UUID_TEXT_SIZE], owner[UUID_TEXT_SIZE];
    text_of(&order, key);
    text_of(&shop->owner.user_id, owner);
    const char *payload = arena_format(
        till->arena,
        "{\"v\":1,\"kind\":\"order.refund\",\"actor\":\"%s\",\"rows\":[{\"table\":\"refunds\","
        "\"id\":\"00000000-0000-7000-9000-00000000f001\",\"verb\":\"insert\",\"new\":{"
        "\"order_id\":\"%s\",\"method\":\"cash\",\"amount_cents\":6001,\"currency\":\"EUR\","
        "\"business_day\":\"2026-11-20\"}}]}",
        owner, key);
    struct told told = till_apply(till, "00000000-0000-7000-9000-00000000f002", ++till->seq, 1, 0,
                                  payload, strlen(payload));
    assert_told(told, "applied", "");
    assert_non_null(strstr(told.result, "More was given back on order"));
    assert_non_null(strstr(told.result, "60.01 EUR, of 60.00 EUR"));
}

/* The model works an order's total out; one that is not that of its lines is refused. */
static void test_an_orders_total_is_that_of_its_lines(void **state)
{
    (void)state;
    need_server();
    struct uuid order = shop_order(shop, &shop->advice, 1, "draft");
    send_journal();
    char key[UUID_TEXT_SIZE], owner[UUID_TEXT_SIZE];
    text_of(&order, key);
    text_of(&shop->owner.user_id, owner);
    const char *payload = arena_format(
        till->arena,
        "{\"v\":1,\"kind\":\"order.save\",\"actor\":\"%s\",\"rows\":[{\"table\":\"orders\","
        "\"id\":\"%s\",\"verb\":\"update\",\"base\":{\"subtotal_cents\":6000,\"total_cents\":6000},"
        "\"new\":{\"subtotal_cents\":5000,\"total_cents\":5000}}]}",
        owner, key);
    assert_told(till_apply(till, "00000000-0000-7000-9000-00000000f003", ++till->seq, 1, 0, payload,
                           strlen(payload)),
                "refused", "The total of order");
    assert_string_equal(till_ask(till, "SELECT total_cents FROM orders WHERE id = '%s'", key),
                        "6000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_model_does_the_centre_takes),
        cmocka_unit_test(test_what_the_counter_does_the_centre_takes),
        cmocka_unit_test(test_what_one_refuses_the_other_refuses),
        cmocka_unit_test(test_refunds_are_not_more_than_was_captured),
        cmocka_unit_test(test_an_orders_total_is_that_of_its_lines),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
