#include "model/operation/audit.h"

#include "model/base/text.h"
#include "model/operation/audit_row.h"
#include "model/store/store_sql.h"

#include <string.h>

bool audit_place(struct store *store, struct audit_head *out, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT value, coalesce((SELECT CAST(value AS INTEGER) FROM sync_state WHERE name ="
        " 'incarnation'), 1) FROM sync_state WHERE name = 'terminal_id'",
        err);
    if (row == NULL)
        return false;
    int state = statement_step(row, err);
    *out = (struct audit_head){.incarnation = 0};
    if (state > 0 && uuid_parse(statement_text(row, 0), &out->terminal))
        out->incarnation = statement_integer(row, 1);
    statement_done(row);
    return state >= 0;
}

/* The newest row of the chains of a terminal: 1, 0 there is none, -1 failed. */
static int read_newest(struct store *store, const struct uuid *terminal, int64_t incarnation_max,
                       struct audit_head *out, struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT incarnation, sequence, hash FROM audit_logs WHERE terminal_id IS ?1"
                      " AND incarnation <= ?2 AND sequence > 0"
                      " ORDER BY incarnation DESC, sequence DESC LIMIT 1",
                      err);
    if (row == NULL)
        return -1;
    statement_bind_value(row, 1, value_uuid_or_null(terminal));
    statement_bind_integer(row, 2, incarnation_max);
    int state = statement_step(row, err);
    if (state > 0) {
        struct value hash = statement_value(row, 2);
        out->terminal = *terminal;
        out->incarnation = statement_integer(row, 0);
        out->sequence = statement_integer(row, 1);
        if (hash.size == sizeof out->hash)
            memcpy(out->hash, hash.bytes, sizeof out->hash);
    }
    statement_done(row);
    return state;
}

/* A terminal's first chain goes on from that of the shop that ran alone in this store. */
static bool read_head(struct store *store, const struct audit_head *place, struct audit_head *out,
                      struct error *err)
{
    *out = *place;
    int found = read_newest(store, &place->terminal, place->incarnation, out, err);
    if (found == 0 && !uuid_is_zero(&place->terminal))
        found = read_newest(store, &(struct uuid){{0}}, 0, out, err);
    return found >= 0;
}

bool audit_head(struct store *store, struct audit_head *out, struct error *err)
{
    struct audit_head place;
    return audit_place(store, &place, err) && read_head(store, &place, out, err);
}

static struct uuid id_of(const struct uuid *id)
{
    return id != NULL ? *id : (struct uuid){{0}};
}

static bool make_row(struct store *store, const struct audit_entry *entry, struct audit_row *row,
                     struct error *err)
{
    struct audit_head place, head;
    if (!audit_place(store, &place, err) || !read_head(store, &place, &head, err))
        return false;
    bool goes_on = head.sequence > 0 && head.incarnation == place.incarnation &&
                   uuid_equal(&head.terminal, &place.terminal);
    *row = (struct audit_row){
        .id = uuid_v7(store_env(store)),
        .tenant = *store_tenant(store),
        .terminal = place.terminal,
        .incarnation = place.incarnation,
        .sequence = goes_on ? head.sequence + 1 : 1,
        .actor = id_of(entry->actor),
        .target = id_of(entry->target),
        .approver = id_of(entry->approver),
        .action = entry->action,
        .subject_table = entry->subject_table,
        .subject = id_of(entry->subject),
        .time = entry->time != 0 ? entry->time : env_now(store_env(store)),
    };
    memcpy(row->previous, head.hash, sizeof row->previous);
    return true;
}

static bool insert(struct store *store, const struct audit_row *row, const unsigned char *salt,
                   const char *summary, const char *details, struct error *err)
{
    static const unsigned char nothing[AUDIT_HASH_SIZE];
    unsigned char hash[AUDIT_HASH_SIZE];
    bool is_first = memcmp(row->previous, nothing, sizeof nothing) == 0;
    audit_hash(row, hash);
    return store_run(
        store,
        "INSERT INTO audit_logs (id, tenant_id, terminal_id, incarnation, sequence, actor_id,"
        " target_id, approver_id, action, subject_table, subject_id, occurred_at, summary,"
        " details, salt, details_digest, prev_hash, hash, created_at, updated_at) VALUES (?1, ?2,"
        " ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?12, ?12)",
        err, "uuviivvvttvittvvvv", &row->id, &row->tenant, value_uuid_or_null(&row->terminal),
        row->incarnation, row->sequence, value_uuid_or_null(&row->actor),
        value_uuid_or_null(&row->target), value_uuid_or_null(&row->approver), row->action,
        row->subject_table, value_uuid_or_null(&row->subject), row->time, summary, details,
        value_bytes(salt, AUDIT_SALT_SIZE), value_bytes(row->digest, sizeof row->digest),
        is_first ? value_null() : value_bytes(row->previous, sizeof row->previous),
        value_bytes(hash, sizeof hash));
}

bool audit_add(struct store *store, const struct audit_entry *entry, struct error *err)
{
    struct audit_row row;
    struct buffer details;
    unsigned char salt[AUDIT_SALT_SIZE];
    char summary[AUDIT_SUMMARY_SIZE + 1] = "";
    if (!store_in_transaction(store))
        return error_set(err, ERROR_STORE,
                         "%s was to be audited outside of a transaction: a fault of the program",
                         entry->action);
    if (uuid_is_zero(store_tenant(store)))
        return true;
    if (entry->summary != NULL)
        text_copy(summary, sizeof summary, entry->summary);
    if (!text_is_utf8(summary, strlen(summary)))
        return error_set(err, ERROR_INPUT, "the words for the audit trail are no UTF-8");
    env_random(store_env(store), salt, sizeof salt);
    buffer_init(&details);
    bool is_done =
        audit_details(entry->details, &details, err) && make_row(store, entry, &row, err);
    if (is_done) {
        const char *words = summary[0] != '\0' ? summary : NULL;
        audit_digest(salt, words, details.text, row.digest);
        is_done = insert(store, &row, salt, words, details.text, err);
    }
    buffer_done(&details);
    return is_done;
}

bool audit_write(struct store *store, const struct audit_entry *entry, struct error *err)
{
    if (!store_begin(store, err))
        return false;
    if (audit_add(store, entry, err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}
