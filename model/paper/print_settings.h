/* What a shop sets for printing: the printer of a register (model/paper/printer.h) and what stands
 * on every receipt (struct paper_head), as a person edits it. */
#ifndef MODEL_PRINT_SETTINGS_H
#define MODEL_PRINT_SETTINGS_H

#include "model/operation/operation.h"

/* All are texts as they are typed; of those that are empty the default is taken. */
struct print_settings {
    const char *kind, *address, *width, *code_page;
    const char *cut;    /* yes or no */
    const char *drawer; /* 0, 1 or none */
    const char *shop_address, *tax_number, *footer, *logo;
    const char *barcode; /* yes or no */
};

bool print_settings_load(struct store *store, const struct uuid *register_id, struct arena *arena,
                         struct print_settings *out, struct error *err);
/* One operation, "print.settings". ERROR_INPUT with the field's name where a value is wrong. Right:
 * settings.edit. */
bool print_settings_save(struct store *store, const struct actor *actor,
                         const struct uuid *register_id, const struct print_settings *settings,
                         struct error *err);

extern const struct operation_kind paper_kinds[];
extern const size_t paper_kind_count;

#endif
