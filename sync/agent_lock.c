#include "sync/agent_lock.h"

#include "model/base/file_lock.h"

int agent_lock(const char *store_path, struct error *err)
{
    return file_lock(store_path, ".agent",
                     "another program exchanges with the centre for this store already", err);
}
