/* Appointments for other calendars (RFC 5545, METHOD:PUBLISH): of one estimator, or of one thing
 * that is booked (a van, a room). A calendar that reads it again knows each event by its UID, which
 * stays with the appointment for ever, and takes the one with the higher SEQUENCE; a cancelled
 * appointment comes as STATUS:CANCELLED, so that it goes there too. Instants are in UTC.
 *
 * What goes to a calendar lands in many hands, so of the customer the name alone is told, and the
 * address where it is asked for. */
#ifndef MODEL_ICAL_WRITE_H
#define MODEL_ICAL_WRITE_H

#include "model/operation/actor.h"
#include "model/store/store.h"

/* Whose calendar. */
struct ical_owner {
    bool is_resource;
    struct uuid id;
    const char *name, *zone;
};

/* An estimator or resource by name (the case does not matter, a part will do), or by id.
 * ERROR_NOT_FOUND, ERROR_INPUT where several are meant. Texts are in the arena. */
bool ical_owner_find(struct store *store, const char *word, struct arena *arena,
                     struct ical_owner *out, struct error *err);
bool ical_owner_load(struct store *store, bool is_resource, const struct uuid *id,
                     struct arena *arena, struct ical_owner *out, struct error *err);

struct ical_export {
    int64_t from, until; /* 0, 0: from 30 days ago on */
    bool has_address;
    size_t count; /* how many there were */
};
/* Appends the file to `out`; a row of the audit trail says that it left the shop. Right:
 * appointments.edit. Not within a transaction. */
bool ical_write(struct store *store, const struct actor *actor, const struct ical_owner *owner,
                struct ical_export *export, struct buffer *out, struct error *err);

/* The UID of an appointment: its own, or one made of its id. In the arena. */
const char *ical_uid(struct arena *arena, const struct uuid *id, const char *own);
/* The appointment with that UID, as ical_uid() makes it or as the row has it: 1, 0, -1. */
int ical_uid_find(struct store *store, const char *uid, struct uuid *id, struct error *err);

#endif
