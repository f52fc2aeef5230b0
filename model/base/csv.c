#include "model/base/csv.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_SIZE = 64 * 1024 };

enum state {
    FIELD_START,
    IN_PLAIN,
    IN_QUOTES,
    BEHIND_QUOTE, /* a quote within quotes: the field's end, or the first of two */
    IN_BAD,       /* what is left of a line that can't be read */
};

struct csv_reader {
    struct csv_input input;
    char separator;
    char chunk[CHUNK_SIZE];
    size_t at, size; /* in the chunk */
    bool is_started, is_at_end;
    bool has_cr;  /* a CR ended the last line: an LF that follows belongs to it */
    int64_t line; /* of the next byte */
    enum state state;
    struct buffer raw;  /* of the record being read */
    struct buffer text; /* its fields, a NUL behind each */
    size_t *ends;       /* of the fields in `text` */
    size_t count, capacity;
    struct csv_field *fields;
    size_t field_capacity;
    const char *bad; /* why the record can't be read, or NULL */
};

struct csv_reader *csv_reader_new(struct csv_input input, char separator)
{
    struct csv_reader *reader = memory_new(sizeof *reader);
    reader->input = input;
    reader->separator = separator;
    reader->line = 1;
    buffer_init(&reader->raw);
    buffer_init(&reader->text);
    return reader;
}

void csv_reader_free(struct csv_reader *reader)
{
    if (reader == NULL)
        return;
    buffer_done(&reader->raw);
    buffer_done(&reader->text);
    free(reader->ends);
    free(reader->fields);
    free(reader);
}

/* Makes sure that there are bytes in the chunk, unless the input is at its end. */
static bool fill(struct csv_reader *reader, struct error *err)
{
    if (reader->at < reader->size || reader->is_at_end)
        return true;
    ssize_t size = reader->input.read(reader->input.context, reader->chunk, CHUNK_SIZE, err);
    if (size < 0)
        return false;
    reader->at = 0;
    reader->size = (size_t)size;
    reader->is_at_end = size == 0;
    return true;
}

/* The first three bytes may come in pieces. */
static bool start(struct csv_reader *reader, struct error *err)
{
    static const char mark[] = "\xEF\xBB\xBF";
    while (reader->size < sizeof mark - 1 && !reader->is_at_end) {
        ssize_t more = reader->input.read(reader->input.context, reader->chunk + reader->size,
                                          CHUNK_SIZE - reader->size, err);
        if (more < 0)
            return false;
        reader->size += (size_t)more;
        reader->is_at_end = more == 0;
    }
    reader->is_started = true;
    const char *chunk = reader->chunk;
    if (reader->size >= 2 &&
        (memcmp(chunk, "\xFF\xFE", 2) == 0 || memcmp(chunk, "\xFE\xFF", 2) == 0))
        return error_set(err, ERROR_INPUT,
                         "the file is in UTF-16: save it as CSV in UTF-8 and try again");
    if (reader->size >= sizeof mark - 1 && memcmp(chunk, mark, sizeof mark - 1) == 0)
        reader->at = sizeof mark - 1;
    return true;
}

static void begin_record(struct csv_reader *reader)
{
    buffer_clear(&reader->raw);
    buffer_clear(&reader->text);
    reader->count = 0;
    reader->bad = NULL;
    reader->state = FIELD_START;
}

static void end_field(struct csv_reader *reader)
{
    if (reader->count == reader->capacity) {
        reader->capacity = reader->capacity > 0 ? 2 * reader->capacity : 16;
        reader->ends = memory_resize(reader->ends, reader->capacity, sizeof *reader->ends);
    }
    reader->ends[reader->count++] = reader->text.size;
    buffer_add_char(&reader->text, '\0');
    reader->state = FIELD_START;
}

static void refuse(struct csv_reader *reader, const char *why)
{
    reader->bad = why;
    reader->state = IN_BAD;
}

/* How many bytes from here on mean nothing in this state. */
static size_t plain_run(const struct csv_reader *reader)
{
    enum state state = reader->state;
    if (state == FIELD_START || state == BEHIND_QUOTE)
        return 0;
    char end = state == IN_QUOTES ? '"' : state == IN_PLAIN ? reader->separator : '\n';
    const char *from = reader->chunk + reader->at;
    size_t left = reader->size - reader->at, run = 0;
    while (run < left && from[run] != '\n' && from[run] != '\r' && from[run] != end)
        run++;
    return run;
}

static bool has_room(struct csv_reader *reader, size_t size)
{
    if (reader->raw.size + size <= CSV_RECORD_MAX)
        return true;
    if (reader->bad == NULL)
        refuse(reader, "it is longer than a megabyte; is a closing quote missing?");
    return false;
}

/* Takes bytes that mean nothing in this state. */
static void take_run(struct csv_reader *reader, size_t size)
{
    const char *bytes = reader->chunk + reader->at;
    bool is_text = reader->state == IN_PLAIN || reader->state == IN_QUOTES;
    if (has_room(reader, size)) {
        buffer_add_bytes(&reader->raw, bytes, size);
        if (is_text)
            buffer_add_bytes(&reader->text, bytes, size);
    }
    reader->at += size;
}

/* Takes one byte that is no end of a line. */
static void take(struct csv_reader *reader, char c)
{
    enum state before = reader->state;
    reader->at++;
    if (!has_room(reader, 1))
        return;
    buffer_add_char(&reader->raw, c);
    if (before == FIELD_START && c == '"') {
        reader->state = IN_QUOTES;
    } else if (before == IN_QUOTES) {
        reader->state = BEHIND_QUOTE;
    } else if (before == BEHIND_QUOTE && c == '"') {
        reader->state = IN_QUOTES;
        buffer_add_char(&reader->text, c);
    } else if (c == reader->separator) {
        end_field(reader);
    } else if (before == FIELD_START) {
        reader->state = IN_PLAIN;
        buffer_add_char(&reader->text, c);
    } else {
        refuse(reader, "there is text behind a closing quote; a quote within quotes is doubled");
    }
}

/* Takes the end of a line; true when it is the record's end too. */
static bool take_line_end(struct csv_reader *reader, char c)
{
    bool is_second = c == '\n' && reader->has_cr;
    reader->has_cr = c == '\r';
    if (!is_second)
        reader->line++;
    if (reader->state == IN_QUOTES) {
        take_run(reader, 1);
        return false;
    }
    reader->at++;
    return !is_second;
}

static bool is_empty(const struct csv_reader *reader)
{
    return reader->raw.size == 0 && reader->state == FIELD_START && reader->count == 0;
}

static enum csv_result finish(struct csv_reader *reader, struct csv_record *out, struct error *err)
{
    if (reader->state == IN_QUOTES)
        refuse(reader, "a quote is opened and never closed");
    out->raw = reader->raw.text;
    out->raw_size = reader->raw.size;
    if (reader->bad != NULL) {
        error_set(err, ERROR_INPUT, "line %lld: %s", (long long)out->line, reader->bad);
        return CSV_BAD;
    }
    end_field(reader);
    if (reader->count > reader->field_capacity) {
        reader->field_capacity = reader->capacity;
        reader->fields =
            memory_resize(reader->fields, reader->field_capacity, sizeof *reader->fields);
    }
    size_t begin = 0;
    for (size_t i = 0; i < reader->count; i++) {
        reader->fields[i] = (struct csv_field){reader->text.text + begin, reader->ends[i] - begin};
        begin = reader->ends[i] + 1;
    }
    out->fields = reader->fields;
    out->count = reader->count;
    return CSV_RECORD;
}

enum csv_result csv_reader_next(struct csv_reader *reader, struct csv_record *out,
                                struct error *err)
{
    *out = (struct csv_record){0};
    if (!reader->is_started && !start(reader, err))
        return CSV_FAILED;
    begin_record(reader);
    for (;;) {
        if (!fill(reader, err))
            return CSV_FAILED;
        if (is_empty(reader))
            out->line = reader->line;
        if (reader->at == reader->size)
            return is_empty(reader) ? CSV_END : finish(reader, out, err);
        char c = reader->chunk[reader->at];
        if (c == '\n' || c == '\r') {
            if (take_line_end(reader, c) && !is_empty(reader))
                return finish(reader, out, err);
            continue;
        }
        reader->has_cr = false;
        size_t run = plain_run(reader);
        if (run > 0)
            take_run(reader, run);
        else
            take(reader, c);
    }
}

void csv_add_field(struct buffer *out, const char *text, size_t size, char separator)
{
    bool needs_quotes = size > 0 && (text[0] == ' ' || text[size - 1] == ' ');
    for (size_t i = 0; i < size && !needs_quotes; i++)
        needs_quotes = text[i] == separator || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
    if (!needs_quotes) {
        buffer_add_bytes(out, text, size);
        return;
    }
    buffer_add_char(out, '"');
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"')
            buffer_add_char(out, '"');
        buffer_add_char(out, text[i]);
    }
    buffer_add_char(out, '"');
}
