/* Suppliers, and what each sells to the shop. Both are written as any row (model/operation/
 * record.h): they have no rules beyond those of their columns. */
#ifndef MODEL_SUPPLIER_H
#define MODEL_SUPPLIER_H

#include "model/list/query.h"

/* name, email, phone, lead (days), goods (how many), open (orders), currency, active, id. */
extern const struct query_source supplier_source;
/* code (the supplier's), sku, name, cost, pack, lead, preferred, stock, supplier, id; a list of one
 * supplier's has a filter "supplier:018f…". */
extern const struct query_source supplier_goods_source;

#endif
