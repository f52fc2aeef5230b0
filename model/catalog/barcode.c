#include "model/catalog/barcode.h"

#include "model/base/money.h"
#include "model/catalog/barcode_digit.h"

#include <stdio.h>
#include <string.h>

enum { EAN_13 = 13 };

static bool is_digits(const char *text, size_t count)
{
    return strspn(text, "0123456789") >= count;
}

bool barcode_has_good_check(const char *code)
{
    char digit = barcode_digit(code);
    return digit == '\0' || digit == code[strlen(code) - 1];
}

/* Where article and value stand. */
struct rule {
    bool is_weight;
    size_t article_start, article_length, value_start, value_length;
    int decimals;
};

static bool covers(size_t start, size_t length, size_t position)
{
    return position >= start && position < start + length;
}

/* The last digit checks the others, unless the rule reads it. */
static bool is_checked(const struct rule *rule, const char *code)
{
    size_t last = strlen(code) - 1;
    return barcode_digit(code) != '\0' &&
           !covers(rule->article_start, rule->article_length, last) &&
           !covers(rule->value_start, rule->value_length, last);
}

static bool apply(const struct rule *rule, const char *code, struct barcode *out)
{
    enum { VALUE_DIGITS_MAX = 12 };
    size_t size = strlen(code);
    if (size >= BARCODE_SIZE || rule->article_start + rule->article_length > size ||
        rule->value_start + rule->value_length > size || rule->value_length > VALUE_DIGITS_MAX ||
        !is_digits(code + rule->value_start, rule->value_length) ||
        (is_checked(rule, code) && !barcode_has_good_check(code)))
        return false;
    *out = (struct barcode){.is_weight = rule->is_weight, .decimals = rule->decimals};
    memcpy(out->article, code + rule->article_start, rule->article_length);
    memcpy(out->blank, code, size);
    for (size_t i = 0; i < rule->value_length; i++) {
        out->value = out->value * 10 + (code[rule->value_start + i] - '0');
        out->blank[rule->value_start + i] = '0';
    }
    if (is_checked(rule, code))
        out->blank[size - 1] = barcode_digit(out->blank);
    return true;
}

int barcode_read(struct store *store, const char *code, struct barcode *out, struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT kind = 'weight', article_start, article_length, value_start, value_length, "
        "value_decimals FROM barcode_rules WHERE tenant_id = ?1 AND is_active "
        "AND code_length = length(?2) AND substr(?2, 1, length(prefix)) = prefix "
        "ORDER BY priority DESC, length(prefix) DESC, id",
        err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, store_tenant(store));
    statement_bind_text(statement, 2, code);
    bool is_read = false;
    int step = 0;
    while (!is_read && (step = statement_step(statement, err)) == 1) {
        const struct rule rule = {.is_weight = statement_integer(statement, 0) != 0,
                                  .article_start = (size_t)statement_integer(statement, 1),
                                  .article_length = (size_t)statement_integer(statement, 2),
                                  .value_start = (size_t)statement_integer(statement, 3),
                                  .value_length = (size_t)statement_integer(statement, 4),
                                  .decimals = (int)statement_integer(statement, 5)};
        is_read = apply(&rule, code, out);
    }
    statement_done(statement);
    return step < 0 ? -1 : is_read;
}

/* The value with another number of decimals; it has at most 12 digits, and gains four at most. */
static int64_t rescale(const struct barcode *barcode, int decimals)
{
    int64_t value = barcode->value;
    for (int i = barcode->decimals; i < decimals; i++)
        value *= 10;
    int64_t divisor = 1;
    for (int i = decimals; i < barcode->decimals; i++)
        divisor *= 10;
    return (value + divisor / 2) / divisor;
}

bool barcode_price(const struct barcode *barcode, const char *currency, int64_t *cents,
                   struct error *err)
{
    *cents = rescale(barcode, money_exponent(currency));
    return *cents > 0 || error_set_field(err, ERROR_INPUT, "price",
                                         "The code of %s says a price of nothing; type the price",
                                         barcode->article);
}

bool barcode_weight(const struct barcode *barcode, int64_t *milli, struct error *err)
{
    enum { MILLI = 3 };
    *milli = rescale(barcode, MILLI);
    return *milli > 0 || error_set_field(err, ERROR_INPUT, "quantity",
                                         "The code of %s says a weight of nothing; weigh it again",
                                         barcode->article);
}

bool barcode_unknown(const char *code, struct error *err)
{
    bool is_ean = strlen(code) == EAN_13 && is_digits(code, EAN_13);
    if (is_ean && !barcode_has_good_check(code))
        return error_set_field(err, ERROR_NOT_FOUND, "code",
                               "'%s' was misread: its last digit would be %c; scan it again", code,
                               barcode_digit(code));
    if (is_ean && code[0] == '2')
        return error_set_field(err, ERROR_NOT_FOUND, "code",
                               "Nothing has the code '%s', and no rule for a shop's own codes "
                               "reads it; see Records, barcode rules",
                               code);
    return error_set_field(err, ERROR_NOT_FOUND, "code", "Nothing has the code '%s'", code);
}
