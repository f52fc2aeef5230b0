/* A bare loader, to hold the import against: the file is read and taken apart; then the rows that
 * an import made of it are read from its store and written into a new one with the same schema and
 * the same indexes standing, by prepared statements in one transaction, without operations, checks
 * or sums.
 *
 *   import_bare FILE.csv.xz FROM TO */
#include "model/import/import_input.h"
#include "model/store/store.h"
#include "tests/bench/measure.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const tables[] = {
    "customer_profiles", "products", "product_variants", "orders",          "order_items",
    "order_events",      "payments", "refunds",          "stock_movements",
};

static void need(sqlite3 *db, bool is_good)
{
    if (!is_good)
        give_up("%s", sqlite3_errmsg(db));
}

static sqlite3 *open_plain(const char *path)
{
    sqlite3 *db;
    need(NULL, sqlite3_open(path, &db) == SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    need(db, sqlite3_exec(db,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                          "PRAGMA cache_size = -8192",
                          NULL, NULL, NULL) == SQLITE_OK);
    return db;
}

static int64_t copy(sqlite3 *from, sqlite3 *to, const char *table)
{
    char sql[4096];
    sqlite3_stmt *rows, *insert;
    int64_t count = 0;
    snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY rowid", table);
    need(from, sqlite3_prepare_v2(from, sql, -1, &rows, NULL) == SQLITE_OK);
    int columns = sqlite3_column_count(rows);
    int size = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", table);
    for (int i = 1; i < columns; i++)
        size += snprintf(sql + size, sizeof sql - (size_t)size, ", ?");
    snprintf(sql + size, sizeof sql - (size_t)size, ")");
    need(to, sqlite3_prepare_v2(to, sql, -1, &insert, NULL) == SQLITE_OK);
    for (; sqlite3_step(rows) == SQLITE_ROW; count++) {
        for (int i = 0; i < columns; i++)
            sqlite3_bind_value(insert, i + 1, sqlite3_column_value(rows, i));
        need(to, sqlite3_step(insert) == SQLITE_DONE);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(rows);
    sqlite3_finalize(insert);
    return count;
}

static void read_file(const char *path)
{
    struct error err;
    struct csv_record record;
    enum csv_result result = CSV_RECORD;
    struct import_input *input = import_input_open(path, &err);
    if (input == NULL)
        give_up("%s", err.text);
    struct csv_reader *reader = csv_reader_new(import_input_csv(input), ',');
    while (result == CSV_RECORD || result == CSV_BAD)
        result = csv_reader_next(reader, &record, &err);
    if (result == CSV_FAILED)
        give_up("%s", err.text);
    csv_reader_free(reader);
    import_input_close(input);
}

int main(int argc, char **argv)
{
    struct error err;
    if (argc != 4)
        give_up("usage: import_bare FILE.csv.xz FROM TO");
    unlink(argv[3]);
    struct store *store = store_open(argv[3], STORE_CREATE, env_system(), &err);
    if (store == NULL)
        give_up("%s", err.text);
    store_close(store);
    sqlite3 *from = open_plain(argv[2]), *to = open_plain(argv[3]);
    int64_t began = measure_now(), rows = 0;
    read_file(argv[1]);
    need(to, sqlite3_exec(to, "BEGIN", NULL, NULL, NULL) == SQLITE_OK);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        rows += copy(from, to, tables[i]);
    need(to, sqlite3_exec(to, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    report_time("import-bare", measure_now() - began);
    report_count("import-bare-rows", rows, "rows");
    sqlite3_close(from);
    sqlite3_close(to);
    return 0;
}
