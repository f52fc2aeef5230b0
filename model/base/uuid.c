#include "model/base/uuid.h"

#include "model/base/instant.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTER_BITS = 12, BACKWARDS_MS = 10000 };

/* The next id's milliseconds and counter as one number that only grows, so that one compare and
 * swap keeps the ids of all threads in order. A clock set back by a long way starts anew: ids far
 * in the future would be worse. */
static uint64_t next_tick(const struct env *env)
{
    int64_t now = env_now(env);
    uint64_t clock = (uint64_t)(now > 0 ? now / 1000 : 0) << COUNTER_BITS;
    uint64_t last = atomic_load(env->last_id);
    uint64_t next;
    do {
        bool runs_ahead = clock <= last && last - clock <= (uint64_t)BACKWARDS_MS << COUNTER_BITS;
        next = runs_ahead ? last + 1 : clock;
    } while (!atomic_compare_exchange_weak(env->last_id, &last, next));
    return next;
}

static void set_version(struct uuid *id, unsigned version)
{
    id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0FU) | version << 4);
    id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3FU) | 0x80U);
}

struct uuid uuid_v7(const struct env *env)
{
    uint64_t tick = next_tick(env);
    uint64_t ms = tick >> COUNTER_BITS;
    struct uuid id;
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    id.bytes[6] = (uint8_t)(tick >> 8 & 0x0FU);
    id.bytes[7] = (uint8_t)tick;
    env_random(env, id.bytes + 8, 8);
    set_version(&id, 7);
    return id;
}

struct uuid uuid_derived(const struct uuid *tenant, const char *name)
{
    struct uuid id;
    crypto_generichash_state hash;
    if (sodium_init() < 0 || crypto_generichash_init(&hash, NULL, 0, sizeof id.bytes) != 0 ||
        crypto_generichash_update(&hash, tenant->bytes, sizeof tenant->bytes) != 0 ||
        crypto_generichash_update(&hash, (const unsigned char *)name, strlen(name)) != 0 ||
        crypto_generichash_final(&hash, id.bytes, sizeof id.bytes) != 0)
        abort();
    set_version(&id, 8);
    return id;
}

void uuid_text(const struct uuid *id, char text[UUID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *at = text;
    for (int i = 0; i < UUID_SIZE; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[id->bytes[i] >> 4];
        *at++ = digits[id->bytes[i] & 0x0F];
    }
    *at = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Either all four hyphens stand where they belong, or none does. */
bool uuid_parse(const char *text, struct uuid *id)
{
    size_t size = strlen(text);
    bool has_hyphens = size == UUID_TEXT_SIZE - 1;
    if (!has_hyphens && size != (size_t)2 * UUID_SIZE)
        return false;
    struct uuid parsed;
    for (int i = 0; i < UUID_SIZE; i++) {
        if (has_hyphens && (i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
            return false;
        int high = hex_value(text[0]);
        int low = hex_value(text[1]);
        if (high < 0 || low < 0)
            return false;
        parsed.bytes[i] = (uint8_t)(high << 4 | low);
        text += 2;
    }
    *id = parsed;
    return true;
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, UUID_SIZE) == 0;
}

bool uuid_is_zero(const struct uuid *id)
{
    static const struct uuid zero;
    return uuid_equal(id, &zero);
}
