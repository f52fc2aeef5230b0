#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/shop/tenant.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

struct checking {
    struct store *store;
    const struct tenant_detail *detail;
    struct arena *arena;
};

struct tenant_detail {
    const char *name;
    size_t offset;
    const char *table, *column; /* where it goes */
    bool is_needed;
    /* What the column does not check by itself; returns how it is written, NULL with err. */
    const char *(*check)(struct checking *checking, const char *text, struct error *err);
};

static const char *check_column(struct checking *checking, const char *text, struct error *err)
{
    const struct tenant_detail *detail = checking->detail;
    const struct table *table = schema_table(store_schema(checking->store), detail->table);
    struct value value;
    return column_parse(table_column(table, detail->column), text, NULL, NULL, checking->arena,
                        &value, err)
               ? text
               : NULL;
}

/* The slug is made from it, and needs something to be made from. */
static const char *check_name(struct checking *checking, const char *text, struct error *err)
{
    if (text_slug(text, checking->arena)[0] != '\0')
        return check_column(checking, text, err);
    error_set(err, ERROR_INPUT, "a shop's name needs a letter or a digit");
    return NULL;
}

static const char *in_capitals(const char *text, struct arena *arena)
{
    char *capitals = arena_text(arena, text);
    for (char *c = capitals; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    return capitals;
}

static const char *check_currency(struct checking *checking, const char *text, struct error *err)
{
    int64_t is_known = 0;
    const char *code = in_capitals(text, checking->arena);
    if (store_find_integer(checking->store, &is_known,
                           "SELECT count(*) FROM currencies WHERE code = ?1", err, "t", code) < 0)
        return NULL;
    if (is_known)
        return code;
    error_set(err, ERROR_INPUT, "\"%s\" is no currency; give its three letters, such as EUR", text);
    return NULL;
}

static const char *check_country(struct checking *checking, const char *text, struct error *err)
{
    const char *code = in_capitals(text, checking->arena);
    if (strlen(code) == 2 && strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2)
        return code;
    error_set(err, ERROR_INPUT, "\"%s\" is no country; give its two letters, such as DE", text);
    return NULL;
}

static const char *check_zone(struct checking *checking, const char *text, struct error *err)
{
    (void)checking;
    if (zone_exists(text))
        return text;
    error_set(err, ERROR_INPUT, "\"%s\" is no time zone; give a name such as Europe/Berlin", text);
    return NULL;
}

#define MEMBER(member) #member, offsetof(struct tenant_details, member)
static const struct tenant_detail details[] = {
    {MEMBER(name), "tenants", "name", true, check_name},
    {MEMBER(owner_name), "users", "display_name", true, check_column},
    {MEMBER(owner_email), "users", "email", false, check_column},
    {MEMBER(currency), "tenants", "default_currency", true, check_currency},
    {MEMBER(country), "tenants", "country", false, check_country},
    {MEMBER(zone), "tenants", "timezone", true, check_zone},
};
enum { DETAILS = sizeof details / sizeof details[0] };

/* How it is written; NULL with err, or where nothing was given that need not be. */
static bool check(struct store *store, const struct tenant_detail *detail, const char *text,
                  struct arena *arena, const char **written, struct error *err)
{
    struct checking checking = {store, detail, arena};
    struct error why = {0};
    *written = NULL;
    bool is_given = text != NULL && text[0] != '\0';
    if (!is_given && !detail->is_needed)
        return true;
    if (text == NULL || text_is_blank(text))
        error_set(&why, ERROR_INPUT, "it is needed and can't be empty");
    else
        *written = detail->check(&checking, text, &why);
    return *written != NULL || error_set_field(err, why.code, detail->name, "%s", why.text);
}

bool tenant_check_detail(struct store *store, const char *name, const char *text,
                         struct buffer *normal, struct error *err)
{
    const char *written;
    struct arena *arena = arena_new();
    size_t i = 0;
    while (i < DETAILS - 1 && strcmp(details[i].name, name) != 0)
        i++;
    bool is_good = check(store, &details[i], text, arena, &written, err);
    if (is_good && written != NULL && strcmp(written, text) != 0)
        buffer_add(normal, written);
    arena_free(arena);
    return is_good;
}

bool tenant_check(struct store *store, struct tenant_details *given, struct arena *arena,
                  struct error *err)
{
    if (!uuid_is_zero(store_tenant(store)))
        return error_set(err, ERROR_RULE,
                         "this store holds a shop already; make the new one in a store of its own");
    for (size_t i = 0; i < DETAILS; i++) {
        const char **place = (const char **)(void *)((char *)given + details[i].offset);
        if (!check(store, &details[i], *place, arena, place, err))
            return false;
    }
    return true;
}

bool tenant_found(struct store *store, const struct tenant_details *details_given,
                  struct actor *owner, struct error *err)
{
    struct actor nobody = {.name = ""};
    struct uuid tenant;
    text_copy(nobody.name, sizeof nobody.name,
              details_given->owner_name ? details_given->owner_name : "");
    struct operation *operation = operation_begin(store, "shop.create", &nobody, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "new shop %s", details_given->name ? details_given->name : "");
    if (!tenant_create(operation, details_given, &tenant, err)) {
        operation_cancel(operation);
        return false;
    }
    return operation_commit(operation, err) && actor_find(store, NULL, owner, err);
}
