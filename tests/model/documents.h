/* What the five documents behind SCHEMA.md name, and where it stands here: the proof that one
 * schema serves them all. */
#ifndef TESTS_MODEL_DOCUMENTS_H
#define TESTS_MODEL_DOCUMENTS_H

#include <stddef.h>

struct served {
    const char *model;  /* as the document calls it */
    const char *column; /* NULL: the document names the model alone */
    /* "table.column" ("table" for a model alone), or "dropped: " and the reason. */
    const char *here;
};

struct document {
    const char *name;
    const struct served *served;
    size_t count;
    size_t models, columns; /* how many it names, counted in the document itself */
};

extern const struct document document_verso, document_brainsait, document_affiliate,
    document_roadmap, document_wiwebb;

#endif
