-- Courses: what is sold, what takes something off the price, who has what, and what students pay for it.
CREATE SCHEMA courses;

CREATE TABLE courses.courses (
    id          text COLLATE "C" PRIMARY KEY,
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    title       text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    instructor  text NOT NULL CHECK (length(instructor) BETWEEN 1 AND 200),
    price       bigint NOT NULL CHECK (price > 0),
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    active      boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    version     integer NOT NULL CHECK (version >= 1)
);

CREATE INDEX courses_of_merchant ON courses.courses (merchant_id, mode, id DESC);

-- Only ever added to: what was sold keeps what held then.
CREATE TABLE courses.tax_terms (
    course_id    text COLLATE "C" NOT NULL REFERENCES courses.courses,
    merchant_id  text NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    applies_from timestamptz NOT NULL,
    class        text NOT NULL CHECK (class IN ('exempt', 'taxable')),
    percent      numeric CHECK (percent > 0 AND percent <= 100),
    sac          text CHECK (sac ~ '^99[0-9]{4}$'),
    CONSTRAINT one_tax_term_at_a_time PRIMARY KEY (course_id, applies_from),
    CONSTRAINT a_taxable_course_has_rate_and_sac CHECK (
        CASE class WHEN 'taxable' THEN percent IS NOT NULL AND sac IS NOT NULL ELSE percent IS NULL END)
);

CREATE TABLE courses.discount_codes (
    id            text COLLATE "C" PRIMARY KEY,
    merchant_id   text NOT NULL,
    mode          text NOT NULL CHECK (mode IN ('test', 'live')),
    code          text COLLATE "C" NOT NULL CHECK (code ~ '^[A-Z0-9_-]{3,40}$'),
    percent       numeric CHECK (percent > 0 AND percent <= 100),
    amount        bigint CHECK (amount > 0),
    currency      text CHECK (currency ~ '^[A-Z]{3}$'),
    starts_at     timestamptz,
    ends_at       timestamptz,
    use_limit     integer CHECK (use_limit >= 1),
    student_limit integer CHECK (student_limit >= 1),
    course_ids    text[] CHECK (cardinality(course_ids) BETWEEN 1 AND 100),
    partner       text CHECK (length(partner) BETWEEN 1 AND 100),
    active        boolean NOT NULL,
    uses          integer NOT NULL DEFAULT 0 CHECK (uses >= 0),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    version       integer NOT NULL CHECK (version >= 1),
    CONSTRAINT a_code_takes_off_a_part_or_an_amount CHECK (
        (percent IS NULL) <> (amount IS NULL) AND (amount IS NULL) = (currency IS NULL)),
    CONSTRAINT a_code_ends_after_it_starts CHECK (ends_at > starts_at),
    CONSTRAINT one_discount_code_of_a_name UNIQUE (merchant_id, mode, code),
    CONSTRAINT no_more_uses_than_allowed CHECK (use_limit IS NULL OR uses <= use_limit)
) WITH (fillfactor = 80);

COMMENT ON COLUMN courses.discount_codes.uses IS 'Payments that have it and have not failed; counted under the lock of this row';

CREATE INDEX discount_codes_of_merchant ON courses.discount_codes (merchant_id, mode, id DESC);

CREATE TABLE courses.enrollments (
    id             text COLLATE "C" PRIMARY KEY,
    merchant_id    text NOT NULL,
    mode           text NOT NULL CHECK (mode IN ('test', 'live')),
    course_id      text COLLATE "C" NOT NULL REFERENCES courses.courses,
    student_id     text COLLATE "C" NOT NULL,
    transaction_id text COLLATE "C",
    state          text NOT NULL CHECK (state IN ('active', 'closed')),
    opened_at      timestamptz NOT NULL,
    closed_at      timestamptz,
    closed_why     text CHECK (closed_why IN ('refunded', 'by_staff')),
    CONSTRAINT a_closed_enrollment_says_when_and_why CHECK (
        (closed_at IS NOT NULL) = (state = 'closed') AND (closed_why IS NOT NULL) = (state = 'closed')),
    CONSTRAINT one_enrollment_per_payment UNIQUE (transaction_id)
);

COMMENT ON COLUMN courses.enrollments.transaction_id IS 'What paid for it; null: the merchant''s staff gave it';

CREATE UNIQUE INDEX one_active_enrollment ON courses.enrollments (merchant_id, mode, course_id, student_id) WHERE state = 'active';
CREATE INDEX enrollments_of_merchant ON courses.enrollments (merchant_id, mode, id DESC);
CREATE INDEX enrollments_of_student ON courses.enrollments (merchant_id, mode, student_id, id DESC);
CREATE INDEX enrollments_of_course ON courses.enrollments (course_id, id DESC);

SELECT gateway.protect('courses.courses');
SELECT gateway.protect('courses.tax_terms');
SELECT gateway.protect('courses.discount_codes');
SELECT gateway.protect('courses.enrollments');

-- What a student pays for one course: it belongs to an order of the payment core, whose payment moves it. Never deleted.
CREATE TABLE courses.transactions (
    id                text COLLATE "C" PRIMARY KEY CHECK (id ~ '^TXN_[0-9A-Z]{26}$'),
    merchant_id       text NOT NULL,
    mode              text NOT NULL CHECK (mode IN ('test', 'live')),
    course_id         text COLLATE "C" NOT NULL REFERENCES courses.courses,
    student_id        text COLLATE "C" NOT NULL,
    title             text NOT NULL,
    instructor        text NOT NULL,
    state             text NOT NULL CHECK (state IN ('pending', 'success', 'failed', 'expired', 'partially_refunded', 'refunded')),
    original          bigint NOT NULL CHECK (original > 0),
    discount          bigint NOT NULL CHECK (discount >= 0),
    subtotal          bigint NOT NULL CHECK (subtotal >= 0),
    gst               bigint NOT NULL CHECK (gst >= 0),
    total             bigint NOT NULL CHECK (total > 0),
    currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    gst_percent       numeric,
    sac               text,
    discount_code_id  text COLLATE "C" REFERENCES courses.discount_codes,
    discount_code     text,
    amount_refunded   bigint NOT NULL CHECK (amount_refunded >= 0),
    session_id        text COLLATE "C" NOT NULL,
    expires_at        timestamptz NOT NULL,
    order_id          text COLLATE "C" NOT NULL,
    payment_id        text COLLATE "C",
    gateway_reference text COLLATE "C",
    payment_url       text,
    method            text,
    last4             text CHECK (last4 ~ '^[0-9]{4}$'),
    failure_reason    text CHECK (failure_reason IN (
        'insufficient_funds', 'card_declined', 'card_expired', 'invalid_cvv', 'network_error', 'gateway_timeout', 'authentication_failed',
        'user_cancelled', 'other')),
    failure_code      text,
    retry_of          text COLLATE "C" REFERENCES courses.transactions,
    retry_count       integer NOT NULL,
    first_attempt_at  timestamptz NOT NULL,
    is_duplicate      boolean NOT NULL,
    refund_due_at     timestamptz,
    alerts            integer NOT NULL DEFAULT 0 CHECK (alerts BETWEEN 0 AND 10),
    created_at        timestamptz NOT NULL,
    paid_at           timestamptz,
    ended_at          timestamptz,
    version           integer NOT NULL CHECK (version >= 1),
    CONSTRAINT one_course_payment_per_order UNIQUE (order_id),
    CONSTRAINT one_course_payment_per_session UNIQUE (session_id),
    CONSTRAINT one_course_payment_per_gateway_order UNIQUE (gateway_reference),
    CONSTRAINT one_retry_of_a_number UNIQUE (retry_of, retry_count),
    CONSTRAINT a_retry_names_the_first_attempt CHECK ((retry_of IS NULL) = (retry_count = 0)),
    CONSTRAINT no_more_retries_than_three CHECK (retry_count BETWEEN 0 AND 3),
    CONSTRAINT a_retry_is_within_a_day CHECK (created_at BETWEEN first_attempt_at AND first_attempt_at + interval '24 hours'),
    CONSTRAINT the_total_is_the_sum_of_its_parts CHECK (subtotal = original - discount AND total = subtotal + gst),
    CONSTRAINT no_more_goes_back_than_was_paid CHECK (amount_refunded <= total),
    CONSTRAINT the_state_says_what_went_back CHECK (
        CASE state
            WHEN 'refunded' THEN amount_refunded = total
            WHEN 'partially_refunded' THEN amount_refunded > 0 AND amount_refunded < total
            ELSE amount_refunded = 0
        END),
    CONSTRAINT what_is_paid_says_when CHECK ((paid_at IS NOT NULL) = (state IN ('success', 'partially_refunded', 'refunded'))),
    CONSTRAINT a_failed_course_payment_says_why CHECK ((failure_reason IS NOT NULL) = (state = 'failed'))
) WITH (fillfactor = 80);

COMMENT ON COLUMN courses.transactions.gateway_reference IS 'The gateway''s word for the order: what comes back by the browser names it';
COMMENT ON COLUMN courses.transactions.is_duplicate IS 'Paid when the student had the course already: it goes back by itself';
COMMENT ON COLUMN courses.transactions.alerts IS 'Forged messages about it that were recorded: further ones are only logged';

CREATE UNIQUE INDEX one_open_session ON courses.transactions (merchant_id, mode, course_id, student_id) WHERE state = 'pending';
CREATE INDEX transactions_of_student ON courses.transactions (merchant_id, mode, student_id, id DESC);
CREATE INDEX sessions_to_expire ON courses.transactions (expires_at) WHERE state = 'pending';
CREATE INDEX sessions_to_expire_in_test ON courses.transactions (merchant_id, expires_at) WHERE mode = 'test' AND state = 'pending';
CREATE INDEX duplicates_to_refund ON courses.transactions (refund_due_at) WHERE refund_due_at IS NOT NULL;
CREATE INDEX duplicates_to_refund_in_test ON courses.transactions (merchant_id, refund_due_at) WHERE mode = 'test' AND refund_due_at IS NOT NULL;
CREATE INDEX transactions_of_code ON courses.transactions (discount_code_id) WHERE discount_code_id IS NOT NULL;

-- Where a course payment has been, with times: only ever added to.
CREATE TABLE courses.transaction_states (
    transaction_id text COLLATE "C" NOT NULL REFERENCES courses.transactions,
    merchant_id    text NOT NULL,
    mode           text NOT NULL CHECK (mode IN ('test', 'live')),
    version        integer NOT NULL,
    state          text NOT NULL,
    why            text,
    actor          text NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (transaction_id, version)
);

-- What the gateway sent, by the browser and by itself: sealed, since it may name the payer.
CREATE TABLE courses.messages (
    id             text COLLATE "C" PRIMARY KEY,
    transaction_id text COLLATE "C" NOT NULL REFERENCES courses.transactions,
    merchant_id    text NOT NULL,
    mode           text NOT NULL CHECK (mode IN ('test', 'live')),
    kind           text NOT NULL CHECK (kind IN ('callback', 'webhook')),
    sealed         text NOT NULL,
    sha256         bytea NOT NULL CHECK (length(sha256) = 32),
    received_at    timestamptz NOT NULL,
    CONSTRAINT one_row_for_a_message_that_repeats UNIQUE (transaction_id, kind, sha256)
);

-- Each use of a code takes the lowest place that its student has free; a payment that fails gives its place back.
CREATE TABLE courses.discount_uses (
    transaction_id   text COLLATE "C" PRIMARY KEY,
    merchant_id      text NOT NULL,
    mode             text NOT NULL CHECK (mode IN ('test', 'live')),
    discount_code_id text COLLATE "C" NOT NULL REFERENCES courses.discount_codes,
    student_id       text COLLATE "C" NOT NULL,
    place            integer NOT NULL CHECK (place >= 1),
    student_limit    integer,
    used_at          timestamptz NOT NULL,
    released_at      timestamptz,
    CONSTRAINT no_more_uses_by_a_student_than_allowed CHECK (student_limit IS NULL OR place <= student_limit)
);

CREATE UNIQUE INDEX one_use_per_place ON courses.discount_uses (discount_code_id, student_id, place) WHERE released_at IS NULL;

SELECT gateway.protect('courses.transactions');
SELECT gateway.protect('courses.transaction_states');
SELECT gateway.protect('courses.messages');
SELECT gateway.protect('courses.discount_uses');
