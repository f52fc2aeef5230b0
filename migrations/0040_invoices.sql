-- A final invoice is frozen, whoever writes: what was wrong is taken back by another one.

-- up postgres
-- What may follow is its cancellation, and that a customer is erased after the years of the law.
CREATE FUNCTION invoice_frozen() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
    free constant text[] := '{status,customer_id,customer_name,customer_address,customer_tax_id,notes,metadata,row_version,updated_at}';
BEGIN
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'Invoice % is final and can''t be changed; cancel it', OLD.number
            USING ERRCODE = 'CT003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER frozen BEFORE UPDATE ON invoices
    FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION invoice_frozen();
ALTER TABLE invoices ENABLE ALWAYS TRIGGER frozen;

CREATE FUNCTION invoice_line_frozen() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
    free constant text[] := '{order_item_id,row_version,updated_at}';
    final text;
BEGIN
    SELECT number INTO final FROM invoices WHERE id = OLD.invoice_id AND status <> 'draft';
    IF FOUND AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free) THEN
        RAISE EXCEPTION 'Invoice % is final and can''t be changed; cancel it', final
            USING ERRCODE = 'CT003';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON invoice_lines
    FOR EACH ROW EXECUTE FUNCTION invoice_line_frozen();
ALTER TABLE invoice_lines ENABLE ALWAYS TRIGGER frozen;

-- down postgres
DROP TRIGGER frozen ON invoice_lines;
DROP FUNCTION invoice_line_frozen;
DROP TRIGGER frozen ON invoices;
DROP FUNCTION invoice_frozen;
