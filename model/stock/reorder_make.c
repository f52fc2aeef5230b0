/* Draft purchase orders from the reorder list. */
#include "model/operation/record.h"
#include "model/stock/purchase_parts.h"
#include "model/stock/reorder.h"

#include <stdlib.h>
#include <string.h>

/* An order of more lines is made as several: an operation holds OPERATION_ROWS_MAX. */
enum { LINES_MAX = 900 };

struct wish {
    struct uuid variant, supplier, location;
    int64_t quantity_milli, cost_cents;
    size_t at; /* where it stood among those that were chosen */
};

struct making {
    struct store *store;
    const struct actor *actor;
    struct wish *wishes;
    size_t count;
    void (*told)(void *context, const char *goods, const char *why);
    void *context;
    struct reorder_made *out;
};

static void tell(const struct making *making, const char *goods, const char *why)
{
    if (making->told != NULL)
        making->told(making->context, goods, why);
}

static bool read_wish(struct making *making, const struct statement *row, size_t at,
                      struct error *err)
{
    struct wish wish = {.at = at, .cost_cents = statement_integer(row, 6)};
    const char *goods = statement_text(row, 0);
    int64_t missing = statement_integer(row, 4);
    if (!statement_uuid(row, 3, &wish.supplier)) {
        tell(making, goods, "nobody delivers it; add a supplier to it");
        return true;
    }
    if (missing <= 0) {
        tell(making, goods, "enough of it comes already");
        return true;
    }
    if (!reorder_packs(missing, statement_integer(row, 5), &wish.quantity_milli))
        return error_set(err, ERROR_RULE,
                         "%s: its maximum is more than can be ordered; lower it first", goods);
    statement_uuid(row, 1, &wish.variant);
    statement_uuid(row, 2, &wish.location);
    making->wishes[making->count++] = wish;
    return true;
}

/* Read anew: since the list was drawn somebody may have ordered it. What goes everywhere comes to
 * where the person works. */
static bool read_wishes(struct making *making, const struct uuid *rules, size_t count,
                        struct error *err)
{
    struct statement *row = store_prepare(
        making->store,
        "SELECT p.name, r.variant_id, CASE c.kind WHEN 'everywhere' THEN ?2 ELSE c.id END,"
        " b.supplier_id, CASE WHEN s.is_covered IS FALSE THEN coalesce(r.reorder_max_milli,"
        " r.reorder_min_milli) - s.on_hand_milli - s.incoming_milli ELSE 0 END,"
        " b.pack_milli, CASE WHEN b.currency = u.currency THEN coalesce(b.cost_cents, 0) ELSE 0"
        " END FROM stock_rules AS r JOIN product_variants AS v ON v.id = r.variant_id"
        " JOIN products AS p ON p.id = v.product_id JOIN locations AS c ON c.id = r.location_id"
        " LEFT JOIN stock_shortages AS s ON s.rule_id = r.id"
        " LEFT JOIN supplier_products AS b ON b.id = " REORDER_OFFER(
            "r.variant_id") " LEFT JOIN suppliers AS u ON u.id = b.supplier_id WHERE r.id = ?1",
        err);
    if (row == NULL)
        return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < count; i++) {
        statement_bind_uuid(row, 1, &rules[i]);
        statement_bind_uuid(row, 2, &making->actor->location_id);
        int found = statement_step(row, err);
        is_good = found >= 0 && (found == 0 || read_wish(making, row, i, err));
        if (found == 1)
            is_good = statement_step(row, is_good ? err : NULL) >= 0 && is_good;
    }
    statement_done(row);
    return is_good;
}

static int compare(const void *a, const void *b)
{
    const struct wish *one = a, *other = b;
    int order = memcmp(&one->supplier, &other->supplier, sizeof one->supplier);
    if (order == 0)
        order = memcmp(&one->location, &other->location, sizeof one->location);
    return order != 0 ? order : one->at < other->at ? -1 : 1;
}

static bool is_same_order(const struct wish *one, const struct wish *other)
{
    return uuid_equal(&one->supplier, &other->supplier) &&
           uuid_equal(&one->location, &other->location);
}

static bool write_order(struct making *making, struct operation *operation,
                        const struct wish *wishes, size_t count, struct error *err)
{
    struct uuid id;
    char number[51];
    if (!purchase_insert(operation, &wishes[0].supplier, &wishes[0].location, &id, number, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!purchase_insert_line(operation, &id, &wishes[i].variant, wishes[i].quantity_milli,
                                  wishes[i].cost_cents, (int)i, err))
            return false;
    operation_describe(operation, "purchase order %s of %zu %s", number, count,
                       count == 1 ? "line" : "lines");
    if (making->out->orders++ == 0)
        making->out->first = id;
    making->out->lines += (int)count;
    return true;
}

static bool make_order(struct making *making, const struct uuid *group, const struct wish *wishes,
                       size_t count, struct error *err)
{
    struct operation *operation =
        operation_begin(making->store, "purchase.create", making->actor, err);
    if (operation == NULL)
        return false;
    operation_set_group(operation, group);
    if (write_order(making, operation, wishes, count, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static bool make_all(struct making *making, struct error *err)
{
    const struct uuid group = uuid_v7(store_env(making->store));
    if (making->count == 0)
        return error_set(err, ERROR_RULE,
                         "There is nothing to order; what is short has no"
                         " supplier, or comes already");
    qsort(making->wishes, making->count, sizeof *making->wishes, compare);
    for (size_t from = 0, to = 0; from < making->count; from = to) {
        while (to < making->count && to - from < LINES_MAX &&
               is_same_order(&making->wishes[from], &making->wishes[to]))
            to++;
        if (!make_order(making, &group, &making->wishes[from], to - from, err))
            return making->out->orders > 0
                       ? error_prefix(err, "%d orders were made, then", making->out->orders)
                       : false;
    }
    return true;
}

bool reorder_make(struct store *store, const struct actor *actor, const struct uuid *rules,
                  size_t count, void (*told)(void *context, const char *goods, const char *why),
                  void *context, struct reorder_made *out, struct error *err)
{
    struct making making = {.store = store,
                            .actor = actor,
                            .wishes = memory_resize(NULL, count + 1, sizeof *making.wishes),
                            .told = told,
                            .context = context,
                            .out = out};
    *out = (struct reorder_made){0};
    bool is_done = actor_may(store, actor, "inventory.edit", err) &&
                   read_wishes(&making, rules, count, err) && make_all(&making, err);
    free(making.wishes);
    return is_done;
}
