#include "tests/bench/till.h"

#include "model/operation/record.h"
#include "model/shop/basket.h"
#include "model/shop/order.h"
#include "sync/enroll.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LINES = 3, PATH = 300 };

void bench_centre_open(struct bench_centre *centre, char **arguments)
{
    struct error err;
    char url[TILL_PATH];
    *centre = (struct bench_centre){
        .socket = arguments[0], .database = arguments[1], .folder = arguments[2]};
    snprintf(url, sizeof url, "postgresql://postgres@/%s?host=%s", centre->database,
             centre->socket);
    centre->admin = central_open(url, &err);
    if (centre->admin == NULL)
        give_up("%s", err.text);
}

void bench_centre_close(struct bench_centre *centre)
{
    central_close(centre->admin);
}

char *bench_ask(struct bench_centre *centre, const char *sql)
{
    struct error err;
    struct pg_result *result = central_query(centre->admin, sql, 0, NULL, &err);
    if (result == NULL)
        give_up("%s: %s", sql, err.text);
    char *copy = memory_text(central_rows(result) > 0 ? central_text(result, 0, 0) : "");
    central_clear(result);
    return copy;
}

void bench_run(struct bench_centre *centre, const char *sql)
{
    struct error err;
    if (!central_run(centre->admin, sql, &err))
        give_up("%s: %s", sql, err.text);
}

/* Fields 4 (the parent) and 14 to 17 (the times of the process and of its children that ended) of
 * proc(5)'s stat. */
static int64_t ticks_of(const char *process, long parent, bool *is_child)
{
    char path[PATH], text[1000];
    snprintf(path, sizeof path, "/proc/%s/stat", process);
    FILE *file = fopen(path, "re");
    size_t size = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    text[size] = '\0';
    const char *after_name = strrchr(text, ')');
    long found_parent;
    long long own_user, own_system, user, system;
    *is_child = false;
    if (after_name == NULL ||
        sscanf(after_name + 1, " %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld %lld",
               &found_parent, &own_user, &own_system, &user, &system) != 5)
        return 0;
    *is_child = found_parent == parent;
    return own_user + own_system + user + system;
}

int64_t bench_server_cpu(struct bench_centre *centre)
{
    char *own = bench_ask(centre, "SELECT pg_backend_pid()");
    char path[PATH], postmaster[20];
    long parent = 0;
    snprintf(path, sizeof path, "/proc/%s/status", own);
    free(own);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(path, sizeof path, file) != NULL)
        if (sscanf(path, "PPid: %ld", &parent) == 1)
            break;
    if (file != NULL)
        fclose(file);
    bool is_child;
    snprintf(postmaster, sizeof postmaster, "%ld", parent);
    int64_t ticks = ticks_of(postmaster, 0, &is_child);
    DIR *processes = opendir("/proc");
    struct dirent *entry;
    while (processes != NULL && (entry = readdir(processes)) != NULL) {
        int64_t own_ticks = ticks_of(entry->d_name, parent, &is_child);
        ticks += is_child ? own_ticks : 0;
    }
    if (processes != NULL)
        closedir(processes);
    return ticks * (INT64_C(1000000000) / sysconf(_SC_CLK_TCK));
}

void till_need(struct till *till, bool is_good)
{
    if (!is_good)
        give_up("%s: %s", till->path, till->err.text);
}

static void find_goods(struct till *till)
{
    struct statement *rows =
        store_prepare(till->store,
                      "SELECT v.id FROM product_variants v JOIN products p ON p.id = v.product_id"
                      " WHERE p.status = 'active' LIMIT 64",
                      &till->err);
    till_need(till, rows != NULL);
    while (till->good_count < TILL_GOODS && statement_step(rows, &till->err) > 0)
        statement_uuid(rows, 0, &till->goods[till->good_count++]);
    statement_done(rows);
}

void till_join(struct till *till, struct bench_centre *centre)
{
    static int tills;
    char url[TILL_PATH];
    *till = (struct till){.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    snprintf(till->path, sizeof till->path, "%s/till%d.db", centre->folder, tills++);
    snprintf(url, sizeof url, "postgresql:///%s?host=%s", centre->database, centre->socket);
    char *code = bench_ask(centre, "SELECT sync_first_code(tenant_id, 'register', NULL, id) FROM"
                                   " locations WHERE kind = 'store' ORDER BY created_at, id"
                                   " LIMIT 1");
    const struct enroll_details details = {.url = url, .code = code};
    till_need(till, enroll(till->path, &details, env_system(), -1, NULL, &till->err));
    free(code);
    till->store = store_open(till->path, STORE_WRITE, env_system(), &till->err);
    till_need(till, till->store != NULL && actor_find(till->store, NULL, &till->actor, &till->err));
    till_need(till, login_read(till->path, &till->login, &till->err));
    find_goods(till);
}

void till_connect(struct till *till, const char *socket, const char *database)
{
    struct buffer url;
    buffer_init(&url);
    buffer_format(&url, "postgresql:///%s?host=%s", database, socket);
    free(till->login.url);
    till->login.url = buffer_take(&url);
    till->session = session_new(till->store, &till->login, &till->err);
    till_need(till, till->session != NULL);
}

void till_start_agent(struct till *till)
{
    till->agent = agent_start(till->path, env_system(), till->wake_fd, &till->err);
    till_need(till, till->agent != NULL);
}

void till_leave(struct till *till)
{
    agent_stop(till->agent);
    session_free(till->session);
    login_done(&till->login);
    store_close(till->store);
    close(till->wake_fd);
}

void till_sell(struct till *till)
{
    struct basket basket;
    static size_t at;
    basket_init(&basket, "sale", "EUR");
    for (int i = 0; i < LINES; i++)
        till_need(till, basket_add(&basket, till->store, &till->goods[at++ % till->good_count],
                                   1000, NULL, &till->err));
    till_need(till, order_save(till->store, &till->actor, &basket, "draft", NULL, &till->err));
    basket_done(&basket);
}

void till_rename(struct till *till, const struct uuid *product, const char *name)
{
    const struct change change = {.column = "name", .value = value_text(name)};
    struct operation *operation =
        operation_begin(till->store, "record.edit", &till->actor, &till->err);
    till_need(till, operation != NULL &&
                        record_update(operation, "products", product, &change, 1, &till->err) &&
                        operation_commit(operation, &till->err));
}

int64_t till_count(struct till *till, const char *sql)
{
    int64_t number = 0;
    till_need(till, store_find_integer(till->store, &number, sql, &till->err, "") >= 0);
    return number;
}
