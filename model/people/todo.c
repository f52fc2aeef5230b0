#include "model/people/todo.h"

#include "model/base/text.h"
#include "model/list/search.h"
#include "model/operation/record.h"
#include "model/people/due.h"

#include <string.h>

static const char table_name[] = "todos";

const struct operation_kind todo_kinds[] = {
    {.name = "todo.add", .label = "new to-do", .undo = UNDO_WITHDRAW},
    {.name = "todo.edit", .label = "change of a to-do", .undo = UNDO_WITHDRAW},
    {.name = "todo.done", .label = "to-do done", .undo = UNDO_WITHDRAW},
    {.name = "todo.delete", .label = "deletion of a to-do", .undo = UNDO_WITHDRAW},
};
const size_t todo_kind_count = sizeof todo_kinds / sizeof todo_kinds[0];

static const char *const states[] = {"open", "overdue", "done", NULL};

static const struct query_field fields[] = {
    {.name = "task",
     .label = "Task",
     .sql = "t.task",
     .type = COLUMN_TEXT,
     .help = "What is to be done"},
    {.name = "due",
     .label = "Due",
     .sql = "t.due_at",
     .type = COLUMN_INSTANT,
     .order = "coalesce(t.due_at, 9223372036854775807)", /* what has no time comes last */
     .help = "By when: due:today, due:this-week, due:none"},
    {.name = "state",
     .label = "State",
     .sql = "CASE WHEN t.is_completed THEN 'done' WHEN t.due_at < now() THEN 'overdue'"
            " ELSE 'open' END",
     .type = COLUMN_TEXT,
     .choices = states,
     .help = "open, overdue or done"},
    {.name = "done",
     .label = "Done",
     .sql = "t.completed_at",
     .type = COLUMN_INSTANT,
     .help = "When it was done"},
    {.name = "created",
     .label = "Written",
     .sql = "t.created_at",
     .type = COLUMN_INSTANT,
     .help = "When it was written down"},
    {.name = "person", .label = "Person", .sql = "t.user_id", .type = COLUMN_UUID},
    {.name = "id", .label = "Id", .sql = "t.id", .type = COLUMN_UUID},
};

const struct query_source todo_source = {
    .name = "todos",
    .from = "todos AS t",
    .id = "t.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "due",
};

/* Without blanks at its ends, in the arena. */
static const char *trimmed(const char *text, size_t size, struct arena *arena)
{
    while (size > 0 && text[0] == ' ') {
        text++;
        size--;
    }
    while (size > 0 && text[size - 1] == ' ')
        size--;
    return arena_bytes(arena, text, size);
}

bool todo_parse(const char *line, const struct env *env, struct arena *arena, const char **task,
                int64_t *due, struct error *err)
{
    const char *mark = strrchr(line, '@');
    size_t size = strlen(line);
    *due = 0;
    if (mark != NULL) {
        bool stands_alone = mark == line || mark[-1] == ' ';
        bool is_time = due_parse(mark + 1, env, due, err);
        if (!is_time && stands_alone)
            return false;
        if (is_time && stands_alone)
            size = (size_t)(mark - line);
        else
            *due = 0;
    }
    *task = trimmed(line, size, arena);
    if ((*task)[0] == '\0')
        return error_set_field(err, ERROR_INPUT, "task",
                               "Write what is to be done, then @ and by when if there is a time");
    size_t characters = text_is_utf8(*task, strlen(*task)) ? text_characters(*task) : 0;
    return characters <= TODO_TASK_MAX ||
           error_set_field(err, ERROR_INPUT, "task",
                           "A to-do has at most %d characters; this one has %zu",
                           (int)TODO_TASK_MAX, characters);
}

static bool load(struct store *store, const struct uuid *id, struct arena *arena,
                 struct record *out, struct error *err)
{
    const struct table *table = schema_table(store_schema(store), table_name);
    int found = record_get(store, table, id, arena, out, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This to-do is not there any more");
    return found == 1;
}

/* An operation on one that is the actor's own; NULL on failure. */
static struct operation *begin(struct store *store, const char *kind, const struct actor *actor,
                               const struct uuid *id, struct arena *arena, struct record *out,
                               struct error *err)
{
    struct uuid owner;
    if (!actor_may(store, actor, "self.edit", err) || !load(store, id, arena, out, err))
        return NULL;
    if (!value_as_uuid(record_value(out, "user_id"), &owner) ||
        !uuid_equal(&owner, &actor->user_id)) {
        error_set(err, ERROR_DENIED, "This to-do is somebody else's");
        return NULL;
    }
    return operation_begin(store, kind, actor, err);
}

static bool end(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static struct value value_due(int64_t due)
{
    return due != 0 ? value_integer(due) : value_null();
}

bool todo_add(struct store *store, const struct actor *actor, const char *line, struct uuid *id,
              struct error *err)
{
    int64_t due;
    const char *task;
    struct arena *arena = arena_new();
    bool is_done = actor_may(store, actor, "self.edit", err) &&
                   todo_parse(line, store_env(store), arena, &task, &due, err);
    struct operation *operation = is_done ? operation_begin(store, "todo.add", actor, err) : NULL;
    is_done = operation != NULL;
    if (is_done) {
        const struct change changes[] = {
            {.column = "user_id", .value = value_uuid(&actor->user_id)},
            {.column = "task", .value = value_text(task)},
            {.column = "due_at", .value = value_due(due)},
        };
        operation_describe(operation, "to do: %s", task);
        is_done = end(operation, record_insert(operation, table_name, changes, 3, id, err), err);
    }
    arena_free(arena);
    return is_done;
}

bool todo_edit(struct store *store, const struct actor *actor, const struct uuid *id,
               const char *line, struct error *err)
{
    int64_t due;
    const char *task;
    struct record row;
    struct arena *arena = arena_new();
    struct operation *operation = NULL;
    if (todo_parse(line, store_env(store), arena, &task, &due, err))
        operation = begin(store, "todo.edit", actor, id, arena, &row, err);
    bool is_done = operation != NULL;
    if (is_done) {
        const struct change changes[] = {
            {.column = "task", .value = value_text(task)},
            {.column = "due_at", .value = value_due(due)},
        };
        operation_describe(operation, "to do: %s", task);
        is_done = end(operation, record_update(operation, table_name, id, changes, 2, err), err);
    }
    arena_free(arena);
    return is_done;
}

bool todo_set_done(struct store *store, const struct actor *actor, const struct uuid *id,
                   bool is_done, struct error *err)
{
    struct record row;
    struct arena *arena = arena_new();
    struct operation *operation = begin(store, "todo.done", actor, id, arena, &row, err);
    bool worked = operation != NULL;
    if (worked) {
        const struct change changes[] = {
            {.column = "is_completed", .value = value_integer(is_done)},
            {.column = "completed_at",
             .value = is_done ? value_integer(operation_time(operation)) : value_null()},
        };
        operation_describe(operation, "%s: %s", is_done ? "done" : "to do again",
                           value_as_text(record_value(&row, "task")));
        worked = end(operation, record_update(operation, table_name, id, changes, 2, err), err);
    }
    arena_free(arena);
    return worked;
}

static bool parse_later(const char *text, const struct env *env, int64_t *due, struct error *err)
{
    return due_parse(text, env, due, err) &&
           (*due == 0 || *due > env_now(env) ||
            error_set_field(err, ERROR_INPUT, "due", "\"%s\" has passed already", text));
}

bool todo_snooze(struct store *store, const struct actor *actor, const struct uuid *id,
                 const char *until, struct error *err)
{
    int64_t due;
    struct record row;
    char words[INSTANT_TEXT_SIZE];
    struct arena *arena = arena_new();
    struct operation *operation = NULL;
    if (parse_later(until, store_env(store), &due, err))
        operation = begin(store, "todo.edit", actor, id, arena, &row, err);
    bool is_done = operation != NULL;
    if (is_done) {
        const struct change change = {.column = "due_at", .value = value_due(due)};
        due_format(due, store_env(store), words);
        operation_describe(operation, "%s: %s", due != 0 ? words : "without a time",
                           value_as_text(record_value(&row, "task")));
        is_done = end(operation, record_update(operation, table_name, id, &change, 1, err), err);
    }
    arena_free(arena);
    return is_done;
}

bool todo_delete(struct store *store, const struct actor *actor, const struct uuid *id,
                 struct error *err)
{
    struct record row;
    struct arena *arena = arena_new();
    struct operation *operation = begin(store, "todo.delete", actor, id, arena, &row, err);
    bool is_done = operation != NULL;
    if (is_done) {
        operation_describe(operation, "deleted: %s", value_as_text(record_value(&row, "task")));
        is_done = end(operation, record_delete(operation, table_name, id, err), err);
    }
    arena_free(arena);
    return is_done;
}

const char *todo_line(struct store *store, const struct uuid *id, struct arena *arena,
                      bool *is_done, struct error *err)
{
    struct record row;
    char due[INSTANT_TEXT_SIZE];
    if (!load(store, id, arena, &row, err))
        return NULL;
    if (is_done != NULL)
        *is_done = record_value(&row, "is_completed").integer != 0;
    const char *task = value_as_text(record_value(&row, "task"));
    due_format(record_value(&row, "due_at").integer, store_env(store), due);
    return due[0] != '\0' ? arena_format(arena, "%s @%s", task, due) : task;
}

static bool has_digit(const char *word)
{
    return strcspn(word, "0123456789") < strlen(word);
}

int todo_about(struct store *store, const struct uuid *id, struct arena *arena, const char **table,
               struct uuid *row, struct error *err)
{
    static const char between[] = " ,;:()\"";
    struct record todo;
    if (!load(store, id, arena, &todo, err))
        return -1;
    const char *at = value_as_text(record_value(&todo, "task"));
    while (*(at += strspn(at, between)) != '\0') {
        size_t size = strcspn(at, between);
        const char *word = arena_bytes(arena, at, size);
        struct search_hit hit;
        int found = has_digit(word) ? search_anything(store, word, 1, arena, &hit, err) : 0;
        if (found < 0)
            return -1;
        if (found > 0 && hit.is_exact) {
            *table = hit.table;
            *row = hit.id;
            return 1;
        }
        at += size;
    }
    return 0;
}

int64_t todo_count_due(struct store *store, const struct uuid *person)
{
    int64_t count;
    return store_find_integer(store, &count,
                              "SELECT count(*) FROM todos WHERE user_id = ?1 AND NOT is_completed"
                              " AND due_at <= now()",
                              NULL, "u", person) > 0
               ? count
               : -1;
}
