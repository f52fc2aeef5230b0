/* `countertop customers`. */
#include "model/shop/customer.h"
#include "tui/cli/list.h"
#include "tui/cli/rows.h"
#include "tui/cli/verbs.h"

static const struct cli_option options[] = {
    LIST_OPTIONS,
    ROWS_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "customers by name", LIST_TAKES, CLI_READS, 0, 0, list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"show", "CUSTOMER", "one customer with all fields", NULL, CLI_READS, 1, 1, rows_show},
    {"new", "name=NAME [FIELD=VALUE...]", "make a customer; prints the id", "dry-run", CLI_WRITES,
     1, -1, rows_new},
    {"set", "CUSTOMER FIELD=VALUE...", "change fields of a customer", "seen dry-run", CLI_WRITES, 2,
     -1, rows_set},
    {"delete", "CUSTOMER...", "delete customers, all of them or none", "dry-run", CLI_WRITES, 1, -1,
     rows_delete},
    {"restore", "ID...", "bring back what was deleted", "dry-run", CLI_WRITES, 1, -1, rows_restore},
    {"history", "CUSTOMER", "what was done to the customer", NULL, CLI_READS, 1, 1, rows_history},
    {.name = NULL},
};

const struct cli_verb cli_verb_customers = {
    .name = "customers",
    .summary = "list, show and change customers",
    .details = "A CUSTOMER is a name, a telephone number, the barcode of a card, or an id.",
    .options = options,
    .actions = actions,
    .table = "customer_profiles",
    .source = &customer_source,
    .fields = "name phone email company orders created",
};
