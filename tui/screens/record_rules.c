/* What a person may do to rows here, and the way to the screen that does the rest. */
#include "tui/screens/record_windows.h"

#include "model/record.h"

#include <stdio.h>

const char *record_why_not(struct app *app, const struct record_kind *kind,
                           enum record_action action, char room[RECORD_WHY_SIZE])
{
    const char *rights[] = {kind->table->right_insert, kind->table->right_update,
                            kind->table->right_delete};
    if (kind->why_not[action] != NULL)
        return kind->why_not[action];
    if (actor_may(app_store(app), app_actor(app), rights[action], NULL))
        return NULL;
    snprintf(room, RECORD_WHY_SIZE, "It needs the right \"%s\".", rights[action]);
    return room;
}

bool record_go_home(struct app *app, const struct record_kind *kind, const struct uuid *id)
{
    const struct record_house *house = kind->house;
    char argument[UUID_TEXT_SIZE + 3] = "id:";
    struct uuid owner;
    if (house == NULL || house->screen == NULL)
        return false;
    if (id == NULL)
        return app_open(app, house->screen, NULL);
    struct arena *arena = arena_new();
    struct record row;
    bool has_owner = record_get(app_store(app), kind->table, id, arena, &row, NULL) == 1 &&
                     value_as_uuid(record_value(&row, house->owner), &owner);
    arena_free(arena);
    if (!has_owner)
        return false;
    uuid_text(&owner, argument + 3);
    return app_open(app, house->screen, argument);
}
