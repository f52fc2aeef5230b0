/* Invoices: their numbers, what they freeze, how they are taken back; and the PDF of one. */
#include "model/base/money.h"
#include "model/operation/record_hand.h"
#include "model/paper/invoice.h"
#include "model/paper/paper_sheet.h"
#include "model/paper/pdf.h"
#include "model/paper/pdf_text.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct uuid issue(struct shop *shop, const struct uuid *order)
{
    struct uuid id;
    shop_expect(shop, invoice_issue(shop->store, &shop->owner, order, &id, &shop->err));
    return id;
}

static struct invoice load(struct shop *shop, const struct uuid *id)
{
    struct invoice invoice;
    shop_expect(shop, invoice_load(shop->store, id, shop->arena, &invoice, &shop->err) == 1);
    return invoice;
}

static struct uuid order_of_kind(struct shop *shop, const char *kind, const struct uuid *original,
                                 int64_t milli, const char *status)
{
    struct basket basket;
    struct uuid id;
    basket_init(&basket, kind, "EUR");
    if (original != NULL)
        basket.original_id = *original;
    basket.customer_id = shop->customer;
    snprintf(basket.customer_name, sizeof basket.customer_name, "Jo Meyer");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, milli, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, status, &id, &shop->err));
    basket_done(&basket);
    return id;
}

static void test_an_invoice_says_what_its_order_says(void **state)
{
    struct shop *shop = *state;
    struct uuid order = order_of_kind(shop, "sale", NULL, 2000, "pending");
    struct uuid id = issue(shop, &order);
    struct invoice invoice = load(shop, &id);
    assert_string_equal(invoice.number, "R1-I000001");
    assert_string_equal(invoice.kind, "invoice");
    assert_string_equal(invoice.status, "final");
    assert_string_equal(invoice.customer_name, "Jo Meyer");
    assert_int_equal(invoice.total_cents, 7980);
    assert_int_equal(invoice.line_count, 1);
    assert_int_equal(invoice.lines[0].total_cents, 7980);
    assert_string_equal(invoice.issued_on, "2026-11-20");
    assert_string_equal(invoice.due_on, "2026-12-04");
    struct uuid found;
    assert_int_equal(invoice_find(shop->store, invoice.order_number, &found, &shop->err), 1);
    assert_true(uuid_equal(&found, &id));
    assert_int_equal(invoice_find(shop->store, "R1-I000001", &found, &shop->err), 1);
    assert_int_equal(invoice_find(shop->store, "nothing", &found, &shop->err), 0);
}

static void test_what_is_paid_is_due_today(void **state)
{
    struct shop *shop = *state;
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, shop_pay(shop, &order, "card", 3990));
    struct uuid id = issue(shop, &order);
    assert_string_equal(load(shop, &id).due_on, "2026-11-20");
}

static void refuse(struct shop *shop, const struct uuid *order, const char *words)
{
    shop_expect_error(shop, invoice_issue(shop->store, &shop->owner, order, NULL, &shop->err),
                      ERROR_RULE, words);
}

static void test_what_has_no_invoice(void **state)
{
    struct shop *shop = *state;
    struct uuid draft = shop_order(shop, &shop->paint, 1, "draft");
    struct uuid parked = shop_order(shop, &shop->paint, 1, "parked");
    struct uuid quote = order_of_kind(shop, "quote", NULL, 1000, "sent");
    struct uuid sale = shop_order(shop, &shop->paint, 1, "pending");
    struct uuid back = order_of_kind(shop, "return", &sale, -1000, "pending");
    refuse(shop, &draft, "is draft");
    refuse(shop, &parked, "is parked");
    refuse(shop, &quote, "is a quote");
    refuse(shop, &back, "nothing to credit");
    issue(shop, &sale);
    refuse(shop, &sale, "has invoice R1-I000001 already");
    struct uuid nothing = {{9}};
    shop_expect_error(shop, invoice_issue(shop->store, &shop->owner, &nothing, NULL, &shop->err),
                      ERROR_NOT_FOUND, "no longer");
    /* None of these took a number. */
    struct uuid next = shop_order(shop, &shop->paint, 1, "pending");
    struct uuid id = issue(shop, &next);
    assert_string_equal(load(shop, &id).number, "R1-I000002");
}

static void test_a_return_is_credited(void **state)
{
    struct shop *shop = *state;
    struct uuid sale = shop_order(shop, &shop->paint, 2, "pending");
    struct uuid invoice = issue(shop, &sale);
    struct uuid back = order_of_kind(shop, "return", &sale, -1000, "pending");
    struct uuid id = issue(shop, &back);
    struct invoice note = load(shop, &id);
    assert_string_equal(note.kind, "credit_note");
    assert_string_equal(note.number, "R1-C000001");
    assert_int_equal(note.total_cents, -3990);
    assert_true(uuid_equal(&note.original_id, &invoice));
    assert_string_equal(note.original_number, "R1-I000001");
}

static void test_a_cancellation_takes_back_all_of_it(void **state)
{
    struct shop *shop = *state;
    struct uuid sale = shop_order(shop, &shop->paint, 2, "pending");
    struct uuid id = issue(shop, &sale), taken_back;
    shop_expect_error(shop, invoice_cancel(shop->store, &shop->owner, &id, " ", NULL, &shop->err),
                      ERROR_INPUT, "Say why");
    shop_expect(shop, invoice_cancel(shop->store, &shop->owner, &id, "wrong name", &taken_back,
                                     &shop->err));
    struct invoice before = load(shop, &id), after = load(shop, &taken_back);
    assert_string_equal(before.status, "cancelled");
    assert_string_equal(before.number, "R1-I000001"); /* it keeps its number */
    assert_int_equal(before.total_cents, 7980);
    assert_string_equal(after.kind, "cancellation");
    assert_string_equal(after.number, "R1-C000001");
    assert_int_equal(after.total_cents + before.total_cents, 0);
    assert_int_equal(after.tax_cents + before.tax_cents, 0);
    assert_int_equal(after.lines[0].quantity_milli, -2000);
    assert_string_equal(after.notes, "wrong name");
    shop_expect_error(shop,
                      invoice_cancel(shop->store, &shop->owner, &id, "again", NULL, &shop->err),
                      ERROR_RULE, "is cancelled");
    shop_expect_error(
        shop, invoice_cancel(shop->store, &shop->owner, &taken_back, "again", NULL, &shop->err),
        ERROR_RULE, "is a cancellation");
    struct uuid next = issue(shop, &sale); /* now the right one can be written */
    assert_string_equal(load(shop, &next).number, "R1-I000002");
}

static void test_undo_cancels(void **state)
{
    struct shop *shop = *state;
    struct uuid sale = shop_order(shop, &shop->paint, 1, "pending");
    struct uuid id = issue(shop, &sale);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(load(shop, &id).status, "cancelled");
    assert_int_equal(shop_integer(shop, "SELECT sum(total_cents) FROM invoices", NULL), 0);
}

static void test_drafts_and_hands(void **state)
{
    struct shop *shop = *state;
    const struct change draft[] = {{.column = "currency", .value = value_text("EUR")}};
    struct uuid empty = shop_insert(shop, "invoices", draft, 1);
    shop_expect_error(shop, invoice_finalise(shop->store, &shop->owner, &empty, &shop->err),
                      ERROR_RULE, "no lines");
    const struct change line[] = {{.column = "invoice_id", .value = value_uuid(&empty)},
                                  {.column = "name", .value = value_text("Advice")},
                                  {.column = "quantity_milli", .value = value_integer(1000)}};
    shop_insert(shop, "invoice_lines", line, 3);
    shop_expect(shop, invoice_finalise(shop->store, &shop->owner, &empty, &shop->err));
    assert_string_equal(load(shop, &empty).number, "R1-I000001");
    shop_expect_error(shop, invoice_finalise(shop->store, &shop->owner, &empty, &shop->err),
                      ERROR_RULE, "final already");
    const struct table *table = schema_table(store_schema(shop->store), "invoices");
    shop_expect_error(shop,
                      record_by_hand(shop->store, &shop->owner, table, HAND_CHANGES, &shop->err),
                      ERROR_RULE, "never changed");
    table = schema_table(store_schema(shop->store), "invoice_lines");
    shop_expect_error(shop,
                      record_by_hand(shop->store, &shop->owner, table, HAND_DELETES, &shop->err),
                      ERROR_RULE, "never changed");
}

static size_t pages_of(const struct buffer *pdf)
{
    size_t count = 0;
    for (const char *at = pdf->text;
         (at = memmem(at, pdf->size - (size_t)(at - pdf->text), "/Type /Page\n", 12)) != NULL; at++)
        count++;
    return count;
}

static void test_a_sheet_of_several_pages(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct uuid order;
    static const char *const folders[] = {PDF_FONTS, NULL, "/nonexistent"};
    basket_init(&basket, "sale", "EUR");
    for (int i = 0; i < 100; i++) {
        char name[256];
        snprintf(name, sizeof name,
                 "%d طلاء أبيض Donaudampfschifffahrtsgesellschaftskapitänsmützenfarbe, a very long "
                 "name that needs more than one row of the table",
                 i);
        shop_expect(shop, basket_add_manual(&basket, name, 1000, 100 + i, 1900, NULL, &shop->err));
    }
    shop_expect(shop,
                order_save(shop->store, &shop->owner, &basket, "pending", &order, &shop->err));
    basket_done(&basket);
    struct uuid id = issue(shop, &order);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        struct buffer pdf;
        buffer_init(&pdf);
        shop_expect(shop, paper_sheet_invoice(shop->store, &shop->owner, &id, folders[i], &pdf,
                                              &shop->err));
        assert_memory_equal(pdf.text, "%PDF-", 5);
        assert_true(pages_of(&pdf) >= 5);
        assert_non_null(memmem(pdf.text, pdf.size, "%%EOF", 5));
        buffer_done(&pdf);
    }
}

static void test_a_quote_is_a_sheet_and_a_sale_is_none(void **state)
{
    struct shop *shop = *state;
    struct buffer pdf;
    struct uuid quote = order_of_kind(shop, "quote", NULL, 1000, "sent");
    struct uuid sale = shop_order(shop, &shop->paint, 1, "pending");
    buffer_init(&pdf);
    shop_expect(shop, paper_sheet_quote(shop->store, &shop->owner, &quote, NULL, &pdf, &shop->err));
    assert_int_equal(pages_of(&pdf), 1);
    shop_expect_error(shop,
                      paper_sheet_quote(shop->store, &shop->owner, &sale, NULL, &pdf, &shop->err),
                      ERROR_RULE, "no quote");
    buffer_done(&pdf);
}

static void test_arabic_is_joined_and_turned_around(void **state)
{
    struct shop *shop = *state;
    /* seen, lam alef, meem: the last is seen first, in the shapes that they have beside others */
    assert_string_equal(pdf_text_shaped("سلام", shop->arena), "ﻡﻼﺳ");
    assert_string_equal(pdf_text_shaped("5 l", shop->arena), "5 l");
    assert_string_equal(pdf_text_shaped("a\x1b[2J\xff😀\xe2\x80\xae"
                                        "b",
                                        shop->arena),
                        "a?[2J??b");
    assert_string_equal(pdf_text_shaped("", shop->arena), "");
    assert_string_equal(pdf_text_western("5 € ü 漢", shop->arena), "5 \x80 \xfc ?");
}

int main(void)
{
#define IN_SHOP(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        IN_SHOP(test_an_invoice_says_what_its_order_says),
        IN_SHOP(test_what_is_paid_is_due_today),
        IN_SHOP(test_what_has_no_invoice),
        IN_SHOP(test_a_return_is_credited),
        IN_SHOP(test_a_cancellation_takes_back_all_of_it),
        IN_SHOP(test_undo_cancels),
        IN_SHOP(test_drafts_and_hands),
        IN_SHOP(test_a_sheet_of_several_pages),
        IN_SHOP(test_a_quote_is_a_sheet_and_a_sale_is_none),
        IN_SHOP(test_arabic_is_joined_and_turned_around),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
