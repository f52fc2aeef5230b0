/* What can be done with channels and messages. */
#include "tui/screens/channels.h"
#include "tui/screens/sync_answer.h"
#include "tui/screens/todos.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct actor *actor_of(const struct channels *state)
{
    return app_actor(state->app);
}

/* -- Why not -- */

static const char *needs_channel(struct app *app, const void *data)
{
    (void)app;
    return channels_current(data) != NULL ? NULL : "No channel is open; n makes one.";
}

static const char *needs_member(struct app *app, const void *data)
{
    const struct channel *current = channels_current(data);
    (void)app;
    return current == NULL       ? "No channel is open; n makes one."
           : !current->is_member ? "You are no member of this channel; J joins it."
                                 : NULL;
}

static const char *needs_sent(struct app *app, const void *data)
{
    const struct message *message = channels_message(data);
    (void)app;
    return message != NULL && message->mark == MARK_REFUSED
               ? "This one was refused, and only you see it; x mends it."
               : NULL;
}

static const char *needs_standing(struct app *app, const void *data)
{
    const struct message *message = channels_message(data);
    return message != NULL && message->deleted_at != 0 ? "This message was deleted."
                                                       : needs_sent(app, data);
}

static const char *needs_own(struct app *app, const void *data)
{
    const struct message *message = channels_message(data);
    if (message != NULL && (!message->is_mine || message->kind == MESSAGE_SYSTEM))
        return "Only who wrote it can change it.";
    return needs_standing(app, data);
}

static const char *needs_refused(struct app *app, const void *data)
{
    const struct message *message = channels_message(data);
    (void)app;
    return message != NULL && message->mark == MARK_REFUSED ? NULL
                                                            : "This message was not refused.";
}

/* -- Where -- */

static bool in_messages(const void *data)
{
    return ((const struct channels *)data)->focus == CHANNELS_MESSAGES;
}

static bool beside_line(const void *data)
{
    return ((const struct channels *)data)->focus != CHANNELS_LINE;
}

/* -- Going about -- */

static unsigned open_this(struct app *app, void *data)
{
    struct channels *state = data;
    const struct message *message = channels_message(state);
    if (state->focus == CHANNELS_LIST) {
        channels_choose(state);
        return OUTCOME_HANDLED | OUTCOME_REDRAW;
    }
    if (message == NULL)
        return OUTCOME_HANDLED;
    if (message->mark == MARK_REFUSED)
        return channels_actions[CHANNELS_MEND].run(app, data);
    if (channels_has_thread(state) || message->thing_count + message->file_count > 0 ||
        message->about.table != NULL)
        channels_follow(state, message);
    else
        channels_open_thread(state,
                             uuid_is_zero(&message->thread) ? &message->id : &message->thread);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned follow(struct app *app, void *data)
{
    const struct message *message = channels_message(data);
    (void)app;
    if (message != NULL)
        channels_follow(data, message);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned write_line(struct app *app, void *data)
{
    struct channels *state = data;
    (void)app;
    state->focus = CHANNELS_LINE;
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned thread(struct app *app, void *data)
{
    struct channels *state = data;
    const struct message *message = channels_message(state);
    (void)app;
    if (message != NULL && !channels_has_thread(state))
        channels_open_thread(state,
                             uuid_is_zero(&message->thread) ? &message->id : &message->thread);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned reply(struct app *app, void *data)
{
    thread(app, data);
    return write_line(app, data);
}

static unsigned go_by(struct channels *state, size_t by)
{
    size_t at = 0;
    const struct channel *current = channels_current(state);
    if (state->count == 0)
        return OUTCOME_HANDLED;
    if (current != NULL)
        at = ((size_t)(current - state->channels) + by) % state->count;
    channels_go_to(state, &state->channels[at].id, NULL);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned next_channel(struct app *app, void *data)
{
    (void)app;
    return go_by(data, 1);
}

static unsigned previous_channel(struct app *app, void *data)
{
    struct channels *state = data;
    (void)app;
    return go_by(state, state->count > 0 ? state->count - 1 : 0);
}

/* -- Messages -- */

static unsigned react(struct app *app, void *data)
{
    (void)app;
    channels_pick_reaction(data);
    return OUTCOME_HANDLED;
}

static unsigned edit(struct app *app, void *data)
{
    const struct message *message = channels_message(data);
    (void)app;
    if (message != NULL)
        channels_edit(data, message);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

struct asked {
    struct channels *state;
    struct uuid id;
};

static void delete_answered(struct app *app, void *context, bool is_confirmed)
{
    struct asked *asked = context;
    struct error err = {0};
    if (is_confirmed)
        channels_report(asked->state,
                        message_delete(app_store(app), app_actor(app), &asked->id, &err),
                        "Deleted; that something stood there is still seen.", &err);
    free(asked);
}

static unsigned delete_message(struct app *app, void *data)
{
    const struct message *message = channels_message(data);
    if (message == NULL)
        return OUTCOME_HANDLED;
    struct asked *asked = memory_new(sizeof *asked);
    *asked = (struct asked){data, message->id};
    const struct dialog_question question = {
        .title = message->is_mine ? "Delete this message?" : "Delete what somebody else wrote?",
        .text = message->content,
        .yes = "Delete it",
        .no = "Keep it",
        .done = delete_answered,
        .context = asked};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static unsigned pin(struct app *app, void *data)
{
    struct error err;
    const struct message *message = channels_message(data);
    if (message != NULL) {
        bool was_pinned = message->is_pinned;
        channels_report(
            data, message_pin(app_store(app), app_actor(app), &message->id, !was_pinned, &err),
            was_pinned ? "No longer pinned." : "Pinned; P shows what is.", &err);
    }
    return OUTCOME_HANDLED;
}

static unsigned pins(struct app *app, void *data)
{
    (void)app;
    channels_pick_pin(data);
    return OUTCOME_HANDLED;
}

static unsigned remind(struct app *app, void *data)
{
    const struct message *message = channels_message(data);
    if (message != NULL) {
        char line[200];
        size_t size = strcspn(message->content, "\n");
        snprintf(line, sizeof line, "%.*s", size < 120 ? (int)size : 120, message->content);
        todo_ask(app, line);
    }
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *data)
{
    const struct message *message = channels_message(data);
    if (message != NULL)
        app_copy(app, message->content, strlen(message->content));
    return OUTCOME_HANDLED;
}

static unsigned mend(struct app *app, void *data)
{
    const struct feed_refusal *refusal = feed_refusal(channels_feed(data));
    if (refusal != NULL && !uuid_is_zero(&refusal->attention))
        sync_sheet_open(app, &refusal->attention);
    return OUTCOME_HANDLED;
}

/* -- Channels -- */

static unsigned new_channel(struct app *app, void *data)
{
    (void)app;
    channels_ask_new(data);
    return OUTCOME_HANDLED;
}

static unsigned direct(struct app *app, void *data)
{
    (void)app;
    channels_pick_person(data);
    return OUTCOME_HANDLED;
}

static unsigned search(struct app *app, void *data)
{
    (void)app;
    channels_search(data);
    return OUTCOME_HANDLED;
}

static unsigned attach(struct app *app, void *data)
{
    (void)app;
    channels_attach(data);
    return OUTCOME_HANDLED;
}

static unsigned save_file(struct app *app, void *data)
{
    (void)app;
    channels_save_file(data);
    return OUTCOME_HANDLED;
}

static unsigned export(struct app *app, void *data)
{
    (void)app;
    channels_export(data);
    return OUTCOME_HANDLED;
}

static unsigned settings(struct app *app, void *data)
{
    (void)app;
    channels_ask_settings(data);
    return OUTCOME_HANDLED;
}

static unsigned members(struct app *app, void *data)
{
    (void)app;
    channels_pick_member(data);
    return OUTCOME_HANDLED;
}

static unsigned mute(struct app *app, void *data)
{
    struct channels *state = data;
    struct error err;
    bool was_muted = channels_current(state)->is_muted;
    channels_report(
        state, channel_mute(app_store(app), actor_of(state), &state->channel, !was_muted, &err),
        was_muted ? "You hear of it again." : "You hear no more of it, unless you are mentioned.",
        &err);
    return OUTCOME_HANDLED;
}

static void leave_answered(struct app *app, void *context, bool is_confirmed)
{
    struct channels *state = context;
    struct error err = {0};
    if (is_confirmed)
        channels_report(state, channel_leave(app_store(app), app_actor(app), &state->channel, &err),
                        "You left; J joins again.", &err);
}

static unsigned join(struct app *app, void *data)
{
    struct channels *state = data;
    const struct channel *current = channels_current(state);
    struct error err;
    if (!current->is_member) {
        channels_report(state, channel_join(app_store(app), app_actor(app), &current->id, &err),
                        "You are a member now.", &err);
        return OUTCOME_HANDLED;
    }
    const struct dialog_question question = {
        .title = "Leave this channel?",
        .text = current->kind == CHANNEL_PRIVATE
                    ? "It is private: it goes from this terminal, and only a member can bring you "
                      "back."
                    : "It stays in the list, and J joins it again.",
        .yes = "Leave",
        .no = "Stay",
        .done = leave_answered,
        .context = state};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

enum {
    OF_MESSAGE = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
    QUIET_OF_MESSAGE = OF_MESSAGE | ACTION_QUIET,
    QUIET = ACTION_OFFLINE_OK | ACTION_QUIET,
};

const struct action channels_actions[CHANNELS_ACTIONS] = {
    {.id = "channels.open",
     .keys = "enter",
     .label = "open",
     .help = "Open what the message is about, or its thread; in the list, the channel.",
     .flags = ACTION_OFFLINE_OK,
     .belongs = beside_line,
     .run = open_this},
    {.id = "channels.write",
     .keys = "i",
     .label = "write",
     .help = "Go to the line at the bottom and write.",
     .flags = ACTION_OFFLINE_OK,
     .belongs = beside_line,
     .run = write_line,
     .why_not = needs_channel},
    {.id = "channels.reply",
     .keys = "r",
     .label = "reply",
     .help = "Answer the message under the cursor in its thread.",
     .right = "channels.edit",
     .flags = OF_MESSAGE,
     .belongs = in_messages,
     .run = reply,
     .why_not = needs_standing},
    {.id = "channels.thread",
     .keys = "t",
     .label = "thread",
     .help = "Open the thread of the message under the cursor.",
     .flags = OF_MESSAGE,
     .belongs = in_messages,
     .run = thread,
     .why_not = needs_sent},
    {.id = "channels.new",
     .keys = "n f3",
     .label = "new",
     .help = "Make a channel, public or private.",
     .right = "channels.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = new_channel},
    {.id = "channels.direct",
     .keys = "D f5",
     .label = "direct",
     .help = "Write to one person alone.",
     .right = "channels.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = direct},
    {.id = "channels.search",
     .keys = "/ f7",
     .label = "search",
     .help = "Find what was said, anywhere.",
     .flags = ACTION_OFFLINE_OK,
     .run = search},
    {.id = "channels.attach",
     .keys = "a alt-o",
     .label = "file",
     .help = "Put a file to what you say next, by its path or its address.",
     .right = "channels.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = attach,
     .why_not = needs_channel},
    {.id = "channels.save",
     .keys = "S",
     .label = "save file",
     .help = "Save the file that hangs on the message.",
     .flags = QUIET_OF_MESSAGE,
     .run = save_file},
    {.id = "channels.export",
     .keys = "e",
     .label = "export",
     .help = "Write all that was said in the channel to a file, as text or JSON.",
     .flags = QUIET,
     .run = export,
     .why_not = needs_channel},
    {.id = "channels.react",
     .keys = "+",
     .label = "react",
     .help = "Put a sign under the message, or take it off.",
     .right = "channels.edit",
     .flags = OF_MESSAGE,
     .belongs = in_messages,
     .run = react,
     .why_not = needs_standing},
    {.id = "channels.follow",
     .keys = "o",
     .label = "go there",
     .help = "Go to what the message names: an order, a channel, an address.",
     .flags = QUIET_OF_MESSAGE,
     .run = follow},
    {.id = "channels.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change what you said.",
     .right = "channels.edit",
     .flags = OF_MESSAGE,
     .belongs = in_messages,
     .run = edit,
     .why_not = needs_own},
    {.id = "channels.delete",
     .keys = "d delete",
     .label = "delete",
     .help = "Take a message away; that something stood there is still seen.",
     .right = "channels.edit",
     .flags = OF_MESSAGE | ACTION_DANGEROUS,
     .belongs = in_messages,
     .run = delete_message,
     .why_not = needs_standing},
    {.id = "channels.pin",
     .keys = "p",
     .label = "pin",
     .help = "Pin the message, for everybody to find, or let it go.",
     .right = "channels.edit",
     .flags = OF_MESSAGE,
     .belongs = in_messages,
     .run = pin,
     .why_not = needs_standing},
    {.id = "channels.pins",
     .keys = "P",
     .label = "pins",
     .help = "Show what is pinned in this channel.",
     .flags = QUIET,
     .run = pins,
     .why_not = needs_channel},
    {.id = "channels.remind",
     .keys = "b",
     .label = "to do",
     .help = "Make a to-do of the message, to come back to.",
     .right = "self.edit",
     .flags = QUIET_OF_MESSAGE,
     .run = remind,
     .verb = "todo add"},
    {.id = "channels.mute",
     .keys = "m",
     .label = "mute",
     .help = "Hear no more of this channel unless you are mentioned, or hear of it again.",
     .right = "channels.edit",
     .flags = QUIET,
     .run = mute,
     .why_not = needs_member},
    {.id = "channels.settings",
     .keys = "c",
     .label = "settings",
     .help = "Give the channel another name or description, or put it away.",
     .right = "channels.edit",
     .flags = QUIET,
     .run = settings,
     .why_not = needs_channel},
    {.id = "channels.members",
     .keys = "w",
     .label = "members",
     .help = "Show who is in the channel, write to one of them, invite somebody.",
     .flags = QUIET,
     .run = members,
     .why_not = needs_channel},
    {.id = "channels.join",
     .keys = "J",
     .label = "join, leave",
     .help = "Become a member of the channel, or leave it.",
     .right = "channels.edit",
     .flags = QUIET,
     .run = join,
     .why_not = needs_channel},
    [CHANNELS_MEND] = {.id = "channels.mend",
                       .keys = "x",
                       .label = "mend",
                       .help =
                           "See why the centre refused the message, and send it again or drop it.",
                       .flags = QUIET_OF_MESSAGE,
                       .run = mend,
                       .why_not = needs_refused},
    {.id = "channels.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy the message to the terminal's clipboard.",
     .flags = QUIET_OF_MESSAGE,
     .run = copy},
    {.id = "channels.next",
     .keys = "alt-n",
     .label = "next channel",
     .help = "Go to the next channel of the list.",
     .flags = ACTION_OFFLINE_OK,
     .run = next_channel},
    {.id = "channels.previous",
     .keys = "alt-p",
     .label = "previous",
     .help = "Go to the channel before this one in the list.",
     .flags = QUIET,
     .run = previous_channel},
};
