#include "tui/term.h"
#include "tui/term_private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

/* What term_restore() needs, ready before anything goes wrong. */
static struct {
    int fd;
    volatile sig_atomic_t is_ready;
    bool has_modes;
    struct termios modes;
    char bytes[256];
    size_t size;
} restore;

bool term_write(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            if (poll(&wait, 1, -1) < 0 && errno != EINTR)
                return false;
        } else if (written == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

void term_save_modes(int fd)
{
    restore.fd = fd;
    restore.has_modes = tcgetattr(fd, &restore.modes) == 0;
}

bool term_check_type(const char *type, struct error *err)
{
    int status = 0;
    bool is_fit = type && *type && setupterm(type, STDOUT_FILENO, &status) == OK;
    if (is_fit) {
        is_fit = cursor_address && !hard_copy;
        del_curterm(cur_term);
    }
    if (is_fit)
        return true;
    if (!type || !*type)
        return error_set(err, ERROR_SYSTEM,
                         "TERM is not set; set it to what the terminal is, such as "
                         "xterm-256color.");
    return error_set(err, ERROR_SYSTEM,
                     "The terminal \"%s\" can't show a screen; set TERM to what it is, such as "
                     "xterm-256color.",
                     type);
}

bool term_can_dim_colours(void)
{
    enum { DIM = 1 << 4 }; /* of terminfo(5), no_color_video */
    return no_color_video < 0 || !(no_color_video & DIM);
}

void term_describe_keys(struct decoder *decoder)
{
    static const struct {
        const char *capability;
        key_code key;
    } keys[] = {
        {"kcuu1", KEY_UP_ARROW},   {"kcud1", KEY_DOWN_ARROW},
        {"kcub1", KEY_LEFT_ARROW}, {"kcuf1", KEY_RIGHT_ARROW},
        {"kpp", KEY_PAGE_UP},      {"knp", KEY_PAGE_DOWN},
        {"khome", KEY_TO_HOME},    {"kend", KEY_TO_END},
        {"kich1", KEY_INSERT},     {"kdch1", KEY_DEL},
        {"kent", KEY_RETURN},      {"kcbt", KEY_TABULATOR | KEY_WITH_SHIFT},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *bytes = tigetstr(keys[i].capability);
        if (bytes && bytes != (char *)-1)
            decoder_add(decoder, bytes, keys[i].key);
    }
    for (int i = 1; i <= 12; i++) {
        char name[16];
        snprintf(name, sizeof name, "kf%d", i);
        const char *bytes = tigetstr(name);
        if (bytes && bytes != (char *)-1)
            decoder_add(decoder, bytes, KEY_FUNCTION_1 + (key_code)i - 1);
    }
}

/* Without the "$<20>" delays of old terminals. */
static void add_capability(const char *bytes)
{
    while (bytes && *bytes && restore.size < sizeof restore.bytes) {
        const char *end = strncmp(bytes, "$<", 2) == 0 ? strchr(bytes, '>') : NULL;
        if (end)
            bytes = end + 1;
        else
            restore.bytes[restore.size++] = *bytes++;
    }
}

void term_prepare_restore(void)
{
    restore.size = 0;
    add_capability(TERM_MODES_OFF);
    add_capability(exit_attribute_mode);
    add_capability(orig_pair);
    add_capability(exit_ca_mode);
    add_capability(keypad_local);
    add_capability(cursor_normal);
    add_capability("\r\n");
    restore.is_ready = 1;
}

void term_forget_modes(void)
{
    restore.is_ready = 0;
}

void term_restore(void)
{
    if (!restore.is_ready)
        return;
    restore.is_ready = 0;
    term_write(restore.fd, restore.bytes, restore.size);
    if (restore.has_modes)
        tcsetattr(restore.fd, TCSANOW, &restore.modes);
}

/* tmux hands on what stands in its own wrapper, with Esc doubled, when allow-passthrough is on;
 * with set-clipboard on it takes the plain form. screen wants short wrapped pieces. */
bool term_send_clipboard(int fd, const char *text, size_t size)
{
    const char *type = getenv("TERM");
    bool is_screen = type && strncmp(type, "screen", 6) == 0 && !getenv("TMUX");
    size_t room = sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL);
    char *code = memory_new(room);
    struct buffer bytes;
    buffer_init(&bytes);
    sodium_bin2base64(code, room, (const unsigned char *)text, size,
                      sodium_base64_VARIANT_ORIGINAL);
    if (is_screen) {
        enum { PIECE = 240 };
        size_t length = strlen(code);
        buffer_add(&bytes, "\033P\033]52;c;");
        for (size_t i = 0; i < length; i += PIECE) {
            buffer_add(&bytes, i > 0 ? "\033\\\033P" : "");
            buffer_add_bytes(&bytes, code + i, length - i < PIECE ? length - i : PIECE);
        }
        buffer_add(&bytes, "\a\033\\");
    } else {
        buffer_format(&bytes, "\033]52;c;%s\a", code);
        if (getenv("TMUX"))
            buffer_format(&bytes, "\033Ptmux;\033\033]52;c;%s\a\033\\", code);
    }
    bool worked = term_write(fd, bytes.text, bytes.size);
    buffer_done(&bytes);
    free(code);
    return worked;
}
