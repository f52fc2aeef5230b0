/* CHECKs as far as they speak of one column: `c IN ('a', 'b')`, `length(c) BETWEEN 1 AND 200`,
 * `c >= 0`, joined by AND, alone or behind `c IS NULL OR`. What is more than that stays SQLite's
 * to check. */
#include "model/store/schema_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct token {
    char kind; /* 'w' word, 'n' number, 's' text, 0 end, else the sign; "<=" is 'l', ">=" 'g' */
    const char *start;
    size_t size;
};

/* What one comparison says. */
struct fact {
    struct column *column;
    bool is_length;
    int64_t minimum, maximum;
    const char *const *choices;
};

struct scanner {
    const char *at;
    struct token token;
    struct column *columns;
    size_t count;
    struct arena *arena;
    struct fact facts[8];
    size_t fact_count;
};

static const char *skip_space(const char *at)
{
    for (;;) {
        at += strspn(at, " \t\r\n");
        if (strncmp(at, "--", 2) == 0) {
            at += strcspn(at, "\n");
        } else if (strncmp(at, "/*", 2) == 0) {
            const char *end = strstr(at + 2, "*/");
            at = end != NULL ? end + 2 : at + strlen(at);
        } else {
            return at;
        }
    }
}

/* The end of a quoted text, behind its last quote; a quote within is doubled. */
static const char *quoted_end(const char *at)
{
    char quote = *at++;
    for (; *at != '\0'; at++)
        if (*at == quote && *++at != quote)
            return at;
    return at;
}

static void advance(struct scanner *scanner)
{
    const char *at = skip_space(scanner->at);
    struct token token = {.kind = *at, .start = at, .size = *at != '\0'};
    if (*at == '\'' || *at == '"') {
        token.kind = *at == '"' ? 'w' : 's';
        token.size = (size_t)(quoted_end(at) - at);
    } else if (isdigit((unsigned char)*at)) {
        token.kind = 'n';
        token.size = strspn(at, "0123456789");
    } else if (isalpha((unsigned char)*at) || *at == '_') {
        token.kind = 'w';
        while (isalnum((unsigned char)at[token.size]) || at[token.size] == '_')
            token.size++;
    } else if (strncmp(at, "<=", 2) == 0 || strncmp(at, ">=", 2) == 0) {
        token.kind = *at == '<' ? 'l' : 'g';
        token.size = 2;
    }
    scanner->token = token;
    scanner->at = at + token.size;
}

static bool is_word(const struct token *token, const char *word)
{
    return token->kind == 'w' && strlen(word) == token->size &&
           strncasecmp(token->start, word, token->size) == 0;
}

static bool take_word(struct scanner *scanner, const char *word)
{
    if (!is_word(&scanner->token, word))
        return false;
    advance(scanner);
    return true;
}

static bool take_sign(struct scanner *scanner, char kind)
{
    if (scanner->token.kind != kind)
        return false;
    advance(scanner);
    return true;
}

static bool take_number(struct scanner *scanner, int64_t *out)
{
    bool is_negative = take_sign(scanner, '-');
    if (scanner->token.kind != 'n' || scanner->token.size > 18)
        return false;
    *out = strtoll(scanner->token.start, NULL, 10);
    if (is_negative)
        *out = -*out;
    advance(scanner);
    return true;
}

static bool take_column(struct scanner *scanner, struct column **out)
{
    for (size_t i = 0; i < scanner->count; i++)
        if (take_word(scanner, scanner->columns[i].name)) {
            *out = &scanner->columns[i];
            return true;
        }
    return false;
}

static const char *text_of(struct scanner *scanner)
{
    const struct token *token = &scanner->token;
    char *text = arena_bytes(scanner->arena, token->start + 1, token->size - 2);
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        *to++ = *from;
        if (*from == '\'')
            from++; /* the second of a doubled quote */
    }
    *to = '\0';
    return text;
}

static bool take_choices(struct scanner *scanner, struct fact *fact)
{
    enum { CHOICES_MAX = 200 };
    const char *found[CHOICES_MAX];
    size_t count = 0;
    if (!take_sign(scanner, '('))
        return false;
    do {
        if (scanner->token.kind != 's' || count == CHOICES_MAX)
            return false;
        found[count++] = text_of(scanner);
        advance(scanner);
    } while (take_sign(scanner, ','));
    const char **choices = arena_alloc(scanner->arena, (count + 1) * sizeof *choices);
    memcpy(choices, found, count * sizeof *choices);
    fact->choices = choices;
    return take_sign(scanner, ')');
}

static bool take_comparison(struct scanner *scanner, struct fact *fact)
{
    int64_t number;
    if (take_word(scanner, "BETWEEN"))
        return take_number(scanner, &fact->minimum) && take_word(scanner, "AND") &&
               take_number(scanner, &fact->maximum);
    char sign = scanner->token.kind;
    if (sign == '\0' || strchr("gl<>=", sign) == NULL)
        return false;
    advance(scanner);
    if (!take_number(scanner, &number))
        return false;
    if (sign == 'g' || sign == '=' || sign == '>')
        fact->minimum = number + (sign == '>');
    if (sign == 'l' || sign == '=' || sign == '<')
        fact->maximum = number - (sign == '<');
    return true;
}

static bool take_term(struct scanner *scanner)
{
    if (scanner->fact_count == sizeof scanner->facts / sizeof scanner->facts[0])
        return false;
    struct fact *fact = &scanner->facts[scanner->fact_count++];
    *fact = (struct fact){.minimum = INT64_MIN, .maximum = INT64_MAX};
    if (take_word(scanner, "length")) {
        fact->is_length = true;
        if (!take_sign(scanner, '(') || !take_column(scanner, &fact->column) ||
            !take_sign(scanner, ')'))
            return false;
    } else if (!take_column(scanner, &fact->column)) {
        return false;
    }
    return take_word(scanner, "IN") ? take_choices(scanner, fact) : take_comparison(scanner, fact);
}

/* `c IS NULL OR`: a CHECK passes null anyway. Goes back when it is something else. */
static struct column *take_null_or(struct scanner *scanner)
{
    struct scanner before = *scanner;
    struct column *column = NULL;
    if (take_column(scanner, &column) && take_word(scanner, "IS") && take_word(scanner, "NULL") &&
        take_word(scanner, "OR"))
        return column;
    *scanner = before;
    return NULL;
}

static bool take_check(struct scanner *scanner)
{
    if (!take_sign(scanner, '('))
        return false;
    const struct column *nullable = take_null_or(scanner);
    bool is_nested = nullable != NULL && take_sign(scanner, '(');
    do {
        if (!take_term(scanner))
            return false;
    } while (take_word(scanner, "AND"));
    for (size_t i = 0; nullable != NULL && i < scanner->fact_count; i++)
        if (scanner->facts[i].column != nullable)
            return false;
    return (!is_nested || take_sign(scanner, ')')) && take_sign(scanner, ')');
}

static void apply(const struct fact *fact)
{
    struct column *column = fact->column;
    if (fact->choices != NULL) {
        column->choices = fact->choices;
    } else if (!fact->is_length) {
        if (fact->minimum > column->minimum)
            column->minimum = fact->minimum;
        if (fact->maximum < column->maximum)
            column->maximum = fact->maximum;
    } else if (column->type == COLUMN_TEXT) {
        if (fact->minimum > column->length_min && fact->minimum <= INT32_MAX)
            column->length_min = (int)fact->minimum;
        if (fact->maximum <= INT32_MAX && (column->length == 0 || fact->maximum < column->length))
            column->length = (int)fact->maximum;
    }
}

void schema_read_checks(const char *sql, struct column *columns, size_t count, struct arena *arena)
{
    struct scanner scanner = {.at = sql, .columns = columns, .count = count, .arena = arena};
    for (advance(&scanner); scanner.token.kind != '\0';) {
        if (!is_word(&scanner.token, "CHECK")) {
            advance(&scanner);
            continue;
        }
        advance(&scanner);
        scanner.fact_count = 0;
        if (take_check(&scanner))
            for (size_t i = 0; i < scanner.fact_count; i++)
                apply(&scanner.facts[i]);
    }
}
