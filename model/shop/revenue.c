#include "model/shop/revenue.h"

bool revenue_days(struct store *store, const char *currency, struct date from, size_t days,
                  struct revenue_day *out, struct error *err)
{
    const int64_t first = date_number(from);
    char start[DATE_TEXT_SIZE];
    char end[DATE_TEXT_SIZE];
    date_format(from, start);
    date_format(date_from_number(first + (int64_t)days), end);
    for (size_t i = 0; i < days; i++)
        out[i] = (struct revenue_day){.day = date_from_number(first + (int64_t)i)};
    struct statement *statement =
        store_prepare(store,
                      "SELECT business_day, revenue_cents, order_count FROM revenue_metrics "
                      "WHERE tenant_id = ?1 AND currency = ?2 AND business_day >= ?3 "
                      "AND business_day < ?4",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, store_tenant(store));
    statement_bind_text(statement, 2, currency);
    statement_bind_text(statement, 3, start);
    statement_bind_text(statement, 4, end);
    int step;
    while ((step = statement_step(statement, err)) == 1) {
        struct date day;
        if (!date_parse(statement_text(statement, 0), &day))
            continue; /* no day of the calendar, so none of those that are asked for */
        struct revenue_day *at = &out[date_number(day) - first];
        at->revenue_cents = statement_integer(statement, 1);
        at->order_count = statement_integer(statement, 2);
    }
    statement_done(statement);
    return step == 0;
}

int revenue_newest(struct store *store, const char *currency, struct date *out, struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT business_day FROM revenue_metrics WHERE tenant_id = ?1 "
                      "AND currency = ?2 ORDER BY business_day DESC LIMIT 1",
                      err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, store_tenant(store));
    statement_bind_text(statement, 2, currency);
    int found = statement_step(statement, err);
    if (found == 1 && !date_parse(statement_text(statement, 0), out))
        found = 0;
    statement_done(statement);
    return found;
}
