/* Copies of a store: made while it is in use, in an envelope (model/keeping/envelope.h) that only
 * the worker's key or a passphrase opens. The key of the second factors, beside the store, goes
 * along; the terminal's password and the worker's key do not. */
#ifndef MODEL_BACKUP_H
#define MODEL_BACKUP_H

#include "model/keeping/envelope.h"
#include "model/store/store.h"

#define BACKUP_ENDING ".ctcopy"

/* Hears how far it is; answers false to stop (ERROR_STOPPED), and nothing is left behind then. */
struct backup_progress {
    bool (*step)(void *context, const char *what, int64_t done, int64_t total);
    void *context;
};

/* What everybody may read of a copy: it is proven only once the copy was opened. In the arena. */
struct backup_about {
    const char *path;
    const char *kind; /* "store", "centre" */
    int64_t made_at;
    int64_t size; /* of the file */
    const char *program;
    int64_t schema;
    struct uuid tenant; /* zero of a centre with several shops */
    const char *shop;
    const char *key; /* the id of the worker's key that opens it, or NULL */
    bool has_passphrase;
};

/* A new file `path`, or one in a folder with a name of its own where `path` is a folder; `out`
 * (in the arena) says where it is. Needs no right: what asks for one stands above. ERROR_BUSY: a
 * copy of this store is being made already. */
bool backup_make(struct store *store, const char *path, const struct envelope_for *who,
                 const struct backup_progress *progress, struct arena *arena, const char **out,
                 struct error *err);
/* Writes into the audit trail that a copy was made or put back: `action` is "backup" or "restore",
 * `actor` NULL where a program did it. The store must be writable. */
bool backup_note(struct store *store, const struct uuid *actor, const char *action,
                 const char *path, struct error *err);
/* The header that copies begin with. */
json_t *backup_header(const char *kind, int64_t made_at, int64_t schema, const struct uuid *tenant,
                      const char *shop);

bool backup_about(const char *path, struct arena *arena, struct backup_about *out,
                  struct error *err);
/* All copies in a folder, newest first, in the arena; files that are none are passed over. The
 * count, or -1; a folder that is not there holds none. */
int backup_list(const char *folder, struct arena *arena, struct backup_about **out,
                struct error *err);

/* How a copy is opened. */
struct backup_from {
    const char *path;
    const struct key_ring *ring; /* or NULL */
    const char *passphrase;      /* or NULL */
    struct backup_progress progress;
};

/* Restores a copy of a store to a folder that goes again, within `room`, and compares: the file's
 * checksum, SQLite's own checks, the schema and the rows of each table. `tables` and `rows` say
 * what was counted. The content of a centre's copy is read and compared with its checksum alone
 * (`countertop central verify` restores it). */
bool backup_verify(const struct backup_from *from, const char *room, const struct env *env,
                   int64_t *tables, int64_t *rows, struct error *err);
/* Puts a copy of a store into a folder, made where it is missing, in which there is none yet. */
bool backup_restore(const struct backup_from *from, const char *folder, const struct env *env,
                    struct error *err);

/* Takes away copies in the folder of this kind and tenant that were made more than `days` before
 * `newest`, which was verified. Returns how many, or -1. */
int backup_thin(const char *folder, const struct backup_about *newest, int64_t days,
                struct error *err);

/* "tables": {"orders": 21, …} of an open SQLite file. */
struct sqlite3;
json_t *backup_count(struct sqlite3 *db, struct error *err);

#endif
