/* Databases with all migrations of the program. */
#ifndef TESTS_SYNC_MIGRATED_H
#define TESTS_SYNC_MIGRATED_H

#include "tests/sync/postgres.h"

/* The URL of a new one, which lives as long as the server. Only the first one of a server is
 * migrated, which takes seconds; the others are copies of it. Skips the test where there is no
 * server. */
const char *postgres_migrated(struct postgres *server);

#endif
