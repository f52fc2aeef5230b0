#include "model/calendar/reminder.h"

#include "model/base/instant.h"
#include "model/operation/record.h"
#include "model/overlay/exchange.h"

#include <string.h>

#define MINUTE_US (60 * SECOND_US)

enum { KINDS_MAX = 8, WAIT_MINUTES = 15, LATE_MAX = 200 };

const struct operation_kind reminder_kinds[] = {
    {.name = "reminder.sent", .label = "reminder", .undo = UNDO_BESIDE},
    {.name = "reminder.again", .label = "reminder once more", .undo = UNDO_BESIDE},
};
const size_t reminder_kind_count = sizeof reminder_kinds / sizeof reminder_kinds[0];

#define LIVE "a.status IN ('tentative', 'scheduled', 'confirmed') AND a.deleted_at IS NULL"
#define STATE                                                                                      \
    "CASE WHEN r.status = 'queued' AND a.starts_at <= now() THEN 'missed'"                         \
    " WHEN r.status = 'queued' AND r.due_at <= now() THEN 'due' ELSE r.status END"

static const char *const states[] = {"queued",  "due",    "sending",   "done", "failed",
                                     "unknown", "missed", "cancelled", NULL};

static const struct query_field fields[] = {
    {.name = "who",
     .label = "Who",
     .sql = "trim(a.first_name || ' ' || a.last_name)",
     .type = COLUMN_TEXT,
     .help = "Whose appointment it is"},
    {.name = "starts",
     .label = "Appointment",
     .sql = "a.starts_at",
     .type = COLUMN_INSTANT,
     .help = "When the appointment is"},
    {.name = "due",
     .label = "Due",
     .sql = "r.due_at",
     .type = COLUMN_INSTANT,
     .help = "When the mail is to go out"},
    {.name = "state",
     .label = "State",
     .sql = STATE,
     .type = COLUMN_TEXT,
     .choices = states,
     .help = "state:failed, state:unknown, state:missed: what did not go out"},
    {.name = "estimator",
     .label = "Estimator",
     .sql = "(SELECT name FROM estimators WHERE id = a.estimator_id)",
     .type = COLUMN_TEXT,
     .help = "Who visits"},
    {.name = "email", .label = "E-mail", .sql = "a.email", .type = COLUMN_TEXT, .help = "Where to"},
    {.name = "problem",
     .label = "Why not",
     .sql = "r.problem",
     .type = COLUMN_TEXT,
     .help = "What the server or the line said"},
    {.name = "id", .label = "Id", .sql = "r.id", .type = COLUMN_UUID},
};

const struct query_source reminder_source = {
    .name = "reminders",
    .from = "reminders AS r JOIN appointments AS a ON a.id = r.appointment_id",
    .id = "r.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "due",
    .sort_descending = true,
};

/* The minutes of the setting; none without one. The count, or -1. */
static int read_kinds(struct store *store, int64_t minutes[KINDS_MAX], struct error *err)
{
    static const char sql[] =
        "SELECT DISTINCT e.value FROM app_settings AS s, json_each(s.value, '$.email') AS e"
        " WHERE s.name = 'reminders' AND e.type = 'integer' AND e.value BETWEEN 1 AND 525600"
        " ORDER BY 1 LIMIT ?1";
    int count = 0, state;
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_integer(statement, 1, KINDS_MAX);
    while ((state = statement_step(statement, err)) > 0)
        minutes[count++] = statement_integer(statement, 0);
    statement_done(statement);
    return state < 0 ? -1 : count;
}

struct following {
    struct operation *operation;
    struct uuid appointment;
    int64_t starts_at;
    bool is_live;
};

/* One that waits goes with its appointment, or is cancelled with it. */
static bool move_one(const struct following *following, const struct uuid *id, int64_t minutes,
                     struct error *err)
{
    int64_t due = following->starts_at - minutes * MINUTE_US;
    const struct change change =
        following->is_live ? (struct change){.column = "due_at", .value = value_integer(due)}
                           : (struct change){.column = "status", .value = value_text("cancelled")};
    return record_update(following->operation, "reminders", id, &change, 1, err);
}

static int move_waiting(const struct following *following, struct error *err)
{
    struct uuid ids[LATE_MAX];
    int64_t minutes[LATE_MAX];
    int count = 0, state = 0;
    struct statement *rows = store_prepare(operation_store(following->operation),
                                           "SELECT id, minutes_before FROM reminders"
                                           " WHERE appointment_id = ?1 AND status = 'queued'",
                                           err);
    if (rows == NULL)
        return -1;
    statement_bind_uuid(rows, 1, &following->appointment);
    while (count < LATE_MAX && (state = statement_step(rows, err)) > 0) {
        statement_uuid(rows, 0, &ids[count]);
        minutes[count++] = statement_integer(rows, 1);
    }
    statement_done(rows);
    for (int i = 0; i < count && state >= 0; i++)
        if (!move_one(following, &ids[i], minutes[i], err))
            return -1;
    return state < 0 ? -1 : count;
}

static bool add_one(const struct following *following, int64_t minutes, struct error *err)
{
    int64_t count, due = following->starts_at - minutes * MINUTE_US;
    int found = store_find_integer(operation_store(following->operation), &count,
                                   "SELECT count(*) FROM reminders WHERE appointment_id = ?1 AND"
                                   " channel = 'email' AND minutes_before = ?2 AND"
                                   " (status IN ('queued', 'sending') OR due_at = ?3)",
                                   err, "uii", &following->appointment, minutes, due);
    const struct change changes[] = {
        {.column = "appointment_id", .value = value_uuid(&following->appointment)},
        {.column = "channel", .value = value_text("email")},
        {.column = "minutes_before", .value = value_integer(minutes)},
        {.column = "due_at", .value = value_integer(due)},
    };
    if (found < 0)
        return false;
    return count > 0 || due <= operation_time(following->operation) ||
           record_insert(following->operation, "reminders", changes, 4, NULL, err);
}

bool reminders_follow(struct operation *operation, const struct uuid *appointment,
                      struct error *err)
{
    int64_t minutes[KINDS_MAX];
    struct following following = {.operation = operation, .appointment = *appointment};
    struct statement *row =
        store_prepare(operation_store(operation),
                      "SELECT a.starts_at, " LIVE ", coalesce(a.email, '') <> ''"
                      " FROM appointments AS a WHERE a.id = ?1",
                      err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, appointment);
    int found = statement_step(row, err);
    following.starts_at = statement_integer(row, 0);
    following.is_live = found > 0 && statement_integer(row, 1) != 0;
    bool has_email = found > 0 && statement_integer(row, 2) != 0;
    statement_done(row);
    if (found <= 0)
        return found == 0;
    if (move_waiting(&following, err) < 0)
        return false;
    int count =
        following.is_live && has_email ? read_kinds(operation_store(operation), minutes, err) : 0;
    bool is_done = count >= 0;
    for (int i = 0; i < count && is_done; i++)
        is_done = add_one(&following, minutes[i], err);
    return is_done;
}

bool reminder_set(struct store *store, const struct actor *actor, const struct uuid *id,
                  enum reminder_state state, const char *problem, struct error *err)
{
    static const char *const names[] = {[REMINDER_QUEUED] = "queued",
                                        [REMINDER_SENDING] = "sending",
                                        [REMINDER_DONE] = "done",
                                        [REMINDER_FAILED] = "failed",
                                        [REMINDER_UNKNOWN] = "unknown"};
    struct operation *operation = operation_begin(store, "reminder.sent", actor, err);
    if (operation == NULL)
        return false;
    int64_t now = operation_time(operation);
    const struct change changes[] = {
        {.column = "status", .value = value_text(names[state])},
        {.column = "problem", .value = value_text(problem)},
        {.column = "next_try_at",
         .value = state == REMINDER_QUEUED ? value_integer(now + WAIT_MINUTES * MINUTE_US)
                                           : value_null()},
        {.column = "sent_at", .value = value_integer(now)},
    };
    operation_describe(operation, "reminder: %s", names[state]);
    if (record_update(operation, "reminders", id, changes, state == REMINDER_DONE ? 4 : 3, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

int reminders_give_up(struct store *store, const struct actor *actor, struct error *err)
{
    struct uuid ids[LATE_MAX];
    int count = 0, state = 0;
    struct statement *rows =
        store_prepare(store, "SELECT id FROM reminders WHERE status = 'sending'", err);
    if (rows == NULL)
        return -1;
    while (count < LATE_MAX && (state = statement_step(rows, err)) > 0)
        statement_uuid(rows, 0, &ids[count++]);
    statement_done(rows);
    for (int i = 0; i < count && state >= 0; i++)
        if (!reminder_set(store, actor, &ids[i], REMINDER_UNKNOWN,
                          "The worker was cut off while it sent this", err))
            return -1;
    return state < 0 ? -1 : count;
}

bool reminder_again(struct store *store, const struct actor *actor, const struct uuid *id,
                    struct error *err)
{
    struct statement *row = store_prepare(store,
                                          "SELECT r.status IN ('failed', 'unknown', 'cancelled'),"
                                          " " LIVE " AND a.starts_at > now(), a.first_name || ' '"
                                          " || a.last_name FROM reminders AS r JOIN appointments"
                                          " AS a ON a.id = r.appointment_id WHERE r.id = ?1",
                                          err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, id);
    int found = actor_may(store, actor, "appointments.edit", err) ? statement_step(row, err) : -1;
    bool is_over = statement_integer(row, 0) != 0, is_coming = statement_integer(row, 1) != 0;
    bool is_done = found > 0 && is_over && is_coming;
    struct operation *operation =
        is_done ? operation_begin(store, "reminder.again", actor, err) : NULL;
    if (operation != NULL)
        operation_describe(operation, "reminder once more: %s", statement_text(row, 2));
    statement_done(row);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "This reminder is not there any more");
    if (found > 0 && !is_coming)
        return error_set(err, ERROR_RULE,
                         "The appointment is past or cancelled: there is nothing "
                         "to remind of");
    if (found > 0 && !is_over)
        return error_set(err, ERROR_RULE, "This reminder waits to be sent, or was sent");
    const struct change changes[] = {
        {.column = "status", .value = value_text("queued")},
        {.column = "problem", .value = value_null()},
        {.column = "next_try_at", .value = value_null()},
    };
    if (operation == NULL)
        return false;
    if (record_update(operation, "reminders", id, changes, 3, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

/* The centre has both as they stand here: nothing of them waits to be sent or decided. */
static bool is_settled(struct store *store, const char *table, const struct uuid *id, bool *out,
                       struct error *err)
{
    enum row_mark mark;
    const struct table *known = schema_table(store_schema(store), table);
    if (!exchange_mark(store, known, id, &mark, err))
        return false;
    *out = mark == MARK_NONE;
    return true;
}

static void read_due(const struct statement *row, struct arena *arena, struct reminder *out)
{
    *out = (struct reminder){.starts_at = statement_integer(row, 2),
                             .due_at = statement_integer(row, 3),
                             .who = arena_text(arena, statement_text(row, 4)),
                             .email = arena_text(arena, statement_text(row, 5)),
                             .what = arena_text(arena, statement_text(row, 6)),
                             .estimator = arena_text(arena, statement_text(row, 7)),
                             .phone = arena_text(arena, statement_text(row, 8)),
                             .shop = arena_text(arena, statement_text(row, 9)),
                             .zone = arena_text(arena, statement_text(row, 10))};
    statement_uuid(row, 0, &out->id);
    statement_uuid(row, 1, &out->appointment_id);
}

int reminders_due(struct store *store, size_t limit, struct arena *arena, struct reminder *out,
                  struct error *err)
{
    static const char sql[] =
        "SELECT r.id, a.id, a.starts_at, a.starts_at - r.minutes_before * 60000000,"
        " trim(a.first_name || ' ' || a.last_name), a.email,"
        " coalesce(t.name, v.name, 'Appointment'), coalesce(e.name, ''),"
        " coalesce(l.phone, e.phone, ''), s.name, coalesce(l.timezone, s.timezone)"
        " FROM reminders AS r JOIN appointments AS a ON a.id = r.appointment_id"
        " JOIN tenants AS s ON s.id = a.tenant_id"
        " LEFT JOIN appointment_types AS t ON t.id = a.appointment_type_id"
        " LEFT JOIN services AS v ON v.id = a.service_id"
        " LEFT JOIN estimators AS e ON e.id = a.estimator_id"
        " LEFT JOIN locations AS l ON l.id = coalesce(a.location_id, e.location_id)"
        " WHERE r.status = 'queued' AND r.channel = 'email' AND a.status IN ('scheduled',"
        " 'confirmed') AND a.deleted_at IS NULL AND a.starts_at > now()"
        " AND a.starts_at - r.minutes_before * 60000000 <= now()"
        " AND coalesce(r.next_try_at, 0) <= now() AND coalesce(a.email, '') <> ''"
        " ORDER BY r.due_at, r.id";
    size_t count = 0;
    int state = 0;
    struct statement *rows = store_prepare(store, sql, err);
    if (rows == NULL)
        return -1;
    while (count < limit && (state = statement_step(rows, err)) > 0) {
        bool is_here = false, is_there = false;
        read_due(rows, arena, &out[count]);
        if (!is_settled(store, "reminders", &out[count].id, &is_here, err) ||
            !is_settled(store, "appointments", &out[count].appointment_id, &is_there, err)) {
            state = -1;
            break;
        }
        count += is_here && is_there;
    }
    statement_done(rows);
    return state < 0 ? -1 : (int)count;
}
