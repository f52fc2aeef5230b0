#include "model/shop/voucher.h"

#include "model/operation/record.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

const struct operation_kind voucher_kinds[] = {
    {.name = "discount.active", .label = "switch of a discount", .undo = UNDO_WITHDRAW},
    {.name = "gift_card.active", .label = "switch of a gift card", .undo = UNDO_WITHDRAW},
};
const size_t voucher_kind_count = COUNT(voucher_kinds);

static const char *const kinds[] = {"percentage", "fixed_amount", "free_shipping", NULL};
static const char *const discount_states[] = {"running", "coming", "over", "used up", "off", NULL};

/* Cancelled orders are no use of it (model/shop/coupon.h). */
#define USES                                                                                       \
    "(SELECT count(DISTINCT u.order_id) FROM order_discounts AS u JOIN orders AS o"                \
    " ON o.id = u.order_id WHERE u.discount_id = d.id AND o.status <> 'cancelled'"                 \
    " AND o.deleted_at IS NULL)"

static const struct query_field discount_fields[] = {
    {.name = "code",
     .label = "Code",
     .sql = "d.code",
     .type = COLUMN_TEXT,
     .help = "What the customer says or shows"},
    {.name = "name",
     .label = "Name",
     .sql = "d.name",
     .type = COLUMN_TEXT,
     .help = "What it is called in the shop"},
    {.name = "kind",
     .label = "Kind",
     .sql = "d.discount_type",
     .type = COLUMN_TEXT,
     .choices = kinds,
     .help = "A part of the price, an amount, or the delivery"},
    {.name = "percent",
     .label = "Percent",
     .sql = "d.value_bp",
     .type = COLUMN_INTEGER,
     .unit = UNIT_BASIS_POINTS,
     .help = "The part that it takes off"},
    {.name = "amount",
     .label = "Amount",
     .sql = "d.value_cents",
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS,
     .help = "The amount that it takes off"},
    {.name = "minimum",
     .label = "From",
     .sql = "d.minimum_order_cents",
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS,
     .help = "What the goods must come to"},
    {.name = "most",
     .label = "At most",
     .sql = "d.maximum_discount_cents",
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS,
     .help = "What it takes off at most"},
    {.name = "used",
     .label = "Used",
     .sql = USES,
     .type = COLUMN_INTEGER,
     .help = "On how many orders it was"},
    {.name = "uses",
     .label = "Of",
     .sql = "d.maximum_uses",
     .type = COLUMN_INTEGER,
     .help = "For how many orders it is good"},
    {.name = "starts",
     .label = "Starts",
     .sql = "d.starts_at",
     .type = COLUMN_INSTANT,
     .help = "From when on it counts"},
    {.name = "ends",
     .label = "Ends",
     .sql = "d.ends_at",
     .type = COLUMN_INSTANT,
     .help = "The last second in which it counts"},
    {.name = "state",
     .label = "State",
     .sql = "CASE WHEN NOT d.is_active THEN 'off' WHEN d.ends_at < now() - 999999 THEN 'over'"
            " WHEN d.maximum_uses <= " USES " THEN 'used up'"
            " WHEN d.starts_at > now() THEN 'coming' ELSE 'running' END",
     .type = COLUMN_TEXT,
     .choices = discount_states,
     .help = "Whether it counts today"},
    {.name = "created",
     .label = "Since",
     .sql = "d.created_at",
     .type = COLUMN_INSTANT,
     .help = "When it was made"},
    {.name = "id",
     .label = "Id",
     .sql = "d.id",
     .type = COLUMN_UUID,
     .help = "Its id, or at least the first eight digits"},
};

const struct query_source discount_source = {
    .name = "discounts",
    .from = "discounts AS d",
    .id = "d.id",
    .where = "d.deleted_at IS NULL",
    .currency = "coalesce(d.currency, (SELECT t.default_currency FROM tenants AS t"
                " WHERE t.id = d.tenant_id))",
    .fields = discount_fields,
    .field_count = COUNT(discount_fields),
    .sort = "created",
    .sort_descending = true,
};

static const char *const card_states[] = {"good", "empty", "overdrawn", "expired", "closed", NULL};

#define BALANCE                                                                                    \
    "coalesce((SELECT b.balance_cents FROM gift_card_balances AS b WHERE b.gift_card_id = g.id), " \
    "0)"

static const struct query_field card_fields[] = {
    {.name = "code",
     .label = "Code",
     .sql = "g.code",
     .type = COLUMN_TEXT,
     .help = "What stands on the card"},
    {.name = "balance",
     .label = "Holds",
     .sql = BALANCE,
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS,
     .help = "What is left on it"},
    {.name = "worth",
     .label = "Sold for",
     .sql = "g.initial_balance_cents",
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS,
     .help = "What was put on it"},
    {.name = "currency",
     .label = "Currency",
     .sql = "g.currency",
     .type = COLUMN_TEXT,
     .help = "The currency that it pays in"},
    {.name = "state",
     .label = "State",
     .sql = "CASE WHEN NOT g.is_active THEN 'closed'"
            " WHEN g.expires_at < now() - 999999 THEN 'expired'"
            " WHEN " BALANCE " < 0 THEN 'overdrawn' WHEN " BALANCE " = 0 THEN 'empty'"
            " ELSE 'good' END",
     .type = COLUMN_TEXT,
     .choices = card_states,
     .help = "Whether it can be used"},
    {.name = "customer",
     .label = "Customer",
     .sql = "(SELECT c.name FROM customer_profiles AS c WHERE c.id = g.customer_id)",
     .type = COLUMN_TEXT,
     .help = "Who bought it"},
    {.name = "for",
     .label = "For",
     .sql = "g.recipient_name",
     .type = COLUMN_TEXT,
     .help = "Whom it is for"},
    {.name = "expires",
     .label = "Expires",
     .sql = "g.expires_at",
     .type = COLUMN_INSTANT,
     .help = "The last second in which it pays"},
    {.name = "sold",
     .label = "Since",
     .sql = "g.created_at",
     .type = COLUMN_INSTANT,
     .help = "When it was made"},
    {.name = "id",
     .label = "Id",
     .sql = "g.id",
     .type = COLUMN_UUID,
     .help = "Its id, or at least the first eight digits"},
};

const struct query_source gift_card_source = {
    .name = "gift_cards",
    .from = "gift_cards AS g",
    .id = "g.id",
    .where = "g.deleted_at IS NULL",
    .currency = "g.currency",
    .fields = card_fields,
    .field_count = COUNT(card_fields),
    .sort = "sold",
    .sort_descending = true,
};

static bool set_active(struct store *store, const struct actor *actor, const char *kind,
                       const char *table, const struct uuid *id, bool is_active, struct error *err)
{
    const struct change change = {.column = "is_active", .value = value_integer(is_active)};
    struct operation *operation = operation_begin(store, kind, actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    operation_describe(operation, "%s is %s",
                       record_title(store, schema_table(store_schema(store), table), id, arena),
                       is_active ? "on" : "off");
    arena_free(arena);
    if (record_update(operation, table, id, &change, 1, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool discount_set_active(struct store *store, const struct actor *actor, const struct uuid *id,
                         bool is_active, struct error *err)
{
    return actor_may(store, actor, "catalog.edit", err) &&
           set_active(store, actor, "discount.active", "discounts", id, is_active, err);
}

bool gift_card_set_active(struct store *store, const struct actor *actor, const struct uuid *id,
                          bool is_active, struct error *err)
{
    return actor_may(store, actor, "payments.edit", err) &&
           set_active(store, actor, "gift_card.active", "gift_cards", id, is_active, err);
}
