-- What a coupon takes off stands on the order from its first draft, so that it follows the lines
-- wherever the order is taken up again; and who approved its discounts, so that somebody else can
-- place it. A customer can be exempt from tax, which the order keeps.

-- up
-- A discount and a user. Neither is a reference: a draft may outlive the discount, and says so when
-- it is placed.
ALTER TABLE orders ADD COLUMN coupon_id UUID;
ALTER TABLE orders ADD COLUMN discount_approver_id UUID;
-- Part of discount_cents, or, where delivery is free, what lacks in shipping_cents.
ALTER TABLE orders ADD COLUMN coupon_discount_cents BIGINT NOT NULL DEFAULT 0 CHECK (coupon_discount_cents >= 0);
ALTER TABLE orders ADD COLUMN is_tax_exempt BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE customer_profiles ADD COLUMN is_tax_exempt BOOLEAN NOT NULL DEFAULT FALSE;
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('orders', 'coupon_discount_cents', 'strict', NULL, FALSE, NULL),
    ('orders', 'is_tax_exempt', 'strict', NULL, FALSE, NULL);

-- down
DELETE FROM sync_columns
WHERE table_name = 'orders' AND column_name IN ('coupon_discount_cents', 'is_tax_exempt');

-- down sqlite
ALTER TABLE orders DROP COLUMN coupon_id;
ALTER TABLE orders DROP COLUMN discount_approver_id;
ALTER TABLE orders DROP COLUMN coupon_discount_cents;
ALTER TABLE orders DROP COLUMN is_tax_exempt;
ALTER TABLE customer_profiles DROP COLUMN is_tax_exempt;

-- down postgres
ALTER TABLE orders DROP COLUMN coupon_id;
ALTER TABLE orders DROP COLUMN discount_approver_id;
ALTER TABLE orders DROP COLUMN coupon_discount_cents;
ALTER TABLE orders DROP COLUMN is_tax_exempt;
ALTER TABLE customer_profiles DROP COLUMN is_tax_exempt;
