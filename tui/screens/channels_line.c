/* The line at the bottom of the channels: what is said next, kept for each channel and thread. */
#include "tui/screens/channels.h"

#include "model/base/text.h"
#include "model/list/search.h"
#include "model/operation/record.h"
#include "model/shop/draft.h"
#include "tui/screens/record_lookup.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MOST = 6, DRAFTS = 200, PEOPLE = 20 };

static const char draft_screen[] = "channels";

/* -- Completion -- */

struct candidates {
    struct arena *arena;
    struct editor_candidate *out;
    size_t count, limit, start;
    const char *typed; /* behind the sign, folded */
};

static void offer(struct candidates *to, const char *sign, const char *word, const char *help)
{
    const char *text = arena_format(to->arena, "%s%s ", sign, word);
    if (to->count == to->limit || word[0] == '\0' ||
        strncmp(text_fold(word, to->arena), to->typed, strlen(to->typed)) != 0)
        return;
    for (size_t i = 0; i < to->count; i++)
        if (strcmp(to->out[i].text, text) == 0)
            return;
    to->out[to->count++] = (struct editor_candidate){to->start, text, help};
}

/* A name with a blank in it can't be typed as a word: then it is the user name. */
static void offer_person(struct candidates *to, const char *name, const char *username)
{
    bool is_word = name[strcspn(name, " \t")] == '\0';
    offer(to, "@", username[0] != '\0' || !is_word ? username : name, name);
    if (is_word)
        offer(to, "@", name, name);
}

static void offer_people(struct channels *state, struct candidates *to)
{
    struct store *store = app_store(state->app);
    const struct table *users = schema_table(store_schema(store), "users");
    struct channel_member *members;
    struct form_option found[PEOPLE];
    int count = channel_members(store, &app_actor(state->app)->user_id, &state->channel, to->arena,
                                &members, NULL);
    for (int i = 0; i < count; i++)
        offer_person(to, members[i].name, members[i].username);
    size_t others = record_look_up(state->app, users, to->typed, to->arena, found, PEOPLE);
    for (size_t i = 0; i < others; i++) {
        struct uuid id;
        struct record row;
        if (uuid_parse(found[i].id, &id) &&
            record_get(store, users, &id, to->arena, &row, NULL) == 1)
            offer_person(to, found[i].title, value_as_text(record_value(&row, "username")));
    }
    offer(to, "@", "channel", "everybody here");
}

/* Channels by their names; orders, tickets and goods by their numbers. */
static void offer_things(struct channels *state, struct candidates *to)
{
    struct search_hit *hits = arena_alloc(to->arena, PEOPLE * sizeof *hits);
    struct talk_thing thing;
    for (size_t i = 0; i < state->count; i++)
        if (state->channels[i].kind != CHANNEL_DIRECT)
            offer(to, "#", state->channels[i].slug, state->channels[i].description);
    int count = text_is_blank(to->typed) ? 0
                                         : search_anything(app_store(state->app), to->typed, PEOPLE,
                                                           to->arena, hits, NULL);
    for (int i = 0; i < count; i++)
        if (talk_thing_find(app_store(state->app), hits[i].title, to->arena, &thing, NULL) == 1)
            offer(to, "#", hits[i].title, hits[i].subtitle);
}

static size_t complete(void *context, const char *text, size_t cursor, struct arena *arena,
                       struct editor_candidate *out, size_t limit)
{
    struct channels *state = context;
    struct candidates to = {.arena = arena, .out = out, .limit = limit, .start = cursor};
    while (to.start > 0 && !isspace((unsigned char)text[to.start - 1]))
        to.start--;
    if (to.start == cursor || (text[to.start] != '@' && text[to.start] != '#'))
        return 0;
    to.typed = text_fold(arena_bytes(arena, text + to.start + 1, cursor - to.start - 1), arena);
    if (text[to.start] == '@')
        offer_people(state, &to);
    else
        offer_things(state, &to);
    return to.count;
}

/* -- Drafts -- */

/* What the line belongs to: the thread, the thing whose thread would begin, the channel. */
static struct uuid place_of(const struct channels *state)
{
    if (feed_is_shown(&state->thread))
        return state->thread.thread;
    return state->about.table != NULL ? state->about.id : state->channel;
}

static void drop_files(struct channels *state)
{
    for (size_t i = 0; i < state->file_count; i++)
        free(state->files[i].name);
    state->file_count = 0;
}

static char *draft_text(const struct channels *state)
{
    json_t *files = json_array();
    for (size_t i = 0; i < state->file_count; i++) {
        char id[UUID_TEXT_SIZE];
        uuid_text(&state->files[i].id, id);
        json_array_append_new(files,
                              json_pack("{s:s, s:s}", "id", id, "name", state->files[i].name));
    }
    json_t *body = json_pack("{s:s, s:o}", "text", editor_text(&state->line), "files", files);
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    return text;
}

static void forget_draft(struct channels *state)
{
    struct error err;
    if (!uuid_is_zero(&state->draft) && !draft_delete(app_store(state->app), &state->draft, &err) &&
        err.code != ERROR_BUSY)
        app_toast_error(state->app, &err);
    state->draft = (struct uuid){{0}};
}

void channels_keep_draft(struct channels *state)
{
    struct error err;
    struct uuid place = place_of(state);
    if (state->kept_revision == state->line.revision || uuid_is_zero(&place) ||
        !uuid_is_zero(&state->editing))
        return;
    state->kept_revision = state->line.revision;
    if (state->line.text.size == 0 && state->file_count == 0) {
        forget_draft(state);
        return;
    }
    char *body = draft_text(state);
    if (body != NULL &&
        !draft_save(app_store(state->app), draft_screen, &app_actor(state->app)->user_id, &place,
                    body, &state->draft, &err))
        app_toast_error(state->app, &err);
    free(body);
}

static void take_draft(struct channels *state, const struct draft *draft)
{
    json_t *body = json_loads(draft->body, 0, NULL), *file;
    const char *text = json_string_value(json_object_get(body, "text"));
    size_t i;
    state->draft = draft->id;
    editor_set(&state->line, text != NULL ? text : "");
    json_array_foreach(json_object_get(body, "files"), i, file)
    {
        const char *id = json_string_value(json_object_get(file, "id"));
        const char *name = json_string_value(json_object_get(file, "name"));
        struct channels_file *to = &state->files[state->file_count];
        if (state->file_count < CHANNELS_FILES && id != NULL && name != NULL &&
            uuid_parse(id, &to->id)) {
            to->name = memory_text(name);
            state->file_count++;
        }
    }
    json_decref(body);
}

void channels_load_draft(struct channels *state)
{
    struct error err;
    struct arena *arena = arena_new();
    struct draft *drafts = arena_alloc(arena, DRAFTS * sizeof *drafts);
    struct uuid place = place_of(state);
    int count = draft_list(app_store(state->app), draft_screen, &app_actor(state->app)->user_id,
                           DRAFTS, arena, drafts, &err);
    drop_files(state);
    editor_set(&state->line, "");
    state->editing = state->draft = (struct uuid){{0}};
    for (int i = 0; i < count; i++)
        if (uuid_equal(&drafts[i].row_id, &place)) {
            take_draft(state, &drafts[i]);
            break;
        }
    state->kept_revision = state->line.revision;
    if (count < 0)
        app_toast_error(state->app, &err);
    arena_free(arena);
}

void channels_line_init(struct channels *state)
{
    editor_init(&state->line, EDITOR_LINES, TALK_CONTENT_MAX);
    state->line.complete = complete;
    state->line.context = state;
    state->kept_revision = state->line.revision;
}

void channels_line_done(struct channels *state)
{
    drop_files(state);
    editor_done(&state->line);
}

/* -- Saying -- */

void channels_edit(struct channels *state, const struct message *message)
{
    channels_keep_draft(state);
    editor_set(&state->line, message->content);
    state->editing = message->id;
    state->focus = CHANNELS_LINE;
}

/* Up in the empty line. */
static bool edit_last(struct channels *state)
{
    const struct feed *feed = channels_feed(state);
    for (size_t i = feed->count; i-- > 0;) {
        const struct message *message = &feed->messages[i];
        if (!message->is_mine || message->kind == MESSAGE_SYSTEM || message->deleted_at != 0 ||
            message->mark == MARK_REFUSED)
            continue;
        channels_edit(state, message);
        return true;
    }
    return false;
}

static bool say(struct channels *state, struct uuid *id, struct error *err)
{
    struct uuid files[CHANNELS_FILES];
    const char *urls[CHANNELS_FILES];
    size_t file_count = 0, url_count = 0;
    for (size_t i = 0; i < state->file_count; i++)
        if (uuid_is_zero(&state->files[i].id))
            urls[url_count++] = state->files[i].name;
        else
            files[file_count++] = state->files[i].id;
    const struct message_draft draft = {.channel = state->channel,
                                        .thread = state->thread.thread,
                                        .content = editor_text(&state->line),
                                        .about = uuid_is_zero(&state->thread.thread)
                                                     ? state->about
                                                     : (struct talk_thing){.table = NULL},
                                        .files = files,
                                        .file_count = file_count,
                                        .urls = urls,
                                        .url_count = url_count};
    return message_say(app_store(state->app), app_actor(state->app), &draft, id, err);
}

static void said(struct channels *state, const struct uuid *id)
{
    bool begins = state->about.table != NULL && !feed_is_shown(&state->thread);
    forget_draft(state);
    drop_files(state);
    editor_set(&state->line, "");
    state->kept_revision = state->line.revision;
    if (begins)
        channels_open_thread(state, id);
    else
        feed_go_to_end(channels_feed(state));
}

static void send_line(struct channels *state)
{
    struct error err;
    struct uuid id;
    bool is_blank = text_is_blank(editor_text(&state->line));
    if (uuid_is_zero(&state->channel) || (is_blank && state->file_count == 0))
        return;
    if (!uuid_is_zero(&state->editing)) {
        bool is_changed = message_edit(app_store(state->app), app_actor(state->app),
                                       &state->editing, editor_text(&state->line), &err);
        if (is_changed)
            channels_load_draft(state);
        channels_report(state, is_changed, NULL, &err);
        return;
    }
    if (say(state, &id, &err))
        said(state, &id);
    else
        app_toast_error(state->app, &err);
}

/* A number that was scanned is written down, but never sent by the scanner's Enter. */
static bool is_code(const char *text)
{
    bool has_digit = false;
    for (; *text != '\0'; text++) {
        if (isspace((unsigned char)*text) || islower((unsigned char)*text))
            return false;
        has_digit |= isdigit((unsigned char)*text) != 0;
    }
    return has_digit;
}

static void take_code(struct channels *state, const char *code)
{
    struct talk_thing thing;
    struct arena *arena = arena_new();
    bool is_thing = talk_thing_find(app_store(state->app), code, arena, &thing, NULL) == 1;
    const char *text = arena_format(arena, "%s%s ", is_thing ? "#" : "", code);
    editor_insert(&state->line, text, strlen(text));
    arena_free(arena);
}

unsigned channels_line_handle(struct channels *state, const struct event *event)
{
    bool is_key = event->kind == EVENT_KEY, is_open = editor_popup_is_open(&state->line);
    if (event->kind == EVENT_SCAN && !is_code(event->text))
        return OUTCOME_IGNORED;
    if (event->kind == EVENT_SCAN)
        take_code(state, event->text);
    else if (is_key && event->key == (KEY_RETURN | KEY_WITH_ALT))
        editor_insert(&state->line, "\n", 1);
    else if (is_key && event->key == KEY_RETURN && !is_open)
        send_line(state);
    else if (is_key && !is_open && (event->key == KEY_PAGE_UP || event->key == KEY_PAGE_DOWN))
        return feed_handle(channels_feed(state), event);
    else if (is_key && event->key == KEY_UP_ARROW && state->line.text.size == 0)
        return edit_last(state) ? OUTCOME_HANDLED | OUTCOME_REDRAW : OUTCOME_IGNORED;
    else {
        unsigned outcome = editor_handle(&state->line, event);
        if (outcome != OUTCOME_IGNORED && event->kind == EVENT_MOUSE)
            state->focus = CHANNELS_LINE;
        if (event->kind == EVENT_PASTE &&
            text_characters(editor_text(&state->line)) == TALK_CONTENT_MAX)
            app_toast(state->app, TOAST_WARNING,
                      "A message takes %d characters, the rest of what you pasted was left out; "
                      "Alt-O sends a file.",
                      TALK_CONTENT_MAX);
        return outcome;
    }
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

/* -- Drawing -- */

/* What the line does, where that is not just to say something in the channel; "". */
static void note_of(const struct channels *state, char *text, size_t size)
{
    text[0] = '\0';
    if (!uuid_is_zero(&state->editing))
        snprintf(text, size, "changes what you said; Esc leaves it");
    for (size_t i = 0; i < state->file_count; i++)
        snprintf(text + strlen(text), size - strlen(text), "%s%s", i > 0 ? ", " : "with ",
                 state->files[i].name);
}

int channels_line_rows(struct channels *state, int width)
{
    char note[200];
    size_t rows = editor_rows(&state->line, width);
    note_of(state, note, sizeof note);
    return (int)(rows < ROWS_MOST ? rows : ROWS_MOST) + (note[0] != '\0');
}

void channels_line_draw(struct channels *state, struct pane pane)
{
    static const char hint[] = "Enter sends, Alt-Enter new line, Tab completes @ and #, Esc back";
    char note[200];
    bool has_focus = state->focus == CHANNELS_LINE;
    note_of(state, note, sizeof note);
    if (note[0] != '\0')
        text_put(pane, 0, 0, pane.width, ROLE_WARNING, ALIGN_LEFT, note);
    int above = note[0] != '\0';
    editor_draw_as(&state->line, pane_part(pane, above, 0, pane.height - above, pane.width),
                   has_focus, has_focus ? ROLE_FIELD_FOCUS : ROLE_FIELD,
                   has_focus ? hint : "i writes");
}
