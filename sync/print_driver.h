/* What brings bytes to a printer: a socket (port 9100), a device, a file, or `lp` of CUPS. All
 * here, since all may hang: each step is waited for with an end, and the wait can be broken off. */
#ifndef SYNC_PRINT_DRIVER_H
#define SYNC_PRINT_DRIVER_H

#include "model/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* How long in milliseconds: for the printer to answer at all, for it to take the next bytes, and
 * for it to say goodbye; one that takes all and stays silent has printed. */
struct print_patience {
    int connect, step, close;
};
extern const struct print_patience print_patience;

/* Sends all to `printer` ("tcp:host:9100", "device:/dev/usb/lp0", "file:/path", "cups:name").
 * `stop_fd` is a file that becomes readable when it is to give up, -1: none. After a failure
 * *is_untouched says that nothing can have reached the printer. ERROR_STOPPED: it was stopped. */
bool print_send(const char *printer, const char *bytes, size_t size,
                const struct print_patience *patience, int stop_fd, bool *is_untouched,
                struct error *err);

#endif
