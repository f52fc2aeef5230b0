#include "model/report/report.h"

#include "model/report/report_fields.h"

#include <string.h>

const struct report_source *const report_sources[] = {&report_sales, &report_money};
const size_t report_source_count = sizeof report_sources / sizeof report_sources[0];

#define SALES "revenue net tax orders average returned"

const struct report reports[] = {
    {"sales-by-hour", "Sales by hour", "At which hours the shop sells", "sales", "hour", SALES,
     NULL, "today", 0},
    {"sales-by-weekday", "Sales by weekday", "On which days of the week it sells", "sales",
     "weekday", SALES, NULL, "90d", 0},
    {"sales-by-day", "Sales by day", "What each day brought", "sales", "day", SALES, NULL,
     "this-month", 0},
    {"sales-by-week", "Sales by week", "What each week brought", "sales", "week", SALES, NULL,
     "90d", 0},
    {"sales-by-month", "Sales by month", "What each month brought", "sales", "month", SALES, NULL,
     "this-year", 0},
    {"sales-by-product", "Sales by product", "What sells best", "sales", "product",
     "revenue net quantity orders discount", "revenue", "this-month", 20},
    {"sales-by-variant", "Sales by variant", "What sells best, variant by variant", "sales",
     "variant", "revenue net quantity orders discount", "revenue", "this-month", 20},
    {"sales-by-category", "Sales by category", "What each category brings", "sales", "category",
     "revenue net quantity orders discount", "revenue", "this-month", 20},
    {"sales-by-customer", "Sales by customer", "Who buys most", "sales", "customer",
     "revenue net orders average", "revenue", "this-month", 20},
    {"sales-by-country", "Sales by country", "Where it is sold to", "sales", "country",
     "revenue net orders average", "revenue", "this-month", 20},
    {"sales-by-seller", "Sales by seller", "Who sells", "sales", "seller", SALES, "revenue",
     "this-month", 20},
    {"sales-by-register", "Sales by register", "What each register took in", "sales", "register",
     SALES, "revenue", "this-month", 20},
    {"sales-by-location", "Sales by location", "What each place took in", "sales", "location",
     SALES, "revenue", "this-month", 20},
    {"sales-by-kind", "Sales by kind", "Sales, exchanges, returns and money given back", "sales",
     "kind", "revenue net tax orders returns", "revenue", "this-month", 0},
    {"tax-by-rate", "Tax by rate", "The tax in what was sold, by its rate", "sales", "rate",
     "tax net revenue", "tax", "last-month", 0},
    {"money-by-method", "Money by method", "How the money came and went", "money", "method",
     "amount taken given payments fee", "amount", "this-month", 0},
    {"money-by-day", "Money by day", "What came in on each day", "money", "day",
     "amount taken given payments fee", NULL, "this-month", 0},
    {"money-by-register", "Money by register", "What came in on each register", "money", "register",
     "amount taken given payments fee", "amount", "this-month", 0},
};
const size_t report_count = sizeof reports / sizeof reports[0];

const struct report_source *report_source_find(const char *name)
{
    for (size_t i = 0; i < report_source_count; i++) {
        if (strcmp(report_sources[i]->name, name) == 0)
            return report_sources[i];
    }
    return NULL;
}

const struct report *report_find(const char *name)
{
    for (size_t i = 0; i < report_count; i++) {
        if (strcmp(reports[i].name, name) == 0)
            return &reports[i];
    }
    return NULL;
}

const struct query_source *report_rows(const struct report_source *source)
{
    return source->tables[source->table_count - 1].rows;
}

bool report_ask(const struct report *report, const char *period, const struct env *env,
                struct arena *arena, struct report_question *out, struct error *err)
{
    *out = (struct report_question){.source = report_source_find(report->source),
                                    .group = report->group,
                                    .filter = "",
                                    .sort = report->sort,
                                    .limit = report->limit};
    for (const char *at = report->measures; *at != '\0';) {
        size_t size = strcspn(at, " ");
        out->measures[out->measure_count++] = arena_bytes(arena, at, size);
        at += size + strspn(at + size, " ");
    }
    return report_period_read(period != NULL ? period : report->period, env, &out->period, err);
}
