#include "tests/sync/little_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void *serve(void *context)
{
    struct little_server *server = context;
    int client;
    while ((client = accept(server->listener, NULL, NULL)) >= 0) {
        FILE *in = fdopen(client, "rb"), *out = fdopen(dup(client), "wb");
        server->connections++;
        server->talk(server, in, out);
        fclose(out);
        fclose(in);
    }
    return NULL;
}

void little_server_start(struct little_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    pthread_t thread;
    signal(SIGPIPE, SIG_IGN); /* a client that has enough goes */
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server->listener >= 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(server->listener, 8), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&thread, NULL, serve, server), 0);
    server->thread = thread;
}

void little_server_stop(struct little_server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join((pthread_t)server->thread, NULL);
    close(server->listener);
}

bool little_server_line(FILE *in, char *line, int size)
{
    if (fgets(line, size, in) == NULL)
        return false;
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}
