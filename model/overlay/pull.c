#include "model/overlay/pull.h"

#include "model/overlay/pull_private.h"
#include "model/store/store_sql.h"

#include <stdlib.h>

enum { SLICE_ROWS = 4000 };

struct pull *pull_begin(struct store *store, struct error *err)
{
    if (store_in_transaction(store)) {
        error_set(err, ERROR_STORE,
                  "a pull was begun within a transaction: a fault of the program");
        return NULL;
    }
    struct pull *pull = memory_new(sizeof *pull);
    pull->store = store;
    pull->arena = arena_new();
    pull->slice_rows = SLICE_ROWS;
    if (staging_open(&pull->staging, store, err))
        return pull;
    pull_cancel(pull);
    return NULL;
}

void pull_cancel(struct pull *pull)
{
    if (pull == NULL)
        return;
    staging_done(&pull->staging);
    free(pull->answers);
    free(pull->values);
    arena_free(pull->arena);
    free(pull);
}

static void *with_room(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity > 0 ? *capacity * 2 : 16;
    return memory_resize(items, *capacity, size);
}

bool pull_answer(struct pull *pull, const struct centre_answer *answer, struct error *err)
{
    (void)err;
    pull->answers =
        with_room(pull->answers, pull->answer_count, &pull->answer_capacity, sizeof *pull->answers);
    struct centre_answer *kept = &pull->answers[pull->answer_count++];
    *kept = *answer;
    kept->reason = arena_text(pull->arena, answer->reason != NULL ? answer->reason : "");
    kept->result = arena_text(pull->arena, answer->result != NULL ? answer->result : "");
    return true;
}

bool pull_row(struct pull *pull, const struct table *table, const struct value *fields,
              struct error *err)
{
    return staging_add(&pull->staging, table, fields, err);
}

void pull_keep_column(struct pull *pull, const struct table *table, size_t column)
{
    size_t count = store_schema(pull->store)->table_count;
    if (pull->kept_columns == NULL)
        pull->kept_columns = arena_alloc(pull->arena, count * sizeof *pull->kept_columns);
    bool **kept = &pull->kept_columns[table->index];
    if (*kept == NULL)
        *kept = arena_alloc(pull->arena, table->column_count * sizeof **kept);
    (*kept)[column] = true;
}

bool pull_gone(struct pull *pull, const struct table *table, const struct uuid *id,
               struct error *err)
{
    return staging_add_gone(&pull->staging, table, id, err);
}

bool pull_whole_table(struct pull *pull, const struct table *table, struct error *err)
{
    (void)err;
    pull->staging.is_whole[table->index] = pull->staging.has_whole = true;
    return true;
}

bool pull_state(struct pull *pull, const char *name, const char *value, struct error *err)
{
    (void)err;
    pull->values =
        with_room(pull->values, pull->value_count, &pull->value_capacity, sizeof *pull->values);
    pull->values[pull->value_count++] = (struct pull_value){
        arena_text(pull->arena, name), value != NULL ? arena_text(pull->arena, value) : NULL};
    return true;
}

void pull_set_slice(struct pull *pull, int64_t rows)
{
    pull->slice_rows = rows;
}

bool pull_finish(struct pull *pull, struct pull_report *report, struct error *err)
{
    bool is_done = pull_apply(pull, err);
    if (report != NULL)
        *report = pull->report;
    pull_cancel(pull);
    return is_done;
}
