/* `countertop say`: a message into a channel. */
#include "model/talk/talk_file.h"
#include "tui/cli/channels.h"
#include "tui/cli/print.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

#include <string.h>

enum { FILES_MAX = 16 };

static bool find_thread(struct cli *cli, struct message_draft *draft, struct error *err)
{
    const char *word = cli_value(cli, "thread");
    const struct table *table = schema_table(store_schema(cli->store), "messages");
    return word == NULL || which_row(cli, table, word, &draft->thread, err);
}

/* Files of this machine, and addresses of larger ones. */
static bool add_files(struct cli *cli, struct message_draft *draft, struct error *err)
{
    struct uuid *files = arena_alloc(cli->arena, FILES_MAX * sizeof *files);
    const char **urls = arena_alloc(cli->arena, FILES_MAX * sizeof *urls), *given;
    size_t at = 0;
    while ((given = cli_next(cli, "file", &at)) != NULL) {
        bool is_url = strncmp(given, "http://", 7) == 0 || strncmp(given, "https://", 8) == 0;
        if (draft->file_count + draft->url_count == FILES_MAX)
            return error_set(err, ERROR_INPUT, "At most %d files go with a message",
                             (int)FILES_MAX);
        if (is_url)
            urls[draft->url_count++] = given;
        else if (!talk_file_add(cli->store, &cli->who, &draft->channel, given,
                                &files[draft->file_count++], err))
            return false;
    }
    draft->files = files;
    draft->urls = urls;
    return true;
}

static bool say(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    const char *content = "";
    struct message_draft draft = {.content = ""};
    for (int i = 2; i < argc; i++)
        content = arena_format(cli->arena, "%s%s%s", content, i > 2 ? " " : "", argv[i]);
    draft.content = content;
    if (!channels_which(cli, argv[1], true, &draft.channel, err) ||
        !find_thread(cli, &draft, err) || !add_files(cli, &draft, err) ||
        !message_say(cli->store, &cli->who, &draft, &id, err))
        return false;
    uuid_text(&id, text);
    print_line(cli, "%s", text);
    return true;
}

static const struct cli_option options[] = {
    {"thread", "MESSAGE", "an answer to this message: its id, or the first eight digits of it"},
    {"file", "FILE", "sent with it, or the address of a larger one; may be given several times"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "CHANNEL [TEXT...]", "say it: '#paint', or @anna for her alone", "thread file", CLI_WRITES,
     1, -1, say},
    {.name = NULL},
};

const struct cli_verb cli_verb_say = {
    .name = "say",
    .summary = "write a message into a channel, or to a person",
    .details = "Names behind @ are told of it; #R2-000123 and the like become links.",
    .options = options,
    .actions = actions,
};
