/* Terminals of a shop for measuring: stores that joined a private centre, and what they sell. */
#ifndef TESTS_BENCH_TILL_H
#define TESTS_BENCH_TILL_H

#include "model/operation/actor.h"
#include "sync/agent.h"
#include "sync/session.h"
#include "tests/bench/measure.h"

/* Where the server is, and where stores are made. */
struct bench_centre {
    const char *socket; /* the folder of the server's socket */
    const char *database;
    const char *folder;
    struct central *admin;
};
void bench_centre_open(struct bench_centre *centre, char **arguments); /* SOCKET DATABASE FOLDER */
void bench_centre_close(struct bench_centre *centre);
/* The first field of the first row, for the caller to free. */
char *bench_ask(struct bench_centre *centre, const char *sql);
void bench_run(struct bench_centre *centre, const char *sql);
/* Nanoseconds that the server and all its processes have worked. */
int64_t bench_server_cpu(struct bench_centre *centre);

enum { TILL_GOODS = 64, TILL_PATH = 300 };

struct till {
    char path[TILL_PATH];
    struct store *store;
    struct login login;
    struct session *session; /* NULL until till_connect() */
    struct agent *agent;     /* NULL until till_start_agent() */
    int wake_fd;
    struct actor actor;
    struct uuid goods[TILL_GOODS];
    size_t good_count;
    struct error err;
};

/* A new register at the shop's first location. */
void till_join(struct till *till, struct bench_centre *centre);
/* `socket` leads to the server: its own, or a proxy's. */
void till_connect(struct till *till, const char *socket, const char *database);
void till_start_agent(struct till *till);
void till_leave(struct till *till);
void till_need(struct till *till, bool is_good);

/* A draft of three lines, in an operation of its own. */
void till_sell(struct till *till);
void till_rename(struct till *till, const struct uuid *product, const char *name);
int64_t till_count(struct till *till, const char *sql);

#endif
