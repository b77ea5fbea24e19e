-- Who is told of events, what each of them is sent, and how every attempt went.
CREATE SCHEMA webhooks;

CREATE TABLE webhooks.endpoints (
    id                    text COLLATE "C" PRIMARY KEY,
    merchant_id           text NOT NULL,
    mode                  text NOT NULL CHECK (mode IN ('test', 'live')),
    url                   text NOT NULL CHECK (length(url) <= 2048),
    description           text,
    events                text[] NOT NULL CHECK (cardinality(events) > 0),
    secret                text NOT NULL,
    previous_secret       text,
    previous_secret_until timestamptz,
    status                text NOT NULL CHECK (status IN ('enabled', 'disabled', 'deleted')),
    disabled_reason       text,
    failing_since         timestamptz,
    version               bigint NOT NULL,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    CONSTRAINT a_disabled_endpoint_says_why CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
    CONSTRAINT a_previous_secret_ends CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
);

COMMENT ON COLUMN webhooks.endpoints.events IS 'Names from the catalogue, or only *';
COMMENT ON COLUMN webhooks.endpoints.secret IS 'Encrypted';
COMMENT ON COLUMN webhooks.endpoints.failing_since IS 'The first failed attempt after the last successful one';

CREATE INDEX endpoints_of_merchant ON webhooks.endpoints (merchant_id, mode, id DESC) WHERE status <> 'deleted';

CREATE TABLE webhooks.deliveries (
    id               text COLLATE "C" PRIMARY KEY,
    merchant_id      text NOT NULL,
    mode             text NOT NULL CHECK (mode IN ('test', 'live')),
    event_id         text COLLATE "C" NOT NULL REFERENCES events.events,
    endpoint_id      text COLLATE "C" REFERENCES webhooks.endpoints,
    url              text NOT NULL,
    event_name       text NOT NULL,
    subject_id       text NOT NULL,
    lane             text COLLATE "C" NOT NULL,
    status           text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts         int NOT NULL,
    claim            int NOT NULL,
    next_attempt_at  timestamptz NOT NULL,
    first_attempt_at timestamptz,
    last_status      int,
    last_error       text,
    last_duration_ms int,
    created_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    CONSTRAINT one_delivery_of_an_event_to_a_receiver UNIQUE NULLS NOT DISTINCT (event_id, endpoint_id),
    CONSTRAINT a_pending_delivery_is_not_finished CHECK ((status = 'pending') = (finished_at IS NULL))
);

COMMENT ON COLUMN webhooks.deliveries.endpoint_id IS 'Null: the address that the order itself named';
COMMENT ON COLUMN webhooks.deliveries.lane IS 'The receiver as far as one may hold up another: an endpoint, or the host of an order''s address';
COMMENT ON COLUMN webhooks.deliveries.claim IS 'Counts the claims, so that a sender whose lease ran out cannot overwrite its successor';
COMMENT ON COLUMN webhooks.deliveries.next_attempt_at IS 'When due; while a sender holds it, when its lease ends';

CREATE INDEX deliveries_due ON webhooks.deliveries (lane, next_attempt_at) WHERE status = 'pending';
CREATE INDEX deliveries_in_order ON webhooks.deliveries (lane, subject_id, event_id) WHERE status = 'pending';
CREATE INDEX deliveries_next ON webhooks.deliveries (next_attempt_at) WHERE status = 'pending';
CREATE INDEX deliveries_of_endpoint ON webhooks.deliveries (endpoint_id, id DESC);

CREATE TABLE webhooks.attempts (
    delivery_id     text COLLATE "C" NOT NULL REFERENCES webhooks.deliveries,
    claim           int NOT NULL,
    merchant_id     text NOT NULL,
    mode            text NOT NULL CHECK (mode IN ('test', 'live')),
    started_at      timestamptz NOT NULL,
    duration_ms     int NOT NULL,
    response_status int,
    response_body   text CHECK (length(response_body) <= 4096),
    error           text CHECK (length(error) <= 500),
    PRIMARY KEY (delivery_id, claim)
);

SELECT gateway.protect('webhooks.endpoints');
SELECT gateway.protect('webhooks.deliveries');
SELECT gateway.protect('webhooks.attempts');
