/* What every shop is born with, as data; see model/shop/tenant.h. */
#ifndef MODEL_TENANT_DATA_H
#define MODEL_TENANT_DATA_H

#include <stdbool.h>
#include <stddef.h>

struct tenant_role {
    const char *name;
    const char *description;
    const char *base;   /* the role whose rights it has too; NULL: none */
    const char *rights; /* separated by spaces */
};
extern const struct tenant_role tenant_roles[];
extern const size_t tenant_role_count;

/* A rate of value added tax. `to` is NULL for a rate in force. */
struct tenant_tax {
    const char *country, *category;
    int rate_bp;
    const char *from, *to;
};
extern const struct tenant_tax tenant_taxes[];
extern const size_t tenant_tax_count;

struct tenant_tax_category {
    const char *code, *name;
};
extern const struct tenant_tax_category tenant_tax_categories[];
extern const size_t tenant_tax_category_count;

struct tenant_return_reason {
    const char *name;
    bool is_restocked;
};
extern const struct tenant_return_reason tenant_return_reasons[];
extern const size_t tenant_return_reason_count;

struct tenant_retention {
    const char *table, *only_status, *action;
    int keep_days;
};
extern const struct tenant_retention tenant_retentions[];
extern const size_t tenant_retention_count;

struct tenant_category {
    const char *kind, *name, *slug;
};
extern const struct tenant_category tenant_categories[];
extern const size_t tenant_category_count;

#endif
