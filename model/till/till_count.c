#include "model/till/till_count.h"

#include "model/base/money.h"
#include "model/base/text.h"

#include <stdio.h>
#include <string.h>

/* What is in use and comes over a counter, largest first, 0 behind the last. */
static const struct {
    char currency[4];
    int64_t cents[TILL_PIECES_MAX];
} tables[] = {
    {"AED", {100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 100, 50, 25}},
    {"AUD", {10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5}},
    {"CAD", {10000, 5000, 2000, 1000, 500, 200, 100, 25, 10, 5}},
    {"CHF", {100000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5}},
    {"CZK", {500000, 200000, 100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100}},
    {"DKK", {100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50}},
    {"EUR", {50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1}},
    {"GBP", {5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1}},
    {"JPY", {10000, 5000, 2000, 1000, 500, 100, 50, 10, 5, 1}},
    {"KWD", {20000, 10000, 5000, 1000, 500, 250, 100, 50, 20, 10, 5}},
    {"NOK", {100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 100}},
    {"PLN", {50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1}},
    {"SAR", {50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5}},
    {"SEK", {100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100}},
    {"USD", {10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5, 1}},
};

void till_count_init(struct till_count *count, const char *currency)
{
    *count = (struct till_count){0};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (size_t k = 0; strcmp(tables[i].currency, currency) == 0 && k < TILL_PIECES_MAX; k++)
            if (tables[i].cents[k] > 0)
                count->pieces[count->count++].cents = tables[i].cents[k];
}

static bool add_pieces(const char *value, const char *pieces, const char *currency,
                       struct till_count *out, struct error *err)
{
    int64_t cents, milli;
    if (!money_parse(value, currency, &cents, err) || !quantity_parse(pieces, &milli, err))
        return error_prefix(err, "%sx%s", value, pieces);
    if (milli < 0 || milli % 1000 != 0)
        return error_set_field(err, ERROR_INPUT, "count", "%sx%s: pieces are counted whole", value,
                               pieces);
    for (size_t i = 0; i < out->count; i++) {
        if (out->pieces[i].cents != cents)
            continue;
        if (milli / 1000 > TILL_PIECES_OF_ONE_MAX - out->pieces[i].pieces)
            return error_set_field(err, ERROR_INPUT, "count", "%sx%s: that is too many", value,
                                   pieces);
        out->pieces[i].pieces += milli / 1000;
        return true;
    }
    return error_set_field(err, ERROR_INPUT, "count",
                           "%s has no coin or note of %s; give what it comes to as an amount",
                           currency, value);
}

static bool add_amount(const char *text, const char *currency, struct till_count *out,
                       struct error *err)
{
    int64_t cents;
    if (!money_parse(text, currency, &cents, err))
        return false;
    if (cents < 0)
        return error_set_field(err, ERROR_INPUT, "count", "%s: a count is never below zero", text);
    out->amount_cents = cents;
    return true;
}

/* "50x3": with an amount among them, a comma could belong to it as well. */
static bool add_word(char *word, const char *currency, struct till_count *out, struct error *err)
{
    char *times = strpbrk(word, "xX*");
    if (times == NULL)
        return error_set_field(err, ERROR_INPUT, "count",
                               "\"%s\" is no coin and how many of it, such as 0.50x12", word);
    *times = '\0';
    return add_pieces(word, times + 1, currency, out, err);
}

bool till_count_parse(const char *text, const char *currency, struct till_count *out,
                      struct error *err)
{
    static const char between[] = ",; \t";
    till_count_init(out, currency);
    if (text_is_blank(text))
        return error_set_field(err, ERROR_INPUT, "count",
                               "Say what was counted, such as 50x3,20x5 or 250");
    if (strpbrk(text, "xX*") == NULL)
        return add_amount(text, currency, out, err);
    for (const char *at = text + strspn(text, between); *at != '\0'; at += strspn(at, between)) {
        char word[MONEY_TEXT_SIZE * 2];
        size_t size = strcspn(at, between);
        if (size >= sizeof word)
            return error_set_field(err, ERROR_INPUT, "count", "\"%.20s…\" is no count", at);
        snprintf(word, sizeof word, "%.*s", (int)size, at);
        if (!add_word(word, currency, out, err))
            return false;
        at += size;
    }
    return true;
}

bool till_count_sum(const struct till_count *count, int64_t *cents, struct error *err)
{
    int64_t sum = count->amount_cents;
    bool is_right = sum >= 0;
    for (size_t i = 0; is_right && i < count->count; i++) {
        int64_t pieces = count->pieces[i].pieces;
        is_right = pieces >= 0 && pieces <= TILL_PIECES_OF_ONE_MAX &&
                   money_add(sum, pieces * count->pieces[i].cents, &sum);
    }
    *cents = sum;
    return is_right ||
           error_set_field(err, ERROR_INPUT, "count", "No till holds that; count it again");
}
