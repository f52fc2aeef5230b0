/* What a shop knows of one person, for that person: all rows that are theirs, by the map of
 * personal data, without secrets and without what the program keeps for itself (GDPR articles 15
 * and 20). As JSON for machines, and as a text with headings. */
#ifndef MODEL_SUBJECT_EXPORT_H
#define MODEL_SUBJECT_EXPORT_H

#include "model/operation/actor.h"
#include "model/privacy/subject.h"

/* Hears how many of the rows are done; false stops it (ERROR_STOPPED). */
struct subject_progress {
    bool (*step)(void *context, int64_t rows, int64_t total);
    void *context;
};

/* Returns the number of rows, or -1. ERROR_DENIED: the actor lacks privacy.manage. */
int64_t subject_export(struct store *store, const struct actor *actor, const struct subject *person,
                       const struct subject_progress *progress, struct buffer *json,
                       struct buffer *text, struct error *err);

/* Writes both: "meyer" or "meyer.json" makes meyer.json and meyer.txt, which their owner alone can
 * read (0600), each whole or not at all. Files of these names are replaced. */
int64_t subject_export_files(struct store *store, const struct actor *actor,
                             const struct subject *person, const char *path,
                             const struct subject_progress *progress, struct error *err);

#endif
