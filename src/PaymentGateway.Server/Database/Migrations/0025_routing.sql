-- Which processor takes a payment, and why.

CREATE SCHEMA routing;

CREATE TABLE routing.rules (
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    version     integer NOT NULL CHECK (version >= 1),
    document    json NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, version),
    CONSTRAINT a_document_is_an_object CHECK (json_typeof(document) = 'object')
);

COMMENT ON COLUMN routing.rules.document IS 'As it was sent, in the order of its fields';
COMMENT ON TABLE routing.rules IS 'Every version of a merchant''s rules; the highest counts. Charges name the one that they were decided by';

SELECT gateway.protect('routing.rules');

ALTER TABLE payments.charges
    ADD COLUMN routing jsonb;

COMMENT ON COLUMN payments.charges.routing IS 'Why this processor: reason, rule, arm of an experiment, place, and who was left out';

CREATE INDEX charges_of_experiment ON payments.charges (merchant_id, mode, (routing ->> 'experiment'))
    WHERE routing ->> 'experiment' IS NOT NULL;
