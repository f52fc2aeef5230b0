/* What becomes of appointments: confirmed, begun, done, missed, cancelled. */
#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/calendar/appointment_parts.h"

#include <string.h>

enum moment {
    ANY_TIME,
    FROM_ITS_DAY, /* people are early */
    ONCE_BEGUN,
};

static const struct step {
    const char *status, *from; /* from: the words of those it may come from */
    const char *words;         /* "Jo Meyer WORDS" */
    enum moment moment;
} steps[] = {
    {"confirmed", "tentative scheduled", "confirmed", ANY_TIME},
    {"in_progress", "tentative scheduled confirmed no_show", "begun", FROM_ITS_DAY},
    {"completed", "tentative scheduled confirmed in_progress no_show", "done", FROM_ITS_DAY},
    {"no_show", "tentative scheduled confirmed", "not there", ONCE_BEGUN},
    {"cancelled", "tentative scheduled confirmed in_progress", "cancelled", ANY_TIME},
};

static const struct step *step_find(const char *status, struct error *err)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (strcmp(steps[i].status, status) == 0)
            return &steps[i];
    error_set_field(err, ERROR_INPUT, "status",
                    "An appointment is confirmed, in_progress, completed, no_show or cancelled, "
                    "not \"%s\"",
                    status);
    return NULL;
}

/* Whether the list of words has this one. */
static bool has_word(const char *words, const char *word)
{
    const size_t size = strlen(word);
    for (const char *at = strstr(words, word); at != NULL; at = strstr(at + 1, word))
        if ((at == words || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

/* A status as people say it. */
static const char *said(const char *status)
{
    return strcmp(status, "in_progress") == 0 ? "under way"
           : strcmp(status, "no_show") == 0   ? "missed"
                                              : status;
}

static bool check_moment(const struct appointment *appointment, const struct step *step,
                         int64_t now, struct error *err)
{
    struct clock_time today, day;
    if (step->moment == ANY_TIME || now >= appointment->starts_at)
        return true;
    if (step->moment == ONCE_BEGUN)
        return error_set(err, ERROR_RULE, "%s has not begun: nobody can have missed it before",
                         appointment->who);
    return (instant_to_local(now, appointment->zone, &today) &&
            instant_to_local(appointment->starts_at, appointment->zone, &day) &&
            date_number(today.date) == date_number(day.date)) ||
           error_set(err, ERROR_RULE,
                     "%s is not due before its day; move it first if it is earlier",
                     appointment->who);
}

static bool check_step(const struct appointment *appointment, const struct step *step, int64_t now,
                       struct error *err)
{
    if (strcmp(appointment->status, step->status) == 0)
        return error_set(err, ERROR_RULE, "%s is %s already", appointment->who, said(step->status));
    if (!has_word(step->from, appointment->status))
        return error_set(err, ERROR_RULE, "%s is %s and can't be %s", appointment->who,
                         said(appointment->status), said(step->status));
    if (appointment->is_lost && strcmp(step->status, "cancelled") != 0)
        return error_set(err, ERROR_RULE,
                         "%s lost its place to another appointment; move it to a free one",
                         appointment->who);
    return check_moment(appointment, step, now, err);
}

/* Whether it is late for a cancellation, by the policy. */
static bool check_window(struct store *store, const struct appointment *appointment, int64_t now,
                         struct error *err)
{
    struct slot_terms terms;
    if (!slot_terms_load(store, &appointment->type_id, &appointment->service_id,
                         &appointment->estimator_id, &terms, err))
        return false;
    const int window = terms.cancel_window_minutes;
    const bool is_whole = window % 60 == 0;
    if (now < appointment->starts_at - (int64_t)window * 60 * SECOND_US || window == 0 ||
        strcmp(appointment->status, "tentative") == 0)
        return true;
    return error_set_field(
        err, ERROR_RULE, "window", "%s is cancelled up to %d %s before it begins, which has passed",
        appointment->who, is_whole ? window / 60 : window, is_whole ? "hours" : "minutes");
}

bool appointment_may(struct store *store, const struct appointment *appointment, const char *status,
                     struct error *err)
{
    const struct step *step = step_find(status, err);
    return step != NULL && check_step(appointment, step, env_now(store_env(store)), err);
}

static bool write_step(struct booking_work *work, const struct appointment *appointment,
                       const struct step *step, const char *reason, struct error *err)
{
    const bool is_cancelled = strcmp(step->status, "cancelled") == 0;
    const struct change changes[] = {
        {.column = "status", .value = value_text(step->status)},
        {.column = "cancelled_at", .value = value_integer(operation_time(work->operation))},
        {.column = "cancel_reason", .value = value_text(reason)},
        {.column = "ics_sequence", .value = value_integer(appointment->ics_sequence + 1)},
    };
    const struct booking_event event = {.kind = "status",
                                        .from_status = appointment->status,
                                        .to_status = step->status,
                                        .note = reason};
    struct appointment then = *appointment;
    then.status = step->status;
    return record_update(work->operation, "appointments", &appointment->id, changes,
                         is_cancelled ? 4 : 1, err) &&
           booking_follow(work->operation, &then, err) &&
           booking_answered(work->operation, &appointment->id, err) &&
           booking_event(work->operation, &appointment->id, &event, err);
}

static bool set_one(struct booking_work *work, const struct uuid *id, const struct step *step,
                    const struct booking_status *status, struct appointment *out, struct error *err)
{
    struct error why = {0};
    const int64_t now = operation_time(work->operation);
    if (!appointment_require(work->store, id, work->arena, out, err))
        return false;
    bool may = check_step(out, step, now, &why);
    if (may && !status->is_forced && strcmp(step->status, "cancelled") == 0)
        may = check_window(work->store, out, now, &why);
    return may ? write_step(work, out, step, status->reason, err)
               : booking_hinders(work, out, &why, err);
}

static bool check_words(const struct booking_status *status, const struct step *step, size_t count,
                        struct error *err)
{
    const char *reason = status->reason;
    if (count == 0 || count > APPOINTMENTS_AT_ONCE_MAX)
        return error_set(err, ERROR_INPUT, "Mark up to %d appointments", APPOINTMENTS_AT_ONCE_MAX);
    if (strcmp(step->status, "cancelled") == 0 && (reason == NULL || text_is_blank(reason)))
        return error_set_field(err, ERROR_INPUT, "reason",
                               "Say why it is cancelled: the calendar keeps it");
    return reason == NULL || !text_is_utf8(reason, strlen(reason)) ||
           text_characters(reason) <= APPOINTMENT_REASON_MAX ||
           error_set_field(err, ERROR_INPUT, "reason", "A reason has up to %d characters",
                           APPOINTMENT_REASON_MAX);
}

bool appointment_set(struct store *store, const struct actor *actor, const struct uuid *ids,
                     size_t count, const struct booking_status *status, struct error *err)
{
    struct booking_work work;
    struct appointment one = {0};
    const struct step *step = step_find(status->status, err);
    if (step == NULL || !check_words(status, step, count, err) ||
        !booking_work_begin(&work, store, actor, "appointment.status", false, status->listener,
                            err))
        return false;
    operation_set_subject(work.operation, "appointments", &ids[0]);
    bool is_done = true;
    for (size_t i = 0; i < count && is_done; i++)
        is_done = set_one(&work, &ids[i], step, status, &one, err);
    if (is_done && count == 1)
        operation_describe(work.operation, "%s %s", appointment_words(&one, work.arena),
                           step->words);
    else if (is_done)
        operation_describe(work.operation, "%zu appointments %s", count, step->words);
    return booking_work_done(&work, is_done, err);
}
