#include "model/paper/paper_receipt.h"
#include "model/paper/paper_words.h"

/* The settings, with the tenant and the location for what they leave out. */
static const char head_sql[] =
    "SELECT coalesce(s.value ->> 'name', t.name, ''), coalesce(s.value ->> 'address', ''), "
    "coalesce(s.value ->> 'tax_number', ''), coalesce(s.value ->> 'footer', ''), "
    "coalesce(s.value ->> 'logo', ''), coalesce(s.value ->> 'barcode', 1), "
    "coalesce(l.address, '{}') "
    "FROM (SELECT ?1 AS id) AS shop LEFT JOIN tenants t ON t.id = shop.id "
    "LEFT JOIN app_settings s ON s.name = 'receipt' AND s.tenant_id = shop.id "
    "LEFT JOIN locations l ON l.id = ?2";

bool paper_head_load(struct store *store, const struct uuid *location, struct arena *arena,
                     struct paper_head *out, struct error *err)
{
    struct statement *row = store_prepare(store, head_sql, err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, store_tenant(store));
    statement_bind_uuid(row, 2, location);
    bool is_read = statement_step(row, err) == 1;
    if (is_read) {
        const char **const texts[] = {&out->name, &out->address, &out->tax_number, &out->footer,
                                      &out->logo};
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
            *texts[i] = arena_text(arena, statement_text(row, (int)i));
        out->has_barcode = statement_integer(row, 5) != 0;
        if (out->address[0] == '\0')
            out->address = paper_words_address(statement_text(row, 6), arena);
    }
    statement_done(row);
    return is_read;
}
