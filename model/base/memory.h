/* Memory: the heap, arenas and growing buffers.
 *
 * Running out of memory is nothing a caller can mend, so these functions never return NULL:
 * they end the program with abort(). The crash handler then restores the terminal, and
 * committed operations are safe in the store. */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

void *memory_new(size_t size) __attribute__((malloc, returns_nonnull)); /* zeroed; free() it */
void *memory_resize(void *block, size_t count, size_t size) __attribute__((returns_nonnull));
char *memory_text(const char *text) __attribute__((malloc, returns_nonnull)); /* a copy */

/* An arena: many small blocks that die together, such as one page of rows. */
struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is allowed */
/* Gives all blocks back but keeps the first chunk for the next use. */
void arena_reset(struct arena *arena);
void *arena_alloc(struct arena *arena, size_t size) __attribute__((returns_nonnull)); /* zeroed */
char *arena_text(struct arena *arena, const char *text);
char *arena_bytes(struct arena *arena, const void *bytes, size_t size); /* with a NUL behind */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A growing text. `text` is always NUL-terminated, "" when empty. */
struct buffer {
    char *text;
    size_t size;
    size_t capacity;
};

void buffer_init(struct buffer *buffer);
void buffer_done(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory */
void buffer_add(struct buffer *buffer, const char *text);
void buffer_add_bytes(struct buffer *buffer, const void *bytes, size_t size);
void buffer_add_char(struct buffer *buffer, char c);
void buffer_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_vformat(struct buffer *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
char *buffer_take(struct buffer *buffer); /* the caller frees it; the buffer is done */

#endif
