/* The program played by a script on a store, and what it showed then: beside what it showed before
 * (tests/data/golden). GOLDEN=write writes those files anew; look at what changed in them. */
#ifndef TESTS_TUI_SCENE_H
#define TESTS_TUI_SCENE_H

/* Plays the steps (tui/script.h) in the folder `home`, which holds the store, on the afternoon of
 * 20 November 2026; `actor` is who works. Fails the test, with the screen, when a step does. */
void scene_play(const char *home, const char *actor, const char *steps);
/* A file that the script or the program wrote there; borrowed until the next call. */
const char *scene_file(const char *home, const char *name);
/* That file must be what tests/data/golden/NAME.txt is. */
void scene_check(const char *home, const char *name);

#endif
