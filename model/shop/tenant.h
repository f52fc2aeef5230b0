/* A new shop: its tenant and all the rows that every shop is born with. Their ids are derived
 * from the tenant and a name (uuid_derived), so that two programs arrive at the same ones. */
#ifndef MODEL_TENANT_H
#define MODEL_TENANT_H

#include "model/operation/operation.h"

struct tenant_details {
    const char *name;        /* "Meyer Farben" */
    const char *slug;        /* NULL: made from the name */
    const char *owner_name;  /* "Jo Meyer" */
    const char *owner_email; /* NULL: none */
    const char *currency;    /* ISO 4217: "EUR" */
    const char *zone;        /* IANA: "Europe/Berlin" */
    const char *country;     /* ISO 3166: "DE"; gives the tax rates. NULL: none */
};

/* Makes the tenant, its first location, the one that stands for any (kind `everywhere`) and the one
 * of goods on their way (`transit`), register R1, the owner, the roles with their rights, the
 * country's tax rates (none where they are not known: the shop enters its own), first categories,
 * the channel #general, reasons for returns, and how long what is kept. `operation` is a
 * "shop.create". */
bool tenant_create(struct operation *operation, const struct tenant_details *details,
                   struct uuid *tenant, struct error *err);

/* Whether one of the details, by its member's name ("currency"), is right as a person typed it;
 * `normal` receives how it is written where that is another way ("eur" → "EUR"). An empty text is
 * right where the detail may be missing. The error's field is the name. */
bool tenant_check_detail(struct store *store, const char *name, const char *text,
                         struct buffer *normal, struct error *err);
/* All of them, and that the store holds no shop yet; they become what is written, in the arena. */
bool tenant_check(struct store *store, struct tenant_details *details, struct arena *arena,
                  struct error *err);
/* Makes a shop where there is none, in an operation of its own, since there is nobody yet who could
 * act, and says who its owner is. */
bool tenant_found(struct store *store, const struct tenant_details *details, struct actor *owner,
                  struct error *err);

/* The currency that the shop sells in unless something says another: ISO 4217. */
bool tenant_currency(struct store *store, char currency[4], struct error *err);

/* The rights that a role of this name is born with, from its own words and those of the roles it
 * is built on. superadmin and tenant_owner have none written down: they may do everything. */
bool tenant_role_may(const char *role, const char *right);

#endif
