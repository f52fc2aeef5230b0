#include "model/paper/invoice.h"
#include "model/paper/print_settings.h"

const struct operation_kind paper_kinds[] = {
    {.name = "print.settings", .label = "printer settings", .undo = UNDO_WITHDRAW},
    {.name = "invoice.issue",
     .label = "invoice",
     .undo = UNDO_COUNTER,
     .counter = invoice_counter,
     .counter_right = "payments.edit"},
    {.name = "invoice.cancel", .label = "cancelled invoice", .undo = UNDO_NONE},
};
const size_t paper_kind_count = sizeof paper_kinds / sizeof paper_kinds[0];
