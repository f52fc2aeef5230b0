/* Copies of a whole centre, by PostgreSQL's pg_dump and pg_restore, in the envelope that copies of
 * stores have (model/keeping/envelope.h). All as a superuser of the database. ERROR_NOT_FOUND:
 * those programs are not on this machine. */
#ifndef SYNC_CENTRAL_BACKUP_H
#define SYNC_CENTRAL_BACKUP_H

#include "model/keeping/backup.h"
#include "sync/central.h"

/* Writes a copy to a new file, as the role ct_backup and as of one moment. */
bool central_backup(struct central *central, const char *path, const struct envelope_for *who,
                    const struct backup_progress *progress, struct error *err);
/* Puts one in the place of what is there, after which all terminals make a new copy and send what
 * the centre has forgotten. */
bool central_restore(struct central *central, const struct backup_from *from, struct error *err);
/* Restores one to a database of its own on the same server, which goes again, and compares the rows
 * of each table. */
bool central_verify(struct central *central, const struct backup_from *from, int64_t *tables,
                    int64_t *rows, struct error *err);

#endif
