-- Merchants and their settings: one row for each mode, because sandbox and live are set up apart.
CREATE SCHEMA merchants;

CREATE TABLE merchants.merchants (
    merchant_id      text NOT NULL CHECK (merchant_id ~ '^[A-Za-z0-9_]{1,64}$'),
    mode             text NOT NULL CHECK (mode IN ('test', 'live')),
    version          integer NOT NULL CHECK (version >= 1),
    name             text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    status           text NOT NULL CHECK (status IN ('active', 'disabled')),
    country          text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    default_currency text NOT NULL CHECK (default_currency ~ '^[A-Z]{3}$'),
    brand_color      text CHECK (brand_color ~ '^#[0-9a-f]{6}$'),
    brand_logo_url   text,
    payment_methods  text[] NOT NULL CHECK (cardinality(payment_methods) > 0),
    ip_allow_list    text[] NOT NULL,
    fee_percent      numeric NOT NULL CHECK (fee_percent BETWEEN 0 AND 100 AND scale(fee_percent) <= 4),
    fee_tax_percent  numeric NOT NULL CHECK (fee_tax_percent BETWEEN 0 AND 100 AND scale(fee_tax_percent) <= 4),
    minimum_amount   bigint CHECK (minimum_amount > 0),
    maximum_amount   bigint CHECK (maximum_amount > 0),
    webhook_secret   text NOT NULL,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode),
    CONSTRAINT limits_leave_room CHECK (minimum_amount <= maximum_amount)
);

COMMENT ON COLUMN merchants.merchants.ip_allow_list IS 'Where secret keys may be used from; empty: anywhere';
COMMENT ON COLUMN merchants.merchants.fee_tax_percent IS 'Of the fee, not of the payment';
COMMENT ON COLUMN merchants.merchants.minimum_amount IS 'In minor units of the default currency; so is the maximum';
COMMENT ON COLUMN merchants.merchants.webhook_secret IS 'Sealed by Identity/SecretVault';

SELECT gateway.protect('merchants.merchants');
