#include "sync/login.h"

#include "model/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libgen.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOGIN_SIZE_MAX = 64 * 1024, PATIENCE_MS = 30000 };

static char *path_of(const char *store_path)
{
    struct buffer path;
    buffer_init(&path);
    buffer_format(&path, "%s.login", store_path);
    return buffer_take(&path);
}

static void wipe(char *text)
{
    if (text != NULL)
        sodium_memzero(text, strlen(text));
    free(text);
}

void login_done(struct login *login)
{
    free(login->url);
    free(login->user);
    wipe(login->password);
    *login = (struct login){0};
}

static bool file_failed(const char *path, int problem, struct error *err)
{
    return error_set(err, ERROR_SYSTEM, "%s can't be used: %s", path, strerror(problem));
}

/* jansson's copy of the password goes with the tree, unwiped unless this is called before. */
static void wipe_json(json_t *file)
{
    json_t *password = json_object_get(file, "password");
    if (password != NULL)
        sodium_memzero((char *)(uintptr_t)json_string_value(password),
                       json_string_length(password));
    json_decref(file);
}

static bool take(const char *path, const char *text, size_t size, struct login *out,
                 struct error *err)
{
    const char *url, *user, *password = NULL;
    json_t *file = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    bool is_login = file != NULL && json_unpack(file, "{s:s, s:s, s?:s}", "url", &url, "user",
                                                &user, "password", &password) == 0;
    if (is_login)
        *out = (struct login){.url = memory_text(url),
                              .user = memory_text(user),
                              .password = password != NULL ? memory_text(password) : NULL};
    wipe_json(file);
    return is_login || error_set(err, ERROR_INPUT,
                                 "%s is damaged; enroll this terminal again with a new code", path);
}

static bool read_open(int fd, const char *path, struct login *out, struct error *err)
{
    struct stat info;
    char text[LOGIN_SIZE_MAX];
    if (fstat(fd, &info) != 0)
        return file_failed(path, errno, err);
    if ((info.st_mode & 077) != 0)
        return error_set(err, ERROR_DENIED,
                         "others can read %s, and the password in it: chmod 600 it, or better "
                         "enroll this terminal again",
                         path);
    ssize_t size = read(fd, text, sizeof text);
    bool is_good =
        size >= 0 ? take(path, text, (size_t)size, out, err) : file_failed(path, errno, err);
    sodium_memzero(text, sizeof text);
    return is_good;
}

bool login_read(const char *store_path, struct login *out, struct error *err)
{
    char *path = path_of(store_path);
    *out = (struct login){0};
    bool is_good;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0)
        is_good = read_open(fd, path, out, err);
    else if (errno == ENOENT)
        is_good = error_set(err, ERROR_NOT_FOUND,
                            "this store knows no centre: there is no %s; join a shop with "
                            "countertop enroll",
                            path);
    else
        is_good = file_failed(path, errno, err);
    if (fd >= 0)
        close(fd);
    free(path);
    return is_good;
}

static bool write_all(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t written = write(fd, text, left);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            text += written;
            left -= (size_t)written;
        }
    }
    return fsync(fd) == 0;
}

/* A new name is on the disk once its folder is. */
static bool sync_folder(const char *path)
{
    char *copy = memory_text(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    free(copy);
    return is_done;
}

static bool replace(const char *path, const char *text, struct error *err)
{
    struct buffer temporary;
    buffer_init(&temporary);
    buffer_format(&temporary, "%s.XXXXXX", path);
    int fd = mkostemp(temporary.text, O_CLOEXEC); /* 0600 */
    bool is_done = fd >= 0 && write_all(fd, text);
    int problem = errno;
    if (fd >= 0)
        close(fd);
    if (is_done && (rename(temporary.text, path) != 0 || !sync_folder(path))) {
        is_done = false;
        problem = errno;
    }
    if (!is_done && fd >= 0)
        unlink(temporary.text);
    buffer_done(&temporary);
    return is_done || file_failed(path, problem, err);
}

bool login_write(const char *store_path, const struct login *login, struct error *err)
{
    char *path = path_of(store_path);
    json_t *file = json_pack("{s:s, s:s, s:s*}", "url", login->url, "user", login->user, "password",
                             login->password);
    char *text = file != NULL ? json_dumps(file, JSON_INDENT(4)) : NULL;
    bool is_done = text != NULL
                       ? replace(path, text, err)
                       : error_set(err, ERROR_INPUT, "the login holds text that is no UTF-8");
    wipe(text);
    wipe_json(file);
    free(path);
    return is_done;
}

struct central *login_open_until(const struct login *login, int stop_fd, struct error *err)
{
    struct error why = {0};
    struct central *central = central_open_at(&(struct central_address){.url = login->url,
                                                                        .user = login->user,
                                                                        .password = login->password,
                                                                        .stop_fd = stop_fd,
                                                                        .patience_ms = PATIENCE_MS},
                                              &why);
    if (central == NULL && why.code == ERROR_DENIED)
        error_set(err, ERROR_DENIED,
                  "the centre does not let this terminal in: it was revoked, or its password is "
                  "another one; ask for a new code and enroll it again");
    else if (central == NULL)
        error_set(err, why.code, "%s", why.text);
    return central;
}

struct central *login_open(const struct login *login, struct error *err)
{
    return login_open_until(login, -1, err);
}
