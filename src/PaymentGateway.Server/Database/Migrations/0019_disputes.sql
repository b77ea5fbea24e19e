-- Disputes: money that a customer's bank asks back, what of a payment it takes, the evidence against it.

ALTER TABLE payments.payments
    ADD COLUMN amount_disputed bigint NOT NULL DEFAULT 0 CONSTRAINT disputed_is_not_negative CHECK (amount_disputed >= 0),
    ADD CONSTRAINT disputed_and_refunded_within_captured CHECK (amount_disputed + amount_refunded + amount_returned <= amount_captured);
ALTER TABLE payments.charges
    ADD COLUMN amount_disputed bigint NOT NULL DEFAULT 0 CONSTRAINT charge_disputed_is_not_negative CHECK (amount_disputed >= 0),
    ADD CONSTRAINT disputed_and_refunded_within_charge CHECK (amount_disputed + amount_refunded <= amount);

COMMENT ON COLUMN payments.payments.amount_disputed IS 'What disputes that are open or lost have taken of it';

CREATE SCHEMA disputes;

CREATE TABLE disputes.disputes (
    id                  text COLLATE "C" PRIMARY KEY,
    merchant_id         text NOT NULL,
    mode                text NOT NULL CHECK (mode IN ('test', 'live')),
    payment_id          text COLLATE "C" NOT NULL REFERENCES payments.payments,
    charge_id           text COLLATE "C" NOT NULL REFERENCES payments.charges,
    order_id            text COLLATE "C" REFERENCES payments.orders,
    connector           text NOT NULL,
    reference           text NOT NULL,
    revision            bigint NOT NULL,
    state               text NOT NULL CHECK (state IN (
        'warning_needs_response', 'warning_submitting', 'warning_under_review', 'warning_closed',
        'needs_response', 'submitting', 'accepting', 'under_review', 'won', 'lost', 'accepted')),
    amount              bigint NOT NULL,
    currency            text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_taken        bigint NOT NULL,
    fee                 bigint NOT NULL CHECK (fee >= 0),
    bookings            integer NOT NULL CHECK (bookings >= 0),
    reason              text NOT NULL CHECK (reason IN (
        'fraudulent', 'unrecognized', 'duplicate', 'product_not_received', 'product_unacceptable', 'credit_not_processed',
        'subscription_canceled', 'incorrect_amount', 'paid_by_other_means', 'general')),
    network_reason_code text,
    contradiction       text CHECK (contradiction IN ('exceeds_payment', 'currency_differs', 'final_words_differ')),
    evidence_due_by     timestamptz,
    evidence            text NOT NULL,
    requests            integer NOT NULL CHECK (requests >= 0),
    submitted_at        timestamptz,
    declined_reason     text,
    declined_code       text,
    webhook_url         text,
    created_at          timestamptz NOT NULL,
    closed_at           timestamptz,
    called_at           timestamptz,
    check_at            timestamptz,
    claimed_until       timestamptz,
    checks              integer NOT NULL,
    remind_at           timestamptz,
    version             integer NOT NULL,
    CONSTRAINT one_dispute_per_reference UNIQUE (merchant_id, mode, connector, reference),
    CONSTRAINT a_dispute_has_an_amount CHECK (amount > 0),
    CONSTRAINT a_dispute_takes_at_most_its_amount CHECK (amount_taken BETWEEN 0 AND amount),
    CONSTRAINT an_inquiry_or_a_won_dispute_takes_nothing CHECK (
        amount_taken = 0 OR state IN ('needs_response', 'submitting', 'accepting', 'under_review', 'lost', 'accepted')),
    CONSTRAINT only_an_open_dispute_is_checked CHECK (
        (check_at IS NOT NULL) = (state NOT IN ('warning_closed', 'won', 'lost', 'accepted'))),
    CONSTRAINT a_closed_dispute_says_when CHECK ((closed_at IS NOT NULL) = (state IN ('warning_closed', 'won', 'lost', 'accepted'))),
    CONSTRAINT a_dispute_and_its_owner UNIQUE (id, merchant_id, mode)
) WITH (fillfactor = 80);

COMMENT ON COLUMN disputes.disputes.reference IS 'The processor''s own id';
COMMENT ON COLUMN disputes.disputes.revision IS 'Of the processor''s word that it stands on: an older word changes nothing';
COMMENT ON COLUMN disputes.disputes.amount_taken IS 'What it took of the payment; less than the amount where less was left';
COMMENT ON COLUMN disputes.disputes.fee IS 'What the processor charges for it, as booked';
COMMENT ON COLUMN disputes.disputes.bookings IS 'How many transactions of the book it has made: numbers their keys';
COMMENT ON COLUMN disputes.disputes.check_at IS 'When the resolver asks the processor about it, in the merchant''s time';
COMMENT ON COLUMN disputes.disputes.claimed_until IS 'Until when one resolver has it, in real time';
COMMENT ON COLUMN disputes.disputes.remind_at IS 'When the merchant is reminded of the deadline; null: never, or it was done';

CREATE INDEX disputes_of_merchant ON disputes.disputes (merchant_id, mode, id DESC);
CREATE INDEX disputes_of_merchant_by_state ON disputes.disputes (merchant_id, mode, state, id DESC);
CREATE INDEX disputes_of_merchant_by_reason ON disputes.disputes (merchant_id, mode, reason, id DESC);
CREATE INDEX disputes_of_merchant_by_deadline ON disputes.disputes (merchant_id, mode, evidence_due_by);
CREATE INDEX disputes_of_payment ON disputes.disputes (payment_id, id DESC);
CREATE INDEX disputes_of_charge ON disputes.disputes (charge_id, id DESC);
CREATE INDEX disputes_of_order ON disputes.disputes (order_id, id DESC) WHERE order_id IS NOT NULL;
CREATE INDEX disputes_to_check ON disputes.disputes (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX disputes_to_check_in_test ON disputes.disputes (merchant_id, check_at) WHERE mode = 'test' AND check_at IS NOT NULL;
CREATE INDEX disputes_to_remind ON disputes.disputes (remind_at)
    WHERE remind_at IS NOT NULL AND state IN ('needs_response', 'warning_needs_response');
CREATE INDEX disputes_to_remind_in_test ON disputes.disputes (merchant_id, remind_at)
    WHERE mode = 'test' AND remind_at IS NOT NULL AND state IN ('needs_response', 'warning_needs_response');

-- Evidence that was uploaded. What it holds is what its hash says, for ever.
CREATE TABLE disputes.evidence_files (
    id           text COLLATE "C" PRIMARY KEY,
    dispute_id   text COLLATE "C" NOT NULL,
    merchant_id  text NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    position     smallint NOT NULL,
    purpose      text NOT NULL CHECK (purpose IN (
        'receipt', 'customer_communication', 'customer_signature', 'shipping_documentation', 'service_documentation', 'refund_policy',
        'cancellation_policy', 'duplicate_charge_documentation', 'other')),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    content_type text NOT NULL,
    size         integer NOT NULL,
    sha256       bytea NOT NULL,
    content      bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT evidence_is_of_its_dispute FOREIGN KEY (dispute_id, merchant_id, mode) REFERENCES disputes.disputes (id, merchant_id, mode),
    CONSTRAINT at_most_eight_files CHECK (position BETWEEN 1 AND 8),
    CONSTRAINT one_file_per_position UNIQUE (dispute_id, position),
    CONSTRAINT a_file_is_not_too_large CHECK (size BETWEEN 1 AND 4194304 AND octet_length(content) = size),
    CONSTRAINT a_file_is_what_its_hash_says CHECK (sha256 = sha256(content)),
    CONSTRAINT a_file_is_of_a_known_type CHECK (content_type IN ('application/pdf', 'image/png', 'image/jpeg'))
);

-- Pictures and documents are packed already.
ALTER TABLE disputes.evidence_files ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE FUNCTION disputes.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'disputes.% is only ever added to', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'evidence_is_immutable';
END $$;

CREATE TRIGGER evidence_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON disputes.evidence_files
    FOR EACH STATEMENT EXECUTE FUNCTION disputes.refuse_change();

-- What a payment says is disputed of it is what its disputes took. Together with disputed_and_refunded_within_captured this keeps
-- disputes and refunds within the capture, whoever writes. The payment is locked, so that two transactions see each other.
CREATE FUNCTION disputes.check_payment(checked text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    payment payments.payments;
BEGIN
    SELECT * INTO payment FROM payments.payments WHERE id = checked FOR NO KEY UPDATE;
    IF payment.amount_disputed <> (SELECT coalesce(sum(d.amount_taken), 0) FROM disputes.disputes d WHERE d.payment_id = checked) THEN
        PERFORM ledger.refuse('the disputes of ' || checked || ' are not what is disputed of it', 'disputes_add_up_to_amount_disputed');
    END IF;

    IF EXISTS (
        SELECT FROM disputes.disputes d
        WHERE d.payment_id = checked
          AND ((d.merchant_id, d.mode) IS DISTINCT FROM (payment.merchant_id, payment.mode)
               OR (d.amount_taken > 0 AND d.currency <> payment.currency)))
    THEN
        PERFORM ledger.refuse('a dispute of ' || checked || ' is not of its owner and currency', 'dispute_and_payment_have_one_owner');
    END IF;
END $$;

CREATE FUNCTION disputes.check_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM disputes.check_payment(OLD.payment_id);
    END IF;

    IF TG_OP <> 'DELETE' THEN
        PERFORM disputes.check_payment(NEW.payment_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION disputes.check_amount_disputed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM disputes.check_payment(NEW.id);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER disputes_add_up AFTER INSERT OR DELETE ON disputes.disputes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disputes.check_dispute();
CREATE CONSTRAINT TRIGGER changed_disputes_add_up AFTER UPDATE ON disputes.disputes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.payment_id, OLD.amount_taken, OLD.currency, OLD.merchant_id, OLD.mode)
        IS DISTINCT FROM (NEW.payment_id, NEW.amount_taken, NEW.currency, NEW.merchant_id, NEW.mode))
    EXECUTE FUNCTION disputes.check_dispute();
CREATE CONSTRAINT TRIGGER amount_disputed_adds_up AFTER UPDATE ON payments.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.amount_disputed IS DISTINCT FROM NEW.amount_disputed)
    EXECUTE FUNCTION disputes.check_amount_disputed();
CREATE CONSTRAINT TRIGGER new_amount_disputed_adds_up AFTER INSERT ON payments.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.amount_disputed <> 0)
    EXECUTE FUNCTION disputes.check_amount_disputed();

SELECT gateway.protect('disputes.disputes');
SELECT gateway.protect('disputes.evidence_files');

-- What the pretended processor knows of disputes.
CREATE TABLE sandbox.disputes (
    merchant_id         text NOT NULL,
    mode                text NOT NULL CONSTRAINT disputes_are_test_only CHECK (mode = 'test'),
    reference           text NOT NULL,
    charge_key          text NOT NULL,
    standing            text NOT NULL,
    currency            text NOT NULL,
    amount              bigint NOT NULL CONSTRAINT dispute_amount_is_positive CHECK (amount > 0),
    fee                 bigint NOT NULL,
    is_fee_returned     boolean NOT NULL,
    reason              text NOT NULL,
    network_reason_code text,
    evidence_due_by     timestamptz,
    revision            bigint NOT NULL,
    will_be_won         boolean,
    due_at              timestamptz,
    behaviour           text,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, reference),
    FOREIGN KEY (merchant_id, mode, charge_key) REFERENCES sandbox.charges (merchant_id, mode, key)
);

CREATE INDEX sandbox_disputes_that_wait ON sandbox.disputes (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX sandbox_disputes_that_wait_in_test ON sandbox.disputes (merchant_id, due_at) WHERE mode = 'test' AND due_at IS NOT NULL;

-- Requests of ours, by our key, so that a repeat is answered as the first call was.
CREATE TABLE sandbox.dispute_requests (
    merchant_id text NOT NULL,
    mode        text NOT NULL CONSTRAINT dispute_requests_are_test_only CHECK (mode = 'test'),
    key         text NOT NULL,
    reference   text NOT NULL,
    is_done     boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, key),
    FOREIGN KEY (merchant_id, mode, reference) REFERENCES sandbox.disputes (merchant_id, mode, reference)
);

SELECT gateway.protect('sandbox.disputes');
SELECT gateway.protect('sandbox.dispute_requests');
