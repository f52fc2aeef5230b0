#include "sync/central_url.h"

#include "sync/central_private.h"

#include <string.h>

static const char advice[] = "write it as postgresql://host/database";

static bool has(const PQconninfoOption *options, const char *name)
{
    while (options->keyword != NULL && strcmp(options->keyword, name) != 0)
        options++;
    return options->val != NULL && options->val[0] != '\0';
}

bool central_check_url(const char *url, struct error *err)
{
    char *problem = NULL, line[ERROR_TEXT_SIZE];
    if (strchr(url, '=') == NULL && strstr(url, "://") == NULL)
        return error_set_field(err, ERROR_INPUT, "url", "this is no address of a centre; %s",
                               advice);
    PQconninfoOption *options = PQconninfoParse(url, &problem);
    bool is_good = false;
    if (options == NULL) {
        central_first_line(problem != NULL ? problem : "it can't be read", line, sizeof line);
        error_set_field(err, ERROR_INPUT, "url", "this is no address of a centre (%s); %s", line,
                        advice);
    } else if (has(options, "password") || has(options, "user")) {
        error_set_field(err, ERROR_INPUT, "url",
                        "a terminal gets a user and a password of its own; leave them out of the "
                        "address: %s",
                        advice);
    } else if (!has(options, "dbname")) {
        error_set_field(err, ERROR_INPUT, "url", "the address names no database; %s", advice);
    } else {
        is_good = true;
    }
    PQfreemem(problem);
    PQconninfoFree(options);
    return is_good;
}
