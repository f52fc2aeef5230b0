#include "tui/screens/record_card.h"

#include "model/base/instant.h"
#include "tui/screens/record_lookup.h"
#include "tui/widgets/count.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char nothing[] = "–";

static const char *scalar_text(const json_t *json, struct arena *arena)
{
    if (json_is_string(json))
        return arena_text(arena, json_string_value(json));
    char *text = json_dumps(json, JSON_ENCODE_ANY);
    const char *copy = arena_text(arena, text != NULL ? text : "");
    free(text);
    return copy;
}

/* "street: Linienstraße 83" for each member; NULL when one holds more than a value. */
static const char *flat_text(json_t *json, struct arena *arena)
{
    const char *key, *text = "";
    json_t *member;
    json_object_foreach(json, key, member)
    {
        if (json_is_object(member) || json_is_array(member))
            return NULL;
        text = arena_format(arena, "%s%s%s: %s", text, text[0] != '\0' ? "\n" : "", key,
                            scalar_text(member, arena));
    }
    return text;
}

/* An object or array in lines; what is empty says nothing. */
static const char *json_text(const char *text, struct arena *arena)
{
    json_t *json = json_loads(text, 0, NULL);
    bool is_empty = json != NULL && json_object_size(json) == 0 && json_array_size(json) == 0;
    const char *shown = json == NULL ? arena_text(arena, text) : is_empty ? "" : NULL;
    if (shown == NULL && json_is_object(json))
        shown = flat_text(json, arena);
    if (shown == NULL) {
        char *lines = json_dumps(json, JSON_INDENT(2));
        shown = arena_text(arena, lines != NULL ? lines : text);
        free(lines);
    }
    json_decref(json);
    return shown;
}

static bool leads_on(const struct column *column, struct value value, struct uuid *id)
{
    return column->reference != NULL && column->type == COLUMN_UUID &&
           record_has_id(column->reference) && !column->is_secret && value_as_uuid(value, id);
}

/* The value as a person reads it: with its unit, a reference by the other row's title, JSON in
 * lines. "" for null. */
static const char *text_of_value(struct store *store, const struct record *row, size_t index,
                                 struct arena *arena)
{
    const struct column *column = &row->table->columns[index];
    struct value value = row->values[index];
    const char *currency = value_as_text(record_value(row, "currency"));
    struct uuid other;
    if (value.kind == VALUE_NULL)
        return "";
    if (leads_on(column, value, &other))
        return record_name(store, column->reference, &other, arena);
    if (column->type == COLUMN_BYTES && !column->is_secret)
        return arena_format(arena, "%zu bytes", value.size);
    if (column->type == COLUMN_INSTANT) {
        char time[INSTANT_TEXT_SIZE];
        instant_format_local(value.integer, store_env(store)->zone, time);
        return arena_text(arena, time);
    }
    const char *text = column_format(column, value, currency[0] != '\0' ? currency : NULL,
                                     store_env(store)->zone, arena);
    if (column->is_secret)
        return text;
    if (column->type == COLUMN_JSON)
        return json_text(text, arena);
    if (column->unit == UNIT_CENTS && currency[0] != '\0')
        return arena_format(arena, "%s %s", text, currency);
    return text;
}

static void add_field(struct card *card, struct store *store, const struct record *row,
                      size_t index)
{
    const struct column *column = &row->table->columns[index];
    struct record_aim *aim = arena_alloc(card->arena, sizeof *aim);
    *aim = (struct record_aim){.kind = AIM_FIELD, .column = column};
    bool is_link = leads_on(column, row->values[index], &aim->id);
    if (is_link) {
        aim->kind = AIM_ROW;
        aim->table = column->reference;
    }
    const char *text = text_of_value(store, row, index, card->arena);
    bool is_title = (int)index == row->table->title;
    card_add(card, (struct card_line){
                       .kind = CARD_PAIR,
                       .label = column->label,
                       .text = text[0] != '\0' ? text : nothing,
                       .role = text[0] == '\0' || column->is_secret ? ROLE_DIM
                               : is_title                           ? ROLE_STRONG
                                                                    : ROLE_NORMAL,
                       .is_link = is_link,
                       .value = aim,
                   });
}

static bool is_kept_by_program(const struct column *column)
{
    return column->is_system || column->key != KEY_NONE;
}

void record_card_add_fields(struct card *card, struct store *store, const struct record *row)
{
    const struct table *table = row->table;
    if (table->title >= 0)
        add_field(card, store, row, (size_t)table->title);
    for (size_t i = 0; i < table->column_count; i++)
        if (!is_kept_by_program(&table->columns[i]) && (int)i != table->title)
            add_field(card, store, row, i);
    card_add_heading(card, 0, "Kept by the program");
    for (size_t i = 0; i < table->column_count; i++)
        if (is_kept_by_program(&table->columns[i]))
            add_field(card, store, row, i);
}

size_t record_referrers(const struct schema *schema, const struct table *table, struct arena *arena,
                        struct record_referrer **out)
{
    size_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        *out = pass == 0 ? NULL : arena_alloc(arena, (count + 1) * sizeof **out);
        count = 0;
        for (size_t t = 0; t < schema->table_count; t++)
            for (size_t c = 0; c < schema->tables[t].column_count; c++) {
                const struct column *column = &schema->tables[t].columns[c];
                if (column->reference != table || strcmp(column->name, "tenant_id") == 0)
                    continue;
                if (pass == 1)
                    (*out)[count] = (struct record_referrer){&schema->tables[t], column, 0};
                count++;
            }
    }
    return count;
}

/* Whether an index begins with the column, alone or behind the tenant. */
static bool is_indexed(struct store *store, const struct record_referrer *referrer)
{
    int64_t one;
    return store_find_integer(store, &one,
                              "SELECT 1 FROM pragma_index_list(?1) AS list"
                              " JOIN pragma_index_info(list.name) AS part ON part.seqno = 0"
                              " JOIN sqlite_schema AS s ON s.name = list.name"
                              " WHERE part.name = ?2 AND (list.partial = 0"
                              " OR s.sql LIKE '%WHERE deleted_at IS NULL'"
                              " OR s.sql LIKE '%WHERE ' || ?2 || ' IS NOT NULL')",
                              NULL, "tt", referrer->table->name, referrer->column->name) > 0;
}

/* Without an index all rows are gone through: only where they are few. */
static bool is_large(struct store *store, const struct table *table)
{
    enum { FEW = 20000 };
    char sql[160];
    int64_t one;
    snprintf(sql, sizeof sql, "SELECT 1 FROM \"%s\" LIMIT 1 OFFSET %d", table->name, FEW);
    return store_find_integer(store, &one, sql, NULL, "") > 0;
}

bool record_count_referrers(struct store *store, const struct uuid *id,
                            struct record_referrer *referrers, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct record_referrer *referrer = &referrers[i];
        char sql[320];
        if (!is_indexed(store, referrer) && is_large(store, referrer->table)) {
            referrer->count = -1;
            continue;
        }
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM (SELECT 1 FROM \"%s\" WHERE \"%s\" = ?1%s LIMIT %d)",
                 referrer->table->name, referrer->column->name,
                 referrer->table->has_soft_delete ? " AND deleted_at IS NULL" : "",
                 REFERRERS_MOST + 1);
        if (store_find_integer(store, &referrer->count, sql, err, "u", id) < 0)
            return false;
    }
    return true;
}

/* "Orders" or, where several columns of a table refer, "Orders (original order)". */
static const char *referrer_label(const struct record_referrer *referrers, size_t count, size_t at,
                                  struct arena *arena)
{
    const struct record_referrer *referrer = &referrers[at];
    for (size_t i = 0; i < count; i++)
        if (i != at && referrers[i].table == referrer->table)
            return arena_format(arena, "%s (%s)", referrer->table->label, referrer->column->label);
    return referrer->table->label;
}

void record_card_add_referrers(struct card *card, const struct record_referrer *referrers,
                               size_t count, bool are_counted)
{
    bool is_any = false;
    card_add_heading(card, 1, are_counted ? "Referred to by" : "Referred to by …");
    for (size_t i = 0; i < count && are_counted; i++) {
        char number[COUNT_TEXT_SIZE];
        if (referrers[i].count == 0)
            continue;
        count_format(referrers[i].count, REFERRERS_MOST, number);
        struct record_aim *aim = arena_alloc(card->arena, sizeof *aim);
        *aim = (struct record_aim){
            .kind = AIM_REFERRERS, .table = referrers[i].table, .column = referrers[i].column};
        card_add(card, (struct card_line){.kind = CARD_PAIR,
                                          .side = 1,
                                          .label = referrer_label(referrers, count, i, card->arena),
                                          .text = referrers[i].count < 0 ? "not counted" : number,
                                          .is_link = true,
                                          .value = aim});
        is_any = true;
    }
    if (are_counted && !is_any)
        card_add(card, (struct card_line){
                           .kind = CARD_TEXT, .side = 1, .text = "nothing", .role = ROLE_DIM});
}

static void add_operation(struct card *card, struct store *store, const struct operation_info *info)
{
    char time[INSTANT_TEXT_SIZE];
    const struct env *env = store_env(store);
    const struct operation_kind *kind = operation_kind_find(info->kind);
    const char *what = info->summary[0] != '\0' ? info->summary
                       : kind != NULL           ? kind->label
                                                : info->kind;
    instant_format_short(info->time, env_now(env), env->zone, time);
    struct record_aim *aim = arena_alloc(card->arena, sizeof *aim);
    *aim = (struct record_aim){.kind = AIM_OPERATION, .id = info->id};
    card_add(card,
             (struct card_line){
                 .kind = CARD_PAIR,
                 .side = 1,
                 .label = time,
                 .text = arena_format(card->arena, "%s%s, %s", info->is_undone ? "(undone) " : "",
                                      what, info->actor_name),
                 .role = info->is_undone ? ROLE_DIM : ROLE_NORMAL,
                 .is_link = true,
                 .value = aim,
             });
}

bool record_card_add_history(struct card *card, struct store *store, const struct record *row,
                             struct error *err)
{
    struct operation_info list[HISTORY_LINES];
    int count =
        operation_list(store, 0, row->table->name, &row->id, HISTORY_LINES, card->arena, list, err);
    card_add_heading(card, 1, "History");
    for (int i = 0; i < count; i++)
        add_operation(card, store, &list[i]);
    if (count == 0)
        card_add(card, (struct card_line){.kind = CARD_TEXT,
                                          .side = 1,
                                          .text = "nothing was done to it here",
                                          .role = ROLE_DIM});
    return count >= 0;
}
