/* What went wrong, for the caller (a code) and for a person (one sentence).
 *
 * A function that can fail returns bool (or a count, -1 on failure) and takes a
 * `struct error *` last. It may be NULL when the caller only needs to know that it failed.
 * The sentence names the thing and says what to do next; it holds no SQL and no line break. */
#ifndef MODEL_ERROR_H
#define MODEL_ERROR_H

#include <stdbool.h>

enum error_code {
    ERROR_NONE,
    ERROR_INPUT,     /* a value, word or file that a person gave is not acceptable */
    ERROR_NOT_FOUND, /* the row, file or name does not exist */
    ERROR_CONFLICT,  /* the row changed since the person saw it */
    ERROR_RULE,      /* a rule of the shop forbids it: an illegal status move, a refund too large */
    ERROR_DENIED,    /* the actor lacks the right */
    ERROR_BUSY,      /* another program holds the store; trying again may work */
    ERROR_STOPPED,   /* a person or a newer request stopped it */
    ERROR_SCHEMA,    /* the store or the centre has another schema than this program */
    ERROR_STORE,     /* the store failed: damaged file, full disk */
    ERROR_NETWORK,   /* the centre or a service could not be reached */
    ERROR_SYSTEM,    /* the operating system refused: permissions, no such device */
};

enum { ERROR_FIELD_SIZE = 64, ERROR_TEXT_SIZE = 400 };

struct error {
    enum error_code code;
    char field[ERROR_FIELD_SIZE]; /* the column or input that is wrong, or "" */
    char text[ERROR_TEXT_SIZE];   /* one sentence, UTF-8, cut at a character when too long */
};

/* Both fill `err` (which may be NULL) and return false, so that a caller can write
 * `return error_set(err, ERROR_RULE, "…")`. Any earlier error in it is replaced. */
bool error_set(struct error *err, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool error_set_field(struct error *err, enum error_code code, const char *field, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));

/* Puts "prefix: " before the sentence that is there, as an error passes up. Returns false. */
bool error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

void error_clear(struct error *err);

#endif
