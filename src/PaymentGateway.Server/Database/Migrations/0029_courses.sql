-- Courses: what is sold, what takes something off the price, and who has what.
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
