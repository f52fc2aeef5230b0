#include "tui/screens/privacy_run.h"

#include "model/overlay/exchange.h"
#include "model/privacy/subject_export.h"
#include "sync/privacy.h"
#include "tui/widgets/dialog.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum task { TASK_EXPORT, TASK_PREVIEW, TASK_ERASE, TASK_COUNT, TASK_RETAIN };

/* One piece of work: it belongs to the thread that does it, then to the one that draws. */
struct work {
    enum task task;
    struct request request;
    struct actor actor;
    char *path;
    struct buffer words; /* what was done, or what would be */
    int64_t rows;
    bool is_hindered;
};

static struct work *work_new(struct app *app, enum task task, const struct request *request)
{
    struct work *work = memory_new(sizeof *work);
    work->task = task;
    work->actor = *app_actor(app);
    if (request != NULL)
        work->request = *request;
    buffer_init(&work->words);
    return work;
}

static void work_free(struct work *work)
{
    buffer_done(&work->words);
    free(work->path);
    free(work);
}

static bool find(struct store *store, const struct work *work, struct arena *arena,
                 struct subject *out, struct error *err)
{
    return subject_find(store, &work->request.customer, &work->request.user, arena, out, err);
}

static bool preview(struct store *store, struct work *work, struct arena *arena, struct error *err)
{
    struct subject person;
    struct erasure plan;
    if (!find(store, work, arena, &person, err) ||
        !erasure_preview(store, &person, arena, &plan, err))
        return false;
    work->is_hindered = plan.hindrance_count > 0;
    work->rows = plan.rows;
    for (size_t i = 0; i < plan.hindrance_count; i++)
        buffer_format(&work->words, "%s%s", i > 0 ? ", " : "", plan.hindrances[i]);
    if (work->is_hindered)
        return true;
    buffer_format(&work->words, "%s: ", person.name);
    for (size_t i = 0, shown = 0; i < plan.count; i++)
        if (plan.lines[i].changed > 0)
            buffer_format(&work->words, "%s%" PRId64 " %s", shown++ > 0 ? ", " : "",
                          plan.lines[i].changed, plan.lines[i].table->label);
    for (size_t i = 0; i < plan.count; i++)
        if (plan.lines[i].kept > 0)
            buffer_format(&work->words, ". Kept: %" PRId64 " %s (%s)", plan.lines[i].kept,
                          plan.lines[i].table->label, plan.lines[i].why);
    buffer_add(&work->words, ". It can't be taken back.");
    return true;
}

static bool export(struct store *store, struct work *work, struct arena *arena, struct error *err)
{
    struct subject person;
    if (!find(store, work, arena, &person, err))
        return false;
    work->rows = subject_export_files(store, &work->actor, &person, work->path, NULL, err);
    buffer_format(&work->words, "%" PRId64 " rows of %s are written, as JSON and as a text",
                  work->rows, person.name);
    return work->rows >= 0;
}

static bool change(struct store *store, struct session *session, struct work *work,
                   struct arena *arena, struct error *err)
{
    struct subject person;
    struct erasure erased;
    struct retention kept;
    if (work->task == TASK_ERASE) {
        if (!find(store, work, arena, &person, err) ||
            !privacy_erase(store, session, &work->actor, &person, arena, &erased, err))
            return false;
        buffer_add(&work->words, "The person is erased");
        return true;
    }
    if (!privacy_retain(store, session, &work->actor, work->task == TASK_COUNT, arena, &kept, err))
        return false;
    work->rows = kept.rows;
    for (size_t i = 0, shown = 0; i < kept.count; i++)
        if (kept.lines[i].rows > 0)
            buffer_format(&work->words, "%s%s %" PRId64 " %s", shown++ > 0 ? ", " : "",
                          kept.lines[i].action, kept.lines[i].rows, kept.lines[i].table);
    return true;
}

/* In a shop with a centre that does it, over a line of its own. */
static bool change_somewhere(struct store *store, struct work *work, struct arena *arena,
                             struct error *err)
{
    struct exchange_status status;
    struct login login = {0};
    struct session *session = NULL;
    struct store *writable = store_open(store_path(store), STORE_WRITE, store_env(store), err);
    bool is_done = writable != NULL && exchange_status(writable, &status, err);
    if (is_done && status.is_enrolled) {
        is_done = login_read(store_path(store), &login, err);
        session = is_done ? session_new(writable, &login, err) : NULL;
        is_done = session != NULL;
    }
    is_done = is_done && change(writable, session, work, arena, err);
    session_free(session);
    login_done(&login);
    store_close(writable);
    return is_done;
}

static bool do_work(struct store *store, void *data, struct error *err)
{
    struct work *work = data;
    struct arena *arena = arena_new();
    bool is_done = work->task == TASK_EXPORT    ? export(store, work, arena, err)
                   : work->task == TASK_PREVIEW ? preview(store, work, arena, err)
                                                : change_somewhere(store, work, arena, err);
    arena_free(arena);
    return is_done;
}

static void work_done(struct app *app, void *data, bool worked, const struct error *err);

static void start(struct app *app, struct work *work)
{
    app_errand(app, (struct job){.owner = work, .work = do_work, .done = work_done, .data = work});
}

static void confirmed(struct app *app, void *context, bool is_confirmed)
{
    struct work *work = context;
    if (is_confirmed)
        start(app, work);
    else
        work_free(work);
}

/* What was counted is done, if the person wants it. */
static void ask(struct app *app, struct work *counted)
{
    bool erases = counted->task == TASK_PREVIEW;
    const struct dialog_question question = {
        .title = erases ? "Erase this person?" : "Do what the rules say with old rows?",
        .text = counted->words.text,
        .yes = erases ? "Erase" : "Do it",
        .no = "Leave it",
        .word = erases ? "erase" : NULL,
        .done = confirmed,
        .context = work_new(app, erases ? TASK_ERASE : TASK_RETAIN, &counted->request)};
    dialog_confirm(app, &question);
}

/* An export is done once the file is there; an erasure ends its requests itself. */
static void finish_request(struct app *app, const struct work *work)
{
    struct error err;
    const struct request *request = &work->request;
    if (strcmp(request->status, "verified") == 0 &&
        !request_move(app_store(app), app_actor(app), &request->id, "running", NULL, &err))
        app_toast_error(app, &err);
    else if (!request_move(app_store(app), app_actor(app), &request->id, "done", NULL, &err))
        app_toast_error(app, &err);
}

static void work_done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct work *work = data;
    bool is_counted = work->task == TASK_PREVIEW || work->task == TASK_COUNT;
    if (!worked)
        app_toast_error(app, err);
    else if (work->is_hindered)
        dialog_message(app, "Not yet", work->words.text);
    else if (work->task == TASK_COUNT && work->rows == 0)
        app_toast(app, TOAST_INFO, "No row is older than the rules allow.");
    else if (is_counted)
        ask(app, work);
    else
        app_toast(app, TOAST_INFO, "%s.", work->words.text);
    if (worked && work->task == TASK_EXPORT)
        finish_request(app, work);
    app_refresh(app);
    work_free(work);
}

static void path_answered(struct app *app, void *context, const char *text)
{
    struct work *work = context;
    if (text == NULL) {
        work_free(work);
        return;
    }
    work->path = memory_text(text);
    start(app, work);
}

void privacy_run(struct app *app, const struct request *request)
{
    if (strcmp(request->kind, "erase") == 0) {
        start(app, work_new(app, TASK_PREVIEW, request));
        return;
    }
    const struct dialog_prompt prompt = {
        .title = "Write what is known to which file?",
        .text = "Two files: NAME.json for programs, NAME.txt to read. Only you can read them.",
        .start = "person.json",
        .limit = 400,
        .done = path_answered,
        .context = work_new(app, TASK_EXPORT, request)};
    dialog_prompt(app, &prompt);
}

void privacy_keep_rules(struct app *app)
{
    start(app, work_new(app, TASK_COUNT, NULL));
}
