/* Reminders that are due, sent as mail (model/calendar/reminder.h says by which rules). */
#ifndef SYNC_REMIND_H
#define SYNC_REMIND_H

#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/store/store.h"

/* By the one worker of a shop, under its lock. Waits for the network. What hinders all of them (no
 * line, a wrong password) ends the round and is the error; they stay queued. */
bool remind_send(struct store *store, const struct actor *actor, struct buffer *words,
                 struct error *err);

#endif
