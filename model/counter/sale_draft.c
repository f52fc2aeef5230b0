#include "model/base/text.h"
#include "model/counter/sale_parts.h"
#include "model/shop/draft.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static json_t *write_tender(const struct sale_tender *tender)
{
    char card[UUID_TEXT_SIZE];
    uuid_text(&tender->gift_card_id, card);
    return json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:I}", "method", tender->method, "reference", tender->reference,
        "gift_card_id", card, "amount_cents", (json_int_t)tender->amount_cents, "tendered_cents",
        (json_int_t)tender->tendered_cents, "rounding_cents", (json_int_t)tender->rounding_cents);
}

static char *write_sale(const struct sale *sale)
{
    char *basket = basket_to_json(&sale->basket);
    json_t *tenders = json_array();
    for (size_t i = 0; i < sale->tender_count; i++)
        json_array_append_new(tenders, write_tender(&sale->tenders[i]));
    json_t *object =
        json_pack("{s:o, s:o, s:s, s:I}", "basket", json_loads(basket, 0, NULL), "tenders", tenders,
                  "note", sale->note, "seen_events", (json_int_t)sale->seen_events);
    char *text = json_dumps(object, JSON_COMPACT);
    if (text == NULL)
        abort(); /* out of memory: every text in a sale was checked when it was typed */
    json_decref(object);
    free(basket);
    return text;
}

bool sale_keep(struct sale *sale, struct store *store, const struct actor *actor, struct error *err)
{
    if (sale_is_empty(sale)) {
        bool is_gone = uuid_is_zero(&sale->draft_id) || draft_delete(store, &sale->draft_id, err);
        if (is_gone)
            sale->draft_id = (struct uuid){{0}};
        return is_gone;
    }
    if (uuid_is_zero(&sale->basket.order_id) && uuid_is_zero(&sale->basket.new_id))
        sale->basket.new_id = uuid_v7(store_env(store));
    char *body = write_sale(sale);
    bool is_kept = draft_save(store, "sale", &actor->user_id, NULL, body, &sale->draft_id, err);
    free(body);
    return is_kept;
}

static bool read_tender(const json_t *kept, struct sale_tender *out)
{
    const char *method, *reference, *card;
    json_int_t amount, tendered, rounding;
    if (json_unpack((json_t *)kept, "{s:s, s:s, s:s, s:I, s:I, s:I}", "method", &method,
                    "reference", &reference, "gift_card_id", &card, "amount_cents", &amount,
                    "tendered_cents", &tendered, "rounding_cents", &rounding) != 0 ||
        !uuid_parse(card, &out->gift_card_id))
        return false;
    text_copy(out->method, sizeof out->method, method);
    text_copy(out->reference, sizeof out->reference, reference);
    out->amount_cents = amount;
    out->tendered_cents = tendered;
    out->rounding_cents = rounding;
    return true;
}

static bool read_sale(struct sale *sale, const json_t *kept, struct error *err)
{
    const json_t *tenders = json_object_get(kept, "tenders");
    const char *note = json_string_value(json_object_get(kept, "note"));
    char *basket = json_dumps(json_object_get(kept, "basket"), JSON_COMPACT);
    bool is_read = basket != NULL && note != NULL && json_array_size(tenders) <= SALE_TENDERS_MAX;
    for (size_t i = 0; is_read && i < json_array_size(tenders); i++)
        is_read = read_tender(json_array_get(tenders, i), &sale->tenders[i]);
    if (!is_read)
        error_set(err, ERROR_INPUT, "The kept sale can't be read; it is left where it is");
    else if (basket_from_json(&sale->basket, basket, err))
        sale->tender_count = json_array_size(tenders);
    else
        is_read = false;
    if (is_read)
        text_copy(sale->note, sizeof sale->note, note);
    sale->seen_events = json_integer_value(json_object_get(kept, "seen_events"));
    free(basket);
    return is_read;
}

/* 1: the sale that the draft is of is an order by now. */
static int is_finished(struct store *store, const struct sale *sale, struct error *err)
{
    int64_t one;
    return store_find_integer(store, &one, "SELECT 1 FROM orders WHERE id = ?1", err, "u",
                              &sale->basket.new_id);
}

int sale_restore(struct sale *sale, struct store *store, const struct actor *actor,
                 struct error *err)
{
    struct draft draft;
    struct sale kept = {.cash_step = sale->cash_step};
    struct arena *arena = arena_new();
    int found = draft_list(store, "sale", &actor->user_id, 1, arena, &draft, err);
    json_t *body = found == 1 ? json_loads(draft.body, 0, NULL) : NULL;
    if (found == 1 && !read_sale(&kept, body, err))
        found = -1;
    int finished = found == 1 ? is_finished(store, &kept, err) : 0;
    if (finished > 0)
        found = draft_delete(store, &draft.id, err) ? 0 : -1;
    else if (finished < 0)
        found = -1;
    if (found == 1) {
        kept.draft_id = draft.id;
        basket_done(&sale->basket);
        *sale = kept;
    } else {
        basket_done(&kept.basket);
    }
    json_decref(body);
    arena_free(arena);
    return found;
}
