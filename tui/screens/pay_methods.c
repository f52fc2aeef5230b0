#include "tui/screens/pay_methods.h"

#include <string.h>

const struct pay_method pay_methods[PAY_METHOD_COUNT] = {
    [PAY_CASH] = {"cash", "Cash", NULL, 'c', false},
    {"card", "Card", "Slip", 'd', false},
    [PAY_GIFT_CARD] = {"gift_card", "Gift card", "Code", 'g', true},
    {"store_credit", "Store credit", NULL, 's', false},
    {"transfer", "Transfer", "Reference", 't', false},
    {"other", "Other", "Reference", 'o', false},
};

const char *pay_method_label(const char *method)
{
    for (size_t i = 0; i < PAY_METHOD_COUNT; i++)
        if (strcmp(pay_methods[i].method, method) == 0)
            return pay_methods[i].label;
    return method;
}
