#include "tests/model/notes.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char notes_sql[] =
    "CREATE TABLE goods (id UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),"
    " tenant_id UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,"
    " name TEXT, row_version BIGINT NOT NULL DEFAULT 0);"
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT, bytes BYTEA, number BIGINT,"
    " at TIMESTAMPTZ NOT NULL DEFAULT (now()));"
    "INSERT INTO sync_tables (name, rank, scope, merge) VALUES ('goods', 2, 'tenant', 'fields'),"
    " ('notes', 3, 'local', 'fields');"
    "INSERT INTO tenants (id, tenant_id, name) VALUES (x'01', x'01', 'Paint');";

struct store *notes_store(struct scratch *scratch)
{
    char *sql = memory_new(strlen(scratch_base_sql) + strlen(notes_sql) + 1);
    strcat(strcpy(sql, scratch_base_sql), notes_sql);
    struct store *store = scratch_store(scratch, sql);
    free(sql);
    return store;
}

int notes_setup(void **state)
{
    struct scratch *scratch = memory_new(sizeof *scratch);
    scratch_init(scratch);
    *state = scratch;
    return 0;
}

int notes_teardown(void **state)
{
    scratch_done(*state);
    free(*state);
    return 0;
}

int64_t notes_count(struct store *store)
{
    int64_t count = -1;
    assert_int_equal(store_find_integer(store, &count, "SELECT count(*) FROM notes", NULL, ""), 1);
    return count;
}

void notes_write_file(const char *path, const char *bytes, size_t size, off_t offset)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, size, offset), size);
    close(fd);
}

int notes_in_child(void (*body)(struct scratch *), struct scratch *scratch)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        body(scratch);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

void notes_expect_refused(struct scratch *scratch, const char *path, enum store_mode mode,
                          enum error_code code)
{
    struct error err;
    error_clear(&err);
    assert_null(store_open(path, mode, &scratch->env, &err));
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.text, scratch->folder));
}
