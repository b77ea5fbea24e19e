-- The payment desk of courses: what each merchant sets in place of constants, and whom a receipt names where the law wants it named.
CREATE TABLE courses.settings (
    merchant_id     text NOT NULL,
    mode            text NOT NULL CHECK (mode IN ('test', 'live')),
    minimum         bigint NOT NULL,
    maximum         bigint NOT NULL,
    currency        text NOT NULL,
    session_minutes integer NOT NULL,
    methods         text[] NOT NULL,
    updated_at      timestamptz NOT NULL,
    version         integer NOT NULL CHECK (version >= 1),
    CONSTRAINT one_row_of_course_settings PRIMARY KEY (merchant_id, mode),
    CONSTRAINT course_limits_are_in_rupees CHECK (currency = 'INR'),
    CONSTRAINT the_minimum_of_courses_is_10_to_1000 CHECK (minimum BETWEEN 1000 AND 100000),
    CONSTRAINT the_maximum_of_courses_is_1000_to_500000 CHECK (maximum BETWEEN 100000 AND 50000000),
    CONSTRAINT a_course_session_lasts_5_to_30_minutes CHECK (session_minutes BETWEEN 5 AND 30),
    CONSTRAINT courses_are_paid_in_known_ways CHECK (
        cardinality(methods) BETWEEN 1 AND 4 AND methods <@ ARRAY['card', 'netbanking', 'upi', 'wallet'])
);

COMMENT ON TABLE courses.settings IS 'Without a row the defaults hold. The keys at the gateway are in processors.accounts';

SELECT gateway.protect('courses.settings');

ALTER TABLE courses.transactions ADD COLUMN billing text;

COMMENT ON COLUMN courses.transactions.billing IS 'Whom the receipt names, sealed, since it is about a person';
