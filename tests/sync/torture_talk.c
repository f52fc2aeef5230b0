/* What people write, book and sort: rows of tables that have no rules of their own. */
#include "tests/sync/torture_rows.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char channels[] = "SELECT id FROM channels WHERE deleted_at IS NULL ORDER BY id";

static void say(struct world *world, struct station *station)
{
    struct uuid channel;
    struct actor actor;
    if (!who_acts(station, &actor) || !pick_row(station, channels, &channel))
        return;
    const struct change message[] = {
        {.column = "channel_id", .value = value_uuid(&channel)},
        {.column = "user_id", .value = value_uuid(&actor.user_id)},
        {.column = "content", .value = value_text(some_word(world))},
    };
    insert_row_of(station, "messages", message, COUNT(message));
}

static void say_again(struct world *world, struct station *station)
{
    const struct change choices[] = {
        {.column = "content", .value = value_text(some_word(world))},
        {.column = "edited_at", .value = value_integer(env_now(&station->env))},
    };
    edit_row(station, "messages", "SELECT id FROM messages ORDER BY id", choices, COUNT(choices));
}

static void react(struct world *world, struct station *station)
{
    struct uuid message, channel;
    struct actor actor;
    (void)world;
    if (!who_acts(station, &actor) || !pick_row(station, channels, &channel) ||
        !pick_row(station,
                  "SELECT id FROM messages WHERE channel_id ="
                  " (SELECT id FROM channels WHERE slug = 'general') ORDER BY id",
                  &message) ||
        !pick_row(station, "SELECT id FROM channels WHERE slug = 'general'", &channel))
        return;
    const struct change reaction[] = {
        {.column = "channel_id", .value = value_uuid(&channel)},
        {.column = "message_id", .value = value_uuid(&message)},
        {.column = "user_id", .value = value_uuid(&actor.user_id)},
        {.column = "emoji", .value = value_text("+1")},
    };
    insert_row_of(station, "message_reactions", reaction, COUNT(reaction));
}

static void read_channel(struct world *world, struct station *station)
{
    const struct change choices[] = {
        {.column = "last_read_position", .value = value_integer(torture_below(world, 50))},
        {.column = "is_muted", .value = value_integer(torture_below(world, 2))},
    };
    edit_row(station, "channel_members", "SELECT id FROM channel_members ORDER BY id", choices,
             COUNT(choices));
}

static void join_channel(struct world *world, struct station *station)
{
    struct uuid channel, user;
    (void)world;
    if (!pick_row(station, "SELECT id FROM channels WHERE channel_type = 'private' ORDER BY id",
                  &channel) ||
        !pick_row(station, "SELECT id FROM users ORDER BY id", &user))
        return;
    const struct change member[] = {
        {.column = "channel_id", .value = value_uuid(&channel)},
        {.column = "user_id", .value = value_uuid(&user)},
    };
    insert_row_of(station, "channel_members", member, COUNT(member));
}

static void leave_channel(struct world *world, struct station *station)
{
    (void)world;
    delete_row_of(station, "channel_members", "SELECT id FROM channel_members ORDER BY id");
}

static void open_channel(struct world *world, struct station *station)
{
    char slug[20];
    snprintf(slug, sizeof slug, "room-%u", torture_below(world, 8));
    const struct change channel[] = {
        {.column = "name", .value = value_text(some_word(world))},
        {.column = "slug", .value = value_text(slug)},
        {.column = "channel_type",
         .value = value_text(torture_chance(world, 30) ? "private" : "public")},
    };
    insert_row_of(station, "channels", channel, COUNT(channel));
}

/* A few half hours of one estimator: the second booking of one has to lose. */
static void book(struct world *world, struct station *station)
{
    struct uuid estimator;
    int64_t start = (INT64_C(1797000000) + 1800 * (int64_t)torture_below(world, 12)) * 1000000;
    if (!pick_row(station, "SELECT id FROM estimators ORDER BY id", &estimator))
        return;
    const struct change appointment[] = {
        {.column = "first_name", .value = value_text("Jo")},
        {.column = "last_name", .value = value_text(some_word(world))},
        {.column = "starts_at", .value = value_integer(start)},
        {.column = "ends_at", .value = value_integer(start + INT64_C(3600000000))},
        {.column = "estimator_id", .value = value_uuid(&estimator)},
        {.column = "status",
         .value = value_text(torture_chance(world, 30) ? "tentative" : "scheduled")},
    };
    insert_row_of(station, "appointments", appointment, COUNT(appointment));
}

static void move_appointment(struct world *world, struct station *station)
{
    static const char *const statuses[] = {"confirmed", "cancelled", "in_progress", "completed"};
    const struct change choices[] = {
        {.column = "status", .value = value_text(statuses[torture_below(world, 4)])},
        {.column = "notes", .value = value_text(some_word(world))},
    };
    edit_row(station, "appointments",
             "SELECT id FROM appointments WHERE deleted_at IS NULL ORDER BY id", choices,
             COUNT(choices));
}

static const char categories[] = "SELECT id FROM categories WHERE deleted_at IS NULL ORDER BY id";

/* Chains of parents, of which one may be refused or be deleted meanwhile. */
static void add_category(struct world *world, struct station *station)
{
    struct uuid parent = {{0}};
    char slug[20];
    snprintf(slug, sizeof slug, "shelf-%u", torture_below(world, 15));
    bool has_parent = torture_chance(world, 60) && pick_row(station, categories, &parent);
    const struct change category[] = {
        {.column = "name", .value = value_text(some_word(world))},
        {.column = "slug", .value = value_text(slug)},
        {.column = "parent_id", .value = has_parent ? value_uuid(&parent) : value_null()},
    };
    insert_row_of(station, "categories", category, COUNT(category));
}

static void edit_category(struct world *world, struct station *station)
{
    char slug[20];
    snprintf(slug, sizeof slug, "shelf-%u", torture_below(world, 15));
    const struct change choices[] = {
        {.column = "name", .value = value_text(some_word(world))},
        {.column = "slug", .value = value_text(slug)},
        {.column = "position", .value = value_integer(torture_below(world, 9))},
    };
    edit_row(station, "categories", categories, choices, COUNT(choices));
}

static void delete_category(struct world *world, struct station *station)
{
    (void)world;
    delete_row_of(station, "categories", categories);
}

static void collect(struct world *world, struct station *station)
{
    struct uuid collection, product;
    char slug[20];
    snprintf(slug, sizeof slug, "set-%u", torture_below(world, 10));
    const struct change made[] = {{.column = "name", .value = value_text(some_word(world))},
                                  {.column = "slug", .value = value_text(slug)}};
    if (torture_chance(world, 40) ||
        !pick_row(station, "SELECT id FROM collections WHERE deleted_at IS NULL ORDER BY id",
                  &collection) ||
        !pick_row(station, "SELECT id FROM products WHERE deleted_at IS NULL ORDER BY id",
                  &product)) {
        insert_row_of(station, "collections", made, COUNT(made));
        return;
    }
    const struct change part[] = {
        {.column = "collection_id", .value = value_uuid(&collection)},
        {.column = "product_id", .value = value_uuid(&product)},
        {.column = "position", .value = value_integer(torture_below(world, 5))},
    };
    insert_row_of(station, "collection_products", part, COUNT(part));
}

/* These are deleted for good, not hidden. */
static void take_out(struct world *world, struct station *station)
{
    (void)world;
    delete_row_of(station, "collection_products", "SELECT id FROM collection_products ORDER BY id");
}

static void put_elsewhere(struct world *world, struct station *station)
{
    const struct change choices[] = {
        {.column = "position", .value = value_integer(torture_below(world, 100))}};
    edit_row(station, "collection_products", "SELECT id FROM collection_products ORDER BY id",
             choices, COUNT(choices));
}

static void remember(struct world *world, struct station *station)
{
    struct actor actor;
    const struct change choices[] = {
        {.column = "task", .value = value_text(some_word(world))},
        {.column = "is_completed", .value = value_integer(torture_below(world, 2))},
    };
    if (torture_chance(world, 50)) {
        edit_row(station, "todos", "SELECT id FROM todos ORDER BY id", choices, COUNT(choices));
    } else if (who_acts(station, &actor)) {
        const struct change todo[] = {{.column = "user_id", .value = value_uuid(&actor.user_id)},
                                      {.column = "task", .value = value_text(some_word(world))}};
        insert_row_of(station, "todos", todo, COUNT(todo));
    }
}

const struct torture_step torture_talk[] = {
    {6, "say something", say, false},
    {3, "say it otherwise", say_again, false},
    {2, "react", react, false},
    {3, "read a channel", read_channel, false},
    {2, "join a channel", join_channel, false},
    {2, "leave a channel", leave_channel, false},
    {2, "open a channel", open_channel, false},
    {5, "book an appointment", book, false},
    {4, "move an appointment", move_appointment, false},
    {4, "add a category", add_category, false},
    {3, "edit a category", edit_category, false},
    {2, "delete a category", delete_category, false},
    {4, "collect", collect, false},
    {2, "take out of a collection", take_out, false},
    {2, "put elsewhere", put_elsewhere, false},
    {3, "remember a task", remember, false},
};
const size_t torture_talk_count = COUNT(torture_talk);
