/* Calendar files: what an estimator is booked for, for another program, and what another program
 * keeps somebody busy with. */
#ifndef TUI_SCREENS_ICAL_FILES_H
#define TUI_SCREENS_ICAL_FILES_H

#include "tui/app.h"

/* Asks which file, shows what it would change, asks, and does it. */
void ical_import_open(struct app *app, const struct uuid *estimator);
/* Asks where to, and writes it. */
void ical_export_open(struct app *app, const struct uuid *estimator);

/* Offers both, and the screens of what is set up before anybody is booked. `estimator` zero: nobody
 * is under the cursor. */
void ical_files_choose(struct app *app, const struct uuid *estimator);

#endif
