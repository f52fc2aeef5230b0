/* What the centre does with an operation: once, whole, or not at all. */
#include "tests/sync/postgres.h"
#include "tests/sync/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
    till->actor = ANNA;
    till->instant = NULL;
}

#define NEW(table, id, fields)                                                                     \
    "{'table':'" table "','id':'00000000-0000-7000-9000-0000000" id                                \
    "','verb':'insert','new':{" fields "}}"
#define EDIT(table, id, base, fields)                                                              \
    "{'table':'" table "','id':'00000000-0000-7000-9000-0000000" id                                \
    "','verb':'update','base':{" base "},'new':{" fields "}}"
#define GONE(table, id, base)                                                                      \
    "{'table':'" table "','id':'00000000-0000-7000-9000-0000000" id                                \
    "','verb':'delete','base':{" base "}}"
#define ID(id) "'00000000-0000-7000-9000-0000000" id "'"
#define CUSTOMER(id, name)                                                                         \
    NEW("customer_profiles", id, "'name':'" name "','address':{'city':'Berlin'}")
#define MOVE(id, fields)                                                                           \
    NEW("stock_movements", id,                                                                     \
        "'variant_id':'" VARIANT "','location_id':'" LOCATION                                      \
        "','reason':'adjust','business_day':'2026-11-20'," fields)

static void test_rows_are_added_changed_and_deleted(void **state)
{
    (void)state;
    need_server();
    assert_told(till_send(till, "customer.create",
                          CUSTOMER("00001", "Jo") "," CUSTOMER("00002", "Al"), NULL),
                "applied", "");
    /* What is not said takes its default. */
    assert_string_equal(till_ask(till, "SELECT concat_ws(' ', name, name_key, address, metadata)"
                                       " FROM customer_profiles WHERE id = " ID("00001")),
                        "Jo jo {\"city\": \"Berlin\"} {}");
    assert_told(till_send(till, "record.edit",
                          EDIT("customer_profiles", "00001", "'name':'Jo','phone':null",
                               "'name':'Joe','phone':'030 1'"),
                          NULL),
                "applied", "");
    assert_string_equal(
        till_ask(till, "SELECT name || phone FROM customer_profiles WHERE id = " ID("00001")),
        "Joe030 1");
    till->actor = OLGA;
    assert_told(till_send(till, "record.delete",
                          GONE("customer_profiles", "00002",
                               "'name':'Al','name_key':'al','address':{'city':'Berlin'}"),
                          NULL),
                "applied", "");
    assert_string_equal(
        till_ask(till, "SELECT count(*) FROM customer_profiles WHERE id = " ID("00002")), "0");
    /* Somebody deleted it, too. */
    assert_told(
        till_send(till, "record.delete", GONE("customer_profiles", "00002", "'name':'Al'"), NULL),
        "applied", "");
}

static void test_bytes_travel_as_base64(void **state)
{
    (void)state;
    need_server();
    till->actor = OLGA;
    assert_told(
        till_send(till, "file.add",
                  NEW("channels", "00010", "'name':'Talk','slug':'talk'") "," NEW(
                      "files", "00011",
                      "'channel_id':" ID(
                          "00010") ",'name':'a','mime_type':'b','size_bytes':3,'chunk_count':1,"
                                   "'sha256':'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='"),
                  NULL),
        "applied", "");
    assert_string_equal(till_ask(till, "SELECT sha256 FROM files WHERE id = " ID("00011")),
                        "\\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
}

static void test_reply_lost_after_commit(void **state)
{
    (void)state;
    need_server();
    struct told first =
        till_send(till, "stock.adjust", MOVE("00020", "'quantity_milli':5000"), NULL);
    assert_told(first, "applied", "");
    struct told again = till_send_again(till);
    assert_told(again, "applied", "");
    assert_string_equal(first.result, again.result);
    assert_string_equal(
        till_ask(till, "SELECT on_hand_milli FROM stock_levels WHERE variant_id = '" VARIANT "'"),
        "5000");
    assert_string_equal(
        till_ask(till, "SELECT last_seq || ' ' || last_operation_id FROM terminal_incarnations"),
        arena_format(till->arena, "%d %s", (int)till->seq, till->id));
}

static void test_operation_ids_are_used_once(void **state)
{
    (void)state;
    need_server();
    till_send(till, "customer.create", CUSTOMER("00030", "Once"), NULL);
    static const char other[] = "{\"v\":1,\"rows\":[]}";
    assert_told(till_apply(till, till->id, till->seq + 1, 1, 0, other, strlen(other)), "refused",
                "Another operation has this id");
    till->seq++; /* it is answered, so the queue goes on */
    assert_told(till_send(till, "customer.create", CUSTOMER("00031", "Next"), NULL), "applied", "");
    assert_string_equal(till_ask(till, "SELECT times FROM alarms WHERE kind = 'id reused'"), "1");
}

static void test_gaps_store_nothing(void **state)
{
    (void)state;
    need_server();
    till_send(till, "customer.create", CUSTOMER("00040", "Before"), NULL);
    static const char body[] = "{\"v\":1,\"rows\":[]}";
    const char *id = till_id(till, 0x999);
    struct told told = till_apply(till, id, till->seq + 2, 1, 0, body, strlen(body));
    assert_told(told, "gap", "");
    assert_non_null(strstr(told.result, till->id));
    /* Another operation than the one that was sent under this number: a copied store. */
    assert_told(till_apply(till, id, till->seq, 1, 0, body, strlen(body)), "gap", "");
    assert_string_equal(
        till_ask(till, "SELECT count(*) FROM applied_operations WHERE operation_id = '%s'", id),
        "0");
}

/* What nobody can apply is refused and kept, and what comes behind it is taken. */
static void test_one_poisoned_operation(void **state)
{
    (void)state;
    need_server();
#define ACTOR "\"actor\":\"" ANNA "\""
    static const struct {
        const char *payload;
        size_t size;
    } poisons[] = {
#define POISON(text) {text, sizeof(text) - 1}
        POISON(""),
        POISON("{"),
        POISON("nothing"),
        POISON("[]"),
        POISON("null"),
        POISON("{}"),
        POISON("{\"v\":2," ACTOR ",\"rows\":[]}"),
        POISON("{\"v\":1," ACTOR ",\"rows\":{}}"),
        POISON("{\"v\":1," ACTOR ",\"rows\":[1]}"),
        POISON("{\"v\":1," ACTOR ",\"rows\":[{}]}"),
        POISON("{\"v\":1,\"actor\":\"me\",\"rows\":[{}]}"),
        POISON("{\"v\":1," ACTOR ",\"at\":\"noon\",\"rows\":[]}"),
        POISON("{\"v\":1," ACTOR ",\"rows\":[\"\\u0000\"]}"),
        POISON("{\"v\":1," ACTOR ",\"rows\":[\"\\ud800\"]}"),
        POISON("{\"v\":1," ACTOR ",\"rows\":[\"\xff\"]}"),
        POISON("{\"v\":1," ACTOR ",\"rows\":[\"\0\"]}"),
#undef POISON
    };
    static const struct {
        const char *rows, *reason;
    } bad[] = {
        {NEW("customer_profiles", "00050", "'name':null"), "The name of \"customer profiles\""},
        {NEW("customer_profiles", "00050", "'name':''"), "Not allowed in \"customer profiles\""},
        {NEW("no_such_table", "00050", "'name':'x'"),
         "Nobody may insert rows of \"no such table\""},
        {NEW("outbox", "00050", "'name':'x'"), "Nobody may insert"},
        {NEW("pg_class", "00050", "'name':'x'"), "Nobody may insert"},
        {"{'table':'customer_profiles','id':'x','verb':'insert','new':{'name':'x'}}",
         "The centre can't take it"},
        {"{'table':'customer_profiles','id':" ID("00050") ",'verb':'insert'}",
         "The centre can't take it"},
        {"{'table':'customer_profiles','id':" ID("00050") ",'verb':'upsert','new':{'name':'x'}}",
         "The operation asks for something"},
        {MOVE("00050", "'quantity_milli':'many'"), "The centre can't take it"},
        {MOVE("00050", "'quantity_milli':99999999999999999999"), "The centre can't take it"},
        {MOVE("00050", "'quantity_milli':1.5"), "The centre can't take it"},
        {MOVE("00050", "'quantity_milli':0"), "Not allowed in \"stock movements\": quantity"},
        {NEW("products", "00050",
             "'name':'x','slug':'x','sku':'"
             "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
             "xxxxxxxxxxxxxxxxxxxxxxxxx','price_cents':1,'currency':'EUR'"),
         "The centre can't take it"},
    };
    for (size_t i = 0; i < sizeof poisons / sizeof poisons[0]; i++) {
        const char *id = till_id(till, 0x1000 + (int)i);
        struct told told =
            till_apply(till, id, ++till->seq, 1, 0, poisons[i].payload, poisons[i].size);
        if (strcmp(told.status, "refused") != 0)
            fail_msg("%s: %s %s", poisons[i].payload, told.status, told.reason);
    }
    till->actor = OLGA;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_told(till_send(till, "record.edit", bad[i].rows, NULL), "refused", bad[i].reason);
    assert_told(till_send(till, "customer.create", CUSTOMER("00051", "Sound"), NULL), "applied",
                "");
    assert_string_equal(till_ask(till, "SELECT count(*) FROM applied_operations"
                                       " WHERE status = 'refused' AND payload IS NULL"),
                        "0");
}

static void test_operations_are_bounded(void **state)
{
    (void)state;
    need_server();
    struct buffer rows;
    buffer_init(&rows);
    for (int i = 0; i < 1001; i++)
        buffer_format(&rows, "%s{'table':'customer_profiles','id':'%s','verb':'insert','new':{}}",
                      i > 0 ? "," : "", till_id(till, i));
    assert_told(till_send(till, "record.edit", rows.text, NULL), "refused",
                "It changes more than 1000 rows");
    buffer_clear(&rows);
    for (int i = 0; i < 1200000; i++)
        buffer_add_char(&rows, ' ');
    assert_told(till_send(till, "record.edit", rows.text, NULL), "refused",
                "It is larger than a megabyte");
    buffer_clear(&rows);
    buffer_add(&rows, NEW("customer_profiles", "00060", "'name':'x','metadata':"));
    rows.size -= 2; /* the braces: so deep that the server's stack would not bear it */
    for (int i = 0; i < 200000; i++)
        buffer_add_char(&rows, '[');
    assert_told(till_send(till, "record.edit", rows.text, NULL), "refused", "The centre can't");
    buffer_done(&rows);
}

static void test_refused_parent_dependent_children(void **state)
{
    (void)state;
    need_server();
    assert_told(
        till_send(till, "customer.create", NEW("customer_profiles", "00070", "'name':''"), NULL),
        "refused", "Not allowed");
    const char *parent = arena_text(till->arena, till->id);
    const char *needs = arena_format(till->arena, "'needs':['%s']", parent);
    assert_told(till_send(till, "customer.create", CUSTOMER("00071", "Child"), needs), "blocked",
                "It builds on something");
    const char *child = arena_text(till->arena, till->id);
    assert_told(till_send(till, "customer.create", CUSTOMER("00072", "Grandchild"),
                          arena_format(till->arena, "'needs':['%s']", child)),
                "blocked", "It builds on");
    assert_told(till_send(till, "customer.create", CUSTOMER("00073", "Stranger"), NULL), "applied",
                "");
    /* The parent was mended and sent again: what needs it goes its way. */
    assert_told(till_send(till, "customer.create", CUSTOMER("00070", "Mended"),
                          arena_format(till->arena, "'replaces':'%s'", parent)),
                "applied", "");
    assert_told(till_send(till, "customer.create", CUSTOMER("00074", "Later"), needs), "applied",
                "");
    assert_told(till_send(till, "customer.create", CUSTOMER("00071", "Child"),
                          arena_format(till->arena, "%s,'replaces':'%s'", needs, child)),
                "applied", "");
    assert_string_equal(till_ask(till, "SELECT count(*) FROM customer_profiles"
                                       " WHERE id BETWEEN " ID("00070") " AND " ID("00079")),
                        "4");
}

static void test_operations_are_whole_or_not_at_all(void **state)
{
    (void)state;
    need_server();
    assert_told(till_send(till, "customer.create",
                          CUSTOMER("00080", "First") "," NEW("customer_profiles", "00081",
                                                             "'name':'" /* CHECK */ "'"),
                          NULL),
                "refused", NULL);
    /* A reference is looked at when all is written. */
    assert_told(till_send(till, "customer.create",
                          CUSTOMER("00082", "Second") "," NEW(
                              "wishlists", "00083", "'customer_id':" ID("00099") ",'name':'w'"),
                          NULL),
                "refused", "The customer of \"wishlists\" is not there");
    assert_string_equal(till_ask(till, "SELECT count(*) FROM customer_profiles"
                                       " WHERE id IN (" ID("00080") ", " ID("00082") ")"),
                        "0");
    /* An empty one is what a withdrawn one leaves. */
    assert_told(till_send(till, "withdrawn", "", NULL), "applied", "");
}

static void test_terminals_that_may_not_send(void **state)
{
    (void)state;
    need_server();
    static const char body[] = "{\"v\":1,\"rows\":[]}";
    const char *id = till_id(till, 0x2000);
    assert_told(till_apply(till, id, 1, 7, 0, body, strlen(body)), "raised", "55000");
    till_run(till, "INSERT INTO terminal_incarnations (tenant_id, terminal_id, incarnation,"
                   " ended_at) SELECT tenant_id, id, 9, now() FROM terminals");
    assert_told(till_apply(till, id, 1, 9, 0, body, strlen(body)), "raised", "55000");
    till_run(till, "UPDATE terminals SET revoked_at = now()");
    assert_told(till_apply(till, id, till->seq + 1, 1, 0, body, strlen(body)), "raised", "28000");
    till_run(till, "UPDATE terminals SET revoked_at = NULL");
    assert_string_equal(
        till_ask(till, "SELECT count(*) FROM applied_operations WHERE operation_id = '%s'", id),
        "0");
}

/* A store that went back to an older copy of itself goes on as another incarnation, and sends again
 * what was answered already. */
static void test_a_store_that_was_put_back_sends_again(void **state)
{
    (void)state;
    need_server();
    till_send(till, "customer.create", CUSTOMER("00090", "Twice"), NULL);
    till_run(till,
             "INSERT INTO terminal_incarnations (tenant_id, terminal_id, incarnation, last_seq)"
             " SELECT tenant_id, id, 2, %d FROM terminals",
             (int)till->seq - 1);
    const char *text = till_ask(till, "SELECT last_seq FROM terminal_incarnations"
                                      " WHERE incarnation = 2");
    assert_int_equal(atoi(text), till->seq - 1);
    assert_told(till_resend(till, 2), "applied", "");
    assert_string_equal(till_ask(till, "SELECT last_seq || last_operation_id::text"
                                       " FROM terminal_incarnations WHERE incarnation = 2"),
                        arena_format(till->arena, "%d%s", (int)till->seq, till->id));
    assert_string_equal(
        till_ask(till, "SELECT count(*) FROM customer_profiles WHERE name = 'Twice'"), "1");
}

/* What a terminal sends in a day has an end, and nothing is lost by it. */
static void test_quota(void **state)
{
    (void)state;
    need_server();
    till_run(till, "INSERT INTO sync_meta (name, value) VALUES ('quota_operations', '1')");
    static const char body[] = "{\"v\":1,\"rows\":[]}";
    const char *id = till_id(till, 0x3000);
    struct told told = till_apply(till, id, till->seq + 1, 1, 0, body, strlen(body));
    assert_told(told, "raised", "53400 this terminal has sent all");
    till_run(till, "DELETE FROM sync_meta WHERE name = 'quota_operations'");
    assert_told(till_apply(till, id, ++till->seq, 1, 0, body, strlen(body)), "applied", "");
}

/* An error that nobody has thought of is tried three times, and then recorded. */
static void test_unexplained_errors_are_tried_again(void **state)
{
    (void)state;
    need_server();
    till_run(till, "CREATE FUNCTION strange() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                   " IF NEW.name = 'Strange' THEN RAISE 'strange' USING ERRCODE = 'XX000'; END IF;"
                   " RETURN NEW; END $$;"
                   "CREATE TRIGGER strange BEFORE INSERT ON leads FOR EACH ROW"
                   " EXECUTE FUNCTION strange()");
    static const char body[] = "{\"v\":1," ACTOR ",\"rows\":[{\"table\":\"leads\",\"id\":\"" PRODUCT
                               "\",\"verb\":\"insert\",\"new\":{\"name\":\"Strange\"}}]}";
    const char *id = till_id(till, 0x4000);
    for (int attempt = 0; attempt < 3; attempt++)
        assert_told(till_apply(till, id, till->seq + 1, 1, attempt, body, strlen(body)), "raised",
                    "XX000 strange");
    assert_told(till_apply(till, id, ++till->seq, 1, 3, body, strlen(body)), "refused",
                "The centre can't take it: strange");
    till_run(till, "DROP TRIGGER strange ON leads; DROP FUNCTION strange()");
}

static void test_the_others_are_told(void **state)
{
    (void)state;
    need_server();
    till_run(till, "DO $$ BEGIN EXECUTE 'LISTEN ' || sync_channel('" SHOP "'); END $$");
    till_send(till, "customer.create", CUSTOMER("000a0", "News"), NULL);
    assert_true(till_was_told(till));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_added_changed_and_deleted),
        cmocka_unit_test(test_bytes_travel_as_base64),
        cmocka_unit_test(test_reply_lost_after_commit),
        cmocka_unit_test(test_operation_ids_are_used_once),
        cmocka_unit_test(test_gaps_store_nothing),
        cmocka_unit_test(test_one_poisoned_operation),
        cmocka_unit_test(test_operations_are_bounded),
        cmocka_unit_test(test_refused_parent_dependent_children),
        cmocka_unit_test(test_operations_are_whole_or_not_at_all),
        cmocka_unit_test(test_terminals_that_may_not_send),
        cmocka_unit_test(test_a_store_that_was_put_back_sends_again),
        cmocka_unit_test(test_quota),
        cmocka_unit_test(test_unexplained_errors_are_tried_again),
        cmocka_unit_test(test_the_others_are_told),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
