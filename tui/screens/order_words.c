#include "tui/screens/order_words.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

const char *order_words(const char *word)
{
    static const struct {
        const char *word, *said;
    } words[] = {
        {"partially_paid", "part paid"},  {"partially_refunded", "part refunded"},
        {"work_order", "work order"},     {"gift_card", "gift card"},
        {"store_credit", "store credit"},
    };
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(words[i].word, word) == 0)
            return words[i].said;
    return word;
}

struct word_role {
    const char *word;
    enum role role;
};

static enum role role_of(const struct word_role *roles, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(roles[i].word, word) == 0)
            return roles[i].role;
    return ROLE_NORMAL;
}

/* What is completed asks for nothing, and nearly all orders are: it is left plain. */
enum role order_status_role(const char *status)
{
    static const struct word_role roles[] = {
        {"draft", ROLE_DIM},       {"parked", ROLE_UNSENT}, {"pending", ROLE_WARNING},
        {"accepted", ROLE_GOOD},   {"paid", ROLE_GOOD},     {"delivered", ROLE_GOOD},
        {"declined", ROLE_DANGER}, {"expired", ROLE_DIM},   {"cancelled", ROLE_DIM},
        {"refunded", ROLE_DIM},    {"archived", ROLE_DIM},
    };
    return role_of(roles, COUNT(roles), status);
}

enum role order_payment_role(const char *payment_status)
{
    static const struct word_role roles[] = {
        {"unpaid", ROLE_DIM},      {"partially_paid", ROLE_WARNING},
        {"paid", ROLE_GOOD},       {"partially_refunded", ROLE_WARNING},
        {"refunded", ROLE_DANGER},
    };
    return role_of(roles, COUNT(roles), payment_status);
}

void order_amount(int64_t cents, const char *currency, char text[ORDER_AMOUNT_SIZE])
{
    char amount[MONEY_TEXT_SIZE];
    money_format(cents, currency, amount);
    snprintf(text, ORDER_AMOUNT_SIZE, "%s %.3s", amount, currency);
}

const char *order_address(const char *json, struct arena *arena)
{
    static const char *const parts[] = {"name",        "company", "street",
                                        "postal_code", "city",    "country"};
    struct buffer line;
    json_t *address = json_loads(json, 0, NULL);
    buffer_init(&line);
    for (size_t i = 0; i < COUNT(parts); i++) {
        const char *text = json_string_value(json_object_get(address, parts[i]));
        if (text == NULL || text[0] == '\0')
            continue;
        bool is_after_code = i > 0 && strcmp(parts[i], "city") == 0 &&
                             json_object_get(address, "postal_code") != NULL;
        if (line.size > 0)
            buffer_add(&line, is_after_code ? " " : ", ");
        buffer_add(&line, text);
    }
    json_decref(address);
    const char *copy = arena_text(arena, line.text);
    buffer_done(&line);
    return copy;
}
