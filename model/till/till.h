/* The till of a register: a session from its float to its count, and what is put in and taken out
 * by hand between them. Cash sales and refunds belong to the session that is open while they
 * happen; what is in the drawer is therefore
 *
 *   float + cash taken (tendered - change) - cash given back + put in - taken out
 *
 * A session is closed once, by a count, with a Z report that nobody changes any more
 * (model/till/till_report.h). All of it works without a line: a register belongs to one terminal,
 * and no other opens, moves or closes its till. */
#ifndef MODEL_TILL_H
#define MODEL_TILL_H

#include "model/base/date.h"
#include "model/list/query.h"
#include "model/operation/operation.h"
#include "model/till/till_count.h"

extern const struct operation_kind till_kinds[];
extern const size_t till_kind_count;
/* All sessions, newest first: register, day, status, z, opened, closed, keeper, float, expected,
 * counted, difference. */
extern const struct query_source till_source;

/* The setting `till`: {"required": true, "blind": true, "limit_cents": 500}. */
struct till_settings {
    bool is_required;    /* no cash is taken or given back while the till is closed; false */
    bool is_blind;       /* what should be in the drawer is not shown before it is counted; false */
    int64_t limit_cents; /* a difference above it needs a reason; 100 */
};
bool till_settings(struct store *store, struct till_settings *out, struct error *err);

enum { TILL_NAME_SIZE = 96, TILL_CODE_SIZE = 48 };

struct till_session {
    struct uuid id, register_id, location_id, keeper_id;
    char code[TILL_CODE_SIZE];     /* of the register: "R2" */
    char location[TILL_NAME_SIZE]; /* "Mitte" */
    char keeper[TILL_NAME_SIZE];   /* whose hands it is in */
    char opened_by[TILL_NAME_SIZE], closed_by[TILL_NAME_SIZE];
    char currency[4], day[DATE_TEXT_SIZE]; /* the business day, on which it was opened */
    bool is_open;
    bool is_overdue; /* open since an earlier business day than today's */
    int64_t opened_at, closed_at;
    int64_t opening_cents;
    int64_t z_number, expected_cents, counted_cents, difference_cents; /* 0 while it is open */
};

/* What is counted at the register: the currency of its open session, else the shop's. */
bool till_currency(struct store *store, const struct uuid *register_id, char currency[4],
                   struct error *err);
/* The session that is open at the register, wherever that stands: 1, 0, -1 failed. */
int till_find_session(struct store *store, const struct uuid *register_id, struct uuid *session,
                      struct error *err);
/* The session that is open at this terminal's till: 1, 0 it is closed or stands at another
 * terminal, -1 failed. */
int till_open_session(struct store *store, const struct uuid *register_id, struct uuid *session,
                      struct error *err);
/* 1 found, 0 none, -1 failed. */
int till_session(struct store *store, const struct uuid *id, struct till_session *out,
                 struct error *err);
/* The one that was closed with this Z at the register; of `number` 0 the last. */
int till_by_number(struct store *store, const struct uuid *register_id, int64_t number,
                   struct uuid *session, struct error *err);
/* What should be in the drawer now. */
bool till_cash(struct store *store, const struct uuid *session, int64_t *cents, struct error *err);

/* For whoever writes a payment or a refund: the session that it belongs to, all zero where none is
 * open. ERROR_RULE for cash where the shop requires one, and how to open it. */
bool till_for_tender(struct operation *operation, const char *method, struct uuid *session,
                     struct error *err);

/* Opens the till of the actor's register, in the shop's currency. The float is what was counted,
 * by pieces or as an amount. ERROR_RULE: it is open, or stands at another terminal. Right:
 * till.open; for pieces till.edit, too. `session` may be NULL. */
bool till_open(struct store *store, const struct actor *actor, const struct till_count *opening,
               struct uuid *session, struct error *err);
/* Cash by hand: "pay_in", or "pay_out" and "drop" (to the safe), of which no more goes out than is
 * in. The amount is above zero, and the reason is needed. Undone by a correction while the session
 * is open. Right: till.edit. */
bool till_move(struct store *store, const struct actor *actor, const char *kind,
               int64_t amount_cents, const char *reason, struct error *err);
/* The till goes from whoever has it into the actor's hands, who may count it (NULL: not). Right:
 * till.close, since the session is changed; with a count till.edit, too. */
bool till_take_over(struct store *store, const struct actor *actor, const struct till_count *count,
                    struct error *err);

/* What hinders closing: a sentence for a person with what to do, in the arena; NULL: nothing. */
struct till_hindrance {
    const char *words;
    struct uuid order_id; /* zero where it is not written yet */
};
/* Up to `limit` of them. The count, or -1. */
int till_unfinished(struct store *store, const struct uuid *session, size_t limit,
                    struct arena *arena, struct till_hindrance *out, struct error *err);

/* What the count comes to beside what should be there, before anything is written. */
struct till_closing {
    int64_t expected_cents, counted_cents, difference_cents;
    bool needs_reason;
};
bool till_close_check(struct store *store, const struct actor *actor,
                      const struct till_count *count, struct till_closing *out, struct error *err);
/* Counts and closes the actor's till, with the next Z of its register. ERROR_RULE: it is closed, or
 * something is unfinished, and what; ERROR_INPUT on the field "reason": the difference needs one
 * (may be NULL otherwise). Never undone. Rights: till.close, with pieces till.edit, too. `session`
 * (may be NULL) receives which it was. */
bool till_close(struct store *store, const struct actor *actor, const struct till_count *count,
                const char *reason, struct uuid *session, struct error *err);

#endif
