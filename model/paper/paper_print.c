#include "model/paper/paper_print.h"

#include "model/paper/escpos.h"
#include "model/paper/paper_label.h"
#include "model/paper/paper_receipt.h"
#include "model/paper/paper_report.h"
#include "model/paper/print_queue.h"

#include <inttypes.h>
#include <string.h>

/* When what the receipt says changed last. */
static int64_t last_change(const struct order *order)
{
    int64_t at = order->placed_at;
    for (size_t i = 0; i < order->payment_count; i++)
        at = order->payments[i].at > at ? order->payments[i].at : at;
    for (size_t i = 0; i < order->refund_count; i++)
        at = order->refunds[i].at > at ? order->refunds[i].at : at;
    return at;
}

static bool queue_receipt(struct store *store, const struct order *order,
                          const struct printer *printer, struct error *err)
{
    struct buffer bytes;
    int64_t printed = print_queue_printed(store, "receipt", &order->id, last_change(order), err);
    const struct paper_options options = {.copy = (int)printed + 1};
    buffer_init(&bytes);
    bool is_added = printed >= 0 && paper_receipt(store, order, printer, options, &bytes, err) &&
                    print_queue_add(store, printer->name, "receipt", "orders", &order->id,
                                    bytes.text, bytes.size, NULL, err);
    buffer_done(&bytes);
    return is_added;
}

bool paper_print_receipt(struct store *store, const struct actor *actor, const struct uuid *order,
                         struct error *err)
{
    struct printer printer;
    struct order stored;
    struct uuid job;
    if (!actor_may(store, actor, "orders.edit", err) ||
        !printer_of_register(store, &actor->register_id, &printer, err))
        return false;
    struct arena *arena = arena_new();
    bool is_done = false;
    int found = order_load(store, order, arena, &stored, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This order is no longer in the store");
    if (found == 1) {
        int open = print_queue_open_job(store, "receipt", order, last_change(&stored), &job, err);
        is_done = open == 1 ? print_queue_retry(store, actor, &job, err)
                            : open == 0 && queue_receipt(store, &stored, &printer, err);
    }
    arena_free(arena);
    return is_done;
}

bool paper_print_report(struct store *store, const struct actor *actor, const char *title,
                        const struct paper_line *lines, size_t count, const char *table,
                        const struct uuid *row, struct error *err)
{
    struct printer printer;
    struct buffer bytes;
    int64_t printed = row != NULL ? print_queue_printed(store, "report", row, 0, err) : 0;
    if (printed < 0 || !printer_of_register(store, &actor->register_id, &printer, err))
        return false;
    buffer_init(&bytes);
    bool is_added = paper_report(store, &actor->location_id, title, lines, count, (int)printed + 1,
                                 &printer, &bytes, err) &&
                    print_queue_add(store, printer.name, "report", table, row, bytes.text,
                                    bytes.size, NULL, err);
    buffer_done(&bytes);
    return is_added;
}

/* The bytes as they were, below the words that say what they are. */
static bool queue_copy(struct store *store, const struct print_job *job, struct error *err)
{
    struct buffer bytes;
    int64_t printed = print_queue_printed(store, job->kind, &job->row_id, 0, err);
    if (printed < 0)
        return false;
    buffer_init(&bytes);
    if (strcmp(job->kind, "report") == 0) {
        escpos_set_large(&bytes, true);
        buffer_format(&bytes, "COPY %" PRId64 "\n", printed + 1);
        escpos_set_large(&bytes, false);
    }
    buffer_add_bytes(&bytes, job->bytes, job->size);
    bool is_added = print_queue_add(store, job->printer, job->kind, job->table, &job->row_id,
                                    bytes.text, bytes.size, NULL, err);
    buffer_done(&bytes);
    return is_added;
}

bool paper_print_again(struct store *store, const struct actor *actor, const struct uuid *job,
                       struct error *err)
{
    struct print_job stored;
    struct arena *arena = arena_new();
    bool is_done = false;
    int found = print_queue_load(store, job, arena, &stored, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This print is no longer in the queue");
    else if (found == 1 && strcmp(stored.state, "done") != 0)
        is_done = print_queue_retry(store, actor, job, err);
    else if (found == 1 && strcmp(stored.kind, "receipt") == 0 && !uuid_is_zero(&stored.row_id))
        is_done = paper_print_receipt(store, actor, &stored.row_id, err);
    else if (found == 1 && (stored.size == 0 || strcmp(stored.kind, "drawer") == 0))
        error_set(err, ERROR_RULE,
                  "This is over a week old, or opens the drawer; do it again where it came from");
    else if (found == 1)
        is_done = actor_may(store, actor, "orders.edit", err) && queue_copy(store, &stored, err);
    arena_free(arena);
    return is_done;
}

bool paper_print_labels(struct store *store, const struct actor *actor, const struct uuid *variants,
                        size_t count, int copies, struct error *err)
{
    struct printer printer;
    struct buffer bytes;
    if (!actor_may(store, actor, "inventory.edit", err) ||
        !printer_of_register(store, &actor->register_id, &printer, err))
        return false;
    buffer_init(&bytes);
    bool is_made = true;
    for (size_t i = 0; i < count && is_made; i++)
        is_made = paper_label(store, &variants[i], copies, &printer, &bytes, err);
    is_made =
        is_made && print_queue_add(store, printer.name, "label", "product_variants",
                                   count == 1 ? variants : NULL, bytes.text, bytes.size, NULL, err);
    buffer_done(&bytes);
    return is_made;
}

static bool make_test(struct store *store, const struct uuid *location,
                      const struct printer *printer, struct paper_text *text, struct buffer *out,
                      struct error *err)
{
    struct paper_head head;
    struct buffer picture;
    if (!paper_head_load(store, location, text->arena, &head, err))
        return false;
    buffer_init(&picture);
    bool has_logo = head.logo[0] == '\0' || escpos_picture(&picture, printer, head.logo, err);
    buffer_done(&picture);
    if (!has_logo)
        return false;
    if (head.logo[0] != '\0')
        paper_text_add(text, PAPER_PICTURE, head.logo, NULL);
    paper_text_add(text, PAPER_TITLE, head.name, NULL);
    paper_text_add(text, PAPER_RULE, NULL, NULL);
    paper_text_add(text, PAPER_NORMAL, "Printer", printer->name);
    paper_text_addf(text, PAPER_NORMAL, printer->page->name, "%d letters in a row",
                    printer->columns);
    paper_text_add(text, PAPER_NORMAL, "ÄÖÜ äöü ß éèç ñ å ø € £", NULL);
    paper_text_add(text, PAPER_LARGE, "TOTAL EUR", "64.55");
    paper_text_add(text, PAPER_BARCODE, "TEST-000001", NULL);
    escpos_drawer(out, printer);
    paper_text_bytes(text->lines, text->count, printer, out);
    return true;
}

bool paper_print_test(struct store *store, const struct actor *actor, struct error *err)
{
    struct printer printer;
    struct paper_text text;
    struct buffer bytes;
    if (!actor_may(store, actor, "settings.edit", err) ||
        !printer_of_register(store, &actor->register_id, &printer, err))
        return false;
    struct arena *arena = arena_new();
    paper_text_init(&text, arena);
    buffer_init(&bytes);
    bool is_added = make_test(store, &actor->location_id, &printer, &text, &bytes, err) &&
                    print_queue_add(store, printer.name, "report", "registers", &actor->register_id,
                                    bytes.text, bytes.size, NULL, err);
    buffer_done(&bytes);
    paper_text_done(&text);
    arena_free(arena);
    return is_added;
}
