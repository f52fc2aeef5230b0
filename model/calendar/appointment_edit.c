/* What of an appointment may change at any time, and the quote that is made at the customer's. */
#include "model/calendar/appointment_parts.h"
#include "model/shop/order_parts.h"
#include "model/shop/tenant.h"

#include <string.h>

bool appointment_edit(struct store *store, const struct actor *actor, const struct uuid *id,
                      const struct change *changes, size_t count, struct error *err)
{
    static const char *const editable[] = {
        "notes",      "phone",     "email",      "address",
        "first_name", "last_name", "service_id", "appointment_type_id",
        "customer_id"};
    struct booking_work work;
    struct appointment now;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < sizeof editable / sizeof editable[0] &&
               strcmp(changes[i].column, editable[k]) != 0)
            k++;
        if (k == sizeof editable / sizeof editable[0])
            return error_set_field(err, ERROR_INPUT, changes[i].column,
                                   "Move an appointment, or set its state; this is not edited");
    }
    if (!booking_work_begin(&work, store, actor, "appointment.edit", false, NULL, err))
        return false;
    bool is_done = appointment_require(store, id, work.arena, &now, err) &&
                   record_update(work.operation, "appointments", id, changes, count, err);
    if (is_done)
        operation_describe(work.operation, "%s changed", appointment_words(&now, work.arena));
    return booking_work_done(&work, is_done, err);
}

/* Takes away what is not wanted any more; `missing` receives what is not there yet. */
static bool keep_wanted(struct booking_work *work, const struct uuid *appointment,
                        const struct uuid *wanted, size_t count, struct uuid *missing,
                        size_t *missing_count, struct error *err)
{
    struct uuid bookings[BOOKING_THINGS_MAX], things[BOOKING_THINGS_MAX];
    bool is_there[SLOT_RESOURCES_MAX] = {false}, is_done;
    int found = booking_things(work->store, appointment, bookings, things, BOOKING_THINGS_MAX, err);
    is_done = found >= 0;
    for (int i = 0; i < found && is_done; i++) {
        size_t k = 0;
        while (k < count && (is_there[k] || !uuid_equal(&wanted[k], &things[i])))
            k++;
        if (k < count)
            is_there[k] = true;
        else
            is_done = record_delete(work->operation, "resource_bookings", &bookings[i], err);
    }
    *missing_count = 0;
    for (size_t k = 0; k < count; k++)
        if (!is_there[k])
            missing[(*missing_count)++] = wanted[k];
    return is_done;
}

bool appointment_set_resources(struct store *store, const struct actor *actor,
                               const struct uuid *id, const struct uuid *resources, size_t count,
                               struct error *err)
{
    struct booking_work work;
    struct appointment now;
    struct uuid missing[SLOT_RESOURCES_MAX];
    size_t missing_count;
    if (count > SLOT_RESOURCES_MAX)
        return error_set_field(err, ERROR_INPUT, "resources",
                               "An appointment takes up to %d things along", SLOT_RESOURCES_MAX);
    if (!booking_work_begin(&work, store, actor, "appointment.edit", false, NULL, err))
        return false;
    bool is_done = appointment_require(store, id, work.arena, &now, err) &&
                   keep_wanted(&work, id, resources, count, missing, &missing_count, err) &&
                   booking_add_resources(work.operation, &now, missing, missing_count, err) &&
                   booking_check_place(&work, &now, true, err);
    if (is_done)
        operation_describe(work.operation, "%s takes %zu things along",
                           appointment_words(&now, work.arena), count);
    return booking_work_done(&work, is_done, err);
}

static bool fill_quote(struct booking_work *work, const struct appointment *appointment,
                       struct basket *basket, struct error *err)
{
    struct uuid product;
    struct statement *row =
        store_prepare(work->store,
                      "SELECT p.id FROM services AS s JOIN products AS p ON p.id = s.product_id"
                      " WHERE s.id = ?1 AND p.deleted_at IS NULL",
                      err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, &appointment->service_id);
    int found = statement_step(row, err);
    if (found > 0)
        statement_uuid(row, 0, &product); /* its first variant has the same id */
    statement_done(row);
    return found >= 0 &&
           (uuid_is_zero(&appointment->customer_id) ||
            basket_set_customer(basket, work->store, &appointment->customer_id, err)) &&
           (found == 0 || basket_add(basket, work->store, &product, 1000, NULL, err)) &&
           basket_total(basket, err);
}

static bool write_quote(struct booking_work *work, const struct appointment *appointment,
                        struct error *err)
{
    struct basket basket;
    char currency[4];
    if (!tenant_currency(work->store, currency, err))
        return false;
    basket_init(&basket, "quote", currency);
    bool is_done = fill_quote(work, appointment, &basket, err) &&
                   order_write(work->operation, &basket, "draft", work->arena, err);
    const struct change change = {.column = "outcome_order_id",
                                  .value = value_uuid(&basket.order_id)};
    const struct booking_event event = {.kind = "quote"};
    is_done = is_done &&
              record_update(work->operation, "appointments", &appointment->id, &change, 1, err) &&
              booking_event(work->operation, &appointment->id, &event, err);
    basket_done(&basket);
    return is_done;
}

bool appointment_quote(struct store *store, const struct actor *actor, const struct uuid *id,
                       struct uuid *order, struct error *err)
{
    struct booking_work work;
    struct appointment now;
    if (!actor_may(store, actor, "orders.edit", err) ||
        !booking_work_begin(&work, store, actor, "appointment.quote", false, NULL, err))
        return false;
    bool is_done = appointment_require(store, id, work.arena, &now, err);
    if (is_done && uuid_is_zero(&now.outcome_order_id)) {
        is_done =
            write_quote(&work, &now, err) && appointment_require(store, id, work.arena, &now, err);
        operation_describe(work.operation, "quote %s for %s", now.order_number, now.who);
    }
    *order = now.outcome_order_id;
    return booking_work_done(&work, is_done, err);
}
