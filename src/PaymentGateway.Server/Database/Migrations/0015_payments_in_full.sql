-- Reserved for payments in full.
SELECT 1;
