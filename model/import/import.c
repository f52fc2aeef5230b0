#include "model/import/import.h"

#include "model/import/import_parts.h"
#include "model/people/location.h"
#include "model/store/store_sql.h"

#include <stdlib.h>
#include <string.h>

/* Lines of invoices that are not at their end yet, and lines between two calls of `progress`. */
enum { WAITING_MAX = 50000, STEP_LINES = 1000 };

static void tell(const struct import_run *run, bool is_survey, int64_t lines)
{
    if (run->options->progress == NULL)
        return;
    const struct import_progress progress = {
        .is_survey = is_survey,
        .lines = lines,
        .line_count = is_survey ? 0 : import_survey_lines(run->survey),
        .bytes = import_file_read(run->file),
        .byte_count = import_file_size(run->file),
    };
    run->options->progress(run->options->context, &progress);
}

static bool is_stopped(const struct import_run *run)
{
    return run->options->stopped != NULL && run->options->stopped(run->options->context);
}

static bool open_file(struct import_run *run, struct error *err)
{
    import_file_close(run->file);
    run->file = import_file_open(run->options->path, &run->mapping, run->zone, run->currency, err);
    return run->file != NULL;
}

/* The first reading. */
static bool survey(struct import_run *run, struct error *err)
{
    struct arena *arena = arena_new();
    struct import_line line;
    int64_t lines = 0;
    int state = -1;
    run->survey = import_survey_new(&run->mapping);
    if (open_file(run, err)) {
        while (!run->result->is_stopped &&
               (state = import_file_next(run->file, arena, &line, err)) > 0) {
            import_survey_add(run->survey, &line);
            arena_reset(arena);
            if (++lines % STEP_LINES == 0) {
                tell(run, true, lines);
                run->result->is_stopped = is_stopped(run);
            }
        }
        import_survey_finish(run->survey);
    }
    arena_free(arena);
    return state >= 0;
}

/* Invoices whose last line is yet to come: one, unless the file is not sorted by them. */
struct waiting {
    struct import_invoice *first;
    size_t lines;
};

static struct import_invoice *invoice_of(struct import_run *run, struct waiting *waiting,
                                         const char *number)
{
    for (struct import_invoice *i = waiting->first; i != NULL; i = i->next)
        if (strcmp(i->number, number) == 0)
            return i;
    struct arena *arena = arena_new();
    struct import_invoice *invoice = arena_alloc(arena, sizeof *invoice);
    *invoice = (struct import_invoice){
        .number = arena_text(arena, number),
        .last_line = import_survey_last_line(run->survey, number),
        .arena = arena,
        .next = waiting->first,
    };
    waiting->first = invoice;
    return invoice;
}

static void invoice_free(struct import_invoice *invoice)
{
    free(invoice->lines);
    arena_free(invoice->arena);
}

static struct import_line copy_line(const struct import_run *run, const struct import_line *line,
                                    struct arena *arena)
{
    struct import_line copy = *line;
    size_t count;
    import_file_headings(run->file, &count);
    struct csv_field *fields = arena_alloc(arena, (count + 1) * sizeof *fields);
    for (size_t i = 0; i < count; i++)
        fields[i] = (struct csv_field){
            .text = arena_bytes(arena, line->fields[i].text, line->fields[i].size),
            .size = line->fields[i].size};
    copy.fields = fields;
    copy.invoice = arena_text(arena, line->invoice);
    copy.code = arena_text(arena, line->code);
    copy.code_key = arena_text(arena, line->code_key != NULL ? line->code_key : "");
    copy.description = arena_text(arena, line->description);
    copy.customer = arena_text(arena, line->customer);
    copy.country = arena_text(arena, line->country);
    copy.corrects = line->corrects != NULL ? arena_text(arena, line->corrects) : NULL;
    copy.wrong = line->wrong != NULL ? arena_text(arena, line->wrong) : NULL;
    return copy;
}

static void add_line(const struct import_run *run, struct import_invoice *invoice,
                     const struct import_line *line)
{
    if (invoice->count == invoice->capacity) {
        invoice->capacity = invoice->capacity > 0 ? 2 * invoice->capacity : 32;
        invoice->lines = memory_resize(invoice->lines, invoice->capacity, sizeof *invoice->lines);
    }
    invoice->lines[invoice->count++] = copy_line(run, line, invoice->arena);
}

static void stop_waiting(struct waiting *waiting, struct import_invoice *invoice)
{
    struct import_invoice **link = &waiting->first;
    while (*link != invoice)
        link = &(*link)->next;
    *link = invoice->next;
    waiting->lines -= invoice->count;
    invoice_free(invoice);
}

/* Takes one line, and its invoice where that ends with it. */
static bool take_line(struct import_run *run, struct waiting *waiting,
                      const struct import_line *line, struct error *err)
{
    run->result->lines++;
    if (line->invoice[0] == '\0') {
        run->result->rejected++;
        return import_reject_add(run->reject, line, "", line->wrong, err);
    }
    struct import_invoice *invoice = invoice_of(run, waiting, line->invoice);
    add_line(run, invoice, line);
    if (++waiting->lines > WAITING_MAX)
        return error_set(err, ERROR_INPUT,
                         "%s has the lines of too many invoices mixed; sort it by the column %s "
                         "and import it again",
                         run->source, run->mapping.columns[IMPORT_INVOICE]);
    if (line->number < invoice->last_line)
        return true;
    bool is_done =
        import_invoice_write(run, invoice, err) || error_prefix(err, "invoice %s", invoice->number);
    stop_waiting(waiting, invoice);
    return is_done;
}

/* The second reading. What was written before a failure or a stop stays: it is whole invoices. */
static bool write_invoices(struct import_run *run, struct error *err)
{
    struct arena *arena = arena_new();
    struct waiting waiting = {0};
    struct import_line line;
    int state = open_file(run, err) ? 1 : -1;
    run->reject = state > 0
                      ? import_reject_new(run->options->rejected, run->file, run->mapping.separator)
                      : NULL;
    while (state > 0 && !(run->result->is_stopped = is_stopped(run)) &&
           (state = import_file_next(run->file, arena, &line, err)) > 0) {
        state = take_line(run, &waiting, &line, err) ? 1 : -1;
        arena_reset(arena);
        if (run->result->lines % STEP_LINES == 0)
            tell(run, false, run->result->lines);
    }
    bool is_done = state >= 0 && import_writer_commit(run->writer, err);
    if (is_done)
        tell(run, false, run->result->lines);
    while (waiting.first != NULL)
        stop_waiting(&waiting, waiting.first);
    arena_free(arena);
    return is_done;
}

static bool take_location(struct import_run *run, struct error *err)
{
    struct statement *statement =
        store_prepare(run->store,
                      "SELECT l.timezone, substr(l.day_starts_at, 1, 2) * 60 +"
                      " substr(l.day_starts_at, 4, 2), t.default_currency FROM locations l"
                      " JOIN tenants t ON t.id = l.tenant_id WHERE l.id = ?1",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, &run->actor->location_id);
    int found = statement_step(statement, err);
    if (found > 0) {
        run->location_zone = arena_text(run->arena, statement_text(statement, 0));
        run->day_starts_minutes = (int)statement_integer(statement, 1);
        run->currency = arena_text(run->arena, statement_text(statement, 2));
    }
    statement_done(statement);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "you work at no location; choose one first");
    run->zone = run->mapping.zone != NULL ? run->mapping.zone : run->location_zone;
    run->currency = run->mapping.currency != NULL ? run->mapping.currency : run->currency;
    if (found > 0 && !zone_exists(run->zone))
        return error_set(err, ERROR_INPUT, "there is no time zone \"%s\"", run->zone);
    return found > 0;
}

static bool take_settings(struct import_run *run, struct error *err)
{
    int64_t used = 0;
    const char *name = strrchr(run->options->path, '/');
    run->source = name != NULL ? name + 1 : run->options->path;
    if (!actor_may(run->store, run->actor, "import.run", err) ||
        !import_mapping_load(run->store, run->options->mapping, run->arena, &run->mapping, err) ||
        !take_location(run, err) ||
        store_find_integer(run->store, &used,
                           "SELECT EXISTS (SELECT 1 FROM import_map WHERE mapping = ?1)", err, "t",
                           run->mapping.name) < 0)
        return false;
    run->is_first = used == 0;
    memcpy(run->result->currency, run->currency,
           strnlen(run->currency, sizeof run->result->currency - 1));
    return true;
}

/* SQLite does not look once more at the references that the model has looked at
 * (model/operation/record_writer.h, record.h). */
static bool make_room(struct import_run *run, bool on, struct error *err)
{
    return store_set_roomy(run->store, on, err) &&
           store_script(run->store, on ? "PRAGMA foreign_keys = OFF" : "PRAGMA foreign_keys = ON",
                        err);
}

static bool write_all(struct import_run *run, struct error *err)
{
    if (!make_room(run, true, err))
        return false;
    run->writer = import_writer_new(run->store, run->actor, run->mapping.name, run->source, err);
    bool is_done = run->writer != NULL && import_goods(run, err) && write_invoices(run, err) &&
                   import_reject_finish(run->reject, err);
    import_writer_free(run->writer);
    import_reject_free(run->reject);
    return make_room(run, false, is_done ? err : NULL) && is_done;
}

bool import_orders(struct store *store, const struct actor *actor,
                   const struct import_options *options, struct import_result *out,
                   struct error *err)
{
    struct import_options with_path = *options;
    char *rejected = import_reject_path(options->path);
    if (options->rejected == NULL)
        with_path.rejected = rejected;
    *out = (struct import_result){0};
    struct import_run run = {
        .store = store,
        .actor = actor,
        .options = &with_path,
        .result = out,
        .arena = arena_new(),
    };
    bool is_done = take_settings(&run, err) && survey(&run, err);
    if (is_done && !out->is_stopped)
        is_done = write_all(&run, err);
    import_survey_free(run.survey);
    import_file_close(run.file);
    arena_free(run.arena);
    free(rejected);
    return is_done;
}
