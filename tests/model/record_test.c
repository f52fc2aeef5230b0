#include "model/operation/record.h"

#include "model/store/store_sql.h"
#include "tests/model/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROW                                                                                        \
    "id UUID PRIMARY KEY NOT NULL, tenant_id UUID NOT NULL REFERENCES tenants (id) DEFERRABLE "    \
    "INITIALLY DEFERRED, name TEXT, row_version BIGINT NOT NULL DEFAULT 0, created_at "            \
    "TIMESTAMPTZ NOT NULL DEFAULT (now()), updated_at TIMESTAMPTZ NOT NULL DEFAULT (now())"
#define TO(table) " REFERENCES " table " (id) DEFERRABLE INITIALLY DEFERRED"

/* A house can be restored, a box is gone for good; each has parts and other things around it. */
static const char houses_sql[] =
    "CREATE TABLE houses (" ROW ", deleted_at TIMESTAMPTZ, parent_id UUID" TO(
        "houses") ");"
                  "CREATE TABLE rooms (" ROW ", deleted_at TIMESTAMPTZ, house_id UUID NOT NULL" TO(
                      "houses") ");"
                                "CREATE TABLE doors (" ROW ", room_id UUID NOT NULL" TO(
                                    "rooms") ", \"order\" INTEGER CHECK"
                                             " (\"order\" <> 13), low INTEGER, high INTEGER, CHECK "
                                             "(low < high));"
                                             "CREATE TABLE leases (" ROW
                                             ", deleted_at TIMESTAMPTZ, room_id UUID" TO(
                                                 "rooms") ");"
                                                          "CREATE TABLE boxes (" ROW
                                                          ", parent_id UUID" TO(
                                                              "boxes") ");"
                                                                       "CREATE TABLE lids (" ROW
                                                                       ", box_id UUID NOT NULL" TO("boxes") ", other_id UUID" TO(
                                                                           "lids") ");"
                                                                                   "CREATE TABLE "
                                                                                   "notes (" ROW
                                                                                   ", box_id "
                                                                                   "UUID" TO(
                                                                                       "boxe"
                                                                                       "s") ", "
                                                                                            "house_"
                                                                                            "id "
                                                                                            "UUI"
                                                                                            "D" TO(
                                                                                                "ho"
                                                                                                "us"
                                                                                                "e"
                                                                                                "s") ")"
                                                                                                     ";"
                                                                                                     "C"
                                                                                                     "R"
                                                                                                     "E"
                                                                                                     "A"
                                                                                                     "T"
                                                                                                     "E"
                                                                                                     " "
                                                                                                     "T"
                                                                                                     "A"
                                                                                                     "B"
                                                                                                     "L"
                                                                                                     "E"
                                                                                                     " "
                                                                                                     "b"
                                                                                                     "o"
                                                                                                     "x"
                                                                                                     "_"
                                                                                                     "e"
                                                                                                     "v"
                                                                                                     "e"
                                                                                                     "n"
                                                                                                     "t"
                                                                                                     "s"
                                                                                                     " "
                                                                                                     "(" ROW
                                                                                                     ","
                                                                                                     " "
                                                                                                     "b"
                                                                                                     "o"
                                                                                                     "x"
                                                                                                     "_"
                                                                                                     "i"
                                                                                                     "d"
                                                                                                     " "
                                                                                                     "U"
                                                                                                     "U"
                                                                                                     "I"
                                                                                                     "D" TO(
                                                                                                         "boxes") ");"
                                                                                                                  "CREATE UNIQUE INDEX houses_by_name ON houses (tenant_id, name) WHERE deleted_at IS NULL;"
                                                                                                                  "CREATE UNIQUE INDEX notes_by_name ON notes (tenant_id, lower(name));"
                                                                                                                  "CREATE UNIQUE INDEX doors_by_place ON doors (tenant_id, room_id, \"order\");"
                                                                                                                  "INSERT INTO sync_tables (name, rank, scope, merge) VALUES"
                                                                                                                  " ('houses', 9101, 'tenant', 'fields'), ('rooms', 9102, 'tenant', 'fields'),"
                                                                                                                  " ('doors', 9103, 'tenant', 'fields'), ('leases', 9104, 'tenant', 'fields'),"
                                                                                                                  " ('boxes', 9105, 'tenant', 'fields'), ('lids', 9106, 'tenant', 'fields'),"
                                                                                                                  " ('notes', 9107, 'tenant', 'fields'), ('box_events', 9108, 'tenant', 'append');"
                                                                                                                  "INSERT INTO sync_columns (table_name, column_name, on_delete) VALUES"
                                                                                                                  " ('houses', 'parent_id', 'parts'), ('rooms', 'house_id', 'parts'),"
                                                                                                                  " ('doors', 'room_id', 'parts'), ('boxes', 'parent_id', 'parts'), ('lids', 'box_id', 'parts'),"
                                                                                                                  " ('notes', 'box_id', 'clear'), ('notes', 'house_id', 'clear'),"
                                                                                                                  " ('box_events', 'box_id', 'parts');";

static int setup(void **state)
{
    samples_setup(state);
    struct samples *samples = *state;
    samples_expect(samples->store, store_script(samples->store, houses_sql, samples_error()) &&
                                       store_load_schema(samples->store, samples_error()));
    return 0;
}

static struct change to(const char *column, struct value value)
{
    return (struct change){.column = column, .value = value};
}

static struct change to_text(const char *column, const char *text)
{
    return to(column, value_text(text));
}

/* A text that the person saw before. */
static struct change from_to(const char *column, const char *seen, const char *text)
{
    return (struct change){
        .column = column, .value = value_text(text), .seen = value_text(seen), .is_seen = true};
}

enum verb { INSERT, UPDATE, DELETE, RESTORE };

/* One verb as an operation of its own. */
static bool act(struct samples *samples, enum verb verb, const char *table, struct uuid *id,
                const struct change *changes, size_t count)
{
    struct operation *operation = samples_begin(samples, "record.edit", &samples->anna);
    struct error *err = samples_error();
    error_clear(err);
    bool is_done = verb == INSERT   ? record_insert(operation, table, changes, count, id, err)
                   : verb == UPDATE ? record_update(operation, table, id, changes, count, err)
                   : verb == DELETE ? record_delete(operation, table, id, err)
                                    : record_restore(operation, table, id, err);
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

/* A named row, with a reference where `column` is not NULL. */
static struct uuid make(struct samples *samples, const char *table, const char *name,
                        const char *column, const struct uuid *other)
{
    struct uuid id;
    struct change changes[] = {to_text("name", name), to(column, value_null())};
    if (column != NULL)
        changes[1].value = value_uuid(other);
    samples_expect(samples->store,
                   act(samples, INSERT, table, &id, changes, column != NULL ? 2 : 1));
    return id;
}

static void expect_refused(bool is_done, enum error_code code, const char *field, const char *word)
{
    const struct error *err = samples_error();
    assert_false(is_done);
    if (err->code != code || strcmp(err->field, field) != 0 || strstr(err->text, word) == NULL)
        fail_msg("got %d \"%s\": %s", err->code, err->field, err->text);
}

static struct value stored(struct samples *samples, const char *table, const struct uuid *id,
                           const char *column)
{
    struct record record;
    const struct table *found = schema_table(store_schema(samples->store), table);
    assert_int_equal(record_get(samples->store, found, id, samples->arena, &record, NULL), 1);
    return record_value(&record, column);
}

static bool exists(struct samples *samples, const char *table, const struct uuid *id)
{
    struct record record;
    const struct table *found = schema_table(store_schema(samples->store), table);
    int state = record_get(samples->store, found, id, samples->arena, &record, NULL);
    assert_true(state >= 0);
    return state == 1;
}

static bool is_deleted(struct samples *samples, const char *table, const struct uuid *id)
{
    return stored(samples, table, id, "deleted_at").kind != VALUE_NULL;
}

static void test_an_insert_fills_what_nobody_types(void **state)
{
    struct samples *samples = *state;
    struct uuid id;
    const struct change changes[] = {
        to_text("name", "Jo  M\xC3\xBCller"), to_text("email", "Jo@Example.ORG"),
        to_text("phone", "+49 (151) 234-56"), to("address", value_null())};
    samples_expect(samples->store, act(samples, INSERT, "customer_profiles", &id, changes, 4));
    struct record row;
    const struct table *table = schema_table(store_schema(samples->store), "customer_profiles");
    assert_int_equal(record_get(samples->store, table, &id, samples->arena, &row, NULL), 1);
    assert_string_equal(value_as_text(record_value(&row, "name_key")), "jo muller");
    assert_string_equal(value_as_text(record_value(&row, "email_key")), "jo@example.org");
    assert_string_equal(value_as_text(record_value(&row, "phone_digits")), "+4915123456");
    assert_string_equal(value_as_text(record_value(&row, "address")), "{}"); /* its default */
    assert_int_equal(record_value(&row, "row_version").integer, 0);
    struct uuid tenant;
    assert_true(value_as_uuid(record_value(&row, "tenant_id"), &tenant));
    assert_true(uuid_equal(&tenant, store_tenant(samples->store)));
    assert_true(record_value(&row, "created_at").integer > 0);
    assert_int_equal(record_value(&row, "created_at").integer,
                     record_value(&row, "updated_at").integer);
    assert_string_equal(record_title(samples->store, table, &id, samples->arena),
                        "Jo  M\xC3\xBCller");

    const struct change cleared[] = {to("phone", value_null()), to_text("name", "Zo\xC3\xAB")};
    samples_expect(samples->store, act(samples, UPDATE, "customer_profiles", &id, cleared, 2));
    assert_int_equal(stored(samples, "customer_profiles", &id, "phone_digits").kind, VALUE_NULL);
    assert_string_equal(value_as_text(stored(samples, "customer_profiles", &id, "name_key")),
                        "zoe");
}

static void test_what_is_wrong_is_refused_by_its_field(void **state)
{
    struct samples *samples = *state;
    struct uuid id, nobody = {{0xEE}};
    const struct change product[] = {to_text("name", "Roller"), to_text("currency", "EUR"),
                                     to("price_cents", value_integer(850))};
    struct change bad[4] = {product[0], product[1], product[2]};
    expect_refused(act(samples, INSERT, "products", &id, product, 1), ERROR_INPUT, "currency",
                   "needed");
    expect_refused(act(samples, INSERT, "prodcts", &id, product, 3), ERROR_NOT_FOUND, "",
                   "prodcts");
    static const struct {
        const char *column;
        struct value value;
        const char *word;
    } wrong[] = {
        {"price_cents", {.kind = VALUE_INTEGER, .integer = -1}, "negative"},
        {"price_cents", {.kind = VALUE_TEXT, .bytes = "12", .size = 2}, "number"},
        {"status", {.kind = VALUE_TEXT, .bytes = "sold", .size = 4}, "archived"},
        {"tags", {.kind = VALUE_TEXT, .bytes = "[", .size = 1}, "JSON"},
        {"description", {.kind = VALUE_TEXT, .bytes = "a\0b", .size = 3}, "UTF-8"},
        {"sku", {.kind = VALUE_TEXT, .bytes = "\xC3(", .size = 2}, "UTF-8"},
        {"currency", {.kind = VALUE_TEXT, .bytes = "EURO", .size = 4}, "3"},
        {"name", {.kind = VALUE_TEXT, .bytes = "", .size = 0}, "needed"},
        {"name", {.kind = VALUE_NULL}, "needed"},
        {"colour", {.kind = VALUE_INTEGER, .integer = 1}, "no field"},
        {"row_version", {.kind = VALUE_INTEGER, .integer = 1}, "by hand"},
        {"created_at", {.kind = VALUE_INTEGER, .integer = 1}, "by hand"},
        {"name_key", {.kind = VALUE_TEXT, .bytes = "x", .size = 1}, "by hand"},
        {"id", {.kind = VALUE_TEXT, .bytes = "x", .size = 1}, "id"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        bad[3] = to(wrong[i].column, wrong[i].value);
        expect_refused(act(samples, INSERT, "products", &id, bad, 4), ERROR_INPUT, wrong[i].column,
                       wrong[i].word);
    }
    bad[3] = to("category_id", value_uuid(&nobody));
    expect_refused(act(samples, INSERT, "products", &id, bad, 4), ERROR_INPUT, "category_id",
                   "Categories");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM products"), 0);
    samples_expect(samples->store, act(samples, INSERT, "products", &id, product, 3));
    expect_refused(act(samples, UPDATE, "products", &nobody, product, 1), ERROR_NOT_FOUND, "",
                   "no longer");
    expect_refused(act(samples, DELETE, "products", &nobody, NULL, 0), ERROR_NOT_FOUND, "",
                   "no longer");
    expect_refused(act(samples, DELETE, "currencies", &nobody, NULL, 0), ERROR_RULE, "", "no id");
}

static void test_an_import_may_bring_the_id(void **state)
{
    struct samples *samples = *state;
    struct uuid id, wanted = {{0x42}};
    const struct change changes[] = {to("id", value_uuid(&wanted)), to_text("name", "Villa")};
    samples_expect(samples->store, act(samples, INSERT, "houses", &id, changes, 2));
    assert_true(uuid_equal(&id, &wanted));
    const struct change again[] = {changes[0], to_text("name", "Second villa")};
    expect_refused(act(samples, INSERT, "houses", &id, again, 2), ERROR_INPUT, "id", "exists");
    expect_refused(act(samples, UPDATE, "houses", &id, changes, 1), ERROR_INPUT, "id", "by hand");
}

static void test_a_taken_value_names_its_owner(void **state)
{
    struct samples *samples = *state;
    struct uuid id;
    const struct change latex[] = {to_text("name", "Latex white 10 l"), to_text("sku", "L-10"),
                                   to_text("currency", "EUR")};
    const struct change other[] = {to_text("name", "Latex grey"), to_text("sku", "L-10"),
                                   to_text("currency", "EUR")};
    samples_expect(samples->store, act(samples, INSERT, "products", &id, latex, 3));
    expect_refused(act(samples, INSERT, "products", &id, other, 3), ERROR_INPUT, "sku",
                   "SKU L-10 is taken by Latex white 10 l");

    struct uuid paint = id;
    const struct change variant[] = {to("product_id", value_uuid(&paint)), to_text("name", "10 l")};
    samples_expect(samples->store, act(samples, INSERT, "product_variants", &id, variant, 2));
    const struct change barcode[] = {to("variant_id", value_uuid(&id)),
                                     to_text("barcode", "4006381333931")};
    samples_expect(samples->store, act(samples, INSERT, "product_barcodes", NULL, barcode, 2));
    expect_refused(act(samples, INSERT, "product_barcodes", &id, barcode, 2), ERROR_INPUT,
                   "barcode", "Barcode 4006381333931 is taken by 10 l");

    make(samples, "notes", "Notes", NULL, NULL); /* unique over lower(name) */
    const struct change note = to_text("name", "nOTES");
    expect_refused(act(samples, INSERT, "notes", &id, &note, 1), ERROR_INPUT, "name",
                   "Name nOTES is taken already");

    struct uuid house = make(samples, "houses", "Mill", NULL, NULL);
    struct uuid room = make(samples, "rooms", "Hall", "house_id", &house);
    const struct change door[] = {to("room_id", value_uuid(&room)), to("order", value_integer(2)),
                                  to_text("name", "Oak")};
    samples_expect(samples->store, act(samples, INSERT, "doors", &id, door, 3));
    expect_refused(act(samples, INSERT, "doors", &id, door, 2), ERROR_INPUT, "room_id",
                   "Room Hall, Order 2 is taken by Oak");
}

static void test_rules_over_several_fields(void **state)
{
    struct samples *samples = *state;
    struct uuid id, house = make(samples, "houses", "Barn", NULL, NULL);
    struct uuid room = make(samples, "rooms", "Loft", "house_id", &house);
    struct change door[] = {to("room_id", value_uuid(&room)), to("low", value_integer(5)),
                            to("high", value_integer(5))};
    expect_refused(act(samples, INSERT, "doors", &id, door, 3), ERROR_INPUT, "low",
                   "Low and High do not fit together");
    door[1] = to("order", value_integer(13));
    expect_refused(act(samples, INSERT, "doors", &id, door, 2), ERROR_INPUT, "order",
                   "Order can't be 13");
}

static void test_an_update_keeps_what_another_one_changed(void **state)
{
    struct samples *samples = *state;
    struct uuid id;
    const struct change product[] = {to_text("name", "Brush"), to_text("currency", "EUR"),
                                     to("price_cents", value_integer(300)), to_text("sku", "B-1")};
    samples_expect(samples->store, act(samples, INSERT, "products", &id, product, 4));
    int64_t created = stored(samples, "products", &id, "updated_at").integer;

    struct change price = {"price_cents", value_integer(400), value_integer(300), true};
    samples_expect(samples->store, act(samples, UPDATE, "products", &id, &price, 1));
    int64_t updated = stored(samples, "products", &id, "updated_at").integer;
    assert_true(updated > created);

    struct change mine[] = {{"price_cents", value_integer(500), value_integer(300), true},
                            from_to("sku", "B-1", "B-2")};
    expect_refused(act(samples, UPDATE, "products", &id, mine, 2), ERROR_CONFLICT, "price_cents",
                   "Price was changed to 4.00 meanwhile; you saw 3.00 and want 5.00");
    assert_string_equal(value_as_text(stored(samples, "products", &id, "sku")), "B-1");

    mine[0].value = value_integer(400); /* what it is by now */
    samples_expect(samples->store, act(samples, UPDATE, "products", &id, mine, 2));
    assert_string_equal(value_as_text(stored(samples, "products", &id, "sku")), "B-2");

    int64_t operations = samples_integer(samples, "SELECT count(*) FROM journal");
    updated = stored(samples, "products", &id, "updated_at").integer;
    const struct change same = to_text("sku", "B-2");
    samples_expect(samples->store, act(samples, UPDATE, "products", &id, &same, 1));
    assert_int_equal(stored(samples, "products", &id, "updated_at").integer, updated);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal"), operations);
}

static void test_a_form_over_a_row_that_was_deleted(void **state)
{
    struct samples *samples = *state;
    struct uuid id = make(samples, "houses", "Shed", NULL, NULL);
    samples_expect(samples->store, act(samples, DELETE, "houses", &id, NULL, 0));
    const struct change seen = from_to("name", "Shed", "Hut");
    expect_refused(act(samples, UPDATE, "houses", &id, &seen, 1), ERROR_CONFLICT, "",
                   "Shed was deleted");
    const struct change unseen = to_text("name", "Hut"); /* an erasure of personal data, say */
    samples_expect(samples->store, act(samples, UPDATE, "houses", &id, &unseen, 1));
}

static void test_illegal_moves_are_refused(void **state)
{
    struct samples *samples = *state;
    struct uuid id, place;
    const struct change location[] = {to_text("name", "Mitte"), to_text("timezone", "UTC")};
    samples_expect(samples->store, act(samples, INSERT, "locations", &place, location, 2));
    const struct change order[] = {to_text("order_number", "R1-000001"), to_text("currency", "EUR"),
                                   to_text("status", "draft"),
                                   to_text("business_day", "2026-11-20"),
                                   to("location_id", value_uuid(&place))};
    samples_expect(samples->store, act(samples, INSERT, "orders", &id, order, 5));
    const struct change ship = to_text("status", "shipped");
    expect_refused(act(samples, UPDATE, "orders", &id, &ship, 1), ERROR_RULE, "status",
                   "Status of R1-000001 can't go from draft to shipped");
    const struct change park = to_text("status", "parked");
    samples_expect(samples->store, act(samples, UPDATE, "orders", &id, &park, 1));
}

static void test_what_only_grows_is_not_changed(void **state)
{
    struct samples *samples = *state;
    struct uuid id = make(samples, "box_events", "opened", NULL, NULL);
    const struct change changes = to_text("name", "closed");
    expect_refused(act(samples, UPDATE, "box_events", &id, &changes, 1), ERROR_RULE, "", "grows");
    expect_refused(act(samples, DELETE, "box_events", &id, NULL, 0), ERROR_RULE, "", "grows");
    assert_true(exists(samples, "box_events", &id));
}

static void test_a_deleted_row_is_not_referred_to(void **state)
{
    struct samples *samples = *state;
    struct uuid id, house = make(samples, "houses", "Ruin", NULL, NULL);
    samples_expect(samples->store, act(samples, DELETE, "houses", &house, NULL, 0));
    const struct change room = to("house_id", value_uuid(&house));
    expect_refused(act(samples, INSERT, "rooms", &id, &room, 1), ERROR_INPUT, "house_id",
                   "Ruin is deleted");
    /* A new row may tell of it where the reference is for information alone; an edit may not. */
    samples_expect(samples->store, act(samples, INSERT, "notes", &id, &room, 1));
    struct uuid other = make(samples, "notes", "x", NULL, NULL);
    expect_refused(act(samples, UPDATE, "notes", &other, &room, 1), ERROR_INPUT, "house_id",
                   "Ruin is deleted");
}

static void test_a_soft_delete_and_its_way_back(void **state)
{
    struct samples *samples = *state;
    struct uuid house = make(samples, "houses", "Castle", NULL, NULL);
    struct uuid wing = make(samples, "houses", "Wing", "parent_id", &house);
    struct uuid room = make(samples, "rooms", "Kitchen", "house_id", &wing);
    struct uuid early = make(samples, "rooms", "Cellar", "house_id", &wing);
    struct uuid door = make(samples, "doors", "Gate", "room_id", &room);
    struct uuid note = make(samples, "notes", "n", "house_id", &house);
    struct uuid lease = make(samples, "leases", "Lease 7", "room_id", &room);
    expect_refused(act(samples, DELETE, "houses", &house, NULL, 0), ERROR_RULE, "",
                   "Kitchen can't be deleted: Lease 7 (Leases) refers to it");
    assert_false(is_deleted(samples, "houses", &wing));

    samples_expect(samples->store, act(samples, DELETE, "leases", &lease, NULL, 0));
    samples_expect(samples->store, act(samples, DELETE, "rooms", &early, NULL, 0));
    samples_expect(samples->store, act(samples, DELETE, "houses", &house, NULL, 0));
    assert_true(is_deleted(samples, "houses", &house) && is_deleted(samples, "houses", &wing) &&
                is_deleted(samples, "rooms", &room));
    assert_true(exists(samples, "doors", &door));
    assert_int_equal(stored(samples, "notes", &note, "house_id").kind, VALUE_BYTES);
    samples_expect(samples->store, act(samples, DELETE, "houses", &house, NULL, 0));

    expect_refused(act(samples, RESTORE, "rooms", &room, NULL, 0), ERROR_INPUT, "house_id",
                   "Wing is deleted");
    struct uuid taken = make(samples, "houses", "Castle", NULL, NULL);
    expect_refused(act(samples, RESTORE, "houses", &house, NULL, 0), ERROR_INPUT, "name",
                   "Name Castle is taken already");
    samples_expect(samples->store, act(samples, DELETE, "houses", &taken, NULL, 0));
    samples_expect(samples->store, act(samples, RESTORE, "houses", &house, NULL, 0));
    assert_false(is_deleted(samples, "houses", &wing) || is_deleted(samples, "rooms", &room));
    assert_true(is_deleted(samples, "rooms", &early)); /* was deleted before, on its own */
    samples_expect(samples->store, act(samples, RESTORE, "houses", &house, NULL, 0));
    expect_refused(act(samples, RESTORE, "doors", &door, NULL, 0), ERROR_RULE, "", "for good");
}

static void test_a_delete_for_good_takes_parts_and_clears(void **state)
{
    struct samples *samples = *state;
    struct uuid box = make(samples, "boxes", "Crate", NULL, NULL);
    struct uuid inner = make(samples, "boxes", "Inner", "parent_id", &box);
    struct uuid lid = make(samples, "lids", "Lid", "box_id", &inner);
    struct uuid note = make(samples, "notes", "about a box", "box_id", &inner);
    struct uuid free = make(samples, "notes", "about nothing", NULL, NULL);
    struct uuid second = make(samples, "lids", "Second lid", "box_id", &box);
    struct change tie[] = {to("other_id", value_uuid(&lid))}; /* protects what goes with it */
    samples_expect(samples->store, act(samples, UPDATE, "lids", &second, tie, 1));
    int64_t before = stored(samples, "notes", &note, "updated_at").integer;
    samples_expect(samples->store, act(samples, DELETE, "boxes", &box, NULL, 0));
    assert_false(exists(samples, "boxes", &box) || exists(samples, "boxes", &inner) ||
                 exists(samples, "lids", &lid));
    assert_int_equal(stored(samples, "notes", &note, "box_id").kind, VALUE_NULL);
    assert_true(stored(samples, "notes", &note, "updated_at").integer > before);
    assert_true(exists(samples, "notes", &free));
}

static void test_a_circle_is_refused(void **state)
{
    struct samples *samples = *state;
    struct uuid top = make(samples, "boxes", "Top", NULL, NULL);
    struct uuid middle = make(samples, "boxes", "Middle", "parent_id", &top);
    struct uuid low = make(samples, "boxes", "Low", "parent_id", &middle);
    const struct uuid *const below[] = {&top, &middle, &low};
    for (size_t i = 0; i < 3; i++) {
        struct change under[] = {to("parent_id", value_uuid(below[i]))};
        expect_refused(act(samples, UPDATE, "boxes", &top, under, 1), ERROR_RULE, "parent_id",
                       "leads to Top");
    }
    struct change under[] = {to("parent_id", value_uuid(&top))};
    samples_expect(samples->store, act(samples, UPDATE, "boxes", &low, under, 1));
}

static void test_what_a_delete_for_good_must_not_break(void **state)
{
    struct samples *samples = *state;
    struct uuid box = make(samples, "boxes", "Chest", NULL, NULL);
    struct uuid lid = make(samples, "lids", "Cover", "box_id", &box);
    struct uuid second = make(samples, "boxes", "Case", NULL, NULL);
    struct uuid stray = make(samples, "lids", "Stray", "box_id", &second);
    struct change tie[] = {to("other_id", value_uuid(&lid))};
    samples_expect(samples->store, act(samples, UPDATE, "lids", &stray, tie, 1));
    expect_refused(act(samples, DELETE, "boxes", &box, NULL, 0), ERROR_RULE, "",
                   "Cover can't be deleted: Stray (Lids) refers to it");
    make(samples, "box_events", "opened", "box_id", &second);
    make(samples, "box_events", "closed", "box_id", &second);
    expect_refused(act(samples, DELETE, "boxes", &second, NULL, 0), ERROR_RULE, "",
                   "Case can't be deleted: 2 of \"Box events\" refer to it");
    assert_true(exists(samples, "lids", &lid) && exists(samples, "boxes", &second));
}

static void test_a_delete_is_bounded(void **state)
{
    struct samples *samples = *state;
    struct uuid box = make(samples, "boxes", "Depot", NULL, NULL);
    struct operation *operation = samples_begin(samples, "record.edit", &samples->anna);
    struct change lid = to("box_id", value_uuid(&box));
    for (int i = 0; i < OPERATION_ROWS_MAX - 1; i++)
        samples_expect(samples->store,
                       record_insert(operation, "lids", &lid, 1, NULL, samples_error()));
    samples_commit(operation);
    samples_expect(samples->store, act(samples, DELETE, "boxes", &box, NULL, 0));
    box = make(samples, "boxes", "Depot", NULL, NULL);
    for (int part = 0; part < 2; part++) {
        operation = samples_begin(samples, "record.edit", &samples->anna);
        for (int i = 0; i < OPERATION_ROWS_MAX / 2; i++)
            samples_expect(samples->store,
                           record_insert(operation, "lids", &lid, 1, NULL, samples_error()));
        samples_commit(operation);
    }
    expect_refused(act(samples, DELETE, "boxes", &box, NULL, 0), ERROR_RULE, "", "1000");
}

static void test_a_row_without_a_title_is_named_by_its_id(void **state)
{
    struct samples *samples = *state;
    struct uuid id = {{0x01, 0x8f, 0x3c, 0x2a}};
    const struct change changes[] = {to("id", value_uuid(&id)), to_text("name", "")};
    samples_expect(samples->store, act(samples, INSERT, "boxes", NULL, changes, 2));
    const struct table *boxes = schema_table(store_schema(samples->store), "boxes");
    assert_string_equal(record_title(samples->store, boxes, &id, samples->arena), "018f3c2a");
    struct uuid none = {{0xFF}};
    assert_string_equal(record_title(samples->store, boxes, &none, samples->arena), "ff000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_insert_fills_what_nobody_types),
        cmocka_unit_test(test_what_is_wrong_is_refused_by_its_field),
        cmocka_unit_test(test_an_import_may_bring_the_id),
        cmocka_unit_test(test_a_taken_value_names_its_owner),
        cmocka_unit_test(test_rules_over_several_fields),
        cmocka_unit_test(test_an_update_keeps_what_another_one_changed),
        cmocka_unit_test(test_a_form_over_a_row_that_was_deleted),
        cmocka_unit_test(test_illegal_moves_are_refused),
        cmocka_unit_test(test_what_only_grows_is_not_changed),
        cmocka_unit_test(test_a_deleted_row_is_not_referred_to),
        cmocka_unit_test(test_a_soft_delete_and_its_way_back),
        cmocka_unit_test(test_a_delete_for_good_takes_parts_and_clears),
        cmocka_unit_test(test_a_circle_is_refused),
        cmocka_unit_test(test_what_a_delete_for_good_must_not_break),
        cmocka_unit_test(test_a_delete_is_bounded),
        cmocka_unit_test(test_a_row_without_a_title_is_named_by_its_id),
    };
    return cmocka_run_group_tests(tests, setup, samples_teardown);
}
