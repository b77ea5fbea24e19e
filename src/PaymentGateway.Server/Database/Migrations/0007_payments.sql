-- Orders, payments and charges. The limits of money stand here as constraints; the decisions of the server only foresee them.
CREATE SCHEMA payments;

CREATE TABLE payments.orders (
    id                text COLLATE "C" PRIMARY KEY,
    merchant_id       text NOT NULL,
    mode              text NOT NULL CHECK (mode IN ('test', 'live')),
    merchant_order_id text,
    amount            bigint NOT NULL,
    currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_authorized bigint NOT NULL DEFAULT 0,
    amount_paid       bigint NOT NULL DEFAULT 0,
    state             text NOT NULL CHECK (state IN ('created', 'attempted', 'paid', 'expired', 'canceled')),
    capture_method    text NOT NULL CHECK (capture_method IN ('automatic', 'manual')),
    allowed_methods   text[],
    customer_id       text,
    customer_email    text,
    customer_phone    text,
    description       text,
    metadata          text NOT NULL,
    return_url        text,
    webhook_url       text,
    created_at        timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL,
    paid_at           timestamptz,
    closed_at         timestamptz,
    version           integer NOT NULL,
    CONSTRAINT an_order_has_an_amount CHECK (amount > 0),
    CONSTRAINT authorized_within_order CHECK (amount_authorized BETWEEN 0 AND amount),
    CONSTRAINT paid_within_authorized CHECK (amount_paid BETWEEN 0 AND amount_authorized),
    CONSTRAINT a_paid_order_is_paid_in_full CHECK (state <> 'paid' OR amount_paid = amount),
    CONSTRAINT a_closed_order_took_nothing CHECK (state NOT IN ('expired', 'canceled') OR amount_authorized = 0)
) WITH (fillfactor = 80);

CREATE INDEX orders_of_merchant ON payments.orders (merchant_id, mode, id DESC);
CREATE INDEX orders_of_merchant_by_state ON payments.orders (merchant_id, mode, state, id DESC);
CREATE INDEX orders_of_customer ON payments.orders (merchant_id, mode, customer_id, id DESC) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_by_merchants_number ON payments.orders (merchant_id, mode, merchant_order_id, id DESC) WHERE merchant_order_id IS NOT NULL;
CREATE INDEX orders_to_expire ON payments.orders (expires_at) WHERE state IN ('created', 'attempted');

CREATE TABLE payments.payments (
    id                text COLLATE "C" PRIMARY KEY,
    merchant_id       text NOT NULL,
    mode              text NOT NULL CHECK (mode IN ('test', 'live')),
    order_id          text COLLATE "C" REFERENCES payments.orders,
    merchant_order_id text,
    amount            bigint NOT NULL,
    currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_authorized bigint NOT NULL DEFAULT 0,
    amount_captured   bigint NOT NULL DEFAULT 0,
    state             text NOT NULL CHECK (state IN (
        'requires_payment_method', 'requires_confirmation', 'requires_action', 'authorizing', 'pending',
        'requires_capture', 'capturing', 'voiding', 'succeeded', 'canceled', 'failed')),
    capture_method    text NOT NULL CHECK (capture_method IN ('automatic', 'manual')),
    instrument        text,
    charge_id         text COLLATE "C",
    attempts          integer NOT NULL,
    failure_code      text,
    failure_reason    text,
    cancel_reason     text,
    customer_id       text,
    customer_email    text,
    customer_phone    text,
    description       text,
    metadata          text NOT NULL,
    return_url        text,
    webhook_url       text,
    created_at        timestamptz NOT NULL,
    paid_at           timestamptz,
    canceled_at       timestamptz,
    version           integer NOT NULL,
    CONSTRAINT a_payment_has_an_amount CHECK (amount > 0),
    CONSTRAINT authorized_within_payment CHECK (amount_authorized BETWEEN 0 AND amount),
    CONSTRAINT captured_within_authorized CHECK (amount_captured BETWEEN 0 AND amount_authorized),
    CONSTRAINT succeeded_means_captured CHECK ((state = 'succeeded') = (amount_captured > 0)),
    CONSTRAINT one_payment_per_order UNIQUE (order_id)
) WITH (fillfactor = 80);

CREATE INDEX payments_of_merchant ON payments.payments (merchant_id, mode, id DESC);
CREATE INDEX payments_of_merchant_by_state ON payments.payments (merchant_id, mode, state, id DESC);
CREATE INDEX payments_by_merchants_number ON payments.payments (merchant_id, mode, merchant_order_id, id DESC) WHERE merchant_order_id IS NOT NULL;
CREATE INDEX payments_of_customer ON payments.payments (merchant_id, mode, customer_id, id DESC) WHERE customer_id IS NOT NULL;

CREATE TABLE payments.charges (
    id             text COLLATE "C" PRIMARY KEY,
    merchant_id    text NOT NULL,
    mode           text NOT NULL CHECK (mode IN ('test', 'live')),
    payment_id     text COLLATE "C" NOT NULL REFERENCES payments.payments,
    connector      text NOT NULL,
    method         text NOT NULL,
    summary        text NOT NULL,
    amount         bigint NOT NULL CHECK (amount > 0),
    currency       text NOT NULL,
    fee            bigint NOT NULL CHECK (fee >= 0),
    tax            bigint NOT NULL CHECK (tax >= 0),
    state          text NOT NULL CHECK (state IN (
        'submitted', 'requires_action', 'pending', 'authorized', 'capturing', 'voiding', 'captured', 'failed', 'voided')),
    reference      text,
    next_action    text,
    failure_code   text,
    failure_reason text,
    processor_code text,
    behaviour      text,
    created_at     timestamptz NOT NULL,
    called_at      timestamptz NOT NULL,
    check_at       timestamptz,
    checks         integer NOT NULL,
    finished_at    timestamptz,
    CONSTRAINT fee_and_tax_within_charge CHECK (fee + tax <= amount),
    CONSTRAINT only_a_live_charge_is_checked CHECK (
        (check_at IS NOT NULL) = (state IN ('submitted', 'requires_action', 'pending', 'capturing', 'voiding')))
) WITH (fillfactor = 80);

COMMENT ON COLUMN payments.charges.check_at IS 'When the resolver asks the processor what became of it';
COMMENT ON COLUMN payments.charges.called_at IS 'When the processor was last told to do something';

-- At most one attempt that may have moved money, or still can.
CREATE UNIQUE INDEX one_live_attempt_per_payment ON payments.charges (payment_id) WHERE state NOT IN ('failed', 'voided');
CREATE INDEX charges_of_payment ON payments.charges (payment_id, id DESC);
CREATE INDEX charges_of_merchant ON payments.charges (merchant_id, mode, id DESC);
CREATE INDEX charges_of_merchant_by_state ON payments.charges (merchant_id, mode, state, id DESC);
CREATE INDEX charges_to_check ON payments.charges (check_at) WHERE check_at IS NOT NULL;

SELECT gateway.protect('payments.orders');
SELECT gateway.protect('payments.payments');
SELECT gateway.protect('payments.charges');
