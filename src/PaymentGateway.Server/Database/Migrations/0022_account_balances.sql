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
