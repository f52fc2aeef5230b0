#include "tui/cli/complete.h"

#include "model/shop/order.h"
#include "tui/cli/list.h"

#include <string.h>

enum { CANDIDATES = 200 };

/* A command line taken apart like a shell does, up to the cursor. */
struct line {
    struct cli *cli;
    char **words; /* without their quotes; the last one is being typed */
    size_t count;
    bool is_quoted;                  /* within quotes, which bash takes as one word */
    const char *typed;               /* the part of the last word that is being completed */
    size_t kept;                     /* bytes of the last word before that part */
    const struct cli_option *option; /* whose value is being typed, or NULL */
    int place;                       /* which of the action's words is being typed */
    bool is_unknown;                 /* there is no such verb */
};

static void split(struct line *line, const char *text)
{
    struct arena *arena = line->cli->arena;
    char quote = '\0', *word = arena_alloc(arena, strlen(text) + 1), *to = word;
    line->words = arena_alloc(arena, (strlen(text) + 2) * sizeof *line->words);
    for (; *text != '\0'; text++) {
        if (quote != '\0' ? *text == quote : *text == '"' || *text == '\'') {
            quote = quote != '\0' ? '\0' : *text;
        } else if (*text == '\\' && quote != '\'' && text[1] != '\0') {
            *to++ = *++text;
        } else if (*text == ' ' && quote == '\0') {
            *to = '\0';
            if (to > word)
                line->words[line->count++] = arena_text(arena, word);
            to = word;
        } else {
            *to++ = *text;
        }
    }
    *to = '\0';
    line->words[line->count++] = arena_text(arena, word);
    line->is_quoted = quote != '\0';
}

/* Offers a word that begins like what is typed. */
static void offer(const struct line *line, const char *before, const char *text, const char *behind)
{
    const char *word = line->words[line->count - 1];
    if (strncmp(text, line->typed, strlen(line->typed)) != 0)
        return;
    const char *whole =
        arena_format(line->cli->arena, "%.*s%s%s%s", (int)line->kept, word, before, text, behind);
    size_t cut = 0;
    for (size_t i = 0; !line->is_quoted && word[i] != '\0'; i++)
        if (word[i] == ':' || word[i] == '=')
            cut = i + 1;
    fprintf(line->cli->out, "%s\n", whole + cut);
}

static void offer_all(const struct line *line, const char *const *words)
{
    for (; words != NULL && *words != NULL; words++)
        offer(line, "", *words, "");
}

static void offer_options(struct line *line, const struct cli_option *options)
{
    const struct cli_action *action = line->cli->action;
    line->typed = line->words[line->count - 1] + strnlen(line->words[line->count - 1], 2);
    line->kept = 0;
    for (; options != NULL && options->name != NULL; options++)
        if (action == NULL || options == cli_common_options || cli_action_takes(action, options))
            offer(line, "--", options->name, "");
}

static void offer_verbs(struct line *line)
{
    for (size_t i = 0; cli_verbs[i] != NULL; i++)
        offer(line, "", cli_verbs[i]->name, "");
}

static void offer_actions(const struct line *line, const struct cli_verb *verb)
{
    for (const struct cli_action *a = verb->actions; a->name != NULL; a++)
        if (a->name[0] != '\0')
            offer(line, "", a->name, "");
}

static bool has_store(struct cli *cli)
{
    if (cli->store == NULL)
        cli->store = store_open(cli->store_path, STORE_READ, cli->env, NULL);
    return cli->store != NULL;
}

static void offer_tables(struct line *line)
{
    if (!has_store(line->cli))
        return;
    const struct schema *schema = store_schema(line->cli->store);
    for (size_t i = 0; i < schema->table_count; i++)
        offer(line, "", schema->tables[i].name, "");
}

static const struct query_source *source_of(const struct line *line)
{
    struct cli *cli = line->cli;
    if (cli->verb->source == NULL && (cli->table == NULL || !has_store(cli)))
        return NULL;
    return list_source(cli, NULL);
}

static void offer_filter(struct line *line)
{
    struct completion found[CANDIDATES];
    const struct query_source *source = source_of(line);
    if (source == NULL)
        return;
    const char *text = line->typed;
    size_t count = filter_complete(source, text, strlen(text), line->cli->arena, found, CANDIDATES);
    for (size_t i = 0; i < count; i++) {
        size_t before = line->kept;
        line->kept += found[i].start;
        line->typed = text + found[i].start;
        offer(line, "", found[i].text, "");
        line->kept = before;
    }
}

/* Behind the last comma, and behind the minus of a sort. */
static void offer_fields(struct line *line)
{
    const struct query_source *source = source_of(line);
    const char *last = strrchr(line->typed, ',');
    size_t passed = last != NULL ? (size_t)(last + 1 - line->typed) : line->typed[0] == '-';
    line->typed += passed;
    line->kept += passed;
    for (size_t i = 0; source != NULL && i < source->field_count; i++)
        offer(line, "", source->fields[i].name, "");
}

/* FIELD=VALUE: columns, then the words that one takes. */
static void offer_columns(struct line *line)
{
    struct cli *cli = line->cli;
    if (cli->table == NULL || !has_store(cli))
        return;
    const struct table *table = schema_table(store_schema(cli->store), cli->table);
    size_t size = strcspn(line->typed, "=");
    if (table == NULL)
        return;
    if (line->typed[size] == '\0') {
        for (size_t i = 0; i < table->column_count; i++)
            if (!table->columns[i].is_system)
                offer(line, "", table->columns[i].name, "=");
        return;
    }
    const struct column *column = table_column(table, arena_bytes(cli->arena, line->typed, size));
    line->typed += size + 1;
    line->kept += size + 1;
    if (column != NULL)
        offer_all(line, column->choices);
}

static void offer_statuses(struct line *line)
{
    offer_all(line, query_field(&order_source, "status")->choices);
}

/* Of the verb that stands before. */
static void offer_actions_word(struct line *line)
{
    const struct cli_verb *verb = cli_verb_find(line->words[line->count - 2]);
    if (verb != NULL)
        offer_actions(line, verb);
}

/* By what stands for a word or value in the tables. */
static const struct {
    const char *name;
    void (*offer)(struct line *line);
} kinds[] = {
    {"FILTER", offer_filter},       {"FIELD", offer_fields},        {"FIELDS", offer_fields},
    {"FIELD=VALUE", offer_columns}, {"STATUS", offer_statuses},     {"TABLE", offer_tables},
    {"VERB", offer_verbs},          {"ACTION", offer_actions_word},
};

static void offer_kind(struct line *line, const char *kind, size_t size)
{
    const char *text = arena_bytes(line->cli->arena, kind, size);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, text) == 0)
            kinds[i].offer(line);
}

/* "NUMBER... STATUS": the word at the place, and those behind one that may be repeated. */
static void offer_words(struct line *line)
{
    const char *words = line->cli->action->words;
    bool is_repeated = false;
    for (int place = 0; *words != '\0'; place++) {
        words += strspn(words, "[ ");
        size_t size = strcspn(words, " .[]");
        if (place == line->place || (is_repeated && place < line->place))
            offer_kind(line, words, size);
        is_repeated = is_repeated || strncmp(words + size, "...", 3) == 0;
        if (is_repeated && words[size + strspn(words + size, ".[]")] == '\0' && place < line->place)
            offer_kind(line, words, size);
        words += size + strspn(words + size, ".[] ");
    }
}

static const struct cli_option *find_option(const struct cli *cli, const char *word)
{
    const struct cli_option *tables[] = {cli_common_options,
                                         cli->verb != NULL ? cli->verb->options : NULL};
    size_t size = strcspn(word + 2, "=");
    for (size_t i = 0; i < 2; i++)
        for (const struct cli_option *o = tables[i]; o != NULL && o->name != NULL; o++)
            if (strlen(o->name) == size && strncmp(o->name, word + 2, size) == 0)
                return o;
    return NULL;
}

/* What the words before the last one say. */
static void read_words(struct line *line)
{
    struct cli *cli = line->cli;
    for (size_t i = 1; i + 1 < line->count; i++) {
        char *word = line->words[i];
        line->option = NULL;
        if (strncmp(word, "--", 2) == 0) {
            const struct cli_option *option = find_option(cli, word);
            bool has_value = option != NULL && option->value != NULL && strchr(word, '=') == NULL;
            if (has_value && i + 2 == line->count)
                line->option = option;
            else if (has_value && strcmp(option->name, "store") == 0)
                cli->store_path = line->words[i + 1];
            i += has_value;
        } else if (cli->verb == NULL) {
            cli->verb = cli_verb_find(word);
            cli->table = cli->verb != NULL ? cli->verb->table : NULL;
            line->is_unknown = cli->verb == NULL;
            if (line->is_unknown)
                return;
        } else if (cli->verb->takes_table && cli->table == NULL) {
            cli->table = word;
        } else if (cli->action == NULL &&
                   (cli->action = cli_action_find(cli->verb, word)) != NULL) {
            line->place = 0;
        } else {
            line->place++;
        }
    }
    if (cli->verb != NULL && cli->action == NULL && !cli->verb->takes_table)
        cli->action = cli_action_find(cli->verb, "");
}

static void offer_word(struct line *line)
{
    struct cli *cli = line->cli;
    if (cli->verb == NULL) {
        offer_verbs(line);
    } else if (cli->verb->takes_table && cli->table == NULL) {
        offer_tables(line);
    } else if (cli->action != NULL) {
        offer_words(line);
    } else if (line->place == 0) {
        offer_actions(line, cli->verb);
    }
}

void complete_print(struct cli *cli, const char *text)
{
    const struct cli asked = *cli;
    struct line line = {.cli = cli};
    cli->verb = NULL;
    cli->action = NULL;
    cli->table = NULL;
    cli->given_count = 0;
    split(&line, text);
    read_words(&line);
    char *word = line.words[line.count - 1];
    line.typed = word;
    if (line.option == NULL && strncmp(word, "--", 2) == 0 && strchr(word, '=') != NULL) {
        line.option = find_option(cli, word);
        line.kept = strcspn(word, "=") + 1;
        line.typed = word + line.kept;
    }
    if (line.option != NULL && line.option->value != NULL) {
        offer_kind(&line, line.option->value, strlen(line.option->value));
    } else if (word[0] == '-' && line.count > 1) {
        offer_options(&line, cli->verb != NULL ? cli->verb->options : NULL);
        offer_options(&line, cli_common_options);
    } else if (line.count > 1 && !line.is_unknown) {
        offer_word(&line);
    }
    store_close(cli->store);
    *cli = asked;
}

void complete_script(FILE *out)
{
    fputs("# bash completion for countertop: the program itself says what fits.\n"
          "_countertop() {\n"
          "    mapfile -t COMPREPLY < <(\"${COMP_WORDS[0]}\" help --complete \\\n"
          "        \"${COMP_LINE:0:COMP_POINT}\" 2>/dev/null)\n"
          "    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=] ]] &&\n"
          "        compopt -o nospace 2>/dev/null\n"
          "    return 0\n"
          "}\n"
          "complete -o default -F _countertop countertop\n",
          out);
}
