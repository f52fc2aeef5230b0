/* Any bytes are read as CSV without harm, and what was read can be written and read again. The
 * first byte chooses the separator and the size of the pieces. */
#include "model/base/csv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
    const uint8_t *bytes;
    size_t left, piece;
};

static ssize_t read_piece(void *context, char *bytes, size_t size, struct error *err)
{
    (void)err;
    struct pieces *pieces = context;
    size = size < pieces->piece ? size : pieces->piece;
    size = size < pieces->left ? size : pieces->left;
    memcpy(bytes, pieces->bytes, size);
    pieces->bytes += size;
    pieces->left -= size;
    return (ssize_t)size;
}

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* Writes the record and reads it back. */
static void check_again(const struct csv_record *record, char separator)
{
    struct buffer text;
    buffer_init(&text);
    for (size_t i = 0; i < record->count; i++) {
        if (i > 0)
            buffer_add_char(&text, separator);
        csv_add_field(&text, record->fields[i].text, record->fields[i].size, separator);
    }
    buffer_add(&text, "\r\n");
    struct pieces pieces = {(const uint8_t *)text.text, text.size, text.size};
    struct csv_reader *reader = csv_reader_new((struct csv_input){read_piece, &pieces}, separator);
    struct csv_record again;
    struct error err;
    bool is_empty = record->count == 1 && record->fields[0].size == 0;
    bool has_mark = text.size >= 2 && (uint8_t)text.text[0] >= 0xEF; /* would be dropped */
    if (!is_empty && !has_mark) {
        require(csv_reader_next(reader, &again, &err) == CSV_RECORD);
        require(again.count == record->count);
        for (size_t i = 0; i < again.count; i++) {
            require(again.fields[i].size == record->fields[i].size);
            require(memcmp(again.fields[i].text, record->fields[i].text, again.fields[i].size) ==
                    0);
        }
        require(csv_reader_next(reader, &again, &err) == CSV_END);
    }
    csv_reader_free(reader);
    buffer_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char separators[] = {',', ';', '\t', '|'};
    if (size == 0)
        return 0;
    char separator = separators[data[0] % sizeof separators];
    struct pieces pieces = {data + 1, size - 1, (size_t)data[0] / sizeof separators + 1};
    struct csv_reader *reader = csv_reader_new((struct csv_input){read_piece, &pieces}, separator);
    struct csv_record record;
    struct error err;
    int64_t line = 0;
    enum csv_result result;
    while ((result = csv_reader_next(reader, &record, &err)) == CSV_RECORD || result == CSV_BAD) {
        require(record.line > line && record.raw_size <= CSV_RECORD_MAX);
        line = record.line;
        if (result == CSV_RECORD)
            check_again(&record, separator);
        else
            require(err.code == ERROR_INPUT && err.text[0] != '\0');
    }
    csv_reader_free(reader);
    return 0;
}
