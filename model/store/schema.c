#include "model/store/schema.h"

#include "model/store/schema_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *name, const void *table)
{
    return strcmp(name, ((const struct table *)table)->name);
}

const struct table *schema_table(const struct schema *schema, const char *name)
{
    return bsearch(name, schema->tables, schema->table_count, sizeof *schema->tables, by_name);
}

int table_column_index(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

const struct column *table_column(const struct table *table, const char *name)
{
    int index = table_column_index(table, name);
    return index < 0 ? NULL : &table->columns[index];
}

static int by_column(const void *a, const void *b)
{
    const struct column *left = a;
    const struct column *right = ((const struct schema_move *)b)->column;
    return left < right ? -1 : left > right;
}

/* The moves of one column stand together; `*count` is 0 when it has none. */
static const struct schema_move *moves_of(const struct schema_data *data,
                                          const struct column *column, size_t *count)
{
    *count = 0;
    const struct schema_move *any =
        bsearch(column, data->moves, data->move_count, sizeof *data->moves, by_column);
    if (any == NULL)
        return NULL;
    const struct schema_move *first = any, *end = data->moves + data->move_count;
    while (first > data->moves && first[-1].column == column)
        first--;
    while (any < end && any->column == column)
        any++;
    *count = (size_t)(any - first);
    return first;
}

bool schema_move_allowed(const struct schema *schema, const struct table *table, const char *column,
                         const char *from, const char *to)
{
    const struct column *found = table_column(table, column);
    if (found == NULL || strcmp(from, to) == 0)
        return found != NULL;
    size_t count;
    const struct schema_move *moves = moves_of((const struct schema_data *)schema, found, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(moves[i].from, from) == 0 && strcmp(moves[i].to, to) == 0)
            return true;
    return count == 0;
}

/* Words that are not written as the others, within a name. */
static const struct {
    const char *word, *label;
} words[] = {
    {"api", "API"},
    {"csv", "CSV"},
    {"gdpr", "GDPR"},
    {"html", "HTML"},
    {"i18n", "translations"},
    {"ics", "iCalendar"},
    {"ip", "IP"},
    {"json", "JSON"},
    {"mb", "MB"},
    {"mfa", "MFA"},
    {"os", "OS"},
    {"pin", "PIN"},
    {"qr", "QR"},
    {"seo", "SEO"},
    {"sha256", "SHA-256"},
    {"sku", "SKU"},
    {"totp", "TOTP"},
    {"uid", "id"},
    {"url", "URL"},
    {"utm", "UTM"},
    {"uuid", "UUID"},
    {"vat", "VAT"},
};

/* Last words that tell a type or a unit. */
static const char *const endings[] = {"at", "bp", "centi", "cents", "id", "milli"};

static const char *word_label(const char *word)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i].word[0] == word[0] && strcmp(words[i].word, word) == 0)
            return words[i].label;
    return word;
}

static void drop_ending(char *name, bool is_reference)
{
    char *last = strrchr(name, '_');
    for (size_t i = 0; last != NULL && i < sizeof endings / sizeof endings[0]; i++)
        if (strcmp(last + 1, endings[i]) == 0 && (is_reference || strcmp(last, "_id") != 0)) {
            *last = '\0';
            return;
        }
}

const char *schema_label(const char *name, bool is_reference, struct arena *arena)
{
    char *rest = arena_text(arena, strncmp(name, "is_", 3) == 0 ? name + 3 : name);
    drop_ending(rest, is_reference);
    char *label = arena_alloc(arena, 4 * strlen(rest) + 16); /* "translations" is the longest */
    char *at = label;
    for (char *word = rest, *next; word != NULL; word = next) {
        next = strchr(word, '_');
        if (next != NULL)
            *next++ = '\0';
        if (at != label)
            *at++ = ' ';
        at = stpcpy(at, word_label(word));
    }
    if (!isupper((unsigned char)label[1])) /* iCalendar */
        label[0] = (char)toupper((unsigned char)label[0]);
    return label;
}

void schema_free(struct schema_data *schema)
{
    if (schema == NULL)
        return;
    free(schema->moves);
    arena_free(schema->arena);
}
