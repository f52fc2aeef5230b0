#include "model/privacy/erasure.h"

#include "model/operation/audit.h"
#include "model/operation/journal.h"
#include "model/operation/operation_private.h"
#include "model/operation/record.h"
#include "model/paper/print_queue.h"
#include "model/privacy/erasure_private.h"
#include "model/privacy/scrub.h"
#include "model/store/store_sql.h"

#include <string.h>

/* Before every date: what the law keeps stays. */
static const char law_keeps_all[] = "0000-00-00";

static bool find_hindrances(struct store *store, const struct subject *person, struct arena *arena,
                            struct erasure *out, struct error *err)
{
    enum { HINDRANCES_MAX = 20 };
    struct statement *row =
        store_prepare(store,
                      "SELECT name || ' ' || what FROM person_hindrances WHERE"
                      " customer_id" ID_SET_IN("1") " OR user_id" ID_SET_IN("2") " LIMIT 20",
                      err);
    if (row == NULL)
        return false;
    statement_bind_value(row, 1, id_set_value(&person->customers));
    statement_bind_value(row, 2, id_set_value(&person->users));
    out->hindrances = arena_alloc(arena, HINDRANCES_MAX * sizeof *out->hindrances);
    int state;
    while ((state = statement_step(row, err)) > 0)
        out->hindrances[out->hindrance_count++] = arena_text(arena, statement_text(row, 0));
    statement_done(row);
    return state == 0;
}

static struct erasure_line *line_of(struct erasure *erasure, const struct table *table)
{
    for (size_t i = 0; i < erasure->count; i++)
        if (erasure->lines[i].table == table)
            return &erasure->lines[i];
    struct erasure_line *line = &erasure->lines[erasure->count++];
    *line = (struct erasure_line){.table = table};
    return line;
}

/* What becomes of rows: how many are kept, and why. */
static bool add_line(struct store *store, const struct personal_rows *rows, const char *law_day,
                     struct arena *arena, struct erasure *out, struct error *err)
{
    struct personal_column *columns;
    struct erasure_line *line = line_of(out, rows->table);
    int count = personal_columns(store, rows->table, arena, &columns, err);
    const char *lawful = NULL;
    int64_t kept = personal_lawful(store, rows, law_day, &lawful, arena, err);
    bool has_erased = false;
    if (count < 0 || kept < 0)
        return false;
    for (int i = 0; i < count; i++) {
        has_erased |= personal_is_erased(&columns[i]);
        line->is_deleted |= strcmp(columns[i].erase, "delete") == 0;
        if (strcmp(columns[i].erase, "keep") == 0)
            line->why = columns[i].why;
    }
    int64_t all = (int64_t)rows->rows.count;
    if (kept > 0)
        line->why = arena_format(arena, "%s, for %d years", lawful, out->years);
    line->kept += kept > 0 ? kept : line->why != NULL ? all : 0;
    line->rows += all;
    line->changed += has_erased ? all - kept : 0;
    out->rows += all;
    return true;
}

static bool make_plan(struct store *store, const struct subject *person,
                      const struct personal_list *list, const char *law_day, struct arena *arena,
                      struct erasure *out, struct error *err)
{
    out->lines = arena_alloc(arena, (list->count + 1) * sizeof *out->lines);
    for (size_t i = 0; i < list->count; i++)
        if (!add_line(store, &list->items[i], law_day, arena, out, err))
            return false;
    return find_hindrances(store, person, arena, out, err);
}

bool erasure_preview(struct store *store, const struct subject *person, struct arena *arena,
                     struct erasure *out, struct error *err)
{
    struct personal_list list;
    char law_day[16];
    *out = (struct erasure){0};
    return personal_law_day(store, law_day, &out->years, err) &&
           personal_find(store, person, arena, &list, err) &&
           make_plan(store, person, &list, law_day, arena, out, err);
}

/* Those who are erased are known by that, here and wherever the rows come. */
static bool mark_people(struct store *store, const struct subject *person, struct error *err)
{
    int64_t now = env_now(store_env(store));
    return store_run(store,
                     "UPDATE customer_profiles SET erased_at = ?2 WHERE erased_at IS NULL AND"
                     " id" ID_SET_IN("1"),
                     err, "vi", id_set_value(&person->customers), now) &&
           store_run(store,
                     "UPDATE users SET status = 'erased', mfa_enabled = 0 WHERE id" ID_SET_IN("1"),
                     err, "v", id_set_value(&person->users));
}

static bool note_scrubbed(struct store *store, const struct id_set *people, struct error *err)
{
    for (size_t i = 0; i < people->count; i++) {
        struct uuid id = id_set_at(people, i);
        if (!store_run(store, "INSERT OR IGNORE INTO erasures (row_id) VALUES (?1)", err, "u", &id))
            return false;
    }
    return true;
}

/* Erases the rows and what the store keeps for itself, in the open transaction, which records
 * nothing of it. */
static bool erase(struct store *store, const struct subject *person,
                  const struct personal_list *list, const char *law_day, struct erasure *out,
                  struct error *err)
{
    bool is_done = true;
    store_set_overlay(store, true);
    for (size_t i = 0; i < list->count && is_done; i++) {
        int64_t changed = personal_erase(store, &list->items[i], person->mark, law_day, err);
        is_done = changed >= 0;
        if (out != NULL && out->count > 0 && changed > 0)
            line_of(out, list->items[i].table)->changed += changed;
    }
    is_done = is_done && scrub_own(store, person, list, err) && print_queue_forget(store, err) &&
              note_scrubbed(store, &person->customers, err) &&
              note_scrubbed(store, &person->users, err);
    store_set_overlay(store, false);
    return is_done;
}

static bool erase_here(struct store *store, const struct actor *actor, const struct subject *person,
                       const struct personal_list *list, const char *law_day, struct erasure *out,
                       struct error *err)
{
    for (size_t i = 0; i < out->count; i++)
        out->lines[i].changed = 0;
    if (!erase(store, person, list, law_day, out, err))
        return false;
    store_set_overlay(store, true);
    bool is_marked = mark_people(store, person, err);
    store_set_overlay(store, false);
    if (!is_marked || (person->users.count > 0 && !actor_check_owner(store, err)))
        return false;
    const struct audit_entry entry = {
        .action = "erase",
        .actor = &actor->user_id,
        .target = person->is_user ? &person->id : NULL,
        .subject_table = person->is_user ? "users" : "customer_profiles",
        .subject = &person->id,
    };
    struct operation *operation =
        audit_add(store, &entry, err) ? operation_join(store, "privacy.erase", actor, err) : NULL;
    if (operation == NULL)
        return false;
    if (!erasure_finish_requests(operation, person, out, err)) {
        operation_cancel(operation);
        return false;
    }
    return operation_commit(operation, err);
}

static bool may_erase(struct store *store, const struct actor *actor, const struct subject *person,
                      const struct erasure *plan, struct error *err)
{
    int enrolled = journal_is_enrolled(store, err);
    if (enrolled < 0 || !actor_may(store, actor, "privacy.manage", err))
        return false;
    if (enrolled > 0)
        return error_set(err, ERROR_RULE,
                         "the centre erases people; connect to it, then try again");
    if (id_set_has(&person->users, &actor->user_id))
        return error_set(err, ERROR_RULE, "you are %s; let somebody else who may do it erase you",
                         person->name);
    return plan->hindrance_count == 0 ||
           error_set(err, ERROR_RULE, "%s can't be erased yet: %s; finish that first", person->name,
                     plan->hindrances[0]);
}

bool erasure_run(struct store *store, const struct actor *actor, const struct subject *person,
                 struct arena *arena, struct erasure *out, struct error *err)
{
    struct personal_list list;
    char law_day[16];
    *out = (struct erasure){0};
    if (!personal_law_day(store, law_day, &out->years, err) ||
        !store_script(store, "PRAGMA secure_delete = ON", err) || !store_begin(store, err))
        return false;
    bool is_done = personal_find(store, person, arena, &list, err) &&
                   make_plan(store, person, &list, law_day, arena, out, err) &&
                   may_erase(store, actor, person, out, err) &&
                   erase_here(store, actor, person, &list, law_day, out, err);
    if (!is_done) {
        store_rollback(store);
        return false;
    }
    return store_commit(store, err) && erasure_wipe(store, err);
}

/* 1: somebody who was erased and is not scrubbed yet; 0 nobody, -1 failed. */
static int next_erased(struct store *store, struct uuid *customer, struct uuid *user,
                       struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT id, NULL FROM customer_profiles AS c WHERE erased_at IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM erasures WHERE row_id = c.id) UNION ALL SELECT NULL, id FROM users AS u"
        " WHERE status = 'erased' AND NOT EXISTS (SELECT 1 FROM erasures WHERE row_id = u.id)"
        " LIMIT 1",
        err);
    if (row == NULL)
        return -1;
    *customer = *user = (struct uuid){{0}};
    int state = statement_step(row, err);
    if (state > 0) {
        statement_uuid(row, 0, customer);
        statement_uuid(row, 1, user);
    }
    statement_done(row);
    return state;
}

static bool settle_one(struct store *store, const struct uuid *customer, const struct uuid *user,
                       struct arena *arena, struct error *err)
{
    struct subject person;
    struct personal_list list;
    if (!store_begin(store, err))
        return false;
    if (!subject_find(store, customer, user, arena, &person, err) ||
        !personal_find(store, &person, arena, &list, err) ||
        !erase(store, &person, &list, law_keeps_all, NULL, err)) {
        store_rollback(store);
        return false;
    }
    return store_commit(store, err);
}

bool erasure_settle(struct store *store, int *people, struct error *err)
{
    struct uuid customer, user;
    struct arena *arena = arena_new();
    int count = 0, state;
    bool is_done = true;
    while (is_done && (state = next_erased(store, &customer, &user, err)) != 0) {
        is_done = state > 0 &&
                  (count > 0 || store_script(store, "PRAGMA secure_delete = ON", err)) &&
                  settle_one(store, &customer, &user, arena, err);
        arena_reset(arena);
        count++;
    }
    arena_free(arena);
    if (people != NULL)
        *people = count;
    return is_done && (count == 0 || erasure_wipe(store, err));
}
