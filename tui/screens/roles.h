/* What the parts of the matrix of roles and rights share: roles.c the screen and what it does,
 * roles_draw.c how it looks. */
#ifndef TUI_SCREENS_ROLES_H
#define TUI_SCREENS_ROLES_H

#include "model/people/role.h"
#include "tui/app.h"
#include "tui/widgets/editor.h"

struct roles {
    struct arena *arena; /* of the matrix */
    struct role_matrix matrix;
    struct error failure; /* of the last reading; code ERROR_NONE: none */
    size_t *shown;        /* the rights that pass the filter, in the arena */
    size_t shown_count;
    size_t right, role; /* the cursor: an index into `shown`, and a role */
    size_t top, left;   /* the first right and role that are drawn */
    struct editor line; /* the filter */
    struct history history;
    bool is_typing;
    struct buffer reach; /* what a change of the cell under the cursor would mean */
    struct pane grid;    /* where the cells were drawn last */
    int cell;            /* the width of one */
};

/* Whether there is a cell under the cursor. */
bool roles_has_cell(const struct roles *state);
void roles_draw(struct roles *state, struct pane pane);

#endif
