#include "model/base/file_lock.h"

#include "model/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool lock(int fd, const char *path, const char *busy, struct error *err)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
        return true;
    if (errno == EAGAIN || errno == EACCES)
        return error_set(err, ERROR_BUSY, "%s", busy);
    return error_set(err, ERROR_SYSTEM, "%s can't be locked: %s", path, strerror(errno));
}

int file_lock(const char *path, const char *suffix, const char *busy, struct error *err)
{
    struct buffer whole;
    buffer_init(&whole);
    buffer_format(&whole, "%s%s", path, suffix);
    int fd = open(whole.text, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        error_set(err, ERROR_SYSTEM, "%s can't be made: %s", whole.text, strerror(errno));
    if (fd >= 0 && !lock(fd, whole.text, busy, err)) {
        close(fd);
        fd = -1;
    }
    buffer_done(&whole);
    return fd;
}
