/* What becomes of an edit whose row is not as the person saw it: field by field, by the column's
 * policy (SYNC.md section 5, Merge). */
#include "tests/sync/postgres.h"
#include "tests/sync/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROW    "00000000-0000-7000-9000-000000000001"
#define MEMBER "00000000-0000-7000-9000-000000000002"

static struct postgres *server;
static struct till *till;

static int setup(void **state)
{
    (void)state;
    server = postgres_start();
    till = till_start(server);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    till_stop(till);
    postgres_stop(server);
    return 0;
}

static void need_server(void)
{
    if (till == NULL)
        skip();
    till->actor = OLGA;
    till->instant = NULL;
    till->offset = 0;
    till_run(till, "DELETE FROM sync_conflicts; DELETE FROM appointments; DELETE FROM orders;"
                   "DELETE FROM channel_members; DELETE FROM channels; DELETE FROM cart_items;"
                   "DELETE FROM carts; DELETE FROM cash_sessions");
}

/* Each begins with the row that `made` writes; then somebody else does `meanwhile`, and the till
 * sends the edit of what it saw before. */
struct merge {
    const char *what, *table, *made, *meanwhile, *base, *new;
    const char *status, *reason;
    const char *row; /* the expression over the row that is looked at, and what it then is */
    const char *is;
};

#define PRODUCT_ROW                                                                                \
    "UPDATE products SET name = 'Latex white 10 l', price_cents = 3990, tags = '[1,2]',"           \
    " metadata = '{\"a\": 1, \"b\": 1}', description = NULL, deleted_at = NULL,"                   \
    " sku = 'L-10'"
#define ORDER_ROW(status)                                                                          \
    "INSERT INTO orders (id, tenant_id, order_number, status, location_id, currency, "             \
    "business_day) VALUES ('" ROW "', '" SHOP "', 'R1-1', '" status "', '" LOCATION                \
    "', 'EUR', '2026-11-20')"
#define VISIT                                                                                      \
    "INSERT INTO appointments (id, tenant_id, first_name, last_name, starts_at, ends_at) VALUES"   \
    " ('" ROW "', '" SHOP "', 'Jo', 'Lee', '2026-11-20 09:00+00', '2026-11-20 10:00+00')"
#define READER                                                                                     \
    "INSERT INTO channels (id, tenant_id, name, slug) VALUES ('" ROW "', '" SHOP "', 'a', 'a');"   \
    "INSERT INTO channel_members (id, tenant_id, channel_id, user_id, last_read_position)"         \
    " VALUES ('" MEMBER "', '" SHOP "', '" ROW "', '" OLGA "', 5)"

static const struct merge merges[] = {
    {"nobody was there", "products", PRODUCT_ROW, "", "'name':'Latex white 10 l'", "'name':'White'",
     "applied", "", "name", "White"},
    {"different fields", "products", PRODUCT_ROW, "UPDATE products SET description = 'theirs'",
     "'name':'Latex white 10 l'", "'name':'White'", "applied", "", "name || description",
     "Whitetheirs"},
    {"the same edit", "products", PRODUCT_ROW, "UPDATE products SET price_cents = 1",
     "'price_cents':3990", "'price_cents':1", "applied", "", "price_cents::text", "1"},
    {"another form of the same", "products", PRODUCT_ROW, "", "'metadata':{'b':1.0,'a':1}",
     "'metadata':{'a':2,'b':1}", "applied", "", "metadata::text", "{\"a\": 2, \"b\": 1}"},
    {"strict", "products", PRODUCT_ROW, "UPDATE products SET price_cents = 4990",
     "'price_cents':3990,'name':'Latex white 10 l'", "'price_cents':2990,'name':'White'",
     "conflict", "Latex white 10 l was changed meanwhile: its price is now 49.90, not 39.90",
     "price_cents || name", "4990Latex white 10 l"},
    {"keys of different names", "products", PRODUCT_ROW,
     "UPDATE products SET metadata = '{\"a\": 1, \"b\": 2, \"d\": 3}'", "'metadata':{'a':1,'b':1}",
     "'metadata':{'a':5,'b':1,'c':6}", "applied", "", "metadata::text",
     "{\"a\": 5, \"b\": 2, \"c\": 6, \"d\": 3}"},
    {"a key taken away", "products", PRODUCT_ROW,
     "UPDATE products SET metadata = '{\"a\": 1, \"b\": 1, \"c\": 1}'", "'metadata':{'a':1,'b':1}",
     "'metadata':{'b':1}", "applied", "", "metadata::text", "{\"b\": 1, \"c\": 1}"},
    {"set", "products", PRODUCT_ROW, "UPDATE products SET tags = '[1,2,3]'", "'tags':[1,2]",
     "'tags':[2,4]", "applied", "", "tags::text", "[2, 3, 4]"},
    {"max, behind", "channel_members", READER, "UPDATE channel_members SET last_read_position = 12",
     "'last_read_position':5", "'last_read_position':9", "applied", "", "last_read_position::text",
     "12"},
    {"max, ahead", "channel_members", READER, "UPDATE channel_members SET last_read_position = 9",
     "'last_read_position':5", "'last_read_position':12", "applied", "", "last_read_position::text",
     "12"},
    {"a legal move", "appointments", VISIT, "UPDATE appointments SET status = 'confirmed'",
     "'status':'scheduled'", "'status':'cancelled'", "applied", "", "status", "cancelled"},
    {"a move that is not legal any more", "appointments", VISIT,
     "UPDATE appointments SET status = 'cancelled'", "'status':'scheduled'",
     "'status':'in_progress'", "conflict",
     "Jo Lee was changed meanwhile: its status is now cancelled, from where", "status",
     "cancelled"},
    {"a move that never was legal", "orders", ORDER_ROW("draft"), "", "'status':'draft'",
     "'status':'shipped'", "refused", "The status of \"orders\" can't go from draft to shipped",
     "status", "draft"},
    {"a group is one", "appointments", VISIT,
     "UPDATE appointments SET ends_at = '2026-11-20 11:00+00', duration_minutes = 120",
     "'starts_at':'2026-11-20T09:00:00Z','ends_at':'2026-11-20T10:00:00Z','duration_minutes':60",
     "'starts_at':'2026-11-20T09:30:00Z'", "merged", "",
     "to_char(starts_at, 'HH24:MI') || to_char(ends_at, '-HH24:MI ') || duration_minutes",
     "09:30-10:00 60"},
    {"a group of money", "orders", ORDER_ROW("parked"),
     "UPDATE orders SET shipping_cents = 500, total_cents = 500",
     "'subtotal_cents':0,'discount_cents':0,'tax_cents':0,'shipping_cents':0,'rounding_cents':0,"
     "'total_cents':0,'currency':'EUR','is_tax_included':true",
     "'subtotal_cents':100,'total_cents':100", "conflict", "R1-1 was changed meanwhile",
     "total_cents::text", "500"},
    {"edit of a deleted row", "products", PRODUCT_ROW, "UPDATE products SET deleted_at = now()",
     "'name':'Latex white 10 l'", "'name':'White'", "conflict",
     "Latex white 10 l was deleted meanwhile", "name", "Latex white 10 l"},
    {"edit of a row that is gone", "appointments", VISIT, "DELETE FROM appointments",
     "'notes':null", "'notes':'x'", "conflict", "a row of \"appointments\" was deleted meanwhile",
     "notes", ""},
    {"delete of an edited row", "appointments", VISIT, "UPDATE appointments SET notes = 'theirs'",
     "'first_name':'Jo','last_name':'Lee','starts_at':'2026-11-20T09:00:00Z',"
     "'ends_at':'2026-11-20T10:00:00Z'",
     NULL, "conflict", "Jo Lee was changed meanwhile, and is not deleted", "notes", "theirs"},
    {"delete of the row that was seen", "appointments", VISIT, "",
     "'first_name':'Jo','last_name':'Lee','starts_at':'2026-11-20T09:00:00Z',"
     "'ends_at':'2026-11-20T10:00:00Z'",
     NULL, "applied", "", "notes", ""},
    {"a soft delete that saw the whole row", "products", PRODUCT_ROW,
     "UPDATE products SET name = 'Theirs'", "'deleted_at':null,'name':'Latex white 10 l'",
     "'deleted_at':'2026-11-20T09:00:00Z'", "conflict", "Theirs was changed meanwhile",
     "coalesce(deleted_at::text, 'live')", "live"},
};

static void test_fields_merge_by_their_policy(void **state)
{
    (void)state;
    need_server();
    for (size_t i = 0; i < sizeof merges / sizeof merges[0]; i++) {
        const struct merge *merge = &merges[i];
        const char *id = strcmp(merge->table, "products") == 0          ? PRODUCT
                         : strcmp(merge->table, "channel_members") == 0 ? MEMBER
                                                                        : ROW;
        need_server();
        till_run(till, "%s%s", merge->made,
                 strncmp(merge->made, "UPDATE", 6) == 0 ? " WHERE id = '" PRODUCT "'" : "");
        const char *where = strncmp(merge->meanwhile, "UPDATE products", 15) == 0
                                ? " WHERE id = '" PRODUCT "'"
                                : "";
        till_run(till, "%s%s", merge->meanwhile, where);
        struct told told = till_send(
            till, "record.edit",
            arena_format(till->arena, "{'table':'%s','id':'%s','verb':'%s','base':{%s}%s%s%s}",
                         merge->table, id, merge->new != NULL ? "update" : "delete", merge->base,
                         merge->new != NULL ? ",'new':{" : "", merge->new != NULL ? merge->new : "",
                         merge->new != NULL ? "}" : ""),
            NULL);
        const char *is =
            till_ask(till, "SELECT %s FROM %s WHERE id = '%s'", merge->row, merge->table, id);
        if (strcmp(told.status, merge->status) != 0 ||
            strncmp(told.reason, merge->reason, strlen(merge->reason)) != 0 ||
            strcmp(is, merge->is) != 0)
            fail_msg("%s: %s %s %s; the row: %s", merge->what, told.status, told.reason,
                     told.result, is);
    }
}

/* The later edit of a field stays, by the clock of the centre; who lost is kept. */
static void test_same_field(void **state)
{
    (void)state;
    static const struct {
        const char *instant; /* of the till's edit; the other was made at noon */
        int64_t offset;
        const char *is, *lost;
    } edits[] = {
        {"2020-11-20T12:00:01Z", 0, "Mine", "Theirs"},
        {"2020-11-20T11:59:59Z", 0, "Theirs", "Mine"},
        {"2020-11-20T12:00:00Z", 0, "Theirs", "Mine"}, /* a tie */
        /* The till's clock is two hours behind, or years. */
        {"2020-11-20T10:30:00Z", INT64_C(7200) * 1000000, "Mine", "Theirs"},
        {"2020-11-20T13:30:00Z", INT64_C(-7200) * 1000000, "Theirs", "Mine"},
        {"1999-01-01T00:00:00Z", 0, "Theirs", "Mine"},
        /* Nobody edits in the future: it counts as now, which is later than noon. */
        {"2099-01-01T00:00:00Z", 0, "Mine", "Theirs"},
    };
    need_server();
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        till_run(till, "DELETE FROM sync_conflicts; DELETE FROM field_times;"
                       "UPDATE products SET name = 'Before', deleted_at = NULL;"
                       "UPDATE products SET name = 'Theirs' WHERE id = '" PRODUCT "';"
                       "UPDATE field_times SET edited_at = '2020-11-20 12:00+00'");
        till->instant = edits[i].instant;
        till->offset = edits[i].offset;
        struct told told = till_send(till, "record.edit",
                                     "{'table':'products','id':'" PRODUCT "','verb':'update',"
                                     "'base':{'name':'Before'},'new':{'name':'Mine'}}",
                                     NULL);
        const char *is = till_ask(till, "SELECT name FROM products WHERE id = '" PRODUCT "'");
        const char *kept = till_ask(till, "SELECT concat_ws(' ', column_name, base_value,"
                                          " lost_value, kept_value) FROM sync_conflicts");
        const char *wanted =
            arena_format(till->arena, "name Before %s %s", edits[i].lost, edits[i].is);
        if (strcmp(told.status, "merged") != 0 || strcmp(is, edits[i].is) != 0 ||
            strcmp(kept, wanted) != 0)
            fail_msg("%s: %s %s %s, kept %s", edits[i].instant, told.status, told.reason, is, kept);
    }
}

/* Of an object both sides change the same key of, the later one's key stays beside what the other
 * added: who won is told although what came of it is what neither of them wrote. */
static void test_same_key(void **state)
{
    (void)state;
    static const struct {
        const char *instant, *is, *lost;
    } edits[] = {
        {"2020-11-20T12:00:01Z", "{\"a\": 2, \"b\": 4}", "{\"a\": 3, \"b\": 4}"},
        {"2020-11-20T11:59:59Z", "{\"a\": 3, \"b\": 4}", "{\"a\": 2}"},
    };
    need_server();
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        till_run(till,
                 "DELETE FROM sync_conflicts; DELETE FROM field_times;"
                 "UPDATE products SET metadata = '{\"a\": 1}', deleted_at = NULL;"
                 "UPDATE products SET metadata = '{\"a\": 3, \"b\": 4}' WHERE id = '" PRODUCT "';"
                 "UPDATE field_times SET edited_at = '2020-11-20 12:00+00'");
        till->instant = edits[i].instant;
        till->offset = 0;
        assert_told(till_send(till, "record.edit",
                              "{'table':'products','id':'" PRODUCT "','verb':'update',"
                              "'base':{'metadata':{'a':1}},'new':{'metadata':{'a':2}}}",
                              NULL),
                    "merged", "");
        assert_string_equal(
            till_ask(till, "SELECT metadata::text FROM products WHERE id = '" PRODUCT "'"),
            edits[i].is);
        assert_string_equal(till_ask(till, "SELECT lost_value FROM sync_conflicts"), edits[i].lost);
    }
}

/* A product and its default variant have one id (model/catalog/product.h): what was edited of the
 * one says nothing of the other. */
static void test_same_field_of_a_row_with_the_same_id(void **state)
{
    (void)state;
    need_server();
    till_run(till,
             "INSERT INTO product_variants (id, tenant_id, product_id, name) VALUES ('" PRODUCT
             "', '" SHOP "', '" PRODUCT "', 'One') ON CONFLICT DO NOTHING;"
             "UPDATE products SET name = 'Before', deleted_at = NULL; DELETE FROM field_times;"
             "UPDATE products SET name = 'Theirs' WHERE id = '" PRODUCT "';"
             "UPDATE field_times SET edited_at = '2020-11-20 10:00+00';"
             "UPDATE product_variants SET name = 'Two' WHERE id = '" PRODUCT "'");
    till->instant = "2020-11-20T11:00:00Z";
    till->offset = 0;
    assert_told(till_send(till, "record.edit",
                          "{'table':'products','id':'" PRODUCT "','verb':'update',"
                          "'base':{'name':'Before'},'new':{'name':'Mine'}}",
                          NULL),
                "merged", "");
    assert_string_equal(till_ask(till, "SELECT name FROM products WHERE id = '" PRODUCT "'"),
                        "Mine");
    assert_string_equal(till_ask(till, "SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM"
                                       " field_times WHERE row_id = '" PRODUCT "'"
                                       " AND column_name = 'name'"),
                        "product_variants products");
}

/* The sides of a conflict are told for a choice, but for what only the centre may know. */
static void test_both_sides_are_told(void **state)
{
    (void)state;
    need_server();
    till_run(till, "UPDATE products SET price_cents = 4990 WHERE id = '" PRODUCT "'");
    struct told told = till_send(till, "record.edit",
                                 "{'table':'products','id':'" PRODUCT "','verb':'update',"
                                 "'base':{'price_cents':3990},'new':{'price_cents':2990}}",
                                 NULL);
    assert_told(told, "conflict", NULL);
    assert_non_null(strstr(told.result, "\"base\": 3990"));
    assert_non_null(strstr(told.result, "\"mine\": 2990"));
    assert_non_null(strstr(told.result, "\"theirs\": 4990"));
    assert_string_equal(till_ask(till,
                                 "SELECT payload::jsonb #>> '{rows,0,table}'"
                                 " FROM applied_operations WHERE operation_id = '%s'",
                                 till->id),
                        "products");
    till_run(till, "INSERT INTO calendar_feeds (id, tenant_id, name, token_hash) VALUES ('" ROW
                   "', '" SHOP "', 'feed', 'theirsecret'); "
                   "UPDATE calendar_feeds SET token_hash = 'theirs'");
    told = till_send(till, "record.edit",
                     "{'table':'calendar_feeds','id':'" ROW "','verb':'update',"
                     "'base':{'token_hash':'QUFB'},'new':{'token_hash':'QkJC'}}",
                     NULL);
    assert_told(told, "merged", "");
    assert_null(strstr(told.result, "7468656972")); /* "their", in hex */
    assert_string_equal(till_ask(till, "SELECT count(*) FROM sync_conflicts WHERE table_name ="
                                       " 'calendar_feeds' AND (kept_value IS NOT NULL OR"
                                       " lost_value IS NOT NULL OR base_value IS NOT NULL)"),
                        "0");
}

static void test_unique_keys_of_one_operation_change_hands(void **state)
{
    (void)state;
    need_server();
    till_run(till, PRODUCT_ROW " WHERE id = '" PRODUCT "'");
    assert_told(till_send(till, "record.edit",
                          "{'table':'products','id':'" PRODUCT "','verb':'update','base':"
                          "{'deleted_at':null},'new':{'deleted_at':'2026-11-20T09:00:00Z'}},"
                          "{'table':'products','id':'" PRODUCT_2 "','verb':'update','base':"
                          "{'sku':'R-25'},'new':{'sku':'L-10'}}",
                          NULL),
                "applied", "");
    till_run(till, "UPDATE products SET sku = 'R-25' WHERE id = '" PRODUCT_2 "'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_merge_by_their_policy),
        cmocka_unit_test(test_same_field),
        cmocka_unit_test(test_same_key),
        cmocka_unit_test(test_same_field_of_a_row_with_the_same_id),
        cmocka_unit_test(test_both_sides_are_told),
        cmocka_unit_test(test_unique_keys_of_one_operation_change_hands),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
