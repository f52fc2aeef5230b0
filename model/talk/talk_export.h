/* All that was said in a channel, as it stands: as text, a line for each message and the further
 * lines of one indented, or as a JSON array. */
#ifndef MODEL_TALK_EXPORT_H
#define MODEL_TALK_EXPORT_H

#include "model/talk/talk.h"

/* Hands piece after piece to `write`, which may stop it with false and err. */
typedef bool talk_export_write(void *context, const char *bytes, size_t size, struct error *err);
bool talk_export(struct store *store, const struct uuid *user, const struct uuid *channel,
                 bool is_json, talk_export_write *write, void *context, struct error *err);
/* One message, in either form, with its line break where it is text; appended. */
bool talk_export_message(const struct message *message, const char *zone, bool is_json,
                         struct buffer *out, struct error *err);

#endif
