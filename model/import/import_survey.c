#include "model/import/import_survey.h"

#include "model/base/text.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct import_name {
    const char *text;
    int64_t priced, unpriced; /* on how many lines */
    struct import_name *next;
};

struct import_price {
    int64_t cents, count;
    struct import_price *next;
};

struct invoice_end {
    const char *number;
    int64_t line;
};

struct import_survey {
    const struct import_mapping *mapping;
    struct arena *arena;
    void *products, *customers, *invoices; /* trees by their first member, a text */
    struct import_product *first_product, **product_end;
    struct import_customer *first_customer, **customer_end;
    struct invoice_end *last; /* of the line before */
    int64_t lines;
};

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void *find(void *const *tree, const char *key)
{
    void *found = tfind(&key, tree, compare);
    return found != NULL ? *(void **)found : NULL;
}

static void insert(const void *item, void **tree)
{
    if (tsearch(item, tree, compare) == NULL)
        abort(); /* out of memory, see model/base/memory.h */
}

struct import_survey *import_survey_new(const struct import_mapping *mapping)
{
    struct import_survey *survey = memory_new(sizeof *survey);
    survey->mapping = mapping;
    survey->arena = arena_new();
    survey->product_end = &survey->first_product;
    survey->customer_end = &survey->first_customer;
    return survey;
}

static void keep(void *item)
{
    (void)item; /* it is the arena's */
}

void import_survey_free(struct import_survey *survey)
{
    if (survey == NULL)
        return;
    tdestroy(survey->products, keep);
    tdestroy(survey->customers, keep);
    tdestroy(survey->invoices, keep);
    arena_free(survey->arena);
    free(survey);
}

static void add_invoice(struct import_survey *survey, const struct import_line *line)
{
    if (survey->last == NULL || strcmp(survey->last->number, line->invoice) != 0)
        survey->last = find(&survey->invoices, line->invoice);
    if (survey->last == NULL) {
        survey->last = arena_alloc(survey->arena, sizeof *survey->last);
        survey->last->number = arena_text(survey->arena, line->invoice);
        insert(survey->last, &survey->invoices);
    }
    survey->last->line = line->number;
}

static struct import_product *product_of(struct import_survey *survey,
                                         const struct import_line *line)
{
    struct import_product *product = find(&survey->products, line->code_key);
    if (product != NULL)
        return product;
    product = arena_alloc(survey->arena, sizeof *product);
    product->key = arena_text(survey->arena, line->code_key);
    product->code = arena_text(survey->arena, line->code);
    product->is_stocked = !import_is_without_stock(survey->mapping, product->key);
    *survey->product_end = product;
    survey->product_end = &product->next;
    insert(product, &survey->products);
    return product;
}

static void add_name(struct import_survey *survey, struct import_product *product,
                     const struct import_line *line)
{
    struct import_name *name = product->names;
    if (line->description[0] == '\0')
        return;
    while (name != NULL && strcmp(name->text, line->description) != 0)
        name = name->next;
    if (name == NULL) {
        name = arena_alloc(survey->arena, sizeof *name);
        name->text = arena_text(survey->arena, line->description);
        name->next = product->names;
        product->names = name;
    }
    *(line->price_cents != 0 ? &name->priced : &name->unpriced) += 1;
}

static void add_price(struct import_survey *survey, struct import_product *product, int64_t cents)
{
    struct import_price *price = product->prices;
    if (cents <= 0)
        return;
    while (price != NULL && price->cents != cents)
        price = price->next;
    if (price == NULL) {
        price = arena_alloc(survey->arena, sizeof *price);
        price->cents = cents;
        price->next = product->prices;
        product->prices = price;
    }
    price->count++;
}

static void add_customer(struct import_survey *survey, const struct import_line *line)
{
    struct import_customer *customer = find(&survey->customers, line->customer);
    if (customer == NULL) {
        customer = arena_alloc(survey->arena, sizeof *customer);
        customer->number = arena_text(survey->arena, line->customer);
        customer->country = "";
        *survey->customer_end = customer;
        survey->customer_end = &customer->next;
        insert(customer, &survey->customers);
    }
    if (line->country[0] != '\0' && strcmp(customer->country, line->country) != 0)
        customer->country = arena_text(survey->arena, line->country);
}

void import_survey_add(struct import_survey *survey, const struct import_line *line)
{
    survey->lines++;
    if (line->invoice[0] != '\0')
        add_invoice(survey, line);
    if (line->wrong != NULL)
        return;
    struct import_product *product = product_of(survey, line);
    add_name(survey, product, line);
    add_price(survey, product, line->price_cents);
    if (line->customer[0] != '\0')
        add_customer(survey, line);
}

/* How often a description names the product. Lines with a price are sales, which name what is
 * sold; those without one are remarks as often as names. */
static int64_t weight(const struct import_survey *survey, const struct import_name *name,
                      bool is_priced)
{
    struct arena *arena = arena_new();
    const char *folded = text_fold(name->text, arena);
    bool says_nothing = import_says_nothing(survey->mapping, folded) ||
                        (!is_priced && import_reason_of(survey->mapping, folded) != NULL);
    arena_free(arena);
    return says_nothing ? 0 : is_priced ? name->priced : name->unpriced;
}

/* The longest of those that are at least half as frequent as the most frequent one. */
static const char *best_name(const struct import_survey *survey,
                             const struct import_product *product, bool is_priced)
{
    int64_t most = 0;
    const char *best = NULL;
    for (const struct import_name *name = product->names; name != NULL; name = name->next) {
        int64_t times = weight(survey, name, is_priced);
        most = times > most ? times : most;
    }
    for (const struct import_name *name = product->names; name != NULL; name = name->next) {
        int64_t times = weight(survey, name, is_priced);
        if (times > 0 && 2 * times >= most && (best == NULL || strlen(name->text) > strlen(best)))
            best = name->text;
    }
    return best;
}

/* The most frequent; of equally frequent ones the highest, for discounts come and go. */
static int64_t best_price(const struct import_product *product)
{
    int64_t cents = 0, count = 0;
    for (const struct import_price *price = product->prices; price != NULL; price = price->next) {
        if (price->count > count || (price->count == count && price->cents > cents)) {
            cents = price->cents;
            count = price->count;
        }
    }
    return cents;
}

void import_survey_finish(struct import_survey *survey)
{
    for (struct import_product *p = survey->first_product; p != NULL; p = p->next) {
        p->name = best_name(survey, p, true);
        if (p->name == NULL)
            p->name = best_name(survey, p, false);
        if (p->name == NULL)
            p->name = p->code;
        p->name_key = text_fold(p->name, survey->arena);
        p->price_cents = best_price(p);
    }
}

int64_t import_survey_lines(const struct import_survey *survey)
{
    return survey->lines;
}

struct import_product *import_survey_products(const struct import_survey *survey)
{
    return survey->first_product;
}

struct import_customer *import_survey_customers(const struct import_survey *survey)
{
    return survey->first_customer;
}

struct import_product *import_survey_product(const struct import_survey *survey, const char *key)
{
    return find(&survey->products, key);
}

struct import_customer *import_survey_customer(const struct import_survey *survey,
                                               const char *number)
{
    return find(&survey->customers, number);
}

int64_t import_survey_last_line(const struct import_survey *survey, const char *invoice)
{
    const struct invoice_end *end = find(&survey->invoices, invoice);
    return end != NULL ? end->line : 0;
}
