-- Receipts: who issues them, their numbers without gaps, what they say, and the documents that were made of them.
CREATE SCHEMA receipts;

CREATE TABLE receipts.suppliers (
    merchant_id        text NOT NULL,
    mode               text NOT NULL CHECK (mode IN ('test', 'live')),
    version            integer NOT NULL CHECK (version >= 1),
    legal_name         text NOT NULL CHECK (length(legal_name) BETWEEN 1 AND 120),
    address            text NOT NULL,
    country            text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    state              text CHECK (state ~ '^[0-9]{2}$'),
    gstin              text CHECK (gstin ~ '^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]Z[0-9A-Z]$'),
    tax_id             text,
    series             text NOT NULL CHECK (series ~ '^[A-Z0-9]{1,3}$'),
    credit_note_series text NOT NULL CHECK (credit_note_series ~ '^[A-Z0-9]{1,3}$'),
    sac                text CHECK (sac ~ '^[0-9]{4,8}$'),
    support_contact    text,
    updated_at         timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode),
    CONSTRAINT a_supplier_numbers_credit_notes_apart CHECK (series <> credit_note_series),
    CONSTRAINT a_gstin_is_of_its_state CHECK (gstin IS NULL OR (country = 'IN' AND state = left(gstin, 2)))
);

COMMENT ON COLUMN receipts.suppliers.address IS 'Its lines, each ended by a line feed but the last';

-- The last number of each series and year. Its row is locked from the moment a number is drawn until the commit that draws it ends.
CREATE TABLE receipts.counters (
    merchant_id    text NOT NULL,
    mode           text NOT NULL CHECK (mode IN ('test', 'live')),
    series         text NOT NULL,
    financial_year integer NOT NULL,
    last           bigint NOT NULL CHECK (last >= 1),
    PRIMARY KEY (merchant_id, mode, series, financial_year)
);

CREATE TABLE receipts.receipts (
    id             text COLLATE "C" PRIMARY KEY,
    merchant_id    text NOT NULL,
    mode           text NOT NULL CHECK (mode IN ('test', 'live')),
    kind           text NOT NULL CHECK (kind IN ('tax_invoice', 'bill_of_supply', 'receipt', 'credit_note')),
    series         text NOT NULL CHECK (series ~ '^[A-Z0-9]{1,3}$'),
    financial_year integer NOT NULL,
    serial         bigint NOT NULL CHECK (serial >= 1),
    number         text NOT NULL GENERATED ALWAYS AS (
        series || '/' || lpad((financial_year % 100)::text, 2, '0') || '-' || lpad(((financial_year + 1) % 100)::text, 2, '0')
        || '/' || lpad(serial::text, greatest(6, length(serial::text)), '0')) STORED,
    issued_on      date NOT NULL,
    payment_id     text COLLATE "C" NOT NULL REFERENCES payments.payments,
    refund_id      text COLLATE "C" REFERENCES refunds.refunds,
    original_id    text COLLATE "C" REFERENCES receipts.receipts,
    position       smallint CHECK (position >= 1),
    customer_id    text,
    amount         bigint NOT NULL CHECK (amount > 0),
    currency       text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    content        jsonb NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT a_number_has_at_most_sixteen_characters CHECK (length(number) <= 16),
    CONSTRAINT a_receipt_is_of_the_year_of_its_day CHECK (
        financial_year = extract(year FROM issued_on) - CASE WHEN extract(month FROM issued_on) < 4 THEN 1 ELSE 0 END),
    CONSTRAINT a_credit_note_names_refund_and_receipt CHECK (
        (kind = 'credit_note') = (refund_id IS NOT NULL) AND (kind = 'credit_note') = (original_id IS NOT NULL)
        AND (kind = 'credit_note') = (position IS NOT NULL)),
    CONSTRAINT one_receipt_for_each_number UNIQUE (merchant_id, mode, series, financial_year, serial),
    CONSTRAINT one_credit_note_for_each_refund UNIQUE (refund_id),
    CONSTRAINT credit_notes_of_a_receipt_are_counted UNIQUE (original_id, position)
);

COMMENT ON COLUMN receipts.receipts.financial_year IS 'Of India, by the year in which it begins';
COMMENT ON COLUMN receipts.receipts.position IS 'Of a credit note among those of its receipt: two that are worked out at once cannot both be the next';
COMMENT ON COLUMN receipts.receipts.content IS 'All that is printed, as it was when the receipt was issued';

CREATE UNIQUE INDEX one_receipt_for_each_payment ON receipts.receipts (payment_id) WHERE kind <> 'credit_note';
CREATE INDEX receipts_of_merchant ON receipts.receipts (merchant_id, mode, id DESC);
CREATE INDEX receipts_of_payment ON receipts.receipts (payment_id, id DESC);
CREATE INDEX receipts_by_number ON receipts.receipts (merchant_id, mode, number);
CREATE INDEX receipts_of_kind ON receipts.receipts (merchant_id, mode, kind, id DESC);
CREATE INDEX receipts_of_customer ON receipts.receipts (merchant_id, mode, customer_id, id DESC) WHERE customer_id IS NOT NULL;

-- Draws the number inside the transaction that writes the receipt: when that is rolled back, the number was never drawn.
CREATE FUNCTION receipts.draw_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO receipts.counters AS c (merchant_id, mode, series, financial_year, last)
    VALUES (NEW.merchant_id, NEW.mode, NEW.series, NEW.financial_year, 1)
    ON CONFLICT (merchant_id, mode, series, financial_year) DO UPDATE SET last = c.last + 1
    RETURNING last INTO NEW.serial;
    RETURN NEW;
END $$;

CREATE TRIGGER a_receipt_draws_its_number BEFORE INSERT ON receipts.receipts
    FOR EACH ROW EXECUTE FUNCTION receipts.draw_number();

-- A number that is drawn is used: at the end of every transaction the last number of a series is that of a receipt.
CREATE FUNCTION receipts.check_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.merchant_id, NEW.mode, NEW.series, NEW.financial_year, NEW.last)
        IS DISTINCT FROM (OLD.merchant_id, OLD.mode, OLD.series, OLD.financial_year, OLD.last + 1)
       OR TG_OP = 'INSERT' AND NEW.last <> 1
       OR NOT EXISTS (
            SELECT FROM receipts.receipts r
            WHERE r.merchant_id = NEW.merchant_id AND r.mode = NEW.mode AND r.series = NEW.series
              AND r.financial_year = NEW.financial_year AND r.serial = NEW.last)
    THEN
        PERFORM ledger.refuse('a number of ' || NEW.series || ' has no receipt', 'a_series_has_no_gaps');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER a_series_has_no_gaps AFTER INSERT OR UPDATE ON receipts.counters
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receipts.check_counter();

-- A receipt is of exactly what was paid, a credit note of exactly what was refunded; the notes of a receipt never take back more than it.
CREATE FUNCTION receipts.check_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original receipts.receipts;
BEGIN
    IF NEW.kind <> 'credit_note' THEN
        IF NOT EXISTS (
            SELECT FROM payments.payments p
            WHERE p.id = NEW.payment_id
              AND (p.merchant_id, p.mode, p.currency, p.amount_captured) = (NEW.merchant_id, NEW.mode, NEW.currency, NEW.amount))
        THEN
            PERFORM ledger.refuse('receipt ' || NEW.id || ' is not of what was paid', 'a_receipt_is_of_what_was_paid');
        END IF;
        RETURN NULL;
    END IF;

    IF NOT EXISTS (
        SELECT FROM refunds.refunds f
        WHERE f.id = NEW.refund_id AND (f.merchant_id, f.mode, f.payment_id, f.currency, f.amount)
            = (NEW.merchant_id, NEW.mode, NEW.payment_id, NEW.currency, NEW.amount))
    THEN
        PERFORM ledger.refuse('credit note ' || NEW.id || ' is not of what was refunded', 'a_credit_note_is_of_what_was_refunded');
    END IF;

    -- The lock makes two transactions that credit one receipt wait for each other, so that each counts the other's.
    SELECT * INTO original FROM receipts.receipts WHERE id = NEW.original_id FOR NO KEY UPDATE;
    IF (original.merchant_id, original.mode, original.payment_id, original.currency)
        IS DISTINCT FROM (NEW.merchant_id, NEW.mode, NEW.payment_id, NEW.currency) OR original.kind = 'credit_note'
    THEN
        PERFORM ledger.refuse('credit note ' || NEW.id || ' is not of the receipt of its payment', 'a_credit_note_is_of_its_receipt');
    END IF;
    IF original.amount < (SELECT sum(r.amount) FROM receipts.receipts r WHERE r.original_id = NEW.original_id) THEN
        PERFORM ledger.refuse('the credit notes of ' || NEW.original_id || ' are more than it', 'credit_notes_within_the_receipt');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER a_receipt_fits_what_it_is_of AFTER INSERT ON receipts.receipts
    FOR EACH ROW EXECUTE FUNCTION receipts.check_receipt();

-- The document of a receipt: a PDF, or a page where a name is in a script that the PDF cannot show.
CREATE TABLE receipts.files (
    receipt_id   text COLLATE "C" PRIMARY KEY REFERENCES receipts.receipts,
    merchant_id  text NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    content_type text NOT NULL CHECK (content_type IN ('application/pdf', 'text/html; charset=utf-8')),
    sha256       bytea NOT NULL,
    content      bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 4194304),
    created_at   timestamptz NOT NULL,
    CONSTRAINT a_document_is_what_its_hash_says CHECK (sha256 = sha256(content))
);

-- Packed already.
ALTER TABLE receipts.files ALTER COLUMN content SET STORAGE EXTERNAL;

-- Receipts without a document yet, and refunds that were done and not looked at: each is taken out by the commit that does the work.
CREATE TABLE receipts.to_print (
    receipt_id  text COLLATE "C" PRIMARY KEY REFERENCES receipts.receipts,
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live'))
);

CREATE TABLE receipts.to_credit (
    refund_id   text COLLATE "C" PRIMARY KEY,
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live'))
);

CREATE FUNCTION receipts.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'receipts.% is only ever added to', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'what_was_issued_stays';
END $$;

CREATE TRIGGER what_was_issued_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts.receipts
    FOR EACH STATEMENT EXECUTE FUNCTION receipts.refuse_change();
CREATE TRIGGER what_was_issued_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts.files
    FOR EACH STATEMENT EXECUTE FUNCTION receipts.refuse_change();
CREATE TRIGGER what_was_issued_stays BEFORE DELETE OR TRUNCATE ON receipts.counters
    FOR EACH STATEMENT EXECUTE FUNCTION receipts.refuse_change();

SELECT gateway.protect('receipts.suppliers');
SELECT gateway.protect('receipts.counters');
SELECT gateway.protect('receipts.receipts');
SELECT gateway.protect('receipts.files');
SELECT gateway.protect('receipts.to_print');
SELECT gateway.protect('receipts.to_credit');
