#include "model/operation/audit_verify.h"

#include "model/base/error.h"
#include "model/base/text.h"
#include "model/operation/audit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    TIPS_MAX = 8,
    ASK_EVERY = 10000,
    OPERATIONS_SEEN = 100,
    SINCE_VERSION = 31, /* of the schema: from then on each operation has its row */
};

typedef unsigned char hash_bytes[AUDIT_HASH_SIZE];

/* The rows at one place of a chain: more than one where it forks. */
struct tips {
    hash_bytes hashes[TIPS_MAX];
    int count;
};

struct verifier {
    struct store *store;
    const struct audit_listener *listener;
    struct audit_report *report;
    struct audit_row row; /* the one that is read, its texts borrowed from the statement */
    hash_bytes hash;
    bool has_previous, is_erased;
    const char *flaw;
    struct audit_chain chain; /* rows 0: none was begun */
    struct tips before, here;
    bool is_gap, is_forked; /* right before the row; somewhere in the chain */
    struct error *err;
};

const char *audit_wrong_word(enum audit_wrong wrong)
{
    static const char *const words[] = {
        [AUDIT_CHANGED] = "changed",   [AUDIT_WORDS] = "words",   [AUDIT_MISSING] = "missing",
        [AUDIT_UNLINKED] = "unlinked", [AUDIT_FORKED] = "forked", [AUDIT_CUT] = "cut",
        [AUDIT_LOOSE] = "loose",       [AUDIT_MARKED] = "marked"};
    return words[wrong];
}

__attribute__((format(printf, 3, 4))) static void
tell(struct verifier *verifier, enum audit_wrong wrong, const char *format, ...)
{
    const struct audit_row *row = &verifier->row;
    struct audit_fault fault = {.wrong = wrong,
                                .id = row->id,
                                .terminal = row->terminal,
                                .incarnation = row->incarnation,
                                .sequence = row->sequence};
    int used = 0;
    if (verifier->chain.rows > 0)
        used = snprintf(fault.text, sizeof fault.text, "%s, chain %" PRId64 ": ",
                        verifier->chain.name, verifier->chain.incarnation);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault.text + used, sizeof fault.text - (size_t)used, format, arguments);
    va_end(arguments);
    verifier->report->faults++;
    if (verifier->listener->fault != NULL)
        verifier->listener->fault(verifier->listener->context, &fault);
}

static void name_chain(struct verifier *verifier)
{
    struct audit_chain *chain = &verifier->chain;
    const char *name = chain->incarnation == 0 ? "this shop" : "the centre";
    if (!uuid_is_zero(&chain->terminal))
        name = "a terminal that is not known here";
    struct statement *known =
        store_prepare(verifier->store, "SELECT name FROM terminals WHERE id = ?1", NULL);
    if (known != NULL) {
        statement_bind_uuid(known, 1, &chain->terminal);
        if (statement_step(known, NULL) > 0)
            name = statement_text(known, 0);
    }
    text_copy(chain->name, sizeof chain->name, name);
    statement_done(known);
}

static void add_tip(struct tips *tips, const hash_bytes hash)
{
    if (tips->count < TIPS_MAX)
        memcpy(tips->hashes[tips->count++], hash, AUDIT_HASH_SIZE);
}

static bool has_tip(const struct tips *tips, const hash_bytes hash)
{
    for (int i = 0; i < tips->count; i++)
        if (memcmp(tips->hashes[i], hash, AUDIT_HASH_SIZE) == 0)
            return true;
    return false;
}

static void end_chain(struct verifier *verifier)
{
    if (verifier->chain.rows == 0)
        return;
    verifier->report->chains++;
    if (verifier->listener->chain != NULL)
        verifier->listener->chain(verifier->listener->context, &verifier->chain);
}

/* Whether the row before a chain's first one is the last of another chain that it may go on from:
 * an earlier one of its terminal, or that of the shop before it had a centre. */
static int is_from_known_row(struct verifier *verifier)
{
    int64_t found;
    return store_find_integer(verifier->store, &found,
                              "SELECT 1 FROM (SELECT hash FROM audit_logs WHERE terminal_id IS ?1"
                              " AND incarnation < ?2 UNION ALL SELECT hash FROM audit_logs WHERE"
                              " terminal_id IS NULL AND incarnation = 0 AND ?1 IS NOT NULL)"
                              " WHERE hash = ?3 LIMIT 1",
                              verifier->err, "viv", value_uuid_or_null(&verifier->row.terminal),
                              verifier->row.incarnation,
                              value_bytes(verifier->row.previous, AUDIT_HASH_SIZE));
}

/* Whether retention took the rows before this one and kept their last hash in the trail. */
static int is_anchored(struct verifier *verifier)
{
    char hex[2 * AUDIT_HASH_SIZE + 1];
    int64_t found;
    for (size_t i = 0; i < AUDIT_HASH_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", verifier->row.previous[i]);
    return store_find_integer(verifier->store, &found,
                              "SELECT 1 FROM audit_logs WHERE action = 'retention' AND"
                              " subject_table = 'audit_logs' AND details ->> 'hash' = ?1"
                              " AND sequence > 0 LIMIT 1",
                              verifier->err, "t", hex);
}

static bool begin_chain(struct verifier *verifier)
{
    const struct audit_row *row = &verifier->row;
    bool is_next = verifier->chain.rows > 0 &&
                   uuid_equal(&verifier->chain.terminal, &row->terminal) &&
                   memcmp(verifier->chain.hash, row->previous, AUDIT_HASH_SIZE) == 0;
    end_chain(verifier);
    verifier->chain = (struct audit_chain){.terminal = row->terminal,
                                           .incarnation = row->incarnation,
                                           .first = row->sequence,
                                           .last = row->sequence,
                                           .rows = 1};
    verifier->before.count = verifier->here.count = 0;
    verifier->is_gap = verifier->is_forked = false;
    name_chain(verifier);
    int known = 1;
    if (row->sequence > 1) {
        known = is_anchored(verifier);
        if (known == 0)
            tell(verifier, AUDIT_MISSING,
                 "it begins with row %" PRId64 "; the rows before it are missing", row->sequence);
    } else if (verifier->has_previous && !is_next) {
        known = is_from_known_row(verifier);
        if (known == 0)
            tell(verifier, AUDIT_MISSING,
                 "row 1 goes on from a row that is not there: an earlier chain was cut");
    }
    return known >= 0;
}

/* Goes on to the place of the row in its chain. */
static void take_place(struct verifier *verifier)
{
    struct audit_chain *chain = &verifier->chain;
    const struct audit_row *row = &verifier->row;
    chain->rows++;
    if (row->sequence == chain->last) {
        if (!verifier->is_forked)
            tell(verifier, AUDIT_FORKED,
                 "it forks at row %" PRId64 ": the store was copied, or put back from a copy",
                 row->sequence);
        verifier->is_forked = true;
        return;
    }
    verifier->is_gap = row->sequence != chain->last + 1;
    if (row->sequence == chain->last + 2)
        tell(verifier, AUDIT_MISSING, "row %" PRId64 " is missing", chain->last + 1);
    else if (verifier->is_gap)
        tell(verifier, AUDIT_MISSING, "the rows %" PRId64 " to %" PRId64 " are missing",
             chain->last + 1, row->sequence - 1);
    chain->last = row->sequence;
    verifier->before = verifier->here;
    verifier->here.count = 0;
}

static bool is_same_chain(const struct verifier *verifier)
{
    return verifier->chain.rows > 0 && verifier->chain.incarnation == verifier->row.incarnation &&
           uuid_equal(&verifier->chain.terminal, &verifier->row.terminal);
}

/* Of a row that was changed nothing else is told: the rest follows from it. */
static void check_hash(struct verifier *verifier, bool has_right_words)
{
    const struct audit_row *row = &verifier->row;
    hash_bytes hash;
    audit_hash(row, hash);
    if (memcmp(hash, verifier->hash, sizeof hash) != 0)
        tell(verifier, AUDIT_CHANGED, "row %" PRId64 " (%s) was changed", row->sequence,
             row->action);
    else if (!has_right_words)
        tell(verifier, AUDIT_WORDS, "the words of row %" PRId64 " (%s) were changed", row->sequence,
             row->action);
    else if (verifier->chain.last > verifier->chain.first && !verifier->is_gap &&
             !has_tip(&verifier->before, row->previous))
        tell(verifier, AUDIT_UNLINKED,
             "row %" PRId64 " (%s) does not follow row %" PRId64 ": one of the two was replaced",
             row->sequence, row->action, row->sequence - 1);
    else if (verifier->flaw[0] != '\0' && strcmp(verifier->flaw, "forked") != 0)
        tell(verifier, AUDIT_MARKED, "row %" PRId64 " (%s) was marked by the centre: %s",
             row->sequence, row->action, verifier->flaw);
}

static void take_bytes(const struct statement *statement, int column, void *to, size_t size)
{
    struct value value = statement_value(statement, column);
    memset(to, 0, size);
    if (value.kind == VALUE_BYTES && value.size == size)
        memcpy(to, value.bytes, size);
}

/* Reads a row, and says whether its words are those that were digested. */
static bool read_row(struct verifier *verifier, const struct statement *from)
{
    static const char erased[] = "{\"erased\": true}";
    unsigned char salt[AUDIT_SALT_SIZE];
    hash_bytes digest;
    struct audit_row *row = &verifier->row;
    take_bytes(from, 0, row->id.bytes, UUID_SIZE);
    take_bytes(from, 1, row->tenant.bytes, UUID_SIZE);
    take_bytes(from, 2, row->terminal.bytes, UUID_SIZE);
    row->incarnation = statement_integer(from, 3);
    row->sequence = statement_integer(from, 4);
    take_bytes(from, 5, row->actor.bytes, UUID_SIZE);
    take_bytes(from, 6, row->target.bytes, UUID_SIZE);
    take_bytes(from, 7, row->approver.bytes, UUID_SIZE);
    row->action = statement_text(from, 8);
    row->subject_table = statement_is_null(from, 9) ? NULL : statement_text(from, 9);
    take_bytes(from, 10, row->subject.bytes, UUID_SIZE);
    row->time = statement_integer(from, 11);
    const char *summary = statement_is_null(from, 12) ? NULL : statement_text(from, 12);
    const char *details = statement_text(from, 13);
    take_bytes(from, 14, salt, sizeof salt);
    take_bytes(from, 15, row->digest, sizeof row->digest);
    take_bytes(from, 16, row->previous, sizeof row->previous);
    take_bytes(from, 17, verifier->hash, sizeof verifier->hash);
    verifier->has_previous = !statement_is_null(from, 16);
    verifier->flaw = statement_text(from, 18);
    verifier->is_erased = summary == NULL && strcmp(details, erased) == 0;
    audit_digest(salt, summary, details, digest);
    return verifier->is_erased || memcmp(digest, row->digest, sizeof digest) == 0;
}

static bool take_row(struct verifier *verifier, const struct statement *from)
{
    struct audit_report *report = verifier->report;
    bool has_right_words = read_row(verifier, from);
    if (is_same_chain(verifier))
        take_place(verifier);
    else if (!begin_chain(verifier))
        return false;
    check_hash(verifier, has_right_words);
    add_tip(&verifier->here, verifier->hash);
    memcpy(verifier->chain.hash, verifier->hash, sizeof verifier->hash);
    verifier->chain.erased += verifier->is_erased;
    report->erased += verifier->is_erased;
    const struct audit_listener *listener = verifier->listener;
    return ++report->rows % ASK_EVERY != 0 || listener->goes_on == NULL ||
           listener->goes_on(listener->context, report->rows) ||
           error_set(verifier->err, ERROR_STOPPED, "stopped; nothing was changed");
}

static bool take_rows(struct verifier *verifier)
{
    struct statement *rows = store_prepare(
        verifier->store,
        "SELECT id, tenant_id, terminal_id, incarnation, sequence, actor_id, target_id,"
        " approver_id, action, subject_table, subject_id, occurred_at, summary, details, salt,"
        " details_digest, prev_hash, hash, flaw FROM audit_logs WHERE sequence > 0"
        " ORDER BY terminal_id, incarnation, sequence",
        verifier->err);
    if (rows == NULL)
        return false;
    int state;
    while ((state = statement_step(rows, verifier->err)) > 0)
        if (!take_row(verifier, rows))
            break;
    statement_done(rows);
    end_chain(verifier);
    return state == 0;
}

/* Rows from before there were chains stand in none. */
static bool count_loose(struct verifier *verifier)
{
    struct audit_report *report = verifier->report;
    int64_t late = 0;
    if (store_find_integer(verifier->store, &report->loose,
                           "SELECT count(*) FROM audit_logs WHERE sequence <= 0", verifier->err,
                           "") < 0 ||
        (report->loose > 0 &&
         store_find_integer(verifier->store, &late,
                            "SELECT count(*) FROM audit_logs WHERE sequence <= 0 AND created_at >"
                            " (SELECT min(created_at) FROM audit_logs WHERE sequence > 0)",
                            verifier->err, "") < 0))
        return false;
    verifier->row = (struct audit_row){.action = ""};
    verifier->chain.rows = 0;
    if (late > 0)
        tell(verifier, AUDIT_LOOSE, "%" PRId64 " %s in no chain and came later than it", late,
             late == 1 ? "row stands" : "rows stand");
    report->loose -= late;
    return true;
}

/* The end of the store's own chain: the last operations must be in it. Those that were emptied have
 * no rows and no entry. */
static bool check_end(struct verifier *verifier)
{
    struct statement *lost = store_prepare(
        verifier->store,
        "SELECT o.id, o.kind, o.summary FROM (SELECT id, seq, kind, summary, occurred_at FROM"
        " outbox UNION ALL SELECT id, seq, kind, summary, occurred_at FROM journal ORDER BY seq"
        " DESC LIMIT ?1) AS o WHERE EXISTS (SELECT 1 FROM journal_rows AS r WHERE r.seq = o.seq)"
        " AND o.occurred_at >= (SELECT applied_at FROM schema_migrations WHERE version = ?2)"
        " AND NOT EXISTS (SELECT 1 FROM audit_logs AS a WHERE a.occurred_at = o.occurred_at"
        " AND a.action = o.kind AND a.sequence > 0) ORDER BY o.seq LIMIT 1",
        verifier->err);
    if (lost == NULL)
        return false;
    statement_bind_integer(lost, 1, OPERATIONS_SEEN);
    statement_bind_integer(lost, 2, SINCE_VERSION);
    int state = statement_step(lost, verifier->err);
    if (state > 0)
        tell(verifier, AUDIT_CUT,
             "the end is cut: \"%.100s\" (%.50s) was done in this store and has no row",
             statement_text(lost, 2), statement_text(lost, 1));
    statement_done(lost);
    return state >= 0;
}

bool audit_verify(struct store *store, const struct audit_listener *listener,
                  struct audit_report *out, struct error *err)
{
    struct verifier verifier = {.store = store, .listener = listener, .report = out, .err = err};
    *out = (struct audit_report){0};
    return take_rows(&verifier) && count_loose(&verifier) && check_end(&verifier);
}
