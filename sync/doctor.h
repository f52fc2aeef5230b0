/* What `countertop doctor` asks the centre: whether the line stands and is encrypted, and whether
 * the two clocks agree. Waits for the network. */
#ifndef SYNC_DOCTOR_H
#define SYNC_DOCTOR_H

#include "model/keeping/doctor.h"

/* Does nothing where the store has no centre. */
void doctor_look_at_line(struct doctor *doctor);

#endif
