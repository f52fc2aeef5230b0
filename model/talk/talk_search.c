#include "model/talk/talk_search.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/list/filter_dates.h"
#include "model/talk/message_row.h"
#include "model/talk/talk_parts.h"

#include <ctype.h>
#include <string.h>

enum { EXCERPT_BEFORE = 40, EXCERPT_SIZE = 160 };

struct search {
    struct store *store;
    const struct uuid *user;
    struct arena *arena;
    struct error *err;
    struct buffer whole, begun; /* for the index: by whole words, and by their beginnings */
    const char *first;          /* the first word, folded; NULL: none */
    int64_t from, until;
};

static void add_to(struct buffer *match, const char *word, const char *end)
{
    buffer_add(match, match->size > 0 ? " \"" : "\"");
    for (const char *c = word; *c != '\0'; c++)
        buffer_add(match, *c == '"' ? "\"\"" : (char[]){*c, '\0'});
    buffer_add(match, end);
}

static void add_match(struct search *search, const char *word, bool is_whole)
{
    add_to(&search->whole, word, "\"");
    add_to(&search->begun, word, is_whole ? "\"" : "\"*");
}

/* The words that the index has of an id (migrations/0047_talk.sql). */
static void add_id(struct search *search, const char *mark, const struct uuid *id)
{
    struct buffer word;
    buffer_init(&word);
    buffer_add(&word, mark);
    for (size_t i = 0; i < sizeof id->bytes; i++)
        buffer_format(&word, "%02x", id->bytes[i]);
    add_match(search, word.text, true);
    buffer_done(&word);
}

static bool take_from(struct search *search, const char *name)
{
    struct uuid id = *search->user;
    int found =
        strcmp(name, "me") == 0
            ? 1
            : talk_person_find(search->store, name[0] == '@' ? name + 1 : name, &id, search->err);
    if (found == 1)
        add_id(search, "ƿu", &id);
    else if (found == 0)
        error_set(search->err, ERROR_INPUT, "from:%.40s is nobody who works here", name);
    else if (found > 1)
        error_set(search->err, ERROR_INPUT, "from:%.40s are several; write the username", name);
    return found == 1;
}

static bool take_in(struct search *search, const char *name)
{
    struct uuid id;
    if (!channel_find(search->store, search->user, name, &id, search->err)) {
        search->err->code = ERROR_INPUT;
        return false;
    }
    add_id(search, "ƿc", &id);
    return true;
}

static bool take_has(struct search *search, const char *what)
{
    if (strcmp(what, "file") == 0) {
        add_match(search, "ƿfile", true);
        return true;
    }
    if (strcmp(what, "link") == 0) {
        add_match(search, "http", false);
        return true;
    }
    return error_set(search->err, ERROR_INPUT, "has:%.40s is not known; has:file or has:link",
                     what);
}

static int64_t midnight(const struct search *search, int64_t day)
{
    int64_t instant = 0;
    const struct clock_time time = {.date = date_from_number(day)};
    return instant_from_local(&time, store_env(search->store)->zone, &instant) ? instant : 0;
}

/* before:, after: and on: a day or a span of days. */
static bool take_date(struct search *search, char which, const char *word)
{
    struct day_span span;
    struct clock_time now;
    const struct env *env = store_env(search->store);
    if (!instant_to_local(env_now(env), env->zone, &now) ||
        !day_span_parse(word, date_number(now.date), &span))
        return error_set(search->err, ERROR_INPUT,
                         "\"%.40s\" is no day; write 2026-11-20, 2026-11, today or last-week",
                         word);
    if (which == 'b' || which == 'o')
        search->until = midnight(search, which == 'b' ? span.first : span.last + 1);
    if (which == 'a' || which == 'o')
        search->from = midnight(search, which == 'a' ? span.last + 1 : span.first);
    return true;
}

static bool take_word(struct search *search, const char *word, bool is_whole)
{
    const char *colon = is_whole ? NULL : strchr(word, ':');
    size_t size = colon != NULL ? (size_t)(colon - word) : 0;
    if (size > 0 && colon[1] != '\0') {
        const char *key = arena_bytes(search->arena, word, size);
        if (strcmp(key, "from") == 0)
            return take_from(search, colon + 1);
        if (strcmp(key, "in") == 0)
            return take_in(search, colon + 1);
        if (strcmp(key, "has") == 0)
            return take_has(search, colon + 1);
        if (strcmp(key, "before") == 0 || strcmp(key, "after") == 0 || strcmp(key, "on") == 0)
            return take_date(search, key[0], colon + 1);
    }
    const char *folded = text_fold(word, search->arena);
    bool has_letters = false;
    for (const char *c = folded; *c != '\0'; c++)
        has_letters |= isalnum((unsigned char)*c) || (unsigned char)*c >= 0x80;
    if (!has_letters)
        return true;
    if (search->first == NULL)
        search->first = folded;
    add_match(search, folded, is_whole);
    return true;
}

/* Words, and "several of them as one". */
static bool take_words(struct search *search, const char *words)
{
    while (*(words += strspn(words, " \t\n")) != '\0') {
        bool is_quoted = *words == '"';
        words += is_quoted;
        size_t size = strcspn(words, is_quoted ? "\"" : " \t\n");
        if (!take_word(search, arena_bytes(search->arena, words, size), is_quoted))
            return false;
        words += size + (is_quoted && words[size] == '"');
    }
    return search->whole.size > 0 ||
           error_set(search->err, ERROR_INPUT,
                     "Write a word to look for, or from:NAME, in:#CHANNEL or has:file");
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Where the first word begins in the text that was said; its size, or 0. */
static size_t find_mark(const char *text, const char *first, struct arena *arena, size_t *at)
{
    size_t wanted = strcspn(first, " -_./");
    for (size_t i = 0; text[i] != '\0';) {
        size_t size = 0;
        while (is_letter(text[i + size]))
            size++;
        const char *word = size > 0 ? text_fold(arena_bytes(arena, text + i, size), arena) : "";
        if (wanted > 0 && strncmp(word, first, wanted) == 0) {
            *at = i;
            return size;
        }
        i += size > 0 ? size : 1;
    }
    return 0;
}

/* One line around it; whole characters. */
static void make_excerpt(const struct search *search, struct message_hit *hit)
{
    const char *text = hit->message.content;
    size_t at = 0;
    hit->mark_size = search->first != NULL ? find_mark(text, search->first, search->arena, &at) : 0;
    size_t start = at > EXCERPT_BEFORE ? at - EXCERPT_BEFORE : 0;
    while (start > 0 && ((unsigned char)text[start] & 0xC0U) == 0x80U)
        start--;
    const char *lead = start > 0 ? "…" : "";
    char piece[EXCERPT_SIZE];
    text_copy(piece, sizeof piece, text + start);
    char *line = arena_format(search->arena, "%s%s", lead, piece);
    for (char *c = line; *c != '\0'; c++)
        if (*c == '\n' || *c == '\t' || *c == '\r')
            *c = ' ';
    hit->excerpt = line;
    hit->mark = strlen(lead) + at - start;
    if (hit->mark + hit->mark_size > strlen(line))
        hit->mark = hit->mark_size = 0;
}

static int fetch(struct search *search, const struct buffer *match, size_t limit,
                 struct message_hit *out)
{
    /* From the index to the rows, never the other way round. */
    const char *sql = arena_format(
        search->arena,
        "SELECT d.row_id FROM message_search CROSS JOIN message_search_docs AS d"
        " ON d.doc = message_search.rowid CROSS JOIN messages AS m ON m.id = d.row_id"
        " CROSS JOIN channels AS c ON c.id = m.channel_id WHERE message_search MATCH ?2"
        " AND m.sent_at >= ?3 AND m.sent_at < ?4 AND c.deleted_at IS NULL AND %s"
        " ORDER BY message_search.rowid DESC LIMIT ?5",
        TALK_SEES);
    struct statement *row = store_prepare(search->store, sql, search->err);
    if (row == NULL)
        return -1;
    int count = 0, state = 0;
    statement_bind_uuid(row, 1, search->user);
    statement_bind_text(row, 2, match->text);
    statement_bind_integer(row, 3, search->from);
    statement_bind_integer(row, 4, search->until);
    statement_bind_integer(row, 5, (int64_t)limit);
    while (count < (int)limit && (state = statement_step(row, search->err)) > 0)
        statement_uuid(row, 0, &out[count++].message.id);
    statement_done(row);
    return state < 0 ? -1 : count;
}

static bool fill(struct search *search, struct message_hit *hit)
{
    struct uuid id = hit->message.id;
    if (!message_load(search->store, search->user, &id, search->arena, &hit->message, search->err))
        return false;
    struct statement *row = store_prepare(
        search->store,
        "SELECT CASE c.channel_type WHEN 'direct' THEN coalesce((SELECT group_concat("
        "o.display_name, ', ') FROM channel_members AS n JOIN users AS o ON o.id = n.user_id"
        " WHERE n.channel_id = c.id AND n.user_id <> ?1), c.name) ELSE c.name END"
        " FROM channels AS c WHERE c.id = ?2",
        search->err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, search->user);
    statement_bind_uuid(row, 2, &hit->message.channel_id);
    int found = statement_step(row, search->err);
    hit->channel = found > 0 ? arena_text(search->arena, statement_text(row, 0)) : "";
    statement_done(row);
    make_excerpt(search, hit);
    return found >= 0;
}

int message_search(struct store *store, const struct uuid *user, const char *words, size_t limit,
                   struct arena *arena, struct message_hit **out, struct error *err)
{
    struct error unused = {0};
    struct search search = {.store = store,
                            .user = user,
                            .arena = arena,
                            .err = err != NULL ? err : &unused,
                            .from = INT64_MIN,
                            .until = INT64_MAX};
    int count = -1;
    buffer_init(&search.whole);
    buffer_init(&search.begun);
    *out = arena_alloc(arena, sizeof **out * (limit + 1));
    if (!text_is_utf8(words, strlen(words)))
        error_set(err, ERROR_INPUT, "These words are not readable text");
    else if (take_words(&search, words))
        count = fetch(&search, &search.whole, limit, *out);
    /* The index reads whole words from the newest on, but all that begins so before the first. */
    if (count >= 0 && count < (int)limit)
        count = fetch(&search, &search.begun, limit, *out);
    for (int i = 0; i < count; i++)
        if (!fill(&search, &(*out)[i]))
            count = -1;
    buffer_done(&search.whole);
    buffer_done(&search.begun);
    return count;
}
