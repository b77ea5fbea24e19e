-- Recurring jobs: what is due when, and each run of it. And what the rotation of the encryption key needs: the root of derived keys, kept
-- apart from the key that it once came from, and a quick answer to which keys are in use.
CREATE SCHEMA jobs;

CREATE TABLE jobs.schedules (
    job      text COLLATE "C" PRIMARY KEY,
    schedule text NOT NULL,
    next_at  timestamptz NOT NULL
);

COMMENT ON COLUMN jobs.schedules.schedule IS 'In words; when a release changes it, the next time is found anew';

CREATE TABLE jobs.runs (
    id            text COLLATE "C" PRIMARY KEY,
    job           text COLLATE "C" NOT NULL,
    due_at        timestamptz NOT NULL,
    cause         text NOT NULL CHECK (cause IN ('schedule', 'person')),
    requested_by  text,
    state         text NOT NULL CHECK (state IN ('waiting', 'running', 'succeeded', 'failed')),
    missed        integer NOT NULL CHECK (missed >= 0),
    attempts      integer NOT NULL CHECK (attempts >= 0),
    claimed_until timestamptz,
    started_at    timestamptz,
    finished_at   timestamptz,
    outcome       text CHECK (length(outcome) <= 500),
    CONSTRAINT one_run_for_each_due_time UNIQUE (job, due_at),
    CONSTRAINT a_run_by_hand_says_who CHECK ((cause = 'person') = (requested_by IS NOT NULL)),
    CONSTRAINT a_waiting_run_has_not_begun CHECK ((state = 'waiting') = (started_at IS NULL)),
    CONSTRAINT a_running_run_is_claimed CHECK ((state = 'running') = (claimed_until IS NOT NULL)),
    CONSTRAINT a_finished_run_says_when CHECK ((state IN ('succeeded', 'failed')) = (finished_at IS NOT NULL))
);

COMMENT ON COLUMN jobs.runs.missed IS 'Earlier due times that passed while no server was there, and that this run makes up for';

CREATE UNIQUE INDEX one_running_run_for_each_job ON jobs.runs (job) WHERE state = 'running';
CREATE UNIQUE INDEX one_waiting_run_by_hand_for_each_job ON jobs.runs (job) WHERE state = 'waiting' AND cause = 'person';
CREATE INDEX runs_to_do ON jobs.runs (job, due_at) WHERE state IN ('waiting', 'running');
CREATE INDEX runs_of_job ON jobs.runs (job, id DESC);
CREATE INDEX runs_to_forget ON jobs.runs (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE identity.derivation (
    name   text PRIMARY KEY CHECK (name = 'root'),
    sealed text NOT NULL
);

COMMENT ON COLUMN identity.derivation.sealed IS
    'Sealed by Identity/SecretVault. Client secrets, signatures and derived keys come from it: it never changes, whatever key it is sealed under';

-- The second part of a sealed text is the id of its key. Merchants, endpoints and accounts are few enough to be read whole.
CREATE INDEX messages_by_key ON inbox.messages (split_part(sealed, '.', 2));
CREATE INDEX users_by_key_of_secret ON people.users (split_part(totp_secret, '.', 2)) WHERE totp_secret IS NOT NULL;
CREATE INDEX users_by_key_of_offer ON people.users (split_part(totp_offer, '.', 2)) WHERE totp_offer IS NOT NULL;
CREATE INDEX messages_by_key_of_recipient ON mail.messages (split_part(recipient, '.', 2)) WHERE recipient IS NOT NULL;
CREATE INDEX messages_by_key_of_data ON mail.messages (split_part(data, '.', 2)) WHERE data IS NOT NULL;
