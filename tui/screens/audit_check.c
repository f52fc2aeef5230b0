/* Reading the whole audit trail of the store, on the reader, and what that found. */
#include "model/operation/audit_verify.h"
#include "tui/screens/audit.h"
#include "tui/screens/screens.h"
#include "tui/widgets/card.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAULTS_MAX = 100, CHAINS_MAX = 100, HEX_SIZE = 2 * AUDIT_HASH_SIZE + 1 };

/* Owned by the job, and by the window once it has come. */
struct found {
    struct check *check; /* gone when the job was stopped */
    struct audit_report report;
    struct audit_fault faults[FAULTS_MAX];
    struct audit_chain chains[CHAINS_MAX];
    size_t fault_count, chain_count;
};

struct check {
    struct card card;
};

static void hear_fault(void *context, const struct audit_fault *fault)
{
    struct found *found = context;
    if (found->fault_count < FAULTS_MAX)
        found->faults[found->fault_count++] = *fault;
}

static void hear_chain(void *context, const struct audit_chain *chain)
{
    struct found *found = context;
    if (found->chain_count < CHAINS_MAX)
        found->chains[found->chain_count++] = *chain;
}

static bool read_trail(struct store *store, void *data, struct error *err)
{
    struct found *found = data;
    const struct audit_listener listener = {hear_fault, hear_chain, NULL, found};
    return audit_verify(store, &listener, &found->report, err);
}

static void add(struct card *card, enum card_kind kind, const char *label, const char *text,
                enum role role)
{
    card_add(card, (struct card_line){.kind = kind, .label = label, .text = text, .role = role});
}

static void add_faults(struct card *card, const struct found *found)
{
    struct arena *arena = card->arena;
    int64_t faults = found->report.faults;
    if (faults == 0) {
        add(card, CARD_TEXT, "",
            arena_format(arena,
                         "Nothing is wrong: %" PRId64 " rows in %" PRId64
                         " %s are as they were written.",
                         found->report.rows, found->report.chains,
                         found->report.chains == 1 ? "chain" : "chains"),
            ROLE_GOOD);
        return;
    }
    add(card, CARD_TEXT, "",
        arena_format(arena,
                     "The trail is not as it was written, in %" PRId64
                     " %s. Keep the store as it is, and compare it with a backup.",
                     faults, faults == 1 ? "place" : "places"),
        ROLE_DANGER);
    for (size_t i = 0; i < found->fault_count; i++)
        add(card, CARD_PAIR, audit_wrong_word(found->faults[i].wrong), found->faults[i].text,
            ROLE_DANGER);
}

static void add_chains(struct card *card, const struct found *found)
{
    struct arena *arena = card->arena;
    card_add_heading(card, 0, "Heads");
    for (size_t i = 0; i < found->chain_count; i++) {
        const struct audit_chain *chain = &found->chains[i];
        char hex[HEX_SIZE];
        sodium_bin2hex(hex, sizeof hex, chain->hash, sizeof chain->hash);
        add(card, CARD_PAIR, arena_format(arena, "%s %" PRId64, chain->name, chain->incarnation),
            arena_format(arena, "row %" PRId64 ": %s", chain->last, hex), ROLE_NORMAL);
    }
    if (found->report.loose > 0)
        add(card, CARD_PAIR, "No chain",
            arena_format(arena, "%" PRId64 " rows from before there was one", found->report.loose),
            ROLE_DIM);
}

static void read_to_end(struct app *app, void *data, bool worked, const struct error *err)
{
    struct found *found = data;
    if (worked || err->code != ERROR_STOPPED) {
        struct check *check = found->check;
        card_clear(&check->card);
        if (worked) {
            add_faults(&check->card, found);
            add_chains(&check->card, found);
        } else {
            add(&check->card, CARD_TEXT, "", err->text, ROLE_DANGER);
        }
        card_home(&check->card);
        app_redraw(app);
    }
    free(found);
}

static unsigned copy(struct app *app, void *state)
{
    const struct card_line *line = card_current(&((struct check *)state)->card);
    if (line != NULL)
        app_copy(app, line->text, strlen(line->text));
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return card_handle(&((struct check *)state)->card, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    card_draw(&((struct check *)state)->card, pane, true);
}

static void close_check(struct app *app, void *state)
{
    struct check *check = state;
    app_read_stop(app, check);
    card_done(&check->card);
    free(check);
}

static const struct action actions[] = {
    {.id = "audit_check.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy what stands under the cursor, such as a head, to the terminal's clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = copy},
};

const struct window_ops audit_check_ops = {
    .name = "audit_check",
    .title = "Audit: verify",
    .help = "What reading the whole trail found, and where each chain ends. `countertop audit "
            "verify` compares the heads with those at the centre, too.",
    .actions = {"audit_check", actions, sizeof actions / sizeof actions[0]},
    .draw = draw,
    .handle = handle,
    .close = close_check,
};

void audit_check_open(struct app *app)
{
    struct check *check = memory_new(sizeof *check);
    struct found *found = memory_new(sizeof *found);
    card_init(&check->card);
    check->card.empty = "Reading the trail …";
    found->check = check;
    app_push(app, &audit_check_ops, check);
    app_read(app,
             (struct job){.owner = check, .work = read_trail, .done = read_to_end, .data = found});
}
