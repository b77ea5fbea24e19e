-- Bank debits that take days and can come back, mandates with their limits, and set-ups that save a way to pay without charging it.

-- A debit that came back after it succeeded: what the processor took again, beside what was refunded.
ALTER TABLE payments.payments
    ADD COLUMN amount_returned bigint NOT NULL DEFAULT 0,
    DROP CONSTRAINT payments_state_check,
    DROP CONSTRAINT succeeded_means_captured,
    ADD CONSTRAINT payments_state_check CHECK (state IN (
        'requires_payment_method', 'requires_confirmation', 'requires_action', 'authorizing', 'pending',
        'requires_capture', 'capturing', 'incrementing', 'voiding', 'succeeded', 'canceled', 'failed', 'returned')),
    ADD CONSTRAINT succeeded_means_captured CHECK (
        CASE WHEN state IN ('succeeded', 'returned') THEN amount_captured > 0 AND amount_captured = amount_authorized
             ELSE amount_captured = 0 OR state IN ('requires_capture', 'capturing', 'incrementing', 'voiding') END),
    ADD CONSTRAINT returned_within_captured CHECK (amount_returned >= 0 AND amount_returned + amount_refunded <= amount_captured),
    ADD CONSTRAINT returned_means_money_went_back CHECK ((state = 'returned') = (amount_returned > 0));

COMMENT ON COLUMN payments.payments.amount_returned IS 'Taken back by the customer''s bank after it was captured';

ALTER TABLE payments.charges
    ADD COLUMN mandate_id text COLLATE "C",
    DROP CONSTRAINT charges_state_check,
    DROP CONSTRAINT only_a_live_charge_is_checked,
    ADD CONSTRAINT charges_state_check CHECK (state IN (
        'submitted', 'requires_action', 'pending', 'authorized', 'capturing', 'incrementing', 'voiding', 'captured', 'failed', 'voided', 'returned')),
    -- One that was paid by a mandate is also checked while a return does not fit yet beside a refund that is under way.
    ADD CONSTRAINT only_a_live_charge_is_checked CHECK (
        CASE WHEN state IN ('captured', 'returned') THEN check_at IS NULL OR mandate_id IS NOT NULL
             ELSE (check_at IS NOT NULL)
                = (state IN ('submitted', 'requires_action', 'pending', 'capturing', 'incrementing', 'voiding')) END);

CREATE INDEX charges_of_mandate ON payments.charges (mandate_id, id DESC) WHERE mandate_id IS NOT NULL;

ALTER TABLE payments.orders
    DROP CONSTRAINT orders_state_check,
    ADD CONSTRAINT orders_state_check CHECK (state IN ('created', 'attempted', 'paid', 'unpaid', 'expired', 'canceled'));

CREATE SCHEMA mandates;

CREATE TABLE mandates.mandates (
    id                    text COLLATE "C" PRIMARY KEY,
    merchant_id           text NOT NULL,
    mode                  text NOT NULL CHECK (mode IN ('test', 'live')),
    customer_id           text COLLATE "C" NOT NULL,
    type                  text NOT NULL CHECK (type IN ('sepa_debit', 'ach_debit', 'upi_autopay')),
    state                 text NOT NULL CHECK (state IN ('submitted', 'pending', 'active', 'rejected', 'revoked', 'expired')),
    connector             text NOT NULL,
    currency              text NOT NULL,
    amount_max            bigint NOT NULL CONSTRAINT a_mandate_has_a_limit CHECK (amount_max > 0),
    frequency             text NOT NULL CHECK (frequency IN ('daily', 'weekly', 'monthly', 'yearly', 'as_presented')),
    uses_max              integer CHECK (uses_max > 0),
    category              text NOT NULL CHECK (category IN ('standard', 'mutual_fund', 'insurance', 'credit_card_bill')),
    starts_at             timestamptz NOT NULL,
    ends_at               timestamptz,
    notice_hours          integer NOT NULL CHECK (notice_hours >= 0),
    summary               text,
    reference             text,
    next_action           text,
    acceptance            text NOT NULL CHECK (acceptance IN ('online', 'offline')),
    accepted_at           timestamptz NOT NULL,
    acceptance_ip         text,
    acceptance_user_agent text,
    description           text,
    metadata              text NOT NULL,
    failure_code          text,
    failure_reason        text,
    processor_code        text,
    revoke_reason         text,
    behaviour             text,
    created_at            timestamptz NOT NULL,
    called_at             timestamptz NOT NULL,
    check_at              timestamptz,
    claimed_until         timestamptz,
    checks                integer NOT NULL,
    activated_at          timestamptz,
    closed_at             timestamptz,
    version               integer NOT NULL,
    CONSTRAINT a_mandate_is_in_its_currency CHECK (
        currency = CASE type WHEN 'sepa_debit' THEN 'EUR' WHEN 'ach_debit' THEN 'USD' ELSE 'INR' END),
    CONSTRAINT notice_is_what_the_scheme_asks_for CHECK (
        CASE type WHEN 'ach_debit' THEN true ELSE notice_hours >= 24 END),
    CONSTRAINT a_mandate_ends_after_it_starts CHECK (ends_at > starts_at),
    CONSTRAINT what_is_open_is_checked CHECK (state NOT IN ('submitted', 'pending') OR check_at IS NOT NULL),
    CONSTRAINT a_closed_mandate_says_when CHECK ((closed_at IS NOT NULL) = (state IN ('rejected', 'revoked', 'expired'))),
    CONSTRAINT an_online_acceptance_says_from_where CHECK (
        acceptance = 'offline' OR (acceptance_ip IS NOT NULL AND acceptance_user_agent IS NOT NULL)),
    CONSTRAINT mandate_and_customer_have_one_owner FOREIGN KEY (customer_id, merchant_id, mode)
        REFERENCES customers.customers (id, merchant_id, mode),
    CONSTRAINT a_mandate_and_its_limit UNIQUE (id, amount_max, currency)
) WITH (fillfactor = 80);

COMMENT ON COLUMN mandates.mandates.uses_max IS 'Debits in one period of the frequency; null: any number';
COMMENT ON COLUMN mandates.mandates.check_at IS 'When the processor is asked or told again, in the merchant''s time; of a revoked one until it knows';
COMMENT ON COLUMN mandates.mandates.claimed_until IS 'Until when one worker has it, in real time';
COMMENT ON COLUMN mandates.mandates.summary IS 'What may be shown of the account: never its number';

CREATE INDEX mandates_of_merchant ON mandates.mandates (merchant_id, mode, id DESC);
CREATE INDEX mandates_of_merchant_by_state ON mandates.mandates (merchant_id, mode, state, id DESC);
CREATE INDEX mandates_of_customer ON mandates.mandates (merchant_id, mode, customer_id, id DESC);
CREATE INDEX mandates_to_check ON mandates.mandates (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX mandates_to_check_in_test ON mandates.mandates (merchant_id, check_at) WHERE mode = 'test' AND check_at IS NOT NULL;
CREATE INDEX mandates_to_expire ON mandates.mandates (ends_at) WHERE state IN ('pending', 'active') AND ends_at IS NOT NULL;
CREATE INDEX mandates_to_expire_in_test ON mandates.mandates (merchant_id, ends_at)
    WHERE mode = 'test' AND state IN ('pending', 'active') AND ends_at IS NOT NULL;

-- How often a mandate was used in one period. A debit that failed or came back gives its use back.
CREATE TABLE mandates.periods (
    mandate_id   text COLLATE "C" NOT NULL REFERENCES mandates.mandates,
    merchant_id  text NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    period_start date NOT NULL,
    uses         integer NOT NULL,
    uses_max     integer,
    PRIMARY KEY (mandate_id, period_start),
    CONSTRAINT uses_within_the_period CHECK (uses >= 0 AND (uses_max IS NULL OR uses <= uses_max))
);

-- What the customer was told of a debit to come. It lets one debit of its amount through.
CREATE TABLE mandates.notices (
    id          text COLLATE "C" PRIMARY KEY,
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    mandate_id  text COLLATE "C" NOT NULL REFERENCES mandates.mandates,
    amount      bigint NOT NULL CHECK (amount > 0),
    currency    text NOT NULL,
    created_at  timestamptz NOT NULL,
    debit_from  timestamptz NOT NULL,
    debit_until timestamptz NOT NULL,
    charge_id   text COLLATE "C",
    CONSTRAINT a_notice_comes_first CHECK (debit_from > created_at AND debit_until > debit_from),
    CONSTRAINT one_notice_per_debit UNIQUE (charge_id)
);

CREATE INDEX notices_of_mandate ON mandates.notices (mandate_id, id DESC);

-- One row for each attempt to debit. The limit stands in it too, so that the two can be compared.
CREATE TABLE mandates.debits (
    charge_id    text COLLATE "C" PRIMARY KEY,
    merchant_id  text NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    mandate_id   text COLLATE "C" NOT NULL,
    period_start date NOT NULL,
    amount       bigint NOT NULL CHECK (amount > 0),
    currency     text NOT NULL,
    amount_max   bigint NOT NULL,
    counts       boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT a_debit_is_within_its_mandate CHECK (amount <= amount_max),
    CONSTRAINT a_debit_has_its_mandates_limit FOREIGN KEY (mandate_id, amount_max, currency)
        REFERENCES mandates.mandates (id, amount_max, currency),
    FOREIGN KEY (mandate_id, period_start) REFERENCES mandates.periods
);

CREATE INDEX debits_of_mandate ON mandates.debits (mandate_id, charge_id DESC);

SELECT gateway.protect('mandates.mandates');
SELECT gateway.protect('mandates.periods');
SELECT gateway.protect('mandates.notices');
SELECT gateway.protect('mandates.debits');

-- A bank account as the sandbox's tokenizer keeps it: no number.
CREATE TABLE sandbox.bank_tokens (
    merchant_id text NOT NULL,
    mode        text NOT NULL CONSTRAINT bank_tokens_are_test_only CHECK (mode = 'test'),
    id          text NOT NULL,
    scheme      text NOT NULL CHECK (scheme IN ('sepa', 'ach')),
    last4       text NOT NULL CHECK (last4 ~ '^[0-9A-Z]{4}$'),
    bank        text NOT NULL,
    country     text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    debit       text NOT NULL,
    fingerprint text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, id)
);

-- One row for each of our keys, as with charges.
CREATE TABLE sandbox.mandates (
    merchant_id text NOT NULL,
    mode        text NOT NULL CONSTRAINT sandbox_mandates_are_test_only CHECK (mode = 'test'),
    key         text NOT NULL,
    reference   text NOT NULL,
    type        text NOT NULL,
    state       text NOT NULL CHECK (state IN ('pending', 'active', 'rejected', 'revoked')),
    summary     jsonb NOT NULL,
    debit       text,
    decline     jsonb,
    due_at      timestamptz,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, key),
    CONSTRAINT a_rejected_mandate_has_its_reason CHECK ((decline IS NOT NULL) = (state = 'rejected')),
    CONSTRAINT a_pending_mandate_has_an_end CHECK ((due_at IS NOT NULL) = (state = 'pending'))
);

ALTER TABLE sandbox.charges
    ADD COLUMN debit text,
    ADD COLUMN returned bigint NOT NULL DEFAULT 0,
    DROP CONSTRAINT charge_state_is_known,
    DROP CONSTRAINT only_authorized_charges_hold_money,
    DROP CONSTRAINT a_decline_has_its_reason,
    DROP CONSTRAINT what_waits_has_an_end,
    ADD CONSTRAINT charge_state_is_known
        CHECK (state IN ('action_required', 'pending', 'authorized', 'captured', 'voided', 'declined', 'returned')),
    ADD CONSTRAINT only_authorized_charges_hold_money CHECK (
        CASE WHEN state IN ('captured', 'returned') THEN captured > 0 WHEN state = 'authorized' THEN captured < amount ELSE captured = 0 END),
    ADD CONSTRAINT returned_at_most_captured CHECK (returned BETWEEN 0 AND captured AND (returned > 0) = (state = 'returned')),
    ADD CONSTRAINT a_decline_has_its_reason CHECK ((decline IS NOT NULL) = (state IN ('declined', 'returned'))),
    ADD CONSTRAINT what_waits_has_an_end CHECK (
        CASE WHEN state IN ('action_required', 'pending') THEN due_at IS NOT NULL ELSE due_at IS NULL OR (state = 'captured' AND debit IS NOT NULL) END);

SELECT gateway.protect('sandbox.bank_tokens');
SELECT gateway.protect('sandbox.mandates');
