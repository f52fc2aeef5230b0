/* Measures the door: how long people wait there, and how long the record of it takes to verify.
 *
 *   bench_door sign-in SOCKET DATABASE FOLDER COUNT
 *       by the password at the centre, and at the terminal alone; beside the hashes that are in it
 *   bench_door audit STORE ROWS
 *       adds rows to the trail of a store that runs alone, and verifies all of it */
#include "model/operation/audit.h"
#include "model/operation/audit_verify.h"
#include "model/people/door_hash.h"
#include "sync/door.h"
#include "tests/bench/till.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_AT_ONCE = 10000 };

static const char password[] = "correct horse battery";

static void report_median(const char *name, struct samples *samples)
{
    report_time(name, samples_percentile(samples, 50));
    samples_done(samples);
}

/* The person that tills work as, with that password. */
static void give_password(struct bench_centre *centre, const struct till *till)
{
    char user[UUID_TEXT_SIZE], sql[300];
    uuid_text(&till->actor.user_id, user);
    snprintf(sql, sizeof sql,
             "SELECT sync_set_password(u.tenant_id, u.id, '%s') FROM users AS u WHERE u.id = '%s'",
             password, user);
    bench_run(centre, sql);
}

static void bench_sign_in(struct bench_centre *centre, int count)
{
    struct till till;
    struct door_answer answer;
    struct samples asked = {0}, alone = {0}, bcrypt = {0}, argon = {0};
    char hash[DOOR_HASH_SIZE], name[UUID_TEXT_SIZE];
    till_join(&till, centre);
    give_password(centre, &till);
    uuid_text(&till.actor.user_id, name);
    for (int i = 0; i < count; i++) {
        int64_t began = measure_now();
        till_need(&till, door_ask_sign_in(till.store, name, password, NULL, &answer, &till.err));
        samples_add(&asked, measure_now() - began);
        began = measure_now();
        till_need(&till,
                  door_open(till.store, name, DOOR_PASSWORD, password, NULL, &answer, &till.err));
        samples_add(&alone, measure_now() - began);
        began = measure_now();
        free(bench_ask(centre, "SELECT sync_password_hash('correct horse battery')"));
        samples_add(&bcrypt, measure_now() - began);
        began = measure_now();
        till_need(&till, door_hash_make(env_system(), password, hash, &till.err));
        samples_add(&argon, measure_now() - began);
    }
    report_median("sign-in", &asked);
    report_median("sign-in-alone", &alone);
    report_median("bcrypt", &bcrypt);
    report_median("argon", &argon);
    till_leave(&till);
}

static void need(bool is_good, const struct error *err)
{
    if (!is_good)
        give_up("%s", err->text);
}

static void add_rows(struct store *store, const struct actor *actor, int64_t rows)
{
    struct error err;
    const struct audit_entry entry = {.action = "sign_in",
                                      .actor = &actor->user_id,
                                      .subject_table = "users",
                                      .subject = &actor->user_id,
                                      .summary = "signed in by the password"};
    for (int64_t i = 0; i < rows; i++) {
        if (i % ROWS_AT_ONCE == 0)
            need(store_begin(store, &err), &err);
        need(audit_add(store, &entry, &err), &err);
        if (i % ROWS_AT_ONCE == ROWS_AT_ONCE - 1 || i == rows - 1)
            need(store_commit(store, &err), &err);
    }
}

static void bench_audit(const char *path, int64_t rows)
{
    struct error err;
    struct actor actor;
    struct audit_report report;
    struct store *store = store_open(path, STORE_WRITE, env_system(), &err);
    need(store != NULL && actor_find(store, NULL, &actor, &err), &err);
    int64_t began = measure_cpu();
    add_rows(store, &actor, rows);
    report_time("audit-row", (measure_cpu() - began) / rows);
    began = measure_now();
    need(audit_verify(store, &(struct audit_listener){0}, &report, &err), &err);
    report_time("audit-verify", measure_now() - began);
    if (report.faults > 0)
        give_up("%d faults in a trail that nobody has touched", (int)report.faults);
    report_count("audit-rows", report.rows, "rows");
    store_close(store);
}

int main(int argc, char **argv)
{
    struct bench_centre centre;
    if (argc == 6 && strcmp(argv[1], "sign-in") == 0 && atoi(argv[5]) > 0) {
        bench_centre_open(&centre, argv + 2);
        bench_sign_in(&centre, atoi(argv[5]));
        bench_centre_close(&centre);
    } else if (argc == 4 && strcmp(argv[1], "audit") == 0 && atoi(argv[3]) > 0) {
        bench_audit(argv[2], atoi(argv[3]));
    } else {
        give_up("usage: bench_door sign-in SOCKET DATABASE FOLDER COUNT | bench_door audit STORE "
                "ROWS");
    }
    return 0;
}
