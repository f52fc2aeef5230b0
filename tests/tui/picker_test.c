#include "tests/tui/fake_app.h"
#include "tui/widgets/fuzzy.h"
#include "tui/widgets/help.h"
#include "tui/widgets/palette.h"
#include "tui/widgets/picker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct {
    int calls;
    char chosen[32];
    bool is_cancelled;
} answer;

static unsigned nothing(struct app *app, void *state)
{
    (void)app;
    (void)state;
    return OUTCOME_HANDLED;
}

static const struct action actions[] = {
    {.id = "orders.pay", .label = "pay", .help = "Take a payment for the order.", .run = nothing},
    {.id = "orders.refund", .label = "refund", .help = "Give money back.", .run = nothing},
    {.id = "orders.remind", .label = "remind", .help = "Ask for the payment.", .run = nothing},
    {.id = "quit", .label = "quit", .help = "Stop the program.", .run = nothing},
};

static const struct app_choice choices[] = {
    {&actions[0], "orders", "p f9", NULL},
    {&actions[1], "orders", "r", "The order is not paid."},
    {&actions[2], "orders", "", NULL},
    {&actions[3], "global", "ctrl-q", NULL},
};

static int set_up(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    memset(&answer, 0, sizeof answer);
    fake.choices = choices;
    fake.choice_count = 4;
    screen_open(24, 80);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    while (fake.count > 0)
        app_close_top(&fake);
    screen_close();
    return 0;
}

static void test_what_fits_better_scores_higher(void **state)
{
    (void)state;
    static const char *const falling[] = {"refund", "refund money", "give refund", "unrefunded",
                                          "re for unding"};
    for (size_t i = 0; i + 1 < sizeof falling / sizeof falling[0]; i++)
        assert_true(fuzzy_score("refund", falling[i]) > fuzzy_score("refund", falling[i + 1]));
    assert_true(fuzzy_score("gt", "go to") > 0);
    assert_int_equal(fuzzy_score("x", "explain"), 400);
    assert_int_equal(fuzzy_score("z", "explain"), 0);
    assert_int_equal(fuzzy_score("ol", "take the money of a wall"), 0);
    assert_int_equal(fuzzy_score("refund", ""), 0);
    assert_true(fuzzy_score("", "anything") > 0);
}

static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    assert_ptr_equal(context, &answer);
    static const char *const names[] = {"Anna", "Anton", "Berta", "4006381333931"};
    size_t count = 0;
    for (size_t i = 0; i < 4 && count < limit; i++)
        if (strstr(names[i], typed) != NULL)
            out[count++] = (struct picker_item){
                .shown = {.text = arena_text(arena, names[i]), .is_disabled = i == 2},
                .why_not = "Berta has left.",
                .value = arena_text(arena, names[i])};
    return count;
}

static void chosen(struct app *app, void *context, const struct picker_item *item)
{
    assert_int_equal(app->count, 0);
    assert_ptr_equal(context, &answer);
    answer.calls++;
    answer.is_cancelled = item == NULL;
    if (item != NULL)
        snprintf(answer.chosen, sizeof answer.chosen, "%s", (const char *)item->value);
}

static const struct picker people = {.title = "Go to",
                                     .hint = "a name",
                                     .takes_scans = true,
                                     .find = find,
                                     .done = chosen,
                                     .context = &answer};

static void test_typing_narrows_and_enter_takes(void **state)
{
    (void)state;
    picker_open(&fake, &people);
    fake_draw();
    assert_true(screen_has("a name"));
    assert_true(screen_has("Berta"));
    fake_press("n t o");
    fake_draw();
    assert_false(screen_has("Anna"));
    fake_press("enter");
    assert_string_equal(answer.chosen, "Anton");
    assert_int_equal(answer.calls, 1);
    picker_open(&fake, &people);
    fake_press("down enter");
    assert_string_equal(answer.chosen, "Anton");
    picker_open(&fake, &people);
    fake_press("z enter");
    fake_draw();
    assert_true(screen_has("Nothing fits"));
    fake_press("esc");
    assert_true(answer.is_cancelled);
    assert_int_equal(answer.calls, 3);
}

static void test_what_cannot_be_taken_says_why(void **state)
{
    (void)state;
    picker_open(&fake, &people);
    fake_press("B enter");
    assert_int_equal(answer.calls, 0);
    assert_string_equal(fake.toast, "Berta has left.");
}

static void test_a_scan_that_is_found_is_taken_at_once(void **state)
{
    (void)state;
    picker_open(&fake, &people);
    fake_press("x y");
    fake_send(event_scan("4006381333931"));
    assert_string_equal(answer.chosen, "4006381333931");
    picker_open(&fake, &people);
    fake_send(event_scan("99999"));
    assert_int_equal(answer.calls, 1);
    app_close_top(&fake);
    assert_int_equal(answer.calls, 2);
    assert_true(answer.is_cancelled);
}

static void test_the_palette_finds_by_name_sentence_and_other_words(void **state)
{
    (void)state;
    palette_open(&fake);
    fake_draw();
    assert_true(screen_has("p f9"));
    fake_press("e x i enter");
    assert_ptr_equal(fake.ran, &actions[3]);
    palette_open(&fake);
    fake_press("p a y m e n t");
    fake_draw();
    assert_true(screen_has("remind"));
    assert_false(screen_has("refund"));
    fake_press("ctrl-u P A Y enter");
    assert_ptr_equal(fake.ran, &actions[0]);
    fake.ran = NULL;
    palette_open(&fake);
    fake_press("esc");
    assert_null(fake.ran);
}

static void test_the_palette_says_why_something_is_not_possible(void **state)
{
    (void)state;
    palette_open(&fake);
    fake_press("r e f u n d");
    fake_draw();
    assert_true(screen_has("The order is not paid."));
    fake_press("enter");
    assert_null(fake.ran);
    assert_string_equal(fake.toast, "The order is not paid.");
    assert_int_equal(fake.count, 1);
}

static const struct window_ops orders = {.title = "Orders", .help = "Every order of the shop."};

static void test_help_shows_keys_as_they_are_and_filters(void **state)
{
    (void)state;
    fake.ops[0] = &orders;
    fake.count = 1;
    help_open(&fake);
    fake_draw();
    assert_true(screen_has("Every order of the shop."));
    assert_true(screen_has("p f9"));
    assert_true(screen_has("Give money back. (Not now: The order is not paid.)"));
    assert_int_equal(screen_role_of("Everywhere"), ROLE_HEADING);
    fake_press("end");
    fake_draw();
    assert_true(screen_has("In texts such as this one"));
    fake_press("m o n e y");
    fake_draw();
    assert_true(screen_has("Give money back."));
    assert_false(screen_has("Everywhere"));
    fake_press("esc");
    fake_draw();
    assert_true(screen_has("Everywhere"));
    fake_press("esc");
    assert_int_equal(fake.count, 1);
    fake.count = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
        TEST(test_what_fits_better_scores_higher),
        TEST(test_typing_narrows_and_enter_takes),
        TEST(test_what_cannot_be_taken_says_why),
        TEST(test_a_scan_that_is_found_is_taken_at_once),
        TEST(test_the_palette_finds_by_name_sentence_and_other_words),
        TEST(test_the_palette_says_why_something_is_not_possible),
        TEST(test_help_shows_keys_as_they_are_and_filters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
