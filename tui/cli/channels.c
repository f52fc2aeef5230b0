/* `countertop channels`: what is said in the shop. */
#include "tui/cli/channels.h"

#include "model/base/instant.h"
#include "model/talk/talk_export.h"
#include "model/talk/talk_search.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/stopping.h"
#include "tui/cli/verbs.h"

#include <poll.h>
#include <string.h>

enum { TAIL_USUAL = 20, LIMIT_MOST = 10000, FOLLOW_MS = 100 };

static const char *const kind_words[] = {"public", "private", "direct"};

bool channels_which(struct cli *cli, const char *word, bool opens, struct uuid *out,
                    struct error *err)
{
    struct actor other;
    if (channel_find(cli->store, &cli->who.user_id, word, out, err))
        return true;
    if (!opens || word[0] != '@' || err->code != ERROR_NOT_FOUND)
        return false;
    return actor_find(cli->store, word + 1, &other, err) &&
           channel_direct(cli->store, &cli->who, &other.user_id, out, err);
}

static const char *number(struct cli *cli, int64_t value)
{
    return arena_format(cli->arena, "%lld", (long long)value);
}

static bool list(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "name", .label = "Channel"},
        {.name = "kind", .label = "Kind"},
        {.name = "unread", .label = "Unread", .is_right = true},
        {.name = "mentions", .label = "Mentions", .is_right = true},
        {.name = "members", .label = "Members", .is_right = true},
        {.name = "last", .label = "Last said"},
        {.name = "description", .label = "Description"},
        {.name = "id", .label = "Id", .is_whole = true},
    };
    (void)argc;
    (void)argv;
    struct channel *rows;
    struct sheet sheet;
    int count = channels_of(cli->store, &cli->who.user_id, cli_flag(cli, "archived"), cli->arena,
                            &rows, err);
    if (count < 0)
        return false;
    sheet_init(&sheet, cli, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < count; i++) {
        char last[INSTANT_TEXT_SIZE] = "", id[UUID_TEXT_SIZE];
        uuid_text(&rows[i].id, id);
        if (rows[i].last_at != 0)
            instant_format_local(rows[i].last_at, cli->env->zone, last);
        const char *mark = rows[i].kind == CHANNEL_DIRECT ? "@" : "#";
        sheet_row(&sheet,
                  (const char *const[]){arena_format(cli->arena, "%s%s", mark, rows[i].name),
                                        kind_words[rows[i].kind], number(cli, rows[i].unread),
                                        number(cli, rows[i].mentions), number(cli, rows[i].members),
                                        last, rows[i].description, id});
    }
    sheet_done(&sheet);
    return true;
}

/* A message on lines of its own. */
static bool print_message(struct cli *cli, const struct message *message, struct error *err)
{
    struct buffer text;
    buffer_init(&text);
    bool is_done =
        talk_export_message(message, cli->env->zone, cli->format == CLI_JSON, &text, err);
    for (char *line = text.text; is_done && line[0] != '\0';) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        print_line(cli, "%s", line);
        line = end != NULL ? end + 1 : line + strlen(line);
    }
    buffer_done(&text);
    return is_done;
}

/* What has a place behind the anchor, as it comes, until somebody stops it or the reader goes. */
static bool follow(struct cli *cli, struct message_ask *ask, struct error *err)
{
    bool is_done = true;
    int64_t version = -1;
    struct arena *arena = arena_new();
    stopping_begin();
    while (is_done && !stopping_is_asked() && !cli->has_lost_reader) {
        struct message *rows;
        int64_t now = store_version(cli->store);
        int count = 0;
        if (now != version) {
            arena_reset(arena);
            count = message_page(cli->store, ask, arena, &rows, err);
            is_done = count >= 0;
        }
        for (int i = 0; i < count && is_done && rows[i].place.position > 0; i++) {
            is_done = print_message(cli, &rows[i], err);
            ask->anchor = rows[i].place;
        }
        if (fflush(cli->out) != 0)
            break;
        if (count < (int)ask->limit) {
            version = now;
            poll(NULL, 0, FOLLOW_MS);
        }
    }
    stopping_end();
    arena_free(arena);
    return is_done;
}

static bool tail(struct cli *cli, int argc, char **argv, struct error *err)
{
    long long limit;
    struct message *rows;
    struct message_ask ask = {.user = cli->who.user_id, .from_end = true};
    (void)argc;
    if (!channels_which(cli, argv[1], false, &ask.channel, err) ||
        !cli_whole(cli, "limit", 0, TAIL_USUAL, &limit, err))
        return false;
    ask.limit = (size_t)(limit > LIMIT_MOST ? LIMIT_MOST : limit);
    bool follows = cli_flag(cli, "follow");
    int count = message_page(cli->store, &ask, cli->arena, &rows, err);
    bool is_done = count >= 0;
    ask.from_end = false;
    for (int i = 0; i < count && is_done; i++) {
        if (follows && rows[i].place.position == 0)
            continue; /* said once it has its place */
        is_done = print_message(cli, &rows[i], err);
        ask.anchor = rows[i].place;
    }
    ask.limit = TAIL_USUAL;
    return is_done && (!follows || follow(cli, &ask, err));
}

static bool search(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "at", .label = "Said"},
        {.name = "channel", .label = "Channel"},
        {.name = "author", .label = "By"},
        {.name = "text", .label = "Text"},
        {.name = "id", .label = "Id", .is_whole = true},
    };
    long long limit;
    struct sheet sheet;
    struct message_hit *hits;
    const char *words = "";
    for (int i = 1; i < argc; i++) {
        bool is_phrase = strchr(argv[i], ' ') != NULL && strpbrk(argv[i], "\":") == NULL;
        const char *quote = is_phrase ? "\"" : "";
        words = arena_format(cli->arena, "%s %s%s%s", words, quote, argv[i], quote);
    }
    if (!cli_whole(cli, "limit", 1, TAIL_USUAL, &limit, err))
        return false;
    int count =
        message_search(cli->store, &cli->who.user_id, words,
                       (size_t)(limit > LIMIT_MOST ? LIMIT_MOST : limit), cli->arena, &hits, err);
    if (count == 0)
        error_set(err, ERROR_NOT_FOUND, "Nobody said that, as far as this store knows");
    if (count <= 0)
        return false;
    sheet_init(&sheet, cli, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < count; i++) {
        char at[INSTANT_TEXT_SIZE], id[UUID_TEXT_SIZE];
        instant_format_local(hits[i].message.sent_at, cli->env->zone, at);
        uuid_text(&hits[i].message.id, id);
        sheet_row(&sheet, (const char *const[]){at, hits[i].channel, hits[i].message.author,
                                                hits[i].excerpt, id});
    }
    sheet_done(&sheet);
    return true;
}

static bool write_out(void *context, const char *bytes, size_t size, struct error *err)
{
    return print_bytes(context, bytes, size, err);
}

static bool export(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid channel;
    (void)argc;
    return channels_which(cli, argv[1], false, &channel, err) &&
           talk_export(cli->store, &cli->who.user_id, &channel, cli->format == CLI_JSON, write_out,
                       cli, err);
}

static bool make(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    (void)argc;
    enum channel_kind kind = cli_flag(cli, "private") ? CHANNEL_PRIVATE : CHANNEL_PUBLIC;
    bool is_done = argv[1][0] == '@' ? channels_which(cli, argv[1], true, &id, err)
                                     : channel_new(cli->store, &cli->who, argv[1],
                                                   cli_value(cli, "description"), kind, &id, err);
    if (is_done) {
        uuid_text(&id, text);
        print_line(cli, "%s", text);
    }
    return is_done;
}

static bool join(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid channel;
    (void)argc;
    return channels_which(cli, argv[1], false, &channel, err) &&
           channel_join(cli->store, &cli->who, &channel, err);
}

static bool leave(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid channel;
    (void)argc;
    return channels_which(cli, argv[1], false, &channel, err) &&
           channel_leave(cli->store, &cli->who, &channel, err);
}

static bool invite(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid channel;
    struct actor other;
    bool is_done = channels_which(cli, argv[1], false, &channel, err);
    for (int i = 2; i < argc && is_done; i++)
        is_done = actor_find(cli->store, argv[i][0] == '@' ? argv[i] + 1 : argv[i], &other, err) &&
                  channel_invite(cli->store, &cli->who, &channel, &other.user_id, err);
    return is_done;
}

static bool members(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "name", .label = "Name"},
        {.name = "username", .label = "Username"},
        {.name = "role", .label = "Role"},
        {.name = "read", .label = "Read to", .is_right = true},
    };
    struct uuid channel;
    struct sheet sheet;
    struct channel_member *rows;
    (void)argc;
    if (!channels_which(cli, argv[1], false, &channel, err))
        return false;
    int count = channel_members(cli->store, &cli->who.user_id, &channel, cli->arena, &rows, err);
    if (count < 0)
        return false;
    sheet_init(&sheet, cli, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < count; i++)
        sheet_row(&sheet, (const char *const[]){rows[i].name, rows[i].username,
                                                rows[i].is_owner ? "owner" : "member",
                                                number(cli, rows[i].last_read)});
    sheet_done(&sheet);
    return true;
}

static const struct cli_option options[] = {
    {"limit", "N", "how many at most, 20 if not given"},
    {"follow", NULL, "go on with what is said from now on, until Ctrl-C"},
    {"archived", NULL, "those that were archived, too"},
    {"private", NULL, "for those alone who are brought into it"},
    {"description", "TEXT", "what it is for"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "those that you see, with what is new in them", "archived", CLI_READS, 0, 0, list},
    {"tail", "CHANNEL", "what was said last", "limit follow", CLI_READS, 1, 1, tail},
    {"search", "WORDS...", "what was said with these words, as in: delivery from:anna in:#paint",
     "limit", CLI_READS, 1, -1, search},
    {"export", "CHANNEL", "all of it, as text or with --json", NULL, CLI_READS, 1, 1, export},
    {"new", "NAME", "open one; @anna for one with her alone", "private description", CLI_WRITES, 1,
     1, make},
    {"join", "CHANNEL", "become a member of a public one", NULL, CLI_WRITES, 1, 1, join},
    {"leave", "CHANNEL", "be no member of it any more", NULL, CLI_WRITES, 1, 1, leave},
    {"invite", "CHANNEL NAME...", "bring people into it", NULL, CLI_WRITES, 2, -1, invite},
    {"members", "CHANNEL", "who is in it", NULL, CLI_READS, 1, 1, members},
    {.name = NULL},
};

const struct cli_verb cli_verb_channels = {
    .name = "channels",
    .summary = "list, read, search and export what is said in the shop",
    .details = "A CHANNEL is '#paint', its name, @anna for the one with her alone, or an id. "
               "Search knows\nfrom:NAME in:#CHANNEL has:file has:link before:, after: and on: a "
               "day.",
    .options = options,
    .actions = actions,
};
