#include "tui/cli/rows.h"

#include "model/catalog/product.h"
#include "model/operation/record_hand.h"
#include "tui/cli/change.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/which.h"

#include <string.h>

/* ERROR_RULE with the verb that does it instead, where there is one. */
static bool by_hand(struct cli *cli, const struct table *table, enum hand hand, struct error *err)
{
    const char *domain = record_domain(table);
    if (record_by_hand(cli->store, &cli->who, table, hand, err))
        return true;
    if (err->code == ERROR_RULE && domain != NULL && cli_verb_find(domain) != NULL) {
        struct error why = *err;
        error_set(err, ERROR_RULE, "%s; see `countertop %s --help`", why.text, domain);
    }
    return false;
}

/* Ends the operation: for good, or without a trace where nothing was to be changed. */
static bool finish(struct cli *cli, struct operation *operation, bool is_good, const char *words,
                   struct error *err)
{
    bool is_tried = cli_flag(cli, "dry-run");
    if (!is_good || is_tried)
        operation_cancel(operation);
    else
        is_good = operation_commit(operation, err);
    if (is_good && (is_tried || cli->is_terminal))
        print_line(cli, "%s%s", is_tried ? "would have " : "", words);
    return is_good;
}

static const char *title_of(struct cli *cli, const struct table *table, const struct uuid *id)
{
    return record_title(cli->store, table, id, cli->arena);
}

static const struct change *change_of(const struct change *changes, size_t count,
                                      const char *column)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(changes[i].column, column) == 0)
            return &changes[i];
    return NULL;
}

/* A product comes with its variant, to which stock and lines refer. */
static bool insert_product(struct operation *operation, const struct change *changes, size_t count,
                           struct uuid *id, struct error *err)
{
    static const char *const own[] = {"name", "sku", "price_cents"};
    const struct change *given[3];
    struct change more[64];
    size_t others = 0;
    for (size_t i = 0; i < 3; i++) {
        given[i] = change_of(changes, count, own[i]);
        if (given[i] == NULL)
            return error_set_field(err, ERROR_INPUT, own[i],
                                   "a product needs name=, sku= and price=");
    }
    for (size_t i = 0; i < count && others < sizeof more / sizeof more[0]; i++)
        if (&changes[i] != given[0] && &changes[i] != given[1] && &changes[i] != given[2])
            more[others++] = changes[i];
    return product_insert(operation, value_as_text(given[0]->value), value_as_text(given[1]->value),
                          given[2]->value.integer, more, others, id, err);
}

static const struct maker {
    const char *table, *kind;
    bool (*insert)(struct operation *operation, const struct change *changes, size_t count,
                   struct uuid *id, struct error *err); /* NULL: as a plain row */
} makers[] = {
    {"products", "product.create", insert_product},
    {"customer_profiles", "customer.create", NULL},
    {NULL, "record.create", NULL},
};

static const struct maker *maker_of(const struct table *table)
{
    const struct maker *maker = makers;
    while (maker->table != NULL && strcmp(maker->table, table->name) != 0)
        maker++;
    return maker;
}

bool rows_new(struct cli *cli, int argc, char **argv, struct error *err)
{
    const struct table *table = list_table(cli, err);
    struct change *changes;
    struct uuid id;
    if (table == NULL || !by_hand(cli, table, HAND_ADDS, err))
        return false;
    int made = change_parse(cli, table, NULL, argc - 1, argv + 1, &changes, err);
    if (made < 0)
        return false;
    const struct maker *maker = maker_of(table);
    size_t count = (size_t)made;
    struct operation *operation = operation_begin(cli->store, maker->kind, &cli->who, err);
    if (operation == NULL)
        return false;
    bool is_good = maker->insert != NULL
                       ? maker->insert(operation, changes, count, &id, err)
                       : record_insert(operation, table->name, changes, count, &id, err);
    const char *title = is_good ? title_of(cli, table, &id) : "";
    operation_describe(operation, "new in %s: %s", table->label, title);
    const char *words = arena_format(cli->arena, "made %s in %s", title, table->label);
    if (!finish(cli, operation, is_good, words, err))
        return false;
    if (!cli_flag(cli, "dry-run")) {
        char text[UUID_TEXT_SIZE];
        uuid_text(&id, text);
        fprintf(cli->out, cli->format == CLI_JSON ? "{\"id\":\"%s\"}\n" : "%s\n", text);
    }
    return true;
}

static bool update(struct cli *cli, const struct table *table, const struct uuid *id,
                   const struct change *changes, size_t count, struct error *err)
{
    struct buffer words;
    struct operation *operation = operation_begin(cli->store, "record.edit", &cli->who, err);
    if (operation == NULL)
        return false;
    buffer_init(&words);
    buffer_format(&words, "changed %s:", title_of(cli, table, id));
    for (size_t i = 0; i < count; i++)
        buffer_format(&words, "%s %s", i > 0 ? "," : "",
                      table_column(table, changes[i].column)->label);
    operation_describe(operation, "%s", words.text);
    bool is_good = record_update(operation, table->name, id, changes, count, err);
    is_good = finish(cli, operation, is_good, words.text, err);
    buffer_done(&words);
    return is_good;
}

bool rows_set(struct cli *cli, int argc, char **argv, struct error *err)
{
    const struct table *table = list_table(cli, err);
    struct change *changes;
    struct record row;
    struct uuid id;
    if (table == NULL || !by_hand(cli, table, HAND_CHANGES, err) ||
        !which_row(cli, table, argv[1], &id, err) ||
        record_get(cli->store, table, &id, cli->arena, &row, err) != 1)
        return false;
    int count = change_parse(cli, table, &row, argc - 2, argv + 2, &changes, err);
    return count >= 0 && update(cli, table, &id, changes, (size_t)count, err);
}

/* Deletes or restores all that are named in one operation: all of them or none. */
static bool remove_rows(struct cli *cli, int argc, char **argv, bool is_back, struct error *err)
{
    const struct table *table = list_table(cli, err);
    struct uuid *ids;
    size_t count;
    if (table == NULL || !by_hand(cli, table, HAND_DELETES, err) ||
        !which_rows(cli, table, argc - 1, argv + 1, &ids, &count, err))
        return false;
    struct operation *operation =
        operation_begin(cli->store, is_back ? "record.restore" : "record.delete", &cli->who, err);
    if (operation == NULL)
        return false;
    const char *what = count == 1 ? title_of(cli, table, &ids[0])
                                  : arena_format(cli->arena, "%zu rows of %s", count, table->label);
    const char *words = arena_format(cli->arena, "%s %s", is_back ? "restored" : "deleted", what);
    operation_describe(operation, "%s", words);
    bool is_good = true;
    for (size_t i = 0; i < count && is_good; i++)
        is_good = is_back ? record_restore(operation, table->name, &ids[i], err)
                          : record_delete(operation, table->name, &ids[i], err);
    return finish(cli, operation, is_good, words, err);
}

bool rows_delete(struct cli *cli, int argc, char **argv, struct error *err)
{
    return remove_rows(cli, argc, argv, false, err);
}

bool rows_restore(struct cli *cli, int argc, char **argv, struct error *err)
{
    return remove_rows(cli, argc, argv, true, err);
}
