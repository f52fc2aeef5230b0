#include "model/shop/customer.h"

#include "model/base/text.h"
#include "model/operation/record.h"

#include <string.h>

const struct operation_kind customer_kinds[] = {
    {.name = "customer.create", .label = "new customer", .undo = UNDO_WITHDRAW},
};
const size_t customer_kind_count = sizeof customer_kinds / sizeof customer_kinds[0];

static const struct query_field fields[] = {
    {.name = "name",
     .label = "Name",
     .sql = "c.name",
     .type = COLUMN_TEXT,
     .order = "c.name_key",
     .is_sortable = true,
     .help = "The person or firm"},
    {.name = "company",
     .label = "Company",
     .sql = "c.company",
     .type = COLUMN_TEXT,
     .help = "The firm's name"},
    {.name = "phone",
     .label = "Phone",
     .sql = "c.phone",
     .type = COLUMN_TEXT,
     .help = "The telephone number as it was written"},
    {.name = "email",
     .label = "E-mail",
     .sql = "c.email",
     .type = COLUMN_TEXT,
     .help = "The e-mail address"},
    {.name = "card",
     .label = "Card",
     .sql = "c.card_barcode",
     .type = COLUMN_TEXT,
     .help = "The barcode of the customer card"},
    {.name = "orders",
     .label = "Orders",
     .sql = "(SELECT count(*) FROM orders o WHERE o.customer_id = c.id AND o.deleted_at IS NULL)",
     .type = COLUMN_INTEGER,
     .help = "How many orders there are"},
    {.name = "notes",
     .label = "Notes",
     .sql = "c.notes",
     .type = COLUMN_TEXT,
     .help = "What was noted"},
    {.name = "created",
     .label = "Since",
     .sql = "c.created_at",
     .type = COLUMN_INSTANT,
     .help = "When the customer was first seen",
     .is_sortable = true},
};

const struct query_source customer_source = {
    .name = "customers",
    .from = "customer_profiles c",
    .id = "c.id",
    .where = "c.deleted_at IS NULL AND c.merged_into_id IS NULL",
    .search = "customer_search",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "name",
};

static const char columns[] = "SELECT id, name, phone, email, card_barcode FROM customer_profiles "
                              "WHERE deleted_at IS NULL AND merged_into_id IS NULL AND ";

static bool read_customer(const struct statement *row, struct arena *arena, struct customer *out)
{
    out->name = arena_text(arena, statement_text(row, 1));
    out->phone = arena_text(arena, statement_text(row, 2));
    out->email = arena_text(arena, statement_text(row, 3));
    out->card = arena_text(arena, statement_text(row, 4));
    return statement_uuid(row, 0, &out->id);
}

/* The rows of one statement whose first parameter is `key`; those that are there already are left
 * out. Returns the new count, or -1. */
static int add_found(struct store *store, const char *condition, struct value key, int count,
                     size_t limit, struct arena *arena, struct customer *out, struct error *err)
{
    const char *sql = arena_format(arena, "%s%s", columns, condition);
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_value(statement, 1, key);
    statement_bind_integer(statement, 2, (int64_t)limit);
    int step = 0;
    while ((size_t)count < limit && (step = statement_step(statement, err)) == 1) {
        struct customer found;
        if (!read_customer(statement, arena, &found))
            continue;
        int i = 0;
        while (i < count && !uuid_equal(&out[i].id, &found.id))
            i++;
        if (i == count)
            out[count++] = found;
    }
    statement_done(statement);
    return step < 0 ? -1 : count;
}

static int add_named(struct store *store, const char *text, int count, size_t limit,
                     struct arena *arena, struct customer *out, struct error *err)
{
    const struct filter *filter = filter_of_words(text, arena);
    if (filter == NULL)
        return count;
    const struct query query = {.source = &customer_source, .filter = filter};
    struct query_page page;
    if (!query_fetch(store, &query, NULL, 0, NULL, false, limit, arena, &page, err))
        return -1;
    for (size_t i = 0; i < page.count && count >= 0; i++)
        count = add_found(store, "id = ?1 LIMIT ?2", value_uuid(&page.rows[i].id), count, limit,
                          arena, out, err);
    return count;
}

int customer_find(struct store *store, const char *text, size_t limit, struct arena *arena,
                  struct customer *out, struct error *err)
{
    enum { DIGITS_MIN = 3 }; /* fewer stand in nearly every number */
    if (text_is_blank(text))
        return 0;
    int count =
        add_found(store, "card_barcode = ?1 LIMIT ?2", value_text(text), 0, limit, arena, out, err);
    const char *digits = text_digits(text, arena);
    if (count >= 0 && strlen(digits) >= DIGITS_MIN)
        count = add_found(store, "phone_digits LIKE ?1 LIMIT ?2",
                          value_text(arena_format(arena, "%%%s%%", digits)), count, limit, arena,
                          out, err);
    if (count >= 0 && (size_t)count < limit)
        count = add_named(store, text, count, limit, arena, out, err);
    return count;
}

bool customer_create(struct store *store, const struct actor *actor, const char *name,
                     const char *phone, const char *email, struct uuid *id, struct error *err)
{
    if (!actor_may(store, actor, "customers.edit", err))
        return false;
    bool has_name = name != NULL && !text_is_blank(name);
    bool has_phone = phone != NULL && !text_is_blank(phone);
    bool has_email = email != NULL && !text_is_blank(email);
    if (!has_name && !has_phone)
        return error_set_field(err, ERROR_INPUT, "name", "A customer needs a name or a number");
    const struct change changes[] = {
        {.column = "name", .value = value_text(has_name ? name : phone)},
        {.column = "phone", .value = value_text(has_phone ? phone : NULL)},
        {.column = "email", .value = value_text(has_email ? email : NULL)},
    };
    struct operation *operation = operation_begin(store, "customer.create", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "new customer %s", has_name ? name : phone);
    if (!record_insert(operation, "customer_profiles", changes, 3, id, err)) {
        operation_cancel(operation);
        return false;
    }
    return operation_commit(operation, err);
}
