-- Where the pages on which students pay lead to: the merchant's own terms, privacy policy and support.
CREATE TABLE courses.page_links (
    merchant_id text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    terms_url   text CHECK (terms_url ~ '^https://' AND length(terms_url) <= 500),
    privacy_url text CHECK (privacy_url ~ '^https://' AND length(privacy_url) <= 500),
    support_url text CHECK (support_url ~ '^(https://|mailto:)' AND length(support_url) <= 500),
    updated_at  timestamptz NOT NULL,
    version     integer NOT NULL CHECK (version >= 1),
    PRIMARY KEY (merchant_id, mode)
);

SELECT gateway.protect('courses.page_links');
