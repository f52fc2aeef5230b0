#include "model/import/import_mapping.h"

#include "model/base/text.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const char *const import_field_names[IMPORT_FIELD_COUNT] = {
    "invoice", "code", "description", "quantity", "placed", "price", "customer", "country"};

static const bool is_field_needed[IMPORT_FIELD_COUNT] = {
    [IMPORT_INVOICE] = true, [IMPORT_CODE] = true,  [IMPORT_QUANTITY] = true,
    [IMPORT_PLACED] = true,  [IMPORT_PRICE] = true,
};

/* Online Retail, Daqing Chen, UCI Machine Learning Repository, doi 10.24432/C5BW33. */
static const char online_retail[] =
    "{\"columns\": {\"invoice\": \"InvoiceNo\", \"code\": \"StockCode\","
    " \"description\": \"Description\", \"quantity\": \"Quantity\", \"placed\": \"InvoiceDate\","
    " \"price\": \"UnitPrice\", \"customer\": \"CustomerID\", \"country\": \"Country\"},"
    " \"settings\": {\"separator\": \",\", \"date_format\": \"%Y-%m-%d %H:%M:%S\","
    " \"currency\": \"GBP\", \"register\": \"IM\", \"number_prefix\": \"IM-\","
    " \"return_prefix\": \"C\","
    " \"without_stock\": [\"POST\", \"DOT\", \"C2\", \"C3\", \"M\", \"D\", \"S\", \"B\","
    " \"PADS\", \"CRUK\", \"BANK CHARGES\", \"AMAZONFEE\", \"ADJUST*\", \"TEST*\", \"GIFT_*\"],"
    " \"says_nothing\": [\"?\", \"??\", \"???\", \"check\", \"found\", \"lost\", \"damages\","
    " \"damaged\", \"adjustment\", \"amazon\", \"dotcom\", \"mailout\", \"manual adjustment\"],"
    " \"reasons\": {"
    "\"damage\": [\"damage*\", \"faulty\", \"broken\", \"cracked\", \"crushed\", \"smashed\","
    " \"wet\", \"rusty\", \"mouldy\", \"dirty\", \"smudge*\", \"thrown\", \"throw away\","
    " \"unsaleable\", \"destroyed\", \"incorrectly made\"],"
    " \"count\": [\"found\", \"lost\", \"missing\", \"mia\", \"counted\", \"count\", \"check\"],"
    " \"return\": [\"returned\"], \"receive\": [\"rcvd\", \"received\"],"
    " \"adjust\": [\"sample*\", \"showroom\", \"display\", \"mailout\", \"given away\"]}}}";

static const struct {
    const char *name, *json;
} built_in[] = {{"online-retail", online_retail}};

static bool is_wrong(const char *name, const char *what, struct error *err)
{
    return error_set(err, ERROR_INPUT, "the mapping \"%s\" %s", name, what);
}

/* A text among the settings: `fallback` where it is left out. */
static bool take_text(const json_t *settings, const char *key, const char *fallback,
                      struct arena *arena, const char **out)
{
    const json_t *json = json_object_get(settings, key);
    const char *text = json_string_value(json);
    *out = text != NULL ? arena_text(arena, text) : fallback;
    return json == NULL || text != NULL;
}

static bool take_words(const json_t *list, struct arena *arena, struct import_words *out)
{
    size_t index;
    const json_t *word;
    *out = (struct import_words){.count = json_array_size(list)};
    out->items = arena_alloc(arena, (out->count + 1) * sizeof *out->items);
    json_array_foreach(list, index, word)
    {
        if (!json_is_string(word))
            return false;
        out->items[index] = text_fold(json_string_value(word), arena);
    }
    return list == NULL || json_is_array(list);
}

static bool take_reasons(const json_t *reasons, struct arena *arena, struct import_mapping *out)
{
    const char *reason;
    json_t *words;
    out->reasons = arena_alloc(arena, (json_object_size(reasons) + 1) * sizeof *out->reasons);
    json_object_foreach((json_t *)reasons, reason, words)
    {
        struct import_reason *next = &out->reasons[out->reason_count++];
        next->reason = arena_text(arena, reason);
        if (!take_words(words, arena, &next->words))
            return false;
    }
    return reasons == NULL || json_is_object(reasons);
}

static bool take_columns(const json_t *columns, struct arena *arena, struct import_mapping *out,
                         struct error *err)
{
    for (int i = 0; i < IMPORT_FIELD_COUNT; i++) {
        const char *heading = json_string_value(json_object_get(columns, import_field_names[i]));
        if (heading == NULL && is_field_needed[i])
            return error_set(err, ERROR_INPUT, "the mapping \"%s\" has no column for \"%s\"",
                             out->name, import_field_names[i]);
        out->columns[i] = heading != NULL ? arena_text(arena, heading) : NULL;
    }
    return true;
}

static bool take_settings(const json_t *settings, struct arena *arena, struct import_mapping *out,
                          struct error *err)
{
    const char *separator;
    bool is_text =
        take_text(settings, "separator", ",", arena, &separator) &&
        take_text(settings, "date_format", "%Y-%m-%d %H:%M:%S", arena, &out->date_format) &&
        take_text(settings, "number_prefix", "IM-", arena, &out->number_prefix) &&
        take_text(settings, "register", "IM", arena, &out->register_code) &&
        take_text(settings, "zone", NULL, arena, &out->zone) &&
        take_text(settings, "currency", NULL, arena, &out->currency) &&
        take_text(settings, "country", NULL, arena, &out->country) &&
        take_text(settings, "return_prefix", NULL, arena, &out->return_prefix);
    if (!is_text)
        return is_wrong(out->name, "has a setting that is no text", err);
    out->separator = separator[0];
    if (strlen(separator) != 1 || separator[0] == '"' || iscntrl((unsigned char)separator[0]) != 0)
        if (strcmp(separator, "\t") != 0)
            return is_wrong(out->name, "has a separator that is not one character", err);
    if (!take_words(json_object_get(settings, "without_stock"), arena, &out->without_stock) ||
        !take_words(json_object_get(settings, "says_nothing"), arena, &out->says_nothing) ||
        !take_reasons(json_object_get(settings, "reasons"), arena, out))
        return is_wrong(out->name, "has a list of words that is none", err);
    return true;
}

static bool read_mapping(const char *name, const char *json, struct arena *arena,
                         struct import_mapping *out, struct error *err)
{
    *out = (struct import_mapping){.name = arena_text(arena, name)};
    json_error_t why;
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &why);
    bool is_read =
        root != NULL
            ? take_columns(json_object_get(root, "columns"), arena, out, err) &&
                  take_settings(json_object_get(root, "settings"), arena, out, err)
            : error_set(err, ERROR_INPUT, "the mapping \"%s\" is no valid JSON: line %d, %s", name,
                        why.line, why.text);
    json_decref(root);
    return is_read;
}

/* The kept one of that name, else the built-in one: 1, 0 for none, -1. */
static int find_json(struct store *store, const char *name, struct arena *arena, const char **out,
                     struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT json_object('columns', json(columns), 'settings', json(settings))"
                      " FROM import_mappings WHERE name = ?1 AND target = 'orders'",
                      err);
    if (statement == NULL)
        return -1;
    statement_bind_text(statement, 1, name);
    int found = statement_step(statement, err);
    if (found > 0)
        *out = arena_text(arena, statement_text(statement, 0));
    statement_done(statement);
    for (size_t i = 0; found == 0 && i < sizeof built_in / sizeof built_in[0]; i++) {
        if (strcmp(built_in[i].name, name) == 0) {
            *out = built_in[i].json;
            found = 1;
        }
    }
    return found;
}

const char *import_mapping_names(struct store *store, struct arena *arena)
{
    struct buffer names;
    buffer_init(&names);
    for (size_t i = 0; i < sizeof built_in / sizeof built_in[0]; i++)
        buffer_format(&names, "%s%s", names.size > 0 ? ", " : "", built_in[i].name);
    struct statement *statement = store_prepare(
        store, "SELECT name FROM import_mappings WHERE target = 'orders' ORDER BY name", NULL);
    while (statement != NULL && statement_step(statement, NULL) > 0)
        if (strstr(names.text, statement_text(statement, 0)) == NULL)
            buffer_format(&names, ", %s", statement_text(statement, 0));
    statement_done(statement);
    const char *text = arena_text(arena, names.text);
    buffer_done(&names);
    return text;
}

const char *import_mapping_json(struct store *store, const char *name, struct arena *arena,
                                struct error *err)
{
    const char *json = NULL;
    if (find_json(store, name, arena, &json, err) == 0)
        error_set(err, ERROR_NOT_FOUND, "there is no mapping \"%s\"; there is: %s", name,
                  import_mapping_names(store, arena));
    return json;
}

bool import_mapping_load(struct store *store, const char *name, struct arena *arena,
                         struct import_mapping *out, struct error *err)
{
    const char *json = import_mapping_json(store, name, arena, err);
    return json != NULL && read_mapping(name, json, arena, out, err);
}

bool import_mapping_keep(struct store *store, const char *name, const char *json, struct error *err)
{
    struct arena *arena = arena_new();
    struct import_mapping mapping;
    size_t length = text_is_utf8(name, strlen(name)) ? text_characters(name) : 0;
    bool is_done = length >= 1 && length <= 60
                       ? read_mapping(name, json, arena, &mapping, err)
                       : error_set(err, ERROR_INPUT, "a mapping's name has 1 to 60 characters");
    if (is_done)
        is_done = store_run(store,
                            "INSERT INTO import_mappings (name, target, columns, settings)"
                            " VALUES (?1, 'orders', ?2 -> '$.columns',"
                            " coalesce(?2 -> '$.settings', '{}'))"
                            " ON CONFLICT (name) DO UPDATE SET target = excluded.target,"
                            " columns = excluded.columns, settings = excluded.settings,"
                            " updated_at = now()",
                            err, "tt", name, json);
    arena_free(arena);
    return is_done;
}

/* "damage*" is a beginning. */
static bool is_match(const char *pattern, const char *text)
{
    size_t size = strlen(pattern);
    if (size > 0 && pattern[size - 1] == '*')
        return strncmp(pattern, text, size - 1) == 0;
    return strcmp(pattern, text) == 0;
}

static bool is_any(const struct import_words *words, const char *text)
{
    for (size_t i = 0; i < words->count; i++)
        if (is_match(words->items[i], text))
            return true;
    return false;
}

bool import_is_without_stock(const struct import_mapping *mapping, const char *folded_code)
{
    return is_any(&mapping->without_stock, folded_code);
}

bool import_says_nothing(const struct import_mapping *mapping, const char *folded)
{
    return folded[0] == '\0' || is_any(&mapping->says_nothing, folded);
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Whether the words stand in the text, beginning and ending where words do. */
static bool has_words(const char *words, const char *text)
{
    size_t size = strlen(words);
    bool is_beginning = size > 0 && words[size - 1] == '*';
    size -= is_beginning ? 1 : 0;
    for (const char *at = text; size > 0 && *at != '\0'; at++)
        if ((at == text || !is_letter(at[-1])) && strncmp(at, words, size) == 0 &&
            (is_beginning || !is_letter(at[size])))
            return true;
    return false;
}

const char *import_reason_of(const struct import_mapping *mapping, const char *folded)
{
    for (size_t i = 0; i < mapping->reason_count; i++)
        for (size_t k = 0; k < mapping->reasons[i].words.count; k++)
            if (has_words(mapping->reasons[i].words.items[k], folded))
                return mapping->reasons[i].reason;
    return NULL;
}
