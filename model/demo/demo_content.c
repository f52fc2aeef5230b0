/* Posts and pages of the web site, and what is planned to be said. */
#include "model/demo/demo_parts.h"

static const struct {
    const char *title, *slug, *status;
    int days; /* from now, when it was or will be published */
} posts[] = {
    {"Which white is the right one?", "which-white", "published", -40},
    {"Oiling an oak floor in one weekend", "oiling-oak", "published", -26},
    {"Painting behind a radiator", "behind-a-radiator", "published", -9},
    {"Autumn colours 2026", "autumn-colours", "scheduled", 4},
    {"Limewash, and where it fails", "limewash", "pending_review", 0},
    {"Tiles on tiles?", "tiles-on-tiles", "draft", 0},
    {"Summer opening hours", "summer-hours", "archived", -120},
};

static void put_posts(struct demo *demo)
{
    struct uuid news = uuid_derived(&demo->tenant, "category:news");
    for (size_t i = 0; i < DEMO_COUNT(posts); i++) {
        int64_t at = demo->now + (posts[i].days < 0 ? posts[i].days : -2) * DAY_US;
        struct uuid id = demo_put(
            demo, "posts", at - DAY_US,
            "title:t slug:t content:t excerpt:t status:t author_id:u category_id:u tags:t "
            "published_at:n scheduled_for:n",
            posts[i].title, posts[i].slug,
            "First look at the wall by daylight, then by the lamp that will stand there.\n\n"
            "Samples cost nothing. Bring a photograph.",
            "Look at it by daylight first.", posts[i].status, &demo->staff[NINA], &news,
            "[\"advice\"]", posts[i].days < 0 ? at : (int64_t)0,
            posts[i].days > 0 ? demo_local(demo, posts[i].days, 9, 0) : (int64_t)0);
        demo_put(demo, "post_revisions", at - 2 * DAY_US,
                 "post_id:u title:t content:t editor_id:u note:t revised_at:i", &id, posts[i].title,
                 "First look at the wall by daylight.", &demo->staff[NINA], "First words",
                 at - 2 * DAY_US);
        if (i < 2)
            demo_put(demo, "comments", at + DAY_US,
                     "post_id:u author_name:t author_email:t content:t status:t commented_at:i",
                     &id, i == 0 ? "Jo Meyer" : "Hanna Król", "jo@example.org",
                     "That saved me a second bucket.", i == 0 ? "approved" : "pending",
                     at + DAY_US);
    }
}

static void put_pages(struct demo *demo)
{
    static const char *const pages[][3] = {{"Imprint", "imprint", "published"},
                                           {"Delivery", "delivery", "published"},
                                           {"Returns", "returns", "published"},
                                           {"Jobs", "jobs", "draft"}};
    int64_t at = demo->days[0].opens - 90 * DAY_US;
    for (int i = 0; i < (int)DEMO_COUNT(pages); i++) {
        struct uuid id =
            demo_put(demo, "pages", at, "title:t slug:t content:t status:t author_id:u position:d",
                     pages[i][0], pages[i][1], "Farbwerk, Torstraße 60, 10119 Berlin", pages[i][2],
                     &demo->staff[NINA], i);
        demo_put(demo, "page_revisions", at, "page_id:u title:t content:t editor_id:u revised_at:i",
                 &id, pages[i][0], "Farbwerk, Berlin", &demo->staff[NINA], at);
    }
}

static void put_items(struct demo *demo)
{
    static const char *const items[][3] = {
        {"social_post", "Before and after: a hallway in Wedding", "published"},
        {"email", "The floor that does not creak", "scheduled"},
        {"ad_copy", "Walls that breathe", "pending_review"},
        {"video_script", "Cutting in without tape", "draft"}};
    for (size_t i = 0; i < DEMO_COUNT(items); i++)
        demo_put(demo, "content_items", demo->now - (int64_t)(i + 1) * DAY_US,
                 "user_id:u campaign_id:u content_type:t title:t body:t status:t scheduled_for:n",
                 &demo->staff[NINA], &demo->campaign, items[i][0], items[i][1],
                 "Two pictures, one sentence, the link.", items[i][2],
                 i == 1 ? demo_local(demo, 2, 8, 0) : (int64_t)0);
}

void demo_content(struct demo *demo)
{
    put_posts(demo);
    put_pages(demo);
    put_items(demo);
}
