/* People who ask: leads, forms, surveys and tickets. */
#include "model/base/text.h"
#include "model/demo/demo_parts.h"

#include <stdio.h>

static void put_leads(struct demo *demo)
{
    static const struct {
        const char *first, *last, *source, *status;
    } leads[] = {{"Rahel", "Stein", "web form", "new"},
                 {"Olaf", "Præstgaard", "telephone", "contacted"},
                 {"سمير", "حداد", "recommended", "qualified"},
                 {"Birgit", "Neumann-Öztürk", "fair", "won"},
                 {"Hugo", "Lindner", "web form", "lost"}};
    for (size_t i = 0; i < DEMO_COUNT(leads); i++) {
        const char *name = arena_format(demo->arena, "%s %s", leads[i].first, leads[i].last);
        struct uuid id =
            demo_put(demo, "leads", demo->now - (int64_t)(i + 1) * 2 * DAY_US,
                     "first_name:t last_name:t name:t name_key:t phone:t phone_digits:t source:t "
                     "status:t owner_id:u notes:t",
                     leads[i].first, leads[i].last, name, text_fold(name, demo->arena),
                     "030 23125 777", "03023125777", leads[i].source, leads[i].status,
                     &demo->staff[GRETA], "Three rooms and a hall");
        if (i == 0)
            demo->lead = id;
    }
}

static void put_forms(struct demo *demo)
{
    int64_t at = demo->days[0].opens - 80 * DAY_US;
    struct uuid form = demo_put(
        demo, "form_definitions", at, "name:t slug:t fields:t created_by_id:u", "Ask for a visit",
        "ask-for-a-visit",
        "[{\"name\":\"name\",\"required\":true},{\"name\":\"phone\"},{\"name\":\"rooms\"}]",
        &demo->staff[NINA]);
    demo_put(demo, "form_integrations", at, "form_definition_id:u kind:t config:t", &form, "lead",
             "{\"owner\":\"greta\"}");
    static const char *const statuses[] = {"new", "new", "read", "handled", "handled", "spam"};
    for (size_t i = 0; i < DEMO_COUNT(statuses); i++)
        demo_put(demo, "form_submissions", demo->now - (int64_t)i * DAY_US,
                 "form_definition_id:u lead_id:u data:t status:t submitted_at:i", &form,
                 i == 0 ? &demo->lead : NULL, "{\"name\":\"Rahel Stein\",\"rooms\":\"3\"}",
                 statuses[i], demo->now - (int64_t)i * DAY_US);
    struct uuid survey =
        demo_put(demo, "surveys", at, "title:t questions:t status:t created_by_id:u",
                 "How was the delivery?", "[{\"text\":\"Would you order again?\",\"scale\":10}]",
                 "active", &demo->staff[NINA]);
    for (int i = 0; i < 9; i++)
        demo_put(demo, "survey_responses", demo->now - i * DAY_US,
                 "survey_id:u customer_id:u answers:t score:d submitted_at:i", &survey,
                 &demo->customers[i].id, arena_format(demo->arena, "{\"1\":%d}", 10 - i % 4),
                 10 - i % 4, demo->now - i * DAY_US);
}

static void put_tickets(struct demo *demo)
{
    static const struct {
        const char *subject, *status, *priority;
    } tickets[] = {{"Wrong colour in the tin", "open", "high"},
                   {"Where is my parcel?", "new", "normal"},
                   {"Invoice to another address", "pending", "low"},
                   {"Floor lifts at the balcony door", "open", "urgent"},
                   {"Paint for a swimming pool?", "solved", "normal"},
                   {"Thanks!", "closed", "low"}};
    for (int i = 0; i < (int)DEMO_COUNT(tickets); i++) {
        int64_t at = demo->now - 8 * DAY_US * (i + 1) / 5;
        const struct demo_order *order = demo_find_order(demo, "completed", i, at);
        bool is_over = i >= 4;
        struct uuid id =
            demo_put(demo, "support_tickets", at,
                     "number:t subject:t customer_id:u order_id:u appointment_id:u assignee_id:u "
                     "requester_name:t requester_email:t status:t priority:t opened_at:i due_at:i "
                     "solved_at:n",
                     arena_format(demo->arena, "S-%06d", i + 1), tickets[i].subject,
                     &demo->customers[i].id, i < 3 ? &order->id : NULL,
                     i == 3 ? &demo->appointment : NULL, i == 1 ? NULL : &demo->staff[SOFIA],
                     demo->customers[i].name, demo->customers[i].email, tickets[i].status,
                     tickets[i].priority, at, at + 2 * DAY_US, is_over ? at + DAY_US : (int64_t)0);
        demo_put(demo, "support_ticket_messages", at, "ticket_id:u author_email:t body:t sent_at:i",
                 &id, demo->customers[i].email, "Hello, see the picture. What now?", at);
        demo_put(demo, "support_ticket_messages", at + DAY_US / 8,
                 "ticket_id:u author_id:u body:t is_internal:d sent_at:i", &id, &demo->staff[SOFIA],
                 i % 2 == 0 ? "Batch 114, ask Havel." : "We look into it.", i % 2 == 0,
                 at + DAY_US / 8);
    }
    demo_put(demo, "number_sequences", demo->now, "series:t kind:t next_number:d", "S-", "ticket",
             (int)DEMO_COUNT(tickets) + 1);
}

void demo_inquiries(struct demo *demo)
{
    put_leads(demo);
    put_forms(demo);
    put_tickets(demo);
}
