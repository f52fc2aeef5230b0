/* The centre and the stores that all histories begin with copies of. */
#ifndef TESTS_SYNC_TORTURE_TEMPLATE_H
#define TESTS_SYNC_TORTURE_TEMPLATE_H

#include "tests/sync/torture.h"

#define TORTURE_TEMPLATE "torture_template"

struct torture_prepared {
    char folder[TORTURE_PATH]; /* "<folder>/0/store.db" and so on */
    struct {
        char id[UUID_TEXT_SIZE], role[64];
    } stations[TORTURE_STATIONS];
};
extern struct torture_prepared torture_prepared;

struct torture_staff {
    const char *kind, *person; /* of the terminal; NULL: the owner */
};
extern const struct torture_staff torture_staff[TORTURE_STATIONS];

void torture_give_up(const char *what, const char *why) __attribute__((noreturn));
char *torture_url(const char *folder, const char *database); /* as the administrator */
void torture_run_once(const char *url, const char *sql);

/* Its place on the disk and its env; nothing is opened. */
void station_init(struct world *world, int number, const char *person);
/* Joins by a new code; `folder` is that of the socket it goes through. */
void station_enroll(struct station *station, const char *kind, const char *folder);

#endif
