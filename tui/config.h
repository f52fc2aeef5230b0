/* What a person set in config.json. Every option stands once in a table, with its type, default,
 * range and one line of documentation; what is not in the table is refused by name, and a wrong
 * value is left at its default. Saving keeps what it does not know. */
#ifndef TUI_CONFIG_H
#define TUI_CONFIG_H

#include "model/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { CONFIG_TEXT_SIZE = 64 };

struct config {
    char theme[CONFIG_TEXT_SIZE];
    bool has_mouse;
    bool has_bell;
    bool has_bidi;
    int esc_delay_ms; /* 0: 25, over SSH 50 */
    int toast_seconds;
    char scan_prefix[CONFIG_TEXT_SIZE];  /* a key that sends a control character, or "" */
    char start_screen[CONFIG_TEXT_SIZE]; /* its name, or "" */
    bool tells_messages, rings_for_messages;
    char quiet_hours[CONFIG_TEXT_SIZE]; /* "20:00-07:00", or "" */
    char viewer[CONFIG_TEXT_SIZE];      /* a command that opens a file, or "" */
    struct json_t *file;                /* all that was read; never NULL */
};

enum option_type { OPTION_BOOLEAN, OPTION_INTEGER, OPTION_TEXT, OPTION_KEY, OPTION_HOURS };

struct option {
    const char *name;
    enum option_type type;
    size_t offset; /* in struct config */
    int low, high; /* of an integer */
    const char *standard;
    const char *doc;
};
extern const struct option config_options[];
extern const size_t config_option_count;

/* All defaults. */
void config_init(struct config *config);
void config_done(struct config *config);

/* Reads the file; none is as good as an empty one. Each complaint is a sentence that names the
 * entry. False only when the file can't be read at all; the defaults stand then. */
bool config_load(struct config *config, const char *path,
                 void (*complain)(void *context, const char *sentence), void *context,
                 struct error *err);

/* Sets an option from text, as it would stand in the file. */
bool config_set(struct config *config, const char *name, const char *text, struct error *err);

/* Calls `each` with the entries of "keys": {"orders.pay": "f9 p"}. */
void config_keys(const struct config *config,
                 void (*each)(void *context, const char *action, const char *keys), void *context);

/* Writes it as a whole or not at all, readable by its owner only. */
bool config_save(const struct config *config, const char *path, struct error *err);

/* The byte of scan_prefix; 0: none. */
unsigned char config_scan_prefix(const struct config *config);

/* Whether that minute of the day lies within quiet_hours, which may go over midnight. */
bool config_is_quiet(const struct config *config, int minute);

#endif
