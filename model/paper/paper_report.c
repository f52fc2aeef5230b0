#include "model/paper/paper_report.h"

#include "model/base/instant.h"
#include "model/paper/paper_receipt.h"

static bool add_lines(struct store *store, const struct uuid *location, const char *title,
                      const struct paper_line *lines, size_t count, int copy,
                      struct paper_text *out, struct error *err)
{
    struct paper_head head;
    char now[INSTANT_TEXT_SIZE];
    if (!paper_head_load(store, location, out->arena, &head, err))
        return false;
    struct statement *zone =
        store_prepare(store, "SELECT timezone FROM locations WHERE id = ?1", err);
    if (zone == NULL)
        return false;
    statement_bind_uuid(zone, 1, location);
    int found = statement_step(zone, err);
    if (found >= 0)
        instant_format_local(env_now(store_env(store)), found == 1 ? statement_text(zone, 0) : "",
                             now);
    statement_done(zone);
    if (found < 0)
        return false;
    paper_text_add(out, PAPER_CENTRE, head.name, NULL);
    paper_text_add(out, PAPER_TITLE, title, NULL);
    if (copy > 1)
        paper_text_addf(out, PAPER_TITLE, NULL, "COPY %d", copy);
    paper_text_add(out, PAPER_RULE, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        paper_text_add(out, lines[i].style, lines[i].left, lines[i].right);
    paper_text_add(out, PAPER_RULE, NULL, NULL);
    paper_text_add(out, PAPER_NORMAL, "Printed", now);
    return true;
}

bool paper_report(struct store *store, const struct uuid *location, const char *title,
                  const struct paper_line *lines, size_t count, int copy,
                  const struct printer *printer, struct buffer *out, struct error *err)
{
    struct arena *arena = arena_new();
    struct paper_text text;
    paper_text_init(&text, arena);
    bool is_made = add_lines(store, location, title, lines, count, copy, &text, err);
    if (is_made)
        paper_text_bytes(text.lines, text.count, printer, out);
    paper_text_done(&text);
    arena_free(arena);
    return is_made;
}
