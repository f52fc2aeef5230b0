/* Channels: what the people of the shop say to each other, and what the shop says. */
#include "tui/screens/channels.h"

#include "model/base/text.h"
#include "tui/screens/screens.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_WIDTH = 24, HEAD_MINIMUM = 18 /* rows for a line about the channel */ };

const struct channel *channels_current(const struct channels *state)
{
    for (size_t i = 0; i < state->count; i++)
        if (uuid_equal(&state->channels[i].id, &state->channel))
            return &state->channels[i];
    return NULL;
}

bool channels_has_thread(const struct channels *state)
{
    return feed_is_shown(&state->thread) || state->about.table != NULL;
}

struct feed *channels_feed(struct channels *state)
{
    return channels_has_thread(state) ? &state->thread : &state->feed;
}

const struct message *channels_message(const struct channels *state)
{
    return feed_current(channels_has_thread(state) ? &state->thread : &state->feed);
}

/* -- The list -- */

/* On the reader. */
struct listing_job {
    struct channels *state; /* gone when the job was stopped */
    struct uuid user;
    struct arena *arena;
    struct channel *channels;
    size_t count;
};

static bool list_work(struct store *store, void *data, struct error *err)
{
    struct listing_job *job = data;
    int count = channels_of(store, &job->user, false, job->arena, &job->channels, err);
    job->count = count < 0 ? 0 : (size_t)count;
    return count >= 0;
}

static const char *sign_of(const struct channel *channel)
{
    return channel->kind == CHANNEL_DIRECT ? "@" : channel->kind == CHANNEL_PRIVATE ? "*" : "#";
}

static const char *counts_of(const struct channel *channel, struct arena *arena)
{
    const char *more = channel->unread == TALK_COUNT_MAX ? "+" : "";
    if (channel->is_archived || channel->unread == 0)
        return channel->is_muted ? "muted" : !channel->is_member ? "join" : NULL;
    if (channel->mentions > 0)
        return arena_format(arena, "%" PRId64 "%s @%" PRId64, channel->unread, more,
                            channel->mentions);
    return arena_format(arena, channel->is_muted ? "(%" PRId64 "%s)" : "%" PRId64 "%s",
                        channel->unread, more);
}

static void fill_list(struct channels *state)
{
    state->items = arena_alloc(state->arena, (state->count + 1) * sizeof *state->items);
    for (size_t i = 0; i < state->count; i++) {
        const struct channel *channel = &state->channels[i];
        state->items[i] = (struct list_item){
            .text = arena_format(state->arena, "%s%s", sign_of(channel), channel->name),
            .note = counts_of(channel, state->arena)};
    }
    list_set(&state->list, state->items, state->count);
    const struct channel *current = channels_current(state);
    if (current != NULL && state->focus != CHANNELS_LIST)
        state->list.cursor = (size_t)(current - state->channels);
}

static void name_channel(struct channels *state)
{
    const struct channel *current = channels_current(state);
    if (current == NULL)
        snprintf(state->heading, sizeof state->heading, "CHANNELS");
    else
        snprintf(state->heading, sizeof state->heading, "%s%s", sign_of(current), current->name);
}

static void list_done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct listing_job *job = data;
    struct channels *state = job->state;
    if (worked || err->code != ERROR_STOPPED) {
        state->is_listing = false;
        if (worked) {
            struct arena *before = state->arena;
            state->arena = job->arena;
            job->arena = before;
            state->channels = job->channels;
            state->count = job->count;
            fill_list(state);
            if (uuid_is_zero(&state->channel) && state->count > 0)
                channels_go_to(state, &state->channels[0].id, NULL);
            name_channel(state);
        } else {
            app_toast_error(app, err);
        }
        if (state->is_list_stale)
            channels_reload(state);
        app_redraw(app);
    }
    arena_free(job->arena);
    free(job);
}

static void read_list(struct channels *state)
{
    state->is_list_stale = state->is_listing;
    if (state->is_listing)
        return;
    struct listing_job *job = memory_new(sizeof *job);
    *job = (struct listing_job){
        .state = state, .user = app_actor(state->app)->user_id, .arena = arena_new()};
    state->is_listing = true;
    app_read(state->app,
             (struct job){.owner = state, .work = list_work, .done = list_done, .data = job});
}

/* -- What is read -- */

static void note_read(struct channels *state)
{
    struct error err;
    int64_t position = state->to_read;
    state->to_read = 0;
    const struct channel *current = channels_current(state);
    if (position == 0 || current == NULL || position <= current->last_read || !current->is_member)
        return;
    if (!channel_read(app_store(state->app), app_actor(state->app), &state->channel, position,
                      &err) &&
        err.code != ERROR_BUSY)
        app_toast_error(state->app, &err);
}

/* A line is read when it stood on the screen and a key was pressed; it is noted with the next tick,
 * so that no key waits for it. */
static void look_at_read(struct channels *state)
{
    const struct channel *current = channels_current(state);
    if (current != NULL && state->feed.seen > current->last_read)
        state->to_read = state->feed.seen;
}

/* -- Going about -- */

void channels_reload(struct channels *state)
{
    read_list(state);
    feed_reload(&state->feed);
    feed_reload(&state->thread);
}

void channels_report(struct channels *state, bool worked, const char *words,
                     const struct error *err)
{
    if (!worked)
        app_toast_error(state->app, err);
    else if (words != NULL)
        app_toast(state->app, TOAST_INFO, "%s", words);
    if (worked)
        channels_reload(state);
}

void channels_go_to(struct channels *state, const struct uuid *channel, const struct uuid *message)
{
    struct channel row;
    struct arena *arena = arena_new();
    note_read(state);
    channels_keep_draft(state);
    feed_show(&state->thread, &(struct uuid){{0}}, NULL, 0, NULL);
    state->about.table = NULL;
    state->channel = *channel;
    int64_t last_read = INT64_MAX;
    if (channel_load(app_store(state->app), &app_actor(state->app)->user_id, channel, arena, &row,
                     NULL) &&
        row.is_member)
        last_read = row.last_read;
    feed_show(&state->feed, channel, NULL, last_read, message);
    arena_free(arena);
    channels_load_draft(state);
    fill_list(state);
    name_channel(state);
}

void channels_open_thread(struct channels *state, const struct uuid *message)
{
    channels_keep_draft(state);
    feed_show(&state->thread, &state->channel, message, INT64_MAX, NULL);
    channels_load_draft(state);
}

void channels_close_thread(struct channels *state)
{
    channels_keep_draft(state);
    feed_show(&state->thread, &(struct uuid){{0}}, NULL, 0, NULL);
    state->about.table = NULL;
    channels_load_draft(state);
}

/* The thread of a thing, or the place where it would begin. */
static bool go_to_thing(struct channels *state, const struct thing *thing, struct error *err)
{
    struct uuid channel, message;
    if (!thread_of(app_store(state->app), app_actor(state->app), thing->table, &thing->id, &channel,
                   &message, err))
        return false;
    channels_go_to(state, &channel, uuid_is_zero(&message) ? NULL : &message);
    const struct table *table = schema_table(store_schema(app_store(state->app)), thing->table);
    state->about = (struct talk_thing){.table = table->name, .id = thing->id};
    struct arena *arena = arena_new();
    text_copy(state->about_title, sizeof state->about_title,
              talk_thing_title(app_store(state->app), &state->about, arena));
    arena_free(arena);
    if (!uuid_is_zero(&message))
        channels_open_thread(state, &message);
    else
        channels_load_draft(state);
    return true;
}

/* -- The window -- */

/* "id:CHANNEL", "id:CHANNEL message:ID", "about:TABLE:ID" */
static bool take_argument(struct channels *state, const char *argument, struct error *err)
{
    struct uuid channel, message;
    char id[UUID_TEXT_SIZE], other[UUID_TEXT_SIZE], table[64];
    if (sscanf(argument, "about:%63[a-z_]:%36s", table, id) == 2 && uuid_parse(id, &channel)) {
        const struct thing thing = {table, channel};
        state->is_guest = true;
        return go_to_thing(state, &thing, err);
    }
    int found = sscanf(argument, "id:%36s message:%36s", id, other);
    if (found < 1 || !uuid_parse(id, &channel) || (found == 2 && !uuid_parse(other, &message)))
        return error_set(err, ERROR_INPUT, "\"%s\" names no channel.", argument);
    channels_go_to(state, &channel, found == 2 ? &message : NULL);
    return true;
}

static void close_window(struct app *app, void *data)
{
    struct channels *state = data;
    (void)app;
    note_read(state);
    channels_keep_draft(state);
    feed_done(&state->feed);
    feed_done(&state->thread);
    channels_line_done(state);
    arena_free(state->arena);
    free(state);
}

static void *open_window(struct app *app, const char *argument, struct error *err)
{
    struct channels *state = memory_new(sizeof *state);
    *state = (struct channels){.app = app, .arena = arena_new()};
    feed_init(&state->feed, app);
    feed_init(&state->thread, app);
    channels_line_init(state);
    name_channel(state);
    if (argument != NULL && !take_argument(state, argument, err)) {
        close_window(app, state);
        return NULL;
    }
    read_list(state);
    return state;
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    channels_reload(state);
}

static void draw_list(struct channels *state, struct pane pane)
{
    state->list.is_idle = state->focus != CHANNELS_LIST;
    list_draw(&state->list, pane);
    if (state->count == 0 && !state->is_listing)
        text_put(pane, 0, 1, pane.width - 1, ROLE_DIM, ALIGN_LEFT, "No channels; n makes one");
}

static void draw_side_line(struct pane pane, int x)
{
    for (int y = 0; y < pane.height; y++)
        shape_put(pane, y, x, ROLE_BORDER, SHAPE_LINE_V);
}

static void draw_head(struct channels *state, struct pane pane, bool is_thread)
{
    char text[200] = "";
    const struct channel *current = channels_current(state);
    if (is_thread)
        snprintf(text, sizeof text, "Thread%s%s", state->about.table != NULL ? " about " : "",
                 state->about.table != NULL ? state->about_title : "");
    else if (current != NULL && current->kind != CHANNEL_DIRECT)
        snprintf(text, sizeof text, "%s%s%" PRId64 " %s%s", current->description,
                 current->description[0] != '\0' ? "   " : "", current->members,
                 current->members == 1 ? "member" : "members",
                 current->is_member ? "" : "   J joins");
    text_put(pane, 0, 1, pane.width - 1, ROLE_HEADING, ALIGN_LEFT, text);
}

static void draw_feed(struct channels *state, struct feed *feed, struct pane pane, bool is_thread)
{
    bool has_head = is_thread || pane.height >= HEAD_MINIMUM;
    bool is_own = feed == channels_feed(state);
    int line = is_own ? channels_line_rows(state, pane.width) : 0;
    if (has_head)
        draw_head(state, pane, is_thread);
    feed_draw(feed, pane_part(pane, has_head, 0, pane.height - has_head - line, pane.width),
              state->focus == CHANNELS_MESSAGES && is_own);
    if (is_thread && !feed_is_shown(feed))
        text_put(pane, 2, 2, pane.width - 2, ROLE_DIM, ALIGN_LEFT,
                 "Nobody has said anything about it yet.");
    if (is_own)
        channels_line_draw(state, pane_part(pane, pane.height - line, 0, line, pane.width));
}

static void draw(struct app *app, void *data, struct pane pane)
{
    struct channels *state = data;
    bool has_thread = channels_has_thread(state);
    (void)app;
    state->is_wide = pane.width >= CHANNELS_WIDE;
    if (!state->is_wide) {
        if (state->focus == CHANNELS_LIST)
            draw_list(state, pane);
        else
            draw_feed(state, channels_feed(state), pane, has_thread);
    } else {
        int rest = pane.width - LIST_WIDTH - 1, side = has_thread ? rest * 2 / 5 : 0;
        draw_list(state, pane_part(pane, 0, 0, pane.height, LIST_WIDTH));
        draw_side_line(pane, LIST_WIDTH);
        draw_feed(state, &state->feed,
                  pane_part(pane, 0, LIST_WIDTH + 1, pane.height, rest - side - has_thread), false);
        if (has_thread) {
            draw_side_line(pane, pane.width - side - 1);
            draw_feed(state, &state->thread,
                      pane_part(pane, 0, pane.width - side, pane.height, side), true);
        }
    }
    if (state->focus == CHANNELS_LINE)
        editor_draw_popup(&state->line);
}

static void move_focus(struct channels *state, bool is_back)
{
    static const enum channels_focus next[] = {[CHANNELS_LINE] = CHANNELS_LIST,
                                               [CHANNELS_LIST] = CHANNELS_MESSAGES,
                                               [CHANNELS_MESSAGES] = CHANNELS_LINE};
    state->focus = next[is_back ? next[state->focus] : state->focus];
}

void channels_choose(struct channels *state)
{
    if (state->list.cursor >= state->count)
        return;
    state->focus = CHANNELS_LINE;
    channels_go_to(state, &state->channels[state->list.cursor].id, NULL);
}

static unsigned handle_list(struct channels *state, const struct event *event)
{
    struct event moved = *event;
    if (event->kind == EVENT_KEY && (event->key == 'j' || event->key == 'k'))
        moved.key = event->key == 'j' ? KEY_DOWN_ARROW : KEY_UP_ARROW;
    enum list_result result = list_handle(&state->list, &moved);
    if (result == LIST_CHOSEN)
        channels_choose(state);
    return result == LIST_IGNORED ? OUTCOME_IGNORED : OUTCOME_HANDLED | OUTCOME_REDRAW;
}

/* A thread closes before the window does; what is typed is kept either way. */
static unsigned go_back(struct channels *state)
{
    bool is_typed = state->focus == CHANNELS_LINE &&
                    (state->line.text.size > 0 || !uuid_is_zero(&state->editing));
    if (!uuid_is_zero(&state->editing))
        channels_load_draft(state);
    else if (is_typed)
        state->focus = CHANNELS_MESSAGES;
    else if (channels_has_thread(state) && !state->is_guest)
        channels_close_thread(state);
    else
        return OUTCOME_IGNORED;
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned handle_key(struct channels *state, const struct event *event)
{
    look_at_read(state);
    if (state->focus == CHANNELS_LINE) {
        unsigned outcome = channels_line_handle(state, event);
        if (outcome != OUTCOME_IGNORED)
            return outcome;
    } else {
        unsigned outcome = state->focus == CHANNELS_LIST ? handle_list(state, event)
                                                         : feed_handle(channels_feed(state), event);
        if (outcome != OUTCOME_IGNORED)
            return outcome;
    }
    if (event->key == KEY_TABULATOR || event->key == (KEY_TABULATOR | KEY_WITH_SHIFT)) {
        move_focus(state, event->key & KEY_WITH_SHIFT);
        return OUTCOME_HANDLED | OUTCOME_REDRAW;
    }
    return event->key == KEY_ESCAPE ? go_back(state) : OUTCOME_IGNORED;
}

static unsigned handle_mouse(struct channels *state, const struct event *event)
{
    unsigned outcome = OUTCOME_IGNORED;
    if (state->is_wide || state->focus == CHANNELS_LIST)
        outcome = handle_list(state, event);
    if (outcome == OUTCOME_IGNORED)
        outcome = channels_line_handle(state, event);
    if (outcome == OUTCOME_IGNORED)
        outcome = feed_handle(channels_feed(state), event);
    return outcome;
}

static unsigned handle(struct app *app, void *data, const struct event *event)
{
    struct channels *state = data;
    (void)app;
    switch (event->kind) {
    case EVENT_TICK:
        note_read(state);
        channels_keep_draft(state);
        return OUTCOME_IGNORED;
    case EVENT_KEY:
        return handle_key(state, event);
    case EVENT_MOUSE:
        return handle_mouse(state, event);
    case EVENT_PASTE:
    case EVENT_SCAN:
        state->focus = CHANNELS_LINE;
        return channels_line_handle(state, event);
    case EVENT_RESIZE:
        break;
    }
    return OUTCOME_IGNORED;
}

static bool has_text_focus(const void *state)
{
    return ((const struct channels *)state)->focus == CHANNELS_LINE;
}

static bool has_row(const void *state)
{
    return channels_message(state) != NULL;
}

static const char *heading(const void *state)
{
    return ((const struct channels *)state)->heading;
}

void channels_show(struct app *app, const struct uuid *channel, const struct uuid *message)
{
    char argument[2 * UUID_TEXT_SIZE + 16], id[UUID_TEXT_SIZE], other[UUID_TEXT_SIZE] = "";
    uuid_text(channel, id);
    if (message != NULL)
        uuid_text(message, other);
    snprintf(argument, sizeof argument, "id:%s%s%s", id, message != NULL ? " message:" : "", other);
    app_open(app, channels_ops.name, argument);
}

void channels_show_about(struct app *app, const struct thing *thing)
{
    char argument[UUID_TEXT_SIZE + 80], id[UUID_TEXT_SIZE];
    uuid_text(&thing->id, id);
    snprintf(argument, sizeof argument, "about:%s:%s", thing->table, id);
    app_open(app, channels_ops.name, argument);
}

void channels_show_person(struct app *app, const struct uuid *user)
{
    struct uuid channel;
    struct error err;
    if (channel_direct(app_store(app), app_actor(app), user, &channel, &err))
        channels_show(app, &channel, NULL);
    else
        app_toast_error(app, &err);
}

const struct window_ops channels_ops = {
    .name = "channels",
    .title = "Channels",
    .help =
        "What the people of the shop say to each other, and what the shop itself says (with a line "
        "before it, which nobody can write). Tab goes between the line at the bottom, the channels "
        "and the messages. In the line Enter sends, Alt-Enter makes a new line, Tab completes "
        "@name and #thing, and Up in the empty line changes what you said last; *bold*, `code`, "
        "> quote and - lists are shown as such, ``` stands around lines of code. What you type is "
        "kept for each channel and thread. A message with an arrow before it is not sent yet, one "
        "with ! was refused. A message is read when it was on the screen and you pressed a key.",
    .table = "channels",
    .actions = {"channels", channels_actions, CHANNELS_ACTIONS},
    .open = open_window,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .heading = heading,
    .close = close_window,
};
