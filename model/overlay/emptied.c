#include "model/overlay/emptied.h"

#include "model/base/instant.h"
#include "model/operation/journal.h"
#include "model/operation/wire.h"

static void add_payload(struct buffer *payload, const struct statement *row, const char *summary)
{
    char at[INSTANT_TEXT_SIZE], actor[UUID_TEXT_SIZE];
    struct uuid actor_id;
    buffer_format(payload, "{\"v\":1,\"kind\":\"%s\"", statement_text(row, 0));
    if (statement_uuid(row, 1, &actor_id)) {
        uuid_text(&actor_id, actor);
        buffer_format(payload, ",\"actor\":\"%s\"", actor);
    }
    instant_format(statement_integer(row, 2), at);
    buffer_format(payload, ",\"at\":\"%s\",\"summary\":", at);
    if (!wire_write_text(value_text(summary), payload))
        buffer_add(payload, "\"\"");
    buffer_add(payload, ",\"rows\":[]}");
}

static bool read_old(struct store *store, int64_t seq, struct uuid *old, const char *words,
                     struct buffer *summary, struct buffer *payload, struct error *err)
{
    struct statement *row = store_prepare(
        store, "SELECT kind, actor_id, occurred_at, summary, id FROM outbox WHERE seq = ?1", err);
    if (row == NULL)
        return false;
    statement_bind_integer(row, 1, seq);
    int state = statement_step(row, err);
    if (state > 0) {
        buffer_format(summary, "%s: %s", words, statement_text(row, 3));
        statement_uuid(row, 4, old);
        add_payload(payload, row, summary->text);
    }
    statement_done(row);
    return state > 0;
}

bool emptied_make(struct store *store, int64_t seq, const char *words, struct uuid *id,
                  struct error *err)
{
    struct uuid old;
    struct buffer summary, payload;
    unsigned char hash[JOURNAL_HASH_SIZE];
    buffer_init(&summary);
    buffer_init(&payload);
    *id = uuid_v7(store_env(store));
    bool is_done = read_old(store, seq, &old, words, &summary, &payload, err);
    journal_hash(payload.text, payload.size, hash);
    is_done = is_done &&
              store_run(store,
                        "UPDATE outbox SET id = ?2, summary = ?3, payload = ?4, hash = ?5,"
                        " withdrawn_at = now(), undone_by = ?2, undoes = NULL, replaces = NULL,"
                        " approver_id = NULL, is_hidden = FALSE, is_parked = FALSE, attempts = 0"
                        " WHERE seq = ?1",
                        err, "iuttv", seq, id, summary.text, payload.text,
                        value_bytes(hash, sizeof hash)) &&
              store_run(store, "DELETE FROM journal_rows WHERE seq = ?1", err, "i", seq) &&
              store_run(store, "UPDATE outbox SET undone_by = NULL WHERE undone_by = ?1", err, "u",
                        &old) &&
              store_run(store, "UPDATE journal SET undone_by = NULL WHERE undone_by = ?1", err, "u",
                        &old);
    buffer_done(&summary);
    buffer_done(&payload);
    return is_done;
}
