#include "model/operation/journal.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

/* sync_state then names its terminal. */
int journal_is_enrolled(struct store *store, struct error *err)
{
    int64_t found;
    return store_find_integer(store, &found, "SELECT 1 FROM sync_state WHERE name = 'terminal_id'",
                              err, "");
}

static const struct uuid *or_null(const struct uuid *id)
{
    return uuid_is_zero(id) ? NULL : id;
}

static bool next_seq(struct store *store, int64_t *seq, struct error *err)
{
    return store_find_integer(store, seq,
                              "SELECT max(coalesce((SELECT max(seq) FROM outbox), 0),"
                              " coalesce((SELECT max(seq) FROM journal), 0)) + 1",
                              err, "") > 0;
}

static bool append_rows(struct store *store, const struct journal_entry *entry, int64_t seq,
                        struct error *err)
{
    for (size_t i = 0; i < entry->row_count; i++)
        if (!store_run(store,
                       "INSERT INTO journal_rows (table_name, row_id, seq) VALUES (?1, ?2, ?3)",
                       err, "tui", entry->rows[i].table->name, &entry->rows[i].id, seq))
            return false;
    return true;
}

/* The operation that is taken back may stand in either table. */
static bool mark_undone(struct store *store, const struct journal_entry *entry, struct error *err)
{
    return uuid_is_zero(&entry->undoes) ||
           (store_run(store, "UPDATE outbox SET undone_by = ?1 WHERE id = ?2", err, "uu",
                      &entry->id, &entry->undoes) &&
            store_run(store, "UPDATE journal SET undone_by = ?1 WHERE id = ?2", err, "uu",
                      &entry->id, &entry->undoes));
}

void journal_hash(const char *payload, size_t size, unsigned char hash[JOURNAL_HASH_SIZE])
{
    static_assert(JOURNAL_HASH_SIZE == crypto_hash_sha256_BYTES, "SHA-256");
    crypto_hash_sha256(hash, (const unsigned char *)payload, size);
}

bool journal_append(struct store *store, const struct journal_entry *entry, int64_t *seq,
                    struct error *err)
{
#define REST                                                                                       \
    " (id, seq, incarnation, kind, actor_id, actor_name, approver_id, occurred_at, group_id,"      \
    " summary, payload, hash, undoes, replaces) VALUES (?1, ?2,"                                   \
    " coalesce((SELECT CAST(value AS INTEGER) FROM sync_state WHERE name = 'incarnation'), 1),"    \
    " ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    static const char *const sql[] = {"INSERT INTO journal" REST, "INSERT INTO outbox" REST};
#undef REST
    if (!next_seq(store, seq, err))
        return false;
    unsigned char hash[JOURNAL_HASH_SIZE];
    journal_hash(entry->payload, entry->payload_size, hash);
    return store_run(store, sql[entry->is_enrolled], err, "uitutuiuttvuu", &entry->id, *seq,
                     entry->kind, or_null(&entry->actor->user_id), entry->actor->name,
                     or_null(&entry->approver), entry->time, or_null(&entry->group), entry->summary,
                     entry->payload, value_bytes(hash, sizeof hash), or_null(&entry->undoes),
                     or_null(&entry->replaces)) &&
           append_rows(store, entry, *seq, err) && mark_undone(store, entry, err);
}

/* Both tables, newest first; the condition of either part is the same. */
#define FROM_BOTH(columns, condition)                                                              \
    "SELECT " columns " FROM outbox AS o " condition " UNION ALL SELECT " columns                  \
    " FROM journal AS o " condition " ORDER BY seq DESC"

#define INFO_COLUMNS                                                                               \
    "o.id, o.group_id, o.seq AS seq, o.occurred_at, o.kind, o.summary, o.actor_name,"              \
    " o.undone_by IS NOT NULL"

int64_t operation_newest(struct store *store)
{
    int64_t next;
    return next_seq(store, &next, NULL) ? next - 1 : 0;
}

static struct operation_info read_info(struct statement *statement, struct arena *arena)
{
    struct operation_info info = {
        .seq = statement_integer(statement, 2),
        .time = statement_integer(statement, 3),
        .kind = arena_text(arena, statement_text(statement, 4)),
        .summary = arena_text(arena, statement_text(statement, 5)),
        .actor_name = arena_text(arena, statement_text(statement, 6)),
        .is_undone = statement_integer(statement, 7) != 0,
    };
    statement_uuid(statement, 0, &info.id);
    statement_uuid(statement, 1, &info.group);
    return info;
}

int operation_list(struct store *store, int64_t seq, const char *table, const struct uuid *id,
                   int limit, struct arena *arena, struct operation_info *out, struct error *err)
{
    static const char all[] = FROM_BOTH(INFO_COLUMNS, "WHERE o.seq < ?1") " LIMIT ?2";
    static const char of_row[] = FROM_BOTH(
        INFO_COLUMNS, "JOIN journal_rows AS r ON r.seq = o.seq"
                      " WHERE r.table_name = ?3 AND r.row_id = ?4 AND r.seq < ?1") " LIMIT ?2";
    bool is_of_row = table != NULL && id != NULL;
    struct statement *statement = store_prepare(store, is_of_row ? of_row : all, err);
    if (statement == NULL)
        return -1;
    statement_bind_integer(statement, 1, seq > 0 ? seq : INT64_MAX);
    statement_bind_integer(statement, 2, limit);
    if (is_of_row) {
        statement_bind_text(statement, 3, table);
        statement_bind_uuid(statement, 4, id);
    }
    int count = 0;
    int state = 0;
    while (count < limit && (state = statement_step(statement, err)) > 0)
        out[count++] = read_info(statement, arena);
    statement_done(statement);
    return state < 0 ? -1 : count;
}

/* What was refused or lost a conflict has no effect that could be taken back. */
#define STANDS                                                                                     \
    "o.undone_by IS NULL AND o.undoes IS NULL AND o.state NOT IN ('refused', 'conflict', "         \
    "'blocked', 'withdrawn')"
#define UNDO_COLUMNS "o.id, o.group_id, o.seq AS seq, o.kind, o.summary, o.payload"

static bool is_beside(const char *kind)
{
    const struct operation_kind *found = operation_kind_find(kind);
    return found != NULL && found->undo == UNDO_BESIDE;
}

int journal_last(struct store *store, const struct actor *actor, const struct uuid *group,
                 struct arena *arena, struct journal_undo *out, struct error *err)
{
    static const char any[] = FROM_BOTH(UNDO_COLUMNS, "WHERE o.actor_id = ?1 AND " STANDS);
    static const char of_group[] =
        FROM_BOTH(UNDO_COLUMNS, "WHERE o.group_id = ?2 AND o.actor_id = ?1 AND " STANDS);
    struct statement *statement = store_prepare(store, group != NULL ? of_group : any, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, &actor->user_id);
    if (group != NULL)
        statement_bind_uuid(statement, 2, group);
    int state;
    do
        state = statement_step(statement, err);
    while (state > 0 && is_beside(statement_text(statement, 3)));
    if (state > 0) {
        *out = (struct journal_undo){
            .seq = statement_integer(statement, 2),
            .kind = arena_text(arena, statement_text(statement, 3)),
            .summary = arena_text(arena, statement_text(statement, 4)),
            .payload = arena_text(arena, statement_text(statement, 5)),
        };
        statement_uuid(statement, 0, &out->id);
        statement_uuid(statement, 1, &out->group);
    }
    statement_done(statement);
    return state;
}

bool operation_row(struct store *store, const struct uuid *operation, const char *table,
                   struct uuid *id, struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT row_id FROM journal_rows WHERE +table_name = ?2 AND seq = (SELECT seq FROM journal "
        "WHERE id = ?1 UNION ALL SELECT seq FROM outbox WHERE id = ?1) ORDER BY row_id LIMIT 1",
        err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, operation);
    statement_bind_text(statement, 2, table);
    int found = statement_step(statement, err);
    if (found == 1)
        statement_uuid(statement, 0, id);
    else if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This operation touched nothing of %s", table);
    statement_done(statement);
    return found == 1;
}
