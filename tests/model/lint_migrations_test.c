/* tests/lint-migrations passes what is shared by both engines and refuses the rest by its line. */
#include "model/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What the script prints about the files; *code is its exit code. The caller frees it. */
static char *lint(const char *files, int *code)
{
    char command[512], block[512];
    struct buffer output;
    buffer_init(&output);
    snprintf(command, sizeof command, "sh tests/lint-migrations %s 2>&1", files);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    while (fgets(block, sizeof block, pipe) != NULL)
        buffer_add(&output, block);
    int status = pclose(pipe);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return output.text;
}

static char *lint_text(const char *text, int *code)
{
    char path[] = "/tmp/lint-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    char *output = lint(path, code);
    unlink(path);
    return output;
}

static void the_migrations_of_the_program_are_clean(void **state)
{
    (void)state;
    int code;
    char *output = lint("migrations/*.sql", &code);
    assert_string_equal(output, "");
    assert_int_equal(code, 0);
    free(output);
}

#define ID      " id UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),\n"
#define SYNC    "INSERT INTO sync_tables (name) VALUES\n ('t', 1);\n"
#define DOWN    "-- down\nDROP TABLE t;\n"
#define T(x)    "-- up\nCREATE TABLE t (\n" ID x "\n);\n" SYNC DOWN
#define S(x)    "-- up\n" x "\n" DOWN
#define LITE(x) "-- up\n-- up sqlite\n" x "\n" DOWN

static const struct {
    const char *text;
    int line; /* 0: clean */
    const char *says;
} cases[] = {
    {T(" a VARCHAR(3) NOT NULL DEFAULT 'x; -- (' CHECK (length(a) > 0 AND a IN ('y', 'z')),\n"
       " b BOOLEAN NOT NULL DEFAULT TRUE, -- NUMERIC in a comment\n"
       " c UUID REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED,\n"
       " d BIGINT CHECK (d >= 0), e CHAR(3), f TIMESTAMPTZ NOT NULL DEFAULT (now()), g DATE,\n"
       " h TIME, i JSONB NOT NULL DEFAULT '{}', j BYTEA CHECK (length(j) = 32), k INTEGER,\n"
       " CHECK (CASE WHEN b THEN d > 0 ELSE d = 0 END), PRIMARY KEY (id), UNIQUE (a, d)"),
     0, ""},
    {S("CREATE UNIQUE INDEX t_by_a ON t (tenant_id, lower(a)) WHERE deleted_at IS NULL;"), 0, ""},
    {S("ALTER TABLE t ADD COLUMN a VARCHAR(9) NOT NULL DEFAULT 'x';\nUPDATE t SET a = 'y';"), 0,
     ""},
    {"-- up\n-- up postgres\nALTER TABLE t ALTER COLUMN a TYPE NUMERIC;\nBEGIN x;\n" DOWN, 0, ""},
    {T(" a NUMERIC(10, 2)"), 4, "money is"},
    {T(" a DOUBLE PRECISION"), 4, "DOUBLE"},
    {T(" a VARCHAR"), 4, "t.a: its type"},
    {T(" a TIMESTAMP NOT NULL"), 4, "TIMESTAMPTZ"},
    {T(" b TEXT,\n a SERIAL"), 5, "UUIDs"},
    {T(" a TEXT[]"), 4, "arrays"},
    {T(" a TEXT GENERATED ALWAYS AS (b) STORED"), 4, "GENERATED"},
    {T(" a TIMESTAMPTZ DEFAULT now()"), 4, "default"},
    {T(" a BOOLEAN DEFAULT 1"), 4, "boolean"},
    {T(" a BIGINT CHECK (is_x = 1)"), 4, "IS TRUE"},
    {T(" a TEXT CHECK (upper(a) = a)"), 4, "upper()"},
    {T(" a TEXT CHECK (a ~ 'x')"), 4, "operator"},
    {T(" a TEXT CHECK(a > '')"), 4, "CHECK ("},
    {T(" a BIGINT CHECK (ends_at - starts_at > 0)"), 4, "instants"},
    {T(" a UUID REFERENCES t (id)"), 4, "DEFERRABLE"},
    {T(" a UUID REFERENCES t (id) ON DELETE CASCADE"), 4, "sync_columns"},
    {T(" a JSONB DEFAULT '{}'::jsonb"), 4, "cast"},
    {T(" \"A\" TEXT"), 4, "no name"},
    {T(" CONSTRAINT x CHECK (id > 1)"), 4, "without names"},
    {T(" position INTEGER, UNIQUE (position)"), 4, "positions"},
    {"-- up\nCREATE TABLE t (\n id INTEGER PRIMARY KEY\n);\n" SYNC DOWN, 3, "t.id must be UUID"},
    {"-- up\nCREATE TABLE t (\n" ID " a TEXT\n);\n" DOWN, 2, "no row in sync_tables"},
    {S("CREATE TABLE IF NOT EXISTS t (id TEXT);"), 2, "IF"},
    {S("CREATE UNIQUE INDEX x ON t (tenant_id, position);"), 2, "positions"},
    {S("CREATE INDEX x ON t (abs(a));"), 2, "abs()"},
    {S("CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END;"), 2, "outside"},
    {S("CREATE VIEW v AS SELECT 1;"), 2, "outside"},
    {S("\n\nALTER TABLE t DROP COLUMN a;"), 4, "outside"},
    {S("ALTER TABLE t ADD COLUMN a BIGINT NOT NULL;"), 2, "fill it"},
    {S("ALTER TABLE t ADD COLUMN a UUID DEFAULT (uuidv7());"), 2, "literal"},
    {S("ALTER TABLE t ADD a BIGINT;"), 2, "outside"},
    {S("INSERT INTO t SELECT 1;"), 2, "VALUES"},
    {S("INSERT OR REPLACE INTO t VALUES (1);"), 2, "REPLACE"},
    {S("UPDATE t SET a = b || 'x';"), 2, "||"},
    {S("PRAGMA foreign_keys = OFF;"), 2, "outside"},
    {S("UPDATE t SET a = 1"), 3, "semicolon"},
    {"SELECT 1;\n-- up\n" DOWN, 1, "before the first section"},
    {"-- up\nUPDATE t SET a = 1;\n", 1, "-- down"},
    {LITE("COMMIT;"), 3, "transactions"},
    {LITE("-- rebuild t\nCREATE TABLE t (\n id INTEGER PRIMARY KEY\n);"), 5, "t.id must"},
    {LITE("-- rebuild t\nUPDATE t SET a = 1;"), 4, "alone"},
    {LITE("-- rebuild t\nCREATE TABLE t (\n" ID " a TEXT\n);"), 0, ""},
    {"-- up\n-- up postgres\n-- rebuild t\n" DOWN, 3, "sqlite section"},
    {S("-- a comment of one hundred characters: twenty and twenty and twenty and twenty and then "
       "one "
       "more or"),
     0, ""},
    {LITE("-- a comment of one hundred and one: twenty and twenty and twenty and twenty and then "
          "one "
          "more or six"),
     3, "more than 100"},
};

static void samples_are_passed_or_refused_by_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int code;
        char place[32];
        char *output = lint_text(cases[i].text, &code);
        snprintf(place, sizeof place, ":%d: ", cases[i].line);
        bool is_right = cases[i].line == 0 ? output[0] == '\0' && code == 0
                                           : code == 1 && strstr(output, place) != NULL &&
                                                 strstr(output, cases[i].says) != NULL;
        if (!is_right)
            fail_msg("sample %zu, code %d: %s\n%s", i, code, output, cases[i].text);
        free(output);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_migrations_of_the_program_are_clean),
        cmocka_unit_test(samples_are_passed_or_refused_by_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
