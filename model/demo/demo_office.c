/* The back room: what was approved and audited, privacy, and links to other systems. */
#include "model/demo/demo_parts.h"
#include "model/operation/audit.h"

#include <stdio.h>

static void put_audit(struct demo *demo)
{
    static const struct {
        const char *action, *summary;
        enum demo_person actor;
    } entries[] = {
        {"sign_in", "Anna Lindqvist signed in at R1", ANNA},
        {"discount", "25% on one line, approved by Katharina Weiß", BEN},
        {"drawer", "Drawer of R2 opened without a sale", SOFIA},
        {"refund", "12.90 EUR in cash", BEN},
        {"role_changed", "Leyla Haddad suspended", OWNER},
        {"export", "Orders of October as CSV", OWNER},
        {"sign_in", "Murat Yıldız signed in at R3", MURAT},
        {"refund", "48.00 EUR to the card", MURAT},
    };
    for (int i = 0; i < (int)DEMO_COUNT(entries) && !demo->is_failed; i++) {
        const struct audit_entry entry = {
            .action = entries[i].action,
            .summary = entries[i].summary,
            .actor = &demo->staff[entries[i].actor],
            .approver = i == 1 ? &demo->staff[OWNER] : NULL,
            .target = i == 4 ? &demo->staff[LEYLA] : NULL,
            .time = demo->now - ((int)DEMO_COUNT(entries) - i) * DAY_US * 4 / 5,
        };
        demo->is_failed = !audit_add(demo->store, &entry, demo->err);
    }
}

static void put_approvals(struct demo *demo)
{
    static const char *const statuses[] = {"approved", "refused", "requested"};
    for (int i = 0; i < (int)DEMO_COUNT(statuses); i++) {
        int64_t at = demo->now - (3 - i) * DAY_US;
        const struct demo_order *order = demo_find_order(demo, "completed", i, at);
        bool is_about = !uuid_is_zero(&order->id);
        demo_put(demo, "approvals", at,
                 "action:t status:t requested_by_id:u decided_by_id:u register_id:u "
                 "subject_table:t subject_id:u reason:t requested_at:i decided_at:n",
                 "orders.discount", statuses[i], &demo->staff[BEN],
                 i < 2 ? &demo->staff[ANNA] : NULL, &demo->registers[0], is_about ? "orders" : NULL,
                 &order->id, "Neighbour of the shop", at, i < 2 ? at + SECOND_US * 45 : (int64_t)0);
    }
}

static void put_privacy(struct demo *demo)
{
    static const char *const kinds[][2] = {
        {"export", "done"}, {"rectify", "received"}, {"erase", "verified"}};
    for (size_t i = 0; i < DEMO_COUNT(kinds); i++) {
        int64_t at = demo->now - (int64_t)(12 - 4 * i) * DAY_US;
        demo_put(demo, "gdpr_requests", at,
                 "customer_id:u kind:t status:t email:t handled_by_id:u received_at:i due_at:i "
                 "finished_at:n",
                 &demo->customers[15 + i].id, kinds[i][0], kinds[i][1],
                 demo->customers[15 + i].email, &demo->staff[OWNER], at, at + 30 * DAY_US,
                 i == 0 ? at + 2 * DAY_US : (int64_t)0);
    }
    for (size_t i = 0; i < 20; i++)
        demo_put(demo, "consents", demo->now - (int64_t)i * DAY_US,
                 "customer_id:u purpose:t is_granted:d source:t wording:t decided_at:i",
                 &demo->customers[i].id, "newsletter", i % 7 != 6, i % 2 == 0 ? "web" : "counter",
                 "I would like to get the letter of Farbwerk.", demo->now - (int64_t)i * DAY_US);
}

static void put_links(struct demo *demo)
{
    int64_t at = demo->days[0].opens - 70 * DAY_US;
    static const char *const types[][3] = {{"Lexware Office", "lexoffice", "active"},
                                           {"Web shop", "webshop", "active"},
                                           {"Parcel carrier", "carrier", "error"}};
    for (size_t i = 0; i < DEMO_COUNT(types); i++) {
        struct uuid id =
            demo_put(demo, "integrations", at, "name:t type:t status:t last_sync_at:i", types[i][0],
                     types[i][1], types[i][2], demo->now - (int64_t)(i * i + 1) * DAY_US / 24);
        demo_put(demo, "integration_credentials", at,
                 "owner_type:t owner_id:u service:t sealed:h key_id:t", "integration", &id,
                 types[i][1], "worker-1");
    }
}

static void put_hooks(struct demo *demo)
{
    int64_t at = demo->days[0].opens - 70 * DAY_US;
    struct uuid hook =
        demo_put(demo, "webhooks", at, "url:t events:t secret_sealed:h key_id:t description:t",
                 "https://hooks.farbwerk.example/orders", "[\"order.paid\",\"order.shipped\"]",
                 "worker-1", "Tells the web shop");
    static const char *const states[] = {"done", "done", "failed", "queued", "given_up"};
    for (int i = 0; i < (int)DEMO_COUNT(states); i++) {
        int64_t sent = demo->now - (i + 1) * DAY_US / 6;
        const struct demo_order *order = demo_find_order(demo, "paid", i, sent);
        struct uuid event = demo_id(demo, sent);
        demo_put(demo, "webhook_deliveries", sent,
                 "webhook_id:u event_id:u event_type:t payload:t state:t attempt_count:d "
                 "response_status:n delivered_at:n",
                 &hook, &event, "order.paid",
                 arena_format(demo->arena, "{\"number\":\"%s\"}", order->number), states[i],
                 i == 3 ? 0 : i + 1,
                 (int64_t)(i < 2    ? 200
                           : i == 3 ? 0
                                    : 503),
                 i < 2 ? sent + SECOND_US : (int64_t)0);
        demo_put(demo, "webhook_events", sent,
                 "provider:t external_id:t event_type:t payload:t received_at:i processed_at:n",
                 "stripe", arena_format(demo->arena, "evt_%06d", 900 + i),
                 "payment_intent.succeeded", "{\"livemode\":false}", sent,
                 i == 0 ? (int64_t)0 : sent + SECOND_US);
    }
}

void demo_office(struct demo *demo)
{
    put_audit(demo);
    put_approvals(demo);
    put_privacy(demo);
    put_links(demo);
    put_hooks(demo);
}
