#include "model/base/money.h"
#include "model/base/text.h"
#include "model/import/import_parts.h"

#include <stdlib.h>
#include <string.h>

/* The keys of an invoice's lines that were imported before, sorted. */
struct known_keys {
    const char **keys;
    size_t count, capacity;
};

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_known(const struct known_keys *known, const char *key)
{
    return known->count > 0 &&
           bsearch(&key, known->keys, known->count, sizeof *known->keys, compare_texts) != NULL;
}

/* Keys are "invoice/content/occurrence", so those of an invoice follow each other. */
static bool load_known(struct import_run *run, struct import_invoice *invoice,
                       struct known_keys *known, struct error *err)
{
    if (run->is_first)
        return true;
    struct statement *statement =
        store_prepare(run->store,
                      "SELECT source_key FROM import_map WHERE mapping = ?1 AND source_key >= ?2"
                      " AND source_key < ?3 ORDER BY source_key",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_text(statement, 1, run->mapping.name);
    statement_bind_text(statement, 2, arena_format(invoice->arena, "%s/", invoice->number));
    statement_bind_text(statement, 3, arena_format(invoice->arena, "%s0", invoice->number));
    int state;
    while ((state = statement_step(statement, err)) > 0) {
        if (known->count == known->capacity) {
            known->capacity = known->capacity > 0 ? 2 * known->capacity : 64;
            known->keys = memory_resize(known->keys, known->capacity, sizeof *known->keys);
        }
        known->keys[known->count++] = arena_text(invoice->arena, statement_text(statement, 0));
    }
    statement_done(statement);
    return state == 0;
}

static int compare_digests(const void *a, const void *b)
{
    const struct import_line *one = *(const struct import_line *const *)a;
    const struct import_line *two = *(const struct import_line *const *)b;
    int order = strcmp(one->digest, two->digest);
    return order != 0 ? order : (one->number > two->number) - (one->number < two->number);
}

/* The key of a correction is the one under which its line was rejected; as its own content it takes
 * an occurrence that is free, so that the same line is known in a file that was corrected whole. */
static void name_lines(const struct import_invoice *invoice, const struct known_keys *known,
                       struct import_plan *plans)
{
    size_t prefix = strlen(invoice->number) + 1;
    const struct import_line **sorted =
        arena_alloc(invoice->arena, invoice->count * sizeof *sorted);
    for (size_t i = 0; i < invoice->count; i++)
        sorted[i] = &invoice->lines[i];
    qsort(sorted, invoice->count, sizeof *sorted, compare_digests);
    int64_t occurrence = 0;
    for (size_t i = 0; i < invoice->count; i++) {
        const struct import_line *line = sorted[i];
        struct import_plan *plan = &plans[line - invoice->lines];
        bool is_same = i > 0 && strcmp(sorted[i - 1]->digest, line->digest) == 0;
        occurrence = is_same ? occurrence + 1 : 1;
        const char *key;
        bool corrects = line->corrects != NULL &&
                        strncmp(line->corrects, invoice->number, prefix - 1) == 0 &&
                        line->corrects[prefix - 1] == '/';
        while (key = arena_format(invoice->arena, "%s/%s/%lld", invoice->number, line->digest,
                                  (long long)occurrence),
               corrects && is_known(known, key))
            occurrence++;
        plan->content_key = key;
        plan->key = corrects ? line->corrects : key;
    }
}

static bool is_return(const struct import_run *run, const struct import_invoice *invoice)
{
    const char *prefix = run->mapping.return_prefix;
    return prefix != NULL && strncasecmp(invoice->number, prefix, strlen(prefix)) == 0;
}

/* Goods move without being sold: quantities below zero that are no return, and what has neither a
 * price nor a customer. Discounts and the like have no stock, so theirs are lines. */
static bool is_movement(const struct import_line *line, const struct import_product *product)
{
    if (line->price_cents == 0)
        return line->quantity_milli < 0 || line->customer[0] == '\0';
    return line->quantity_milli < 0 && product->is_stocked;
}

static void plan_reject(struct import_plan *plan, const char *why)
{
    plan->fate = FATE_REJECTED;
    plan->why = why;
}

/* A price below zero is one above zero that goes the other way. */
static void plan_order(bool comes_back, const struct import_line *line, struct import_plan *plan)
{
    bool turns = line->price_cents < 0;
    plan->fate = FATE_ORDERED;
    plan->quantity_milli = turns ? -line->quantity_milli : line->quantity_milli;
    plan->price_cents = turns ? -line->price_cents : line->price_cents;
    if (turns && plan->product->is_stocked)
        plan_reject(plan, "the price of goods is below zero");
    else if (comes_back && plan->product->is_stocked && plan->quantity_milli > 0)
        plan_reject(plan, "goods go out on an invoice of returns");
    else if (!money_times_quantity(plan->price_cents, plan->quantity_milli, &plan->total_cents))
        plan_reject(plan, "the amount is too large");
}

static bool plan_line(struct import_run *run, const struct import_invoice *invoice,
                      const struct import_line *line, struct import_plan *plan, struct error *err)
{
    if (line->wrong != NULL) {
        plan_reject(plan, line->wrong);
        return true;
    }
    plan->product = import_survey_product(run->survey, line->code_key);
    if (plan->product == NULL)
        return error_set(err, ERROR_INPUT, "%s changed while it was read; import it again",
                         run->source);
    if (is_return(run, invoice) || !is_movement(line, plan->product)) {
        plan_order(is_return(run, invoice), line, plan);
        return true;
    }
    plan->fate = FATE_MOVED;
    plan->quantity_milli = line->quantity_milli;
    return true;
}

/* An order has one customer, and its total one sum. */
static void check_together(const struct import_invoice *invoice, struct import_plan *plans)
{
    const char *customer = "";
    int64_t total = 0;
    for (size_t i = 0; i < invoice->count; i++) {
        const struct import_line *line = &invoice->lines[i];
        if (plans[i].fate != FATE_ORDERED)
            continue;
        if (line->customer[0] != '\0' && customer[0] == '\0')
            customer = line->customer;
        if (line->customer[0] != '\0' && strcmp(line->customer, customer) != 0)
            plan_reject(&plans[i], "the invoice has lines of another customer");
        else if (!money_add(total, plans[i].total_cents, &total))
            plan_reject(&plans[i], "the invoice's total is too large");
    }
}

bool import_move(struct import_run *run, const struct import_line *line,
                 const struct import_plan *plan, const char *reason, int64_t quantity_milli,
                 const struct uuid *order, const char *note, struct uuid *id, struct error *err)
{
    char day[DATE_TEXT_SIZE];
    const struct uuid *person = &run->actor->user_id;
    date_format(business_day(line->placed_at, run->location_zone, run->day_starts_minutes), day);
    const struct value values[] = {
        value_uuid(&plan->product->variant_id),
        value_uuid(&run->actor->location_id),
        value_integer(quantity_milli),
        value_text(reason),
        value_text(order != NULL ? "orders" : NULL),
        order != NULL ? value_uuid(order) : value_null(),
        value_text(note),
        value_uuid_or_null(person),
        value_text(day),
        value_integer(line->placed_at),
    };
    return import_writer_add(run->writer, IMPORT_MOVEMENTS, values, id, err);
}

/* The words that say why, and a price that no line has. */
static const char *note_of(const struct import_run *run, const struct import_invoice *invoice,
                           const struct import_line *line)
{
    struct arena *arena = invoice->arena;
    const char *note = arena_format(arena, "invoice %s%s%s", line->invoice,
                                    line->description[0] != '\0' ? ": " : "", line->description);
    char price[MONEY_TEXT_SIZE];
    if (line->price_cents == 0)
        return note;
    money_plain(line->price_cents, run->currency, price);
    return arena_format(arena, "%s, at %s %s", note, price, run->currency);
}

static const char *reason_of(const struct import_run *run, const struct import_invoice *invoice,
                             const struct import_line *line, const struct import_product *product)
{
    const char *folded = text_fold(line->description, invoice->arena);
    const char *reason =
        strcmp(folded, product->name_key) != 0 ? import_reason_of(&run->mapping, folded) : NULL;
    return reason != NULL ? reason : "adjust";
}

static bool write_movements(struct import_run *run, const struct import_invoice *invoice,
                            const struct import_plan *plans, struct error *err)
{
    for (size_t i = 0; i < invoice->count; i++) {
        const struct import_line *line = &invoice->lines[i];
        const struct import_plan *plan = &plans[i];
        struct uuid id = {{0}};
        if (plan->fate != FATE_MOVED)
            continue;
        if (!import_move(run, line, plan, reason_of(run, invoice, line, plan->product),
                         plan->quantity_milli, NULL, note_of(run, invoice, line), &id, err) ||
            !import_writer_map(run->writer, plan->key, "stock_movements", &id, err) ||
            (plan->content_key != plan->key &&
             !import_writer_map(run->writer, plan->content_key, "stock_movements", &id, err)))
            return false;
        run->result->movements++;
    }
    return true;
}

static bool tell_rejected(struct import_run *run, const struct import_invoice *invoice,
                          const struct import_plan *plans, struct error *err)
{
    for (size_t i = 0; i < invoice->count; i++) {
        run->result->known += plans[i].fate == FATE_KNOWN;
        if (plans[i].fate != FATE_REJECTED)
            continue;
        run->result->rejected++;
        if (!import_reject_add(run->reject, &invoice->lines[i], plans[i].key, plans[i].why, err))
            return false;
    }
    return true;
}

/* Lines can't join an order that a person deleted. */
static bool check_order_stands(struct import_run *run, const struct import_invoice *invoice,
                               struct import_plan *plans, size_t *ordered, struct error *err)
{
    int is_deleted =
        *ordered > 0 && !run->is_first ? import_order_is_deleted(run, invoice->number, err) : 0;
    for (size_t i = 0; is_deleted > 0 && i < invoice->count; i++)
        if (plans[i].fate == FATE_ORDERED)
            plan_reject(&plans[i], "its order was deleted; restore the order first");
    if (is_deleted > 0)
        *ordered = 0;
    return is_deleted >= 0;
}

static bool plan_all(struct import_run *run, struct import_invoice *invoice,
                     struct import_plan *plans, struct error *err)
{
    struct known_keys known = {0};
    bool is_done = load_known(run, invoice, &known, err);
    if (is_done)
        name_lines(invoice, &known, plans);
    for (size_t i = 0; is_done && i < invoice->count; i++)
        if (!is_known(&known, plans[i].key))
            is_done = plan_line(run, invoice, &invoice->lines[i], &plans[i], err);
    free(known.keys);
    if (is_done)
        check_together(invoice, plans);
    return is_done;
}

bool import_invoice_write(struct import_run *run, struct import_invoice *invoice, struct error *err)
{
    struct import_plan *plans = arena_alloc(invoice->arena, invoice->count * sizeof *plans);
    size_t ordered = 0, moved = 0;
    if (!plan_all(run, invoice, plans, err))
        return false;
    for (size_t i = 0; i < invoice->count; i++) {
        ordered += plans[i].fate == FATE_ORDERED;
        moved += plans[i].fate == FATE_MOVED;
    }
    if (!check_order_stands(run, invoice, plans, &ordered, err) ||
        !tell_rejected(run, invoice, plans, err))
        return false;
    if (ordered + moved == 0)
        return true;
    /* an order, its event and its payment; a line and its movement each */
    return import_writer_begin(run->writer, 3 + 2 * ordered + moved, err) &&
           (ordered == 0 || import_order_write(run, invoice, plans, err)) &&
           write_movements(run, invoice, plans, err);
}
