/* Colour themes: how the roles of tui/role.h look. A theme is a JSON file:
 *
 *   {"name": "dark", "roles": {
 *     "selection": {"rgb": ["#ffffff", "#005f87"], "c256": [231, 24], "c16": ["white", "blue"],
 *                   "attributes": ["bold"], "mono": ["reverse"]}, …}}
 *
 * Colours are [foreground, background]; "default" (-1 in c256) is the terminal's own. A role or a
 * depth that is left out looks as "normal" does; c256 that is left out is the nearest to rgb.
 * "attributes" go with all colours, "mono" stands alone where there are none. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "model/base/error.h"
#include "tui/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8, LOOK_ITALIC = 16 };

enum depth { DEPTH_MONO, DEPTH_16, DEPTH_256, DEPTH_RGB, DEPTH_COUNT };

struct look {
    int32_t foreground, background; /* a number of the palette, 0xRRGGBB for DEPTH_RGB, -1 */
    unsigned attributes;
};

const char *role_name(enum role role); /* "selection" */

enum { THEME_NAME_SIZE = 64 };

struct theme {
    char name[THEME_NAME_SIZE];
    struct look looks[DEPTH_COUNT][ROLE_COUNT];
};

/* Reads a theme from its JSON. The error names `file` and the role that is wrong. */
bool theme_parse(const char *json, size_t size, const char *file, struct theme *out,
                 struct error *err);

/* Finds NAME.json in `folder` (the person's own; may be NULL), then among the built-in ones. */
bool theme_load(const char *name, const char *folder, struct theme *out, struct error *err);

/* The names of all themes there are, own ones first, each once. The caller frees the array with
 * theme_names_free(). */
char **theme_names(const char *folder, size_t *count);
void theme_names_free(char **names, size_t count);

/* The depth to use on a terminal of so many colours. NO_COLOR set and not empty: none. */
enum depth theme_depth(int colours, const char *no_color);

#endif
