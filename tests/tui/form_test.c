#include "tests/tui/fake_app.h"
#include "tui/widgets/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

#include <cmocka.h>

static struct form form;
static struct {
    int saves, changes;
    size_t changed;
    unsigned outcome;
} owner;

static bool check_price(void *context, const struct form_field *field, const char *text,
                        struct buffer *normal, struct error *err)
{
    (void)context;
    char *end;
    double price = strtod(text, &end);
    if (*end != '\0')
        return error_set(err, ERROR_INPUT, "%s is not an amount such as 12.50.", field->label);
    buffer_format(normal, "%.2f", price);
    return true;
}

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    (void)context;
    (void)field;
    static const char *const names[] = {"Anna", "Anton", "Berta"};
    size_t count = 0;
    for (size_t i = 0; i < 3 && count < limit; i++)
        if (strncasecmp(names[i], typed, strlen(typed)) == 0)
            out[count++] = (struct form_option){.id = arena_format(arena, "id-%zu", i),
                                                .title = arena_text(arena, names[i]),
                                                .detail = "0151 23456"};
    return count;
}

static const char *const statuses[] = {"draft", "paid", "parked", "shipped", NULL};

enum { HEAD, NAME, PRICE, STATUS, GIFT, DUE, CUSTOMER, HEAD_2, NOTES, CODE, SECRET, FIELDS };

static const struct form_field fields[FIELDS] = {
    [HEAD] = {.label = "Order", .kind = FIELD_SECTION},
    [NAME] = {.name = "name",
              .label = "Name",
              .is_required = true,
              .takes_scans = true,
              .limit = 20,
              .help = "What it is called."},
    [PRICE] = {.name = "price_cents",
               .label = "Price",
               .kind = FIELD_NUMBER,
               .value = "1.00",
               .check = check_price},
    [STATUS] = {.name = "status",
                .label = "Status",
                .kind = FIELD_CHOICE,
                .value = "draft",
                .choices = statuses},
    [GIFT] = {.name = "is_gift", .label = "Gift", .kind = FIELD_BOOLEAN, .value = "no"},
    [DUE] = {.name = "due_on", .label = "Due", .kind = FIELD_DATE},
    [CUSTOMER] = {.name = "customer_id",
                  .label = "Customer",
                  .kind = FIELD_REFERENCE,
                  .value = "id-2",
                  .shown = "Berta",
                  .look_up = look_up},
    [HEAD_2] = {.label = "More", .kind = FIELD_SECTION},
    [NOTES] = {.name = "notes", .label = "Notes", .kind = FIELD_LINES},
    [CODE] = {.name = "code", .label = "Code", .kind = FIELD_READ_ONLY, .value = "R2-000117"},
    [SECRET] = {.name = "pin", .label = "PIN", .kind = FIELD_SECRET, .limit = 6},
};

static unsigned save(void *context, struct app *app)
{
    assert_ptr_equal(context, &owner);
    assert_ptr_equal(app, &fake);
    owner.saves++;
    return owner.outcome;
}

static void changed(void *context, size_t field)
{
    (void)context;
    owner.changes++;
    owner.changed = field;
}

static const struct form_ops ops = {save, changed};

static int set_up(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    memset(&owner, 0, sizeof owner);
    screen_open(24, 80);
    form_init(&form, fields, FIELDS, &ops, &owner, (struct date){2026, 11, 20});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    while (fake.count > 0)
        app_close_top(&fake);
    form_done(&form);
    screen_close();
    return 0;
}

static void draw(int height, int width)
{
    screen_clear();
    form_draw(&form, pane_part(pane_of_screen(), 0, 0, height, width), true);
}

static unsigned press(const char *names)
{
    char copy[256], *rest = NULL;
    unsigned outcome = 0;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name = strtok_r(copy, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest)) {
        struct event event = event_key(name);
        fake.last_key = event.key;
        outcome = form_handle(&form, &fake, &event);
        draw(24, 80);
    }
    return outcome;
}

static void test_it_shows_labels_values_and_help(void **state)
{
    (void)state;
    draw(24, 80);
    assert_int_equal(screen_role_of("Order"), ROLE_HEADING);
    assert_true(screen_has(" Name*"));
    assert_true(screen_has("Status"));
    assert_true(screen_has("R2-000117"));
    assert_string_equal(screen_line(23), " What it is called.");
    int y, x;
    screen_cursor(&y, &x);
    assert_int_equal(y, 1);
    assert_int_equal(screen_role(y, x), ROLE_FIELD_FOCUS);
    assert_false(form_is_dirty(&form));
    assert_true(form_has_text_focus(&form));
}

static void test_the_focus_goes_around_and_skips_what_cannot_be_typed(void **state)
{
    (void)state;
    assert_int_equal(form.focus, NAME);
    press("tab tab tab tab tab");
    assert_int_equal(form.focus, CUSTOMER);
    press("tab");
    assert_int_equal(form.focus, NOTES);
    press("down");
    assert_int_equal(form.focus, SECRET);
    press("down");
    assert_int_equal(form.focus, SECRET);
    press("tab");
    assert_int_equal(form.focus, NAME);
    press("shift-tab up");
    assert_int_equal(form.focus, NOTES);
    struct event event = event_click(form.items[DUE].y, form.items[DUE].x);
    form_handle(&form, &fake, &event);
    assert_int_equal(form.focus, DUE);
}

static void test_an_error_shows_while_one_types_and_goes(void **state)
{
    (void)state;
    press("down end x");
    assert_int_equal(screen_role_of("Price is not an amount"), ROLE_DANGER);
    assert_int_equal(press("enter"), OUTCOME_HANDLED | OUTCOME_REDRAW);
    assert_int_equal(owner.saves, 0);
    assert_int_equal(form.focus, NAME); /* the first that is wrong: required */
    assert_int_equal(screen_role_of("Name is required."), ROLE_DANGER);
    press("a b down backspace");
    assert_null(form.items[PRICE].error);
    press("ctrl-u 2 . 5 down");
    assert_string_equal(form_value(&form, PRICE), "2.50");
    owner.outcome = OUTCOME_CLOSE;
    assert_true(press("f2") & OUTCOME_CLOSE);
    assert_int_equal(owner.saves, 1);
}

static void test_an_untouched_required_field_does_not_complain(void **state)
{
    (void)state;
    draw(24, 80);
    assert_false(screen_has("required"));
    press("a backspace");
    assert_true(screen_has("Name is required."));
}

static void test_a_narrow_form_shows_errors_below_and_scrolls(void **state)
{
    (void)state;
    press("down end x");
    draw(8, 44);
    int y = 0;
    while (strstr(screen_line(y), "Price") == NULL)
        y++;
    assert_non_null(strstr(screen_line(y + 1), "Price is not an amount"));
    form_focus(&form, SECRET);
    draw(8, 44);
    assert_true(screen_has("PIN"));
    assert_false(screen_has("Name*"));
    int at_y, at_x;
    screen_cursor(&at_y, &at_x);
    assert_int_equal(screen_role(at_y, at_x), ROLE_FIELD_FOCUS);
    form_focus(&form, NAME);
    draw(8, 44);
    assert_true(screen_has("Order")); /* with the heading above it */
}

static void test_wide_forms_stand_in_two_columns(void **state)
{
    (void)state;
    screen_resize(24, 140);
    draw(24, 140);
    assert_int_equal(form.items[NOTES].y, 1);
    assert_true(form.items[NOTES].x > form.items[NAME].x + 40);
}

static void test_choices_by_letter_arrow_and_list(void **state)
{
    (void)state;
    form_focus(&form, STATUS);
    press("right");
    assert_string_equal(form_value(&form, STATUS), "paid");
    assert_int_equal(owner.changes, 1);
    assert_int_equal(owner.changed, STATUS);
    press("left left");
    assert_string_equal(form_value(&form, STATUS), "shipped");
    press("p a r");
    assert_int_equal(form.popup, FORM_POPUP_LIST);
    assert_int_equal(screen_role_of("parked"), ROLE_SELECTION);
    press("enter");
    assert_string_equal(form_value(&form, STATUS), "parked");
    assert_int_equal(owner.saves, 0);
    press("space home esc");
    assert_string_equal(form_value(&form, STATUS), "parked");
    assert_int_equal(form.popup, FORM_POPUP_NONE);
    press("space s tab");
    assert_string_equal(form_value(&form, STATUS), "shipped");
    assert_int_equal(form.focus, GIFT);
    press("space");
    assert_string_equal(form_value(&form, GIFT), "yes");
    press("n");
    assert_string_equal(form_value(&form, GIFT), "no");
    assert_false(form_is_changed(&form, GIFT));
    assert_true(form_is_changed(&form, STATUS));
}

static void test_a_date_by_hand_and_from_the_month(void **state)
{
    (void)state;
    form_focus(&form, DUE);
    press("2 0 2 6 - 2 - 3 0");
    assert_non_null(form.items[DUE].error);
    press("ctrl-u space");
    assert_int_equal(form.popup, FORM_POPUP_MONTH);
    assert_true(screen_has("November 2026"));
    press("right pgdn enter");
    assert_string_equal(form_value(&form, DUE), "2026-12-21");
    assert_null(form.items[DUE].error);
    assert_int_equal(form.popup, FORM_POPUP_NONE);
}

static void test_the_month_is_shown_whole_where_there_is_little_room(void **state)
{
    (void)state;
    screen_resize(15, 60);
    form_focus(&form, DUE);
    press("space");
    draw(13, 60);
    assert_true(screen_has("November 2026"));
    assert_true(screen_has("30"));
}

static void test_a_reference_is_looked_up(void **state)
{
    (void)state;
    form_focus(&form, CUSTOMER);
    assert_string_equal(form_value(&form, CUSTOMER), "id-2");
    press("ctrl-u a n");
    assert_true(form_is_dirty(&form));
    assert_true(screen_has("Anton  0151 23456"));
    assert_string_equal(form_value(&form, CUSTOMER), "");
    assert_false(screen_has("Choose one from the list.")); /* the list is there */
    press("down enter");
    assert_string_equal(form_value(&form, CUSTOMER), "id-1");
    assert_string_equal(editor_text(&form.items[CUSTOMER].editor), "Anton");
    press("x tab");
    assert_non_null(form.items[CUSTOMER].error);
    form_focus(&form, CUSTOMER);
    assert_string_equal(editor_text(&form.items[CUSTOMER].editor), "x"); /* instead of Anton */
    press("home A n t o n end backspace esc");
    assert_null(form.items[CUSTOMER].error);
    assert_string_equal(form_value(&form, CUSTOMER), "id-1");
    press("ctrl-u");
    assert_string_equal(form_value(&form, CUSTOMER), "");
}

static void test_lines_take_enter_and_ctrl_s_saves(void **state)
{
    (void)state;
    form_set(&form, NAME, "a", NULL);
    form_focus(&form, NOTES);
    press("a enter b up");
    assert_int_equal(form.focus, NOTES);
    assert_string_equal(form_value(&form, NOTES), "a\nb");
    press("up");
    assert_int_equal(form.focus, CUSTOMER);
    press("ctrl-s");
    assert_int_equal(owner.saves, 1);
}

static void test_what_was_typed_makes_it_dirty_until_it_is_kept(void **state)
{
    (void)state;
    assert_int_equal(press("esc"), OUTCOME_IGNORED);
    press("x");
    assert_true(form_is_dirty(&form));
    press("backspace");
    assert_false(form_is_dirty(&form));
    press("x");
    form_keep(&form);
    assert_false(form_is_dirty(&form));
}

static void test_a_scan_fills_and_never_saves(void **state)
{
    (void)state;
    struct event event = event_scan("4006381333931");
    press("x");
    form_handle(&form, &fake, &event);
    assert_string_equal(form_value(&form, NAME), "4006381333931");
    assert_int_equal(form.focus, PRICE);
    form_focus(&form, NOTES);
    press("a");
    form_handle(&form, &fake, &event);
    assert_string_equal(form_value(&form, NOTES), "a4006381333931");
    assert_int_equal(form.focus, NOTES);
    form_focus(&form, STATUS);
    form_handle(&form, &fake, &event);
    assert_string_equal(form_value(&form, STATUS), "draft");
    assert_int_equal(fake.beeps, 1);
    assert_int_equal(owner.saves, 0);
}

static void test_an_error_of_the_store_goes_to_its_field(void **state)
{
    (void)state;
    struct error err;
    error_set_field(&err, ERROR_CONFLICT, "status", "Status was changed by Anna meanwhile.");
    assert_true(form_show_error(&form, &err));
    assert_int_equal(form.focus, STATUS);
    draw(24, 80);
    assert_int_equal(screen_role_of("Status was changed by Anna"), ROLE_DANGER);
    error_set(&err, ERROR_STORE, "The disk is full.");
    assert_false(form_show_error(&form, &err));
}

static void test_sizes_without_room_do_no_harm(void **state)
{
    (void)state;
    for (int height = 0; height < 5; height++)
        for (int width = 0; width < 12; width++) {
            draw(height, width);
            form_focus(&form, height % 2 ? SECRET : NAME);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
        TEST(test_it_shows_labels_values_and_help),
        TEST(test_the_focus_goes_around_and_skips_what_cannot_be_typed),
        TEST(test_an_error_shows_while_one_types_and_goes),
        TEST(test_an_untouched_required_field_does_not_complain),
        TEST(test_a_narrow_form_shows_errors_below_and_scrolls),
        TEST(test_wide_forms_stand_in_two_columns),
        TEST(test_choices_by_letter_arrow_and_list),
        TEST(test_a_date_by_hand_and_from_the_month),
        TEST(test_the_month_is_shown_whole_where_there_is_little_room),
        TEST(test_a_reference_is_looked_up),
        TEST(test_lines_take_enter_and_ctrl_s_saves),
        TEST(test_what_was_typed_makes_it_dirty_until_it_is_kept),
        TEST(test_a_scan_fills_and_never_saves),
        TEST(test_an_error_of_the_store_goes_to_its_field),
        TEST(test_sizes_without_room_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
