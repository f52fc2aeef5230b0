/* Calendars fetched from a server, from the first time to the day when it fails. */
#include "sync/feeds.h"

#include "model/base/instant.h"
#include "model/calendar/feed.h"
#include "sync/http.h"
#include "tests/model/shop.h"
#include "tests/sync/little_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char calendar[] =
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261123T080000Z\r\n"
    "DTEND:20261123T090000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static char last_request[4096];

static void answer_calendar(FILE *out, const char *body)
{
    fprintf(out,
            "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nLast-Modified: Fri, 20 Nov 2026 10:00:00 GMT\r\n"
            "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
            strlen(body), body);
}

static void talk(struct little_server *server, FILE *in, FILE *out)
{
    char line[512], path[256] = "";
    bool has_tag = false;
    (void)server;
    last_request[0] = '\0';
    while (little_server_line(in, line, sizeof line) && line[0] != '\0') {
        strncat(last_request, line, sizeof last_request - strlen(last_request) - 2);
        strcat(last_request, "\n");
        sscanf(line, "GET %255s", path);
        has_tag = has_tag || strcmp(line, "If-None-Match: \"v1\"") == 0;
    }
    if (has_tag)
        fputs("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n", out);
    else if (strcmp(path, "/a.ics") == 0)
        answer_calendar(out, calendar);
    else if (strcmp(path, "/html") == 0)
        answer_calendar(out, "<html>sign in</html>");
    else if (strcmp(path, "/round") == 0)
        fputs("HTTP/1.1 302 Found\r\nLocation: /round\r\nConnection: close\r\n\r\n", out);
    else if (strcmp(path, "/file") == 0)
        fputs("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nConnection: close\r\n\r\n",
              out);
    else if (strcmp(path, "/endless") == 0)
        for (fputs("HTTP/1.1 200 OK\r\n\r\n", out); fputs("xxxxxxxxxxxxxxxx", out) >= 0;)
            continue;
    else
        fputs("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n", out);
}

struct office {
    struct shop *shop;
    struct uuid greta;
    struct little_server server;
};

static int set_up(void **state)
{
    struct office *office = memory_new(sizeof *office);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    office->shop = shop;
    office->greta =
        shop_insert(office->shop, "estimators",
                    (const struct change[]){{.column = "name", .value = value_text("Greta")}}, 1);
    office->server = (struct little_server){.talk = talk};
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

static void allow_private(struct office *office)
{
    const struct change changes[] = {
        {.column = "name", .value = value_text("worker")},
        {.column = "value", .value = value_text("{\"private_addresses\": 1}")}};
    shop_insert(office->shop, "app_settings", changes, 2);
}

static struct uuid add_feed(struct office *office, const char *path)
{
    struct shop *shop = office->shop;
    struct uuid id;
    const char *url = arena_format(shop->arena, "http://127.0.0.1:%d%s", office->server.port, path);
    shop_expect(shop,
                feed_add(shop->store, &shop->owner, path, &office->greta, url, &id, &shop->err));
    return id;
}

static const char *read_all(struct office *office)
{
    static const struct actor program = {.name = "worker"};
    struct shop *shop = office->shop;
    struct buffer words;
    buffer_init(&words);
    shop_expect(shop, feeds_read(shop->store, &program, NULL, &words, &shop->err));
    const char *out = arena_text(shop->arena, words.text);
    buffer_done(&words);
    return out;
}

static int64_t exceptions(struct office *office)
{
    return shop_integer(office->shop,
                        "SELECT count(*) FROM availability_exceptions WHERE estimator_id = ?1",
                        &office->greta);
}

static void a_feed_is_read_again_when_it_changed(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    allow_private(office);
    struct uuid id = add_feed(office, "/a.ics");
    assert_non_null(strstr(read_all(office), "1 new"));
    assert_int_equal(exceptions(office), 1);
    assert_string_equal(read_all(office), "calendars read: 0"); /* for an hour */
    shop->scratch.clock.now += 61 * 60 * SECOND_US;
    assert_non_null(strstr(read_all(office), "the same"));
    assert_non_null(strstr(last_request, "If-None-Match: \"v1\"\n"));
    assert_non_null(strstr(last_request, "If-Modified-Since: Fri, 20 Nov 2026 10:00:00 GMT\n"));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM calendar_feeds WHERE id = ?1 AND problem IS"
                                  " NULL AND etag = '\"v1\"' AND next_try_at > fetched_at",
                                  &id),
                     1);
    shop_expect(shop, feed_drop(shop->store, &shop->owner, &id, &shop->err));
    assert_int_equal(exceptions(office), 0);
}

static void failures_are_told_and_tried_again(void **state)
{
    static const struct {
        const char *path, *words;
    } cases[] = {
        {"/gone", "404: nothing is there"},
        {"/html", "no iCalendar file"},
        {"/round", "redirects"},
        {"/file", "no address that begins"},
        {"/endless", "more than 10000000 bytes"},
    };
    struct office *office = *state;
    allow_private(office);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uuid id = add_feed(office, cases[i].path);
        const char *words = read_all(office);
        if (strstr(words, cases[i].words) == NULL)
            fail_msg("\"%s\" is not in: %s", cases[i].words, words);
        assert_int_equal(
            shop_integer(office->shop,
                         "SELECT count(*) FROM calendar_feeds WHERE id = ?1 AND"
                         " problem <> '' AND fetched_at IS NULL AND next_try_at > now()",
                         &id),
            1);
    }
    assert_string_equal(read_all(office), "calendars read: 0");
}

static void the_network_within_is_closed(void **state)
{
    struct office *office = *state;
    add_feed(office, "/a.ics");
    assert_non_null(strstr(read_all(office), "a network within"));
    assert_int_equal(office->server.connections, 0);
    static const char *const urls[] = {"http://[::1]:1/",         "http://[::ffff:127.0.0.1]:1/",
                                       "http://169.254.169.254/", "http://10.0.0.1/",
                                       "http://0.0.0.0:1/",       "http://192.168.1.1/"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct http_answer answer;
        struct error err = {0};
        const struct http_request request = {.url = urls[i], .most = 10};
        assert_false(http_get(&request, &answer, &err));
        if (err.code != ERROR_DENIED)
            fail_msg("%s: %s", urls[i], err.text);
        buffer_done(&answer.body);
    }
}

static void only_addresses_of_the_web_are_taken(void **state)
{
    static const char *const urls[] = {
        "file:///etc/passwd", "ftp://x/a.ics", "x",           "",
        "https://",           "http:///a",     "https://x y", "https://x\n"};
    struct office *office = *state;
    struct shop *shop = office->shop;
    struct uuid id;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        shop_expect_error(
            shop,
            feed_add(shop->store, &shop->owner, "A", &office->greta, urls[i], &id, &shop->err),
            ERROR_INPUT, "begins with https://");
    shop_expect(shop, feed_add(shop->store, &shop->owner, "A", &office->greta,
                               "webcal://example.org/a.ics", &id, &shop->err));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM calendar_feeds WHERE id = ?1 AND url ="
                                  " 'https://example.org/a.ics'",
                                  &id),
                     1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_feed_is_read_again_when_it_changed),
        TEST(failures_are_told_and_tried_again),
        TEST(the_network_within_is_closed),
        TEST(only_addresses_of_the_web_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
