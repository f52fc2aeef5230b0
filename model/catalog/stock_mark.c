#include "model/catalog/stock_mark.h"

#include <string.h>

const char *const stock_mark_words[] = {[STOCK_OK] = "ok",
                                        [STOCK_LOW] = "low",
                                        [STOCK_OUT] = "out",
                                        [STOCK_OVERSOLD] = "oversold",
                                        NULL};

const char *stock_mark_word(enum stock_mark mark)
{
    return stock_mark_words[mark];
}

bool stock_mark(struct store *store, const struct uuid *product, enum stock_mark *out,
                struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT " STOCK_MARK_SQL("p.id", "p.is_stocked") " FROM products AS p"
                                                                       " WHERE p.id = ?1",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, product);
    int found = statement_step(statement, err);
    *out = STOCK_OK;
    while (found == 1 && stock_mark_words[*out + 1] != NULL &&
           strcmp(stock_mark_words[*out], statement_text(statement, 0)) != 0)
        *out = *out + 1;
    statement_done(statement);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This product is no longer in the catalogue");
    return found == 1;
}
