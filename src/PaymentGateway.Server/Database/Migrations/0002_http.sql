-- Idempotency keys with their answers: written in the commit of the effect they belong to.
CREATE SCHEMA http;

CREATE TABLE http.idempotency_keys (
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint bytea NOT NULL,
    object_id   text,
    status      smallint,
    body        bytea,
    location    text,
    created_at  timestamptz NOT NULL,
    lease_until timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, key),
    CONSTRAINT an_answer_is_whole CHECK ((status IS NULL) = (body IS NULL))
);

CREATE INDEX idempotency_keys_expiry ON http.idempotency_keys (expires_at);

SELECT gateway.protect('http.idempotency_keys');
