#include "tui/screens/order_form.h"

#include "model/base/text.h"
#include "tui/screens/order_words.h"

#include <stdio.h>
#include <string.h>

enum { MARGIN = 1, SUMS = 36 /* cells of the sums in the corner */ };

void order_form_set_heading(struct order_form *form, const char *number)
{
    const char *kind = form->basket.kind;
    bool is_sale = strcmp(kind, "sale") == 0;
    if (number != NULL)
        snprintf(form->heading, sizeof form->heading, "Edit %s", number);
    else
        snprintf(form->heading, sizeof form->heading, "New %s",
                 is_sale ? "order" : order_words(kind));
}

enum { NAME, SKU, QUANTITY, PRICE, DISCOUNT, TOTAL, COLUMN_COUNT };

/* The discounts take their cells only where a line has one: the name says what is bought. */
static bool has_discount(const struct basket *basket)
{
    for (size_t i = 0; i < basket->count; i++)
        if (basket->lines[i].discount_bp != 0 || basket->lines[i].discount_cents != 0)
            return true;
    return false;
}

static void place(int width, bool with_discount, int widths[COLUMN_COUNT])
{
    enum { ROOM_FOR_SKU = 74, ROOM_FOR_DISCOUNT = 56, ROOM_FOR_PRICE = 50 };
    widths[SKU] = width >= ROOM_FOR_SKU ? 16 : 0;
    widths[QUANTITY] = 8;
    widths[PRICE] = width >= ROOM_FOR_PRICE ? 11 : 0;
    widths[DISCOUNT] = with_discount && width >= ROOM_FOR_DISCOUNT ? 9 : 0;
    widths[TOTAL] = 12;
    widths[NAME] = width - 2 * MARGIN;
    for (size_t i = SKU; i < COLUMN_COUNT; i++)
        widths[NAME] -= widths[i];
}

static void put_columns(struct pane pane, int y, enum role role, const int widths[COLUMN_COUNT],
                        const char *const texts[COLUMN_COUNT])
{
    int x = MARGIN;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        bool is_text = i == NAME || i == SKU;
        if (widths[i] > 0)
            text_put(pane, y, x + !is_text, widths[i] - 1,
                     i == SKU && role == ROLE_NORMAL ? ROLE_DIM : role,
                     is_text ? ALIGN_LEFT : ALIGN_RIGHT, texts[i]);
        x += widths[i];
    }
}

static void draw_line(const struct order_form *form, struct pane pane, int y, size_t index,
                      const int widths[COLUMN_COUNT])
{
    const struct basket_line *line = &form->basket.lines[index];
    const char *currency = form->basket.currency;
    char quantity[MONEY_TEXT_SIZE], price[MONEY_TEXT_SIZE], total[MONEY_TEXT_SIZE];
    char discount[MONEY_TEXT_SIZE] = "";
    quantity_format(line->quantity_milli, quantity);
    money_format(line->unit_price_cents, currency, price);
    money_format(line->total_cents, currency, total);
    if (line->discount_bp != 0)
        percent_format(line->discount_bp, discount);
    else if (line->discount_cents != 0)
        money_format(-line->discount_cents, currency, discount);
    const char *const texts[] = {line->name, line->sku, quantity, price, discount, total};
    enum role role = index == form->cursor ? ROLE_SELECTION : ROLE_NORMAL;
    text_put(pane, y, 0, pane.width, role, ALIGN_LEFT, "");
    put_columns(pane, y, role, widths, texts);
}

static void draw_lines(struct order_form *form, struct pane pane)
{
    static const char *const titles[] = {"Item", "SKU", "Qty", "Price", "Disc", "Total"};
    int widths[COLUMN_COUNT];
    size_t rows = pane.height > 1 ? (size_t)pane.height - 1 : 0;
    place(pane.width, has_discount(&form->basket), widths);
    put_columns(pane, 0, ROLE_HEADING, widths, titles);
    form->list = pane_part(pane, 1, 0, pane.height - 1, pane.width);
    if (form->cursor < form->top)
        form->top = form->cursor;
    if (rows > 0 && form->cursor >= form->top + rows)
        form->top = form->cursor - rows + 1;
    for (size_t i = 0; i < rows && form->top + i < form->basket.count; i++)
        draw_line(form, form->list, (int)i, form->top + i, widths);
    if (form->basket.count == 0)
        text_draw(form->list, pane.height > 4 ? 1 : 0, MARGIN, pane.width - 2 * MARGIN, ROLE_DIM,
                  "Scan an item, or type its number or name; 3*name for three of it");
    if (form->basket.count == 0 && pane.height > 5)
        text_draw(form->list, 2, MARGIN, pane.width - 2 * MARGIN, ROLE_DIM,
                  "Alt-i for what is in no catalogue: +5.00 Postage");
    if (form->top > 0)
        shape_put(form->list, 0, pane.width - 1, ROLE_DIM, SHAPE_UP);
    if (form->top + rows < form->basket.count)
        shape_put(form->list, (int)rows - 1, pane.width - 1, ROLE_DIM, SHAPE_DOWN);
}

static void draw_sum(struct pane pane, int y, const char *label, enum role role, int64_t cents,
                     const char *currency)
{
    enum { LABEL = 18 };
    char amount[MONEY_TEXT_SIZE];
    money_format(cents, currency, amount);
    text_put(pane, y, 0, LABEL, role == ROLE_NORMAL ? ROLE_LABEL : role, ALIGN_RIGHT, label);
    text_put(pane, y, LABEL + 1, pane.width - LABEL - 1 - MARGIN, role, ALIGN_RIGHT, amount);
}

int64_t order_form_discount(const struct basket *basket)
{
    int64_t discount = basket->discount_cents;
    for (size_t i = 0; i < basket->count; i++)
        discount += basket->lines[i].discount_cents;
    return discount;
}

/* The total stands in the last row; what it is made of above it, as far as there is room. */
static void draw_sums(const struct order_form *form, struct pane pane)
{
    const struct basket *basket = &form->basket;
    int64_t discount = order_form_discount(basket);
    char total[24], coupon[32];
    const struct {
        const char *label;
        int64_t cents;
    } parts[] = {
        {basket->is_tax_included ? "of which tax" : "Tax", basket->tax_cents},
        {"Shipping", basket->shipping_cents},
        {coupon, -basket->coupon_cents},
        {"Discount", -discount},
        {"Subtotal", discount != 0 || basket->coupon_cents != 0 || basket->shipping_cents != 0
                         ? basket->subtotal_cents
                         : 0},
    };
    int y = pane.height - 1;
    snprintf(total, sizeof total, "TO PAY %.3s", basket->currency);
    text_copy(coupon, sizeof coupon, basket->coupon.code);
    draw_sum(pane, y--, total, ROLE_STRONG, basket->total_cents, basket->currency);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && y >= 0; i++)
        if (parts[i].cents != 0)
            draw_sum(pane, y--, parts[i].label, ROLE_NORMAL, parts[i].cents, basket->currency);
}

static void draw_pair(struct pane pane, int y, const char *label, const char *text,
                      const char *hint)
{
    enum { LABEL = 10 };
    bool is_empty = text == NULL || text[0] == '\0';
    if (pane.width < 2 * LABEL) /* a telephone: the sums have the place */
        return;
    text_draw(pane, y, MARGIN, LABEL - 1, ROLE_LABEL, label);
    text_draw(pane, y, MARGIN + LABEL, pane.width - LABEL - MARGIN,
              is_empty ? ROLE_DIM : ROLE_NORMAL, is_empty ? hint : text);
}

static void draw_corner(const struct order_form *form, struct pane pane)
{
    const struct basket *basket = &form->basket;
    struct arena *arena = arena_new();
    const char *address = basket->shipping_address != NULL ? basket->shipping_address : "";
    const char *notes = basket->notes != NULL ? basket->notes : "";
    draw_pair(pane, 0, "Customer", basket->customer_name, "F3 looks one up");
    draw_pair(pane, 1, "Notes", arena_bytes(arena, notes, strcspn(notes, "\n")), "F4");
    draw_pair(pane, 2, "Ship to", order_address(address, arena), "F4");
    arena_free(arena);
}

void order_form_draw(struct order_form *form, struct pane pane)
{
    enum { CORNER = 4, CORNER_SMALL = 3, SMALL = 16 };
    int corner = pane.height < SMALL ? CORNER_SMALL : CORNER;
    int list = pane.height - corner - 2;
    draw_lines(form, pane_part(pane, 0, 0, list, pane.width));
    pane_line(pane, list, ROLE_BORDER);
    draw_corner(form, pane_part(pane, list + 1, 0, corner, pane.width - SUMS));
    draw_sums(form, pane_part(pane, list + 1, pane.width - SUMS, corner, SUMS));
    struct pane line = pane_part(pane, pane.height - 1, 0, 1, pane.width);
    text_draw(line, 0, 0, 2, ROLE_KEY, "> ");
    editor_draw_as(&form->line, pane_part(line, 0, 2, 1, line.width - 2), true, ROLE_FIELD_FOCUS,
                   "scan or type: code, 3*code, a name; *5 pieces, %10 or $5 off, @9.50 each");
}
