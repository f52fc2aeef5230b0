/* A line to the server that can be slow, cut or dead: a process of its own that listens on a Unix
 * socket and passes on what PostgreSQL and its clients say to each other. Any number of
 * connections; rules hold for all of them together. It ends with the process that started it. */
#ifndef TESTS_SYNC_PROXY_H
#define TESTS_SYNC_PROXY_H

#include <stdbool.h>
#include <stdint.h>

struct proxy;

/* `server` is the folder of the server's socket (postgres_folder()). Ends the program with a word
 * about why where it can't be started. */
struct proxy *proxy_start(const char *server);
void proxy_stop(struct proxy *proxy); /* NULL is allowed */
/* For libpq's host=. */
const char *proxy_folder(const struct proxy *proxy);

enum proxy_way { PROXY_TO_SERVER, PROXY_TO_CLIENT };
enum proxy_deed {
    PROXY_CUT,  /* all connections are closed; new ones are let in */
    PROXY_HOLE, /* nothing moves any more, and nobody is told, until the next proxy_arm() */
};

/* What happens once: when `after` messages of that type have passed, the next one does not. The
 * types are those of PostgreSQL's protocol ('Z' to the client: a transaction has ended, 'd': rows
 * of a COPY; 'S' to the server: the end of a step in a pipeline). Without a type bytes are counted,
 * and a message may be cut in the middle. What the server has done by then stays done: a cut before
 * the first 'Z' is a reply that was lost after the commit. */
struct proxy_rule {
    enum proxy_way way;
    char message; /* 0: bytes */
    int64_t after;
    enum proxy_deed deed;
};
/* Takes the place of the rule before; counting begins now. NULL: everything passes. */
void proxy_arm(struct proxy *proxy, const struct proxy_rule *rule);
/* Whether the armed rule has come true since. */
bool proxy_has_fired(struct proxy *proxy);

/* Each byte arrives so much later; nothing is held back for want of bandwidth. */
void proxy_delay(struct proxy *proxy, int64_t microseconds);
/* Down: connections are closed at once, those that stand and new ones. */
void proxy_set_down(struct proxy *proxy, bool is_down);

#endif
