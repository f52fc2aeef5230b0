/* Lines that the shop itself says, within the operation that they tell of. */
#include "model/base/text.h"
#include "model/talk/talk_parts.h"

#include <assert.h>
#include <string.h>

const struct talk_line talk_lines[] = {
    {"till.difference", "A till was closed with a difference", "general", true},
    {"till.closed", "A till was closed", NULL, true},
    {"appointment.late", "An estimator is late, or on the way", "general", true},
    {"appointment.clash", "An appointment lost its place to another one", "general", true},
};
const size_t talk_line_count = TALK_COUNT(talk_lines);

static const struct talk_line *find_line(const char *name)
{
    for (size_t i = 0; i < talk_line_count; i++)
        if (strcmp(talk_lines[i].name, name) == 0)
            return &talk_lines[i];
    return NULL;
}

/* Open, public, and known to the centre where there is one: an operation that holds money must not
 * wait for a channel. 1, 0, -1. */
static int find_channel(struct store *store, const char *slug, const struct uuid *location,
                        struct uuid *out, struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT c.id FROM channels AS c WHERE c.tenant_id = ?1 AND (c.slug = ?2"
                      " OR c.location_id = ?3) AND c.channel_type = 'public' AND NOT c.is_archived"
                      " AND c.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM op_rows AS w"
                      " WHERE w.table_name = 'channels' AND w.row_id = c.id)"
                      " ORDER BY c.location_id IS NOT ?3, c.id LIMIT 1",
                      err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, store_tenant(store));
    statement_bind_text(row, 2, slug);
    statement_bind_value(row, 3, location != NULL ? value_uuid_or_null(location) : value_null());
    int found = statement_step(row, err);
    if (found > 0)
        statement_uuid(row, 0, out);
    statement_done(row);
    return found;
}

/* Where the line is said: 1, 0 nowhere, -1 failed. */
static int place_of(struct operation *operation, const struct talk_line *line, struct uuid *out,
                    struct error *err)
{
    struct store *store = operation_store(operation);
    const struct actor *actor = operation_actor(operation);
    struct arena *arena = arena_new();
    const char *slug = line->channel;
    int found =
        talk_setting(store, arena_format(arena, "$.lines.\"%s\"", line->name), arena, &slug, err);
    bool is_chosen = found > 0;
    if (found >= 0)
        found =
            slug == NULL
                ? 0
                : find_channel(store, slug[0] == '#' ? slug + 1 : slug,
                               line->is_local && !is_chosen ? &actor->location_id : NULL, out, err);
    arena_free(arena);
    return found;
}

bool talk_system(struct operation *operation, const struct uuid *channel, const char *name,
                 const struct talk_thing *thing, const char *text, struct error *err)
{
    struct store *store = operation_store(operation);
    struct uuid place, of_thread, id, thread = {.bytes = {0}};
    const struct talk_line *line = find_line(name);
    assert(line != NULL);
    if (!talk_may(store, operation_actor(operation), "channels.edit"))
        return true;
    int found = 1;
    if (channel != NULL)
        place = *channel;
    else
        found = place_of(operation, line, &place, err);
    if (found <= 0)
        return found == 0;
    if (thing != NULL) {
        found = talk_thread_find(store, thing->table, &thing->id, &of_thread, &thread, err);
        if (found < 0)
            return false;
        if (found == 0 || !uuid_equal(&of_thread, &place))
            thread = (struct uuid){.bytes = {0}};
    }
    return talk_write(operation, &place, &thread, text, MESSAGE_SYSTEM, &id, err) &&
           (thing == NULL || talk_link_write(operation, &place, &id, thing, false, err));
}
