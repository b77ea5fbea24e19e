-- Test clocks: how far a merchant's sandbox is ahead of the real time. What holds a row for a worker gets a column of its own beside
-- the time at which the row is due: who is at work is a matter of the real time, whatever the merchant's clock says.
CREATE SCHEMA clocks;

CREATE TABLE clocks.offsets (
    merchant_id text NOT NULL,
    mode        text NOT NULL CONSTRAINT live_time_is_real CHECK (mode = 'test'),
    id          text COLLATE "C" NOT NULL UNIQUE,
    name        text CHECK (length(name) BETWEEN 1 AND 100),
    ahead       interval NOT NULL,
    status      text NOT NULL CHECK (status IN ('advancing', 'ready')),
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    advanced_at timestamptz,
    PRIMARY KEY (merchant_id, mode),
    CONSTRAINT a_clock_is_never_behind CHECK (ahead >= interval '0'),
    CONSTRAINT a_clock_stays_within_20_years CHECK (ahead <= interval '175320 hours'),
    -- A day of the calendar may have 23 hours where the session's time zone says so; hours have no such whims.
    CONSTRAINT an_offset_has_hours_and_no_days
        CHECK (extract(year FROM ahead) = 0 AND extract(month FROM ahead) = 0 AND extract(day FROM ahead) = 0),
    CONSTRAINT only_what_was_advanced_is_ahead CHECK (advanced_at IS NOT NULL OR (ahead = interval '0' AND status = 'ready'))
);

COMMENT ON COLUMN clocks.offsets.ahead IS 'Merchant time = real time + ahead';
COMMENT ON COLUMN clocks.offsets.status IS 'Advancing until all that the new time made due is done';
COMMENT ON COLUMN clocks.offsets.advanced_at IS 'Real time, as created_at';

SELECT gateway.protect('clocks.offsets');

-- Objects carry times of the clock, so it never goes back: not by an update, and not by its removal.
CREATE FUNCTION clocks.only_forward() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF (TG_OP = 'DELETE' AND OLD.ahead > interval '0')
        OR (TG_OP = 'UPDATE'
            AND (NEW.ahead < OLD.ahead OR (NEW.merchant_id, NEW.mode, NEW.id) IS DISTINCT FROM (OLD.merchant_id, OLD.mode, OLD.id))) THEN
        RAISE EXCEPTION 'the time of a merchant only goes forward' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_only_goes_forward';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE TRIGGER time_only_goes_forward BEFORE UPDATE OR DELETE ON clocks.offsets
    FOR EACH ROW EXECUTE FUNCTION clocks.only_forward();

-- In the transaction itself: it is rare, and carries no money.
CREATE FUNCTION clocks.announce() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    PERFORM pg_notify('clocks_moved', '');
    RETURN NULL;
END
$$;

CREATE TRIGGER replicas_hear_of_it AFTER INSERT OR UPDATE OF ahead ON clocks.offsets
    FOR EACH ROW EXECUTE FUNCTION clocks.announce();

ALTER TABLE payments.charges ADD COLUMN claimed_until timestamptz;
ALTER TABLE sandbox.notifications ADD COLUMN claimed_until timestamptz;
ALTER TABLE webhooks.deliveries ADD COLUMN claimed_until timestamptz;

COMMENT ON COLUMN payments.charges.claimed_until IS 'Until when one resolver has it, in real time; check_at is the merchant''s time';
COMMENT ON COLUMN sandbox.notifications.claimed_until IS 'Until when one sender has it, in real time; due_at is the merchant''s time';
COMMENT ON COLUMN webhooks.deliveries.claimed_until IS 'Until when one sender has it, in real time';
COMMENT ON COLUMN webhooks.deliveries.next_attempt_at IS 'When due, in the merchant''s time';

-- What is due for one merchant only, because its clock is ahead.
CREATE INDEX orders_to_expire_in_test ON payments.orders (merchant_id, expires_at)
    WHERE mode = 'test' AND state IN ('created', 'attempted');
CREATE INDEX charges_to_check_in_test ON payments.charges (merchant_id, check_at) WHERE mode = 'test' AND check_at IS NOT NULL;
CREATE INDEX charges_that_wait_in_test ON sandbox.charges (merchant_id, due_at) WHERE mode = 'test' AND due_at IS NOT NULL;
CREATE INDEX notifications_to_send_in_test ON sandbox.notifications (merchant_id, due_at) WHERE mode = 'test' AND due_at IS NOT NULL;
CREATE INDEX deliveries_next_in_test ON webhooks.deliveries (merchant_id, next_attempt_at) WHERE mode = 'test' AND status = 'pending';
