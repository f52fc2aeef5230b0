/* Which key does what: the defaults of the action tables, changed by the person's configuration.
 *
 * A key stands for one action in each table, and a screen's key is never a global one as well, so
 * that a key means the same wherever it is not shown to mean something else. */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include "model/base/error.h"
#include "tui/action.h"
#include "tui/key.h"

struct keymap;

struct keymap *keymap_new(void);
void keymap_free(struct keymap *keymap);

/* Adds a table, which must outlive the keymap. The first one is the global one. Fails when a key
 * is none, or is taken by another action, and names both; the table is added without it then. */
bool keymap_add(struct keymap *keymap, const struct action_table *table, struct error *err);

bool keymap_has(const struct keymap *keymap, const struct action_table *table);

/* Gives an action other keys ("f9 p"; "" takes them all away). Fails when there is no such
 * action, or as keymap_add() does, and changes nothing then. */
bool keymap_set(struct keymap *keymap, const char *action, const char *keys, struct error *err);

/* The action of a table that a key stands for, or NULL. A letter of a Cyrillic or Greek layout
 * that stands for nothing itself counts as the Latin one in the same place. */
const struct action *keymap_find(const struct keymap *keymap, const struct action_table *table,
                                 key_code key);

/* The keys of an action as they are set, by their names: "p f9"; "" for none. */
enum { KEYMAP_KEYS_SIZE = 128 };
void keymap_keys(const struct keymap *keymap, const struct action *action,
                 char text[KEYMAP_KEYS_SIZE]);
/* The first of them that is neither a letter nor Enter when `for_text`, else simply the first; 0:
 * none. */
key_code keymap_key(const struct keymap *keymap, const struct action *action, bool for_text);

key_code keymap_latin(key_code key); /* the key itself when it is in no other layout */

#endif
