-- The accounts that merchants have at processors: their keys, encrypted, and whether and in which order they take new payments.

CREATE SCHEMA processors;

CREATE TABLE processors.accounts (
    id          text COLLATE "C" PRIMARY KEY,
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    connector   text NOT NULL,
    version     integer NOT NULL,
    enabled     boolean NOT NULL,
    priority    integer NOT NULL CHECK (priority BETWEEN 0 AND 1000),
    sealed      text NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT one_account_per_processor UNIQUE (merchant_id, mode, connector)
);

COMMENT ON TABLE processors.accounts IS 'What a merchant has at a processor, in one mode';
COMMENT ON COLUMN processors.accounts.sealed IS 'The fields of the account, secret and not, encrypted as one text';
COMMENT ON COLUMN processors.accounts.priority IS 'The smaller is asked first';

CREATE INDEX accounts_of_connector ON processors.accounts (connector, id);

SELECT gateway.protect('processors.accounts');
