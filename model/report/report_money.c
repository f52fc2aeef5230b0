/* Money: payments and what was given back, by the ways in which it came and went. */
#include "model/report/report_fields.h"

static const char *const methods[] = {"cash",     "card",  "gift_card", "store_credit",
                                      "transfer", "other", NULL};
static const char *const parts[] = {"payment", "refund", NULL};

static const struct query_field fields[] = {
    {.name = "number",
     .label = "Order",
     .sql = "m.order_number",
     .type = COLUMN_TEXT,
     .help = "The order's number"},
    REPORT_DAY_FIELDS("m.business_day"),
    {.name = "at",
     .label = "When",
     .sql = "m.at",
     .type = COLUMN_INSTANT,
     .help = "When it was taken or given"},
    {.name = "method",
     .label = "Method",
     .sql = "m.method",
     .type = COLUMN_TEXT,
     .choices = methods,
     .help = "Cash, card, gift card …"},
    {.name = "part",
     .label = "What",
     .sql = "m.part",
     .type = COLUMN_TEXT,
     .choices = parts,
     .help = "A payment, or money given back"},
    REPORT_REFERENCE("register", "Register",
                     "(SELECT r.code FROM registers r WHERE r.id = m.register_id)", "m.register_id",
                     "The register it was taken on"),
    REPORT_REFERENCE("person", "Person",
                     "(SELECT u.display_name FROM users u WHERE u.id = m.person_id)", "m.person_id",
                     "Who took or gave it"),
    {.name = "customer",
     .label = "Customer",
     .sql = "m.customer_name",
     .type = COLUMN_TEXT,
     .help = "The customer's name on the order"},
    {.name = "reference",
     .label = "Reference",
     .sql = "m.reference",
     .type = COLUMN_TEXT,
     .help = "The slip's or transfer's number, or why it was given back"},
    {.name = "currency",
     .label = "Currency",
     .sql = "m.currency",
     .type = COLUMN_TEXT,
     .help = "The currency of its amounts"},
    REPORT_CENTS("amount", "Amount", "m.amount_cents", "What came; below zero: what went"),
    REPORT_CENTS("fee", "Fee", "m.fee_cents", "What the provider kept of it"),
};

const struct query_source report_money_lines = {
    .name = "money-lines",
    .from = "money_lines m",
    .id = "m.id",
    .currency = "m.currency",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "at",
    .sort_descending = true,
};

enum { AMOUNT, TAKEN, GIVEN, COUNT, FEE, MEASURES };

static const struct report_measure measures[MEASURES] = {
    [AMOUNT] = {.name = "amount",
                .label = "Amount",
                .help = "What was taken, less what was given back, each on its own day",
                .unit = UNIT_CENTS},
    [TAKEN] = {.name = "taken",
               .label = "Taken",
               .help = "Payments that hold; none that failed or was made void",
               .unit = UNIT_CENTS},
    [GIVEN] = {.name = "given",
               .label = "Given back",
               .help = "Money given back, with goods or without",
               .unit = UNIT_CENTS},
    [COUNT] = {.name = "payments", .label = "Payments", .help = "How many payments were taken"},
    [FEE] = {.name = "fee",
             .label = "Fees",
             .help = "What providers kept of the payments",
             .unit = UNIT_CENTS},
};

static const char *const sums[MEASURES] = {
    [AMOUNT] = "sum(m.amount_cents)",
    [TAKEN] = "sum(CASE WHEN m.part = 'payment' THEN m.amount_cents ELSE 0 END)",
    [GIVEN] = "-sum(CASE WHEN m.part = 'refund' THEN m.amount_cents ELSE 0 END)",
    [COUNT] = "sum(m.part = 'payment')",
    [FEE] = "sum(m.fee_cents)",
};

const struct report_source report_money = {
    .name = "money",
    .title = "Money",
    .day = "day",
    .measures = measures,
    .measure_count = MEASURES,
    .tables = {{&report_money_lines, sums}},
    .table_count = 1,
};
