/* A configuration is read with a complaint for each wrong entry; whatever keys it gives, a key
 * stands for one action, and its name leads back to it. */
#include "tui/config.h"
#include "tui/keymap.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static const struct action everywhere[] = {{.id = "help", .keys = "? f1"},
                                           {.id = "quit", .keys = "ctrl-q"}};
static const struct action of_orders[] = {{.id = "orders.pay", .keys = "p f9"},
                                          {.id = "orders.new", .keys = "n"}};
static const struct action of_products[] = {{.id = "products.new", .keys = "n alt-n"}};
static const struct action_table tables[] = {
    {"global", everywhere, 2}, {"orders", of_orders, 2}, {"products", of_products, 1}};
enum { TABLE_COUNT = sizeof tables / sizeof tables[0] };

static void complain(void *context, const char *sentence)
{
    (void)context;
    require(strncmp(sentence, "config.json", 11) == 0 && strlen(sentence) < ERROR_TEXT_SIZE);
}

static void check_name(const struct keymap *keymap, const struct action_table *table,
                       const struct action *action, const char *name)
{
    key_code key;
    char again[KEY_NAME_SIZE];
    require(key_parse(name, &key));
    require(keymap_find(keymap, table, key) == action);
    key_format(key, again);
    require(strcmp(name, again) == 0);
    for (int i = 0; i < TABLE_COUNT; i++)
        require(&tables[i] == table || (&tables[i] != &tables[0] && table != &tables[0]) ||
                keymap_find(keymap, &tables[i], key) == NULL || keymap_latin(key) != key);
}

static void check_action(const struct keymap *keymap, const struct action_table *table,
                         const struct action *action)
{
    char keys[KEYMAP_KEYS_SIZE], *rest = NULL;
    keymap_keys(keymap, action, keys);
    for (char *name = strtok_r(keys, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
        check_name(keymap, table, action, name);
    key_code key = keymap_key(keymap, action, true);
    require(key == 0 || !key_is_text(key));
}

static void set_keys(void *context, const char *action, const char *keys)
{
    struct error err = {0};
    if (!keymap_set(context, action, keys, &err))
        require(err.text[0] != '\0');
}

static void check_config(const struct config *config)
{
    require(config->file != NULL);
    require(config->esc_delay_ms >= 0 && config->esc_delay_ms <= 2000);
    require(config->toast_seconds >= 1 && config->toast_seconds <= 60);
    require(memchr(config->theme, '\0', sizeof config->theme) != NULL);
    require((config_scan_prefix(config) == 0) == (config->scan_prefix[0] == '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config config;
    struct error err = {0};
    char path[64];
    int file = memfd_create("config", MFD_CLOEXEC);
    require(file >= 0 && write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    config_init(&config);
    if (!config_load(&config, path, complain, NULL, &err))
        require(err.text[0] != '\0');
    close(file);
    check_config(&config);
    struct keymap *keymap = keymap_new();
    for (int i = 0; i < TABLE_COUNT; i++)
        require(keymap_add(keymap, &tables[i], &err));
    config_keys(&config, set_keys, keymap);
    for (int i = 0; i < TABLE_COUNT; i++)
        for (size_t j = 0; j < tables[i].count; j++)
            check_action(keymap, &tables[i], &tables[i].actions[j]);
    keymap_free(keymap);
    config_done(&config);
    return 0;
}
