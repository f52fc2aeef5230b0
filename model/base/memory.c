#include "model/base/memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_CHUNK = 16 * 1024, BUFFER_START = 64 };

void *memory_new(size_t size)
{
    void *block = calloc(1, size > 0 ? size : 1);
    if (block == NULL)
        abort();
    return block;
}

void *memory_resize(void *block, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        abort();
    void *grown = realloc(block, bytes > 0 ? bytes : 1);
    if (grown == NULL)
        abort();
    return grown;
}

char *memory_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = memory_new(size);
    memcpy(copy, text, size);
    return copy;
}

struct chunk {
    struct chunk *next;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct chunk *current; /* the list runs from the newest chunk to the first */
};

static struct chunk *chunk_new(size_t size, struct chunk *next)
{
    size_t bytes;
    if (__builtin_add_overflow(sizeof(struct chunk), size, &bytes))
        abort();
    struct chunk *chunk = malloc(bytes);
    if (chunk == NULL)
        abort();
    chunk->next = next;
    chunk->size = size;
    chunk->used = 0;
    return chunk;
}

struct arena *arena_new(void)
{
    struct arena *arena = memory_new(sizeof *arena);
    arena->current = chunk_new(ARENA_CHUNK, NULL);
    return arena;
}

void arena_reset(struct arena *arena)
{
    while (arena->current->next != NULL) {
        struct chunk *older = arena->current->next;
        free(arena->current);
        arena->current = older;
    }
    arena->current->used = 0;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    arena_reset(arena);
    free(arena->current);
    free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX - align)
        abort();
    size_t rounded = (size + align - 1) / align * align;
    if (arena->current->size - arena->current->used < rounded)
        arena->current = chunk_new(rounded > ARENA_CHUNK ? rounded : ARENA_CHUNK, arena->current);
    void *block = arena->current->bytes + arena->current->used;
    arena->current->used += rounded;
    memset(block, 0, rounded);
    return block;
}

char *arena_bytes(struct arena *arena, const void *bytes, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return arena_bytes(arena, text, strlen(text));
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0)
        abort();
    char *text = arena_alloc(arena, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

void buffer_init(struct buffer *buffer)
{
    buffer->capacity = BUFFER_START;
    buffer->size = 0;
    buffer->text = memory_new(buffer->capacity);
}

void buffer_done(struct buffer *buffer)
{
    free(buffer->text);
    *buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    buffer->text[0] = '\0';
}

static void reserve(struct buffer *buffer, size_t more)
{
    size_t need;
    if (__builtin_add_overflow(buffer->size, more, &need) || need > SIZE_MAX / 2 - 1)
        abort();
    if (need + 1 <= buffer->capacity)
        return;
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : BUFFER_START;
    while (capacity < need + 1)
        capacity *= 2;
    buffer->text = memory_resize(buffer->text, capacity, 1);
    buffer->capacity = capacity;
}

void buffer_add_bytes(struct buffer *buffer, const void *bytes, size_t size)
{
    reserve(buffer, size);
    if (size > 0)
        memcpy(buffer->text + buffer->size, bytes, size);
    buffer->size += size;
    buffer->text[buffer->size] = '\0';
}

void buffer_add(struct buffer *buffer, const char *text)
{
    buffer_add_bytes(buffer, text, strlen(text));
}

void buffer_add_char(struct buffer *buffer, char c)
{
    buffer_add_bytes(buffer, &c, 1);
}

void buffer_vformat(struct buffer *buffer, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    if (size < 0)
        abort();
    reserve(buffer, (size_t)size);
    vsnprintf(buffer->text + buffer->size, (size_t)size + 1, format, again);
    va_end(again);
    buffer->size += (size_t)size;
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    buffer_vformat(buffer, format, arguments);
    va_end(arguments);
}

char *buffer_take(struct buffer *buffer)
{
    char *text = buffer->text;
    *buffer = (struct buffer){0};
    return text;
}
