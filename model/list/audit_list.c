#include "model/list/audit_list.h"

#define PERSON(column) "(SELECT u.display_name FROM users AS u WHERE u.id = a." column ")"

static const struct query_field fields[] = {
    {.name = "id", .label = "Id", .sql = "a.id", .type = COLUMN_UUID},
    {.name = "time",
     .label = "Time",
     .sql = "a.occurred_at",
     .type = COLUMN_INSTANT,
     .help = "When it was done, by the clock of its terminal",
     .is_sortable = true},
    {.name = "action",
     .label = "Action",
     .sql = "a.action",
     .type = COLUMN_TEXT,
     .help = "What was done: sign_in, order.refund, role_changed …"},
    {.name = "what",
     .label = "What",
     .sql = "coalesce(nullif(a.summary, ''),"
            " CASE WHEN a.details = '{\"erased\": true}' THEN '(erased)' ELSE a.action END)",
     .type = COLUMN_TEXT,
     .help = "The same in words, as far as there are any"},
    {.name = "actor",
     .label = "Who",
     .sql = PERSON("actor_id"),
     .type = COLUMN_TEXT,
     .help = "The person who did it",
     .reference = "a.actor_id"},
    {.name = "approver",
     .label = "Approved by",
     .sql = PERSON("approver_id"),
     .type = COLUMN_TEXT,
     .help = "The person who allowed it on the spot",
     .reference = "a.approver_id"},
    {.name = "target",
     .label = "To whom",
     .sql = PERSON("target_id"),
     .type = COLUMN_TEXT,
     .help = "The person whom it was done to",
     .reference = "a.target_id"},
    {.name = "table",
     .label = "Table",
     .sql = "a.subject_table",
     .type = COLUMN_TEXT,
     .help = "The table of the record that it is about"},
    {.name = "record",
     .label = "Record",
     .sql = "a.subject_id",
     .type = COLUMN_UUID,
     .help = "The id of the record that it is about"},
    {.name = "terminal",
     .label = "Terminal",
     .sql = "CASE WHEN a.terminal_id IS NOT NULL THEN coalesce((SELECT t.name FROM terminals AS t"
            " WHERE t.id = a.terminal_id), 'unknown') WHEN a.incarnation > 0 THEN 'the centre'"
            " WHEN a.incarnation = 0 THEN 'this shop' END",
     .type = COLUMN_TEXT,
     .help = "Where it was done"},
    {.name = "chain",
     .label = "Chain",
     .sql = "a.incarnation",
     .type = COLUMN_INTEGER,
     .help = "Which of the terminal's chains it stands in"},
    {.name = "number",
     .label = "Number",
     .sql = "a.sequence",
     .type = COLUMN_INTEGER,
     .help = "Its number in the chain"},
    {.name = "flaw",
     .label = "Flaw",
     .sql = "a.flaw",
     .type = COLUMN_TEXT,
     .help = "What the centre found wrong with it"},
    {.name = "details",
     .label = "Details",
     .sql = "a.details",
     .type = COLUMN_TEXT,
     .help = "What else is known, as JSON"},
    {.name = "digest",
     .label = "Digest of the words",
     .sql = "lower(hex(a.details_digest))",
     .type = COLUMN_TEXT,
     .help = "SHA-256 over the salt and the words"},
    {.name = "salt",
     .label = "Salt",
     .sql = "lower(hex(a.salt))",
     .type = COLUMN_TEXT,
     .help = "What keeps erased words from being guessed"},
    {.name = "previous",
     .label = "Hash before",
     .sql = "lower(hex(a.prev_hash))",
     .type = COLUMN_TEXT,
     .help = "The hash of the row before it"},
    {.name = "hash",
     .label = "Hash",
     .sql = "lower(hex(a.hash))",
     .type = COLUMN_TEXT,
     .help = "The hash of the row"},
};

const struct query_source audit_source = {
    .name = "audit",
    .from = "audit_logs AS a",
    .id = "a.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "time",
    .sort_descending = true,
};

/* 1: it is kept here, 0: not, -1: failed. */
static int is_kept(struct store *store, const char *operation, struct error *err)
{
    struct uuid id;
    int64_t one;
    if (!uuid_parse(operation, &id))
        return 0;
    return store_find_integer(store, &one,
                              "SELECT 1 FROM journal WHERE id = ?1 UNION ALL SELECT 1 FROM outbox"
                              " WHERE id = ?1",
                              err, "u", &id);
}

int audit_of_record(struct store *store, const char *table, const struct uuid *id, int limit,
                    struct uuid *out, struct error *err)
{
    struct statement *rows = store_prepare(
        store,
        "SELECT id, coalesce(details ->> 'operation', '') FROM audit_logs WHERE subject_id = ?1 AND"
        " subject_table = ?2 ORDER BY occurred_at DESC, id DESC",
        err);
    if (rows == NULL)
        return -1;
    statement_bind_uuid(rows, 1, id);
    statement_bind_text(rows, 2, table);
    int count = 0, state = 1, kept = 0;
    while (count < limit && kept >= 0 && (state = statement_step(rows, err)) > 0) {
        kept = is_kept(store, statement_text(rows, 1), err);
        if (kept == 0)
            statement_uuid(rows, 0, &out[count++]);
    }
    statement_done(rows);
    return state < 0 || kept < 0 ? -1 : count;
}
