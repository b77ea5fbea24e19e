-- The double-entry book: accounts, immutable transactions, entries that sum to zero. The rules are enforced here, not by the server.
CREATE SCHEMA ledger;

-- The running database transaction as a number that sorts and can be indexed by blocks, which xid8 cannot.
CREATE FUNCTION ledger.current_xid() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL UNSAFE AS
    'SELECT pg_current_xact_id()::text::bigint';

CREATE TABLE ledger.accounts (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id     text NOT NULL,
    mode            text NOT NULL CHECK (mode IN ('test', 'live')),
    code            text NOT NULL,
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    kind            text NOT NULL CHECK (kind IN ('asset', 'liability', 'income', 'expense')),
    may_go_negative boolean NOT NULL,
    created_at      timestamptz NOT NULL,
    CONSTRAINT one_account_per_code UNIQUE (merchant_id, mode, code, currency)
);

CREATE TABLE ledger.transactions (
    id           text COLLATE "C" PRIMARY KEY,
    merchant_id  text NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    business_key text NOT NULL,
    phase        text NOT NULL CHECK (phase IN ('posted', 'pending', 'post_pending', 'void_pending')),
    resolves_key text,
    subject_id   text NOT NULL,
    description  text NOT NULL,
    created_at   timestamptz NOT NULL,
    xid          bigint NOT NULL DEFAULT ledger.current_xid(),
    CONSTRAINT one_transaction_per_business_key UNIQUE (merchant_id, mode, business_key),
    CONSTRAINT a_pending_transaction_is_resolved_once UNIQUE (merchant_id, mode, resolves_key),
    CONSTRAINT a_resolution_names_what_it_resolves CHECK ((phase IN ('post_pending', 'void_pending')) = (resolves_key IS NOT NULL))
);

CREATE INDEX transactions_of_subject ON ledger.transactions (subject_id);

CREATE TABLE ledger.entries (
    transaction_id text COLLATE "C" NOT NULL,
    line           smallint NOT NULL,
    merchant_id    text NOT NULL,
    mode           text NOT NULL,
    account_id     bigint NOT NULL,
    layer          text NOT NULL CHECK (layer IN ('posted', 'pending_debit', 'pending_credit')),
    amount         bigint NOT NULL CHECK (amount <> 0),
    currency       text NOT NULL,
    xid            bigint NOT NULL DEFAULT ledger.current_xid(),
    PRIMARY KEY (transaction_id, line)
);

COMMENT ON COLUMN ledger.entries.amount IS 'Minor units; a debit is positive, a credit negative';
COMMENT ON COLUMN ledger.entries.layer IS
    'What is held but not final stands in the pending layer of its first side, and leaves it by an entry of the other sign';
COMMENT ON COLUMN ledger.entries.xid IS
    'The database transaction that wrote it: entries before a snapshot''s xmin are final, which is what checkpoints need';

CREATE INDEX entries_of_account ON ledger.entries (account_id, xid);
CREATE INDEX entries_by_xid ON ledger.entries USING brin (xid) WITH (pages_per_range = 16);

-- Balances up to one horizon that all accounts share. Only a cache: it can be emptied at any time.
CREATE TABLE ledger.checkpoints (
    account_id     bigint PRIMARY KEY,
    posted         numeric(30) NOT NULL,
    pending_debit  numeric(30) NOT NULL,
    pending_credit numeric(30) NOT NULL
);

CREATE TABLE ledger.checkpoint_horizon (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    below_xid bigint NOT NULL
);

INSERT INTO ledger.checkpoint_horizon (below_xid) VALUES (0);

-- Checkpoint plus the entries since: no balance row is touched by a payment, so one busy merchant does not wait for itself.
CREATE VIEW ledger.balances WITH (security_invoker = true) AS
SELECT a.id AS account_id, a.merchant_id, a.mode, a.code, a.currency, a.kind, a.may_go_negative,
       coalesce(c.posted, 0) + coalesce(tail.posted, 0) AS posted,
       coalesce(c.pending_debit, 0) + coalesce(tail.pending_debit, 0) AS pending_debit,
       coalesce(c.pending_credit, 0) + coalesce(tail.pending_credit, 0) AS pending_credit
FROM ledger.accounts a
CROSS JOIN ledger.checkpoint_horizon h
LEFT JOIN ledger.checkpoints c ON c.account_id = a.id
LEFT JOIN LATERAL (
    SELECT sum(e.amount) FILTER (WHERE e.layer = 'posted') AS posted,
           sum(e.amount) FILTER (WHERE e.layer = 'pending_debit') AS pending_debit,
           sum(e.amount) FILTER (WHERE e.layer = 'pending_credit') AS pending_credit
    FROM ledger.entries e
    WHERE e.account_id = a.id AND e.xid >= h.below_xid
) tail ON true;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger.% is only ever added to; correct with a new transaction', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'the_book_is_immutable';
END $$;

CREATE TRIGGER accounts_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.accounts
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER transactions_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transactions
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER entries_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE FUNCTION ledger.refuse(sentence text, rule text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', sentence USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

-- Runs once for each INSERT statement. It stands in for foreign keys too: those would lock the account rows of a busy merchant
-- (KEY SHARE on one hot row by many transactions at once), and accounts can neither change nor vanish.
CREATE FUNCTION ledger.check_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
BEGIN
    SELECT CASE
               WHEN t.xid IS DISTINCT FROM ledger.current_xid() OR e.xid <> t.xid THEN 'entries_are_written_with_their_transaction'
               WHEN a.currency IS DISTINCT FROM e.currency THEN 'entry_and_account_have_one_currency'
               WHEN (a.merchant_id, a.mode) IS DISTINCT FROM (e.merchant_id, e.mode)
                 OR (t.merchant_id, t.mode) IS DISTINCT FROM (e.merchant_id, e.mode) THEN 'entry_account_and_transaction_have_one_owner'
               WHEN (t.phase = 'posted' AND e.layer <> 'posted') OR (t.phase IN ('pending', 'void_pending') AND e.layer = 'posted')
                   THEN 'entry_layer_fits_the_phase'
           END
    INTO rule
    FROM new_entries e
    LEFT JOIN ledger.transactions t ON t.id = e.transaction_id
    LEFT JOIN ledger.accounts a ON a.id = e.account_id
    ORDER BY 1 NULLS LAST
    LIMIT 1;
    IF rule IS NOT NULL THEN
        PERFORM ledger.refuse('a ledger entry breaks the rule ' || rule, rule);
    END IF;

    PERFORM ledger.refuse('the entries of ' || e.transaction_id || ' do not sum to zero in ' || e.currency, 'entries_sum_to_zero')
    FROM new_entries e
    GROUP BY e.transaction_id, e.currency, e.layer = 'posted'
    HAVING sum(e.amount) <> 0;

    PERFORM ledger.refuse('the entries of ' || r.id || ' do not take back exactly what was pending', 'a_resolution_takes_back_what_was_pending')
    FROM (SELECT DISTINCT transaction_id FROM new_entries) n
    JOIN ledger.transactions r ON r.id = n.transaction_id AND r.resolves_key IS NOT NULL
    LEFT JOIN ledger.transactions p
           ON p.merchant_id = r.merchant_id AND p.mode = r.mode AND p.business_key = r.resolves_key AND p.phase = 'pending'
    WHERE p.id IS NULL
       OR EXISTS (SELECT FROM ledger.entries e
                  WHERE e.transaction_id IN (r.id, p.id) AND e.layer <> 'posted'
                  GROUP BY e.account_id, e.layer, e.currency
                  HAVING sum(e.amount) <> 0);

    PERFORM ledger.check_not_negative(array_agg(DISTINCT a.id))
    FROM new_entries e JOIN ledger.accounts a ON a.id = e.account_id AND NOT a.may_go_negative
    HAVING count(*) > 0;
    RETURN NULL;
END $$;

-- Accounts that must not go negative are locked, in one order, before their balance is read; only those wait for each other.
CREATE FUNCTION ledger.check_not_negative(account_ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM id FROM ledger.accounts WHERE id = ANY (account_ids) ORDER BY id FOR UPDATE;
    PERFORM ledger.refuse('account ' || b.code || ' would go negative', 'account_does_not_go_negative')
    FROM ledger.balances b
    WHERE b.account_id = ANY (account_ids)
      AND CASE WHEN b.kind IN ('asset', 'expense') THEN b.posted + b.pending_credit ELSE -(b.posted + b.pending_debit) END < 0;
END $$;

CREATE TRIGGER entries_keep_the_rules AFTER INSERT ON ledger.entries
    REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT EXECUTE FUNCTION ledger.check_entries();

CREATE FUNCTION ledger.check_transaction_has_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger.entries WHERE transaction_id = NEW.id) THEN
        PERFORM ledger.refuse('ledger transaction ' || NEW.id || ' has no entries', 'a_transaction_has_entries');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER transactions_have_entries AFTER INSERT ON ledger.transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.check_transaction_has_entries();

SELECT gateway.protect('ledger.accounts');
SELECT gateway.protect('ledger.transactions');
SELECT gateway.protect('ledger.entries');
