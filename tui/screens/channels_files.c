/* Files of channels: put to what is said next, opened, saved; and a channel written to a file. */
#include "tui/screens/channels.h"

#include "model/base/text.h"
#include "model/talk/talk_export.h"
#include "model/talk/talk_file.h"
#include "tui/bound.h"
#include "tui/config.h"
#include "tui/program.h"
#include "tui/widgets/dialog.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_CHARACTERS = 1000 };

/* "~/x" is in the person's home. */
static const char *expand(const char *path, struct arena *arena)
{
    const char *home = getenv("HOME");
    return strncmp(path, "~/", 2) == 0 && home != NULL ? arena_format(arena, "%s%s", home, path + 1)
                                                       : arena_text(arena, path);
}

static bool is_address(const char *text)
{
    return strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
}

static size_t complete_path(void *context, const char *text, size_t cursor, struct arena *arena,
                            struct editor_candidate *out, size_t limit)
{
    glob_t found;
    size_t count = 0;
    (void)context;
    const char *typed = expand(arena_bytes(arena, text, cursor), arena);
    if (strpbrk(typed, "*?[\\") != NULL ||
        glob(arena_format(arena, "%s*", typed), GLOB_MARK, NULL, &found) != 0)
        return 0;
    for (size_t i = 0; i < found.gl_pathc && count < limit; i++)
        out[count++] = (struct editor_candidate){.text = arena_text(arena, found.gl_pathv[i])};
    globfree(&found);
    return count;
}

/* -- To what is said next -- */

static void put(struct channels *state, const struct uuid *id, const char *name)
{
    struct channels_file *file = &state->files[state->file_count++];
    *file = (struct channels_file){.id = *id, .name = memory_text(name)};
    state->kept_revision = state->line.revision - 1; /* the draft has changed */
    state->focus = CHANNELS_LINE;
}

static void attach(struct app *app, void *context, const char *text)
{
    struct channels *state = context;
    struct uuid id = {{0}};
    struct error err;
    if (text == NULL || text_is_blank(text))
        return;
    struct arena *arena = arena_new();
    const char *path = expand(text, arena), *slash = strrchr(path, '/');
    if (is_address(text))
        put(state, &id, text);
    else if (talk_file_add(app_store(app), app_actor(app), &state->channel, path, &id, &err))
        put(state, &id, slash != NULL ? slash + 1 : path);
    else
        app_toast_error(app, &err);
    arena_free(arena);
    app_redraw(app);
}

void channels_attach(struct channels *state)
{
    const struct dialog_prompt prompt = {
        .title = "Which file?",
        .text = "Its path; Tab completes it. A large one goes by its address, https://…",
        .hint = "~/Pictures/green.jpg",
        .limit = PATH_CHARACTERS,
        .complete = complete_path,
        .done = attach,
        .context = state};
    if (state->file_count == CHANNELS_FILES)
        app_toast(state->app, TOAST_WARNING, "A message takes %d files; send these first.",
                  CHANNELS_FILES);
    else
        dialog_prompt(state->app, &prompt);
}

/* -- Out of the store -- */

/* Written out beside the store; the path is in the arena. */
static bool write_out(struct app *app, const struct uuid *file, struct arena *arena,
                      const char **path, struct error *err)
{
    const char *store = store_path(app_store(app)), *slash = strrchr(store, '/');
    const char *folder =
        arena_format(arena, "%.*sattachments", slash != NULL ? (int)(slash - store + 1) : 0, store);
    return talk_file_open(app_store(app), &app_actor(app)->user_id, file, folder, arena, path, err);
}

/* What a shell does with the path as $1 and the first word of the viewer as $2: the viewer runs
 * beside this program, if there is such a command. The caller frees it. */
static char *viewer_command(const char *viewer)
{
    char end = viewer[strcspn(viewer, " =\"'`$\\~(")];
    struct buffer command;
    buffer_init(&command);
    if (end == ' ' || end == '\0') /* else the shell makes it of something */
        buffer_add(&command, "command -v \"$2\" || exit; ");
    buffer_add(&command, viewer);
    buffer_add(&command, " \"$1\" &");
    char *text = memory_text(command.text);
    buffer_done(&command);
    return text;
}

/* What it says would spoil the screen. */
static bool start_viewer(const char *viewer, const char *path, struct arena *arena,
                         struct error *err)
{
    extern char **environ;
    char *command = viewer_command(viewer);
    char *words[] = {(char[]){"sh"},
                     (char[]){"-c"},
                     command,
                     (char[]){"sh"},
                     arena_text(arena, path),
                     arena_bytes(arena, viewer, strcspn(viewer, " ")),
                     NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = 0;
    posix_spawn_file_actions_init(&actions);
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
    int failure = posix_spawn(&child, "/bin/sh", &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    free(command);
    if (failure == 0 && waitpid(child, &status, 0) == child && status == 0)
        return true;
    return error_set(
        err, ERROR_SYSTEM,
        "\"%s\" can't be started here; set \"viewer\" in config.json, or save the file "
        "with S.",
        viewer);
}

void channels_open_file(struct channels *state, const struct uuid *file)
{
    struct app *app = state->app;
    struct error err;
    const char *path, *viewer = app_config(app)->viewer;
    if (app_bound_to(app) != NULL || viewer[0] == '\0') {
        app_toast(app, TOAST_WARNING, "%s",
                  viewer[0] != '\0'
                      ? bound_sentence
                      : "No viewer is set in config.json (\"viewer\"); S saves the file.");
        return;
    }
    struct arena *arena = arena_new();
    if (write_out(app, file, arena, &path, &err) && start_viewer(viewer, path, arena, &err))
        app_toast(app, TOAST_INFO, "%s opens %s.", viewer, path);
    else
        app_toast_error(app, &err);
    arena_free(arena);
}

struct saving {
    struct uuid file;
    char *name;
};

/* Never over another file. */
static bool copy_file(const char *from, const char *to, struct error *err)
{
    char block[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
    ssize_t size = -1;
    if (in >= 0)
        out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    while (out >= 0 && (size = read(in, block, sizeof block)) > 0)
        if (write(out, block, (size_t)size) != size) {
            size = -1;
            break;
        }
    int failure = errno;
    if (in >= 0)
        close(in);
    bool is_closed = out >= 0 && close(out) == 0;
    if (out >= 0 && (size != 0 || !is_closed))
        unlink(to);
    return (size == 0 && is_closed) ||
           error_set(err, ERROR_SYSTEM, "%s can't be written: %s.", to, strerror(failure));
}

static void save(struct app *app, void *context, const char *text)
{
    struct saving *saving = context;
    struct error err;
    const char *path;
    struct arena *arena = arena_new();
    if (text != NULL && !text_is_blank(text)) {
        const char *to = expand(text, arena);
        if (write_out(app, &saving->file, arena, &path, &err) && copy_file(path, to, &err))
            app_toast(app, TOAST_INFO, "Saved as %s.", to);
        else
            app_toast_error(app, &err);
    }
    arena_free(arena);
    free(saving->name);
    free(saving);
}

void channels_save_file(struct channels *state)
{
    const struct message *message = channels_message(state);
    size_t i = 0;
    while (message != NULL && i < message->file_count && uuid_is_zero(&message->files[i].file))
        i++;
    if (message == NULL || i == message->file_count) {
        app_toast(state->app, TOAST_WARNING, "No file hangs on this message.");
        return;
    }
    struct saving *saving = memory_new(sizeof *saving);
    const char *slash = strrchr(message->files[i].name, '/');
    saving->file = message->files[i].file;
    saving->name = memory_text(slash != NULL ? slash + 1 : message->files[i].name);
    const struct dialog_prompt prompt = {.title = "Save the file as",
                                         .text = "A file that is there already stays as it is.",
                                         .start = saving->name,
                                         .limit = PATH_CHARACTERS,
                                         .complete = complete_path,
                                         .done = save,
                                         .context = saving};
    dialog_prompt(state->app, &prompt);
}

/* -- A channel as a file -- */

/* On the reader. */
struct exporting {
    struct uuid user, channel;
    char *path;
    bool is_json;
};

static bool add_piece(void *context, const char *bytes, size_t size, struct error *err)
{
    return fwrite(bytes, 1, size, context) == size ||
           error_set(err, ERROR_SYSTEM, "The file can't be written: %s.", strerror(errno));
}

static bool export_work(struct store *store, void *data, struct error *err)
{
    struct exporting *exporting = data;
    int fd = open(exporting->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL)
        return error_set(err, ERROR_SYSTEM, "%s can't be written: %s.", exporting->path,
                         strerror(errno));
    bool is_good = talk_export(store, &exporting->user, &exporting->channel, exporting->is_json,
                               add_piece, file, err);
    if (fclose(file) != 0 && is_good)
        is_good = error_set(err, ERROR_SYSTEM, "%s can't be written: %s.", exporting->path,
                            strerror(errno));
    if (!is_good)
        unlink(exporting->path);
    return is_good;
}

static void export_done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct exporting *exporting = data;
    if (worked)
        app_toast(app, TOAST_INFO, "All that was said is in %s.", exporting->path);
    else
        app_toast_error(app, err);
    free(exporting->path);
    free(exporting);
}

static void export_to(struct app *app, void *context, const char *text)
{
    const struct channels *state = context;
    if (text == NULL || text_is_blank(text))
        return;
    struct arena *arena = arena_new();
    struct exporting *exporting = memory_new(sizeof *exporting);
    size_t size = strlen(text);
    *exporting = (struct exporting){.user = app_actor(app)->user_id,
                                    .channel = state->channel,
                                    .path = memory_text(expand(text, arena)),
                                    .is_json = size > 5 && strcmp(text + size - 5, ".json") == 0};
    arena_free(arena);
    app_read(app,
             (struct job){
                 .owner = exporting, .work = export_work, .done = export_done, .data = exporting});
}

void channels_export(struct channels *state)
{
    const struct channel *current = channels_current(state);
    struct arena *arena = arena_new();
    const struct dialog_prompt prompt = {
        .title = "Write this channel to a file",
        .text = "As text, or as JSON where its name ends in .json. A file that is there already "
                "stays as it is.",
        .start = arena_format(arena, "%s.txt", current->slug[0] != '\0' ? current->slug : "direct"),
        .limit = PATH_CHARACTERS,
        .complete = complete_path,
        .done = export_to,
        .context = state};
    dialog_prompt(state->app, &prompt);
    arena_free(arena);
}
