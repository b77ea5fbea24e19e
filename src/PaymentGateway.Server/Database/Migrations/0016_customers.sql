-- Customers and the ways to pay that they have left with a processor.
CREATE SCHEMA customers;

CREATE TABLE customers.customers (
    id                        text COLLATE "C" PRIMARY KEY,
    merchant_id               text NOT NULL,
    mode                      text NOT NULL CHECK (mode IN ('test', 'live')),
    state                     text NOT NULL CHECK (state IN ('active', 'deleted')),
    name                      text,
    email                     text,
    phone                     text,
    address                   text,
    metadata                  text NOT NULL,
    default_payment_method_id text COLLATE "C",
    methods_count             smallint NOT NULL,
    created_at                timestamptz NOT NULL,
    updated_at                timestamptz NOT NULL,
    deleted_at                timestamptz,
    version                   integer NOT NULL,
    CONSTRAINT at_most_20_methods CHECK (methods_count BETWEEN 0 AND 20),
    CONSTRAINT a_deleted_customer_says_when CHECK ((deleted_at IS NULL) = (state = 'active')),
    CONSTRAINT a_deleted_customer_keeps_nothing_personal CHECK (
        state = 'active'
        OR (coalesce(name, email, phone, address, default_payment_method_id) IS NULL AND metadata = '{}' AND methods_count = 0)),
    CONSTRAINT a_customer_of_one_merchant UNIQUE (id, merchant_id, mode)
) WITH (fillfactor = 80);

COMMENT ON COLUMN customers.customers.address IS 'A JSON object';
COMMENT ON COLUMN customers.customers.methods_count IS 'Places that its methods take: those that are attached, and those that a request is attaching';

CREATE INDEX customers_of_merchant ON customers.customers (merchant_id, mode, id DESC) WHERE state = 'active';
CREATE INDEX customers_by_email ON customers.customers (merchant_id, mode, lower(email), id DESC) WHERE state = 'active' AND email IS NOT NULL;

CREATE TABLE customers.payment_methods (
    id             text COLLATE "C" PRIMARY KEY,
    merchant_id    text NOT NULL,
    mode           text NOT NULL CHECK (mode IN ('test', 'live')),
    customer_id    text COLLATE "C" NOT NULL,
    state          text NOT NULL CHECK (state IN ('saving', 'active', 'failed', 'detached')),
    method         text NOT NULL CHECK (method IN ('card', 'upi')),
    network        text,
    last4          text CHECK (last4 ~ '^[0-9]{4}$'),
    funding        text,
    expiry         text CHECK (expiry ~ '^(0[1-9]|1[0-2])/[0-9]{2}$'),
    vpa            text,
    fingerprint    text,
    connector      text NOT NULL,
    reference      text,
    source         text,
    has_place      boolean NOT NULL,
    replaced_by    text COLLATE "C",
    failure_code   text,
    failure_reason text,
    behaviour      text,
    metadata       text NOT NULL,
    created_at     timestamptz NOT NULL,
    attached_at    timestamptz,
    detached_at    timestamptz,
    expires_at     timestamptz,
    notice_at      timestamptz,
    forgotten_at   timestamptz,
    check_at       timestamptz,
    claimed_until  timestamptz,
    checks         integer NOT NULL,
    version        integer NOT NULL,
    CONSTRAINT a_method_of_its_customer UNIQUE (id, customer_id),
    CONSTRAINT method_and_customer_have_one_owner FOREIGN KEY (customer_id, merchant_id, mode)
        REFERENCES customers.customers (id, merchant_id, mode),
    CONSTRAINT an_active_method_is_with_its_processor CHECK (state <> 'active' OR (reference IS NOT NULL AND attached_at IS NOT NULL AND has_place)),
    CONSTRAINT what_is_over_takes_no_place CHECK (state IN ('saving', 'active') OR NOT has_place),
    CONSTRAINT only_saving_keeps_its_source CHECK (state = 'saving' OR source IS NULL),
    CONSTRAINT a_failed_method_says_why CHECK ((failure_code IS NOT NULL) = (state = 'failed')),
    CONSTRAINT a_detached_method_says_when CHECK ((detached_at IS NOT NULL) = (state = 'detached')),
    CONSTRAINT only_what_waits_for_its_processor_is_checked CHECK (
        (check_at IS NOT NULL) = (state = 'saving' OR (state = 'detached' AND forgotten_at IS NULL))),
    CONSTRAINT a_notice_is_of_an_active_method CHECK (notice_at IS NULL OR (state = 'active' AND expires_at IS NOT NULL))
) WITH (fillfactor = 80);

COMMENT ON COLUMN customers.payment_methods.vpa IS 'Masked';
COMMENT ON COLUMN customers.payment_methods.fingerprint IS 'The same for one card of one merchant, as its processor tells it';
COMMENT ON COLUMN customers.payment_methods.reference IS 'The processor''s own token; of no use at another';
COMMENT ON COLUMN customers.payment_methods.source IS 'What is being saved: sent again under the same key until the processor answers';
COMMENT ON COLUMN customers.payment_methods.has_place IS 'Counted in methods_count of its customer';
COMMENT ON COLUMN customers.payment_methods.replaced_by IS 'The customer had the same card or address already: this one';
COMMENT ON COLUMN customers.payment_methods.check_at IS 'When its processor is told again to save or to forget it, in the merchant''s time';
COMMENT ON COLUMN customers.payment_methods.claimed_until IS 'Until when one resolver has it, in real time';
COMMENT ON COLUMN customers.payment_methods.notice_at IS 'When the merchant is told that it will expire';

CREATE UNIQUE INDEX one_attached_method_per_fingerprint ON customers.payment_methods (customer_id, fingerprint)
    WHERE state IN ('saving', 'active') AND fingerprint IS NOT NULL;
CREATE INDEX payment_methods_of_customer ON customers.payment_methods (customer_id, id DESC);
CREATE INDEX payment_methods_to_check ON customers.payment_methods (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX payment_methods_to_check_in_test ON customers.payment_methods (merchant_id, check_at) WHERE mode = 'test' AND check_at IS NOT NULL;
CREATE INDEX payment_methods_to_announce ON customers.payment_methods (notice_at) WHERE notice_at IS NOT NULL;
CREATE INDEX payment_methods_to_announce_in_test ON customers.payment_methods (merchant_id, notice_at) WHERE mode = 'test' AND notice_at IS NOT NULL;

ALTER TABLE customers.customers
    ADD CONSTRAINT the_default_is_a_method_of_the_customer FOREIGN KEY (default_payment_method_id, id)
        REFERENCES customers.payment_methods (id, customer_id) DEFERRABLE INITIALLY DEFERRED;

SELECT gateway.protect('customers.customers');
SELECT gateway.protect('customers.payment_methods');

-- What the pretended processor keeps for later payments. A key that was told to be forgotten keeps a late save out.
CREATE TABLE sandbox.saved_methods (
    merchant_id text NOT NULL,
    mode        text NOT NULL CONSTRAINT saved_methods_are_test_only CHECK (mode = 'test'),
    key         text NOT NULL,
    reference   text NOT NULL,
    state       text NOT NULL CONSTRAINT saved_method_state_is_known CHECK (state IN ('saved', 'declined', 'forgotten')),
    method      text NOT NULL,
    network     text,
    last4       text,
    funding     text,
    expiry      text,
    behaviour   text,
    bank        text,
    vpa         text,
    fingerprint text,
    decline     jsonb,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, key),
    CONSTRAINT a_refused_save_has_its_reason CHECK ((decline IS NOT NULL) = (state = 'declined')),
    CONSTRAINT what_is_forgotten_is_gone CHECK (
        state <> 'forgotten' OR coalesce(network, last4, funding, expiry, behaviour, bank, vpa, fingerprint) IS NULL)
);

CREATE UNIQUE INDEX sandbox_saved_methods_by_reference ON sandbox.saved_methods (reference);

-- The card of a charge whose way to pay is to be kept: the charge itself keeps only what may be shown.
CREATE TABLE sandbox.charge_tokens (
    merchant_id text NOT NULL,
    mode        text NOT NULL,
    key         text NOT NULL,
    token       text NOT NULL,
    PRIMARY KEY (merchant_id, mode, key),
    FOREIGN KEY (merchant_id, mode, token) REFERENCES sandbox.tokens (merchant_id, mode, id)
);

SELECT gateway.protect('sandbox.saved_methods');
SELECT gateway.protect('sandbox.charge_tokens');

-- Whose personal data a stored answer may hold, so that it can be erased.
ALTER TABLE http.idempotency_keys ADD COLUMN customer_id text;
CREATE INDEX idempotency_keys_of_customer ON http.idempotency_keys (merchant_id, mode, customer_id) WHERE customer_id IS NOT NULL;

-- The saved method that a payment was or is being paid with, or that was saved by it.
ALTER TABLE payments.payments ADD COLUMN payment_method_id text COLLATE "C" REFERENCES customers.payment_methods;
CREATE INDEX payments_of_payment_method ON payments.payments (payment_method_id) WHERE payment_method_id IS NOT NULL;
