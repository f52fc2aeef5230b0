#include "model/till/till_verify.h"

#include "model/till/till_report.h"

#include <string.h>

/* Where the chain of one register stands. */
struct chain {
    struct uuid register_id;
    int64_t number;
    bool is_begun, is_broken;
    unsigned char hash[TILL_HASH_SIZE];
};

enum {
    SESSION,
    REGISTER,
    CODE,
    NUMBER,
    REPORT,
    PREVIOUS,
    HASH,
    FIGURES /* those that stand in the report, too */
};

static const char sql[] =
    "SELECT s.id, s.register_id, r.code, s.z_number, s.report, s.prev_hash, s.hash,"
    " s.opening_cents, s.expected_cents, s.counted_cents, s.difference_cents, s.currency,"
    " s.business_day, s.notes FROM cash_sessions AS s JOIN registers AS r ON r.id = s.register_id"
    " WHERE s.status = 'closed' ORDER BY r.code, s.register_id, s.z_number";

static bool is_hash(struct value value, const unsigned char hash[TILL_HASH_SIZE])
{
    return value.kind == VALUE_BYTES && value.size == TILL_HASH_SIZE &&
           memcmp(value.bytes, hash, TILL_HASH_SIZE) == 0;
}

/* The columns say what the report says. */
static bool is_same(const struct statement *row)
{
    static const char *const names[] = {
        "opening_cents", "expected_cents", "counted_cents", "difference_cents",
        "currency",      "business_day",   "reason"};
    json_t *report = json_loads(statement_text(row, REPORT), 0, NULL);
    bool same = json_integer_value(json_object_get(report, "z")) == statement_integer(row, NUMBER);
    for (int i = 0; same && i < (int)(sizeof names / sizeof names[0]); i++) {
        const json_t *said = json_object_get(report, names[i]);
        struct value value = statement_value(row, FIGURES + i);
        same = value.kind == VALUE_INTEGER ? json_integer_value(said) == value.integer
               : value.kind == VALUE_TEXT
                   ? json_is_string(said) && strcmp(json_string_value(said), value.bytes) == 0
                   : json_is_null(said);
    }
    json_decref(report);
    return same;
}

/* What is wrong with the row behind what came before it; NULL: nothing. Moves the chain on. */
static const char *check(const struct statement *row, struct chain *chain)
{
    unsigned char hash[TILL_HASH_SIZE];
    struct value previous = statement_value(row, PREVIOUS);
    bool is_chained = !statement_is_null(row, HASH) && !statement_is_null(row, REPORT);
    if (!is_chained)
        return chain->is_begun ? "lost its report" : NULL;
    bool follows = chain->is_begun ? is_hash(previous, chain->hash) : previous.kind == VALUE_NULL;
    till_report_hash(chain->is_begun ? chain->hash : NULL, statement_text(row, REPORT), hash);
    if (!follows)
        return "does not follow the one before it";
    if (!is_hash(statement_value(row, HASH), hash))
        return "was changed after it was closed";
    if (!is_same(row))
        return "has other sums in its row than in its report";
    chain->is_begun = true;
    memcpy(chain->hash, hash, sizeof hash);
    return NULL;
}

/* Cash that came to a closed session later, by another terminal or by a file. */
static bool check_cash(struct store *store, const struct statement *row, const char **words,
                       struct error *err)
{
    struct uuid session;
    int64_t cents;
    if (*words != NULL || statement_is_null(row, REPORT))
        return true;
    if (!statement_uuid(row, SESSION, &session) || !till_cash(store, &session, &cents, err))
        return false;
    if (cents != statement_integer(row, FIGURES + 1))
        *words = "has payments or movements that came after it was closed, or lost some";
    return true;
}

static void add_break(struct till_verified *out, struct arena *arena, const struct statement *row,
                      int64_t number, const char *words)
{
    struct till_break *old = out->breaks;
    out->breaks = arena_alloc(arena, (out->count + 1) * sizeof *old);
    if (out->count > 0)
        memcpy(out->breaks, old, out->count * sizeof *old);
    struct till_break *one = &out->breaks[out->count++];
    one->code = arena_text(arena, statement_text(row, CODE));
    one->z_number = number;
    one->words = words;
    if (number == statement_integer(row, NUMBER))
        statement_uuid(row, SESSION, &one->session);
}

static bool read_row(struct store *store, const struct statement *row, struct chain *chain,
                     struct arena *arena, struct till_verified *out, struct error *err)
{
    struct uuid register_id = {{0}};
    int64_t number = statement_integer(row, NUMBER);
    statement_uuid(row, REGISTER, &register_id);
    if (!uuid_equal(&register_id, &chain->register_id))
        *chain = (struct chain){.register_id = register_id};
    out->reports++;
    out->unchained += statement_is_null(row, REPORT);
    bool is_next = number == chain->number + 1;
    const char *words = is_next ? check(row, chain) : "is missing";
    if (is_next && !check_cash(store, row, &words, err))
        return false;
    if (words != NULL && !chain->is_broken) {
        add_break(out, arena, row, chain->number + 1, words);
        chain->is_broken = true;
    }
    chain->number = number;
    return true;
}

bool till_verify(struct store *store, struct arena *arena, struct till_verified *out,
                 struct error *err)
{
    struct chain chain = {.number = 0};
    struct statement *row = store_prepare(store, sql, err);
    *out = (struct till_verified){.reports = 0};
    if (row == NULL)
        return false;
    int found;
    while ((found = statement_step(row, err)) > 0)
        if (!read_row(store, row, &chain, arena, out, err)) {
            found = -1;
            break;
        }
    statement_done(row);
    return found == 0;
}
