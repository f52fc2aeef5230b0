/* A lock on a file beside the store, which goes with the process however it ends. Of the open file
 * and not of the process: two parts of one program exclude each other too. */
#ifndef MODEL_FILE_LOCK_H
#define MODEL_FILE_LOCK_H

#include "model/base/error.h"

/* Makes `path` plus `suffix` where it is missing, and never waits. Returns the open file, whose
 * close() gives the lock back, or -1: ERROR_BUSY with the sentence `busy` where another has it. */
int file_lock(const char *path, const char *suffix, const char *busy, struct error *err);

#endif
