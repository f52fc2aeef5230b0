/* Channels and what is said in them, about the orders, goods and appointments of these days. */
#include "model/demo/demo_parts.h"

#include <stdio.h>
#include <string.h>

enum channel { GENERAL, ORDERS, IN_MITTE, IN_NORD, VISITS, DIRECT, CHANNELS };
enum about { NOTHING, ORDER, PRODUCT, APPOINTMENT, CUSTOMER };

static const struct {
    const char *name, *slug, *description, *type;
    enum demo_person first, last; /* the members, beside the owner */
} channels[CHANNELS] = {
    [GENERAL] = {"general", "general", NULL, "public", ANNA, NINA},
    [ORDERS] = {"orders", "orders", "Packing, delivery, trouble", "public", ANNA, TOMASZ},
    [IN_MITTE] = {"mitte", "mitte", "The counter in Mitte", "public", ANNA, SOFIA},
    [IN_NORD] = {"nord", "nord", "The counter in Nord", "public", MURAT, TOMASZ},
    [VISITS] = {"visits", "visits", "Estimators among themselves", "private", GRETA, AMIRA},
    [DIRECT] = {"Anna and Ben", "anna-ben", NULL, "direct", ANNA, BEN},
};

/* "%s" is the number of the order, the name of the goods or of the customer. */
static const struct line {
    enum channel channel;
    enum demo_person author;
    int minutes_ago;
    enum about about;
    const char *status; /* of the order it is about; NULL: the one spoken of before */
    const char *text;
} lines[] = {
    {GENERAL, OWNER, 11400, NOTHING, NULL, "Welcome Tomasz! He is in Nord from Monday."},
    {GENERAL, TOMASZ, 11380, NOTHING, NULL, "Cześć, thank you 🎉"},
    {GENERAL, NINA, 8700, NOTHING, NULL,
     "Photographs of the sample wall on Thursday, please tidy."},
    {GENERAL, MURAT, 4400, NOTHING, NULL, "The card terminal in Nord was down for ten minutes."},
    {GENERAL, OWNER, 4390, NOTHING, NULL, "Rang the bank. It was theirs."},
    {GENERAL, ANNA, 1500, PRODUCT, NULL, "%s is running low, a pallet comes on Tuesday."},
    {GENERAL, AMIRA, 1440, NOTHING, NULL, "شكرا، سأخبر الزبون"},
    {ORDERS, SOFIA, 5800, ORDER, "completed", "%s is packed, who takes it to Nord?"},
    {ORDERS, TOMASZ, 5790, ORDER, NULL, "Me, with the noon tour."},
    {ORDERS, BEN, 3000, ORDER, "refunded", "%s came back: the colour did not match. Refunded."},
    {ORDERS, ANNA, 2900, ORDER, NULL, "Check the formula of batch 114 please."},
    {ORDERS, SOFIA, 700, ORDER, "processing", "%s waits for two more tins of primer."},
    {ORDERS, ANNA, 690, ORDER, NULL, "Take them from the shelf in Nord."},
    {ORDERS, MURAT, 300, ORDER, "shipped", "Parcel of %s is with the carrier."},
    {ORDERS, BEN, 95, ORDER, "parked", "%s is parked at the counter, she measures again."},
    {ORDERS, BEN, 40, ORDER, "pending", "%s still owes the second half."},
    {IN_MITTE, ANNA, 2500, NOTHING, NULL, "Drawer of R2 was 20 cents short. Count twice please."},
    {IN_MITTE, SOFIA, 2490, NOTHING, NULL, "Ok, that was me."},
    {IN_MITTE, BEN, 200, CUSTOMER, NULL, "%s asked for a call after four."},
    {IN_NORD, MURAT, 1900, NOTHING, NULL, "Shelf 4 is counted on Friday."},
    {IN_NORD, TOMASZ, 1880, PRODUCT, NULL, "I only find three of %s."},
    {VISITS, GRETA, 2700, APPOINTMENT, NULL, "Can somebody take this one? The van is away."},
    {VISITS, PAUL, 2650, APPOINTMENT, NULL, "I do. Which floor?"},
    {VISITS, MARCO, 900, NOTHING, NULL, "The moisture meter shows 4.1 everywhere. Battery?"},
    {VISITS, AMIRA, 880, NOTHING, NULL, "Battery 😅"},
    {DIRECT, ANNA, 130, ORDER, "paid", "Could you look at %s before you leave?"},
    {DIRECT, BEN, 120, ORDER, NULL, "On it."},
};

struct talk {
    struct uuid channels[CHANNELS], last[CHANNELS];
    int64_t positions[CHANNELS];
    const struct demo_order *order; /* that was spoken of last */
};

const struct demo_order *demo_find_order(const struct demo *demo, const char *status, int skip,
                                         int64_t before)
{
    static const struct demo_order none = {.number = "R1-000001"};
    const struct demo_order *any = &none;
    size_t count = demo->recent_count < DEMO_RECENT ? demo->recent_count : DEMO_RECENT;
    for (size_t i = 0; i < count; i++) {
        const struct demo_order *order = &demo->recent[(demo->recent_count - 1 - i) % DEMO_RECENT];
        if (order->at >= before)
            continue;
        if (any == &none)
            any = order;
        if (strcmp(order->status, status) == 0 && skip-- <= 0)
            return order;
    }
    return any;
}

static void put_link(struct demo *demo, const struct talk *talk, const struct line *line,
                     int64_t at)
{
    static const char *const kinds[] = {NULL, "order", "product", "appointment", "customer"};
    const struct uuid *order = line->about == ORDER ? &talk->order->id : NULL;
    if (line->about == NOTHING || (order != NULL && uuid_is_zero(order)))
        return;
    demo_put(demo, "message_links", at,
             "channel_id:u message_id:u kind:t order_id:u product_id:u appointment_id:u "
             "customer_id:u",
             &talk->channels[line->channel], &talk->last[line->channel], kinds[line->about], order,
             line->about == PRODUCT ? &demo->goods[demo->good_count - 1].product : NULL,
             line->about == APPOINTMENT ? &demo->appointment : NULL,
             line->about == CUSTOMER ? &demo->customers[0].id : NULL);
}

static void put_line(struct demo *demo, struct talk *talk, const struct line *line)
{
    char text[400], good[DEMO_NAME_SIZE], sku[DEMO_SKU_SIZE];
    const char *thing = demo->customers[0].name;
    int64_t at = demo->now - 60 * SECOND_US * line->minutes_ago;
    if (line->status != NULL)
        talk->order = demo_find_order(demo, line->status, 0, at);
    if (line->about == ORDER)
        thing = talk->order->number;
    if (line->about == PRODUCT) {
        demo_good_name(&demo->goods[demo->good_count - 1], good, sku);
        thing = good;
    }
    const char *mark = strstr(line->text, "%s");
    int before = mark != NULL ? (int)(mark - line->text) : (int)strlen(line->text);
    snprintf(text, sizeof text, "%.*s%s%s", before, line->text, mark != NULL ? thing : "",
             mark != NULL ? mark + 2 : "");
    struct uuid *channel = &talk->channels[line->channel];
    talk->last[line->channel] =
        demo_put(demo, "messages", at, "channel_id:u user_id:u content:t position:i sent_at:i",
                 channel, &demo->staff[line->author], text, ++talk->positions[line->channel], at);
    put_link(demo, talk, line, at);
}

static void put_channels(struct demo *demo, struct talk *talk)
{
    int64_t at = demo->days[0].opens;
    talk->channels[GENERAL] = uuid_derived(&demo->tenant, "channel:general");
    for (int i = ORDERS; i < CHANNELS; i++)
        talk->channels[i] =
            demo_put(demo, "channels", at,
                     "name:t slug:t description:t channel_type:t location_id:u created_by_id:u",
                     channels[i].name, channels[i].slug, channels[i].description, channels[i].type,
                     i == IN_MITTE  ? &demo->places[MITTE]
                     : i == IN_NORD ? &demo->places[NORD]
                                    : NULL,
                     &demo->staff[i == VISITS ? GRETA : ANNA]);
}

/* Members have read all but the last few. */
static void put_members(struct demo *demo, const struct talk *talk)
{
    for (int i = 0; i < CHANNELS; i++) {
        int64_t read = talk->positions[i] > 2 ? talk->positions[i] - 2 : 0;
        if (i != GENERAL && i != DIRECT)
            demo_put(demo, "channel_members", demo->days[0].opens,
                     "channel_id:u user_id:u role:t last_read_position:i", &talk->channels[i],
                     &demo->staff[OWNER], "owner", read);
        for (int person = (int)channels[i].first; person <= (int)channels[i].last; person++)
            demo_put(demo, "channel_members", demo->days[0].opens,
                     "channel_id:u user_id:u last_read_position:i", &talk->channels[i],
                     &demo->staff[person], person % 3 == 0 ? talk->positions[i] : read);
    }
}

/* A pin, a thread, a mention, a thumb and a file. */
static void put_extras(struct demo *demo, struct talk *talk)
{
    int64_t at = demo->now - SECOND_US * 20 * 60;
    const struct uuid *channel = &talk->channels[ORDERS], *message = &talk->last[ORDERS];
    demo_put(demo, "message_pins", at, "channel_id:u message_id:u pinned_by_id:u pinned_at:i",
             channel, message, &demo->staff[ANNA], at);
    struct uuid reply = demo_put(
        demo, "messages", at, "channel_id:u user_id:u content:t parent_id:u position:i sent_at:i",
        channel, &demo->staff[ANNA], "@ben ring them tomorrow", message, ++talk->positions[ORDERS],
        at);
    demo_put(demo, "message_mentions", at, "channel_id:u message_id:u user_id:u", channel, &reply,
             &demo->staff[BEN]);
    demo_put(demo, "message_reactions", at,
             "channel_id:u message_id:u user_id:u emoji:t reacted_at:i", channel, &reply,
             &demo->staff[BEN], "👍", at);
    static const char sheet[] = "colour;litres\nCotton white;12\nHavel blue;40\n";
    struct uuid file = demo_put(
        demo, "files", at,
        "channel_id:u name:t media_type:t size_bytes:d chunk_count:d sha256:h uploaded_by_id:u",
        channel, "order list.csv", "text/csv", (int)sizeof sheet - 1, 1, &demo->staff[ANNA]);
    struct uuid chunk = demo_id(demo, at);
    demo_run(demo,
             "INSERT INTO file_chunks (id, tenant_id, created_at, updated_at, channel_id, file_id,"
             " chunk_number, bytes) VALUES (?1, ?2, ?3, ?3, ?4, ?5, 0, ?6)",
             "uuiuuv", &chunk, &demo->tenant, at, channel, &file,
             value_bytes(sheet, sizeof sheet - 1));
    struct uuid upload = demo_put(
        demo, "messages", at + SECOND_US,
        "channel_id:u user_id:u content:t message_type:t position:i sent_at:i", channel,
        &demo->staff[ANNA], "order list.csv", "file", ++talk->positions[ORDERS], at + SECOND_US);
    demo_put(demo, "message_attachments", at + SECOND_US,
             "channel_id:u message_id:u file_id:u name:t", channel, &upload, &file,
             "order list.csv");
}

void demo_talk(struct demo *demo)
{
    struct talk talk = {.positions = {0}};
    put_channels(demo, &talk);
    for (size_t i = 0; i < DEMO_COUNT(lines); i++)
        put_line(demo, &talk, &lines[i]);
    put_extras(demo, &talk);
    put_members(demo, &talk);
}
