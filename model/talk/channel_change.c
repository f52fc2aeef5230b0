/* New channels, and what owners change about them. */
#include "model/base/text.h"
#include "model/talk/talk_parts.h"

#include <string.h>
#include <utf8proc.h>

static const char *const kinds[] = {
    [CHANNEL_PUBLIC] = "public", [CHANNEL_PRIVATE] = "private", [CHANNEL_DIRECT] = "direct"};

static bool put_member(struct operation *operation, const struct uuid *channel,
                       const struct uuid *user, bool is_owner, struct error *err)
{
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(channel)},
        {.column = "user_id", .value = value_uuid(user)},
        {.column = "role", .value = value_text(is_owner ? "owner" : "member")},
        {.column = "joined_at", .value = value_integer(operation_time(operation))},
    };
    return record_insert(operation, "channel_members", changes, TALK_COUNT(changes), NULL, err);
}

static bool put_channel(struct operation *operation, const char *name, const char *slug,
                        const char *description, enum channel_kind kind, struct uuid *id,
                        struct error *err)
{
    const struct actor *actor = operation_actor(operation);
    const struct change changes[] = {
        {.column = "name", .value = value_text(name)},
        {.column = "slug", .value = value_text(slug)},
        {.column = "description", .value = value_text(description)},
        {.column = "channel_type", .value = value_text(kinds[kind])},
        {.column = "created_by_id", .value = value_uuid(&actor->user_id)},
    };
    return record_insert(operation, "channels", changes, TALK_COUNT(changes), id, err) &&
           put_member(operation, id, &actor->user_id, true, err);
}

/* Whether a name is one line that all see alike: no control or format characters other than the
 * joiners of some scripts and signs, and no breaks of lines. */
static bool is_visible(const char *name)
{
    enum { NON_JOINER = 0x200C, JOINER = 0x200D };
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)name;
    while (*at != '\0') {
        utf8proc_int32_t character;
        utf8proc_ssize_t size = utf8proc_iterate(at, -1, &character);
        if (size <= 0)
            return false;
        utf8proc_category_t category = utf8proc_category(character);
        bool is_hidden = category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
                         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
        if (is_hidden && character != NON_JOINER && character != JOINER)
            return false;
        at += size;
    }
    return true;
}

/* The name without its #, and its slug, which nobody else has; NULL with err. */
static const char *read_name(struct store *store, const char *typed, const struct uuid *own,
                             struct arena *arena, const char **slug, struct error *err)
{
    int64_t taken;
    const char *name = typed[0] == '#' ? typed + 1 : typed;
    bool is_text = text_is_utf8(name, strlen(name));
    *slug = is_text ? text_slug(name, arena) : "";
    if ((*slug)[0] == '\0' || text_characters(name) > 100) {
        error_set_field(err, ERROR_INPUT, "name",
                        "A channel's name has 1 to 100 characters, a letter or digit among them");
        return NULL;
    }
    if (!is_visible(name)) {
        error_set_field(err, ERROR_INPUT, "name",
                        "A channel's name is one line of visible characters; type it anew");
        return NULL;
    }
    int found = store_find_integer(store, &taken,
                                   "SELECT 1 FROM channels WHERE tenant_id = ?1 AND slug = ?2"
                                   " AND deleted_at IS NULL AND id IS NOT ?3",
                                   err, "utu", store_tenant(store), *slug, own);
    if (found > 0)
        error_set_field(err, ERROR_INPUT, "name",
                        "There is a channel #%s already; choose another name", *slug);
    return found == 0 ? name : NULL;
}

bool channel_new(struct store *store, const struct actor *actor, const char *name,
                 const char *description, enum channel_kind kind, struct uuid *id,
                 struct error *err)
{
    struct uuid made;
    const char *slug;
    struct arena *arena = arena_new();
    struct operation *operation = NULL;
    if (kind == CHANNEL_DIRECT)
        error_set(err, ERROR_INPUT, "A direct channel is opened with a person: channels new @anna");
    else if ((name = read_name(store, name, NULL, arena, &slug, err)) != NULL)
        operation = talk_begin(store, "channel.create", actor, err);
    bool is_done = operation != NULL;
    if (is_done) {
        if (description != NULL && text_is_blank(description))
            description = NULL;
        operation_describe(operation, "%s channel #%s", kinds[kind], name);
        is_done = talk_end(operation,
                           put_channel(operation, name, slug, description, kind, &made, err), err);
    }
    if (is_done && id != NULL)
        *id = made;
    arena_free(arena);
    return is_done;
}

static const char *display_name(struct store *store, const struct uuid *user, struct arena *arena)
{
    return record_title(store, schema_table(store_schema(store), "users"), user, arena);
}

bool channel_direct(struct store *store, const struct actor *actor, const struct uuid *user,
                    struct uuid *id, struct error *err)
{
    char slug[UUID_TEXT_SIZE + 3] = "dm-";
    int found = talk_direct_find(store, &actor->user_id, user, id, err);
    if (found != 0)
        return found > 0;
    struct operation *operation = talk_begin(store, "channel.create", actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    struct uuid word = uuid_v7(store_env(store));
    uuid_text(&word, slug + 3);
    bool is_self = uuid_equal(&actor->user_id, user);
    const char *mine = display_name(store, &actor->user_id, arena);
    const char *theirs = display_name(store, user, arena);
    char name[101]; /* bytes: what others are called is shown, this is for who looks at the row */
    text_copy(name, sizeof name, is_self ? mine : arena_format(arena, "%s, %s", mine, theirs));
    operation_describe(operation, "direct channel with %s", theirs);
    bool is_done = talk_end(operation,
                            put_channel(operation, name, slug, NULL, CHANNEL_DIRECT, id, err) &&
                                (is_self || put_member(operation, id, user, false, err)),
                            err);
    arena_free(arena);
    return is_done;
}

/* A channel that the actor may change. */
static bool load_own(struct store *store, const struct actor *actor, const struct uuid *id,
                     struct arena *arena, struct channel *out, struct error *err)
{
    if (!talk_channel(store, actor, id, false, arena, out, err))
        return false;
    if (out->kind == CHANNEL_DIRECT)
        return error_set(err, ERROR_RULE, "A direct channel stays as it is; open a private one");
    return out->is_owner || talk_may(store, actor, "channels.moderate") ||
           error_set(err, ERROR_DENIED,
                     "#%s is changed by its owners, or by who has the right channels.moderate",
                     out->name);
}

static bool change(struct store *store, const struct actor *actor, const struct channel *channel,
                   const char *what, const struct change *changes, size_t count, struct error *err)
{
    struct operation *operation = talk_begin(store, "channel.edit", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "channel #%s %s", channel->name, what);
    return talk_end(operation,
                    record_update(operation, "channels", &channel->id, changes, count, err), err);
}

bool channel_rename(struct store *store, const struct actor *actor, const struct uuid *channel,
                    const char *name, struct error *err)
{
    struct channel own;
    const char *slug;
    struct arena *arena = arena_new();
    bool is_done = load_own(store, actor, channel, arena, &own, err) &&
                   (name = read_name(store, name, channel, arena, &slug, err)) != NULL;
    if (is_done) {
        const struct change changes[] = {
            {.column = "name", .value = value_text(name)},
            {.column = "slug", .value = value_text(slug)},
        };
        is_done = change(store, actor, &own, arena_format(arena, "is now #%s", name), changes,
                         TALK_COUNT(changes), err);
    }
    arena_free(arena);
    return is_done;
}

bool channel_describe(struct store *store, const struct actor *actor, const struct uuid *channel,
                      const char *description, struct error *err)
{
    struct channel own;
    struct arena *arena = arena_new();
    bool is_blank = description == NULL || text_is_blank(description);
    const struct change text = {.column = "description",
                                .value = is_blank ? value_null() : value_text(description)};
    bool is_done = load_own(store, actor, channel, arena, &own, err) &&
                   change(store, actor, &own, "described", &text, 1, err);
    arena_free(arena);
    return is_done;
}

bool channel_archive(struct store *store, const struct actor *actor, const struct uuid *channel,
                     bool is_archived, struct error *err)
{
    struct channel own;
    struct arena *arena = arena_new();
    const struct change flag = {.column = "is_archived", .value = value_integer(is_archived)};
    bool is_done = load_own(store, actor, channel, arena, &own, err);
    if (is_done && is_archived && strcmp(own.slug, "general") == 0)
        is_done = error_set(err, ERROR_RULE,
                            "#general is where everybody is told something; it stays open");
    is_done = is_done &&
              change(store, actor, &own, is_archived ? "archived" : "opened again", &flag, 1, err);
    arena_free(arena);
    return is_done;
}
