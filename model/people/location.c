#include "model/people/location.h"

#include <stdlib.h>
#include <string.h>

/* Of a time of the store, HH:MM:SS (its column was checked when it was written). */
static int64_t minutes(const char *time)
{
    return strtol(time, NULL, 10) * 60 + (strlen(time) > 3 ? strtol(time + 3, NULL, 10) : 0);
}

bool location_business_day(struct store *store, const struct uuid *location, int64_t instant,
                           char day[DATE_TEXT_SIZE], struct error *err)
{
    struct statement *statement = store_prepare(
        store, "SELECT timezone, day_starts_at, name FROM locations WHERE id = ?1", err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, location);
    int step = statement_step(statement, err);
    bool done = false;
    if (step == 1) {
        const char *zone = statement_text(statement, 0);
        int64_t starts = minutes(statement_text(statement, 1));
        done = zone_exists(zone);
        if (done)
            date_format(business_day(instant, zone, (int)starts), day);
        else
            error_set(err, ERROR_INPUT,
                      "%s has the time zone '%s', which does not exist; mend it "
                      "in the records of locations",
                      statement_text(statement, 2), zone);
    } else if (step == 0) {
        error_set(err, ERROR_NOT_FOUND, "You work at no location; choose one in the settings");
    }
    statement_done(statement);
    return done;
}
