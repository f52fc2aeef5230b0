/* What the verbs about copies share: who can open one, and how far it is. */
#ifndef TUI_CLI_COPYING_H
#define TUI_CLI_COPYING_H

#include "model/keeping/backup.h"
#include "tui/cli/secret.h"

/* The options that say how a copy is opened; entered in a verb's own. */
#define COPYING_OPTIONS                                                                            \
    {                                                                                              \
        "passphrase-file", "FILE",                                                                 \
            "has a passphrase in its first line, and is read by nobody else; - asks for it"        \
    }

struct copying_secrets {
    struct key_ring ring; /* empty where there is none */
    char passphrase[SECRET_SIZE];
    bool has_passphrase;
};
/* What is needed to open a copy: the keys beside the store, and the passphrase. */
bool copying_secrets(struct cli *cli, struct copying_secrets *out, struct error *err);
/* The passphrase alone, asked for twice: for a new copy. */
bool copying_new_passphrase(struct cli *cli, struct copying_secrets *out, struct error *err);
/* Both borrowed. */
struct backup_from copying_from(struct cli *cli, const char *path,
                                const struct copying_secrets *secrets);
void copying_done(struct copying_secrets *secrets);

/* Tells a terminal how far it is, and stops at Ctrl-C between stopping_begin() and _end(). */
struct backup_progress copying_progress(struct cli *cli);
void copying_end_line(struct cli *cli); /* of the progress */

/* The folder of copies: beside the store. In the arena. */
const char *copying_folder(struct cli *cli);

#endif
