/* Which rows a figure was made of. */
#include "model/report/report_fields.h"

#include <string.h>

static const char *quoted(const char *text, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out);
    buffer_add_char(&out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buffer_add_char(&out, '"');
        buffer_add_char(&out, *text);
    }
    buffer_add_char(&out, '"');
    const char *kept = arena_text(arena, out.text);
    buffer_done(&out);
    return kept;
}

static const char *group_term(const struct query_field *field, struct value key,
                              struct arena *arena)
{
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    if (key.kind == VALUE_NULL || (key.kind != VALUE_INTEGER && key.size == 0))
        return arena_format(arena, "%s:none", field->name);
    if (field->reference != NULL && value_as_uuid(key, &id)) {
        uuid_text(&id, text);
        return arena_format(arena, "%s:%s", field->name, text);
    }
    if (key.kind == VALUE_INTEGER && field->unit == UNIT_BASIS_POINTS)
        return arena_format(arena, "%s:%lld.%02lld", field->name, (long long)key.integer / 100,
                            (long long)key.integer % 100);
    if (key.kind == VALUE_INTEGER)
        return arena_format(arena, "%s:%lld", field->name, (long long)key.integer);
    if (field->choices != NULL || field->type == COLUMN_DATE)
        return arena_format(arena, "%s:%s", field->name, value_as_text(key));
    return arena_format(arena, "%s=%s", field->name, quoted(value_as_text(key), arena));
}

const char *report_rows_filter(const struct report_question *question,
                               const struct report_answer *answer, const struct report_row *row,
                               struct arena *arena)
{
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    if (row != NULL && row->is_rest)
        return NULL;
    date_format(date_from_number(question->period.first), first);
    date_format(date_from_number(question->period.last), last);
    bool has_currency = row != NULL && row->currency[0] != '\0';
    bool is_group = row != NULL && answer->group != NULL;
    const char *group =
        is_group && row->label != NULL ? group_term(answer->group, row->group, arena) : "";
    return arena_format(arena, "%s:%s..%s%s%s%s%s%s%s", question->source->day, first, last,
                        has_currency ? " currency=" : "", has_currency ? row->currency : "",
                        group[0] != '\0' ? " " : "", group, question->filter[0] != '\0' ? " " : "",
                        question->filter);
}
