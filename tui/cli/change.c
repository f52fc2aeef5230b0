#include "tui/cli/change.h"

#include "model/keeping/seal.h"
#include "model/operation/record_hand.h"
#include "tui/cli/secret.h"
#include "tui/cli/which.h"

#include <string.h>

struct reading {
    struct cli *cli;
    const struct table *table;
    const struct query_source *source;
    const char *currency;
    struct error *err;
};

static const struct column *find_column(const struct reading *reading, const char *name)
{
    const struct column *column = table_column(reading->table, name);
    const struct query_field *field = query_field(reading->source, name);
    if (column == NULL && field != NULL)
        column = field->column;
    if (column == NULL) {
        error_set(reading->err, ERROR_INPUT,
                  "\"%s\" has no field \"%s\"; `countertop records %s fields` lists them",
                  reading->table->label, name, reading->table->name);
        return NULL;
    }
    const char *why = record_column_kept(reading->table, column);
    if (why == NULL)
        return column;
    error_set_field(reading->err, ERROR_RULE, column->name, "%s is not set: %s", column->label,
                    why);
    return NULL;
}

static bool read_value(const struct reading *reading, const struct column *column, const char *text,
                       struct value *out)
{
    struct cli *cli = reading->cli;
    if (column->is_sealed)
        return error_set_field(reading->err, ERROR_INPUT, column->name,
                               "%s: what was there can't be read, so nobody has seen it",
                               column->label);
    if (column->reference == NULL || text[0] == '\0' || !record_has_id(column->reference))
        return column_parse(column, text, reading->currency, cli->env->zone, cli->arena, out,
                            reading->err);
    struct uuid *id = arena_alloc(cli->arena, sizeof *id);
    *out = value_uuid(id);
    return which_row(cli, column->reference, text, id, reading->err) ||
           error_prefix(reading->err, "%s", column->label);
}

static bool read_sealed(const struct reading *reading, const struct column *column,
                        const char *text, struct change out[SEAL_CHANGES])
{
    char secret[SECRET_SIZE];
    struct cli *cli = reading->cli;
    if (text[0] != '@' && strcmp(text, "-") != 0)
        return error_set_field(reading->err, ERROR_INPUT, column->name,
                               "%s: others can read what stands in a command; write %s=@FILE or "
                               "%s=- to be asked for it",
                               column->label, column->name, column->name);
    bool is_sealed =
        secret_read(cli, column->label, text[0] == '@' ? text + 1 : NULL, secret, reading->err) &&
        (secret[0] != '\0' || error_set_field(reading->err, ERROR_INPUT, column->name,
                                              "%s: it is empty", column->label)) &&
        seal_changes(cli->store, column, secret, cli->arena, out, reading->err);
    secret_wipe(secret);
    return is_sealed;
}

/* Splits at the first "="; `text` receives what follows. */
static const struct column *read_name(const struct reading *reading, const char *word,
                                      const char **text)
{
    size_t size = strcspn(word, "=");
    if (word[size] == '\0') {
        error_set(reading->err, ERROR_INPUT, "\"%s\" is no FIELD=VALUE", word);
        return NULL;
    }
    *text = word + size + 1;
    return find_column(reading, arena_bytes(reading->cli->arena, word, size));
}

static bool read_seen(const struct reading *reading, struct change *changes, int count)
{
    size_t at = 0;
    const char *word;
    while ((word = cli_next(reading->cli, "seen", &at)) != NULL) {
        struct value value;
        const char *text;
        const struct column *column = read_name(reading, word, &text);
        int i = 0;
        if (column == NULL || !read_value(reading, column, text, &value))
            return error_prefix(reading->err, "--seen");
        while (i < count && strcmp(changes[i].column, column->name) != 0)
            i++;
        if (i == count)
            return error_set(reading->err, ERROR_INPUT, "--seen: %s is not changed", column->label);
        changes[i].seen = value;
        changes[i].is_seen = true;
    }
    return true;
}

const char *change_currency(struct cli *cli)
{
    const struct table *tenants = schema_table(store_schema(cli->store), "tenants");
    struct record tenant;
    int found =
        record_get(cli->store, tenants, store_tenant(cli->store), cli->arena, &tenant, NULL);
    return found == 1 ? value_as_text(record_value(&tenant, "default_currency")) : "EUR";
}

/* Of the row, else of what is written, else of the shop. */
static const char *currency_of(const struct reading *reading, const struct record *row, int count,
                               char **words)
{
    static const char name[] = "currency=";
    struct value value = row != NULL ? record_value(row, "currency") : value_null();
    if (value.kind == VALUE_TEXT)
        return value_as_text(value);
    for (int i = 0; i < count; i++)
        if (strncmp(words[i], name, sizeof name - 1) == 0)
            return words[i] + sizeof name - 1;
    return change_currency(reading->cli);
}

/* How many changes the word makes, or -1. */
static int read_change(const struct reading *reading, const char *word, struct change *out)
{
    const char *text;
    const struct column *column = read_name(reading, word, &text);
    if (column == NULL)
        return -1;
    *out = (struct change){.column = column->name};
    if (column->is_sealed)
        return read_sealed(reading, column, text, out) ? SEAL_CHANGES : -1;
    return read_value(reading, column, text, &out->value) ? 1 : -1;
}

int change_parse(struct cli *cli, const struct table *table, const struct record *row, int count,
                 char **words, struct change **out, struct error *err)
{
    struct reading reading = {.cli = cli, .table = table, .err = err};
    reading.source = query_source_of_table(cli->store, table, cli->arena, err);
    if (reading.source == NULL)
        return -1;
    reading.currency = currency_of(&reading, row, count, words);
    *out = arena_alloc(cli->arena, ((size_t)count + 1) * SEAL_CHANGES * sizeof **out);
    int made = 0;
    for (int i = 0; i < count; i++) {
        struct change *change = *out + made;
        int more = read_change(&reading, words[i], change);
        if (more < 0)
            return -1;
        for (int k = 0; k < made; k++)
            if (strcmp((*out)[k].column, change->column) == 0)
                return error_set(err, ERROR_INPUT, "%s is given twice",
                                 table_column(table, change->column)->label),
                       -1;
        made += more;
    }
    return read_seen(&reading, *out, made) ? made : -1;
}
