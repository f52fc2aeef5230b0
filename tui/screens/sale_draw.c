#include "tui/screens/sale.h"

#include "tui/screens/order_words.h"
#include "tui/screens/pay_methods.h"
#include "tui/widgets/big.h"

#include <stdio.h>
#include <string.h>

enum { MARGIN = 1, SUMS = 34 /* cells of the sums in the corner */ };

enum { MARK, NAME, SKU, QUANTITY, PRICE, DISCOUNT, TOTAL, COLUMN_COUNT };

/* Discounts and the mark of a return take cells only where there are some: the name says what is
 * sold. */
static void place(const struct basket *basket, int width, int widths[COLUMN_COUNT])
{
    enum { LOOSE = 70, ROOM_FOR_SKU = 74, ROOM_FOR_DISCOUNT = 56 };
    int tight = width < LOOSE ? 2 : 0;
    bool has_discount = false, has_return = false;
    for (size_t i = 0; i < basket->count; i++) {
        has_discount = has_discount || basket->lines[i].discount_cents != 0;
        has_return = has_return || basket->lines[i].quantity_milli < 0;
    }
    widths[MARK] = (basket->count < 100 ? 4 : 5) + 2 * has_return;
    widths[SKU] = width >= ROOM_FOR_SKU ? 16 : 0;
    widths[QUANTITY] = 8 - tight;
    widths[PRICE] = 11 - tight;
    widths[DISCOUNT] = has_discount && width >= ROOM_FOR_DISCOUNT ? 9 - tight : 0;
    widths[TOTAL] = 12 - tight;
    widths[NAME] = width - MARGIN - widths[MARK];
    for (size_t i = SKU; i < COLUMN_COUNT; i++)
        widths[NAME] -= widths[i];
}

static void put_columns(struct pane pane, int y, enum role role, const int widths[COLUMN_COUNT],
                        const char *const texts[COLUMN_COUNT])
{
    int x = 0;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        bool is_text = i == NAME || i == SKU || i == MARK;
        bool is_dim = (i == SKU || i == MARK) && role == ROLE_NORMAL;
        if (widths[i] > 0)
            text_put(pane, y, x + !is_text, widths[i] - 1, is_dim ? ROLE_DIM : role,
                     is_text ? ALIGN_LEFT : ALIGN_RIGHT, texts[i]);
        x += widths[i];
    }
}

static void draw_line(const struct counter *counter, struct pane pane, int y, size_t index,
                      const int widths[COLUMN_COUNT])
{
    const struct basket_line *line = &counter->sale.basket.lines[index];
    const char *currency = counter->sale.basket.currency;
    bool is_return = line->quantity_milli < 0;
    bool is_cursor = index == counter->cursor;
    char mark[32], quantity[MONEY_TEXT_SIZE], price[MONEY_TEXT_SIZE], total[MONEY_TEXT_SIZE];
    char discount[MONEY_TEXT_SIZE] = "";
    snprintf(mark, sizeof mark, "%c%zu%s", is_cursor ? '>' : ' ', index + 1, is_return ? " R" : "");
    quantity_format(line->quantity_milli, quantity);
    money_format(line->unit_price_cents, currency, price);
    money_format(line->total_cents, currency, total);
    if (line->discount_bp != 0)
        percent_format(line->discount_bp, discount);
    else if (line->discount_cents != 0)
        money_format(-line->discount_cents, currency, discount);
    const char *const texts[] = {mark, line->name, line->sku, quantity, price, discount, total};
    enum role role = is_cursor ? ROLE_SELECTION : is_return ? ROLE_WARNING : ROLE_NORMAL;
    text_put(pane, y, 0, pane.width, role, ALIGN_LEFT, "");
    put_columns(pane, y, role, widths, texts);
}

static void draw_empty(struct pane pane)
{
    static const char *const hints[] = {
        "Scan an item, or type its number or name; 3*code is three",
        "*5 pieces of the line, *0 voids it, + one more, - one less",
        "/10 ten percent off, -5.00 off, @12.50 each; +5.00 Postage",
        "Enter shows what is to pay, Enter again takes it in cash",
        "Words: pc, park, return, void sale, no sale; F1 has them all",
    };
    for (size_t i = 0; i < sizeof hints / sizeof hints[0] && (int)i + 1 < pane.height; i++)
        text_draw(pane, (int)i + 1, MARGIN, pane.width - 2 * MARGIN, ROLE_DIM, hints[i]);
}

static void draw_lines(struct counter *counter, struct pane pane)
{
    static const char *const titles[] = {" #", "Item", "SKU", "Qty", "Price", "Disc", "Total"};
    const struct basket *basket = &counter->sale.basket;
    int widths[COLUMN_COUNT];
    size_t rows = pane.height > 1 ? (size_t)pane.height - 1 : 0;
    place(basket, pane.width, widths);
    put_columns(pane, 0, ROLE_HEADING, widths, titles);
    counter->list = pane_part(pane, 1, 0, pane.height - 1, pane.width);
    if (counter->cursor < counter->top)
        counter->top = counter->cursor;
    if (rows > 0 && counter->cursor >= counter->top + rows)
        counter->top = counter->cursor - rows + 1;
    for (size_t i = 0; i < rows && counter->top + i < basket->count; i++)
        draw_line(counter, counter->list, (int)i, counter->top + i, widths);
    if (basket->count == 0 && counter->mode == COUNTER_SELLING)
        draw_empty(counter->list);
    if (counter->top > 0)
        shape_put(counter->list, 0, pane.width - 1, ROLE_DIM, SHAPE_UP);
    if (counter->top + rows < basket->count)
        shape_put(counter->list, (int)rows - 1, pane.width - 1, ROLE_DIM, SHAPE_DOWN);
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

static int64_t discount_of(const struct basket *basket)
{
    int64_t discount = basket->discount_cents;
    for (size_t i = 0; i < basket->count; i++)
        discount += basket->lines[i].discount_cents;
    return discount;
}

/* From the bottom up, as far as there is room: what is left, the total, what it is made of. */
static void draw_sums(const struct counter *counter, struct pane pane)
{
    const struct basket *basket = &counter->sale.basket;
    int64_t discount = discount_of(basket);
    bool is_back = basket->total_cents < 0;
    char total[24];
    const struct {
        const char *label;
        enum role role;
        int64_t cents;
        bool is_there;
    } rows[] = {
        {"LEFT", ROLE_WARNING, sale_left(&counter->sale), counter->sale.tender_count > 0},
        {total, ROLE_STRONG, is_back ? -basket->total_cents : basket->total_cents, true},
        {basket->is_tax_included ? "of which tax" : "Tax", ROLE_NORMAL, basket->tax_cents,
         basket->tax_cents != 0},
        {"Coupon", ROLE_NORMAL, -basket->coupon_cents, basket->coupon_cents != 0},
        {"Discount", ROLE_NORMAL, -discount, discount != 0},
        {"Subtotal", ROLE_NORMAL, basket->subtotal_cents, discount != 0 || basket->tax_cents != 0},
    };
    int y = pane.height - 1;
    snprintf(total, sizeof total, "%s %.3s", is_back ? "GIVE BACK" : "TO PAY", basket->currency);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && y >= 0; i++)
        if (rows[i].is_there)
            draw_sum(pane, y--, rows[i].label, rows[i].role, rows[i].cents, basket->currency);
}

/* "Cash 50.00", "Card 8841 14.55" */
static void say_tender(const struct counter *counter, size_t index, struct buffer *out)
{
    const struct sale_tender *tender = &counter->sale.tenders[index];
    char amount[MONEY_TEXT_SIZE];
    bool has_change = tender->tendered_cents != 0;
    money_format(has_change ? tender->tendered_cents : tender->amount_cents,
                 counter->sale.basket.currency, amount);
    buffer_format(out, "%s%s%s  %s", pay_method_label(tender->method),
                  tender->reference[0] != '\0' ? " " : "", tender->reference, amount);
}

static void draw_tenders(const struct counter *counter, struct pane pane, int y)
{
    struct buffer text;
    buffer_init(&text);
    for (size_t i = 0; i < counter->sale.tender_count; i++) {
        buffer_add(&text, i > 0 ? "   " : "");
        say_tender(counter, i, &text);
    }
    text_draw(pane, y, MARGIN, pane.width - MARGIN, ROLE_GOOD, text.text);
    buffer_done(&text);
}

static void draw_pair(struct pane pane, int y, const char *label, const char *text,
                      const char *hint)
{
    enum { LABEL = 10 };
    bool is_empty = text[0] == '\0';
    text_draw(pane, y, MARGIN, LABEL - 1, ROLE_LABEL, label);
    text_draw(pane, y, MARGIN + LABEL, pane.width - LABEL - MARGIN,
              is_empty ? ROLE_DIM : ROLE_NORMAL, is_empty ? hint : text);
}

static void draw_corner(const struct counter *counter, struct pane pane)
{
    int y = 1;
    draw_pair(pane, 0, "Customer", counter->sale.basket.customer_name, "F3 looks one up");
    if (counter->sale.note[0] != '\0')
        draw_pair(pane, y++, "Note", counter->sale.note, "");
    if (counter->sale.basket.coupon.code[0] != '\0' && y + 1 < pane.height)
        draw_pair(pane, y, "Coupon", counter->sale.basket.coupon.code, "");
    draw_tenders(counter, pane, pane.height - 1);
}

/* An amount in large figures at the right edge, with what it is beside it. */
static void draw_large(struct pane pane, int y, const char *label, enum role role, int64_t cents,
                       const char *currency)
{
    enum { LABEL_ROOM = 16 };
    char amount[MONEY_TEXT_SIZE];
    money_format(cents, currency, amount);
    int cells = big_cells(amount);
    text_drawf(pane, y + BIG_HEIGHT - 1, MARGIN, pane.width - MARGIN, role, "%s %.3s", label,
               currency);
    if (cells <= pane.width - LABEL_ROOM)
        big_draw(pane, y, pane.width - MARGIN - cells, role, amount);
    else
        text_put(pane, y + BIG_HEIGHT - 1, LABEL_ROOM, pane.width - LABEL_ROOM - MARGIN, role,
                 ALIGN_RIGHT, amount);
}

/* The ways of paying, each with its key. */
static void draw_methods(const struct counter *counter, struct pane pane, int y)
{
    enum { LOOSE = 70 };
    int x = 0;
    for (size_t i = 0; i < PAY_METHOD_COUNT && x < pane.width; i++) {
        const struct pay_method *method = &pay_methods[i];
        bool is_chosen = i == counter->method;
        int width = text_cells(method->label) + (pane.width < LOOSE ? 3 : 4);
        struct pane cell = pane_part(pane, y, x, 1, width);
        char key[2] = {method->key, '\0'};
        if (is_chosen)
            pane_fill(cell, ROLE_SELECTION);
        text_draw(cell, 0, 1, 1, is_chosen ? ROLE_SELECTION : ROLE_KEY, key);
        text_draw(cell, 0, 3, width - 3, is_chosen ? ROLE_SELECTION : ROLE_NORMAL, method->label);
        x += width;
    }
}

static void draw_paying(const struct counter *counter, struct pane pane)
{
    const struct sale *sale = &counter->sale;
    int64_t left = counter->method == PAY_CASH ? sale_cash_left(sale) : sale_left(sale);
    const char *label = left < 0 ? "GIVE BACK" : sale->tender_count > 0 ? "LEFT" : "TO PAY";
    struct pane beside = pane_part(pane, 0, 0, BIG_HEIGHT - 1, pane.width - SUMS);
    draw_pair(beside, 0, "Customer", sale->basket.customer_name, "F3 looks one up");
    struct buffer text;
    buffer_init(&text);
    for (size_t i = 0; i < sale->tender_count && (int)i + 1 < beside.height; i++) {
        buffer_clear(&text);
        say_tender(counter, i, &text);
        text_draw(beside, (int)i + 1, MARGIN, beside.width - MARGIN, ROLE_GOOD, text.text);
    }
    buffer_done(&text);
    draw_large(pane, 0, label, ROLE_STRONG, left < 0 ? -left : left, sale->basket.currency);
    draw_methods(counter, pane, BIG_HEIGHT);
}

static void draw_done(const struct counter *counter, struct pane pane)
{
    const struct sale_result *last = &counter->last;
    char total[ORDER_AMOUNT_SIZE];
    bool is_back = last->given_back_cents > 0;
    order_amount(last->total_cents, counter->sale.basket.currency, total);
    text_drawf(pane, 0, MARGIN, pane.width - MARGIN, ROLE_NORMAL, "%s  %s", last->receipt_number,
               total);
    draw_large(pane, 0, is_back ? "GIVE BACK" : "CHANGE", ROLE_GOOD,
               is_back ? last->given_back_cents : last->change_cents,
               counter->sale.basket.currency);
    text_draw(pane, BIG_HEIGHT, MARGIN, pane.width - MARGIN, ROLE_DIM,
              "Any key goes on; a scan begins the next sale; F8 prints the receipt again");
}

static const char *hint_of(const struct counter *counter)
{
    if (counter->mode == COUNTER_DONE)
        return "scan the next item";
    if (counter->mode == COUNTER_SELLING)
        return counter->sale.basket.count == 0
                   ? "scan or type: a code, 3*code, a name, a word"
                   : "code, name or word; *5 pieces, /10 % off; Enter pays";
    if (counter->on_reference)
        return pay_methods[counter->method].needs_reference ? "scan or type it; Esc goes back"
                                                            : "type it; Enter leaves it out";
    return "what is given; * other way, - back, / to the goods";
}

/* What is asked for stands before the line while money is taken. */
static void draw_input(struct counter *counter, struct pane line)
{
    const struct pay_method *method = &pay_methods[counter->method];
    int x = 2;
    if (counter->mode == COUNTER_PAYING)
        x = 1 + text_drawf(line, 0, MARGIN, line.width / 2, ROLE_KEY, "%s%s%s > ", method->label,
                           counter->on_reference ? " " : "",
                           counter->on_reference ? method->reference : "");
    else
        text_draw(line, 0, 0, x, ROLE_KEY, "> ");
    editor_draw_as(&counter->line, pane_part(line, 0, x, 1, line.width - x), true, ROLE_FIELD_FOCUS,
                   hint_of(counter));
}

void counter_draw(struct counter *counter, struct pane pane)
{
    enum { CORNER = 5, CORNER_SMALL = 3, SMALL = 16 };
    int corner = pane.height < SMALL ? CORNER_SMALL : CORNER;
    if (counter->mode != COUNTER_SELLING)
        corner = BIG_HEIGHT + 1;
    int list = pane.height - corner - 2;
    struct pane below = pane_part(pane, list + 1, 0, corner, pane.width);
    draw_lines(counter, pane_part(pane, 0, 0, list, pane.width));
    pane_line(pane, list, ROLE_BORDER);
    if (counter->mode == COUNTER_PAYING) {
        draw_paying(counter, below);
    } else if (counter->mode == COUNTER_DONE) {
        draw_done(counter, below);
    } else {
        draw_corner(counter, pane_part(below, 0, 0, corner, pane.width - SUMS));
        draw_sums(counter, pane_part(below, 0, pane.width - SUMS, corner, SUMS));
    }
    draw_input(counter, pane_part(pane, pane.height - 1, 0, 1, pane.width));
}
