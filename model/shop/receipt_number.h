/* Numbers of documents: each register has a series of each kind, without holes or doubles, offline
 * too. A number is taken in the operation that gives it, so one that is not committed gives none
 * away; a cancelled document keeps its number. A register's own series are the reason why two
 * registers never give the same one (SYNC.md section 5, "Numbers"). */
#ifndef MODEL_RECEIPT_NUMBER_H
#define MODEL_RECEIPT_NUMBER_H

#include "model/operation/operation.h"

enum receipt_kind {
    NUMBER_ORDER,        /* R2-000124: an order, from the moment it is stored */
    RECEIPT_SALE,        /* R2-S000124: a sale or an exchange, when it is fully paid */
    RECEIPT_RETURN,      /* R2-R000012: goods that came back, when they did */
    RECEIPT_INVOICE,     /* R2-I000007: when it is finalised */
    RECEIPT_CREDIT_NOTE, /* R2-C000003: the same */
};
enum { RECEIPT_NUMBER_SIZE = 51 };

/* The next number of the register's series of that kind; all zero: that of the office, "A-". */
bool receipt_next_number(struct operation *operation, const struct uuid *register_id,
                         enum receipt_kind kind, char number[RECEIPT_NUMBER_SIZE],
                         struct error *err);

#endif
