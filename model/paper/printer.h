/* The printer of a register: where it stands, how wide its paper is and what it can print.
 *
 * registers.printer is a JSON object; a key that is missing has the value behind it:
 *   kind       device|tcp|cups|file|terminal|none   none
 *   address    a device or file, host[:port] (9100), the name of a CUPS queue; of a terminal ""
 *   width      58 or 80, millimetres of paper       80
 *   code_page  cp437|cp850|cp858|cp1252             cp858
 *   cut        whether it cuts                      true
 *   drawer_pin 0 (pin 2) or 1 (pin 5) of the drawer's plug; -1: no drawer hangs on it   0 */
#ifndef MODEL_PRINTER_H
#define MODEL_PRINTER_H

#include "model/paper/code_page.h"
#include "model/store/store.h"

enum { PRINTER_NAME_SIZE = 101 }; /* print_jobs.printer */

struct printer {
    char name[PRINTER_NAME_SIZE]; /* "tcp:10.0.0.7:9100": its kind and address, what a job says */
    int columns;                  /* characters of the plain font in a row */
    int dots;                     /* of a raster in a row */
    const struct code_page *page;
    bool cuts;
    int drawer_pin; /* 0, 1; -1: none */
};

/* The words that `kind` may be, NULL-terminated. */
extern const char *const printer_kinds[];

/* Reads the settings. ERROR_INPUT names the key that is wrong (err->field); a printer of no kind is
 * ERROR_RULE. */
bool printer_read(const char *json, struct printer *out, struct error *err);
/* That of a register; ERROR_RULE where it has none, ERROR_NOT_FOUND for a register that is gone. */
bool printer_of_register(struct store *store, const struct uuid *register_id, struct printer *out,
                         struct error *err);

/* Which terminal this program prints through: "terminal:/dev/pts/3"; "" where it has none. */
void printer_own_terminal(char name[PRINTER_NAME_SIZE]);
bool printer_is_terminal(const char *name);

#endif
