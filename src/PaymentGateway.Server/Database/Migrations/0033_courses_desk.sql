-- The payment desk of courses: what each merchant sets in place of constants, and whom a receipt names where the law wants it named.
CREATE TABLE courses.settings (
    merchant_id     text NOT NULL,
    mode            text NOT NULL CHECK (mode IN ('test', 'live')),
    minimum         bigint NOT NULL,
    maximum         bigint NOT NULL,
    currency        text NOT NULL,
    session_minutes integer NOT NULL,
    methods         text[] NOT NULL,
    updated_at      timestamptz NOT NULL,
    version         integer NOT NULL CHECK (version >= 1),
    CONSTRAINT one_row_of_course_settings PRIMARY KEY (merchant_id, mode),
    CONSTRAINT course_limits_are_in_rupees CHECK (currency = 'INR'),
    CONSTRAINT the_minimum_of_courses_is_10_to_1000 CHECK (minimum BETWEEN 1000 AND 100000),
    CONSTRAINT the_maximum_of_courses_is_1000_to_500000 CHECK (maximum BETWEEN 100000 AND 50000000),
    CONSTRAINT a_course_session_lasts_5_to_30_minutes CHECK (session_minutes BETWEEN 5 AND 30),
    CONSTRAINT courses_are_paid_in_known_ways CHECK (
        cardinality(methods) BETWEEN 1 AND 4 AND methods <@ ARRAY['card', 'netbanking', 'upi', 'wallet'])
);

COMMENT ON TABLE courses.settings IS 'Without a row the defaults hold. The keys at the gateway are in processors.accounts';

SELECT gateway.protect('courses.settings');

ALTER TABLE courses.transactions ADD COLUMN billing text;

COMMENT ON COLUMN courses.transactions.billing IS 'Whom the receipt names, sealed, since it is about a person';

-- A refund that succeeds and then comes back has a credit note, and what was issued stays: a debit note takes it back.
ALTER TABLE receipts.suppliers ADD COLUMN debit_note_series text NOT NULL DEFAULT 'DN' CHECK (debit_note_series ~ '^[A-Z0-9]{1,3}$');

UPDATE receipts.suppliers
SET debit_note_series = CASE WHEN 'DBN' IN (series, credit_note_series) THEN 'DEB' ELSE 'DBN' END
WHERE 'DN' IN (series, credit_note_series);

ALTER TABLE receipts.suppliers
    ADD CONSTRAINT a_supplier_numbers_debit_notes_apart CHECK (debit_note_series NOT IN (series, credit_note_series));

ALTER TABLE receipts.receipts
    DROP CONSTRAINT receipts_kind_check,
    DROP CONSTRAINT a_credit_note_names_refund_and_receipt,
    DROP CONSTRAINT one_credit_note_for_each_refund,
    ADD CONSTRAINT receipts_kind_check CHECK (kind IN ('tax_invoice', 'bill_of_supply', 'receipt', 'credit_note', 'debit_note')),
    ADD CONSTRAINT a_credit_note_names_refund_and_receipt CHECK (
        (kind IN ('credit_note', 'debit_note')) = (refund_id IS NOT NULL) AND (kind IN ('credit_note', 'debit_note')) = (original_id IS NOT NULL)
        AND (kind IN ('credit_note', 'debit_note')) = (position IS NOT NULL));

COMMENT ON COLUMN receipts.receipts.original_id IS 'Of a credit note its receipt; of a debit note the credit note that it takes back';

CREATE UNIQUE INDEX one_credit_note_for_each_refund ON receipts.receipts (refund_id) WHERE kind = 'credit_note';
CREATE UNIQUE INDEX one_debit_note_for_each_refund ON receipts.receipts (refund_id) WHERE kind = 'debit_note';
DROP INDEX receipts.one_receipt_for_each_payment;
CREATE UNIQUE INDEX one_receipt_for_each_payment ON receipts.receipts (payment_id) WHERE kind NOT IN ('credit_note', 'debit_note');

-- As before, and: a credit note is of a refund that stands, a debit note of one that came back. The lock on the refund keeps it from coming
-- back unseen while its credit note is written.
CREATE OR REPLACE FUNCTION receipts.check_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original receipts.receipts;
BEGIN
    IF NEW.kind NOT IN ('credit_note', 'debit_note') THEN
        IF NOT EXISTS (
            SELECT FROM payments.payments p
            WHERE p.id = NEW.payment_id
              AND (p.merchant_id, p.mode, p.currency, p.amount_captured) = (NEW.merchant_id, NEW.mode, NEW.currency, NEW.amount))
        THEN
            PERFORM ledger.refuse('receipt ' || NEW.id || ' is not of what was paid', 'a_receipt_is_of_what_was_paid');
        END IF;
        RETURN NULL;
    END IF;

    PERFORM FROM refunds.refunds f
    WHERE f.id = NEW.refund_id
      AND (f.merchant_id, f.mode, f.payment_id, f.currency, f.amount, f.state)
        = (NEW.merchant_id, NEW.mode, NEW.payment_id, NEW.currency, NEW.amount,
           CASE NEW.kind WHEN 'credit_note' THEN 'succeeded' ELSE 'failed' END)
    FOR SHARE;
    IF NOT FOUND AND NEW.kind = 'credit_note' THEN
        PERFORM ledger.refuse('credit note ' || NEW.id || ' is not of what was refunded', 'a_credit_note_is_of_what_was_refunded');
    ELSIF NOT FOUND THEN
        PERFORM ledger.refuse('debit note ' || NEW.id || ' is not of a refund that came back', 'a_debit_note_is_of_what_came_back');
    END IF;

    -- The lock makes two transactions that credit one receipt wait for each other, so that each counts the other's.
    SELECT * INTO original FROM receipts.receipts WHERE id = NEW.original_id FOR NO KEY UPDATE;
    IF NEW.kind = 'debit_note' THEN
        IF (original.kind, original.refund_id, original.amount) IS DISTINCT FROM ('credit_note', NEW.refund_id, NEW.amount) THEN
            PERFORM ledger.refuse('debit note ' || NEW.id || ' is not of the credit note of its refund', 'a_debit_note_is_of_its_credit_note');
        END IF;
        RETURN NULL;
    END IF;

    IF (original.merchant_id, original.mode, original.payment_id, original.currency)
        IS DISTINCT FROM (NEW.merchant_id, NEW.mode, NEW.payment_id, NEW.currency) OR original.kind IN ('credit_note', 'debit_note')
    THEN
        PERFORM ledger.refuse('credit note ' || NEW.id || ' is not of the receipt of its payment', 'a_credit_note_is_of_its_receipt');
    END IF;
    IF original.amount < (
        SELECT sum(r.amount) FROM receipts.receipts r
        WHERE r.original_id = NEW.original_id AND NOT EXISTS (SELECT FROM receipts.receipts d WHERE d.original_id = r.id))
    THEN
        PERFORM ledger.refuse('the credit notes of ' || NEW.original_id || ' are more than it', 'credit_notes_within_the_receipt');
    END IF;
    RETURN NULL;
END $$;
