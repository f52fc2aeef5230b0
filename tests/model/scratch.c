#include "tests/model/scratch.h"

#include "model/store/store_sql.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

const char scratch_base_sql[] =
    "CREATE TABLE sync_tables (name VARCHAR(63) PRIMARY KEY NOT NULL, rank INTEGER NOT NULL,"
    " scope VARCHAR(20) NOT NULL, merge VARCHAR(20) NOT NULL, right_insert VARCHAR(60),"
    " right_update VARCHAR(60), right_delete VARCHAR(60), keep_days INTEGER);"
    "CREATE TABLE sync_columns (table_name VARCHAR(63) NOT NULL, column_name VARCHAR(63) NOT NULL,"
    " policy VARCHAR(20), column_group VARCHAR(63), is_secret BOOLEAN NOT NULL DEFAULT FALSE,"
    " on_delete VARCHAR(20));"
    "CREATE TABLE status_moves (table_name VARCHAR(63) NOT NULL, column_name VARCHAR(63) NOT NULL,"
    " from_value VARCHAR(40) NOT NULL, to_value VARCHAR(40) NOT NULL);"
    "CREATE TABLE tenants (id UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),"
    " tenant_id UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,"
    " name VARCHAR(200) NOT NULL CHECK (length(name) BETWEEN 1 AND 200),"
    " row_version BIGINT NOT NULL DEFAULT 0, created_at TIMESTAMPTZ NOT NULL DEFAULT (now()),"
    " updated_at TIMESTAMPTZ NOT NULL DEFAULT (now()), deleted_at TIMESTAMPTZ);"
    "INSERT INTO sync_tables (name, rank, scope, merge) VALUES"
    " ('tenants', 1, 'tenant', 'fields');";

void scratch_init(struct scratch *scratch)
{
    const char *base = getenv("TMPDIR");
    snprintf(scratch->folder, sizeof scratch->folder, "%s/countertop-test-XXXXXX",
             base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(scratch->folder));
    snprintf(scratch->store, sizeof scratch->store, "%s/store.db", scratch->folder);
    scratch->clock = (struct env_fixed){.now = INT64_C(1790000000000000), .seed = 7};
    scratch->env = env_fixed(&scratch->clock, "Europe/Berlin");
}

static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    struct dirent *entry;
    while ((entry = readdir(entries)) != NULL) {
        char path[2 * SCRATCH_PATH_SIZE + 256];
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (lstat(path, &info) == 0 && S_ISDIR(info.st_mode))
            remove_folder(path);
        else
            unlink(path);
    }
    closedir(entries);
    rmdir(folder);
}

void scratch_done(struct scratch *scratch)
{
    remove_folder(scratch->folder);
}

struct store *scratch_store(struct scratch *scratch, const char *sql)
{
    struct error err;
    struct store *store = store_open(scratch->store, STORE_MIGRATE, &scratch->env, &err);
    if (store == NULL || !store_script(store, sql, &err) || !store_load_schema(store, &err))
        fail_msg("%s", err.text);
    return store;
}
