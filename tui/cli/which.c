#include "tui/cli/which.h"

#include "model/catalog/product.h"
#include "model/operation/record.h"
#include "model/shop/customer.h"
#include "model/shop/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 4, DIGITS_LEAST = 8 };

/* Up to CANDIDATES ids; the count, or -1. */
typedef int finder(struct cli *cli, const char *word, struct uuid *ids, struct error *err);

static int find_order(struct cli *cli, const char *word, struct uuid *ids, struct error *err)
{
    return order_find_number(cli->store, word, ids, err);
}

static int find_product(struct cli *cli, const char *word, struct uuid *ids, struct error *err)
{
    struct sellable found;
    int count = product_by_code(cli->store, word, cli->arena, &found, err);
    if (count == 1)
        *ids = found.product_id;
    return count;
}

static int find_customer(struct cli *cli, const char *word, struct uuid *ids, struct error *err)
{
    struct customer found[CANDIDATES];
    int count = customer_find(cli->store, word, CANDIDATES, cli->arena, found, err);
    for (int i = 0; i < count; i++)
        ids[i] = found[i].id;
    return count;
}

static const struct {
    const char *table;
    finder *find;
    const char *by; /* for the sentence */
} finders[] = {
    {"orders", find_order, "by number"},
    {"products", find_product, "by SKU or barcode"},
    {"customer_profiles", find_customer, "by name, telephone number or card"},
};

static int find_by_filter(struct cli *cli, const struct query_source *source, const char *filter,
                          struct uuid *ids, struct error *err)
{
    struct query query = {.source = source};
    struct query_page page;
    query.filter = filter_parse(source, filter, cli->env, cli->arena, NULL, err);
    if (query.filter == NULL ||
        !query_fetch(cli->store, &query, NULL, 0, NULL, false, CANDIDATES, cli->arena, &page, err))
        return -1;
    for (size_t i = 0; i < page.count; i++)
        ids[i] = page.rows[i].id;
    return (int)page.count;
}

static bool is_start_of_id(const char *word)
{
    size_t size = strlen(word);
    return size >= DIGITS_LEAST && strspn(word, "0123456789abcdefABCDEF-") == size;
}

/* A text within quotes of the filter language. */
static const char *quoted(const char *text, struct arena *arena)
{
    char *out = arena_alloc(arena, 2 * strlen(text) + 3), *to = out;
    *to++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            *to++ = '"';
        *to++ = *text;
    }
    *to = '"';
    return out;
}

static const struct query_field *field_of(const struct query_source *source,
                                          const struct column *column)
{
    for (size_t i = 0; i < source->field_count; i++)
        if (source->fields[i].column == column)
            return &source->fields[i];
    return NULL;
}

static int find_by_column(struct cli *cli, const struct query_source *source,
                          const struct column *column, const char *word, struct uuid *ids,
                          struct error *err)
{
    const struct query_field *field = field_of(source, column);
    if (field == NULL || field->type != COLUMN_TEXT || field->choices != NULL)
        return 0;
    const char *filter = arena_format(cli->arena, "%s=%s", field->name, quoted(word, cli->arena));
    return find_by_filter(cli, source, filter, ids, err);
}

/* By its title; by the first digits of its id, or by its key where that is another. */
static int find_in_table(struct cli *cli, const struct table *table, const char *word,
                         struct uuid *ids, struct error *err)
{
    const struct query_source *source = query_source_of_table(cli->store, table, cli->arena, err);
    if (source == NULL)
        return -1;
    int count = 0;
    if (table->title >= 0)
        count = find_by_column(cli, source, &table->columns[table->title], word, ids, err);
    if (count == 0 && !record_has_id(table))
        count = find_by_column(cli, source, &table->columns[0], word, ids, err);
    if (count == 0 && record_has_id(table) && is_start_of_id(word))
        count = find_by_filter(cli, source, arena_format(cli->arena, "id:%s", word), ids, err);
    return count;
}

/* No row, or several. */
static bool refuse(const struct table *table, const char *word, int count, const char *by,
                   struct error *err)
{
    if (count == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no row of \"%s\" that is called \"%s\"; look for it %s",
                         table->label, word, by);
    return error_set(err, ERROR_INPUT, "\"%s\" may mean %s of \"%s\"; give its id", word,
                     count == CANDIDATES ? "several"
                     : count == 2        ? "two"
                                         : "three",
                     table->label);
}

bool which_row(struct cli *cli, const struct table *table, const char *word, struct uuid *id,
               struct error *err)
{
    struct uuid ids[CANDIDATES];
    int count = 0;
    const char *by = "in the list, or give its id";
    if (record_has_id(table) && uuid_parse(word, id)) {
        struct record record;
        count = record_get(cli->store, table, id, cli->arena, &record, err);
        return count == 1 || (count == 0 && refuse(table, word, 0, by, err));
    }
    for (size_t i = 0; i < sizeof finders / sizeof finders[0] && count == 0; i++)
        if (strcmp(finders[i].table, table->name) == 0) {
            count = finders[i].find(cli, word, ids, err);
            by = finders[i].by;
        }
    if (count == 0)
        count = find_in_table(cli, table, word, ids, err);
    if (count == 1)
        *id = ids[0];
    return count == 1 || (count >= 0 && refuse(table, word, count, by, err));
}

struct ids {
    struct uuid *items;
    size_t count, capacity;
};

static bool add_row(struct cli *cli, const struct table *table, const char *word, struct ids *ids,
                    struct error *err)
{
    if (ids->count == ids->capacity) {
        ids->capacity = ids->capacity == 0 ? 16 : 2 * ids->capacity;
        ids->items = memory_resize(ids->items, ids->capacity, sizeof *ids->items);
    }
    return which_row(cli, table, word, &ids->items[ids->count++], err);
}

static bool add_lines(struct cli *cli, const struct table *table, struct ids *ids,
                      struct error *err)
{
    char *line = NULL;
    size_t size = 0;
    bool is_good = true;
    while (is_good && getline(&line, &size, stdin) >= 0) {
        line[strcspn(line, "\t\r\n")] = '\0';
        if (line[0] != '\0')
            is_good = add_row(cli, table, line, ids, err);
    }
    free(line);
    if (is_good && ferror(stdin))
        return error_set(err, ERROR_SYSTEM, "standard input can't be read: %s", strerror(errno));
    return is_good;
}

bool which_rows(struct cli *cli, const struct table *table, int count, char **words,
                struct uuid **ids, size_t *found, struct error *err)
{
    struct ids all = {0};
    bool is_good = true;
    for (int i = 0; i < count && is_good; i++)
        is_good = strcmp(words[i], "-") == 0 ? add_lines(cli, table, &all, err)
                                             : add_row(cli, table, words[i], &all, err);
    *found = all.count;
    *ids = arena_alloc(cli->arena, (all.count + 1) * sizeof **ids);
    if (all.count > 0)
        memcpy(*ids, all.items, all.count * sizeof **ids);
    free(all.items);
    if (is_good && all.count == 0)
        return error_set(err, ERROR_INPUT, "standard input named no row");
    return is_good;
}
