-- Rows behind sums are found by their order alone. Where the only index that knows the order begins
-- with the tenant, a plan that was made while the tables were empty reads all of the tenant's rows
-- at each payment, for as long as the connection lasts.

-- up

-- up postgres
CREATE INDEX order_items_of_order ON order_items (order_id);
CREATE INDEX order_items_returning ON order_items (original_item_id)
    WHERE original_item_id IS NOT NULL;
CREATE INDEX payments_of_order ON payments (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX refunds_of_order ON refunds (order_id);
CREATE INDEX refunds_of_return ON refunds (return_order_id) WHERE return_order_id IS NOT NULL;
CREATE INDEX refunds_of_payment ON refunds (payment_id) WHERE payment_id IS NOT NULL;

-- down postgres
DROP INDEX refunds_of_payment;
DROP INDEX refunds_of_return;
DROP INDEX refunds_of_order;
DROP INDEX payments_of_order;
DROP INDEX order_items_returning;
DROP INDEX order_items_of_order;

-- down
