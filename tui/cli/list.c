#include "tui/cli/list.h"

#include "model/base/instant.h"
#include "model/list/export.h"
#include "model/list/export_cell.h"
#include "model/operation/record_hand.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/trail.h"

#include <string.h>

enum { FIELDS_SHOWN = 7 };

struct list {
    struct cli *cli;
    struct query query;
    const char **fields;
    size_t count;
    long long limit;
};

const struct table *list_table(struct cli *cli, struct error *err)
{
    const struct table *table = schema_table(store_schema(cli->store), cli->table);
    if (table == NULL)
        error_set(err, ERROR_NOT_FOUND,
                  "there is no table \"%s\"; `countertop records` lists what there is", cli->table);
    return table != NULL && record_may_read(cli->store, &cli->who, table, err) ? table : NULL;
}

/* The rows that were deleted softly instead of those that were not. */
static const struct query_source *of_deleted(const struct query_source *source,
                                             const struct table *table, struct arena *arena,
                                             struct error *err)
{
    if (!table->has_soft_delete) {
        error_set(err, ERROR_INPUT, "deleted rows of %s are gone for good", table->name);
        return NULL;
    }
    struct query_source *deleted = arena_alloc(arena, sizeof *deleted);
    *deleted = *source;
    deleted->where = "t.deleted_at IS NOT NULL";
    return deleted;
}

const struct query_source *list_source(struct cli *cli, struct error *err)
{
    if (cli->verb->source != NULL)
        return cli->verb->source;
    const struct table *table = list_table(cli, err);
    if (table == NULL)
        return NULL;
    const struct query_source *source = query_source_of_table(cli->store, table, cli->arena, err);
    return source != NULL && cli_flag(cli, "deleted") ? of_deleted(source, table, cli->arena, err)
                                                      : source;
}

static bool read_filter(struct list *list, struct error *err)
{
    struct filter_mistake mistake;
    struct cli *cli = list->cli;
    const char *text = cli_value(cli, "filter");
    if (text == NULL && cli->verb->base == NULL)
        return true;
    text = text != NULL ? text : "";
    if (cli->verb->base != NULL)
        text = arena_format(cli->arena, "%s %s", cli->verb->base(cli), text);
    list->query.filter =
        filter_parse(list->query.source, text, cli->env, cli->arena, &mistake, err);
    return list->query.filter != NULL ||
           error_prefix(err, "--filter, at \"%.*s\"", (int)mistake.length, text + mistake.start);
}

/* NULL with the fields that there are. */
static const struct query_field *find_field(const struct list *list, const char *name,
                                            struct error *err)
{
    const struct query_source *source = list->query.source;
    const struct query_field *field = query_field(source, name);
    struct buffer known;
    if (field != NULL)
        return field;
    buffer_init(&known);
    for (size_t i = 0; i < source->field_count; i++)
        buffer_format(&known, " %s", source->fields[i].name);
    error_set(err, ERROR_INPUT, "there is no field \"%s\"; there are:%s", name, known.text);
    buffer_done(&known);
    return NULL;
}

static bool read_sort(struct list *list, struct error *err)
{
    const char *sort = cli_value(list->cli, "sort");
    if (sort == NULL)
        return true;
    list->query.descending = sort[0] == '-';
    list->query.sort = sort + list->query.descending;
    return find_field(list, list->query.sort, err) != NULL || error_prefix(err, "--sort");
}

static bool add_field(struct list *list, const char *name, size_t size, struct error *err)
{
    const struct query_field *field =
        find_field(list, arena_bytes(list->cli->arena, name, size), err);
    if (field == NULL)
        return error_prefix(err, "--fields");
    list->fields[list->count++] = field->name;
    return true;
}

static bool split_fields(struct list *list, const char *names, const char *between,
                         struct error *err)
{
    list->fields = arena_alloc(list->cli->arena, (strlen(names) + 1) * sizeof *list->fields);
    while (*names != '\0') {
        size_t size = strcspn(names, between);
        if (size > 0 && !add_field(list, names, size, err))
            return false;
        names += size + strspn(names + size, between);
    }
    return list->count > 0 || error_set(err, ERROR_INPUT, "--fields names no field");
}

/* Of a table that nobody chose fields for: what names a row first, then the others in their order,
 * but no ids and documents. */
static void choose_fields(struct list *list, const struct table *table)
{
    const struct query_source *source = list->query.source;
    const struct column *title = table->title >= 0 ? &table->columns[table->title] : NULL;
    list->fields = arena_alloc(list->cli->arena, (source->field_count + 1) * sizeof *list->fields);
    list->fields[list->count++] = source->fields[0].name; /* the id, or the row's number */
    for (size_t i = 0; title != NULL && i < source->field_count; i++)
        if (source->fields[i].column == title && i > 0)
            list->fields[list->count++] = source->fields[i].name;
    for (size_t i = 1; i < source->field_count && list->count < FIELDS_SHOWN; i++) {
        const struct query_field *field = &source->fields[i];
        bool is_plain = field->column != title && field->type != COLUMN_UUID &&
                        field->type != COLUMN_JSON &&
                        (field->column == NULL || !field->column->is_system);
        if (is_plain)
            list->fields[list->count++] = field->name;
    }
}

static bool choose_all(struct list *list)
{
    const struct query_source *source = list->query.source;
    list->fields = arena_alloc(list->cli->arena, (source->field_count + 1) * sizeof *list->fields);
    for (size_t i = 0; i < source->field_count; i++)
        list->fields[list->count++] = source->fields[i].name;
    return true;
}

static bool read_fields(struct list *list, bool is_whole, struct error *err)
{
    struct cli *cli = list->cli;
    const char *names = cli_value(cli, "fields");
    if (names != NULL)
        return split_fields(list, names, ", ", err);
    if (is_whole)
        return choose_all(list);
    if (cli->verb->fields != NULL)
        return split_fields(list, cli->verb->fields, " ", err);
    choose_fields(list, schema_table(store_schema(cli->store), cli->table));
    return true;
}

static bool read_options(struct list *list, bool is_whole, struct error *err)
{
    list->query.source = list_source(list->cli, err);
    return list->query.source != NULL && read_filter(list, err) && read_sort(list, err) &&
           read_fields(list, is_whole, err) &&
           cli_whole(list->cli, "limit", 1, 0, &list->limit, err);
}

/* Rows on a terminal. */
struct lines {
    struct list *list;
    struct sheet sheet;
    const struct query_field **fields;
    const char **cells;
    struct arena *arena;
    long long count;
};

/* To the minute, as people read it; exports have the seconds. */
static const char *cell_text(const struct lines *lines, const struct query_row *row, size_t i)
{
    const struct query_field *field = lines->fields[i];
    const struct export_cell_style style = {.zone = lines->list->cli->env->zone,
                                            .is_one_line = true};
    if (field->type != COLUMN_INSTANT || row->values[i].kind != VALUE_INTEGER)
        return export_cell_text(field, row->values[i], row->currency, &style, lines->arena);
    char *text = arena_alloc(lines->arena, INSTANT_TEXT_SIZE);
    instant_format_local(row->values[i].integer, style.zone, text);
    return text;
}

static bool print_row(void *context, const struct query_row *row)
{
    struct lines *lines = context;
    for (size_t i = 0; i < lines->list->count; i++)
        lines->cells[i] = cell_text(lines, row, i);
    sheet_row(&lines->sheet, lines->cells);
    arena_reset(lines->arena);
    return ++lines->count != lines->list->limit && !ferror(lines->list->cli->out);
}

static bool print_columns(struct list *list, struct error *err)
{
    struct arena *arena = list->cli->arena;
    struct lines lines = {.list = list, .arena = arena_new()};
    struct sheet_column *columns = arena_alloc(arena, list->count * sizeof *columns);
    lines.fields = arena_alloc(arena, list->count * sizeof(struct query_field *));
    lines.cells = arena_alloc(arena, list->count * sizeof *lines.cells);
    for (size_t i = 0; i < list->count; i++) {
        lines.fields[i] = query_field(list->query.source, list->fields[i]);
        columns[i] = (struct sheet_column){.name = lines.fields[i]->name,
                                           .label = lines.fields[i]->label,
                                           .is_right = lines.fields[i]->type == COLUMN_INTEGER,
                                           .is_whole = i == 0};
    }
    sheet_init(&lines.sheet, list->cli, columns, list->count);
    bool is_done = query_each(list->cli->store, &list->query, list->fields, list->count, print_row,
                              &lines, err);
    sheet_done(&lines.sheet);
    arena_free(lines.arena);
    return is_done;
}

static bool write_piece(void *context, const char *bytes, size_t size, struct error *err)
{
    return print_bytes(context, bytes, size, err);
}

static struct export_job job_of(const struct list *list)
{
    static const enum export_format formats[] = {[CLI_TEXT] = EXPORT_TSV,
                                                 [CLI_JSON] = EXPORT_JSON,
                                                 [CLI_CSV] = EXPORT_CSV,
                                                 [CLI_TSV] = EXPORT_TSV};
    bool is_plain = list->cli->format == CLI_TEXT;
    return (struct export_job){.query = &list->query,
                               .fields = list->fields,
                               .field_count = list->count,
                               .format = formats[list->cli->format],
                               .zone = list->cli->env->zone,
                               .has_raw_formulas = is_plain || cli_flag(list->cli, "raw"),
                               .has_no_heading = is_plain,
                               .limit = list->limit};
}

bool list_run(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct list list = {.cli = cli};
    (void)argc;
    (void)argv;
    if (!read_options(&list, false, err))
        return false;
    if (cli->is_terminal && cli->format == CLI_TEXT)
        return print_columns(&list, err);
    const struct export_job job = job_of(&list);
    return export_run(cli->store, &job, write_piece, cli, err) >= 0;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t size = strlen(text), tail = strlen(ending);
    return size >= tail && strcmp(text + size - tail, ending) == 0;
}

static bool note_export(struct cli *cli, const char *path, struct error *err)
{
    const char *filter = cli_value(cli, "filter");
    return trail_note(cli, cli->store_path, "export",
                      arena_format(cli->arena, "%s to %s%s%s", cli->table,
                                   path != NULL ? path : "a pipe", filter != NULL ? ", only " : "",
                                   filter != NULL ? filter : ""),
                      err);
}

bool list_export(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct list list = {.cli = cli};
    const char *path = cli_value(cli, "output");
    (void)argc;
    (void)argv;
    if (cli->format == CLI_TEXT)
        cli->format = path != NULL && ends_with(path, ".json")  ? CLI_JSON
                      : path != NULL && ends_with(path, ".tsv") ? CLI_TSV
                                                                : CLI_CSV;
    const struct table *table = list_table(cli, err);
    if (table == NULL || !record_may_export(cli->store, &cli->who, table, err) ||
        !read_options(&list, true, err))
        return false;
    const struct export_job job = job_of(&list);
    if (!note_export(cli, path, err))
        return false;
    if (path == NULL)
        return export_run(cli->store, &job, write_piece, cli, err) >= 0;
    int64_t rows = export_to_file(cli->store, &job, path, err);
    if (rows >= 0)
        print_line(cli, "%lld %s of %s in %s", (long long)rows, rows == 1 ? "row" : "rows",
                   list.query.source->name, path);
    return rows >= 0;
}
