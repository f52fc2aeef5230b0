/* What a person may do to rows here, and the way to the screen that does the rest. */
#include "model/record.h"
#include "tui/screen.h"
#include "tui/screens/record_windows.h"

#include <stdio.h>
#include <string.h>

const char *record_why_not(struct app *app, const struct table *table, enum hand hand,
                           char room[RECORD_WHY_SIZE])
{
    struct error err;
    if (record_by_hand(app_store(app), app_actor(app), table, hand, &err))
        return NULL;
    snprintf(room, RECORD_WHY_SIZE, "%s", err.text);
    return room;
}

bool record_has_home(const struct table *table)
{
    const char *domain = record_domain(table);
    for (size_t i = 0; i < screen_count && domain != NULL; i++)
        if (strcmp(screens[i]->name, domain) == 0)
            return true;
    return false;
}

/* The row of the domain that this one belongs to: itself, or the one it refers to. */
static bool find_owner(const struct record *row, const char *domain, struct uuid *owner)
{
    const struct table *table = row->table;
    *owner = row->id;
    if (strcmp(table->name, domain) == 0)
        return true;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].reference != NULL &&
            strcmp(table->columns[i].reference->name, domain) == 0)
            return value_as_uuid(row->values[i], owner);
    return false;
}

bool record_go_home(struct app *app, const struct table *table, const struct uuid *id)
{
    char argument[UUID_TEXT_SIZE + 3] = "id:";
    struct uuid owner;
    struct record row;
    const char *domain = record_domain(table);
    if (!record_has_home(table))
        return false;
    if (id == NULL)
        return app_open(app, domain, NULL);
    struct arena *arena = arena_new();
    bool has_owner = record_get(app_store(app), table, id, arena, &row, NULL) == 1 &&
                     find_owner(&row, domain, &owner);
    arena_free(arena);
    if (!has_owner)
        return false;
    uuid_text(&owner, argument + 3);
    return app_open(app, domain, argument);
}
