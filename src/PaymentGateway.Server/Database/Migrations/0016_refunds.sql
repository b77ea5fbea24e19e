-- Reserved for refunds.
SELECT 1;
