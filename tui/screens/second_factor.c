#include "tui/screens/second_factor.h"

#include "model/base/text.h"
#include "sync/door.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/form.h"
#include "tui/widgets/qr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_MAX = 8, GROUP = 4 };

/* What is asked of the door beside, and what it answers. */
struct request {
    struct setup *setup; /* that waits for it; NULL: none, or it has gone */
    struct actor actor;
    char code[4 * CODE_MAX + 1];
    struct door_totp totp;
    struct door_codes codes;
};

struct setup {
    struct door_totp totp;
    struct qr *qr;
    struct form_field field;
    struct form form;
    struct request *running;
};

static void wipe(struct request *request)
{
    explicit_bzero(request, sizeof *request);
    free(request);
}

static void send(struct app *app, struct request *request,
                 bool (*work)(struct store *store, void *data, struct error *err),
                 void (*done)(struct app *app, void *data, bool worked, const struct error *err))
{
    request->actor = *app_actor(app);
    app_errand(app, (struct job){.owner = request, .work = work, .done = done, .data = request});
}

static bool confirm(struct store *store, void *data, struct error *err)
{
    struct request *request = data;
    return door_ask_totp_confirm(store, &request->actor, request->code, &request->codes, err);
}

static void confirmed(struct app *app, void *data, bool worked, const struct error *err)
{
    struct request *request = data;
    struct setup *setup = request->setup;
    if (setup != NULL) {
        setup->running = NULL;
        if (worked)
            app_close_top(app);
        else if (!form_show_error(&setup->form, err))
            app_toast_error(app, err);
        app_redraw(app);
    }
    if (worked)
        backup_codes_open(app, &request->codes);
    wipe(request);
}

static unsigned save(void *context, struct app *app)
{
    struct setup *setup = context;
    if (setup->running != NULL)
        return OUTCOME_HANDLED;
    setup->running = memory_new(sizeof *setup->running);
    setup->running->setup = setup;
    text_copy(setup->running->code, sizeof setup->running->code, form_value(&setup->form, 0));
    send(app, setup->running, confirm, confirmed);
    return OUTCOME_HANDLED;
}

/* As people read it out: "JBSW Y3DP …". */
static void put_groups(const char *secret, struct buffer *out)
{
    for (size_t i = 0; secret[i] != '\0'; i++) {
        if (i > 0 && i % GROUP == 0)
            buffer_add_char(out, ' ');
        buffer_add_char(out, secret[i]);
    }
}

static void draw_words(struct setup *setup, struct pane pane, bool has_qr)
{
    struct buffer secret;
    buffer_init(&secret);
    put_groups(setup->totp.secret, &secret);
    int y = dialog_text(pane, 0, ROLE_NORMAL,
                        has_qr ? "Scan this with the app on your telephone that makes codes, or "
                                 "type this secret there:"
                               : "Type this secret into the app on your telephone that makes codes "
                                 "(a larger window shows a QR code):");
    y += 1 + dialog_text(pane, y + 1, ROLE_STRONG, secret.text);
    y += 1 + dialog_text(pane, y + 1, ROLE_NORMAL, "Then type the code that it shows.");
    form_draw(&setup->form, pane_part(pane, y + 1, 0, 3, pane.width), true);
    text_draw(pane, pane.height - 1, 0, pane.width, ROLE_DIM,
              setup->running != NULL ? "Checking …" : "Enter confirms, Esc leaves");
    explicit_bzero(secret.text, secret.size);
    buffer_done(&secret);
}

static void draw(struct app *app, void *state, struct pane screen)
{
    enum { WORDS_LEAST = 30, WORDS_MOST = 60, GAP = 2 };
    struct setup *setup = state;
    int left = setup->qr != NULL ? qr_width(setup->qr) + GAP : 0;
    (void)app;
    pane_fill(screen, ROLE_NORMAL);
    struct pane pane = pane_part(screen, 0, 1, screen.height, screen.width - 2);
    bool has_qr = setup->qr != NULL && pane.width - left >= WORDS_LEAST && qr_draw(setup->qr, pane);
    if (!has_qr)
        left = 0;
    int width = pane.width - left < WORDS_MOST ? pane.width - left : WORDS_MOST;
    draw_words(setup, pane_part(pane, 0, left, pane.height, width), has_qr);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    return form_handle(&((struct setup *)state)->form, app, event);
}

static bool is_secret(const void *state)
{
    (void)state;
    return true;
}

static void close_setup(struct app *app, void *state)
{
    struct setup *setup = state;
    (void)app;
    if (setup->running != NULL)
        setup->running->setup = NULL;
    qr_free(setup->qr);
    form_done(&setup->form);
    explicit_bzero(setup, sizeof *setup);
    free(setup);
}

static const struct window_ops setup_ops = {
    .name = "second_factor",
    .title = "Second factor",
    .help =
        "An app on your telephone makes a code every half minute, and from then on the password "
        "asks for it. The secret is shown this once.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .has_text_focus = is_secret,
    .refuses_scans = is_secret,
    .close = close_setup,
};

static bool begin(struct store *store, void *data, struct error *err)
{
    struct request *request = data;
    return door_ask_totp_begin(store, &request->actor, &request->totp, err);
}

static void begun(struct app *app, void *data, bool worked, const struct error *err)
{
    static const struct form_ops ops = {.save = save};
    const struct date none = {0};
    struct request *request = data;
    if (worked) {
        struct setup *setup = memory_new(sizeof *setup);
        setup->totp = request->totp;
        setup->qr = qr_new(setup->totp.url);
        setup->field = (struct form_field){.name = "code",
                                           .label = "Code",
                                           .kind = FIELD_TEXT,
                                           .is_required = true,
                                           .limit = CODE_MAX};
        form_init(&setup->form, &setup->field, 1, &ops, setup, none);
        app_push(app, &setup_ops, setup);
    } else {
        app_toast_error(app, err);
    }
    wipe(request);
}

static bool renew(struct store *store, void *data, struct error *err)
{
    struct request *request = data;
    return door_ask_codes_new(store, &request->actor, &request->codes, err);
}

static void renewed(struct app *app, void *data, bool worked, const struct error *err)
{
    struct request *request = data;
    if (worked)
        backup_codes_open(app, &request->codes);
    else
        app_toast_error(app, err);
    wipe(request);
}

static bool end(struct store *store, void *data, struct error *err)
{
    struct request *request = data;
    return door_ask_totp_off(store, &request->actor, &request->actor.user_id, err);
}

static void ended(struct app *app, void *data, bool worked, const struct error *err)
{
    if (worked)
        app_toast(app, TOAST_INFO, "Your password alone lets you in from now on.");
    else
        app_toast_error(app, err);
    wipe(data);
}

enum { NEW_CODES, NEW_TELEPHONE, TURN_OFF };

static void chosen(struct app *app, void *context, int choice)
{
    (void)context;
    if (choice == NEW_CODES)
        send(app, memory_new(sizeof(struct request)), renew, renewed);
    else if (choice == NEW_TELEPHONE)
        send(app, memory_new(sizeof(struct request)), begin, begun);
    else if (choice == TURN_OFF)
        send(app, memory_new(sizeof(struct request)), end, ended);
}

bool second_factor_is_on(struct app *app)
{
    int64_t is_on = 0;
    return store_find_integer(app_store(app), &is_on, "SELECT mfa_enabled FROM users WHERE id = ?1",
                              NULL, "u", &app_actor(app)->user_id) > 0 &&
           is_on != 0;
}

unsigned second_factor(struct app *app, void *state)
{
    static const struct list_item items[] = {
        [NEW_CODES] = {.text = "New backup codes", .detail = "the old ones end"},
        [NEW_TELEPHONE] = {.text = "Another telephone", .detail = "the old one ends"},
        [TURN_OFF] = {.text = "Turn it off", .detail = "the password alone lets you in"},
    };
    (void)state;
    const struct dialog_choice choice = {.title = "Second factor",
                                         .items = items,
                                         .count = sizeof items / sizeof items[0],
                                         .done = chosen};
    if (second_factor_is_on(app))
        dialog_choose(app, &choice);
    else
        chosen(app, NULL, NEW_TELEPHONE);
    return OUTCOME_HANDLED;
}
