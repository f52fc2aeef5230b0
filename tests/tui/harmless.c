#include "tests/tui/harmless.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include <cmocka.h>

static struct buffer corpus;

int corpus_read(const char *texts[CORPUS_MOST])
{
    char part[65536];
    int count = 0;
    FILE *file = fopen("tests/data/awkward.txt", "r");
    assert_non_null(file);
    buffer_init(&corpus);
    for (size_t size; (size = fread(part, 1, sizeof part, file)) > 0;)
        buffer_add_bytes(&corpus, part, size);
    fclose(file);
    char *at = corpus.text;
    while (count < CORPUS_MOST && at < corpus.text + corpus.size) {
        char *end = memchr(at, '\n', (size_t)(corpus.text + corpus.size - at));
        assert_non_null(end);
        *end = '\0';
        texts[count++] = at;
        at = end + 1;
    }
    return count;
}

void corpus_free(void)
{
    buffer_done(&corpus);
}

/* Passes over one sequence that the program itself may send; NULL: it is another. */
static const char *own_sequence(const char *at)
{
    const char *end = at + 2;
    if (at[1] == '(' || at[1] == ')')
        return at[2] == 'B' || at[2] == '0' ? at + 3 : NULL;
    if (at[1] != '\0' &&
        strchr("=>78M", at[1]) != NULL) /* keypad, cursor kept and put back, scroll back */
        return at + 2;
    if (at[1] != '[')
        return NULL;
    end += strspn(end, "?0123456789;");
    return *end && strchr("ABCDGHJKXPLMTSdmhlrtb@", *end) ? end + 1 : NULL;
}

/* Every byte is text, or belongs to a sequence of a terminal's screen. */
void expect_harmless(const struct buffer *raw)
{
    for (const char *at = raw->text, *end = at + raw->size; at < end;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)at, end - at, &c);
        if (*at == '\033') {
            const char *next = own_sequence(at);
            if (!next)
                fail_msg("a sequence that is not ours: ESC %.12s", at + 1);
            at = next;
            continue;
        }
        assert_true(size > 0);
        bool is_control = c < ' ' ? !strchr("\r\n\b\017", (int)c) : c >= 0x7F && c < 0xA0;
        bool is_override = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        if (is_control || is_override)
            fail_msg("U+%04X reached the terminal", (unsigned)c);
        at += size;
    }
}
