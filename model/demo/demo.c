#include "model/demo/demo_parts.h"
#include "model/operation/record.h"
#include "model/shop/tenant.h"
#include "model/stock/reorder.h"

#include <stdlib.h>
#include <string.h>

const struct demo_size demo_size_default = {
    .products = 300, .orders = 800, .events = 2000, .seed = 1};

enum { LARGE_ORDERS = 20000, DAYS_SMALL = 90 };

static const char zone[] = "Europe/Berlin";

/* Days on which something is sold, the last of them until now; on Sundays on the web alone. */
static void find_days(struct demo *demo)
{
    int days = demo->size->orders > LARGE_ORDERS ? DEMO_DAYS_MAX : DAYS_SMALL;
    for (int i = days - 1; i >= 0; i--) {
        struct demo_day day = {.opens = demo_local(demo, -i, 8, 30),
                               .closes = demo_local(demo, -i, 18, 30)};
        struct date date;
        demo_date(demo, -i, day.date);
        if (date_parse(day.date, &date))
            day.weekday = date_weekday(date);
        if (day.closes > demo->now)
            day.closes = demo->now;
        if (day.closes - day.opens >= 60 * SECOND_US)
            demo->days[demo->day_count++] = day;
    }
}

static bool rename_place(struct operation *operation, const struct uuid *id, struct error *err)
{
    const struct change changes[] = {
        {.column = "name", .value = value_text("Mitte")},
        {.column = "phone", .value = value_text("030 23125 010")},
        {.column = "address",
         .value = value_text("{\"street\":\"Torstraße 60\",\"postal_code\":\"10119\","
                             "\"city\":\"Berlin\",\"country\":\"Germany\"}")},
    };
    return record_update(operation, "locations", id, changes, DEMO_COUNT(changes), err);
}

/* The shop as every new one is born, and its first place by the name it has here. */
static bool found(struct demo *demo)
{
    const struct tenant_details details = {.name = "Farbwerk",
                                           .slug = DEMO_SLUG,
                                           .owner_name = "Katharina Weiß",
                                           .owner_email = "katharina@farbwerk.example",
                                           .currency = "EUR",
                                           .zone = zone,
                                           .country = "DE"};
    struct actor nobody = {.name = "Katharina Weiß"};
    struct operation *operation = operation_begin(demo->store, "shop.create", &nobody, demo->err);
    if (operation == NULL)
        return false;
    bool is_done = tenant_create(operation, &details, &demo->tenant, demo->err);
    demo->places[MITTE] = uuid_derived(&demo->tenant, "location:store");
    if (is_done && rename_place(operation, &demo->places[MITTE], demo->err))
        return operation_commit(operation, demo->err);
    operation_cancel(operation);
    return false;
}

/* This store stands at the first register (model/operation/actor.h). */
static void set_here(struct demo *demo, const char *name, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    demo_run(demo, "INSERT INTO sync_state (name, value) VALUES (?1, ?2)", "tt", name, text);
}

static void settle_in(struct demo *demo)
{
    int64_t at = demo->days[0].opens - 400 * DAY_US;
    demo->everywhere = uuid_derived(&demo->tenant, "location:everywhere");
    demo->registers[0] = uuid_derived(&demo->tenant, "register:R1");
    demo->staff[OWNER] = uuid_derived(&demo->tenant, "user:owner");
    demo->return_reason = uuid_derived(&demo->tenant, "return-reason:Bought too much");
    demo->places[NORD] =
        demo_put(demo, "locations", at, "name:t kind:t timezone:t phone:t address:t", "Nord",
                 "store", demo->zone, "030 23125 020",
                 "{\"street\":\"Wollankstraße 112\",\"postal_code\":\"13187\",\"city\":\"Berlin\","
                 "\"country\":\"Germany\"}");
    demo->registers[1] = demo_put(demo, "registers", at, "location_id:u code:t name:t",
                                  &demo->places[MITTE], "R2", "Register 2");
    demo->registers[2] = demo_put(demo, "registers", at, "location_id:u code:t name:t",
                                  &demo->places[NORD], "R3", "Register 3");
    set_here(demo, "location_id", &demo->places[MITTE]);
    set_here(demo, "register_id", &demo->registers[0]);
    demo_put(demo, "app_settings", at, "name:t value:t", "discount_limit", "{\"bp\":2000}");
}

static void (*const parts[])(struct demo *) = {
    settle_in,    demo_people,    demo_customers, demo_catalogue, demo_shelves,  demo_stock,
    demo_window,  demo_money,     demo_orders,    demo_papers,    demo_schedule, demo_marketing,
    demo_content, demo_inquiries, demo_talk,      demo_office,    demo_events,
};

static void tell_step(void *context, const char *what)
{
    struct demo *demo = context;
    if (demo->progress != NULL && !demo->progress(demo->context, what, 0, 0))
        demo->is_stopped = true;
}

static bool fill(struct demo *demo)
{
    if (!store_bulk_begin(demo->store, demo->err))
        return false;
    for (size_t i = 0; i < DEMO_COUNT(parts) && !demo->is_failed; i++)
        parts[i](demo);
    demo_forget_forms(demo);
    return !demo->is_failed && store_bulk_finish(demo->store, tell_step, demo, demo->err) &&
           (!demo->is_stopped || error_set(demo->err, ERROR_STOPPED, "stopped; nothing was made"));
}

bool demo_create(struct store *store, const struct demo_size *size, demo_progress *progress,
                 void *context, struct error *err)
{
    struct error own = {.code = ERROR_NONE};
    struct demo *demo = memory_new(sizeof *demo);
    demo->store = store;
    demo->size = size;
    demo->progress = progress;
    demo->context = context;
    demo->err = err != NULL ? err : &own;
    demo->arena = arena_new();
    demo->zone = zone;
    demo->now = env_now(store_env(store));
    demo->random = size->seed;
    find_days(demo);
    bool is_done = found(demo) && fill(demo) && reorder_follow_day(store, demo->err) &&
                   demo_last_actions(demo);
    free(demo->goods);
    free(demo->customers);
    free(demo->recent);
    arena_free(demo->arena);
    free(demo);
    return is_done;
}
