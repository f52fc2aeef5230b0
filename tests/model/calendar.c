#include "tests/model/calendar.h"

#include "model/base/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct uuid calendar_id(int byte)
{
    struct uuid id;
    memset(id.bytes, byte, sizeof id.bytes);
    return id;
}

const char *calendar_sql(struct shop *shop, int byte)
{
    char *text = arena_alloc(shop->arena, 2 * UUID_SIZE + 4);
    text[0] = 'x';
    text[1] = text[2 * UUID_SIZE + 2] = '\'';
    for (int i = 0; i < 2 * UUID_SIZE; i++)
        text[2 + i] = "0123456789abcdef"[i % 2 == 0 ? byte >> 4 : byte & 15];
    return text;
}

void calendar_run(struct shop *shop, const char *format, ...)
{
    struct buffer sql;
    va_list arguments;
    buffer_init(&sql);
    va_start(arguments, format);
    buffer_vformat(&sql, format, arguments);
    va_end(arguments);
    struct operation *operation =
        operation_begin(shop->store, "record.create", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    shop_expect(shop, store_script(shop->store, sql.text, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    buffer_done(&sql);
}

int64_t calendar_at(const char *local, const char *zone)
{
    int64_t instant;
    struct error err;
    if (!instant_parse(local, zone, &instant, &err))
        fail_msg("%s", err.text);
    return instant;
}

static void make_places(struct shop *shop)
{
    static const struct {
        int id;
        const char *name, *zone;
    } places[] = {{BERLIN, "Mitte", "Europe/Berlin"}, {ST_JOHNS, "Harbour", "America/St_Johns"}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        calendar_run(shop,
                     "INSERT INTO locations (id, tenant_id, name, timezone) VALUES (%s, " TENANT
                     ", '%s', '%s')",
                     calendar_sql(shop, places[i].id), places[i].name, places[i].zone);
}

static void make_people(struct shop *shop)
{
    static const struct {
        int id, place;
        const char *name;
    } people[] = {{PAUL, BERLIN, "Paul Schäfer"},
                  {GRETA, BERLIN, "Greta Sørensen"},
                  {SEAN, ST_JOHNS, "Sean Power"}};
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
        const char *id = calendar_sql(shop, people[i].id);
        calendar_run(shop,
                     "INSERT INTO estimators (id, tenant_id, name, location_id) VALUES (%s, " TENANT
                     ", '%s', %s)",
                     id, people[i].name, calendar_sql(shop, people[i].place));
        calendar_run(shop,
                     "INSERT INTO availabilities (id, tenant_id, estimator_id, day_of_week, "
                     "start_time, end_time) SELECT randomblob(16), " TENANT ", %s, d.value, "
                     "h.value ->> 0, h.value ->> 1 FROM json_each('[0,1,2,3,4]') d, "
                     "json_each('[[\"08:30:00\",\"12:30:00\"],[\"13:30:00\",\"18:00:00\"]]') h",
                     id);
    }
}

static void make_offers(struct shop *shop)
{
    calendar_run(shop,
                 "INSERT INTO services (id, tenant_id, name, duration_minutes) VALUES (%s, " TENANT
                 ", 'Measuring', 60), (%s, " TENANT ", 'Colour advice', 90)",
                 calendar_sql(shop, MEASURING), calendar_sql(shop, ADVICE));
    calendar_run(shop,
                 "INSERT INTO estimator_services (id, tenant_id, estimator_id, service_id, "
                 "duration_minutes) VALUES (x'61616161616161616161616161616161', " TENANT
                 ", %s, %s, NULL), (x'62626262626262626262626262626262', " TENANT
                 ", %s, %s, 90), (x'63636363636363636363636363636363', " TENANT
                 ", %s, %s, NULL), (x'64646464646464646464646464646464', " TENANT ", %s, %s, NULL)",
                 calendar_sql(shop, PAUL), calendar_sql(shop, MEASURING), calendar_sql(shop, GRETA),
                 calendar_sql(shop, MEASURING), calendar_sql(shop, SEAN),
                 calendar_sql(shop, MEASURING), calendar_sql(shop, PAUL),
                 calendar_sql(shop, ADVICE));
    calendar_run(shop,
                 "INSERT INTO booking_policies (id, tenant_id, name, buffer_before_minutes, "
                 "buffer_after_minutes, minimum_notice_minutes, maximum_days_ahead, "
                 "slot_interval_minutes, daily_limit, cancel_window_minutes) VALUES (%s, " TENANT
                 ", 'Visits', 15, 30, 240, 60, 30, 4, 1440)",
                 calendar_sql(shop, POLICY));
    calendar_run(shop,
                 "INSERT INTO appointment_types (id, tenant_id, name, duration_minutes, "
                 "service_id, booking_policy_id) VALUES (%s, " TENANT
                 ", 'Visit', 60, %s, %s), (%s, " TENANT ", 'Call', 20, NULL, NULL)",
                 calendar_sql(shop, VISIT), calendar_sql(shop, MEASURING),
                 calendar_sql(shop, POLICY), calendar_sql(shop, CALL));
    calendar_run(shop,
                 "INSERT INTO resources (id, tenant_id, name, kind) VALUES (%s, " TENANT
                 ", 'Van', 'vehicle'), (%s, " TENANT ", 'Moisture meter', 'tool')",
                 calendar_sql(shop, VAN), calendar_sql(shop, METER));
}

void calendar_make(struct shop *shop)
{
    make_places(shop);
    make_people(shop);
    make_offers(shop);
}

void calendar_book(struct shop *shop, int id, int estimator, const char *local, int minutes,
                   const char *status, int before, int after)
{
    const int64_t starts =
        calendar_at(local, estimator == SEAN ? "America/St_Johns" : "Europe/Berlin");
    calendar_run(shop,
                 "INSERT INTO appointments (id, tenant_id, first_name, last_name, estimator_id, "
                 "starts_at, ends_at, duration_minutes, status, buffer_before_minutes, "
                 "buffer_after_minutes) VALUES (%s, " TENANT
                 ", 'Jo', 'Meyer', %s, %lld, %lld, %d, '%s', %d, %d)",
                 calendar_sql(shop, id), calendar_sql(shop, estimator), (long long)starts,
                 (long long)(starts + minutes * 60 * SECOND_US), minutes, status, before, after);
}
