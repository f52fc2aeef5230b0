#include "tui/screens/calendar_fields.h"

#include "model/shop/customer.h"
#include "tui/screens/record_lookup.h"

#include <string.h>

#define CUSTOMERS "customer_profiles"

static const struct {
    const char *name, *table;
} tables[] = {
    {"customer", CUSTOMERS},      {"customer_id", CUSTOMERS},
    {"service_id", "services"},   {"appointment_type_id", "appointment_types"},
    {"resource_id", "resources"}, {"estimator_id", "estimators"},
    {"resource_2", "resources"},
};

const char *calendar_field_table(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (strcmp(tables[i].name, name) == 0)
            return tables[i].table;
    return NULL;
}

static size_t look_up_customer(struct app *app, const char *typed, struct arena *arena,
                               struct form_option *out, size_t limit)
{
    struct customer *found = arena_alloc(arena, (limit + 1) * sizeof *found);
    int count = customer_find(app_store(app), typed, limit, arena, found, NULL);
    for (int i = 0; i < count; i++) {
        char id[UUID_TEXT_SIZE];
        uuid_text(&found[i].id, id);
        out[i] = (struct form_option){
            .id = arena_text(arena, id), .title = found[i].name, .detail = found[i].phone};
    }
    return count > 0 ? (size_t)count : 0;
}

size_t calendar_field_look_up(struct app *app, const struct form_field *field, const char *typed,
                              struct arena *arena, struct form_option *out, size_t limit)
{
    const char *table = calendar_field_table(field->name);
    if (table == NULL)
        return 0;
    if (strcmp(table, CUSTOMERS) == 0)
        return look_up_customer(app, typed, arena, out, limit);
    return record_look_up(app, schema_table(store_schema(app_store(app)), table), typed, arena, out,
                          limit);
}
