/* `countertop products`. */
#include "tui/cli/products.h"
#include "model/catalog/product.h"
#include "tui/cli/list.h"
#include "tui/cli/rows.h"
#include "tui/cli/verbs.h"

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"percent", "PERCENT", "by how much: 5, or with a minus less"},
    {"round", "HOW", "exact; nine: to the nearest .x9; whole: without cents"},
    {"back", NULL, "bring archived products back"},
    {"rejected", "FILE", "where rows go that can't be taken, instead of FILE.rejected.csv"},
    ROWS_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "products by name, with price and stock", LIST_TAKES, CLI_READS, 0, 0, list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"show", "PRODUCT", "one product with all its fields", NULL, CLI_READS, 1, 1, rows_show},
    {"new", "name=NAME sku=SKU price=AMOUNT [FIELD=VALUE...]", "make a product; prints its id",
     "dry-run", CLI_WRITES, 3, -1, rows_new},
    {"set", "PRODUCT FIELD=VALUE...", "change fields of a product", "seen dry-run", CLI_WRITES, 2,
     -1, rows_set},
    {"price", "PRODUCT...", "change prices by percent; prints them before and after",
     "percent round dry-run", CLI_WRITES, 1, -1, products_price},
    {"archive", "PRODUCT...", "take products out of sale", "back dry-run", CLI_WRITES, 1, -1,
     products_archive},
    {"import", "FILE", "take over products from CSV, as export writes it", "rejected", CLI_WRITES,
     1, 1, products_import},
    {"delete", "PRODUCT...", "delete products, all of them or none", "dry-run", CLI_WRITES, 1, -1,
     rows_delete},
    {"restore", "ID...", "bring back what was deleted", "dry-run", CLI_WRITES, 1, -1, rows_restore},
    {"history", "PRODUCT", "what was done to the product", NULL, CLI_READS, 1, 1, rows_history},
    {.name = NULL},
};

const struct cli_verb cli_verb_products = {
    .name = "products",
    .summary = "list, show and change products",
    .details = "A PRODUCT is a barcode, a SKU, its name or its id; \"-\" takes them from standard\n"
               "input, one in each line:\n"
               "  countertop products list --filter 'category:paint' |\n"
               "      countertop products price - --percent 5 --round nine\n"
               "A file to import has names of fields in its first line. It can be imported again:\n"
               "what is as it says stays, and a corrected FILE.rejected.csv completes it.",
    .options = options,
    .actions = actions,
    .table = "products",
    .source = &product_source,
    .fields = "sku name price stock status category",
};
