#include "model/catalog/category.h"

#include "model/base/text.h"
#include "model/operation/record.h"

#include <stdlib.h>
#include <string.h>

/* All rows, by position; what is not reached from the root comes behind. */
static int read_all(struct store *store, struct arena *arena, struct category **out,
                    struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT g.id, g.parent_id, g.name, g.is_active, (SELECT count(*) FROM products p "
        "WHERE p.category_id = g.id AND p.deleted_at IS NULL), count(*) OVER () "
        "FROM categories g WHERE g.kind = 'product' AND g.deleted_at IS NULL "
        "ORDER BY g.position, search_key(g.name), g.id",
        err);
    struct category *rows = NULL;
    int count = 0, step;
    if (statement == NULL)
        return -1;
    while ((step = statement_step(statement, err)) == 1) {
        if (rows == NULL)
            rows = arena_alloc(arena, (size_t)statement_integer(statement, 5) * sizeof *rows);
        struct category *row = &rows[count++];
        statement_uuid(statement, 0, &row->id);
        statement_uuid(statement, 1, &row->parent_id);
        row->name = arena_text(arena, statement_text(statement, 2));
        row->is_active = statement_integer(statement, 3) != 0;
        row->products = statement_integer(statement, 4);
        row->depth = -1;
    }
    statement_done(statement);
    *out = rows;
    return step < 0 ? -1 : count;
}

struct tree {
    struct category *rows, *out;
    size_t count, placed;
    struct arena *arena;
};

static void place(struct tree *tree, struct category *row, const struct category *parent)
{
    row->depth = parent != NULL ? parent->depth + 1 : 0;
    row->path =
        parent != NULL ? arena_format(tree->arena, "%s › %s", parent->path, row->name) : row->name;
    tree->out[tree->placed++] = *row;
    for (size_t i = 0; i < tree->count && row->depth + 1 < CATEGORY_DEPTH_MAX; i++)
        if (tree->rows[i].depth < 0 && uuid_equal(&tree->rows[i].parent_id, &row->id))
            place(tree, &tree->rows[i], row);
}

static bool has_parent(const struct tree *tree, const struct category *row)
{
    for (size_t i = 0; i < tree->count; i++)
        if (uuid_equal(&tree->rows[i].id, &row->parent_id))
            return true;
    return false;
}

int category_tree(struct store *store, struct arena *arena, struct category **out,
                  struct error *err)
{
    struct tree tree = {.arena = arena};
    int count = read_all(store, arena, &tree.rows, err);
    if (count < 0)
        return -1;
    tree.count = (size_t)count;
    tree.out = arena_alloc(arena, (tree.count + 1) * sizeof *tree.out);
    for (size_t i = 0; i < tree.count; i++)
        if (tree.rows[i].depth < 0 && !has_parent(&tree, &tree.rows[i]))
            place(&tree, &tree.rows[i], NULL);
    for (size_t i = 0; i < tree.count; i++)
        if (tree.rows[i].depth < 0)
            place(&tree, &tree.rows[i], NULL);
    *out = tree.out;
    return count;
}

int category_find(struct store *store, const char *typed, size_t limit, struct arena *arena,
                  struct category *out, struct error *err)
{
    struct category *all = NULL;
    const char *key = text_fold(typed, arena);
    struct uuid id;
    bool is_id = uuid_parse(typed, &id);
    int count = category_tree(store, arena, &all, err);
    size_t found = 0;
    for (int i = 0; i < count && found < limit; i++)
        if (is_id ? uuid_equal(&all[i].id, &id)
                  : strstr(text_fold(all[i].path, arena), key) != NULL)
            out[found++] = all[i];
    return count < 0 ? -1 : (int)found;
}

/* "Paint > Interior" and "Paint/Interior" are paths, too. */
static const char *path_key(const char *path, struct arena *arena)
{
    struct buffer plain;
    buffer_init(&plain);
    for (const char *at = path; *at != '\0'; at++) {
        if (*at == '>' || *at == '/')
            buffer_add(&plain, " › ");
        else
            buffer_add_char(&plain, *at);
    }
    const char *key = text_fold(plain.text, arena);
    buffer_done(&plain);
    return key;
}

int category_by_path(struct store *store, const char *path, struct arena *arena, struct uuid *id,
                     struct error *err)
{
    struct category *all = NULL;
    const char *key = path_key(path, arena), *name_key = text_fold(path, arena);
    int count = category_tree(store, arena, &all, err), named = 0;
    for (int i = 0; i < count; i++) {
        bool is_named = strcmp(text_fold(all[i].name, arena), name_key) == 0;
        if (strcmp(path_key(all[i].path, arena), key) == 0) {
            *id = all[i].id;
            return 1;
        }
        if (is_named && named++ == 0)
            *id = all[i].id;
    }
    if (named > 1)
        error_set_field(err, ERROR_INPUT, "category",
                        "There are %d categories \"%s\"; write its path, such as Paint/%s", named,
                        path, path);
    return count < 0 || named > 1 ? -1 : named;
}

static struct operation *begin(struct store *store, const struct actor *actor, const char *right,
                               struct error *err)
{
    return actor_may(store, actor, right, err) ? operation_begin(store, "category.edit", actor, err)
                                               : NULL;
}

static bool finish(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static const struct category *by_id(const struct category *all, int count, const struct uuid *id)
{
    for (int i = 0; i < count; i++)
        if (uuid_equal(&all[i].id, id))
            return &all[i];
    return NULL;
}

static bool require(const struct category *all, int count, const struct uuid *id,
                    const struct category **out, struct error *err)
{
    *out = count >= 0 ? by_id(all, count, id) : NULL;
    if (count >= 0 && *out == NULL)
        return error_set(err, ERROR_NOT_FOUND, "This category is no longer here");
    return *out != NULL;
}

/* That no other child of the parent has the name. */
static bool check_name(const struct category *all, int count, const struct uuid *self,
                       const struct uuid *parent, const char *name, struct arena *arena,
                       struct error *err)
{
    if (text_is_blank(name))
        return error_set_field(err, ERROR_INPUT, "name", "A category needs a name");
    const char *key = text_fold(name, arena);
    for (int i = 0; i < count; i++)
        if ((self == NULL || !uuid_equal(&all[i].id, self)) &&
            uuid_equal(&all[i].parent_id, parent) &&
            strcmp(text_fold(all[i].name, arena), key) == 0)
            return error_set_field(err, ERROR_INPUT, "name",
                                   "There is a category \"%s\" already; take another name",
                                   all[i].path);
    return true;
}

/* Unique among the categories of products: with a number where another has it. */
static const char *free_slug(struct store *store, const char *name, struct arena *arena)
{
    const char *slug = text_slug(text_fold(name, arena), arena);
    const char *first = slug[0] != '\0' ? slug : "category", *free = first;
    int64_t used = 1;
    for (int i = 2; i < 1000 && used > 0; i++) {
        used = 0;
        store_find_integer(store, &used,
                           "SELECT count(*) FROM categories WHERE kind = 'product' AND slug = ?1 "
                           "AND deleted_at IS NULL",
                           NULL, "t", free);
        if (used > 0)
            free = arena_format(arena, "%s-%d", first, i);
    }
    return free;
}

bool category_create(struct store *store, const struct actor *actor, const char *name,
                     const struct uuid *parent, struct uuid *id, struct error *err)
{
    static const struct uuid root;
    struct category *all = NULL;
    struct arena *arena = arena_new();
    int count = category_tree(store, arena, &all, err);
    bool is_good = count >= 0 &&
                   check_name(all, count, NULL, parent != NULL ? parent : &root, name, arena, err);
    const struct category *above = parent != NULL && is_good ? by_id(all, count, parent) : NULL;
    if (is_good && above != NULL && above->depth + 2 > CATEGORY_DEPTH_MAX)
        is_good = error_set(err, ERROR_RULE, "Categories are at most %d deep", CATEGORY_DEPTH_MAX);
    struct operation *operation = is_good ? begin(store, actor, "catalog.edit", err) : NULL;
    if (operation != NULL) {
        const struct change changes[] = {
            {.column = "name", .value = value_text(name)},
            {.column = "slug", .value = value_text(free_slug(store, name, arena))},
            {.column = "parent_id", .value = value_uuid_or_null(parent)},
            {.column = "position", .value = value_integer(count + 1)},
        };
        operation_describe(operation, "new category %s", name);
        is_good =
            finish(operation, record_insert(operation, "categories", changes, 4, id, err), err);
    }
    arena_free(arena);
    return is_good && operation != NULL;
}

static bool change_one(struct store *store, const struct actor *actor, const struct uuid *id,
                       struct change change, const char *words, struct error *err)
{
    struct operation *operation = begin(store, actor, "catalog.edit", err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "%s", words);
    return finish(operation, record_update(operation, "categories", id, &change, 1, err), err);
}

bool category_rename(struct store *store, const struct actor *actor, const struct uuid *id,
                     const char *name, struct error *err)
{
    struct category *all = NULL;
    const struct category *self = NULL;
    struct arena *arena = arena_new();
    int count = category_tree(store, arena, &all, err);
    bool is_done =
        require(all, count, id, &self, err) &&
        check_name(all, count, id, &self->parent_id, name, arena, err) &&
        change_one(store, actor, id, (struct change){.column = "name", .value = value_text(name)},
                   arena_format(arena, "category %s → %s", self->name, name), err);
    arena_free(arena);
    return is_done;
}

static bool is_below(const struct category *all, int count, const struct category *row,
                     const struct uuid *above)
{
    for (int depth = 0; row != NULL && depth <= CATEGORY_DEPTH_MAX; depth++) {
        if (uuid_equal(&row->id, above))
            return true;
        row = by_id(all, count, &row->parent_id);
    }
    return false;
}

static int height_of(const struct category *all, int count, const struct category *row)
{
    int height = 0;
    for (int i = 0; i < count; i++)
        if (is_below(all, count, &all[i], &row->id) && all[i].depth - row->depth > height)
            height = all[i].depth - row->depth;
    return height;
}

bool category_move(struct store *store, const struct actor *actor, const struct uuid *id,
                   const struct uuid *parent, struct error *err)
{
    static const struct uuid root;
    struct category *all = NULL;
    const struct category *self = NULL, *above = NULL;
    struct arena *arena = arena_new();
    int count = category_tree(store, arena, &all, err);
    bool is_good = require(all, count, id, &self, err) &&
                   (parent == NULL || require(all, count, parent, &above, err));
    if (is_good && above != NULL && is_below(all, count, above, id))
        is_good = error_set(err, ERROR_RULE,
                            "%s can't be moved below itself; choose a place "
                            "outside of it",
                            self->name);
    if (is_good && above != NULL &&
        above->depth + 2 + height_of(all, count, self) > CATEGORY_DEPTH_MAX)
        is_good = error_set(err, ERROR_RULE, "Categories are at most %d deep", CATEGORY_DEPTH_MAX);
    is_good = is_good &&
              check_name(all, count, id, parent != NULL ? parent : &root, self->name, arena, err);
    is_good = is_good && change_one(store, actor, id,
                                    (struct change){.column = "parent_id",
                                                    .value = value_uuid_or_null(parent)},
                                    arena_format(arena, "category %s below %s", self->name,
                                                 above != NULL ? above->path : "the root"),
                                    err);
    arena_free(arena);
    return is_good;
}

/* All siblings get their places anew, since rows may share a position. */
static bool write_order(struct operation *operation, const struct category *const *siblings,
                        size_t count, struct error *err)
{
    bool is_done = true;
    for (size_t i = 0; i < count && is_done; i++) {
        const struct change change = {.column = "position", .value = value_integer((int64_t)i + 1)};
        is_done = record_update(operation, "categories", &siblings[i]->id, &change, 1, err);
    }
    return is_done;
}

bool category_shift(struct store *store, const struct actor *actor, const struct uuid *id,
                    int direction, struct error *err)
{
    struct category *all = NULL;
    const struct category *self = NULL;
    struct arena *arena = arena_new();
    int count = category_tree(store, arena, &all, err);
    size_t siblings = 0, at = 0;
    bool is_good = require(all, count, id, &self, err);
    const struct category **order =
        arena_alloc(arena, ((size_t)(count > 0 ? count : 0) + 1) * sizeof(const struct category *));
    for (int i = 0; i < count && is_good; i++) {
        if (!uuid_equal(&all[i].parent_id, &self->parent_id) || all[i].depth != self->depth)
            continue;
        at = &all[i] == self ? siblings : at;
        order[siblings++] = &all[i];
    }
    if (is_good && (direction < 0 ? at == 0 : at + 1 >= siblings))
        is_good = error_set(err, ERROR_RULE, "%s is the %s of its level already", self->name,
                            direction < 0 ? "first" : "last");
    struct operation *operation = is_good ? begin(store, actor, "catalog.edit", err) : NULL;
    if (operation != NULL) {
        size_t to = direction < 0 ? at - 1 : at + 1;
        order[at] = order[to];
        order[to] = self;
        operation_describe(operation, "category %s moved %s", self->name,
                           direction < 0 ? "up" : "down");
        is_good = finish(operation, write_order(operation, order, siblings, err), err);
    }
    arena_free(arena);
    return is_good && operation != NULL;
}

bool category_delete(struct store *store, const struct actor *actor, const struct uuid *id,
                     struct error *err)
{
    struct category *all = NULL;
    const struct category *self = NULL;
    struct arena *arena = arena_new();
    int count = category_tree(store, arena, &all, err);
    bool is_good = require(all, count, id, &self, err);
    if (is_good && self->products > 0)
        is_good = error_set(err, ERROR_RULE, "%s holds %lld product%s; move what it holds first",
                            self->name, (long long)self->products, self->products == 1 ? "" : "s");
    for (int i = 0; i < count && is_good; i++)
        if (uuid_equal(&all[i].parent_id, id))
            is_good = error_set(err, ERROR_RULE,
                                "%s has categories below it, such as %s; move "
                                "them first",
                                self->name, all[i].name);
    struct operation *operation = is_good ? begin(store, actor, "catalog.delete", err) : NULL;
    if (operation != NULL) {
        operation_describe(operation, "category %s deleted", self->name);
        is_good = finish(operation, record_delete(operation, "categories", id, err), err);
    }
    arena_free(arena);
    return is_good && operation != NULL;
}
