/* What the door of a shop that ran alone keeps goes along when the shop becomes a tenant: the
 * tables of the door do not travel. */
#ifndef SYNC_CENTRAL_DOOR_H
#define SYNC_CENTRAL_DOOR_H

#include "sync/central.h"

struct store;

/* Part of central_load(), within its transaction: passwords that the centre can check (bcrypt, as
 * other programs hashed them), second factors and backup codes. Passwords that were set here are
 * Argon2id and stay behind: those people get one by `countertop central password`. ERROR_NOT_FOUND:
 * the key of the second factors is not beside the store. */
bool central_load_door(struct central *central, struct store *store, struct error *err);

#endif
