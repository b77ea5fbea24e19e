-- Reserved for audit.
SELECT 1;
