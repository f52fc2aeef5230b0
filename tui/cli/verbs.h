/* Every verb of the command line; each is defined in the file of its name. A new one is declared
 * here and entered in verbs.c. */
#ifndef TUI_CLI_VERBS_H
#define TUI_CLI_VERBS_H

#include "tui/cli/cli.h"

extern const struct cli_verb cli_verb_appointments;
extern const struct cli_verb cli_verb_audit;
extern const struct cli_verb cli_verb_backup;
extern const struct cli_verb cli_verb_calendar;
extern const struct cli_verb cli_verb_central;
extern const struct cli_verb cli_verb_channels;
extern const struct cli_verb cli_verb_check;
extern const struct cli_verb cli_verb_customers;
extern const struct cli_verb cli_verb_discounts;
extern const struct cli_verb cli_verb_gift_card;
extern const struct cli_verb cli_verb_day;
extern const struct cli_verb cli_verb_demo;
extern const struct cli_verb cli_verb_doctor;
extern const struct cli_verb cli_verb_enroll;
extern const struct cli_verb cli_verb_help;
extern const struct cli_verb cli_verb_history;
extern const struct cli_verb cli_verb_import;
extern const struct cli_verb cli_verb_invoices;
extern const struct cli_verb cli_verb_keys;
extern const struct cli_verb cli_verb_migrate;
extern const struct cli_verb cli_verb_notices;
extern const struct cli_verb cli_verb_orders;
extern const struct cli_verb cli_verb_password;
extern const struct cli_verb cli_verb_pin;
extern const struct cli_verb cli_verb_print;
extern const struct cli_verb cli_verb_privacy;
extern const struct cli_verb cli_verb_products;
extern const struct cli_verb cli_verb_purchase;
extern const struct cli_verb cli_verb_records;
extern const struct cli_verb cli_verb_reminders;
extern const struct cli_verb cli_verb_reorder;
extern const struct cli_verb cli_verb_report;
extern const struct cli_verb cli_verb_restore;
extern const struct cli_verb cli_verb_say;
extern const struct cli_verb cli_verb_search;
extern const struct cli_verb cli_verb_sell;
extern const struct cli_verb cli_verb_shop;
extern const struct cli_verb cli_verb_sign_in;
extern const struct cli_verb cli_verb_sign_out;
extern const struct cli_verb cli_verb_stock;
extern const struct cli_verb cli_verb_suppliers;
extern const struct cli_verb cli_verb_sync;
extern const struct cli_verb cli_verb_till;
extern const struct cli_verb cli_verb_todo;
extern const struct cli_verb cli_verb_undo;
extern const struct cli_verb cli_verb_waiting;
extern const struct cli_verb cli_verb_who;
extern const struct cli_verb cli_verb_worker;

#endif
