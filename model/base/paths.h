/* Where configuration, store and state lie (XDG Base Directory Specification).
 *
 * COUNTERTOP_HOME=DIR puts all three into DIR; else they are $XDG_CONFIG_HOME/countertop,
 * $XDG_DATA_HOME/countertop/store.db and $XDG_STATE_HOME/countertop, with the usual folders below
 * $HOME where a variable is empty or no absolute path. */
#ifndef MODEL_PATHS_H
#define MODEL_PATHS_H

#include "model/base/error.h"

#include <stdbool.h>

struct paths {
    char *config; /* a folder: config.json, themes/ */
    char *data;   /* a folder: the store's */
    char *store;  /* a file: store.db in it */
    char *state;  /* a folder: logs, crash reports, what was typed last */
};

/* Reads the environment; makes nothing. Fails when there is no HOME either. */
bool paths_init(struct paths *paths, struct error *err);
void paths_done(struct paths *paths);

/* Makes the folder, and those above it that are missing, with mode 0700. */
bool paths_make_folder(const char *folder, struct error *err);

/* folder/name; the caller frees it. */
char *paths_join(const char *folder, const char *name);

#endif
