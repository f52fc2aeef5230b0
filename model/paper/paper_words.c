#include "model/paper/paper_words.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const char *paper_words_tender(const char *method)
{
    static const struct {
        const char *method, *words;
    } tenders[] = {
        {"cash", "Cash"},           {"card", "Card"},
        {"gift_card", "Gift card"}, {"store_credit", "Store credit"},
        {"transfer", "Transfer"},
    };
    for (size_t i = 0; i < sizeof tenders / sizeof tenders[0]; i++)
        if (strcmp(tenders[i].method, method) == 0)
            return tenders[i].words;
    return "Other";
}

const char *paper_words_number(const struct order *order)
{
    return order->receipt_number[0] != '\0' ? order->receipt_number : order->number;
}

const char *paper_words_reference(const struct order_payment *payment)
{
    enum { SHOWN = 4 };
    size_t size = strlen(payment->reference);
    bool is_money = strcmp(payment->method, "gift_card") == 0 && size > SHOWN;
    return is_money ? payment->reference + size - SHOWN : payment->reference;
}

void paper_words_add_lines(struct paper_text *out, enum paper_style style, const char *lines)
{
    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");
        if (size > 0)
            paper_text_addf(out, style, NULL, "%.*s", (int)size, lines);
        lines += size + (lines[size] == '\n');
    }
}

const char *paper_words_address(const char *json, struct arena *arena)
{
    static const char *const parts[] = {"name",        "company", "street",
                                        "postal_code", "city",    "country"};
    struct buffer lines;
    json_t *address = json_loads(json, 0, NULL);
    bool is_after_code = false;
    buffer_init(&lines);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *text = json_string_value(json_object_get(address, parts[i]));
        if (text == NULL || text[0] == '\0')
            continue;
        if (lines.size > 0)
            buffer_add_char(&lines, is_after_code && strcmp(parts[i], "city") == 0 ? ' ' : '\n');
        buffer_add(&lines, text);
        is_after_code = strcmp(parts[i], "postal_code") == 0;
    }
    json_decref(address);
    const char *copy = arena_text(arena, lines.text);
    buffer_done(&lines);
    return copy;
}

static int by_rate(const void *a, const void *b)
{
    int64_t left = ((const struct paper_tax *)a)->rate_bp;
    int64_t right = ((const struct paper_tax *)b)->rate_bp;
    return left < right ? -1 : left > right;
}

size_t paper_words_taxes(const struct order *order, struct paper_tax taxes[PAPER_TAX_RATES])
{
    size_t count = 0;
    bool has_tax = false;
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        size_t k = 0;
        while (k < count && taxes[k].rate_bp != line->tax_bp)
            k++;
        if (k == count && count < PAPER_TAX_RATES)
            taxes[count++] = (struct paper_tax){.rate_bp = line->tax_bp};
        k = k < count ? k : count - 1;
        taxes[k].net_cents += line->total_cents - line->tax_cents;
        taxes[k].tax_cents += line->tax_cents;
        has_tax = has_tax || line->tax_bp != 0 || line->tax_cents != 0;
    }
    qsort(taxes, count, sizeof *taxes, by_rate);
    return has_tax ? count : 0;
}
