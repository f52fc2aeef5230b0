#include "tui/term.h"
#include "tui/term_private.h"

#include <stdlib.h>
#include <string.h>

#include <curses.h>
#include <term.h>

/* What ends printing would do so in the middle of the bytes, and the rest would be commands to the
 * terminal: the sequence itself, and the same with the one-byte CSI. */
static bool ends_printing(const char *bytes, size_t size, const char *off)
{
    static const char eight_bit[] = "\2334i";
    return memmem(bytes, size, off, strlen(off)) != NULL ||
           memmem(bytes, size, eight_bit, strlen(eight_bit)) != NULL;
}

/* ncurses has mcprint() for this, but it writes once, and a slow line takes a part. */
bool term_send_print(int fd, const char *bytes, size_t size, struct error *err)
{
    const char *on = prtr_on, *off = prtr_off;
    if (on == NULL || off == NULL)
        return error_set(err, ERROR_RULE,
                         "This terminal can't print; use another printer, or a terminal that can "
                         "(xterm, not tmux or screen)");
    if (ends_printing(bytes, size, off))
        return error_set(err, ERROR_RULE,
                         "This holds bytes that end printing through a terminal; leave out the "
                         "logo, or use another printer");
    return (term_write(fd, on, strlen(on)) && term_write(fd, bytes, size) &&
            term_write(fd, off, strlen(off))) ||
           error_set(err, ERROR_SYSTEM, "The terminal went away while it printed");
}

bool term_print_plain(int fd, const char *bytes, size_t size, struct error *err)
{
    const char *type = getenv("TERM");
    int status = 0;
    if (type == NULL || setupterm(type, fd, &status) != OK)
        return error_set(err, ERROR_RULE, "TERM does not say what terminal this is");
    bool is_printed = term_send_print(fd, bytes, size, err);
    del_curterm(cur_term);
    return is_printed;
}
