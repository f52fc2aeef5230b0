#include "tui/screens/proof.h"

#include "model/base/text.h"
#include "sync/door.h"
#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME, SECRET, CODE };
enum { NAME_MAX_CHARACTERS = 255, SECRET_MAX = 256, CODE_MAX = 32, ERROR_ROWS = 2 };
enum { REDRAWN = OUTCOME_HANDLED | OUTCOME_REDRAW };

/* What is tried at the door; the later one of it and the panel to end frees nothing of the other.
 */
struct attempt {
    struct proof *proof; /* NULL: it has gone meanwhile */
    enum door_way way;
    char name[4 * NAME_MAX_CHARACTERS + 1];
    char secret[4 * SECRET_MAX + 1], code[4 * CODE_MAX + 1];
    struct door_answer answer;
};

static int64_t now(const struct proof *proof)
{
    return env_now(store_env(app_store(proof->app)));
}

static void say(struct proof *proof, const char *sentence)
{
    text_copy(proof->said, sizeof proof->said, sentence);
    if (proof->said[0] >= 'a' && proof->said[0] <= 'z')
        proof->said[0] = (char)(proof->said[0] - 'a' + 'A');
}

/* Of who was chosen the id: a name may be that of several. */
static void name_of(const struct proof *proof, char *out, size_t size)
{
    char id[UUID_TEXT_SIZE];
    bool is_known = proof->chosen < proof->count;
    if (is_known)
        uuid_text(&proof->people[proof->chosen].id, id);
    text_copy(out, size, is_known ? id : form_value(&proof->form, NAME));
}

/* A PIN is this terminal's own affair. */
static bool try_pin(struct store *beside, struct attempt *attempt, struct error *err)
{
    struct store *store = store_open(store_path(beside), STORE_WRITE, store_env(beside), err);
    bool is_open = store != NULL && door_open(store, attempt->name, DOOR_PIN, attempt->secret, NULL,
                                              &attempt->answer, err);
    store_close(store);
    return is_open;
}

static bool try_door(struct store *store, void *data, struct error *err)
{
    struct attempt *attempt = data;
    if (attempt->way == DOOR_PIN)
        return try_pin(store, attempt, err);
    return door_ask_sign_in(store, attempt->name, attempt->secret, attempt->code, &attempt->answer,
                            err);
}

static void drop_form(struct proof *proof)
{
    if (proof->has_form)
        form_done(&proof->form);
    proof->has_form = false;
}

static unsigned start(void *context, struct app *app);

/* The fields for the one who is chosen; what was typed as name and secret stays when the code is
 * asked for, too. */
static void make_form(struct proof *proof, bool with_code, const char *name, const char *secret)
{
    static const struct form_ops ops = {.save = start};
    const struct date none = {0};
    bool is_known = proof->chosen < proof->count, is_fixed = is_known || proof->ask.is_only;
    bool is_pin = proof->way == DOOR_PIN;
    drop_form(proof);
    proof->fields[NAME] =
        (struct form_field){.name = "name",
                            .label = "Name",
                            .kind = is_fixed ? FIELD_READ_ONLY : FIELD_TEXT,
                            .value = is_known ? proof->people[proof->chosen].name : name,
                            .is_required = !is_fixed,
                            .limit = NAME_MAX_CHARACTERS,
                            .help = "The name or the e-mail address."};
    proof->fields[SECRET] = (struct form_field){.name = "secret",
                                                .label = is_pin ? "PIN" : "Password",
                                                .kind = FIELD_SECRET,
                                                .value = secret,
                                                .is_required = true,
                                                .limit = SECRET_MAX};
    proof->fields[CODE] =
        (struct form_field){.name = "code",
                            .label = "Code",
                            .kind = FIELD_TEXT,
                            .is_required = true,
                            .limit = CODE_MAX,
                            .help = "From the app on your telephone, or a backup code."};
    form_init(&proof->form, proof->fields, with_code ? 3 : 2, &ops, proof, none);
    proof->has_form = true;
    form_focus(&proof->form, with_code ? CODE : name[0] != '\0' || is_known ? SECRET : NAME);
}

static void ask(struct proof *proof, size_t chosen, enum door_way way, const char *name)
{
    proof->chosen = chosen;
    proof->way = way;
    proof->is_asking = true;
    proof->said[0] = '\0';
    make_form(proof, false, name, "");
}

static void choose(struct proof *proof, size_t index)
{
    bool is_known = index < proof->count;
    bool has_pin = is_known && proof->people[index].takes_pin;
    ask(proof, index, has_pin ? DOOR_PIN : DOOR_PASSWORD, "");
}

/* The approver's rights are those where the one works who asks. */
static bool holds_right(struct proof *proof, const struct actor *actor, struct error *err)
{
    struct actor here = *actor;
    const struct actor *asker = app_actor(proof->app);
    if (uuid_equal(&actor->user_id, &proof->ask.except))
        return error_set(err, ERROR_DENIED, "somebody else has to allow this, not %s", actor->name);
    if (proof->ask.right != NULL)
        here.location_id = asker->location_id;
    return actor_may(app_store(proof->app), &here, proof->ask.right, err);
}

/* The password was right where a code is asked for: it need not be typed again. */
static void refused(struct proof *proof, const struct attempt *attempt, const struct error *err)
{
    if (attempt->answer.needs_code && proof->form.count <= CODE) {
        make_form(proof, true, attempt->name, attempt->secret);
        return;
    }
    form_set(&proof->form, proof->form.count > CODE ? CODE : SECRET, "", NULL);
    if (attempt->answer.wait_us > 0)
        proof->wait_until = now(proof) + attempt->answer.wait_us;
    say(proof, attempt->answer.wait_us > 0 ? "Now it can be tried again." : err->text);
    app_beep(proof->app);
}

static void answered(struct app *app, void *data, bool worked, const struct error *err)
{
    struct attempt *attempt = data;
    struct proof *proof = attempt->proof;
    struct error why = *err;
    if (proof != NULL) {
        proof->attempt = NULL;
        struct actor actor = attempt->answer.actor;
        if (worked && holds_right(proof, &actor, &why)) {
            proof->said[0] = '\0';
            proof->ask.done(app, proof->ask.context, &actor);
        } else if (why.code != ERROR_STOPPED) {
            refused(proof, attempt, &why);
        }
        app_redraw(app);
    }
    explicit_bzero(attempt, sizeof *attempt);
    free(attempt);
}

static unsigned start(void *context, struct app *app)
{
    struct proof *proof = context;
    if (proof->attempt != NULL || now(proof) < proof->wait_until) {
        app_beep(app);
        return REDRAWN;
    }
    struct attempt *attempt = memory_new(sizeof *attempt);
    attempt->proof = proof;
    attempt->way = proof->way;
    name_of(proof, attempt->name, sizeof attempt->name);
    text_copy(attempt->secret, sizeof attempt->secret, form_value(&proof->form, SECRET));
    if (proof->form.count > CODE)
        text_copy(attempt->code, sizeof attempt->code, form_value(&proof->form, CODE));
    proof->attempt = attempt;
    proof->said[0] = '\0';
    app_errand(app,
               (struct job){.owner = attempt, .work = try_door, .done = answered, .data = attempt});
    return REDRAWN;
}

/* The first letter of the name that nobody before has, else any that is left. */
static char free_key(const struct proof *proof, const char *name)
{
    struct arena *arena = arena_new();
    const char *folded = text_fold(name, arena);
    char key = '\0';
    for (size_t pass = 0; pass < 2 && key == '\0'; pass++) {
        const char *letters = pass == 0 ? folded : "abcdefghijklmnopqrstuvwxyz";
        for (; *letters != '\0' && key == '\0'; letters++) {
            bool is_letter = *letters >= 'a' && *letters <= 'z';
            if (is_letter && memchr(proof->keys, *letters, proof->count) == NULL)
                key = *letters;
        }
    }
    arena_free(arena);
    return key;
}

static void list_people(struct proof *proof)
{
    struct error err;
    const struct door_person *found;
    arena_reset(proof->arena);
    int count = door_people(app_store(proof->app), proof->arena, &found, &err);
    proof->count = 0;
    if (count < 0)
        app_toast_error(proof->app, &err);
    if (proof->ask.is_only)
        count = 0;
    for (int i = 0; i < count && proof->count < PROOF_PEOPLE; i++) {
        struct actor actor = *app_actor(proof->app);
        actor.user_id = found[i].id;
        if (uuid_equal(&actor.user_id, &proof->ask.except) ||
            !actor_may(app_store(proof->app), &actor, proof->ask.right, NULL))
            continue;
        proof->keys[proof->count] = free_key(proof, found[i].name);
        proof->items[proof->count] = (struct list_item){
            .text = arena_format(proof->arena, "%c  %s", proof->keys[proof->count], found[i].name),
            .note = found[i].takes_pin ? "PIN" : "password"};
        proof->people[proof->count++] = found[i];
    }
    proof->items[proof->count] = (struct list_item){.text = "   Somebody else", .note = "Tab"};
    list_set(&proof->list, proof->items, proof->count + 1);
}

void proof_init(struct proof *proof, struct app *app, const struct proof_ask *what)
{
    *proof = (struct proof){.app = app, .ask = *what, .arena = arena_new()};
    proof_reset(proof, what->name);
}

void proof_done(struct proof *proof)
{
    if (proof->attempt != NULL)
        proof->attempt->proof = NULL;
    drop_form(proof);
    arena_free(proof->arena);
}

void proof_reset(struct proof *proof, const char *name)
{
    drop_form(proof);
    proof->is_asking = false;
    proof->said[0] = '\0';
    list_people(proof);
    proof->list.cursor = 0;
    size_t i = 0;
    while (name != NULL && i < proof->count && strcmp(proof->people[i].name, name) != 0)
        i++;
    if (name != NULL && i < proof->count)
        proof->list.cursor = i;
    if (proof->count == 0 || (name != NULL && i == proof->count))
        ask(proof, proof->count, DOOR_PASSWORD, name != NULL ? name : "");
}

void proof_refresh(struct proof *proof)
{
    if (!proof->is_asking)
        list_people(proof);
}

/* One step back; false where there is none. */
static bool go_back(struct proof *proof)
{
    if (!proof->is_asking || proof->count == 0)
        return false;
    drop_form(proof);
    proof->is_asking = false;
    proof->said[0] = '\0';
    list_people(proof);
    return true;
}

bool proof_has_text_focus(const struct proof *proof)
{
    return proof->is_asking;
}

static unsigned begin_name(struct proof *proof, const struct event *event)
{
    choose(proof, proof->count);
    return form_handle(&proof->form, proof->app, event);
}

static unsigned handle_list(struct proof *proof, const struct event *event)
{
    bool is_key = event->kind == EVENT_KEY;
    const char *at =
        is_key && event->key < 0x80 ? memchr(proof->keys, (int)event->key, proof->count) : NULL;
    if (at != NULL) {
        choose(proof, (size_t)(at - proof->keys));
        return REDRAWN;
    }
    if (is_key && event->key == KEY_TABULATOR) {
        choose(proof, proof->count);
        return REDRAWN;
    }
    if (is_key && event->key != ' ' &&
        key_is_text(event->key)) /* of nobody listed: a name begins with it */
        return begin_name(proof, event);
    enum list_result result = list_handle(&proof->list, event);
    if (result == LIST_CHOSEN)
        choose(proof, proof->list.cursor);
    return result == LIST_IGNORED ? OUTCOME_IGNORED : REDRAWN;
}

unsigned proof_handle(struct proof *proof, const struct event *event)
{
    bool is_key = event->kind == EVENT_KEY;
    if (event->kind == EVENT_TICK)
        return proof->wait_until > 0 ? REDRAWN : OUTCOME_IGNORED;
    if (!proof->is_asking)
        return handle_list(proof, event);
    if (is_key && event->key == KEY_ESCAPE)
        return go_back(proof) ? REDRAWN : OUTCOME_IGNORED;
    if (proof->attempt != NULL)
        return is_key && !key_is_text(event->key) ? OUTCOME_IGNORED : OUTCOME_HANDLED;
    if (is_key && event->key == KEY_TABULATOR && proof->way == DOOR_PIN) {
        ask(proof, proof->chosen, DOOR_PASSWORD, "");
        return REDRAWN;
    }
    return form_handle(&proof->form, proof->app, event);
}

static const char *said(const struct proof *proof, char *room, size_t size)
{
    int64_t left = proof->wait_until - now(proof);
    if (proof->attempt != NULL)
        return "Checking …";
    if (left <= 0)
        return proof->said;
    snprintf(room, size, "Wrong too often: wait %lld s.", (long long)((left + 999999) / 1000000));
    return room;
}

enum { HELP_ROWS = 2 /* of the form: an empty one and the help */ };

int proof_rows(struct proof *proof, int width)
{
    return proof->is_asking ? form_rows(&proof->form, width) + HELP_ROWS + ERROR_ROWS
                            : (int)proof->count + 2;
}

void proof_draw(struct proof *proof, struct pane pane)
{
    char room[ERROR_TEXT_SIZE];
    if (!proof->is_asking) {
        list_draw(&proof->list, pane_part(pane, 0, 0, pane.height - 1, pane.width));
        cursor_put(proof->list.pane, (int)(proof->list.cursor - proof->list.top), 1, true);
        return;
    }
    const char *text = said(proof, room, sizeof room);
    struct pane below = pane_part(pane, pane.height - ERROR_ROWS, 0, ERROR_ROWS, pane.width);
    if (text[0] != '\0')
        dialog_text(below, 0, proof->attempt != NULL ? ROLE_DIM : ROLE_DANGER, text);
    form_draw(&proof->form, pane_part(pane, 0, 0, pane.height - ERROR_ROWS, pane.width), true);
}

const char *proof_hint(const struct proof *proof, char *room, size_t size)
{
    if (!proof->is_asking)
        snprintf(room, size, "a letter or Enter chooses, Tab types a name");
    else if (proof->way == DOOR_PIN)
        snprintf(room, size, "Enter %s, Tab: password instead, Esc goes back", proof->ask.verb);
    else
        snprintf(room, size, "Enter %s, Esc goes back", proof->ask.verb);
    return room;
}
