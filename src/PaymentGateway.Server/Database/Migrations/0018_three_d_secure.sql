-- 3-D Secure: what it said about a charge, a merchant's rule for when it cannot be done, and the pretended issuer's memory.

ALTER TABLE payments.charges
    ADD COLUMN authentication jsonb
        CONSTRAINT a_proof_is_not_kept CHECK (NOT authentication ?| ARRAY['authenticationValue', 'value', 'cavv']),
    ADD COLUMN return_url text;

COMMENT ON COLUMN payments.charges.authentication IS 'What 3-D Secure said about the card holder; the authentication value is never in it';
COMMENT ON COLUMN payments.charges.return_url IS 'Where this attempt asked the browser to be sent; null: the checkout or the payment says';

-- A card that its issuer rejected is looked for before the next attempt on the payment.
CREATE INDEX charges_rejected_by_issuer ON payments.charges (merchant_id, mode, payment_id)
    WHERE authentication ->> 'status' = 'R';

ALTER TABLE merchants.merchants
    ADD COLUMN three_d_secure_unavailable text NOT NULL DEFAULT 'authorize'
        CONSTRAINT unavailable_rule_is_known CHECK (three_d_secure_unavailable IN ('authorize', 'stop'));

ALTER TABLE sandbox.charges ADD COLUMN authentication jsonb;

-- A proof of a card holder is good for one authorization, whoever is first, in whichever shop.
CREATE TABLE sandbox.proofs (
    server_trans_id text PRIMARY KEY,
    merchant_id text NOT NULL,
    mode text NOT NULL CONSTRAINT proofs_are_test_only CHECK (mode = 'test'),
    charge_key text NOT NULL,
    card_fingerprint text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL CONSTRAINT proof_amount_is_not_negative CHECK (amount >= 0),
    used_at timestamptz NOT NULL
);

SELECT gateway.protect('sandbox.proofs');
