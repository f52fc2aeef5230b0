#include "tests/tui/fake_app.h"
#include "tui/widgets/dialog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct {
    int calls, chosen;
    bool is_confirmed;
    char text[64];
    bool has_text;
} answer;

static int set_up(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    memset(&answer, 0, sizeof answer);
    screen_open(15, 60);
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

static void confirmed(struct app *app, void *context, bool is_confirmed)
{
    assert_ptr_equal(context, &answer);
    assert_int_equal(app->count, 0); /* the dialog has gone */
    answer.calls++;
    answer.is_confirmed = is_confirmed;
}

static void ask(const char *word)
{
    answer.calls = 0;
    dialog_confirm(&fake, &(struct dialog_question){
                              .title = "Cancel 12 orders?",
                              .text = "They can be restored one by one for 30 days.",
                              .yes = "Cancel 12 orders",
                              .no = "Keep them",
                              .word = word,
                              .done = confirmed,
                              .context = &answer,
                          });
}

static void test_the_safe_answer_is_the_default(void **state)
{
    (void)state;
    ask(NULL);
    fake_draw();
    assert_true(screen_has("Cancel 12 orders?"));
    assert_true(screen_has("They can be restored one by one for 30 days."));
    assert_int_equal(screen_role_of("[ Keep them ]"), ROLE_SELECTION);
    fake_press("enter");
    assert_int_equal(answer.calls, 1);
    assert_false(answer.is_confirmed);
    ask(NULL);
    fake_press("esc");
    assert_int_equal(answer.calls, 1);
    assert_false(answer.is_confirmed);
}

static void test_a_second_gesture_confirms(void **state)
{
    (void)state;
    ask(NULL);
    fake_press("y");
    assert_true(answer.is_confirmed);
    ask(NULL);
    fake_press("tab enter");
    assert_true(answer.is_confirmed);
    ask(NULL);
    fake_draw();
    int y = 0;
    while (strstr(screen_line(y), "[ Keep") == NULL)
        y++;
    const char *line = screen_line(y), *button = strstr(line, "Cancel 12");
    fake_send(event_click(y, (int)(button - line) - 2 /* the border is two bytes longer */));
    assert_int_equal(answer.calls, 1);
    assert_true(answer.is_confirmed);
}

static void test_the_key_that_opened_it_never_confirms(void **state)
{
    (void)state;
    fake.last_key = 'y';
    ask(NULL);
    fake_press("y y y");
    assert_int_equal(answer.calls, 0);
    assert_int_equal(fake.beeps, 3);
    fake_press("n");
    assert_int_equal(answer.calls, 1);
    assert_false(answer.is_confirmed);
    fake.last_key = KEY_RETURN;
    ask(NULL);
    fake_press("enter enter");
    assert_int_equal(answer.calls, 0);
    fake_press("right enter");
    assert_true(answer.is_confirmed);
}

static void test_bulk_wants_a_word(void **state)
{
    (void)state;
    ask("12");
    fake_draw();
    assert_true(screen_has("Type 12 to go on:"));
    fake_press("y enter");
    assert_int_equal(answer.calls, 1);
    assert_false(answer.is_confirmed);
    ask("12");
    fake_press("1 tab enter");
    assert_int_equal(answer.calls, 0);
    fake_press("2 enter");
    assert_true(answer.is_confirmed);
}

static void test_a_dialog_that_is_closed_from_outside_answers_too(void **state)
{
    (void)state;
    ask(NULL);
    app_close_top(&fake);
    assert_int_equal(answer.calls, 1);
    assert_false(answer.is_confirmed);
}

static void test_scans_are_refused_by_questions_only(void **state)
{
    (void)state;
    ask(NULL);
    assert_true(app_top(&fake)->refuses_scans(fake.states[0]));
    fake_press("esc");
}

static void test_a_message_longer_than_the_screen_keeps_its_button(void **state)
{
    (void)state;
    char text[4000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    dialog_message(&fake, "Long", text);
    fake_draw();
    assert_true(screen_has("[ OK ]"));
    fake_press("enter");
    assert_int_equal(fake.count, 0);
}

static bool check(void *context, const char *text, struct error *err)
{
    assert_ptr_equal(context, &answer);
    return strlen(text) >= 3 || error_set(err, ERROR_INPUT, "At least three letters.");
}

static void prompted(struct app *app, void *context, const char *text)
{
    (void)context;
    assert_int_equal(app->count, 0);
    answer.calls++;
    answer.has_text = text != NULL;
    snprintf(answer.text, sizeof answer.text, "%s", text != NULL ? text : "");
}

static void test_a_prompt_checks_as_one_types(void **state)
{
    (void)state;
    struct dialog_prompt prompt = {.title = "Name of the view",
                                   .hint = "for example: unpaid",
                                   .check = check,
                                   .done = prompted,
                                   .context = &answer};
    dialog_prompt(&fake, &prompt);
    fake_draw();
    assert_true(screen_has("for example: unpaid"));
    assert_false(screen_has("At least three"));
    fake_press("a b enter");
    assert_int_equal(answer.calls, 0);
    fake_draw();
    assert_int_equal(screen_role_of("At least three letters."), ROLE_DANGER);
    fake_press("c enter");
    assert_int_equal(answer.calls, 1);
    assert_string_equal(answer.text, "abc");
    prompt.start = "old";
    dialog_prompt(&fake, &prompt);
    fake_draw();
    assert_true(screen_has("old"));
    fake_press("esc");
    assert_int_equal(answer.calls, 2);
    assert_false(answer.has_text);
}

static void test_a_scan_answers_only_where_one_is_asked_for(void **state)
{
    (void)state;
    struct dialog_prompt prompt = {.title = "Amount", .done = prompted, .context = &answer};
    dialog_prompt(&fake, &prompt);
    fake_send(event_scan("4006381333931"));
    assert_int_equal(answer.calls, 0);
    fake_press("esc");
    prompt.flags = EDITOR_SCANS;
    prompt.start = "x";
    dialog_prompt(&fake, &prompt);
    fake_send(event_scan("4006381333931"));
    assert_int_equal(answer.calls, 2);
    assert_string_equal(answer.text, "4006381333931");
}

static void chosen(struct app *app, void *context, int index)
{
    (void)app;
    (void)context;
    answer.calls++;
    answer.chosen = index;
}

static void test_a_choice_is_made_by_letter_arrow_or_mouse(void **state)
{
    (void)state;
    static const struct list_item items[] = {{.text = "CSV"},
                                             {.text = "JSON", .detail = "for programs"},
                                             {.text = "TSV", .is_disabled = true}};
    struct dialog_choice choice = {
        .title = "Export as", .items = items, .count = 3, .done = chosen, .start = 1};
    dialog_choose(&fake, &choice);
    fake_draw();
    assert_int_equal(screen_role_of("JSON  for programs"), ROLE_SELECTION);
    fake_press("t enter");
    assert_int_equal(answer.calls, 0);
    fake_press("c enter");
    assert_int_equal(answer.chosen, 0);
    dialog_choose(&fake, &choice);
    fake_press("q");
    assert_int_equal(answer.chosen, -1);
    dialog_choose(&fake, &choice);
    fake_draw();
    int y = 0;
    while (strstr(screen_line(y), "CSV") == NULL)
        y++;
    fake_send(event_click(y, 30));
    assert_int_equal(answer.chosen, 0);
    assert_int_equal(answer.calls, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
        TEST(test_the_safe_answer_is_the_default),
        TEST(test_a_second_gesture_confirms),
        TEST(test_the_key_that_opened_it_never_confirms),
        TEST(test_bulk_wants_a_word),
        TEST(test_a_dialog_that_is_closed_from_outside_answers_too),
        TEST(test_scans_are_refused_by_questions_only),
        TEST(test_a_message_longer_than_the_screen_keeps_its_button),
        TEST(test_a_prompt_checks_as_one_types),
        TEST(test_a_scan_answers_only_where_one_is_asked_for),
        TEST(test_a_choice_is_made_by_letter_arrow_or_mouse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
