/* Whose words they are, at the centre: what a terminal whose program was replaced may not write in
 * the name of somebody who is signed in there (migrations/0050_talk_rules.sql). */
#include "tests/sync/postgres.h"
#include "tests/sync/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;
static struct till *till;

#define ID(id) "00000000-0000-7000-9000-0000000" id
#define NEW(table, id, fields)                                                                     \
    "{'table':'" table "','id':'" ID(id) "','verb':'insert','new':{" fields "}}"
#define EDIT(table, id, base, fields)                                                              \
    "{'table':'" table "','id':'" ID(id) "','verb':'update','base':{" base "},'new':{" fields "}}"
#define GONE(table, id, base)                                                                      \
    "{'table':'" table "','id':'" ID(id) "','verb':'delete','base':{" base "}}"
#define OPEN   ID("0a001") /* a public channel, made by Rita */
#define CLOSED ID("0a002") /* a private one of Olga and Rita */
#define PAIR   ID("0a003") /* a direct one of Anna and Olga */
#define SAID(id, channel, who, more)                                                               \
    NEW("messages", id, "'channel_id':'" channel "','user_id':'" who "','content':'x'" more)
#define DELETED "'deleted_at':'2026-11-20T09:00:00Z'"

static int setup(void **state)
{
    (void)state;
    server = postgres_start();
    till = till_start(server);
    if (till == NULL)
        return 0;
    till_run(till,
             "INSERT INTO channels (id, tenant_id, name, slug, channel_type, created_by_id) VALUES"
             " ('" OPEN "', '" SHOP "', 'Open', 'open', 'public', '" RITA "'),"
             " ('" CLOSED "', '" SHOP "', 'Closed', 'closed', 'private', '" RITA "'),"
             " ('" PAIR "', '" SHOP "', 'Pair', 'pair', 'direct', '" ANNA "')");
    till_run(
        till,
        "INSERT INTO channel_members (id, tenant_id, channel_id, user_id, role) VALUES"
        " ('" ID(
            "0b001") "', '" SHOP "', '" OPEN "', '" RITA "', 'owner'),"
                     " ('" ID(
                         "0b002") "', '" SHOP "', '" CLOSED "', '" RITA "', 'owner'),"
                                  " ('" ID(
                                      "0b003") "', '" SHOP "', '" CLOSED "', '" OLGA "', 'member'),"
                                               " ('" ID("0b004") "', '" SHOP "', '" PAIR "', '" ANNA
                                                                 "', 'owner'),"
                                                                 " ('" ID("0b005") "', '" SHOP
                                                                                   "', '" PAIR
                                                                                   "', '" OLGA
                                                                                   "', 'member')");
    till_run(
        till,
        "INSERT INTO messages (id, tenant_id, channel_id, user_id, content, message_type)"
        " VALUES ('" ID(
            "0c001") "', '" SHOP "', '" OPEN "', '" RITA "', 'r', 'text'),"
                     " ('" ID("0c002") "', '" SHOP "', '" OPEN "', '" ANNA "', 'a', 'text'),"
                                       " ('" ID(
                                           "0c003") "', '" SHOP "', '" CLOSED "', '" OLGA
                                                    "', 'o', 'text'),"
                                                    " ('" ID(
                                                        "0c004") "', '" SHOP "', '" OPEN "', '" ANNA
                                                                 "', 'till', 'system'),"
                                                                 " ('" ID(
                                                                     "0c005") "', '" SHOP
                                                                              "', '" OPEN
                                                                              "', '" ANNA
                                                                              "', 'b', 'text')");
    till_run(till, "INSERT INTO message_pins (id, tenant_id, channel_id, message_id, pinned_by_id,"
                   " pinned_at) VALUES"
                   " ('" ID("0d001") "', '" SHOP "', '" OPEN
                                     "', '" ID("0c001") "', '" RITA "', '2026-11-20T09:00:00Z')");
    till_run(till, "INSERT INTO files (id, tenant_id, channel_id, name, size_bytes, chunk_count,"
                   " sha256, uploaded_by_id) VALUES ('" ID(
                       "0e001") "', '" SHOP "', '" OPEN
                                "', 'f', 1, 1, decode(repeat('00', 32), 'hex'), '" RITA "')");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    till_stop(till);
    postgres_stop(server);
    return 0;
}

static void need_server(void)
{
    if (till == NULL)
        skip();
}

static void test_what_is_forged_is_refused(void **state)
{
    static const struct {
        const char *actor, *rows, *reason;
    } tries[] = {
        {ANNA, SAID("00010", OPEN, RITA, ""), "Nobody writes a message as somebody else"},
        {ANNA, NEW("messages", "00010", "'channel_id':'" OPEN "','content':'x'"), "Nobody writes"},
        {ANNA, SAID("00010", OPEN, ANNA, ",'message_type':'system'"), "A line of the shop"},
        {ANNA,
         SAID("00010", OPEN, ANNA, ",'message_type':'system'") "," NEW(
             "todos", "00011", "'user_id':'" ANNA "','task':'x'"),
         "A line of the shop"},
        {ANNA, SAID("00010", CLOSED, ANNA, ""), "Only its members"},
        {OLGA, SAID("00010", OPEN, OLGA, ",'parent_id':'" ID("0c003") "'"), "An answer stands"},
        {ANNA, EDIT("messages", "0c001", "'content':'r'", "'content':'z'"), "Only who wrote"},
        {ANNA, EDIT("messages", "0c001", "'deleted_at':null", DELETED), "Only who wrote"},
        {OLGA, EDIT("messages", "0c001", "'content':'r'", "'content':'z'"), "Only who wrote"},
        {OLGA, EDIT("messages", "0c001", "'content':'r'", "'content':''"), "Only who wrote"},
        {OLGA, EDIT("messages", "0c001", "'content':'r'", "'content':'z'," DELETED),
         "Only who wrote"},
        {OLGA,
         EDIT("messages", "0c001", "'content':'r'",
              "'content':'','deleted_by_id':'" ANNA "'," DELETED),
         "Nobody deletes"},
        {ANNA, EDIT("messages", "0c002", "'content':'a'", "'content':'z'"), "A message that is"},
        {ANNA, EDIT("messages", "0c002", "'user_id':'" ANNA "'", "'user_id':'" RITA "'"),
         "What was said stays"},
        {ANNA, EDIT("messages", "0c002", "'position':2", "'position':99"), "What was said stays"},
        {ANNA, EDIT("messages", "0c002", "'message_type':'text'", "'message_type':'system'"),
         "What was said stays"},
        {ANNA,
         EDIT("messages", "0c004", "'content':'till'",
              "'content':'z','edited_at':'2026-11-20T09:00:00Z'"),
         "Only who wrote"},
        {ANNA, GONE("messages", "0c002", "'content':'a'"), "A message is deleted with a mark"},
        {ANNA,
         NEW("message_reactions", "00010",
             "'channel_id':'" OPEN "','message_id':'" ID("0c001") "','user_id':'" RITA
                                                                  "','emoji':'+1'"),
         "Nobody reacts"},
        {OLGA,
         NEW("message_reactions", "00010",
             "'channel_id':'" OPEN "','message_id':'" ID("0c003") "','user_id':'" OLGA
                                                                  "','emoji':'+1'"),
         "What hangs on a message stands"},
        {ANNA,
         NEW("message_pins", "00010", "'channel_id':'" OPEN "','message_id':'" ID("0c001") "'"),
         "Only who wrote a message pins"},
        {ANNA, GONE("message_pins", "0d001", "'message_id':'" ID("0c001") "'"), "Only who wrote"},
        {ANNA,
         NEW("message_mentions", "00010",
             "'channel_id':'" OPEN "','message_id':'" ID("0c001") "','kind':'channel'"),
         "What hangs on a message is"},
        {ANNA,
         NEW("message_attachments", "00010",
             "'channel_id':'" OPEN "','message_id':'" ID("0c001") "','url':'https://x'"),
         "What hangs on a message is"},
        {ANNA,
         NEW("file_chunks", "00010",
             "'channel_id':'" OPEN "','file_id':'" ID("0e001") "','chunk_number':0,'bytes':'AA=='"),
         "A file is its sender's"},
        {ANNA, NEW("channel_members", "00010", "'channel_id':'" CLOSED "','user_id':'" ANNA "'"),
         "Only its members"},
        {OLGA, NEW("channel_members", "00010", "'channel_id':'" PAIR "','user_id':'" RITA "'"),
         "A direct channel"},
        {ANNA,
         NEW("channel_members", "00010",
             "'channel_id':'" OPEN "','user_id':'" ANNA "','role':'owner'"),
         "Only an owner"},
        {ANNA, GONE("channel_members", "0b001", "'user_id':'" RITA "'"), "Only an owner"},
        {ANNA, EDIT("channel_members", "0b001", "'last_read_position':0", "'last_read_position':3"),
         "What somebody has read"},
        {ANNA, EDIT("channels", "0a001", "'name':'Open'", "'name':'Mine'"), "Only an owner"},
        {OLGA, EDIT("channels", "0a002", "'channel_type':'private'", "'channel_type':'public'"),
         "A public channel stays"},
        {ANNA, NEW("channels", "00010", "'name':'N','slug':'n','created_by_id':'" RITA "'"),
         "Nobody opens"},
    };
    (void)state;
    need_server();
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        till->actor = tries[i].actor;
        struct told told = till_send(till, "message.say", tries[i].rows, NULL);
        if (strcmp(told.status, "refused") != 0 ||
            strncmp(told.reason, tries[i].reason, strlen(tries[i].reason)) != 0)
            fail_msg("%d: %s: %s %s", (int)i, tries[i].rows, told.status, told.reason);
    }
    assert_string_equal(till_ask(till, "SELECT string_agg(content, '' ORDER BY id) FROM messages"),
                        "raotillb");
}

static void test_what_is_ones_own_is_taken(void **state)
{
    static const struct {
        const char *actor, *kind, *rows;
    } deeds[] = {
        {ANNA, "message.say", SAID("01001", OPEN, ANNA, "")},
        {ANNA, "message.say",
         SAID("01002", OPEN, ANNA, ",'parent_id':'" ID("01001") "'") "," NEW(
             "message_mentions", "01003",
             "'channel_id':'" OPEN "','message_id':'" ID("01002") "','user_id':'" RITA "'")},
        {ANNA, "customer.create",
         NEW("customer_profiles", "01004", "'name':'Jo'") "," SAID("01005", OPEN, ANNA,
                                                                   ",'message_type':'system'")},
        {ANNA, "message.edit",
         EDIT("messages", "0c002", "'content':'a','edited_at':null",
              "'content':'z','edited_at':'2026-11-20T09:00:00Z'")},
        {ANNA, "message.delete",
         EDIT("messages", "0c005", "'content':'b','deleted_at':null,'deleted_by_id':null",
              "'content':'','deleted_by_id':'" ANNA "'," DELETED)},
        {OLGA, "message.delete",
         EDIT("messages", "0c001", "'content':'r','deleted_at':null,'deleted_by_id':null",
              "'content':'','deleted_by_id':'" OLGA "'," DELETED)},
        {ANNA, "channel.member",
         NEW("channel_members", "01006",
             "'channel_id':'" OPEN "','user_id':'" ANNA "','joined_at':'2026-11-20T09:00:00Z'")},
        {ANNA, "channel.read",
         EDIT("channel_members", "01006", "'last_read_position':0", "'last_read_position':3")},
        {ANNA, "channel.member",
         GONE("channel_members", "01006",
              "'channel_id':'" OPEN "','user_id':'" ANNA
              "','role':'member','last_read_position':3,'is_muted':false,'joined_at':'2026-11-"
              "20T09:00:00Z'")},
        {OLGA, "channel.member",
         NEW("channel_members", "01007", "'channel_id':'" CLOSED "','user_id':'" ANNA "'")},
        {ANNA, "message.say", SAID("01008", CLOSED, ANNA, "")},
        {ANNA, "message.react",
         NEW("message_reactions", "01009",
             "'channel_id':'" CLOSED "','message_id':'" ID("0c003") "','user_id':'" ANNA
                                                                    "','emoji':'+1'")},
        {OLGA, "message.pin",
         NEW("message_pins", "01010",
             "'channel_id':'" OPEN "','message_id':'" ID("0c002") "','pinned_by_id':'" OLGA "'")},
        {OLGA, "message.pin",
         GONE("message_pins", "0d001",
              "'channel_id':'" OPEN "','message_id':'" ID(
                  "0c001") "','pinned_by_id':'" RITA "','pinned_at':'2026-11-20T09:00:00Z'")},
        {OLGA, "channel.edit", EDIT("channels", "0a001", "'name':'Open'", "'name':'Wide'")},
        {ANNA, "channel.create",
         NEW("channels", "01021", "'name':'D','slug':'d','channel_type':'direct'") "," NEW(
             "channel_members", "01022",
             "'channel_id':'" ID(
                 "01021") "','user_id':'" ANNA
                          "','role':'owner'") "," NEW("channel_members", "01023",
                                                      "'channel_id':'" ID(
                                                          "01021") "','user_id':'" RITA "'")},
        {ANNA, "channel.create",
         NEW("channels", "01011",
             "'name':'N','slug':'n','channel_type':'private',"
             "'created_by_id':'" ANNA
             "'") "," NEW("channel_members", "01012",
                          "'channel_id':'" ID(
                              "01011") "','user_id':'" ANNA
                                       "','role':'owner'") "," NEW("files", "01013",
                                                                   "'channel_id':'" ID(
                                                                       "01011") "','name':'f','"
                                                                                "size_bytes':1,'"
                                                                                "chunk_count':1,"
                                                                                "'sha256':'"
                                                                                "AAECAwQFBgcICQoLDA"
                                                                                "0ODxAREhMUFRYXGBka"
                                                                                "GxwdHh8=','"
                                                                                "uploaded_by_id':"
                                                                                "'" ANNA
                                                                                "'") "," NEW("file_"
                                                                                             "chunk"
                                                                                             "s",
                                                                                             "0101"
                                                                                             "4",
                                                                                             "'chan"
                                                                                             "nel_"
                                                                                             "id':"
                                                                                             "'" ID("01011") "','file_id':'" ID(
                                                                                                 "0"
                                                                                                 "1"
                                                                                                 "0"
                                                                                                 "1"
                                                                                                 "3") "','chunk_number':0,'bytes':'AA=='")},
    };
    (void)state;
    need_server();
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        till->actor = deeds[i].actor;
        struct told told = till_send(till, deeds[i].kind, deeds[i].rows, NULL);
        if (strcmp(told.status, "applied") != 0)
            fail_msg("%d: %s: %s %s", (int)i, deeds[i].rows, told.status, told.reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_forged_is_refused),
        cmocka_unit_test(test_what_is_ones_own_is_taken),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
