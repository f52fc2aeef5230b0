/* Receipts: what they say, that their amounts add up, and the bytes for the printer, which are
 * compared with tests/data/golden/paper. With PAPER_GOLDEN=write in the environment they are
 * written anew. */
#include "model/base/money.h"
#include "model/paper/paper_label.h"
#include "model/paper/paper_receipt.h"
#include "model/paper/paper_report.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct printer printer_of(struct shop *shop, const char *json)
{
    struct printer printer;
    shop_expect(shop, printer_read(json, &printer, &shop->err));
    return printer;
}

static void set(struct shop *shop, const char *name, const char *value)
{
    const struct change changes[] = {{.column = "name", .value = value_text(name)},
                                     {.column = "value", .value = value_text(value)}};
    shop_insert(shop, "app_settings", changes, 2);
}

static void set_head(struct shop *shop)
{
    set(shop, "receipt",
        "{\"address\":\"Torstr. 1\\n10119 Berlin\",\"tax_number\":\"DE123456789\","
        "\"footer\":\"Thank you!\\nGoods come back within 14 days.\"}");
}

static void same_as_golden(const char *name, const struct buffer *bytes)
{
    char path[256];
    snprintf(path, sizeof path, "tests/data/golden/paper/%s", name);
    const char *mode = getenv("PAPER_GOLDEN");
    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *file = fopen(path, "wbe");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes->text, 1, bytes->size, file), bytes->size);
        fclose(file);
        return;
    }
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        fail_msg("%s is missing", path);
    static char golden[64 * 1024];
    size_t size = fread(golden, 1, sizeof golden, file);
    fclose(file);
    if (size != bytes->size || memcmp(golden, bytes->text, size) != 0)
        fail_msg("the bytes differ from %s", path);
}

/* Two goods, one with a discount of its own, a discount over all, cash with change and a card. */
static struct uuid sale(struct shop *shop)
{
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 2000, NULL, &shop->err));
    shop_expect(shop, basket_add(&basket, shop->store, &shop->roller, 1000, NULL, &shop->err));
    shop_expect(shop, basket_set_discount(&basket, 1, "10%", &shop->err));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "5.00", &shop->err));
    basket.customer_id = shop->customer;
    snprintf(basket.customer_name, sizeof basket.customer_name, "Jo Meyer");
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "pending", &id, &shop->err));
    basket_done(&basket);
    const struct tender card = {.method = "card", .reference = "8841", .amount_cents = 5000};
    const struct tender cash = {.method = "cash", .amount_cents = 3245, .tendered_cents = 5000};
    shop_expect(shop, order_pay(shop->store, &shop->owner, &id, &card, NULL, &shop->err));
    shop_expect(shop, order_pay(shop->store, &shop->owner, &id, &cash, NULL, &shop->err));
    return id;
}

static const char *plain(struct shop *shop, const struct uuid *id, const char *json, int copy)
{
    struct printer printer = printer_of(shop, json);
    struct paper_text text;
    struct buffer out;
    paper_text_init(&text, shop->arena);
    buffer_init(&out);
    shop_expect(shop, paper_receipt_lines(shop->store, shop_load(shop, id),
                                          (struct paper_options){.copy = copy}, &text, &shop->err));
    paper_text_plain(text.lines, text.count, &printer, &out);
    const char *copied = arena_text(shop->arena, out.text);
    paper_text_done(&text);
    buffer_done(&out);
    return copied;
}

#define WIDE   "{\"kind\":\"file\",\"address\":\"/x\"}"
#define NARROW "{\"kind\":\"file\",\"address\":\"/x\",\"width\":58}"

static void expect_in(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("'%s' is not in:\n%s", words, text);
}

static void test_a_sale_in_words(void **state)
{
    struct shop *shop = *state;
    set_head(shop);
    struct uuid id = sale(shop);
    const char *text = plain(shop, &id, WIDE, 0);
    static const char *const said[] = {
        "Torstr. 1",
        "Tax no. DE123456789",
        "No. R1-S000001 ",
        "Order                                  R1-000001\n",
        "  2 x 39.90                                79.80\n",
        "  1 x 8.50  -10%                            7.65\n",
        "Subtotal                                   87.45\n",
        "Discount                                   -5.00\n",
        "TOTAL EUR                                  82.45\n",
        "Card  8841                                 50.00\n",
        "Cash                                       50.00\n",
        "Change                                    -17.55\n",
        "Tax in the prices\n",
        "  19% of net 69.29                         13.16\n",
        "Customer                                Jo Meyer\n",
        "Served by                             Olga Owner\n",
    };
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        expect_in(text, said[i]);
    assert_null(strstr(text, "COPY"));
    expect_in(plain(shop, &id, WIDE, 2), "COPY 2\n");
    assert_null(strstr(plain(shop, &id, WIDE, 1), "COPY"));
}

static void test_no_row_is_wider_than_the_paper(void **state)
{
    struct shop *shop = *state;
    struct uuid goods = shop_product(
        shop,
        "Weatherproof façade paint for outdoor walls, extra strong, with a very long name "
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenfarbe",
        "LONG", 999999999999, false);
    struct uuid id = shop_order(shop, &goods, 3, "pending");
    const char *text = plain(shop, &id, NARROW, 0);
    for (const char *row = text; *row != '\0';) {
        size_t cells = 0, size = strcspn(row, "\n");
        for (size_t i = 0; i < size; i++)
            cells += ((unsigned char)row[i] & 0xc0) != 0x80;
        if (cells > 32)
            fail_msg("too wide: %.*s", (int)size, row);
        row += size + (row[size] == '\n');
    }
    expect_in(text, "29,999,999,999.97\n");
}

static void test_bytes_are_as_they_were(void **state)
{
    struct shop *shop = *state;
    set_head(shop);
    struct uuid id = sale(shop);
    const struct {
        const char *name, *json;
        int copy;
    } prints[] = {{"receipt-80.bin", WIDE, 1},
                  {"receipt-58-copy.bin",
                   "{\"kind\":\"file\",\"address\":\"/x\",\"width\":58,"
                   "\"code_page\":\"cp437\",\"cut\":false}",
                   2}};
    for (size_t i = 0; i < sizeof prints / sizeof prints[0]; i++) {
        struct printer printer = printer_of(shop, prints[i].json);
        struct buffer out;
        buffer_init(&out);
        shop_expect(shop, paper_receipt(shop->store, shop_load(shop, &id), &printer,
                                        (struct paper_options){.copy = prints[i].copy}, &out,
                                        &shop->err));
        same_as_golden(prints[i].name, &out);
        buffer_done(&out);
    }
}

static void test_goods_that_came_back(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "exchange", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, -1000, NULL, &shop->err));
    shop_expect(shop, basket_add(&basket, shop->store, &shop->roller, 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "pending", &id, &shop->err));
    basket_done(&basket);
    const char *text = plain(shop, &id, WIDE, 0);
    expect_in(text, "EXCHANGE\n");
    expect_in(text, "RETURN Latex white 10 l\n  -1 x 39.90                              -39.90\n");
    expect_in(text, "TOTAL EUR                                 -31.40\n");
    expect_in(text, "TO GIVE BACK                               31.40\n");
}

static void test_tax_added_and_of_several_rates(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "sale", "EUR");
    basket.is_tax_included = false;
    shop_expect(shop, basket_add_manual(&basket, "Book", 1000, 1000, 700, NULL, &shop->err));
    shop_expect(shop, basket_add_manual(&basket, "Brush", 1000, 1000, 1900, NULL, &shop->err));
    shop_expect(shop, basket_add_manual(&basket, "Stamp", 1000, 85, 0, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "pending", &id, &shop->err));
    basket_done(&basket);
    const char *text = plain(shop, &id, WIDE, 0);
    expect_in(text, "Subtotal                                   20.85\n");
    expect_in(text, "Tax                                         2.60\n");
    expect_in(text, "TOTAL EUR                                  23.45\n");
    expect_in(text, "Tax on the prices\n  0% of net 0.85                            0.00\n"
                    "  7% of net 10.00                           0.70\n"
                    "  19% of net 10.00                          1.90\n");
}

static void test_another_currency_has_no_cents(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    expect_in(plain(shop, &id, WIDE, 0), "TOTAL JPY                                  3,990\n");
}

/* A gift card's code is money: who finds the receipt must not have it. */
static void test_codes_of_gift_cards_are_cut(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->roller, 1, "pending");
    struct order *order = shop_load(shop, &id);
    struct order_payment payment = {.method = "gift_card",
                                    .status = "captured",
                                    .reference = "GC-SECRET-7788",
                                    .amount_cents = 850};
    struct printer printer = printer_of(shop, WIDE);
    struct paper_text text;
    struct buffer out;
    order->payments = &payment;
    order->payment_count = 1;
    paper_text_init(&text, shop->arena);
    buffer_init(&out);
    shop_expect(shop, paper_receipt_lines(shop->store, order, (struct paper_options){0}, &text,
                                          &shop->err));
    paper_text_plain(text.lines, text.count, &printer, &out);
    expect_in(out.text, "Gift card  7788");
    assert_null(strstr(out.text, "SECRET"));
    paper_text_done(&text);
    buffer_done(&out);
}

static void test_letters_that_a_printer_lacks(void **state)
{
    (void)state;
    static const struct {
        const char *page, *text, *bytes;
    } texts[] = {
        {"cp858", "Käse 5 €", "K\x84se 5 \xd5"},
        {"cp437", "Käse 5 €", "K\x84se 5 EUR"},
        {"cp1252", "Käse 5 €", "K\xe4se 5 \x80"},
        {"cp858", "Łódź – „a“ …",
         "L\xa2"
         "dz - \"a\" ..."},
        {"cp858", "e\xcc\x81", "\x82"},
        {"cp858", "دهان 漢", "???? ?"},
        {"cp858", "a\tb\x1b@\n", "a b @ "},
        {"cp858", "\xff\xfe", "??"},
        {"cp858",
         "a\xe2\x80\x8b"
         "b",
         "ab"},
        {"cp858", "", ""},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct buffer out;
        buffer_init(&out);
        code_page_encode(code_page_find(texts[i].page), texts[i].text, &out);
        assert_string_equal(out.text, texts[i].bytes);
        buffer_done(&out);
    }
    assert_null(code_page_find("cp999"));
}

static void test_settings_that_are_wrong(void **state)
{
    struct shop *shop = *state;
    struct printer printer;
    static const struct {
        const char *json, *field;
    } wrong[] = {
        {"{\"kind\":\"fax\"}", "kind"},
        {"{\"kind\":\"tcp\"}", "address"},
        {"{\"kind\":\"tcp\",\"address\":\"host:0\"}", "address"},
        {"{\"kind\":\"tcp\",\"address\":\"host:65536\"}", "address"},
        {"{\"kind\":\"tcp\",\"address\":\":9100\"}", "address"},
        {"{\"kind\":\"device\",\"address\":\"dev/lp0\"}", "address"},
        {"{\"kind\":\"file\",\"address\":\"/x\",\"width\":70}", "width"},
        {"{\"kind\":\"file\",\"address\":\"/x\",\"code_page\":\"utf8\"}", "code_page"},
        {"{\"kind\":\"file\",\"address\":\"/x\",\"drawer_pin\":2}", "drawer_pin"},
        {"{\"kind\":\"file\",\"address\":\"/x\",\"drawer_pin\":\"0\"}", "drawer_pin"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(printer_read(wrong[i].json, &printer, &shop->err));
        assert_int_equal(shop->err.code, ERROR_INPUT);
        assert_string_equal(shop->err.field, wrong[i].field);
    }
    shop_expect_error(shop, printer_read("{}", &printer, &shop->err), ERROR_RULE, "no printer");
    shop_expect_error(shop, printer_read("[", &printer, &shop->err), ERROR_INPUT, "JSON");
    shop_expect(shop,
                printer_read("{\"kind\":\"tcp\",\"address\":\"[::1]\"}", &printer, &shop->err));
    assert_string_equal(printer.name, "tcp:[::1]:9100");
    shop_expect(shop,
                printer_read("{\"kind\":\"tcp\",\"address\":\"p:99\"}", &printer, &shop->err));
    assert_string_equal(printer.name, "tcp:p:99");
}

static void test_a_label_has_the_code_of_one_piece(void **state)
{
    struct shop *shop = *state;
    struct printer printer = printer_of(shop, NARROW);
    struct buffer out;
    buffer_init(&out);
    shop_expect(shop, paper_label(shop->store, &shop->paint, 2, &printer, &out, &shop->err));
    same_as_golden("label-58.bin", &out);
    shop_expect_error(shop, paper_label(shop->store, &shop->paint, 0, &printer, &out, &shop->err),
                      ERROR_INPUT, "from 1");
    shop_expect_error(shop,
                      paper_label(shop->store, &shop->paint, 1001, &printer, &out, &shop->err),
                      ERROR_INPUT, "from 1");
    struct uuid nothing = {{9}};
    shop_expect_error(shop, paper_label(shop->store, &nothing, 1, &printer, &out, &shop->err),
                      ERROR_NOT_FOUND, "no longer");
    buffer_done(&out);
}

static void test_a_report(void **state)
{
    struct shop *shop = *state;
    struct printer printer = printer_of(shop, WIDE);
    const struct paper_line lines[] = {{PAPER_NORMAL, "Cash", "120.00"},
                                       {PAPER_RULE, NULL, NULL},
                                       {PAPER_STRONG, "Difference", "-0.01"}};
    struct buffer out;
    buffer_init(&out);
    shop->scratch.clock.now = INT64_C(1795172400) * 1000000;
    shop_expect(shop, paper_report(shop->store, &shop->owner.location_id, "Z REPORT 7", lines, 3, 1,
                                   &printer, &out, &shop->err));
    same_as_golden("report-80.bin", &out);
    buffer_done(&out);
}

int main(void)
{
#define IN_EUR(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        IN_EUR(test_a_sale_in_words),
        IN_EUR(test_no_row_is_wider_than_the_paper),
        IN_EUR(test_bytes_are_as_they_were),
        IN_EUR(test_goods_that_came_back),
        IN_EUR(test_tax_added_and_of_several_rates),
        cmocka_unit_test_setup_teardown(test_another_currency_has_no_cents, shop_setup_yen,
                                        shop_teardown),
        IN_EUR(test_codes_of_gift_cards_are_cut),
        cmocka_unit_test(test_letters_that_a_printer_lacks),
        IN_EUR(test_settings_that_are_wrong),
        IN_EUR(test_a_label_has_the_code_of_one_piece),
        IN_EUR(test_a_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
