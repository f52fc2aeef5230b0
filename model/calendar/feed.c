#include "model/calendar/feed.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/operation/record.h"

#include <string.h>
#include <strings.h>

#define STATE                                                                                      \
    "CASE WHEN NOT f.is_active THEN 'off' WHEN f.problem IS NOT NULL THEN 'failed'"                \
    " WHEN f.fetched_at IS NULL THEN 'new' ELSE 'fine' END"

static const char *const states[] = {"fine", "failed", "new", "off", NULL};

static const struct query_field fields[] = {
    {.name = "name", .label = "Calendar", .sql = "f.name", .type = COLUMN_TEXT, .help = "Its name"},
    {.name = "whose",
     .label = "Whose",
     .sql = "(SELECT name FROM estimators WHERE id = f.estimator_id)",
     .type = COLUMN_TEXT,
     .help = "The estimator who can't be booked then"},
    {.name = "from",
     .label = "From",
     .sql = "substr(f.url, instr(f.url, '//') + 2, instr(substr(f.url, instr(f.url, '//') + 2) ||"
            " '/', '/') - 1)",
     .type = COLUMN_TEXT,
     .help = "The server it is read from"},
    {.name = "state",
     .label = "State",
     .sql = STATE,
     .type = COLUMN_TEXT,
     .choices = states,
     .help = "fine, failed, new or off"},
    {.name = "read",
     .label = "Read",
     .sql = "f.fetched_at",
     .type = COLUMN_INSTANT,
     .help = "When it was last read well"},
    {.name = "next",
     .label = "Next",
     .sql = "f.next_try_at",
     .type = COLUMN_INSTANT,
     .help = "When it is read again"},
    {.name = "problem",
     .label = "Why not",
     .sql = "f.problem",
     .type = COLUMN_TEXT,
     .help = "Why the last reading failed"},
    {.name = "direction", .label = "Direction", .sql = "f.direction", .type = COLUMN_TEXT},
    {.name = "id", .label = "Id", .sql = "f.id", .type = COLUMN_UUID},
};

const struct query_source feed_source = {
    .name = "calendar feeds",
    .from = "calendar_feeds AS f",
    .id = "f.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "name",
};

int feeds_due(struct store *store, const struct uuid *only, struct arena *arena, struct feed **out,
              struct error *err)
{
    enum { FEEDS_MAX = 500 };
    static const char sql[] =
        "SELECT f.id, f.estimator_id, f.name, f.url, coalesce(f.etag, ''), coalesce(f.modified, '')"
        " FROM calendar_feeds AS f JOIN estimators AS e ON e.id = f.estimator_id"
        " WHERE f.direction = 'read' AND f.is_active AND e.deleted_at IS NULL"
        " AND CASE WHEN ?1 IS NULL THEN coalesce(f.next_try_at, 0) <= now() ELSE f.id = ?1 END"
        " ORDER BY f.next_try_at, f.id LIMIT ?2";
    int count = 0, state;
    struct statement *rows = store_prepare(store, sql, err);
    if (rows == NULL)
        return -1;
    *out = arena_alloc(arena, FEEDS_MAX * sizeof **out);
    if (only != NULL)
        statement_bind_uuid(rows, 1, only);
    statement_bind_integer(rows, 2, FEEDS_MAX);
    while ((state = statement_step(rows, err)) > 0) {
        struct feed *feed = &(*out)[count++];
        statement_uuid(rows, 0, &feed->id);
        statement_uuid(rows, 1, &feed->estimator_id);
        feed->name = arena_text(arena, statement_text(rows, 2));
        feed->url = arena_text(arena, statement_text(rows, 3));
        feed->etag = arena_text(arena, statement_text(rows, 4));
        feed->modified = arena_text(arena, statement_text(rows, 5));
    }
    statement_done(rows);
    return state < 0 ? -1 : count;
}

/* Ends the operation. */
static bool end(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static const char *clean_url(const char *url, struct arena *arena, struct error *err)
{
    static const char webcal[] = "webcal://";
    size_t size = strlen(webcal);
    if (strncasecmp(url, webcal, size) == 0)
        url = arena_format(arena, "https://%s", url + size);
    bool is_web = strncasecmp(url, "https://", 8) == 0 || strncasecmp(url, "http://", 7) == 0;
    const char *host = is_web ? strstr(url, "//") + 2 : "";
    for (const char *at = url; *at != '\0'; at++)
        is_web = is_web && (unsigned char)*at > ' ' && *at != 0x7f;
    if (is_web && *host != '\0' && *host != '/')
        return url;
    error_set_field(err, ERROR_INPUT, "url",
                    "The address of a calendar begins with https://, http:// or webcal://");
    return NULL;
}

bool feed_add(struct store *store, const struct actor *actor, const char *name,
              const struct uuid *estimator, const char *url, struct uuid *id, struct error *err)
{
    struct arena *arena = arena_new();
    const char *clean =
        actor_may(store, actor, "appointments.edit", err) ? clean_url(url, arena, err) : NULL;
    struct operation *operation =
        clean != NULL ? operation_begin(store, "calendar.feed", actor, err) : NULL;
    bool is_done = operation != NULL;
    if (is_done) {
        const struct change changes[] = {
            {.column = "name", .value = value_text(name)},
            {.column = "direction", .value = value_text("read")},
            {.column = "estimator_id", .value = value_uuid(estimator)},
            {.column = "url", .value = value_text(clean)},
        };
        operation_describe(operation, "calendar to be read: %s", name);
        is_done =
            end(operation, record_insert(operation, "calendar_feeds", changes, 4, id, err), err);
    }
    arena_free(arena);
    return is_done;
}

bool feed_drop(struct store *store, const struct actor *actor, const struct uuid *id,
               struct error *err)
{
    if (!actor_may(store, actor, "appointments.delete", err))
        return false;
    struct operation *operation = operation_begin(store, "calendar.feed", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "calendar that is read no more");
    return end(operation, record_delete(operation, "calendar_feeds", id, err), err);
}

bool feed_note(struct store *store, const struct actor *actor, const struct feed *feed,
               const char *etag, const char *modified, const char *problem, struct error *err)
{
    struct operation *operation = operation_begin(store, "calendar.read", actor, err);
    if (operation == NULL)
        return false;
    int64_t now = operation_time(operation);
    int minutes = problem != NULL ? FEED_MINUTES_AFTER_FAILURE : FEED_MINUTES;
    const struct change changes[] = {
        {.column = "next_try_at", .value = value_integer(now + minutes * 60 * SECOND_US)},
        {.column = "problem", .value = value_text(problem)},
        {.column = "fetched_at", .value = value_integer(now)},
        {.column = "etag", .value = value_text(etag)},
        {.column = "modified", .value = value_text(modified)},
    };
    operation_describe(operation, "%s: %s", feed->name, problem != NULL ? problem : "read");
    return end(operation,
               record_update(operation, "calendar_feeds", &feed->id, changes,
                             problem != NULL ? 2 : 5, err),
               err);
}
