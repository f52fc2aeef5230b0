/* The backup codes: shown once, each good once. */
#include "model/base/text.h"
#include "tui/screens/screens.h"
#include "tui/screens/second_factor.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct codes {
    struct door_codes codes;
    char whose[ACTOR_NAME_SIZE];
    bool is_saved;
};

/* A new file, for its owner alone. */
static bool write_codes(const struct codes *codes, const char *path, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL)
        return error_set(err, ERROR_SYSTEM, "%s can't be made: %s", path, strerror(errno));
    bool worked =
        fprintf(file, "Countertop: backup codes of %s. Each is good once.\n\n", codes->whose) > 0;
    for (size_t i = 0; i < DOOR_CODES && worked; i++)
        worked = fprintf(file, "%2zu  %s\n", i + 1, codes->codes.codes[i]) > 0;
    worked = fclose(file) == 0 && worked;
    return worked || error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
}

static void path_given(struct app *app, void *context, const char *path)
{
    struct codes *codes = context;
    struct error err;
    if (path == NULL)
        return;
    if (!write_codes(codes, path, &err)) {
        app_toast_error(app, &err);
        return;
    }
    codes->is_saved = true;
    app_toast(app, TOAST_INFO, "The codes are in %s: print it, then delete it.", path);
}

static bool check_path(void *context, const char *path, struct error *err)
{
    (void)context;
    return path[0] != '\0' || error_set(err, ERROR_INPUT, "Type the name of a new file.");
}

static unsigned save(struct app *app, void *state)
{
    const struct dialog_prompt prompt = {.title = "Save the backup codes",
                                         .text = "To a new file that you alone can read:",
                                         .start = "backup-codes.txt",
                                         .check = check_path,
                                         .done = path_given,
                                         .context = state};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static void left(struct app *app, void *context, bool is_confirmed)
{
    (void)context;
    if (is_confirmed)
        app_close_top(app);
}

static unsigned leave(struct app *app, void *state)
{
    const struct dialog_question question = {
        .title = "Have you kept the codes?",
        .text = "They are not shown again. Without telephone and codes only an administrator can "
                "let you in.",
        .yes = "I have them",
        .no = "Show them",
        .done = left};
    if (((const struct codes *)state)->is_saved)
        return OUTCOME_CLOSE;
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static void draw(struct app *app, void *state, struct pane screen)
{
    enum { WIDTH = 46, ROWS = DOOR_CODES / 2, COLUMN = 22 };
    const struct codes *codes = state;
    (void)app;
    struct pane pane = dialog_box(screen, ROWS + 5, dialog_width(screen, WIDTH), "Backup codes");
    int y = 1 + dialog_text(pane, 0, ROLE_NORMAL,
                            "Each lets you in once when the telephone is not there. They are not "
                            "shown again.");
    for (int i = 0; i < DOOR_CODES; i++)
        text_drawf(pane, y + i % ROWS, i / ROWS * COLUMN, COLUMN, ROLE_STRONG, "%2d  %s", i + 1,
                   codes->codes.codes[i]);
    text_draw(pane, pane.height - 1, 0, pane.width, ROLE_DIM,
              "Save them to a file, or write them down.");
    cursor_put(pane, y, 4, true);
}

static bool refuses_scans(const void *state)
{
    (void)state;
    return true;
}

static void close_codes(struct app *app, void *state)
{
    (void)app;
    explicit_bzero(state, sizeof(struct codes));
    free(state);
}

static const struct action actions[] = {
    {.id = "backup_codes.save",
     .keys = "f2 s",
     .label = "save",
     .help = "Save the codes to a new file, to be printed.",
     .flags = ACTION_OFFLINE_OK,
     .run = save},
    {.id = "backup_codes.leave",
     .keys = "esc",
     .label = "leave",
     .help = "Leave; they are not shown again.",
     .flags = ACTION_OFFLINE_OK,
     .run = leave},
};

const struct window_ops backup_codes_ops = {
    .name = "backup_codes",
    .title = "Backup codes",
    .help = "Ten codes, each of which lets you in once instead of the telephone's. They are shown "
            "this once.",
    .actions = {"backup_codes", actions, sizeof actions / sizeof actions[0]},
    .is_dialog = true,
    .draw = draw,
    .refuses_scans = refuses_scans,
    .close = close_codes,
};

void backup_codes_open(struct app *app, const struct door_codes *codes)
{
    struct codes *shown = memory_new(sizeof *shown);
    shown->codes = *codes;
    text_copy(shown->whose, sizeof shown->whose, app_actor(app)->name);
    app_push(app, &backup_codes_ops, shown);
}
