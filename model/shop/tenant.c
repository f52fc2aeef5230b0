#include "model/shop/tenant.h"

#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/shop/tenant_data.h"

#include <stdio.h>
#include <string.h>

/* A shop that is being made. */
struct birth {
    struct operation *operation;
    struct arena *arena;
    struct tenant_details details; /* as they are written */
    struct uuid tenant;
    struct uuid owner, location, everywhere;
};

enum { CHANGES_MAX = 12 };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct change set(const char *column, struct value value)
{
    return (struct change){.column = column, .value = value};
}

static struct change set_text(const char *column, const char *text)
{
    return set(column, value_text(text));
}

static struct change set_integer(const char *column, int64_t integer)
{
    return set(column, value_integer(integer));
}

static struct change set_id(const char *column, const struct uuid *id)
{
    return set(column, value_uuid(id));
}

/* Inserts a row whose id is derived from `key`, such as "role:admin". */
static bool make(struct birth *birth, const char *table, const char *key,
                 const struct change *changes, size_t count, struct uuid *id, struct error *err)
{
    struct uuid derived = uuid_derived(&birth->tenant, key);
    struct change all[CHANGES_MAX + 1] = {set_id("id", &derived)};
    memcpy(all + 1, changes, count * sizeof *changes);
    if (id)
        *id = derived;
    return record_insert(birth->operation, table, all, count + 1, NULL, err);
}

static const char *key_of(struct birth *birth, const char *what, const char *name)
{
    return arena_format(birth->arena, "%s:%s", what, name);
}

static bool make_tenant(struct birth *birth, struct error *err)
{
    const struct tenant_details *details = &birth->details;
    const char *slug = details->slug ? details->slug : text_slug(details->name, birth->arena);
    const struct change changes[] = {
        set_id("id", &birth->tenant),
        set_text("name", details->name),
        set_text("slug", slug),
        set_text("email", details->owner_email),
        set_text("country", details->country),
        set_text("timezone", details->zone),
        set_text("default_currency", details->currency),
    };
    return record_insert(birth->operation, "tenants", changes, COUNT(changes), NULL, err);
}

static bool make_location(struct birth *birth, const char *kind, const char *name, struct uuid *id,
                          struct error *err)
{
    const struct change changes[] = {
        set_text("name", name),
        set_text("kind", kind),
        set_text("timezone", birth->details.zone),
    };
    return make(birth, "locations", key_of(birth, "location", kind), changes, COUNT(changes), id,
                err);
}

static bool make_places(struct birth *birth, struct error *err)
{
    if (!make_location(birth, "store", "Main store", &birth->location, err) ||
        !make_location(birth, "everywhere", "Everywhere", &birth->everywhere, err) ||
        !make_location(birth, "transit", "On the way", NULL, err))
        return false;
    const struct change changes[] = {
        set_id("location_id", &birth->location),
        set_text("code", "R1"),
        set_text("name", "Register 1"),
    };
    return make(birth, "registers", "register:R1", changes, COUNT(changes), NULL, err);
}

static bool make_owner(struct birth *birth, struct error *err)
{
    const struct change changes[] = {
        set_text("display_name", birth->details.owner_name),
        set_text("email", birth->details.owner_email),
        set_text("timezone", birth->details.zone),
    };
    return make(birth, "users", "user:owner", changes, COUNT(changes), &birth->owner, err);
}

static const struct tenant_role *find_role(const char *name)
{
    for (size_t i = 0; name && i < tenant_role_count; i++)
        if (strcmp(tenant_roles[i].name, name) == 0)
            return &tenant_roles[i];
    return NULL;
}

/* The next of the words separated by spaces, or false. */
static bool next_word(const char **rest, const char **word, size_t *size)
{
    *rest += strspn(*rest, " ");
    *word = *rest;
    *size = strcspn(*rest, " ");
    *rest += *size;
    return *size > 0;
}

bool tenant_role_may(const char *role, const char *right)
{
    for (const struct tenant_role *at = find_role(role); at; at = find_role(at->base)) {
        const char *rest = at->rights, *word;
        size_t size;
        while (next_word(&rest, &word, &size))
            if (strlen(right) == size && memcmp(right, word, size) == 0)
                return true;
    }
    return false;
}

static bool make_right(struct birth *birth, const struct tenant_role *role,
                       const struct uuid *role_id, const char *right, struct error *err)
{
    const struct change changes[] = {
        set_id("role_id", role_id),
        set_text("permission", right),
    };
    const char *key = arena_format(birth->arena, "right:%s:%s", role->name, right);
    return make(birth, "role_permissions", key, changes, COUNT(changes), NULL, err);
}

static bool make_rights(struct birth *birth, const struct tenant_role *role,
                        const struct uuid *role_id, struct error *err)
{
    struct statement *names = store_prepare(operation_store(birth->operation),
                                            "SELECT name FROM permissions ORDER BY name", err);
    int step = -1;
    while (names && (step = statement_step(names, err)) == 1) {
        const char *right = arena_format(birth->arena, "%s", statement_text(names, 0));
        if (tenant_role_may(role->name, right) && !make_right(birth, role, role_id, right, err)) {
            step = -1;
            break;
        }
    }
    statement_done(names);
    return step == 0;
}

static bool make_role(struct birth *birth, const struct tenant_role *role, struct error *err)
{
    struct uuid id;
    const struct change changes[] = {
        set_text("name", role->name),
        set_text("description", role->description),
        set_integer("is_built_in", 1),
    };
    return make(birth, "roles", key_of(birth, "role", role->name), changes, COUNT(changes), &id,
                err) &&
           make_rights(birth, role, &id, err);
}

static bool make_roles(struct birth *birth, struct error *err)
{
    for (size_t i = 0; i < tenant_role_count; i++)
        if (!make_role(birth, &tenant_roles[i], err))
            return false;
    struct uuid role = uuid_derived(&birth->tenant, "role:tenant_owner");
    const struct change changes[] = {
        set_id("user_id", &birth->owner),
        set_id("role_id", &role),
        set_id("location_id", &birth->everywhere),
    };
    return make(birth, "user_roles", "user-role:owner", changes, COUNT(changes), NULL, err);
}

static bool is_of_country(const struct tenant_tax *tax, const char *country)
{
    return country && strcmp(tax->country, country) == 0;
}

static bool make_tax_rate(struct birth *birth, const struct tenant_tax *tax, const char *name,
                          const struct uuid *category, struct error *err)
{
    const struct change changes[] = {
        set_id("tax_category_id", category),
        set_text("country", tax->country),
        set_text("name", name),
        set_integer("rate_bp", tax->rate_bp),
        set_text("valid_from", tax->from),
        set_text("valid_to", tax->to),
    };
    const char *key =
        arena_format(birth->arena, "tax:%s:%s:%s", tax->country, tax->category, tax->from);
    return make(birth, "tax_rates", key, changes, COUNT(changes), NULL, err);
}

/* The category and its rates; `standard` is there in every country, another one where it is used.
 */
static bool make_tax_category(struct birth *birth, const struct tenant_tax_category *category,
                              struct error *err)
{
    const char *country = birth->details.country;
    bool is_used = strcmp(category->code, "standard") == 0;
    for (size_t i = 0; i < tenant_tax_count; i++)
        is_used |= is_of_country(&tenant_taxes[i], country) &&
                   strcmp(tenant_taxes[i].category, category->code) == 0;
    if (!is_used)
        return true;
    struct uuid id;
    const struct change changes[] = {
        set_text("code", category->code),
        set_text("name", category->name),
    };
    if (!make(birth, "tax_categories", key_of(birth, "tax-category", category->code), changes,
              COUNT(changes), &id, err))
        return false;
    for (size_t i = 0; i < tenant_tax_count; i++)
        if (is_of_country(&tenant_taxes[i], country) &&
            strcmp(tenant_taxes[i].category, category->code) == 0 &&
            !make_tax_rate(birth, &tenant_taxes[i], category->name, &id, err))
            return false;
    return true;
}

static bool make_taxes(struct birth *birth, struct error *err)
{
    for (size_t i = 0; i < tenant_tax_category_count; i++)
        if (!make_tax_category(birth, &tenant_tax_categories[i], err))
            return false;
    return true;
}

static bool make_categories(struct birth *birth, struct error *err)
{
    for (size_t i = 0; i < tenant_category_count; i++) {
        const struct tenant_category *category = &tenant_categories[i];
        const struct change changes[] = {
            set_text("kind", category->kind),
            set_text("name", category->name),
            set_text("slug", category->slug),
        };
        if (!make(birth, "categories", key_of(birth, "category", category->slug), changes,
                  COUNT(changes), NULL, err))
            return false;
    }
    return true;
}

static bool make_channel(struct birth *birth, struct error *err)
{
    struct uuid channel;
    const struct change changes[] = {
        set_text("name", "general"),
        set_text("slug", "general"),
        set_text("description", "For everybody in the shop"),
        set_id("created_by_id", &birth->owner),
    };
    if (!make(birth, "channels", "channel:general", changes, COUNT(changes), &channel, err))
        return false;
    const struct change member[] = {
        set_id("channel_id", &channel),
        set_id("user_id", &birth->owner),
        set_text("role", "owner"),
    };
    return make(birth, "channel_members", "channel-member:general:owner", member, COUNT(member),
                NULL, err);
}

static bool make_return_reasons(struct birth *birth, struct error *err)
{
    for (size_t i = 0; i < tenant_return_reason_count; i++) {
        const struct tenant_return_reason *reason = &tenant_return_reasons[i];
        const struct change changes[] = {
            set_text("name", reason->name),
            set_integer("is_restocked", reason->is_restocked),
            set_integer("position", (int64_t)i),
        };
        if (!make(birth, "return_reasons", key_of(birth, "return-reason", reason->name), changes,
                  COUNT(changes), NULL, err))
            return false;
    }
    return true;
}

static bool make_retentions(struct birth *birth, struct error *err)
{
    for (size_t i = 0; i < tenant_retention_count; i++) {
        const struct tenant_retention *retention = &tenant_retentions[i];
        const struct change changes[] = {
            set_text("subject_table", retention->table),
            set_text("only_status", retention->only_status),
            set_text("action", retention->action),
            set_integer("keep_days", retention->keep_days),
        };
        if (!make(birth, "retention_policies", key_of(birth, "retention", retention->table),
                  changes, COUNT(changes), NULL, err))
            return false;
    }
    return true;
}

static bool check_details(struct birth *birth, struct error *err)
{
    return tenant_check(operation_store(birth->operation), &birth->details, birth->arena, err);
}

bool tenant_create(struct operation *operation, const struct tenant_details *details,
                   struct uuid *tenant, struct error *err)
{
    static bool (*const steps[])(struct birth *, struct error *) = {
        check_details, make_tenant,     make_places,  make_owner,          make_roles,
        make_taxes,    make_categories, make_channel, make_return_reasons, make_retentions,
    };
    struct birth birth = {
        .operation = operation,
        .arena = arena_new(),
        .details = *details,
        .tenant = uuid_v7(store_env(operation_store(operation))),
    };
    bool is_done = true;
    for (size_t i = 0; is_done && i < COUNT(steps); i++)
        is_done = steps[i](&birth, err);
    if (is_done)
        *tenant = birth.tenant;
    arena_free(birth.arena);
    return is_done;
}

bool tenant_currency(struct store *store, char currency[4], struct error *err)
{
    struct statement *statement =
        store_prepare(store, "SELECT default_currency FROM tenants WHERE id = ?1", err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, store_tenant(store));
    int found = statement_step(statement, err);
    if (found == 1)
        snprintf(currency, 4, "%s", statement_text(statement, 0));
    statement_done(statement);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "There is no shop in this store yet; make one first.");
    return found == 1;
}
