/* Random histories: people work on three stores, another program at the centre, operations are
 * sent, lost and answered, pulls are cut by a kill at any of their steps, and what was never sent
 * is taken back. After each step a store shows the centre's rows as it last drew them and over them
 * the operations that are not hidden, each whole; sums and references hold. When all is quiet every
 * store equals the centre.
 *
 * A failure prints its seed: HISTORY_SEED=n repeats it alone, HISTORY_SEEDS=n runs that many. */
#include "model/operation/journal.h"
#include "model/operation/pending.h"
#include "model/overlay/resend.h"
#include "model/store/derived.h"
#include "model/store/store_sql.h"
#include "tests/model/centre_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SEEDS = 12, STEPS = 160, KILLED = 9 };

struct terminal {
    struct scratch scratch;
    struct store *store;
    sqlite3 *mirror;
    bool is_partial; /* its last pull was cut short: its rows are of no one moment */
};

struct history {
    struct centre_model centre;
    struct terminal terminals[CENTRE_STORES];
    struct arena *arena;
    uint64_t seed;
    int step;
    int done, parked, withdrawn, kills;
};

static struct error last_error;

#define expect(history, condition, ...)                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_at(history, __VA_ARGS__);                                                         \
    } while (0)

__attribute__((format(printf, 2, 3))) static void fail_at(const struct history *history,
                                                          const char *format, ...)
{
    char words[2000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    fail_msg("HISTORY_SEED=%llu, step %d: %s", (unsigned long long)history->seed, history->step,
             words);
}

static uint64_t chance(struct history *history, uint64_t below)
{
    return centre_random(&history->centre, below);
}

static int64_t number(struct terminal *terminal, const char *sql)
{
    return centre_integer(store_sqlite(terminal->store), sql);
}

/* A migrated store is made once, and copied for each terminal of each history. */
static struct scratch template;

static int make_template(void **state)
{
    (void)state;
    scratch_init(&template);
    struct store *store = store_open(template.store, STORE_CREATE, &template.env, &last_error);
    assert_non_null(store);
    struct actor nobody = {.name = "nobody"};
    struct operation *operation = operation_begin(store, "shop.create", &nobody, &last_error);
    assert_true(store_run(store,
                          "INSERT INTO tenants (id, tenant_id, name, slug, default_currency)"
                          " VALUES (?1, ?1, 'Paint', 'paint', 'EUR')",
                          &last_error, "u", &(struct uuid){{0x11}}));
    assert_true(operation_commit(operation, &last_error));
    assert_true(store_script(store, centre_store_sql, &last_error));
    assert_true(store_script(store,
                             "INSERT INTO sync_state (name, value) VALUES ('terminal_id', 'x');"
                             "PRAGMA wal_checkpoint(TRUNCATE)",
                             &last_error));
    store_close(store);
    return 0;
}

static int remove_template(void **state)
{
    (void)state;
    scratch_done(&template);
    return 0;
}

static void copy_file(const char *from, const char *to)
{
    char bytes[1 << 16];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_true(in != NULL && out != NULL);
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, in)) > 0;)
        assert_int_equal(fwrite(bytes, 1, size, out), size);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

static void open_store(struct terminal *terminal)
{
    terminal->store =
        store_open(terminal->scratch.store, STORE_WRITE, &terminal->scratch.env, &last_error);
    if (terminal->store == NULL)
        fail_msg("%s", last_error.text);
    store_script(terminal->store, "PRAGMA synchronous = OFF", NULL);
}

static void history_init(struct history *history, uint64_t seed)
{
    *history = (struct history){.seed = seed, .arena = arena_new()};
    centre_model_open(&history->centre, seed);
    for (int i = 0; i < CENTRE_STORES; i++) {
        struct terminal *terminal = &history->terminals[i];
        scratch_init(&terminal->scratch);
        terminal->scratch.clock.seed = seed * 10 + (uint64_t)i;
        copy_file(template.store, terminal->scratch.store);
        open_store(terminal);
        terminal->mirror = centre_mirror();
        centre_copy(&history->centre, terminal->mirror);
    }
}

static void history_done(struct history *history)
{
    for (int i = 0; i < CENTRE_STORES; i++) {
        store_close(history->terminals[i].store);
        sqlite3_close(history->terminals[i].mirror);
        scratch_done(&history->terminals[i].scratch);
    }
    centre_model_close(&history->centre);
    arena_free(history->arena);
}

/* What the terminal's own people made stays to be seen once the centre has taken it, also between
 * the parts of a pull: as long as nobody deletes it. */
static void check_own_rows(struct history *history, struct terminal *terminal)
{
    struct statement *row = store_prepare(
        terminal->store,
        "SELECT n.value ->> 'table', n.value ->> 'id' FROM journal AS j, json_each(j.payload,"
        " '$.rows') AS n WHERE j.state IN ('applied', 'merged') AND n.value ->> 'verb' = 'insert'"
        " AND n.value ->> 'table' LIKE 'h!_%' ESCAPE '!' AND NOT EXISTS (SELECT 1 FROM op_rows AS r"
        " WHERE r.table_name = n.value ->> 'table' AND r.verb = 'delete' AND lower(hex(r.row_id)) ="
        " replace(n.value ->> 'id', '-', ''))",
        &last_error);
    while (statement_step(row, &last_error) > 0) {
        const char *sql = arena_format(history->arena,
                                       "SELECT count(*) FROM %s WHERE lower(hex(id)) ="
                                       " replace('%s', '-', '')",
                                       statement_text(row, 0), statement_text(row, 1));
        expect(history, centre_integer(history->centre.db, sql) == 0 || number(terminal, sql) == 1,
               "%s %s was taken and is not to be seen", statement_text(row, 0),
               statement_text(row, 1));
    }
    statement_done(row);
}

static void check_overlay(struct history *history, struct terminal *terminal)
{
    static const struct {
        const char *what, *sql;
    } rules[] = {
        {"references that lead nowhere", "SELECT count(*) FROM pragma_foreign_key_check"},
        {"shown operations that need a hidden one",
         "SELECT count(*) FROM op_deps AS d JOIN outbox AS a ON a.seq = d.seq JOIN outbox AS b ON"
         " b.seq = d.needs_seq WHERE a.is_hidden IS FALSE AND b.is_hidden IS TRUE"},
        {"shown operations that need a refused one",
         "SELECT count(*) FROM outbox AS o, json_each(o.payload, '$.needs') AS n JOIN journal AS j"
         " ON lower(hex(j.id)) = replace(n.value, '-', '') WHERE o.is_hidden IS FALSE AND j.state"
         " IN ('refused', 'conflict') AND EXISTS (SELECT 1 FROM op_rows WHERE seq = o.seq)"},
        {"pending rows without a base",
         "SELECT count(*) FROM op_rows AS r WHERE NOT EXISTS (SELECT 1 FROM base_rows AS b WHERE"
         " b.table_name = r.table_name AND b.row_id = r.row_id)"},
        {"bases of nothing",
         "SELECT count(*) FROM base_rows AS b WHERE is_waiting IS FALSE AND NOT EXISTS (SELECT 1"
         " FROM op_rows AS r WHERE b.table_name = r.table_name AND b.row_id = r.row_id)"},
        {"rows of operations that are over",
         "SELECT count(*) FROM op_rows WHERE seq NOT IN (SELECT seq FROM outbox)"},
        {"operations in two places",
         "SELECT count(*) FROM outbox WHERE seq IN (SELECT seq FROM journal) OR id IN (SELECT id"
         " FROM journal)"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        expect(history, number(terminal, rules[i].sql) == 0, "there are %s", rules[i].what);
    expect(history, derived_check(terminal->store, NULL, NULL, &last_error) == 0,
           "sums are not what their rows say");
    check_own_rows(history, terminal);
    if (terminal->is_partial)
        return;
    expect(history, number(terminal, "SELECT count(*) FROM base_rows WHERE is_waiting") == 0,
           "a row of the centre waits");
    arena_reset(history->arena);
    const char *wrong = centre_compare(terminal->mirror, terminal->store, history->arena);
    expect(history, wrong == NULL, "%s", wrong);
}

/* What a person does; %d is a small random number, RACK and ITEM a row that is visible. */
#define RACK                                                                                       \
    "(SELECT id FROM h_racks ORDER BY id LIMIT 1 OFFSET %d %% max(1, (SELECT count(*) FROM "       \
    "h_racks)))"
#define ITEM                                                                                       \
    "(SELECT id FROM h_items ORDER BY id LIMIT 1 OFFSET %d %% max(1, (SELECT count(*) FROM "       \
    "h_items)))"
#define TENANT "(SELECT id FROM tenants)"
#define NEW_RACK                                                                                   \
    "INSERT INTO h_racks (id, tenant_id, name, code) VALUES (uuidv7(), " TENANT ", 'N%d', 'C%d')"
#define NEW_CHILD                                                                                  \
    "INSERT INTO h_racks (id, tenant_id, name, parent_id) SELECT uuidv7(), " TENANT                \
    ", 'N%d', id FROM h_racks WHERE id = " RACK
#define NEW_ITEM                                                                                   \
    "INSERT INTO h_items (id, tenant_id, rack_id, sku, facts) SELECT uuidv7(), " TENANT            \
    ", id, 's%d', '{\"n\":%d}' FROM h_racks WHERE id = " RACK
#define NEW_MOVE                                                                                   \
    "INSERT INTO h_moves (id, tenant_id, item_id, amount) SELECT uuidv7(), " TENANT                \
    ", id, %d FROM h_items WHERE id = " ITEM

static const char *const deeds[] = {
    NEW_RACK,
    NEW_RACK ";" NEW_ITEM ";" NEW_MOVE,
    NEW_CHILD,
    NEW_ITEM,
    NEW_ITEM ";" NEW_MOVE ";" NEW_MOVE,
    NEW_MOVE,
    NEW_MOVE,
    "UPDATE h_racks SET name = 'N%d' WHERE id = " RACK,
    "UPDATE h_racks SET code = 'c%d' WHERE id = " RACK,
    "UPDATE h_racks SET low = %d - 3 WHERE id = " RACK,
    "UPDATE h_racks SET high = %d + 3 WHERE id = " RACK,
    "UPDATE h_racks SET parent_id = " RACK " WHERE id = " RACK,
    "UPDATE h_racks SET deleted_at = 5 WHERE id = " RACK,
    "UPDATE h_racks SET deleted_at = NULL WHERE id = " RACK,
    "DELETE FROM h_racks WHERE id = " RACK,
    "UPDATE h_items SET rack_id = " RACK " WHERE id = " ITEM,
    "UPDATE h_items SET spare_id = " RACK " WHERE id = " ITEM,
    "UPDATE h_items SET sku = 's%d' WHERE id = " ITEM,
    "UPDATE h_items SET pieces = %d WHERE id = " ITEM,
    "UPDATE h_items SET pieces = %d, facts = '{\"n\":%d}' WHERE id = " ITEM
    ";UPDATE h_racks SET name = 'N%d' WHERE id = " RACK,
    "DELETE FROM h_items WHERE id = " ITEM,
    "DELETE FROM h_items WHERE id = " ITEM ";DELETE FROM h_racks WHERE id = " RACK ";" NEW_RACK,
};

static const char *fill_in(struct history *history, const char *deed)
{
    struct buffer sql;
    buffer_init(&sql);
    for (; *deed != '\0'; deed++) {
        if (*deed == '%' && deed[1] == 'd')
            buffer_format(&sql, "%d", (int)chance(history, 6));
        else if (*deed == '%')
            buffer_add_char(&sql, '%');
        else
            buffer_add_char(&sql, *deed);
        deed += *deed == '%';
    }
    const char *text = arena_text(history->arena, sql.text);
    buffer_done(&sql);
    return text;
}

/* Works, or is forbidden by the store's own rules and leaves nothing. */
static void act(struct history *history, struct terminal *terminal)
{
    struct actor anna = {.user_id = {{1}}, .name = "Anna"};
    const char *sql = fill_in(history, deeds[chance(history, sizeof deeds / sizeof deeds[0])]);
    struct operation *operation =
        operation_begin(terminal->store, "record.edit", &anna, &last_error);
    expect(history, operation != NULL, "%s", last_error.text);
    if (store_script(terminal->store, sql, NULL))
        history->done += operation_commit(operation, NULL);
    else
        operation_cancel(operation);
}

/* Operations reach the centre one after the other, until the line breaks. */
static void push(struct history *history, struct terminal *terminal, int limit)
{
    struct statement *row =
        store_prepare(terminal->store,
                      "SELECT id, payload FROM outbox WHERE state = 'waiting' ORDER BY seq", NULL);
    while (limit-- > 0 && statement_step(row, &last_error) > 0) {
        struct uuid id;
        char text[UUID_TEXT_SIZE];
        statement_uuid(row, 0, &id);
        uuid_text(&id, text);
        assert_true(store_run(terminal->store,
                              "UPDATE outbox SET attempts = attempts + 1 WHERE id"
                              " = ?1",
                              &last_error, "u", &id));
        if (limit > 0 || chance(history, 2) == 0)
            centre_take(&history->centre, terminal->store, text, statement_text(row, 1));
    }
    statement_done(row);
}

static int points_left;

static void count_points(void *context, const char *name)
{
    (void)context, (void)name;
    if (points_left-- == 0)
        _exit(KILLED);
}

static void pull_here(struct history *history, struct terminal *terminal)
{
    struct pull_report report;
    struct pull *pull =
        centre_gather(&history->centre, terminal->store,
                      number(terminal, "SELECT value FROM sync_state WHERE name = 'cursor'"));
    expect(history, pull_finish(pull, &report, &last_error), "%s", last_error.text);
    history->parked += (int)report.parked;
    terminal->is_partial = false;
    centre_copy(&history->centre, terminal->mirror);
}

/* In a child, which ends at one of the steps. */
static void pull_and_die(struct history *history, struct terminal *terminal)
{
    store_close(terminal->store);
    points_left = (int)chance(history, 6);
    terminal->scratch.clock.seed = chance(history, UINT64_MAX); /* of the child, then of this one */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        terminal->scratch.env.point = count_points;
        open_store(terminal);
        pull_here(history, terminal);
        store_close(terminal->store);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    expect(history,
           WIFEXITED(status) && (WEXITSTATUS(status) == KILLED || WEXITSTATUS(status) == 0),
           "a pull in a child failed");
    terminal->scratch.clock.seed = chance(history, UINT64_MAX);
    open_store(terminal);
    history->kills += WEXITSTATUS(status) == KILLED;
    terminal->is_partial = true;
}

static void take_back(struct history *history, struct terminal *terminal)
{
    struct journal_undo done = {.summary = "edit"};
    struct statement *row = store_prepare(terminal->store,
                                          "SELECT seq FROM outbox WHERE attempts = 0 AND state ="
                                          " 'waiting' ORDER BY seq LIMIT 1 OFFSET ?1",
                                          NULL);
    statement_bind_integer(row, 1, (int64_t)chance(history, 5));
    if (statement_step(row, &last_error) > 0)
        done.seq = statement_integer(row, 0);
    statement_done(row);
    if (done.seq == 0)
        return;
    assert_true(store_begin(terminal->store, &last_error));
    int state = pending_withdraw(terminal->store, &done, &last_error);
    expect(history, state >= 0, "%s", last_error.text);
    history->withdrawn += state;
    expect(history, store_commit(terminal->store, &last_error), "%s", last_error.text);
}

static void set_aside(struct history *history, struct terminal *terminal)
{
    struct uuid id;
    struct statement *row = store_prepare(
        terminal->store,
        "SELECT id FROM outbox WHERE state = 'waiting' AND attempts = 0 ORDER BY seq", NULL);
    int found = statement_step(row, &last_error);
    statement_uuid(row, 0, &id);
    statement_done(row);
    if (found == 0)
        return;
    assert_true(store_begin(terminal->store, &last_error));
    expect(history, overlay_set_aside(terminal->store, &id, "it broke the line", &last_error), "%s",
           last_error.text);
    assert_true(store_commit(terminal->store, &last_error));
}

static void send_again(struct history *history, struct terminal *terminal)
{
    int64_t newest = operation_newest(terminal->store);
    expect(history,
           overlay_resend_from(terminal->store, newest - (int64_t)chance(history, 6), &last_error),
           "%s", last_error.text);
}

static void step(struct history *history)
{
    struct terminal *terminal = &history->terminals[chance(history, CENTRE_STORES)];
    uint64_t what = chance(history, 100);
    if (what < 50)
        act(history, terminal);
    else if (what < 57)
        push(history, terminal, 1 + (int)chance(history, 8));
    else if (what < 72)
        pull_here(history, terminal);
    else if (what < 78)
        pull_and_die(history, terminal);
    else if (what < 93)
        centre_change(&history->centre);
    else if (what < 97)
        take_back(history, terminal);
    else if (what < 99)
        send_again(history, terminal);
    else
        set_aside(history, terminal);
    check_overlay(history, terminal);
}

static void check_final_status(struct history *history, struct terminal *terminal)
{
    struct statement *row =
        store_prepare(terminal->store,
                      "SELECT id, state FROM journal WHERE state NOT IN ('alone', 'withdrawn')"
                      " UNION ALL SELECT id, state FROM outbox",
                      NULL);
    while (statement_step(row, &last_error) > 0) {
        struct uuid id;
        char text[UUID_TEXT_SIZE];
        statement_uuid(row, 0, &id);
        uuid_text(&id, text);
        const char *status = centre_status(&history->centre, text, history->arena);
        expect(history, status != NULL && strcmp(status, statement_text(row, 1)) == 0,
               "%s is %s here and %s at the centre", text, statement_text(row, 1),
               status != NULL ? status : "unknown");
    }
    statement_done(row);
}

static void come_to_rest(struct history *history)
{
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < CENTRE_STORES; i++) {
            struct terminal *terminal = &history->terminals[i];
            push(history, terminal, 1000);
            pull_here(history, terminal);
            check_overlay(history, terminal);
        }
    for (int i = 0; i < CENTRE_STORES; i++) {
        struct terminal *terminal = &history->terminals[i];
        expect(history,
               number(terminal, "SELECT count(*) FROM outbox WHERE state <> 'blocked'") == 0,
               "something was never answered");
        expect(history,
               number(terminal,
                      "SELECT count(*) FROM outbox WHERE is_hidden IS FALSE OR is_parked") == 0,
               "a blocked operation is shown");
        check_final_status(history, terminal);
    }
}

static void run(uint64_t seed, bool is_told)
{
    struct history history;
    history_init(&history, seed);
    for (history.step = 1; history.step <= STEPS; history.step++)
        step(&history);
    come_to_rest(&history);
    if (is_told)
        print_message("seed %llu: %d operations, %d parkings, %d withdrawals, %d kills\n",
                      (unsigned long long)seed, history.done, history.parked, history.withdrawn,
                      history.kills);
    history_done(&history);
}

static void test_histories(void **state)
{
    (void)state;
    const char *one = getenv("HISTORY_SEED"), *many = getenv("HISTORY_SEEDS");
    uint64_t first = one != NULL ? strtoull(one, NULL, 10) : 1;
    uint64_t count = one != NULL ? 1 : many != NULL ? strtoull(many, NULL, 10) : SEEDS;
    for (uint64_t seed = first; seed < first + count; seed++)
        run(seed, one != NULL || many != NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_histories)};
    return cmocka_run_group_tests(tests, make_template, remove_template);
}
