#include "model/paper/print_queue.h"

static const char *const states[] = {"queued", "printing", "done", "failed", "cancelled", NULL};
static const char *const kinds[] = {"receipt", "invoice", "label", "report", "drawer", NULL};

static const struct query_field fields[] = {
    {.name = "id", .label = "Id", .sql = "j.id", .type = COLUMN_UUID},
    {.name = "what",
     .label = "What",
     .sql = "j.kind || coalesce(' ' || o.receipt_number, ' ' || o.order_number, ' ' || i.number, ' "
            "' || v.name, '')",
     .type = COLUMN_TEXT,
     .help = "What is printed"},
    {.name = "kind", .label = "Kind", .sql = "j.kind", .type = COLUMN_TEXT, .choices = kinds},
    {.name = "state",
     .label = "State",
     .sql = "j.state",
     .type = COLUMN_TEXT,
     .choices = states,
     .help = "queued, printing, done, failed or cancelled"},
    {.name = "printer", .label = "Printer", .sql = "j.printer", .type = COLUMN_TEXT},
    {.name = "tries", .label = "Tries", .sql = "j.attempts", .type = COLUMN_INTEGER},
    {.name = "error",
     .label = "Why not",
     .sql = "j.error",
     .type = COLUMN_TEXT,
     .help = "What the printer said, or did not say"},
    {.name = "queued", .label = "Queued", .sql = "j.queued_at", .type = COLUMN_INSTANT},
    {.name = "done", .label = "Done", .sql = "j.done_at", .type = COLUMN_INSTANT},
};

const struct query_source print_source = {
    .name = "printing",
    .from = "print_jobs AS j LEFT JOIN orders AS o ON j.table_name = 'orders' AND o.id = j.row_id "
            "LEFT JOIN invoices AS i ON j.table_name = 'invoices' AND i.id = j.row_id "
            "LEFT JOIN product_variants AS v ON j.table_name = 'product_variants' "
            "AND v.id = j.row_id",
    .id = "j.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "queued",
    .sort_descending = true,
};
