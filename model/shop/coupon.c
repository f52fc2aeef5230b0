#include "model/shop/coupon.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/base/text.h"

#include <string.h>

static const char columns[] =
    "SELECT d.id, d.code, d.name, d.discount_type, "
    "CASE WHEN coalesce(d.value_cents, d.minimum_order_cents, d.maximum_discount_cents) IS NULL "
    "THEN '' ELSE coalesce(d.currency, t.default_currency) END, coalesce(d.value_bp, 0), "
    "coalesce(d.value_cents, 0), coalesce(d.minimum_order_cents, 0), "
    "coalesce(d.maximum_discount_cents, -1) "
    "FROM discounts d JOIN tenants t ON t.id = d.tenant_id WHERE ";

static void read_coupon(const struct statement *row, struct coupon *out)
{
    statement_uuid(row, 0, &out->id);
    text_copy(out->code, sizeof out->code, statement_text(row, 1));
    text_copy(out->name, sizeof out->name, statement_text(row, 2));
    text_copy(out->kind, sizeof out->kind, statement_text(row, 3));
    text_copy(out->currency, sizeof out->currency, statement_text(row, 4));
    out->value_bp = statement_integer(row, 5);
    out->value_cents = statement_integer(row, 6);
    out->minimum_cents = statement_integer(row, 7);
    out->maximum_cents = statement_integer(row, 8);
}

static int find(struct store *store, const char *condition, struct value key, struct coupon *out,
                struct error *err)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "%s%s", columns, condition);
    struct statement *statement = store_prepare(store, sql.text, err);
    buffer_done(&sql);
    if (statement == NULL)
        return -1;
    statement_bind_value(statement, 1, key);
    int found = statement_step(statement, err);
    if (found == 1)
        read_coupon(statement, out);
    statement_done(statement);
    return found;
}

int coupon_find(struct store *store, const char *code, struct coupon *out, struct error *err)
{
    return find(store,
                "d.code IN (?1, upper(?1)) AND d.deleted_at IS NULL ORDER BY d.code = ?1 DESC",
                value_text(code), out, err);
}

int coupon_load(struct store *store, const struct uuid *id, struct coupon *out, struct error *err)
{
    return find(store, "d.id = ?1", value_uuid(id), out, err);
}

/* What of the row says whether it counts now. */
struct terms {
    bool is_active, has_start, has_end, is_limited;
    int64_t starts_at, ends_at, maximum_uses, uses;
    char zone[65];
};

static int load_terms(struct store *store, const struct coupon *coupon, const struct uuid *location,
                      const struct uuid *order, struct terms *out, struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT d.is_active, d.starts_at, d.ends_at, d.maximum_uses, "
        "(SELECT count(DISTINCT u.order_id) FROM order_discounts u JOIN orders o "
        " ON o.id = u.order_id WHERE u.discount_id = d.id AND o.status <> 'cancelled' "
        " AND o.deleted_at IS NULL AND o.id <> ?3), "
        "(SELECT l.timezone FROM locations l WHERE l.id = ?2) "
        "FROM discounts d WHERE d.id = ?1 AND d.deleted_at IS NULL",
        err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, &coupon->id);
    statement_bind_uuid(statement, 2, location);
    statement_bind_uuid(statement, 3, order);
    int found = statement_step(statement, err);
    if (found == 1) {
        *out = (struct terms){.is_active = statement_integer(statement, 0) != 0,
                              .has_start = !statement_is_null(statement, 1),
                              .has_end = !statement_is_null(statement, 2),
                              .is_limited = !statement_is_null(statement, 3),
                              .starts_at = statement_integer(statement, 1),
                              .ends_at = statement_integer(statement, 2),
                              .maximum_uses = statement_integer(statement, 3),
                              .uses = statement_integer(statement, 4)};
        text_copy(out->zone, sizeof out->zone, statement_text(statement, 5));
    }
    statement_done(statement);
    return found;
}

/* An end is the last second that counts, as 23:59:59 of a day is. */
static bool check_time(const struct coupon *coupon, const struct terms *terms, int64_t now,
                       struct error *err)
{
    char when[INSTANT_TEXT_SIZE];
    if (terms->has_start && now < terms->starts_at) {
        instant_format_local(terms->starts_at, terms->zone, when);
        return error_set_field(err, ERROR_RULE, "coupon", "%s counts from %s on", coupon->code,
                               when);
    }
    if (terms->has_end && now - now % SECOND_US > terms->ends_at) {
        instant_format_local(terms->ends_at, terms->zone, when);
        return error_set_field(err, ERROR_RULE, "coupon", "%s ended on %s; take it off",
                               coupon->code, when);
    }
    return true;
}

bool coupon_check(struct store *store, const struct coupon *coupon, const char *currency,
                  const struct uuid *location, const struct uuid *order, struct error *err)
{
    struct terms terms;
    int found = load_terms(store, coupon, location, order, &terms, err);
    if (found < 0)
        return false;
    if (found == 0 || !terms.is_active)
        return error_set_field(err, ERROR_RULE, "coupon", "%s is no longer in use; take it off",
                               coupon->code);
    if (!check_time(coupon, &terms, env_now(store_env(store)), err))
        return false;
    if (terms.is_limited && terms.uses >= terms.maximum_uses)
        return error_set_field(err, ERROR_RULE, "coupon",
                               "%s is used up: it was good for %lld orders; take it off",
                               coupon->code, (long long)terms.maximum_uses);
    if (coupon->currency[0] != '\0' && strcmp(coupon->currency, currency) != 0)
        return error_set_field(err, ERROR_RULE, "coupon", "%s is in %s and this order is in %s",
                               coupon->code, coupon->currency, currency);
    return true;
}

bool coupon_amount(const struct coupon *coupon, int64_t goods_cents, int64_t shipping_cents,
                   int64_t *off_goods, int64_t *off_shipping)
{
    *off_goods = *off_shipping = 0;
    if (uuid_is_zero(&coupon->id) || goods_cents < coupon->minimum_cents)
        return true;
    bool is_shipping = strcmp(coupon->kind, "free_shipping") == 0;
    int64_t base = is_shipping ? shipping_cents : goods_cents;
    int64_t amount = is_shipping ? base : coupon->value_cents;
    if (strcmp(coupon->kind, "percentage") == 0 && !money_share(base, coupon->value_bp, &amount))
        return false;
    if (coupon->maximum_cents >= 0 && amount > coupon->maximum_cents)
        amount = coupon->maximum_cents;
    if (amount > base)
        amount = base;
    *(is_shipping ? off_shipping : off_goods) = amount > 0 ? amount : 0;
    return true;
}
