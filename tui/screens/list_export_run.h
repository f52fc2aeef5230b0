/* The work of an export: on the reader, under a dialog that shows how far it is. */
#ifndef TUI_SCREENS_LIST_EXPORT_RUN_H
#define TUI_SCREENS_LIST_EXPORT_RUN_H

#include "model/list/export.h"
#include "tui/app.h"

enum export_target { EXPORT_FILE, EXPORT_COMMAND, EXPORT_CLIPBOARD };

struct list_export {
    const struct query_source *source; /* lives as long as the program, like the fields' names */
    const char *filter, *sort;
    bool is_descending;
    const char *const *fields; /* NULL: all */
    size_t field_count;
    enum export_format format;
    enum export_target target;
    const char *name; /* the file's path, or the command */
    int64_t total;    /* rows that are expected; 0: unknown */
};

/* Copies the texts. A toast says what came of it. */
void list_export_run(struct app *app, const struct list_export *ask);

#endif
