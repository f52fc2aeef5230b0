/* People who buy: names, addresses and numbers. The telephone numbers are among those that the
 * German regulator sets aside for films and books, the e-mail addresses end in domains that are
 * reserved (RFC 2606). */
#include "model/base/text.h"
#include "model/demo/demo_parts.h"

#include <stdio.h>
#include <string.h>

/* First and last names that go together. `is_plain` names give an e-mail address. */
static const struct people {
    const char *locale;
    const char *first[10], *last[10];
} peoples[] = {
    {"de",
     {"Jürgen", "Käthe", "Björn", "Sabine", "Götz", "Anke", "Uwe", "Heike", "Lukas", "Mia"},
     {"Müller", "Schäfer", "Weiß", "Köhler", "Böhm", "Krüger", "Großmann", "Vogel", "Jäger",
      "Lehmann"}},
    {"en",
     {"Grace", "Oliver", "Amelia", "Harry", "Isla", "Jack", "Emily", "Noah", "Ruth", "Alan"},
     {"Lee", "Hopper", "O'Brien", "Whitaker", "Turing", "MacLeod", "Nguyen", "Clark", "Adams",
      "Bell"}},
    {"tr",
     {"Ayşe", "Mehmet", "Elif", "Emre", "Zeynep", "Can", "Gülşen", "Oğuz", "İrem", "Çağlar"},
     {"Yılmaz", "Kaya", "Öztürk", "Şahin", "Demir", "Aydın", "Çelik", "Güneş", "Arslan", "Koç"}},
    {"pl",
     {"Łukasz", "Agnieszka", "Paweł", "Małgorzata", "Jakub", "Zofia", "Michał", "Ewa", "Piotr",
      "Hanna"},
     {"Kowalski", "Wiśniewska", "Wójcik", "Kamińska", "Zieliński", "Szymańska", "Dąbrowski", "Król",
      "Woźniak", "Jaworska"}},
    {"fr",
     {"Élodie", "François", "Chloé", "Jérôme", "Zoé", "Benoît", "Hélène", "Loïc", "Agnès", "Rémi"},
     {"Dubois", "Lefèvre", "Moreau", "Garçon", "Benoît", "Faure", "Chevalier", "Noël", "Roux",
      "Besson"}},
    {"vi",
     {"Thị Hương", "Văn Minh", "Ngọc Anh", "Quang Huy", "Thu Hà", "Đức", "Mai", "Tuấn", "Lan",
      "Phương"},
     {"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ"}},
    {"ar",
     {"محمد", "فاطمة", "يوسف", "ليلى", "عمر", "مريم", "خالد", "نور", "حسن", "سارة"},
     {"العلي", "الحداد", "منصور", "الخطيب", "عبد الله", "السيد", "درويش", "النجار", "خليل",
      "قاسم"}},
    {"it",
     {"Giulia", "Niccolò", "Chiara", "Matteo", "Noemi", "Davide", "Lucia", "Andrea", "Irene",
      "Elio"},
     {"Rossi", "D'Angelo", "Bianchi", "Ferrari", "Esposito", "Conti", "Forlì", "Greco", "Marino",
      "Costa"}},
    {"uk",
     {"Олена", "Андрій", "Ірина", "Тарас", "Наталія", "Дмитро", "Софія", "Богдан", "Юлія", "Ігор"},
     {"Шевченко", "Коваленко", "Бондар", "Мельник", "Ткачук", "Савченко", "Кравець", "Лисенко",
      "Гончар", "Петренко"}},
    {"es",
     {"Íñigo", "Lucía", "José María", "Begoña", "Andrés", "Sofía", "Raúl", "Inés", "Álvaro",
      "Nuria"},
     {"García", "Muñoz", "Fernández", "Ibáñez", "Núñez", "López", "Peña", "Ruiz", "Cortés",
      "Vidal"}},
};

/* A few that every list has to bear; they are among the first customers. */
static const struct known {
    const char *first, *last, *company;
} known[] = {
    {"Jo", "Meyer", NULL},
    {"Maximilian Alexander Ferdinand", "Freiherr von und zu Hohenstein-Wolfenbüttel", NULL},
    {"Kim", "Lee", NULL},
    {"Annegret", "Schäfer", "Malerbetrieb Schäfer & Töchter GmbH"},
    {"عبد الرحمن", "بن خالد الهاشمي", NULL},
    {"Dorothea", "Brandt",
     "Hausverwaltung Brandt, Brandt, Özdemir & Partner Immobilienverwaltungsgesellschaft mbH"},
    {"花子", "山田", NULL},
    {"Wolfram", "Kiefer", "Bodenleger Kiefer"},
    {"Ying", "Li", NULL},
    {"Sibylle", "Nachtigall", "Kita Regenbogen e. V."},
};

static const char *const streets[] = {
    "Torstraße",    "Ackerstraße",   "Schönhauser Allee", "Müllerstraße",      "Chausseestraße",
    "Badstraße",    "Prinzenallee",  "Kastanienallee",    "Auguststraße",      "Linienstraße",
    "Osloer Str.",  "Wollankstraße", "Pankstraße",        "Greifswalder Str.", "Bernauer Str.",
    "Gartenstraße", "Brunnenstraße", "Residenzstraße",    "Koloniestraße",     "Florastraße",
};
static const struct {
    const char *code, *city, *country;
} towns[] = {
    {"10119", "Berlin", "Germany"},  {"13353", "Berlin", "Germany"},
    {"10435", "Berlin", "Germany"},  {"13187", "Berlin", "Germany"},
    {"13357", "Berlin", "Germany"},  {"10115", "Berlin", "Germany"},
    {"14467", "Potsdam", "Germany"}, {"16540", "Hohen Neuendorf", "Germany"},
    {"1010", "Wien", "Austria"},     {"8001", "Zürich", "Switzerland"},
    {"75011", "Paris", "France"},    {"70-001", "Szczecin", "Poland"},
};

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text > 126)
            return false;
    return true;
}

/* "jurgen.muller17@example.org", or a number alone where the name has other letters. */
static const char *make_email(struct demo *demo, int64_t number, const char *first,
                              const char *last)
{
    static const char *const domains[] = {"example.com", "example.org", "example.net"};
    char *name = text_slug(text_fold(arena_format(demo->arena, "%s %s", first, last), demo->arena),
                           demo->arena);
    for (char *c = name; *c != '\0'; c++)
        if (*c == '-')
            *c = '.';
    if (!is_ascii(name))
        name = arena_text(demo->arena, "customer");
    return arena_format(demo->arena, "%.40s%lld@%s", name, (long long)number + 1,
                        demo_pick(demo, domains));
}

static const char *make_phone(struct demo *demo)
{
    switch (demo_below(demo, 4)) {
    case 0:
        return arena_format(demo->arena, "030 23125 %03d", (int)demo_below(demo, 1000));
    case 1:
        return arena_format(demo->arena, "0171 39200%02d", (int)demo_below(demo, 100));
    case 2:
        return arena_format(demo->arena, "+49 176 040690%02d", (int)demo_below(demo, 100));
    default:
        return arena_format(demo->arena, "0152 28817%03d", (int)demo_below(demo, 1000));
    }
}

static const char *make_address(struct demo *demo, const char *name)
{
    size_t town = (size_t)demo_below(demo, demo_chance(demo, 90) ? 6 : (int)DEMO_COUNT(towns));
    return arena_format(demo->arena,
                        "{\"name\":\"%s\",\"street\":\"%s %d\",\"postal_code\":\"%s\","
                        "\"city\":\"%s\",\"country\":\"%s\"}",
                        name, demo_pick(demo, streets), 1 + (int)demo_below(demo, 180),
                        towns[town].code, towns[town].city, towns[town].country);
}

static void make_customer(struct demo *demo, int64_t number, struct demo_customer *customer)
{
    const struct people *people =
        &peoples[demo_chance(demo, 45) ? 0 : demo_below(demo, (int64_t)DEMO_COUNT(peoples))];
    const char *first = demo_pick(demo, people->first);
    const char *last = demo_pick(demo, people->last);
    const char *company = NULL;
    if (number < (int64_t)DEMO_COUNT(known)) {
        first = known[number].first;
        last = known[number].last;
        company = known[number].company;
    }
    customer->first_name = first;
    customer->last_name = last;
    customer->name = arena_format(demo->arena, "%s %s", first, last);
    customer->email = demo_chance(demo, 80) ? make_email(demo, number, first, last) : NULL;
    customer->phone = customer->email == NULL || demo_chance(demo, 75) ? make_phone(demo) : NULL;
    customer->address = make_address(demo, customer->name);
    char card[DEMO_BARCODE_SIZE];
    demo_ean13("29", number, card);
    int64_t at = demo->days[0].opens - demo_below(demo, 700) * DAY_US / 2;
    customer->id = demo_put(
        demo, "customer_profiles", at,
        "name:t name_key:t company:t email:t email_key:t phone:t phone_digits:t address:t notes:t "
        "tax_id:t card_barcode:t locale:t",
        customer->name, text_fold(customer->name, demo->arena), company, customer->email,
        customer->email != NULL ? text_fold(customer->email, demo->arena) : NULL, customer->phone,
        customer->phone != NULL ? text_digits(customer->phone, demo->arena) : NULL,
        customer->address, number == 3 ? "Pays by transfer within 14 days" : NULL,
        company != NULL ? arena_format(demo->arena, "DE%09d", 100000000 + (int)number) : NULL,
        demo_chance(demo, 60) ? card : NULL, people->locale);
}

void demo_customers(struct demo *demo)
{
    int64_t count = demo->size->orders * 3 / 16;
    if (count < 40)
        count = 40;
    demo->customers = memory_new((size_t)count * sizeof *demo->customers);
    for (int64_t i = 0; i < count && demo_pause(demo, "customers", i, count); i++) {
        make_customer(demo, i, &demo->customers[i]);
        demo->customer_count++;
    }
}
