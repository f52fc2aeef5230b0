#include "model/base/money.h"

#include "model/base/memory.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASIS = 10000, MILLI = 1000, QUANTITY_PLACES = 3, PERCENT_PLACES = 2 };

/* 128 bits hold any product of two amounts. */
typedef __int128 wide;

int money_exponent(const char *currency)
{
    /* ISO 4217, all that have not two places. */
    static const struct {
        char code[4];
        int places;
    } others[] = {
        {"BHD", 3}, {"BIF", 0}, {"CLF", 4}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"IQD", 3},
        {"ISK", 0}, {"JOD", 3}, {"JPY", 0}, {"KMF", 0}, {"KRW", 0}, {"KWD", 3}, {"LYD", 3},
        {"OMR", 3}, {"PYG", 0}, {"RWF", 0}, {"TND", 3}, {"UGX", 0}, {"UYI", 0}, {"UYW", 4},
        {"VND", 0}, {"VUV", 0}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0},
    };
    for (size_t i = 0; currency != NULL && i < sizeof others / sizeof others[0]; i++)
        if (strcmp(others[i].code, currency) == 0)
            return others[i].places;
    return 2;
}

/* What a typed number is called in an error, and how one looks. */
struct number_form {
    const char *what;
    const char *example;
    int places;
};

/* The signs that people put between groups of three digits, the point and the comma aside. */
static size_t group_sign(const char *at)
{
    static const char *const signs[] = {"'", " ", "\u00A0", "\u202F", "\u2019"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strncmp(at, signs[i], strlen(signs[i])) == 0)
            return strlen(signs[i]);
    return 0;
}

static size_t digits_at(const char *text)
{
    size_t count = 0;
    while (text[count] >= '0' && text[count] <= '9')
        count++;
    return count;
}

/* Where the decimal sign stands, or the end of the number. Of a point and a comma the last is the
 * decimal sign. One that comes twice only groups. A lone comma before exactly three digits groups
 * too, unless the number may have three places: then nobody can tell, and it fails. */
static bool find_decimal(const char *number, int places, const char **decimal)
{
    const char *end = number + strlen(number);
    const char *point = strrchr(number, '.');
    const char *comma = strrchr(number, ',');
    *decimal = end;
    if (point != NULL && comma != NULL) {
        *decimal = point > comma ? point : comma;
        return true;
    }
    const char *last = point != NULL ? point : comma;
    if (last == NULL || strchr(number, *last) != last)
        return true;
    bool could_group = last == comma && last > number && end - last == 4;
    if (could_group && places >= 3)
        return false;
    if (!could_group)
        *decimal = last;
    return true;
}

static bool add_digit(int64_t *negative, char c)
{
    return !__builtin_mul_overflow(*negative, 10, negative) &&
           !__builtin_sub_overflow(*negative, c - '0', negative);
}

/* The whole part: plain digits, or groups of three behind a first group of one to three. */
static bool read_whole(const char *at, const char *end, int64_t *negative)
{
    size_t first = digits_at(at);
    bool is_grouped = at + first < end;
    if (is_grouped && (first < 1 || first > 3))
        return false;
    char sign = is_grouped ? at[first] : '\0';
    for (const char *group = at; group < end;) {
        size_t count = digits_at(group);
        if (group > at && count != 3)
            return false;
        for (size_t i = 0; i < count; i++)
            if (!add_digit(negative, group[i]))
                return false;
        group += count;
        if (group == end)
            return true;
        size_t size = *group == '.' || *group == ',' ? 1 : group_sign(group);
        if (size == 0 || *group != sign)
            return false;
        group += size;
    }
    return at == end;
}

static bool read_places(const char *at, int places, int64_t *negative)
{
    size_t count = digits_at(at);
    if (at[count] != '\0' || count > (size_t)places)
        return false;
    for (int i = 0; i < places; i++)
        if (!add_digit(negative, (size_t)i < count ? at[i] : '0'))
            return false;
    return true;
}

/* Digits are gathered below zero, where one more value fits. */
static bool read_number(const char *number, bool is_negative, int places, int64_t *out)
{
    const char *decimal;
    int64_t negative = 0;
    if (strpbrk(number, "0123456789") == NULL || !find_decimal(number, places, &decimal) ||
        !read_whole(number, decimal, &negative) ||
        !read_places(*decimal == '\0' ? decimal : decimal + 1, places, &negative))
        return false;
    if (!is_negative && negative == INT64_MIN)
        return false;
    *out = is_negative ? negative : -negative;
    return true;
}

static bool parse(const char *text, const struct number_form *form, int64_t *out, struct error *err)
{
    static const char minus[] = "\u2212";
    char number[MONEY_TEXT_SIZE * 2] = "";
    const char *at = text + strspn(text, " \t");
    bool is_negative = *at == '-' || strncmp(at, minus, strlen(minus)) == 0;
    if (is_negative)
        at += *at == '-' ? 1 : strlen(minus);
    else if (*at == '+')
        at++;
    size_t size = strlen(at);
    while (size > 0 && (at[size - 1] == ' ' || at[size - 1] == '\t'))
        size--;
    if (size < sizeof number) {
        memcpy(number, at, size);
        number[size] = '\0';
        if (read_number(number, is_negative, form->places, out))
            return true;
    }
    if (form->places == 0)
        return error_set(err, ERROR_INPUT, "'%s' is no %s: write it like %s, without decimals",
                         text, form->what, form->example);
    return error_set(err, ERROR_INPUT, "'%s' is no %s: write it like %s, with up to %d decimals",
                     text, form->what, form->example, form->places);
}

bool money_parse(const char *text, const char *currency, int64_t *cents, struct error *err)
{
    static const char *const examples[] = {"1234", "1234.5", "1234.50", "1234.500", "1234.5000"};
    int places = money_exponent(currency);
    struct number_form form = {"amount", examples[places], places};
    return parse(text, &form, cents, err);
}

bool quantity_parse(const char *text, int64_t *milli, struct error *err)
{
    struct number_form form = {"quantity", "2 or 0.75", QUANTITY_PLACES};
    return parse(text, &form, milli, err);
}

bool percent_parse(const char *text, int64_t *bp, struct error *err)
{
    struct number_form form = {"percentage", "12.5", PERCENT_PLACES};
    char number[MONEY_TEXT_SIZE * 2] = "";
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        size--;
    if (size > 0 && text[size - 1] == '%')
        size--;
    if (size >= sizeof number)
        return parse(text, &form, bp, err);
    memcpy(number, text, size);
    number[size] = '\0';
    return parse(number, &form, bp, err);
}

/* Writes `amount` with that many decimal places; `group` goes between thousands, '\0' for none. */
static void format(int64_t amount, int places, char group, char text[MONEY_TEXT_SIZE])
{
    uint64_t rest = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;
    char reversed[MONEY_TEXT_SIZE];
    size_t size = 0;
    int whole = -places; /* digits of the whole part written so far */
    do {
        if (whole == 0 && places > 0)
            reversed[size++] = '.';
        if (whole > 0 && whole % 3 == 0 && group != '\0')
            reversed[size++] = group;
        reversed[size++] = (char)('0' + rest % 10);
        rest /= 10;
        whole++;
    } while (rest > 0 || whole <= 0);
    if (amount < 0)
        reversed[size++] = '-';
    for (size_t i = 0; i < size; i++)
        text[i] = reversed[size - 1 - i];
    text[size] = '\0';
}

void money_format(int64_t cents, const char *currency, char text[MONEY_TEXT_SIZE])
{
    format(cents, money_exponent(currency), ',', text);
}

void money_plain(int64_t cents, const char *currency, char text[MONEY_TEXT_SIZE])
{
    format(cents, money_exponent(currency), '\0', text);
}

static void format_short(int64_t number, int places, char text[MONEY_TEXT_SIZE])
{
    while (places > 0 && number % 10 == 0) {
        number /= 10;
        places--;
    }
    format(number, places, '\0', text);
}

void quantity_format(int64_t milli, char text[MONEY_TEXT_SIZE])
{
    format_short(milli, QUANTITY_PLACES, text);
}

void percent_format(int64_t bp, char text[MONEY_TEXT_SIZE])
{
    format_short(bp, PERCENT_PLACES, text);
    memcpy(text + strlen(text), "%", 2);
}

/* Half away from zero; the divisor is positive. */
static bool divide_rounded(wide dividend, wide divisor, int64_t *out)
{
    wide half = dividend < 0 ? -(divisor / 2) : divisor / 2;
    wide rounded = (dividend + half) / divisor;
    if (rounded < INT64_MIN || rounded > INT64_MAX)
        return false;
    *out = (int64_t)rounded;
    return true;
}

bool money_times_quantity(int64_t cents, int64_t milli, int64_t *out)
{
    return divide_rounded((wide)cents * milli, MILLI, out);
}

bool money_share(int64_t cents, int64_t bp, int64_t *out)
{
    return divide_rounded((wide)cents * bp, BASIS, out);
}

bool money_included_tax(int64_t gross, int64_t bp, int64_t *out)
{
    return bp > -BASIS && divide_rounded((wide)gross * bp, (wide)BASIS + bp, out);
}

bool money_add(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

struct remainder {
    wide left;
    size_t index;
};

/* The largest first; of equal ones the earlier part. */
static int compare_remainders(const void *a, const void *b)
{
    const struct remainder *one = a;
    const struct remainder *two = b;
    if (one->left != two->left)
        return one->left > two->left ? -1 : 1;
    return one->index < two->index ? -1 : 1;
}

bool money_spread(int64_t total, const int64_t *weights, size_t count, int64_t *parts)
{
    wide sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (weights[i] < 0)
            return false;
        sum += weights[i];
        parts[i] = 0;
    }
    if (total == 0 || sum == 0)
        return total == 0;
    int sign = total < 0 ? -1 : 1;
    wide amount = total < 0 ? -(wide)total : total;
    struct remainder *remainders = memory_new(count * sizeof *remainders);
    for (size_t i = 0; i < count; i++) {
        wide share = amount * weights[i];
        parts[i] = (int64_t)(sign * (share / sum));
        remainders[i] = (struct remainder){share % sum, i};
    }
    wide left = amount;
    for (size_t i = 0; i < count; i++)
        left -= sign * (wide)parts[i];
    qsort(remainders, count, sizeof *remainders, compare_remainders);
    for (size_t i = 0; i < (size_t)left; i++)
        parts[remainders[i].index] += sign;
    free(remainders);
    return true;
}
