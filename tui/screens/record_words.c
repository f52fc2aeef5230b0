#include "tui/screens/record_words.h"

#include <string.h>

static const struct {
    const char *table, *column, *label, *help;
} words[] = {
    {"discounts", "code", "Code", "What the customer says or brings, such as SPRING10."},
    {"discounts", "discount_type", "Takes off",
     "A percentage of the goods, a fixed amount, or what the delivery costs."},
    {"discounts", "value_bp", "Percent off", "For a percentage alone, such as 10."},
    {"discounts", "value_cents", "Amount off", "For a fixed amount alone, such as 5.00."},
    {"discounts", "minimum_order_cents", "From", "What the goods have to come to; empty: any sum."},
    {"discounts", "maximum_discount_cents", "At most",
     "The most that it takes off; empty: no end."},
    {"discounts", "maximum_uses", "Uses", "In how many orders it counts; empty: in any number."},
    {"discounts", "starts_at", "Counts from", "Empty: from now on."},
    {"discounts", "ends_at", "Counts until", "Empty: until it is switched off."},
    {"discounts", "is_active", "Switched on", "No: it takes nothing off for now."},
    {"gift_cards", "initial_balance_cents", "Sold for", "What it was worth when it was sold."},
    {"gift_cards", "order_item_id", "Sold with", "The line of the order that sold it."},
    {"gift_cards", "recipient_name", "For", "Who is to get it."},
    {"gift_cards", "recipient_email", "For e-mail", "Where it is to be sent."},
    {"gift_cards", "sender_name", "From", "Who gives it."},
    {"gift_cards", "expires_at", "Good until", "The last second of it; empty: for ever."},
    {"gift_cards", "is_active", "Good", "No: it is closed and pays nothing."},
};

void record_words(struct record_fields *fields)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct form_field *field = strcmp(words[i].table, fields->table->name) == 0
                                       ? record_fields_find(fields, words[i].column)
                                       : NULL;
        if (field != NULL) {
            field->label = words[i].label;
            field->help = words[i].help;
        }
    }
}
