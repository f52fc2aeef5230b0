#include "model/list/filter_ast.h"
#include "model/list/filter_dates.h"

#include <string.h>
#include <strings.h>

struct offers {
    struct completion *out;
    size_t count, limit;
    size_t start;       /* where what is typed so far begins */
    const char *prefix; /* what is typed so far */
    struct arena *arena;
};

static void offer(struct offers *offers, const char *text, const char *behind, const char *help)
{
    if (offers->count == offers->limit ||
        strncasecmp(text, offers->prefix, strlen(offers->prefix)) != 0)
        return;
    offers->out[offers->count++] =
        (struct completion){offers->start, arena_format(offers->arena, "%s%s", text, behind), help};
}

static void offer_fields(struct offers *offers, const struct query_source *source)
{
    for (size_t i = 0; i < source->field_count; i++) {
        const struct query_field *field = &source->fields[i];
        offer(offers, field->name, ":", field->help != NULL ? field->help : field->label);
    }
}

static void offer_values(struct offers *offers, const struct query_field *field)
{
    for (size_t i = 0; field->choices != NULL && field->choices[i] != NULL; i++)
        offer(offers, field->choices[i], "", field->label);
    if (field->type == COLUMN_BOOLEAN) {
        offer(offers, "yes", "", field->label);
        offer(offers, "no", "", field->label);
    }
    bool is_date = field->type == COLUMN_DATE || field->type == COLUMN_INSTANT;
    for (size_t i = 0; is_date && i < day_word_count(); i++)
        offer(offers, day_word(i).word, "", day_word(i).help);
    if (is_date)
        offer(offers, "7d", "", "the last seven days, with today");
    offer(offers, "none", "", "where it is empty");
}

/* Where the term at the cursor begins; SIZE_MAX inside quotes, where nothing can be offered. */
static size_t term_start(const char *text, size_t cursor)
{
    size_t start = 0;
    bool in_quotes = false;
    for (size_t i = 0; i < cursor; i++) {
        if (text[i] == '"')
            in_quotes = !in_quotes;
        else if (!in_quotes && strchr(" \t\r\n", text[i]) != NULL)
            start = i + 1;
    }
    return in_quotes ? SIZE_MAX : start;
}

/* Behind the sign, the last comma or the two dots of a range. */
static size_t value_start(const char *text, size_t sign, size_t cursor,
                          const struct query_field *field)
{
    size_t start = sign + (sign + 1 < cursor && text[sign + 1] == '=' ? 2 : 1);
    for (size_t i = start; i < cursor; i++) {
        bool is_range =
            field_has_ranges(field) && i > start && text[i] == '.' && text[i - 1] == '.';
        if (text[i] == ',' || is_range)
            start = i + 1;
    }
    return start;
}

size_t filter_complete(const struct query_source *source, const char *text, size_t cursor,
                       struct arena *arena, struct completion *out, size_t limit)
{
    cursor = strnlen(text, cursor);
    size_t start = term_start(text, cursor);
    if (start == SIZE_MAX)
        return 0;
    if (start < cursor && text[start] == '-')
        start++;
    size_t sign = start + strcspn(text + start, ":=<>");
    struct offers offers = {.out = out, .limit = limit, .start = start, .arena = arena};
    if (sign >= cursor) {
        offers.prefix = arena_bytes(arena, text + start, cursor - start);
        offer_fields(&offers, source);
        return offers.count;
    }
    const struct query_field *field =
        query_field(source, arena_bytes(arena, text + start, sign - start));
    if (field == NULL)
        return 0;
    offers.start = value_start(text, sign, cursor, field);
    offers.prefix = arena_bytes(arena, text + offers.start, cursor - offers.start);
    offer_values(&offers, field);
    return offers.count;
}
