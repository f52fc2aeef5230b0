#include "sync/agent_lock.h"

#include "model/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Of the open file and not of the process: two agents of one program exclude each other too. */
static bool lock(int fd, const char *path, struct error *err)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
        return true;
    if (errno == EAGAIN || errno == EACCES)
        return error_set(err, ERROR_BUSY,
                         "another program exchanges with the centre for this store already");
    return error_set(err, ERROR_SYSTEM, "%s can't be locked: %s", path, strerror(errno));
}

int agent_lock(const char *store_path, struct error *err)
{
    struct buffer path;
    buffer_init(&path);
    buffer_format(&path, "%s.agent", store_path);
    int fd = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        error_set(err, ERROR_SYSTEM, "%s can't be made: %s", path.text, strerror(errno));
    if (fd >= 0 && !lock(fd, path.text, err)) {
        close(fd);
        fd = -1;
    }
    buffer_done(&path);
    return fd;
}
