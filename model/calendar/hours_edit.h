/* The weekly hours of an estimator as they are painted: each day in steps of a quarter of an hour.
 * Hours hold for ever or from one day to another; those that hold for the same days are one plan.
 * Rows are changed and put out of use, never deleted, so that whoever may paint needs no right to
 * delete. */
#ifndef MODEL_HOURS_EDIT_H
#define MODEL_HOURS_EDIT_H

#include "model/base/date.h"
#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"

extern const struct operation_kind hours_kinds[];
extern const size_t hours_kind_count;

enum { HOURS_DAYS = 7, HOURS_STEPS = 96, HOURS_STEP_MINUTES = 15 };

struct hours_plan {
    char valid_from[DATE_TEXT_SIZE], valid_to[DATE_TEXT_SIZE]; /* "": without a beginning, an end */
};
/* By their beginning, in the arena; where there are none one that holds for ever. The count, or -1.
 */
int hours_plans(struct store *store, const struct uuid *estimator, struct arena *arena,
                struct hours_plan **out, struct error *err);

struct hours_week {
    bool works[HOURS_DAYS][HOURS_STEPS]; /* 0 is Monday; a step that is worked in part counts */
    bool is_uneven[HOURS_DAYS];          /* has hours between the steps */
};
bool hours_week(struct store *store, const struct uuid *estimator, const struct hours_plan *plan,
                struct hours_week *out, struct error *err);

/* A block of the week. */
struct hours_block {
    int first_day, last_day, first_step, last_step; /* inclusive */
    bool works;
};
/* One operation. ERROR_RULE where a day has hours between the steps. Right: appointments.edit. */
bool hours_paint(struct store *store, const struct actor *actor, const struct uuid *estimator,
                 const struct hours_plan *plan, const struct hours_block *block, struct error *err);

/* From that day on there are other hours, which begin as those of `plan` are; `plan` ends the day
 * before. One operation. ERROR_INPUT where the day is not within the plan. `out` is the new one. */
bool hours_change_from(struct store *store, const struct actor *actor, const struct uuid *estimator,
                       const struct hours_plan *plan, struct date day, struct hours_plan *out,
                       struct error *err);

#endif
