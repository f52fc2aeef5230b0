/* Which operations there are and how each is undone: the tables of all domains together. It stands
 * above the rooms of model/, since it names them all. */
#include "model/calendar/appointment.h"
#include "model/calendar/day.h"
#include "model/calendar/hours_edit.h"
#include "model/calendar/ical_import.h"
#include "model/calendar/reminder.h"
#include "model/calendar/waiting.h"
#include "model/catalog/product.h"
#include "model/counter/sale.h"
#include "model/import/import.h"
#include "model/keeping/keys.h"
#include "model/operation/operation.h"
#include "model/paper/print_settings.h"
#include "model/people/door.h"
#include "model/people/notification.h"
#include "model/people/person.h"
#include "model/people/role.h"
#include "model/people/team.h"
#include "model/people/todo.h"
#include "model/privacy/request.h"
#include "model/shop/customer.h"
#include "model/shop/order.h"
#include "model/shop/store_credit.h"
#include "model/shop/voucher.h"
#include "model/stock/count.h"
#include "model/stock/purchase.h"
#include "model/stock/receive.h"
#include "model/stock/stock.h"
#include "model/stock/transfer.h"
#include "model/talk/talk.h"
#include "model/till/till.h"

#include <string.h>

/* Of any table, and of the shop as a whole. */
static const struct operation_kind general_kinds[] = {
    {.name = "record.create", .label = "new row", .undo = UNDO_WITHDRAW},
    {.name = "record.edit", .label = "edit", .undo = UNDO_WITHDRAW},
    {.name = "record.delete", .label = "deletion", .undo = UNDO_WITHDRAW},
    {.name = "record.restore", .label = "restoration", .undo = UNDO_WITHDRAW},
    {.name = "shop.create", .label = "new shop", .undo = UNDO_NONE},
    {.name = "undo", .label = "undo", .undo = UNDO_NONE},
};
static const size_t general_kind_count = sizeof general_kinds / sizeof general_kinds[0];

/* One line for each domain. */
static const struct {
    const struct operation_kind *kinds;
    const size_t *count;
} domains[] = {
    {till_kinds, &till_kind_count},         {general_kinds, &general_kind_count},
    {order_kinds, &order_kind_count},       {product_kinds, &product_kind_count},
    {customer_kinds, &customer_kind_count}, {stock_kinds, &stock_kind_count},
    {import_kinds, &import_kind_count},     {privacy_kinds, &privacy_kind_count},
    {door_kinds, &door_kind_count},         {todo_kinds, &todo_kind_count},
    {notice_kinds, &notice_kind_count},     {person_kinds, &person_kind_count},
    {role_kinds, &role_kind_count},         {team_kinds, &team_kind_count},
    {keys_kinds, &keys_kind_count},         {receive_kinds, &receive_kind_count},
    {sale_kinds, &sale_kind_count},         {purchase_kinds, &purchase_kind_count},
    {credit_kinds, &credit_kind_count},     {voucher_kinds, &voucher_kind_count},
    {count_kinds, &count_kind_count},       {transfer_kinds, &transfer_kind_count},
    {paper_kinds, &paper_kind_count},       {appointment_kinds, &appointment_kind_count},
    {waiting_kinds, &waiting_kind_count},   {day_kinds, &day_kind_count},
    {talk_kinds, &talk_kind_count},         {ical_kinds, &ical_kind_count},
    {reminder_kinds, &reminder_kind_count}, {hours_kinds, &hours_kind_count},
};

const struct operation_kind *operation_kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++)
        for (size_t k = 0; k < *domains[i].count; k++)
            if (strcmp(domains[i].kinds[k].name, name) == 0)
                return &domains[i].kinds[k];
    return NULL;
}
