-- Lists by time without an index of times.

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
