#include "model/base/private_file.h"

#include "model/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool failed(const char *path, int problem, struct error *err)
{
    return error_set(err, ERROR_SYSTEM, "%s can't be used: %s", path, strerror(problem));
}

void private_file_wipe(char *text, size_t size)
{
    if (text != NULL)
        sodium_memzero(text, size);
    free(text);
}

static bool fill(int fd, const char *path, char *text, size_t *size, struct error *err)
{
    ssize_t got;
    *size = 0;
    while ((got = read(fd, text + *size, PRIVATE_FILE_SIZE_MAX + 1 - *size)) != 0) {
        if (got < 0 && errno != EINTR)
            return failed(path, errno, err);
        *size += got > 0 ? (size_t)got : 0;
        if (*size > PRIVATE_FILE_SIZE_MAX)
            return error_set(err, ERROR_INPUT, "%s is too large for what it should be", path);
    }
    text[*size] = '\0';
    return true;
}

static char *read_open(int fd, const char *path, size_t *size, struct error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        failed(path, S_ISREG(info.st_mode) ? errno : EINVAL, err);
        return NULL;
    }
    if ((info.st_mode & 077) != 0) {
        error_set(err, ERROR_DENIED, "others can read %s, and the secret in it: chmod 600 it",
                  path);
        return NULL;
    }
    char *text = memory_new(PRIVATE_FILE_SIZE_MAX + 2);
    if (fill(fd, path, text, size, err))
        return text;
    private_file_wipe(text, PRIVATE_FILE_SIZE_MAX + 2);
    return NULL;
}

char *private_file_read(const char *path, size_t *size, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) {
        error_set(err, ERROR_NOT_FOUND, "there is no %s", path);
        return NULL;
    }
    if (fd < 0) {
        failed(path, errno, err);
        return NULL;
    }
    char *text = read_open(fd, path, size, err);
    close(fd);
    return text;
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

bool private_folder_sync(const char *path_in_it)
{
    char *copy = memory_text(path_in_it);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    free(copy);
    return is_done;
}

bool private_file_write(const char *path, const char *text, struct error *err)
{
    struct buffer temporary;
    buffer_init(&temporary);
    buffer_format(&temporary, "%s.XXXXXX", path);
    int fd = mkostemp(temporary.text, O_CLOEXEC); /* 0600 */
    bool is_done = fd >= 0 && write_all(fd, text);
    int problem = errno;
    if (fd >= 0)
        close(fd);
    if (is_done && (rename(temporary.text, path) != 0 || !private_folder_sync(path))) {
        is_done = false;
        problem = errno;
    }
    if (!is_done && fd >= 0)
        unlink(temporary.text);
    buffer_done(&temporary);
    return is_done || failed(path, problem, err);
}
