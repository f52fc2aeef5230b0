#include "model/import/import_products.h"

#include "model/base/private_file.h"
#include "model/import/import_input.h"
#include "model/import/import_product_row.h"
#include "model/import/import_reject.h"
#include "model/operation/operation_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct run {
    struct store *store;
    const struct import_products_options *options;
    struct import_products_result *result;
    struct import_input *input;
    struct csv_reader *reader;
    struct product_rows *rows;
    struct buffer rejects; /* as the file will be; empty: none */
    struct uuid group;
};

static void add_reject(struct run *run, const struct csv_record *record, const char *reason)
{
    if (run->rejects.size == 0)
        buffer_format(&run->rejects, "%s,%s,%s\n", product_rows_heading(run->rows),
                      PRODUCT_ROWS_LINE, PRODUCT_ROWS_REASON);
    for (size_t i = 0; i < product_rows_columns(run->rows); i++) {
        const char *text = i < record->count ? record->fields[i].text : "";
        csv_add_field(&run->rejects, text, i < record->count ? record->fields[i].size : 0, ',');
        buffer_add_char(&run->rejects, ',');
    }
    buffer_format(&run->rejects, "%" PRId64 ",", record->line);
    csv_add_field(&run->rejects, reason, strlen(reason), ',');
    buffer_add_char(&run->rejects, '\n');
    run->result->rejected++;
}

/* One row, taken back alone where it can't be taken. False: the store failed. */
static bool take_row(struct run *run, struct operation *operation, const struct csv_record *record,
                     struct error *err)
{
    struct error why = {0};
    run->result->rows++;
    if (!store_script(run->store, "SAVEPOINT product", err))
        return false;
    int state = product_rows_write(run->rows, operation, record, &why);
    run->result->made += state == PRODUCT_ROW_MADE;
    run->result->changed += state == PRODUCT_ROW_CHANGED;
    run->result->same += state == PRODUCT_ROW_SAME;
    if (state < 0 && (why.code == ERROR_STORE || why.code == ERROR_BUSY)) {
        if (err != NULL)
            *err = why;
        return false;
    }
    if (state < 0)
        add_reject(run, record, why.text);
    return store_script(
        run->store, state < 0 ? "ROLLBACK TO product; RELEASE product" : "RELEASE product", err);
}

/* Rows up to the end of a batch: 1 there may be more, 0 the file ended, -1 failed. */
static int take_rows(struct run *run, struct operation *operation, struct error *err)
{
    for (int i = 0; i < IMPORT_PRODUCTS_BATCH; i++) {
        struct csv_record record;
        struct error why = {0};
        enum csv_result state = csv_reader_next(run->reader, &record, &why);
        if (state == CSV_END)
            return 0;
        if (state == CSV_FAILED) {
            if (err != NULL)
                *err = why;
            return -1;
        }
        if (state == CSV_BAD) {
            run->result->rows++;
            add_reject(run, &(struct csv_record){.line = record.line}, why.text);
        } else if (!take_row(run, operation, &record, err)) {
            return -1;
        }
    }
    return 1;
}

static int take_batch(struct run *run, const struct actor *actor, struct error *err)
{
    const char *name = strrchr(run->options->path, '/');
    int64_t before = run->result->made + run->result->changed;
    if (!store_begin(run->store, err))
        return -1;
    struct operation *operation = operation_join(run->store, "product.import", actor, err);
    int state = operation != NULL ? take_rows(run, operation, err) : -1;
    if (state >= 0) {
        operation_set_group(operation, &run->group);
        operation_describe(operation, "%" PRId64 " products from %s",
                           run->result->made + run->result->changed - before,
                           name != NULL ? name + 1 : run->options->path);
        state = operation_commit(operation, err) ? state : -1;
    } else {
        operation_cancel(operation);
    }
    if (state < 0)
        store_rollback(run->store);
    else if (!store_commit(run->store, err))
        state = -1;
    return state;
}

static bool take_all(struct run *run, const struct actor *actor, struct error *err)
{
    int state = 1;
    while (state > 0) {
        const struct import_products_options *options = run->options;
        if (options->stopped != NULL && options->stopped(options->context)) {
            run->result->is_stopped = true;
            return true;
        }
        state = take_batch(run, actor, err);
        if (options->progress != NULL && state >= 0)
            options->progress(options->context, run->result->rows, import_input_read(run->input),
                              import_input_size(run->input));
    }
    return state == 0;
}

static bool open_file(struct run *run, struct error *err)
{
    struct csv_record heading;
    run->input = import_input_open(run->options->path, err);
    if (run->input == NULL)
        return false;
    run->reader = csv_reader_new(import_input_csv(run->input), ',');
    enum csv_result state = csv_reader_next(run->reader, &heading, err);
    if (state == CSV_END)
        error_set(err, ERROR_INPUT, "%s is empty; its first line must name the fields",
                  run->options->path);
    run->rows = state == CSV_RECORD ? product_rows_new(run->store, &heading, err) : NULL;
    return run->rows != NULL;
}

static bool write_rejects(struct run *run, struct error *err)
{
    char *beside = import_reject_path(run->options->path);
    bool is_done =
        run->rejects.size == 0 ||
        private_file_write(run->options->rejected != NULL ? run->options->rejected : beside,
                           run->rejects.text, err);
    free(beside);
    return is_done;
}

bool import_products(struct store *store, const struct actor *actor,
                     const struct import_products_options *options,
                     struct import_products_result *out, struct error *err)
{
    *out = (struct import_products_result){0};
    if (!actor_may(store, actor, "catalog.edit", err) ||
        !actor_may(store, actor, "import.run", err))
        return false;
    struct run run = {
        .store = store, .options = options, .result = out, .group = uuid_v7(store_env(store))};
    buffer_init(&run.rejects);
    bool is_done = open_file(&run, err) && take_all(&run, actor, err) && write_rejects(&run, err);
    product_rows_free(run.rows);
    csv_reader_free(run.reader);
    import_input_close(run.input);
    buffer_done(&run.rejects);
    return is_done;
}
