/* Measures an import, beside bare loaders in the same run. COMMAND is the import of FILE into the
 * store FROM. Each loader reads FILE and takes it apart; then the rows that the import made of it
 * are read from FROM and written into the new store TO with the same schema and the same indexes
 * standing, by prepared statements in one transaction, without operations and checks. One writes
 * what the import writes: triggers keep sums, levels and search, under the settings of the import.
 * The other writes the base rows alone.
 *
 *   bench_import FILE.csv.xz FROM TO COMMAND... */
#include "model/import/import_input.h"
#include "model/store/store_sql.h"
#include "tests/bench/measure.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const tables[] = {
    "customer_profiles", "products", "product_variants", "orders",          "order_items",
    "order_events",      "payments", "refunds",          "stock_movements", "import_map",
};

static void need(sqlite3 *db, bool is_good)
{
    if (!is_good)
        give_up("%s", sqlite3_errmsg(db));
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

static struct store *open_new(const char *path, struct error *err)
{
    unlink(path);
    struct store *store = store_open(path, STORE_CREATE, env_system(), err);
    if (store == NULL || !store_set_roomy(store, true, err) || /* as model/import/import.c does */
        !store_script(store, "PRAGMA foreign_keys = OFF", err))
        give_up("%s", err->text);
    store_set_capturing(store, true);
    return store;
}

static void load(char **paths, bool has_triggers, const char *name)
{
    struct error err;
    struct store *to = open_new(paths[2], &err);
    sqlite3 *from;
    need(NULL, sqlite3_open(paths[1], &from) == SQLITE_OK);
    store_set_triggers(to, has_triggers);
    int64_t began = measure_now(), work = measure_cpu(), rows = 0;
    read_file(paths[0]);
    need(store_sqlite(to), store_begin(to, &err));
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        rows += copy(from, store_sqlite(to), tables[i]);
    need(store_sqlite(to), store_commit(to, &err));
    char text[64];
    report_time(name, measure_now() - began);
    snprintf(text, sizeof text, "%s-cpu", name);
    report_time(text, measure_cpu() - work);
    snprintf(text, sizeof text, "%s-rows", name);
    report_count(text, rows, "rows");
    sqlite3_close(from);
    store_close(to);
}

static int64_t nanoseconds(struct timeval time)
{
    return time.tv_sec * INT64_C(1000000000) + time.tv_usec * INT64_C(1000);
}

static void run_import(char **command)
{
    struct rusage usage;
    int status;
    int64_t began = measure_now();
    pid_t child = fork();
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
        execvp(command[0], command);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0)
        give_up("the import failed");
    report_time("time", measure_now() - began);
    report_time("cpu", nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime));
    report_count("peak", usage.ru_maxrss, "kB");
}

int main(int argc, char **argv)
{
    if (argc < 5)
        give_up("usage: bench_import FILE.csv.xz FROM TO COMMAND...");
    run_import(argv + 4);
    load(argv + 1, true, "bare");
    load(argv + 1, false, "bare-base");
    return 0;
}
