#include "model/location.h"

#include <stdio.h>

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
        int hour = 0;
        int minute = 0;
        done = zone_exists(zone) &&
               sscanf(statement_text(statement, 1), "%2d:%2d", &hour, &minute) == 2;
        if (done)
            date_format(business_day(instant, zone, hour * 60 + minute), day);
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
