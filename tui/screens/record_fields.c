#include "tui/screens/record_fields.h"

#include "model/keeping/seal.h"
#include "model/operation/record_hand.h"
#include "tui/screens/record_lookup.h"

#include <stdlib.h>
#include <string.h>

enum { LONG_TEXT = 300 /* characters from which on a text gets several lines */ };

static const char *zone_of(const struct record_fields *fields)
{
    return store_env(app_store(fields->app))->zone;
}

/* As it is typed now, else as it stands in the row. NULL: the table has none. */
static const char *currency_of(const struct record_fields *fields)
{
    size_t field = fields->form != NULL ? form_find(fields->form, "currency") : 0;
    const char *text = "";
    if (fields->form != NULL && field < fields->form->count)
        text = form_value(fields->form, field);
    else if (fields->currency != NULL)
        text = fields->currency;
    else if (fields->row != NULL)
        text = value_as_text(record_value(fields->row, "currency"));
    return text[0] != '\0' ? text : NULL;
}

const char *record_field_text(const struct record_fields *fields, const struct column *column,
                              struct value value, struct arena *arena)
{
    return column_format(column, value, currency_of(fields), zone_of(fields), arena);
}

const char *record_field_shown(const struct record_fields *fields, const struct column *column,
                               struct value value, struct arena *arena)
{
    struct uuid id;
    if (column->reference != NULL && value_as_uuid(value, &id))
        return record_name(app_store(fields->app), column->reference, &id, arena);
    return record_field_text(fields, column, value, arena);
}

static const struct column *column_of(const struct record_fields *fields,
                                      const struct form_field *field)
{
    return fields->columns[field - fields->fields];
}

static bool check(void *context, const struct form_field *field, const char *text,
                  struct buffer *normal, struct error *err)
{
    const struct record_fields *fields = context;
    const struct column *column = column_of(fields, field);
    struct arena *arena = arena_new();
    struct value value;
    bool is_good =
        column_parse(column, text, currency_of(fields), zone_of(fields), arena, &value, err);
    bool is_plain = column->type == COLUMN_TEXT || column->type == COLUMN_JSON;
    if (is_good && !is_plain)
        buffer_add(normal, record_field_text(fields, column, value, arena));
    arena_free(arena);
    return is_good;
}

/* Nothing can be sealed before the shop has a key; better said while one types. */
static bool check_sealed(void *context, const struct form_field *field, const char *text,
                         struct buffer *normal, struct error *err)
{
    const struct record_fields *fields = context;
    struct seal_key key;
    (void)field, (void)text, (void)normal;
    return seal_key_read(app_store(fields->app), &key, err);
}

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    const struct record_fields *fields = context;
    return record_look_up(fields->app, column_of(fields, field)->reference, typed, arena, out,
                          limit);
}

static bool is_reference(const struct column *column)
{
    return column->reference != NULL && column->type == COLUMN_UUID;
}

static enum field_kind kind_of(const struct column *column)
{
    static const enum field_kind kinds[] = {
        [COLUMN_UUID] = FIELD_TEXT,       [COLUMN_TEXT] = FIELD_TEXT,
        [COLUMN_INTEGER] = FIELD_NUMBER,  [COLUMN_BOOLEAN] = FIELD_BOOLEAN,
        [COLUMN_INSTANT] = FIELD_TEXT,    [COLUMN_DATE] = FIELD_DATE,
        [COLUMN_TIME] = FIELD_TEXT,       [COLUMN_JSON] = FIELD_LINES,
        [COLUMN_BYTES] = FIELD_READ_ONLY,
    };
    if (is_reference(column))
        return FIELD_REFERENCE;
    if (column->choices != NULL)
        return FIELD_CHOICE;
    bool is_long =
        column->type == COLUMN_TEXT && (column->length == 0 || column->length > LONG_TEXT);
    return is_long ? FIELD_LINES : kinds[column->type];
}

static const char *help_of(const struct column *column, struct arena *arena)
{
    if (is_reference(column))
        return arena_format(arena, "A row of \"%s\": type a part of its name.",
                            column->reference->label);
    if (column->choices != NULL)
        return "Space shows what it can be.";
    switch (column->type) {
    case COLUMN_INSTANT:
        return "A day and a time of the shop, such as 2026-11-20 14:00.";
    case COLUMN_DATE:
        return "A day such as 2026-11-20; Space shows a month.";
    case COLUMN_TIME:
        return "A time such as 14:30.";
    case COLUMN_JSON:
        return "JSON: an object such as {\"size\": 3}, or an array. Ctrl-S saves.";
    case COLUMN_BOOLEAN:
        return "Space changes it.";
    case COLUMN_INTEGER:
        return column->unit == UNIT_CENTS          ? "An amount such as 12.50."
               : column->unit == UNIT_MILLI        ? "A quantity such as 1.5."
               : column->unit == UNIT_BASIS_POINTS ? "A percentage such as 19."
                                                   : "A whole number.";
    default:
        return column->length > 0
                   ? arena_format(arena, "A text of at most %d characters.", column->length)
                   : NULL;
    }
}

/* The values to which the row's own may go (status_moves); of a new row, all. */
static const char *const *legal_choices(const struct record_fields *fields,
                                        const struct column *column)
{
    const struct schema *schema = store_schema(app_store(fields->app));
    struct value now = fields->row != NULL ? record_value(fields->row, column->name) : value_null();
    size_t count = 0;
    if (now.kind != VALUE_TEXT)
        return column->choices;
    while (column->choices[count] != NULL)
        count++;
    const char **legal = arena_alloc(fields->arena, (count + 1) * sizeof *legal);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (schema_move_allowed(schema, fields->table, column->name, now.bytes, column->choices[i]))
            legal[kept++] = column->choices[i];
    return legal;
}

/* What a field begins with: of a new row the constant of its column, and the shop's currency. */
static struct value start_of(const struct record_fields *fields, const struct column *column)
{
    struct store *store = app_store(fields->app);
    if (fields->row != NULL)
        return record_value(fields->row, column->name);
    struct value value = record_default(store, fields->table, column, fields->arena);
    const struct table *tenants = schema_table(store_schema(store), "tenants");
    struct record shop;
    if (value.kind == VALUE_NULL && strcmp(column->name, "currency") == 0 && tenants != NULL &&
        record_get(store, tenants, store_tenant(store), fields->arena, &shop, NULL) == 1)
        return record_value(&shop, "default_currency");
    return value;
}

static void set_sealed(struct form_field *field, bool has_secret)
{
    field->kind = FIELD_SECRET;
    field->value = "";
    field->is_required = field->is_required && !has_secret;
    field->check = check_sealed;
    field->help = has_secret ? "Nobody reads it back here. Left empty, it stays as it is."
                             : "It is sealed as it is saved; nobody reads it back here.";
}

static void add_field(struct record_fields *fields, const struct column *column)
{
    struct arena *arena = fields->arena;
    const char *why_not = record_column_kept(fields->table, column);
    struct value value = start_of(fields, column);
    struct form_field field = {
        .name = column->name,
        .label = column->label,
        .kind = why_not != NULL ? FIELD_READ_ONLY : kind_of(column),
        .value = record_field_text(fields, column, value, arena),
        .shown = is_reference(column) ? record_field_shown(fields, column, value, arena) : NULL,
        .is_required = column->is_required,
        .limit = column->choices == NULL && column->length > 0 ? (size_t)column->length : 0,
        .help = why_not != NULL ? why_not : help_of(column, arena),
        .check = is_reference(column) ? NULL : check,
        .look_up = look_up,
    };
    if (field.kind == FIELD_CHOICE)
        field.choices = legal_choices(fields, column);
    if (column->is_sealed)
        set_sealed(&field, fields->row != NULL);
    fields->columns[fields->count] = column;
    fields->fields[fields->count++] = field;
}

/* Not what the program sets: that is no part of a form. */
static bool is_shown(const struct record_fields *fields, const struct column *column)
{
    if (column->is_sealed)
        return true;
    bool is_hidden = column->is_secret || column->type == COLUMN_BYTES;
    return !column->is_system && !is_hidden && column->key == KEY_NONE &&
           !record_column_is_seal(fields->table, column);
}

static void begin(struct record_fields *fields, struct app *app, const struct table *table,
                  const struct record *row, struct arena *arena)
{
    *fields = (struct record_fields){.app = app, .table = table, .row = row, .arena = arena};
    size_t most = table->column_count + RECORD_FIELDS_MORE;
    fields->fields = arena_alloc(arena, most * sizeof *fields->fields);
    fields->columns = arena_alloc(arena, most * sizeof(const struct column *));
}

void record_fields_named(struct record_fields *fields, struct app *app, const struct table *table,
                         const struct record *row, const char *names, struct arena *arena)
{
    begin(fields, app, table, row, arena);
    for (const char *at = names; *at != '\0';) {
        size_t size = strcspn(at, " ");
        const struct column *column = table_column(table, arena_bytes(arena, at, size));
        if (column != NULL)
            add_field(fields, column);
        at += size + (at[size] == ' ');
    }
}

struct form_field *record_fields_add(struct record_fields *fields, const struct form_field *field)
{
    fields->fields[fields->count] = *field;
    return &fields->fields[fields->count++];
}

struct form_field *record_fields_find(const struct record_fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (fields->fields[i].name != NULL && strcmp(fields->fields[i].name, name) == 0)
            return &fields->fields[i];
    return NULL;
}

void record_fields_init(struct record_fields *fields, struct app *app, const struct table *table,
                        const struct record *row, struct arena *arena)
{
    begin(fields, app, table, row, arena);
    if (table->title >= 0 && is_shown(fields, &table->columns[table->title]))
        add_field(fields, &table->columns[table->title]);
    for (int pass = 0; pass < 2; pass++) {
        size_t first = fields->count;
        if (pass == 1)
            fields->fields[fields->count++] =
                (struct form_field){.kind = FIELD_SECTION, .label = "Texts and data"};
        for (size_t i = 0; i < table->column_count; i++) {
            const struct column *column = &table->columns[i];
            bool is_long = kind_of(column) == FIELD_LINES;
            if (is_shown(fields, column) && is_long == (pass == 1) && (int)i != table->title)
                add_field(fields, column);
        }
        if (pass == 1 && fields->count == first + 1)
            fields->count = first;
    }
}

/* How many changes that makes, or -1: an emptied field leaves the secret as it is. */
static int seal_field(const struct record_fields *fields, size_t i, struct arena *arena,
                      struct change *out, struct error *err)
{
    const char *text = form_value(fields->form, i);
    if (text[0] == '\0')
        return 0;
    return seal_changes(app_store(fields->app), fields->columns[i], text, arena, out, err)
               ? SEAL_CHANGES
               : -1;
}

int record_fields_changes(const struct record_fields *fields, struct arena *arena,
                          struct change **out, struct error *err)
{
    int count = 0;
    *out = arena_alloc(arena, (fields->count + 1) * SEAL_CHANGES * sizeof **out);
    for (size_t i = 0; i < fields->count; i++) {
        const struct column *column = fields->columns[i];
        /* What a new row needs is written as it was offered, too. */
        bool is_needed = fields->row == NULL && column != NULL && column->is_required;
        if (column == NULL || (!is_needed && !form_is_changed(fields->form, i)))
            continue;
        if (column->is_sealed) {
            int sealed = seal_field(fields, i, arena, *out + count, err);
            if (sealed < 0)
                return -1;
            count += sealed;
            continue;
        }
        struct change change = {.column = column->name};
        if (!column_parse(column, form_value(fields->form, i), currency_of(fields), zone_of(fields),
                          arena, &change.value, err))
            return -1;
        if (fields->row != NULL) {
            change.seen = record_value(fields->row, column->name);
            change.is_seen = true;
        }
        (*out)[count++] = change;
    }
    return count;
}
