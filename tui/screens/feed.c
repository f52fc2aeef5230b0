#include "tui/screens/feed.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 60 /* messages before and behind the one that is looked for */, EDGE = 8 };

/* On the reader. */
struct fetching {
    struct feed *feed; /* gone when the job was stopped */
    struct message_ask ask;
    bool around;        /* `ask.anchor` stands in the middle, else the end is read */
    struct uuid wanted; /* its place is the anchor */
    struct arena *arena;
    struct message *messages;
    struct feed_refusal *refusals;
    size_t count;
    bool has_older, has_newer;
};

void feed_init(struct feed *feed, struct app *app)
{
    *feed = (struct feed){.app = app, .arena = arena_new(), .lay = arena_new()};
}

void feed_done(struct feed *feed)
{
    app_read_stop(feed->app, feed);
    arena_free(feed->arena);
    arena_free(feed->lay);
}

bool feed_is_shown(const struct feed *feed)
{
    return !uuid_is_zero(&feed->channel);
}

const struct message *feed_current(const struct feed *feed)
{
    return feed->cursor < feed->count ? &feed->messages[feed->cursor] : NULL;
}

const struct feed_refusal *feed_refusal(const struct feed *feed)
{
    return feed->cursor < feed->count ? &feed->refusals[feed->cursor] : NULL;
}

/* What was refused stands behind the newest, in the order in which it was said. */
static bool add_refused(struct store *store, struct fetching *fetching, struct error *err)
{
    struct message_refused *refused = NULL;
    int count = fetching->has_newer || !uuid_is_zero(&fetching->ask.thread)
                    ? 0
                    : message_refused(store, &fetching->ask.user, &fetching->ask.channel,
                                      fetching->arena, &refused, err);
    if (count < 0)
        return false;
    size_t before = fetching->count, all = before + (size_t)count;
    struct message *messages = arena_alloc(fetching->arena, (all + 1) * sizeof *messages);
    if (before > 0)
        memcpy(messages, fetching->messages, before * sizeof *messages);
    fetching->refusals = arena_alloc(fetching->arena, (all + 1) * sizeof *fetching->refusals);
    for (int i = 0; i < count; i++) {
        const struct message_refused *one = &refused[count - 1 - i];
        messages[before + (size_t)i] = (struct message){.id = one->operation,
                                                        .user_id = fetching->ask.user,
                                                        .author = "you",
                                                        .content = one->content,
                                                        .sent_at = one->time,
                                                        .deleted_by = "",
                                                        .mark = MARK_REFUSED,
                                                        .is_mine = true};
        fetching->refusals[before + (size_t)i] = (struct feed_refusal){one->attention, one->reason};
    }
    fetching->messages = messages;
    fetching->count = all;
    return true;
}

/* The pages before and behind the anchor as one; the place itself belongs to the first. */
static bool read_around(struct store *store, struct fetching *fetching, struct error *err)
{
    struct message_ask ask = fetching->ask;
    struct message *older, *newer;
    ask.is_backward = true;
    ask.anchor.position++;
    int before = message_page(store, &ask, fetching->arena, &older, err);
    ask.is_backward = false;
    ask.anchor.position--;
    int behind = before < 0 ? -1 : message_page(store, &ask, fetching->arena, &newer, err);
    if (behind < 0)
        return false;
    fetching->has_older = before == PAGE;
    fetching->has_newer = behind == PAGE;
    fetching->count = (size_t)before + (size_t)behind;
    fetching->messages =
        arena_alloc(fetching->arena, (fetching->count + 1) * sizeof *fetching->messages);
    if (before > 0)
        memcpy(fetching->messages, older, (size_t)before * sizeof *older);
    if (behind > 0)
        memcpy(fetching->messages + before, newer, (size_t)behind * sizeof *newer);
    return true;
}

static bool fetch_work(struct store *store, void *data, struct error *err)
{
    struct fetching *fetching = data;
    struct message_ask *ask = &fetching->ask;
    if (!uuid_is_zero(&fetching->wanted)) {
        struct message message;
        if (!message_load(store, &ask->user, &fetching->wanted, fetching->arena, &message, err))
            return false;
        ask->anchor = message.place;
        fetching->around = message.place.position > 0;
    }
    if (fetching->around) {
        if (!read_around(store, fetching, err))
            return false;
    } else {
        ask->from_end = true;
        int count = message_page(store, ask, fetching->arena, &fetching->messages, err);
        if (count < 0)
            return false;
        fetching->count = (size_t)count;
        fetching->has_older = count == PAGE;
    }
    return add_refused(store, fetching, err);
}

static size_t find_message(const struct feed *feed, const struct uuid *id)
{
    size_t i = 0;
    while (i < feed->count && !uuid_equal(&feed->messages[i].id, id))
        i++;
    return i;
}

static long first_row(const struct feed *feed, size_t message)
{
    long row = 0;
    while (row < (long)feed->row_count && feed->rows[row].message < message)
        row++;
    return row;
}

/* Where the cursor goes at first: to what was looked for, to the first that is new, to the end. */
static void place_cursor(struct feed *feed)
{
    size_t at = find_message(feed, &feed->wanted);
    bool is_found = at < feed->count;
    for (size_t i = 0; i < feed->count && !is_found && uuid_is_zero(&feed->wanted); i++)
        if (feed->messages[i].place.position > feed->read_until && !feed->messages[i].is_mine) {
            at = i;
            is_found = true;
        }
    feed->wanted = (struct uuid){{0}};
    feed->cursor = is_found ? at : feed->count > 0 ? feed->count - 1 : 0;
    feed->is_following = !is_found && !feed->has_newer;
    feed_lay_out(feed, feed->width);
    feed->top = first_row(feed, feed->cursor) - feed->pane.height / 3;
}

/* The cursor stays on its message, and that where it stood on the screen. */
static void take_page(struct feed *feed, struct fetching *fetching)
{
    bool is_first = feed->count == 0 || !uuid_is_zero(&feed->wanted);
    struct uuid id = feed->count > 0 ? feed->messages[feed->cursor].id : (struct uuid){{0}};
    long distance = feed->row_count > 0 ? first_row(feed, feed->cursor) - feed->top : 0;
    arena_free(feed->arena);
    feed->arena = fetching->arena;
    fetching->arena = NULL;
    feed->messages = fetching->messages;
    feed->refusals = fetching->refusals;
    feed->count = fetching->count;
    feed->has_older = fetching->has_older;
    feed->has_newer = fetching->has_newer;
    if (is_first) {
        place_cursor(feed);
        return;
    }
    size_t at = find_message(feed, &id);
    if (at == feed->count) /* it was given a place, or has gone */
        at = feed->cursor < feed->count ? feed->cursor : feed->count - (feed->count > 0);
    feed->cursor = feed->is_following && feed->count > 0 ? feed->count - 1 : at;
    feed_lay_out(feed, feed->width);
    feed->top = first_row(feed, feed->cursor) - distance;
}

static void fetch_done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct fetching *fetching = data;
    struct feed *feed = fetching->feed;
    if (worked || err->code != ERROR_STOPPED) {
        feed->is_fetching = false;
        if (worked)
            take_page(feed, fetching);
        else
            app_toast_error(app, err);
        if (feed->is_stale)
            feed_reload(feed);
        app_redraw(app);
    }
    arena_free(fetching->arena);
    free(fetching);
}

static void fetch(struct feed *feed, const struct talk_place *around)
{
    struct fetching *fetching = memory_new(sizeof *fetching);
    *fetching = (struct fetching){.feed = feed, .wanted = feed->wanted, .arena = arena_new()};
    fetching->ask = (struct message_ask){.user = app_actor(feed->app)->user_id,
                                         .channel = feed->channel,
                                         .thread = feed->thread,
                                         .limit = PAGE};
    fetching->around = around != NULL;
    if (around != NULL)
        fetching->ask.anchor = *around;
    feed->is_fetching = true;
    feed->is_stale = false;
    app_read(feed->app,
             (struct job){.owner = feed, .work = fetch_work, .done = fetch_done, .data = fetching});
}

void feed_show(struct feed *feed, const struct uuid *channel, const struct uuid *thread,
               int64_t read_until, const struct uuid *message)
{
    const struct uuid none = {{0}};
    bool is_same = uuid_equal(&feed->channel, channel) &&
                   uuid_equal(&feed->thread, thread != NULL ? thread : &none);
    if (is_same && message == NULL)
        return;
    feed->channel = *channel;
    feed->thread = thread != NULL ? *thread : none;
    feed->wanted = message != NULL ? *message : none;
    if (!is_same) {
        feed->read_until = read_until;
        feed->count = feed->row_count = 0;
        feed->seen = 0;
    }
    if (uuid_is_zero(channel)) {
        app_read_stop(feed->app, feed);
        feed->is_fetching = false;
        return;
    }
    const struct talk_place place = {.position = read_until};
    fetch(feed, thread != NULL || read_until == INT64_MAX ? NULL : &place);
}

void feed_reload(struct feed *feed)
{
    const struct message *current = feed_current(feed);
    if (!feed_is_shown(feed))
        return;
    feed->is_stale = feed->is_fetching;
    if (feed->is_fetching)
        return;
    fetch(feed, current != NULL && !feed->is_following && current->place.position > 0
                    ? &current->place
                    : NULL);
}

void feed_go_to_end(struct feed *feed)
{
    feed->is_following = true;
    feed->cursor = feed->count > 0 ? feed->count - 1 : 0;
    feed_reload(feed);
}

int feed_cursor_row(const struct feed *feed)
{
    long row = first_row(feed, feed->cursor) - feed->top;
    return row < 0 ? 0 : row >= feed->pane.height ? feed->pane.height - 1 : (int)row;
}

/* The rows of the message under the cursor are shown, of a long one as many as fit. */
void feed_settle(struct feed *feed)
{
    long height = feed->pane.height, count;
    if (feed->width != feed->pane.width) {
        long distance = feed->row_count > 0 ? first_row(feed, feed->cursor) - feed->top : 0;
        feed_lay_out(feed, feed->pane.width);
        feed->top = first_row(feed, feed->cursor) - distance;
    }
    count = (long)feed->row_count;
    long first = first_row(feed, feed->cursor), end = first_row(feed, feed->cursor + 1);
    if (feed->is_following)
        feed->top = count - height;
    if (end - first <= height && end > feed->top + height)
        feed->top = end - height;
    if (first < feed->top && (end - first <= height || end <= feed->top))
        feed->top = first;
    if (first >= feed->top + height)
        feed->top = first - height + 1;
    if (feed->top < 0)
        feed->top = 0;
    if (feed->top > count - height)
        feed->top = count - height; /* what does not fill the pane stands at its bottom */
}

/* More is read before the cursor comes to the edge of what is there. */
static void look_ahead(struct feed *feed)
{
    bool is_near = (feed->cursor < EDGE && feed->has_older) ||
                   (feed->cursor + EDGE >= feed->count && feed->has_newer);
    if (is_near && !feed->is_fetching)
        feed_reload(feed);
}

static void move_to(struct feed *feed, long message)
{
    long last = (long)feed->count - 1;
    message = message > last ? last : message;
    feed->cursor = message < 0 ? 0 : (size_t)message;
    feed->is_following = (long)feed->cursor == last && !feed->has_newer;
    look_ahead(feed);
}

/* By rows; the cursor goes to the nearest message that begins on the screen. */
static void scroll(struct feed *feed, long by)
{
    long last = (long)feed->row_count - feed->pane.height;
    long top = feed->top + by;
    top = top > last ? last : top;
    feed->top = top < 0 && last > 0 ? 0 : top;
    if (feed->row_count == 0)
        return;
    long row = by < 0 ? feed->top : feed->top + feed->pane.height - 1;
    row = row < 0 ? 0 : row >= (long)feed->row_count ? (long)feed->row_count - 1 : row;
    move_to(feed, (long)feed->rows[row].message);
    if (by < 0 && feed->top <= 0)
        feed->cursor = 0;
}

/* A message that is longer than the pane goes by rows first. */
static bool scroll_within(struct feed *feed, int by)
{
    long first = first_row(feed, feed->cursor), end = first_row(feed, feed->cursor + 1);
    bool is_hidden = by > 0 ? end > feed->top + feed->pane.height : first < feed->top;
    if (!is_hidden || end - first <= feed->pane.height)
        return false;
    feed->top += by;
    feed->is_following = false;
    return true;
}

static void step(struct feed *feed, int by)
{
    if (!scroll_within(feed, by))
        move_to(feed, (long)feed->cursor + by);
}

static unsigned handle_mouse(struct feed *feed, const struct event *event)
{
    struct pane pane = feed->pane;
    long row = feed->top + event->y - pane.y;
    if (event->y < pane.y || event->y >= pane.y + pane.height || event->x < pane.x ||
        event->x >= pane.x + pane.width)
        return OUTCOME_IGNORED;
    if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)
        scroll(feed, event->mouse == MOUSE_WHEEL_UP ? -3 : 3);
    else if (row >= 0 && row < (long)feed->row_count)
        move_to(feed, (long)feed->rows[row].message);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

unsigned feed_handle(struct feed *feed, const struct event *event)
{
    long page = feed->pane.height > 2 ? feed->pane.height - 2 : 1;
    if (event->kind == EVENT_MOUSE)
        return handle_mouse(feed, event);
    if (event->kind != EVENT_KEY)
        return OUTCOME_IGNORED;
    switch (event->key) {
    case KEY_UP_ARROW:
    case 'k':
        step(feed, -1);
        break;
    case KEY_DOWN_ARROW:
    case 'j':
        step(feed, 1);
        break;
    case KEY_PAGE_UP:
    case KEY_PAGE_DOWN:
        scroll(feed, event->key == KEY_PAGE_UP ? -page : page);
        break;
    case KEY_TO_HOME:
        move_to(feed, 0);
        break;
    case KEY_TO_END:
        feed_go_to_end(feed);
        break;
    default:
        return OUTCOME_IGNORED;
    }
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}
