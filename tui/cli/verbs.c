#include "tui/cli/cli.h"

#include "tui/cli/verbs.h"

#include <stddef.h>

const struct cli_verb *const cli_verbs[] = {
    &cli_verb_sell,      &cli_verb_orders,    &cli_verb_products,
    &cli_verb_customers, &cli_verb_discounts, &cli_verb_gift_card,
    &cli_verb_purchase,  &cli_verb_reorder,   &cli_verb_report,
    &cli_verb_suppliers, &cli_verb_stock,     &cli_verb_invoices,
    &cli_verb_print,     &cli_verb_records,   &cli_verb_search,
    &cli_verb_till,      &cli_verb_day,       &cli_verb_calendar,
    &cli_verb_reminders, &cli_verb_todo,      &cli_verb_notices,
    &cli_verb_history,   &cli_verb_undo,      &cli_verb_audit,
    &cli_verb_privacy,   &cli_verb_shop,      &cli_verb_import,
    &cli_verb_demo,      &cli_verb_backup,    &cli_verb_restore,
    &cli_verb_keys,      &cli_verb_worker,    &cli_verb_doctor,
    &cli_verb_check,     &cli_verb_migrate,   &cli_verb_central,
    &cli_verb_enroll,    &cli_verb_sync,      &cli_verb_sign_in,
    &cli_verb_sign_out,  &cli_verb_who,       &cli_verb_password,
    &cli_verb_pin,       &cli_verb_help,      NULL,
};
