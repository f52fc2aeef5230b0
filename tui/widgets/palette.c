#include "tui/widgets/palette.h"

#include "model/base/text.h"
#include "tui/widgets/fuzzy.h"
#include "tui/widgets/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words that people use for the same thing. */
static const char *const synonyms[][6] = {
    {"quit", "exit", "close", "leave", "end"},
    {"delete", "remove", "erase", "drop", "trash"},
    {"new", "create", "add", "insert", "make"},
    {"edit", "change", "modify", "set", "update"},
    {"filter", "search", "find", "query", "where"},
    {"export", "save", "download", "csv", "write"},
    {"help", "manual", "keys", "shortcuts", "docs"},
    {"undo", "revert", "back", "restore"},
    {"explain", "why", "how", "reason"},
    {"copy", "clipboard", "yank"},
    {"theme", "colours", "colors", "dark", "light"},
    {"messages", "log", "errors", "notices"},
    {"lock", "logout", "switch"},
    {"redraw", "refresh", "repaint", "reload"},
    {"go", "open", "jump", "show", "screen"},
};

enum {
    SYNONYM_GROUPS = sizeof synonyms / sizeof synonyms[0],
    WORDS_MOST = 6,
    SYNONYM_LEAST = 2 /* letters of a word that is not typed to its end */
};

struct palette {
    struct arena *arena;
    struct app_choice *choices;
    struct searched {
        const char *name, *help; /* folded */
    } * searched;
    size_t count;
};

enum { WEIGHT_NAME = 3, WEIGHT_HELP = 1, WEIGHT_SYNONYM = 1 };

static int score_in(const struct searched *searched, const char *word)
{
    int name = WEIGHT_NAME * fuzzy_score(word, searched->name);
    int help =
        strstr(searched->help, word) != NULL ? WEIGHT_HELP * fuzzy_score(word, searched->help) : 0;
    return name > help ? name : help;
}

/* The best of what the other words of its group find, as whole words of the name. */
static int score_synonyms(const struct searched *searched, const char *word)
{
    int best = 0;
    if (strlen(word) < SYNONYM_LEAST)
        return 0;
    for (size_t group = 0; group < SYNONYM_GROUPS; group++) {
        bool is_in = false;
        for (size_t i = 0; i < WORDS_MOST && synonyms[group][i] != NULL; i++)
            is_in = is_in || strncmp(synonyms[group][i], word, strlen(word)) == 0;
        for (size_t i = 0; is_in && i < WORDS_MOST && synonyms[group][i] != NULL; i++)
            if (strstr(searched->name, synonyms[group][i]) != NULL) {
                int score = WEIGHT_SYNONYM * fuzzy_score(synonyms[group][i], searched->name);
                best = score > best ? score : best;
            }
    }
    return best;
}

/* Every word must be found somewhere. */
static int score(const struct searched *searched, const char *typed)
{
    char words[256], *rest = NULL;
    int sum = 1;
    snprintf(words, sizeof words, "%s", typed);
    for (char *word = strtok_r(words, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest)) {
        int found = score_in(searched, word), other = score_synonyms(searched, word);
        if (found == 0 && other == 0)
            return 0;
        sum += found > other ? found : other;
    }
    return sum;
}

struct ranked {
    size_t index;
    int score;
};

static int by_rank(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    const struct palette *palette = context;
    const char *folded = text_fold(typed, arena);
    struct ranked *ranked = arena_alloc(arena, (palette->count + 1) * sizeof *ranked);
    size_t count = 0;
    for (size_t i = 0; i < palette->count; i++) {
        int points = score(&palette->searched[i], folded);
        if (points > 0)
            ranked[count++] = (struct ranked){i, points};
    }
    qsort(ranked, count, sizeof *ranked, by_rank);
    if (count > limit)
        count = limit;
    for (size_t i = 0; i < count; i++) {
        const struct app_choice *choice = &palette->choices[ranked[i].index];
        bool is_disabled = choice->why_not != NULL;
        out[i] = (struct picker_item){
            .shown = {.text = choice->action->label,
                      .detail = is_disabled ? choice->why_not : choice->action->help,
                      .note = choice->keys,
                      .is_disabled = is_disabled},
            .why_not = choice->why_not,
            .value = choice->action,
        };
    }
    return count;
}

static void done(struct app *app, void *context, const struct picker_item *item)
{
    struct palette *palette = context;
    arena_free(palette->arena);
    free(palette);
    if (item != NULL)
        app_run(app, item->value);
}

void palette_open(struct app *app)
{
    struct palette *palette = memory_new(sizeof *palette);
    palette->arena = arena_new();
    palette->count = app_choices(app, palette->arena, &palette->choices);
    palette->searched =
        arena_alloc(palette->arena, (palette->count + 1) * sizeof *palette->searched);
    for (size_t i = 0; i < palette->count; i++) {
        const struct action *action = palette->choices[i].action;
        const char *name = arena_format(palette->arena, "%s %s", action->label, action->id);
        palette->searched[i].name = text_fold(name, palette->arena);
        palette->searched[i].help = text_fold(action->help, palette->arena);
    }
    picker_open(app, &(struct picker){
                         .title = "Commands",
                         .hint = "What do you want to do?",
                         .empty = "No command fits",
                         .find = find,
                         .done = done,
                         .context = palette,
                     });
}
