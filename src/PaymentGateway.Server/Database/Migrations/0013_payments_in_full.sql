-- Captures in parts, increments, the end of an authorization, and what a payment intent says of itself beside its amount.

-- One taking of money. Its id is the key that the processor deduplicates by; an automatic payment has one, made with the attempt.
CREATE TABLE payments.captures (
    id             text COLLATE "C" PRIMARY KEY,
    merchant_id    text NOT NULL,
    mode           text NOT NULL CHECK (mode IN ('test', 'live')),
    payment_id     text COLLATE "C" NOT NULL,
    charge_id      text COLLATE "C" NOT NULL REFERENCES payments.charges,
    amount         bigint NOT NULL CHECK (amount > 0),
    currency       text NOT NULL,
    fee            bigint NOT NULL CHECK (fee >= 0),
    tax            bigint NOT NULL CHECK (tax >= 0),
    is_final       boolean NOT NULL,
    state          text NOT NULL CHECK (state IN ('submitted', 'captured', 'failed')),
    reference      text,
    failure_code   text,
    failure_reason text,
    created_at     timestamptz NOT NULL,
    finished_at    timestamptz,
    CONSTRAINT fee_and_tax_within_capture CHECK (fee + tax <= amount)
);

COMMENT ON COLUMN payments.captures.is_final IS 'What is held beyond it is released with it';

CREATE INDEX captures_of_charge ON payments.captures (charge_id, id);
CREATE INDEX captures_of_payment ON payments.captures (payment_id, id);
CREATE UNIQUE INDEX one_capture_at_a_time ON payments.captures (payment_id) WHERE state = 'submitted';
CREATE UNIQUE INDEX one_final_capture_per_payment ON payments.captures (payment_id) WHERE state = 'captured' AND is_final;

ALTER TABLE payments.charges
    ADD COLUMN fee_percent numeric NOT NULL DEFAULT 0,
    ADD COLUMN fee_tax_percent numeric NOT NULL DEFAULT 0,
    ADD COLUMN hold_id text,
    ADD COLUMN capture_before timestamptz,
    ADD COLUMN increment_id text,
    ADD COLUMN increment_amount bigint,
    DROP CONSTRAINT charges_state_check,
    DROP CONSTRAINT only_a_live_charge_is_checked,
    ADD CONSTRAINT charges_state_check CHECK (state IN (
        'submitted', 'requires_action', 'pending', 'authorized', 'capturing', 'incrementing', 'voiding', 'captured', 'failed', 'voided')),
    ADD CONSTRAINT only_a_live_charge_is_checked CHECK (
        (check_at IS NOT NULL) = (state IN ('submitted', 'requires_action', 'pending', 'capturing', 'incrementing', 'voiding'))),
    ADD CONSTRAINT only_a_held_charge_has_a_hold CHECK (
        CASE WHEN state IN ('authorized', 'capturing', 'incrementing') THEN hold_id IS NOT NULL
             ELSE hold_id IS NULL OR state = 'voiding' END),
    ADD CONSTRAINT an_increment_under_way_raises_the_charge CHECK (
        (state = 'incrementing') = (increment_id IS NOT NULL) AND (state = 'incrementing') = (increment_amount IS NOT NULL)
        AND (increment_amount IS NULL OR increment_amount > amount));

COMMENT ON COLUMN payments.charges.fee IS 'What is booked of the fee so far';
COMMENT ON COLUMN payments.charges.hold_id IS 'The pending transaction of the book that holds the rest has the key authorize:{hold_id}';
COMMENT ON COLUMN payments.charges.capture_before IS 'When the processor lets the authorization go; null when it does not say';

CREATE INDEX holds_to_expire ON payments.charges (capture_before) WHERE state = 'authorized' AND capture_before IS NOT NULL;
CREATE INDEX holds_to_expire_in_test ON payments.charges (merchant_id, capture_before)
    WHERE mode = 'test' AND state = 'authorized' AND capture_before IS NOT NULL;

ALTER TABLE payments.payments
    ADD COLUMN allowed_methods text[],
    ADD COLUMN setup_future_usage text CHECK (setup_future_usage IN ('on_session', 'off_session')),
    ADD COLUMN statement_descriptor text,
    ADD COLUMN statement_descriptor_suffix text,
    DROP CONSTRAINT payments_state_check,
    DROP CONSTRAINT succeeded_means_captured,
    ADD CONSTRAINT payments_state_check CHECK (state IN (
        'requires_payment_method', 'requires_confirmation', 'requires_action', 'authorizing', 'pending',
        'requires_capture', 'capturing', 'incrementing', 'voiding', 'succeeded', 'canceled', 'failed')),
    ADD CONSTRAINT succeeded_means_captured CHECK (
        CASE WHEN state = 'succeeded' THEN amount_captured > 0 AND amount_captured = amount_authorized
             ELSE amount_captured = 0 OR state IN ('requires_capture', 'capturing', 'incrementing', 'voiding') END),
    ADD CONSTRAINT statement_descriptor_fits_a_statement CHECK (
        length(statement_descriptor) + coalesce(length(statement_descriptor_suffix) + 2, 0) <= 22);

-- A payment that was captured in part and let go is complete, and so is its order.
ALTER TABLE payments.orders
    DROP CONSTRAINT a_paid_order_is_paid_in_full,
    ADD CONSTRAINT a_paid_order_took_money CHECK (state <> 'paid' OR (amount_paid > 0 AND amount_paid = amount_authorized));

-- Captured ≤ authorized stands on the payment's row; this ties that row to the captures, at the end of the transaction.
CREATE FUNCTION payments.check_captured() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject text := CASE TG_TABLE_NAME WHEN 'payments' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(coalesce(NEW, OLD)) ->> 'payment_id' END;
BEGIN
    IF (SELECT amount_captured FROM payments.payments WHERE id = subject) IS DISTINCT FROM
       (SELECT coalesce(sum(amount), 0) FROM payments.captures WHERE payment_id = subject AND state = 'captured') THEN
        RAISE EXCEPTION 'the captures of payment % do not add up to its captured amount', subject
            USING ERRCODE = 'check_violation', CONSTRAINT = 'captured_is_the_sum_of_captures';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER captures_add_up AFTER INSERT OR UPDATE OR DELETE ON payments.captures
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_captured();
CREATE CONSTRAINT TRIGGER captured_is_captures AFTER UPDATE OF amount_captured ON payments.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.amount_captured IS DISTINCT FROM NEW.amount_captured)
    EXECUTE FUNCTION payments.check_captured();

SELECT gateway.protect('payments.captures');

-- The pretended processor's own memory of what was asked of a charge, by our key of each request.
CREATE TABLE sandbox.operations (
    merchant_id text NOT NULL,
    mode text NOT NULL CONSTRAINT operations_are_test_only CHECK (mode = 'test'),
    key text NOT NULL,
    charge_key text NOT NULL,
    kind text NOT NULL CONSTRAINT operation_kind_is_known CHECK (kind IN ('capture', 'increment')),
    amount bigint NOT NULL CONSTRAINT operation_has_an_amount CHECK (amount > 0),
    decline jsonb,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, key),
    FOREIGN KEY (merchant_id, mode, charge_key) REFERENCES sandbox.charges (merchant_id, mode, key)
);

ALTER TABLE sandbox.charges
    DROP COLUMN capture_key,
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN statement_descriptor text,
    ADD COLUMN setup_future_usage text,
    DROP CONSTRAINT only_captured_charges_hold_money,
    ADD CONSTRAINT only_authorized_charges_hold_money CHECK (
        CASE state WHEN 'captured' THEN captured > 0 WHEN 'authorized' THEN captured < amount ELSE captured = 0 END);

SELECT gateway.protect('sandbox.operations');
