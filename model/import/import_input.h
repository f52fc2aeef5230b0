/* The bytes of a file to import, unpacked where it is packed by xz: known by its first bytes, not
 * by its name. */
#ifndef MODEL_IMPORT_INPUT_H
#define MODEL_IMPORT_INPUT_H

#include "model/base/csv.h"

struct import_input;

/* NULL with err filled when it can't be opened, or is no file that can be read twice. */
struct import_input *import_input_open(const char *path, struct error *err);
void import_input_close(struct import_input *input); /* NULL is allowed */

/* Feeds a csv_reader; the input must outlive it. */
struct csv_input import_input_csv(struct import_input *input);

int64_t import_input_read(const struct import_input *input); /* bytes of the file so far */
int64_t import_input_size(const struct import_input *input);

#endif
