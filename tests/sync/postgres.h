/* A private PostgreSQL server for one test program: in a temporary folder, on a Unix socket there
 * and on no port (but for those that ask for one), so any number of them run side by side. As root
 * it runs as the user postgres, or nobody where there is no such user. A guardian process stops it
 * and removes the folder when the test program ends, however it ends. */
#ifndef TESTS_SYNC_POSTGRES_H
#define TESTS_SYNC_POSTGRES_H

struct postgres;

/* For a group's setup. NULL when this machine has no server; the tests then skip. Fails the test
 * when there is one that does not start. */
struct postgres *postgres_start(void);
/* The same on a port of this machine too, with further options of the server; a test of TLS needs
 * one, since there is none on a Unix socket. */
struct postgres *postgres_start_with(const char *options); /* on no port, with such options */
struct postgres *postgres_start_on_port(int port, const char *options);
void postgres_stop(struct postgres *server); /* NULL is allowed */

/* The URL of a new, empty database; it lives as long as the server. Skips the running test, with a
 * word about why, when `server` is NULL. */
const char *postgres_database(struct postgres *server);
/* The same as a copy of another database of this server, to which nobody is connected. */
const char *postgres_copy(struct postgres *server, const char *of);

/* Where the server keeps its files and its socket. */
const char *postgres_folder(const struct postgres *server);

#endif
