-- Card instalments (EMI) and buy now, pay later: rate cards, credit lines, what customers agreed to, and the instalments they owe.
CREATE SCHEMA methods;

CREATE TABLE methods.emi_rate_cards (
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    cards       text NOT NULL,
    version     integer NOT NULL CHECK (version >= 1),
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode)
);

COMMENT ON TABLE methods.emi_rate_cards IS 'A merchant without a row uses the built-in cards';

-- What a customer may owe to the lender at one merchant. Consumed in the commit of the attempt, so no race gets above the limit.
CREATE TABLE methods.credit_lines (
    merchant_id  text NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    customer_id  text NOT NULL,
    currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    credit_limit bigint NOT NULL,
    used         bigint NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, customer_id),
    CONSTRAINT used_within_limit CHECK (used BETWEEN 0 AND credit_limit)
) WITH (fillfactor = 80);

-- One attempt to pay later: what the customer agreed to, when and from where. Kept also when nothing came of it.
CREATE TABLE methods.bnpl_agreements (
    charge_id       text COLLATE "C" PRIMARY KEY,
    merchant_id     text NOT NULL,
    mode            text NOT NULL CHECK (mode IN ('test', 'live')),
    payment_id      text COLLATE "C" NOT NULL,
    customer_id     text NOT NULL,
    plan_id         text NOT NULL,
    amount          bigint NOT NULL CHECK (amount > 0),
    financed        bigint NOT NULL DEFAULT 0,
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    terms           text NOT NULL,
    consented_at    timestamptz NOT NULL,
    consent_address text,
    CONSTRAINT financed_within_agreement CHECK (financed BETWEEN 0 AND amount)
);

COMMENT ON COLUMN methods.bnpl_agreements.financed IS 'What was captured of it; its instalments add up to this';
COMMENT ON COLUMN methods.bnpl_agreements.terms IS 'The plan with its dates and amounts, as the customer agreed to it';

CREATE INDEX agreements_of_payment ON methods.bnpl_agreements (payment_id);

CREATE TABLE methods.bnpl_installments (
    id              text COLLATE "C" PRIMARY KEY,
    merchant_id     text NOT NULL,
    mode            text NOT NULL CHECK (mode IN ('test', 'live')),
    charge_id       text COLLATE "C" NOT NULL REFERENCES methods.bnpl_agreements,
    payment_id      text COLLATE "C" NOT NULL,
    order_id        text COLLATE "C",
    customer_id     text NOT NULL,
    plan_id         text NOT NULL,
    number          integer NOT NULL CHECK (number >= 1),
    amount          bigint NOT NULL CHECK (amount > 0),
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    due_date        date NOT NULL,
    state           text NOT NULL CHECK (state IN ('due', 'overdue', 'paid', 'written_off')),
    next_notice_at  timestamptz,
    paid_at         timestamptz,
    reference       text,
    written_off_at  timestamptz,
    webhook_url     text,
    created_at      timestamptz NOT NULL,
    version         integer NOT NULL,
    CONSTRAINT one_installment_of_a_number UNIQUE (charge_id, number),
    CONSTRAINT paid_says_when_and_how CHECK ((state = 'paid') = (paid_at IS NOT NULL) AND (state = 'paid') = (reference IS NOT NULL)),
    CONSTRAINT only_what_is_owed_is_reminded CHECK (next_notice_at IS NULL OR state IN ('due', 'overdue'))
) WITH (fillfactor = 80);

COMMENT ON COLUMN methods.bnpl_installments.next_notice_at IS 'When the next reminder is due, or the instalment becomes overdue';
COMMENT ON COLUMN methods.bnpl_installments.reference IS 'The lender''s receipt';

CREATE INDEX installments_of_merchant ON methods.bnpl_installments (merchant_id, mode, id DESC);
CREATE INDEX installments_of_customer ON methods.bnpl_installments (merchant_id, mode, customer_id, id DESC);
CREATE INDEX installments_to_remind ON methods.bnpl_installments (next_notice_at) WHERE next_notice_at IS NOT NULL;
CREATE INDEX installments_to_remind_in_test ON methods.bnpl_installments (merchant_id, next_notice_at)
    WHERE mode = 'test' AND next_notice_at IS NOT NULL;

SELECT gateway.protect('methods.emi_rate_cards');
SELECT gateway.protect('methods.credit_lines');
SELECT gateway.protect('methods.bnpl_agreements');
SELECT gateway.protect('methods.bnpl_installments');

-- What an instalment method agreed for an attempt: shown with the payment, and never changed.
ALTER TABLE payments.charges ADD COLUMN details text;

-- The bank that issued a test card, as its number would tell.
ALTER TABLE sandbox.tokens ADD COLUMN bank text;
