#include "model/import/import_product_row.h"

#include "model/base/text.h"
#include "model/catalog/category.h"
#include "model/catalog/product.h"
#include "model/catalog/product_edit.h"
#include "model/catalog/product_part.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MOST = 60 };

struct cell; /* what a heading means */

/* Reads a text that is not empty into a change; false: it can't be taken. */
typedef bool read_cell(struct product_rows *rows, const struct cell *cell, const char *text,
                       const struct record *row, struct change *out, struct error *err);

struct cell {
    const char *heading, *column;
    read_cell *read; /* NULL: a key, or passed over */
};

struct product_rows {
    struct store *store;
    const struct table *table;
    const struct cell *cells[FIELDS_MOST]; /* of each column of the file; NULL: passed over */
    size_t count, shown;
    struct buffer heading;
    const char *shop_currency;
    const char *currency; /* of the row that is read */
    struct arena *kept, *arena;
};

static bool read_plain(struct product_rows *rows, const struct cell *cell, const char *text,
                       const struct record *row, struct change *out, struct error *err)
{
    (void)row;
    *out = (struct change){.column = cell->column};
    return column_parse(table_column(rows->table, cell->column), text, rows->currency,
                        store_env(rows->store)->zone, rows->arena, &out->value, err);
}

static bool read_tags(struct product_rows *rows, const struct cell *cell, const char *text,
                      const struct record *row, struct change *out, struct error *err)
{
    (void)row, (void)err;
    *out = (struct change){.column = cell->column,
                           .value = value_text(product_tags_json(text, rows->arena))};
    return true;
}

static bool read_arabic(struct product_rows *rows, const struct cell *cell, const char *text,
                        const struct record *row, struct change *out, struct error *err)
{
    const char *before = row != NULL ? value_as_text(record_value(row, cell->column)) : "{}";
    (void)err;
    if (strcmp(product_translation(before, "ar", rows->arena), text) != 0)
        before = product_translate(before, "ar", text, rows->arena);
    *out = (struct change){.column = cell->column, .value = value_text(before)};
    return true;
}

static struct value id_value(struct product_rows *rows, const struct uuid *id)
{
    return value_copy(value_uuid(id), rows->arena);
}

static bool read_category(struct product_rows *rows, const struct cell *cell, const char *text,
                          const struct record *row, struct change *out, struct error *err)
{
    struct uuid id;
    (void)row;
    int found = category_by_path(rows->store, text, rows->arena, &id, err);
    if (found == 0)
        error_set_field(err, ERROR_INPUT, "category", "There is no category \"%s\"; make it first",
                        text);
    *out = (struct change){.column = cell->column};
    if (found > 0)
        out->value = id_value(rows, &id);
    return found > 0;
}

static bool read_tax(struct product_rows *rows, const struct cell *cell, const char *text,
                     const struct record *row, struct change *out, struct error *err)
{
    struct uuid id;
    struct statement *statement = store_prepare(
        rows->store, "SELECT id FROM tax_categories WHERE tenant_id = ?1 AND code = ?2", err);
    (void)row;
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, store_tenant(rows->store));
    statement_bind_text(statement, 2, text);
    int step = statement_step(statement, err);
    *out = (struct change){.column = cell->column};
    if (step > 0 && statement_uuid(statement, 0, &id))
        out->value = id_value(rows, &id);
    statement_done(statement);
    if (step == 0)
        error_set_field(err, ERROR_INPUT, "tax", "There is no tax category \"%s\"", text);
    return step > 0;
}

static const struct cell cells[] = {
    {"id", NULL, NULL},
    {"barcode", NULL, NULL},
    {"sku", "sku", read_plain},
    {"name", "name", read_plain},
    {"currency", "currency", read_plain},
    {"price", "price_cents", read_plain},
    {"cost", "cost_price_cents", read_plain},
    {"compare", "compare_at_price_cents", read_plain},
    {"status", "status", read_plain},
    {"unit", "unit", read_plain},
    {"stocked", "is_stocked", read_plain},
    {"description", "description", read_plain},
    {"tags", "tags", read_tags},
    {"arabic", "name_i18n", read_arabic},
    {"category", "category_id", read_category},
    {"tax", "tax_category_id", read_tax},
};
enum { CELLS = sizeof cells / sizeof cells[0] };

static bool is_passed_over(const char *name)
{
    return strcmp(name, PRODUCT_ROWS_LINE) == 0 || strcmp(name, PRODUCT_ROWS_REASON) == 0;
}

static bool take_heading(struct product_rows *rows, const char *name, struct error *err)
{
    size_t at = rows->count;
    for (size_t i = 0; i < CELLS; i++)
        if (strcmp(cells[i].heading, name) == 0)
            rows->cells[at] = &cells[i];
    for (size_t i = 0; i < at; i++)
        if (rows->cells[at] != NULL && rows->cells[i] == rows->cells[at])
            return error_set(err, ERROR_INPUT, "The heading \"%s\" stands there twice", name);
    if (rows->cells[at] == NULL && !is_passed_over(name) &&
        query_field(&product_source, name) == NULL)
        return error_set(err, ERROR_INPUT,
                         "The first line names \"%s\", which no product has; it may name sku, "
                         "barcode, name, price, cost, compare, category, tax, status, unit, "
                         "stocked, tags, arabic and description",
                         name);
    rows->count++;
    return true;
}

static bool has_heading(const struct product_rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->cells[i] != NULL && strcmp(rows->cells[i]->heading, name) == 0)
            return true;
    return false;
}

static const char *shop_currency(struct store *store, struct arena *arena)
{
    struct record shop;
    return record_get(store, schema_table(store_schema(store), "tenants"), store_tenant(store),
                      arena, &shop, NULL) == 1
               ? value_as_text(record_value(&shop, "default_currency"))
               : "";
}

struct product_rows *product_rows_new(struct store *store, const struct csv_record *heading,
                                      struct error *err)
{
    struct product_rows *rows = memory_new(sizeof *rows);
    *rows = (struct product_rows){.store = store,
                                  .table = schema_table(store_schema(store), "products"),
                                  .kept = arena_new(),
                                  .arena = arena_new()};
    buffer_init(&rows->heading);
    rows->shop_currency = shop_currency(store, rows->kept);
    bool is_good =
        heading->count <= FIELDS_MOST ||
        error_set(err, ERROR_INPUT, "The first line names more than %d fields", FIELDS_MOST);
    for (size_t i = 0; i < heading->count && is_good; i++) {
        const char *name = text_fold(heading->fields[i].text, rows->kept);
        is_good = take_heading(rows, name, err);
        if (is_passed_over(name))
            continue;
        rows->shown = i + 1;
        if (rows->heading.size > 0)
            buffer_add_char(&rows->heading, ',');
        csv_add_field(&rows->heading, heading->fields[i].text, heading->fields[i].size, ',');
    }
    if (is_good && !has_heading(rows, "id") && !has_heading(rows, "sku") &&
        !has_heading(rows, "barcode"))
        is_good = error_set(err, ERROR_INPUT,
                            "The first line must name sku, barcode or id, by which products are "
                            "found");
    if (is_good)
        return rows;
    product_rows_free(rows);
    return NULL;
}

void product_rows_free(struct product_rows *rows)
{
    if (rows == NULL)
        return;
    buffer_done(&rows->heading);
    arena_free(rows->kept);
    arena_free(rows->arena);
    free(rows);
}

const char *product_rows_heading(const struct product_rows *rows)
{
    return rows->heading.text;
}

size_t product_rows_columns(const struct product_rows *rows)
{
    return rows->shown;
}

/* The apostrophe that an export puts before what a spreadsheet would calculate goes again. */
static const char *text_at(const struct product_rows *rows, const struct csv_record *record,
                           const char *heading)
{
    for (size_t i = 0; i < rows->count && i < record->count; i++) {
        if (rows->cells[i] == NULL || strcmp(rows->cells[i]->heading, heading) != 0)
            continue;
        const char *text = record->fields[i].text;
        bool is_guarded = text[0] == '\'' && text[1] != '\0' && strchr("=+-@\t", text[1]) != NULL;
        return text + is_guarded;
    }
    return "";
}

static bool check_texts(const struct csv_record *record, struct error *err)
{
    for (size_t i = 0; i < record->count; i++)
        if (!text_is_utf8(record->fields[i].text, record->fields[i].size))
            return error_set(err, ERROR_INPUT, "field %zu is no UTF-8 text", i + 1);
    return true;
}

/* 1 found, 0 it is new, -1. */
static int find_product(struct product_rows *rows, const struct csv_record *record, struct uuid *id,
                        struct error *err)
{
    static const char by_sku[] = "SELECT id FROM products WHERE sku = ?1 AND tenant_id = ?2 "
                                 "AND deleted_at IS NULL";
    static const char by_barcode[] =
        "SELECT v.product_id FROM product_barcodes b JOIN product_variants v ON v.id = "
        "b.variant_id WHERE b.barcode = ?1 AND b.tenant_id = ?2 AND v.deleted_at IS NULL";
    const char *given = text_at(rows, record, "id"), *sku = text_at(rows, record, "sku");
    const char *key = sku[0] != '\0' ? sku : text_at(rows, record, "barcode");
    if (given[0] != '\0')
        return uuid_parse(given, id) || error_set(err, ERROR_INPUT, "\"%s\" is no id", given) ? 1
                                                                                              : -1;
    if (key[0] == '\0') {
        error_set(err, ERROR_INPUT, "It has neither SKU nor barcode to be found by");
        return -1;
    }
    struct statement *statement =
        store_prepare(rows->store, sku[0] != '\0' ? by_sku : by_barcode, err);
    if (statement == NULL)
        return -1;
    statement_bind_text(statement, 1, key);
    statement_bind_uuid(statement, 2, store_tenant(rows->store));
    int step = statement_step(statement, err);
    if (step > 0)
        statement_uuid(statement, 0, id);
    statement_done(statement);
    return step;
}

/* What differs from the row that stands; of a new product, all. The count, or -1. */
static int read_changes(struct product_rows *rows, const struct csv_record *record,
                        const struct record *row, struct change *out, struct error *err)
{
    int count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct cell *cell = rows->cells[i];
        const char *text = cell != NULL ? text_at(rows, record, cell->heading) : "";
        if (text[0] == '\0' || cell->read == NULL)
            continue;
        if (!cell->read(rows, cell, text, row, &out[count], err))
            return -1;
        bool is_same =
            row != NULL && value_equal(out[count].value, record_value(row, cell->column));
        count += !is_same;
    }
    return count;
}

static bool check_new(struct product_rows *rows, const struct csv_record *record,
                      struct change *changes, int *count, struct error *err)
{
    static const char *const needed[] = {"name", "price"};
    for (size_t i = 0; i < 2; i++)
        if (text_at(rows, record, needed[i])[0] == '\0')
            return error_set_field(err, ERROR_INPUT, needed[i], "A new product needs a %s",
                                   needed[i]);
    if (text_at(rows, record, "currency")[0] == '\0')
        changes[(*count)++] =
            (struct change){.column = "currency", .value = value_text(rows->shop_currency)};
    return true;
}

/* 1 added, 0 it has the barcode, -1. */
static int add_barcode(struct product_rows *rows, struct operation *operation,
                       const struct uuid *product, const char *barcode, struct error *err)
{
    struct product_part_line first;
    struct uuid id = {{0}};
    int64_t one;
    int found = barcode[0] == '\0'
                    ? 1
                    : store_find_integer(rows->store, &one,
                                         "SELECT 1 FROM product_barcodes b JOIN product_variants v "
                                         "ON v.id = b.variant_id WHERE b.barcode = ?1 "
                                         "AND v.product_id = ?2 AND v.deleted_at IS NULL",
                                         err, "tu", barcode, product);
    if (found != 0)
        return found > 0 ? 0 : -1;
    if (product_part_lines(rows->store, PART_VARIANT, product, 1, rows->arena, &first, err) != 1)
        return -1;
    const struct change changes[] = {
        {.column = "barcode", .value = value_text(barcode)},
        {.column = "variant_id", .value = value_uuid(&first.id)},
    };
    return product_part_write(operation, PART_BARCODE, product, changes, 2, &id, err) ? 1 : -1;
}

static int write_row(struct product_rows *rows, struct operation *operation,
                     const struct csv_record *record, const struct record *row, struct uuid *id,
                     struct error *err)
{
    struct change changes[CELLS + 1];
    const char *currency = text_at(rows, record, "currency");
    rows->currency = currency[0] != '\0' ? currency
                     : row != NULL       ? value_as_text(record_value(row, "currency"))
                                         : rows->shop_currency;
    int count = read_changes(rows, record, row, changes, err);
    if (count < 0 || (row == NULL && !check_new(rows, record, changes, &count, err)) ||
        (count > 0 && !product_write(operation, changes, (size_t)count, id, err)))
        return -1;
    int added = add_barcode(rows, operation, id, text_at(rows, record, "barcode"), err);
    return added < 0                ? -1
           : row == NULL            ? PRODUCT_ROW_MADE
           : count > 0 || added > 0 ? PRODUCT_ROW_CHANGED
                                    : PRODUCT_ROW_SAME;
}

int product_rows_write(struct product_rows *rows, struct operation *operation,
                       const struct csv_record *record, struct error *err)
{
    struct uuid id = {{0}};
    struct record row;
    arena_reset(rows->arena);
    int found = check_texts(record, err) ? find_product(rows, record, &id, err) : -1;
    if (found > 0) {
        found = record_get(rows->store, rows->table, &id, rows->arena, &row, err);
        bool is_gone =
            found == 0 || (found > 0 && record_value(&row, "deleted_at").kind != VALUE_NULL);
        if (is_gone)
            error_set(err, ERROR_NOT_FOUND, "There is no product with that id");
        found = is_gone ? -1 : found;
    }
    return found < 0 ? -1 : write_row(rows, operation, record, found > 0 ? &row : NULL, &id, err);
}
