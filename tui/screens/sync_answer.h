/* What a person can answer to something that needs attention: asked where it gives something up,
 * done, and told. From the list and from the sheet of one. */
#ifndef TUI_SCREENS_SYNC_ANSWER_H
#define TUI_SCREENS_SYNC_ANSWER_H

#include "tui/app.h"

void sync_keep(struct app *app, const struct uuid *attention);
void sync_edit(struct app *app, const struct uuid *attention);
void sync_give_up(struct app *app, const struct uuid *attention);
void sync_done(struct app *app, const struct uuid *attention);

/* Why not, by the word of its kind ("refused", "money" …); NULL: it is possible. */
const char *sync_why_no_keep(const char *kind);
const char *sync_why_no_theirs(const char *kind);
const char *sync_why_no_withdrawal(const char *kind);
const char *sync_why_not_done(const char *kind);

/* Takes back what was never sent, with all that depends on it. */
void sync_withdraw(struct app *app, const struct uuid *operation);

/* The sheet of one: base, mine and theirs beside each other. */
void sync_sheet_open(struct app *app, const struct uuid *attention);
/* The record that it is about, or a toast that there is none here. */
void sync_open_record(struct app *app, const struct uuid *attention);

#endif
