#include "model/migrate_store.h"

#include "model/migrate_sqlite.h"
#include "model/store_sql.h"

struct migrate_engine *migrate_store_new(struct store *store)
{
    return migrate_sqlite_new(store_sqlite(store));
}
