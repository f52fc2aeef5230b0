#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/list/filter_ast.h"
#include "model/list/filter_dates.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { UUID_DIGITS = 2 * UUID_SIZE, UUID_PREFIX_MIN = 8, MINUTE = 60, HOUR = 3600 };

const int filter_decimals[DECIMALS_COUNT] = {2, 0, 3, 4, 1};

struct value_parser {
    const struct query_field *field;
    enum comparison op;
    const struct value_context *context;
    struct error *err;
};

static struct match *match_add(const struct value_parser *parser, struct match **matches,
                               enum match_kind kind)
{
    struct match *match = arena_alloc(parser->context->arena, sizeof *match);
    match->kind = kind;
    match->next = *matches;
    *matches = match;
    return match;
}

/* "'abc' is no amount: …": what every wrong value is answered with. */
static bool refuse(const struct value_parser *parser, const char *word, const char *what,
                   const char *advice)
{
    return error_set(parser->err, ERROR_INPUT, "'%s' is no %s for %s: %s",
                     word_show(word, parser->context->arena), what, parser->field->name, advice);
}

static bool refuse_order(const struct value_parser *parser)
{
    return error_set(parser->err, ERROR_INPUT, "%s has no order to compare by; write %s:value",
                     parser->field->name, parser->field->name);
}

static bool is_comparison(enum comparison op)
{
    return op != COMPARE_IS && op != COMPARE_EXACT;
}

struct decimal {
    bool is_negative;
    int64_t whole;
    const char *fraction; /* its digits */
    size_t fraction_size;
};

static bool decimal_read(const char *text, size_t size, struct decimal *out)
{
    size_t at = 0;
    *out = (struct decimal){0};
    if (at < size && (text[at] == '-' || text[at] == '+'))
        out->is_negative = text[at++] == '-';
    size_t start = at;
    for (; at < size && isdigit((unsigned char)text[at]); at++) {
        if (__builtin_mul_overflow(out->whole, 10, &out->whole) ||
            __builtin_add_overflow(out->whole, text[at] - '0', &out->whole))
            return false;
    }
    size_t digits = at - start;
    if (at < size && text[at] == '.') {
        out->fraction = text + ++at;
        while (at < size && isdigit((unsigned char)text[at]))
            at++;
        out->fraction_size = (size_t)(text + at - out->fraction);
    }
    return at == size && digits + out->fraction_size > 0;
}

/* The whole numbers that are the decimal in units of 10^-decimals: one, or none between low =
 * the next above and high = the next below. */
static bool decimal_span(const struct decimal *decimal, int decimals, struct span *out)
{
    int64_t units = decimal->whole;
    for (size_t i = 0; i < (size_t)decimals; i++) {
        int digit = i < decimal->fraction_size ? decimal->fraction[i] - '0' : 0;
        if (__builtin_mul_overflow(units, 10, &units) ||
            __builtin_add_overflow(units, digit, &units))
            return false;
    }
    bool is_exact = true;
    for (size_t i = (size_t)decimals; i < decimal->fraction_size; i++)
        is_exact = is_exact && decimal->fraction[i] == '0';
    if (!is_exact && units == INT64_MAX)
        return false;
    *out = (struct span){is_exact ? units : units + 1, units};
    if (decimal->is_negative)
        *out = (struct span){-out->high, -out->low};
    return true;
}

static bool number_spans(const struct value_parser *parser, const char *text,
                         struct span spans[DECIMALS_COUNT])
{
    static const struct {
        const char *what, *advice;
        int decimals;
    } units[] = {
        [UNIT_NONE] = {"number", "write it as 3 or 10..20", 0},
        [UNIT_CENTS] = {"amount", "write it as 100 or 99.50, without grouping", 2},
        [UNIT_MILLI] = {"quantity", "write it as 2 or 0.75", 3},
        [UNIT_BASIS_POINTS] = {"percentage", "write it as 19 or 12.5%", 2},
    };
    enum column_unit unit = parser->field->unit;
    size_t size = strlen(text);
    if (unit == UNIT_BASIS_POINTS && size > 0 && text[size - 1] == '%')
        size--;
    struct decimal decimal;
    if (!decimal_read(text, size, &decimal))
        return refuse(parser, text, units[unit].what, units[unit].advice);
    for (int i = 0; i < (unit == UNIT_CENTS ? DECIMALS_COUNT : 1); i++) {
        int decimals = unit == UNIT_CENTS ? filter_decimals[i] : units[unit].decimals;
        if (!decimal_span(&decimal, decimals, &spans[i]))
            return refuse(parser, text, units[unit].what, "it is too large");
    }
    return true;
}

static const char date_advice[] = "write it as 2011, 2011-03, 2011-03-05, today, last-week or 7d";

static bool date_spans(const struct value_parser *parser, const char *text,
                       struct span spans[DECIMALS_COUNT])
{
    struct day_span days;
    if (!day_span_parse(text, parser->context->today, &days))
        return refuse(parser, text, "date", date_advice);
    spans[0] = (struct span){days.first, days.last};
    return true;
}

/* Seconds of the day: 14 is an hour, 14:30 a minute. */
static bool clock_span(const char *text, struct span *out)
{
    static const int limits[] = {24, 60, 60}, seconds[] = {HOUR, MINUTE, 1};
    int64_t start = 0;
    size_t part = 0;
    for (;; part++, text++) {
        size_t digits = strspn(text, "0123456789");
        if (part == 3 || digits == 0 || digits > 2 || (part > 0 && digits != 2))
            return false;
        int number = digits == 1 ? text[0] - '0' : (text[0] - '0') * 10 + text[1] - '0';
        if (number >= limits[part])
            return false;
        start += (int64_t)number * seconds[part];
        text += digits;
        if (*text != ':')
            break;
    }
    *out = (struct span){start, start + seconds[part] - 1};
    return *text == '\0';
}

static bool time_spans(const struct value_parser *parser, const char *text,
                       struct span spans[DECIMALS_COUNT])
{
    if (!clock_span(text, &spans[0]))
        return refuse(parser, text, "time", "write it as 14, 14:30 or 14:30:15");
    return true;
}

static bool local_instant(const struct value_parser *parser, int64_t day, int64_t second,
                          int64_t *out)
{
    struct clock_time local = {.date = date_from_number(day),
                               .hour = (int)(second / HOUR),
                               .minute = (int)(second % HOUR / MINUTE),
                               .second = (int)(second % MINUTE)};
    return instant_from_local(&local, parser->context->zone, out);
}

/* Days of the zone, as instants; behind a date with T or a space there may be a time. */
static bool instant_spans(const struct value_parser *parser, const char *text,
                          struct span spans[DECIMALS_COUNT])
{
    size_t date_size = strcspn(text, "T ");
    const char *date = arena_bytes(parser->context->arena, text, date_size);
    struct day_span days;
    struct span clock = {0, 24 * HOUR - 1};
    bool has_clock = text[date_size] != '\0';
    if (!day_span_parse(date, parser->context->today, &days) ||
        (has_clock && (days.first != days.last || !clock_span(text + date_size + 1, &clock))))
        return refuse(parser, text, "date", date_advice);
    struct span *out = &spans[0];
    bool is_real = local_instant(parser, days.first, clock.low, &out->low) &&
                   (has_clock ? local_instant(parser, days.first, clock.high, &out->high)
                              : local_instant(parser, days.last + 1, 0, &out->high));
    if (!is_real)
        return refuse(parser, text, "date", date_advice);
    out->high += has_clock ? SECOND_US - 1 : -1;
    return true;
}

typedef bool spans_function(const struct value_parser *parser, const char *text,
                            struct span spans[DECIMALS_COUNT]);

static spans_function *const spans_of[] = {
    [COLUMN_INTEGER] = number_spans,  [COLUMN_DATE] = date_spans, [COLUMN_TIME] = time_spans,
    [COLUMN_INSTANT] = instant_spans, [COLUMN_BYTES] = NULL,
};

bool field_has_ranges(const struct query_field *field)
{
    return field->reference == NULL && field->choices == NULL && spans_of[field->type] != NULL;
}

static void span_compare(enum comparison op, struct span *span)
{
    struct span given = *span;
    switch (op) {
    case COMPARE_ABOVE:
        *span = (struct span){given.high == INT64_MAX ? INT64_MAX : given.high + 1, INT64_MAX};
        break;
    case COMPARE_FROM:
        span->high = INT64_MAX;
        break;
    case COMPARE_BELOW:
        *span = (struct span){INT64_MIN, given.low == INT64_MIN ? INT64_MIN : given.low - 1};
        break;
    case COMPARE_TO:
        span->low = INT64_MIN;
        break;
    case COMPARE_IS:
    case COMPARE_EXACT:
        break;
    }
}

static bool spans_of_range(const struct value_parser *parser, const struct piece *piece,
                           struct span spans[DECIMALS_COUNT])
{
    spans_function *parse = spans_of[parser->field->type];
    struct span high[DECIMALS_COUNT] = {{0, 0}};
    bool has_low = piece->text[0] != '\0', has_high = piece->high[0] != '\0';
    const char *name = parser->field->name;
    const char *low_text = word_show(piece->text, parser->context->arena);
    const char *high_text = word_show(piece->high, parser->context->arena);
    if (is_comparison(parser->op))
        return error_set(parser->err, ERROR_INPUT, "a range needs no comparison: write %s:%s..%s",
                         name, low_text, high_text);
    if (!has_low && !has_high)
        return error_set(parser->err, ERROR_INPUT, "the range has no ends: write %s:1..2", name);
    if ((has_low && !parse(parser, piece->text, spans)) ||
        (has_high && !parse(parser, piece->high, high)))
        return false;
    if (has_low && has_high && high[0].high < spans[0].low)
        return error_set(parser->err, ERROR_INPUT, "the range runs backwards: write %s:%s..%s",
                         name, high_text, low_text);
    for (int i = 0; i < DECIMALS_COUNT; i++)
        spans[i] =
            (struct span){has_low ? spans[i].low : INT64_MIN, has_high ? high[i].high : INT64_MAX};
    return true;
}

static struct value day_value(int64_t day, int64_t unbounded, struct arena *arena)
{
    if (day == unbounded)
        return value_null();
    char text[DATE_TEXT_SIZE];
    date_format(date_from_number(day), text);
    return value_text(arena_text(arena, text));
}

static struct value clock_value(int64_t second, int64_t unbounded, struct arena *arena)
{
    if (second == unbounded)
        return value_null();
    return value_text(arena_format(arena, "%02d:%02d:%02d", (int)(second / HOUR),
                                   (int)(second % HOUR / MINUTE), (int)(second % MINUTE)));
}

static bool ordered_parse(const struct value_parser *parser, const struct piece *piece,
                          struct match **matches)
{
    struct span spans[DECIMALS_COUNT] = {{0, 0}};
    if (piece->high != NULL) {
        if (!spans_of_range(parser, piece, spans))
            return false;
    } else {
        if (!spans_of[parser->field->type](parser, piece->text, spans))
            return false;
        for (int i = 0; i < DECIMALS_COUNT; i++)
            span_compare(parser->op, &spans[i]);
    }
    struct match *match = match_add(parser, matches, MATCH_SPAN);
    memcpy(match->spans, spans, sizeof spans);
    enum column_type type = parser->field->type;
    if (type == COLUMN_DATE || type == COLUMN_TIME) {
        struct value (*format)(int64_t, int64_t, struct arena *) =
            type == COLUMN_DATE ? day_value : clock_value;
        match->kind = MATCH_BOUNDS;
        match->from = format(spans[0].low, INT64_MIN, parser->context->arena);
        match->to = format(spans[0].high, INT64_MAX, parser->context->arena);
    }
    return true;
}

/* The ids that begin with the hex digits of the text, which may hold hyphens. Returns the number
 * of digits, 0 where the text is something else. */
static size_t uuid_bounds(const char *text, struct uuid *from, struct uuid *to)
{
    size_t digits = 0;
    *from = (struct uuid){{0}};
    memset(to, 0xFF, sizeof *to);
    for (; *text != '\0'; text++) {
        if (*text == '-' && digits >= UUID_PREFIX_MIN)
            continue;
        if (!isxdigit((unsigned char)*text) || digits == UUID_DIGITS)
            return 0;
        unsigned digit = isdigit((unsigned char)*text)
                             ? (unsigned)(*text - '0')
                             : (unsigned)(tolower((unsigned char)*text) - 'a') + 10U;
        uint8_t *low = &from->bytes[digits / 2], *high = &to->bytes[digits / 2];
        bool is_first = digits % 2 == 0;
        *low = (uint8_t)(is_first ? digit << 4U : *low | digit);
        *high = (uint8_t)(is_first ? digit << 4U | 0x0FU : (*high & 0xF0U) | digit);
        digits++;
    }
    return digits;
}

static size_t uuid_add(const struct value_parser *parser, const char *text, enum match_kind kind,
                       struct match **matches)
{
    struct uuid from, to;
    size_t digits = uuid_bounds(text, &from, &to);
    if (digits < UUID_PREFIX_MIN)
        return 0;
    struct match *match = match_add(parser, matches, kind);
    match->from = value_copy(value_uuid(&from), parser->context->arena);
    match->to = value_copy(value_uuid(&to), parser->context->arena);
    return digits;
}

static bool uuid_match(const struct value_parser *parser, const struct piece *piece,
                       struct match **matches)
{
    if (is_comparison(parser->op))
        return refuse_order(parser);
    if (uuid_add(parser, piece->text, MATCH_BOUNDS, matches) == 0)
        return refuse(parser, piece->text, "id",
                      "write it in full, or at least its first eight hex digits");
    return true;
}

static bool text_match(const struct value_parser *parser, const struct piece *piece,
                       struct match **matches)
{
    struct arena *arena = parser->context->arena;
    if (parser->field->reference != NULL && !is_comparison(parser->op) && !piece->is_quoted &&
        uuid_add(parser, piece->text, MATCH_REFERENCE, matches) == UUID_DIGITS)
        return true;
    if (parser->op == COMPARE_IS) {
        const char *folded = text_fold(piece->text, arena);
        if (text_is_blank(folded))
            return refuse(parser, piece->text, "text", "there is nothing to look for in it");
        match_add(parser, matches, MATCH_CONTAINS)->from = value_text(folded);
        return true;
    }
    if (parser->op == COMPARE_EXACT) {
        match_add(parser, matches, MATCH_EQUAL)->from = value_text(piece->text);
        return true;
    }
    struct match *match = match_add(parser, matches, MATCH_BOUNDS);
    bool is_low = parser->op == COMPARE_ABOVE || parser->op == COMPARE_FROM;
    *(is_low ? &match->from : &match->to) = value_text(piece->text);
    match->is_from_open = parser->op == COMPARE_ABOVE;
    match->is_to_open = parser->op == COMPARE_BELOW;
    return true;
}

static bool json_match(const struct value_parser *parser, const struct piece *piece,
                       struct match **matches)
{
    return parser->op == COMPARE_IS ? text_match(parser, piece, matches) : refuse_order(parser);
}

/* Once only: each value of a choice may become a SELECT of its own. */
static bool add_choice(const struct value_parser *parser, const char *choice,
                       struct match **matches)
{
    for (const struct match *match = *matches; match != NULL; match = match->next) {
        if (match->kind == MATCH_EQUAL && match->from.bytes == choice)
            return true;
    }
    match_add(parser, matches, MATCH_EQUAL)->from = value_text(choice);
    return true;
}

static bool choice_match(const struct value_parser *parser, const struct piece *piece,
                         struct match **matches)
{
    const char *const *choices = parser->field->choices;
    struct arena *arena = parser->context->arena;
    if (is_comparison(parser->op))
        return refuse_order(parser);
    for (size_t i = 0; choices[i] != NULL; i++) {
        if (strcasecmp(choices[i], piece->text) == 0) {
            return add_choice(parser, choices[i], matches);
        }
    }
    const char *meant = word_suggest(piece->text, choices);
    struct buffer all;
    buffer_init(&all);
    for (size_t i = 0; choices[i] != NULL; i++)
        buffer_format(&all, "%s%s", i > 0 ? ", " : "", choices[i]);
    error_set(parser->err, ERROR_INPUT, "'%s' is no %s%s%s%s: %s", word_show(piece->text, arena),
              parser->field->name, meant != NULL ? "; did you mean " : "",
              meant != NULL ? meant : "", meant != NULL ? "? It is one of" : "", all.text);
    buffer_done(&all);
    return false;
}

static bool boolean_match(const struct value_parser *parser, const struct piece *piece,
                          struct match **matches)
{
    static const struct {
        const char *word;
        bool is_true;
    } words[] = {{"yes", true}, {"no", false}, {"true", true}, {"false", false},
                 {"y", true},   {"n", false},  {"1", true},    {"0", false}};
    if (is_comparison(parser->op))
        return refuse_order(parser);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(words[i].word, piece->text) == 0) {
            match_add(parser, matches, MATCH_EQUAL)->from = value_integer(words[i].is_true);
            return true;
        }
    }
    return refuse(parser, piece->text, "answer", "write yes or no");
}

static bool bytes_match(const struct value_parser *parser, const struct piece *piece,
                        struct match **matches)
{
    (void)piece;
    (void)matches;
    return error_set(parser->err, ERROR_INPUT, "%s holds bytes; it can only be none or -%s:none",
                     parser->field->name, parser->field->name);
}

static bool is_none(const struct value_parser *parser, const struct piece *piece)
{
    const char *const *choices = parser->field->choices;
    for (; choices != NULL && *choices != NULL; choices++) {
        if (strcmp(*choices, "none") == 0)
            return false;
    }
    bool is_empty_text = piece->is_quoted && piece->text[0] == '\0';
    return is_empty_text ||
           (!piece->is_quoted && piece->high == NULL && strcasecmp(piece->text, "none") == 0);
}

bool match_parse(const struct query_field *field, enum comparison op, const struct piece *piece,
                 const struct value_context *context, struct match **matches, struct error *err)
{
    static bool (*const parsers[])(const struct value_parser *, const struct piece *,
                                   struct match **) = {
        [COLUMN_UUID] = uuid_match,       [COLUMN_TEXT] = text_match,
        [COLUMN_INTEGER] = ordered_parse, [COLUMN_BOOLEAN] = boolean_match,
        [COLUMN_INSTANT] = ordered_parse, [COLUMN_DATE] = ordered_parse,
        [COLUMN_TIME] = ordered_parse,    [COLUMN_JSON] = json_match,
        [COLUMN_BYTES] = bytes_match,
    };
    struct value_parser parser = {field, op, context, err};
    if (is_none(&parser, piece)) {
        if (is_comparison(op))
            return refuse_order(&parser);
        match_add(&parser, matches, MATCH_EMPTY);
        return true;
    }
    if (field->choices != NULL)
        return choice_match(&parser, piece, matches);
    return parsers[field->type](&parser, piece, matches);
}
