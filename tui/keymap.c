#include "tui/keymap.h"

#include "model/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct binding {
    key_code key;
    const struct action *action;
    const struct action_table *table;
};

struct keymap {
    const struct action_table **tables;
    size_t table_count;
    struct binding *bindings; /* of an action: together, in the order of its keys */
    size_t count;
};

struct keymap *keymap_new(void)
{
    return memory_new(sizeof(struct keymap));
}

void keymap_free(struct keymap *keymap)
{
    if (!keymap)
        return;
    free(keymap->tables);
    free(keymap->bindings);
    free(keymap);
}

/* The action that a key of `table` would collide with. */
static const struct binding *find_taken(const struct keymap *keymap,
                                        const struct action_table *table,
                                        const struct action *action, key_code key)
{
    const struct action_table *global = keymap->tables[0];
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (binding->key == key && binding->action != action &&
            (binding->table == table || binding->table == global || table == global))
            return binding;
    }
    return NULL;
}

enum { KEYS_LIMIT = 24 };

/* Reads "p f9" and checks each key. Returns how many, or -1. */
static int read_keys(const struct keymap *keymap, const struct action_table *table,
                     const struct action *action, const char *keys, key_code out[KEYS_LIMIT],
                     struct error *err)
{
    int count = 0;
    for (const char *at = keys + strspn(keys, " "); *at; at += strspn(at, " ")) {
        char name[KEY_NAME_SIZE];
        size_t size = strcspn(at, " ");
        snprintf(name, sizeof name, "%.*s", (int)size, at);
        at += size;
        if (count == KEYS_LIMIT || size >= sizeof name || !key_parse(name, &out[count])) {
            error_set(err, ERROR_INPUT,
                      "Keys of \"%s\": \"%s\" is no key; write it like p, ctrl-k, alt-a or f9.",
                      action->id, name);
            return -1;
        }
        const struct binding *taken = find_taken(keymap, table, action, out[count]);
        if (taken) {
            error_set(err, ERROR_CONFLICT, "Keys of \"%s\": %s is taken by \"%s\".", action->id,
                      name, taken->action->id);
            return -1;
        }
        count++;
    }
    return count;
}

static void drop_keys(struct keymap *keymap, const struct action *action)
{
    size_t to = 0;
    for (size_t i = 0; i < keymap->count; i++)
        if (keymap->bindings[i].action != action)
            keymap->bindings[to++] = keymap->bindings[i];
    keymap->count = to;
}

static bool bind(struct keymap *keymap, const struct action_table *table,
                 const struct action *action, const char *keys, struct error *err)
{
    key_code read[KEYS_LIMIT];
    int count = read_keys(keymap, table, action, keys, read, err);
    if (count < 0)
        return false;
    drop_keys(keymap, action);
    keymap->bindings = memory_resize(keymap->bindings, keymap->count + (size_t)count + 1,
                                     sizeof *keymap->bindings);
    for (int i = 0; i < count; i++)
        keymap->bindings[keymap->count++] = (struct binding){read[i], action, table};
    return true;
}

bool keymap_add(struct keymap *keymap, const struct action_table *table, struct error *err)
{
    bool worked = true;
    keymap->tables = memory_resize(keymap->tables, keymap->table_count + 1, sizeof *keymap->tables);
    keymap->tables[keymap->table_count++] = table;
    for (size_t i = 0; i < table->count; i++)
        worked =
            bind(keymap, table, &table->actions[i], table->actions[i].keys, worked ? err : NULL) &&
            worked;
    return worked;
}

bool keymap_has(const struct keymap *keymap, const struct action_table *table)
{
    for (size_t i = 0; i < keymap->table_count; i++)
        if (keymap->tables[i] == table)
            return true;
    return false;
}

bool keymap_set(struct keymap *keymap, const char *action, const char *keys, struct error *err)
{
    for (size_t i = 0; i < keymap->table_count; i++) {
        const struct action_table *table = keymap->tables[i];
        for (size_t j = 0; j < table->count; j++)
            if (strcmp(table->actions[j].id, action) == 0)
                return bind(keymap, table, &table->actions[j], keys, err);
    }
    return error_set(err, ERROR_NOT_FOUND, "Keys: there is no action \"%s\".", action);
}

static const struct action *find_exactly(const struct keymap *keymap,
                                         const struct action_table *table, key_code key)
{
    for (size_t i = 0; i < keymap->count; i++)
        if (keymap->bindings[i].key == key && keymap->bindings[i].table == table)
            return keymap->bindings[i].action;
    return NULL;
}

const struct action *keymap_find(const struct keymap *keymap, const struct action_table *table,
                                 key_code key)
{
    const struct action *action = find_exactly(keymap, table, key);
    key_code latin = keymap_latin(key);
    return action || latin == key ? action : find_exactly(keymap, table, latin);
}

void keymap_keys(const struct keymap *keymap, const struct action *action,
                 char text[KEYMAP_KEYS_SIZE])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < keymap->count; i++) {
        char name[KEY_NAME_SIZE];
        if (keymap->bindings[i].action != action)
            continue;
        key_format(keymap->bindings[i].key, name);
        if (used + strlen(name) + 2 > KEYMAP_KEYS_SIZE)
            return;
        used += (size_t)snprintf(text + used, KEYMAP_KEYS_SIZE - used, "%s%s", used > 0 ? " " : "",
                                 name);
    }
}

/* What a line that is typed into takes itself. */
static bool is_of_text(key_code key)
{
    return key_is_text(key) || key == KEY_RETURN;
}

key_code keymap_key(const struct keymap *keymap, const struct action *action, bool for_text)
{
    for (size_t i = 0; i < keymap->count; i++)
        if (keymap->bindings[i].action == action &&
            !(for_text && is_of_text(keymap->bindings[i].key)))
            return keymap->bindings[i].key;
    return 0;
}

/* Letters that stand where the Latin ones do on the usual keyboards of these scripts. */
key_code keymap_latin(key_code key)
{
    static const struct {
        uint16_t letter;
        char latin;
    } places[] = {
        {0x439, 'q'}, {0x446, 'w'}, {0x443, 'e'}, {0x43A, 'r'}, {0x435, 't'}, {0x43D, 'y'},
        {0x433, 'u'}, {0x448, 'i'}, {0x449, 'o'}, {0x437, 'p'}, {0x444, 'a'}, {0x44B, 's'},
        {0x456, 's'}, {0x432, 'd'}, {0x430, 'f'}, {0x43F, 'g'}, {0x440, 'h'}, {0x43E, 'j'},
        {0x43B, 'k'}, {0x434, 'l'}, {0x44F, 'z'}, {0x447, 'x'}, {0x441, 'c'}, {0x43C, 'v'},
        {0x438, 'b'}, {0x442, 'n'}, {0x44C, 'm'}, {0x3C2, 'w'}, {0x3B5, 'e'}, {0x3C1, 'r'},
        {0x3C4, 't'}, {0x3C5, 'y'}, {0x3B8, 'u'}, {0x3B9, 'i'}, {0x3BF, 'o'}, {0x3C0, 'p'},
        {0x3B1, 'a'}, {0x3C3, 's'}, {0x3B4, 'd'}, {0x3C6, 'f'}, {0x3B3, 'g'}, {0x3B7, 'h'},
        {0x3BE, 'j'}, {0x3BA, 'k'}, {0x3BB, 'l'}, {0x3B6, 'z'}, {0x3C7, 'x'}, {0x3C8, 'c'},
        {0x3C9, 'v'}, {0x3B2, 'b'}, {0x3BD, 'n'}, {0x3BC, 'm'},
    };
    const key_code modifiers = KEY_WITH_ALT | KEY_WITH_CTRL;
    key_code bits = key & modifiers, letter = key & ~modifiers;
    bool is_upper = (letter >= 0x410 && letter <= 0x42F) || (letter >= 0x391 && letter <= 0x3A9);
    if (is_upper)
        letter += 0x20;
    else if (letter == 0x406) {
        letter = 0x456;
        is_upper = true;
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (places[i].letter == letter)
            return (key_code)(is_upper ? places[i].latin - 'a' + 'A' : places[i].latin) | bits;
    return key;
}
