-- Lists by time without an index of times; refunds of loans; customers' balances as a way to pay.

-- Ids sort by the real time at which they were made: no object that was made at an instant or later has an id before this one.
CREATE FUNCTION clocks.first_id(prefix text, instant timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT prefix || '_' || string_agg(
               substr('0123456789abcdefghjkmnpqrstvwxyz',
                   ((floor(greatest(extract(epoch FROM instant), 0) * 1000)::bigint >> (45 - 5 * place)) & 31)::int + 1, 1),
               '' ORDER BY place) || repeat('0', 16)
    FROM generate_series(0, 9) AS place
$$;

-- The same for an instant of the merchant's clock. A clock never goes back: what was made earlier was made by one that was no further ahead.
CREATE FUNCTION clocks.first_id_since(prefix text, instant timestamptz, merchant text, merchant_mode text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT clocks.first_id(prefix, instant - coalesce(
        (SELECT ahead FROM clocks.offsets WHERE merchant_id = merchant AND mode = merchant_mode), interval '0'))
$$;

-- A refund lowers what the customer owes to the lender. The instalments keep what was agreed beside what refunds took off them.
ALTER TABLE methods.bnpl_installments
    ADD COLUMN refunded bigint NOT NULL DEFAULT 0,
    DROP CONSTRAINT bnpl_installments_state_check,
    ADD CONSTRAINT bnpl_installments_state_check CHECK (state IN ('due', 'overdue', 'paid', 'written_off', 'refunded')),
    ADD CONSTRAINT refunded_within_installment CHECK (refunded BETWEEN 0 AND amount),
    ADD CONSTRAINT what_is_refunded_whole_is_not_owed CHECK ((state = 'refunded') = (refunded = amount));

ALTER TABLE methods.bnpl_agreements
    ADD COLUMN refunded bigint NOT NULL DEFAULT 0,
    ADD COLUMN surplus bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT refunded_within_financed CHECK (refunded BETWEEN 0 AND financed),
    ADD CONSTRAINT surplus_within_refunded CHECK (surplus BETWEEN 0 AND refunded);

COMMENT ON COLUMN methods.bnpl_agreements.refunded IS 'What refunds took off the loan';
COMMENT ON COLUMN methods.bnpl_agreements.surplus IS 'The part of it that the customer had paid already: the lender returns it';

-- A refund that was done can come back when its customer has bought something else by the credit it had freed.
ALTER TABLE methods.credit_lines
    ADD COLUMN overdrawn bigint NOT NULL DEFAULT 0 CONSTRAINT overdrawn_is_not_negative CHECK (overdrawn >= 0),
    DROP CONSTRAINT used_within_limit,
    ADD CONSTRAINT used_within_limit CHECK (used BETWEEN 0 AND credit_limit + overdrawn);

COMMENT ON COLUMN methods.credit_lines.overdrawn IS 'Beyond the limit by refunds that came back; no purchase raises it';

-- What each refund did to its loan, for the day on which it comes back.
CREATE TABLE methods.bnpl_refunds (
    refund_id   text COLLATE "C" PRIMARY KEY,
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    charge_id   text COLLATE "C" NOT NULL REFERENCES methods.bnpl_agreements,
    freed       bigint NOT NULL CHECK (freed >= 0),
    surplus     bigint NOT NULL CHECK (surplus >= 0),
    came_back   boolean NOT NULL DEFAULT false,
    CONSTRAINT a_refund_is_something CHECK (freed + surplus > 0)
);

CREATE INDEX bnpl_refunds_of_charge ON methods.bnpl_refunds (charge_id);

SELECT gateway.protect('methods.bnpl_refunds');

-- What customers have here to spend. Every payment from a balance changes its one row, so no race gets below zero.
CREATE SCHEMA balances;

CREATE TABLE balances.balances (
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    customer_id text COLLATE "C" NOT NULL,
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount      bigint NOT NULL,
    held        bigint NOT NULL,
    PRIMARY KEY (merchant_id, mode, customer_id, currency),
    CONSTRAINT held_within_balance CHECK (held BETWEEN 0 AND amount),
    CONSTRAINT balance_and_customer_have_one_owner FOREIGN KEY (customer_id, merchant_id, mode)
        REFERENCES customers.customers (id, merchant_id, mode)
) WITH (fillfactor = 50);

COMMENT ON COLUMN balances.balances.held IS 'The part that waits for the capture of payments';

CREATE TABLE balances.holds (
    id          text COLLATE "C" PRIMARY KEY,
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    customer_id text COLLATE "C",
    payment_id  text COLLATE "C",
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount      bigint NOT NULL CHECK (amount >= 0),
    captured    bigint NOT NULL,
    refunded    bigint NOT NULL,
    state       text NOT NULL CHECK (state IN ('held', 'captured', 'voided')),
    ledger_key  text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    version     integer NOT NULL,
    CONSTRAINT captured_within_hold CHECK (captured BETWEEN 0 AND amount),
    CONSTRAINT refunded_within_captured CHECK (refunded BETWEEN 0 AND captured),
    CONSTRAINT a_hold_holds_something CHECK (state <> 'held' OR captured < amount),
    CONSTRAINT money_is_somebodys CHECK (amount = 0 OR (customer_id IS NOT NULL AND payment_id IS NOT NULL))
) WITH (fillfactor = 80);

COMMENT ON TABLE balances.holds IS 'One attempt to pay from a balance; its id is the charge''s. An amount of zero is one that was given up before it arrived';
COMMENT ON COLUMN balances.holds.ledger_key IS 'Names the pending transaction of the book while something is held';

CREATE TABLE balances.transactions (
    id            text COLLATE "C" PRIMARY KEY,
    merchant_id   text NOT NULL,
    mode          text NOT NULL CHECK (mode IN ('test', 'live')),
    customer_id   text COLLATE "C" NOT NULL,
    type          text NOT NULL CHECK (type IN ('credit', 'debit', 'payment', 'refund')),
    amount        bigint NOT NULL CHECK (amount > 0),
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    operation_key text COLLATE "C" NOT NULL,
    payment_id    text COLLATE "C",
    reason        text,
    created_at    timestamptz NOT NULL,
    CONSTRAINT an_operation_is_done_once UNIQUE (merchant_id, mode, operation_key),
    CONSTRAINT an_adjustment_says_why CHECK ((reason IS NOT NULL) = (type IN ('credit', 'debit'))),
    CONSTRAINT a_payment_says_which CHECK ((payment_id IS NOT NULL) = (type IN ('payment', 'refund')))
);

COMMENT ON COLUMN balances.transactions.operation_key IS 'The capture or refund that made it, or its own id';

CREATE INDEX balance_transactions_of_customer ON balances.transactions (merchant_id, mode, customer_id, id DESC);

SELECT gateway.protect('balances.balances');
SELECT gateway.protect('balances.holds');
SELECT gateway.protect('balances.transactions');
