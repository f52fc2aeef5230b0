/* Each hole that an exchange with a centre can have (SYNC.md section 7) has tests that fail where
 * it is open. Most stand beside what they test; those that need whole stores and a real server for
 * it are here and in holes_centre_test.c. */
#include "model/operation/record.h"
#include "model/overlay/exchange.h"
#include "model/overlay/unsent.h"
#include "model/store/migrate_sqlite.h"
#include "model/store/migrate_store.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

static const struct {
    const char *hole, *program, *test;
} table[] = {
    {"reply lost after commit", "sync/push", "a_cut_line_neither_loses_nor_doubles"},
    {"reply lost after commit", "sync/apply", "test_reply_lost_after_commit"},
    {"one poisoned operation", "sync/push", "one_poisoned_operation_does_not_stop_the_queue"},
    {"one poisoned operation", "sync/push", "an_attempt_is_written_down_before_it_is_made"},
    {"one poisoned operation", "sync/apply", "test_one_poisoned_operation"},
    {"refused parent, dependent children", "sync/apply", "test_refused_parent_dependent_children"},
    {"refused parent, dependent children", "sync/push",
     "a_refused_one_does_not_hold_up_the_others"},
    {"refused parent, dependent children", "model/pull", "test_refusal_hides_what_depends_on_it"},
    {"newer row over a pending edit", "model/pull", "test_pending_edit_stays_over_a_newer_row"},
    {"the same natural key made twice offline", "sync/holes",
     "hole_the_same_natural_key_made_twice_offline"},
    {"the same natural key made twice offline", "sync/apply_money",
     "test_the_same_natural_key_made_twice_offline"},
    {"the same natural key made twice offline", "model/order_number",
     "test_each_register_counts_for_itself"},
    {"local migration with pending operations", "sync/holes",
     "hole_local_migration_with_pending_operations"},
    {"local migration with pending operations", "model/migrate",
     "an_added_columns_default_is_written_into_old_rows"},
    {"clocks", "sync/hello", "a_terminals_clock_may_be_wrong"},
    {"clocks", "sync/apply_merge", "test_fields_merge_by_their_policy"},
    {"a row leaves the scope, or is hidden", "sync/holes", "hole_a_row_leaves_the_scope"},
    {"a row leaves the scope, or is hidden", "sync/pull",
     "joining_a_channel_brings_its_past_and_leaving_takes_it"},
    {"a row leaves the scope, or is hidden", "sync/door", "changes_are_of_ones_own_scope"},
    {"id used again", "sync/holes", "hole_id_used_again"},
    {"id used again", "sync/apply", "test_operation_ids_are_used_once"},
    {"id used again", "sync/forged", "test_an_id_of_another_operation_raises_an_alarm"},
    {"id used again", "sync/isolation", "only_the_eraser_takes_what_is_only_added"},
    {"id used again", "sync/pull", "rows_come_change_and_go"},
    {"values that differ only in form", "sync/holes", "hole_values_that_differ_only_in_form"},
    {"values that differ only in form", "model/wire", "test_equal_is_by_content"},
    {"values that differ only in form", "model/operation",
     "test_values_that_can_not_travel_are_refused"},
    {"other writers", "sync/holes_centre", "hole_other_writers"},
    {"other writers", "sync/central_migrate", "every_change_is_stamped_and_logged"},
    {"other writers", "sync/central_migrate", "a_dropped_partition_is_logged"},
    {"other writers", "sync/isolation", "what_is_not_granted_is_refused"},
    {"silent stall", "sync/holes_centre", "hole_silent_stall"},
    {"silent stall", "sync/pull", "a_checksum_finds_what_was_missed"},
    {"silent stall", "model/exchange", "test_last_exchange_is_written_once_a_minute"},
    {"damaged file, full disk", "sync/holes", "hole_full_disk"},
    {"damaged file, full disk", "sync/holes_centre", "hole_damaged_file"},
    {"damaged file, full disk", "sync/holes_centre", "hole_outbox_of_a_revoked_terminal"},
    {"damaged file, full disk", "model/operation_disk", "test_a_full_disk_at_the_commit"},
    {"damaged file, full disk", "model/store_damage",
     "test_damage_is_found_at_the_start_after_a_crash"},
    {"double booking", "sync/holes", "hole_double_booking"},
    {"double booking", "sync/apply_money", "test_double_booking"},
    {"double booking", "sync/centre_rules", "test_appointments_of_one_estimator_never_overlap"},
    {"effects outside", "sync/holes", "hole_effects_outside"},
    {"stuck writer at the centre", "sync/holes_centre", "hole_stuck_writer_at_the_centre"},
    {"stuck writer at the centre", "sync/door", "a_slow_writer_is_not_missed"},
};

static struct terminal here, there;

/* Whether the text has the word itself, not as a part of a longer one, that often. */
static int count_words(const char *text, const char *word)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
    size_t size = strlen(word);
    int count = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += size)
        count +=
            strchr(letters, at[size]) == NULL && (at == text || strchr(letters, at[-1]) == NULL);
    return count;
}

/* What the table names exists, and is run by its program. */
static void each_hole_has_its_tests(void **state)
{
    (void)state;
    static char source[100000];
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char path[100], head[150];
        snprintf(path, sizeof path, "tests/%s_test.c", table[i].program);
        FILE *file = fopen(path, "re");
        if (file == NULL)
            fail_msg("%s can't be read", path);
        size_t size = fread(source, 1, sizeof source - 1, file);
        fclose(file);
        source[size] = '\0';
        snprintf(head, sizeof head, "static void %s(void **state)", table[i].test);
        char *end = strstr(source, "\nint main(");
        if (strstr(source, head) == NULL || end == NULL || count_words(end, table[i].test) == 0)
            fail_msg("%s: %s runs no test %s", table[i].hole, path, table[i].test);
    }
}

static struct uuid add(struct terminal *terminal, const char *name, const struct change *changes,
                       size_t count)
{
    struct uuid id;
    struct error *err = &terminal->err;
    struct operation *operation =
        operation_begin(terminal->store, "record.create", &terminal->owner, err);
    terminal_expect(terminal, operation != NULL);
    terminal_expect(terminal, record_insert(operation, name, changes, count, &id, err));
    terminal_expect(terminal, operation_commit(operation, err));
    return id;
}

static void edit(struct terminal *terminal, const char *name, const struct uuid *id,
                 const char *column, struct value value)
{
    struct error *err = &terminal->err;
    const struct change change = {.column = column, .value = value};
    struct operation *operation =
        operation_begin(terminal->store, "record.edit", &terminal->owner, err);
    terminal_expect(terminal, operation != NULL);
    terminal_expect(terminal, record_update(operation, name, id, &change, 1, err));
    terminal_expect(terminal, operation_commit(operation, err));
}

/* It draws other ids than the first one. */
static void join_other(void)
{
    terminal_join(&there, "office", NULL);
    there.scratch.clock.seed = 99;
}

static struct uuid add_category(struct terminal *terminal, const char *name)
{
    const struct change changes[] = {{.column = "name", .value = value_text(name)},
                                     {.column = "slug", .value = value_text("lacquers")}};
    return add(terminal, "categories", changes, 2);
}

/* A slug gets a suffix; a SKU, which people know goods by, is refused and asked about. */
static void hole_the_same_natural_key_made_twice_offline(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    join_other();
    add_category(&here, "Lacquers");
    add_category(&there, "Lacquers as well");
    terminal_add_product(&here, "N-1");
    struct uuid second = terminal_add_product(&there, "N-1");
    terminal_rename(&there, &second, "Another one"); /* goes with it */
    terminal_settle(&here);
    terminal_settle(&there);
    terminal_settle(&here);
    struct terminal *const both[] = {&here, &there};
    for (int i = 0; i < 2; i++) {
        assert_string_equal(terminal_value(both[i],
                                           "SELECT group_concat(name || ' ' || slug, ', ')"
                                           " FROM (SELECT * FROM categories ORDER BY slug)"),
                            "Lacquers lacquers, Lacquers as well lacquers-2");
        assert_string_equal(terminal_name_of(both[i], "N-1"), "N-1");
        assert_int_equal(terminal_integer(both[i], "SELECT count(*) FROM outbox WHERE state ="
                                                   " 'waiting'"),
                         0);
    }
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM attention"), 0);
    assert_int_equal(
        terminal_integer(&there, "SELECT count(*) FROM attention WHERE reason LIKE '%N-1%'"), 1);
    terminal_leave(&here);
    terminal_leave(&there);
}

static const char shades[] =
    "-- up\n"
    "ALTER TABLE products ADD COLUMN shade VARCHAR(20) NOT NULL DEFAULT 'plain';\n"
    "ALTER TABLE products ADD COLUMN gloss VARCHAR(20) DEFAULT 'matt';\n"
    "-- down\n"
    "ALTER TABLE products DROP COLUMN gloss;\n"
    "ALTER TABLE products DROP COLUMN shade;\n";

/* As a newer program does when it is started on the store. */
static void migrate_store(struct terminal *terminal)
{
    struct migration migration;
    struct error *err = &terminal->err;
    session_free(terminal->session);
    store_close(terminal->store);
    terminal->session = NULL;
    terminal->store =
        store_open(terminal->scratch.store, STORE_MIGRATE, &terminal->scratch.env, err);
    terminal_expect(terminal, terminal->store != NULL);
    terminal_expect(terminal, migration_parse("9001_shades.sql", shades, strlen(shades),
                                              terminal->arena, &migration, err));
    struct migrate_engine *engine = migrate_store_new(terminal->store);
    terminal_expect(
        terminal, engine->begin(engine->context, false, err) &&
                      engine->run(engine->context, &migration, &migration.parts[0], err) &&
                      engine->settle(engine->context, err) && engine->commit(engine->context, err));
    migrate_sqlite_free(engine);
    terminal_restart(terminal);
}

/* The id of the operation that is the newest in the outbox. */
static struct uuid newest_operation(struct terminal *terminal)
{
    struct uuid id;
    const char *text = terminal_value(terminal, "SELECT lower(hex(id)) FROM outbox"
                                                " ORDER BY seq DESC LIMIT 1");
    assert_true(uuid_parse(text, &id));
    return id;
}

/* The centre is migrated first, and another program fills a new column before this store knows of
 * it; that comes with the rows as they stand, whose versions this store has had. */
static void hole_local_migration_with_pending_operations(void **state)
{
    (void)state;
    const struct uuid first = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x11}};
    const struct uuid second = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x12}};
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    hub_run("ALTER TABLE products ADD COLUMN shade VARCHAR(20) NOT NULL DEFAULT 'plain';"
            "ALTER TABLE products ADD COLUMN gloss VARCHAR(20) DEFAULT 'matt';"
            "SELECT sync_settle(); UPDATE products SET shade = 'dark' WHERE sku = 'P-3'");
    terminal_restart(&here);
    terminal_settle(&here);
    terminal_rename(&here, &first, "Mine");
    terminal_rename(&here, &second, "Taken back");
    struct uuid taken_back = newest_operation(&here);
    terminal_add_product(&here, "N-1");
    migrate_store(&here);
    assert_string_equal(terminal_name_of(&here, "P-1"), "Mine");
    edit(&here, "products", &first, "shade", value_text("light"));
    /* The row is shown anew, from what was kept of it before. */
    terminal_expect(&here, unsent_withdraw(here.store, &here.owner, &taken_back, &here.err));
    assert_string_equal(terminal_name_of(&here, "P-2"), "Paint 2");
    terminal_expect(&here, session_pull(here.session, NULL, &here.err)); /* over what is pending */
    assert_string_equal(terminal_name_of(&here, "P-1"), "Mine");
    terminal_settle(&here);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM attention"), 0);
    static const char all[] = "SELECT group_concat(sku || ' ' || shade || ' ' ||"
                              " coalesce(gloss, 'none'), ', ') FROM (SELECT * FROM products"
                              " ORDER BY sku)";
    assert_string_equal(terminal_value(&here, all),
                        hub_text("SELECT string_agg(sku || ' ' || shade || ' ' ||"
                                 " coalesce(gloss, 'none'), ', ' ORDER BY sku) FROM products"));
    assert_string_equal(hub_text("SELECT string_agg(shade, ' ' ORDER BY sku) FROM products"),
                        "plain light plain dark");
    assert_string_equal(hub_text("SELECT name FROM products WHERE sku = 'P-1'"), "Mine");
    terminal_leave(&here);
}

/* What is handed to somebody who is not signed in here goes, also from under a pending edit, and
 * comes when it is handed back. */
static void hole_a_row_leaves_the_scope(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    hub_run("INSERT INTO users (id, tenant_id, username, display_name, status) VALUES"
            " (k(30), k(1), 'ben', 'Ben', 'active');"
            "INSERT INTO todos (id, tenant_id, user_id, task) VALUES"
            " (k(40), k(1), k(3), 'Call Jo'), (k(41), k(1), k(3), 'Order thinner')");
    terminal_settle(&here);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM todos"), 2);
    const struct uuid thinner = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x41}};
    edit(&here, "todos", &thinner, "task", value_text("Order 5 l of thinner"));
    hub_run("UPDATE todos SET user_id = k(30)");
    terminal_expect(&here, session_pull(here.session, NULL, &here.err));
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM todos"), 0);
    terminal_settle(&here);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM todos"), 0);
    hub_run("UPDATE todos SET user_id = k(3) WHERE id = k(40)");
    terminal_settle(&here);
    assert_string_equal(terminal_value(&here, "SELECT task FROM todos"), "Call Jo");
    terminal_leave(&here);
}

/* Two stores whose randomness is the same: what the second one did under ids that are taken is not
 * done, and it is told so; what it does later is. */
static void hole_id_used_again(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_join(&there, "office", NULL);
    terminal_add_product(&here, "N-1");
    terminal_add_product(&there, "N-2");
    assert_string_equal(terminal_value(&here, "SELECT hex(id) FROM outbox"),
                        terminal_value(&there, "SELECT hex(id) FROM outbox"));
    terminal_settle(&here);
    there.scratch.clock.seed = 99;
    terminal_add_product(&there, "N-3");
    terminal_settle(&there);
    assert_string_equal(hub_text("SELECT string_agg(sku, ' ' ORDER BY sku) FROM products"
                                 " WHERE sku LIKE 'N-%'"),
                        "N-1 N-3");
    assert_int_equal(terminal_integer(&there, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(terminal_integer(&there, "SELECT count(*) FROM attention"), 1);
    assert_string_equal(terminal_name_of(&there, "N-1"), "N-1");
    assert_string_equal(terminal_name_of(&there, "N-2"), "");
    assert_int_equal(hub_integer("SELECT count(*) FROM alarms WHERE kind = 'id reused'"), 1);
    terminal_leave(&here);
    terminal_leave(&there);
}

/* What was seen, and what stands at the centre, are the same in other bytes. */
static void hole_values_that_differ_only_in_form(void **state)
{
    (void)state;
    const struct uuid first = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x11}};
    terminal_join(&here, "register", NULL);
    hub_run("UPDATE products SET metadata = '{\"a\": 1, \"bb\": [1, 2]}', tags = '[\"x\", \"y\"]'"
            " WHERE sku = 'P-1'");
    terminal_settle(&here);
    edit(&here, "products", &first, "metadata",
         value_text("{\"bb\":[1,2],  \"a\":1, \"c\":\"\xC3\xA4\"}"));
    edit(&here, "products", &first, "metadata", value_text("{ \"c\":\"\\u00e4\", \"a\":1.5e1}"));
    edit(&here, "products", &first, "tags", value_text("[\"y\",\"x\" , \"z\"]"));
    edit(&here, "products", &first, "tags", value_text("[ \"z\"]"));
    terminal_settle(&here);
    assert_string_equal(hub_text("SELECT string_agg(status || coalesce(reason, ''), ' ')"
                                 " FROM applied_operations"),
                        "applied applied applied applied");
    assert_string_equal(
        hub_text("SELECT metadata::text || ' ' || tags FROM products WHERE sku = 'P-1'"),
        "{\"a\": 15, \"c\": \"\xC3\xA4\"} [\"z\"]");
    assert_int_equal(hub_integer("SELECT count(*) FROM sync_conflicts"), 0);
    terminal_leave(&here);
}

static void set_room(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The disk is full while the store draws: what waits still waits, nothing is half there, and it
 * goes on once there is room. */
static void hole_full_disk(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    struct uuid id = terminal_add_product(&here, "N-1");
    terminal_rename(&here, &id, "Mine");
    hub_run("INSERT INTO products (tenant_id, name, sku, currency, description)"
            " SELECT k(1), 'Many ' || i, 'M-' || i, 'EUR', repeat('n', 200)"
            " FROM generate_series(1, 400) AS i");
    const char *cursor = terminal_state(&here, "cursor");
    int failures = 0;
    for (rlim_t room = 0;; room += 150000) {
        terminal_expect(&here,
                        store_script(here.store, "PRAGMA wal_checkpoint(TRUNCATE)", &here.err));
        set_room(room);
        bool is_done = session_exchange(here.session, &here.report, &here.err);
        set_room(RLIM_INFINITY);
        if (is_done)
            break;
        failures++;
        terminal_expect_error(&here, false, ERROR_STORE, "room");
        assert_string_equal(terminal_state(&here, "cursor"), cursor);
        assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 2);
        assert_string_equal(terminal_name_of(&here, "N-1"), "Mine");
    }
    assert_true(failures > 1);
    terminal_settle(&here);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM products"), 404);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(hub_integer("SELECT count(*) FROM applied_operations"), 2);
    terminal_leave(&here);
}

enum { HOUR_US = 3600 * 1000 };

static struct uuid book(struct terminal *terminal, const struct uuid *estimator, int64_t hour,
                        const char *status)
{
    const int64_t at = (INT64_C(1800000000000) + hour * HOUR_US) * 1000;
    const struct change changes[] = {
        {.column = "first_name", .value = value_text("Jo")},
        {.column = "last_name", .value = value_text("Lee")},
        {.column = "estimator_id", .value = value_uuid(estimator)},
        {.column = "status", .value = value_text(status)},
        {.column = "starts_at", .value = value_integer(at)},
        {.column = "ends_at", .value = value_integer(at + INT64_C(3600) * 1000000)},
    };
    return add(terminal, "appointments", changes, sizeof changes / sizeof changes[0]);
}

/* Two people book the same hour offline: one stands, the other is told and seen no more; what is
 * tentative stands beside it. */
static void hole_double_booking(void **state)
{
    (void)state;
    const struct uuid kim = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x50}};
    terminal_join(&here, "register", NULL);
    join_other();
    hub_run("INSERT INTO estimators (id, tenant_id, name) VALUES (k(50), k(1), 'Kim')");
    terminal_settle(&here);
    terminal_settle(&there);
    book(&here, &kim, 9, "scheduled");
    struct uuid lost = book(&there, &kim, 9, "scheduled");
    edit(&there, "appointments", &lost, "notes", value_text("at the back door"));
    book(&there, &kim, 9, "tentative");
    book(&there, &kim, 10, "scheduled"); /* the next hour is another one's */
    terminal_settle(&here);
    terminal_settle(&there);
    terminal_settle(&here);
    assert_int_equal(hub_integer("SELECT count(*) FROM appointments"), 3);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM appointments"), 3);
    assert_int_equal(terminal_integer(&there, "SELECT count(*) FROM appointments"), 3);
    assert_int_equal(
        terminal_integer(&there, "SELECT count(*) FROM attention WHERE reason LIKE 'Kim is %'"), 1);
    terminal_leave(&here);
    terminal_leave(&there);
}

static enum row_mark mark_of(struct terminal *terminal, const struct uuid *id)
{
    enum row_mark mark;
    const struct table *products = schema_table(store_schema(terminal->store), "products");
    assert_non_null(products);
    terminal_expect(terminal, exchange_mark(terminal->store, products, id, &mark, &terminal->err));
    return mark;
}

/* A row is acknowledged, so that something may leave the house for it, when it carries no mark. */
static void hole_effects_outside(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    hub_run("UPDATE products SET sku = 'N-2' WHERE sku = 'P-3'");
    struct uuid taken = terminal_add_product(&here, "N-1");
    struct uuid refused = terminal_add_product(&here, "N-2");
    assert_int_equal(mark_of(&here, &taken), MARK_UNSENT);
    terminal_expect(&here, session_push(here.session, NULL, &here.err));
    assert_int_equal(mark_of(&here, &taken), MARK_UNSENT); /* nobody here knows the answer yet */
    terminal_settle(&here);
    assert_int_equal(mark_of(&here, &taken), MARK_NONE);
    assert_int_equal(mark_of(&here, &refused), MARK_REFUSED);
    edit(&here, "products", &taken, "name", value_text("Again"));
    assert_int_equal(mark_of(&here, &taken), MARK_UNSENT);
    terminal_leave(&here);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)

int main(void)
{
    signal(SIGXFSZ, SIG_IGN); /* the write then fails with EFBIG */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_hole_has_its_tests),
        TEST(hole_the_same_natural_key_made_twice_offline),
        TEST(hole_local_migration_with_pending_operations),
        TEST(hole_a_row_leaves_the_scope),
        TEST(hole_id_used_again),
        TEST(hole_values_that_differ_only_in_form),
        TEST(hole_full_disk),
        TEST(hole_double_booking),
        TEST(hole_effects_outside),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
