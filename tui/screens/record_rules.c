/* What a person may do to rows here, and the way to the screen that does the rest. */
#include "model/operation/record.h"
#include "tui/screen.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/stock_form.h"

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

const char *record_why_not_export(struct app *app, const struct table *table,
                                  char room[RECORD_WHY_SIZE])
{
    struct error err;
    if (record_may_export(app_store(app), app_actor(app), table, &err))
        return NULL;
    snprintf(room, RECORD_WHY_SIZE, "%s", err.text);
    return room;
}

/* Where a dialog does it, by the domain's own verb. */
static const struct {
    const char *table;
    void (*open)(struct app *app, const struct record *row);
} verbs[] = {
    {"stock_movements", stock_form_open},
    {"stock_levels", stock_form_open},
};

static int verb_of(const struct table *table)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].table, table->name) == 0)
            return (int)i;
    return -1;
}

static bool has_screen(const struct table *table)
{
    const char *domain = record_domain(table);
    for (size_t i = 0; i < screen_count && domain != NULL; i++)
        if (strcmp(screens[i]->name, domain) == 0)
            return true;
    return false;
}

bool record_has_home(const struct table *table)
{
    return verb_of(table) >= 0 || has_screen(table);
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

static bool go_to_screen(struct app *app, const char *domain, const struct record *row)
{
    char argument[UUID_TEXT_SIZE + 3] = "id:";
    struct uuid owner;
    if (row == NULL)
        return app_open(app, domain, NULL);
    if (!find_owner(row, domain, &owner))
        return false;
    uuid_text(&owner, argument + 3);
    return app_open(app, domain, argument);
}

bool record_go_home(struct app *app, const struct table *table, const struct uuid *id)
{
    struct record row;
    struct arena *arena = arena_new();
    int verb = verb_of(table);
    bool has_row = id != NULL && record_get(app_store(app), table, id, arena, &row, NULL) == 1;
    bool is_done = record_has_home(table) && (id == NULL || has_row);
    if (is_done && verb >= 0)
        verbs[verb].open(app, has_row ? &row : NULL);
    else if (is_done)
        is_done = go_to_screen(app, record_domain(table), has_row ? &row : NULL);
    arena_free(arena);
    return is_done;
}
