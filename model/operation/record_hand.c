#include "model/operation/record_hand.h"

#include "model/operation/record.h"

#include <string.h>

static const char of_orders[] =
    "orders are made and changed by their own actions, so that totals, stock and money follow";
static const char of_money[] = "money is taken and given back on the order that it belongs to";
static const char of_till[] = "the till is opened and closed by whoever counts it";
static const char of_purchases[] =
    "purchase orders are written and moved on their own screen, and by `countertop purchase`";
static const char of_counts[] = "counts are made by counting, and book what differs";

static const char of_invoices[] =
    "invoices are written from orders, and what is final is cancelled, never changed";

static const struct {
    const char *table, *column; /* NULL: all columns */
    const char *domain, *why;
} houses[] = {
    {"orders", NULL, "orders", of_orders},
    {"order_items", NULL, "orders", of_orders},
    {"order_discounts", NULL, "orders", of_orders},
    {"order_events", NULL, "orders", of_orders},
    {"payments", NULL, "orders", of_money},
    {"refunds", NULL, "orders", of_money},
    {"cash_sessions", NULL, NULL, of_till},
    {"stock_counts", NULL, NULL, of_counts},
    {"purchase_orders", NULL, NULL, of_purchases},
    {"purchase_order_lines", NULL, NULL, of_purchases},
    {"invoices", NULL, NULL, of_invoices},
    {"invoice_lines", NULL, NULL, of_invoices},
    {"tenants", "status", NULL, "the state of the shop follows its subscription"},
};
enum { HOUSES = sizeof houses / sizeof houses[0] };

static int house_of(const struct table *table)
{
    for (int i = 0; i < HOUSES; i++)
        if (houses[i].column == NULL && strcmp(houses[i].table, table->name) == 0)
            return i;
    return -1;
}

const char *record_domain(const struct table *table)
{
    int house = house_of(table);
    return house >= 0 ? houses[house].domain : NULL;
}

/* What is not everybody's to see or to take away. */
static const struct guard {
    const char *table, *read, *export; /* rights; NULL: everybody's */
} guards[] = {
    {"audit_logs", "audit.read", "audit.read"}, {"orders", NULL, "orders.export"},
    {"order_items", NULL, "orders.export"},     {"order_discounts", NULL, "orders.export"},
    {"order_events", NULL, "orders.export"},    {"payments", NULL, "orders.export"},
    {"refunds", NULL, "orders.export"},         {"users", NULL, "users.edit"},
};

static const struct guard *guard_of(const struct table *table)
{
    static const struct guard everybodys = {NULL, NULL, NULL};
    for (size_t i = 0; i < sizeof guards / sizeof guards[0]; i++)
        if (strcmp(guards[i].table, table->name) == 0)
            return &guards[i];
    return &everybodys;
}

bool record_may_read(struct store *store, const struct actor *actor, const struct table *table,
                     struct error *err)
{
    return actor_may(store, actor, guard_of(table)->read, err);
}

bool record_may_export(struct store *store, const struct actor *actor, const struct table *table,
                       struct error *err)
{
    return actor_may(store, actor, guard_of(table)->export, err);
}

static bool has_sealed(const struct table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].is_sealed)
            return true;
    return false;
}

bool record_column_is_seal(const struct table *table, const struct column *column)
{
    return strcmp(column->name, "key_id") == 0 && has_sealed(table);
}

const char *record_column_kept(const struct table *table, const struct column *column)
{
    if (column->is_system)
        return "the program sets it";
    if (column->key != KEY_NONE)
        return "it follows from another field";
    if (column->is_sealed)
        return NULL;
    if (record_column_is_seal(table, column))
        return "it follows from the secret, which is sealed as it is entered";
    if (column->is_secret || column->type == COLUMN_BYTES)
        return "it holds a secret or bytes, which are not typed";
    for (int i = 0; i < HOUSES; i++)
        if (houses[i].column != NULL && strcmp(houses[i].table, table->name) == 0 &&
            strcmp(houses[i].column, column->name) == 0)
            return houses[i].why;
    return NULL;
}

static bool needs_what_is_not_typed(const struct table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (column->is_required && !column->is_sealed &&
            (column->is_secret || column->type == COLUMN_BYTES))
            return true;
    }
    return false;
}

static const char *why_not(const struct table *table, enum hand hand)
{
    static const char *const nobody[] = {[HAND_ADDS] = "nobody adds rows to it by hand",
                                         [HAND_CHANGES] = "nobody changes its rows by hand",
                                         [HAND_DELETES] = "nobody deletes its rows"};
    const char *rights[] = {table->right_insert, table->right_update, table->right_delete};
    int house = house_of(table);
    if (!table->travels)
        return "the program keeps these rows by itself";
    if (house >= 0)
        return houses[house].why;
    if (table->merge == MERGE_APPEND)
        return "its rows are history: they are added by what happens, and never changed";
    if (!record_has_id(table))
        return "its rows have no id to find them by";
    if (hand == HAND_ADDS && needs_what_is_not_typed(table))
        return "a new row needs a secret or bytes, which are not typed";
    return rights[hand] == NULL ? nobody[hand] : NULL;
}

bool record_by_hand(struct store *store, const struct actor *actor, const struct table *table,
                    enum hand hand, struct error *err)
{
    const char *rights[] = {table->right_insert, table->right_update, table->right_delete};
    const char *why = why_not(table, hand);
    if (why != NULL)
        return error_set(err, ERROR_RULE, "\"%s\": %s", table->label, why);
    return actor_may(store, actor, rights[hand], err);
}
