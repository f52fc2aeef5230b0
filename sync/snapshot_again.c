#include "model/overlay/pull.h"
#include "sync/snapshot.h"
#include "sync/snapshot_private.h"

static bool stage_row(struct copy *copy, const struct hold_table *held, void *context,
                      struct error *err)
{
    struct value fields[held->table->column_count];
    for (size_t i = 0; i < held->table->column_count; i++)
        fields[i] = value_null();
    for (size_t i = 0; i < held->count; i++)
        fields[held->columns[i]] = copy->values[i];
    return pull_row(context, held->table, fields, err);
}

static bool depends_on_people(const struct table *table)
{
    return table->scope == SCOPE_CHANNEL || table->scope == SCOPE_USER;
}

static bool stage(struct copy *copy, struct pull *pull, bool scopes_only, struct error *err)
{
    for (size_t i = 0; i < copy->hold.count; i++) {
        const struct hold_table *held = &copy->hold.tables[i];
        if (scopes_only && !depends_on_people(held->table))
            continue;
        hold_keep_columns(held, pull);
        if (!copy_table(copy, held, stage_row, pull, err) ||
            !pull_whole_table(pull, held->table, err))
            return false;
    }
    /* The cursor of the other tables stays where it is. */
    for (int i = scopes_only ? 1 : 0; i < (scopes_only ? 2 : HEAD); i++)
        if (!pull_state(pull, copy_head_names[i], copy->head[i], err))
            return false;
    return true;
}

bool snapshot_again(struct store *store, struct central *central, bool scopes_only,
                    const struct snapshot_progress *progress, struct error *err)
{
    struct copy copy = {.store = store, .central = central, .progress = progress};
    struct pull *pull = NULL;
    bool is_done = copy_begin(&copy, err) && (pull = pull_begin(store, err)) != NULL &&
                   stage(&copy, pull, scopes_only, err);
    copy_done(&copy);
    if (is_done)
        return pull_finish(pull, NULL, err);
    pull_cancel(pull);
    return false;
}
