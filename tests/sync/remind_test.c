/* Reminders from the booking to the mail server: each goes out once, or somebody hears why not. */
#include "sync/remind.h"

#include "model/base/instant.h"
#include "model/calendar/appointment.h"
#include "model/calendar/reminder.h"
#include "model/keeping/keys.h"
#include "model/keeping/seal.h"
#include "sync/mail.h"
#include "tests/model/shop.h"
#include "tests/sync/little_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum mood { KIND, BUSY, KNOWS_NOBODY, WRONG_PASSWORD, FALLS_SILENT, REFUSES_TEXT };

struct office {
    struct shop *shop;
    struct uuid greta;
    struct little_server server;
    enum mood mood;
    int taken;
    bool has_signed_in;
    char mail[8192];
};

static void take_mail(struct office *office, FILE *in, FILE *out)
{
    char line[1024];
    fputs("354 go on\r\n", out);
    fflush(out);
    office->mail[0] = '\0';
    while (little_server_line(in, line, sizeof line) && strcmp(line, ".") != 0)
        if (strlen(office->mail) + strlen(line) + 2 < sizeof office->mail)
            strcat(strcat(office->mail, line), "\n");
    if (office->mood == FALLS_SILENT)
        return;
    office->taken += office->mood == KIND;
    fputs(office->mood == REFUSES_TEXT ? "554 no\r\n" : "250 taken\r\n", out);
}

static void talk(struct little_server *server, FILE *in, FILE *out)
{
    struct office *office = server->context;
    char line[1024];
    fputs(office->mood == BUSY ? "421 busy\r\n" : "220 here\r\n", out);
    fflush(out);
    while (little_server_line(in, line, sizeof line)) {
        if (strncmp(line, "EHLO", 4) == 0)
            fputs("250-here\r\n250 AUTH PLAIN\r\n", out);
        else if (strncmp(line, "AUTH PLAIN", 10) == 0) {
            /* \0shop\0s3cret */
            office->has_signed_in = strstr(line, "AHNob3AAczNjcmV0") != NULL;
            fputs(office->mood == WRONG_PASSWORD ? "535 no\r\n"
                  : line[10] == '\0'             ? "334 \r\n"
                                                 : "235 in\r\n",
                  out);
        } else if (strncmp(line, "AHNo", 4) == 0) {
            office->has_signed_in = strcmp(line, "AHNob3AAczNjcmV0") == 0;
            fputs("235 in\r\n", out);
        } else if (strncmp(line, "RCPT", 4) == 0 && office->mood == KNOWS_NOBODY)
            fputs("550 nobody of that name\r\n", out);
        else if (strcmp(line, "DATA") == 0) {
            take_mail(office, in, out);
            if (office->mood == FALLS_SILENT)
                return;
        } else
            fputs("250 fine\r\n", out);
        fflush(out);
    }
}

static void add_account(struct office *office)
{
    struct shop *shop = office->shop;
    struct worker_key key;
    struct change sealed[SEAL_CHANGES];
    shop_expect(shop, keys_init(shop->store, &shop->owner, &key, &shop->err));
    const struct change account[] = {
        {.column = "name", .value = value_text("Mail")},
        {.column = "type", .value = value_text("mail")},
        {.column = "config",
         .value = value_text(arena_format(
             shop->arena,
             "{\"host\":\"127.0.0.1\",\"port\":%d,\"security\":\"none\",\"user\":\"shop\","
             "\"from\":\"shop@example.org\",\"name\":\"Malerladen Grün\"}",
             office->server.port))},
    };
    const struct change setting[] = {
        {.column = "name", .value = value_text("reminders")},
        {.column = "value", .value = value_text("{\"email\": [1440, \"x\", -1, 0.5]}")}};
    shop_insert(shop, "app_settings", setting, 2);
    struct uuid id = shop_insert(shop, "integrations", account, 3);
    const struct table *table = schema_table(store_schema(shop->store), "integration_credentials");
    shop_expect(shop, seal_changes(shop->store, table_column(table, "sealed"), "s3cret",
                                   shop->arena, sealed, &shop->err));
    const struct change credential[] = {
        {.column = "owner_type", .value = value_text("integration")},
        {.column = "owner_id", .value = value_uuid(&id)},
        {.column = "service", .value = value_text("smtp")},
        sealed[0],
        sealed[1],
    };
    shop_insert(shop, "integration_credentials", credential, 5);
}

static int set_up(void **state)
{
    struct office *office = memory_new(sizeof *office);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    office->shop = shop;
    office->greta =
        shop_insert(office->shop, "estimators",
                    (const struct change[]){{.column = "name", .value = value_text("Greta")}}, 1);
    office->server = (struct little_server){.talk = talk, .context = office};
    little_server_start(&office->server);
    *state = office;
    return 0;
}

static int tear_down(void **state)
{
    struct office *office = *state;
    void *shop = office->shop;
    little_server_stop(&office->server);
    shop_check(office->shop);
    free(office);
    return shop_teardown(&shop);
}

static int64_t at(const char *text)
{
    int64_t out;
    assert_true(instant_parse(text, "Europe/Berlin", &out, NULL));
    return out;
}

static struct uuid book(struct office *office, const char *time)
{
    struct shop *shop = office->shop;
    struct uuid id;
    const struct booking booking = {.name = "Jo Meyer",
                                    .email = "jo@meyer.example",
                                    .estimator_id = office->greta,
                                    .starts_at = at(time),
                                    .duration_minutes = 60,
                                    .is_forced = true};
    shop_expect(shop, appointment_book(shop->store, &shop->owner, &booking, &id, &shop->err));
    return id;
}

static const struct actor program = {.name = "worker"};

static bool run(struct office *office)
{
    struct buffer words;
    buffer_init(&words);
    bool is_done = remind_send(office->shop->store, &program, &words, &office->shop->err);
    buffer_done(&words);
    return is_done;
}

/* How many reminders of the appointment have that status. */
static void expect_status(struct office *office, const struct uuid *appointment, const char *status,
                          int count)
{
    assert_int_equal(
        shop_integer(office->shop,
                     arena_format(office->shop->arena,
                                  "SELECT count(*) FROM reminders WHERE appointment_id = ?1 AND"
                                  " status = '%s'",
                                  status),
                     appointment),
        count);
}

static struct uuid reminder_of(struct office *office, const struct uuid *appointment)
{
    struct uuid id;
    struct statement *row = store_prepare(
        office->shop->store, "SELECT id FROM reminders WHERE appointment_id = ?1", NULL);
    statement_bind_uuid(row, 1, appointment);
    assert_int_equal(statement_step(row, NULL), 1);
    statement_uuid(row, 0, &id);
    statement_done(row);
    return id;
}

static void a_mail_goes_out_once(void **state)
{
    struct office *office = *state;
    add_account(office);
    struct uuid id = book(office, "2026-11-23 09:30");
    struct uuid soon = book(office, "2026-11-21 09:30"); /* within the day: nobody is reminded */
    expect_status(office, &id, "queued", 1);
    expect_status(office, &soon, "queued", 0);
    shop_expect(office->shop, run(office));
    assert_int_equal(office->taken, 0);
    office->shop->scratch.clock.now = at("2026-11-22 09:31");
    shop_expect(office->shop, run(office));
    shop_expect(office->shop, run(office));
    assert_int_equal(office->taken, 1);
    assert_true(office->has_signed_in);
    expect_status(office, &id, "done", 1);
    assert_non_null(strstr(office->mail, "To: <jo@meyer.example>\n"));
    assert_non_null(strstr(office->mail, "Subject: =?UTF-8?B?"));
    assert_null(strstr(office->mail, "Meyer,")); /* in base64, as all that people wrote */
}

static void a_reminder_goes_with_its_appointment(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    add_account(office);
    struct uuid moved = book(office, "2026-11-23 09:30"), gone = book(office, "2026-11-23 12:00");
    const struct booking_move move = {.days = 2, .is_forced = true};
    const struct booking_status cancel = {
        .status = "cancelled", .reason = "ill", .is_forced = true};
    shop_expect(shop, appointment_move(shop->store, &shop->owner, &moved, &move, &shop->err));
    shop_expect(shop, appointment_set(shop->store, &shop->owner, &gone, 1, &cancel, &shop->err));
    expect_status(office, &gone, "cancelled", 1);
    shop->scratch.clock.now = at("2026-11-22 13:00");
    shop_expect(shop, run(office));
    assert_int_equal(office->taken, 0);
    shop->scratch.clock.now = at("2026-11-24 09:31");
    shop_expect(shop, run(office));
    assert_int_equal(office->taken, 1);
    struct uuid reminder = reminder_of(office, &gone);
    shop_expect_error(shop, reminder_again(shop->store, &shop->owner, &reminder, &shop->err),
                      ERROR_RULE, "past or cancelled");
}

static void a_shop_without_the_setting_reminds_nobody(void **state)
{
    struct office *office = *state;
    struct uuid id = book(office, "2026-11-23 09:30");
    expect_status(office, &id, "queued", 0);
    shop_expect(office->shop, run(office));
}

static void every_answer_has_its_state(void **state)
{
    static const struct {
        enum mood mood;
        const char *status;
        bool is_done;
    } cases[] = {
        {BUSY, "queued", false},         {WRONG_PASSWORD, "queued", false},
        {KNOWS_NOBODY, "failed", true},  {REFUSES_TEXT, "failed", true},
        {FALLS_SILENT, "unknown", true},
    };
    struct office *office = *state;
    struct shop *shop = office->shop;
    add_account(office);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char time[32];
        snprintf(time, sizeof time, "2026-11-23 %02zu:00", 9 + i);
        struct uuid id = book(office, time);
        shop->scratch.clock.now =
            at("2026-11-22 00:00") + (int64_t)(9 + i) * 3600 * SECOND_US + SECOND_US;
        office->mood = cases[i].mood;
        if (run(office) != cases[i].is_done)
            fail_msg("%zu: %s", i, shop->err.text);
        expect_status(office, &id, cases[i].status, 1);
        shop_expect(shop, run(office)); /* nothing is due: not at once again */
        expect_status(office, &id, cases[i].status, 1);
        office->mood = KIND;
        office->taken = 0;
        struct uuid reminder = reminder_of(office, &id);
        if (cases[i].is_done) { /* a person says so */
            shop_expect(shop, reminder_again(shop->store, &shop->owner, &reminder, &shop->err));
        } else {
            shop_expect_error(shop,
                              reminder_again(shop->store, &shop->owner, &reminder, &shop->err),
                              ERROR_RULE, "waits");
            shop->scratch.clock.now += 16 * 60 * SECOND_US;
        }
        shop_expect(shop, run(office));
        assert_int_equal(office->taken, 1);
        expect_status(office, &id, "done", 1);
        shop->scratch.clock.now = at("2026-11-21 12:00");
    }
}

/* A worker that was cut off between "sending" and the answer: nobody knows, and it does not go
 * again by itself. */
static void what_was_cut_off_is_unknown(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    add_account(office);
    struct uuid id = book(office, "2026-11-23 09:30");
    struct uuid reminder = reminder_of(office, &id);
    shop_expect(shop,
                reminder_set(shop->store, &program, &reminder, REMINDER_SENDING, NULL, &shop->err));
    shop->scratch.clock.now = at("2026-11-22 09:31");
    shop_expect(shop, run(office));
    assert_int_equal(office->taken, 0);
    expect_status(office, &id, "unknown", 1);
}

/* What the centre has not heard of does not go out: another one may know better. */
static void only_what_the_centre_has_goes_out(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    add_account(office);
    struct uuid id = book(office, "2026-11-23 09:30");
    struct uuid reminder = reminder_of(office, &id);
    shop_expect(shop, store_run(shop->store,
                                "INSERT INTO sync_state (name, value) VALUES ('terminal_id',"
                                " '018f0000-0000-7000-8000-000000000001')",
                                &shop->err, ""));
    shop_expect(shop,
                reminder_set(shop->store, &program, &reminder, REMINDER_FAILED, "no", &shop->err));
    shop_expect(shop, reminder_again(shop->store, &shop->owner, &reminder, &shop->err));
    shop->scratch.clock.now = at("2026-11-22 09:31");
    shop_expect(shop, run(office));
    assert_int_equal(office->taken, 0);
    expect_status(office, &id, "queued", 1);
}

static void addresses_can_not_carry_commands(void **state)
{
    (void)state;
    assert_true(mail_is_address("jo@meyer.example"));
    static const char *const wrong[] = {"",      "jo",    "@x",    "jo@",     "a@b\r\nX:",  "a b@c",
                                        "a@b>c", "<a@b>", "a@b@c", "a@b,c@d", "\"a b\"@c.d"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (mail_is_address(wrong[i]))
            fail_msg("\"%s\" is an address", wrong[i]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_mail_goes_out_once),
        TEST(a_reminder_goes_with_its_appointment),
        TEST(a_shop_without_the_setting_reminds_nobody),
        TEST(every_answer_has_its_state),
        TEST(what_was_cut_off_is_unknown),
        TEST(only_what_the_centre_has_goes_out),
        TEST(addresses_can_not_carry_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
