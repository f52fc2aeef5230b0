#include "model/list/export.h"

#include "model/base/csv.h"
#include "model/list/export_cell.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

enum { PIECE_SIZE = 64 * 1024, ROWS_BETWEEN_PROGRESS = 1000, REAL_DIGITS = 15 };

struct run {
    const struct export_job *job;
    const struct query_field **fields;
    const char **names; /* as query_each() wants them */
    const char **keys;  /* of JSON */
    size_t count;
    bool has_currency; /* JSON: amounts need one, and no field gives it */
    struct arena *cells;
    struct buffer piece;
    int64_t rows;
    export_write *write;
    void *context;
    bool has_failed;
    struct error *err;
};

static bool flush(struct run *run)
{
    bool ok = run->write(run->context, run->piece.text, run->piece.size, run->err);
    buffer_clear(&run->piece);
    run->has_failed = run->has_failed || !ok;
    return ok;
}

static char separator(const struct run *run)
{
    return run->job->format == EXPORT_TSV ? '\t' : ',';
}

static void add_field(struct run *run, const char *text, size_t size)
{
    if (run->job->format == EXPORT_TSV)
        buffer_add_bytes(&run->piece, text, size);
    else
        csv_add_field(&run->piece, text, size, separator(run));
}

static void end_line(struct run *run)
{
    buffer_add(&run->piece, run->job->format == EXPORT_TSV ? "\n" : "\r\n");
}

static void add_heading(struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        if (i > 0)
            buffer_add_char(&run->piece, separator(run));
        add_field(run, run->names[i], strlen(run->names[i]));
    }
    end_line(run);
}

static void add_line(struct run *run, const struct query_row *row)
{
    struct export_cell_style style = {run->job->zone, run->job->format == EXPORT_TSV,
                                      !run->job->has_raw_formulas};
    for (size_t i = 0; i < run->count; i++) {
        if (i > 0)
            buffer_add_char(&run->piece, separator(run));
        const char *text =
            export_cell_text(run->fields[i], row->values[i], row->currency, &style, run->cells);
        add_field(run, text, strlen(text));
    }
    end_line(run);
}

static void add_object(struct run *run, const struct query_row *row)
{
    json_t *object = json_object();
    char id[UUID_TEXT_SIZE];
    uuid_text(&row->id, id);
    json_object_set_new(object, "id", json_string(id));
    for (size_t i = 0; i < run->count; i++)
        json_object_set_new(object, run->keys[i],
                            export_cell_json(run->fields[i], row->values[i], run->cells));
    if (run->has_currency)
        json_object_set_new(object, "currency",
                            json_string(export_clean(row->currency, run->cells)));
    char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));
    buffer_add(&run->piece, run->rows > 0 ? ",\n" : "\n");
    buffer_add(&run->piece, text != NULL ? export_clean(text, run->cells) : "null");
    free(text);
    json_decref(object);
}

static bool add_row(void *context, const struct query_row *row)
{
    struct run *run = context;
    if (run->job->format == EXPORT_JSON)
        add_object(run, row);
    else
        add_line(run, row);
    arena_reset(run->cells);
    run->rows++;
    bool is_time = run->job->progress != NULL && run->rows % ROWS_BETWEEN_PROGRESS == 0;
    if (is_time && !run->job->progress(run->job->context, run->rows)) {
        run->has_failed = true;
        return error_set(run->err, ERROR_STOPPED, "the export was stopped after %lld rows",
                         (long long)run->rows);
    }
    return (run->piece.size < PIECE_SIZE || flush(run)) && run->rows != run->job->limit;
}

static bool resolve_fields(struct run *run, struct arena *arena)
{
    const struct export_job *job = run->job;
    const struct query_source *source = job->query->source;
    run->count = job->fields != NULL ? job->field_count : source->field_count;
    run->fields = arena_alloc(arena, run->count * sizeof(struct query_field *));
    run->names = arena_alloc(arena, run->count * sizeof *run->names);
    run->keys = arena_alloc(arena, run->count * sizeof *run->keys);
    bool has_amount = false, has_field = false;
    for (size_t i = 0; i < run->count; i++) {
        const char *name = job->fields != NULL ? job->fields[i] : source->fields[i].name;
        const struct query_field *field = query_field(source, name);
        if (field == NULL)
            return error_set(run->err, ERROR_INPUT, "the list of %s has no field '%s'",
                             source->name, name);
        run->fields[i] = field;
        run->names[i] = field->name;
        run->keys[i] = export_key(field, arena);
        has_amount = has_amount || field->unit == UNIT_CENTS;
        has_field = has_field || strcmp(field->name, "currency") == 0;
    }
    run->has_currency = has_amount && !has_field && source->currency != NULL;
    return true;
}

static bool run_all(struct store *store, struct run *run)
{
    bool is_json = run->job->format == EXPORT_JSON;
    if (is_json)
        buffer_add(&run->piece, "[");
    else if (!run->job->has_no_heading)
        add_heading(run);
    if (!query_each(store, run->job->query, run->names, run->count, add_row, run, run->err) ||
        run->has_failed)
        return false;
    if (is_json)
        buffer_add(&run->piece, "\n]\n");
    return flush(run);
}

int64_t export_run(struct store *store, const struct export_job *job, export_write *write,
                   void *context, struct error *err)
{
    struct arena *arena = arena_new();
    struct run run = {.job = job, .write = write, .context = context, .err = err};
    run.cells = arena_new();
    buffer_init(&run.piece);
    bool ok = resolve_fields(&run, arena) && run_all(store, &run);
    buffer_done(&run.piece);
    arena_free(run.cells);
    arena_free(arena);
    return ok ? run.rows : -1;
}
