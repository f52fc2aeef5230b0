/* Asking who somebody is, and the proof of it: a list of the people that this terminal knows, then
 * the PIN or the password, and the code where one is asked. The sign-in and the approval on the
 * spot are windows around it. What is asked of the door may wait for the network, so it runs
 * beside. */
#ifndef TUI_SCREENS_PROOF_H
#define TUI_SCREENS_PROOF_H

#include "model/people/door.h"
#include "tui/app.h"
#include "tui/widgets/form.h"

struct proof_ask {
    const char *right;  /* who is asked must hold it; NULL: nothing more than a name is needed */
    struct uuid except; /* is not offered; zero: nobody */
    const char *name;   /* who it will be, most likely; NULL: unknown */
    bool is_only;       /* nobody else than `name` is offered or taken */
    const char *verb;   /* what Enter does: "signs in" */
    /* Somebody has proved who it is. The window may be closed here. */
    void (*done)(struct app *app, void *context, const struct actor *actor);
    void *context;
};

enum { PROOF_PEOPLE = 26, PROOF_FIELDS = 3 };

struct attempt; /* at the door, beside */

struct proof {
    struct app *app;
    struct proof_ask ask;
    char *name;
    struct door_person people[PROOF_PEOPLE];
    char keys[PROOF_PEOPLE]; /* the letter of each */
    size_t count;
    struct list list;
    struct list_item items[PROOF_PEOPLE + 1];
    struct arena *arena; /* of them */
    bool is_asking;      /* the form stands there, not the list */
    size_t chosen;       /* `count`: somebody who is typed */
    enum door_way way;
    struct form_field fields[PROOF_FIELDS];
    struct form form;
    bool has_form;
    struct attempt *attempt; /* NULL: nothing is being checked */
    int64_t wait_until;      /* by env_now(): nothing is tried before */
    char said[ERROR_TEXT_SIZE];
};

/* Texts of `ask` other than `name` are borrowed. */
void proof_init(struct proof *proof, struct app *app, const struct proof_ask *ask);
void proof_done(struct proof *proof);
/* Begins anew: the list, or the form where there is nobody to choose from. `name` as in the ask. */
void proof_reset(struct proof *proof, const char *name);
/* Who is known here may have changed. */
void proof_refresh(struct proof *proof);

/* Esc and what is no key of its own are left to the window. */
unsigned proof_handle(struct proof *proof, const struct event *event);
bool proof_has_text_focus(const struct proof *proof);

/* The rows that it would like to have in a width, and drawing in those that there are. */
int proof_rows(struct proof *proof, int width);
void proof_draw(struct proof *proof, struct pane pane);
/* What the keys do now: for the last row of the window. */
const char *proof_hint(const struct proof *proof, char *room, size_t size);

#endif
