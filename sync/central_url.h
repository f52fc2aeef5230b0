/* The address of a centre as a person writes it down for a terminal. */
#ifndef SYNC_CENTRAL_URL_H
#define SYNC_CENTRAL_URL_H

#include "model/base/error.h"

/* Whether it names a database, and neither a user nor a password. Asks no server. ERROR_INPUT, of
 * the field "url". */
bool central_check_url(const char *url, struct error *err);

#endif
