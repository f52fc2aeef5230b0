#include "tui/screens/ical_files.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/calendar/ical_import.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_LIMIT = 400, SHOWN = 8 };

/* From the question for the file to the end; it is the reader's while that reads the file. */
struct taking {
    struct uuid estimator;
    char *path;
    struct arena *arena;
    struct ical_plan plan;
};

static void taking_free(struct taking *taking)
{
    arena_free(taking->arena);
    free(taking->path);
    free(taking);
}

static struct taking *taking_new(const struct uuid *estimator)
{
    struct taking *taking = memory_new(sizeof *taking);
    taking->estimator = *estimator;
    taking->arena = arena_new();
    return taking;
}

static char *whole_path(const char *text)
{
    const char *home = getenv("HOME");
    bool is_short = strncmp(text, "~/", 2) == 0 && home != NULL;
    struct buffer path;
    buffer_init(&path);
    buffer_format(&path, "%s%s", is_short ? home : "", is_short ? text + 1 : text);
    return buffer_take(&path);
}

static bool read_file(const char *path, struct buffer *out, struct error *err)
{
    char bytes[16384];
    size_t size;
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return error_set(err, ERROR_INPUT, "Cannot open %s: %s", path, strerror(errno));
    while (out->size <= ICAL_BYTES_MAX && (size = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_add_bytes(out, bytes, size);
    bool is_read = ferror(file) == 0;
    int why = errno;
    fclose(file);
    return is_read || error_set(err, ERROR_SYSTEM, "Cannot read %s: %s", path, strerror(why));
}

static bool make_plan(struct store *store, void *data, struct error *err)
{
    struct taking *taking = data;
    struct ical_owner owner;
    struct buffer text;
    buffer_init(&text);
    bool is_done =
        read_file(taking->path, &text, err) &&
        ical_owner_load(store, false, &taking->estimator, taking->arena, &owner, err) &&
        ical_plan(store, &owner, NULL, text.text, text.size, taking->arena, &taking->plan, err);
    buffer_done(&text);
    return is_done;
}

static void add_lines(const struct ical_plan *plan, struct buffer *out)
{
    char time[INSTANT_TEXT_SIZE];
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < plan->line_count; i++) {
        const struct ical_line *line = &plan->lines[i];
        if (line->step == ICAL_SAME || line->step == ICAL_OWN)
            continue;
        if (shown++ >= SHOWN) {
            more++;
            continue;
        }
        instant_format_local(line->starts_at, plan->owner.zone, time);
        buffer_format(out, "\n%s  %s  %.40s%s%s", ical_step_names[line->step], time, line->title,
                      line->against != NULL ? ", against " : "",
                      line->against != NULL ? line->against : "");
    }
    if (more > 0)
        buffer_format(out, "\n… and %zu more", more);
}

static void add_problems(const struct ical_plan *plan, struct buffer *out)
{
    const struct ical_calendar *calendar = &plan->calendar;
    for (size_t i = 0; i < calendar->problem_count && i < SHOWN / 2; i++)
        buffer_format(out, "\nLine %zu is not readable: %s", calendar->problems[i].line,
                      calendar->problems[i].reason);
    if (calendar->problem_count > SHOWN / 2)
        buffer_format(out, "\n… and %zu more that are not", calendar->problem_count - SHOWN / 2);
}

static void take(struct app *app, void *context, bool is_confirmed)
{
    struct taking *taking = context;
    struct error err;
    if (is_confirmed && !ical_apply(app_store(app), app_actor(app), &taking->plan, &err))
        app_toast_error(app, &err);
    else if (is_confirmed)
        app_toast(app, TOAST_INFO, "The calendar is taken over; u undoes it.");
    taking_free(taking);
    app_refresh(app);
}

static void ask(struct app *app, struct taking *taking)
{
    const size_t *counts = taking->plan.counts;
    struct buffer title, text;
    buffer_init(&title);
    buffer_init(&text);
    buffer_format(&title, "Block this time of %s?", taking->plan.owner.name);
    buffer_format(&text, "%zu new, %zu changed, %zu gone, %zu the same, %zu not readable\n",
                  counts[ICAL_NEW], counts[ICAL_CHANGED], counts[ICAL_GONE], counts[ICAL_SAME],
                  taking->plan.calendar.problem_count);
    add_lines(&taking->plan, &text);
    add_problems(&taking->plan, &text);
    const struct dialog_question question = {
        .title = title.text, .text = text.text, .yes = "Block it", .done = take, .context = taking};
    if (taking->plan.row_count > 0) {
        dialog_confirm(app, &question);
    } else {
        dialog_message(app, "There is nothing to change", text.text);
        taking_free(taking);
    }
    buffer_done(&title);
    buffer_done(&text);
}

static void planned(struct app *app, void *data, bool worked, const struct error *err)
{
    if (worked) {
        ask(app, data);
        return;
    }
    app_toast_error(app, err);
    taking_free(data);
}

static void import_path(struct app *app, void *context, const char *text)
{
    struct taking *taking = context;
    if (text == NULL || text_is_blank(text)) {
        taking_free(taking);
        return;
    }
    taking->path = whole_path(text);
    app_errand(app,
               (struct job){.owner = taking, .work = make_plan, .done = planned, .data = taking});
}

void ical_import_open(struct app *app, const struct uuid *estimator)
{
    const struct dialog_prompt prompt = {
        .title = "Import which calendar file?",
        .text = "What is in it becomes time that can't be booked. First you see what it would do.",
        .hint = "calendar.ics",
        .limit = PATH_LIMIT,
        .done = import_path,
        .context = taking_new(estimator)};
    dialog_prompt(app, &prompt);
}

static bool write_file(const char *path, const struct buffer *text, struct error *err)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_done = file >= 0 && write(file, text->text, text->size) == (ssize_t)text->size;
    int why = errno;
    if (file >= 0)
        close(file);
    return is_done || error_set(err, ERROR_SYSTEM, "Cannot write %s: %s", path, strerror(why));
}

static void export_path(struct app *app, void *context, const char *text)
{
    struct taking *taking = context;
    struct ical_owner owner;
    struct ical_export export = {0};
    struct buffer out;
    struct error err;
    buffer_init(&out);
    if (text != NULL && !text_is_blank(text)) {
        taking->path = whole_path(text);
        if (ical_owner_load(app_store(app), false, &taking->estimator, taking->arena, &owner,
                            &err) &&
            ical_write(app_store(app), app_actor(app), &owner, &export, &out, &err) &&
            write_file(taking->path, &out, &err))
            app_toast(app, TOAST_INFO, "%zu events of %s are in %s.", export.count, owner.name,
                      taking->path);
        else
            app_toast_error(app, &err);
    }
    buffer_done(&out);
    taking_free(taking);
}

void ical_export_open(struct app *app, const struct uuid *estimator)
{
    const struct dialog_prompt prompt = {
        .title = "Write the calendar to which file?",
        .text = "Appointments of the last 30 days and all to come, with the customer's name alone.",
        .hint = "calendar.ics",
        .limit = PATH_LIMIT,
        .done = export_path,
        .context = taking_new(estimator)};
    dialog_prompt(app, &prompt);
}

/* What the cursor need not be on somebody for opens a screen. */
static const struct {
    const char *text;
    void (*open)(struct app *app, const struct uuid *estimator);
    const struct window_ops *screen;
} choices[] = {
    {"Import a calendar file", ical_import_open, NULL},
    {"Export to a calendar file", ical_export_open, NULL},
    {"Calendars from elsewhere", NULL, &feeds_ops},
    {"Working hours", NULL, &hours_ops},
    {"Days off", NULL, &days_off_ops},
    {"Reminders", NULL, &reminders_ops},
};
enum { CHOICES = sizeof choices / sizeof choices[0] };

static void chosen(struct app *app, void *context, int at)
{
    struct uuid *estimator = context;
    if (at >= 0 && choices[at].screen != NULL)
        app_open(app, choices[at].screen->name, NULL);
    else if (at >= 0 && uuid_is_zero(estimator))
        app_toast(app, TOAST_WARNING, "Put the cursor on the day of an estimator first.");
    else if (at >= 0)
        choices[at].open(app, estimator);
    free(estimator);
}

void ical_files_choose(struct app *app, const struct uuid *estimator)
{
    struct list_item items[CHOICES] = {{0}};
    struct uuid *id = memory_new(sizeof *id);
    *id = *estimator;
    for (size_t i = 0; i < CHOICES; i++)
        items[i].text = choices[i].text;
    const struct dialog_choice choice = {.title = "Calendars and their set-up",
                                         .items = items,
                                         .count = CHOICES,
                                         .done = chosen,
                                         .context = id};
    dialog_choose(app, &choice);
}
