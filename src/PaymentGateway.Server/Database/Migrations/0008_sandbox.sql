-- What the pretended processor knows. It plays an outside system: only the sandbox connector reads and writes here.

CREATE SCHEMA sandbox;

-- A card as the tokenizer keeps it: no number, no security code.
CREATE TABLE sandbox.tokens (
    merchant_id text NOT NULL,
    mode text NOT NULL CONSTRAINT tokens_are_test_only CHECK (mode = 'test'),
    id text NOT NULL,
    network text NOT NULL,
    last4 text NOT NULL CONSTRAINT tokens_keep_four_digits CHECK (last4 ~ '^[0-9]{4}$'),
    funding text NOT NULL,
    expiry text NOT NULL,
    name text,
    behaviour text NOT NULL,
    fingerprint text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, id)
);

-- One row for each of our keys: the key is what the processor deduplicates by, under any race.
CREATE TABLE sandbox.charges (
    merchant_id text NOT NULL,
    mode text NOT NULL CONSTRAINT charges_are_test_only CHECK (mode = 'test'),
    key text NOT NULL,
    reference text NOT NULL,
    payment_id text,
    state text NOT NULL CONSTRAINT charge_state_is_known
        CHECK (state IN ('action_required', 'pending', 'authorized', 'captured', 'voided', 'declined')),
    currency text NOT NULL,
    amount bigint NOT NULL CONSTRAINT charge_amount_is_not_negative CHECK (amount >= 0),
    captured bigint NOT NULL DEFAULT 0,
    capture_at_once boolean NOT NULL,
    capture_key text,
    behaviour text,
    summary jsonb NOT NULL,
    action jsonb,
    decline jsonb,
    challenge text,
    wrong_answers integer NOT NULL DEFAULT 0,
    merchant_name text NOT NULL,
    description text,
    return_url text,
    due_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, key),
    CONSTRAINT captured_at_most_authorized CHECK (captured BETWEEN 0 AND amount),
    CONSTRAINT only_captured_charges_hold_money CHECK ((captured > 0) = (state = 'captured')),
    CONSTRAINT a_decline_has_its_reason CHECK ((decline IS NOT NULL) = (state = 'declined')),
    CONSTRAINT an_action_is_named CHECK (state <> 'action_required' OR action IS NOT NULL),
    CONSTRAINT what_waits_has_an_end CHECK ((due_at IS NOT NULL) = (state IN ('action_required', 'pending')))
);

-- The pages of the pretended bank know a charge by its reference only.
CREATE UNIQUE INDEX charges_by_reference ON sandbox.charges (reference);
CREATE INDEX charges_by_payment ON sandbox.charges (payment_id);
CREATE INDEX charges_that_wait ON sandbox.charges (due_at) WHERE due_at IS NOT NULL;

-- What the pretended processor tells us of its own accord. The body is kept as sent: a repeat has the same bytes.
CREATE TABLE sandbox.notifications (
    merchant_id text NOT NULL,
    mode text NOT NULL,
    id text NOT NULL,
    charge_key text NOT NULL,
    body text NOT NULL,
    copies integer NOT NULL CONSTRAINT notification_has_copies CHECK (copies >= 0),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, id),
    FOREIGN KEY (merchant_id, mode, charge_key) REFERENCES sandbox.charges (merchant_id, mode, key)
);

CREATE INDEX notifications_to_send ON sandbox.notifications (due_at) WHERE due_at IS NOT NULL;

SELECT gateway.protect('sandbox.tokens');
SELECT gateway.protect('sandbox.charges');
SELECT gateway.protect('sandbox.notifications');
