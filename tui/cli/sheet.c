#include "tui/cli/sheet.h"

#include "model/base/csv.h"
#include "tui/cli/print.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { GAP = 2, WHOLE_MOST = 40, COLUMN_LEAST = 8, PIPE_COLUMNS = 80 };

void sheet_init(struct sheet *sheet, struct cli *cli, const struct sheet_column *columns,
                size_t count)
{
    *sheet = (struct sheet){.cli = cli,
                            .columns = columns,
                            .count = count,
                            .shown = count,
                            .is_aligned = cli->is_terminal && cli->format == CLI_TEXT,
                            .is_cut = cli->is_terminal,
                            .arena = arena_new()};
    sheet->rows = memory_new(SHEET_MEASURED * sizeof *sheet->rows);
}

static int terminal_columns(const struct cli *cli)
{
    struct winsize size;
    bool is_known = ioctl(fileno(cli->out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return is_known ? size.ws_col : PIPE_COLUMNS;
}

static int least_of(const struct sheet *sheet, size_t i)
{
    int least = sheet->columns[i].is_whole ? WHOLE_MOST : COLUMN_LEAST;
    return sheet->widths[i] < least ? sheet->widths[i] : least;
}

static int sum_of(const struct sheet *sheet, bool of_least)
{
    int sum = GAP * ((int)sheet->shown - 1);
    for (size_t i = 0; i < sheet->shown; i++)
        sum += of_least ? least_of(sheet, i) : sheet->widths[i];
    return sum;
}

/* Leaves out the last columns that find no room even when all are narrow, then takes from the
 * widest until all of them fit. */
static void shrink(struct sheet *sheet, int room)
{
    while (sheet->shown > 1 && sum_of(sheet, true) > room)
        sheet->shown--;
    for (int sum = sum_of(sheet, false); sum > room; sum--) {
        size_t widest = sheet->shown;
        for (size_t i = 0; i < sheet->shown; i++) {
            bool may_be_cut = sheet->widths[i] > least_of(sheet, i);
            if (may_be_cut && (widest == sheet->shown || sheet->widths[i] > sheet->widths[widest]))
                widest = i;
        }
        if (widest == sheet->shown)
            return;
        sheet->widths[widest]--;
    }
}

static void measure(struct sheet *sheet)
{
    sheet->widths = memory_new((sheet->count + 1) * sizeof *sheet->widths);
    for (size_t i = 0; i < sheet->count; i++) {
        sheet->widths[i] = sheet->is_bare ? 0 : print_width(sheet->columns[i].label);
        for (size_t r = 0; r < sheet->row_count; r++) {
            int width = print_width(sheet->rows[r][i]);
            if (width > sheet->widths[i])
                sheet->widths[i] = width;
        }
    }
    if (sheet->is_cut)
        shrink(sheet, terminal_columns(sheet->cli));
}

static void print_aligned(struct sheet *sheet, char *const *cells)
{
    struct buffer line;
    buffer_init(&line);
    for (size_t i = 0; i < sheet->shown; i++) {
        if (i > 0)
            buffer_add(&line, "  ");
        bool is_last = i + 1 == sheet->shown && !sheet->is_cut;
        if (is_last && !sheet->columns[i].is_right)
            buffer_add(&line, cells[i]);
        else
            print_fit(&line, cells[i], sheet->widths[i], sheet->columns[i].is_right);
    }
    while (line.size > 0 && line.text[line.size - 1] == ' ')
        line.text[--line.size] = '\0';
    fprintf(sheet->cli->out, "%s\n", line.text);
    buffer_done(&line);
}

static void print_waiting(struct sheet *sheet)
{
    char **labels = arena_alloc(sheet->arena, (sheet->count + 1) * sizeof *labels);
    for (size_t i = 0; i < sheet->count; i++)
        labels[i] = arena_text(sheet->arena, sheet->columns[i].label);
    measure(sheet);
    if (!sheet->is_bare && sheet->row_count > 0)
        print_aligned(sheet, labels);
    for (size_t i = 0; i < sheet->row_count; i++)
        print_aligned(sheet, sheet->rows[i]);
    sheet->row_count = 0;
}

static void add_aligned(struct sheet *sheet, const char *const *cells)
{
    char **row = arena_alloc(sheet->arena, (sheet->count + 1) * sizeof *row);
    for (size_t i = 0; i < sheet->count; i++)
        row[i] = arena_text(sheet->arena,
                            cells[i] != NULL ? print_safe(sheet->cli, cells[i], sheet->arena) : "");
    if (sheet->widths == NULL) {
        sheet->rows[sheet->row_count++] = row;
        if (sheet->row_count == SHEET_MEASURED)
            print_waiting(sheet);
        return;
    }
    print_aligned(sheet, row);
    arena_reset(sheet->arena);
}

static void print_separated(struct sheet *sheet, const char *const *cells)
{
    struct buffer line;
    bool is_csv = sheet->cli->format == CLI_CSV;
    buffer_init(&line);
    for (size_t i = 0; i < sheet->count; i++) {
        const char *text = cells[i] != NULL ? print_safe(sheet->cli, cells[i], sheet->arena) : "";
        if (i > 0)
            buffer_add_char(&line, is_csv ? ',' : '\t');
        if (is_csv)
            csv_add_field(&line, text, strlen(text), ',');
        else
            buffer_add(&line, text);
    }
    fprintf(sheet->cli->out, "%s%s", line.text, is_csv ? "\r\n" : "\n");
    buffer_done(&line);
}

static void print_heading(struct sheet *sheet)
{
    const char **names = arena_alloc(sheet->arena, (sheet->count + 1) * sizeof *names);
    for (size_t i = 0; i < sheet->count; i++)
        names[i] = sheet->columns[i].name;
    print_separated(sheet, names);
}

static void print_object(struct sheet *sheet, const char *const *cells)
{
    json_t *object = json_object();
    for (size_t i = 0; i < sheet->count; i++)
        json_object_set_new(object, sheet->columns[i].name,
                            cells[i] == NULL
                                ? json_null()
                                : json_string(print_safe(sheet->cli, cells[i], sheet->arena)));
    fputs(sheet->printed > 0 ? ",\n" : "[\n", sheet->cli->out);
    json_dumpf(object, sheet->cli->out, JSON_COMPACT);
    json_decref(object);
}

void sheet_row(struct sheet *sheet, const char *const *cells)
{
    if (sheet->is_aligned) {
        add_aligned(sheet, cells);
    } else if (sheet->cli->format == CLI_JSON) {
        print_object(sheet, cells);
    } else {
        if (sheet->printed == 0 && sheet->cli->format != CLI_TEXT)
            print_heading(sheet);
        print_separated(sheet, cells);
    }
    sheet->printed++;
    if (!sheet->is_aligned)
        arena_reset(sheet->arena);
}

void sheet_done(struct sheet *sheet)
{
    if (sheet->is_aligned && sheet->widths == NULL)
        print_waiting(sheet);
    else if (sheet->cli->format == CLI_JSON && !sheet->is_aligned)
        fputs(sheet->printed > 0 ? "\n]\n" : "[]\n", sheet->cli->out);
    else if (sheet->cli->format != CLI_TEXT && !sheet->is_aligned && sheet->printed == 0)
        print_heading(sheet);
    free(sheet->widths);
    free(sheet->rows);
    arena_free(sheet->arena);
}

void sheet_facts(struct cli *cli, const struct sheet_column *columns, const char *const *facts,
                 size_t count)
{
    static const struct sheet_column pair[] = {
        {.name = "field", .label = "Field", .is_whole = true},
        {.name = "value", .label = "Value", .is_whole = true}};
    struct sheet sheet;
    bool is_text = cli->format == CLI_TEXT;
    sheet_init(&sheet, cli, is_text ? pair : columns, is_text ? 2 : count);
    sheet.is_bare = is_text;
    sheet.is_cut = false;
    const char **cells = arena_alloc(cli->arena, 2 * sizeof *cells);
    for (size_t i = 0; is_text && i < count; i++) {
        cells[0] = sheet.is_aligned ? columns[i].label : columns[i].name;
        cells[1] = facts[i];
        if (facts[i] != NULL && facts[i][0] != '\0')
            sheet_row(&sheet, cells);
    }
    if (!is_text)
        sheet_row(&sheet, facts);
    sheet_done(&sheet);
}
