/* Labels for products: of each of their variants that is for sale. */
#include "tui/screens/products.h"

#include "model/paper/paper_label.h"
#include "model/paper/paper_print.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>

enum { COPIES_MOST = 100 };

struct labels {
    struct uuid *variants;
    size_t count;
};

static bool check_copies(void *context, const char *text, struct error *err)
{
    char *end;
    long copies = strtol(text, &end, 10);
    (void)context;
    return (end != text && *end == '\0' && copies >= 1 && copies <= COPIES_MOST) ||
           error_set(err, ERROR_INPUT, "Type how many of each: 1 to %d.", COPIES_MOST);
}

static void print(struct app *app, void *context, const char *text)
{
    struct labels *labels = context;
    struct error err;
    if (text != NULL) {
        int copies = (int)strtol(text, NULL, 10);
        if (paper_print_labels(app_store(app), app_actor(app), labels->variants, labels->count,
                               copies, &err))
            app_toast(app, TOAST_INFO, "%zu labels go to the printer.",
                      labels->count * (size_t)copies);
        else
            app_toast_error(app, &err);
    }
    free(labels->variants);
    free(labels);
}

static bool add_variants(struct store *store, const struct uuid *product, struct labels *labels,
                         struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT id FROM product_variants WHERE product_id = ?1 AND is_active AND "
                      "deleted_at IS NULL ORDER BY position, id",
                      err);
    int step;
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, product);
    while ((step = statement_step(statement, err)) == 1 && labels->count < PAPER_LABELS_MAX)
        statement_uuid(statement, 0, &labels->variants[labels->count++]);
    statement_done(statement);
    return step >= 0;
}

void product_labels_open(struct app *app, const struct uuid *ids, size_t count)
{
    struct error err;
    struct labels *labels = memory_new(sizeof *labels);
    labels->variants = memory_resize(NULL, PAPER_LABELS_MAX, sizeof *labels->variants);
    bool is_good = true;
    for (size_t i = 0; i < count && is_good; i++)
        is_good = add_variants(app_store(app), &ids[i], labels, &err);
    if (!is_good) {
        app_toast_error(app, &err);
        free(labels->variants);
        free(labels);
        return;
    }
    struct arena *arena = arena_new();
    const struct dialog_prompt prompt = {
        .title = arena_format(arena, "Labels of %zu %s", labels->count,
                              labels->count == 1 ? "variant" : "variants"),
        .text = "How many of each?",
        .start = "1",
        .limit = 3,
        .check = check_copies,
        .done = print,
        .context = labels};
    dialog_prompt(app, &prompt);
    arena_free(arena);
}
