/* What a request for one's data asks for, done: a file written, a person erased, old rows gone. */
#ifndef TUI_SCREENS_PRIVACY_RUN_H
#define TUI_SCREENS_PRIVACY_RUN_H

#include "model/privacy/request.h"
#include "tui/app.h"

/* Asks for what is missing, does it outside of the drawing thread, and says how it went. */
void privacy_run(struct app *app, const struct request *request);
/* Counts what the rules of retention would do, asks, and does it. */
void privacy_keep_rules(struct app *app);

#endif
