/* Where tests of the exchange keep what they need for a while: below /tmp, or TEST_FOLDER, which
 * may be one in memory. Sockets lie in there: the path is to be a short one. */
#ifndef TESTS_SYNC_FOLDER_H
#define TESTS_SYNC_FOLDER_H

#include <stddef.h>

/* "/tmp/countertop-NAME-XXXXXX", for mkdtemp(). */
void folder_pattern(char *path, size_t size, const char *name);

#endif
