/* Files in channels: kept in the store in pieces of 256 KB, which travel as its other rows do, and
 * written out again when somebody opens one. Larger ones are said by their address. */
#ifndef MODEL_TALK_FILE_H
#define MODEL_TALK_FILE_H

#include "model/talk/talk.h"

enum {
    TALK_CHUNK_SIZE = 256 * 1024,
    TALK_FILE_LIMIT = 10 * 1024 * 1024, /* unless app_settings 'talk' says {"file_limit": BYTES} */
};

/* The largest file that is taken, in bytes; -1: failed. */
int64_t talk_file_limit(struct store *store, struct error *err);

/* Copies the file into the store, for a message of that channel: operations of one group. Nothing
 * of it is said before a message names it. ERROR_INPUT: it is too large, empty, or no plain file;
 * ERROR_SYSTEM: it can't be read. */
bool talk_file_add(struct store *store, const struct actor *actor, const struct uuid *channel,
                   const char *path, struct uuid *id, struct error *err);

/* Writes it into the folder, which is made, under a name that no text of a message chooses freely:
 * letters, digits, points and dashes of its own name, behind its first digits. `path` is in the
 * arena. One that is there already, whole, is left as it is. ERROR_NOT_FOUND: not there, or not
 * open to this person; ERROR_BUSY: some of it has not arrived yet; ERROR_STORE: its bytes are not
 * those that were sent. */
bool talk_file_open(struct store *store, const struct uuid *user, const struct uuid *file,
                    const char *folder, struct arena *arena, const char **path, struct error *err);

#endif
