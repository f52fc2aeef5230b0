/* Small files that nobody else may read: passwords and keys beside a store. */
#ifndef MODEL_PRIVATE_FILE_H
#define MODEL_PRIVATE_FILE_H

#include "model/base/error.h"

#include <stddef.h>

enum { PRIVATE_FILE_SIZE_MAX = 64 * 1024 };

/* The whole file, with a NUL behind it; private_file_wipe() takes it back. ERROR_NOT_FOUND: there
 * is none; ERROR_DENIED: others can read it; ERROR_INPUT: it is too large. */
char *private_file_read(const char *path, size_t *size, struct error *err);
void private_file_wipe(char *text, size_t size); /* NULL is allowed */

/* Written with mode 0600 to a new file that takes the place of the old one when it is whole and on
 * the disk. */
bool private_file_write(const char *path, const char *text, struct error *err);

/* A new name, or one that went, is on the disk once its folder is. */
bool private_folder_sync(const char *path_in_it);

#endif
