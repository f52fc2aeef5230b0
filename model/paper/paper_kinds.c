#include "model/paper/print_settings.h"

const struct operation_kind paper_kinds[] = {
    {.name = "print.settings", .label = "printer settings", .undo = UNDO_WITHDRAW},
};
const size_t paper_kind_count = sizeof paper_kinds / sizeof paper_kinds[0];
