/* A report as lines for a person. */
#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/till/till_report.h"

#include <string.h>

enum { LINES_FIRST = 64 };

struct writing {
    struct arena *arena;
    const char *currency;
    struct report_line *lines;
    size_t count, capacity;
};

static void add(struct writing *writing, enum report_style style, const char *left,
                const char *right)
{
    if (writing->count == writing->capacity) {
        struct report_line *old = writing->lines;
        writing->capacity = writing->capacity > 0 ? writing->capacity * 2 : LINES_FIRST;
        writing->lines = arena_alloc(writing->arena, writing->capacity * sizeof *old);
        if (writing->count > 0)
            memcpy(writing->lines, old, writing->count * sizeof *old);
    }
    writing->lines[writing->count++] = (struct report_line){style, left, right};
}

static int64_t number(const json_t *of, const char *name)
{
    return json_integer_value(json_object_get(of, name));
}

static const char *text(const json_t *of, const char *name)
{
    const char *value = json_string_value(json_object_get(of, name));
    return value != NULL ? value : "";
}

static const char *amount(const struct writing *writing, int64_t cents)
{
    char shown[MONEY_TEXT_SIZE];
    money_format(cents, writing->currency, shown);
    return arena_text(writing->arena, shown);
}

static void add_amount(struct writing *writing, enum report_style style, const char *left,
                       int64_t cents)
{
    add(writing, style, left, amount(writing, cents));
}

/* "Sales (12)" with what they come to; nothing where there is none. */
static void add_counted(struct writing *writing, const char *left, int64_t count, int64_t cents)
{
    if (count != 0)
        add_amount(writing, REPORT_PLAIN,
                   arena_format(writing->arena, "%s (%lld)", left, (long long)count), cents);
}

static void add_number(struct writing *writing, const char *left, int64_t count)
{
    if (count != 0)
        add(writing, REPORT_PLAIN, left, arena_format(writing->arena, "%lld", (long long)count));
}

static void add_instant(struct writing *writing, const char *left, int64_t instant,
                        const char *person, const char *zone)
{
    char shown[INSTANT_TEXT_SIZE];
    instant_format_local(instant, zone, shown);
    add(writing, REPORT_PLAIN,
        person[0] != '\0' ? arena_format(writing->arena, "%s by %s", left, person) : left,
        arena_text(writing->arena, shown));
}

static void add_head(struct writing *writing, const struct till_session *session, const char *zone)
{
    add(writing, REPORT_TITLE,
        session->is_open
            ? "X report"
            : arena_format(writing->arena, "Z report %lld", (long long)session->z_number),
        "");
    add(writing, REPORT_PLAIN,
        arena_format(writing->arena, "Till %s, %s", session->code, session->location),
        arena_text(writing->arena, session->day));
    add_instant(writing, "Opened", session->opened_at, session->opened_by, zone);
    if (strcmp(session->keeper, session->opened_by) != 0)
        add(writing, REPORT_PLAIN, "With", arena_text(writing->arena, session->keeper));
    if (session->is_overdue)
        add(writing, REPORT_PLAIN, "Left open overnight; count and close it", "");
    if (!session->is_open)
        add_instant(writing, "Closed", session->closed_at, session->closed_by, zone);
}

static void add_sales(struct writing *writing, const json_t *sums)
{
    int64_t back = number(sums, "returned_cents");
    add(writing, REPORT_HEAD, "Sales", text(sums, "currency"));
    add_amount(writing, REPORT_PLAIN,
               arena_format(writing->arena, "Sold (%lld)", (long long)number(sums, "sales")),
               number(sums, "sold_cents"));
    if (back != 0)
        add_amount(
            writing, REPORT_PLAIN,
            arena_format(writing->arena, "Came back (%lld)", (long long)number(sums, "returns")),
            back);
    if (number(sums, "shipping_cents") != 0)
        add_amount(writing, REPORT_PLAIN, "Delivery", number(sums, "shipping_cents"));
    if (number(sums, "rounding_cents") != 0)
        add_amount(writing, REPORT_PLAIN, "Rounding", number(sums, "rounding_cents"));
    add_counted(writing, "Cancelled", number(sums, "cancelled"), -number(sums, "cancelled_cents"));
    add_amount(writing, REPORT_SUM, "Total", number(sums, "total_cents"));
    if (number(sums, "discount_cents") != 0)
        add_amount(writing, REPORT_PLAIN, "Discounts, taken off already",
                   number(sums, "discount_cents"));
}

static void add_taxes(struct writing *writing, const json_t *sums)
{
    size_t i;
    json_t *tax;
    json_array_foreach(json_object_get(sums, "taxes"), i, tax)
    {
        char percent[MONEY_TEXT_SIZE];
        percent_format(number(tax, "bp"), percent);
        add_amount(writing, REPORT_PLAIN,
                   arena_format(writing->arena, "Tax %s on %s", percent,
                                amount(writing, number(tax, "net_cents"))),
                   number(tax, "tax_cents"));
    }
}

static void add_tenders(struct writing *writing, const json_t *sums)
{
    static const char *const methods[][2] = {{"cash", "Cash"},           {"card", "Card"},
                                             {"gift_card", "Gift card"}, {"store_credit", "Credit"},
                                             {"transfer", "Transfer"},   {"other", "Other"}};
    size_t i;
    json_t *tender;
    json_t *tenders = json_object_get(sums, "tenders");
    if (json_array_size(tenders) > 0)
        add(writing, REPORT_HEAD, "Paid with", text(sums, "currency"));
    json_array_foreach(tenders, i, tender)
    {
        const char *name = text(tender, "method");
        for (size_t k = 0; k < sizeof methods / sizeof methods[0]; k++)
            name = strcmp(name, methods[k][0]) == 0 ? methods[k][1] : name;
        add_counted(writing, arena_text(writing->arena, name), number(tender, "count"),
                    number(tender, "cents"));
        add_counted(writing, arena_format(writing->arena, "%s given back", name),
                    number(tender, "refunds"), -number(tender, "refunded_cents"));
    }
}

static void add_movements(struct writing *writing, const json_t *figures)
{
    static const char *const kinds[][2] = {{"pay_in", "Put in"},
                                           {"pay_out", "Taken out"},
                                           {"drop", "To the safe"},
                                           {"correction", "Put right"}};
    size_t i;
    json_t *movement;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        json_array_foreach(json_object_get(figures, "movements"), i,
                           movement) if (strcmp(text(movement, "kind"), kinds[k][0]) == 0)
            add_counted(writing, kinds[k][1], number(movement, "count"), number(movement, "cents"));
}

/* The cash of the session's own currency, which stands first. */
static void add_cash(struct writing *writing, const json_t *figures)
{
    size_t i;
    json_t *tender;
    const json_t *own = json_array_get(json_object_get(figures, "currencies"), 0);
    json_array_foreach(json_object_get(own, "tenders"), i, tender)
    {
        if (strcmp(text(tender, "method"), "cash") == 0)
            add_amount(writing, REPORT_PLAIN, "Cash taken and given back",
                       number(tender, "cents") - number(tender, "refunded_cents"));
    }
}

static void add_counts(struct writing *writing, const json_t *figures)
{
    size_t i;
    json_t *count;
    json_array_foreach(json_object_get(figures, "counts"), i, count)
    {
        add_amount(writing, REPORT_PLAIN,
                   arena_format(writing->arena, "%lld x %s", (long long)number(count, "pieces"),
                                amount(writing, number(count, "denomination_cents"))),
                   number(count, "pieces") * number(count, "denomination_cents"));
    }
}

static void add_drawer(struct writing *writing, const struct till_report *report)
{
    const json_t *figures = report->figures;
    add(writing, REPORT_HEAD, "Drawer", writing->currency);
    add_amount(writing, REPORT_PLAIN, "Float", number(figures, "opening_cents"));
    add_cash(writing, figures);
    add_movements(writing, figures);
    if (report->is_blind) {
        add(writing, REPORT_PLAIN, "Sums are shown once it is counted", "");
        return;
    }
    add_amount(writing, REPORT_SUM, "Expected", number(figures, "expected_cents"));
    if (report->session.is_open)
        return;
    add_counts(writing, figures);
    add_amount(writing, REPORT_SUM, "Counted", number(figures, "counted_cents"));
    add_amount(writing, REPORT_SUM, "Difference", number(figures, "difference_cents"));
    if (text(figures, "reason")[0] != '\0')
        add(writing, REPORT_PLAIN,
            arena_format(writing->arena, "Reason: %s", text(figures, "reason")), "");
}

static void add_papers(struct writing *writing, const json_t *figures)
{
    size_t i;
    json_t *series;
    add(writing, REPORT_RULE, "", "");
    json_array_foreach(json_object_get(figures, "receipts"), i, series)
    {
        add_number(writing,
                   arena_format(writing->arena, "Receipts %s to %s", text(series, "first"),
                                text(series, "last")),
                   number(series, "count"));
    }
    add_counted(writing, "Sales voided", number(figures, "voids"), number(figures, "voided_cents"));
    add_number(writing, "Opened without a sale", number(figures, "no_sales"));
}

size_t till_report_lines(const struct till_report *report, const char *zone, struct arena *arena,
                         struct report_line **out)
{
    struct writing writing = {.arena = arena};
    size_t i;
    json_t *sums;
    add_head(&writing, &report->session, zone);
    json_array_foreach(json_object_get(report->figures, "currencies"), i, sums)
    {
        writing.currency = arena_text(arena, text(sums, "currency"));
        add_sales(&writing, sums);
        add_taxes(&writing, sums);
        add_tenders(&writing, sums);
    }
    writing.currency = arena_text(arena, report->session.currency);
    add_drawer(&writing, report);
    add_papers(&writing, report->figures);
    *out = writing.lines;
    return writing.count;
}
