#include "tests/model/stated.h"

#include "model/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STATED_MAX = 1200, LINE_MAX_BYTES = 400 };

const char *const stated_roles[STATED_ROLES] = {
    "superadmin", "tenant_owner", "admin",  "manager", "employee", "estimator",
    "commercial", "blogger",      "member", "viewer",  "user",     "subscriber",
};

struct stated_rights {
    struct arena *arena;
    struct stated all[STATED_MAX];
    size_t count;
};

const struct stated *stated_find(const struct stated_rights *stated, const char *section,
                                 const char *verb, const char *name)
{
    for (size_t i = 0; i < stated->count; i++) {
        const struct stated *at = &stated->all[i];
        if (strcmp(at->section, section) == 0 && strcmp(at->verb, verb) == 0 &&
            strcmp(at->name, name) == 0)
            return at;
    }
    return NULL;
}

static void add(struct stated_rights *stated, struct stated one)
{
    if (stated_find(stated, one.section, one.verb, one.name) != NULL)
        fail_msg("[%s] %s %s stands twice", one.section, one.verb, one.name);
    assert_true(stated->count < STATED_MAX);
    stated->all[stated->count++] = one;
}

/* "xxx--- add change: products categories", or without verbs. */
static void add_line(struct stated_rights *stated, const char *section, char *line)
{
    char *rest = line;
    const char *verbs[4] = {"", NULL, NULL, NULL};
    size_t verb_count = 1;
    const char *marks = strsep(&rest, " ");
    char *colon = rest != NULL ? strchr(rest, ':') : NULL;
    if (strspn(marks, "x-") != STATED_ROLES || marks[STATED_ROLES] != '\0' || rest == NULL)
        fail_msg("[%s] can't be read: %s", section, line);
    if (colon != NULL) {
        *colon = '\0';
        char *words = rest;
        rest = colon + 1;
        for (verb_count = 0; verb_count < 3 && words != NULL; verb_count++)
            verbs[verb_count] = strsep(&words, " ");
    }
    for (char *name; (name = strsep(&rest, " ")) != NULL;)
        for (size_t i = 0; name[0] != '\0' && i < verb_count; i++)
            add(stated, (struct stated){section, verbs[i], name, marks});
}

struct stated_rights *stated_read(void)
{
    struct stated_rights *stated = memory_new(sizeof *stated);
    const char *section = "";
    char line[LINE_MAX_BYTES];
    FILE *file = fopen("tests/data/rights.txt", "r");
    assert_non_null(file);
    stated->arena = arena_new();
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '[')
            section = arena_format(stated->arena, "%.*s", (int)strcspn(line + 1, "]"), line + 1);
        else if (line[0] != '#' && line[0] != '\0')
            add_line(stated, section, arena_text(stated->arena, line));
    }
    fclose(file);
    return stated;
}

void stated_free(struct stated_rights *stated)
{
    arena_free(stated->arena);
    free(stated);
}

size_t stated_count(const struct stated_rights *stated, const char *section)
{
    size_t count = 0;
    for (size_t i = 0; i < stated->count; i++)
        if (strcmp(stated->all[i].section, section) == 0)
            count++;
    return count;
}

bool stated_may(const struct stated_rights *stated, const char *section, const char *verb,
                const char *name, size_t role, bool otherwise)
{
    const struct stated *found = stated_find(stated, section, verb, name);
    return found != NULL ? found->marks[role] == 'x' : otherwise;
}
