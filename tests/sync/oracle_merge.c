#include "model/base/instant.h"
#include "tests/sync/oracle_private.h"

#include <stdlib.h>
#include <string.h>

/* Times this near each other may be told apart in either way: an offset is measured over a line. */
#define DOUBT SECOND_US

static int strength(const char *policy)
{
    static const char *const order[] = {"strict", "moves", "keys", "set", "max", "latest"};
    for (int i = 0; i < (int)(sizeof order / sizeof order[0]); i++)
        if (policy != NULL && strcmp(policy, order[i]) == 0)
            return i;
    return (int)(sizeof order / sizeof order[0]) - 1;
}

void unit_add(struct unit *unit, const struct column *column, const json_t *base,
              const json_t *mine)
{
    if (unit->count == UNIT_MAX || column->is_secret)
        return;
    const json_t *here = json_object_get(unit->here, column->name);
    json_t *was = picture_value(column, base);
    json_t *is = mine == NULL ? json_incref(was) : picture_value(column, mine);
    unit->is_changed |= mine != NULL;
    unit->is_contested |= !json_equal(was, here);
    unit->is_same &= json_equal(is, here) != 0;
    if (unit->policy == NULL || strength(column->policy) < strength(unit->policy))
        unit->policy = column->policy == NULL ? "latest" : column->policy;
    unit->columns[unit->count] = column;
    unit->base[unit->count] = was;
    unit->mine[unit->count++] = is;
}

void unit_done(struct unit *unit)
{
    for (size_t i = 0; i < unit->count; i++) {
        json_decref(unit->base[i]);
        json_decref(unit->mine[i]);
    }
}

static int64_t time_of(const struct oracle *oracle, const struct unit *unit, const char *column)
{
    struct buffer key;
    buffer_init(&key);
    buffer_format(&key, "%s.%s.%s", unit->table->name, unit->id, column);
    json_int_t at = json_integer_value(json_object_get(oracle->times, key.text));
    buffer_done(&key);
    return at;
}

/* Who won by time, as the answer says; and whether that can be. */
static bool is_mine(struct trial *trial, const struct unit *unit)
{
    bool has_won = false, is_told = false;
    for (size_t i = 0; i < unit->count; i++) {
        const struct column *column = unit->columns[i];
        const json_t *told = oracle_conflict(trial, unit->table->name, unit->id, column->name);
        if (told == NULL)
            continue;
        is_told = true;
        has_won |= strcmp(oracle_text(told, "won"), "mine") == 0;
        int64_t there = time_of(trial->oracle, unit, column->name);
        int64_t here = trial->decision->at;
        if (!trial->decision->is_at_certain || there == 0 || unit->count > 1)
            continue;
        if (has_won ? here < there - DOUBT : here > there + DOUBT)
            oracle_wrong(trial, "%s %s: %s was edited %s", unit->table->name, unit->id,
                         column->name, has_won ? "later" : "earlier");
    }
    if (!is_told)
        oracle_wrong(trial, "%s %s: nobody is told of the contested %s", unit->table->name,
                     unit->id, unit->columns[0]->name);
    return has_won;
}

/* Keys that only one side changed are that side's; the others go to who won. */
static json_t *merge_keys(const json_t *base, const json_t *mine, const json_t *here,
                          bool *is_contested, bool has_won)
{
    json_t *merged = json_deep_copy(here);
    const char *key;
    json_t *value;
    json_t *all = json_deep_copy(base);
    json_object_update(all, (json_t *)mine);
    json_object_foreach(all, key, value)
    {
        const json_t *b = json_object_get(base, key), *m = json_object_get(mine, key),
                     *h = json_object_get(here, key);
        if (b == m || json_equal(b, m) || (m != NULL && json_equal(m, h)) ||
            (m == NULL && h == NULL))
            continue;
        bool is_free = b == NULL ? h == NULL : json_equal(b, h) != 0;
        *is_contested |= !is_free;
        if (!is_free && !has_won)
            continue;
        if (m == NULL)
            json_object_del(merged, key);
        else
            json_object_set(merged, key, (json_t *)m);
    }
    json_decref(all);
    return merged;
}

static bool holds(const json_t *list, const json_t *value)
{
    size_t index;
    json_t *one;
    json_array_foreach(list, index, one)
    {
        if (json_equal(one, value))
            return true;
    }
    return false;
}

static json_t *merge_set(const json_t *base, const json_t *mine, const json_t *here)
{
    json_t *merged = json_array();
    size_t index;
    json_t *one;
    json_array_foreach(here, index, one)
    {
        if (!holds(base, one) || holds(mine, one))
            json_array_append(merged, one);
    }
    json_array_foreach(mine, index, one)
    {
        if (!holds(base, one) && !holds(here, one))
            json_array_append(merged, one);
    }
    return merged;
}

static json_t *parsed(const json_t *value)
{
    return json_loads(json_is_string(value) ? json_string_value(value) : "null", JSON_DECODE_ANY,
                      NULL);
}

/* False where the documents are of another shape, which go by time. */
static bool merge_document(struct trial *trial, const struct unit *unit, json_t *row)
{
    const struct column *column = unit->columns[0];
    bool is_keys = strcmp(unit->policy, "keys") == 0, is_contested = false, is_merged = false;
    json_t *base = parsed(unit->base[0]), *mine = parsed(unit->mine[0]);
    json_t *here = parsed(json_object_get(unit->here, column->name)), *merged = NULL;
    if (is_keys && json_is_object(base) && json_is_object(mine) && json_is_object(here)) {
        const json_t *told = oracle_conflict(trial, unit->table->name, unit->id, column->name);
        bool has_won = told != NULL && is_mine(trial, unit);
        merged = merge_keys(base, mine, here, &is_contested, has_won);
        if (is_contested && told == NULL)
            oracle_wrong(trial, "nobody is told of the contested keys of %s", column->name);
        trial->soft += is_contested;
        is_merged = true;
    } else if (!is_keys && json_is_array(base) && json_is_array(mine) && json_is_array(here)) {
        merged = merge_set(base, mine, here);
        is_merged = true;
    }
    if (is_merged)
        json_object_set_new(row, column->name, picture_value(column, merged));
    json_decref(base);
    json_decref(mine);
    json_decref(here);
    json_decref(merged);
    return is_merged;
}

static bool is_larger(const json_t *mine, const json_t *here)
{
    if (!json_is_string(here) || !json_is_string(mine))
        return json_is_string(mine);
    const char *one = json_string_value(mine), *other = json_string_value(here);
    char *end, *other_end;
    long long number = strtoll(one, &end, 10), there = strtoll(other, &other_end, 10);
    if (*end == '\0' && *other_end == '\0')
        return number > there;
    return strcmp(one, other) > 0;
}

static void take_mine(const struct unit *unit, json_t *row)
{
    for (size_t i = 0; i < unit->count; i++)
        json_object_set(row, unit->columns[i]->name, unit->mine[i]);
}

void unit_merge(struct trial *trial, const struct unit *unit, json_t *row)
{
    const struct column *first = unit->columns[0];
    const char *policy = unit->is_changed ? unit->policy : "seen";
    if (unit->is_same)
        return;
    if (!unit->is_contested) {
        take_mine(unit, row);
    } else if (strcmp(policy, "strict") == 0 || strcmp(policy, "seen") == 0) {
        trial->hard++;
    } else if (strcmp(policy, "moves") == 0) {
        const char *from = oracle_text(unit->here, first->name),
                   *to = json_string_value(unit->mine[0]);
        if (unit->count == 1 && schema_move_allowed(trial->oracle->schema, unit->table, first->name,
                                                    from, to == NULL ? "" : to))
            take_mine(unit, row);
        else
            trial->hard++;
    } else if (strcmp(policy, "max") == 0) {
        if (is_larger(unit->mine[0], json_object_get(unit->here, first->name)))
            take_mine(unit, row);
    } else if ((strcmp(policy, "keys") != 0 && strcmp(policy, "set") != 0) ||
               !merge_document(trial, unit, row)) {
        trial->soft++;
        if (trial->decision->status[0] == 'm' && is_mine(trial, unit))
            take_mine(unit, row);
    }
}
