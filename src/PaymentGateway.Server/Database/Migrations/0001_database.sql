-- The second wall between merchants: a role that reads, and a function that puts a table behind row-level security.

-- Roles belong to the whole cluster: the role may be there already, and two databases may be migrating at this moment.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'paymentgateway_merchant') THEN
        BEGIN
            CREATE ROLE paymentgateway_merchant NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                NULL; -- the other database was faster
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'the database user % may not create the role paymentgateway_merchant', current_user
                    USING ERRCODE = 'insufficient_privilege',
                        HINT = format('An administrator does it once: CREATE ROLE paymentgateway_merchant NOLOGIN;'
                            ' GRANT paymentgateway_merchant TO %I;', current_user);
        END;
    END IF;

    IF EXISTS (
        SELECT FROM pg_roles
        WHERE rolname = 'paymentgateway_merchant' AND (rolsuper OR rolbypassrls OR rolcanlogin)
    ) THEN
        RAISE EXCEPTION 'the role paymentgateway_merchant must be NOLOGIN, NOSUPERUSER and NOBYPASSRLS';
    END IF;

    IF NOT EXISTS (
        SELECT FROM pg_auth_members AS membership
        WHERE roleid = 'paymentgateway_merchant'::regrole
            AND member = (SELECT oid FROM pg_roles WHERE rolname = current_user)
            -- From 16 on, whoever creates a role is its member but may not yet take it; 15 has no such column.
            AND coalesce((to_jsonb(membership) ->> 'set_option')::boolean, true)
    ) THEN
        BEGIN
            EXECUTE format('GRANT paymentgateway_merchant TO %I', current_user);
        EXCEPTION
            WHEN unique_violation THEN
                NULL;
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'the database user % may not take the role paymentgateway_merchant', current_user
                    USING ERRCODE = 'insufficient_privilege',
                        HINT = format('An administrator does it once: GRANT paymentgateway_merchant TO %I;', current_user);
        END;
    END IF;
END
$$;

-- Every table that holds a merchant's rows is handed to this function by the migration that creates it:
--     SELECT gateway.protect('payments.orders');
-- A table that is not handed over cannot be read by a merchant's connection at all.
-- Plain current_setting, not a sub-select: the planner then knows the value and estimates by the merchant's own share.
CREATE FUNCTION gateway.protect(tenant_table regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    tenant_columns int := (
        SELECT count(*)
        FROM pg_attribute
        WHERE attrelid = tenant_table
            AND attname IN ('merchant_id', 'mode')
            AND atttypid = 'text'::regtype
            AND attnotnull
            AND NOT attisdropped
    );
    schema_name name := (
        SELECT relnamespace::regnamespace::name FROM pg_class WHERE oid = tenant_table
    );
BEGIN
    IF tenant_columns <> 2 THEN
        RAISE EXCEPTION 'table % needs the columns merchant_id text NOT NULL and mode text NOT NULL', tenant_table;
    END IF;

    EXECUTE format('GRANT USAGE ON SCHEMA %I TO paymentgateway_merchant', schema_name);
    EXECUTE format('GRANT SELECT ON %s TO paymentgateway_merchant', tenant_table);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
        'CREATE POLICY tenant ON %s FOR SELECT TO paymentgateway_merchant'
        ' USING (merchant_id = current_setting(''gateway.merchant_id'', true)'
        ' AND mode = current_setting(''gateway.mode'', true))',
        tenant_table);
END
$$;

REVOKE EXECUTE ON FUNCTION gateway.protect(regclass) FROM PUBLIC;

-- What makes a guarded statement all or nothing inside the database, so that a commit needs no answer before its COMMIT: it fails, with the
-- keys that were not written as its message and the statement's name as the constraint. No keys at all arrive as null.
CREATE FUNCTION gateway.require_written(statement text, expected text[], written text[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    -- No key stands twice in either, and nothing is written that was not asked for: the same number is the same keys.
    IF cardinality(expected) = coalesce(cardinality(written), 0) THEN
        RETURN;
    END IF;

    RAISE EXCEPTION USING
        ERRCODE = 'PG001',
        CONSTRAINT = statement,
        MESSAGE = (SELECT json_agg(key) FROM unnest(expected) AS key WHERE key <> ALL (coalesce(written, '{}')));
END
$$;

REVOKE EXECUTE ON FUNCTION gateway.require_written(text, text[], text[]) FROM PUBLIC;
