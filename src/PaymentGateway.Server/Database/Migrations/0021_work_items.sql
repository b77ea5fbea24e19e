-- What processors write is kept before it is acted on, and what contradicts our books becomes a work item with an end of its own.

CREATE SCHEMA inbox;

CREATE TABLE inbox.messages (
    id            text COLLATE "C" PRIMARY KEY,
    merchant_id   text NOT NULL,
    mode          text NOT NULL CHECK (mode IN ('test', 'live')),
    connector     text NOT NULL,
    message_id    text NOT NULL,
    subject       text NOT NULL,
    sealed        text NOT NULL,
    address       text,
    request_id    text,
    state         text NOT NULL CHECK (state IN ('received', 'handled', 'ignored', 'failed')),
    result        text,
    attempts      integer NOT NULL DEFAULT 0,
    received_at   timestamptz NOT NULL,
    due_at        timestamptz,
    claimed_until timestamptz,
    finished_at   timestamptz,
    CONSTRAINT one_message_per_processor_event UNIQUE (merchant_id, mode, connector, message_id),
    CONSTRAINT only_a_received_message_is_due CHECK ((due_at IS NOT NULL) = (state = 'received')),
    CONSTRAINT a_finished_message_says_when CHECK ((finished_at IS NULL) = (state = 'received')),
    CONSTRAINT a_failed_message_says_why CHECK (state <> 'failed' OR result IS NOT NULL)
) WITH (fillfactor = 80);

COMMENT ON TABLE inbox.messages IS 'Verified messages of processors, each stored before it is acted on';
COMMENT ON COLUMN inbox.messages.message_id IS 'The processor''s id of the event, the same on every repeat';
COMMENT ON COLUMN inbox.messages.sealed IS 'Headers and body as they came, encrypted';
COMMENT ON COLUMN inbox.messages.subject IS 'Our key of the object that it is about';
COMMENT ON COLUMN inbox.messages.claimed_until IS 'Until when one process acts on it, in real time';

CREATE INDEX messages_by_age ON inbox.messages (id DESC);
CREATE INDEX messages_by_state ON inbox.messages (state, id DESC);
CREATE INDEX messages_due ON inbox.messages (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX messages_due_in_test ON inbox.messages (merchant_id, due_at) WHERE mode = 'test' AND due_at IS NOT NULL;
CREATE INDEX messages_to_purge ON inbox.messages (finished_at) WHERE state IN ('handled', 'ignored');

SELECT gateway.protect('inbox.messages');

CREATE SCHEMA work_items;

CREATE TABLE work_items.items (
    id            text COLLATE "C" PRIMARY KEY,
    merchant_id   text NOT NULL,
    mode          text NOT NULL CHECK (mode IN ('test', 'live')),
    kind          text NOT NULL,
    news_key      text NOT NULL,
    state         text NOT NULL CHECK (state IN ('open', 'resolving', 'resolved', 'dismissed')),
    connector     text NOT NULL,
    order_id      text COLLATE "C",
    payment_id    text COLLATE "C",
    charge_id     text COLLATE "C",
    refund_id     text COLLATE "C",
    amount        bigint,
    suspended     bigint NOT NULL DEFAULT 0,
    currency      text CHECK (currency ~ '^[A-Z]{3}$'),
    ours          text NOT NULL,
    theirs        text NOT NULL,
    actions       text[] NOT NULL,
    action        text,
    note          text,
    failure       text,
    result_id     text,
    resolved_by   text,
    webhook_url   text,
    created_at    timestamptz NOT NULL,
    resolved_at   timestamptz,
    act_at        timestamptz,
    claimed_until timestamptz,
    version       integer NOT NULL,
    CONSTRAINT one_item_per_contradiction UNIQUE (merchant_id, mode, news_key),
    CONSTRAINT an_amount_has_a_currency CHECK (amount IS NULL OR (amount > 0 AND currency IS NOT NULL)),
    CONSTRAINT suspense_is_the_amount_while_it_waits CHECK (
        suspended = 0 OR (suspended = amount AND state IN ('open', 'resolving'))),
    CONSTRAINT only_a_resolving_item_is_acted_on CHECK ((act_at IS NOT NULL) = (state = 'resolving')),
    CONSTRAINT an_end_says_what_and_by_whom CHECK (
        (state IN ('resolved', 'dismissed')) = (resolved_at IS NOT NULL)
        AND (state = 'open' OR (action IS NOT NULL AND resolved_by IS NOT NULL))),
    CONSTRAINT only_an_offered_action_is_taken CHECK (action IS NULL OR action = ANY (actions))
) WITH (fillfactor = 80);

COMMENT ON COLUMN work_items.items.news_key IS 'Names the contradiction: the same news again opens nothing';
COMMENT ON COLUMN work_items.items.suspended IS 'What of the amount stands in the suspense account of the book';
COMMENT ON COLUMN work_items.items.act_at IS 'When the chosen action is carried out, or tried again, in the merchant''s time';

CREATE INDEX items_of_merchant ON work_items.items (merchant_id, mode, id DESC);
CREATE INDEX items_of_merchant_by_state ON work_items.items (merchant_id, mode, state, id DESC);
CREATE INDEX items_of_merchant_by_kind ON work_items.items (merchant_id, mode, kind, id DESC);
CREATE INDEX items_of_payment ON work_items.items (payment_id, id DESC) WHERE payment_id IS NOT NULL;
CREATE INDEX items_of_order ON work_items.items (order_id, id DESC) WHERE order_id IS NOT NULL;
CREATE INDEX items_to_act_on ON work_items.items (act_at) WHERE act_at IS NOT NULL;
CREATE INDEX items_to_act_on_in_test ON work_items.items (merchant_id, act_at) WHERE mode = 'test' AND act_at IS NOT NULL;

SELECT gateway.protect('work_items.items');
