/* How orders are spoken of on the screens: the model's words as a person says them, and the roles
 * that they are drawn in. */
#ifndef TUI_SCREENS_ORDER_WORDS_H
#define TUI_SCREENS_ORDER_WORDS_H

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/shop/order.h"
#include "tui/role.h"

/* "partially_paid" → "part paid", "gift_card" → "gift card"; a word without a better one is itself.
 */
const char *order_words(const char *word);
enum role order_status_role(const char *status);
enum role order_payment_role(const char *payment_status);

/* "64.55 EUR" */
enum { ORDER_AMOUNT_SIZE = MONEY_TEXT_SIZE + 5 };
void order_amount(int64_t cents, const char *currency, char text[ORDER_AMOUNT_SIZE]);

/* An address kept as JSON, as one line: "Hauptstr. 1, 10115 Berlin, DE"; "" when there is none. */
const char *order_address(const char *json, struct arena *arena);

#endif
