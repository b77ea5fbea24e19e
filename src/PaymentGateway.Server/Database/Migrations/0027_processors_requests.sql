-- What was said to processors and what they answered, masked, for as long as the operator keeps it; and what card networks call a payment.

CREATE TABLE processors.requests (
    id                   text COLLATE "C" PRIMARY KEY,
    merchant_id          text NOT NULL,
    mode                 text NOT NULL CHECK (mode IN ('test', 'live')),
    connector            text NOT NULL,
    account_id           text NOT NULL,
    operation            text NOT NULL,
    key                  text,
    charge_key           text COLLATE "C",
    attempt              integer NOT NULL CHECK (attempt >= 1),
    method               text NOT NULL,
    path                 text NOT NULL,
    status               integer CHECK (status BETWEEN 100 AND 999),
    outcome              text NOT NULL CHECK (outcome IN ('ok', 'refused', 'busy', 'broken', 'no_answer', 'unreadable')),
    duration_ms          integer NOT NULL CHECK (duration_ms >= 0),
    processor_request_id text,
    request              json,
    response             json,
    created_at           timestamptz NOT NULL,
    CONSTRAINT what_was_answered_has_a_status CHECK (status IS NOT NULL OR outcome IN ('no_answer', 'unreadable'))
);

COMMENT ON TABLE processors.requests IS 'One row for each try. Written when there is time for it, so a row may be missing';
COMMENT ON COLUMN processors.requests.key IS 'Our key of the operation, the same for all its tries';
COMMENT ON COLUMN processors.requests.charge_key IS 'The charge that it is about';
COMMENT ON COLUMN processors.requests.request IS 'The shape, and of the values those that say nothing of a person, a card or a key';
COMMENT ON COLUMN processors.requests.created_at IS 'Real time, also where a sandbox is ahead';

CREATE INDEX requests_of_merchant ON processors.requests (merchant_id, mode, id DESC);
CREATE INDEX requests_of_connector ON processors.requests (merchant_id, mode, connector, id DESC);
CREATE INDEX requests_by_outcome ON processors.requests (merchant_id, mode, outcome, id DESC) WHERE outcome <> 'ok';
CREATE INDEX requests_of_charge ON processors.requests (charge_key, id DESC) WHERE charge_key IS NOT NULL;
CREATE INDEX requests_by_age ON processors.requests (created_at);

SELECT gateway.protect('processors.requests');

ALTER TABLE payments.charges ADD COLUMN network_transaction_id text;
ALTER TABLE customers.payment_methods ADD COLUMN network_transaction_id text;

COMMENT ON COLUMN payments.charges.network_transaction_id IS 'What the card network calls the first transaction that money moved by';
COMMENT ON COLUMN customers.payment_methods.network_transaction_id IS 'The same, of the payment or set-up that it was saved by; erased with its customer';
