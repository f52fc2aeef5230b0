#include "tui/screens/screens.h"

const struct window_ops *const screens[] = {
    &orders_ops,      &records_ops,     &reports_ops, &history_ops,   &messages_ops,
    &sync_ops,        &todos_ops,       &notices_ops, &people_ops,    &roles_ops,
    &till_ops,        &teams_ops,       &audit_ops,   &privacy_ops,   &products_ops,
    &categories_ops,  &collections_ops, &sale_ops,    &purchases_ops, &reorder_ops,
    &suppliers_ops,   &stock_ops,       &counts_ops,  &transfers_ops, &discounts_ops,
    &gift_cards_ops,  &printing_ops,    &day_ops,     &channels_ops,  &calendar_ops,
    &hours_ops,       &days_off_ops,    &feeds_ops,   &reminders_ops, &sale_lines_ops,
    &money_lines_ops, &waiting_ops,
};
const size_t screen_count = sizeof screens / sizeof screens[0];

const struct window_ops *const further_windows[] = {
    &order_ops,       &order_form_ops, &record_ops,      &record_table_ops,    &record_form_ops,
    &operation_ops,   &product_ops,    &welcome_ops,     &attention_ops,       &person_ops,
    &till_report_ops, &team_ops,       &gate_ops,        &backup_codes_ops,    &audit_row_ops,
    &audit_check_ops, &purchase_ops,   &supplier_ops,    &count_ops,           &transfer_ops,
    &receive_ops,     &gift_card_ops,  &appointment_ops, &channels_search_ops,
};
const size_t further_window_count = sizeof further_windows / sizeof further_windows[0];
