#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/list/filter_ast.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct parser {
    const struct query_source *source;
    const char *text;
    size_t at;
    size_t value_count;
    struct value_context context;
    struct filter *filter;
    struct filter_mistake *mistake;
    struct error *err;
};

/* Points at the bytes from `start` to `end`; the sentence stands in err already. */
static bool point(struct parser *parser, size_t start, size_t end)
{
    if (parser->mistake != NULL)
        *parser->mistake = (struct filter_mistake){start, end - start};
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The end of what begins at `at`: the next blank, or comma where commas separate values, outside
 * of quotes. *open is the place of a quote that is not closed, else SIZE_MAX. */
static size_t piece_end(const char *text, size_t at, bool has_commas, size_t *open)
{
    *open = SIZE_MAX;
    for (; text[at] != '\0'; at++) {
        if (text[at] == '"')
            *open = *open == SIZE_MAX ? at : SIZE_MAX;
        else if (*open == SIZE_MAX && (is_blank(text[at]) || (has_commas && text[at] == ',')))
            break;
    }
    return at;
}

/* Takes the quotes off, and parts a range at its first ".." outside of them. */
static void piece_copy(const char *from, const char *end, bool has_ranges, char *to,
                       struct piece *out)
{
    bool in_quotes = false;
    *out = (struct piece){.text = to};
    for (; from < end; from++) {
        bool has_twin = from + 1 < end && from[0] == from[1];
        if (*from == '"' && in_quotes && has_twin) {
            *to++ = *from++;
        } else if (*from == '"') {
            in_quotes = !in_quotes;
            out->is_quoted = true;
        } else if (*from == '.' && has_twin && has_ranges && !in_quotes && out->high == NULL) {
            *to++ = '\0';
            out->high = to;
            from++;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

static bool read_piece(struct parser *parser, bool has_commas, bool has_ranges, struct piece *out)
{
    size_t open, start = parser->at;
    size_t end = piece_end(parser->text, start, has_commas, &open);
    if (open != SIZE_MAX) {
        error_set(parser->err, ERROR_INPUT, "this quote has no end: close it with another \"");
        return point(parser, open, end);
    }
    char *copy = arena_alloc(parser->context.arena, end - start + 1);
    piece_copy(parser->text + start, parser->text + end, has_ranges, copy, out);
    parser->at = end;
    return true;
}

/* The length of the field name at the place, when a sign follows it; else 0: it is a word. */
static size_t field_name_size(const char *text)
{
    if (!isalpha((unsigned char)*text))
        return 0;
    size_t size = 1;
    while (isalnum((unsigned char)text[size]) || text[size] == '_' || text[size] == '-')
        size++;
    return text[size] != '\0' && strchr(":=<>", text[size]) != NULL ? size : 0;
}

static enum comparison read_comparison(struct parser *parser)
{
    static const struct {
        const char *sign;
        enum comparison op;
    } signs[] = {{">=", COMPARE_FROM}, {"<=", COMPARE_TO},   {">", COMPARE_ABOVE},
                 {"<", COMPARE_BELOW}, {"=", COMPARE_EXACT}, {":", COMPARE_IS}};
    size_t i = 0;
    while (strncmp(parser->text + parser->at, signs[i].sign, strlen(signs[i].sign)) != 0)
        i++;
    parser->at += strlen(signs[i].sign);
    return signs[i].op;
}

static bool refuse_field(struct parser *parser, const char *name, size_t start)
{
    const struct query_source *source = parser->source;
    const char **names =
        arena_alloc(parser->context.arena, (source->field_count + 1) * sizeof *names);
    for (size_t i = 0; i < source->field_count; i++)
        names[i] = source->fields[i].name;
    const char *meant = word_suggest(name, names);
    const char *shown = word_show(name, parser->context.arena);
    if (meant != NULL)
        error_set(parser->err, ERROR_INPUT, "no field '%s'; did you mean %s?", shown, meant);
    else
        error_set(parser->err, ERROR_INPUT,
                  "no field '%s'; to search for a text with a sign in it, put it in quotes", shown);
    return point(parser, start, start + strlen(name));
}

static bool parse_value(struct parser *parser, struct term *term, enum comparison op)
{
    size_t start = parser->at;
    struct piece piece;
    if (!read_piece(parser, true, field_has_ranges(term->field), &piece))
        return false;
    if (parser->at == start) {
        error_set(parser->err, ERROR_INPUT, "%s needs a value right behind the sign",
                  term->field->name);
        return point(parser, term->start, start);
    }
    if (++parser->value_count > FILTER_VALUES_MAX) {
        error_set(parser->err, ERROR_INPUT, "a filter takes up to %d values", FILTER_VALUES_MAX);
        return point(parser, start, parser->at);
    }
    if (!match_parse(term->field, op, &piece, &parser->context, &term->matches, parser->err))
        return point(parser, start, parser->at);
    return true;
}

static bool parse_field_term(struct parser *parser, size_t name_size, struct term *term)
{
    size_t start = parser->at;
    char *name = arena_bytes(parser->context.arena, parser->text + start, name_size);
    for (size_t i = 0; i < name_size; i++)
        name[i] = (char)tolower((unsigned char)name[i]);
    term->field = query_field(parser->source, name);
    if (term->field == NULL)
        return refuse_field(parser, name, start);
    parser->at += name_size;
    enum comparison op = read_comparison(parser);
    if (!parse_value(parser, term, op))
        return false;
    while (parser->text[parser->at] == ',') {
        parser->at++;
        if (!parse_value(parser, term, op))
            return false;
    }
    return true;
}

static bool parse_words(struct parser *parser, struct term *term)
{
    size_t start = parser->at;
    struct piece piece;
    if (strchr("<>=:", parser->text[start]) != NULL) {
        error_set(parser->err, ERROR_INPUT,
                  "a sign stands between a field and its value, without spaces: total>100");
        return point(parser, start, start + 1);
    }
    if (!read_piece(parser, false, false, &piece))
        return false;
    bool has_index = parser->source->search != NULL;
    term->folded = text_fold(piece.text, parser->context.arena);
    if (has_index ? !phrase_parse(piece.text, parser->context.arena, &term->phrase)
                  : text_is_blank(term->folded)) {
        error_set(parser->err, ERROR_INPUT, "'%s' has no letter or digit to search for",
                  word_show(piece.text, parser->context.arena));
        return point(parser, start, parser->at);
    }
    return true;
}

static bool parse_term(struct parser *parser)
{
    size_t start = parser->at;
    if (parser->filter->term_count == FILTER_TERMS_MAX) {
        error_set(parser->err, ERROR_INPUT, "a filter takes up to %d terms", FILTER_TERMS_MAX);
        return point(parser, start, strlen(parser->text));
    }
    struct term *term = &parser->filter->terms[parser->filter->term_count++];
    term->start = start;
    if (parser->text[start] == '-') {
        term->is_negated = true;
        parser->at++;
        if (parser->text[parser->at] == '\0' || is_blank(parser->text[parser->at])) {
            error_set(parser->err, ERROR_INPUT,
                      "a minus stands before what is not wanted, "
                      "without a space: -status:paid");
            return point(parser, start, parser->at);
        }
    }
    size_t name_size = field_name_size(parser->text + parser->at);
    return name_size > 0 ? parse_field_term(parser, name_size, term) : parse_words(parser, term);
}

static bool check_text(struct parser *parser)
{
    size_t size = strlen(parser->text);
    if (size > FILTER_BYTES_MAX) {
        error_set(parser->err, ERROR_INPUT, "the filter is longer than %d bytes", FILTER_BYTES_MAX);
        return point(parser, FILTER_BYTES_MAX, size);
    }
    if (!text_is_utf8(parser->text, size)) {
        error_set(parser->err, ERROR_INPUT, "the filter holds bytes that are no text in UTF-8");
        return point(parser, 0, size);
    }
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)parser->text[i];
        bool is_c1 = byte == 0xC2U && (unsigned char)parser->text[i + 1] < 0xA0U;
        if (is_c1 || (iscntrl(byte) && !is_blank(parser->text[i]))) {
            error_set(parser->err, ERROR_INPUT, "the filter holds a control character");
            return point(parser, i, i + (is_c1 ? 2 : 1));
        }
    }
    return true;
}

static int64_t today_of(const struct env *env)
{
    struct clock_time local;
    int64_t now = env_now(env);
    return instant_to_local(now, env->zone, &local) ? date_number(local.date) : now / DAY_US;
}

const struct filter *filter_parse(const struct query_source *source, const char *text,
                                  const struct env *env, struct arena *arena,
                                  struct filter_mistake *mistake, struct error *err)
{
    struct parser parser = {
        .source = source,
        .text = text,
        .mistake = mistake,
        .err = err,
        .context = {.today = today_of(env), .zone = env->zone, .arena = arena},
    };
    if (!check_text(&parser))
        return NULL;
    parser.filter = arena_alloc(arena, sizeof *parser.filter);
    for (;;) {
        while (is_blank(text[parser.at]))
            parser.at++;
        if (text[parser.at] == '\0')
            return parser.filter;
        if (!parse_term(&parser))
            return NULL;
    }
}

const struct filter *filter_of_words(const char *words, struct arena *arena)
{
    size_t size = strlen(words);
    if (size > FILTER_BYTES_MAX || !text_is_utf8(words, size))
        return NULL;
    struct filter *filter = arena_alloc(arena, sizeof *filter);
    bool is_number = strspn(words, "0123456789 -/.()+") == size;
    char *rest = arena_text(arena, words), *word;
    while (filter->term_count < FILTER_TERMS_MAX &&
           (word = strsep(&rest, is_number ? "" : " \t\r\n")) != NULL) {
        if (phrase_parse(word, arena, &filter->terms[filter->term_count].phrase))
            filter->term_count++;
    }
    return filter->term_count > 0 ? filter : NULL;
}

bool filter_is_within(const struct filter *filter, const struct query_source *source)
{
    for (size_t i = 0; i < filter->term_count; i++) {
        const struct query_field *field = filter->terms[i].field;
        if (field == NULL || query_field(source, field->name) == NULL)
            return false;
    }
    return true;
}

const struct query_field *query_field(const struct query_source *source, const char *name)
{
    for (size_t i = 0; i < source->field_count; i++) {
        if (strcmp(source->fields[i].name, name) == 0)
            return &source->fields[i];
    }
    for (size_t i = 0; i < source->field_count; i++) {
        const struct column *column = source->fields[i].column;
        if (column != NULL && strcmp(column->name, name) == 0)
            return &source->fields[i];
    }
    return NULL;
}
