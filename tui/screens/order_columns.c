#include "tui/screens/order_columns.h"

#include "tui/screens/order_words.h"

#include <string.h>

static enum role due_role(const char *text)
{
    return strpbrk(text, "123456789") == NULL ? ROLE_DIM : ROLE_WARNING;
}

static enum role amount_role(const char *text)
{
    return text[0] == '-' ? ROLE_DANGER : ROLE_NORMAL;
}

static enum role quiet_role(const char *text)
{
    (void)text;
    return ROLE_DIM;
}

/* Nearly all are sales: only what is something else needs a word. */
static const char *kind_words(const char *kind)
{
    return strcmp(kind, "sale") == 0 ? "" : order_words(kind);
}

static const char *nothing_for_zero(const char *amount)
{
    return strpbrk(amount, "123456789") == NULL ? "" : amount;
}

const struct listing_column order_columns[ORDER_COLUMNS] = {
    {{"number", "Number", 10, 1, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"status", "Status", 10, 0, 1, ALIGN_LEFT, true}, order_status_role, NULL},
    {{"payment", "Payment", 13, 0, 5, ALIGN_LEFT, false}, order_payment_role, order_words},
    {{"kind", "Kind", 10, 0, 9, ALIGN_LEFT, false}, quiet_role, kind_words},
    {{"customer", "Customer", 14, 8, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"placed", "Placed", 16, 0, 4, ALIGN_LEFT, true}, NULL, NULL},
    {{"items", "Items", 6, 0, 6, ALIGN_RIGHT, false}, NULL, NULL},
    {{"total", "Total", 10, 1, 0, ALIGN_RIGHT, true}, amount_role, NULL},
    {{"due", "Due", 9, 1, 3, ALIGN_RIGHT, false}, due_role, nothing_for_zero},
    {{"location", "Location", 12, 3, 7, ALIGN_LEFT, false}, quiet_role, NULL},
    {{"seller", "Seller", 12, 3, 8, ALIGN_LEFT, false}, quiet_role, NULL},
};
