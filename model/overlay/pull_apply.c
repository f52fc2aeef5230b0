/* The order is SYNC.md's (section 5): answers; what was refused is hidden; rows by rank, parents
 * first; deletions by reverse rank; what was taken leaves; what was parked is tried again; all that
 * is queued is shown; references; the cursor. Where it all fits into one transaction what was taken
 * leaves first, since most rows have nothing pending over them then. */
#include "model/operation/kept.h"
#include "model/overlay/answer.h"
#include "model/overlay/exchange.h"
#include "model/overlay/pull_private.h"
#include "model/overlay/shown_row.h"
#include "model/store/row.h"
#include "model/store/store_sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ROWS_OF_ANSWER = 10,  /* about, of an operation */
    SLICE_US = 15 * 1000, /* a slice that took so long ends */
    CHECK_ROWS = 32,      /* rows between two looks at the clock */
    QUEUE_ROWS = 200,     /* beyond these what is queued is shown, so that the clock knows of it */
    PAUSE_NS = 3 * 1000000, /* between slices, so that a commit that waits comes in */
};

/* The work of pull_apply(). */
struct applying {
    struct pull *pull;
    struct store *store;
    struct overlay overlay;
    struct arena *arena;      /* of the staged row in hand */
    struct answered *answers; /* those of the outbox, in the order of their seq */
    size_t answer_count;
    bool is_sliced;
    int64_t began;           /* the transaction that is open */
    int64_t rows, row_limit; /* in it */
    signed char *has_base;   /* by table, in this transaction: 1, -1, 0 not asked yet */
    int64_t acked_seq;
    struct uuid acked;
    bool has_acked; /* more than what is written down */
};

static int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool slice_begin(struct applying *applying, struct error *err)
{
    if (!store_begin(applying->store, err))
        return false;
    applying->began = clock_us();
    applying->rows = 0;
    applying->row_limit = applying->pull->slice_rows;
    memset(applying->has_base, 0, store_schema(applying->store)->table_count);
    overlay_begin(&applying->overlay);
    return true;
}

static bool write_acked(struct applying *applying, struct error *err)
{
    char seq[24], id[UUID_TEXT_SIZE];
    if (!applying->has_acked)
        return true;
    applying->has_acked = false;
    snprintf(seq, sizeof seq, "%" PRId64, applying->acked_seq);
    uuid_text(&applying->acked, id);
    return exchange_set_state(applying->store, "acked_seq", seq, err) &&
           exchange_set_state(applying->store, "acked_operation", id, err);
}

static bool slice_commit(struct applying *applying, const char *before, struct error *err)
{
    struct pull_report *report = &applying->pull->report;
    if (!write_acked(applying, err))
        return false;
    env_point(store_env(applying->store), before);
    if (!store_commit(applying->store, err))
        return false;
    int64_t took = clock_us() - applying->began;
    if (took > report->longest_us)
        report->longest_us = took;
    env_point(store_env(applying->store), "pull.committed");
    return true;
}

/* Ends the slice, lets others in, and begins the next. */
static bool slice_change(struct applying *applying, struct error *err)
{
    if (!slice_commit(applying, "pull.slice", err))
        return false;
    nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    return slice_begin(applying, err);
}

/* One more row was laid: ends the slice where it is large enough, and where all references are
 * met; else it becomes twice as large. */
static bool slice_step(struct applying *applying, struct error *err)
{
    int64_t least = applying->pull->slice_rows;
    if (!applying->is_sliced)
        return true;
    if (applying->overlay.dirty.waiting > QUEUE_ROWS && !overlay_show(&applying->overlay, err))
        return false;
    bool is_full = ++applying->rows >= applying->row_limit ||
                   (applying->rows % CHECK_ROWS == 0 && applying->row_limit == least &&
                    clock_us() - applying->began > SLICE_US);
    if (!is_full)
        return true;
    enum overlay_state state = overlay_settle(&applying->overlay, false, err);
    if (state == OVERLAY_OPEN)
        applying->row_limit = 2 * (applying->rows > least ? applying->rows : least);
    if (state != OVERLAY_SETTLED)
        return state == OVERLAY_OPEN;
    return slice_change(applying, err);
}

/* Most tables have no row that is pending. */
static int has_base(struct applying *applying, const struct table *table, struct error *err)
{
    signed char *known = &applying->has_base[table->index];
    if (*known == 0) {
        int64_t one;
        int state = store_find_integer(applying->store, &one,
                                       "SELECT 1 FROM base_rows WHERE table_name = ?1 LIMIT 1", err,
                                       "t", table->name);
        if (state < 0)
            return -1;
        *known = state > 0 ? 1 : -1;
    }
    return *known > 0;
}

static int64_t version_of(const struct table *table, const struct value *fields)
{
    int column = table_column_index(table, "row_version");
    return column < 0 ? 0 : fields[column].integer;
}

/* Of a table that comes whole nothing is known by its version: where the centre was restored, it
 * goes back, and the same number may stand for another content. */
static bool is_news(const struct applying *applying, const struct table *table, int64_t known,
                    int64_t version)
{
    return applying->pull->staging.is_whole[table->index] || version > known;
}

/* 1: the row has an entry in base_rows, which says now what came; 0: it has none, -1 failed. */
static int lay_base(struct applying *applying, const struct staged_row *row, struct error *err)
{
    int has = has_base(applying, row->table, err);
    if (has <= 0)
        return has;
    struct statement *base = store_prepare(applying->store,
                                           "SELECT version, fields IS NULL FROM base_rows"
                                           " WHERE table_name = ?1 AND row_id = ?2",
                                           err);
    if (base == NULL)
        return -1;
    statement_bind_text(base, 1, row->table->name);
    statement_bind_uuid(base, 2, &row->id);
    int state = statement_step(base, err);
    int64_t known = statement_integer(base, 0);
    bool is_absent = state > 0 && statement_integer(base, 1) != 0;
    statement_done(base);
    if (state <= 0)
        return state;
    bool is_new = row->fields == NULL || is_absent ||
                  is_news(applying, row->table, known, version_of(row->table, row->fields));
#ifdef MUTATE_PENDING_ROWS_KEEP_THEIR_BASE
    is_new = is_absent;
#endif
    return !is_new || overlay_set_base(&applying->overlay, row->table, &row->id, row->fields, err)
               ? 1
               : -1;
}

/* A row without anything pending is simply written; what can't be is left to the overlay. */
static bool lay_directly(struct applying *applying, const struct staged_row *row, struct error *err)
{
    const struct table *table = row->table;
    struct overlay *overlay = &applying->overlay;
    arena_reset(overlay->row_arena);
    struct value *visible = arena_alloc(overlay->row_arena, table->column_count * sizeof *visible);
    int state = row_read(applying->store, table, &row->id, overlay->row_arena, visible, err);
    if (state < 0)
        return false;
    if (state > 0 && row->fields != NULL &&
        !is_news(applying, table, version_of(table, visible), version_of(table, row->fields)))
        return true;
    struct shown_row shown = {
        .table = table, .id = row->id, .exists = row->fields != NULL, .values = row->fields};
    int code = shown_row_write_over(overlay, &shown, state > 0 ? visible : NULL);
    if (code == SQLITE_OK)
        return true;
    applying->has_base[table->index] = 1;
    return (code & 0xFF) == SQLITE_CONSTRAINT
               ? overlay_set_base(overlay, table, &row->id, row->fields, err)
               : store_failed(applying->store, code, err);
}

/* The row as it was known before: 1, 0 there was none, -1 failed. */
static int read_before(struct applying *applying, const struct table *table, const struct uuid *id,
                       struct arena *arena, struct value *out, struct error *err)
{
    struct statement *base = store_prepare(
        applying->store, "SELECT fields FROM base_rows WHERE table_name = ?1 AND row_id = ?2", err);
    if (base == NULL)
        return -1;
    statement_bind_text(base, 1, table->name);
    statement_bind_uuid(base, 2, id);
    int state = statement_step(base, err);
    bool is_there = state > 0 && !statement_is_null(base, 0);
    bool is_read = !is_there || kept_read(table, arena_text(arena, statement_text(base, 0)), arena,
                                          out, NULL, err);
    statement_done(base);
    if (state != 0)
        return state < 0 || !is_read ? -1 : is_there;
    return row_read(applying->store, table, id, arena, out, err);
}

/* What the centre does not know of is as it was. */
static bool keep_columns(struct applying *applying, const struct staged_row *row,
                         struct arena *arena, struct error *err)
{
    const struct table *table = row->table;
    const struct pull *pull = applying->pull;
    const bool *kept = pull->kept_columns != NULL ? pull->kept_columns[table->index] : NULL;
    if (kept == NULL || row->fields == NULL)
        return true;
    struct value *before = arena_alloc(arena, table->column_count * sizeof *before);
    int state = read_before(applying, table, &row->id, arena, before, err);
    for (size_t i = 0; state > 0 && i < table->column_count; i++)
        if (kept[i])
            row->fields[i] = before[i];
    return state >= 0;
}

static bool lay(struct applying *applying, const struct staged_row *row, struct error *err)
{
    if (!keep_columns(applying, row, applying->arena, err))
        return false;
    int laid = lay_base(applying, row, err);
    return laid > 0 || (laid == 0 && lay_directly(applying, row, err));
}

/* A row is in the way of another one: it has its turn now. */
static int bring(void *context, const struct table *table, const struct uuid *id, struct error *err)
{
    struct applying *applying = context;
    struct arena *arena = arena_new();
    struct staged_row row;
    int state = staging_take(&applying->pull->staging, table, id, arena, &row, err);
    if (state > 0 && (!keep_columns(applying, &row, arena, err) ||
                      !overlay_set_base(&applying->overlay, table, id, row.fields, err)))
        state = -1;
    applying->has_base[table->index] = 1;
    arena_free(arena);
    return state;
}

static bool lay_all(struct applying *applying, bool is_gone, struct error *err)
{
    struct staging *staging = &applying->pull->staging;
    struct staged_row row, before;
    const struct staged_row *after = NULL;
    int state;
    for (;;) {
        arena_reset(applying->arena);
        state = staging_next(staging, is_gone, after, applying->arena, &row, err);
        if (state <= 0)
            return state == 0;
        before = row;
        after = &before;
        if (!lay(applying, &row, err) || !staging_drop(staging, &row, err) ||
            !slice_step(applying, err))
            return false;
    }
}

static bool draw(struct applying *applying, const struct answered *answered, struct error *err)
{
    struct pull_report *report = &applying->pull->report;
    report->answered++;
    if (!answer_is_taken(answered) && !answered->is_withdrawn)
        report->refused++;
    if (answered->seq > applying->acked_seq) {
        applying->acked_seq = answered->seq;
        applying->acked = answered->answer.operation;
        applying->has_acked = true;
    }
    return answer_draw(&applying->overlay, answered, err);
}

/* Those that were taken, or the others. */
static bool draw_all(struct applying *applying, bool taken, struct error *err)
{
    for (size_t i = 0; i < applying->answer_count; i++) {
        const struct answered *answered = &applying->answers[i];
        if (answer_is_taken(answered) != taken)
            continue;
        if (!draw(applying, answered, err) || (taken && !slice_step(applying, err)))
            return false;
    }
    return true;
}

static int by_seq(const void *a, const void *b)
{
    int64_t one = ((const struct answered *)a)->seq, two = ((const struct answered *)b)->seq;
    return (one > two) - (one < two);
}

static bool find_answered(struct applying *applying, struct error *err)
{
    const struct pull *pull = applying->pull;
    applying->answers =
        arena_alloc(pull->arena, (pull->answer_count + 1) * sizeof *applying->answers);
    for (size_t i = 0; i < pull->answer_count; i++) {
        int found = answer_find(applying->store, &pull->answers[i],
                                &applying->answers[applying->answer_count], err);
        if (found < 0)
            return false;
        applying->answer_count += (size_t)found;
    }
    qsort(applying->answers, applying->answer_count, sizeof *applying->answers, by_seq);
    return true;
}

static bool tell(struct applying *applying, struct error *err)
{
    const struct pull_report *report = &applying->pull->report;
    char words[160];
    if (report->answered > report->refused) {
        int64_t taken = report->answered - report->refused;
        snprintf(words, sizeof words, "%" PRId64 " %s taken", taken,
                 taken == 1 ? "operation was" : "operations were");
        if (!exchange_log(applying->store, "answer", NULL, words, err))
            return false;
    }
    if (report->rows == 0 && report->gone == 0)
        return true;
    snprintf(words, sizeof words, "%" PRId64 " %s came, %" PRId64 " %s gone", report->rows,
             report->rows == 1 ? "row" : "rows", report->gone, report->gone == 1 ? "is" : "are");
    return exchange_log(applying->store, "received", NULL, words, err);
}

static bool write_values(struct applying *applying, struct error *err)
{
    const struct pull *pull = applying->pull;
    for (size_t i = 0; i < pull->value_count; i++)
        if (!exchange_set_state(applying->store, pull->values[i].name, pull->values[i].value, err))
            return false;
    return true;
}

/* There may be very many. */
static bool retry(struct applying *applying, struct error *err)
{
    int64_t after_seq = 0;
    while (after_seq < INT64_MAX) {
        if (after_seq > 0 && clock_us() - applying->began > SLICE_US &&
            !slice_change(applying, err))
            return false;
        if (!overlay_retry(&applying->overlay, &after_seq, err) ||
            overlay_settle(&applying->overlay, true, err) != OVERLAY_SETTLED)
            return false;
    }
    return true;
}

/* The last of it, in the transaction that is open. */
static bool finish(struct applying *applying, struct error *err)
{
    struct pull *pull = applying->pull;
    struct overlay *overlay = &applying->overlay;
    bool has_come = pull->report.rows + pull->report.gone + pull->report.answered > 0;
    if (has_come &&
        (overlay_settle(overlay, false, err) == OVERLAY_FAILED || !retry(applying, err)))
        return false;
    pull->report.parked = overlay->parked;
    pull->report.unparked = overlay->unparked;
    return write_values(applying, err) && tell(applying, err) &&
           slice_commit(applying, "pull.end", err);
}

static bool apply(struct applying *applying, struct error *err)
{
    struct pull *pull = applying->pull;
    if (!staging_find_gone(&pull->staging, err) || !staging_close(&pull->staging, err))
        return false;
    pull->report.rows = pull->staging.rows;
    pull->report.gone = pull->staging.gone;
    env_point(store_env(applying->store), "pull.staged");
    if (!slice_begin(applying, err) || !find_answered(applying, err))
        return false;
    applying->is_sliced =
        pull->report.rows + pull->report.gone + (int64_t)applying->answer_count * ROWS_OF_ANSWER >
        pull->slice_rows;
#ifdef MUTATE_CURSOR_FIRST
    if (!write_values(applying, err))
        return false;
#endif
#ifdef MUTATE_ANSWERS_LEAVE_FIRST
    applying->is_sliced = draw_all(applying, true, err) && applying->is_sliced;
#endif
    return draw_all(applying, false, err) &&
           (applying->is_sliced || draw_all(applying, true, err)) &&
           lay_all(applying, false, err) && lay_all(applying, true, err) &&
           (!applying->is_sliced || draw_all(applying, true, err)) && finish(applying, err);
}

bool pull_apply(struct pull *pull, struct error *err)
{
    struct applying applying = {.pull = pull, .store = pull->store, .arena = arena_new()};
    if (pull->staging.rows + pull->staging.gone + (int64_t)pull->answer_count == 0 &&
        pull->value_count == 0 && !pull->staging.has_whole) {
        arena_free(applying.arena);
        return true; /* nothing is written for nothing */
    }
    applying.has_base = arena_alloc(pull->arena, store_schema(pull->store)->table_count);
    store_find_integer(pull->store, &applying.acked_seq,
                       "SELECT CAST(value AS INTEGER) FROM sync_state WHERE name = 'acked_seq'",
                       err, "");
    overlay_init(&applying.overlay, pull->store,
                 &(struct overlay_source){.context = &applying, .bring = bring});
    bool is_done = apply(&applying, err);
    if (!is_done)
        store_rollback(pull->store);
    overlay_done(&applying.overlay);
    arena_free(applying.arena);
    return is_done;
}
