#include "model/base/paths.h"

#include "model/base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *paths_join(const char *folder, const char *name)
{
    struct buffer path;
    buffer_init(&path);
    buffer_add(&path, folder);
    if (path.size > 0 && path.text[path.size - 1] != '/')
        buffer_add_char(&path, '/');
    buffer_add(&path, name);
    return path.text;
}

/* The specification says that a relative path in such a variable is to be ignored. */
static const char *absolute(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] == '/' ? value : NULL;
}

static char *xdg_folder(const char *variable, const char *below_home, struct error *err)
{
    const char *base = absolute(variable), *home = absolute("HOME");
    if (base != NULL)
        return paths_join(base, "countertop");
    if (home == NULL) {
        error_set(err, ERROR_SYSTEM,
                  "neither HOME nor %s names a folder; set COUNTERTOP_HOME to one", variable);
        return NULL;
    }
    char *folder = paths_join(home, below_home);
    char *whole = paths_join(folder, "countertop");
    free(folder);
    return whole;
}

bool paths_init(struct paths *paths, struct error *err)
{
    *paths = (struct paths){0};
    const char *home = getenv("COUNTERTOP_HOME");
    if (home != NULL && home[0] != '\0') {
        paths->config = memory_text(home);
        paths->data = memory_text(home);
        paths->state = memory_text(home);
    } else {
        paths->config = xdg_folder("XDG_CONFIG_HOME", ".config", err);
        paths->data = xdg_folder("XDG_DATA_HOME", ".local/share", err);
        paths->state = xdg_folder("XDG_STATE_HOME", ".local/state", err);
    }
    if (paths->config == NULL || paths->data == NULL || paths->state == NULL) {
        paths_done(paths);
        return false;
    }
    paths->store = paths_join(paths->data, "store.db");
    return true;
}

void paths_done(struct paths *paths)
{
    free(paths->config);
    free(paths->data);
    free(paths->store);
    free(paths->state);
    *paths = (struct paths){0};
}

static bool make_one(const char *folder, struct error *err)
{
    struct stat found;
    if (mkdir(folder, 0700) == 0)
        return true;
    int reason = errno;
    if (stat(folder, &found) == 0)
        return S_ISDIR(found.st_mode) ||
               error_set(err, ERROR_SYSTEM, "%s is a file; a folder is needed there", folder);
    return error_set(err, ERROR_SYSTEM, "cannot make the folder %s: %s", folder, strerror(reason));
}

bool paths_make_folder(const char *folder, struct error *err)
{
    char *path = memory_text(folder);
    bool is_good = true;
    for (char *slash = strchr(path + 1, '/'); is_good && slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        is_good = make_one(path, err);
        *slash = '/';
    }
    is_good = is_good && make_one(path, err);
    free(path);
    return is_good;
}
