#include "model/shop/gift_card.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/base/text.h"
#include "model/overlay/exchange.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* No I, L, O and U: 0 and 1 stand for the first three. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
enum { BASE = 32, CHARACTERS = 16, GROUP = 4 };

static int value_of(char c)
{
    char upper = (char)toupper((unsigned char)c);
    if (upper == 'O')
        upper = '0';
    if (upper == 'I' || upper == 'L')
        upper = '1';
    const char *at = upper != '\0' ? strchr(alphabet, upper) : NULL;
    return at != NULL ? (int)(at - alphabet) : -1;
}

/* 0 where the last value checks those before it. */
static int luhn(const int *values, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int value = values[count - 1 - i] * (i % 2 == 0 ? 1 : 2);
        sum += value / BASE + value % BASE;
    }
    return sum % BASE;
}

static void write_code(const int *values, char code[GIFT_CARD_NEW_CODE_SIZE])
{
    size_t at = 0;
    for (size_t i = 0; i < CHARACTERS; i++) {
        if (i > 0 && i % GROUP == 0)
            code[at++] = '-';
        code[at++] = alphabet[values[i]];
    }
    code[at] = '\0';
}

/* Whether the text has the form of a code of our own, whatever its hyphens and case, and how it is
 * written then; *is_good whether its last character checks the others. */
static bool read_code(const char *text, char code[GIFT_CARD_NEW_CODE_SIZE], bool *is_good)
{
    int values[CHARACTERS];
    size_t count = 0;
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == ' ')
            continue;
        int value = value_of(*text);
        if (value < 0 || count == CHARACTERS)
            return false;
        values[count++] = value;
    }
    if (count != CHARACTERS)
        return false;
    write_code(values, code);
    *is_good = luhn(values, CHARACTERS) == 0;
    return true;
}

/* Since when it counts what was taken: the last exchange, or the beginning of this day. */
static bool find_since(struct store *store, int64_t synced_at, int64_t *since, struct error *err)
{
    const struct env *env = store_env(store);
    struct clock_time now;
    if (!instant_to_local(env_now(env), env->zone, &now))
        return error_set(err, ERROR_SYSTEM,
                         "The clock shows a time outside of the calendar; set it");
    const struct clock_time midnight = {.date = now.date};
    if (!instant_from_local(&midnight, env->zone, since) || *since < synced_at)
        *since = synced_at;
    return true;
}

/* What of the limit for a day without a line is left for the card; INT64_MAX where there is none.
 */
static bool find_limit(struct store *store, struct gift_card *card, int64_t *left,
                       struct error *err)
{
    enum { LIMIT = 5000 }; /* where the shop has set none */
    struct exchange_status line;
    int64_t limit = LIMIT;
    int64_t taken = 0;
    int64_t since;
    *left = INT64_MAX;
    if (!exchange_status(store, &line, err))
        return false;
    card->is_offline = line.is_enrolled && !line.is_online;
    if (!card->is_offline)
        return true;
    if (!find_since(store, line.synced_at, &since, err) ||
        store_find_integer(store, &limit,
                           "SELECT value ->> 'cents' FROM app_settings "
                           "WHERE name = 'gift_card_offline_limit' AND tenant_id = ?1",
                           err, "u", store_tenant(store)) < 0 ||
        store_find_integer(store, &taken,
                           "SELECT coalesce(-sum(amount_cents), 0) FROM gift_card_transactions "
                           "WHERE gift_card_id = ?1 AND kind IN ('redeem', 'refund') "
                           "AND occurred_at > ?2",
                           err, "ui", &card->id, since) < 0)
        return false;
    *left = limit - (taken > 0 ? taken : 0);
    return true;
}

static int find(struct store *store, const char *sql, struct value key, struct gift_card *out,
                struct error *err)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_value(statement, 1, key);
    int found = statement_step(statement, err);
    *out = (struct gift_card){.code = ""};
    if (found == 1) {
        statement_uuid(statement, 0, &out->id);
        text_copy(out->code, sizeof out->code, statement_text(statement, 1));
        text_copy(out->currency, sizeof out->currency, statement_text(statement, 2));
        out->initial_cents = statement_integer(statement, 3);
        out->balance_cents = statement_integer(statement, 4);
        out->expires_at = statement_integer(statement, 5);
        out->is_active = statement_integer(statement, 6) != 0;
    }
    statement_done(statement);
    int64_t left;
    if (found != 1)
        return found;
    if (!find_limit(store, out, &left, err))
        return -1;
    out->available_cents = out->balance_cents < left ? out->balance_cents : left;
    if (out->available_cents < 0)
        out->available_cents = 0;
    return 1;
}

#define CARDS                                                                                      \
    "SELECT g.id, g.code, g.currency, g.initial_balance_cents, coalesce(b.balance_cents, 0), "     \
    "g.expires_at, g.is_active FROM gift_cards g LEFT JOIN gift_card_balances b "                  \
    "ON b.gift_card_id = g.id WHERE "

bool gift_card_require(struct store *store, const struct uuid *id, struct gift_card *out,
                       struct error *err)
{
    int found = find(store, CARDS "g.id = ?1", value_uuid(id), out, err);
    if (found == 0)
        error_set_field(err, ERROR_NOT_FOUND, "reference",
                        "The gift card is no longer in the store");
    return found == 1;
}

int gift_card_find(struct store *store, const char *code, struct gift_card *out, struct error *err)
{
    static const char sql[] = CARDS "g.code = ?1 AND g.deleted_at IS NULL";
    char own[GIFT_CARD_NEW_CODE_SIZE];
    bool is_good;
    int found = find(store, sql, value_text(code), out, err);
    if (found == 0 && read_code(code, own, &is_good))
        found = find(store, sql, value_text(own), out, err);
    return found;
}

bool gift_card_unknown(struct store *store, const char *code, struct error *err)
{
    char own[GIFT_CARD_NEW_CODE_SIZE];
    bool is_good;
    struct exchange_status line;
    if (read_code(code, own, &is_good) && !is_good)
        return error_set_field(err, ERROR_NOT_FOUND, "reference",
                               "There is no gift card '%s': a character of it is wrong", code);
    if (exchange_status(store, &line, NULL) && line.is_enrolled && !line.is_online)
        return error_set_field(
            err, ERROR_NOT_FOUND, "reference",
            "There is no gift card '%s' here, and the line is down: one that was "
            "sold elsewhere since can't be taken now",
            code);
    return error_set_field(err, ERROR_NOT_FOUND, "reference", "There is no gift card '%s'", code);
}

bool gift_card_check(struct store *store, const struct gift_card *card, const char *currency,
                     struct error *err)
{
    int64_t now = env_now(store_env(store));
    if (strcmp(card->currency, currency) != 0)
        return error_set_field(err, ERROR_RULE, "reference", "Gift card %s is in %s", card->code,
                               card->currency);
    if (!card->is_active || (card->expires_at != 0 && now - now % SECOND_US > card->expires_at))
        return error_set_field(err, ERROR_RULE, "reference", "Gift card %s is closed or expired",
                               card->code);
    return true;
}

bool gift_card_may_give(const struct gift_card *card, int64_t cents, struct error *err)
{
    char balance[MONEY_TEXT_SIZE];
    char available[MONEY_TEXT_SIZE];
    if (cents <= card->available_cents)
        return true;
    money_format(card->balance_cents, card->currency, balance);
    money_format(card->available_cents, card->currency, available);
    if (card->available_cents < card->balance_cents)
        return error_set_field(err, ERROR_RULE, "amount",
                               "While the line is down the gift card gives %s %s more today, of "
                               "%s; take the rest another way",
                               available, card->currency, balance);
    return error_set_field(err, ERROR_RULE, "amount",
                           "The gift card holds %s %s; take less and the rest another way", balance,
                           card->currency);
}

int gift_card_entries(struct store *store, const struct uuid *id, struct arena *arena,
                      struct gift_card_entry **out, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT t.kind, coalesce(o.receipt_number, o.order_number), u.display_name, t.note, "
        "t.order_id, t.amount_cents, t.occurred_at, count(*) OVER () FROM gift_card_transactions t "
        "LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN users u ON u.id = t.actor_id "
        "WHERE t.gift_card_id = ?1 ORDER BY t.occurred_at DESC, t.id DESC",
        err);
    int count = 0, step;
    if (row == NULL)
        return -1;
    *out = NULL;
    statement_bind_uuid(row, 1, id);
    while ((step = statement_step(row, err)) == 1) {
        if (*out == NULL)
            *out = arena_alloc(arena, (size_t)statement_integer(row, 7) * sizeof **out);
        struct gift_card_entry *entry = &(*out)[count++];
        *entry = (struct gift_card_entry){.kind = arena_text(arena, statement_text(row, 0)),
                                          .order = arena_text(arena, statement_text(row, 1)),
                                          .person = arena_text(arena, statement_text(row, 2)),
                                          .note = arena_text(arena, statement_text(row, 3)),
                                          .amount_cents = statement_integer(row, 5),
                                          .occurred_at = statement_integer(row, 6)};
        statement_uuid(row, 4, &entry->order_id);
    }
    statement_done(row);
    return step < 0 ? -1 : count;
}

static int is_used(struct store *store, const char *code, struct error *err)
{
    int64_t one;
    return store_find_integer(store, &one,
                              "SELECT 1 FROM gift_cards WHERE code = ?1 AND tenant_id = ?2", err,
                              "tu", code, store_tenant(store));
}

bool gift_card_new_code(struct store *store, char code[GIFT_CARD_NEW_CODE_SIZE], struct error *err)
{
    int used;
    do {
        unsigned char random[CHARACTERS];
        int values[CHARACTERS] = {0};
        env_random(store_env(store), random, sizeof random);
        for (size_t i = 0; i + 1 < CHARACTERS; i++)
            values[i] = random[i] % BASE;
        values[CHARACTERS - 1] = (BASE - luhn(values, CHARACTERS)) % BASE;
        write_code(values, code);
        used = is_used(store, code, err);
    } while (used == 1);
    return used == 0;
}

static bool check_code(const struct basket *basket, struct store *store, const char *code,
                       struct error *err)
{
    int used = is_used(store, code, err);
    for (size_t i = 0; i < basket->count && used == 0; i++)
        used = strcmp(basket->lines[i].gift_card, code) == 0;
    if (used == 1)
        error_set_field(err, ERROR_RULE, "code", "Gift card %s was sold already; take another one",
                        code);
    return used == 0;
}

bool basket_add_gift_card(struct basket *basket, struct store *store, const char *code,
                          int64_t cents, size_t *line, struct error *err)
{
    enum { PIECE = 1000 };
    char own[GIFT_CARD_NEW_CODE_SIZE];
    bool is_good;
    struct basket_line added = {.quantity_milli = PIECE, .unit_price_cents = cents};
    if (cents <= 0)
        return error_set_field(err, ERROR_INPUT, "price", "A gift card is worth more than nothing");
    if (code[0] == '\0' && !gift_card_new_code(store, own, err))
        return false;
    if (code[0] == '\0' || (read_code(code, own, &is_good) && is_good))
        code = own;
    if (text_characters(code) > 50)
        return error_set_field(err, ERROR_INPUT, "code", "A gift card's code is at most 50 long");
    if (!check_code(basket, store, code, err))
        return false;
    text_copy(added.gift_card, sizeof added.gift_card, code);
    snprintf(added.name, sizeof added.name, "Gift card %s", code);
    return basket_add_line(basket, &added, line, err);
}
