-- API keys, and the counters of rate limits that replicas share. Neither is for a merchant's connection to read.
CREATE SCHEMA identity;

CREATE TABLE identity.api_keys (
    id            text COLLATE "C" PRIMARY KEY,
    secret_sha256 bytea NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
    merchant_id   text NOT NULL,
    mode          text NOT NULL CHECK (mode IN ('test', 'live')),
    version       integer NOT NULL CHECK (version >= 1),
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz,
    revoked_at    timestamptz
);

COMMENT ON TABLE identity.api_keys IS 'The id is the publishable key; of the secret key only the hash is kept';

CREATE INDEX api_keys_of_merchant ON identity.api_keys (merchant_id, mode, created_at DESC);

-- Unlogged: a crash of the database empties it, and the running minute is counted anew. That is cheaper than logging every count.
CREATE UNLOGGED TABLE identity.rate_counts (
    name   text COLLATE "C" NOT NULL,
    minute bigint NOT NULL,
    count  bigint NOT NULL,
    PRIMARY KEY (name, minute)
) WITH (fillfactor = 50);

COMMENT ON COLUMN identity.rate_counts.minute IS 'Whole minutes since 1970';

CREATE INDEX rate_counts_minute ON identity.rate_counts (minute);
