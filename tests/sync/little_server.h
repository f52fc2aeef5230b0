/* A server on this machine for one test: it answers connections as a function says, in a thread. */
#ifndef TESTS_SYNC_LITTLE_SERVER_H
#define TESTS_SYNC_LITTLE_SERVER_H

#include <stdbool.h>
#include <stdio.h>

struct little_server {
    int port;
    int connections;
    /* Talks with one client, by lines; runs in the server's thread. */
    void (*talk)(struct little_server *server, FILE *in, FILE *out);
    void *context;
    int listener;
    unsigned long thread;
};

void little_server_start(struct little_server *server);
void little_server_stop(struct little_server *server);
/* A line without its end; false at the end of what the client says. */
bool little_server_line(FILE *in, char *line, int size);

#endif
