-- A split payment that was not paid can end while a customer's bank disputes what one of its parts took, or has taken it back.
CREATE OR REPLACE FUNCTION splits.check_split() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM splits.check_parts(NEW.id);
    IF NEW.held_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.held_at IS NULL) AND EXISTS (
        SELECT FROM payments.payments p WHERE p.split_payment_id = NEW.id AND p.state NOT IN ('requires_capture', 'capturing', 'succeeded'))
    THEN
        PERFORM ledger.refuse('not all parts of ' || NEW.id || ' hold', 'captured_only_when_all_hold');
    END IF;

    IF (NEW.state = 'succeeded' AND EXISTS (
            SELECT FROM payments.payments p
            WHERE p.split_payment_id = NEW.id AND (p.state <> 'succeeded' OR p.amount_captured <> p.amount)))
        OR (NEW.state IN ('failed', 'canceled') AND EXISTS (
            SELECT FROM payments.payments p
            WHERE p.split_payment_id = NEW.id AND p.state NOT IN ('canceled', 'failed')
              AND p.amount_refunded + p.amount_disputed + p.amount_returned < greatest(p.amount_captured, 1)))
    THEN
        PERFORM ledger.refuse('not all parts of ' || NEW.id || ' are paid, or not all given back', 'all_parts_or_none');
    END IF;
    RETURN NULL;
END $$;
