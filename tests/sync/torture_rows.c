#include "tests/sync/torture_rows.h"

#include <string.h>

bool pick_row(struct station *station, const char *sql, struct uuid *id)
{
    struct error err;
    struct statement *statement = store_prepare(station->store, sql, &err);
    if (statement == NULL)
        torture_fail(station->world, "%s: %s", sql, err.text);
    unsigned count = 0;
    while (statement_step(statement, &err) > 0)
        count++;
    unsigned wanted = count == 0 ? 0 : torture_below(station->world, count);
    for (unsigned i = 0; count > 0 && i <= wanted; i++)
        if (statement_step(statement, &err) <= 0)
            count = 0;
    bool has = count > 0 && statement_uuid(statement, 0, id);
    statement_done(statement);
    return has;
}

const char *some_word(struct world *world)
{
    static const char *const words[] = {"Roller",
                                        "Latex wei\xC3\x9F",
                                        "Kelle \"gro\xC3\x9F\"",
                                        "Leiter",
                                        "a\\b\n\tc",
                                        "\xF0\x9F\x8E\xA8 Set",
                                        "O'Brien",
                                        "Pinsel"};
    return arena_format(world->arena, "%s %u", words[torture_below(world, 8)],
                        torture_below(world, 1000));
}

bool who_acts(struct station *station, struct actor *actor)
{
    struct error err;
    return actor_find(station->store, station->person, actor, &err);
}

void tell_action(struct station *station, bool is_done, const struct error *err)
{
    if (is_done || err->code == ERROR_NONE)
        return;
    torture_say(station->world, "  %d could not: %s\n", station->number, err->text);
    if (err->code == ERROR_SYSTEM || err->code == ERROR_NETWORK ||
        (err->code == ERROR_STORE && !station->is_disk_full))
        torture_fail(station->world, "terminal %d: %s", station->number, err->text);
}

struct operation *begin_action(struct station *station, const char *kind, struct actor *actor)
{
    struct error err = {0};
    if (!who_acts(station, actor))
        return NULL;
    struct operation *operation = operation_begin(station->store, kind, actor, &err);
    tell_action(station, operation != NULL, &err);
    return operation;
}

void end_action(struct station *station, struct operation *operation, bool is_done,
                struct error *err)
{
    if (!is_done)
        operation_cancel(operation);
    else
        is_done = operation_commit(operation, err);
    tell_action(station, is_done, err);
}

void insert_row_of(struct station *station, const char *table, const struct change *changes,
                   size_t count)
{
    struct error err = {0};
    struct actor actor;
    struct operation *operation = begin_action(station, "record.create", &actor);
    if (operation != NULL)
        end_action(station, operation, record_insert(operation, table, changes, count, NULL, &err),
                   &err);
}

void change_row(struct station *station, const char *table, const struct uuid *id,
                const struct change *changes, size_t count)
{
    struct error err = {0};
    struct actor actor;
    struct operation *operation = begin_action(station, "record.edit", &actor);
    if (operation != NULL)
        end_action(station, operation, record_update(operation, table, id, changes, count, &err),
                   &err);
}

void edit_row(struct station *station, const char *table, const char *sql,
              const struct change *choices, size_t count)
{
    enum { CHOICES_MAX = 16 };
    struct uuid id;
    struct change changes[CHOICES_MAX];
    size_t used = 0;
    for (size_t i = 0; i < count && used < CHOICES_MAX; i++)
        if (torture_chance(station->world, 40))
            changes[used++] = choices[i];
    if (used > 0 && pick_row(station, sql, &id))
        change_row(station, table, &id, changes, used);
}

void delete_row_of(struct station *station, const char *table, const char *sql)
{
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    if (!pick_row(station, sql, &id))
        return;
    struct operation *operation = begin_action(station, "record.delete", &actor);
    if (operation != NULL)
        end_action(station, operation, record_delete(operation, table, &id, &err), &err);
}
