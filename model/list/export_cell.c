#include "model/list/export_cell.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/list/export.h"

#include <string.h>

#include <sodium.h>
#include <utf8proc.h>

static const char replacement[] = "\xEF\xBF\xBD";

enum { REPLACEMENT_SIZE = sizeof replacement - 1, DELETE = 0x7F, LAST_CONTROL = 0x9F };

static bool is_harmless(utf8proc_int32_t character)
{
    if (character == '\t' || character == '\n' || character == '\r')
        return true;
    return character >= ' ' && (character < DELETE || character > LAST_CONTROL);
}

static const char *clean(const char *bytes, size_t size, struct arena *arena)
{
    char *out = arena_alloc(arena, REPLACEMENT_SIZE * size + 1);
    size_t length = 0;
    for (size_t at = 0; at < size;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)bytes + at,
                                                 (utf8proc_ssize_t)(size - at), &character);
        bool is_good = step > 0 && is_harmless(character);
        if (step <= 0)
            step = 1;
        memcpy(out + length, is_good ? bytes + at : replacement,
               is_good ? (size_t)step : REPLACEMENT_SIZE);
        length += is_good ? (size_t)step : REPLACEMENT_SIZE;
        at += (size_t)step;
    }
    return out;
}

const char *export_clean(const char *text, struct arena *arena)
{
    return clean(text, strlen(text), arena);
}

static const char *base64(struct value value, struct arena *arena)
{
    size_t size = sodium_base64_encoded_len(value.size, sodium_base64_VARIANT_ORIGINAL);
    char *out = arena_alloc(arena, size);
    sodium_bin2base64(out, size, (const unsigned char *)value.bytes, value.size,
                      sodium_base64_VARIANT_ORIGINAL);
    return out;
}

static const char *bytes_text(const struct query_field *field, struct value value,
                              struct arena *arena)
{
    struct uuid id;
    if (field->type != COLUMN_UUID || !value_as_uuid(value, &id))
        return base64(value, arena);
    char *text = arena_alloc(arena, UUID_TEXT_SIZE);
    uuid_text(&id, text);
    return text;
}

static const char *instant_text(int64_t instant, const char *zone, struct arena *arena)
{
    struct clock_time local;
    char *text = arena_alloc(arena, INSTANT_TEXT_SIZE);
    if (zone == NULL || !instant_to_local(instant, zone, &local)) {
        instant_format(instant, text);
        return text;
    }
    char date[DATE_TEXT_SIZE];
    date_format(local.date, date);
    return arena_format(arena, "%s %02d:%02d:%02d", date, local.hour, local.minute, local.second);
}

static const char *integer_text(const struct query_field *field, int64_t integer,
                                const char *currency, const char *zone, struct arena *arena)
{
    char text[MONEY_TEXT_SIZE];
    if (field->type == COLUMN_BOOLEAN)
        return integer != 0 ? "yes" : "no";
    if (field->type == COLUMN_INSTANT)
        return instant_text(integer, zone, arena);
    switch (field->unit) {
    case UNIT_CENTS:
        money_plain(integer, currency, text);
        break;
    case UNIT_MILLI:
        quantity_format(integer, text);
        break;
    case UNIT_BASIS_POINTS:
        percent_format(integer, text);
        text[strcspn(text, "%")] = '\0';
        break;
    case UNIT_NONE:
        return arena_format(arena, "%lld", (long long)integer);
    }
    return arena_text(arena, text);
}

static const char *text_text(struct value value, const struct export_cell_style *style,
                             struct arena *arena)
{
    const char *cleaned = clean(value.bytes, value.size, arena);
    bool is_formula = cleaned[0] != '\0' && strchr("=+-@\t\r", cleaned[0]) != NULL;
    bool is_guarded = style->guards_formulas && is_formula;
    char *text = arena_format(arena, "%s%s", is_guarded ? "'" : "", cleaned);
    for (char *c = text; style->is_one_line && *c != '\0'; c++) {
        if (*c == '\t' || *c == '\n' || *c == '\r')
            *c = ' ';
    }
    return text;
}

const char *export_cell_text(const struct query_field *field, struct value value,
                             const char *currency, const struct export_cell_style *style,
                             struct arena *arena)
{
    switch (value.kind) {
    case VALUE_INTEGER:
        return integer_text(field, value.integer, currency, style->zone, arena);
    case VALUE_TEXT:
        return text_text(value, style, arena);
    case VALUE_BYTES:
        return bytes_text(field, value, arena);
    case VALUE_NULL:
        break;
    }
    return "";
}

static json_t *integer_json(const struct query_field *field, int64_t integer)
{
    if (field->type == COLUMN_BOOLEAN)
        return json_boolean(integer != 0);
    if (field->type != COLUMN_INSTANT)
        return json_integer(integer);
    char text[INSTANT_TEXT_SIZE];
    instant_format(integer, text);
    return json_string(text);
}

json_t *export_cell_json(const struct query_field *field, struct value value, struct arena *arena)
{
    json_t *json = NULL;
    if (value.kind == VALUE_INTEGER)
        json = integer_json(field, value.integer);
    else if (value.kind == VALUE_BYTES)
        json = json_string(bytes_text(field, value, arena));
    else if (value.kind == VALUE_TEXT && field->type == COLUMN_JSON)
        json = json_loadb(value.bytes, value.size, 0, NULL);
    if (json == NULL && value.kind == VALUE_TEXT)
        json = json_string(clean(value.bytes, value.size, arena));
    return json != NULL ? json : json_null();
}

const char *export_key(const struct query_field *field, struct arena *arena)
{
    static const char *const units[] = {
        [UNIT_CENTS] = "_cents", [UNIT_MILLI] = "_milli", [UNIT_BASIS_POINTS] = "_bp"};
    const char *unit = field->unit != UNIT_NONE ? units[field->unit] : "";
    size_t size = strlen(field->name), tail = strlen(unit);
    if (size >= tail && strcmp(field->name + size - tail, unit) == 0)
        return field->name;
    return arena_format(arena, "%s%s", field->name, unit);
}
