#include "tui/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What a sequence of reads means, as "up ctrl-k paste(text) scan(text) click(1,2)". */
static const char *decoded_reads(struct decoder *decoder, size_t count, const char *const reads[])
{
    static char out[4096];
    struct event event;
    out[0] = '\0';
    for (size_t i = 0; i <= count; i++) {
        if (i < count)
            decoder_feed(decoder, reads[i], strlen(reads[i]));
        else
            decoder_flush(decoder);
        while (decoder_next(decoder, &event)) {
            char name[KEY_NAME_SIZE];
            size_t used = strlen(out), room = sizeof out - used;
            const char *space = used > 0 ? " " : "";
            if (event.kind == EVENT_KEY) {
                key_format(event.key, name);
                snprintf(out + used, room, "%s%s", space, name);
            } else if (event.kind == EVENT_MOUSE) {
                snprintf(out + used, room, "%smouse%d(%d,%d)", space, (int)event.mouse, event.y,
                         event.x);
            } else {
                snprintf(out + used, room, "%s%s(%s)", space,
                         event.kind == EVENT_PASTE ? "paste" : "scan", event.text);
            }
        }
    }
    return out;
}

static const char *decoded(const char *bytes)
{
    struct decoder decoder;
    decoder_init(&decoder);
    const char *text = decoded_reads(&decoder, 1, &bytes);
    decoder_done(&decoder);
    return text;
}

/* The same, a byte at a time: what a slow line does. */
static const char *decoded_slowly(const char *bytes)
{
    struct decoder decoder;
    char parts[64][2] = {{0}};
    const char *reads[64];
    size_t size = strlen(bytes);
    assert_in_range(size, 1, 64);
    for (size_t i = 0; i < size; i++) {
        parts[i][0] = bytes[i];
        reads[i] = parts[i];
    }
    decoder_init(&decoder);
    const char *text = decoded_reads(&decoder, size, reads);
    decoder_done(&decoder);
    return text;
}

static void test_every_key_decodes(void **state)
{
    static const struct {
        const char *bytes, *keys;
    } cases[] = {
        {"\033[A\033[B\033[C\033[D", "up down right left"},
        {"\033OA\033OB\033OC\033OD", "up down right left"},
        {"\033[H\033[F\033OH\033OF", "home end home end"},
        {"\033[1~\033[4~\033[7~\033[8~", "home end home end"},
        {"\033[2~\033[3~\033[5~\033[6~", "insert delete pgup pgdn"},
        {"\033OP\033OQ\033OR\033OS", "f1 f2 f3 f4"},
        {"\033[11~\033[12~\033[13~\033[14~\033[15~", "f1 f2 f3 f4 f5"},
        {"\033[[A\033[[E", "f1 f5"},
        {"\033[17~\033[18~\033[19~\033[20~\033[21~\033[23~\033[24~", "f6 f7 f8 f9 f10 f11 f12"},
        {"\033[1;5A\033[1;3B\033[1;2C\033[1;6D", "ctrl-up alt-down shift-right ctrl-shift-left"},
        {"\033[3;5~\033[1;5P\033[5;3~", "ctrl-delete ctrl-f1 alt-pgup"},
        {"\033[Z\033[a\033Oa\033[5^", "shift-tab shift-up ctrl-up ctrl-pgup"},
        {"\033[107;5u\033[27;5;13~", "ctrl-k ctrl-enter"},
        {"\r\t\x7F\b", "enter tab backspace backspace"},
        {"\x01\x0B\x1A\x1C\x1F", "ctrl-a ctrl-k ctrl-z ctrl-\\ ctrl-_"},
        {"aZ 9?", "a Z space 9 ?"},
        {"\xC3\xA9\xD0\x9F\xE6\x97\xA5\xF0\x9F\x98\x80", "é П 日 😀"},
        {"\033a\033A\033\r\033\xC3\xA9", "alt-a alt-A alt-enter alt-é"},
        {"\033\033[A", "alt-up"},
        {"\033OM", "enter"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(decoded(cases[i].bytes), cases[i].keys);
        assert_string_equal(decoded_slowly(cases[i].bytes), cases[i].keys);
    }
}

static void test_an_escape_that_nothing_follows_is_a_key(void **state)
{
    (void)state;
    assert_string_equal(decoded("\033"), "esc");
    assert_string_equal(decoded("x\033"), "x esc");
    assert_string_equal(decoded("\033\033"), "esc esc");
    assert_string_equal(decoded("\033["), "alt-[");
    assert_string_equal(decoded("\033O"), "alt-O");
    assert_string_equal(decoded("\033[1;"), "");
    struct decoder decoder;
    struct event event;
    decoder_init(&decoder);
    decoder_feed(&decoder, "\033", 1);
    assert_false(decoder_next(&decoder, &event));
    assert_true(decoder_is_waiting(&decoder));
    decoder_feed(&decoder, "[A", 2);
    assert_true(decoder_next(&decoder, &event));
    assert_int_equal(event.key, KEY_UP_ARROW);
    assert_false(decoder_is_waiting(&decoder));
    decoder_done(&decoder);
}

static void test_noise_is_no_key(void **state)
{
    (void)state;
    assert_string_equal(decoded("\033[?1;2cx"), "x");
    assert_string_equal(decoded("\033[I\033[O\033[12;40Ry"), "y");
    assert_string_equal(decoded("\033]11;rgb:0000/0000/0000\033\\x"), "x");
    assert_string_equal(decoded("\033]52;c;cXVpdA==\ax"), "x");
    assert_string_equal(decoded("\033P1+r544e=41\033\\x"), "x");
    assert_string_equal(decoded("\xFF\xC3(\x80z"), "( z");
    assert_string_equal(decoded("\033[99~\033[1;99Xq"), "q");
    assert_string_equal(decoded("\033[200"), "");
    assert_string_equal(decoded("\xE2\x82"), "");
    char noise[300] = "\033[";
    memset(noise + 2, '1', 290);
    decoded(noise); /* must end */
}

static void test_a_paste_is_text_whatever_it_holds(void **state)
{
    (void)state;
    assert_string_equal(decoded("\033[200~dd\033[A\r\nx\033[201~q"), "paste(dd\033[A\nx) q");
    assert_string_equal(decoded_slowly("\033[200~ab\rc\033[201~q"), "paste(ab\nc) q");
    assert_string_equal(decoded("\033[200~\033[201~"), "paste()");
    assert_string_equal(decoded("\033[200~a\xFF"
                                "b\033[201~"),
                        "paste(ab)");
    assert_string_equal(decoded("\033[200~not ended"), "");
}

static void test_a_scan_is_one_read_that_ends_in_enter(void **state)
{
    (void)state;
    assert_string_equal(decoded("4006381333931\r"), "scan(4006381333931)");
    assert_string_equal(decoded("4006381333931\r\n"), "scan(4006381333931)");
    assert_string_equal(decoded("4006381333931\n"), "scan(4006381333931)");
    assert_string_equal(decoded("R2-000123\t"), "scan(R2-000123)");
    assert_string_equal(decoded("0104\x1D"
                                "10AB\r"),
                        "scan(0104\x1D"
                        "10AB)");
    assert_string_equal(decoded("123\r"), "1 2 3 enter");
    assert_string_equal(decoded("12345"), "1 2 3 4 5");
    assert_string_equal(decoded("1234\r5678\r"), "scan(1234) scan(5678)");
    assert_string_equal(decoded("1234\r56\r"), "1 2 3 4 enter 5 6 enter");
    assert_string_equal(decoded("1234\033[A\r"), "1 2 3 4 up enter");
    assert_string_equal(decoded_slowly("12345\r"), "1 2 3 4 5 enter");
    assert_string_equal(decoded("\xC3\xA9\xC3\xA9\r"), "é é enter"); /* two characters */
}

static void test_a_prefix_makes_a_scan_of_slow_keys(void **state)
{
    (void)state;
    struct decoder decoder;
    const char *reads[] = {"\x02"
                           "40",
                           "06", "\r",
                           "\x02"
                           "77\033[A",
                           "\x02"
                           "8\t"};
    decoder_init(&decoder);
    decoder_set_prefix(&decoder, 0x02);
    assert_string_equal(decoded_reads(&decoder, 5, reads), "scan(4006) [ A scan(8)");
    decoder_done(&decoder);
}

static void test_mouse_reports(void **state)
{
    (void)state;
    assert_string_equal(decoded("\033[<0;10;5M\033[<0;10;5m"), "mouse0(4,9)");
    assert_string_equal(decoded("\033[<64;1;1M\033[<65;2;3M"), "mouse2(0,0) mouse3(2,1)");
    assert_string_equal(decoded("\033[<2;10;5M\033[<35;10;5M\033[<0;0;0M"), "");
}

static void test_a_description_adds_keys(void **state)
{
    (void)state;
    struct decoder decoder;
    const char *reads[] = {"\033[9z", "\033[A"};
    decoder_init(&decoder);
    decoder_add(&decoder, "\033[9z", KEY_FUNCTION_1 + 4);
    decoder_add(&decoder, "x", KEY_FUNCTION_1); /* would shadow the letter: not taken */
    assert_string_equal(decoded_reads(&decoder, 2, reads), "f5 up");
    decoder_done(&decoder);
}

static void test_names_go_both_ways(void **state)
{
    static const char *const good[] = {"up",     "ctrl-k", "alt-a",   "f1",        "f12",
                                       "enter",  "space",  "?",       "é",         "shift-tab",
                                       "ctrl--", "-",      "alt-esc", "ctrl-alt-x"};
    static const char *const bad[] = {"",    "f0",      "f13",  "ctrl-", "ctrl",    "upp",
                                      "x y", "shift-a", "\033", "\xFF",  "\xC2\x9B"};
    key_code key;
    char name[KEY_NAME_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(key_parse(good[i], &key));
        key_format(key, name);
        assert_string_equal(name, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(key_parse(bad[i], &key));
    assert_true(key_parse("Ctrl-K", &key));
    assert_int_equal(key, 'k' | KEY_WITH_CTRL);
    assert_true(key_is_text(' ') && key_is_text(0xE9));
    assert_false(key_is_text('a' | KEY_WITH_ALT) || key_is_text(KEY_UP_ARROW) || key_is_text(0x9B));
}

static void test_any_bytes_are_survived(void **state)
{
    (void)state;
    struct decoder decoder;
    struct event event;
    uint32_t random = 12345;
    static const char likely[] = "\033[O;0123456789~<MAZ\r\t]P\\ \x9b\xc3\xa9\x02u";
    decoder_init(&decoder);
    decoder_set_prefix(&decoder, 0x02);
    for (int round = 0; round < 20000; round++) {
        char bytes[40];
        random = random * 1664525 + 1013904223;
        size_t size = (random >> 16) % sizeof bytes;
        for (size_t i = 0; i < size; i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = likely[(random >> 16) % sizeof likely];
        }
        decoder_feed(&decoder, bytes, size);
        while (decoder_next(&decoder, &event))
            assert_true(event.kind != EVENT_KEY || event.key != 0);
        if (round % 7 == 0)
            decoder_flush(&decoder);
        while (decoder_next(&decoder, &event))
            ;
    }
    decoder_done(&decoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_decodes),
        cmocka_unit_test(test_an_escape_that_nothing_follows_is_a_key),
        cmocka_unit_test(test_noise_is_no_key),
        cmocka_unit_test(test_a_paste_is_text_whatever_it_holds),
        cmocka_unit_test(test_a_scan_is_one_read_that_ends_in_enter),
        cmocka_unit_test(test_a_prefix_makes_a_scan_of_slow_keys),
        cmocka_unit_test(test_mouse_reports),
        cmocka_unit_test(test_a_description_adds_keys),
        cmocka_unit_test(test_names_go_both_ways),
        cmocka_unit_test(test_any_bytes_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
