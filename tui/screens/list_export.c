#include "tui/screens/list_export.h"

#include "model/base/paths.h"
#include "model/base/text.h"
#include "tui/screens/list_export_run.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FORMAT, COLUMNS, TARGET, NAME, FIELD_COUNT };

static const char *const format_names[] = {"CSV", "TSV", "JSON", NULL};
static const char *const format_endings[] = {"csv", "tsv", "json"};
static const char *const column_names[] = {"as shown", "all", NULL};
static const char *const target_names[] = {"file", "command", "clipboard", NULL};

/* What is being asked. The dialog owns it; where a file would be replaced, the question after it.
 */
struct ask {
    struct listing *listing;
    struct form *form;
    struct form_field fields[FIELD_COUNT];
    struct arena *arena;
    char *proposed; /* the file's name, as long as the person has not typed another */
    struct list_export job;
    bool is_handed_on;
};

static size_t choice(const struct ask *ask, size_t field, const char *const *names)
{
    const char *value = form_value(ask->form, field);
    size_t i = 0;
    while (names[i] != NULL && strcmp(names[i], value) != 0)
        i++;
    return names[i] != NULL ? i : 0;
}

static char *propose(const struct ask *ask, size_t format)
{
    char day[DATE_TEXT_SIZE];
    struct buffer name;
    const struct env *env = store_env(app_store(ask->listing->app));
    date_format(business_day(env_now(env), env->zone, 0), day);
    buffer_init(&name);
    buffer_format(&name, "%s-%s.%s", ask->listing->ops->source->name, day, format_endings[format]);
    return buffer_take(&name);
}

/* The ending follows the format, and the name goes when a command is asked for. */
static void changed(void *context, size_t field)
{
    struct ask *ask = context;
    bool is_untouched = strcmp(form_value(ask->form, NAME), ask->proposed) == 0;
    if ((field != FORMAT && field != TARGET) || !is_untouched)
        return;
    bool is_file = choice(ask, TARGET, target_names) == EXPORT_FILE;
    free(ask->proposed);
    ask->proposed = is_file ? propose(ask, choice(ask, FORMAT, format_names)) : memory_text("");
    form_set(ask->form, NAME, ask->proposed, NULL);
}

/* "~/x" is in the person's home. */
static const char *expand(const char *path, struct arena *arena)
{
    const char *home = getenv("HOME");
    if (strncmp(path, "~/", 2) != 0 || home == NULL)
        return arena_text(arena, path);
    return arena_format(arena, "%s%s", home, path + 1);
}

static void close_ask(struct app *app, void *context)
{
    struct ask *ask = context;
    (void)app;
    ask->form = NULL;
    if (ask->is_handed_on)
        return;
    arena_free(ask->arena);
    free(ask->proposed);
    free(ask);
}

static void run(struct app *app, void *context, bool is_confirmed)
{
    struct ask *ask = context;
    ask->is_handed_on = false;
    if (is_confirmed)
        list_export_run(app, &ask->job);
    close_ask(app, ask);
}

static void fill_job(struct ask *ask)
{
    const struct listing *listing = ask->listing;
    bool takes_all = choice(ask, COLUMNS, column_names) == 1;
    const char **fields = arena_alloc(ask->arena, listing->ops->column_count * sizeof *fields);
    for (size_t i = 0; i < listing->ops->column_count; i++)
        fields[i] = listing->ops->columns[i].shown.id;
    char *filter = listing_whole_filter(listing);
    ask->job = (struct list_export){
        .source = listing->ops->source,
        .filter = arena_text(ask->arena, filter),
        .sort = listing->sort != NULL ? arena_text(ask->arena, listing->sort) : NULL,
        .is_descending = listing->is_descending,
        .fields = takes_all ? NULL : fields,
        .field_count = listing->ops->column_count,
        .format = (enum export_format)choice(ask, FORMAT, format_names),
        .target = (enum export_target)choice(ask, TARGET, target_names),
        .total = listing->grid.total <= listing->grid.total_limit ? listing->grid.total : 0,
    };
    free(filter);
    const char *name = form_value(ask->form, NAME);
    ask->job.name =
        ask->job.target == EXPORT_FILE ? expand(name, ask->arena) : arena_text(ask->arena, name);
}

static unsigned save(void *context, struct app *app)
{
    struct ask *ask = context;
    struct error err;
    fill_job(ask);
    if (ask->job.target != EXPORT_CLIPBOARD && text_is_blank(ask->job.name)) {
        error_set_field(&err, ERROR_INPUT, "name", "Say which %s.", target_names[ask->job.target]);
        form_show_error(ask->form, &err);
        return OUTCOME_HANDLED;
    }
    ask->is_handed_on = true;
    app_close_top(app);
    if (ask->job.target != EXPORT_FILE || access(ask->job.name, F_OK) != 0) {
        run(app, ask, true);
        return OUTCOME_HANDLED;
    }
    const struct dialog_question question = {
        .title = "Replace the file?",
        .text = arena_format(ask->arena, "%s is there already.", ask->job.name),
        .yes = "Replace it",
        .no = "Keep it",
        .done = run,
        .context = ask};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static const struct form_ops ops = {.save = save, .changed = changed};

void list_export_open(struct app *app, struct listing *listing)
{
    struct ask *ask = memory_new(sizeof *ask);
    ask->listing = listing;
    ask->arena = arena_new();
    ask->proposed = propose(ask, EXPORT_CSV);
    const struct form_field fields[FIELD_COUNT] = {
        [FORMAT] = {.name = "format",
                    .label = "Format",
                    .kind = FIELD_CHOICE,
                    .value = format_names[0],
                    .choices = format_names,
                    .is_required = true},
        [COLUMNS] = {.name = "columns",
                     .label = "Columns",
                     .kind = FIELD_CHOICE,
                     .value = column_names[0],
                     .choices = column_names,
                     .is_required = true,
                     .help = "Those of the list, or all that there are."},
        [TARGET] = {.name = "target",
                    .label = "To",
                    .kind = FIELD_CHOICE,
                    .value = target_names[0],
                    .choices = target_names,
                    .is_required = true,
                    .help = "A command reads it from a pipe, such as lpr."},
        [NAME] = {.name = "name",
                  .label = "Name",
                  .kind = FIELD_TEXT,
                  .value = ask->proposed,
                  .help = "The file's path, or the command with its options."},
    };
    memcpy(ask->fields, fields, sizeof fields);
    const struct dialog_form dialog = {.title = "Export",
                                       .hint = "Enter exports what the list shows, Esc goes back",
                                       .fields = ask->fields,
                                       .count = FIELD_COUNT,
                                       .ops = &ops,
                                       .context = ask,
                                       .closed = close_ask};
    dialog_form(app, &dialog, &ask->form);
}
