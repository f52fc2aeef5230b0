/* Random talk on three stores with one centre, of which each is offline for a while: every message
 * once everywhere and in the same order, unread as it is defined, private channels with their
 * members alone. SEED=n runs one history. */
#include "model/talk/talk.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PEOPLE = 3, STEPS = 120, HISTORIES = 3, SAID_MAX = 400 };

static const char people_sql[] =
    "BEGIN; SET CONSTRAINTS ALL DEFERRED;"
    "INSERT INTO roles (id, tenant_id, name) VALUES (k(30), k(1), 'employee');"
    "INSERT INTO role_permissions (tenant_id, role_id, permission) VALUES"
    " (k(1), k(30), 'channels.edit');"
    "INSERT INTO users (id, tenant_id, username, display_name, status) SELECT k(40 + i), k(1),"
    " 'user' || i, 'User ' || i, 'active' FROM generate_series(0, 2) AS i;"
    "INSERT INTO user_roles (tenant_id, user_id, role_id, location_id) SELECT k(1), k(40 + i),"
    " k(30), k(5) FROM generate_series(0, 2) AS i;"
    "INSERT INTO channels (id, tenant_id, name, slug) VALUES (k(50), k(1), 'general', 'general');"
    "INSERT INTO channel_members (tenant_id, channel_id, user_id) SELECT k(1), k(50), k(40 + i)"
    " FROM generate_series(0, 2) AS i;"
    "COMMIT";

struct person {
    struct terminal terminal;
    struct actor actor;
};

struct history {
    struct person people[PEOPLE];
    struct uuid general;
    struct uuid said[SAID_MAX], author[SAID_MAX]; /* and by whom */
    size_t count;
    uint64_t seed;
};

static unsigned below(struct history *history, unsigned limit)
{
    history->seed = history->seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(history->seed >> 33) % limit;
}

static void gather(struct history *history)
{
    hub_run(people_sql);
    for (int i = 0; i < PEOPLE; i++) {
        char sql[400];
        struct person *person = &history->people[i];
        terminal_join(&person->terminal, "register", NULL);
        person->terminal.scratch.clock.seed = history->seed * PEOPLE + (uint64_t)i + 1;
        snprintf(sql, sizeof sql, "user%d", i);
        terminal_expect(&person->terminal, actor_find(person->terminal.store, sql, &person->actor,
                                                      &person->terminal.err));
        snprintf(sql, sizeof sql,
                 "INSERT INTO terminal_users (tenant_id, terminal_id, user_id, signed_in_at,"
                 " valid_until) SELECT k(1), t.id, k(%d), '2020-01-01', '2100-01-01' FROM terminals"
                 " AS t WHERE t.role_name = '%s'",
                 40 + i, person->terminal.login.user);
        hub_run(sql);
        terminal_settle(&person->terminal);
    }
    uuid_parse("00000000-0000-7000-8000-000000000050", &history->general);
}

static void part(struct history *history)
{
    for (int i = 0; i < PEOPLE; i++)
        terminal_leave(&history->people[i].terminal);
}

static bool say(struct history *history, struct person *person, const struct uuid *channel,
                const struct uuid *thread)
{
    char content[60];
    struct uuid id;
    snprintf(content, sizeof content, "number %zu to @user%u", history->count, below(history, 3));
    struct message_draft draft = {.channel = *channel, .content = content};
    if (thread != NULL)
        draft.thread = *thread;
    if (!message_say(person->terminal.store, &person->actor, &draft, &id, &person->terminal.err))
        return false;
    history->said[history->count] = id;
    history->author[history->count++] = person->actor.user_id;
    return true;
}

/* A channel that the person is in. */
static struct channel pick(struct history *history, struct person *person)
{
    struct channel *rows;
    struct terminal *terminal = &person->terminal;
    int count = channels_of(terminal->store, &person->actor.user_id, false, terminal->arena, &rows,
                            &terminal->err);
    terminal_expect(terminal, count > 0);
    return rows[below(history, (unsigned)count)];
}

/* The last message of the channel that is there; false: there is none. */
static bool newest(struct person *person, const struct uuid *channel, struct message *out)
{
    struct message *rows;
    const struct message_ask ask = {
        .user = person->actor.user_id, .channel = *channel, .from_end = true, .limit = 1};
    int count = message_page(person->terminal.store, &ask, person->terminal.arena, &rows,
                             &person->terminal.err);
    if (count > 0)
        *out = rows[0];
    return count > 0;
}

static void touch(struct history *history, struct person *person, const struct channel *channel)
{
    struct message last;
    struct store *store = person->terminal.store;
    struct error *err = &person->terminal.err;
    if (!newest(person, &channel->id, &last))
        return;
    switch (below(history, 5)) {
    case 0:
        if (last.deleted_at == 0)
            terminal_expect(&person->terminal,
                            message_react(store, &person->actor, &last.id, "+1", err));
        break;
    case 1:
        if (last.is_mine && last.deleted_at == 0)
            terminal_expect(&person->terminal,
                            message_edit(store, &person->actor, &last.id, "said again", err));
        break;
    case 2:
        if (last.is_mine && last.deleted_at == 0)
            terminal_expect(&person->terminal,
                            message_delete(store, &person->actor, &last.id, err));
        break;
    case 3:
        terminal_expect(&person->terminal, say(history, person, &channel->id, &last.id));
        break;
    default:
        terminal_expect(&person->terminal,
                        channel_read(store, &person->actor, &channel->id,
                                     channel->last_position - below(history, 3), err));
    }
}

static void change_channels(struct history *history, struct person *person,
                            const struct channel *channel)
{
    char name[40];
    struct store *store = person->terminal.store;
    struct error *err = &person->terminal.err;
    struct uuid id, other = history->people[below(history, PEOPLE)].actor.user_id;
    switch (below(history, 5)) {
    case 0:
        snprintf(name, sizeof name, "room %u %zu", below(history, 1000000), history->count);
        terminal_expect(&person->terminal,
                        channel_new(store, &person->actor, name, NULL,
                                    below(history, 2) == 0 ? CHANNEL_PRIVATE : CHANNEL_PUBLIC, &id,
                                    err) &&
                            say(history, person, &id, NULL));
        break;
    case 1:
        if (channel->kind == CHANNEL_PRIVATE && channel->is_owner)
            terminal_expect(&person->terminal,
                            channel_invite(store, &person->actor, &channel->id, &other, err));
        break;
    case 2:
        if (channel->kind == CHANNEL_PRIVATE && !channel->is_owner)
            terminal_expect(&person->terminal,
                            channel_leave(store, &person->actor, &channel->id, err));
        break;
    case 3:
        terminal_expect(&person->terminal,
                        channel_direct(store, &person->actor, &other, &id, err) &&
                            say(history, person, &id, NULL));
        break;
    default:
        if (channel->kind == CHANNEL_PUBLIC)
            terminal_expect(&person->terminal,
                            channel_join(store, &person->actor, &channel->id, err));
    }
}

static void step(struct history *history)
{
    struct person *person = &history->people[below(history, PEOPLE)];
    struct channel channel = pick(history, person);
    unsigned what = below(history, 100);
    if (what < 40)
        terminal_expect(&person->terminal, say(history, person, &channel.id, NULL));
    else if (what < 65)
        touch(history, person, &channel);
    else if (what < 75)
        change_channels(history, person, &channel);
    else if (what < 78)
        terminal_restart(&person->terminal);
    else if (what < 88)
        terminal_exchange(&person->terminal);
}

/* The whole channel as somebody's store has it, against the centre: each message once, in its
 * place. */
static void check_channel(struct history *history, struct person *person,
                          const struct channel *channel)
{
    char sql[500], id[UUID_TEXT_SIZE], user[UUID_TEXT_SIZE];
    struct message *rows;
    struct buffer here;
    const struct message_ask ask = {
        .user = person->actor.user_id, .channel = channel->id, .limit = SAID_MAX};
    int count = message_page(person->terminal.store, &ask, person->terminal.arena, &rows,
                             &person->terminal.err);
    uuid_text(&channel->id, id);
    uuid_text(&person->actor.user_id, user);
    buffer_init(&here);
    for (int i = 0; i < count; i++) {
        char message[UUID_TEXT_SIZE];
        uuid_text(&rows[i].id, message);
        assert_int_equal(rows[i].place.position, i + 1);
        assert_int_equal(rows[i].mark, MARK_NONE);
        buffer_format(&here, "%s%.8s%s", i > 0 ? "," : "", message + 24, rows[i].content);
    }
    const char *whole = arena_format(
        person->terminal.arena,
        "SELECT coalesce(string_agg(substr(id::text, 25, 8) || CASE WHEN deleted_at IS NULL THEN"
        " content ELSE '' END, ',' ORDER BY position), '') = '%s' FROM messages WHERE channel_id ="
        " '%s'",
        here.text, id);
    if (strcmp(hub_text(whole), "t") != 0)
        fail_msg("seed %llu: #%s is not the centre's: %s", (unsigned long long)history->seed,
                 channel->name, here.text);
    snprintf(sql, sizeof sql,
             "SELECT coalesce((SELECT (SELECT count(*) FROM messages AS m WHERE m.channel_id ="
             " p.channel_id AND m.position > p.last_read_position AND m.user_id <> p.user_id AND"
             " m.deleted_at IS NULL) FROM channel_members AS p WHERE p.channel_id = '%s' AND"
             " p.user_id = '%s'), 0)",
             id, user);
    assert_int_equal(hub_integer(sql), channel->unread);
    buffer_done(&here);
}

static void check(struct history *history)
{
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < PEOPLE; i++)
            terminal_settle(&history->people[i].terminal);
    const char *lost = hub_text("SELECT coalesce(string_agg(kind || ' ' || status || ': ' ||"
                                " coalesce(reason, ''), ', '), '') FROM applied_operations"
                                " WHERE status NOT IN ('applied', 'merged')");
    if (lost[0] != '\0')
        fail_msg("%s", lost);
    assert_int_equal(hub_integer("SELECT count(*) FROM messages"), history->count);
    for (int i = 0; i < PEOPLE; i++) {
        struct channel *rows;
        int64_t held, seen = 0;
        struct person *person = &history->people[i];
        struct terminal *terminal = &person->terminal;
        int count = channels_of(terminal->store, &person->actor.user_id, true, terminal->arena,
                                &rows, &terminal->err);
        for (int k = 0; k < count; k++) {
            check_channel(history, person, &rows[k]);
            seen += rows[k].last_position;
        }
        /* Nothing else of other people's channels is in the store. */
        assert_int_equal(store_find_integer(terminal->store, &held, "SELECT count(*) FROM messages",
                                            &terminal->err, ""),
                         1);
        assert_int_equal(held, seen);
    }
}

static uint64_t only_seed(void)
{
    const char *text = getenv("SEED");
    return text != NULL ? strtoull(text, NULL, 10) : 0;
}

static void run(uint64_t seed)
{
    struct history *history = memory_new(sizeof *history);
    history->seed = seed;
    gather(history);
    for (int i = 0; i < STEPS; i++)
        step(history);
    check(history);
    part(history);
    free(history);
}

static void test_random_talk(void **state)
{
    uint64_t only = only_seed();
    for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
        if (only != 0 && only != seed && seed > 1)
            continue;
        run(only != 0 ? only : seed);
        if (seed < HISTORIES) {
            hub_teardown(state);
            hub_setup(state);
        }
    }
}

/* In a process of its own that is killed with its words just said. */
static void say_and_die(struct person *person, const struct uuid *channel)
{
    pid_t child = fork();
    if (child == 0) {
        struct error err;
        struct store *store = store_open(person->terminal.scratch.store, STORE_WRITE,
                                         &person->terminal.scratch.env, &err);
        for (int i = 0; store != NULL && i < 3; i++) {
            char content[20];
            snprintf(content, sizeof content, "offline %d", i);
            const struct message_draft draft = {.channel = *channel, .content = content};
            if (!message_say(store, &person->actor, &draft, NULL, &err))
                break;
        }
        raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_what_was_said_before_a_kill_arrives_once(void **state)
{
    (void)state;
    struct message *rows;
    struct history *history = memory_new(sizeof *history);
    history->seed = 7;
    gather(history);
    struct person *writer = &history->people[0], *reader = &history->people[1];
    say_and_die(writer, &history->general);
    struct message_ask ask = {
        .user = writer->actor.user_id, .channel = history->general, .limit = 9};
    assert_int_equal(message_page(writer->terminal.store, &ask, writer->terminal.arena, &rows,
                                  &writer->terminal.err),
                     3);
    assert_true(rows[0].place.position == 0 && rows[0].mark == MARK_UNSENT);
    terminal_settle(&writer->terminal);
    terminal_restart(&writer->terminal);
    terminal_settle(&writer->terminal);
    terminal_settle(&reader->terminal);
    assert_int_equal(hub_integer("SELECT count(*) FROM messages"), 3);
    assert_int_equal(message_page(reader->terminal.store, &ask, reader->terminal.arena, &rows,
                                  &reader->terminal.err),
                     3);
    for (int i = 0; i < 3; i++) {
        char content[20];
        snprintf(content, sizeof content, "offline %d", i);
        assert_string_equal(rows[i].content, content);
        assert_int_equal(rows[i].place.position, i + 1);
    }
    part(history);
    free(history);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(random_talk),
        TEST(what_was_said_before_a_kill_arrives_once),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
