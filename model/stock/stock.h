/* Stock is movements: signed quantities with a reason. Levels are derived from them. */
#ifndef MODEL_STOCK_H
#define MODEL_STOCK_H

#include "model/operation/actor.h"
#include "model/operation/operation.h"

extern const struct operation_kind stock_kinds[];
extern const size_t stock_kind_count;

/* The most that one movement may carry: a billion pieces. So no level comes near its type's end. */
#define STOCK_QUANTITY_MAX INT64_C(1000000000000)
enum { STOCK_NOTE_MAX = 500 };

struct stock_movement {
    /* All zero: minted. An id that is derived from what the movement answers (stock_answer_id())
     * lets two terminals that answer the same thing offline do it once: the centre refuses the
     * second operation, whole, and its person sees what the first one did. */
    struct uuid id;
    struct uuid variant_id, location_id;
    int64_t quantity_milli;
    const char *reason; /* sale, return, receive, count, transfer, damage, adjust */
    const char *reference_table;
    struct uuid reference_id; /* with the table it belongs to */
    const char *note;
    bool has_cost;
    int64_t unit_cost_cents;
    int64_t occurred_at; /* 0: at the operation's time */
};

/* One movement in the caller's operation. ERROR_INPUT beyond STOCK_QUANTITY_MAX. */
bool stock_write(struct operation *operation, const struct stock_movement *movement,
                 struct error *err);
/* The same in short. `reference` is a table and id it belongs to, or NULL. */
bool stock_move(struct operation *operation, const struct uuid *variant,
                const struct uuid *location, int64_t quantity_milli, const char *reason,
                const char *reference_table, const struct uuid *reference, const char *note,
                struct error *err);
/* The id of the next answer to `thing` (such as a transfer's line), where `known` are there
 * already. */
struct uuid stock_answer_id(struct store *store, const char *purpose, const struct uuid *thing,
                            const struct uuid *place, int64_t known);

/* ERROR_RULE for what is sold without being kept, such as advice: it has no level. */
bool stock_check_kept(struct store *store, const struct uuid *variant, struct error *err);

/* A correction by hand: by how much. ERROR_RULE for what is not kept in stock. Undone by the
 * movement the other way. Right: inventory.adjust. */
bool stock_adjust(struct store *store, const struct actor *actor, const struct uuid *variant,
                  const struct uuid *location, int64_t quantity_milli, const char *reason,
                  const char *note, struct error *err);

/* Takes back what an operation moved, by the movements the other way (they themselves stay, see
 * SCHEMA.md, append) in the open operation, on which it calls operation_set_undoes(). Each stands
 * at the instant of the one that it takes back, as if neither had been: a count of the goods
 * between the two must not find a loss. Returns how many, or -1. */
int stock_take_back(struct operation *operation, const struct uuid *undone, struct error *err);

#endif
