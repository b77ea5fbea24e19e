-- QR codes that customers scan, what came in by them, and how a merchant may use UPI.
CREATE SCHEMA qr_codes;

CREATE TABLE qr_codes.qr_codes (
    id              text COLLATE "C" PRIMARY KEY,
    merchant_id     text NOT NULL,
    mode            text NOT NULL CHECK (mode IN ('test', 'live')),
    kind            text NOT NULL CHECK (kind IN ('static', 'dynamic')),
    format          text NOT NULL CHECK (format IN ('upi', 'emvco')),
    state           text NOT NULL CHECK (state IN ('active', 'paid', 'expired', 'canceled')),
    amount          bigint CHECK (amount > 0),
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    order_id        text COLLATE "C",
    owns_order      boolean NOT NULL,
    text            text NOT NULL,
    description     text,
    metadata        text NOT NULL,
    payments_count  integer NOT NULL DEFAULT 0 CHECK (payments_count >= 0),
    amount_received bigint NOT NULL DEFAULT 0 CHECK (amount_received >= 0),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz,
    closed_at       timestamptz,
    version         integer NOT NULL,
    CONSTRAINT a_dynamic_code_has_amount_order_and_end CHECK (
        kind = 'static' OR (amount IS NOT NULL AND order_id IS NOT NULL AND expires_at IS NOT NULL)),
    CONSTRAINT a_static_code_has_no_order CHECK (kind = 'dynamic' OR order_id IS NULL),
    CONSTRAINT a_dynamic_code_is_paid_once CHECK (kind = 'static' OR payments_count <= 1),
    CONSTRAINT a_dynamic_code_takes_its_amount CHECK (kind = 'static' OR amount_received = amount * payments_count),
    CONSTRAINT paid_means_one_payment CHECK ((state = 'paid') = (kind = 'dynamic' AND payments_count = 1)),
    CONSTRAINT a_closed_code_says_when CHECK ((closed_at IS NULL) = (state = 'active'))
) WITH (fillfactor = 80);

COMMENT ON COLUMN qr_codes.qr_codes.owns_order IS 'The order was made for the code and ends with it';
COMMENT ON COLUMN qr_codes.qr_codes.text IS 'What is drawn';

CREATE UNIQUE INDEX one_open_code_per_order ON qr_codes.qr_codes (order_id) WHERE state = 'active';
CREATE INDEX qr_codes_of_merchant ON qr_codes.qr_codes (merchant_id, mode, id DESC);
CREATE INDEX qr_codes_to_expire ON qr_codes.qr_codes (expires_at) WHERE state = 'active';
CREATE INDEX qr_codes_to_expire_in_test ON qr_codes.qr_codes (merchant_id, expires_at) WHERE mode = 'test' AND state = 'active';

-- The key is the processor's own reference: a message that comes again finds it taken.
CREATE TABLE qr_codes.credits (
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    connector   text NOT NULL,
    reference   text NOT NULL,
    qr_code_id  text COLLATE "C" NOT NULL REFERENCES qr_codes.qr_codes,
    payment_id  text COLLATE "C" NOT NULL,
    order_id    text COLLATE "C" NOT NULL,
    amount      bigint NOT NULL CHECK (amount > 0),
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    surplus     text CHECK (surplus IN ('code_paid', 'code_expired', 'code_canceled', 'wrong_amount', 'order_closed')),
    credited_at timestamptz NOT NULL,
    CONSTRAINT one_credit_per_reference PRIMARY KEY (merchant_id, mode, connector, reference),
    CONSTRAINT one_credit_per_payment UNIQUE (payment_id)
);

COMMENT ON COLUMN qr_codes.credits.surplus IS 'Why the code does not count it; the money is a payment of its own all the same';

CREATE INDEX credits_of_qr_code ON qr_codes.credits (qr_code_id, payment_id DESC);

SELECT gateway.protect('qr_codes.qr_codes');
SELECT gateway.protect('qr_codes.credits');

-- The pretended processor's charges that nobody called it for.
ALTER TABLE sandbox.charges ADD COLUMN qr_code_id text;

ALTER TABLE merchants.merchants
    ADD COLUMN upi_collect boolean,
    ADD COLUMN upi_category text NOT NULL DEFAULT 'standard'
        CONSTRAINT upi_category_is_known CHECK (upi_category IN ('standard', 'education', 'healthcare'));

COMMENT ON COLUMN merchants.merchants.upi_collect IS 'Null: as the mode has it, on in the sandbox and off in live mode';
