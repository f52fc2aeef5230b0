#include "model/import/import_line.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/base/text.h"
#include "model/import/import_input.h"

#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Lengths of columns that the fields go to, in characters. */
enum { INVOICE_MAX = 40, CODE_MAX = 50, DESCRIPTION_MAX = 255, NAME_MAX_LENGTH = 100 };
enum { QUANTITY_DIGITS = 3 };

struct import_file {
    const struct import_mapping *mapping;
    const char *zone, *currency;
    struct import_input *input;
    struct csv_reader *reader;
    struct arena *arena;
    struct csv_field *headings; /* without those of a reject file */
    size_t *places;             /* of each of them in a record */
    size_t heading_count, record_count;
    int columns[IMPORT_FIELD_COUNT]; /* in a record; -1: the file has none */
    int key_column;
    /* The time of the line before: the lines of an invoice share one. */
    char last_time[64];
    int64_t last_instant;
};

static const char *trim(const char *text, size_t size, struct arena *arena)
{
    while (size > 0 && isspace((unsigned char)*text))
        text++, size--;
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        size--;
    return arena_bytes(arena, text, size);
}

static int find_heading(const struct csv_record *record, const char *heading, struct arena *arena)
{
    for (size_t i = 0; heading != NULL && i < record->count; i++)
        if (strcasecmp(trim(record->fields[i].text, record->fields[i].size, arena), heading) == 0)
            return (int)i;
    return -1;
}

static bool is_reject_heading(const char *heading)
{
    return strcmp(heading, IMPORT_LINE_COLUMN) == 0 || strcmp(heading, IMPORT_KEY_COLUMN) == 0 ||
           strcmp(heading, IMPORT_REASON_COLUMN) == 0;
}

static void take_headings(struct import_file *file, const struct csv_record *record)
{
    file->headings = arena_alloc(file->arena, (record->count + 1) * sizeof *file->headings);
    file->places = arena_alloc(file->arena, (record->count + 1) * sizeof *file->places);
    file->record_count = record->count;
    for (size_t i = 0; i < record->count; i++) {
        const struct csv_field *field = &record->fields[i];
        if (is_reject_heading(field->text))
            continue;
        file->places[file->heading_count] = i;
        file->headings[file->heading_count++] = (struct csv_field){
            .text = arena_bytes(file->arena, field->text, field->size), .size = field->size};
    }
}

static bool find_columns(struct import_file *file, const char *path,
                         const struct csv_record *record, struct error *err)
{
    struct buffer missing;
    buffer_init(&missing);
    for (int i = 0; i < IMPORT_FIELD_COUNT; i++) {
        const char *heading = file->mapping->columns[i];
        file->columns[i] = find_heading(record, heading, file->arena);
        if (heading != NULL && file->columns[i] < 0)
            buffer_format(&missing, "%s%s", missing.size > 0 ? ", " : "", heading);
    }
    file->key_column = find_heading(record, IMPORT_KEY_COLUMN, file->arena);
    bool is_found = missing.size == 0 ||
                    error_set(err, ERROR_INPUT,
                              "%s has no column %s, which the mapping \"%s\" reads; its first line "
                              "is: %.120s",
                              path, missing.text, file->mapping->name, record->raw);
    buffer_done(&missing);
    return is_found;
}

static bool read_headings(struct import_file *file, const char *path, struct error *err)
{
    struct csv_record record;
    switch (csv_reader_next(file->reader, &record, err)) {
    case CSV_RECORD:
        take_headings(file, &record);
        return find_columns(file, path, &record, err);
    case CSV_END:
        return error_set(err, ERROR_INPUT, "%s is empty", path);
    case CSV_BAD:
        return error_prefix(err, "the headings of %s can't be read", path);
    case CSV_FAILED:
        break;
    }
    return false;
}

struct import_file *import_file_open(const char *path, const struct import_mapping *mapping,
                                     const char *zone, const char *currency, struct error *err)
{
    struct import_file *file = memory_new(sizeof *file);
    file->mapping = mapping;
    file->zone = zone;
    file->currency = currency;
    file->arena = arena_new();
    file->input = import_input_open(path, err);
    if (file->input != NULL)
        file->reader = csv_reader_new(import_input_csv(file->input), mapping->separator);
    if (file->input != NULL && read_headings(file, path, err))
        return file;
    import_file_close(file);
    return NULL;
}

void import_file_close(struct import_file *file)
{
    if (file == NULL)
        return;
    csv_reader_free(file->reader);
    import_input_close(file->input);
    arena_free(file->arena);
    free(file);
}

const struct csv_field *import_file_headings(const struct import_file *file, size_t *count)
{
    *count = file->heading_count;
    return file->headings;
}

int64_t import_file_read(const struct import_file *file)
{
    return import_input_read(file->input);
}

int64_t import_file_size(const struct import_file *file)
{
    return import_input_size(file->input);
}

static const struct csv_field no_field = {.text = "", .size = 0};

static const struct csv_field *field_of(const struct import_file *file,
                                        const struct csv_record *record, enum import_field field)
{
    int column = file->columns[field];
    return column >= 0 && (size_t)column < record->count ? &record->fields[column] : &no_field;
}

static void digest(const struct import_file *file, const struct csv_record *record, char *out)
{
    unsigned char hash[crypto_generichash_BYTES];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (int i = 0; i < IMPORT_FIELD_COUNT; i++) {
        const struct csv_field *field = field_of(file, record, (enum import_field)i);
        uint64_t size = field->size;
        crypto_generichash_update(&state, (const unsigned char *)&size, sizeof size);
        crypto_generichash_update(&state, (const unsigned char *)field->text, field->size);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2base64(out, IMPORT_DIGEST_SIZE, hash, 12, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* "-1234.5" with at most `places` digits behind the point, exactly. */
static bool read_decimal(const char *text, int places, int64_t *out, bool *has_more)
{
    bool is_negative = *text == '-';
    text += *text == '-' || *text == '+';
    int64_t number = 0;
    int behind = -1, digits = 0;
    for (; *text != '\0'; text++) {
        if (*text == '.' && behind < 0) {
            behind = 0;
            continue;
        }
        if (*text < '0' || *text > '9')
            return false;
        digits++;
        if (behind >= 0 && ++behind > places) {
            *has_more = true;
            continue;
        }
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, *text - '0', &number))
            return false;
    }
    for (int i = behind < 0 ? 0 : behind; i < places; i++)
        if (__builtin_mul_overflow(number, 10, &number))
            return false;
    *out = is_negative ? -number : number;
    return digits > 0;
}

static const char *read_quantity(const char *text, struct arena *arena, int64_t *out)
{
    bool has_more = false;
    if (!read_decimal(text, QUANTITY_DIGITS, out, &has_more))
        return arena_format(arena, "the quantity \"%.40s\" is no number, or too large", text);
    if (has_more)
        return arena_format(arena, "the quantity %.40s has more than three digits behind the point",
                            text);
    return *out == 0 ? "the quantity is 0" : NULL;
}

static const char *read_price(const struct import_file *file, const char *text, struct arena *arena,
                              int64_t *out)
{
    bool has_more = false;
    int places = money_exponent(file->currency);
    if (!read_decimal(text, places, out, &has_more))
        return arena_format(arena, "the price \"%.40s\" is no number, or too large", text);
    return has_more ? arena_format(arena, "the price %.40s has more digits than %s has (%d)", text,
                                   file->currency, places)
                    : NULL;
}

static bool parse_time(const struct import_file *file, const char *text, int64_t *out)
{
    struct tm time = {.tm_mday = 1};
    const char *end = strptime(text, file->mapping->date_format, &time);
    if (end == NULL || *end != '\0' || time.tm_sec > 59)
        return false;
    struct clock_time local = {
        .date = {time.tm_year + 1900, time.tm_mon + 1, time.tm_mday},
        .hour = time.tm_hour,
        .minute = time.tm_min,
        .second = time.tm_sec,
    };
    if (local.date.year < 1 || local.date.year > 9999)
        return false;
    struct date same = date_from_number(date_number(local.date)); /* 30 February is another day */
    return same.day == local.date.day && same.month == local.date.month &&
           instant_from_local(&local, file->zone, out);
}

static const char *read_time(struct import_file *file, const char *text, struct arena *arena,
                             int64_t *out)
{
    if (text[0] == '\0' || strcmp(text, file->last_time) != 0) {
        if (!parse_time(file, text, out))
            return arena_format(arena, "\"%.40s\" is no time of the form %s", text,
                                file->mapping->date_format);
        text_copy(file->last_time, sizeof file->last_time, text);
        file->last_instant = *out;
    }
    *out = file->last_instant;
    return NULL;
}

/* Spreadsheets write numbers of customers as 17850.0. */
static const char *read_customer(const char *text, struct arena *arena)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && strcmp(text + digits, ".0") == 0 ? arena_bytes(arena, text, digits) : text;
}

static const char *fold_code(const char *code, struct arena *arena)
{
    char *folded = arena_text(arena, code);
    for (char *c = folded; *c != '\0'; c++) {
        if ((unsigned char)*c >= 0x80 || isspace((unsigned char)*c))
            return text_fold(code, arena);
        *c = (char)tolower((unsigned char)*c);
    }
    return folded;
}

static const char *check_texts(const struct import_line *line, const struct csv_record *record)
{
    for (size_t i = 0; i < record->count; i++)
        if (!text_is_utf8(record->fields[i].text, record->fields[i].size))
            return "it holds bytes that are no text (UTF-8 without NUL)";
    if (line->invoice[0] == '\0')
        return "it has no invoice number";
    if (line->code[0] == '\0')
        return "it has no code of a product";
    if (text_characters(line->invoice) > INVOICE_MAX)
        return "the invoice number is longer than 40 characters";
    if (text_characters(line->code) > CODE_MAX)
        return "the code is longer than 50 characters";
    if (text_characters(line->description) > DESCRIPTION_MAX)
        return "the description is longer than 255 characters";
    if (text_characters(line->customer) > NAME_MAX_LENGTH ||
        text_characters(line->country) > NAME_MAX_LENGTH)
        return "the customer or the country is longer than 100 characters";
    return NULL;
}

static const char *read_values(struct import_file *file, const struct csv_record *record,
                               struct arena *arena, struct import_line *out)
{
    const char *texts[IMPORT_FIELD_COUNT];
    for (int i = 0; i < IMPORT_FIELD_COUNT; i++) {
        const struct csv_field *field = field_of(file, record, (enum import_field)i);
        texts[i] = trim(field->text, field->size, arena);
    }
    out->invoice = texts[IMPORT_INVOICE];
    out->code = texts[IMPORT_CODE];
    out->description = texts[IMPORT_DESCRIPTION];
    out->customer = read_customer(texts[IMPORT_CUSTOMER], arena);
    out->country = texts[IMPORT_COUNTRY];
    if (out->country[0] == '\0' && file->mapping->country != NULL)
        out->country = file->mapping->country;
    const char *wrong = check_texts(out, record);
    if (wrong != NULL) {
        out->invoice = ""; /* nothing is known by it */
        return wrong;
    }
    out->code_key = fold_code(out->code, arena);
    if (record->count != file->record_count)
        return arena_format(arena, "it has %zu fields where the headings are %zu", record->count,
                            file->record_count);
    wrong = read_quantity(texts[IMPORT_QUANTITY], arena, &out->quantity_milli);
    if (wrong == NULL)
        wrong = read_price(file, texts[IMPORT_PRICE], arena, &out->price_cents);
    if (wrong == NULL)
        wrong = read_time(file, texts[IMPORT_PLACED], arena, &out->placed_at);
    return wrong;
}

/* What the line must keep for the file of rejected ones. */
static const struct csv_field *copy_fields(const struct import_file *file,
                                           const struct csv_record *record, struct arena *arena)
{
    struct csv_field *copies = arena_alloc(arena, (file->heading_count + 1) * sizeof *copies);
    for (size_t i = 0; i < file->heading_count; i++) {
        size_t place = file->places[i];
        const struct csv_field *field = place < record->count ? &record->fields[place] : &no_field;
        copies[i] = (struct csv_field){.text = arena_bytes(arena, field->text, field->size),
                                       .size = field->size};
    }
    return copies;
}

/* A record that can't be taken apart goes into the first field as it stands. */
static void take_bad(const struct import_file *file, const struct csv_record *record,
                     struct arena *arena, const struct error *why, struct import_line *out)
{
    struct csv_field *fields = arena_alloc(arena, (file->heading_count + 1) * sizeof *fields);
    for (size_t i = 0; i < file->heading_count; i++)
        fields[i] = no_field;
    fields[0] = (struct csv_field){.text = arena_bytes(arena, record->raw, record->raw_size),
                                   .size = record->raw_size};
    out->fields = fields;
    out->invoice = out->code = out->description = out->customer = out->country = "";
    out->wrong = arena_text(arena, why->text);
}

static void take_good(struct import_file *file, const struct csv_record *record,
                      struct arena *arena, struct import_line *out)
{
    out->fields = copy_fields(file, record, arena);
    out->wrong = read_values(file, record, arena, out);
    digest(file, record, out->digest);
    if (file->key_column < 0 || (size_t)file->key_column >= record->count)
        return;
    const struct csv_field *key = &record->fields[file->key_column];
    if (key->size > 0 && text_is_utf8(key->text, key->size))
        out->corrects = trim(key->text, key->size, arena);
}

int import_file_next(struct import_file *file, struct arena *arena, struct import_line *out,
                     struct error *err)
{
    struct csv_record record = {0};
    struct error why;
    enum csv_result result = csv_reader_next(file->reader, &record, &why);
    *out = (struct import_line){.number = record.line};
    switch (result) {
    case CSV_RECORD:
        take_good(file, &record, arena, out);
        return 1;
    case CSV_BAD:
        take_bad(file, &record, arena, &why, out);
        return 1;
    case CSV_END:
        return 0;
    case CSV_FAILED:
        if (err != NULL)
            *err = why;
        break;
    }
    return -1;
}
