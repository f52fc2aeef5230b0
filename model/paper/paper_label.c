#include "model/paper/paper_label.h"

#include "model/base/money.h"
#include "model/catalog/product.h"
#include "model/paper/paper_text.h"

#include <stdio.h>

/* A barcode of one piece: that of a case would ring up six. */
static bool find_barcode(struct store *store, const struct sellable *goods, struct arena *arena,
                         const char **barcode, struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT barcode FROM product_barcodes WHERE variant_id = ?1 AND "
                      "quantity_milli = 1000 ORDER BY id LIMIT 1",
                      err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, &goods->variant_id);
    int found = statement_step(row, err);
    *barcode = found == 1 ? arena_text(arena, statement_text(row, 0)) : goods->sku;
    statement_done(row);
    return found >= 0;
}

static bool make_label(struct store *store, const struct uuid *variant, struct paper_text *text,
                       struct error *err)
{
    struct sellable goods;
    const char *barcode;
    char amount[MONEY_TEXT_SIZE], price[MONEY_TEXT_SIZE + 8];
    int found = product_by_variant(store, variant, text->arena, &goods, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "These goods are no longer in the store");
    if (found != 1 || !find_barcode(store, &goods, text->arena, &barcode, err))
        return false;
    money_format(goods.price_cents, goods.currency, amount);
    snprintf(price, sizeof price, "%s %.3s", amount, goods.currency);
    paper_text_add(text, PAPER_CENTRE, goods.name, NULL);
    paper_text_add(text, PAPER_TITLE, price, NULL);
    if (barcode != NULL && barcode[0] != '\0')
        paper_text_add(text, PAPER_BARCODE, barcode, NULL);
    return true;
}

bool paper_label(struct store *store, const struct uuid *variant, int copies,
                 const struct printer *printer, struct buffer *out, struct error *err)
{
    if (copies < 1 || copies > PAPER_LABELS_MAX)
        return error_set_field(err, ERROR_INPUT, "copies", "Print from 1 to %d labels at a time",
                               PAPER_LABELS_MAX);
    struct arena *arena = arena_new();
    struct paper_text text;
    paper_text_init(&text, arena);
    bool is_made = make_label(store, variant, &text, err);
    for (int i = 0; i < copies && is_made; i++)
        paper_text_bytes(text.lines, text.count, printer, out);
    paper_text_done(&text);
    arena_free(arena);
    return is_made;
}
