/* Closing a till: the count, what hinders it, and the Z report. */
#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/talk/talk.h"
#include "model/till/till_parts.h"
#include "model/till/till_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Sales that somebody is ringing up at this terminal, and orders that this session took some money
 * for, but not all. */
static const char unfinished_sql[] =
    "SELECT NULL, json_array_length(d.body, '$.basket.lines'),"
    " (SELECT u.display_name FROM users AS u WHERE u.id = d.user_id)"
    " FROM drafts AS d WHERE d.screen = 'sale' AND (json_array_length(d.body, '$.basket.lines') > 0"
    " OR json_array_length(d.body, '$.tenders') > 0)"
    " UNION ALL SELECT o.id, 0, o.order_number FROM orders AS o WHERE o.status = 'pending'"
    " AND o.deleted_at IS NULL AND EXISTS (SELECT 1 FROM payments AS p WHERE p.order_id = o.id"
    " AND p.cash_session_id = ?1 AND p.status IN ('captured', 'partially_refunded'))"
    " LIMIT ?2";

int till_unfinished(struct store *store, const struct uuid *session, size_t limit,
                    struct arena *arena, struct till_hindrance *out, struct error *err)
{
    struct statement *statement = store_prepare(store, unfinished_sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, session);
    statement_bind_integer(statement, 2, (int64_t)limit);
    int count = 0, found;
    while ((found = statement_step(statement, err)) > 0) {
        const char *name = statement_text(statement, 2);
        struct till_hindrance *one = &out[count++];
        *one = (struct till_hindrance){.words = NULL};
        if (statement_uuid(statement, 0, &one->order_id))
            one->words = arena_format(
                arena, "%s is paid in part; take the rest, or cancel it and give the money back",
                name);
        else
            one->words = arena_format(
                arena, "%s%ssale of %lld lines is not finished; take the money, park it or void it",
                name[0] != '\0' ? name : "A", name[0] != '\0' ? "'s " : " ",
                (long long)statement_integer(statement, 1));
    }
    statement_done(statement);
    return found < 0 ? -1 : count;
}

static bool check_finished(struct store *store, const struct till_session *open, struct error *err)
{
    struct till_hindrance first;
    struct arena *arena = arena_new();
    int count = till_unfinished(store, &open->id, 1, arena, &first, err);
    if (count > 0)
        error_set(err, ERROR_RULE, "%s can't be closed yet: %s", open->code, first.words);
    arena_free(arena);
    return count == 0;
}

static bool check(struct store *store, const struct actor *actor, const struct till_count *count,
                  struct till_session *open, struct till_closing *out, struct error *err)
{
    struct till_settings settings;
    if (!till_may(store, actor, "till.close", count, err) ||
        !till_require(store, actor, open, err) || !check_finished(store, open, err) ||
        !till_count_sum(count, &out->counted_cents, err) ||
        !till_cash(store, &open->id, &out->expected_cents, err) ||
        !till_settings(store, &settings, err))
        return false;
    if (out->expected_cents == INT64_MIN ||
        !money_add(out->counted_cents, -out->expected_cents, &out->difference_cents))
        return error_set_field(err, ERROR_INPUT, "count", "The amounts are too large");
    out->needs_reason = llabs(out->difference_cents) > settings.limit_cents;
    return true;
}

bool till_close_check(struct store *store, const struct actor *actor,
                      const struct till_count *count, struct till_closing *out, struct error *err)
{
    struct till_session open;
    return check(store, actor, count, &open, out, err);
}

/* The Z before this one at the register: its number, and its hash where it has one. */
struct link {
    int64_t number;
    bool is_chained;
    unsigned char hash[TILL_HASH_SIZE];
};

static bool read_last(struct store *store, const struct uuid *register_id, struct link *out,
                      struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT z_number, hash FROM cash_sessions WHERE register_id = ?1"
                      " AND status = 'closed' ORDER BY z_number DESC LIMIT 1",
                      err);
    if (statement == NULL)
        return false;
    *out = (struct link){.number = 0};
    statement_bind_uuid(statement, 1, register_id);
    int found = statement_step(statement, err);
    struct value hash = found > 0 ? statement_value(statement, 1) : value_null();
    out->number = found > 0 ? statement_integer(statement, 0) : 0;
    out->is_chained = hash.kind == VALUE_BYTES && hash.size == sizeof out->hash;
    if (out->is_chained)
        memcpy(out->hash, hash.bytes, sizeof out->hash);
    statement_done(statement);
    return found >= 0;
}

/* The text of the Z; free() it. NULL on failure. */
static char *write_report(struct operation *operation, const struct till_session *open,
                          const struct till_closing *closing, int64_t number, const char *reason,
                          struct error *err)
{
    struct store *store = operation_store(operation);
    char closed_at[INSTANT_TEXT_SIZE], person[UUID_TEXT_SIZE];
    json_t *figures = till_figures(store, open, operation_time(operation), err);
    if (figures == NULL)
        return NULL;
    const struct {
        const char *name;
        int64_t number;
    } numbers[] = {{"z", number},
                   {"expected_cents", closing->expected_cents},
                   {"counted_cents", closing->counted_cents},
                   {"difference_cents", closing->difference_cents}};
    for (size_t i = 0; i < COUNT(numbers); i++)
        json_object_set_new(figures, numbers[i].name, json_integer(numbers[i].number));
    instant_format(operation_time(operation), closed_at);
    uuid_text(&operation_actor(operation)->user_id, person);
    json_object_set_new(figures, "closed_at", json_string(closed_at));
    json_object_set_new(figures, "closed_by", json_string(person));
    json_object_set_new(figures, "reason", reason != NULL ? json_string(reason) : json_null());
    char *text = json_dumps(figures, JSON_SORT_KEYS | JSON_COMPACT);
    json_decref(figures);
    if (text == NULL)
        error_set_field(err, ERROR_INPUT, "reason", "The reason is not readable text");
    return text;
}

static bool write_closing(struct operation *operation, const struct till_session *open,
                          const struct till_closing *closing, const struct link *last,
                          const char *reason, const char *report, struct error *err)
{
    unsigned char hash[TILL_HASH_SIZE];
    const struct actor *actor = operation_actor(operation);
    till_report_hash(last->is_chained ? last->hash : NULL, report, hash);
    const struct change changes[] = {
        {.column = "status", .value = value_text("closed")},
        {.column = "closed_by_id", .value = value_uuid_or_null(&actor->user_id)},
        {.column = "closed_at", .value = value_integer(operation_time(operation))},
        {.column = "expected_cents", .value = value_integer(closing->expected_cents)},
        {.column = "counted_cents", .value = value_integer(closing->counted_cents)},
        {.column = "difference_cents", .value = value_integer(closing->difference_cents)},
        {.column = "z_number", .value = value_integer(last->number + 1)},
        {.column = "notes", .value = value_text(reason)},
        {.column = "report", .value = value_text(report)},
        {.column = "prev_hash",
         .value = last->is_chained ? value_bytes(last->hash, sizeof hash) : value_null()},
        {.column = "hash", .value = value_bytes(hash, sizeof hash)},
    };
    return record_update(operation, "cash_sessions", &open->id, changes, COUNT(changes), err);
}

/* What the others hear of it: that it is closed, or by how much it differs. */
static bool tell(struct operation *operation, const struct till_session *open,
                 const struct till_closing *closing, struct error *err)
{
    char amount[MONEY_TEXT_SIZE], text[200];
    const struct talk_thing thing = {.table = "cash_sessions", .id = open->id};
    money_format(closing->difference_cents, open->currency, amount);
    bool differs = closing->difference_cents != 0;
    if (differs)
        snprintf(text, sizeof text, "till %s closed, difference %s %s", open->code, amount,
                 open->currency);
    else
        snprintf(text, sizeof text, "till %s closed", open->code);
    return talk_system(operation, NULL, differs ? "till.difference" : "till.closed", &thing, text,
                       err);
}

static bool close_in(struct operation *operation, const struct till_session *open,
                     const struct till_count *count, const struct till_closing *closing,
                     const char *reason, struct error *err)
{
    struct link last;
    char amount[MONEY_TEXT_SIZE];
    if (!read_last(operation_store(operation), &open->register_id, &last, err) ||
        !till_write_count(operation, &open->id, "closing", count, err))
        return false;
    char *report = write_report(operation, open, closing, last.number + 1, reason, err);
    bool is_done = report != NULL &&
                   write_closing(operation, open, closing, &last, reason, report, err) &&
                   tell(operation, open, closing, err);
    free(report);
    money_format(closing->counted_cents, open->currency, amount);
    operation_describe(operation, "till %s closed with Z %lld, %s %s counted", open->code,
                       (long long)(last.number + 1), amount, open->currency);
    return is_done;
}

static bool check_reason(const struct till_session *open, const struct till_closing *closing,
                         const char *reason, struct error *err)
{
    char amount[MONEY_TEXT_SIZE];
    if (!closing->needs_reason || reason != NULL)
        return true;
    int64_t difference = closing->difference_cents;
    money_format(difference < 0 ? -difference : difference, open->currency, amount);
    return error_set_field(err, ERROR_INPUT, "reason", "%s %s %s; count again, or say why", amount,
                           open->currency, difference < 0 ? "is missing" : "is too much");
}

bool till_close(struct store *store, const struct actor *actor, const struct till_count *count,
                const char *reason, struct uuid *session, struct error *err)
{
    struct till_session open;
    struct till_closing closing;
    if (reason != NULL && text_is_blank(reason))
        reason = NULL;
    if (!check(store, actor, count, &open, &closing, err) ||
        !check_reason(&open, &closing, reason, err))
        return false;
    struct operation *operation = operation_begin(store, "till.close", actor, err);
    if (operation == NULL)
        return false;
    if (!close_in(operation, &open, count, &closing, reason, err)) {
        operation_cancel(operation);
        return false;
    }
    if (session != NULL)
        *session = open.id;
    return operation_commit(operation, err);
}
