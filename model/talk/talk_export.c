#include "model/talk/talk_export.h"

#include "model/base/instant.h"

#include <jansson.h>
#include <stdlib.h>

enum { PAGE = 200 };

static json_t *json_instant(int64_t instant)
{
    char text[INSTANT_TEXT_SIZE];
    instant_format(instant, text);
    return instant != 0 ? json_string(text) : json_null();
}

static json_t *json_id(const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    return uuid_is_zero(id) ? json_null() : json_string(text);
}

static json_t *json_files(const struct message *message)
{
    json_t *files = json_array();
    for (size_t i = 0; i < message->file_count; i++) {
        const struct message_file *file = &message->files[i];
        json_array_append_new(files, json_pack("{s:s, s:s, s:I, s:o}", "name", file->name, "url",
                                               file->url, "size", (json_int_t)file->size, "file",
                                               json_id(&file->file)));
    }
    return files;
}

static json_t *json_things(const struct message *message)
{
    json_t *things = json_array();
    for (size_t i = 0; i < message->thing_count; i++)
        json_array_append_new(
            things, json_pack("{s:s, s:o, s:s}", "table", message->things[i].table, "id",
                              json_id(&message->things[i].id), "title", message->things[i].title));
    return things;
}

static json_t *json_reactions(const struct message *message)
{
    json_t *reactions = json_object();
    for (size_t i = 0; i < message->reaction_count; i++)
        json_object_set_new(reactions, message->reactions[i].emoji,
                            json_integer(message->reactions[i].count));
    return reactions;
}

static bool add_json(const struct message *message, struct buffer *out, struct error *err)
{
    static const char *const kinds[] = {"text", "file", "system"};
    json_t *row = json_pack(
        "{s:o, s:I, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o}", "id",
        json_id(&message->id), "position", (json_int_t)message->place.position, "at",
        json_instant(message->sent_at), "author", message->author, "kind", kinds[message->kind],
        "content", message->content, "thread", json_id(&message->thread), "edited_at",
        json_instant(message->edited_at), "deleted_at", json_instant(message->deleted_at),
        "deleted_by", message->deleted_by, "files", json_files(message), "links",
        json_things(message), "reactions", json_reactions(message));
    char *text = row != NULL ? json_dumps(row, JSON_COMPACT) : NULL;
    json_decref(row);
    if (text == NULL)
        return error_set(err, ERROR_STORE, "A message is not readable text; run countertop doctor");
    buffer_add(out, text);
    free(text);
    return true;
}

/* A name, which can begin no line of its own. */
static void add_name(struct buffer *out, const char *before, const char *name, const char *behind)
{
    buffer_add(out, before);
    for (const char *c = name; *c != '\0'; c++)
        buffer_add_char(out, (unsigned char)*c < ' ' ? ' ' : *c);
    buffer_add(out, behind);
}

static void add_text(const struct message *message, const char *zone, struct buffer *out)
{
    char at[INSTANT_TEXT_SIZE];
    instant_format_local(message->sent_at, zone, at);
    buffer_format(out, "%s  %s", at, message->place.position == 0 ? "(not sent) " : "");
    add_name(out, "", message->kind == MESSAGE_SYSTEM ? "*" : message->author, ": ");
    if (message->deleted_at != 0)
        add_name(out, "(deleted", message->deleted_by[0] != '\0' ? " by " : "", "");
    if (message->deleted_at != 0)
        add_name(out, "", message->deleted_by, ")");
    for (const char *c = message->content; *c != '\0'; c++) {
        buffer_add_char(out, *c);
        if (*c == '\n')
            buffer_add(out, "    ");
    }
    for (size_t i = 0; i < message->file_count; i++) {
        const struct message_file *file = &message->files[i];
        add_name(out, " [", file->url[0] != '\0' ? file->url : file->name, "]");
    }
    buffer_add(out, message->edited_at != 0 && message->deleted_at == 0 ? " (edited)\n" : "\n");
}

bool talk_export_message(const struct message *message, const char *zone, bool is_json,
                         struct buffer *out, struct error *err)
{
    if (is_json)
        return add_json(message, out, err);
    add_text(message, zone, out);
    return true;
}

/* A page as text; JSON rows stand behind commas. */
static bool write_page(struct store *store, const struct message *rows, int count, bool is_first,
                       bool is_json, struct buffer *out, struct error *err)
{
    bool is_done = true;
    buffer_clear(out);
    for (int i = 0; i < count && is_done; i++) {
        if (is_json)
            buffer_add(out, is_first && i == 0 ? "\n" : ",\n");
        is_done = talk_export_message(&rows[i], store_env(store)->zone, is_json, out, err);
    }
    return is_done;
}

bool talk_export(struct store *store, const struct uuid *user, const struct uuid *channel,
                 bool is_json, talk_export_write *write, void *context, struct error *err)
{
    struct message *rows;
    struct buffer out;
    struct arena *arena = arena_new();
    struct message_ask ask = {.user = *user, .channel = *channel, .limit = PAGE};
    bool is_done = !is_json || write(context, "[", 1, err), is_first = true;
    int count = PAGE;
    buffer_init(&out);
    while (is_done && count == PAGE) {
        arena_reset(arena);
        count = message_page(store, &ask, arena, &rows, err);
        is_done = count >= 0 && write_page(store, rows, count, is_first, is_json, &out, err) &&
                  (out.size == 0 || write(context, out.text, out.size, err));
        if (count > 0)
            ask.anchor = rows[count - 1].place;
        is_first = false;
    }
    is_done = is_done && (!is_json || write(context, "\n]\n", 3, err));
    buffer_done(&out);
    arena_free(arena);
    return is_done;
}
