/* How a file of orders is to be read: which column is what, and what its words mean. Mappings have
 * names and are kept in the store (import_mappings) as JSON; `online-retail` is built in.
 *
 *   columns   {"invoice": "InvoiceNo", …}: a heading for each of import_field_names; description,
 *             customer and country may be left out
 *   settings  separator       one character; ","
 *             date_format     as strptime() has it, numbers only; "%Y-%m-%d %H:%M:%S"
 *             zone            of its times; left out: the shop's
 *             currency        of its prices; left out: the shop's
 *             country         of invoices that name none
 *             register        the code of the register that stands for the import; "IM"
 *             number_prefix   before an invoice's number in the shop; "IM-"
 *             return_prefix   by which an invoice is known as a return
 *             without_stock   [codes, "gift_*" for all that begin so]: postage, fees, discounts …
 *             says_nothing    [descriptions] that name no product: "?", "check"
 *             reasons         {"damage": [words], …}: by which of a movement's description its
 *                             reason is known; "damage*" is a word's beginning
 */
#ifndef MODEL_IMPORT_MAPPING_H
#define MODEL_IMPORT_MAPPING_H

#include "model/store/store.h"

enum import_field {
    IMPORT_INVOICE,
    IMPORT_CODE,
    IMPORT_DESCRIPTION,
    IMPORT_QUANTITY,
    IMPORT_PLACED,
    IMPORT_PRICE,
    IMPORT_CUSTOMER,
    IMPORT_COUNTRY,
    IMPORT_FIELD_COUNT
};
extern const char *const import_field_names[IMPORT_FIELD_COUNT]; /* "invoice", … */

struct import_words {
    const char **items;
    size_t count;
};

/* A reason for movements of stock (stock_movements.reason) and the words that tell it. */
struct import_reason {
    const char *reason;
    struct import_words words;
};

struct import_mapping {
    const char *name;
    const char *columns[IMPORT_FIELD_COUNT]; /* headings; NULL: the file has none */
    char separator;
    const char *date_format, *number_prefix, *register_code;
    const char *zone, *currency, *country, *return_prefix; /* NULL: not told */
    struct import_words without_stock, says_nothing;       /* folded (text_fold) */
    struct import_reason *reasons;
    size_t reason_count;
};

/* Everything in `out` lives in the arena. ERROR_NOT_FOUND lists the mappings that there are. */
bool import_mapping_load(struct store *store, const char *name, struct arena *arena,
                         struct import_mapping *out, struct error *err);
/* Keeps a mapping, over one of the same name: {"columns": {…}, "settings": {…}}. ERROR_INPUT says
 * what is wrong with it. */
bool import_mapping_keep(struct store *store, const char *name, const char *json,
                         struct error *err);
/* The JSON of a mapping, for a person to begin an own one with; in the arena. */
const char *import_mapping_json(struct store *store, const char *name, struct arena *arena,
                                struct error *err);
/* The names of all mappings, separated by ", "; in the arena. */
const char *import_mapping_names(struct store *store, struct arena *arena);

bool import_is_without_stock(const struct import_mapping *mapping, const char *folded_code);
bool import_says_nothing(const struct import_mapping *mapping, const char *folded);
/* The reason that the words tell, or NULL. */
const char *import_reason_of(const struct import_mapping *mapping, const char *folded);

#endif
