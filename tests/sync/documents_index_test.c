/* The indexes that the five documents name, at the centre: there with tenant_id first. */
#include "sync/central.h"
#include "tests/sync/migrated.h"
#include "tests/sync/postgres.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;
static struct central *central;

/* The columns that an index leads with, tenant_id aside. */
static const struct {
    const char *document, *theirs, *table, *columns;
} indexes[] = {
    {"affiliate", "users.email", "users", "email_key"},
    {"affiliate", "users.status", "subscriptions", "status"},
    {"affiliate", "users.tier", "subscriptions", "tier"},
    {"affiliate", "products.clickbank_id", "affiliate_products", "clickbank_id"},
    {"affiliate", "products.category", "affiliate_products", "category"},
    {"affiliate", "products.gravity", "affiliate_products", "gravity_centi"},
    {"affiliate", "products.commission_amount", "affiliate_products", "commission_cents"},
    {"affiliate", "products.search", "affiliate_products", "to_tsvector"},
    {"affiliate", "campaigns.user_id", "campaigns", "user_id"},
    {"affiliate", "campaigns.product_id", "campaigns", "affiliate_product_id"},
    {"affiliate", "campaigns.status", "campaigns", "status"},
    {"affiliate", "campaigns.tracking_id", "campaigns", "tracking_id"},
    {"affiliate", "content.user_id", "content_items", "user_id"},
    {"affiliate", "content.campaign_id", "content_items", "campaign_id"},
    {"affiliate", "content.type", "content_items", "content_type"},
    {"affiliate", "content.status", "content_items", "status"},
    {"affiliate", "content.scheduled_for", "content_items", "scheduled_for"},
    {"affiliate", "workflows.user_id", "workflows", "user_id"},
    {"affiliate", "workflows.status", "workflows", "status"},
    {"affiliate", "workflows.next_run_at", "workflows", "next_run_at"},
    {"affiliate", "analytics.user_id", "analytics_events", "user_id"},
    {"affiliate", "analytics.campaign_id", "analytics_events", "campaign_id"},
    {"affiliate", "analytics.event_type", "analytics_events", "event_type"},
    {"affiliate", "analytics.created_at", "analytics_events", "occurred_at"},
    {"affiliate", "analytics.composite", "analytics_events",
     "user_id, campaign_id, event_type, occurred_at"},
    {"affiliate", "bonuses.campaign_id", "bonuses", "campaign_id"},
    {"affiliate", "bonuses.is_active", "bonuses", "is_active"},
    {"affiliate", "teams.owner_id", "teams", "owner_id"},
    {"affiliate", "teams.is_active", "teams", "is_active"},
    {"affiliate", "team_members.team_id", "team_members", "team_id, user_id"},
    {"affiliate", "team_members.user_id", "team_members", "user_id"},
    {"brainsait", "tenants.slug", "tenants", "slug"},
    {"brainsait", "tenants.status", "tenants", "status"},
    {"brainsait", "tenants.plan", "subscriptions", "plan_id"},
    {"brainsait", "users.status", "users", "status"},
    {"brainsait", "users.role", "user_roles", "role_id"},
    {"brainsait", "products.tenant_category_status", "products", "category_id, status"},
    {"brainsait", "products.status", "products", "status"},
    {"brainsait", "products.price", "products", "price_cents"},
    {"brainsait", "products.tags", "products", "tags"},
    {"brainsait", "products.name_gin", "products", "name_i18n"},
    {"brainsait", "orders.user_id", "orders", "customer_id"},
    {"brainsait", "orders.tenant_status_created", "orders", "status, created_at"},
    {"brainsait", "orders.payment_status", "order_sums", "payment_status"},
    {"brainsait", "orders.number", "orders", "order_number"},
    {"brainsait", "orders.created_at", "orders", "created_at"},
    {"brainsait", "orders.metadata_gin", "orders", "metadata"},
    {"brainsait", "order_items.order_id", "order_items", "order_id"},
    {"brainsait", "order_items.product_id", "order_items", "product_id"},
    {"brainsait", "payments.order_id", "payments", "order_id"},
    {"brainsait", "payments.tenant_status_created", "payments", "status, created_at"},
    {"brainsait", "payments.provider", "payments", "provider"},
    {"brainsait", "payments.created_at", "payments", "created_at"},
    {"brainsait", "revenue_metrics.tenant_date", "revenue_metrics", "business_day"},
    {"brainsait", "integrations.type", "integrations", "type"},
    {"brainsait", "webhooks.status", "webhooks", "status"},
    {"brainsait", "webhook_deliveries.webhook_id", "webhook_deliveries", "webhook_id"},
    {"brainsait", "webhook_deliveries.event_type", "webhook_deliveries", "event_type"},
    {"brainsait", "webhook_deliveries.created_at", "webhook_deliveries", "created_at"},
    {"verso", "user.username", "users", "username"},
    {"verso", "product.slug", "products", "slug"},
    {"verso", "product.category_active", "products", "category_id, status"},
    {"verso", "appointment.scheduled_time", "appointments", "starts_at"},
    {"verso", "appointment.estimator_time", "appointments", "estimator_id, starts_at"},
    {"verso", "appointment.status", "appointments", "status"},
    {"verso", "post.slug", "posts", "slug"},
    {"verso", "post.status", "posts", "status"},
    {"verso", "post.published_at", "posts", "published_at"},
    {"verso", "pageview.session", "page_views", "session_token"},
    {"verso", "pageview.time_path", "page_views", "occurred_at, path"},
    {"verso", "pageview.path", "page_views", "path"},
    {"roadmap", "subscriptions.stripe_subscription_id", "subscriptions", "stripe_subscription_id"},
    {"roadmap", "subscriptions.user_id", "subscriptions", "user_id"},
    {"roadmap", "payments.stripe_payment_intent_id", "payments", "provider, provider_payment_id"},
    {"roadmap", "instagram_account_snapshots", "instagram_account_snapshots",
     "customer_id, recorded_at"},
    {"roadmap", "webhook_events.external", "webhook_events", "provider, external_id"},
    {"roadmap", "webhook_events.processed_at", "webhook_events", "processed_at"},
    {"wiwebb", "tenant.name", "tenants", "name"},
    {"wiwebb", "auditlog.timestamp", "audit_logs", "occurred_at"},
    {"wiwebb", "auditlog.actor", "audit_logs", "actor_id"},
    {"wiwebb", "auditlog.target", "audit_logs", "target_id"},
    {"wiwebb", "payment.user_status", "payments", "user_id, status"},
    {"wiwebb", "payment.transaction_id", "payments", "provider_payment_id"},
    {"wiwebb", "paymentlog.payment", "payment_logs", "payment_id"},
    {"wiwebb", "paymentlog.created", "payment_logs", "occurred_at"},
};

/* Every index with its key columns, tenant_id aside. */
static const char view_sql[] =
    "CREATE TEMP VIEW index_columns AS"
    " SELECT t.relname::text AS table_name, i.indexrelid, string_agg(k.key, ', ' ORDER BY k.n)"
    "   FILTER (WHERE k.key <> 'tenant_id') AS columns"
    " FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid"
    "   JOIN pg_namespace AS s ON s.oid = t.relnamespace AND s.nspname = 'public'"
    "   CROSS JOIN LATERAL (SELECT n, pg_get_indexdef(i.indexrelid, n, FALSE) AS key"
    "     FROM generate_series(1, i.indnkeyatts) AS n) AS k"
    " GROUP BY t.relname, i.indexrelid";

static PGresult *query(const char *sql, int count, const char *const *parameters)
{
    struct error err;
    PGresult *result = central_query(central, sql, count, parameters, &err);
    if (!result)
        fail_msg("%s: %s", err.text, sql);
    return result;
}

static int setup(void **state)
{
    (void)state;
    server = postgres_start();
    if (!server)
        return 0;
    struct error err;
    central = central_open(postgres_migrated(server), &err);
    if (central == NULL || !central_run(central, view_sql, &err))
        fail_msg("%s", err.text);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    central_close(central);
    postgres_stop(server);
    return 0;
}

static void test_the_documents_indexes_are_there(void **state)
{
    (void)state;
    if (!server)
        skip();
    size_t missing = 0;
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
        const char *const parameters[] = {indexes[i].table, indexes[i].columns};
        PGresult *result = query("SELECT FROM index_columns WHERE table_name = $1"
                                 " AND starts_with(columns, $2)",
                                 2, parameters);
        if (PQntuples(result) == 0) {
            print_error("%s: %s: no index on %s (%s)\n", indexes[i].document, indexes[i].theirs,
                        indexes[i].table, indexes[i].columns);
            missing++;
        }
        PQclear(result);
    }
    assert_int_equal(missing, 0);
}

/* "All foreign keys have corresponding indexes" (verso.md): a delete or a join by one never reads
 * the whole table. */
static void test_every_reference_has_an_index(void **state)
{
    (void)state;
    if (!server)
        skip();
    PGresult *result =
        query("SELECT r.conrelid::regclass || '.' || a.attname FROM pg_constraint AS r"
              " JOIN pg_attribute AS a ON a.attrelid = r.conrelid"
              "  AND a.attnum = r.conkey[cardinality(r.conkey)]"
              " JOIN sync_tables AS t ON t.name = r.conrelid::regclass::text"
              " WHERE r.contype = 'f' AND a.attname <> 'tenant_id' AND t.scope <> 'local'"
              " AND NOT EXISTS (SELECT FROM index_columns AS i WHERE i.table_name = t.name"
              "  AND (i.columns = a.attname OR starts_with(i.columns, a.attname || ', ')))"
              " ORDER BY 1",
              0, NULL);
    for (int i = 0; i < PQntuples(result); i++)
        print_error("no index on %s\n", PQgetvalue(result, i, 0));
    assert_int_equal(PQntuples(result), 0);
    PQclear(result);
}

/* Row security asks for the tenant first. */
static void test_every_table_has_an_index_by_tenant(void **state)
{
    (void)state;
    if (!server)
        skip();
    PGresult *result = query(
        "SELECT t.name FROM sync_tables AS t JOIN pg_class AS c ON c.oid = to_regclass(t.name)"
        " WHERE t.scope <> 'local' AND NOT EXISTS (SELECT FROM pg_index AS i"
        "  WHERE i.indrelid = c.oid AND i.indpred IS NULL"
        "  AND pg_get_indexdef(i.indexrelid, 1, FALSE) = 'tenant_id') ORDER BY 1",
        0, NULL);
    for (int i = 0; i < PQntuples(result); i++)
        print_error("no index of %s leads with tenant_id\n", PQgetvalue(result, i, 0));
    assert_int_equal(PQntuples(result), 0);
    PQclear(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_documents_indexes_are_there),
        cmocka_unit_test(test_every_reference_has_an_index),
        cmocka_unit_test(test_every_table_has_an_index_by_tenant),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
