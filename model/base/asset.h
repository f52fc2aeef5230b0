/* Files that are built into the program: migrations and themes. The table is written by
 * the Makefile, in the order of the names. */
#ifndef MODEL_ASSET_H
#define MODEL_ASSET_H

#include <stddef.h>

struct asset {
    const char *name;  /* "migrations/0001_sync.sql" */
    const char *bytes; /* with a NUL behind the last one */
    const char *end;
    const char *sha256; /* of the bytes, in hex, worked out when the program was built */
};

extern const struct asset assets[];
extern const size_t asset_count;

const struct asset *asset_find(const char *name); /* or NULL */

#endif
