/* The stockroom by the command line: counting from a file of scans, receiving, moving, correcting.
 */
#include "tests/model/shop.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct room {
    struct shop *shop;
    struct command command;
};

static int set_up(void **state)
{
    struct room *room = memory_new(sizeof *room);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    room->shop = shop;
    command_init(&room->command);
    room->command.env = &room->shop->scratch.env;
    const struct change nord[] = {
        {.column = "name", .value = value_text("Nord")},
        {.column = "timezone", .value = value_text("Europe/Berlin")},
    };
    shop_insert(room->shop, "locations", nord, 2);
    *state = room;
    return 0;
}

static int tear_down(void **state)
{
    struct room *room = *state;
    void *shop = room->shop;
    command_done(&room->command);
    shop_check(room->shop);
    free(room);
    return shop_teardown(&shop);
}

#define RUN(room, ...)                                                                             \
    COMMAND(&(room)->command, "--store", (room)->shop->scratch.store, "stock", __VA_ARGS__)
#define EXPECT(room, text, ...)       expect(room, RUN(room, __VA_ARGS__), text)
#define REFUSE(room, code, says, ...) refuse(room, RUN(room, __VA_ARGS__), code, says)

static void expect(struct room *room, int code, const char *text)
{
    if (code != CLI_OK)
        fail_msg("%d: %s", code, room->command.err);
    assert_string_equal(room->command.out, text);
}

static void refuse(struct room *room, int code, int expected, const char *says)
{
    if (strstr(room->command.err, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, room->command.err);
    assert_int_equal(code, expected);
}

static void scanned(struct room *room, const char *text)
{
    char path[SCRATCH_PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/scans.txt", room->shop->scratch.folder);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_non_null(freopen(path, "re", stdin));
}

static void goods_come_and_are_counted(void **state)
{
    struct room *room = *state;
    scanned(room, "12*4006381333931\t19.95\n\n3*ROLL-25\r\n");
    EXPECT(room, "", "receive", "-", "--cost", "4");
    EXPECT(room, "LATEX-10\tMain store\t12\tenough\nROLL-25\tMain store\t3\tenough\n", "levels",
           "--fields", "sku,location,on_hand,state", "--sort", "sku");
    assert_int_equal(
        shop_integer(room->shop, "SELECT sum(unit_cost_cents) FROM stock_movements", NULL), 2395);
    scanned(room, "4006381333931\n10*4006381333931\n");
    EXPECT(room,
           "count\tC-R1-000001\nlocation\tMain store\nstatus\topen\ncounted\t1\nexpected\t2\n",
           "count");
    EXPECT(room,
           "[\n{\"sku\":\"LATEX-10\",\"name\":\"Latex white 10 l\",\"counted\":\"11\","
           "\"expected\":\"12\",\"difference\":null},\n{\"sku\":\"ROLL-25\",\"name\":\"Roller 25 "
           "cm\",\"counted\":null,\"expected\":\"3\",\"difference\":null}\n]\n",
           "count-show", "C-R1-000001", "--json");
    REFUSE(room, CLI_USAGE, "1 goods of C-R1-000001 were not counted", "count-close",
           "C-R1-000001");
    EXPECT(room,
           "count\tC-R1-000001\nlocation\tMain store\nstatus\tclosed\ncounted\t2\nexpected\t2\n",
           "count-close", "C-R1-000001", "--rest", "none");
    assert_int_equal(shop_on_hand(room->shop, &room->shop->paint), 11000);
    assert_int_equal(shop_on_hand(room->shop, &room->shop->roller), 0);
    EXPECT(room, "0\n", "settle");
    EXPECT(room, "-1\tcount\n12\treceive\n", "history", "LATEX-10", "--fields", "quantity,reason");
}

static void a_bad_line_counts_nothing(void **state)
{
    struct room *room = *state;
    scanned(room, "ROLL-25\nnothing\nROLL-25\n");
    REFUSE(room, CLI_NOT_FOUND, "line 2: ", "count");
    assert_int_equal(shop_integer(room->shop, "SELECT count(*) FROM stock_counts", NULL), 0);
    scanned(room, "");
    REFUSE(room, CLI_USAGE, "nothing scanned", "count");
    REFUSE(room, CLI_USAGE, "--rest is none or leave", "count", "ROLL-25", "--close", "--rest",
           "gone");
}

static void goods_go_and_arrive(void **state)
{
    struct room *room = *state;
    EXPECT(room, "", "receive", "5*ROLL-25");
    EXPECT(room, "transfer\tT-R1-000001\nfrom\tMain store\nto\tNord\nstatus\tsent\n", "move",
           "4*ROLL-25", "--to", "Nord");
    EXPECT(room, "transfer\tT-R1-000001\nfrom\tMain store\nto\tNord\nstatus\tsent\n", "arrive",
           "T-R1-000001", "3*ROLL-25");
    EXPECT(room, "ROLL-25\tRoller 25 cm\t4\t3\t\n", "move-show", "T-R1-000001");
    REFUSE(room, CLI_USAGE, "why not all", "move-close", "T-R1-000001");
    EXPECT(room, "transfer\tT-R1-000001\nfrom\tMain store\nto\tNord\nstatus\treceived\n",
           "move-close", "T-R1-000001", "--reason", "broken");
    EXPECT(room, "Main store\t1\nNord\t3\n", "levels", "--fields", "location,on_hand", "--sort",
           "location");
    REFUSE(room, CLI_USAGE, "--to LOCATION", "move", "ROLL-25");
    EXPECT(room, "transfer\tT-R1-000002\nfrom\tMain store\nto\tNord\nstatus\treceived\n", "move",
           "ROLL-25", "--to", "Nord", "--arrived");
    EXPECT(room, "Nord\t4\n", "levels", "--fields", "location,on_hand");
}

static void damage_and_loss(void **state)
{
    struct room *room = *state;
    EXPECT(room, "", "adjust", "ROLL-25", "5");
    EXPECT(room, "", "adjust", "ROLL-25", "2", "--reason", "damage", "--note", "wet");
    EXPECT(room, "", "adjust", "ROLL-25", "1", "--reason", "loss");
    EXPECT(room, "-1\tdamage\tlost\n-2\tdamage\twet\n5\tadjust\t\n", "history", "ROLL-25",
           "--fields", "quantity,reason,note");
    EXPECT(room, "", "adjust", "--", "ROLL-25", "-3");
    EXPECT(room, "-1\toversold\n", "levels", "--fields", "on_hand,state");
    REFUSE(room, CLI_USAGE, "how many are gone", "adjust", "ROLL-25", "0", "--reason", "loss");
    REFUSE(room, CLI_USAGE, "damage, loss or adjust", "adjust", "ROLL-25", "1", "--reason", "sale");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(goods_come_and_are_counted),
        TEST(a_bad_line_counts_nothing),
        TEST(goods_go_and_arrive),
        TEST(damage_and_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
