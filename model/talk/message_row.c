#include "model/talk/message_row.h"

#include "model/talk/talk_parts.h"

#include <string.h>

enum { HANGING_MAX = 64 };

/* Column 18 says what hangs on it: 1 reactions, 2 files, 4 links. */
const char message_row_head[] =
    "SELECT m.id, m.channel_id, m.position, m.sent_at, m.user_id, coalesce(a.display_name, ''),"
    " " TALK_CONTENT(
        "m") ", m.message_type, m.edited_at, m.deleted_at,"
             " coalesce((SELECT d.display_name FROM users AS d WHERE d.id = m.deleted_by_id), ''),"
             " m.user_id IS ?1, EXISTS (SELECT 1 FROM message_mentions AS k WHERE k.message_id = "
             "m.id"
             " AND (k.user_id = ?1 OR k.kind = 'channel')) AND m.user_id IS NOT ?1,"
             " EXISTS (SELECT 1 FROM message_pins AS x WHERE x.tenant_id = m.tenant_id"
             " AND x.channel_id = m.channel_id AND x.message_id = m.id), m.parent_id,"
             " coalesce((SELECT coalesce(b.display_name, '') || char(10) || " TALK_CONTENT(
                 "f") " FROM messages AS f LEFT JOIN users AS b ON b.id = f.user_id WHERE f.id = "
                      "m.parent_id), ''),"
                      " (SELECT count(*) FROM messages AS r WHERE r.parent_id = m.id AND "
                      "r.deleted_at IS NULL),"
                      " coalesce((SELECT max(r.sent_at) FROM messages AS r WHERE r.parent_id = m.id"
                      " AND r.deleted_at IS NULL), 0),"
                      " EXISTS (SELECT 1 FROM message_reactions AS y WHERE y.message_id = m.id)"
                      " + 2 * EXISTS (SELECT 1 FROM message_attachments AS y WHERE y.message_id = "
                      "m.id)"
                      " + 4 * EXISTS (SELECT 1 FROM message_links AS y WHERE y.message_id = m.id)"
                      " FROM messages AS m LEFT JOIN users AS a ON a.id = m.user_id";

static enum message_kind kind_of(const char *word)
{
    return strcmp(word, "system") == 0 ? MESSAGE_SYSTEM
           : strcmp(word, "file") == 0 ? MESSAGE_FILE
                                       : MESSAGE_TEXT;
}

void message_row_take(const struct statement *row, struct arena *arena, struct message *out)
{
    *out = (struct message){
        .place = {.position = statement_integer(row, 2), .sent_at = statement_integer(row, 3)},
        .author = arena_text(arena, statement_text(row, 5)),
        .content = arena_text(arena, statement_text(row, 6)),
        .kind = kind_of(statement_text(row, 7)),
        .sent_at = statement_integer(row, 3),
        .edited_at = statement_integer(row, 8),
        .deleted_at = statement_integer(row, 9),
        .deleted_by = arena_text(arena, statement_text(row, 10)),
        .is_mine = statement_integer(row, 11) != 0,
        .mentions_me = statement_integer(row, 12) != 0,
        .is_pinned = statement_integer(row, 13) != 0,
        .thread_author = "",
        .thread_content = "",
        .replies = statement_integer(row, 16),
        .replied_at = statement_integer(row, 17),
    };
    statement_uuid(row, 0, &out->id);
    statement_uuid(row, 1, &out->channel_id);
    statement_uuid(row, 4, &out->user_id);
    out->place.id = out->id;
    if (statement_uuid(row, 14, &out->thread)) {
        char *first = arena_text(arena, statement_text(row, 15));
        char *end = strchr(first, '\n');
        out->thread_author = first;
        if (end != NULL) {
            *end = '\0';
            out->thread_content = end + 1;
        }
    }
    /* Until they are filled: which there are. */
    int64_t hanging = statement_integer(row, 18);
    out->reaction_count = (size_t)(hanging & 1);
    out->file_count = (size_t)(hanging >> 1 & 1);
    out->thing_count = (size_t)(hanging >> 2 & 1);
}

static bool fill_reactions(struct store *store, const struct uuid *user, struct arena *arena,
                           struct message *out, struct error *err)
{
    /* The newest word of each person about each sign counts. */
    struct statement *row = store_prepare(
        store,
        "SELECT emoji, count(*), max(user_id = ?2) FROM (SELECT emoji, user_id, is_removed,"
        " max(reacted_at) FROM message_reactions WHERE message_id = ?1 GROUP BY emoji, user_id)"
        " WHERE NOT is_removed GROUP BY emoji ORDER BY 2 DESC, emoji LIMIT ?3",
        err);
    if (row == NULL)
        return false;
    int state = 0;
    out->reactions = arena_alloc(arena, HANGING_MAX * sizeof *out->reactions);
    out->reaction_count = 0;
    statement_bind_uuid(row, 1, &out->id);
    statement_bind_uuid(row, 2, user);
    statement_bind_integer(row, 3, HANGING_MAX);
    while (out->reaction_count < HANGING_MAX && (state = statement_step(row, err)) > 0)
        out->reactions[out->reaction_count++] =
            (struct message_reaction){.emoji = arena_text(arena, statement_text(row, 0)),
                                      .count = statement_integer(row, 1),
                                      .is_mine = statement_integer(row, 2) != 0};
    statement_done(row);
    return state >= 0;
}

static bool fill_files(struct store *store, struct arena *arena, struct message *out,
                       struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT a.id, a.file_id, coalesce(a.name, f.name, a.url, ''), coalesce(a.url, ''),"
        " coalesce(f.media_type, ''), coalesce(f.size_bytes, 0), f.chunk_count ="
        " (SELECT count(*) FROM file_chunks AS k WHERE k.tenant_id = f.tenant_id"
        " AND k.file_id = f.id) FROM message_attachments AS a LEFT JOIN files AS f"
        " ON f.id = a.file_id WHERE a.message_id = ?1 ORDER BY a.id LIMIT ?2",
        err);
    if (row == NULL)
        return false;
    int state = 0;
    out->files = arena_alloc(arena, HANGING_MAX * sizeof *out->files);
    out->file_count = 0;
    statement_bind_uuid(row, 1, &out->id);
    statement_bind_integer(row, 2, HANGING_MAX);
    while (out->file_count < HANGING_MAX && (state = statement_step(row, err)) > 0) {
        struct message_file *file = &out->files[out->file_count++];
        *file = (struct message_file){.name = arena_text(arena, statement_text(row, 2)),
                                      .url = arena_text(arena, statement_text(row, 3)),
                                      .media_type = arena_text(arena, statement_text(row, 4)),
                                      .size = statement_integer(row, 5),
                                      .is_here = statement_integer(row, 6) != 0};
        statement_uuid(row, 0, &file->id);
        statement_uuid(row, 1, &file->file);
    }
    statement_done(row);
    return state >= 0;
}

static const struct talk_thing_kind *kind_named(const char *word)
{
    for (size_t i = 0; i < talk_thing_kind_count; i++)
        if (strcmp(talk_thing_kinds[i].kind, word) == 0)
            return &talk_thing_kinds[i];
    return NULL;
}

static bool fill_things(struct store *store, struct arena *arena, struct message *out,
                        struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT kind, coalesce(order_id, product_id, appointment_id, customer_id, ticket_id,"
        " cash_session_id), is_thread FROM message_links WHERE message_id = ?1"
        " ORDER BY is_thread DESC, id LIMIT ?2",
        err);
    if (row == NULL)
        return false;
    int state = 0;
    out->things = arena_alloc(arena, HANGING_MAX * sizeof *out->things);
    out->thing_count = 0;
    statement_bind_uuid(row, 1, &out->id);
    statement_bind_integer(row, 2, HANGING_MAX);
    while (out->thing_count < HANGING_MAX && (state = statement_step(row, err)) > 0) {
        const struct talk_thing_kind *kind = kind_named(statement_text(row, 0));
        struct talk_thing thing = {.table = kind != NULL ? kind->table : NULL};
        if (kind == NULL || !statement_uuid(row, 1, &thing.id))
            continue;
        if (statement_integer(row, 2) != 0)
            out->about = thing;
        out->things[out->thing_count++] = thing;
    }
    statement_done(row);
    for (size_t i = 0; i < out->thing_count; i++)
        out->things[i].title = talk_thing_title(store, &out->things[i], arena);
    if (out->about.table != NULL)
        out->about.title = talk_thing_title(store, &out->about, arena);
    return state >= 0;
}

bool message_row_fill(struct store *store, const struct uuid *user, struct arena *arena,
                      struct message *out, struct error *err)
{
    const struct table *table = schema_table(store_schema(store), "messages");
    return (out->reaction_count == 0 || fill_reactions(store, user, arena, out, err)) &&
           (out->file_count == 0 || fill_files(store, arena, out, err)) &&
           (out->thing_count == 0 || fill_things(store, arena, out, err)) &&
           exchange_mark(store, table, &out->id, &out->mark, err);
}
