-- Refunds: money given back, who approved it, and how much of a payment is given back or reserved for it.

ALTER TABLE payments.payments
    ADD COLUMN amount_refunded bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT refunded_within_captured CHECK (amount_refunded BETWEEN 0 AND amount_captured);
ALTER TABLE payments.charges
    ADD COLUMN amount_refunded bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT refunded_within_charge CHECK (amount_refunded BETWEEN 0 AND amount);
ALTER TABLE payments.orders
    ADD COLUMN amount_refunded bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT refunded_within_paid CHECK (amount_refunded BETWEEN 0 AND amount_paid);

COMMENT ON COLUMN payments.payments.amount_refunded IS 'Given back or reserved for a refund that is neither failed nor canceled';

ALTER TABLE merchants.merchants
    ADD COLUMN fee_returned_on_refund boolean NOT NULL DEFAULT false,
    ADD COLUMN refund_approval_above bigint CHECK (refund_approval_above >= 0),
    ADD COLUMN refund_approvals smallint NOT NULL DEFAULT 1 CHECK (refund_approvals BETWEEN 1 AND 2),
    ADD COLUMN refund_second_factor_above bigint CHECK (refund_second_factor_above >= 0);

COMMENT ON COLUMN merchants.merchants.refund_approval_above IS 'In minor units of the default currency; so is the second factor''s';

CREATE SCHEMA refunds;

CREATE TABLE refunds.refunds (
    id                     text COLLATE "C" PRIMARY KEY,
    merchant_id            text NOT NULL,
    mode                   text NOT NULL CHECK (mode IN ('test', 'live')),
    payment_id             text COLLATE "C" NOT NULL REFERENCES payments.payments,
    charge_id              text COLLATE "C" NOT NULL REFERENCES payments.charges,
    order_id               text COLLATE "C" REFERENCES payments.orders,
    connector              text NOT NULL,
    amount                 bigint NOT NULL,
    currency               text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    fee                    bigint NOT NULL CHECK (fee >= 0),
    tax                    bigint NOT NULL CHECK (tax >= 0),
    state                  text NOT NULL CHECK (state IN (
        'requires_approval', 'submitted', 'pending', 'canceling', 'succeeded', 'failed', 'canceled')),
    reason                 text NOT NULL CHECK (reason IN ('requested_by_customer', 'duplicate', 'fraudulent', 'other')),
    description            text,
    metadata               text NOT NULL,
    webhook_url            text,
    requested_by           text NOT NULL,
    approvals_required     smallint NOT NULL CHECK (approvals_required BETWEEN 0 AND 2),
    second_factor_required boolean NOT NULL,
    reference              text,
    trace_number           text,
    failure_code           text,
    failure_reason         text,
    processor_code         text,
    cancel_reason          text,
    behaviour              text,
    refund_days            smallint NOT NULL CHECK (refund_days >= 0),
    created_at             timestamptz NOT NULL,
    called_at              timestamptz,
    check_at               timestamptz,
    claimed_until          timestamptz,
    checks                 integer NOT NULL,
    expected_at            timestamptz,
    processed_at           timestamptz,
    version                integer NOT NULL,
    CONSTRAINT a_refund_has_an_amount CHECK (amount > 0),
    CONSTRAINT only_a_running_refund_is_checked CHECK ((check_at IS NOT NULL) = (state IN ('submitted', 'pending', 'canceling'))),
    CONSTRAINT a_failed_refund_says_why CHECK (state <> 'failed' OR failure_code IS NOT NULL),
    CONSTRAINT a_refund_and_who_asked_for_it UNIQUE (id, requested_by)
) WITH (fillfactor = 80);

COMMENT ON COLUMN refunds.refunds.fee IS 'The part of our fee that goes back to the merchant with it; tax is the tax on that part';
COMMENT ON COLUMN refunds.refunds.check_at IS 'When the resolver asks the processor what became of it, in the merchant''s time';
COMMENT ON COLUMN refunds.refunds.claimed_until IS 'Until when one resolver has it, in real time';
COMMENT ON COLUMN refunds.refunds.called_at IS 'When the processor was last told to do something';

CREATE INDEX refunds_of_merchant ON refunds.refunds (merchant_id, mode, id DESC);
CREATE INDEX refunds_of_payment ON refunds.refunds (payment_id, id DESC);
CREATE INDEX refunds_of_charge ON refunds.refunds (charge_id, id DESC);
CREATE INDEX refunds_of_order ON refunds.refunds (order_id, id DESC) WHERE order_id IS NOT NULL;
CREATE INDEX refunds_to_check ON refunds.refunds (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX refunds_to_check_in_test ON refunds.refunds (merchant_id, check_at) WHERE mode = 'test' AND check_at IS NOT NULL;

-- One row for each person or key that decided on a refund. Who asked for it stands in it too, so that the two can be compared.
CREATE TABLE refunds.approvals (
    refund_id    text COLLATE "C" NOT NULL,
    merchant_id  text NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    approver     text NOT NULL,
    requested_by text NOT NULL,
    decision     text NOT NULL CHECK (decision IN ('approved', 'rejected')),
    reason       text,
    created_at   timestamptz NOT NULL,
    CONSTRAINT one_decision_per_approver PRIMARY KEY (refund_id, approver),
    CONSTRAINT an_approval_is_of_its_refund FOREIGN KEY (refund_id, requested_by) REFERENCES refunds.refunds (id, requested_by),
    CONSTRAINT nobody_approves_their_own CHECK (decision = 'rejected' OR approver <> requested_by)
);

-- What a payment says it gave back is the sum of its refunds. Together with refunded_within_captured this keeps the refunds within
-- the capture, whoever writes. The payment is locked, so two transactions cannot both count without seeing each other.
CREATE FUNCTION refunds.check_payment(checked text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    payment payments.payments;
BEGIN
    SELECT * INTO payment FROM payments.payments WHERE id = checked FOR NO KEY UPDATE;
    IF payment.amount_refunded <> (
        SELECT coalesce(sum(r.amount), 0) FROM refunds.refunds r WHERE r.payment_id = checked AND r.state NOT IN ('failed', 'canceled'))
    THEN
        PERFORM ledger.refuse('the refunds of ' || checked || ' are not what it gave back', 'refunds_add_up_to_amount_refunded');
    END IF;

    IF EXISTS (
        SELECT FROM refunds.refunds r
        WHERE r.payment_id = checked
          AND (r.merchant_id, r.mode, r.currency) IS DISTINCT FROM (payment.merchant_id, payment.mode, payment.currency))
    THEN
        PERFORM ledger.refuse('a refund of ' || checked || ' is not of its owner and currency', 'refund_and_payment_have_one_owner');
    END IF;
END $$;

CREATE FUNCTION refunds.check_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM refunds.check_payment(OLD.payment_id);
    END IF;

    IF TG_OP <> 'DELETE' THEN
        PERFORM refunds.check_payment(NEW.payment_id);
        IF NEW.state NOT IN ('requires_approval', 'canceled') AND NEW.approvals_required > (
            SELECT count(*) FROM refunds.approvals a WHERE a.refund_id = NEW.id AND a.decision = 'approved')
        THEN
            PERFORM ledger.refuse('refund ' || NEW.id || ' lacks approvals', 'a_refund_is_sent_when_approved');
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refunds.check_amount_refunded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refunds.check_payment(NEW.id);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER refunds_add_up AFTER INSERT OR DELETE ON refunds.refunds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refunds.check_refund();
CREATE CONSTRAINT TRIGGER changed_refunds_add_up AFTER UPDATE ON refunds.refunds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.payment_id, OLD.amount, OLD.currency, OLD.state, OLD.merchant_id, OLD.mode, OLD.approvals_required)
        IS DISTINCT FROM (NEW.payment_id, NEW.amount, NEW.currency, NEW.state, NEW.merchant_id, NEW.mode, NEW.approvals_required))
    EXECUTE FUNCTION refunds.check_refund();
CREATE CONSTRAINT TRIGGER amount_refunded_adds_up AFTER UPDATE ON payments.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.amount_refunded IS DISTINCT FROM NEW.amount_refunded)
    EXECUTE FUNCTION refunds.check_amount_refunded();
CREATE CONSTRAINT TRIGGER new_amount_refunded_adds_up AFTER INSERT ON payments.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.amount_refunded <> 0)
    EXECUTE FUNCTION refunds.check_amount_refunded();

-- An approval is evidence.
CREATE FUNCTION refunds.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refunds.% is only ever added to', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approvals_are_immutable';
END $$;

CREATE TRIGGER approvals_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON refunds.approvals
    FOR EACH STATEMENT EXECUTE FUNCTION refunds.refuse_change();

SELECT gateway.protect('refunds.refunds');
SELECT gateway.protect('refunds.approvals');

-- What the pretended processor knows of refunds.
CREATE TABLE sandbox.refunds (
    merchant_id text NOT NULL,
    mode        text NOT NULL CONSTRAINT refunds_are_test_only CHECK (mode = 'test'),
    key         text NOT NULL,
    reference   text NOT NULL,
    charge_key  text NOT NULL,
    state       text NOT NULL CONSTRAINT refund_state_is_known CHECK (state IN ('pending', 'succeeded', 'failed', 'canceled')),
    currency    text NOT NULL,
    amount      bigint NOT NULL CONSTRAINT refund_amount_is_positive CHECK (amount > 0),
    behaviour   text,
    decline     jsonb,
    due_at      timestamptz,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, key),
    CONSTRAINT a_refused_refund_has_its_reason CHECK ((decline IS NOT NULL) = (state = 'failed')),
    CONSTRAINT a_pending_refund_has_an_end CHECK (state <> 'pending' OR due_at IS NOT NULL)
);

CREATE INDEX sandbox_refunds_of_charge ON sandbox.refunds (merchant_id, mode, charge_key);
CREATE INDEX sandbox_refunds_that_wait ON sandbox.refunds (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX sandbox_refunds_that_wait_in_test ON sandbox.refunds (merchant_id, due_at) WHERE mode = 'test' AND due_at IS NOT NULL;

SELECT gateway.protect('sandbox.refunds');
