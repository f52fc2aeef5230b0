/* Whether everything about a store stands as it should: the file, who can read it, the disk,
 * copies, keys, what waits to be sent. Each finding says what to do. What needs the network is
 * added by sync/doctor.h. */
#ifndef MODEL_DOCTOR_H
#define MODEL_DOCTOR_H

#include "model/base/memory.h"
#include "model/store/store.h"

enum doctor_state { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_FAILED };

struct finding {
    const char *name; /* "copies" */
    enum doctor_state state;
    const char *said;
    const char *advice; /* what to do; "" where nothing is */
};

enum { DOCTOR_FINDINGS = 64 };

struct doctor {
    const char *store_path;
    const char *copies; /* the folder of copies */
    const char *state;  /* the folder of crash reports */
    const struct env *env;
    bool is_quick;       /* without what reads the whole store */
    struct arena *arena; /* of all texts */
    struct store *store; /* NULL where it can't be opened */
    struct finding findings[DOCTOR_FINDINGS];
    size_t count;
};

/* Adds a finding; what is beyond DOCTOR_FINDINGS is left out. The texts are copied. */
void doctor_add(struct doctor *doctor, const char *name, enum doctor_state state,
                const char *advice, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Opens the store and looks at all that is here. The caller closes doctor->store. */
void doctor_look(struct doctor *doctor);
enum doctor_state doctor_worst(const struct doctor *doctor);

#endif
