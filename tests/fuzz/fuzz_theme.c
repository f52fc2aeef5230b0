/* A theme is read whole, with every colour of it in its range, or refused by a sentence that names
 * its file. */
#include "tui/theme.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_look(const struct look *look, enum depth depth)
{
    static const int32_t last[] = {
        [DEPTH_MONO] = -1, [DEPTH_16] = 15, [DEPTH_256] = 255, [DEPTH_RGB] = 0xFFFFFF};
    require(look->foreground >= -1 && look->foreground <= last[depth]);
    require(look->background >= -1 && look->background <= last[depth]);
    require(look->attributes < 2 * LOOK_ITALIC);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct theme theme;
    struct error err = {0};
    if (!theme_parse((const char *)data, size, "mine.json", &theme, &err)) {
        require(err.code == ERROR_INPUT && strstr(err.text, "mine.json") != NULL);
        return 0;
    }
    require(memchr(theme.name, '\0', sizeof theme.name) != NULL);
    for (int depth = 0; depth < DEPTH_COUNT; depth++)
        for (int role = 0; role < ROLE_COUNT; role++)
            check_look(&theme.looks[depth][role], (enum depth)depth);
    return 0;
}
