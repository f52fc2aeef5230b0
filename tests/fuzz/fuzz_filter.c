/* Any text is either a filter, whose SQL runs, or is refused with a sentence that points into it;
 * completion and go-to stand any text too. The first byte chooses the list, the second the cursor
 * and the sort. */
#include "model/base/text.h"
#include "model/list/query.h"
#include "model/list/search.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const tables[] = {"orders",     "products",     "customer_profiles",
                                     "currencies", "appointments", "locations"};

enum { TABLE_COUNT = sizeof tables / sizeof tables[0], OFFERS = 20, HITS = 5 };

static struct {
    char folder[64];
    struct env_fixed clock;
    struct env env;
    struct store *store;
    struct arena *schema, *arena;
    const struct query_source *sources[TABLE_COUNT];
} shop;

static void require(bool condition, const char *what, const struct error *err)
{
    if (condition)
        return;
    fprintf(stderr, "%s: %s\n", what, err->text);
    abort();
}

static void close_shop(void)
{
    static const char *const files[] = {"store.db", "store.db-wal", "store.db-shm"};
    store_close(shop.store);
    arena_free(shop.arena);
    arena_free(shop.schema);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", shop.folder, files[i]);
        unlink(path);
    }
    rmdir(shop.folder);
}

static void open_shop(void)
{
    struct error err = {.code = ERROR_NONE};
    char path[96];
    snprintf(shop.folder, sizeof shop.folder, "/tmp/countertop-fuzz-XXXXXX");
    require(mkdtemp(shop.folder) != NULL, "mkdtemp", &err);
    snprintf(path, sizeof path, "%s/store.db", shop.folder);
    shop.clock = (struct env_fixed){.now = INT64_C(1790000000000000), .seed = 1};
    shop.env = env_fixed(&shop.clock, "Europe/Berlin");
    shop.store = store_open(path, STORE_CREATE, &shop.env, &err);
    require(shop.store != NULL, "store_open", &err);
    shop.arena = arena_new();
    shop.schema = arena_new();
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        const struct table *table = schema_table(store_schema(shop.store), tables[i]);
        if (table == NULL)
            table = schema_table(store_schema(shop.store), tables[0]);
        shop.sources[i] = query_source_of_table(shop.store, table, shop.schema, &err);
        require(shop.sources[i] != NULL, tables[i], &err);
    }
    atexit(close_shop);
}

static void run_filter(const struct query_source *source, const struct filter *filter, uint8_t how)
{
    struct error err;
    struct query_page page;
    struct query query = {.source = source, .filter = filter, .descending = how % 2 == 1};
    if (how % 4 >= 2)
        query.sort = source->fields[how % source->field_count].name;
    struct query_place place = {value_text(""), {{how}}};
    require(query_count(shop.store, &query, &err) >= 0, "query_count", &err);
    require(query_fetch(shop.store, &query, NULL, 0, how % 8 >= 4 ? &place : NULL, how % 3 == 0, 3,
                        shop.arena, &page, &err),
            "query_fetch", &err);
}

static void check_mistake(const char *text, const struct filter_mistake *mistake,
                          const struct error *err)
{
    size_t size = strlen(text);
    require(mistake->start <= size && mistake->length <= size - mistake->start, "mistake", err);
    require(err->code == ERROR_INPUT && err->text[0] != '\0', "sentence", err);
    require(text_is_utf8(err->text, strlen(err->text)), "UTF-8", err);
    for (const char *c = err->text; *c != '\0'; c++)
        require((unsigned char)*c >= ' ', "control character", err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (shop.store == NULL)
        open_shop();
    if (size < 2)
        return 0;
    const struct query_source *source = shop.sources[data[0] % TABLE_COUNT];
    const char *text = arena_bytes(shop.arena, data + 2, size - 2);
    struct error err = {.code = ERROR_NONE};
    struct filter_mistake mistake = {SIZE_MAX, 0};
    const struct filter *filter = filter_parse(source, text, &shop.env, shop.arena, &mistake, &err);
    if (filter != NULL)
        run_filter(source, filter, data[1]);
    else
        check_mistake(text, &mistake, &err);

    struct completion offers[OFFERS];
    size_t count = filter_complete(source, text, data[1], shop.arena, offers, OFFERS);
    for (size_t i = 0; i < count; i++)
        require(offers[i].start <= data[1] && offers[i].start <= strlen(text), "offer", &err);
    struct search_hit hits[HITS];
    require(search_anything(shop.store, text, HITS, shop.arena, hits, &err) >= 0, "search_anything",
            &err);
    arena_reset(shop.arena);
    return 0;
}
