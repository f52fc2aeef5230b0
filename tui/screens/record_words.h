/* How a person calls the fields of tables whose columns have names for a program: in the forms that
 * are made from the schema. */
#ifndef TUI_SCREENS_RECORD_WORDS_H
#define TUI_SCREENS_RECORD_WORDS_H

#include "tui/screens/record_fields.h"

/* Labels and help of those fields that have better ones than the schema's. */
void record_words(struct record_fields *fields);

#endif
