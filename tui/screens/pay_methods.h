/* The ways of paying as screens offer them: each by one letter. */
#ifndef TUI_SCREENS_PAY_METHODS_H
#define TUI_SCREENS_PAY_METHODS_H

#include <stdbool.h>
#include <stddef.h>

struct pay_method {
    const char *method, *label;
    const char *reference; /* what the number behind it is called; NULL: there is none */
    char key;
    bool needs_reference;
};

enum { PAY_METHOD_COUNT = 6, PAY_CASH = 0, PAY_GIFT_CARD = 2, PAY_REFERENCE_MAX = 100 };
extern const struct pay_method pay_methods[PAY_METHOD_COUNT];
/* "gift_card" → "Gift card"; a method that is none of them is itself. */
const char *pay_method_label(const char *method);

#endif
