#include "tui/widgets/count.h"

#include <inttypes.h>
#include <stdio.h>

void count_format(int64_t count, int64_t limit, char text[COUNT_TEXT_SIZE])
{
    if (limit <= 0 || count <= limit)
        snprintf(text, COUNT_TEXT_SIZE, "%" PRId64, count);
    else if (limit >= 1000)
        snprintf(text, COUNT_TEXT_SIZE, "%" PRId64 "k+", limit / 1000);
    else
        snprintf(text, COUNT_TEXT_SIZE, "%" PRId64 "+", limit);
}

void number_format(int64_t number, char text[COUNT_TEXT_SIZE])
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRId64, number), out = 0;
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0 && digits[i - 1] != '-')
            text[out++] = ',';
        text[out++] = digits[i];
    }
    text[out] = '\0';
}
