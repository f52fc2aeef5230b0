#include "tui/screens/goods_pick.h"

#include "model/base/money.h"
#include "tui/widgets/picker.h"

#include <stdlib.h>
#include <string.h>

enum { FOUND_MOST = 50, PIECE = 1000 };

struct goods_pick {
    struct app *app;
    int64_t milli;
    goods_picked *done;
    void *context;
};

static struct picker_item item_of(const struct sellable *goods, struct arena *arena)
{
    char price[MONEY_TEXT_SIZE];
    bool is_active = strcmp(goods->status, "active") == 0;
    money_format(goods->price_cents, goods->currency, price);
    return (struct picker_item){
        .shown = {.text = goods->name,
                  .detail = goods->sku,
                  .note = is_active ? arena_text(arena, price) : goods->status,
                  .is_disabled = !is_active},
        .why_not = arena_format(arena, "%s is %s and not for sale.", goods->name, goods->status),
        .value = &goods->variant_id};
}

/* Those that can be sold come first. */
static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    const struct goods_pick *pick = context;
    struct sellable *found = arena_alloc(arena, FOUND_MOST * sizeof *found);
    size_t most = limit < FOUND_MOST ? limit : FOUND_MOST;
    int count = product_find(app_store(pick->app), typed, most, arena, found, NULL);
    size_t kept = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < count; i++)
            if ((strcmp(found[i].status, "active") != 0) == (pass == 1))
                out[kept++] = item_of(&found[i], arena);
    return kept;
}

static void picked(struct app *app, void *context, const struct picker_item *item)
{
    struct goods_pick *pick = context;
    pick->done(app, pick->context, item != NULL ? item->value : NULL, pick->milli);
    free(pick);
}

static void choose(struct goods_pick pick, const char *name)
{
    struct goods_pick *kept = memory_new(sizeof *kept);
    *kept = pick;
    const struct picker picker = {.title = "Which one?",
                                  .hint = "a product's name or number",
                                  .start = name,
                                  .empty = "No product of that name",
                                  .takes_scans = true,
                                  .find = find,
                                  .done = picked,
                                  .context = kept};
    picker_open(pick.app, &picker);
}

/* The number in front of "3*name", and the name; 1 where there is none. */
static const char *split_quantity(const char *text, int64_t *milli)
{
    char number[MONEY_TEXT_SIZE];
    const char *star = strchr(text, '*');
    size_t size = star != NULL ? (size_t)(star - text) : 0;
    *milli = PIECE;
    if (size == 0 || size >= sizeof number)
        return text;
    memcpy(number, text, size);
    number[size] = '\0';
    return quantity_parse(number, milli, NULL) ? star + 1 : text;
}

void goods_pick(struct app *app, const char *text, goods_picked *done, void *context)
{
    struct arena *arena = arena_new();
    struct sellable found[2];
    struct error err;
    struct goods_pick pick = {.app = app, .done = done, .context = context};
    const char *name = split_quantity(text, &pick.milli);
    int count = product_find(app_store(app), name, 2, arena, found, &err);
    if (count < 0)
        app_toast_error(app, &err);
    else if (name[0] == '\0')
        app_toast(app, TOAST_WARNING, "Type or scan behind the * what it is: %scode.", text);
    else if (count == 0)
        app_toast(app, TOAST_WARNING, "No product has the code or the name %s; type less of it.",
                  name);
    if (count <= 0)
        app_beep(app);
    if (count < 2)
        done(app, context, count == 1 ? &found[0].variant_id : NULL, pick.milli);
    else
        choose(pick, name);
    arena_free(arena);
}
