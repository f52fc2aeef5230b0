#include "model/paper/print_settings.h"

#include "model/operation/record.h"
#include "model/paper/printer.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char settings_sql[] =
    "SELECT coalesce(r.printer ->> 'kind', 'none'), coalesce(r.printer ->> 'address', ''), "
    "coalesce(r.printer ->> 'width', '80'), coalesce(r.printer ->> 'code_page', 'cp858'), "
    "CASE WHEN coalesce(r.printer ->> 'cut', 1) THEN 'yes' ELSE 'no' END, "
    "CASE coalesce(r.printer ->> 'drawer_pin', 0) WHEN -1 THEN 'none' WHEN 1 THEN '1' ELSE '0' "
    "END, coalesce(s.value ->> 'address', ''), coalesce(s.value ->> 'tax_number', ''), "
    "coalesce(s.value ->> 'footer', ''), coalesce(s.value ->> 'logo', ''), "
    "CASE WHEN coalesce(s.value ->> 'barcode', 1) THEN 'yes' ELSE 'no' END "
    "FROM registers AS r LEFT JOIN app_settings AS s ON s.name = 'receipt' "
    "AND s.tenant_id = r.tenant_id WHERE r.id = ?1 AND r.deleted_at IS NULL";

bool print_settings_load(struct store *store, const struct uuid *register_id, struct arena *arena,
                         struct print_settings *out, struct error *err)
{
    const char **const texts[] = {&out->kind,   &out->address, &out->width,        &out->code_page,
                                  &out->cut,    &out->drawer,  &out->shop_address, &out->tax_number,
                                  &out->footer, &out->logo,    &out->barcode};
    struct statement *row = store_prepare(store, settings_sql, err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, register_id);
    int found = statement_step(row, err);
    for (size_t i = 0; found == 1 && i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(arena, statement_text(row, (int)i));
    statement_done(row);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND,
                  "This terminal has no register; choose one in the settings");
    return found == 1;
}

static bool is_yes(const char *text)
{
    return strcmp(text, "no") != 0;
}

static char *printer_json(const struct print_settings *settings)
{
    int pin = strcmp(settings->drawer, "none") == 0 ? -1 : strcmp(settings->drawer, "1") == 0;
    json_t *object =
        json_pack("{s:s, s:s, s:i, s:s, s:b, s:i}", "kind", settings->kind, "address",
                  settings->address, "width", (int)strtol(settings->width, NULL, 10), "code_page",
                  settings->code_page, "cut", is_yes(settings->cut), "drawer_pin", pin);
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}

static char *receipt_json(const char *before, const struct print_settings *settings)
{
    json_t *object = json_loads(before, 0, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        object = json_object();
    }
    json_object_set_new(object, "address", json_string(settings->shop_address));
    json_object_set_new(object, "tax_number", json_string(settings->tax_number));
    json_object_set_new(object, "footer", json_string(settings->footer));
    json_object_set_new(object, "logo", json_string(settings->logo));
    json_object_set_new(object, "barcode", json_boolean(is_yes(settings->barcode)));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}

/* The row of app_settings, a new one where there is none. */
static bool write_receipt(struct operation *operation, const struct print_settings *settings,
                          struct error *err)
{
    struct store *store = operation_store(operation);
    struct uuid id = {{0}};
    struct statement *row = store_prepare(
        store, "SELECT id, value FROM app_settings WHERE name = 'receipt' AND tenant_id = ?1", err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, store_tenant(store));
    int found = statement_step(row, err);
    if (found == 1)
        statement_uuid(row, 0, &id);
    char *json =
        found >= 0 ? receipt_json(found == 1 ? statement_text(row, 1) : "{}", settings) : NULL;
    statement_done(row);
    const struct change changes[] = {{.column = "value", .value = value_text(json)},
                                     {.column = "name", .value = value_text("receipt")}};
    bool is_written = found == 1   ? record_update(operation, "app_settings", &id, changes, 1, err)
                      : found == 0 ? record_insert(operation, "app_settings", changes, 2, NULL, err)
                                   : false;
    free(json);
    return is_written;
}

static bool check(const char *json, struct error *err)
{
    struct printer printer;
    struct error reason = {0};
    if (printer_read(json, &printer, &reason) || reason.code == ERROR_RULE)
        return true; /* none, or a terminal's, which is elsewhere */
    if (err != NULL)
        *err = reason;
    return false;
}

bool print_settings_save(struct store *store, const struct actor *actor,
                         const struct uuid *register_id, const struct print_settings *settings,
                         struct error *err)
{
    char *json = printer_json(settings);
    const struct change printer = {.column = "printer", .value = value_text(json)};
    struct operation *operation = NULL;
    bool is_done = actor_may(store, actor, "settings.edit", err) && check(json, err) &&
                   (operation = operation_begin(store, "print.settings", actor, err)) != NULL &&
                   record_update(operation, "registers", register_id, &printer, 1, err) &&
                   write_receipt(operation, settings, err);
    if (is_done) {
        operation_describe(operation, "printer: %s %s", settings->kind, settings->address);
        is_done = operation_commit(operation, err);
    } else {
        operation_cancel(operation);
    }
    free(json);
    return is_done;
}
