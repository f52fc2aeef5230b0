/* A calendar of another program taken over: first a plan that can be shown, then the plan done.
 *
 * What somebody's own calendar says is no appointment of the shop: nobody is visited by it. So it
 * becomes time that can't be booked: of an estimator exceptions of the working hours, of a van or
 * room a booking of its own. The shop's own appointments, which come back where somebody reads a
 * calendar that shows them too, are known by their UID and passed over.
 *
 * Each row's id is made from whose calendar it is, the event's UID and which of its times it is: so
 * the same event is found again, whoever reads it and how often. What this calendar brought before
 * and has no more goes. An estimator's day in an exception is one of the zone of where he works. */
#ifndef MODEL_ICAL_IMPORT_H
#define MODEL_ICAL_IMPORT_H

#include "model/calendar/ical_read.h"
#include "model/calendar/ical_write.h"
#include "model/operation/operation.h"

extern const struct operation_kind ical_kinds[];
extern const size_t ical_kind_count;

enum ical_step { ICAL_SAME, ICAL_NEW, ICAL_CHANGED, ICAL_GONE, ICAL_OWN, ICAL_TAKEN };
extern const char *const ical_step_names[]; /* "same", "new", … */

/* One time of one event. */
struct ical_line {
    enum ical_step step; /* ICAL_TAKEN: a thing is booked by another one then, so it is left out */
    const char *title;
    int64_t starts_at, ends_at;
    const char *against; /* an appointment that stands there: "Jo Meyer, 21 Nov 14:00"; or NULL */
    size_t line;         /* of the file; 0: it is not in it any more */
};

struct ical_row; /* model/calendar/ical_rows.h */
struct ical_plan {
    struct ical_owner owner;
    struct uuid feed_id; /* zero: a file */
    struct ical_calendar calendar;
    struct ical_line *lines; /* by start */
    size_t line_count;
    size_t counts[ICAL_TAKEN + 1]; /* of the lines, by step */
    size_t against_count;          /* lines that stand against an appointment */
    struct ical_row *rows;         /* what is to be written */
    size_t row_count;
};

/* What is to come, from yesterday on and ICAL_DAYS_AHEAD; all in the arena. Writes nothing. */
bool ical_plan(struct store *store, const struct ical_owner *owner, const struct uuid *feed,
               const char *text, size_t size, struct arena *arena, struct ical_plan *out,
               struct error *err);
/* Right: appointments.edit; a NULL actor is a program that acts for the shop. One operation, or
 * where there is more than one holds several of one group, undone together. What has gone stays
 * where the actor may not delete (appointments.delete). */
bool ical_apply(struct store *store, const struct actor *actor, const struct ical_plan *plan,
                struct error *err);

#endif
