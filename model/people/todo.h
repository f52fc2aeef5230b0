/* To-dos: what a person means to do, and by when. Each belongs to one person, who alone changes it
 * here (right self.edit). One line says it all: "Call the bank @tomorrow 14:00"; what follows the
 * last @ is the time (model/people/due.h). All but the reading are operations that u takes back. */
#ifndef MODEL_TODO_H
#define MODEL_TODO_H

#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"

extern const struct operation_kind todo_kinds[];
extern const size_t todo_kind_count;
/* task, due, state (open, overdue, done), done, created, person, id: of everybody; a list of one
 * person's has a filter "person:018f…". */
extern const struct query_source todo_source;

enum { TODO_TASK_MAX = 200 /* characters */ };

/* Takes a line apart; the task is in the arena, `due` 0 where there is none. A line in which what
 * follows an @ is no time and has no blank before it ("mail jo@shop.de") is all task. */
bool todo_parse(const char *line, const struct env *env, struct arena *arena, const char **task,
                int64_t *due, struct error *err);

/* `id` (may be NULL) receives the new one's. */
bool todo_add(struct store *store, const struct actor *actor, const char *line, struct uuid *id,
              struct error *err);
/* Of one that is there. All fail with ERROR_DENIED on somebody else's, ERROR_NOT_FOUND on one that
 * has gone. */
bool todo_edit(struct store *store, const struct actor *actor, const struct uuid *id,
               const char *line, struct error *err);
bool todo_set_done(struct store *store, const struct actor *actor, const struct uuid *id,
                   bool is_done, struct error *err);
/* Due at another time, which has not passed. */
bool todo_snooze(struct store *store, const struct actor *actor, const struct uuid *id,
                 const char *until, struct error *err);
bool todo_delete(struct store *store, const struct actor *actor, const struct uuid *id,
                 struct error *err);

/* The line that todo_edit() would leave as it is, in the arena; NULL on failure. `is_done` may be
 * NULL. */
const char *todo_line(struct store *store, const struct uuid *id, struct arena *arena,
                      bool *is_done, struct error *err);
/* What the task names by its whole number or code, such as the order R1-000123: 1, 0 nothing, -1
 * failed. `table` is in the arena. */
int todo_about(struct store *store, const struct uuid *id, struct arena *arena, const char **table,
               struct uuid *row, struct error *err);

/* How many of the person's are due by now. -1 when that can't be read. */
int64_t todo_count_due(struct store *store, const struct uuid *person);

#endif
