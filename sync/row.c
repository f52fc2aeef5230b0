#include "sync/row.h"

#include "model/base/date.h"
#include "model/base/instant.h"

#include <stdio.h>
#include <string.h>

/* PostgreSQL counts from 2000-01-01 (its documentation, "Date/Time Types"). */
enum { DAYS_TO_2000 = 10957, TIME_SIZE = 9 };

static const int64_t first_day = -719162, last_day = 2932896; /* 0001-01-01 and 9999-12-31 */

static int64_t read_number(const char *field, int size)
{
    uint64_t number = (unsigned char)field[0] >= 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < size; i++)
        number = number << 8 | (unsigned char)field[i];
    return (int64_t)number;
}

static bool read_uuid(const char *field, int size, struct arena *arena, struct value *out)
{
    (void)arena;
    *out = value_bytes(field, (size_t)size);
    return size == UUID_SIZE;
}

static bool read_as_is(const char *field, int size, struct arena *arena, struct value *out)
{
    (void)arena;
    *out = (struct value){.kind = VALUE_TEXT, .bytes = field, .size = (size_t)size};
    return true;
}

static bool read_integer(const char *field, int size, struct arena *arena, struct value *out)
{
    (void)arena;
    if (size != 2 && size != 4 && size != 8)
        return false;
    *out = value_integer(read_number(field, size));
    return true;
}

static bool read_boolean(const char *field, int size, struct arena *arena, struct value *out)
{
    (void)arena;
    *out = value_integer(size == 1 && field[0] == 1);
    return size == 1 && (field[0] == 0 || field[0] == 1);
}

/* Both infinities lie outside of the years that count. */
static bool read_instant(const char *field, int size, struct arena *arena, struct value *out)
{
    (void)arena;
    if (size != 8)
        return false;
    int64_t since_2000 = read_number(field, size), offset = DAYS_TO_2000 * DAY_US;
    *out = value_integer(since_2000 < INT64_MAX - offset ? since_2000 + offset : INT64_MAX);
    return out->integer >= first_day * DAY_US && out->integer < (last_day + 1) * DAY_US;
}

static bool read_date(const char *field, int size, struct arena *arena, struct value *out)
{
    if (size != 4)
        return false;
    int64_t day = read_number(field, size) + DAYS_TO_2000;
    if (day < first_day || day > last_day)
        return false;
    char *text = arena_alloc(arena, DATE_TEXT_SIZE);
    date_format(date_from_number(day), text);
    *out = value_text(text);
    return true;
}

static bool read_time(const char *field, int size, struct arena *arena, struct value *out)
{
    int64_t second = size == 8 ? read_number(field, size) / SECOND_US : -1;
    if (second < 0 || second > DAY_US / SECOND_US)
        return false;
    char *text = arena_format(arena, "%02d:%02d:%02d", (int)(second / 3600),
                              (int)(second / 60 % 60), (int)(second % 60));
    *out = value_text(text);
    return true;
}

/* The version of the form stands before the text. */
static bool read_json(const char *field, int size, struct arena *arena, struct value *out)
{
    return size > 1 && field[0] == 1 && read_as_is(field + 1, size - 1, arena, out);
}

static bool read_bytes(const char *field, int size, struct arena *arena, struct value *out)
{
    (void)arena;
    *out = value_bytes(field, (size_t)size);
    return true;
}

bool field_read(const struct column *column, const char *field, int size, struct arena *arena,
                struct value *out, struct error *err)
{
    static bool (*const readers[])(const char *, int, struct arena *, struct value *) = {
        [COLUMN_UUID] = read_uuid,       [COLUMN_TEXT] = read_as_is,
        [COLUMN_INTEGER] = read_integer, [COLUMN_BOOLEAN] = read_boolean,
        [COLUMN_INSTANT] = read_instant, [COLUMN_DATE] = read_date,
        [COLUMN_TIME] = read_time,       [COLUMN_JSON] = read_json,
        [COLUMN_BYTES] = read_bytes,
    };
    *out = value_null();
    if (size == ROW_NULL || readers[column->type](field, size, arena, out))
        return true;
    return error_set_field(err, ERROR_INPUT, column->name,
                           "the centre has a value in %s that no store can hold; correct it there",
                           column->name);
}
