#include "tui/screens/record_kind.h"

#include "model/operation/record_hand.h"
#include "tui/paint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *record_kind_note(const struct table *table)
{
    return table->merge == MERGE_APPEND    ? "history"
           : table->scope == SCOPE_CENTRAL ? "kept by the worker"
                                           : "";
}

enum {
    STATUS_CELLS = 12,
    TEXT_CELLS = 12,
    TITLE_CELLS = 20,
    INSTANT_CELLS = 16,
    DAY_CELLS = 10,
    TIME_CELLS = 8,
    LONG_LENGTH = 100, /* characters from which on a text is more than a word */
};

/* How a field is shown by what it holds; columns that drop earlier have higher numbers. */
struct look {
    int minimum, weight, drop;
    enum align align;
};

static int longest(const char *const *choices)
{
    int cells = 0;
    for (; choices != NULL && *choices != NULL; choices++)
        cells = text_cells(*choices) > cells ? text_cells(*choices) : cells;
    return cells < STATUS_CELLS ? cells : STATUS_CELLS;
}

static struct look look_of_integer(const struct query_field *field)
{
    switch (field->unit) {
    case UNIT_CENTS:
        return (struct look){10, 0, 200, ALIGN_RIGHT};
    case UNIT_MILLI:
        return (struct look){9, 0, 250, ALIGN_RIGHT};
    case UNIT_BASIS_POINTS:
        return (struct look){7, 0, 400, ALIGN_RIGHT};
    default:
        return (struct look){7, 0, 450, ALIGN_RIGHT};
    }
}

static struct look look_of_type(const struct query_field *field)
{
    switch (field->type) {
    case COLUMN_INTEGER:
        return look_of_integer(field);
    case COLUMN_BOOLEAN:
        return (struct look){3, 0, 420, ALIGN_LEFT};
    case COLUMN_INSTANT:
        return (struct look){INSTANT_CELLS, 0, 500, ALIGN_LEFT};
    case COLUMN_DATE:
        return (struct look){DAY_CELLS, 0, 350, ALIGN_LEFT};
    case COLUMN_TIME:
        return (struct look){TIME_CELLS, 0, 360, ALIGN_LEFT};
    case COLUMN_JSON:
        return (struct look){TEXT_CELLS, 1, 800, ALIGN_LEFT};
    case COLUMN_UUID:
    case COLUMN_BYTES:
        return (struct look){8, 1, 900, ALIGN_LEFT};
    default:
        return (struct look){TEXT_CELLS, 2, 300, ALIGN_LEFT};
    }
}

/* What a text is by its name has the room and the rank that it is likely to need. */
static struct look look_of_text(const struct column *column)
{
    static const struct {
        const char *part;
        int cells, drop;
    } known[] = {{"currency", 8, 340}, {"email", 24, -150}, {"phone", 17, -160},
                 {"company", 16, -20}, {"barcode", 14, 0},  {"url", 24, 60},
                 {"color", 8, 40},     {"sku", 14, -100}};
    int most = column->length;
    int cells = most > 0 && most < TEXT_CELLS      ? most
                : most >= LONG_LENGTH || most == 0 ? TEXT_CELLS + 4
                                                   : TEXT_CELLS;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strstr(column->name, known[i].part) != NULL)
            return (struct look){known[i].cells, 2, 300 + known[i].drop, ALIGN_LEFT};
    return (struct look){cells, cells < TEXT_CELLS ? 0 : 2, most == 0 ? 620 : 300, ALIGN_LEFT};
}

/* What one looks for in nearly every list. */
static bool is_main(const char *field)
{
    static const char *const names[] = {"status", "total", "amount", "price", "quantity"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], field) == 0)
            return true;
    return false;
}

/* What may be empty often is, and goes first; most of all what leads back to the same table. */
static struct look look_of(const struct table *table, const struct query_field *field)
{
    enum { OPTIONAL = 180, OWN_KIND = 200 };
    const struct column *column = field->column;
    struct look look = look_of_type(field);
    int title = text_cells(field->label) + 1; /* and the mark of the sort */
    if (field->choices != NULL)
        look = (struct look){longest(field->choices), 0, 160, ALIGN_LEFT};
    else if (field->reference != NULL)
        look = (struct look){TEXT_CELLS + 2, 2, 200, ALIGN_LEFT};
    else if (field->type == COLUMN_TEXT && column != NULL)
        look = look_of_text(column);
    if (is_main(field->name))
        look.drop = 90;
    else if (column != NULL && (column->is_system || column->key != KEY_NONE))
        look.drop = 700;
    else if (column != NULL && column->is_nullable)
        look.drop += column->reference == table ? OPTIONAL + OWN_KIND : OPTIONAL;
    if (look.minimum < title)
        look.minimum = title < TEXT_CELLS || look.weight == 0 ? title : TEXT_CELLS;
    return look;
}

/* Good, bad and in between, by the words of all statuses (SCHEMA.md). */
static enum role role_of_status(const char *text)
{
    static const struct {
        enum role role;
        const char *words;
    } roles[] = {
        {ROLE_GOOD,
         " active paid completed captured delivered confirmed accepted published applied "
         "solved done received merged "},
        {ROLE_WARNING, " pending tentative parked draft trial trialing invited waiting authorized "
                       "paused past_due partially_refunded in_progress "},
        {ROLE_DANGER, " cancelled failed refused suspended no_show error voided expired declined "
                      "conflict "},
        {ROLE_DIM, " archived inactive deactivated erased closed finished "},
    };
    char word[64];
    if ((size_t)snprintf(word, sizeof word, " %s ", text) >= sizeof word)
        return ROLE_NORMAL;
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strstr(roles[i].words, word) != NULL)
            return roles[i].role;
    return ROLE_NORMAL;
}

static enum role role_of_deleted(const char *text)
{
    return text[0] != '\0' ? ROLE_DANGER : ROLE_NORMAL;
}

/* Of the fields the title comes first, then the others in the file's order, then what the program
 * sets. */
static int place_of(const struct table *table, const struct query_field *field)
{
    if (field->column == NULL)
        return 3;
    if (table->title >= 0 && field->column == &table->columns[table->title])
        return 0;
    return strcmp(field->column->name, "deleted_at") == 0 ? 1 : field->column->is_system ? 4 : 2;
}

static struct listing_column column_of(const struct table *table, const struct query_field *field,
                                       int number)
{
    bool is_first = number == 0;
    struct look look = look_of(table, field);
    bool is_status = field->choices != NULL && strcmp(field->name, "status") == 0;
    bool is_deleted = strcmp(field->name, "deleted") == 0;
    if (is_first && look.weight > 0)
        look = (struct look){look.minimum > TITLE_CELLS ? look.minimum : TITLE_CELLS, 8, 0,
                             look.align};
    return (struct listing_column){
        .shown = {.id = field->name,
                  .title = field->label,
                  .minimum = look.minimum,
                  .weight = look.weight,
                  .drop = is_first     ? 0
                          : is_deleted ? 1
                                       : look.drop + number,
                  .align = look.align,
                  .is_sortable = true},
        .role = is_status    ? role_of_status
                : is_deleted ? role_of_deleted
                             : NULL,
    };
}

static struct listing_ops list(const struct table *table, const struct query_source *source,
                               struct arena *arena)
{
    struct listing_column *columns = arena_alloc(arena, source->field_count * sizeof *columns);
    size_t count = 0;
    for (int place = 0; place <= 4; place++)
        for (size_t i = 0; i < source->field_count; i++)
            if (place_of(table, &source->fields[i]) == place) {
                columns[count] = column_of(table, &source->fields[i], (int)count);
                count++;
            }
    return (struct listing_ops){.source = source,
                                .columns = columns,
                                .column_count = count,
                                .marked = table->travels ? table->name : NULL,
                                .empty = arena_format(arena, "No rows in \"%s\"", table->label),
                                .open = record_table_enter};
}

struct kinds {
    struct arena *arena;
    const struct record_kind **of_table; /* by table->index; NULL: not made yet */
};

static void release(void *value)
{
    arena_free(((struct kinds *)value)->arena);
}

static struct kinds *kinds_of(struct app *app)
{
    static const char key;
    struct kinds *kinds = app_kept(app, &key);
    if (kinds != NULL)
        return kinds;
    struct arena *arena = arena_new();
    size_t count = store_schema(app_store(app))->table_count;
    kinds = arena_alloc(arena, sizeof *kinds);
    *kinds = (struct kinds){arena, arena_alloc(arena, count * sizeof(const struct record_kind *))};
    app_keep(app, &key, kinds, release);
    return kinds;
}

const struct record_kind *record_kind(struct app *app, const struct table *table, struct error *err)
{
    struct kinds *kinds = kinds_of(app);
    struct store *store = app_store(app);
    if (!record_may_read(store, app_actor(app), table, err))
        return NULL;
    if (kinds->of_table[table->index] != NULL)
        return kinds->of_table[table->index];
    struct record_kind *kind = arena_alloc(kinds->arena, sizeof *kind);
    const struct query_source *live = query_source_of_table(store, table, kinds->arena, err);
    const struct query_source *all =
        live != NULL ? query_source_with_deleted(store, table, kinds->arena, err) : NULL;
    if (all == NULL)
        return NULL;
    *kind = (struct record_kind){.table = table,
                                 .live = list(table, live, kinds->arena),
                                 .all = list(table, all, kinds->arena)};
    kinds->of_table[table->index] = kind;
    return kind;
}

const struct record_kind *record_kind_named(struct app *app, const char *table, struct error *err)
{
    const struct table *found = schema_table(store_schema(app_store(app)), table);
    if (found != NULL)
        return record_kind(app, found, err);
    error_set(err, ERROR_NOT_FOUND, "There is no table \"%s\".", table);
    return NULL;
}
