#include "model/paper/escpos.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURE_BYTES_MAX = 4 * 1024 * 1024, HEIGHT_MAX = 1200 };

struct bitmap {
    const unsigned char *at, *end;
    int width, height;
    bool is_plain; /* P1: digits */
};

/* What stands between the words of a bitmap: blanks, and comments from # to the end of the line. */
static void skip_blanks(struct bitmap *bitmap)
{
    while (bitmap->at < bitmap->end && (isspace(*bitmap->at) || *bitmap->at == '#')) {
        bool is_comment = *bitmap->at == '#';
        while (is_comment && bitmap->at < bitmap->end && *bitmap->at != '\n')
            bitmap->at++;
        bitmap->at += bitmap->at < bitmap->end;
    }
}

static int read_number(struct bitmap *bitmap)
{
    int number = 0;
    skip_blanks(bitmap);
    while (bitmap->at < bitmap->end && isdigit(*bitmap->at) && number < 100000)
        number = number * 10 + *bitmap->at++ - '0';
    return number;
}

static bool read_head(struct bitmap *bitmap)
{
    if (bitmap->end - bitmap->at < 3 || bitmap->at[0] != 'P' ||
        (bitmap->at[1] != '1' && bitmap->at[1] != '4'))
        return false;
    bitmap->is_plain = bitmap->at[1] == '1';
    bitmap->at += 2;
    bitmap->width = read_number(bitmap);
    bitmap->height = read_number(bitmap);
    bitmap->at += bitmap->at < bitmap->end; /* one blank before the bits */
    return bitmap->width > 0 && bitmap->height > 0;
}

/* The rows as the printer wants them: whole bytes, the leftmost dot in the highest bit. */
static bool add_rows(struct bitmap *bitmap, struct buffer *out)
{
    int bytes = (bitmap->width + 7) / 8;
    if (!bitmap->is_plain) {
        size_t size = (size_t)bytes * (size_t)bitmap->height;
        bool is_whole = (size_t)(bitmap->end - bitmap->at) >= size;
        buffer_add_bytes(out, bitmap->at, is_whole ? size : 0);
        return is_whole;
    }
    for (int y = 0; y < bitmap->height; y++) {
        unsigned char byte = 0;
        for (int x = 0; x < bitmap->width; x++) {
            skip_blanks(bitmap);
            if (bitmap->at == bitmap->end)
                return false;
            byte = (unsigned char)(byte | (*bitmap->at++ == '1' ? 0x80 >> (x % 8) : 0));
            if (x % 8 == 7 || x + 1 == bitmap->width) {
                buffer_add_char(out, (char)byte);
                byte = 0;
            }
        }
    }
    return true;
}

static bool add_picture(struct buffer *out, const struct printer *printer, const char *path,
                        const unsigned char *bytes, size_t size, struct error *err)
{
    struct bitmap bitmap = {.at = bytes, .end = bytes + size};
    struct buffer rows;
    if (!read_head(&bitmap))
        return error_set(err, ERROR_INPUT, "%s is no portable bitmap (.pbm); save the logo as one",
                         path);
    if (bitmap.width > printer->dots || bitmap.height > HEIGHT_MAX)
        return error_set(err, ERROR_INPUT,
                         "%s has %d × %d dots; the paper takes %d × %d, so make it smaller", path,
                         bitmap.width, bitmap.height, printer->dots, HEIGHT_MAX);
    buffer_init(&rows);
    bool is_whole = add_rows(&bitmap, &rows);
    if (is_whole) {
        int across = (bitmap.width + 7) / 8;
        const unsigned char head[] = {0x1d,
                                      'v',
                                      '0',
                                      0,
                                      (unsigned char)across,
                                      0,
                                      (unsigned char)(bitmap.height & 0xff),
                                      (unsigned char)(bitmap.height >> 8)};
        buffer_add_bytes(out, head, sizeof head);
        buffer_add_bytes(out, rows.text, rows.size);
    }
    buffer_done(&rows);
    return is_whole || error_set(err, ERROR_INPUT, "%s ends too early; save the logo again", path);
}

bool escpos_picture(struct buffer *out, const struct printer *printer, const char *path,
                    struct error *err)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return error_set(err, ERROR_NOT_FOUND, "The logo %s can't be read: %s", path,
                         strerror(errno));
    unsigned char *bytes = memory_new(PICTURE_BYTES_MAX);
    size_t size = fread(bytes, 1, PICTURE_BYTES_MAX, file);
    bool is_read = !ferror(file) || error_set(err, ERROR_SYSTEM, "The logo %s can't be read", path);
    fclose(file);
    is_read = is_read && add_picture(out, printer, path, bytes, size, err);
    free(bytes);
    return is_read;
}
