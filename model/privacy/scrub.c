#include "model/privacy/scrub.h"

#include "model/operation/journal.h"

#include <stdlib.h>
#include <string.h>

enum { REAL_DIGITS = 15 };

/* What is known of a table, once it was asked for. */
struct table_map {
    bool is_known;
    int count;
    struct personal_column *columns;
    size_t link_count;
    const char **links; /* the columns that its paths begin with */
};

struct seqs {
    int64_t *items;
    size_t count, capacity;
};

struct scrub {
    struct store *store;
    const struct subject *person;
    struct arena *arena;
    struct table_map *maps;   /* by table->index */
    struct id_set theirs;     /* sorted: rows that are the person's, those that are gone too */
    struct buffer news;       /* ids that were found to be */
    struct seqs fresh, known; /* operations that touch them: to be looked at, and done with */
};

static bool read_links(struct scrub *scrub, const struct table *table, struct table_map *map,
                       struct error *err)
{
    enum { LINKS_MAX = 8 };
    struct statement *row = store_prepare(scrub->store,
                                          "SELECT DISTINCT substr(path, 1, instr(path || '>', '>')"
                                          " - 1) FROM personal_paths WHERE table_name = ?1 AND"
                                          " ends_at IN ('customer', 'user') LIMIT 8",
                                          err);
    if (row == NULL)
        return false;
    statement_bind_text(row, 1, table->name);
    map->links = arena_alloc(scrub->arena, LINKS_MAX * sizeof *map->links);
    int state;
    while ((state = statement_step(row, err)) > 0)
        map->links[map->link_count++] = arena_text(scrub->arena, statement_text(row, 0));
    statement_done(row);
    return state == 0;
}

static struct table_map *map_of(struct scrub *scrub, const struct table *table, struct error *err)
{
    struct table_map *map = &scrub->maps[table->index];
    if (!map->is_known) {
        map->count = personal_columns(scrub->store, table, scrub->arena, &map->columns, err);
        map->is_known = map->count >= 0 && read_links(scrub, table, map, err);
    }
    return map->is_known ? map : NULL;
}

static bool has_theirs(const struct scrub *scrub, const struct table_map *map, const json_t *fields)
{
    for (size_t i = 0; i < map->link_count; i++) {
        const char *text = json_string_value(json_object_get(fields, map->links[i]));
        struct uuid id;
        if (text != NULL && uuid_parse(text, &id) && id_set_has(&scrub->theirs, &id))
            return true;
    }
    return false;
}

/* Whether a row of an operation is the person's: by its id, or by what it refers to. */
static bool is_theirs(const struct scrub *scrub, const struct table_map *map, const json_t *row,
                      const struct uuid *id)
{
    return id_set_has(&scrub->theirs, id) || has_theirs(scrub, map, json_object_get(row, "new")) ||
           has_theirs(scrub, map, json_object_get(row, "base"));
}

static void scrub_fields(const struct scrub *scrub, const struct table_map *map,
                         const struct uuid *id, json_t *fields, bool is_kept, bool keeps_law)
{
    for (int i = 0; i < map->count; i++) {
        const struct personal_column *column = &map->columns[i];
        const json_t *now = json_object_get(fields, column->column->name);
        if (personal_is_erased(column) && now != NULL && !json_is_null(now) &&
            !(keeps_law && column->law[0] != '\0'))
            json_object_set_new(fields, column->column->name,
                                personal_neutral_json(column, scrub->person->mark, id, is_kept));
    }
}

/* Each row of an operation, with its table and id; `visit` says false when it failed. */
static bool each_row(struct scrub *scrub, json_t *payload, bool keeps_law,
                     void (*visit)(struct scrub *scrub, const struct table_map *map, json_t *row,
                                   const struct uuid *id, bool keeps_law),
                     struct error *err)
{
    json_t *row;
    size_t index;
    json_array_foreach(json_object_get(payload, "rows"), index, row)
    {
        const char *name = json_string_value(json_object_get(row, "table"));
        const char *text = json_string_value(json_object_get(row, "id"));
        const struct table *table =
            name != NULL ? schema_table(store_schema(scrub->store), name) : NULL;
        struct uuid id;
        if (table == NULL || text == NULL || !uuid_parse(text, &id))
            continue;
        const struct table_map *map = map_of(scrub, table, err);
        if (map == NULL)
            return false;
        visit(scrub, map, row, &id, keeps_law);
    }
    return true;
}

static void note_row(struct scrub *scrub, const struct table_map *map, json_t *row,
                     const struct uuid *id, bool keeps_law)
{
    (void)keeps_law;
    if (!id_set_has(&scrub->theirs, id) && is_theirs(scrub, map, row, id))
        buffer_add_bytes(&scrub->news, (const char *)id->bytes, UUID_SIZE);
}

static void scrub_row(struct scrub *scrub, const struct table_map *map, json_t *row,
                      const struct uuid *id, bool keeps_law)
{
    if (!is_theirs(scrub, map, row, id))
        return;
    scrub_fields(scrub, map, id, json_object_get(row, "base"), false, keeps_law);
    scrub_fields(scrub, map, id, json_object_get(row, "new"), false, keeps_law);
}

static int compare_seqs(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, two = *(const int64_t *)b;
    return (one > two) - (one < two);
}

static void add_seq(struct seqs *seqs, int64_t seq)
{
    if (seqs->count == seqs->capacity) {
        seqs->capacity = seqs->capacity > 0 ? 2 * seqs->capacity : 64;
        seqs->items = memory_resize(seqs->items, seqs->capacity, sizeof *seqs->items);
    }
    seqs->items[seqs->count++] = seq;
}

static void sort_seqs(struct seqs *seqs)
{
    if (seqs->count > 0)
        qsort(seqs->items, seqs->count, sizeof *seqs->items, compare_seqs);
}

/* Leaves in `fresh` each once, and those alone that were not looked at yet. */
static void keep_new(struct seqs *fresh, const struct seqs *known)
{
    size_t kept = 0;
    sort_seqs(fresh);
    for (size_t i = 0; i < fresh->count; i++)
        if ((i == 0 || fresh->items[i] != fresh->items[i - 1]) &&
            (known->count == 0 || bsearch(&fresh->items[i], known->items, known->count,
                                          sizeof *known->items, compare_seqs) == NULL))
            fresh->items[kept++] = fresh->items[i];
    fresh->count = kept;
}

/* Adds to `fresh` the operations that touched these rows, of one table or of any. */
static bool find_operations(struct scrub *scrub, const struct table *table,
                            const struct id_set *rows, struct error *err)
{
    struct statement *row =
        store_prepare(scrub->store,
                      table != NULL ? "SELECT DISTINCT seq FROM journal_rows WHERE table_name = ?2"
                                      " AND row_id" ID_SET_IN("1")
                                    : "SELECT DISTINCT j.seq FROM sync_tables AS t JOIN"
                                      " journal_rows AS j ON j.table_name = t.name AND ?2 IS NULL"
                                      " AND j.row_id" ID_SET_IN("1"),
                      err);
    if (row == NULL)
        return false;
    statement_bind_value(row, 1, id_set_value(rows));
    statement_bind_text(row, 2, table != NULL ? table->name : NULL);
    int state;
    while ((state = statement_step(row, err)) > 0)
        add_seq(&scrub->fresh, statement_integer(row, 0));
    statement_done(row);
    return state == 0;
}

/* The operation at a seq, in outbox or journal: 1, 0 none, -1 failed. */
struct kept_operation {
    bool is_waiting, was_sent;
    json_t *payload;
    const char *kind;
    char id[UUID_TEXT_SIZE];
};

static int read_operation(struct scrub *scrub, int64_t seq, struct kept_operation *out,
                          struct error *err)
{
    struct statement *row = store_prepare(
        scrub->store,
        "SELECT 1, attempts > 0, payload, kind, id FROM outbox WHERE seq = ?1 UNION ALL"
        " SELECT 0, EXISTS (SELECT 1 FROM sync_state WHERE"
        " name = 'terminal_id'), payload, kind, id FROM journal WHERE seq = ?1",
        err);
    if (row == NULL)
        return -1;
    statement_bind_integer(row, 1, seq);
    int state = statement_step(row, err);
    if (state > 0) {
        out->is_waiting = statement_integer(row, 0) != 0;
        out->was_sent = statement_integer(row, 1) != 0;
        out->payload = json_loads(statement_text(row, 2), 0, NULL);
        out->kind = arena_text(scrub->arena, statement_text(row, 3));
        struct uuid id;
        if (statement_uuid(row, 4, &id))
            uuid_text(&id, out->id);
    }
    statement_done(row);
    return state;
}

static bool look(struct scrub *scrub, int64_t seq, struct error *err)
{
    struct kept_operation kept = {0};
    int state = read_operation(scrub, seq, &kept, err);
    bool is_done = state == 0 || (state > 0 && each_row(scrub, kept.payload, false, note_row, err));
    json_decref(kept.payload);
    return is_done;
}

static struct id_set take_news(struct scrub *scrub)
{
    struct id_set news = {
        (unsigned char *)arena_bytes(scrub->arena, scrub->news.text, scrub->news.size),
        scrub->news.size / UUID_SIZE};
    buffer_clear(&scrub->news);
    id_set_sort(&news);
    return news;
}

/* Rows that are gone are the person's, too, where an operation made them as part of something that
 * is; and so on with the operations that touched those. */
static bool close_over(struct scrub *scrub, struct error *err)
{
    for (;;) {
        keep_new(&scrub->fresh, &scrub->known);
        for (size_t i = 0; i < scrub->fresh.count; i++) {
            if (!look(scrub, scrub->fresh.items[i], err))
                return false;
            add_seq(&scrub->known, scrub->fresh.items[i]);
        }
        sort_seqs(&scrub->known);
        scrub->fresh.count = 0;
        if (scrub->news.size == 0)
            return true;
        struct id_set added = take_news(scrub);
        buffer_add_bytes(&scrub->news, (const char *)added.ids, added.count * UUID_SIZE);
        buffer_add_bytes(&scrub->news, (const char *)scrub->theirs.ids,
                         scrub->theirs.count * UUID_SIZE);
        scrub->theirs = take_news(scrub);
        if (!find_operations(scrub, NULL, &added, err))
            return false;
    }
}

static bool write_operation(struct scrub *scrub, int64_t seq, const struct kept_operation *kept,
                            const char *words, struct error *err)
{
    static const char *const sql[] = {
#define SET                                                                                        \
    " SET payload = ?2, summary = ?4, reason = CASE WHEN reason IS NOT NULL THEN '(erased)' END,"  \
    " sent_hash = CASE WHEN ?5 THEN coalesce(sent_hash, hash) END, hash = ?3 WHERE seq = ?1"
        "UPDATE journal" SET, "UPDATE outbox" SET
#undef SET
    };
    unsigned char hash[JOURNAL_HASH_SIZE];
    char *text = json_dumps(kept->payload, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));
    if (text == NULL)
        return error_set(err, ERROR_STORE, "an operation that was kept can't be read");
    journal_hash(text, strlen(text), hash);
    bool is_done =
        store_run(scrub->store, sql[kept->is_waiting], err, "itvti", seq, text,
                  value_bytes(hash, sizeof hash), words, (int64_t)kept->was_sent) &&
        store_run(scrub->store,
                  "UPDATE attention SET summary = ?2, reason = '(erased)', details = '{}' WHERE"
                  " operation_id IN (SELECT id FROM outbox WHERE seq = ?1 UNION ALL SELECT id FROM"
                  " journal WHERE seq = ?1)",
                  err, "it", seq, words) &&
        /* Its row of the audit trail, which stays in its chain by its digest. */
        store_run(scrub->store,
                  "UPDATE audit_logs SET summary = NULL, salt = NULL, details ="
                  " '{\"erased\": true}' WHERE rowid IN (SELECT a.rowid FROM (SELECT id, kind,"
                  " occurred_at FROM outbox WHERE seq = ?1 UNION ALL SELECT id, kind, occurred_at"
                  " FROM journal WHERE seq = ?1) AS o JOIN audit_logs AS a ON a.occurred_at ="
                  " o.occurred_at AND a.action = o.kind AND replace(a.details ->> 'operation',"
                  " '-', '') = lower(hex(o.id)))",
                  err, "i", seq);
    free(text);
    return is_done;
}

static bool scrub_operation(struct scrub *scrub, int64_t seq, struct error *err)
{
    struct kept_operation kept = {0};
    int state = read_operation(scrub, seq, &kept, err);
    bool is_done = state == 0;
    if (state > 0 && each_row(scrub, kept.payload, kept.is_waiting, scrub_row, err)) {
        const struct operation_kind *kind = operation_kind_find(kept.kind);
        const char *words = kind != NULL ? kind->label : "(erased)";
        json_object_set_new(kept.payload, "summary", json_string(words));
        is_done = write_operation(scrub, seq, &kept, words, err);
    }
    json_decref(kept.payload);
    return is_done;
}

/* A row of base_rows or op_rows: `sql` writes its fields, by rowid. */
static bool scrub_kept(struct scrub *scrub, const char *select, const char *update,
                       struct error *err)
{
    struct statement *row = store_prepare(scrub->store, select, err);
    bool is_done = row != NULL;
    int state = 0;
    if (row == NULL)
        return false;
    statement_bind_value(row, 1, id_set_value(&scrub->theirs));
    while (is_done && (state = statement_step(row, err)) > 0) {
        const struct table *table =
            schema_table(store_schema(scrub->store), statement_text(row, 1));
        const struct table_map *map = table != NULL ? map_of(scrub, table, err) : NULL;
        json_t *fields = json_loads(statement_text(row, 3), 0, NULL);
        struct uuid id;
        if (map != NULL && fields != NULL && statement_uuid(row, 2, &id)) {
            scrub_fields(scrub, map, &id, fields, true, true);
            char *text = json_dumps(fields, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));
            is_done = store_run(scrub->store, update, err, "it", statement_integer(row, 0), text);
            free(text);
        }
        json_decref(fields);
    }
    statement_done(row);
    return is_done && state >= 0;
}

static bool scrub_all(struct scrub *scrub, const struct personal_list *list, struct error *err)
{
    for (size_t i = 0; i < list->count; i++)
        if (!find_operations(scrub, list->items[i].table, &list->items[i].rows, err))
            return false;
    if (!close_over(scrub, err))
        return false;
    for (size_t i = 0; i < scrub->known.count; i++)
        if (!scrub_operation(scrub, scrub->known.items[i], err))
            return false;
    return scrub_kept(scrub,
                      "SELECT b.rowid, b.table_name, b.row_id, b.fields FROM base_rows AS b WHERE"
                      " b.fields IS NOT NULL AND b.row_id" ID_SET_IN("1"),
                      "UPDATE base_rows SET fields = ?2 WHERE rowid = ?1", err) &&
           scrub_kept(scrub,
                      "SELECT o.rowid, o.table_name, o.row_id, o.fields FROM op_rows AS o WHERE"
                      " o.row_id" ID_SET_IN("1"),
                      "UPDATE op_rows SET fields = ?2 WHERE rowid = ?1", err);
}

/* A person who worked here stands in the list of what was done. */
static bool scrub_actor(struct scrub *scrub, struct error *err)
{
    char name[SUBJECT_NEUTRAL_SIZE];
    subject_neutral_name(scrub->person, name);
    const struct value users = id_set_value(&scrub->person->users);
    return scrub->person->users.count == 0 ||
           (store_run(scrub->store,
                      "UPDATE journal SET actor_name = ?2 WHERE actor_id" ID_SET_IN("1"), err, "vt",
                      users, name) &&
            store_run(scrub->store,
                      "UPDATE outbox SET actor_name = ?2 WHERE actor_id" ID_SET_IN("1"), err, "vt",
                      users, name));
}

bool scrub_own(struct store *store, const struct subject *person, const struct personal_list *list,
               struct error *err)
{
    struct scrub scrub = {.store = store, .person = person, .arena = arena_new()};
    scrub.maps = arena_alloc(scrub.arena, store_schema(store)->table_count * sizeof *scrub.maps);
    buffer_init(&scrub.news);
    for (size_t i = 0; i < list->count; i++)
        buffer_add_bytes(&scrub.news, (const char *)list->items[i].rows.ids,
                         list->items[i].rows.count * UUID_SIZE);
    scrub.theirs = take_news(&scrub);
    bool is_done = scrub_all(&scrub, list, err) && scrub_actor(&scrub, err);
    free(scrub.fresh.items);
    free(scrub.known.items);
    buffer_done(&scrub.news);
    arena_free(scrub.arena);
    return is_done;
}
