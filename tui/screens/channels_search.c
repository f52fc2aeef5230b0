/* Search in what was said: a line of words and filters, and hits in their context below it. */
#include "tui/screens/channels.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/talk/talk_search.h"
#include "tui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HITS = 100, HIT_ROWS = 2, HEAD_ROWS = 2, WORDS_MAX = 200 };

struct search {
    struct app *app;
    struct channels *channels; /* the window below, which shows what is chosen */
    struct editor line;
    unsigned revision; /* of the line, as it was searched for */
    struct arena *arena;
    struct message_hit *hits;
    size_t count, cursor, top;
    bool is_searched;
    struct error mistake; /* of the words; code ERROR_NONE: none */
};

/* On the reader. */
struct finding {
    struct search *search; /* gone when the job was stopped */
    struct uuid user;
    char *words;
    struct arena *arena;
    struct message_hit *hits;
    size_t count;
};

static bool find_work(struct store *store, void *data, struct error *err)
{
    struct finding *finding = data;
    int count = message_search(store, &finding->user, finding->words, HITS, finding->arena,
                               &finding->hits, err);
    finding->count = count < 0 ? 0 : (size_t)count;
    return count >= 0;
}

static void find_done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct finding *finding = data;
    struct search *search = finding->search;
    if (worked || err->code != ERROR_STOPPED) {
        error_clear(&search->mistake);
        if (worked) {
            struct arena *before = search->arena;
            search->arena = finding->arena;
            finding->arena = before;
            search->hits = finding->hits;
            search->count = finding->count;
            search->cursor = search->top = 0;
            search->is_searched = true;
        } else {
            search->mistake = *err;
        }
        app_redraw(app);
    }
    arena_free(finding->arena);
    free(finding->words);
    free(finding);
}

static void begin(struct search *search)
{
    search->revision = search->line.revision;
    if (text_is_blank(editor_text(&search->line))) {
        app_read_stop(search->app, search);
        search->count = 0;
        search->is_searched = false;
        return;
    }
    struct finding *finding = memory_new(sizeof *finding);
    *finding = (struct finding){.search = search,
                                .user = app_actor(search->app)->user_id,
                                .words = memory_text(editor_text(&search->line)),
                                .arena = arena_new()};
    app_read(search->app,
             (struct job){.owner = search, .work = find_work, .done = find_done, .data = finding});
}

static void draw_hit(const struct search *search, struct pane pane, int y, size_t i)
{
    const struct message_hit *hit = &search->hits[i];
    const struct env *env = store_env(app_store(search->app));
    char time[INSTANT_TEXT_SIZE];
    enum role role = i == search->cursor ? ROLE_SELECTION : ROLE_LABEL;
    instant_format_short(hit->message.sent_at, env_now(env), env->zone, time);
    if (i == search->cursor)
        text_draw(pane, y, 0, 1, ROLE_SELECTION, ">");
    int x = 2 + text_drawf(pane, y, 2, pane.width - 2, role, "%s  %s", hit->channel,
                           hit->message.author);
    text_draw(pane, y, x + 2, pane.width - x - 2, ROLE_DIM, time);
    struct arena *arena = arena_new();
    const char *parts[] = {arena_bytes(arena, hit->excerpt, hit->mark),
                           arena_bytes(arena, hit->excerpt + hit->mark, hit->mark_size),
                           hit->excerpt + hit->mark + hit->mark_size};
    x = 4;
    for (size_t p = 0; p < 3; p++)
        x += text_draw(pane, y + 1, x, pane.width - x, p == 1 ? ROLE_MATCH : ROLE_NORMAL, parts[p]);
    arena_free(arena);
}

static void draw(struct app *app, void *data, struct pane pane)
{
    struct search *search = data;
    size_t fits =
        pane.height > HEAD_ROWS + HIT_ROWS ? (size_t)((pane.height - HEAD_ROWS) / HIT_ROWS) : 1;
    (void)app;
    editor_draw_as(&search->line, pane_part(pane, 0, 0, 1, pane.width), true, ROLE_FIELD_FOCUS,
                   "words from:anna in:#paint has:file before:yesterday \"exact words\"");
    if (search->mistake.code != ERROR_NONE)
        text_put(pane, 1, 0, pane.width, ROLE_DANGER, ALIGN_LEFT, search->mistake.text);
    else if (search->is_searched && search->count == 0)
        text_put(pane, 1, 0, pane.width, ROLE_DIM, ALIGN_LEFT,
                 "Nothing was said so; this terminal looks in all that it holds.");
    if (search->cursor < search->top)
        search->top = search->cursor;
    if (search->cursor >= search->top + fits)
        search->top = search->cursor - fits + 1;
    for (size_t i = 0; i < fits && search->top + i < search->count; i++)
        draw_hit(search, pane, HEAD_ROWS + HIT_ROWS * (int)i, search->top + i);
}

static void move(struct search *search, long by)
{
    long to = (long)search->cursor + by, last = (long)search->count - 1;
    to = to > last ? last : to;
    search->cursor = to < 0 ? 0 : (size_t)to;
}

static unsigned handle(struct app *app, void *data, const struct event *event)
{
    enum { PAGE = 8 };
    struct search *search = data;
    static const struct {
        key_code key;
        int by;
    } moves[] = {
        {KEY_UP_ARROW, -1}, {KEY_DOWN_ARROW, 1}, {KEY_PAGE_UP, -PAGE}, {KEY_PAGE_DOWN, PAGE}};
    (void)app;
    for (size_t i = 0; event->kind == EVENT_KEY && i < sizeof moves / sizeof moves[0]; i++)
        if (event->key == moves[i].key) {
            move(search, moves[i].by);
            return OUTCOME_HANDLED | OUTCOME_REDRAW;
        }
    unsigned outcome = editor_handle(&search->line, event);
    if (search->line.revision != search->revision)
        begin(search);
    return outcome;
}

static unsigned open_hit(struct app *app, void *data)
{
    struct search *search = data;
    if (search->cursor >= search->count)
        return OUTCOME_HANDLED;
    struct channels *channels = search->channels;
    struct uuid channel = search->hits[search->cursor].message.channel_id;
    struct uuid message = search->hits[search->cursor].message.id;
    (void)app;
    channels->focus = CHANNELS_MESSAGES;
    channels_go_to(channels, &channel, &message);
    return OUTCOME_CLOSE;
}

static bool has_text_focus(const void *data)
{
    (void)data;
    return true;
}

static bool has_row(const void *data)
{
    return ((const struct search *)data)->count > 0;
}

static void say_status(struct app *app, void *data, char *text, size_t size)
{
    const struct search *search = data;
    (void)app;
    if (search->is_searched)
        snprintf(text, size,
                 search->count == HITS ? "%zu+ hits"
                 : search->count == 1  ? "%zu hit"
                                       : "%zu hits",
                 search->count);
}

static void close_window(struct app *app, void *data)
{
    struct search *search = data;
    (void)app;
    editor_done(&search->line);
    arena_free(search->arena);
    free(search);
}

static const struct action actions[] = {
    {.id = "channels_search.open",
     .keys = "enter f2",
     .label = "go there",
     .help = "Show the message in its channel.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_hit},
};

const struct window_ops channels_search_ops = {
    .name = "channels_search",
    .title = "Search messages",
    .help =
        "Finds what was said, in all that this terminal holds, as you type. Words match by their "
        "beginnings; from:NAME, in:#CHANNEL, has:file, has:link, before:DAY, after:DAY and "
        "\"exact words\" narrow it. Up and Down choose, Enter goes there.",
    .actions = {"channels_search", actions, sizeof actions / sizeof actions[0]},
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = say_status,
    .close = close_window,
};

void channels_search(struct channels *state)
{
    struct search *search = memory_new(sizeof *search);
    *search = (struct search){.app = state->app, .channels = state, .arena = arena_new()};
    editor_init(&search->line, 0, WORDS_MAX);
    search->revision = search->line.revision;
    app_push(state->app, &channels_search_ops, search);
}
