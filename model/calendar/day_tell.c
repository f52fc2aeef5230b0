#include "model/calendar/day.h"
#include "model/operation/record.h"
#include "model/talk/talk.h"

#include <stdio.h>
#include <string.h>

const struct operation_kind day_kinds[] = {
    {.name = "appointment.tell", .label = "word from the road", .undo = UNDO_BESIDE},
};
const size_t day_kind_count = sizeof day_kinds / sizeof day_kinds[0];

static bool load(struct store *store, const struct uuid *appointment, struct arena *arena,
                 struct stop *out, struct error *err)
{
    *out = (struct stop){.told_at = 0};
    int found = appointment_load(store, appointment, arena, &out->visit, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This appointment is no longer in the store");
    if (found <= 0)
        return false;
    return day_is_coming(out) ||
           error_set(err, ERROR_RULE,
                     "The appointment with %s is not to come any more; there is nothing to tell",
                     out->visit.who);
}

static bool write(struct operation *operation, const struct stop *stop, const char *words,
                  int late_minutes, struct error *err)
{
    char details[32];
    snprintf(details, sizeof details, "{\"late_minutes\":%d}", late_minutes);
    const struct change event[] = {
        {.column = "appointment_id", .value = value_uuid(&stop->visit.id)},
        {.column = "event_type", .value = value_text("told")},
        {.column = "actor_id", .value = value_uuid(&operation_actor(operation)->user_id)},
        {.column = "note", .value = value_text(words)},
        {.column = "details", .value = value_text(details)},
        {.column = "occurred_at", .value = value_integer(operation_time(operation))},
    };
    operation_describe(operation, "%s: %s", stop->visit.who, words);
    operation_set_subject(operation, "appointments", &stop->visit.id);
    return record_insert(operation, "appointment_events", event, sizeof event / sizeof event[0],
                         NULL, err);
}

/* "Greta Sørensen will be 20 min late at Jo Meyer, 14:20 instead of 14:00": times where she works.
 */
static bool say(struct operation *operation, const struct stop *stop, int late_minutes,
                struct arena *arena, struct error *err)
{
    const struct appointment *visit = &stop->visit;
    const struct talk_thing thing = {.table = "appointments", .id = visit->id};
    struct clock_time due = {.hour = 0}, then = {.hour = 0};
    instant_to_local(visit->starts_at, visit->zone, &due);
    instant_to_local(visit->starts_at + late_minutes * INT64_C(60) * SECOND_US, visit->zone, &then);
    const char *who =
        visit->estimator[0] != '\0' ? visit->estimator : operation_actor(operation)->name;
    const char *text =
        late_minutes == 0
            ? arena_format(arena, "%s is on the way to %s, due %02d:%02d", who, visit->who,
                           due.hour, due.minute)
            : arena_format(arena, "%s will be %d min late at %s, %02d:%02d instead of %02d:%02d",
                           who, late_minutes, visit->who, then.hour, then.minute, due.hour,
                           due.minute);
    return talk_system(operation, NULL, "appointment.late", &thing, text, err);
}

bool day_tell(struct store *store, const struct actor *actor, const struct uuid *appointment,
              int late_minutes, struct error *err)
{
    char words[32] = "on the way";
    struct stop stop;
    if (late_minutes < 0 || late_minutes > DAY_LATE_MOST)
        return error_set(err, ERROR_INPUT, "Say a number of minutes from 1 to %d", DAY_LATE_MOST);
    if (late_minutes > 0)
        snprintf(words, sizeof words, "%d min late", late_minutes);
    struct arena *arena = arena_new();
    bool is_done = actor_may(store, actor, "appointments.edit", err) &&
                   load(store, appointment, arena, &stop, err);
    struct operation *operation =
        is_done ? operation_begin(store, "appointment.tell", actor, err) : NULL;
    is_done = operation != NULL && write(operation, &stop, words, late_minutes, err) &&
              say(operation, &stop, late_minutes, arena, err);
    if (is_done)
        is_done = operation_commit(operation, err);
    else
        operation_cancel(operation);
    arena_free(arena);
    return is_done;
}
