#include "model/shop/tenant_data.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The roles of the five documents. Who works at the counter stands on `employee`. */
const struct tenant_role tenant_roles[] = {
    {"superadmin", "May do everything", NULL, ""},
    {"tenant_owner", "Owns the shop and may do everything", NULL, ""},
    {"subscriber", "A customer with a subscription", NULL, "self.edit"},
    {"user", "A customer with a login", NULL, "self.edit"},
    {"viewer", "Reads what the shop does", "user", "reports.read"},
    {"member", "Belongs to a team", "user", "channels.edit"},
    {"blogger", "Writes posts and pages", "member", "content.edit content.delete"},
    {"estimator", "Visits customers and writes quotes", "member",
     "appointments.edit customers.edit orders.edit"},
    {"commercial", "Looks after customers and campaigns", "estimator",
     "campaigns.edit forms.edit support.edit reports.read"},
    {"employee", "Works at the counter", "estimator",
     "orders.sell payments.edit till.open till.close till.edit inventory.edit inventory.count "
     "inventory.transfer support.edit"},
    {"manager", "Runs a location", "employee",
     "orders.approve orders.cancel orders.delete orders.discount orders.export orders.refund "
     "inventory.adjust inventory.delete catalog.edit catalog.delete customers.delete "
     "appointments.delete subscriptions.edit support.delete channels.delete channels.moderate "
     "content.edit content.delete campaigns.edit campaigns.delete forms.edit forms.delete "
     "analytics.edit analytics.delete reports.read audit.read import.run users.edit"},
    {"admin", "Runs the shop with its people and settings", "manager",
     "settings.edit settings.delete users.delete users.manage payments.delete "
     "subscriptions.delete integrations.edit integrations.delete privacy.manage sync.edit "
     "sync.delete backup.run"},
};
const size_t tenant_role_count = COUNT(tenant_roles);

const struct tenant_tax_category tenant_tax_categories[] = {
    {"standard", "Standard rate"}, {"intermediate", "Intermediate rate"},
    {"reduced", "Reduced rate"},   {"super_reduced", "Super-reduced rate"},
    {"zero", "Zero rate"},
};
const size_t tenant_tax_category_count = COUNT(tenant_tax_categories);

/* From the countries' laws on value added tax. A date before which a shop's books hardly reach may
 * be later than the law's. */
const struct tenant_tax tenant_taxes[] = {
    {"AT", "standard", 2000, "1984-01-01", NULL},
    {"AT", "intermediate", 1300, "2016-01-01", NULL},
    {"AT", "reduced", 1000, "1984-01-01", NULL},
    {"BE", "standard", 2100, "1996-01-01", NULL},
    {"BE", "intermediate", 1200, "1996-01-01", NULL},
    {"BE", "reduced", 600, "1996-01-01", NULL},
    {"CH", "standard", 770, "2018-01-01", "2023-12-31"},
    {"CH", "standard", 810, "2024-01-01", NULL},
    {"CH", "intermediate", 370, "2018-01-01", "2023-12-31"},
    {"CH", "intermediate", 380, "2024-01-01", NULL},
    {"CH", "reduced", 250, "2018-01-01", "2023-12-31"},
    {"CH", "reduced", 260, "2024-01-01", NULL},
    {"DE", "standard", 1900, "2007-01-01", "2020-06-30"},
    {"DE", "standard", 1600, "2020-07-01", "2020-12-31"},
    {"DE", "standard", 1900, "2021-01-01", NULL},
    {"DE", "reduced", 700, "1983-07-01", "2020-06-30"},
    {"DE", "reduced", 500, "2020-07-01", "2020-12-31"},
    {"DE", "reduced", 700, "2021-01-01", NULL},
    {"DK", "standard", 2500, "1992-01-01", NULL},
    {"ES", "standard", 2100, "2012-09-01", NULL},
    {"ES", "reduced", 1000, "2012-09-01", NULL},
    {"ES", "super_reduced", 400, "2012-09-01", NULL},
    {"FR", "standard", 2000, "2014-01-01", NULL},
    {"FR", "intermediate", 1000, "2014-01-01", NULL},
    {"FR", "reduced", 550, "2014-01-01", NULL},
    {"FR", "super_reduced", 210, "2014-01-01", NULL},
    {"GB", "standard", 1750, "2010-01-01", "2011-01-03"},
    {"GB", "standard", 2000, "2011-01-04", NULL},
    {"GB", "reduced", 500, "1997-09-01", NULL},
    {"GB", "zero", 0, "1973-04-01", NULL},
    {"IT", "standard", 2200, "2013-10-01", NULL},
    {"IT", "intermediate", 1000, "2013-10-01", NULL},
    {"IT", "reduced", 500, "2016-01-01", NULL},
    {"IT", "super_reduced", 400, "2013-10-01", NULL},
    {"NL", "standard", 2100, "2012-10-01", NULL},
    {"NL", "reduced", 900, "2019-01-01", NULL},
    {"PL", "standard", 2300, "2011-01-01", NULL},
    {"PL", "intermediate", 800, "2011-01-01", NULL},
    {"PL", "reduced", 500, "2011-01-01", NULL},
    {"SE", "standard", 2500, "1996-01-01", NULL},
    {"SE", "intermediate", 1200, "1996-01-01", NULL},
    {"SE", "reduced", 600, "1996-01-01", NULL},
};
const size_t tenant_tax_count = COUNT(tenant_taxes);

const struct tenant_return_reason tenant_return_reasons[] = {
    {"Changed their mind", true}, {"Bought too much", true}, {"Wrong item", true},
    {"Not as described", true},   {"Damaged", false},        {"Faulty", false},
};
const size_t tenant_return_reason_count = COUNT(tenant_return_reasons);

const struct tenant_retention tenant_retentions[] = {
    {"analytics_events", "", "delete", 365},     {"page_views", "", "delete", 365},
    {"visitor_sessions", "", "delete", 365},     {"webhook_deliveries", "", "delete", 90},
    {"orders", "completed", "archive", 2 * 365},
};
const size_t tenant_retention_count = COUNT(tenant_retentions);

const struct tenant_category tenant_categories[] = {
    {"product", "General", "general"},
    {"post", "News", "news"},
};
const size_t tenant_category_count = COUNT(tenant_categories);
