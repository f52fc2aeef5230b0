#include "model/catalog/barcode_digit.h"

#include <stddef.h>
#include <string.h>

static const struct {
    size_t length;
    const char *name;
} symbologies[] = {{8, "ean8"}, {12, "upc_a"}, {13, "ean13"}, {14, "itf14"}};

static const char *of_digits(const char *code)
{
    size_t length = strlen(code);
    if (strspn(code, "0123456789") != length)
        return NULL;
    for (size_t i = 0; i < sizeof symbologies / sizeof symbologies[0]; i++)
        if (symbologies[i].length == length)
            return symbologies[i].name;
    return NULL;
}

char barcode_digit(const char *code)
{
    int sum = 0;
    if (of_digits(code) == NULL)
        return 0;
    size_t last = strlen(code) - 1;
    for (size_t i = 0; i < last; i++)
        sum += (code[i] - '0') * ((last - i) % 2 == 1 ? 3 : 1);
    return (char)('0' + (10 - sum % 10) % 10);
}

const char *barcode_symbology(const char *code)
{
    const char *name = of_digits(code);
    return name != NULL ? name : "code128";
}
