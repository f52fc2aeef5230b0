/* `countertop todo` and `countertop notices`: what a person means to do, and is told. */
#include "model/people/todo.h"
#include "model/people/notification.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

static const char *own(struct cli *cli)
{
    char person[UUID_TEXT_SIZE];
    uuid_text(&cli->who.user_id, person);
    return arena_format(cli->arena, "person:%s", person);
}

static const char *join_words(struct cli *cli, int count, char **words)
{
    const char *text = words[0];
    for (int i = 1; i < count; i++)
        text = arena_format(cli->arena, "%s %s", text, words[i]);
    return text;
}

static bool add(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    if (!todo_add(cli->store, &cli->who, join_words(cli, argc - 1, argv + 1), &id, err))
        return false;
    uuid_text(&id, text);
    print_line(cli, "%s", text);
    return true;
}

typedef bool change(struct cli *cli, const struct uuid *id, struct error *err);

/* One after the other, each an operation of its own. */
static bool each(struct cli *cli, int count, char **words, change *do_one, struct error *err)
{
    struct uuid *ids;
    size_t found;
    const struct table *table = list_table(cli, err);
    bool is_done = table != NULL && which_rows(cli, table, count, words, &ids, &found, err);
    for (size_t i = 0; is_done && i < found; i++)
        is_done = do_one(cli, &ids[i], err);
    return is_done;
}

static bool do_one(struct cli *cli, const struct uuid *id, struct error *err)
{
    return todo_set_done(cli->store, &cli->who, id, true, err);
}

static bool reopen_one(struct cli *cli, const struct uuid *id, struct error *err)
{
    return todo_set_done(cli->store, &cli->who, id, false, err);
}

static bool delete_one(struct cli *cli, const struct uuid *id, struct error *err)
{
    return todo_delete(cli->store, &cli->who, id, err);
}

static bool read_one(struct cli *cli, const struct uuid *id, struct error *err)
{
    return notices_set_read(cli->store, &cli->who, id, 1, true, err);
}

static bool done(struct cli *cli, int argc, char **argv, struct error *err)
{
    return each(cli, argc - 1, argv + 1, do_one, err);
}

static bool reopen(struct cli *cli, int argc, char **argv, struct error *err)
{
    return each(cli, argc - 1, argv + 1, reopen_one, err);
}

static bool delete_rows(struct cli *cli, int argc, char **argv, struct error *err)
{
    return each(cli, argc - 1, argv + 1, delete_one, err);
}

static bool snooze(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    const struct table *table = list_table(cli, err);
    return table != NULL && which_row(cli, table, argv[1], &id, err) &&
           todo_snooze(cli->store, &cli->who, &id, join_words(cli, argc - 2, argv + 2), err);
}

static bool read_notices(struct cli *cli, int argc, char **argv, struct error *err)
{
    int count;
    return argc > 1 ? each(cli, argc - 1, argv + 1, read_one, err)
                    : notices_read_all(cli->store, &cli->who, &count, err);
}

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action todo_actions[] = {
    {"list", "", "what you mean to do, the most urgent first", LIST_TAKES, CLI_READS, 0, 0,
     list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"add", "TASK... [@WHEN]", "write one down, as in: add call the bank @tomorrow 14:00", NULL,
     CLI_WRITES, 1, -1, add},
    {"done", "TASK...", "say that they are done", NULL, CLI_WRITES, 1, -1, done},
    {"reopen", "TASK...", "say that they are to do again", NULL, CLI_WRITES, 1, -1, reopen},
    {"snooze", "TASK WHEN...", "put one off: tomorrow 14:00, fri, next week, 2h; none", NULL,
     CLI_WRITES, 2, -1, snooze},
    {"delete", "TASK...", "take them off the list", NULL, CLI_WRITES, 1, -1, delete_rows},
    {.name = NULL},
};

const struct cli_verb cli_verb_todo = {
    .name = "todo",
    .summary = "list, add and tick off what you mean to do",
    .details = "A TASK is its id, the first eight digits of it, or its words. --filter state:open "
               "leaves out\nwhat is done.",
    .options = options,
    .actions = todo_actions,
    .table = "todos",
    .source = &todo_source,
    .fields = "task due state id",
    .base = own,
};

static const struct cli_action notice_actions[] = {
    {"list", "", "what the shop told you, the newest first", LIST_TAKES, CLI_READS, 0, 0, list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"read", "[NOTICE...]", "mark them, or all, as read", NULL, CLI_WRITES, 0, -1, read_notices},
    {.name = NULL},
};

const struct cli_verb cli_verb_notices = {
    .name = "notices",
    .summary = "list what the shop tells you",
    .details = "A NOTICE is its id, or the first eight digits of it. --filter state:new leaves "
               "out what was\nread.",
    .options = options,
    .actions = notice_actions,
    .table = "notifications",
    .source = &notice_source,
    .fields = "title time state body id",
    .base = own,
};
