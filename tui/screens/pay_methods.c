#include "tui/screens/pay_methods.h"

const struct pay_method pay_methods[PAY_METHOD_COUNT] = {
    [PAY_CASH] = {"cash", "Cash", NULL, 'c', false},
    {"card", "Card", "Slip", 'd', false},
    [PAY_GIFT_CARD] = {"gift_card", "Gift card", "Code", 'g', true},
    {"store_credit", "Store credit", NULL, 's', false},
    {"transfer", "Transfer", "Reference", 't', false},
    {"other", "Other", "Reference", 'o', false},
};
