#include "model/privacy/retention.h"

#include "model/base/instant.h"
#include "model/operation/audit.h"
#include "model/operation/journal.h"
#include "model/operation/operation.h"
#include "model/privacy/personal.h"
#include "model/store/schema.h"
#include "model/store/store_sql.h"

#include <string.h>

enum { SLICE_ROWS = 2000 };

/* What is left of a mark where nobody is erased: rows get old, whoever they are about. */
static const char nobody[SUBJECT_MARK_SIZE] = "000000000000";

struct rule {
    struct retention_line *line;
    const struct table *table;
    const char *condition; /* of its rows that are old enough: ?1 is the instant before which */
};

/* Rows that others need are left: what protects them stands in the map of references. */
static void add_condition(struct buffer *sql, const struct schema *schema, const struct rule *rule,
                          const char *age_column)
{
    const char *name = rule->table->name;
    buffer_format(sql, "\"%s\" < ?1", age_column);
    if (rule->line->status[0] != '\0')
        buffer_add(sql, " AND status = ?2");
    else
        buffer_add(sql, " AND ?2 = ''");
    for (size_t i = 0; i < schema->table_count && strcmp(rule->line->action, "delete") == 0; i++)
        for (size_t k = 0; k < schema->tables[i].column_count; k++) {
            const struct column *column = &schema->tables[i].columns[k];
            if (column->reference == rule->table && column->on_delete == ON_DELETE_PROTECT)
                buffer_format(sql,
                              " AND NOT EXISTS (SELECT 1 FROM \"%s\" AS c WHERE c.\"%s\" ="
                              " \"%s\".id)",
                              schema->tables[i].name, column->name, name);
        }
}

static const char *why_not(const struct rule *rule, bool is_listed, bool is_deletable)
{
    const char *action = rule->line->action;
    if (rule->table == NULL || !is_listed)
        return "rows of this table do not go by age";
    if (strcmp(action, "delete") == 0 && !is_deletable)
        return "rows of this table are archived or anonymised, not deleted";
    if (strcmp(action, "archive") == 0 && strcmp(rule->line->table, "orders") != 0)
        return "orders alone are archived";
    return NULL;
}

static bool read_rules(struct store *store, struct arena *arena, struct retention *out,
                       struct rule **rules, struct error *err)
{
    enum { RULES_MAX = 100 };
    struct statement *row = store_prepare(
        store,
        "SELECT p.subject_table, p.only_status, p.action, p.keep_days, r.age_column,"
        " r.is_deletable FROM retention_policies AS p LEFT JOIN retention_tables AS r"
        " ON r.table_name = p.subject_table WHERE p.is_active ORDER BY 1, 2, 3 LIMIT 100",
        err);
    if (row == NULL)
        return false;
    out->lines = arena_alloc(arena, RULES_MAX * sizeof *out->lines);
    *rules = arena_alloc(arena, RULES_MAX * sizeof **rules);
    int state;
    while ((state = statement_step(row, err)) > 0) {
        struct retention_line *line = &out->lines[out->count];
        struct rule *rule = &(*rules)[out->count++];
        *line = (struct retention_line){
            .table = arena_text(arena, statement_text(row, 0)),
            .status = arena_text(arena, statement_text(row, 1)),
            .action = arena_text(arena, statement_text(row, 2)),
            .days = statement_integer(row, 3),
        };
        *rule = (struct rule){line, schema_table(store_schema(store), line->table), NULL};
        line->why_not = why_not(rule, !statement_is_null(row, 4), statement_integer(row, 5) != 0);
        if (line->why_not != NULL)
            continue;
        struct buffer sql;
        buffer_init(&sql);
        add_condition(&sql, store_schema(store), rule, statement_text(row, 4));
        rule->condition = arena_text(arena, sql.text);
        buffer_done(&sql);
    }
    statement_done(row);
    return state == 0;
}

static int64_t limit_of(struct store *store, const struct rule *rule)
{
    return env_now(store_env(store)) - rule->line->days * DAY_US;
}

static bool count_rows(struct store *store, const struct rule *rule, struct arena *arena,
                       struct error *err)
{
    return store_find_integer(store, &rule->line->rows,
                              arena_format(arena, "SELECT count(*) FROM \"%s\" WHERE %s",
                                           rule->table->name, rule->condition),
                              err, "it", limit_of(store, rule), rule->line->status) > 0;
}

static bool read_slice(struct store *store, const struct rule *rule, int limit, struct arena *arena,
                       struct id_set *out, struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      arena_format(arena, "SELECT id FROM \"%s\" WHERE %s LIMIT %d",
                                   rule->table->name, rule->condition, limit),
                      err);
    if (row == NULL)
        return false;
    statement_bind_integer(row, 1, limit_of(store, rule));
    statement_bind_text(row, 2, rule->line->status);
    bool is_done = id_set_read(row, arena, out, err);
    statement_done(row);
    return is_done;
}

/* What refers to rows that go forgets them, or is a part of them and goes along. */
static bool delete_rows(struct store *store, const struct rule *rule, const struct id_set *rows,
                        struct arena *arena, struct error *err)
{
    const struct schema *schema = store_schema(store);
    for (size_t i = 0; i < schema->table_count; i++)
        for (size_t k = 0; k < schema->tables[i].column_count; k++) {
            const struct column *column = &schema->tables[i].columns[k];
            if (column->reference != rule->table || column->on_delete == ON_DELETE_PROTECT)
                continue;
            const char *sql =
                column->on_delete == ON_DELETE_CLEAR
                    ? arena_format(arena, "UPDATE \"%s\" SET \"%s\" = NULL WHERE \"%s\"%s",
                                   schema->tables[i].name, column->name, column->name,
                                   ID_SET_IN("1"))
                    : arena_format(arena, "DELETE FROM \"%s\" WHERE \"%s\"%s",
                                   schema->tables[i].name, column->name, ID_SET_IN("1"));
            if (!store_run(store, sql, err, "v", id_set_value(rows)))
                return false;
        }
    return store_run(
        store,
        arena_format(arena, "DELETE FROM \"%s\" WHERE id%s", rule->table->name, ID_SET_IN("1")),
        err, "v", id_set_value(rows));
}

static bool archive_rows(struct store *store, const struct id_set *rows, struct error *err)
{
    return store_run(store,
                     "INSERT INTO order_events (tenant_id, order_id, kind, from_status, to_status)"
                     " SELECT tenant_id, id, 'status', status, 'archived' FROM orders WHERE"
                     " id" ID_SET_IN("1"),
                     err, "v", id_set_value(rows)) &&
           store_run(store,
                     "UPDATE orders SET status = 'archived', archived_at = now() WHERE"
                     " id" ID_SET_IN("1"),
                     err, "v", id_set_value(rows));
}

/* Anonymised rows are as old as before: how many changed says whether it is over. */
static int64_t anonymise_rows(struct store *store, const struct rule *rule,
                              const struct id_set *rows, struct error *err)
{
    char law_day[16];
    int years;
    const struct personal_rows old = {rule->table, "id", *rows};
    return personal_law_day(store, law_day, &years, err)
               ? personal_erase(store, &old, nobody, law_day, err)
               : -1;
}

/* A slice, in the open transaction: how many rows it was, or -1. */
static int64_t do_slice(struct store *store, const struct rule *rule, struct arena *arena,
                        struct error *err)
{
    struct id_set rows;
    bool anonymises = strcmp(rule->line->action, "anonymise") == 0;
    if (!read_slice(store, rule, anonymises ? -1 : SLICE_ROWS, arena, &rows, err))
        return -1;
    if (rows.count == 0)
        return 0;
    if (anonymises)
        return anonymise_rows(store, rule, &rows, err);
    bool is_done = strcmp(rule->line->action, "archive") == 0
                       ? archive_rows(store, &rows, err)
                       : delete_rows(store, rule, &rows, arena, err);
    return is_done ? (int64_t)rows.count : -1;
}

static bool do_rule(struct store *store, const struct rule *rule, struct error *err)
{
    struct arena *arena = arena_new();
    int64_t done;
    do {
        done = -1;
        if (!store_begin(store, err))
            break;
        store_set_overlay(store, true);
        done = do_slice(store, rule, arena, err);
        store_set_overlay(store, false);
        if (done < 0)
            store_rollback(store);
        else if (!store_commit(store, err))
            done = -1;
        else
            rule->line->rows += done;
        arena_reset(arena);
    } while (done > 0);
    arena_free(arena);
    return done == 0;
}

/* That it was done, and how many rows it was, stands in the trail. */
static bool note(struct store *store, const struct actor *actor, const struct retention *done,
                 struct error *err)
{
    if (done->rows == 0)
        return true;
    if (!store_begin(store, err))
        return false;
    json_t *rows = json_object();
    for (size_t i = 0; i < done->count; i++)
        if (done->lines[i].rows > 0)
            json_object_set_new(rows, done->lines[i].table, json_integer(done->lines[i].rows));
    const struct audit_entry entry = {
        .action = "retention", .actor = actor != NULL ? &actor->user_id : NULL, .details = rows};
    bool is_done = audit_add(store, &entry, err);
    json_decref(rows);
    if (is_done)
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

bool retention_run(struct store *store, const struct actor *actor, bool is_dry, struct arena *arena,
                   struct retention *out, struct error *err)
{
    struct rule *rules;
    int enrolled = journal_is_enrolled(store, err);
    *out = (struct retention){0};
    if (enrolled < 0 || (actor != NULL && !actor_may(store, actor, "privacy.manage", err)))
        return false;
    if (enrolled > 0)
        return error_set(err, ERROR_RULE, "the centre keeps the rules of retention; connect to it");
    if (!read_rules(store, arena, out, &rules, err))
        return false;
    for (size_t i = 0; i < out->count; i++) {
        if (rules[i].line->why_not != NULL)
            continue;
        if (is_dry ? !count_rows(store, &rules[i], arena, err) : !do_rule(store, &rules[i], err))
            return false;
        out->rows += out->lines[i].rows;
    }
    return is_dry || note(store, actor, out, err);
}

static const char *member(const json_t *of, const char *name, struct arena *arena)
{
    const char *text = json_string_value(json_object_get(of, name));
    return arena_text(arena, text != NULL ? text : "");
}

bool retention_add(const json_t *answer, struct arena *arena, struct retention *out,
                   struct error *err)
{
    size_t count = json_array_size(answer);
    bool is_first = out->lines == NULL;
    if (is_first) {
        out->lines = arena_alloc(arena, (count + 1) * sizeof *out->lines);
        out->count = count;
    }
    if (!json_is_array(answer) || out->count != count)
        return error_set(err, ERROR_CONFLICT, "the rules were changed meanwhile; look again");
    for (size_t i = 0; i < count; i++) {
        const json_t *said = json_array_get(answer, i);
        struct retention_line *line = &out->lines[i];
        int64_t rows = json_integer_value(json_object_get(said, "rows"));
        if (is_first)
            *line = (struct retention_line){
                .table = member(said, "table", arena),
                .status = member(said, "status", arena),
                .action = member(said, "action", arena),
                .days = json_integer_value(json_object_get(said, "days")),
            };
        line->rows += rows;
        out->rows += rows;
    }
    return true;
}
