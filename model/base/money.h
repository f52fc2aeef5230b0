/* Amounts in minor units, quantities in thousandths, rates in basis points (SCHEMA.md, "Rules").
 * All integers; every function that can overflow says so. */
#ifndef MODEL_MONEY_H
#define MODEL_MONEY_H

#include "model/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MONEY_TEXT_SIZE = 32 };

/* Decimal places of a currency by ISO 4217: EUR 2, JPY 0, KWD 3; 2 for NULL, "" and unknown. */
int money_exponent(const char *currency);

/* "1234.50", "1,234.50", "1.234,50", "1 234.50", "1234,50" → 123450 for two decimals. More digits
 * than the currency has are ERROR_INPUT, never rounded. A comma before three last digits groups
 * them ("1,234" is 1234), and is ERROR_INPUT where the number may have three decimals. */
bool money_parse(const char *text, const char *currency, int64_t *cents, struct error *err);
/* "1,234.50", with a minus before negative amounts; without the currency's name. */
void money_format(int64_t cents, const char *currency, char text[MONEY_TEXT_SIZE]);
/* Without grouping, for exports and for editing: "1234.50". */
void money_plain(int64_t cents, const char *currency, char text[MONEY_TEXT_SIZE]);

/* Quantities: "2", "0.75", "-1.5" ↔ 2000, 750, -1500; read like amounts. */
bool quantity_parse(const char *text, int64_t *milli, struct error *err);
void quantity_format(int64_t milli, char text[MONEY_TEXT_SIZE]);
/* Basis points: "12.5" or "12.5%" ↔ 1250. */
bool percent_parse(const char *text, int64_t *bp, struct error *err);
void percent_format(int64_t bp, char text[MONEY_TEXT_SIZE]); /* "12.5%" */

/* quantity × price, and share × amount, rounded half away from zero. false: overflow. */
bool money_times_quantity(int64_t cents, int64_t milli, int64_t *out);
bool money_share(int64_t cents, int64_t bp, int64_t *out);
/* The tax that a gross amount holds: gross × bp / (10000 + bp), rounded half away from zero. */
bool money_included_tax(int64_t gross, int64_t bp, int64_t *out);
bool money_add(int64_t a, int64_t b, int64_t *out);

/* Spreads `total` over `count` weights by largest remainder (of equal ones the first): the parts
 * sum to `total` exactly. false: a weight is negative, or all are 0 and the total is not. */
bool money_spread(int64_t total, const int64_t *weights, size_t count, int64_t *parts);

#endif
