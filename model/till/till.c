#include "model/till/till.h"

#include "model/base/money.h"
#include "model/base/text.h"
#include "model/operation/audit.h"
#include "model/operation/record.h"
#include "model/people/location.h"
#include "model/till/till_parts.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

const struct operation_kind till_kinds[] = {
    {.name = "till.open", .label = "opening of a till", .undo = UNDO_NONE},
    {.name = "till.take_over", .label = "handing over of a till", .undo = UNDO_NONE},
    {.name = "till.move",
     .label = "cash in or out",
     .undo = UNDO_COUNTER,
     .counter = till_counter_move,
     .counter_right = "till.edit"},
    {.name = "till.close", .label = "closing of a till", .undo = UNDO_NONE},
};
const size_t till_kind_count = COUNT(till_kinds);

bool till_settings(struct store *store, struct till_settings *out, struct error *err)
{
    enum { LIMIT_CENTS = 100 };
    *out = (struct till_settings){.limit_cents = LIMIT_CENTS};
    struct statement *statement =
        store_prepare(store,
                      "SELECT coalesce(value ->> 'required', 0), coalesce(value ->> 'blind', 0),"
                      " coalesce(value ->> 'limit_cents', ?2) FROM app_settings"
                      " WHERE name = 'till' AND tenant_id = ?1",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, store_tenant(store));
    statement_bind_integer(statement, 2, LIMIT_CENTS);
    int found = statement_step(statement, err);
    if (found > 0)
        *out = (struct till_settings){.is_required = statement_integer(statement, 0) != 0,
                                      .is_blind = statement_integer(statement, 1) != 0,
                                      .limit_cents = statement_integer(statement, 2)};
    statement_done(statement);
    return found >= 0;
}

/* Where the till of the register stands: 1 here, 0 at another terminal, whose name `other`
 * receives, -1 failed. A shop without a centre has one place for all. */
static int stands_here(struct store *store, const struct uuid *register_id, char *other,
                       size_t other_size, struct error *err)
{
    struct audit_head place;
    struct statement *statement =
        store_prepare(store,
                      "SELECT terminal_id IS NULL OR terminal_id = ?2,"
                      " (SELECT t.name FROM terminals AS t WHERE t.id = terminal_id) FROM registers"
                      " WHERE id = ?1",
                      err);
    if (statement == NULL || !audit_place(store, &place, err)) {
        statement_done(statement);
        return -1;
    }
    statement_bind_uuid(statement, 1, register_id);
    statement_bind_uuid(statement, 2, &place.terminal);
    int found = statement_step(statement, err);
    int is_here =
        found <= 0 ? found : uuid_is_zero(&place.terminal) || statement_integer(statement, 0);
    if (is_here == 0)
        text_copy(other, other_size,
                  found > 0 && !statement_is_null(statement, 1) ? statement_text(statement, 1)
                                                                : "another terminal");
    statement_done(statement);
    return is_here;
}

int till_find(struct store *store, const char *sql, const struct uuid *of, struct uuid *out,
              struct error *err)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, of);
    int found = statement_step(statement, err);
    if (found > 0)
        statement_uuid(statement, 0, out);
    statement_done(statement);
    return found;
}

int till_find_session(struct store *store, const struct uuid *register_id, struct uuid *session,
                      struct error *err)
{
    return till_find(store,
                     "SELECT id FROM cash_sessions WHERE register_id = ?1 AND status = 'open'",
                     register_id, session, err);
}

int till_open_session(struct store *store, const struct uuid *register_id, struct uuid *session,
                      struct error *err)
{
    char other[TILL_NAME_SIZE];
    *session = (struct uuid){{0}};
    int found = till_find_session(store, register_id, session, err);
    int is_here = found > 0 ? stands_here(store, register_id, other, sizeof other, err) : found;
    if (is_here <= 0)
        *session = (struct uuid){{0}};
    return is_here;
}

bool till_here(struct store *store, const struct actor *actor, char code[TILL_CODE_SIZE],
               struct error *err)
{
    char other[TILL_NAME_SIZE];
    struct statement *statement =
        store_prepare(store, "SELECT code FROM registers WHERE id = ?1", err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, &actor->register_id);
    int found = statement_step(statement, err);
    text_copy(code, TILL_CODE_SIZE, found > 0 ? statement_text(statement, 0) : "");
    statement_done(statement);
    if (found == 0)
        return error_set(err, ERROR_RULE,
                         "There is no register here; add one in the records of registers");
    int is_here =
        found < 0 ? -1 : stands_here(store, &actor->register_id, other, sizeof other, err);
    if (is_here == 0)
        return error_set(err, ERROR_RULE, "The till of %s stands at %s; go there for it", code,
                         other);
    return is_here > 0;
}

bool till_require(struct store *store, const struct actor *actor, struct till_session *out,
                  struct error *err)
{
    struct uuid id;
    char code[TILL_CODE_SIZE];
    if (!till_here(store, actor, code, err))
        return false;
    int found = till_find_session(store, &actor->register_id, &id, err);
    if (found == 0)
        return error_set(err, ERROR_RULE, "The till of %s is closed; open it with its float first",
                         code);
    return found > 0 && till_session(store, &id, out, err) > 0;
}

bool till_for_tender(struct operation *operation, const char *method, struct uuid *session,
                     struct error *err)
{
    struct store *store = operation_store(operation);
    const struct uuid *register_id = &operation_actor(operation)->register_id;
    struct till_settings settings;
    struct till_session open;
    int found = till_open_session(store, register_id, session, err);
    if (found != 0 || strcmp(method, "cash") != 0)
        return found >= 0;
    return till_settings(store, &settings, err) &&
           (!settings.is_required || till_require(store, operation_actor(operation), &open, err));
}

static const char session_sql[] =
    "SELECT s.id, s.register_id, r.location_id, r.code, l.name,"
    " (SELECT u.display_name FROM users AS u WHERE u.id = coalesce(s.keeper_id, s.opened_by_id)),"
    " (SELECT u.display_name FROM users AS u WHERE u.id = s.opened_by_id),"
    " (SELECT u.display_name FROM users AS u WHERE u.id = s.closed_by_id),"
    " s.currency, s.business_day, s.status = 'open', s.opened_at, s.closed_at, s.opening_cents,"
    " s.z_number, s.expected_cents, s.counted_cents, s.difference_cents,"
    " coalesce(s.keeper_id, s.opened_by_id)"
    " FROM cash_sessions AS s JOIN registers AS r ON r.id = s.register_id"
    " JOIN locations AS l ON l.id = r.location_id WHERE s.id = ?1";

static void read_session(const struct statement *row, struct till_session *out)
{
    const struct {
        char *text;
        size_t size;
    } texts[] = {{out->code, sizeof out->code},
                 {out->location, sizeof out->location},
                 {out->keeper, sizeof out->keeper},
                 {out->opened_by, sizeof out->opened_by},
                 {out->closed_by, sizeof out->closed_by},
                 {out->currency, sizeof out->currency},
                 {out->day, sizeof out->day}};
    int64_t *const numbers[] = {&out->opened_at,       &out->closed_at,      &out->opening_cents,
                                &out->z_number,        &out->expected_cents, &out->counted_cents,
                                &out->difference_cents};
    enum { TEXTS = 3, IS_OPEN = 10, NUMBERS = 11 };
    statement_uuid(row, 0, &out->id);
    statement_uuid(row, 1, &out->register_id);
    statement_uuid(row, 2, &out->location_id);
    for (size_t i = 0; i < COUNT(texts); i++)
        text_copy(texts[i].text, texts[i].size, statement_text(row, TEXTS + (int)i));
    out->is_open = statement_integer(row, IS_OPEN) != 0;
    statement_uuid(row, NUMBERS + (int)COUNT(numbers), &out->keeper_id);
    for (size_t i = 0; i < COUNT(numbers); i++)
        *numbers[i] = statement_integer(row, NUMBERS + (int)i);
}

int till_session(struct store *store, const struct uuid *id, struct till_session *out,
                 struct error *err)
{
    char today[DATE_TEXT_SIZE];
    struct statement *statement = store_prepare(store, session_sql, err);
    if (statement == NULL)
        return -1;
    *out = (struct till_session){.is_open = false};
    statement_bind_uuid(statement, 1, id);
    int found = statement_step(statement, err);
    if (found > 0)
        read_session(statement, out);
    statement_done(statement);
    if (found <= 0 || !out->is_open)
        return found;
    if (!location_business_day(store, &out->location_id, env_now(store_env(store)), today, err))
        return -1;
    out->is_overdue = strcmp(out->day, today) < 0;
    return 1;
}

int till_by_number(struct store *store, const struct uuid *register_id, int64_t number,
                   struct uuid *session, struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT id FROM cash_sessions WHERE register_id = ?1 AND status = 'closed'"
                      " AND (?2 = 0 OR z_number = ?2) ORDER BY z_number DESC LIMIT 1",
                      err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, register_id);
    statement_bind_integer(statement, 2, number);
    int found = statement_step(statement, err);
    if (found > 0)
        statement_uuid(statement, 0, session);
    statement_done(statement);
    return found;
}

bool till_cash(struct store *store, const struct uuid *session, int64_t *cents, struct error *err)
{
    static const char sql[] =
        "SELECT s.opening_cents, coalesce((SELECT sum(p.amount_cents) FROM payments AS p"
        " WHERE p.cash_session_id = s.id AND p.method = 'cash' AND p.currency = s.currency"
        " AND p.status IN ('captured', 'partially_refunded', 'refunded')), 0),"
        " coalesce((SELECT -sum(r.amount_cents) FROM refunds AS r WHERE r.cash_session_id = s.id"
        " AND r.method = 'cash' AND r.currency = s.currency), 0),"
        " coalesce((SELECT sum(m.amount_cents) FROM cash_movements AS m"
        " WHERE m.cash_session_id = s.id), 0) FROM cash_sessions AS s WHERE s.id = ?1";
    enum { PARTS = 4 };
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, session);
    int found = statement_step(statement, err);
    bool is_right = true;
    *cents = 0;
    for (int i = 0; found > 0 && i < PARTS; i++)
        is_right = is_right && money_add(*cents, statement_integer(statement, i), cents);
    statement_done(statement);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "This till session is no longer in the store");
    return found > 0 && (is_right || error_set(err, ERROR_RULE, "The amounts are too large"));
}

bool till_may(struct store *store, const struct actor *actor, const char *right,
              const struct till_count *count, struct error *err)
{
    return actor_may(store, actor, right, err) &&
           (count == NULL || count->count == 0 || actor_may(store, actor, "till.edit", err));
}

bool till_write_count(struct operation *operation, const struct uuid *session, const char *kind,
                      const struct till_count *count, struct error *err)
{
    bool is_done = true;
    for (size_t i = 0; is_done && i < count->count; i++) {
        const struct change changes[] = {
            {.column = "cash_session_id", .value = value_uuid(session)},
            {.column = "kind", .value = value_text(kind)},
            {.column = "denomination_cents", .value = value_integer(count->pieces[i].cents)},
            {.column = "pieces", .value = value_integer(count->pieces[i].pieces)},
            {.column = "counted_by_id",
             .value = value_uuid_or_null(&operation_actor(operation)->user_id)},
            {.column = "counted_at", .value = value_integer(operation_time(operation))},
        };
        if (count->pieces[i].pieces != 0)
            is_done = record_insert(operation, "cash_counts", changes, COUNT(changes), NULL, err);
    }
    return is_done;
}
