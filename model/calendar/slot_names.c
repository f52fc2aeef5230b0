#include "model/calendar/slot_names.h"

#include "model/base/text.h"

#include <string.h>

enum match { MATCH_NONE, MATCH_BEGINNING, MATCH_WORDS, MATCH_WHOLE };

int slot_names_load(struct store *store, struct arena *arena, struct slot_name **out,
                    struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT 0, id, name FROM estimators WHERE is_active AND deleted_at IS NULL UNION ALL "
        "SELECT 1, id, name FROM appointment_types WHERE is_active AND deleted_at IS NULL "
        "UNION ALL SELECT 2, id, name FROM services WHERE is_active AND deleted_at IS NULL "
        "UNION ALL SELECT 3, id, name FROM locations WHERE is_active AND deleted_at IS NULL "
        "AND kind IN ('store', 'office', 'warehouse') "
        "UNION ALL SELECT 4, id, name FROM resources WHERE is_active AND deleted_at IS NULL "
        "ORDER BY 1, 3",
        err);
    if (statement == NULL)
        return -1;
    size_t count = 0, capacity = 64;
    *out = arena_alloc(arena, capacity * sizeof **out);
    int step;
    while ((step = statement_step(statement, err)) == 1) {
        if (count == capacity) {
            struct slot_name *larger = arena_alloc(arena, 2 * capacity * sizeof **out);
            memcpy(larger, *out, count * sizeof **out);
            *out = larger;
            capacity *= 2;
        }
        struct slot_name *name = &(*out)[count++];
        name->kind = (enum slot_name_kind)statement_integer(statement, 0);
        statement_uuid(statement, 1, &name->id);
        name->name = arena_text(arena, statement_text(statement, 2));
        name->key = text_fold(name->name, arena);
    }
    statement_done(statement);
    return step == 0 ? (int)count : -1;
}

static enum match match_of(const char *key, const char *words)
{
    const size_t size = strlen(words);
    enum match best = MATCH_NONE;
    if (strcmp(key, words) == 0)
        return MATCH_WHOLE;
    for (const char *at = strstr(key, words); at != NULL; at = strstr(at + 1, words)) {
        const bool is_beginning = at == key || strchr(" -,(", at[-1]) != NULL;
        const bool is_end = at[size] == '\0' || strchr(" -,)", at[size]) != NULL;
        if (is_beginning && (is_end ? MATCH_WORDS : MATCH_BEGINNING) > best)
            best = is_end ? MATCH_WORDS : MATCH_BEGINNING;
    }
    return best;
}

size_t slot_names_find(const struct slot_name *names, size_t count, const char *words,
                       const struct slot_name *out[2])
{
    enum match best = MATCH_BEGINNING;
    size_t found = 0;
    for (size_t i = 0; i < count && *words != '\0'; i++) {
        const enum match match = match_of(names[i].key, words);
        const bool is_its_service = match == MATCH_WHOLE && best == MATCH_WHOLE && found == 1 &&
                                    names[i].kind == NAME_SERVICE && out[0]->kind == NAME_TYPE;
        if (match < best || is_its_service)
            continue;
        if (match > best)
            found = 0;
        best = match;
        if (found < 2)
            out[found] = &names[i];
        found++;
    }
    return found;
}
