/* Estimators and their appointments: last week, this one and the next. */
#include "model/demo/demo_parts.h"

#include <stdio.h>
#include <string.h>

enum { SERVICES = 4, TYPES = 3, WEEKS = 3, WEEK_DAYS = 6 };

/* The calendar in the making. */
struct calendar {
    struct uuid services[SERVICES], types[TYPES], van;
    int64_t now_starts, now_ends; /* the one that goes on at this moment */
    int past, coming;             /* how many there were of each */
};

static const struct {
    const char *name, *arabic;
    int minutes, price_cents;
} services[SERVICES] = {
    {"Measuring and estimate", "القياس والتقدير", 60, 0},
    {"Colour advice at home", "استشارة الألوان", 90, 4900},
    {"Moisture test of a floor", "فحص الرطوبة", 45, 7900},
    {"Acceptance of finished work", "استلام العمل", 60, 0},
};

static void put_services(struct demo *demo, struct calendar *calendar, int64_t at)
{
    for (int i = 0; i < SERVICES; i++)
        calendar->services[i] = demo_put(
            demo, "services", at,
            "name:t name_i18n:t duration_minutes:d price_cents:d currency:t position:d",
            services[i].name, arena_format(demo->arena, "{\"ar\":\"%s\"}", services[i].arabic),
            services[i].minutes, services[i].price_cents, "EUR", i);
    struct uuid policy =
        demo_put(demo, "booking_policies", at,
                 "name:t buffer_after_minutes:d minimum_notice_minutes:d maximum_days_ahead:d "
                 "daily_limit:d cancel_window_minutes:d",
                 "Visits in Berlin", 30, 240, 60, 5, 1440);
    static const struct {
        const char *name, *slug, *place, *color;
    } types[TYPES] = {{"Visit", "visit", "on_site", "blue"},
                      {"In the shop", "in-the-shop", "store", "green"},
                      {"By telephone", "by-telephone", "phone", "yellow"}};
    for (int i = 0; i < TYPES; i++)
        calendar->types[i] =
            demo_put(demo, "appointment_types", at,
                     "name:t slug:t place:t color:t duration_minutes:d service_id:u "
                     "booking_policy_id:u",
                     types[i].name, types[i].slug, types[i].place, types[i].color, 60,
                     &calendar->services[i], &policy);
    calendar->van = demo_put(demo, "resources", at, "name:t kind:t location_id:u", "Van B-FW 204",
                             "vehicle", &demo->places[MITTE]);
    demo_put(demo, "resources", at, "name:t kind:t location_id:u", "Moisture meter", "tool",
             &demo->places[MITTE]);
}

static void put_estimators(struct demo *demo, const struct calendar *calendar, int64_t at)
{
    static const char *const names[DEMO_ESTIMATORS] = {"Greta Sørensen", "Paul Schäfer",
                                                       "Marco Bianchi", "Amira Nasser"};
    static const char *const colours[DEMO_ESTIMATORS] = {"blue", "green", "magenta", "cyan"};
    for (int i = 0; i < DEMO_ESTIMATORS; i++) {
        const struct uuid *place = &demo->places[i < 2 ? MITTE : NORD];
        struct uuid id = demo->estimators[i] =
            demo_put(demo, "estimators", at, "user_id:u location_id:u name:t phone:t color:t",
                     &demo->staff[GRETA + i], place, names[i],
                     arena_format(demo->arena, "0171 39200%02d", 11 + i), colours[i]);
        for (int k = 0; k < SERVICES; k++)
            if ((i + k) % 4 != 3)
                demo_put(demo, "estimator_services", at, "estimator_id:u service_id:u", &id,
                         &calendar->services[k]);
        for (int day = 0; day < 5; day++) {
            demo_put(demo, "availabilities", at,
                     "estimator_id:u day_of_week:d start_time:t end_time:t", &id, day, "08:30:00",
                     "12:30:00");
            if (day != 4 || i % 2 == 0)
                demo_put(demo, "availabilities", at,
                         "estimator_id:u day_of_week:d start_time:t end_time:t", &id, day,
                         "13:30:00", "18:00:00");
        }
        demo_put(demo, "calendar_feeds", at, "name:t estimator_id:u token_hash:h", names[i], &id);
    }
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    demo_date(demo, 12, first);
    demo_date(demo, 19, last);
    demo_put(demo, "availability_exceptions", demo->now - 20 * DAY_US,
             "estimator_id:u first_day:t last_day:t reason:t", &demo->estimators[3], first, last,
             "Holiday");
}

static const char *status_of(struct demo *demo, struct calendar *calendar, int64_t starts,
                             int64_t ends)
{
    static const char *const past[] = {"completed", "no_show",   "completed",
                                       "cancelled", "completed", "completed"};
    static const char *const coming[] = {"confirmed", "tentative", "scheduled",
                                         "confirmed", "cancelled", "scheduled"};
    if (starts <= demo->now && demo->now < ends)
        return "in_progress";
    return ends <= demo->now ? past[calendar->past++ % (int)DEMO_COUNT(past)]
                             : coming[calendar->coming++ % (int)DEMO_COUNT(coming)];
}

static void put_history(struct demo *demo, const struct uuid *id, const char *status, int64_t made,
                        int64_t starts, int64_t ends)
{
    demo_put(demo, "appointment_events", made,
             "appointment_id:u event_type:t actor_id:u to_status:t occurred_at:i", id, "created",
             &demo->staff[NINA], "scheduled", made);
    if (strcmp(status, "scheduled") == 0 || strcmp(status, "tentative") == 0)
        return;
    int64_t at = ends < demo->now ? ends : demo->now;
    demo_put(demo, "appointment_events", at,
             "appointment_id:u event_type:t actor_id:u from_status:t to_status:t note:t "
             "occurred_at:i",
             id, "status", &demo->staff[GRETA], "scheduled", status,
             strcmp(status, "cancelled") == 0 ? "Rang: the child is ill" : NULL, at);
    bool is_due = starts - DAY_US < demo->now;
    demo_put(demo, "reminders", made, "appointment_id:u channel:t due_at:i status:t sent_at:n", id,
             "email", starts - DAY_US,
             strcmp(status, "cancelled") == 0 ? "cancelled"
             : is_due                         ? "done"
                                              : "queued",
             is_due && strcmp(status, "cancelled") != 0 ? starts - DAY_US : (int64_t)0);
}

static struct uuid put_appointment(struct demo *demo, struct calendar *calendar, int estimator,
                                   int64_t starts, int minutes)
{
    const struct demo_customer *customer = demo_some_customer(demo);
    int64_t ends = starts + 60 * SECOND_US * minutes;
    const char *status = status_of(demo, calendar, starts, ends);
    bool is_cancelled = strcmp(status, "cancelled") == 0;
    int64_t made =
        starts - 9 * DAY_US < demo->now - DAY_US ? starts - 9 * DAY_US : demo->now - DAY_US;
    size_t type = (size_t)demo_below(demo, 10);
    type = type < 7 ? 0 : type < 9 ? 1 : 2;
    struct uuid id = demo_id(demo, made);
    char uid[UUID_TEXT_SIZE], text[80];
    uuid_text(&id, uid);
    snprintf(text, sizeof text, "%s@farbwerk.example", uid);
    demo_put_as(demo, &id, "appointments", made,
                "customer_id:u first_name:t last_name:t email:t phone:t address:t starts_at:i "
                "ends_at:i duration_minutes:d status:t estimator_id:u service_id:u "
                "appointment_type_id:u location_id:u notes:t cancelled_at:n cancel_reason:t "
                "ics_uid:t",
                &customer->id, customer->first_name, customer->last_name, customer->email,
                customer->phone, customer->address, starts, ends, minutes, status,
                &demo->estimators[estimator], &calendar->services[demo_below(demo, SERVICES)],
                &calendar->types[type], &demo->places[estimator < 2 ? MITTE : NORD],
                demo_chance(demo, 30) ? "Third floor, no lift" : NULL,
                is_cancelled ? demo->now - DAY_US / 2 : (int64_t)0,
                is_cancelled ? "The child is ill" : NULL, text);
    put_history(demo, &id, status, made, starts, ends);
    if (estimator == 0 && !is_cancelled)
        demo_put(demo, "resource_bookings", made,
                 "resource_id:u appointment_id:u starts_at:i ends_at:i status:t", &calendar->van,
                 &id, starts, ends, status);
    return id;
}

static void put_weeks(struct demo *demo, struct calendar *calendar)
{
    static const int slots[][2] = {{9, 0}, {11, 0}, {14, 0}, {16, 30}};
    struct clock_time local = {.date = {1970, 1, 1}};
    instant_to_local(demo->now, demo->zone, &local);
    int monday = -date_weekday(local.date) - 7;
    for (int day = 0; day < WEEKS * 7; day++)
        for (int estimator = 0; estimator < DEMO_ESTIMATORS; estimator++)
            for (size_t slot = 0; slot < DEMO_COUNT(slots) && day % 7 < WEEK_DAYS; slot++) {
                int64_t starts = demo_local(demo, monday + day, slots[slot][0], slots[slot][1]);
                int minutes = demo_chance(demo, 30) ? 90 : 60;
                int64_t ends = starts + 60 * SECOND_US * minutes;
                bool is_taken =
                    estimator == 0 && starts < calendar->now_ends && ends > calendar->now_starts;
                if (!is_taken && demo_chance(demo, day % 7 == 5 ? 15 : 60))
                    put_appointment(demo, calendar, estimator, starts, minutes);
            }
}

static void put_others(struct demo *demo, const struct calendar *calendar)
{
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    demo_date(demo, 3, first);
    demo_date(demo, 17, last);
    for (int i = 0; i < 3; i++) {
        const struct demo_customer *customer = &demo->customers[20 + i];
        demo_put(demo, "waitlist_entries", demo->now - (i + 1) * DAY_US,
                 "appointment_type_id:u service_id:u customer_id:u first_name:t last_name:t "
                 "phone:t first_day:t last_day:t preferred_times:t status:t",
                 &calendar->types[0], &calendar->services[i], &customer->id, customer->first_name,
                 customer->last_name, customer->phone, first, last, "[\"mornings\"]",
                 i == 0 ? "offered" : "waiting");
    }
    demo_put(demo, "appointment_series", demo->now - 60 * DAY_US,
             "rule:t starts_at:i timezone:t duration_minutes:d customer_id:u estimator_id:u "
             "service_id:u notes:t",
             "FREQ=MONTHLY;BYDAY=1TU", demo_local(demo, -30, 10, 0), demo->zone, 60,
             &demo->customers[5].id, &demo->estimators[1], &calendar->services[3],
             "Staircase by staircase");
}

void demo_schedule(struct demo *demo)
{
    int64_t half_hour = SECOND_US * 30 * 60;
    struct calendar calendar = {.now_starts = demo->now / half_hour * half_hour};
    calendar.now_ends = calendar.now_starts + 2 * half_hour;
    put_services(demo, &calendar, demo->days[0].opens - 200 * DAY_US);
    put_estimators(demo, &calendar, demo->days[0].opens - 200 * DAY_US);
    demo->appointment = put_appointment(demo, &calendar, 0, calendar.now_starts, 60);
    put_weeks(demo, &calendar);
    put_others(demo, &calendar);
}
