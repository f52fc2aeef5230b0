#include "tui/screens/row_marks.h"

static const struct {
    const char *text, *words;
    enum role role;
} marks[] = {
    [MARK_NONE] = {NULL, "", ROLE_NORMAL},
    [MARK_UNSENT] = {"↑", "not sent yet", ROLE_UNSENT},
    [MARK_TENTATIVE] = {"~", "tentative until the centre has answered", ROLE_WARNING},
    [MARK_REFUSED] = {"!", "a change of it needs attention", ROLE_DANGER},
};

const char *row_mark_text(enum row_mark mark)
{
    return marks[mark].text;
}

const char *row_mark_words(enum row_mark mark)
{
    return marks[mark].words;
}

enum role row_mark_role(enum row_mark mark)
{
    return marks[mark].role;
}

enum row_mark row_mark_of(struct store *store, const char *table, const struct uuid *id)
{
    enum row_mark mark;
    const struct table *found = schema_table(store_schema(store), table);
    return found != NULL && exchange_mark(store, found, id, &mark, NULL) ? mark : MARK_NONE;
}
