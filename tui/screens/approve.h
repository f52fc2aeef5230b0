/* Approval on the spot: what a person lacks the right for, somebody else who holds it allows here
 * and now, by PIN or password. The operation then carries both (struct actor, approver_id). */
#ifndef TUI_SCREENS_APPROVE_H
#define TUI_SCREENS_APPROVE_H

#include "tui/app.h"

/* Asks for somebody who holds the right. `what` is the sentence that is agreed to: "Give 12.00 EUR
 * back on R1-000117". `done` is called exactly once, when the box has gone: with the approver, or
 * NULL. */
void approve_open(struct app *app, const char *right, const char *what,
                  void (*done)(struct app *app, void *context, const struct actor *approver),
                  void *context);

/* Whether it can be asked at all: somebody can prove who they are here. */
bool approve_is_possible(struct app *app);
/* Whether it is the lack of this right alone that stood in the way of `failure`, so that an
 * approval mends it. */
bool approve_would_help(struct app *app, const char *right, const struct error *failure);

/* Who works here, with the approver. */
struct actor approve_actor(const struct app *app, const struct uuid *approver);

#endif
