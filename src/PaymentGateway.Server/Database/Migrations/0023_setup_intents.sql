-- What saves a way to pay without charging it.

CREATE SCHEMA setup_intents;

CREATE TABLE setup_intents.setup_intents (
    id                  text COLLATE "C" PRIMARY KEY,
    merchant_id         text NOT NULL,
    mode                text NOT NULL CHECK (mode IN ('test', 'live')),
    customer_id         text COLLATE "C" NOT NULL,
    state               text NOT NULL CONSTRAINT setup_state_is_known CHECK (state IN (
        'requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'succeeded', 'canceled')),
    usage               text NOT NULL CONSTRAINT setup_usage_is_known CHECK (usage IN ('on_session', 'off_session')),
    method              text,
    choice              text,
    attempts            integer NOT NULL,
    connector           text,
    reference           text,
    next_action         text,
    summary             text,
    authentication      jsonb
        CONSTRAINT a_proof_of_a_setup_is_not_kept CHECK (NOT authentication ?| ARRAY['authenticationValue', 'value', 'cavv']),
    rejected_cards      text NOT NULL,
    payment_method_id   text COLLATE "C" REFERENCES customers.payment_methods,
    mandate_id          text COLLATE "C" REFERENCES mandates.mandates,
    error_code          text,
    error_sentence      text,
    processor_code      text,
    cancellation_reason text,
    description         text,
    metadata            text NOT NULL,
    return_url          text,
    attempt_return_url  text,
    behaviour           text,
    created_at          timestamptz NOT NULL,
    called_at           timestamptz,
    check_at            timestamptz,
    claimed_until       timestamptz,
    checks              integer NOT NULL,
    succeeded_at        timestamptz,
    canceled_at         timestamptz,
    version             integer NOT NULL,
    CONSTRAINT setup_and_customer_have_one_owner FOREIGN KEY (customer_id, merchant_id, mode)
        REFERENCES customers.customers (id, merchant_id, mode),
    CONSTRAINT a_choice_waits_for_its_confirmation CHECK (choice IS NULL OR state = 'requires_confirmation'),
    CONSTRAINT what_is_under_way_is_asked_about CHECK (state NOT IN ('requires_action', 'processing') OR check_at IS NOT NULL),
    CONSTRAINT what_is_under_way_has_a_processor CHECK (state NOT IN ('requires_action', 'processing') OR connector IS NOT NULL),
    CONSTRAINT a_setup_has_one_result CHECK (payment_method_id IS NULL OR mandate_id IS NULL),
    CONSTRAINT a_setup_that_succeeded_has_its_result CHECK (
        state <> 'succeeded' OR payment_method_id IS NOT NULL OR mandate_id IS NOT NULL),
    CONSTRAINT a_setup_that_succeeded_says_when CHECK ((succeeded_at IS NOT NULL) = (state = 'succeeded')),
    CONSTRAINT a_canceled_setup_says_when_and_why CHECK (
        (canceled_at IS NOT NULL) = (state = 'canceled') AND (cancellation_reason IS NOT NULL) = (state = 'canceled')),
    CONSTRAINT a_setup_fails_for_a_reason CHECK ((error_code IS NULL) = (error_sentence IS NULL))
) WITH (fillfactor = 80);

COMMENT ON COLUMN setup_intents.setup_intents.choice IS
    'What was chosen and not confirmed yet: tokens, an address, the terms of a mandate. Gone with the confirmation';
COMMENT ON COLUMN setup_intents.setup_intents.attempts IS 'Counts the confirmations; id and count are the key at the processor';
COMMENT ON COLUMN setup_intents.setup_intents.rejected_cards IS 'Fingerprints, as a JSON array, of cards that their issuers rejected';
COMMENT ON COLUMN setup_intents.setup_intents.check_at IS 'When the next step is due, in the merchant''s time; null: nothing is open';
COMMENT ON COLUMN setup_intents.setup_intents.claimed_until IS 'Until when one worker has it, in real time';

CREATE INDEX setup_intents_of_merchant ON setup_intents.setup_intents (merchant_id, mode, id DESC);
CREATE INDEX setup_intents_of_merchant_by_state ON setup_intents.setup_intents (merchant_id, mode, state, id DESC);
CREATE INDEX setup_intents_of_customer ON setup_intents.setup_intents (merchant_id, mode, customer_id, id DESC);
CREATE INDEX setup_intents_to_check ON setup_intents.setup_intents (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX setup_intents_to_check_in_test ON setup_intents.setup_intents (merchant_id, check_at)
    WHERE mode = 'test' AND check_at IS NOT NULL;

SELECT gateway.protect('setup_intents.setup_intents');

-- The pretended processor keeps a set-up as a charge of nothing: the same issuer, the same pages, the same messages.
ALTER TABLE sandbox.charges
    ADD COLUMN is_setup boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT only_authorized_charges_hold_money,
    ADD CONSTRAINT only_authorized_charges_hold_money CHECK (
        CASE WHEN state IN ('captured', 'returned') THEN captured > 0
             WHEN state = 'authorized' AND NOT is_setup THEN captured < amount
             ELSE captured = 0 END),
    ADD CONSTRAINT a_setup_takes_no_money CHECK (NOT is_setup OR amount = 0);

-- A deleted customer's mandates end, and how they agreed is evidence no longer.
ALTER TABLE mandates.mandates
    ADD COLUMN erased boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT an_online_acceptance_says_from_where,
    ADD CONSTRAINT an_online_acceptance_says_from_where CHECK (
        acceptance = 'offline' OR erased OR (acceptance_ip IS NOT NULL AND acceptance_user_agent IS NOT NULL));

-- The pretended processor tells of mandates too.
ALTER TABLE sandbox.notifications
    ALTER COLUMN charge_key DROP NOT NULL,
    ADD COLUMN mandate_key text,
    ADD CONSTRAINT a_message_is_about_something CHECK (num_nonnulls(charge_key, mandate_key) = 1),
    ADD CONSTRAINT a_message_is_about_its_mandate FOREIGN KEY (merchant_id, mode, mandate_key)
        REFERENCES sandbox.mandates (merchant_id, mode, key);
