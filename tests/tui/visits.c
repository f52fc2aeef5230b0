#include "tests/tui/visits.h"

#include "model/base/instant.h"
#include "model/calendar/appointment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct visit {
    const char *starts, *first, *last, *status, *address, *notes;
    bool is_customer;
};

static struct uuid add(struct shop *shop, const struct uuid *who, const struct visit *visit)
{
    int64_t starts = 0;
    assert_true(instant_parse(visit->starts, "Europe/Berlin", &starts, NULL));
    const struct change changes[] = {
        {.column = "first_name", .value = value_text(visit->first)},
        {.column = "last_name", .value = value_text(visit->last)},
        {.column = "starts_at", .value = value_integer(starts)},
        {.column = "ends_at", .value = value_integer(starts + 45 * 60 * SECOND_US)},
        {.column = "duration_minutes", .value = value_integer(45)},
        {.column = "status", .value = value_text(visit->status)},
        {.column = "estimator_id", .value = value_uuid(who)},
        {.column = "address", .value = value_text(visit->address)},
        {.column = "notes", .value = visit->notes ? value_text(visit->notes) : value_null()},
        {.column = "phone", .value = value_text("0151 23456")},
        {.column = "customer_id",
         .value = visit->is_customer ? value_uuid(&shop->customer) : value_null()},
    };
    return shop_insert(shop, "appointments", changes, sizeof changes / sizeof changes[0]);
}

struct visits visits_add(struct shop *shop)
{
    static const char torstr[] =
        "{\"street\":\"Torstr. 1\",\"postal_code\":\"10115\",\"city\":\"Berlin\"}";
    static const char badstr[] =
        "{\"street\":\"Badstr. 28\",\"postal_code\":\"13357\",\"city\":\"Berlin\"}";
    static const struct visit visits[] = {
        {"2026-11-20 09:00", "Ying", "Li", "completed", badstr, NULL, false},
        {"2026-11-20 15:30", "Jo", "Meyer", "confirmed", torstr, "Third floor, no lift", true},
        {"2026-11-20 16:30", "Heike", "Böhm", "cancelled", badstr, NULL, false},
        {"2026-11-20 17:30", "Oğuz", "Güneş", "tentative", badstr, NULL, false},
        {"2026-11-21 10:00", "Mai", "Phạm", "scheduled", badstr, NULL, false},
    };
    struct visits made;
    const struct change estimator[] = {
        {.column = "name", .value = value_text("Olga Owner")},
        {.column = "user_id", .value = value_uuid(&shop->owner.user_id)},
        {.column = "location_id", .value = value_uuid(&shop->owner.location_id)},
    };
    made.olga = shop_insert(shop, "estimators", estimator, 3);
    for (size_t i = 0; i < sizeof visits / sizeof visits[0]; i++) {
        struct uuid id = add(shop, &made.olga, &visits[i]);
        if (i == 1)
            made.next = id;
    }
    return made;
}

void visits_move(struct shop *shop, const struct uuid *visit, int minutes)
{
    const struct booking_move move = {.minutes = minutes, .is_forced = true};
    shop_expect(shop, appointment_move(shop->store, &shop->owner, visit, &move, &shop->err));
}
