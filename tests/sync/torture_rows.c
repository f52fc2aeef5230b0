#include "tests/sync/torture_rows.h"

#include <string.h>

bool pick_row(struct terminal *terminal, const char *sql, struct uuid *id)
{
    struct error err;
    struct statement *statement = store_prepare(terminal->store, sql, &err);
    if (statement == NULL)
        torture_fail(terminal->world, "%s: %s", sql, err.text);
    unsigned count = 0;
    while (statement_step(statement, &err) > 0)
        count++;
    unsigned wanted = count == 0 ? 0 : torture_below(terminal->world, count);
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

bool who_acts(struct terminal *terminal, struct actor *actor)
{
    struct error err;
    return actor_find(terminal->store, terminal->person, actor, &err);
}

void tell_action(struct terminal *terminal, bool is_done, const struct error *err)
{
    if (is_done || err->code == ERROR_NONE)
        return;
    torture_say(terminal->world, "  %d could not: %s\n", terminal->number, err->text);
    if (err->code == ERROR_SYSTEM || err->code == ERROR_NETWORK ||
        (err->code == ERROR_STORE && !terminal->is_disk_full))
        torture_fail(terminal->world, "terminal %d: %s", terminal->number, err->text);
}

struct operation *begin_action(struct terminal *terminal, const char *kind, struct actor *actor)
{
    struct error err = {0};
    if (!who_acts(terminal, actor))
        return NULL;
    struct operation *operation = operation_begin(terminal->store, kind, actor, &err);
    tell_action(terminal, operation != NULL, &err);
    return operation;
}

void end_action(struct terminal *terminal, struct operation *operation, bool is_done,
                struct error *err)
{
    if (!is_done)
        operation_cancel(operation);
    else
        is_done = operation_commit(operation, err);
    tell_action(terminal, is_done, err);
}

void insert_row_of(struct terminal *terminal, const char *table, const struct change *changes,
                   size_t count)
{
    struct error err = {0};
    struct actor actor;
    struct operation *operation = begin_action(terminal, "record.create", &actor);
    if (operation != NULL)
        end_action(terminal, operation, record_insert(operation, table, changes, count, NULL, &err),
                   &err);
}

void edit_row(struct terminal *terminal, const char *table, const char *sql,
              const struct change *choices, size_t count)
{
    enum { CHOICES_MAX = 16 };
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    struct change changes[CHOICES_MAX];
    size_t used = 0;
    for (size_t i = 0; i < count && used < CHOICES_MAX; i++)
        if (torture_chance(terminal->world, 40))
            changes[used++] = choices[i];
    if (used == 0 || !pick_row(terminal, sql, &id))
        return;
    struct operation *operation = begin_action(terminal, "record.edit", &actor);
    if (operation != NULL)
        end_action(terminal, operation, record_update(operation, table, &id, changes, used, &err),
                   &err);
}

void delete_row_of(struct terminal *terminal, const char *table, const char *sql)
{
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    if (!pick_row(terminal, sql, &id))
        return;
    struct operation *operation = begin_action(terminal, "record.delete", &actor);
    if (operation != NULL)
        end_action(terminal, operation, record_delete(operation, table, &id, &err), &err);
}
