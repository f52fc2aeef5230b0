/* Who works here: staff with their roles, teams, and what is theirs. */
#include "model/base/text.h"
#include "model/demo/demo_parts.h"

#include <string.h>

static const struct worker {
    const char *username, *first_name, *last_name, *role, *phone, *status;
    int place; /* DEMO_PLACES: everywhere */
} workers[DEMO_STAFF] = {
    [OWNER] = {"katharina", "Katharina", "Weiß", "tenant_owner", "030 23125 001", "active",
               DEMO_PLACES},
    [ANNA] = {"anna", "Anna", "Lindqvist", "manager", "030 23125 011", "active", MITTE},
    [MURAT] = {"murat", "Murat", "Yıldız", "manager", "030 23125 021", "active", NORD},
    [BEN] = {"ben", "Ben", "Okafor", "employee", "030 23125 012", "active", MITTE},
    [SOFIA] = {"sofia", "Sofia", "Papadopoulou", "employee", "030 23125 013", "active", MITTE},
    [TOMASZ] = {"tomasz", "Tomasz", "Wójcik", "employee", "030 23125 022", "active", NORD},
    [LEYLA] = {"leyla", "Leyla", "Haddad", "employee", "030 23125 023", "suspended", NORD},
    [GRETA] = {"greta", "Greta", "Sørensen", "estimator", "0171 3920011", "active", DEMO_PLACES},
    [PAUL] = {"paul", "Paul", "Schäfer", "estimator", "0171 3920012", "active", DEMO_PLACES},
    [MARCO] = {"marco", "Marco", "Bianchi", "estimator", "0171 3920013", "active", DEMO_PLACES},
    [AMIRA] = {"amira", "Amira", "Nasser", "estimator", "0171 3920014", "active", DEMO_PLACES},
    [NINA] = {"nina", "Nina", "Roth", "commercial", "030 23125 031", "active", DEMO_PLACES},
    [UTE] = {"ute", "Ute", "Franke", "viewer", NULL, "invited", DEMO_PLACES},
};

static const struct uuid *role_place(const struct demo *demo, const struct worker *worker)
{
    return worker->place == DEMO_PLACES ? &demo->everywhere : &demo->places[worker->place];
}

static void put_worker(struct demo *demo, enum demo_person person, int64_t at)
{
    const struct worker *worker = &workers[person];
    const char *name = arena_format(demo->arena, "%s %s", worker->first_name, worker->last_name);
    const char *email = arena_format(demo->arena, "%s@farbwerk.example", worker->username);
    bool is_here = strcmp(worker->status, "active") == 0;
    demo->staff[person] = demo_put(
        demo, "users", at,
        "username:t email:t email_key:t first_name:t last_name:t display_name:t phone:t "
        "phone_digits:t status:t timezone:t locale:t last_login_at:n",
        worker->username, email, email, worker->first_name, worker->last_name, name, worker->phone,
        worker->phone != NULL ? text_digits(worker->phone, demo->arena) : NULL, worker->status,
        demo->zone, "de", is_here ? demo->now - demo_below(demo, 40) * SECOND_US * 600 : 0);
    char key[80];
    const char *role = arena_format(demo->arena, "role:%s", worker->role);
    text_copy(key, sizeof key, role);
    struct uuid role_id = uuid_derived(&demo->tenant, key);
    demo_put(demo, "user_roles", at, "user_id:u role_id:u location_id:u", &demo->staff[person],
             &role_id, role_place(demo, worker));
}

static void put_teams(struct demo *demo, int64_t at)
{
    static const struct {
        const char *name;
        enum demo_person first, last;
    } teams[] = {{"Counter Mitte", ANNA, SOFIA}, {"Estimators", GRETA, AMIRA}};
    for (size_t i = 0; i < DEMO_COUNT(teams); i++) {
        struct uuid team =
            demo_put(demo, "teams", at, "owner_id:u name:t", &demo->staff[OWNER], teams[i].name);
        for (int person = (int)teams[i].first; person <= (int)teams[i].last; person++)
            demo_put(demo, "team_members", at, "team_id:u user_id:u role:t", &team,
                     &demo->staff[person], person == (int)teams[i].first ? "admin" : "member");
    }
}

static void put_logins(struct demo *demo)
{
    for (int person = ANNA; person <= AMIRA; person++) {
        int64_t at = demo->now - DAY_US * (1 + demo_below(demo, 3));
        demo_put(demo, "login_attempts", at,
                 "user_id:u login:t is_successful:d reason:t attempted_at:i", &demo->staff[person],
                 workers[person].username, person != LEYLA,
                 person == LEYLA ? "the account is suspended" : NULL, at);
    }
    demo_put(demo, "sessions", demo->now - DAY_US,
             "user_id:u token_hash:t user_agent:t last_seen_at:i expires_at:i", &demo->staff[NINA],
             "5f0c6e0f9b6d4a6f8a31", "Mozilla/5.0", demo->now, demo->now + 7 * DAY_US);
}

static void put_todos(struct demo *demo)
{
    static const struct {
        enum demo_person person;
        const char *task;
        int days;
        bool is_done;
    } todos[] = {
        {OWNER, "Sign the lease for the second storeroom", 3, false},
        {OWNER, "Call the bank about the card terminal in Nord", -1, true},
        {ANNA, "Order tinting paste before Friday", 2, false},
        {ANNA, "Roster for next week", 1, false},
        {MURAT, "Count shelf 4", 0, false},
        {BEN, "Tidy the sample wall", -2, true},
        {GRETA, "Send Mr. Lee the oak samples", 1, false},
        {NINA, "Photographs for the autumn post", 5, false},
    };
    for (size_t i = 0; i < DEMO_COUNT(todos); i++)
        demo_put(demo, "todos", demo->now - 4 * DAY_US,
                 "user_id:u task:t is_completed:d completed_at:n due_at:i",
                 &demo->staff[todos[i].person], todos[i].task, todos[i].is_done,
                 todos[i].is_done ? demo->now - DAY_US : (int64_t)0,
                 demo_local(demo, todos[i].days, 17, 0));
    demo_put(demo, "user_settings", demo->now - 9 * DAY_US, "user_id:u name:t value:t",
             &demo->staff[ANNA], "quiet_hours", "{\"from\":\"19:00\",\"to\":\"07:30\"}");
    demo_put(demo, "notifications", demo->now - DAY_US / 3, "user_id:u kind:t title:t body:t",
             &demo->staff[ANNA], "stock.low", "Cotton white is running low",
             "Twelve litres are left in Mitte.");
}

void demo_people(struct demo *demo)
{
    int64_t at = demo->days[0].opens - 400 * DAY_US;
    for (int person = ANNA; person < DEMO_STAFF; person++)
        put_worker(demo, (enum demo_person)person, at + person * DAY_US);
    put_teams(demo, at + 20 * DAY_US);
    put_logins(demo);
    put_todos(demo);
}
