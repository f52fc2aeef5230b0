#include "model/shop/basket.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One table says what of a basket is kept, so that writing and reading can't drift apart. */
enum kept { KEPT_INTEGER, KEPT_BOOLEAN, KEPT_TEXT, KEPT_OWNED_TEXT, KEPT_ID };

struct kept_field {
    const char *name;
    enum kept kind;
    size_t offset;
    size_t size;      /* of a KEPT_TEXT */
    bool is_optional; /* what was kept before there was such a field has zeros there */
};

#define INTEGER(of, member)                                                                        \
    {                                                                                              \
#member, KEPT_INTEGER, offsetof(struct of, member), 0, false                               \
    }
#define ID(of, member)                                                                             \
    {                                                                                              \
#member, KEPT_ID, offsetof(struct of, member), 0, false                                    \
    }
#define OPTIONAL_ID(of, member)                                                                    \
    {                                                                                              \
#member, KEPT_ID, offsetof(struct of, member), 0, true                                     \
    }
#define OPTIONAL_INTEGER(of, member)                                                               \
    {                                                                                              \
#member, KEPT_INTEGER, offsetof(struct of, member), 0, true                                \
    }
#define OPTIONAL_TEXT(of, member)                                                                  \
    {                                                                                              \
#member, KEPT_TEXT, offsetof(struct of, member), sizeof((struct of *)0)->member, true      \
    }
#define OWNED_TEXT(of, member)                                                                     \
    {                                                                                              \
#member, KEPT_OWNED_TEXT, offsetof(struct of, member), 0, false                            \
    }
#define TEXT(of, member)                                                                           \
    {                                                                                              \
#member, KEPT_TEXT, offsetof(struct of, member), sizeof((struct of *)0)->member, false     \
    }

static const struct kept_field line_fields[] = {
    ID(basket_line, id),
    ID(basket_line, variant_id),
    ID(basket_line, product_id),
    TEXT(basket_line, name),
    TEXT(basket_line, sku),
    OPTIONAL_TEXT(basket_line, gift_card),
    OPTIONAL_TEXT(basket_line, price_code),
    INTEGER(basket_line, quantity_milli),
    INTEGER(basket_line, unit_price_cents),
    INTEGER(basket_line, discount_bp),
    INTEGER(basket_line, discount_cents),
    INTEGER(basket_line, tax_bp),
    OPTIONAL_INTEGER(basket_line, full_price_cents),
    OPTIONAL_INTEGER(basket_line, full_tax_bp),
    OPTIONAL_ID(basket_line, original_item_id),
    OPTIONAL_ID(basket_line, return_reason_id),
};

static const struct kept_field basket_fields[] = {
    ID(basket, order_id),
    OPTIONAL_ID(basket, new_id),
    OPTIONAL_ID(basket, resumed_id),
    INTEGER(basket, seen_updated_at),
    TEXT(basket, kind),
    ID(basket, original_id),
    ID(basket, customer_id),
    TEXT(basket, customer_name),
    TEXT(basket, customer_email),
    TEXT(basket, currency),
    {"is_tax_included", KEPT_BOOLEAN, offsetof(struct basket, is_tax_included), 0, false},
    {"is_tax_exempt", KEPT_BOOLEAN, offsetof(struct basket, is_tax_exempt), 0, true},
    INTEGER(basket, discount_bp),
    INTEGER(basket, discount_cents),
    OPTIONAL_ID(basket, coupon.id),
    OPTIONAL_TEXT(basket, coupon.code),
    OPTIONAL_TEXT(basket, coupon.name),
    OPTIONAL_TEXT(basket, coupon.kind),
    OPTIONAL_TEXT(basket, coupon.currency),
    OPTIONAL_INTEGER(basket, coupon.value_bp),
    OPTIONAL_INTEGER(basket, coupon.value_cents),
    OPTIONAL_INTEGER(basket, coupon.minimum_cents),
    OPTIONAL_INTEGER(basket, coupon.maximum_cents),
    INTEGER(basket, shipping_cents),
    OWNED_TEXT(basket, notes),
    OWNED_TEXT(basket, shipping_address),
    OWNED_TEXT(basket, billing_address),
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static json_t *write_field(const struct kept_field *field, const char *at)
{
    char id[UUID_TEXT_SIZE];
    switch (field->kind) {
    case KEPT_INTEGER:
        return json_integer(*(const int64_t *)(const void *)at);
    case KEPT_BOOLEAN:
        return json_boolean(*(const bool *)(const void *)at);
    case KEPT_TEXT:
        return json_string(at);
    case KEPT_OWNED_TEXT: {
        const char *text = *(char *const *)(const void *)at;
        return text != NULL ? json_string(text) : json_null();
    }
    case KEPT_ID:
        uuid_text((const struct uuid *)(const void *)at, id);
        return json_string(id);
    }
    return NULL;
}

static json_t *write_fields(const struct kept_field *fields, size_t count, const void *base)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++)
        json_object_set_new(object, fields[i].name,
                            write_field(&fields[i], (const char *)base + fields[i].offset));
    return object;
}

char *basket_to_json(const struct basket *basket)
{
    json_t *object = write_fields(basket_fields, COUNT(basket_fields), basket);
    json_t *lines = json_array();
    for (size_t i = 0; i < basket->count; i++)
        json_array_append_new(lines,
                              write_fields(line_fields, COUNT(line_fields), &basket->lines[i]));
    json_object_set_new(object, "lines", lines);
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text == NULL)
        abort(); /* out of memory: every text in a basket was checked when it was typed */
    return text;
}

static bool read_field(const struct kept_field *field, const json_t *value, char *at)
{
    switch (field->kind) {
    case KEPT_INTEGER:
        *(int64_t *)(void *)at = json_integer_value(value);
        return json_is_integer(value);
    case KEPT_BOOLEAN:
        *(bool *)(void *)at = json_is_true(value);
        return json_is_boolean(value);
    case KEPT_TEXT:
        if (!json_is_string(value) || json_string_length(value) >= field->size)
            return false;
        snprintf(at, field->size, "%s", json_string_value(value));
        return true;
    case KEPT_OWNED_TEXT:
        if (json_is_string(value))
            *(char **)(void *)at = memory_text(json_string_value(value));
        return json_is_string(value) || json_is_null(value);
    case KEPT_ID:
        return json_is_string(value) &&
               uuid_parse(json_string_value(value), (struct uuid *)(void *)at);
    }
    return false;
}

static bool read_fields(const struct kept_field *fields, size_t count, const json_t *object,
                        void *base, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!(fields[i].is_optional && json_object_get(object, fields[i].name) == NULL) &&
            !read_field(&fields[i], json_object_get(object, fields[i].name),
                        (char *)base + fields[i].offset))
            return error_set_field(err, ERROR_INPUT, fields[i].name,
                                   "The kept order can't be read: its %s is missing or wrong",
                                   fields[i].name);
    return true;
}

static bool read_lines(struct basket *basket, const json_t *lines, struct error *err)
{
    if (!json_is_array(lines) || json_array_size(lines) > BASKET_LINES_MAX)
        return error_set(err, ERROR_INPUT, "The kept order can't be read: it has no list of lines");
    basket->count = basket->capacity = json_array_size(lines);
    basket->lines = memory_new(basket->count * sizeof *basket->lines);
    for (size_t i = 0; i < basket->count; i++)
        if (!read_fields(line_fields, COUNT(line_fields), json_array_get(lines, i),
                         &basket->lines[i], err))
            return false;
    return true;
}

bool basket_from_json(struct basket *basket, const char *json, struct error *err)
{
    json_error_t where;
    json_t *object = json_loads(json, 0, &where);
    if (object == NULL)
        return error_set(err, ERROR_INPUT, "The kept order can't be read: %s", where.text);
    *basket = (struct basket){0};
    bool done = read_fields(basket_fields, COUNT(basket_fields), object, basket, err) &&
                read_lines(basket, json_object_get(object, "lines"), err) &&
                basket_total(basket, err);
    json_decref(object);
    if (!done)
        basket_done(basket);
    return done;
}
