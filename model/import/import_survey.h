/* What a file of orders speaks of: its products with the best of their names and prices, its
 * customers, and where each invoice ends. Made by reading the file once before anything is
 * written, for the best description of a product may stand on its last line. */
#ifndef MODEL_IMPORT_SURVEY_H
#define MODEL_IMPORT_SURVEY_H

#include "model/import/import_line.h"

struct import_product {
    const char *key;  /* the code folded */
    const char *code; /* as it is written first */
    const char *name; /* the best description, or the code */
    const char *name_key;
    int64_t price_cents; /* the most frequent one */
    bool is_stocked;
    struct uuid product_id, variant_id; /* filled as they are found or made */
    bool is_known;
    struct import_product *next;
    struct import_name *names;
    struct import_price *prices;
};

struct import_customer {
    const char *number;
    const char *country; /* the last one told */
    struct uuid id;
    bool is_known;
    struct import_customer *next;
};

struct import_survey;

struct import_survey *import_survey_new(const struct import_mapping *mapping);
void import_survey_free(struct import_survey *survey); /* NULL is allowed */

void import_survey_add(struct import_survey *survey, const struct import_line *line);
/* After the last line: chooses names and prices. */
void import_survey_finish(struct import_survey *survey);

int64_t import_survey_lines(const struct import_survey *survey);
/* In the order in which the file names them first. */
struct import_product *import_survey_products(const struct import_survey *survey);
struct import_customer *import_survey_customers(const struct import_survey *survey);
/* NULL when the file did not have it while it was surveyed. */
struct import_product *import_survey_product(const struct import_survey *survey, const char *key);
struct import_customer *import_survey_customer(const struct import_survey *survey,
                                               const char *number);
/* The number of the last line that names the invoice; 0: none does. */
int64_t import_survey_last_line(const struct import_survey *survey, const char *invoice);

#endif
