/* Where a message leads: to things, channels, people, files and addresses. */
#include "tui/screens/channels.h"
#include "tui/screens/record_windows.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/markup.h"

#include <stdlib.h>
#include <string.h>

enum { LINKS_MOST = 20 };

enum link_kind { LINK_THING, LINK_CHANNEL, LINK_FILE, LINK_ADDRESS };

struct link {
    enum link_kind kind;
    const char *table;
    struct uuid id;
    const char *text; /* as it is shown; of an address, itself */
};

struct links {
    struct channels *state;
    struct arena *arena;
    struct link all[LINKS_MOST];
    size_t count;
};

static void add(struct links *links, struct link link)
{
    for (size_t i = 0; i < links->count; i++)
        if (links->all[i].kind == link.kind && uuid_equal(&links->all[i].id, &link.id) &&
            (link.kind != LINK_ADDRESS || strcmp(links->all[i].text, link.text) == 0))
            return;
    if (links->count < LINKS_MOST)
        links->all[links->count++] = link;
}

static void add_thing(struct links *links, const struct talk_thing *thing)
{
    add(links, (struct link){LINK_THING, arena_text(links->arena, thing->table), thing->id,
                             arena_text(links->arena, thing->title ? thing->title : "")});
}

/* A word of the message: what it names now, whatever it looks like. */
static void add_word(struct links *links, const char *word)
{
    struct store *store = app_store(links->state->app);
    const struct uuid *me = &app_actor(links->state->app)->user_id;
    struct talk_thing thing;
    struct uuid channel;
    if (word[0] != '#' && word[0] != '@')
        add(links, (struct link){.kind = LINK_ADDRESS, .text = word});
    else if (word[0] == '#' && talk_thing_find(store, word, links->arena, &thing, NULL) == 1)
        add_thing(links, &thing);
    else if (channel_find(store, me, word, &channel, NULL))
        add(links, (struct link){.kind = LINK_CHANNEL, .id = channel, .text = word});
}

static void collect(struct links *links, const struct message *message)
{
    size_t size;
    if (message->about.table != NULL)
        add_thing(links, &message->about);
    for (size_t i = 0; i < message->thing_count; i++)
        add_thing(links, &message->things[i]);
    for (size_t i = 0; i < message->file_count; i++) {
        const struct message_file *file = &message->files[i];
        bool is_address = uuid_is_zero(&file->file);
        add(links,
            (struct link){.kind = is_address ? LINK_ADDRESS : LINK_FILE,
                          .id = file->file,
                          .text = arena_text(links->arena, is_address ? file->url : file->name)});
    }
    for (size_t at = 0; (at = markup_find(message->content, at, &size)) != SIZE_MAX; at += size)
        add_word(links, arena_bytes(links->arena, message->content + at, size));
}

static void open_link(struct channels *state, const struct link *link)
{
    switch (link->kind) {
    case LINK_THING:
        record_show(state->app, link->table, &link->id);
        break;
    case LINK_CHANNEL:
        channels_go_to(state, &link->id, NULL);
        break;
    case LINK_FILE:
        channels_open_file(state, &link->id);
        break;
    case LINK_ADDRESS:
        app_copy(state->app, link->text, strlen(link->text));
        break;
    }
}

static void links_free(struct links *links)
{
    arena_free(links->arena);
    free(links);
}

static void chosen(struct app *app, void *context, int index)
{
    struct links *links = context;
    (void)app;
    if (index >= 0)
        open_link(links->state, &links->all[index]);
    links_free(links);
}

static void choose(struct links *links)
{
    static const char *const words[] = {[LINK_THING] = "",
                                        [LINK_CHANNEL] = "channel",
                                        [LINK_FILE] = "file",
                                        [LINK_ADDRESS] = "copy"};
    struct list_item items[LINKS_MOST] = {{0}};
    for (size_t i = 0; i < links->count; i++)
        items[i] =
            (struct list_item){.text = links->all[i].text, .detail = words[links->all[i].kind]};
    const struct dialog_choice choice = {.title = "Where to?",
                                         .items = items,
                                         .count = links->count,
                                         .done = chosen,
                                         .context = links};
    dialog_choose(links->state->app, &choice);
}

void channels_follow(struct channels *state, const struct message *message)
{
    struct links *links = memory_new(sizeof *links);
    *links = (struct links){.state = state, .arena = arena_new()};
    collect(links, message);
    if (links->count > 1) {
        choose(links);
        return;
    }
    if (links->count == 1)
        open_link(state, &links->all[0]);
    else
        app_toast(state->app, TOAST_INFO, "This message leads nowhere.");
    links_free(links);
}
