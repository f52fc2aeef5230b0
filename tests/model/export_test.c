#include "model/list/export.h"
#include "tests/model/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

static const char schema_sql[] =
    "CREATE TABLE things (id UUID PRIMARY KEY NOT NULL, name TEXT, price_cents BIGINT,"
    " currency CHAR(3), stock_milli BIGINT, tax_bp INTEGER, pieces INTEGER, is_new BOOLEAN,"
    " seen_at TIMESTAMPTZ, day DATE, facts JSONB, photo BYTEA);"
    "INSERT INTO things VALUES"
    " (x'000000000000000000000000000000a1', 'Latex, white \"10\"' || char(13, 10) || 'new', 123450,"
    "  'EUR', 750, 1250, -3, 1, 1790000000123456, '2026-09-21', '{\"b\":[1,2.1]}', x'00FF10'),"
    " (x'000000000000000000000000000000a2', '=1+1', 500, 'JPY', -1000, 0, 0, 0, 0, NULL, 'broken',"
    "  x''),"
    " (x'000000000000000000000000000000a3', NULL, NULL, 'KWD', NULL, NULL, NULL, NULL, NULL, NULL,"
    "  NULL, NULL);";

static const struct query_field fields[] = {
    {.name = "name", .label = "Name", .sql = "t.name", .type = COLUMN_TEXT},
    {.name = "price",
     .label = "Price",
     .sql = "t.price_cents",
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS},
    {.name = "stock",
     .label = "Stock",
     .sql = "t.stock_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI},
    {.name = "tax",
     .label = "Tax",
     .sql = "t.tax_bp",
     .type = COLUMN_INTEGER,
     .unit = UNIT_BASIS_POINTS},
    {.name = "pieces", .label = "Pieces", .sql = "t.pieces", .type = COLUMN_INTEGER},
    {.name = "new", .label = "New", .sql = "t.is_new", .type = COLUMN_BOOLEAN},
    {.name = "seen", .label = "Seen", .sql = "t.seen_at", .type = COLUMN_INSTANT},
    {.name = "day", .label = "Day", .sql = "t.day", .type = COLUMN_DATE},
    {.name = "facts", .label = "Facts", .sql = "t.facts", .type = COLUMN_JSON},
    {.name = "photo", .label = "Photo", .sql = "t.photo", .type = COLUMN_BYTES},
    {.name = "id", .label = "Id", .sql = "t.id", .type = COLUMN_UUID, .is_sortable = true},
};
static const struct query_source source = {.name = "things",
                                           .from = "things t",
                                           .id = "t.id",
                                           .currency = "t.currency",
                                           .fields = fields,
                                           .field_count = sizeof fields / sizeof fields[0],
                                           .sort = "id"};

struct bench {
    struct scratch scratch;
    struct store *store;
    struct query query;
    struct export_job job;
    struct buffer out;
    struct arena *arena;
    struct error err;
};

static int start(void **state)
{
    struct bench *bench = memory_new(sizeof *bench);
    scratch_init(&bench->scratch);
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "%s%s", scratch_base_sql, schema_sql);
    bench->store = scratch_store(&bench->scratch, sql.text);
    buffer_done(&sql);
    bench->query = (struct query){.source = &source};
    bench->job = (struct export_job){.query = &bench->query, .zone = "Europe/Berlin"};
    buffer_init(&bench->out);
    bench->arena = arena_new();
    *state = bench;
    return 0;
}

static int end(void **state)
{
    struct bench *bench = *state;
    store_close(bench->store);
    scratch_done(&bench->scratch);
    buffer_done(&bench->out);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

static const char *export(struct bench *bench, enum export_format format, int64_t rows)
{
    buffer_clear(&bench->out);
    bench->job.format = format;
    int64_t count = export_to_memory(bench->store, &bench->job, &bench->out, &bench->err);
    if (count != rows)
        fail_msg("%lld rows: %s", (long long)count, count < 0 ? bench->err.text : "");
    return bench->out.text;
}

static void test_csv(void **state)
{
    assert_string_equal(
        export(*state, EXPORT_CSV, 3),
        "name,price,stock,tax,pieces,new,seen,day,facts,photo,id\r\n"
        "\"Latex, white \"\"10\"\"\r\nnew\",1234.50,0.75,12.5,-3,yes,2026-09-21 16:13:20,"
        "2026-09-21,\"{\"\"b\"\":[1,2.1]}\",AP8Q,00000000-0000-0000-0000-0000000000a1\r\n"
        "'=1+1,500,-1,0,0,no,1970-01-01 01:00:00,,broken,,00000000-0000-0000-0000-0000000000a2\r\n"
        ",,,,,,,,,,00000000-0000-0000-0000-0000000000a3\r\n");
}

static void test_tsv(void **state)
{
    struct bench *bench = *state;
    static const char *const names[] = {"name", "stock", "seen"};
    bench->job.fields = names;
    bench->job.field_count = 3;
    bench->job.zone = NULL;
    bench->job.has_raw_formulas = true;
    assert_string_equal(export(bench, EXPORT_TSV, 3),
                        "name\tstock\tseen\n"
                        "Latex, white \"10\"  new\t0.75\t2026-09-21T14:13:20.123456Z\n"
                        "=1+1\t-1\t1970-01-01T00:00:00.000000Z\n"
                        "\t\t\n");
}

static void test_json(void **state)
{
    struct bench *bench = *state;
    const char *text = export(bench, EXPORT_JSON, 3);
    json_error_t where;
    json_t *all = json_loads(text, 0, &where);
    if (all == NULL)
        fail_msg("%s in %s", where.text, text);
    assert_int_equal(json_array_size(all), 3);
    json_t *first = json_array_get(all, 0), *last = json_array_get(all, 2);
    assert_string_equal(json_string_value(json_object_get(first, "id")),
                        "00000000-0000-0000-0000-0000000000a1");
    assert_int_equal(json_integer_value(json_object_get(first, "price_cents")), 123450);
    assert_string_equal(json_string_value(json_object_get(first, "currency")), "EUR");
    assert_int_equal(json_integer_value(json_object_get(first, "stock_milli")), 750);
    assert_int_equal(json_integer_value(json_object_get(first, "tax_bp")), 1250);
    assert_true(json_is_true(json_object_get(first, "new")));
    assert_string_equal(json_string_value(json_object_get(first, "seen")),
                        "2026-09-21T14:13:20.123456Z");
    assert_true(json_is_array(json_object_get(json_object_get(first, "facts"), "b")));
    assert_non_null(strstr(text, "2.1]"));
    assert_string_equal(json_string_value(json_object_get(json_array_get(all, 1), "name")), "=1+1");
    assert_string_equal(json_string_value(json_object_get(json_array_get(all, 1), "facts")),
                        "broken");
    assert_true(json_is_null(json_object_get(last, "price_cents")));
    assert_true(json_is_null(json_object_get(last, "name")));
    json_decref(all);

    static const char *const names[] = {"name"};
    bench->job.fields = names;
    bench->job.field_count = 1;
    bench->query.filter =
        filter_parse(&source, "name:nothing", &bench->scratch.env, bench->arena, NULL, &bench->err);
    assert_string_equal(export(bench, EXPORT_JSON, 0), "[\n]\n");
    assert_string_equal(export(bench, EXPORT_CSV, 0), "name\r\n");
}

/* Texts that must not reach a terminal or a spreadsheet as they are. */
static void test_awkward_texts(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *text, *csv, *json;
    } rows[] = {
        {"\x1b[2J", "\xEF\xBF\xBD[2J", "\xEF\xBF\xBD[2J"},
        {"a\x7F\xC2\x9B"
         "b",
         "a\xEF\xBF\xBD\xEF\xBF\xBD"
         "b",
         "a\xEF\xBF\xBD\xEF\xBF\xBD"
         "b"},
        {"caf\xE9 x", "caf\xEF\xBF\xBD x", "caf\xEF\xBF\xBD x"},
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
         "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"+49 151", "'+49 151", "+49 151"},
        {"-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0", "-cmd|' /C calc'!A0"},
        {"@SUM(1;2)", "'@SUM(1;2)", "@SUM(1;2)"},
        {"\t=1", "'\t=1", "\\t=1"},
        {" x ", "\" x \"", " x "},
        {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7",
         "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7",
         "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7"},
    };
    static const char *const names[] = {"name"};
    bench->job.fields = names;
    bench->job.field_count = 1;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(store_run(bench->store, "DELETE FROM things", &bench->err, ""));
        assert_true(store_run(bench->store,
                              "INSERT INTO things (id, name) VALUES (zeroblob(16),"
                              " CAST(? AS TEXT))",
                              &bench->err, "v", value_bytes(rows[i].text, strlen(rows[i].text))));
        assert_string_equal(export(bench, EXPORT_CSV, 1),
                            arena_format(arena, "name\r\n%s\r\n", rows[i].csv));
        assert_string_equal(
            export(bench, EXPORT_JSON, 1),
            arena_format(
                arena, "[\n{\"id\":\"00000000-0000-0000-0000-000000000000\",\"name\":\"%s\"}\n]\n",
                rows[i].json));
    }
    arena_free(arena);
}

static size_t entries(const char *folder)
{
    size_t count = 0;
    DIR *open = opendir(folder);
    while (readdir(open) != NULL)
        count++;
    closedir(open);
    return count;
}

static void test_to_a_file(void **state)
{
    struct bench *bench = *state;
    char path[SCRATCH_PATH_SIZE + 16], other[SCRATCH_PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/out.csv", bench->scratch.folder);
    snprintf(other, sizeof other, "%s/none/out.csv", bench->scratch.folder);
    size_t before = entries(bench->scratch.folder);
    assert_int_equal(export_to_file(bench->store, &bench->job, path, &bench->err), 3);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777U, 0600);
    assert_int_equal((size_t)info.st_size, strlen(export(bench, EXPORT_CSV, 3)));
    assert_int_equal(entries(bench->scratch.folder), before + 1);

    assert_int_equal(export_to_file(bench->store, &bench->job, other, &bench->err), -1);
    assert_int_equal(bench->err.code, ERROR_SYSTEM);
    assert_non_null(strstr(bench->err.text, "none/out.csv can't be written"));

    /* A failed export leaves the file that was there, and nothing beside it. */
    bench->query.sort = "colour";
    assert_int_equal(export_to_file(bench->store, &bench->job, path, &bench->err), -1);
    struct stat later;
    assert_int_equal(stat(path, &later), 0);
    assert_int_equal(later.st_ino, info.st_ino);
    assert_int_equal(entries(bench->scratch.folder), before + 1);
}

static void test_a_closed_pipe(void **state)
{
    struct bench *bench = *state;
    int ends[2];
    void (*old)(int) = signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    assert_int_equal(export_to_descriptor(bench->store, &bench->job, ends[1], &bench->err), -1);
    assert_int_equal(bench->err.code, ERROR_STOPPED);
    close(ends[1]);
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_int_equal(export_to_descriptor(bench->store, &bench->job, full, &bench->err), -1);
    assert_int_equal(bench->err.code, ERROR_SYSTEM);
    close(full);
    signal(SIGPIPE, old);
}

static bool stop_at_2000(void *context, int64_t rows)
{
    *(int64_t *)context = rows;
    return rows < 2000;
}

static bool refuse_second(void *context, const char *bytes, size_t size, struct error *err)
{
    (void)bytes;
    (void)size;
    return ++*(int *)context < 2 || error_set(err, ERROR_SYSTEM, "no more");
}

static void test_large_ones_come_in_pieces_and_can_be_stopped(void **state)
{
    struct bench *bench = *state;
    assert_true(
        store_script(bench->store,
                     "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
                     " i < 20000) INSERT INTO things (id, name) SELECT uuidv7(), 'thing ' ||"
                     " i FROM n",
                     &bench->err));
    export(bench, EXPORT_CSV, 20003);
    int pieces = 0;
    assert_int_equal(export_run(bench->store, &bench->job, refuse_second, &pieces, &bench->err),
                     -1);
    assert_string_equal(bench->err.text, "no more");
    assert_int_equal(pieces, 2);
    int64_t heard = 0;
    bench->job.progress = stop_at_2000;
    bench->job.context = &heard;
    assert_int_equal(export_to_memory(bench->store, &bench->job, &bench->out, &bench->err), -1);
    assert_int_equal(bench->err.code, ERROR_STOPPED);
    assert_int_equal(heard, 2000);
}

static void test_unknown_fields(void **state)
{
    struct bench *bench = *state;
    static const char *const names[] = {"name", "colour"};
    bench->job.fields = names;
    bench->job.field_count = 2;
    assert_int_equal(export_to_memory(bench->store, &bench->job, &bench->out, &bench->err), -1);
    assert_string_equal(bench->err.text, "the list of things has no field 'colour'");
    assert_string_equal(bench->out.text, "");
}

#define each(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        each(test_csv),
        each(test_tsv),
        each(test_json),
        each(test_awkward_texts),
        each(test_to_a_file),
        each(test_a_closed_pipe),
        each(test_large_ones_come_in_pieces_and_can_be_stopped),
        each(test_unknown_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
