-- People: who they are, how they prove it, where they are signed in, and what they may do for which merchant. No merchant's connection reads
-- any of it: a person may belong to several merchants.
CREATE SCHEMA people;

CREATE TABLE people.users (
    id                  text COLLATE "C" PRIMARY KEY,
    state               text NOT NULL CHECK (state IN ('active', 'disabled', 'deleted')),
    email               text CHECK (length(email) BETWEEN 3 AND 254),
    email_key           text COLLATE "C",
    name                text CHECK (length(name) BETWEEN 1 AND 100),
    language            text NOT NULL CHECK (language IN ('en', 'hi', 'kk', 'ru')),
    password_hash       text,
    platform_roles      text[] NOT NULL CHECK (platform_roles <@ ARRAY['admin', 'finance', 'compliance']),
    totp_secret         text,
    totp_offer          text,
    created_at          timestamptz NOT NULL,
    confirmed_at        timestamptz,
    disabled_at         timestamptz,
    deleted_at          timestamptz,
    password_changed_at timestamptz,
    version             integer NOT NULL CHECK (version >= 1),
    CONSTRAINT a_person_has_an_address_and_a_password CHECK (
        state = 'deleted' OR (email IS NOT NULL AND email_key IS NOT NULL AND name IS NOT NULL AND password_hash IS NOT NULL)),
    CONSTRAINT a_deleted_person_keeps_nothing_personal CHECK (
        state <> 'deleted'
        OR (coalesce(email, email_key, name, password_hash, totp_secret, totp_offer) IS NULL AND platform_roles = '{}')),
    CONSTRAINT a_deleted_person_says_when CHECK ((deleted_at IS NOT NULL) = (state = 'deleted')),
    CONSTRAINT a_disabled_person_says_when CHECK ((disabled_at IS NOT NULL) = (state = 'disabled')),
    CONSTRAINT one_person_for_each_address UNIQUE (email_key)
);

COMMENT ON COLUMN people.users.email_key IS 'The address in lower case, by the rules of Unicode: the database''s own know ASCII only';
COMMENT ON COLUMN people.users.totp_secret IS 'Sealed by Identity/SecretVault; so is the offer, which counts once a code of it was given';

CREATE TABLE people.sessions (
    id           text COLLATE "C" PRIMARY KEY,
    user_id      text COLLATE "C" NOT NULL REFERENCES people.users,
    generation   integer NOT NULL CHECK (generation >= 1),
    has_factor   boolean NOT NULL,
    address      text,
    agent        text CHECK (length(agent) <= 200),
    created_at   timestamptz NOT NULL,
    refreshed_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    revoked_why  text,
    version      integer NOT NULL CHECK (version >= 1),
    CONSTRAINT a_session_ends_after_it_began CHECK (expires_at > created_at),
    CONSTRAINT a_revoked_session_says_why CHECK ((revoked_at IS NULL) = (revoked_why IS NULL))
);

COMMENT ON COLUMN people.sessions.has_factor IS 'Its person has given a one-time code in it';

CREATE INDEX sessions_of_user ON people.sessions (user_id, id DESC);
CREATE INDEX sessions_to_forget ON people.sessions (expires_at);

-- Every refresh token that a session ever had: the newest is good, an older one was stolen or copied.
CREATE TABLE people.refresh_tokens (
    sha256     bytea PRIMARY KEY CHECK (length(sha256) = 32),
    session_id text COLLATE "C" NOT NULL REFERENCES people.sessions ON DELETE CASCADE,
    generation integer NOT NULL CHECK (generation >= 1),
    CONSTRAINT one_token_for_each_generation UNIQUE (session_id, generation)
);

-- Links that were mailed. Each works once.
CREATE TABLE people.links (
    sha256     bytea PRIMARY KEY CHECK (length(sha256) = 32),
    user_id    text COLLATE "C" NOT NULL REFERENCES people.users,
    purpose    text NOT NULL CHECK (purpose IN ('confirm', 'reset')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

CREATE INDEX links_of_user ON people.links (user_id, purpose);
CREATE INDEX links_to_forget ON people.links (expires_at);

-- A one-time code is good once, and for one thing.
CREATE TABLE people.used_codes (
    user_id   text COLLATE "C" NOT NULL REFERENCES people.users,
    step      bigint NOT NULL,
    operation text NOT NULL,
    used_at   timestamptz NOT NULL,
    CONSTRAINT a_code_is_used_once PRIMARY KEY (user_id, step)
);

COMMENT ON COLUMN people.used_codes.step IS 'Half minutes since 1970, as RFC 6238 counts them';

CREATE INDEX used_codes_to_forget ON people.used_codes (used_at);

CREATE TABLE people.recovery_codes (
    user_id text COLLATE "C" NOT NULL REFERENCES people.users,
    hash    text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    used_at timestamptz,
    PRIMARY KEY (user_id, hash)
);

COMMENT ON COLUMN people.recovery_codes.hash IS 'Under a key of the installation: fifty bits could be tried out without it';

-- Who guesses, and how long they have to wait. The subject is a digest: an address that nobody registered is kept by no name.
CREATE TABLE people.attempts (
    subject       text COLLATE "C" PRIMARY KEY,
    failures      integer NOT NULL CHECK (failures >= 0),
    blocked_until timestamptz NOT NULL,
    tried_at      timestamptz NOT NULL
);

CREATE INDEX attempts_to_forget ON people.attempts (tried_at);

CREATE TABLE people.teams (
    merchant_id text PRIMARY KEY,
    owners      integer NOT NULL CHECK (owners >= 0)
);

CREATE TABLE people.memberships (
    merchant_id text NOT NULL,
    user_id     text COLLATE "C" NOT NULL REFERENCES people.users,
    roles       text[] NOT NULL CHECK (cardinality(roles) >= 1 AND roles <@ ARRAY['owner', 'developer', 'finance', 'support']),
    created_at  timestamptz NOT NULL,
    version     integer NOT NULL CHECK (version >= 1),
    PRIMARY KEY (merchant_id, user_id)
);

CREATE INDEX memberships_of_user ON people.memberships (user_id);

-- Counts the owners of a team under the lock of its row, so that two who go at once cannot both believe the other stays.
CREATE FUNCTION people.count_owners() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    team text := CASE WHEN TG_OP = 'DELETE' THEN OLD.merchant_id ELSE NEW.merchant_id END;
    gone integer := CASE WHEN TG_OP <> 'INSERT' AND 'owner' = ANY (OLD.roles) THEN 1 ELSE 0 END;
    come integer := CASE WHEN TG_OP <> 'DELETE' AND 'owner' = ANY (NEW.roles) THEN 1 ELSE 0 END;
    remaining integer;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.merchant_id, NEW.user_id) IS DISTINCT FROM (OLD.merchant_id, OLD.user_id) THEN
        RAISE EXCEPTION 'a membership does not move'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_membership_stays_where_it_is';
    END IF;
    INSERT INTO people.teams AS t (merchant_id, owners) VALUES (team, come)
    ON CONFLICT (merchant_id) DO UPDATE SET owners = t.owners + come - gone
    RETURNING owners INTO remaining;
    IF gone > come AND remaining = 0 THEN
        RAISE EXCEPTION 'the last owner of % stays', team
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_team_keeps_an_owner';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER a_team_counts_its_owners AFTER INSERT OR UPDATE OR DELETE ON people.memberships
    FOR EACH ROW EXECUTE FUNCTION people.count_owners();

CREATE TABLE people.invitations (
    id           text COLLATE "C" PRIMARY KEY,
    merchant_id  text NOT NULL,
    email        text,
    email_key    text COLLATE "C",
    roles        text[] NOT NULL CHECK (cardinality(roles) >= 1 AND roles <@ ARRAY['owner', 'developer', 'finance', 'support']),
    state        text NOT NULL CHECK (state IN ('pending', 'accepted', 'withdrawn')),
    sha256       bytea NOT NULL UNIQUE CHECK (length(sha256) = 32),
    invited_by   text NOT NULL,
    accepted_by  text COLLATE "C" REFERENCES people.users,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    version      integer NOT NULL CHECK (version >= 1),
    CONSTRAINT only_a_pending_invitation_keeps_its_address CHECK (
        (state = 'pending') = (email IS NOT NULL) AND (email IS NULL) = (email_key IS NULL)),
    CONSTRAINT an_accepted_invitation_says_by_whom CHECK ((state = 'accepted') = (accepted_by IS NOT NULL))
);

CREATE INDEX invitations_of_merchant ON people.invitations (merchant_id, id DESC) WHERE state = 'pending';
CREATE UNIQUE INDEX one_pending_invitation_for_each_address ON people.invitations (merchant_id, email_key) WHERE state = 'pending';
CREATE INDEX invitations_to_forget ON people.invitations (expires_at) WHERE state = 'pending';
