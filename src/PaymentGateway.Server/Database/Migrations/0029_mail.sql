-- What is to be mailed, written with the change it tells of. No merchant's connection reads any of it.
CREATE SCHEMA mail;

CREATE TABLE mail.messages (
    id              text COLLATE "C" PRIMARY KEY,
    key             text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    merchant_id     text,
    mode            text CHECK (mode IN ('test', 'live')),
    person_id       text COLLATE "C",
    template        text NOT NULL CHECK (template ~ '^[a-z_]{1,64}$'),
    language        text NOT NULL CHECK (language IN ('en', 'hi', 'kk', 'ru')),
    recipient       text,
    data            text,
    attachments     text[] NOT NULL,
    state           text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    fault           text CHECK (length(fault) <= 200),
    created_at      timestamptz NOT NULL,
    next_attempt_at timestamptz,
    claimed_until   timestamptz,
    finished_at     timestamptz,
    CONSTRAINT one_mail_for_each_key UNIQUE (key),
    CONSTRAINT a_merchants_mail_has_a_mode CHECK ((merchant_id IS NULL) = (mode IS NULL)),
    CONSTRAINT a_mail_waits_or_is_finished CHECK ((state = 'waiting') = (next_attempt_at IS NOT NULL) AND (state = 'waiting') = (finished_at IS NULL)),
    CONSTRAINT a_sent_mail_keeps_no_address CHECK ((state = 'sent') = (recipient IS NULL) AND (state = 'sent') = (data IS NULL))
);

COMMENT ON TABLE mail.messages IS 'In real time, whatever a merchant''s test clock says: mailboxes have no other';
COMMENT ON COLUMN mail.messages.key IS 'What the mail tells of';
COMMENT ON COLUMN mail.messages.recipient IS 'Sealed by Identity/SecretVault; so is the data, a JSON object: it holds links';
COMMENT ON COLUMN mail.messages.attachments IS 'Kind and id of each, with a space between';

CREATE INDEX messages_to_send ON mail.messages (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX messages_that_failed ON mail.messages (id DESC) WHERE state = 'failed';
CREATE INDEX messages_of_person ON mail.messages (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX messages_to_forget ON mail.messages (finished_at) WHERE state <> 'waiting';
