/* Values of a column: from a person's text, to it, and whether they may be stored. */
#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/base/text.h"
#include "model/store/schema.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* The years 1 to 9999: what an ISO-8601 text and the centre can both hold. */
#define INSTANT_MINIMUM (INT64_C(-62135596800) * SECOND_US)
#define INSTANT_MAXIMUM (INT64_C(253402300800) * SECOND_US - 1)

struct input {
    const struct column *column;
    const char *text; /* without white space around it */
    const char *currency, *zone;
    struct arena *arena;
    struct error *err;
};

static bool expected(const struct column *column, struct error *err, const char *what)
{
    return error_set_field(err, ERROR_INPUT, column->name, "%s must be %s", column->label, what);
}

/* Puts the column before what another unit said of its text. */
static bool blame(const struct column *column, struct error *err)
{
    if (err != NULL)
        snprintf(err->field, sizeof err->field, "%s", column->name);
    return error_prefix(err, "%s", column->label);
}

static bool parse_uuid(const struct input *input, struct value *out)
{
    struct uuid id;
    if (!uuid_parse(input->text, &id))
        return expected(input->column, input->err, "an id such as 018f3c2a-…");
    *out = value_copy(value_uuid(&id), input->arena);
    return true;
}

static bool is_same_choice(const char *choice, const char *text)
{
    for (; *choice != '\0' && *text != '\0'; choice++, text++) {
        char c = (char)tolower((unsigned char)*text);
        if (*choice != c && !(*choice == '_' && (c == ' ' || c == '-')))
            return false;
    }
    return *choice == *text;
}

static bool refuse_choice(const struct column *column, struct error *err)
{
    struct buffer list;
    buffer_init(&list);
    for (const char *const *choice = column->choices; *choice != NULL; choice++)
        buffer_format(&list, "%s%s", choice == column->choices ? "" : ", ", *choice);
    error_set_field(err, ERROR_INPUT, column->name, "%s must be one of %s", column->label,
                    list.text);
    buffer_done(&list);
    return false;
}

static bool parse_choice(const struct input *input, struct value *out)
{
    for (const char *const *choice = input->column->choices; *choice != NULL; choice++)
        if (is_same_choice(*choice, input->text)) {
            *out = value_text(*choice);
            return true;
        }
    return refuse_choice(input->column, input->err);
}

static bool parse_plain_text(const struct input *input, struct value *out)
{
    *out = value_text(arena_text(input->arena, input->text));
    return true;
}

static bool parse_plain_integer(const struct input *input, int64_t *out)
{
    char *end;
    errno = 0;
    long long number = strtoll(input->text, &end, 10);
    if (*end != '\0' || end == input->text)
        return expected(input->column, input->err, "a whole number");
    if (errno == ERANGE)
        return expected(input->column, input->err, "a smaller number");
    *out = number;
    return true;
}

static bool parse_integer(const struct input *input, struct value *out)
{
    int64_t number = 0;
    bool is_parsed = false;
    switch (input->column->unit) {
    case UNIT_NONE:
        if (!parse_plain_integer(input, &number))
            return false;
        is_parsed = true;
        break;
    case UNIT_CENTS:
        is_parsed = money_parse(input->text, input->currency, &number, input->err);
        break;
    case UNIT_MILLI:
        is_parsed = quantity_parse(input->text, &number, input->err);
        break;
    case UNIT_BASIS_POINTS:
        is_parsed = percent_parse(input->text, &number, input->err);
        break;
    }
    *out = value_integer(number);
    return is_parsed || blame(input->column, input->err);
}

static bool parse_boolean(const struct input *input, struct value *out)
{
    static const char *const yes[] = {"yes", "y", "true", "on", "1"};
    static const char *const no[] = {"no", "n", "false", "off", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        bool is_yes = is_same_choice(yes[i], input->text);
        *out = value_integer(is_yes);
        if (is_yes || is_same_choice(no[i], input->text))
            return true;
    }
    return expected(input->column, input->err, "yes or no");
}

static bool parse_instant(const struct input *input, struct value *out)
{
    int64_t instant;
    if (!instant_parse(input->text, input->zone, &instant, input->err))
        return blame(input->column, input->err);
    *out = value_integer(instant);
    return true;
}

static bool parse_date(const struct input *input, struct value *out)
{
    struct date date;
    if (!date_parse(input->text, &date))
        return expected(input->column, input->err, "a day such as 2026-11-20");
    return parse_plain_text(input, out);
}

/* One or two digits. */
static bool take_number(const char **at, int *out)
{
    size_t size = strspn(*at, "0123456789");
    *out = size == 1 ? (*at)[0] - '0' : size == 2 ? ((*at)[0] - '0') * 10 + (*at)[1] - '0' : -1;
    *at += size;
    return *out >= 0;
}

/* "9:30", "09:30" or "09:30:15". */
static bool time_parse(const char *text, int *hour, int *minute, int *second)
{
    *second = 0;
    if (!take_number(&text, hour) || *text++ != ':' || !take_number(&text, minute))
        return false;
    if (*text != '\0' && (*text++ != ':' || !take_number(&text, second)))
        return false;
    return *text == '\0' && *hour < 24 && *minute < 60 && *second < 60;
}

static bool parse_time(const struct input *input, struct value *out)
{
    int hour, minute, second;
    if (!time_parse(input->text, &hour, &minute, &second))
        return expected(input->column, input->err, "a time such as 14:30");
    *out = value_text(arena_format(input->arena, "%02d:%02d:%02d", hour, minute, second));
    return true;
}

static int hex_digit(char c)
{
    const char *const digits = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, tolower((unsigned char)c));
    return at == NULL ? -1 : (int)(at - digits);
}

static bool parse_bytes(const struct input *input, struct value *out)
{
    size_t size = strlen(input->text) / 2;
    char *bytes = arena_alloc(input->arena, size + 1);
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(input->text[2 * i]), low = hex_digit(input->text[2 * i + 1]);
        if (high < 0 || low < 0)
            return expected(input->column, input->err, "bytes in hexadecimal digits");
        bytes[i] = (char)(high << 4 | low);
    }
    if (input->text[2 * size] != '\0')
        return expected(input->column, input->err, "an even count of hexadecimal digits");
    *out = value_bytes(bytes, size);
    return true;
}

static bool (*const parsers[])(const struct input *, struct value *) = {
    [COLUMN_UUID] = parse_uuid,       [COLUMN_TEXT] = parse_plain_text,
    [COLUMN_INTEGER] = parse_integer, [COLUMN_BOOLEAN] = parse_boolean,
    [COLUMN_INSTANT] = parse_instant, [COLUMN_DATE] = parse_date,
    [COLUMN_TIME] = parse_time,       [COLUMN_JSON] = parse_plain_text,
    [COLUMN_BYTES] = parse_bytes,
};

static bool is_email_column(const struct column *column)
{
    static const char ending[] = "_email";
    size_t size = strlen(column->name), end = sizeof ending - 1;
    return column->type == COLUMN_TEXT &&
           (strcmp(column->name, ending + 1) == 0 ||
            (size > end && strcmp(column->name + size - end, ending) == 0));
}

/* Only what can't be one: whether post arrives there nobody can see from here. */
static bool check_email(const struct column *column, const char *text, struct error *err)
{
    const char *at = strchr(text, '@');
    bool is_good = at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL;
    for (const char *c = text; *c != '\0'; c++)
        is_good = is_good && (unsigned char)*c > ' ' && *c != 0x7f;
    return is_good || expected(column, err, "an address such as name@example.com");
}

static const char *trimmed(const char *text, struct arena *arena)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        size--;
    return arena_bytes(arena, text, size);
}

bool column_parse(const struct column *column, const char *text, const char *currency,
                  const char *zone, struct arena *arena, struct value *out, struct error *err)
{
    bool is_free = column->type == COLUMN_TEXT && column->choices == NULL;
    struct input input = {
        .column = column,
        .text = is_free ? text : trimmed(text, arena),
        .currency = currency,
        .zone = zone,
        .arena = arena,
        .err = err,
    };
    if (input.text[0] == '\0') {
        *out = is_free && !column->is_nullable ? value_text("") : value_null();
        return true;
    }
    bool is_parsed = column->choices != NULL && column->type == COLUMN_TEXT
                         ? parse_choice(&input, out)
                         : parsers[column->type](&input, out);
    return is_parsed && column_check(column, *out, err) &&
           (!is_email_column(column) || check_email(column, input.text, err));
}

/* To the minute where that is exact, to the second or in full where it is not; in UTC for the
 * second of two equal local times in autumn, which would be read as the first, and for a local
 * year that has not four digits. */
static const char *format_instant(int64_t instant, const char *zone, struct arena *arena)
{
    struct clock_time local;
    int64_t again;
    char full[INSTANT_TEXT_SIZE];
    instant_format(instant, full);
    if (!instant_to_local(instant, zone, &local))
        return arena_text(arena, full);
    const struct date *date = &local.date;
    const char *text = arena_format(arena, "%04d-%02d-%02d %02d:%02d", date->year, date->month,
                                    date->day, local.hour, local.minute);
    if (local.micro != 0)
        text = arena_format(arena, "%s:%02d.%06d", text, local.second, local.micro);
    else if (local.second != 0)
        text = arena_format(arena, "%s:%02d", text, local.second);
    bool is_exact = date->year >= 1 && date->year <= 9999 &&
                    instant_from_local(&local, zone, &again) && again == instant;
    return is_exact ? text : arena_text(arena, full);
}

static const char *format_integer(const struct column *column, int64_t integer,
                                  const char *currency, struct arena *arena)
{
    char text[MONEY_TEXT_SIZE];
    switch (column->unit) {
    case UNIT_NONE:
        snprintf(text, sizeof text, "%" PRId64, integer);
        break;
    case UNIT_CENTS:
        money_format(integer, currency, text);
        break;
    case UNIT_MILLI:
        quantity_format(integer, text);
        break;
    case UNIT_BASIS_POINTS:
        percent_format(integer, text);
        break;
    }
    return arena_text(arena, text);
}

static const char *format_bytes(struct value value, struct arena *arena)
{
    char *text = arena_alloc(arena, 2 * value.size + 1);
    for (size_t i = 0; i < value.size; i++)
        snprintf(text + 2 * i, 3, "%02x", (unsigned)(unsigned char)value.bytes[i]);
    return text;
}

const char *column_format(const struct column *column, struct value value, const char *currency,
                          const char *zone, struct arena *arena)
{
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    if (value.kind == VALUE_NULL)
        return "";
    if (column->is_secret)
        return "(hidden)";
    if (value.kind == VALUE_TEXT)
        return arena_bytes(arena, value.bytes, value.size);
    if (value.kind == VALUE_BYTES) {
        if (column->type != COLUMN_UUID || !value_as_uuid(value, &id))
            return format_bytes(value, arena);
        uuid_text(&id, text);
        return arena_text(arena, text);
    }
    if (column->type == COLUMN_BOOLEAN)
        return value.integer != 0 ? "yes" : "no";
    if (column->type == COLUMN_INSTANT)
        return format_instant(value.integer, zone, arena);
    return format_integer(column, value.integer, currency, arena);
}

static bool check_uuid(const struct column *column, struct value value, struct error *err)
{
    return value.size == UUID_SIZE || expected(column, err, "an id of 16 bytes");
}

static bool check_text(const struct column *column, struct value value, struct error *err)
{
    if (column->choices != NULL) {
        for (const char *const *choice = column->choices; *choice != NULL; choice++)
            if (strcmp(*choice, value.bytes) == 0)
                return true;
        return refuse_choice(column, err);
    }
    size_t characters = text_characters(value.bytes);
    if (characters == 0 && column->length_min > 0)
        return error_set_field(err, ERROR_INPUT, column->name, "%s is needed", column->label);
    if (characters < (size_t)column->length_min)
        return error_set_field(err, ERROR_INPUT, column->name,
                               "%s must have at least %d characters", column->label,
                               column->length_min);
    if (column->length > 0 && characters > (size_t)column->length)
        return error_set_field(err, ERROR_INPUT, column->name,
                               "%s has %zu characters and may have at most %d", column->label,
                               characters, column->length);
    return true;
}

static bool check_integer(const struct column *column, struct value value, struct error *err)
{
    if (value.integer >= column->minimum && value.integer <= column->maximum)
        return true;
    bool is_low = value.integer < column->minimum;
    if (is_low && column->minimum == 0)
        return error_set_field(err, ERROR_INPUT, column->name, "%s can't be negative",
                               column->label);
    char limit[MONEY_TEXT_SIZE];
    int64_t bound = is_low ? column->minimum : column->maximum;
    if (column->unit == UNIT_MILLI)
        quantity_format(bound, limit);
    else if (column->unit == UNIT_BASIS_POINTS)
        percent_format(bound, limit);
    else if (column->unit == UNIT_CENTS)
        money_format(bound, NULL, limit);
    else
        snprintf(limit, sizeof limit, "%" PRId64, bound);
    return error_set_field(err, ERROR_INPUT, column->name, "%s must be at %s %s", column->label,
                           is_low ? "least" : "most", limit);
}

static bool check_boolean(const struct column *column, struct value value, struct error *err)
{
    return value.integer == 0 || value.integer == 1 || expected(column, err, "yes or no");
}

static bool check_instant(const struct column *column, struct value value, struct error *err)
{
    return (value.integer >= INSTANT_MINIMUM && value.integer <= INSTANT_MAXIMUM) ||
           expected(column, err, "in the years 1 to 9999");
}

static bool check_date(const struct column *column, struct value value, struct error *err)
{
    struct date date;
    return (value.size == 10 && date_parse(value.bytes, &date)) ||
           expected(column, err, "a day such as 2026-11-20");
}

static bool check_time(const struct column *column, struct value value, struct error *err)
{
    int hour, minute, second;
    return (value.size == 8 && time_parse(value.bytes, &hour, &minute, &second)) ||
           expected(column, err, "a time such as 14:30:00");
}

static bool is_deeper(const json_t *json, int levels)
{
    const char *name;
    json_t *part;
    size_t index;
    bool found = levels == 0 && (json_is_object(json) || json_is_array(json));
    json_object_foreach((json_t *)json, name, part)
    {
        found = found || is_deeper(part, levels - 1);
    }
    json_array_foreach(json, index, part)
    {
        found = found || is_deeper(part, levels - 1);
    }
    return found;
}

/* A name that stands twice is read differently by SQLite, which takes the first, and by PostgreSQL
 * and jansson, which take the last. And what is as deep as jansson reads is too deep for it within
 * an operation. */
static bool check_json(const struct column *column, struct value value, struct error *err)
{
    enum { LEVELS_MAX = 200 };
    json_error_t why;
    json_t *json = json_loadb(value.bytes, value.size, JSON_REJECT_DUPLICATES, &why);
    if (json == NULL)
        return error_set_field(err, ERROR_INPUT, column->name, "%s is no valid JSON: line %d, %s",
                               column->label, why.line, why.text);
    bool is_deep = is_deeper(json, LEVELS_MAX);
    json_decref(json);
    return !is_deep ||
           error_set_field(err, ERROR_INPUT, column->name,
                           "%s may be nested %d levels deep at most", column->label, LEVELS_MAX);
}

static bool check_bytes(const struct column *column, struct value value, struct error *err)
{
    (void)column, (void)value, (void)err;
    return true;
}

static const struct {
    enum value_kind kind;
    const char *what;
    bool (*check)(const struct column *, struct value, struct error *);
} checks[] = {
    [COLUMN_UUID] = {VALUE_BYTES, "an id", check_uuid},
    [COLUMN_TEXT] = {VALUE_TEXT, "a text", check_text},
    [COLUMN_INTEGER] = {VALUE_INTEGER, "a number", check_integer},
    [COLUMN_BOOLEAN] = {VALUE_INTEGER, "yes or no", check_boolean},
    [COLUMN_INSTANT] = {VALUE_INTEGER, "a point in time", check_instant},
    [COLUMN_DATE] = {VALUE_TEXT, "a day", check_date},
    [COLUMN_TIME] = {VALUE_TEXT, "a time", check_time},
    [COLUMN_JSON] = {VALUE_TEXT, "JSON", check_json},
    [COLUMN_BYTES] = {VALUE_BYTES, "bytes", check_bytes},
};

bool column_check(const struct column *column, struct value value, struct error *err)
{
    if (value.kind == VALUE_NULL)
        return column->is_nullable ||
               error_set_field(err, ERROR_INPUT, column->name, "%s is needed", column->label);
    if (value.kind != checks[column->type].kind)
        return expected(column, err, checks[column->type].what);
    if (value.kind == VALUE_TEXT && !text_is_utf8(value.bytes, value.size))
        return error_set_field(err, ERROR_INPUT, column->name,
                               "%s holds bytes that are no text (UTF-8 without NUL)",
                               column->label);
    return checks[column->type].check(column, value, err);
}
