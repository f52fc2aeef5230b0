#include "tests/sync/proxy.h"

#include "model/base/memory.h"
#include "tests/sync/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SOCKET_NAME "/.s.PGSQL.5432"

enum { FOLDER_SIZE = 90, CONNECTIONS_MAX = 1000, CHUNK_SIZE = 64 * 1024 };
enum { QUEUED_MAX = 64 * 1024 * 1024, HEADER_SIZE = 5 };

enum command_kind { COMMAND_ARM, COMMAND_DISARM, COMMAND_FIRED, COMMAND_DELAY, COMMAND_DOWN };
struct command {
    enum command_kind kind;
    struct proxy_rule rule;
    int64_t value;
};

struct proxy {
    char folder[FOLDER_SIZE];
    pid_t process;
    int control;
};

struct chunk {
    struct chunk *next;
    int64_t due;
    size_t size, sent;
    char bytes[];
};

/* One direction of a connection. A message is its type, its length in four bytes, and the rest;
 * the client's first has no type. */
struct stream {
    int from, to;
    struct chunk *first, *last;
    size_t queued;
    bool is_ended;     /* nothing more comes; what is queued still goes */
    size_t header_got; /* of the message that is on its way */
    unsigned char header[HEADER_SIZE];
    size_t body_left;
    bool is_untyped;
};

struct connection {
    struct stream streams[2]; /* by enum proxy_way */
};

/* The proxy's own process. */
struct state {
    const char *server; /* folder of its socket */
    int control, listener;
    struct connection *connections[CONNECTIONS_MAX];
    size_t count;
    bool is_armed, has_fired, is_hole, is_down;
    struct proxy_rule rule;
    int64_t passed, delay;
};

static void give_up(const char *what)
{
    fprintf(stderr, "proxy: %s: %s\n", what, strerror(errno));
    exit(2);
}

static int64_t microseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static struct sockaddr_un address_in(const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s%s", folder, SOCKET_NAME);
    return address;
}

static void close_connection(struct state *state, size_t index)
{
    struct connection *connection = state->connections[index];
    close(connection->streams[PROXY_TO_SERVER].from);
    close(connection->streams[PROXY_TO_SERVER].to);
    for (int way = 0; way < 2; way++)
        while (connection->streams[way].first != NULL) {
            struct chunk *chunk = connection->streams[way].first;
            connection->streams[way].first = chunk->next;
            free(chunk);
        }
    free(connection);
    state->connections[index] = state->connections[--state->count];
}

static void close_all(struct state *state)
{
    while (state->count > 0)
        close_connection(state, state->count - 1);
}

static void accept_one(struct state *state)
{
    int client = accept4(state->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0)
        return;
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = address_in(state->server);
    if (state->is_down || server < 0 || state->count == CONNECTIONS_MAX ||
        connect(server, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(client);
        if (server >= 0)
            close(server);
        return;
    }
    fcntl(server, F_SETFL, O_NONBLOCK);
    struct connection *connection = memory_new(sizeof *connection);
    connection->streams[PROXY_TO_SERVER] =
        (struct stream){.from = client, .to = server, .is_untyped = true};
    connection->streams[PROXY_TO_CLIENT] = (struct stream){.from = server, .to = client};
    state->connections[state->count++] = connection;
}

/* Takes the header of a message from the bytes; returns how many of them it took. */
static size_t read_header(struct stream *stream, const unsigned char *bytes, size_t size)
{
    size_t used = 0;
    if (stream->header_got == 0 && stream->is_untyped) {
        stream->header[0] = 0;
        stream->header_got = 1;
        stream->is_untyped = false;
    }
    while (stream->header_got < HEADER_SIZE && used < size)
        stream->header[stream->header_got++] = bytes[used++];
    if (stream->header_got == HEADER_SIZE) {
        const unsigned char *h = stream->header;
        size_t length = (size_t)h[1] << 24 | (size_t)h[2] << 16 | (size_t)h[3] << 8 | h[4];
        stream->body_left = length > 4 ? length - 4 : 0;
    }
    return used;
}

/* How many of these bytes may pass before the rule comes true; `size` when it does not. */
static size_t pass_messages(struct state *state, struct stream *stream, const unsigned char *bytes,
                            size_t size, bool is_counted)
{
    size_t at = 0;
    while (at < size) {
        if (stream->header_got < HEADER_SIZE) {
            bool begins = stream->header_got == 0 && !stream->is_untyped;
            if (begins && is_counted && (char)bytes[at] == state->rule.message &&
                state->passed++ == state->rule.after)
                return at;
            at += read_header(stream, bytes + at, size - at);
        }
        if (stream->header_got == HEADER_SIZE) {
            size_t part = size - at < stream->body_left ? size - at : stream->body_left;
            at += part;
            stream->body_left -= part;
            if (stream->body_left == 0)
                stream->header_got = 0;
        }
    }
    return size;
}

static size_t passing(struct state *state, struct stream *stream, enum proxy_way way,
                      const char *bytes, size_t size, bool *fires)
{
    bool is_counted = state->is_armed && state->rule.way == way;
    size_t pass = pass_messages(state, stream, (const unsigned char *)bytes, size,
                                is_counted && state->rule.message != 0);
    if (is_counted && state->rule.message == 0) {
        int64_t left = state->rule.after - state->passed;
        pass = left < (int64_t)size ? (size_t)left : size;
        state->passed += (int64_t)pass;
    }
    *fires = pass < size;
    return pass;
}

static void queue(struct state *state, struct stream *stream, const char *bytes, size_t size)
{
    struct chunk *chunk = memory_new(sizeof *chunk + size);
    *chunk = (struct chunk){.due = microseconds() + state->delay, .size = size};
    memcpy(chunk->bytes, bytes, size);
    if (stream->last != NULL && stream->first != NULL)
        stream->last->next = chunk;
    else
        stream->first = chunk;
    stream->last = chunk;
    stream->queued += size;
}

/* Sends what is due. False: the other end is gone. */
static bool send_due(struct stream *stream, int64_t now)
{
    while (stream->first != NULL && stream->first->due <= now) {
        struct chunk *chunk = stream->first;
        ssize_t sent =
            send(stream->to, chunk->bytes + chunk->sent, chunk->size - chunk->sent, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN || errno == EINTR;
        chunk->sent += (size_t)sent;
        stream->queued -= (size_t)sent;
        if (chunk->sent < chunk->size)
            return true;
        stream->first = chunk->next;
        free(chunk);
    }
    return true;
}

/* What passed before the rule came true arrives, also where its reader takes his time. */
static void send_rest(struct stream *stream)
{
    enum { PATIENCE_MS = 5000 };
    struct pollfd writable = {.fd = stream->to, .events = POLLOUT};
    while (send_due(stream, INT64_MAX) && stream->first != NULL &&
           poll(&writable, 1, PATIENCE_MS) > 0)
        continue;
}

static void fire(struct state *state)
{
    state->is_armed = false;
    state->has_fired = true;
    for (size_t i = 0; i < state->count; i++)
        for (int way = 0; way < 2; way++)
            send_rest(&state->connections[i]->streams[way]);
    if (state->rule.deed == PROXY_CUT)
        close_all(state);
    else
        state->is_hole = true;
}

/* False: the rule came true, and no connection is what it was. */
static bool receive(struct state *state, struct stream *stream, enum proxy_way way)
{
    static char bytes[CHUNK_SIZE];
    ssize_t got = recv(stream->from, bytes, sizeof bytes, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (got <= 0) {
        stream->is_ended = true;
        return true;
    }
    bool fires;
    size_t pass = passing(state, stream, way, bytes, (size_t)got, &fires);
    if (pass > 0)
        queue(state, stream, bytes, pass);
    if (fires)
        fire(state);
    return !fires;
}

static bool answer_command(struct state *state)
{
    struct command command;
    ssize_t got = recv(state->control, &command, sizeof command, 0);
    if (got < 0 && errno == EINTR)
        return true;
    if (got != (ssize_t)sizeof command)
        return false;
    char reply = (char)state->has_fired;
    switch (command.kind) {
    case COMMAND_ARM:
    case COMMAND_DISARM:
        if (state->is_hole)
            close_all(state);
        state->is_hole = state->has_fired = false;
        state->is_armed = command.kind == COMMAND_ARM;
        state->rule = command.rule;
        state->passed = 0;
        break;
    case COMMAND_DELAY:
        state->delay = command.value;
        break;
    case COMMAND_DOWN:
        state->is_down = command.value != 0;
        if (state->is_down)
            close_all(state);
        break;
    case COMMAND_FIRED:
        break;
    }
    return send(state->control, &reply, 1, MSG_NOSIGNAL) == 1;
}

/* The time until something more is due. What is due and can't be sent is waited for by POLLOUT. */
static struct timespec *time_left(const struct state *state, int64_t now, struct timespec *left)
{
    int64_t due = INT64_MAX;
    for (size_t i = 0; i < state->count && !state->is_hole; i++)
        for (int way = 0; way < 2; way++) {
            const struct chunk *first = state->connections[i]->streams[way].first;
            if (first != NULL && first->due > now && first->due < due)
                due = first->due;
        }
    if (due == INT64_MAX)
        return NULL;
    *left = (struct timespec){(due - now) / 1000000, (due - now) % 1000000 * 1000};
    return left;
}

/* The first two are the control and the listener; then two for each connection, the client's end
 * first. */
static size_t list_sockets(const struct state *state, int64_t now, struct pollfd *list)
{
    list[0] = (struct pollfd){.fd = state->control, .events = POLLIN};
    list[1] = (struct pollfd){.fd = state->listener, .events = POLLIN};
    for (size_t i = 0; i < state->count; i++)
        for (int way = 0; way < 2; way++) {
            const struct stream *in = &state->connections[i]->streams[way];
            const struct stream *out = &state->connections[i]->streams[1 - way];
            short events = 0;
            if (!in->is_ended && in->queued < QUEUED_MAX)
                events |= POLLIN;
            if (out->first != NULL && out->first->due <= now)
                events |= POLLOUT;
            list[2 + 2 * i + (size_t)way] =
                (struct pollfd){.fd = events != 0 ? in->from : -1, .events = events};
        }
    return state->is_hole ? 2 : 2 + 2 * state->count;
}

static void serve_connections(struct state *state, const struct pollfd *list, size_t count)
{
    for (size_t at = 2; at < count; at++) {
        struct connection *connection = state->connections[(at - 2) / 2];
        enum proxy_way way = at % 2 == 0 ? PROXY_TO_SERVER : PROXY_TO_CLIENT;
        if ((list[at].revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
            !connection->streams[way].is_ended && !receive(state, &connection->streams[way], way))
            return;
    }
    int64_t now = microseconds();
    for (size_t i = state->count; i-- > 0;) {
        struct connection *connection = state->connections[i];
        bool is_over = false;
        for (int way = 0; way < 2; way++) {
            struct stream *stream = &connection->streams[way];
            is_over |= !send_due(stream, now) || (stream->is_ended && stream->first == NULL);
        }
        if (is_over)
            close_connection(state, i);
    }
}

static void serve(struct state *state)
{
    static struct pollfd list[2 + 2 * CONNECTIONS_MAX];
    for (;;) {
        int64_t now = microseconds();
        size_t count = list_sockets(state, now, list);
        struct timespec left;
        if (ppoll(list, count, time_left(state, now, &left), NULL) < 0)
            continue;
        if (!state->is_hole)
            serve_connections(state, list, count);
        if (list[0].revents != 0 && !answer_command(state))
            return;
        if ((list[1].revents & POLLIN) != 0)
            accept_one(state);
    }
}

static int listen_in(const char *folder)
{
    struct sockaddr_un address = address_in(folder);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 500) != 0)
        give_up(address.sun_path);
    return listener;
}

struct proxy *proxy_start(const char *server)
{
    struct proxy *proxy = memory_new(sizeof *proxy);
    int ends[2];
    folder_pattern(proxy->folder, sizeof proxy->folder, "line");
    if (mkdtemp(proxy->folder) == NULL)
        give_up(proxy->folder);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        give_up("socketpair");
    int listener = listen_in(proxy->folder);
    fflush(NULL);
    proxy->process = fork();
    if (proxy->process < 0)
        give_up("fork");
    if (proxy->process == 0) {
        setsid();
        /* Nothing of the tests may be held open here: other lines, stores, the server's life. */
        int control = fcntl(ends[1], F_DUPFD, 10), door = fcntl(listener, F_DUPFD, 10);
        if (dup2(control, 3) < 0 || dup2(door, 4) < 0)
            _exit(2);
        close_range(5, ~0U, 0);
        serve(&(struct state){.server = server, .control = 3, .listener = 4});
        unlink(address_in(proxy->folder).sun_path);
        rmdir(proxy->folder);
        _exit(0);
    }
    close(ends[1]);
    close(listener);
    proxy->control = ends[0];
    return proxy;
}

void proxy_stop(struct proxy *proxy)
{
    if (proxy == NULL)
        return;
    close(proxy->control);
    while (waitpid(proxy->process, NULL, 0) < 0 && errno == EINTR)
        continue;
    free(proxy);
}

const char *proxy_folder(const struct proxy *proxy)
{
    return proxy->folder;
}

static bool order(struct proxy *proxy, const struct command *command)
{
    char reply = 0;
    ssize_t got = -1;
    if (send(proxy->control, command, sizeof *command, MSG_NOSIGNAL) == (ssize_t)sizeof *command)
        while ((got = recv(proxy->control, &reply, 1, 0)) < 0 && errno == EINTR)
            continue;
    if (got != 1)
        give_up("the line is gone");
    return reply != 0;
}

void proxy_arm(struct proxy *proxy, const struct proxy_rule *rule)
{
    struct command command = {.kind = rule == NULL ? COMMAND_DISARM : COMMAND_ARM};
    if (rule != NULL)
        command.rule = *rule;
    order(proxy, &command);
}

bool proxy_has_fired(struct proxy *proxy)
{
    return order(proxy, &(struct command){.kind = COMMAND_FIRED});
}

void proxy_delay(struct proxy *proxy, int64_t delay)
{
    order(proxy, &(struct command){.kind = COMMAND_DELAY, .value = delay});
}

void proxy_set_down(struct proxy *proxy, bool is_down)
{
    order(proxy, &(struct command){.kind = COMMAND_DOWN, .value = is_down});
}
