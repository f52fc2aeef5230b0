#include "model/store/migrate_store.h"

#include "model/store/migrate_sqlite.h"
#include "model/store/store_sql.h"

struct migrate_engine *migrate_store_new(struct store *store)
{
    return migrate_sqlite_new(store_sqlite(store));
}
