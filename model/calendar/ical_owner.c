#include "model/base/text.h"
#include "model/calendar/ical_write.h"

#include <stdio.h>
#include <string.h>

#define OWNERS                                                                                     \
    "SELECT 0 AS is_resource, e.id, e.name, coalesce(l.timezone, s.timezone) AS zone"              \
    " FROM estimators AS e JOIN tenants AS s ON s.id = e.tenant_id"                                \
    " LEFT JOIN locations AS l ON l.id = e.location_id WHERE e.deleted_at IS NULL"                 \
    " UNION ALL SELECT 1, r.id, r.name, coalesce(l.timezone, s.timezone)"                          \
    " FROM resources AS r JOIN tenants AS s ON s.id = r.tenant_id"                                 \
    " LEFT JOIN locations AS l ON l.id = r.location_id WHERE r.deleted_at IS NULL"

static void read_owner(const struct statement *row, struct arena *arena, struct ical_owner *out)
{
    out->is_resource = statement_integer(row, 0) != 0;
    statement_uuid(row, 1, &out->id);
    out->name = arena_text(arena, statement_text(row, 2));
    out->zone = arena_text(arena, statement_text(row, 3));
}

bool ical_owner_load(struct store *store, bool is_resource, const struct uuid *id,
                     struct arena *arena, struct ical_owner *out, struct error *err)
{
    struct statement *statement =
        store_prepare(store, "SELECT * FROM (" OWNERS ") WHERE is_resource = ?1 AND id = ?2", err);
    if (statement == NULL)
        return false;
    statement_bind_integer(statement, 1, is_resource);
    statement_bind_uuid(statement, 2, id);
    int found = statement_step(statement, err);
    if (found > 0)
        read_owner(statement, arena, out);
    else if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "Whose calendar it was is not there any more");
    statement_done(statement);
    return found > 0;
}

/* The best kind of match counts: the id, the whole name, then a part of it. */
bool ical_owner_find(struct store *store, const char *word, struct arena *arena,
                     struct ical_owner *out, struct error *err)
{
    struct uuid id;
    struct ical_owner owner;
    int best = 0, count = 0, state;
    const char *key = text_fold(word, arena), *other = "";
    bool is_id = uuid_parse(word, &id);
    struct statement *statement = store_prepare(store, OWNERS " ORDER BY 3", err);
    if (statement == NULL)
        return false;
    while ((state = statement_step(statement, err)) > 0) {
        read_owner(statement, arena, &owner);
        const char *name = text_fold(owner.name, arena);
        int match = is_id && uuid_equal(&id, &owner.id)         ? 3
                    : strcmp(name, key) == 0                    ? 2
                    : *key != '\0' && strstr(name, key) != NULL ? 1
                                                                : 0;
        if (match == 0 || match < best)
            continue;
        count = match > best ? 1 : count + 1;
        best = match;
        if (count == 1)
            *out = owner;
        else
            other = owner.name;
    }
    statement_done(statement);
    if (state < 0)
        return false;
    if (count == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "There is no estimator and nothing that is booked named \"%s\"", word);
    return count == 1 || error_set(err, ERROR_INPUT, "\"%s\" may be %s or %s; write more of it",
                                   word, out->name, other);
}

static const char uid_ending[] = "@countertop";

const char *ical_uid(struct arena *arena, const struct uuid *id, const char *own)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    return own != NULL && own[0] != '\0' ? own : arena_format(arena, "%s%s", text, uid_ending);
}

int ical_uid_find(struct store *store, const char *uid, struct uuid *id, struct error *err)
{
    char text[UUID_TEXT_SIZE];
    bool is_made = strlen(uid) == UUID_TEXT_SIZE - 1 + strlen(uid_ending) &&
                   strcmp(uid + UUID_TEXT_SIZE - 1, uid_ending) == 0;
    snprintf(text, sizeof text, "%.36s", uid);
    if (!is_made || !uuid_parse(text, id))
        *id = (struct uuid){0};
    struct statement *statement = store_prepare(
        store, "SELECT id FROM appointments WHERE id = ?1 OR ics_uid = ?2 LIMIT 1", err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, id);
    statement_bind_text(statement, 2, uid);
    int found = statement_step(statement, err);
    if (found > 0)
        statement_uuid(statement, 0, id);
    statement_done(statement);
    return found;
}
