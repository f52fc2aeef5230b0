#include "sync/agent_check.h"

#include "model/base/instant.h"
#include "model/base/memory.h"
#include "model/overlay/exchange.h"

#include <stdlib.h>

static const int64_t check_every_us = 7 * DAY_US;

static bool note_damage(struct store *store, const struct error *reason, struct error *err)
{
    return exchange_log(store, "error", NULL, reason->text, err) &&
           store_run(store,
                     "INSERT INTO attention (kind, summary, reason) VALUES ('store', ?1, ?2)", err,
                     "tt", "the store's file is damaged", reason->text);
}

static bool set_checked(struct store *store, int64_t now, struct arena *arena, struct error *err)
{
    return exchange_set_state(store, "checked_at", arena_format(arena, "%lld", (long long)now),
                              err);
}

bool agent_check_store(struct store *store, bool *is_damaged, struct error *err)
{
    struct arena *arena = arena_new();
    struct error damage = {0};
    int64_t now = env_now(store_env(store));
    const char *last = exchange_state(store, "checked_at", arena, err);
    bool is_due = last != NULL && now - strtoll(last, NULL, 10) >= check_every_us;
    bool is_sound = !is_due || store_check(store, &damage);
    bool was_stopped = damage.code == ERROR_STOPPED;
    *is_damaged = !is_sound && !was_stopped;
    bool is_done = !*is_damaged || note_damage(store, &damage, err);
    if (is_done && !was_stopped && (last == NULL || is_due))
        is_done = set_checked(store, now, arena, err);
    arena_free(arena);
    return is_done;
}
