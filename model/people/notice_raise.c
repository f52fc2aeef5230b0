#include "model/operation/record.h"
#include "model/people/notice_sources.h"
#include "model/people/notification.h"

/* Whom this store may write for: everybody of a shop that is alone, else those who are signed in
 * at this terminal, since the centre takes nothing else from it. */
#define WITHIN_REACH                                                                               \
    " u.deleted_at IS NULL AND u.status = 'active' AND (NOT EXISTS (SELECT 1 FROM sync_state"      \
    " WHERE name = 'terminal_id') OR EXISTS (SELECT 1 FROM terminal_users AS t JOIN sync_state"    \
    " AS s ON s.name = 'terminal_id' AND lower(hex(t.terminal_id)) = replace(s.value, '-', '')"    \
    " WHERE t.user_id = u.id AND t.valid_until > now()))"

struct raising {
    struct store *store;
    const struct actor *actor;
    struct operation *operation; /* begun with the first */
    int count, settled;
};

/* 1: the person has an unread one of the same, or read one after the event. */
static int knows(struct store *store, const struct uuid *user, const struct notice_event *event,
                 struct error *err)
{
    int64_t one;
    return store_find_integer(store, &one,
                              "SELECT 1 FROM notifications WHERE user_id = ?1 AND kind = ?2"
                              " AND link_id = ?3 AND (read_at IS NULL OR read_at >= ?4)",
                              err, "utui", user, event->kind, &event->row, event->time);
}

static bool write_one(struct raising *raising, const struct uuid *user,
                      const struct notice_event *event, struct error *err)
{
    const struct change changes[] = {
        {.column = "user_id", .value = value_uuid(user)},
        {.column = "kind", .value = value_text(event->kind)},
        {.column = "title", .value = value_text(event->title)},
        {.column = "body", .value = value_text(event->body)},
        {.column = "link_table", .value = value_text(event->table)},
        {.column = "link_id", .value = value_uuid(&event->row)},
    };
    if (raising->operation == NULL)
        raising->operation = operation_begin(raising->store, "notice.raise", raising->actor, err);
    raising->count++;
    return raising->operation != NULL &&
           record_insert(raising->operation, "notifications", changes,
                         sizeof changes / sizeof changes[0], NULL, err);
}

static bool tell(struct raising *raising, const struct uuid *user, const struct notice_event *event,
                 struct error *err)
{
    int known = raising->count < NOTICE_MOST ? knows(raising->store, user, event, err) : 1;
    return known > 0 || (known == 0 && write_one(raising, user, event, err));
}

/* The one that is named, or those whose roles hold the right somewhere: customers with a login are
 * many, and none of them. Into the arena; returns the count, or -1. */
static int people(struct raising *raising, const struct notice_event *event, struct arena *arena,
                  struct uuid **out, struct error *err)
{
    enum { PEOPLE_MOST = 500 };
    static const char named[] = "SELECT u.id FROM users AS u WHERE u.id = ?1 AND" WITHIN_REACH;
    static const char entitled[] =
        "SELECT u.id FROM (SELECT DISTINCT m.user_id FROM roles AS r JOIN user_roles AS m"
        " ON m.role_id = r.id WHERE r.name IN ('superadmin', 'tenant_owner') OR EXISTS (SELECT 1"
        " FROM role_permissions AS p WHERE p.role_id = r.id AND p.permission = ?1)) AS h"
        " JOIN users AS u ON u.id = h.user_id WHERE" WITHIN_REACH;
    bool is_named = event->right == NULL;
    struct statement *statement = store_prepare(raising->store, is_named ? named : entitled, err);
    if (statement == NULL)
        return -1;
    if (is_named)
        statement_bind_uuid(statement, 1, &event->user);
    else
        statement_bind_text(statement, 1, event->right);
    *out = arena_alloc(arena, PEOPLE_MOST * sizeof **out);
    int count = 0, state = 0;
    while (count < PEOPLE_MOST && (state = statement_step(statement, err)) > 0)
        statement_uuid(statement, 0, &(*out)[count++]);
    statement_done(statement);
    return state < 0 ? -1 : count;
}

static bool tell_all(struct raising *raising, const struct notice_event *event, struct arena *arena,
                     struct error *err)
{
    struct uuid *found;
    int count = people(raising, event, arena, &found, err);
    for (int i = 0; i < count; i++) {
        const struct actor person = {.user_id = found[i], .location_id = event->location};
        bool is_for =
            event->right == NULL || actor_may(raising->store, &person, event->right, NULL);
        if (is_for && !tell(raising, &found[i], event, err))
            return false;
    }
    return count >= 0;
}

/* What is over needs no reading. */
static bool settle(struct raising *raising, struct arena *arena, struct error *err)
{
    struct uuid ids[NOTICE_MOST];
    int count = notices_settled(raising->store, WITHIN_REACH, NOTICE_MOST, arena, ids, err);
    for (int i = 0; i < count; i++) {
        if (raising->operation == NULL)
            raising->operation =
                operation_begin(raising->store, "notice.raise", raising->actor, err);
        if (raising->operation == NULL)
            return false;
        const struct change read = {.column = "read_at",
                                    .value = value_integer(operation_time(raising->operation))};
        raising->settled++;
        if (!record_update(raising->operation, "notifications", &ids[i], &read, 1, err))
            return false;
    }
    return count >= 0;
}

static bool end(struct raising *raising, bool is_done, struct error *err)
{
    if (raising->operation == NULL)
        return is_done;
    int count = raising->count > 0 ? raising->count : raising->settled;
    operation_describe(raising->operation, "%d %s%s", count, count == 1 ? "notice" : "notices",
                       raising->count > 0 ? "" : " settled");
    if (is_done)
        return operation_commit(raising->operation, err);
    operation_cancel(raising->operation);
    return false;
}

/* 1: the centre did not take the last ones, and would not take more. */
static int are_refused(struct store *store, struct error *err)
{
    int64_t one;
    return store_find_integer(store, &one,
                              "SELECT 1 FROM attention AS a WHERE a.done_at IS NULL AND EXISTS"
                              " (SELECT 1 FROM outbox AS o WHERE o.id = a.operation_id AND o.kind ="
                              " 'notice.raise' UNION ALL SELECT 1 FROM journal AS o WHERE"
                              " o.id = a.operation_id AND o.kind = 'notice.raise') LIMIT 1",
                              err, "");
}

int notices_raise(struct store *store, const struct actor *actor, int64_t after_seq,
                  struct error *err)
{
    struct raising raising = {.store = store, .actor = actor};
    struct notice_event events[NOTICE_MOST];
    struct arena *arena = arena_new();
    int64_t oldest = operation_newest(store) - NOTICE_LOOK;
    int refused = are_refused(store, err);
    int count = refused == 0 ? notice_events(store, after_seq > oldest ? after_seq : oldest,
                                             NOTICE_MOST, arena, events, err)
                             : -(refused < 0);
    bool is_done = count >= 0;
    for (int i = 0; is_done && i < count; i++)
        is_done = tell_all(&raising, &events[i], arena, err);
    is_done = is_done && (refused > 0 || settle(&raising, arena, err));
    is_done = end(&raising, is_done, err);
    arena_free(arena);
    return is_done ? raising.count : -1;
}
