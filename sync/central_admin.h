/* What the administrator of a centre does from the command line, as a superuser of the database
 * (migrations/0023_terminals.sql, 0025_administration.sql). Texts live in the arena. */
#ifndef SYNC_CENTRAL_ADMIN_H
#define SYNC_CENTRAL_ADMIN_H

#include "model/base/memory.h"
#include "sync/central.h"

/* The address as terminals have it: without user and password, but with what libpq took from
 * elsewhere. */
const char *central_public_url(struct central *central, struct arena *arena);

/* Brings the database to this program's schema, and makes `places` for terminals where there are
 * none yet. */
bool central_prepare(struct central *central, int places, struct error *err);

/* The id of the one row that somebody names by its id, name or other key; `name` NULL: the only one
 * there is (of shops), or none (NULL in *id). ERROR_NOT_FOUND and ERROR_INPUT (several) say which
 * there are. */
enum central_kind { CENTRAL_SHOP, CENTRAL_LOCATION, CENTRAL_PERSON, CENTRAL_TERMINAL };
bool central_find(struct central *central, enum central_kind kind, const char *shop,
                  const char *name, struct arena *arena, const char **id, struct error *err);

#endif
