/* Countries and the time zones in them, from the tables of the system's IANA data (package
 * tzdata: iso3166.tab and zone.tab). Where those are missing the lists are empty. */
#ifndef MODEL_PLACES_H
#define MODEL_PLACES_H

#include "model/base/memory.h"

#include <stdbool.h>
#include <stddef.h>

struct place {
    const char *country; /* ISO 3166: "DE" */
    const char *name;    /* of the country, "Germany"; or of the zone, "Europe/Berlin" */
};

/* In the order of the tables, by country; all texts in the arena. Returns how many. */
size_t places_countries(struct arena *arena, struct place **out);
size_t places_zones(struct arena *arena, struct place **out);

/* The country that a zone lies in; false where it is of none, such as UTC. */
bool places_country_of(const char *zone, char country[3]);

#endif
