/* What stands above and below the lines of a purchase order. */
#include "model/base/money.h"
#include "tui/paint.h"
#include "tui/screens/purchases.h"

#include <stdio.h>

void purchase_draw_head(const struct purchase *purchase, struct pane pane)
{
    const char *words = purchase_status_words(purchase->status);
    int x = text_draw(pane, 0, 1, pane.width - 2, ROLE_STRONG, purchase->supplier) + 3;
    text_draw(pane, 0, x, pane.width - x, purchase_status_role(words), words);
    x = 1 + text_drawf(pane, 1, 1, pane.width - 2, ROLE_LABEL, "for ");
    x += text_draw(pane, 1, x, pane.width - x, ROLE_NORMAL, purchase->location) + 2;
    if (purchase->expected_on[0] != '\0') {
        x += text_draw(pane, 1, x, pane.width - x, ROLE_LABEL, "expected ");
        x += text_draw(pane, 1, x, pane.width - x, ROLE_NORMAL, purchase->expected_on) + 2;
    }
    if (purchase->person[0] != '\0') {
        x += text_draw(pane, 1, x, pane.width - x, ROLE_LABEL, "by ");
        x += text_draw(pane, 1, x, pane.width - x, ROLE_NORMAL, purchase->person) + 2;
    }
    const char *more = purchase->reason[0] != '\0' ? purchase->reason : purchase->notes;
    text_draw(pane, 2, 1, pane.width - 2, ROLE_DIM, more);
}

static int64_t open_of(const struct purchase *purchase)
{
    int64_t milli = 0;
    for (size_t i = 0; i < purchase->line_count && purchase_is_open(purchase); i++)
        milli += purchase_open(&purchase->lines[i]);
    return milli;
}

void purchase_draw_foot(const struct purchase *purchase, bool has_come, struct pane pane)
{
    char open[MONEY_TEXT_SIZE], total[MONEY_TEXT_SIZE], text[MONEY_TEXT_SIZE + 24];
    int half = pane.width / 2;
    quantity_format(open_of(purchase), open);
    money_format(purchase->total_cents, purchase->currency, total);
    snprintf(text, sizeof text, "Total %s %s", total, purchase->currency);
    if (has_come)
        text_draw(pane, 0, 1, half, ROLE_WARNING, "not booked yet: b books it");
    else if (open_of(purchase) > 0)
        text_drawf(pane, 0, 1, half, ROLE_LABEL, "%s to come", open);
    text_put(pane, 0, half, pane.width - half - 1, ROLE_STRONG, ALIGN_RIGHT, text);
}
