-- Orders that are paid in several parts, all of them or none; and refunds that are spread over the parts.
CREATE SCHEMA splits;

-- Who may have a live attempt on an order: its own payment, or one split. The attempts refer to it, so the two exclude each other.
ALTER TABLE payments.orders
    ADD COLUMN payer text COLLATE "C" NOT NULL DEFAULT 'payment',
    ADD CONSTRAINT an_order_and_who_pays_it UNIQUE (id, payer);

COMMENT ON COLUMN payments.orders.payer IS 'payment, or the id of the split payment that pays it';

CREATE TABLE splits.split_payments (
    id                text COLLATE "C" PRIMARY KEY,
    merchant_id       text NOT NULL,
    mode              text NOT NULL CHECK (mode IN ('test', 'live')),
    order_id          text COLLATE "C" NOT NULL REFERENCES payments.orders,
    amount            bigint NOT NULL CONSTRAINT a_split_has_an_amount CHECK (amount > 0),
    currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    state             text NOT NULL CHECK (state IN (
        'authorizing', 'requires_action', 'capturing', 'succeeded', 'releasing', 'failed', 'canceled')),
    failure_code      text,
    failure_reason    text,
    failed_payment_id text COLLATE "C",
    cancel_reason     text,
    behaviour         text,
    created_at        timestamptz NOT NULL,
    held_at           timestamptz,
    due_at            timestamptz,
    claimed_until     timestamptz,
    checks            integer NOT NULL DEFAULT 0,
    finished_at       timestamptz,
    version           integer NOT NULL,
    payer             text COLLATE "C" GENERATED ALWAYS AS (CASE WHEN state NOT IN ('failed', 'canceled') THEN id END) STORED,
    CONSTRAINT a_split_that_is_over_says_why CHECK (
        CASE state WHEN 'failed' THEN failure_code IS NOT NULL WHEN 'canceled' THEN cancel_reason IS NOT NULL ELSE true END),
    CONSTRAINT captured_after_all_held CHECK (held_at IS NOT NULL OR state NOT IN ('capturing', 'succeeded')),
    CONSTRAINT a_split_under_way_is_looked_at CHECK (state IN ('succeeded', 'failed', 'canceled') OR due_at IS NOT NULL),
    CONSTRAINT one_live_attempt_per_order FOREIGN KEY (order_id, payer) REFERENCES payments.orders (id, payer) DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 80);

COMMENT ON COLUMN splits.split_payments.held_at IS 'When all parts held; before that none is captured that is held';
COMMENT ON COLUMN splits.split_payments.due_at IS 'When its parts are looked at next, in the merchant''s time; a part that moves sets it';
COMMENT ON COLUMN splits.split_payments.claimed_until IS 'Until when one driver has it, in real time';

CREATE INDEX splits_of_merchant ON splits.split_payments (merchant_id, mode, id DESC);
CREATE INDEX splits_of_merchant_by_state ON splits.split_payments (merchant_id, mode, state, id DESC);
CREATE INDEX splits_of_order ON splits.split_payments (order_id, id DESC);
CREATE INDEX splits_due ON splits.split_payments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX splits_due_in_test ON splits.split_payments (merchant_id, due_at) WHERE mode = 'test' AND due_at IS NOT NULL;

-- A part is a payment of the order. Beside its parts an order has at most one payment, as before.
ALTER TABLE payments.payments
    ADD COLUMN split_payment_id text COLLATE "C" REFERENCES splits.split_payments,
    ADD COLUMN split_part smallint CHECK (split_part BETWEEN 1 AND 5),
    ADD COLUMN payer text COLLATE "C" GENERATED ALWAYS AS (
        CASE WHEN split_payment_id IS NULL
              AND state NOT IN ('requires_payment_method', 'requires_confirmation', 'canceled', 'failed') THEN 'payment' END) STORED,
    DROP CONSTRAINT one_payment_per_order,
    ADD CONSTRAINT a_part_has_its_place CHECK (
        (split_payment_id IS NULL) = (split_part IS NULL) AND (split_payment_id IS NULL OR order_id IS NOT NULL)),
    ADD CONSTRAINT one_live_attempt_per_order FOREIGN KEY (order_id, payer) REFERENCES payments.orders (id, payer);

CREATE UNIQUE INDEX one_payment_per_order ON payments.payments (order_id, split_payment_id, split_part) NULLS NOT DISTINCT
    WHERE order_id IS NOT NULL;
CREATE INDEX parts_of_split ON payments.payments (split_payment_id, split_part) WHERE split_payment_id IS NOT NULL;

CREATE FUNCTION splits.check_parts(checked text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    split splits.split_payments;
BEGIN
    SELECT * INTO split FROM splits.split_payments WHERE id = checked FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT
        FROM payments.payments p
        JOIN payments.orders o ON o.id = split.order_id
        WHERE p.split_payment_id = checked
        HAVING count(*) BETWEEN 2 AND 5 AND sum(p.amount) = split.amount AND bool_and(o.amount = split.amount)
           AND bool_and((p.order_id, p.merchant_id, p.mode, p.currency) = (o.id, split.merchant_id, split.mode, split.currency)
                        AND (o.merchant_id, o.mode, o.currency) = (split.merchant_id, split.mode, split.currency)))
    THEN
        PERFORM ledger.refuse('the parts of ' || checked || ' are not two to five that make up its order', 'parts_add_up_to_the_order');
    END IF;
END $$;

CREATE FUNCTION splits.check_split() RETURNS trigger LANGUAGE plpgsql AS $$
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
            WHERE p.split_payment_id = NEW.id AND p.state NOT IN ('canceled', 'failed') AND p.amount_refunded < greatest(p.amount_captured, 1)))
    THEN
        PERFORM ledger.refuse('not all parts of ' || NEW.id || ' are paid, or not all given back', 'all_parts_or_none');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION splits.check_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM splits.check_parts(NEW.split_payment_id);
    IF NEW.state = 'capturing' AND NOT EXISTS (
        SELECT FROM splits.split_payments s WHERE s.id = NEW.split_payment_id AND s.held_at IS NOT NULL)
    THEN
        PERFORM ledger.refuse('not all parts of ' || NEW.split_payment_id || ' hold', 'captured_only_when_all_hold');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION splits.check_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM splits.split_payments s
        WHERE s.id = NEW.payer AND s.state = 'succeeded' AND s.amount = NEW.amount_paid AND NEW.state = 'paid')
    THEN
        PERFORM ledger.refuse('not all parts of order ' || NEW.id || ' are paid', 'an_order_is_paid_by_all_parts');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER a_new_split_is_whole AFTER INSERT ON splits.split_payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION splits.check_split();
CREATE CONSTRAINT TRIGGER a_split_is_whole AFTER UPDATE ON splits.split_payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.state, OLD.held_at, OLD.amount, OLD.currency, OLD.order_id, OLD.merchant_id, OLD.mode)
        IS DISTINCT FROM (NEW.state, NEW.held_at, NEW.amount, NEW.currency, NEW.order_id, NEW.merchant_id, NEW.mode))
    EXECUTE FUNCTION splits.check_split();
CREATE CONSTRAINT TRIGGER a_new_part_fits AFTER INSERT ON payments.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.split_payment_id IS NOT NULL) EXECUTE FUNCTION splits.check_part();
CREATE CONSTRAINT TRIGGER a_part_fits AFTER UPDATE ON payments.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.split_payment_id IS NOT NULL
        AND (OLD.amount, OLD.currency, OLD.split_payment_id, OLD.order_id, OLD.state = 'capturing')
            IS DISTINCT FROM (NEW.amount, NEW.currency, NEW.split_payment_id, NEW.order_id, NEW.state = 'capturing'))
    EXECUTE FUNCTION splits.check_part();
CREATE CONSTRAINT TRIGGER a_split_order_is_paid_at_once AFTER UPDATE ON payments.orders
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.payer <> 'payment' AND (NEW.amount_paid > 0 OR NEW.amount_authorized > 0 OR NEW.state = 'paid'))
    EXECUTE FUNCTION splits.check_order();

-- A refund of the whole, spread over the parts.
CREATE TABLE splits.split_refunds (
    id               text COLLATE "C" PRIMARY KEY,
    merchant_id      text NOT NULL,
    mode             text NOT NULL CHECK (mode IN ('test', 'live')),
    split_payment_id text COLLATE "C" NOT NULL REFERENCES splits.split_payments,
    amount           bigint NOT NULL CONSTRAINT a_spread_has_an_amount CHECK (amount > 0),
    currency         text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    strategy         text NOT NULL CHECK (strategy IN ('proportional', 'in_order')),
    created_at       timestamptz NOT NULL
);

CREATE INDEX split_refunds_of_split ON splits.split_refunds (split_payment_id, id DESC);

ALTER TABLE refunds.refunds ADD COLUMN split_refund_id text COLLATE "C" REFERENCES splits.split_refunds;

CREATE INDEX refunds_of_split_refund ON refunds.refunds (split_refund_id, id) WHERE split_refund_id IS NOT NULL;

CREATE FUNCTION splits.check_split_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked text := CASE TG_TABLE_NAME WHEN 'refunds' THEN to_jsonb(NEW) ->> 'split_refund_id' ELSE NEW.id END;
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM splits.split_refunds s
        WHERE s.id = checked AND s.amount = (
            SELECT sum(r.amount)
            FROM refunds.refunds r
            JOIN payments.payments p ON p.id = r.payment_id AND p.split_payment_id = s.split_payment_id
            WHERE r.split_refund_id = checked AND r.currency = s.currency))
    THEN
        PERFORM ledger.refuse('the refunds of ' || checked || ' are not what was asked for', 'a_spread_adds_up');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER a_spread_adds_up AFTER INSERT OR UPDATE ON splits.split_refunds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION splits.check_split_refund();
CREATE CONSTRAINT TRIGGER a_refund_of_a_spread_adds_up AFTER INSERT ON refunds.refunds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.split_refund_id IS NOT NULL) EXECUTE FUNCTION splits.check_split_refund();

SELECT gateway.protect('splits.split_payments');
SELECT gateway.protect('splits.split_refunds');
