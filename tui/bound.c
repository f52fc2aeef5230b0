#include "tui/bound.h"

#include "model/base/memory.h"
#include "model/calendar/day.h"
#include "model/people/door.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char bound_sentence[] = "This key opens the day alone; do that at a terminal of the shop.";

static const char *const harmless[] = {"TERM",      "LANG",     "LC_ALL",         "LC_CTYPE",
                                       "COLORTERM", "NO_COLOR", "SSH_CONNECTION", "TMUX"};
enum { HARMLESS = sizeof harmless / sizeof harmless[0] };

/* The folder of a file, or NULL where it can't be reached. */
static char *folder_of(const char *file)
{
    char *copy = memory_text(file);
    char *slash = strrchr(copy, '/');
    if (slash != NULL)
        slash[slash == copy] = '\0';
    char *folder = realpath(slash != NULL ? copy : ".", NULL);
    free(copy);
    return folder;
}

static bool set_home(const char *store, struct error *err)
{
    const struct passwd *user = getpwuid(getuid());
    char *folder = store != NULL ? folder_of(store) : NULL;
    bool is_set = store == NULL || folder != NULL;
    if (!is_set)
        error_set(err, ERROR_SYSTEM, "%s can't be reached: %s", store, strerror(errno));
    if (is_set && folder != NULL)
        is_set = setenv("COUNTERTOP_HOME", folder, 1) == 0;
    if (is_set && user != NULL)
        is_set = setenv("HOME", user->pw_dir, 1) == 0;
    free(folder);
    return is_set;
}

bool bound_clean_environment(const char *store, struct error *err)
{
    char *kept[HARMLESS];
    for (size_t i = 0; i < HARMLESS; i++) {
        const char *value = getenv(harmless[i]);
        kept[i] = value != NULL ? memory_text(value) : NULL;
    }
    bool is_clean = clearenv() == 0;
    for (size_t i = 0; i < HARMLESS; i++) {
        if (kept[i] != NULL)
            setenv(harmless[i], kept[i], 1);
        free(kept[i]);
    }
    if (getenv("LC_ALL") == NULL && getenv("LC_CTYPE") == NULL && getenv("LANG") == NULL)
        setenv("LANG", "C.UTF-8", 1); /* what every telephone speaks, and few say */
    return (is_clean || error_set(err, ERROR_SYSTEM, "the environment can't be cleared")) &&
           set_home(store, err);
}

bool bound_enter(struct store *store, const char *name, struct actor *out, struct error *err)
{
    struct uuid estimator;
    *out = (struct actor){.proof = PROOF_NAME};
    if (!actor_find(store, name, out, err))
        return false;
    int found = day_estimator_of(store, &out->user_id, &estimator, err);
    if (found == 0)
        error_set(err, ERROR_RULE,
                  "%s is no estimator; say in the records of estimators who signs in as %s",
                  out->name, out->name);
    return found > 0 && door_open_by_key(store, name, out, err);
}
