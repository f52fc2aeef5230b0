/* The reader: one thread with a connection of its own that runs queries while the screen stays
 * alive. Jobs run one after the other; answers are taken by the drawing thread. */
#ifndef TUI_READER_H
#define TUI_READER_H

#include "tui/app.h"

struct reader;

/* The thread opens a connection beside `first` when the first job comes; `first` and `env` must
 * outlive the reader. Each finished job makes `wake_fd` (an eventfd, borrowed) readable. */
struct reader *reader_new(const struct store *first, const struct env *env, int wake_fd);
/* Stops and forgets everything: calls `done` of each job that was not taken, as stopped. */
void reader_free(struct reader *reader, struct app *app);

void reader_add(struct reader *reader, struct job job);
void reader_stop(struct reader *reader, const void *owner);
bool reader_is_busy(struct reader *reader); /* also while answers wait to be taken */

/* Calls `done` of the jobs that have finished. True when there were any. */
bool reader_answer(struct reader *reader, struct app *app);

#endif
