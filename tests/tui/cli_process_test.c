/* The built program as a shell starts it: pipes, terminals, closed and full outputs, completion,
 * and what `make install` leaves. */
#include "model/base/memory.h"
#include "model/operation/record.h"
#include "tests/model/shop.h"
#include "tests/tui/terminal.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Clears the screen, sets the title, turns the line round, colours, breaks off, beeps. */
static const char hostile[] = "Ev\x1B[2Jil \x1B]0;title\x07 \xE2\x80\xAE"
                              "abc \xC2\x9B"
                              "31mred \x7F \x08\x08 end";

struct process {
    struct shop *shop;
    char folder[PROGRAM_PATH_SIZE]; /* of the program */
    struct buffer out;              /* of the last script, with its errors */
};

static int set_up(void **state)
{
    struct process *process = memory_new(sizeof *process);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    process->shop = shop;
    program_path(process->folder);
    *strrchr(process->folder, '/') = '\0';
    buffer_init(&process->out);
    *state = process;
    return 0;
}

static int tear_down(void **state)
{
    struct process *process = *state;
    void *shop = process->shop;
    buffer_done(&process->out);
    free(process);
    return shop_teardown(&shop);
}

/* Runs a script in bash, where `countertop` is the program with the shop's store, and fails the
 * test when it fails. What it prints, errors too, is in process->out. */
static void run(struct process *process, const char *script)
{
    char path[SCRATCH_PATH_SIZE + 16], command[2 * PROGRAM_PATH_SIZE], bytes[4096];
    snprintf(path, sizeof path, "%s/script", process->shop->scratch.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "export PATH='%s':$PATH COUNTERTOP_HOME='%s' LC_ALL=C.UTF-8\nunset MAKEFLAGS MFLAGS\n"
            "cd '%s'\nfail() { echo \"line ${BASH_LINENO[0]}: $*\"; exit 99; }\n%s\nexit 0\n",
            process->folder, process->shop->scratch.folder, process->shop->scratch.folder, script);
    fclose(file);
    snprintf(command, sizeof command, "bash '%s' 2>&1", path);
    FILE *bash = popen(command, "r");
    assert_non_null(bash);
    buffer_clear(&process->out);
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, bash)) > 0;)
        buffer_add_bytes(&process->out, bytes, size);
    int status = pclose(bash);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("%s", process->out.text);
}

static void orders(struct process *process, int count)
{
    for (int i = 0; i < count; i++)
        shop_order(process->shop, &process->shop->roller, 1, "pending");
}

static void exit_codes_and_errors_go_where_they_belong(void **state)
{
    struct process *process = *state;
    orders(process, 1);
    run(process, "countertop orders list >out 2>err || fail list\n"
                 "[ -s out ] && [ ! -s err ] || fail 'list wrote to both'\n"
                 "countertop orders show X >out 2>err; [ $? -eq 3 ] || fail show $?\n"
                 "[ ! -s out ] && grep -q '^countertop: orders: no order X' err || fail text\n"
                 "countertop orders fly 2>err; [ $? -eq 2 ] || fail fly $?\n"
                 "countertop orders status R1-000001 draft 2>err; [ $? -eq 4 ] || fail rule $?\n"
                 "countertop --store none.db orders list 2>err; [ $? -eq 3 ] || fail store $?\n"
                 "[ ! -e none.db ] || fail 'a store was made'\n"
                 "[ \"$(countertop --version)\" = 'countertop " COUNTERTOP_VERSION "' ] || fail v\n"
                 "countertop orders list --help | grep -q -- --filter || fail help\n");
}

static void broken_outputs_are_told_and_gone_readers_are_not(void **state)
{
    struct process *process = *state;
    orders(process, 20);
    run(process,
        "for verb in 'orders list' 'orders export --json' 'orders show R1-000001' history records"
        " --help 'help --man' 'records products fields'; do\n"
        "  countertop $verb >/dev/full 2>err; [ $? -eq 1 ] || fail \"$verb full\" $?\n"
        "  grep -q \"can't be written\" err || fail \"$verb full is silent\"\n"
        "  countertop $verb >&- 2>err; [ $? -eq 1 ] || fail \"$verb closed\" $?\n"
        "  grep -q \"can't be written\" err || fail \"$verb closed is silent\"\n"
        "  (trap '' PIPE; countertop $verb 2>err; echo $? >code) | exec 0<&-\n"
        "  [ ! -s err ] || fail \"$verb: $(cat err)\"\n"
        "done\n"
        "countertop orders list 2>err | head -n1 >out; [ ! -s err ] || fail head\n"
        "countertop check <&- >/dev/null || fail 'the store was written to'\n");
}

static void numbers_come_from_standard_input(void **state)
{
    struct process *process = *state;
    orders(process, 3);
    run(process,
        "countertop orders list | countertop orders status - cancelled --reason 'closing' ||"
        " fail status\n"
        "[ \"$(countertop orders list --filter status:cancelled | wc -l)\" = 3 ] || fail count\n"
        "printf '\\n\\n' | countertop orders status - paid 2>err; [ $? -eq 2 ] || fail empty\n"
        "printf 'R1-000001\\nR1-9\\n' | countertop orders status - paid 2>err; [ $? -eq 3 ] ||"
        " fail unknown\n"
        "countertop customers list --fields name | countertop customers delete - || fail delete\n"
        "[ -z \"$(countertop customers list)\" ] || fail 'still there'\n");
}

static void bash_completes(void **state)
{
    struct process *process = *state;
    run(process,
        "source <(countertop help --completion) || fail source\n"
        "complete -p countertop | grep -q _countertop || fail complete\n"
        "try() {\n"
        "    COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=(countertop) COMP_CWORD=1\n"
        "    _countertop\n"
        "    [ \"${COMPREPLY[*]}\" = \"$2\" ] || fail \"$1: ${COMPREPLY[*]}\"\n"
        "}\n"
        "try 'countertop ord' orders\n"
        "try 'countertop orders pay R1-000001 --ca' '--cash --card'\n"
        "try 'countertop records product_v' product_variants\n"
        "try 'countertop orders list --filter status:par' parked\n"
        "try 'countertop records customer_profiles list --filter pho' 'phone: phone_digits:'\n"
        "try 'countertop orders export --output ' ''\n");
}

/* What a terminal got: no byte but text, line ends and what the terminal itself adds. */
static void expect_harmless(const struct terminal *terminal, const char *what)
{
    for (size_t i = 0; i < terminal->raw.size; i++) {
        unsigned char c = (unsigned char)terminal->raw.text[i];
        bool is_space = c == '\n' || c == '\r' || c == '\t';
        if ((c < ' ' && !is_space) || c == 0x7F)
            fail_msg("%s: byte %02x comes through", what, c);
    }
    assert_null(strstr(terminal->raw.text, "\xC2\x9B"));
    assert_null(strstr(terminal->raw.text, "\xE2\x80\xAE"));
}

static void nothing_but_text_reaches_a_terminal(void **state)
{
    struct process *process = *state;
    static const char *const commands[][8] = {
        {"customers", "list"},
        {"customers", "list", "--csv"},
        {"customers", "list", "--json"},
        {"customers", "export"},
        {"customers", "show", "0151 666"},
        {"customers", "show", "0151 666", "--json"},
        {"records", "customer_profiles", "list", "--tsv"},
        {"search", "evil"},
        {"search", hostile},
        {"history"},
        {"history", "--json"},
        {"orders", "show", "R1-000001"},
        {"orders", "show", "R1-000001", "--json"},
        {"orders", "list"},
        {"orders", "show", hostile},
        {"orders", hostile},
        {hostile},
        {"customers", "set", "0151 666", hostile},
        {"customers", "list", "--filter", hostile},
    };
    const struct change changes[] = {{.column = "name", .value = value_text(hostile)},
                                     {.column = "phone", .value = value_text("0151 666")}};
    struct uuid customer = shop_insert(process->shop, "customer_profiles", changes, 2);
    struct uuid order = shop_order(process->shop, &process->shop->roller, 1, "pending");
    const struct change named[] = {
        {.column = "customer_id", .value = value_uuid(&customer)},
        {.column = "customer_name", .value = value_text(hostile)},
        {.column = "notes", .value = value_text(hostile)},
    };
    shop_expect(process->shop, order_edit(process->shop->store, &process->shop->owner, &order,
                                          named, 3, &process->shop->err));
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct terminal terminal;
        terminal_start(&terminal, 24, 80, process->shop->scratch.folder, NULL, commands[i]);
        int status = terminal_end(&terminal);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 127);
        assert_true(terminal.raw.size > 0);
        expect_harmless(&terminal, commands[i][0]);
        terminal_free(&terminal);
    }
}

static void a_terminal_gets_columns_that_fit(void **state)
{
    struct process *process = *state;
    static const char *const list[] = {"customers", "list", NULL};
    char name[150];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    const struct change changes[] = {{.column = "name", .value = value_text(name)},
                                     {.column = "phone", .value = value_text("0151 666")}};
    shop_insert(process->shop, "customer_profiles", changes, 2);
    for (int width = 60; width <= 200; width += 70) {
        struct terminal terminal;
        terminal_start(&terminal, 10, width, process->shop->scratch.folder, NULL, list);
        terminal_end(&terminal);
        const char *line = terminal.raw.text;
        assert_memory_equal(line, "Name ", 5);
        assert_non_null(strstr(line, "Phone "));
        for (int lines = 0; *line != '\0'; lines++) {
            size_t bytes = strcspn(line, "\r"), cells = 0;
            for (size_t i = 0; i < bytes; i++)
                cells += ((unsigned char)line[i] & 0xC0) != 0x80;
            assert_true(cells <= (size_t)width);
            line += bytes + strspn(line + bytes, "\r\n");
            assert_true(lines < 10);
        }
        terminal_free(&terminal);
    }
}

/* The build is as it is: it is that of the test. */
static void what_is_installed_works_alone(void **state)
{
    struct process *process = *state;
    struct buffer script;
    buffer_init(&script);
    buffer_format(
        &script,
        "root='%s'; while [ ! -e \"$root/Makefile\" ]; do root=${root%%/*}; done\n"
        "build=${PATH%%%%:*}; build=${build#$root/}\n"
        "make -s -C \"$root\" install -o all BUILD=\"$build\" PREFIX=/usr DESTDIR=\"$PWD/at\" >log "
        "2>&1 ||"
        " fail \"$(cat log)\"\n"
        "[ \"$(cd at && find . -type f | sort | xargs)\" = './usr/bin/countertop"
        " ./usr/share/bash-completion/completions/countertop ./usr/share/man/man1/countertop.1' ]"
        " || fail \"$(find at)\"\n"
        "[ \"$(stat -c %%a at/usr/bin/countertop)\" = 755 ] || fail mode\n"
        "bash -n at/usr/share/bash-completion/completions/countertop || fail completion\n"
        "grep -q '^.SH NAME' at/usr/share/man/man1/countertop.1 || fail man\n"
        "cd at && env -i COUNTERTOP_HOME=\"$PWD/home\" usr/bin/countertop migrate up >log ||"
        " fail migrate\n"
        "if command -v groff >/dev/null; then\n"
        "  groff -man -ww -z usr/share/man/man1/countertop.1 2>warnings\n"
        "  [ ! -s warnings ] || fail \"$(cat warnings)\"\n"
        "fi\n",
        process->folder);
    run(process, script.text);
    buffer_done(&script);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(exit_codes_and_errors_go_where_they_belong),
        TEST(broken_outputs_are_told_and_gone_readers_are_not),
        TEST(numbers_come_from_standard_input),
        TEST(bash_completes),
        TEST(nothing_but_text_reaches_a_terminal),
        TEST(a_terminal_gets_columns_that_fit),
        TEST(what_is_installed_works_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
