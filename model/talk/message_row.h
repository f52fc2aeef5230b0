/* A message as it is read, with what hangs on it. */
#ifndef MODEL_MESSAGE_ROW_H
#define MODEL_MESSAGE_ROW_H

#include "model/talk/talk.h"

/* SELECT … FROM messages AS m, for the person ?1; conditions follow. */
extern const char message_row_head[];
void message_row_take(const struct statement *row, struct arena *arena, struct message *out);
/* Reactions, files, links and the mark, where there are any. */
bool message_row_fill(struct store *store, const struct uuid *user, struct arena *arena,
                      struct message *out, struct error *err);

#endif
