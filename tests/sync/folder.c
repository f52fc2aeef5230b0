#include "tests/sync/folder.h"

#include <stdio.h>
#include <stdlib.h>

void folder_pattern(char *path, size_t size, const char *name)
{
    const char *base = getenv("TEST_FOLDER");
    snprintf(path, size, "%.80s/countertop-%s-XXXXXX", base == NULL ? "/tmp" : base, name);
}
