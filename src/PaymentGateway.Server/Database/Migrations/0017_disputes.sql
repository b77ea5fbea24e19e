-- Reserved for disputes.
SELECT 1;
