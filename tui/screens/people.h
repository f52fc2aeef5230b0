/* The people of the shop: the list, one person, and what is asked about them. Each is one file; the
 * person is named by the id, and the window below reads it again when they close. */
#ifndef TUI_SCREENS_PEOPLE_H
#define TUI_SCREENS_PEOPLE_H

#include "model/people/role.h"
#include "tui/app.h"

/* person_view.c: one person, with roles, teams and rights. False with err when there is none. */
bool person_view_open(struct app *app, const struct uuid *id, struct error *err);

/* person_form.c: forms for somebody new, and for a role that somebody gets. */
void person_invite_open(struct app *app);
void person_role_open(struct app *app, const struct uuid *id);

/* person_ask.c: suspends who may work here, and lets who may not again, after a question. */
void person_ask_status(struct app *app, const struct uuid *id);
/* person_door.c: what an administrator does at the door for somebody else, after a question. */
enum person_verb { PERSON_CODE, PERSON_SIGN_OUT, PERSON_FACTOR, PERSON_LIFT };
void person_door_ask(struct app *app, const struct uuid *id, enum person_verb verb);
/* The form of the row itself: name, login, address. */
void person_edit_open(struct app *app, const struct uuid *id);

/* team_view.c: the members of a team and what they are narrowed by. */
bool team_view_open(struct app *app, const struct uuid *id, struct error *err);

#endif
