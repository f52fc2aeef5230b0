#include "model/base/memory.h"
#include "sync/central_copy.h"
#include "sync/row.h"
#include "sync/snapshot_private.h"

#include <stdlib.h>

enum { REPORT_ROWS = 2000 };

const char *const copy_head_names[HEAD] = {"cursor", "scope_version", "fingerprint"};

bool copy_keep_on(void *context)
{
    struct copy *copy = context;
    const struct snapshot_progress *progress = copy->progress;
    if (progress != NULL && progress->step != NULL && !copy->is_stopped)
        copy->is_stopped = !progress->step(progress->context, copy->what, copy->rows, copy->total);
    return !copy->is_stopped;
}

bool copy_stopped(struct error *err)
{
    return error_set(err, ERROR_STOPPED,
                     "the copy was stopped; it goes on when it is called again");
}

/* The moment that is copied: all tables are read in one transaction, and what was committed after
 * it comes with the first pull. A standby's snapshot knows no transactions that are under way, so
 * nothing may be taken from one (SYNC.md section 1). */
static bool read_head(struct copy *copy, struct error *err)
{
    struct pg_result *head = central_query(
        copy->central,
        "SELECT snapshot, scope_version, fingerprint, in_recovery FROM sync_pull_head(NULL)", 0,
        NULL, err);
    if (head == NULL)
        return false;
    bool is_standby = central_text(head, 0, HEAD)[0] == 't';
    for (int i = 0; i < HEAD; i++)
        copy->head[i] = memory_text(central_text(head, 0, i));
    central_clear(head);
    return !is_standby ||
           error_set(err, ERROR_NETWORK,
                     "the centre's address leads to its standby; use that of the primary server");
}

static bool read_total(struct copy *copy, struct error *err)
{
    struct pg_result *rows =
        central_query(copy->central, "SELECT table_name, rows FROM sync_estimate()", 0, NULL, err);
    for (int i = 0; rows != NULL && i < central_rows(rows); i++)
        if (hold_find(&copy->hold, central_text(rows, i, 0)) != NULL)
            copy->total += strtoll(central_text(rows, i, 1), NULL, 10);
    central_clear(rows);
    return rows != NULL;
}

bool copy_begin(struct copy *copy, struct error *err)
{
    copy->words = arena_new();
    copy->what = "";
    /* How long a table takes is for the line to say. */
    copy->is_reading = central_run(copy->central,
                                   "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                                   " SET LOCAL statement_timeout = 0",
                                   err);
    if (!copy->is_reading || !read_head(copy, err) ||
        !hold_read(&copy->hold, copy->store, copy->central, err) || !read_total(copy, err))
        return false;
    size_t most = 0;
    for (size_t i = 0; i < copy->hold.count; i++)
        if (copy->hold.tables[i].table->column_count > most)
            most = copy->hold.tables[i].table->column_count;
    copy->fields = memory_resize(NULL, most + 1, sizeof *copy->fields);
    copy->values = memory_resize(NULL, most + 1, sizeof *copy->values);
    return true;
}

void copy_release(struct copy *copy)
{
    if (copy->is_reading)
        central_run(copy->central, "ROLLBACK", NULL);
    copy->is_reading = false;
}

void copy_done(struct copy *copy)
{
    copy_release(copy);
    for (int i = 0; i < HEAD; i++)
        free(copy->head[i]);
    hold_done(&copy->hold);
    arena_free(copy->words);
    free(copy->fields);
    free(copy->values);
}

static bool read_row(struct copy *copy, const struct hold_table *held, struct error *err)
{
    arena_reset(copy->words);
    for (size_t i = 0; i < held->count; i++)
        if (!field_read(&held->table->columns[held->columns[i]], copy->fields[i].bytes,
                        copy->fields[i].size, copy->words, &copy->values[i], err))
            return error_prefix(err, "%s", held->table->label);
    return true;
}

bool copy_table(struct copy *copy, const struct hold_table *held, copy_take *take, void *context,
                struct error *err)
{
    char *sql = arena_format(copy->words, "COPY (SELECT %s FROM \"%s\") TO STDOUT (FORMAT binary)",
                             held->list, held->table->name);
    copy->what = held->table->label;
    if (!copy_keep_on(copy))
        return copy_stopped(err);
    struct central_copy *rows = central_copy_begin(copy->central, sql, copy_keep_on, copy, err);
    if (rows == NULL)
        return false;
    int state;
    while ((state = central_copy_row(rows, copy->fields, held->count, err)) > 0) {
        if (!read_row(copy, held, err) || !take(copy, held, context, err) ||
            (++copy->rows % REPORT_ROWS == 0 && !copy_keep_on(copy)))
            break;
    }
    central_copy_end(rows);
    copy->is_reading = state == 0; /* else the rest of its rows would be waited for */
    return state == 0 || (copy->is_stopped && copy_stopped(err));
}
