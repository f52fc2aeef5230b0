#include "tui/screens/order_notes.h"

#include "tui/widgets/dialog_form.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Of each address; what else stands in it is kept. */
static const struct {
    const char *key, *label;
    size_t limit;
} parts[] = {
    {"name", "Name", 100}, {"street", "Street", 100},  {"postal_code", "Postal code", 20},
    {"city", "City", 100}, {"country", "Country", 60},
};
enum { PARTS = sizeof parts / sizeof parts[0], ADDRESS = PARTS + 1, NOTES_MAX = 4000 };
enum { NOTES, SHIPPING, BILLING = SHIPPING + ADDRESS, FIELD_COUNT = BILLING + ADDRESS };

struct asking {
    struct arena *arena;
    struct form *form;
    struct form_field fields[FIELD_COUNT];
    json_t *shipping, *billing;
    bool (*save)(struct app *app, void *context, const struct order_notes *given);
    void *context;
};

static json_t *read_address(const char *text)
{
    json_t *json = text != NULL && text[0] != '\0' ? json_loads(text, 0, NULL) : NULL;
    return json_is_object(json) ? json : json_object();
}

static void add_address(struct asking *asking, size_t first, const char *label, const json_t *from)
{
    asking->fields[first] = (struct form_field){.label = label, .kind = FIELD_SECTION};
    for (size_t i = 0; i < PARTS; i++) {
        const char *text = json_string_value(json_object_get(from, parts[i].key));
        asking->fields[first + 1 + i] =
            (struct form_field){.name = arena_format(asking->arena, "%s %s", label, parts[i].key),
                                .label = parts[i].label,
                                .kind = FIELD_TEXT,
                                .limit = parts[i].limit,
                                .value = text != NULL ? arena_text(asking->arena, text) : NULL};
    }
}

/* The address as it was typed, as JSON in the arena. */
static const char *typed_address(const struct asking *asking, size_t first, json_t *address)
{
    for (size_t i = 0; i < PARTS; i++) {
        const char *text = form_value(asking->form, first + 1 + i);
        if (text[0] != '\0')
            json_object_set_new(address, parts[i].key, json_string(text));
        else
            json_object_del(address, parts[i].key);
    }
    char *text = json_dumps(address, JSON_COMPACT);
    const char *copy = arena_text(asking->arena, text != NULL ? text : "{}");
    free(text);
    return copy;
}

static unsigned save(void *context, struct app *app)
{
    struct asking *asking = context;
    const struct order_notes given = {
        .notes = form_value(asking->form, NOTES),
        .shipping = typed_address(asking, SHIPPING, asking->shipping),
        .billing = typed_address(asking, BILLING, asking->billing),
    };
    return asking->save(app, asking->context, &given) ? OUTCOME_CLOSE : OUTCOME_HANDLED;
}

static void close_form(struct app *app, void *context)
{
    struct asking *asking = context;
    (void)app;
    json_decref(asking->shipping);
    json_decref(asking->billing);
    arena_free(asking->arena);
    free(asking);
}

static const struct form_ops ops = {.save = save};

void order_notes_ask(struct app *app, const char *title, const struct order_notes *now,
                     bool (*save_given)(struct app *app, void *context,
                                        const struct order_notes *given),
                     void *context)
{
    struct asking *asking = memory_new(sizeof *asking);
    asking->arena = arena_new();
    asking->save = save_given;
    asking->context = context;
    asking->shipping = read_address(now->shipping);
    asking->billing = read_address(now->billing);
    asking->fields[NOTES] = (struct form_field){
        .name = "notes",
        .label = "Notes",
        .kind = FIELD_LINES,
        .limit = NOTES_MAX,
        .value = now->notes != NULL ? arena_text(asking->arena, now->notes) : NULL};
    add_address(asking, SHIPPING, "Shipping", asking->shipping);
    add_address(asking, BILLING, "Billing", asking->billing);
    const struct dialog_form dialog = {.title = title,
                                       .hint = "F2 saves, Enter too outside the notes",
                                       .fields = asking->fields,
                                       .count = FIELD_COUNT,
                                       .ops = &ops,
                                       .context = asking,
                                       .guards = true,
                                       .closed = close_form};
    dialog_form(app, &dialog, &asking->form);
}

size_t order_notes_changes(const struct order_notes *seen, const struct order_notes *given,
                           struct change changes[ORDER_NOTES])
{
    const struct {
        const char *column, *seen, *given;
    } all[] = {
        {"notes", seen->notes, given->notes},
        {"shipping_address", seen->shipping, given->shipping},
        {"billing_address", seen->billing, given->billing},
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        bool is_text = i == 0;
        if (strcmp(all[i].seen, all[i].given) == 0)
            continue;
        changes[count++] = (struct change){
            .column = all[i].column,
            .value = is_text && all[i].given[0] == '\0' ? value_null() : value_text(all[i].given),
            .seen = is_text && all[i].seen[0] == '\0' ? value_null() : value_text(all[i].seen),
            .is_seen = true};
    }
    return count;
}
