/* Told in the shop's channel, once each: which appointments lost their place. */
#include "model/calendar/appointment_parts.h"
#include "model/talk/talk.h"

enum { TOLD_AT_ONCE = 50 };

/* The last that happened to its place was a clash, and nobody has told of that yet. */
static const char lost_sql[] =
    "SELECT a.id FROM appointments AS a WHERE a.status = 'tentative' AND a.deleted_at IS NULL"
    " AND (SELECT v.event_type FROM appointment_events AS v WHERE v.appointment_id = a.id"
    "  AND v.event_type IN ('booked', 'clash', 'moved', 'announced')"
    "  ORDER BY v.row_version > 0, v.row_version DESC, v.id DESC LIMIT 1) = 'clash' LIMIT ?1";

static int find_lost(struct store *store, struct uuid out[TOLD_AT_ONCE], struct error *err)
{
    struct statement *rows = store_prepare(store, lost_sql, err);
    if (rows == NULL)
        return -1;
    statement_bind_integer(rows, 1, TOLD_AT_ONCE);
    int count = 0, state;
    while ((state = statement_step(rows, err)) > 0)
        statement_uuid(rows, 0, &out[count++]);
    statement_done(rows);
    return state < 0 ? -1 : count;
}

static bool tell_one(struct operation *operation, const struct uuid *id, struct arena *arena,
                     struct error *err)
{
    struct appointment lost;
    const struct talk_thing thing = {.table = "appointments", .id = *id};
    const struct booking_event event = {.kind = "announced"};
    if (!appointment_require(operation_store(operation), id, arena, &lost, err))
        return false;
    const char *text = arena_format(arena,
                                    "%s lost its place to another appointment: move it to a "
                                    "free one, or cancel it",
                                    appointment_words(&lost, arena));
    return booking_event(operation, id, &event, err) &&
           talk_system(operation, NULL, "appointment.clash", &thing, text, err);
}

bool appointment_tell_lost(struct store *store, const struct actor *actor, int64_t *count,
                           struct error *err)
{
    struct uuid ids[TOLD_AT_ONCE];
    int found = find_lost(store, ids, err);
    *count = found;
    if (found <= 0)
        return found == 0;
    struct arena *arena = arena_new();
    struct operation *operation = operation_begin(store, "appointment.announce", actor, err);
    bool is_done = operation != NULL;
    for (int i = 0; i < found && is_done; i++)
        is_done = tell_one(operation, &ids[i], arena, err);
    if (is_done) {
        operation_describe(operation, "%d appointments that lost their place", found);
        is_done = operation_commit(operation, err);
    } else {
        operation_cancel(operation);
    }
    arena_free(arena);
    return is_done;
}
