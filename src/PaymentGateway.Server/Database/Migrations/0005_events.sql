-- Committed facts, and for each consumer the queue of facts it has not taken yet.
CREATE SCHEMA events;

CREATE TABLE events.events (
    id          text COLLATE "C" PRIMARY KEY,
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    name        text NOT NULL,
    subject_id  text NOT NULL,
    created_at  timestamptz NOT NULL,
    request_id  text,
    webhook_url text,
    body        text NOT NULL
);

COMMENT ON COLUMN events.events.subject_id IS 'The object whose events are delivered in order: the payment, else the order';
COMMENT ON COLUMN events.events.webhook_url IS 'The order''s own webhookUrl, beside the merchant''s endpoints';
COMMENT ON COLUMN events.events.body IS 'The exact bytes that are signed and sent';

CREATE INDEX events_of_merchant ON events.events (merchant_id, mode, id DESC);
CREATE INDEX events_of_subject ON events.events (subject_id, id);

CREATE TABLE events.outbox (
    consumer text NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

SELECT gateway.protect('events.events');
