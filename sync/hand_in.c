#include "sync/hand_in.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A member as text; a whole number in digits, in `digits`. */
static const char *member(const json_t *line, const char *name, char digits[24])
{
    const json_t *value = json_object_get(line, name);
    if (!json_is_integer(value))
        return json_string_value(value);
    snprintf(digits, 24, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return digits;
}

/* The parameters of sync_hand_in(), in order. */
static const char *const members[] = {"terminal", "id", "incarnation", "seq", "hash", "payload"};
enum { MEMBERS = sizeof members / sizeof members[0] };

static bool take(struct central *central, const json_t *line,
                 void (*told)(void *context, const struct handed_in *one), void *context,
                 struct error *err)
{
    const char *parameters[MEMBERS];
    char digits[MEMBERS][24];
    for (int i = 0; i < MEMBERS; i++) {
        parameters[i] = member(line, members[i], digits[i]);
        if (parameters[i] == NULL)
            return error_set(err, ERROR_INPUT,
                             "it has no %s; hand in a file of `countertop sync export`",
                             members[i]);
    }
    struct pg_result *answer =
        central_query(central, "SELECT status, reason FROM sync_hand_in($1, $2, $3, $4, $5, $6)",
                      MEMBERS, parameters, err);
    if (answer == NULL)
        return false;
    const char *summary = json_string_value(json_object_get(line, "summary"));
    told(context, &(struct handed_in){.id = parameters[1],
                                      .summary = summary != NULL ? summary : "",
                                      .status = central_text(answer, 0, 0),
                                      .reason = central_text(answer, 0, 1)});
    central_clear(answer);
    return true;
}

bool hand_in(struct central *central, FILE *from,
             void (*told)(void *context, const struct handed_in *one), void *context,
             struct error *err)
{
    char *text = NULL;
    size_t size = 0;
    bool is_taken = true;
    ssize_t length;
    for (int number = 1; is_taken && (length = getline(&text, &size, from)) >= 0; number++) {
        json_t *line = json_loadb(text, (size_t)length, 0, NULL);
        is_taken = line != NULL
                       ? take(central, line, told, context, err)
                       : error_set(err, ERROR_INPUT,
                                   "it is no JSON; hand in a file of `countertop sync export`");
        if (!is_taken)
            error_prefix(err, "line %d", number);
        json_decref(line);
    }
    if (is_taken && ferror(from))
        is_taken = error_set(err, ERROR_SYSTEM, "the file can't be read: %s", strerror(errno));
    free(text);
    return is_taken;
}
