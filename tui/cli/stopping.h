/* Ctrl-C, a hang-up and SIGTERM, for verbs that go on for a while and end what they are at first.
 */
#ifndef TUI_CLI_STOPPING_H
#define TUI_CLI_STOPPING_H

#include <stdbool.h>

/* From begin to end such a signal is only noted. */
void stopping_begin(void);
bool stopping_is_asked(void);
void stopping_end(void);

#endif
