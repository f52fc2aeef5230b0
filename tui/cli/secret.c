#include "tui/cli/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { CTRL_C = 3, CTRL_D = 4 };

void secret_wipe(char secret[SECRET_SIZE])
{
    sodium_memzero(secret, SECRET_SIZE);
}

/* Up to a line's end. False where there is none within the room, or Ctrl-C came. */
static bool read_line(int fd, char out[SECRET_SIZE])
{
    for (size_t used = 0; used + 1 < SECRET_SIZE;) {
        char c;
        ssize_t got = read(fd, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || c == CTRL_C)
            return false;
        bool is_end = got == 0 || c == '\n' || c == '\r' || c == CTRL_D;
        out[used++] = is_end ? '\0' : c;
        if (is_end)
            return true;
    }
    return false;
}

static bool read_file(const char *path, char out[SECRET_SIZE], struct error *err)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    bool is_open = fd >= 0 && fstat(fd, &info) == 0;
    bool is_read = false;
    if (!is_open)
        error_set(err, ERROR_SYSTEM, "%s can't be read: %s", path, strerror(errno));
    else if (S_ISREG(info.st_mode) && (info.st_mode & 077) != 0)
        error_set(err, ERROR_DENIED, "others can read %s, and the password in it: chmod 600 it",
                  path);
    else
        is_read = read_line(fd, out) ||
                  error_set(err, ERROR_INPUT, "the first line of %s is no password", path);
    if (fd >= 0)
        close(fd);
    return is_read;
}

/* Ctrl-C is a letter meanwhile, so that the terminal is put right again whatever is typed. */
static bool read_unseen(int tty, char out[SECRET_SIZE])
{
    struct termios before, unseen;
    if (tcgetattr(tty, &before) != 0)
        return false;
    unseen = before;
    unseen.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    if (tcsetattr(tty, TCSAFLUSH, &unseen) != 0)
        return false;
    bool is_read = read_line(tty, out);
    tcsetattr(tty, TCSAFLUSH, &before);
    return is_read;
}

bool secret_read(struct cli *cli, const char *prompt, const char *file, char out[SECRET_SIZE],
                 struct error *err)
{
    secret_wipe(out);
    if (file != NULL)
        return read_file(file, out, err);
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (tty < 0)
        return error_set(err, ERROR_INPUT,
                         "there is no terminal to ask for the password; give --password-file FILE");
    fprintf(cli->err, "%s: ", prompt);
    fflush(cli->err);
    bool is_read = read_unseen(tty, out);
    fputc('\n', cli->err);
    close(tty);
    return is_read || error_set(err, ERROR_STOPPED, "no password was given");
}
