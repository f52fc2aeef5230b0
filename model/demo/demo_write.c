#include "model/demo/demo_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMS = 512, LETTERS_MAX = 40, FLUSH_ROWS = 200000, SYSTEM_COLUMNS = 4, HASH_SIZE = 32 };

/* A statement for each place in the code that writes rows. */
struct demo_form {
    const char *table, *columns; /* the literals themselves are the key */
    struct statement *statement;
    char letters[LETTERS_MAX];
};

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(struct demo *demo)
{
    uint64_t z = demo->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int64_t demo_below(struct demo *demo, int64_t limit)
{
    return limit > 0 ? (int64_t)(next_random(demo) % (uint64_t)limit) : 0;
}

bool demo_chance(struct demo *demo, int percent)
{
    return demo_below(demo, 100) < percent;
}

/* A UUIDv7 of the time at which the row is said to have been made, so that rows of one table lie in
 * the order of time. */
struct uuid demo_id(struct demo *demo, int64_t at)
{
    uint64_t ms = (uint64_t)(at / 1000);
    uint64_t serial = demo->serial++;
    uint64_t random = next_random(demo);
    struct uuid id;
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    id.bytes[6] = (uint8_t)(0x70U | (serial >> 8 & 0x0FU));
    id.bytes[7] = (uint8_t)serial;
    memcpy(id.bytes + 8, &random, sizeof random);
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

/* Splits "name:t price_cents:i" into the statement and its letters. */
static void spell(const char *table, const char *columns, struct buffer *sql, char *letters)
{
    size_t count = 0;
    buffer_format(sql, "INSERT INTO %s (id, tenant_id, created_at, updated_at", table);
    for (const char *at = columns; *at != '\0';) {
        size_t size = strcspn(at, ":");
        buffer_add(sql, ", ");
        buffer_add_bytes(sql, at, size);
        letters[count++] = at[size + 1];
        at += size + 2;
        at += strspn(at, " ");
    }
    buffer_add(sql, ") VALUES (?, ?, ?, ?");
    for (size_t i = 0; i < count; i++)
        buffer_add(sql, ", ?");
    buffer_add(sql, ")");
    letters[count] = '\0';
}

static struct demo_form *find_form(struct demo *demo, const char *table, const char *columns)
{
    if (demo->forms == NULL)
        demo->forms = memory_new(FORMS * sizeof *demo->forms);
    size_t at = ((uintptr_t)table * 31 + (uintptr_t)columns) % FORMS;
    while (demo->forms[at].table != NULL &&
           (demo->forms[at].table != table || demo->forms[at].columns != columns))
        at = (at + 1) % FORMS;
    struct demo_form *form = &demo->forms[at];
    if (form->table == NULL) {
        struct buffer sql;
        buffer_init(&sql);
        form->table = table;
        form->columns = columns;
        spell(table, columns, &sql, form->letters);
        form->statement = store_prepare(demo->store, sql.text, demo->err);
        buffer_done(&sql);
    }
    if (form->statement == NULL)
        demo->is_failed = true;
    return form;
}

void demo_forget_forms(struct demo *demo)
{
    for (size_t i = 0; demo->forms != NULL && i < FORMS; i++)
        statement_done(demo->forms[i].statement);
    free(demo->forms);
    demo->forms = NULL;
}

static void bind_id(struct statement *statement, int parameter, const struct uuid *id)
{
    if (id == NULL || uuid_is_zero(id))
        statement_bind_null(statement, parameter);
    else
        statement_bind_uuid(statement, parameter, id);
}

static void bind_number(struct statement *statement, int parameter, int64_t number, bool is_none)
{
    if (is_none)
        statement_bind_null(statement, parameter);
    else
        statement_bind_integer(statement, parameter, number);
}

static void put(struct demo *demo, const struct uuid *id, const char *table, int64_t at,
                const char *columns, va_list values)
{
    if (demo->is_failed)
        return;
    struct demo_form *form = find_form(demo, table, columns);
    struct statement *statement = form->statement;
    if (statement == NULL)
        return;
    uint64_t hash[HASH_SIZE / sizeof(uint64_t)];
    statement_bind_uuid(statement, 1, id);
    statement_bind_uuid(statement, 2, &demo->tenant);
    statement_bind_integer(statement, 3, at);
    statement_bind_integer(statement, 4, at);
    for (int i = 0; form->letters[i] != '\0'; i++) {
        int parameter = SYSTEM_COLUMNS + 1 + i;
        int64_t number;
        switch (form->letters[i]) {
        case 't':
            statement_bind_value(statement, parameter, value_text(va_arg(values, const char *)));
            break;
        case 'u':
            bind_id(statement, parameter, va_arg(values, const struct uuid *));
            break;
        case 'd':
            statement_bind_integer(statement, parameter, va_arg(values, int));
            break;
        case 'h':
            for (size_t k = 0; k < DEMO_COUNT(hash); k++)
                hash[k] = next_random(demo);
            statement_bind_value(statement, parameter, value_bytes(hash, sizeof hash));
            break;
        default: /* i, n */
            number = va_arg(values, int64_t);
            bind_number(statement, parameter, number, form->letters[i] == 'n' && number == 0);
        }
    }
    demo->unflushed++;
    if (statement_step(statement, demo->err) < 0)
        demo->is_failed = !error_prefix(demo->err, "%s", table);
}

struct uuid demo_put(struct demo *demo, const char *table, int64_t at, const char *columns, ...)
{
    struct uuid id = demo_id(demo, at);
    va_list values;
    va_start(values, columns);
    put(demo, &id, table, at, columns, values);
    va_end(values);
    return id;
}

void demo_put_as(struct demo *demo, const struct uuid *id, const char *table, int64_t at,
                 const char *columns, ...)
{
    va_list values;
    va_start(values, columns);
    put(demo, id, table, at, columns, values);
    va_end(values);
}

bool demo_pause(struct demo *demo, const char *what, int64_t done, int64_t total)
{
    enum { TELL_EVERY = 1024 };
    if (!demo->is_failed && demo->unflushed >= FLUSH_ROWS) {
        demo->unflushed = 0;
        demo->is_failed = !store_bulk_flush(demo->store, demo->err);
    }
    bool is_due = done < demo->told || done - demo->told >= TELL_EVERY || done == total;
    if (demo->is_failed || !is_due || demo->progress == NULL)
        return !demo->is_failed;
    demo->told = done;
    if (!demo->progress(demo->context, what, done, total))
        demo->is_failed = !error_set(demo->err, ERROR_STOPPED, "stopped; nothing was made");
    return !demo->is_failed;
}

int64_t demo_local(const struct demo *demo, int days, int hour, int minute)
{
    struct clock_time local;
    int64_t at = demo->now;
    if (!instant_to_local(demo->now, demo->zone, &local))
        return at;
    struct date date = date_from_number(date_number(local.date) + days);
    local = (struct clock_time){.date = date, .hour = hour, .minute = minute};
    return instant_from_local(&local, demo->zone, &at) ? at : demo->now;
}

void demo_date(const struct demo *demo, int days, char date[DATE_TEXT_SIZE])
{
    struct clock_time local = {.date = {1970, 1, 1}};
    instant_to_local(demo->now, demo->zone, &local);
    date_format(date_from_number(date_number(local.date) + days), date);
}

const char *demo_day_of(const struct demo *demo, int64_t at)
{
    size_t low = 0, high = demo->day_count - 1;
    while (low < high) {
        size_t middle = (low + high + 1) / 2;
        if (demo->days[middle].opens <= at)
            low = middle;
        else
            high = middle - 1;
    }
    return demo->days[low].date;
}

/* The check digit of GS1's General Specifications, section 7.9: weights 1 and 3 by turns. */
void demo_ean13(const char *prefix, int64_t number, char barcode[DEMO_BARCODE_SIZE])
{
    size_t fixed = strlen(prefix);
    memcpy(barcode, prefix, fixed);
    for (size_t i = 12; i-- > fixed; number /= 10)
        barcode[i] = (char)('0' + number % 10);
    int sum = 0;
    for (int i = 0; i < 12; i++)
        sum += (barcode[i] - '0') * (i % 2 == 0 ? 1 : 3);
    barcode[12] = (char)('0' + (10 - sum % 10) % 10);
    barcode[13] = '\0';
}

/* Some customers come often. */
const struct demo_customer *demo_some_customer(struct demo *demo)
{
    int64_t count = (int64_t)demo->customer_count;
    int64_t a = demo_below(demo, count), b = demo_below(demo, count);
    return &demo->customers[a < b ? a : b];
}
