-- Audit rows in monthly partitions, and the hash chain of each merchant over them. All of it is only ever added to.
CREATE SCHEMA audit;

-- The least id that an instant can have: Database/Id.cs puts 48 bits of milliseconds first, which are the first ten of the 26 characters.
-- So partitions are ranges of ids, and a merchant's list, which is read by id, touches only the months that it shows.
CREATE FUNCTION audit.first_id(instant timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 'aud_' || string_agg(
               substr('0123456789abcdefghjkmnpqrstvwxyz',
                   ((floor(greatest(extract(epoch FROM instant), 0) * 1000)::bigint >> (45 - 5 * place)) & 31)::int + 1, 1),
               '' ORDER BY place) || repeat('0', 16)
    FROM generate_series(0, 9) AS place
$$;

CREATE TABLE audit.rows (
    id          text COLLATE "C" NOT NULL,
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    created_at  timestamptz NOT NULL,
    actor       text NOT NULL,
    address     text,
    action      text NOT NULL,
    object_type text NOT NULL,
    object_id   text NOT NULL,
    before      json,
    after       json,
    request_id  text,
    xid         bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    PRIMARY KEY (merchant_id, mode, id)
) PARTITION BY RANGE (id);

COMMENT ON COLUMN audit.rows.before IS 'Plain json, not jsonb: the chain covers its very text';
COMMENT ON COLUMN audit.rows.xid IS
    'The database transaction that wrote it: rows before a snapshot''s xmin are final, and are linked in this order';

CREATE INDEX rows_by_xid ON audit.rows (xid, id);
CREATE INDEX rows_of_object ON audit.rows (merchant_id, mode, object_id, id);
CREATE INDEX rows_of_request ON audit.rows (merchant_id, mode, request_id, id);

-- One link for each row, added afterwards: a payment never waits for the end of a chain.
CREATE TABLE audit.links (
    row_id        text COLLATE "C" NOT NULL,
    merchant_id   text NOT NULL,
    mode          text NOT NULL CHECK (mode IN ('test', 'live')),
    sequence      bigint NOT NULL CHECK (sequence >= 1),
    previous_hash bytea NOT NULL CHECK (length(previous_hash) = 32),
    hash          bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (merchant_id, mode, row_id)
) PARTITION BY RANGE (row_id);

-- Where each chain ends: without it nobody could tell that its last rows were cut off.
CREATE TABLE audit.heads (
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    sequence    bigint NOT NULL CHECK (sequence >= 1),
    hash        bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (merchant_id, mode)
);

-- Where each chain begins, once its first months are past retention and dropped.
CREATE TABLE audit.cuts (
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    sequence    bigint NOT NULL CHECK (sequence >= 1),
    hash        bytea NOT NULL CHECK (length(hash) = 32),
    rows_before text COLLATE "C" NOT NULL,
    PRIMARY KEY (merchant_id, mode, sequence)
);

COMMENT ON COLUMN audit.cuts.sequence IS 'The last link of the dropped months; so is the hash';
COMMENT ON COLUMN audit.cuts.rows_before IS 'All dropped rows have lesser ids';

-- How far the rows are linked, of all merchants. Whoever holds this row is the one chainer.
CREATE TABLE audit.progress (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    xid      bigint NOT NULL,
    row_id   text COLLATE "C" NOT NULL
);

INSERT INTO audit.progress (xid, row_id) VALUES (0, '');

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit.% is only ever added to', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'the_audit_trail_is_immutable';
END $$;

CREATE FUNCTION audit.refuse_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.merchant_id, NEW.mode) IS DISTINCT FROM (OLD.merchant_id, OLD.mode) OR NEW.sequence <= OLD.sequence THEN
        RAISE EXCEPTION 'the head of a chain only moves forward'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'the_audit_trail_is_immutable';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER rows_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER links_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.links
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER cuts_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.cuts
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER heads_stay BEFORE DELETE OR TRUNCATE ON audit.heads
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER heads_move_forward BEFORE UPDATE ON audit.heads
    FOR EACH ROW EXECUTE FUNCTION audit.refuse_step_back();

-- A partition of both tables, behind the same wall: statement triggers are not inherited.
CREATE FUNCTION audit.add_partition(suffix text, bounds text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    child text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['rows', 'links'] LOOP
        child := parent || '_' || suffix;
        EXECUTE format('CREATE TABLE audit.%I (LIKE audit.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child, parent);
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', parent || '_are_immutable', child);
        EXECUTE format('ALTER TABLE audit.%I ATTACH PARTITION audit.%I %s', parent, child, bounds);
    END LOOP;
END $$;

-- Takes the rows of every instant that has no month of its own: a month that nobody made in time must not stop a payment. Months are
-- made and dropped by the ids that it holds, while payments wait: without an index that would be a look at each.
CREATE FUNCTION audit.add_default_partition() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM audit.add_partition('default', 'DEFAULT');
    CREATE INDEX rows_default_by_id ON audit.rows_default (id);
END $$;

SELECT audit.add_default_partition();

-- Makes the month of an instant, unless it is there. A month that has begun in the default partition stays there: rows are not moved.
CREATE FUNCTION audit.ensure_month(instant timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    low timestamptz := date_trunc('month', instant, 'UTC');
    high timestamptz := (low AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
    suffix text := to_char(low AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF to_regclass('audit.rows_' || suffix) IS NOT NULL THEN
        RETURN false;
    END IF;
    LOCK TABLE audit.rows_default, audit.links_default IN ACCESS EXCLUSIVE MODE;
    -- Another replica may have made it while this one waited for the lock.
    IF to_regclass('audit.rows_' || suffix) IS NOT NULL THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM audit.rows_default WHERE id >= audit.first_id(low) AND id < audit.first_id(high)) THEN
        RETURN false;
    END IF;
    PERFORM audit.add_partition(suffix, format('FOR VALUES FROM (%L) TO (%L)', audit.first_id(low), audit.first_id(high)));
    RETURN true;
END $$;

SELECT audit.ensure_month(now() + ahead * interval '1 month') FROM generate_series(0, 2) AS ahead;

-- Drops a partition whose rows are all linked, and notes for each merchant where its chain begins now. False: some rows are not linked yet.
CREATE FUNCTION audit.drop_partition(suffix text, rows_before text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    unlinked boolean;
BEGIN
    -- Looking takes its time, and only writes to this partition wait for it.
    EXECUTE format('LOCK TABLE audit.%I, audit.%I IN SHARE ROW EXCLUSIVE MODE', 'rows_' || suffix, 'links_' || suffix);
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM audit.%I r WHERE NOT EXISTS ('
        ' SELECT FROM audit.%I l WHERE l.merchant_id = r.merchant_id AND l.mode = r.mode AND l.row_id = r.id))',
        'rows_' || suffix, 'links_' || suffix) INTO unlinked;
    IF unlinked THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'INSERT INTO audit.cuts (merchant_id, mode, sequence, hash, rows_before)'
        ' SELECT DISTINCT ON (merchant_id, mode) merchant_id, mode, sequence, hash, %L'
        ' FROM audit.%I ORDER BY merchant_id, mode, sequence DESC', rows_before, 'links_' || suffix);
    LOCK TABLE audit.rows, audit.links IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('DROP TABLE audit.%I, audit.%I', 'rows_' || suffix, 'links_' || suffix);
    RETURN true;
END $$;

-- Drops one month that ended before an instant, the oldest that can be; or empties the default partition once all of it is older.
CREATE FUNCTION audit.drop_month(keep_from timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    child text;
    ended timestamptz;
BEGIN
    FOR child IN
        SELECT substr(c.relname, 6) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'audit.rows'::regclass AND c.relname <> 'rows_default' ORDER BY c.relname
    LOOP
        ended := (to_date(child, 'YYYY_MM')::timestamp + interval '1 month') AT TIME ZONE 'UTC';
        IF ended <= keep_from AND audit.drop_partition(child, audit.first_id(ended)) THEN
            RETURN true;
        END IF;
    END LOOP;
    IF (SELECT max(id) FROM audit.rows_default) < audit.first_id(keep_from) THEN
        -- Alone: a table cannot be dropped by the statement that reads it.
        IF audit.drop_partition('default', audit.first_id(keep_from)) THEN
            PERFORM audit.add_default_partition();
            RETURN true;
        END IF;
    END IF;
    RETURN false;
END $$;

REVOKE EXECUTE ON FUNCTION audit.add_partition(text, text), audit.add_default_partition(), audit.ensure_month(timestamptz),
    audit.drop_partition(text, text), audit.drop_month(timestamptz) FROM PUBLIC;

SELECT gateway.protect('audit.rows');
SELECT gateway.protect('audit.links');
SELECT gateway.protect('audit.heads');
SELECT gateway.protect('audit.cuts');
