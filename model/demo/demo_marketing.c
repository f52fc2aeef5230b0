/* Campaigns, mail, social media, workflows and subscriptions. */
#include "model/demo/demo_parts.h"

#include <stdio.h>

static void put_campaigns(struct demo *demo)
{
    static const char *const names[][2] = {{"Autumn colours", "active"},
                                           {"New neighbours", "paused"},
                                           {"Summer terrace", "completed"},
                                           {"Advent", "draft"}};
    for (size_t i = 0; i < DEMO_COUNT(names); i++) {
        int64_t at = demo->now - (int64_t)(20 + 15 * i) * DAY_US;
        struct uuid id =
            demo_put(demo, "campaigns", at, "user_id:u name:t status:t funnel_type:t tracking_id:t",
                     &demo->staff[NINA], names[i][0], names[i][1], "bonus",
                     arena_format(demo->arena, "FW-%d", 100 + (int)i));
        if (i == 0)
            demo->campaign = id;
    }
    int64_t at = demo->now - 18 * DAY_US;
    struct uuid bonus =
        demo_put(demo, "bonuses", at, "campaign_id:u name:t description:t", &demo->campaign,
                 "Colour chart", "Forty colours on real paint, by post");
    for (int i = 0; i < 5; i++)
        demo_put(demo, "bonus_deliveries", at + i * DAY_US,
                 "bonus_id:u customer_id:u recipient_email:t status:t delivered_at:n", &bonus,
                 &demo->customers[i].id, demo->customers[i].email, i < 4 ? "done" : "queued",
                 i < 4 ? at + i * DAY_US : (int64_t)0);
}

static struct uuid put_audience(struct demo *demo, int64_t at)
{
    struct uuid id = demo_put(demo, "audiences", at, "name:t description:t", "Newsletter",
                              "Who asked for it on the web site or at the counter");
    for (size_t i = 0; i < 30 && i < demo->customer_count; i++) {
        const struct demo_customer *customer = &demo->customers[i];
        if (customer->email != NULL)
            demo_put(demo, "audience_members", at,
                     "audience_id:u customer_id:u email:t name:t status:t joined_at:i", &id,
                     &customer->id, customer->email, customer->name,
                     i % 11 == 10 ? "bounced"
                     : i % 7 == 6 ? "unsubscribed"
                                  : "subscribed",
                     at);
    }
    return id;
}

static void put_sends(struct demo *demo, const struct uuid *campaign, int64_t at)
{
    for (size_t i = 0; i < 25 && i < demo->customer_count; i++) {
        const struct demo_customer *customer = &demo->customers[i];
        if (customer->email == NULL)
            continue;
        bool is_bounced = i % 11 == 10;
        demo_put(demo, "email_sends", at,
                 "email_campaign_id:u customer_id:u recipient_email:t subject:t status:t sent_at:i "
                 "opened_at:n bounced_at:n",
                 campaign, &customer->id, customer->email, "The floor that does not creak",
                 is_bounced ? "bounced" : "done", at,
                 !is_bounced && i % 3 != 0 ? at + DAY_US / 10 : (int64_t)0,
                 is_bounced ? at + SECOND_US : (int64_t)0);
    }
}

static void put_mail(struct demo *demo)
{
    int64_t at = demo->now - 30 * DAY_US;
    struct uuid audience = put_audience(demo, at);
    struct uuid letter =
        demo_put(demo, "email_templates", at, "name:t subject:t body_text:t variables:t", "Letter",
                 "{{subject}}", "Hello {{name}},\n\n{{text}}\n\nFarbwerk", "[\"name\",\"text\"]");
    struct uuid sent = demo_put(
        demo, "email_campaigns", at,
        "name:t campaign_id:u template_id:u audience_id:u subject:t status:t started_at:i "
        "finished_at:i created_by_id:u",
        "October letter", &demo->campaign, &letter, &audience, "The floor that does not creak",
        "finished", at, at + SECOND_US * 90, &demo->staff[NINA]);
    put_sends(demo, &sent, at);
    demo_put(demo, "email_campaigns", demo->now - DAY_US,
             "name:t template_id:u audience_id:u subject:t status:t scheduled_for:i "
             "created_by_id:u",
             "Advent letter", &letter, &audience, "Delivery is free in Advent", "scheduled",
             demo_local(demo, 6, 8, 0), &demo->staff[NINA]);
    struct uuid drip = demo_put(demo, "drip_sequences", at, "name:t trigger_type:t status:t",
                                "After the first purchase", "purchase", "active");
    for (int i = 1; i <= 2; i++)
        demo_put(demo, "drip_steps", at,
                 "drip_sequence_id:u step_number:d delay_minutes:d template_id:u subject:t", &drip,
                 i, i * 4320, &letter, i == 1 ? "How does it look?" : "Left over paint?");
    for (int i = 0; i < 4; i++)
        demo_put(demo, "drip_enrollments", demo->now - 3 * DAY_US * i,
                 "drip_sequence_id:u customer_id:u email:t last_step_number:d status:t", &drip,
                 &demo->customers[i].id, arena_format(demo->arena, "drip%d@example.org", i),
                 i < 2 ? i : 2, i < 2 ? "active" : "completed");
}

static void put_social(struct demo *demo)
{
    const struct demo_customer *customer = &demo->customers[7];
    int64_t at = demo->now - 50 * DAY_US;
    struct uuid account =
        demo_put(demo, "instagram_accounts", at, "customer_id:u username:t connected_at:i",
                 &customer->id, "bodenleger.kiefer", at);
    for (int i = 0; i < 8; i++)
        demo_put(demo, "instagram_account_snapshots", at + 6 * DAY_US * i,
                 "instagram_account_id:u customer_id:u recorded_at:i follower_count:d "
                 "following_count:d post_count:d engagement_bp:d",
                 &account, &customer->id, at + 6 * DAY_US * i, 820 + i * 17, 310, 95 + i, 240 + i);
    struct uuid service = demo_put(
        demo, "service_campaigns", at,
        "customer_id:u instagram_account_id:u manager_id:u name:t status:t starts_at:i notes:t",
        &customer->id, &account, &demo->staff[NINA], "Floors of the month", "active", at,
        "One picture a week");
    demo_put(demo, "campaign_activities", at + DAY_US,
             "service_campaign_id:u actor_id:u activity_type:t description:t occurred_at:i",
             &service, &demo->staff[NINA], "post", "Herringbone in Pankow", at + DAY_US);
}

static void put_workflows(struct demo *demo)
{
    int64_t at = demo->now - 35 * DAY_US;
    struct uuid id = demo_put(
        demo, "workflows", at,
        "user_id:u name:t trigger_type:t trigger_config:t conditions:t actions:t status:t "
        "last_run_at:i",
        &demo->staff[ANNA], "Low stock to #mitte", "event", "{\"event\":\"stock.low\"}",
        "[{\"location\":\"Mitte\"}]", "[{\"post\":\"mitte\"}]", "active", demo->now - DAY_US / 3);
    static const char *const statuses[] = {"done", "done", "failed", "queued"};
    for (size_t i = 0; i < DEMO_COUNT(statuses); i++) {
        int64_t began = demo->now - (int64_t)(DEMO_COUNT(statuses) - i) * DAY_US / 3;
        struct uuid run = demo_put(
            demo, "workflow_runs", began, "workflow_id:u status:t error_text:t started_at:i", &id,
            statuses[i], i == 2 ? "There is no channel #nitte" : NULL, began);
        demo_put(demo, "workflow_run_steps", began,
                 "workflow_run_id:u step_number:d action:t status:t attempts:d", &run, 1, "post",
                 statuses[i], i == 3 ? 0 : 1);
    }
}

static void put_subscriptions(struct demo *demo)
{
    int64_t at = demo->days[0].opens - 60 * DAY_US;
    struct uuid plan =
        demo_put(demo, "plans", at, "name:t description:t is_default:d requires_invoice:d",
                 "Painter's account", "Five percent, delivery free, one invoice a month", 1, 1);
    struct uuid monthly = demo_put(demo, "plan_pricings", at,
                                   "plan_id:u amount_cents:d currency:t interval:t "
                                   "trial_period_days:d",
                                   &plan, 1990, "EUR", "month", 30);
    demo_put(demo, "plan_pricings", at, "plan_id:u amount_cents:d currency:t interval:t", &plan,
             19900, "EUR", "year");
    static const char *const statuses[] = {"active",   "active",    "trialing",
                                           "past_due", "cancelled", "paused"};
    for (size_t i = 0; i < DEMO_COUNT(statuses); i++) {
        struct uuid id = demo_put(
            demo, "subscriptions", at,
            "customer_id:u plan_id:u plan_pricing_id:u status:t started_at:i period_starts_at:i "
            "period_ends_at:i",
            &demo->customers[3 + i].id, &plan, &monthly, statuses[i], at,
            demo->now - (int64_t)(i + 2) * DAY_US, demo->now + (int64_t)(28 - i) * DAY_US);
        char day[DATE_TEXT_SIZE];
        demo_date(demo, -1, day);
        demo_put(demo, "usage_counters", demo->now - DAY_US,
                 "subscription_id:u metric:t day:t used:d", &id, "data_mb", day, 12 + (int)i);
    }
}

void demo_marketing(struct demo *demo)
{
    put_campaigns(demo);
    put_mail(demo);
    put_social(demo);
    put_workflows(demo);
    put_subscriptions(demo);
}
